/* Encrypting a batch of plain ballots on several threads.
 *
 * Spec:  EGDS 2.1.0 section 3.3; record-format 3.5.
 * Layer: L7 cmd.
 *
 * A batch has slots; each owns the memory of one ballot and is filled, then
 * encrypted, then sealed in order, then emptied. What is plain is wiped with
 * the slot.
 */
#ifndef EVD_CMD_ENCRYPT_BATCH_H
#define EVD_CMD_ENCRYPT_BATCH_H

#include "cmd/cmd.h"

typedef struct {
  evd_arena arena;
  evd_plain plain;
  uint64_t line;      /* in the input, for complaints */
  evd_h32 credential; /* only for a remote device */
  evd_ballot ballot;  /* after evd_batch_encrypt */
  evd_err result;
} evd_batch_slot;

typedef struct {
  const evd_head *head;
  const evd_group *G;
  const evd_pool *pool;
  bool remote; /* id_B is bound to the slot's credential */
  uint32_t n_slots, n_filled;
  evd_batch_slot *slots;
} evd_batch;

/* Slots come from arena a; each may use slot_bytes. */
EVD_MUST_CHECK evd_err evd_batch_open(evd_batch *b, uint32_t n_slots,
                                      size_t slot_bytes, evd_arena *a);
void evd_batch_close(evd_batch *b);

/* Encrypts every filled slot with fresh randomness and has each checked as a
 * verifier would (all but H_C, which is not there yet). The results are in
 * the slots. */
void evd_batch_encrypt(evd_batch *b);
/* Empties all slots. */
void evd_batch_reset(evd_batch *b);

#endif /* EVD_CMD_ENCRYPT_BATCH_H */
