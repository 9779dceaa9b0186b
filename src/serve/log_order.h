/* A batch of items and the order in which they are taken.
 *
 * Layer: L7 serve. Private to log_take.c, log_order.c and log_want.c.
 */
#ifndef EVD_SERVE_LOG_ORDER_H
#define EVD_SERVE_LOG_ORDER_H

#include "serve/log_run.h"

typedef struct {
  const evd_log_item *item;
  evd_log_result *result;
  evd_entry_read read;
  evd_log_content content;
  evd_h32 leaf;
  bool late;     /* refused after the rules had taken it */
  bool written;  /* its objects are */
  bool compare;  /* its objects with their digests */
  uint32_t unit; /* what keeps its order: index of its first item */
  uint32_t slot; /* the highest so far of its unit */
} evd_log_work;

typedef struct {
  uint32_t n;
  evd_log_work *work;   /* as they came */
  evd_log_work **order; /* as they are taken */
} evd_log_batch;

/* Fills b->order: requests are shuffled among each other, by slot; what one
 * request or one chained device has keeps its order.
 *   errors  EVD_ERR_IO: no randomness; EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_log_shuffle(const evd_log *log, evd_log_batch *b,
                                       evd_arena *a);

/* log_want.c: tells the database what the batch will ask for. */
EVD_MUST_CHECK evd_err evd_log_want(evd_log *log, const evd_log_batch *b);

#endif /* EVD_SERVE_LOG_ORDER_H */
