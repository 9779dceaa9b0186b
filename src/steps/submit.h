/* Posting entries to a board until their receipts are there.
 *
 * Spec:  doc/board-server.md section 2, doc/board-format.md section 6.
 * Layer: L6 steps. Public data only; nothing that a board answers is believed
 *        but what witnesses sign.
 */
#ifndef EVD_STEPS_SUBMIT_H
#define EVD_STEPS_SUBMIT_H

#include "base/arena.h"
#include "board/policy.h"
#include "host/host.h"
#include "host/http.h"

#define EVD_SUBMIT_ITEMS_MAX 256
#define EVD_SUBMIT_BYTES_MAX ((size_t)64 << 20)

typedef struct {
  const char *url; /* of the board, without /submit */
  evd_span origin;
  const evd_policy *policy; /* what receipts are judged by */
  uint32_t patience_seconds;
} evd_submit_to;

/* Posts n items, one behind the other as in one request, and asks again with
 * the same bytes while the board is busy or cannot be reached. receipts: one
 * after the other, as they came, each of the entry with the body of its item,
 * in a checkpoint of this origin that the policy believes. Complains.
 *   errors  EVD_ERR_REFUSED: the board took one of them not; EVD_ERR_WAIT: the
 *           patience is used up; EVD_ERR_PROOF, EVD_ERR_FORM, EVD_ERR_QUORUM:
 *           a receipt is none; nothing is in `receipts` then */
EVD_MUST_CHECK evd_err evd_submit(evd_http *http, const evd_submit_to *to,
                                  evd_span items, evd_buf *receipts);

/* Are these the receipts of these items? As evd_submit judges. */
EVD_MUST_CHECK evd_err evd_receipts_judge(const evd_submit_to *to,
                                          evd_span items, evd_span receipts);

#endif /* EVD_STEPS_SUBMIT_H */
