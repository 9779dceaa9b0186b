/* Receipts: an entry, its place in the log, and a signed checkpoint.
 *
 * Spec:  C2SP tlog-proof v1; doc/board-format.md section 6.
 * Layer: L4 board. Public data only.
 */
#ifndef EVD_BOARD_PROOF_H
#define EVD_BOARD_PROOF_H

#include "board/checkpoint.h"

/* Spans are of the bytes it was read from. */
typedef struct {
  evd_span extra; /* of the arena, decoded; n = 0: none */
  uint64_t index;
  evd_tree_proof proof;
  evd_span checkpoint; /* bytes of the note */
} evd_receipt;

/* Verifies nothing. Lines count from the first of the receipt.
 *   errors  EVD_ERR_FORM; EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_receipt_read(evd_receipt *out, evd_span bytes,
                                        evd_arena *a, evd_note_why *why);
void evd_receipt_write(evd_buf *out, const evd_receipt *r);

/* Is `extra` an entry of the tree that the checkpoint names? Signatures are
 * for the policy to judge.
 *   errors  EVD_ERR_PROOF */
EVD_MUST_CHECK evd_err evd_receipt_check(const evd_receipt *r,
                                         const evd_log_head *head);

#endif /* EVD_BOARD_PROOF_H */
