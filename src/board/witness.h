/* What a log asks its witnesses, and how they judge it.
 *
 * Spec:  C2SP tlog-witness (add-checkpoint).
 * Layer: L4 board. Public data only; who keeps the head that a witness signed
 *        last, and signs, is src/serve/witness.h.
 *
 *   "old" space size LF, (base64(hash) LF) up to 63 times, LF, checkpoint
 */
#ifndef EVD_BOARD_WITNESS_H
#define EVD_BOARD_WITNESS_H

#include "board/checkpoint.h"

#define EVD_WITNESS_ASK_BYTES_MAX ((size_t)65536)
#define EVD_WITNESS_SIZE_TYPE "text/x.tlog.size" /* of the body of a 409 */

/* Statuses of HTTP, with what they mean here. */
enum {
  EVD_WITNESS_SIGNS = 200,
  EVD_WITNESS_NO_REQUEST = 400,  /* its form; old is above the size */
  EVD_WITNESS_NOT_SIGNED = 403,  /* not, or not well, by the log */
  EVD_WITNESS_UNKNOWN = 404,     /* the log */
  EVD_WITNESS_OTHER_OLD = 409,   /* the body is the size signed last */
  EVD_WITNESS_INCONSISTENT = 422 /* with what was signed last */
};

/* Spans are of the bytes it was read from. */
typedef struct {
  uint64_t old_size;
  evd_tree_proof proof;
  evd_checkpoint checkpoint;
} evd_witness_ask;

/* Verifies nothing.
 *   errors  EVD_ERR_FORM */
EVD_MUST_CHECK evd_err evd_witness_ask_read(evd_witness_ask *out,
                                            evd_span bytes, evd_note_why *why);
void evd_witness_ask_write(evd_buf *out, uint64_t old_size,
                           const evd_tree_proof *proof, evd_span checkpoint);

/* What the log, known by one key or several of its origin's name, is to be
 * answered by a witness that signed `last` last; size 0 also where it never
 * signed. What is wrong, else NULL, goes to *why. */
uint32_t evd_witness_judge_signed_var(const evd_witness_ask *ask,
                                      const evd_note_key keys[], uint32_t n,
                                      const char **why);
uint32_t evd_witness_judge_growth(const evd_witness_ask *ask,
                                  const evd_log_head *last, const char **why);

/* The folder of a log at a witness: SHA-256 of its origin in 64 lower-case
 * hex digits and a zero byte. */
void evd_witness_folder(char out[65], evd_span origin);

#endif /* EVD_BOARD_WITNESS_H */
