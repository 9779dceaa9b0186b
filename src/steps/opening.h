/* A sealed ballot and its xi_B become a line of challenged.jsonl.
 *
 * Spec:  EGDS 2.1.0 section 3.6.7; record-format 3.10.
 * Layer: L6 steps.
 */
#ifndef EVD_STEPS_OPENING_H
#define EVD_STEPS_OPENING_H

#include "base/arena.h"
#include "egds/ballot.h"
#include "group/element.h"
#include "record/record.h"

typedef struct {
  evd_h32 id_B, H_I;
  uint32_t n_contests;
  const evd_contest_ct *contests;
  uint32_t bad; /* out, on EVD_ERR_PROOF: number of the contest */
} evd_to_open;

/* Adds the line without its LF. The line is public once it is shown, and
 * secret before; xi_B does not stand in it.
 *   errors  EVD_ERR_PROOF: xi_B is not that of this ballot; EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_opening_line(evd_buf *line, const evd_group *G,
                                        const evd_manifest *m, evd_to_open *b,
                                        const evd_h32 *xi_B, evd_arena *a);

#endif /* EVD_STEPS_OPENING_H */
