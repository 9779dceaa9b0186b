#include "host/unpack.h"

#include <unistd.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "host/files.h"
#include "host/mem.h"

#define RAW_BYTES ((size_t)128 * 1024)
#define WINDOW_LOG_MAX 23 /* 8 MiB */

struct evd_unpack {
  int fd;
  ZSTD_DCtx *z; /* NULL: stored as it is */
  bool frame_done, end;
  uint64_t read;
  size_t raw_n, raw_at;
  uint8_t raw[RAW_BYTES];
};

evd_err evd_unpack_open(evd_unpack **out, int fd, bool zst) {
  evd_unpack *u = evd_mem_get(sizeof *u);
  *out = NULL;
  if (!u) {
    (void)close(fd);
    return EVD_ERR_SPACE;
  }
  u->fd = fd;
  if (zst) {
    u->z = ZSTD_createDCtx();
    if (!u->z || ZSTD_isError(ZSTD_DCtx_setParameter(u->z, ZSTD_d_windowLogMax,
                                                     WINDOW_LOG_MAX))) {
      evd_unpack_close(u);
      return EVD_ERR_SPACE;
    }
  }
  *out = u;
  return EVD_OK;
}

static evd_err refill(evd_unpack *u) {
  u->raw_at = 0;
  EVD_TRY(evd_fd_read(u->fd, u->raw, sizeof u->raw, &u->raw_n));
  u->read += u->raw_n;
  if (u->raw_n == 0)
    u->end = true;
  return EVD_OK;
}

/* After the frame nothing may follow; before its end the file may not. */
static evd_err check_end(evd_unpack *u) {
  if (u->raw_at == u->raw_n)
    EVD_TRY(refill(u));
  return u->frame_done && u->end ? EVD_OK : EVD_ERR_PARSE;
}

static evd_err step(evd_unpack *u, void *p, size_t max, size_t *got) {
  if (u->frame_done)
    return check_end(u);
  if (u->raw_at == u->raw_n)
    EVD_TRY(refill(u));
  if (u->end)
    return EVD_ERR_PARSE;
  ZSTD_inBuffer in = {u->raw, u->raw_n, u->raw_at};
  ZSTD_outBuffer to = {p, max, 0};
  size_t left = ZSTD_decompressStream(u->z, &to, &in);
  if (ZSTD_isError(left))
    return ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation
               ? EVD_ERR_SPACE
               : EVD_ERR_PARSE;
  u->raw_at = in.pos;
  u->frame_done = left == 0;
  *got = to.pos;
  return EVD_OK;
}

evd_err evd_unpack_next(evd_unpack *u, void *p, size_t max, size_t *got) {
  *got = 0;
  if (!u->z) {
    evd_err e = evd_fd_read(u->fd, p, max, got);
    u->read += *got;
    return e;
  }
  while (*got == 0 && !u->end)
    EVD_TRY(step(u, p, max, got));
  return EVD_OK;
}

uint64_t evd_unpack_read(const evd_unpack *u) { return u ? u->read : 0; }

void evd_unpack_close(evd_unpack *u) {
  if (!u)
    return;
  (void)close(u->fd);
  ZSTD_freeDCtx(u->z);
  evd_mem_free(u);
}
