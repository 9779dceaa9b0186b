/* Going on where an earlier run stopped, or with what was added since.
 *
 * Layer: L4 verify. Pure; who seals, keeps and gives back the bytes is the
 *        caller.
 *
 * Kept is what costs time: the findings of single ballots, and of every
 * ballot file how many lines they are of, their length and SHA-256, and a
 * hash of what was joined to them (states, openings, contest data). A run
 * that resumes reads the whole record again and does everything anew but the
 * proofs of those ballots; where a file does not begin with the same bytes,
 * or something else was joined to its ballots, nothing of the earlier run
 * counts.
 */
#ifndef EVD_VERIFY_RESUME_H
#define EVD_VERIFY_RESUME_H

#include "base/arena.h"
#include "evident/err.h"

typedef struct {
  evd_span before; /* what `keep` was given once; empty: from the start */
  void *self;
  bool (*due)(void *self); /* asked after every batch: is it time to keep? */
  /* An error is the caller's to tell; then it is not asked again. */
  evd_err (*keep)(void *self, evd_span bytes);
} evd_resuming;

#endif /* EVD_VERIFY_RESUME_H */
