/* Ballots of evidence, judged as those of the log are.
 *
 * Spec:  doc/board-format.md section 6, M07 and M14.
 * Layer: L6 steps. Public data only.
 */
#ifndef EVD_STEPS_JUDGE_EVIDENCE_H
#define EVD_STEPS_JUDGE_EVIDENCE_H

#include "alarm/evidence.h"
#include "base/arena.h"
#include "record/record.h"

/* An evd_ballot_judge_fn. Takes plain powers: a ballot of a hundred fields
 * takes about a second. */
EVD_MUST_CHECK evd_err evd_evidence_ballot(evd_ballot_finding *out,
                                           const evd_ballot_case *c,
                                           evd_why *why, evd_arena *a);

#endif /* EVD_STEPS_JUDGE_EVIDENCE_H */
