/* What the log's key signed last, in a file of its own.
 *
 * Layer: L7 serve.
 *
 * Two places of 88 bytes, written in turn, so that a torn write leaves the
 * other one whole: "EVDH0001" | u64 count | u64 size | root[32] | SHA-256 of
 * the 56 bytes before it. The one with the higher count holds. The file is
 * open before the jail is entered; nothing else can be.
 */
#ifndef EVD_SERVE_SIGN_HEAD_H
#define EVD_SERVE_SIGN_HEAD_H

#include "board/entry.h"

typedef struct {
  int fd;
  uint64_t count;    /* how often it was written; 0: never */
  evd_log_head head; /* all zero: none */
} evd_sign_head;

/* Opens the file, or makes it; held: nobody else signs for this board.
 * Complains.
 *   errors  EVD_ERR_FORM: neither place can be read; EVD_ERR_WAIT; EVD_ERR_IO
 */
EVD_MUST_CHECK evd_err evd_sign_head_open(evd_sign_head *s, const char *path);
/* Durable when it returns EVD_OK; complains. */
EVD_MUST_CHECK evd_err evd_sign_head_write(evd_sign_head *s,
                                           const evd_log_head *head);
void evd_sign_head_close(evd_sign_head *s);

#endif /* EVD_SERVE_SIGN_HEAD_H */
