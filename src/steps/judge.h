/* Is a single ballot right in itself, what was selected on one by mail, or the
 * opening of one?
 *
 * Spec:  EGDS 2.1.0 Verifications 5.B, 6, 7, 8.A, 8.B, 13 and, by mail, 15 to
 *        19; X.1, X.2, X.6 to X.8, X.13, X.17 of record-format 4.
 * Layer: L6 steps. Public data only. What needs more than one ballot (twice,
 *        chains, states) is seen from the whole record.
 */
#ifndef EVD_STEPS_JUDGE_H
#define EVD_STEPS_JUDGE_H

#include "base/arena.h"
#include "egds/ballot.h"
#include "group/element.h"
#include "record/record.h"

/* Reads and judges a line of ballots/<name>.jsonl; *out is arena memory. G has
 * tables of the election's keys. `why` is said of every error but SPACE.
 *   errors  EVD_ERR_PROOF: why names the checks that fail, " 6.D or 7.D";
 *           EVD_ERR_FORM, EVD_ERR_PARSE, EVD_ERR_FAIL: no ballot of this
 *           election; EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_ballot_line_judge(evd_ballot *out,
                                             const evd_group *G,
                                             const evd_manifest *m,
                                             const evd_h32 *H_E, evd_span line,
                                             evd_why *why, evd_arena *a);

/* Judges a line of mail_cast.jsonl against the mail ballot it was selected on,
 * which passed the function above; *out is arena memory.
 *   errors  as above */
EVD_MUST_CHECK evd_err evd_mail_cast_line_judge(
    evd_mail_cast *out, const evd_ballot *ballot, const evd_group *G,
    const evd_manifest *m, evd_span line, evd_why *why, evd_arena *a);

/* Judges a line of challenged.jsonl, of a mail ballot one of mail_open.jsonl,
 * against the ballot it opens, which passed
 * the function above; changes the ballot.
 *   errors  as above */
EVD_MUST_CHECK evd_err evd_opening_line_judge(evd_ballot *ballot,
                                              const evd_group *G,
                                              const evd_manifest *m,
                                              evd_span line, evd_why *why,
                                              evd_arena *a);

#endif /* EVD_STEPS_JUDGE_H */
