/* What was decrypted, as it comes into a log: SHARE, RESULT and CONTEST_DATA,
 * judged by what stands there already.
 *
 * Spec:  steps/judge_count.h; doc/board-format.md section 3.
 * Layer: L6 steps. Public data only.
 */
#ifndef EVD_STEPS_JUDGE_POSTED_H
#define EVD_STEPS_JUDGE_POSTED_H

#include "board/entry.h"
#include "steps/judge_count.h"

/* Objects of the log, in memory of the arena or that outlives the judging.
 * EVD_ERR_MISSING: there is none. */
typedef struct {
  void *self;
  evd_err (*tally)(void *self, evd_arena *a, evd_span *out);
  evd_err (*result)(void *self, evd_arena *a, evd_span *out);
  /* The parts of a SHARE before this one. */
  evd_err (*share)(void *self, uint32_t guardian, uint32_t step, evd_arena *a,
                   evd_span *out);
  /* A ballot's line, valid until the next is asked for, and whether it is
   * cast. */
  evd_err (*ballot)(void *self, const evd_h32 *id_B, evd_span *out, bool *cast);
} evd_posted_from;

/* Judges the object of an entry of these three types. G has tables of the
 * election's keys, the head has keys.
 *   errors  as of judge_count.h; EVD_ERR_MISSING: why says what has to stand
 *           in the log before; of the functions above */
EVD_MUST_CHECK evd_err evd_posted_judge(const evd_entry *e, evd_span object,
                                        const evd_posted_from *from,
                                        const evd_group *G,
                                        const evd_head *head, evd_why *why);

#endif /* EVD_STEPS_JUDGE_POSTED_H */
