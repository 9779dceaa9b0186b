/* Bytes that are appended and then read: in memory while they are few,
 * behind that in the scratch.
 *
 * Layer: L4 verify. Private to this folder.
 */
#ifndef EVD_VERIFY_STREAM_H
#define EVD_VERIFY_STREAM_H

#include "base/arena.h"
#include "verify/scratch.h"

typedef struct {
  evd_scratch *scratch; /* NULL: what does not fit in memory is too much */
  uint8_t *tail;        /* arena memory: what is not written out yet */
  size_t tail_n, tail_cap;
  uint64_t written; /* bytes in the scratch, before the tail */
  uint32_t id;
  bool open; /* has a stream of the scratch */
} evd_stream;

/* buffer_bytes: what stays in memory. errors: EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_stream_init(evd_stream *s, evd_scratch *scratch,
                                       evd_arena *a, size_t buffer_bytes);
/* errors: EVD_ERR_SPACE without a scratch; else what the scratch says */
EVD_MUST_CHECK evd_err evd_stream_add(evd_stream *s, const void *p, size_t n);
/* Exactly n bytes; reading beyond the end is EVD_ERR_IO. Thread-safe while
 * nobody adds. */
EVD_MUST_CHECK evd_err evd_stream_read(const evd_stream *s, uint64_t at,
                                       void *p, size_t n);
uint64_t evd_stream_bytes(const evd_stream *s);
void evd_stream_reset(evd_stream *s); /* empty again; gives the room back */

#endif /* EVD_VERIFY_STREAM_H */
