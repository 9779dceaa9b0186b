/* Making pre-encrypted ballots of one style on several threads.
 *
 * Spec:  EGDS 2.1.0 section 4.2; record-format 5.
 * Layer: L7 cmd.
 *
 * A ballot with two equal short codes in a contest is thrown away and made
 * anew, with another id_B and xi_B (section 4.1.5). Whether that ends soon is
 * judged before the first one.
 */
#ifndef EVD_CMD_PREENCRYPT_BATCH_H
#define EVD_CMD_PREENCRYPT_BATCH_H

#include "cmd/cmd.h"
#include "egds/preenc_make.h"

typedef struct {
  evd_arena arena;
  evd_ballot ballot; /* with psi, chi and the sealed nonce; no code yet */
  evd_h32 xi_B;      /* SECRET */
  evd_h32 **psi;     /* per contest, by vector: SECRET order */
  uint32_t tries;
  evd_err result;
} evd_pre_slot;

typedef struct {
  const evd_head *head;
  const evd_group *G;
  const evd_pool *pool;
  uint32_t style;
  uint32_t n_shapes;
  evd_shape *shapes; /* of the style */
  uint32_t n_slots, n_filled;
  evd_pre_slot *slots;
} evd_pre_batch;

/* Is the style one for mail, and will ballots of it be found? Complains. */
EVD_MUST_CHECK evd_err evd_pre_style_check(const evd_manifest *m,
                                           uint32_t style, evd_arena *a);
/* Slots and shapes come from arena a. Complains. */
EVD_MUST_CHECK evd_err evd_pre_batch_open(evd_pre_batch *b, evd_arena *a);
void evd_pre_batch_close(evd_pre_batch *b); /* wipes */
/* Makes n ballots, at most n_slots, in place of those before. The results are
 * in the slots. */
void evd_pre_batch_make(evd_pre_batch *b, uint32_t n);

#endif /* EVD_CMD_PREENCRYPT_BATCH_H */
