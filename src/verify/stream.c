/* Bytes that are appended and then read. */
#include "verify/stream.h"

#include <string.h>

evd_err evd_stream_init(evd_stream *s, evd_scratch *scratch, evd_arena *a,
                        size_t buffer_bytes) {
  *s = (evd_stream){.scratch = scratch, .tail_cap = buffer_bytes};
  s->tail = evd_arena_get(a, buffer_bytes, 1);
  return s->tail ? EVD_OK : EVD_ERR_SPACE;
}

static evd_err write_out(evd_stream *s, const uint8_t *p, size_t n) {
  if (!s->scratch)
    return EVD_ERR_SPACE;
  if (!s->open) {
    EVD_TRY(s->scratch->open(s->scratch->self, &s->id));
    s->open = true;
  }
  EVD_TRY(s->scratch->append(s->scratch->self, s->id, p, n));
  s->written += n;
  return EVD_OK;
}

evd_err evd_stream_add(evd_stream *s, const void *p, size_t n) {
  if (n > s->tail_cap - s->tail_n && s->tail_n > 0) {
    EVD_TRY(write_out(s, s->tail, s->tail_n));
    s->tail_n = 0;
  }
  if (n > s->tail_cap)
    return write_out(s, p, n);
  if (n)
    memcpy(s->tail + s->tail_n, p, n);
  s->tail_n += n;
  return EVD_OK;
}

evd_err evd_stream_read(const evd_stream *s, uint64_t at, void *p, size_t n) {
  uint8_t *to = p;
  if (n > evd_stream_bytes(s) || at > evd_stream_bytes(s) - n)
    return EVD_ERR_IO;
  if (n > 0 && at < s->written) {
    uint64_t left = s->written - at;
    size_t most = left < n ? (size_t)left : n;
    EVD_TRY(s->scratch->read(s->scratch->self, s->id, at, to, most));
    to += most;
    at += most;
    n -= most;
  }
  if (n)
    memcpy(to, s->tail + (size_t)(at - s->written), n);
  return EVD_OK;
}

uint64_t evd_stream_bytes(const evd_stream *s) {
  return s->written + s->tail_n;
}

void evd_stream_reset(evd_stream *s) {
  if (s->open)
    s->scratch->drop(s->scratch->self, s->id);
  s->open = false;
  s->written = 0;
  s->tail_n = 0;
}
