/* A buffer of which the front is one line and the rest is read ahead. */
#include "host/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK_BYTES ((size_t)64 * 1024)

evd_err evd_lines_open(evd_lines *l, const char *path, size_t max_line_bytes) {
  *l = (evd_lines){.path = path, .fd = -1, .max_line_bytes = max_line_bytes};
  evd_buf_init(&l->buf, max_line_bytes + CHUNK_BYTES + 1);
  if (strcmp(path, "-") == 0) {
    l->path = "standard input";
    l->fd = 0;
    return EVD_OK;
  }
  l->fd = open(path, O_RDONLY | O_CLOEXEC);
  struct stat st;
  l->again = l->fd >= 0 && fstat(l->fd, &st) == 0 && S_ISREG(st.st_mode);
  if (l->fd >= 0)
    return EVD_OK;
  if (errno == ENOENT || errno == ENOTDIR)
    return evd_complain(EVD_ERR_MISSING, "%s is not there", path);
  return evd_complain(EVD_ERR_IO, "cannot read %s: %s", path, strerror(errno));
}

/* Moves what lies behind the last line to the front. */
static void drop_line(evd_lines *l) {
  size_t rest = l->buf.n - l->line_end;
  if (rest)
    memmove(l->buf.p, l->buf.p + l->line_end, rest);
  l->buf.n = rest;
  l->line_end = 0;
}

static evd_err read_more(evd_lines *l) {
  uint8_t chunk[CHUNK_BYTES];
  ssize_t got;
  do {
    got = read(l->fd, chunk, sizeof chunk);
  } while (got < 0 && errno == EINTR);
  if (got < 0)
    return evd_complain(EVD_ERR_IO, "cannot read %s: %s", l->path,
                        strerror(errno));
  if (got == 0)
    l->at_end = true;
  evd_buf_add(&l->buf, chunk, (size_t)got);
  if (evd_buf_ok(&l->buf))
    return EVD_OK;
  return evd_complain(EVD_ERR_SPACE, "%s does not fit in memory", l->path);
}

static evd_err give(evd_lines *l, size_t n, size_t end, evd_span *line) {
  l->number++;
  if (n > l->max_line_bytes)
    return evd_complain(
        EVD_ERR_PARSE, "%s:%llu: a line has at most %zu bytes, this one more",
        l->path, (unsigned long long)l->number, l->max_line_bytes);
  l->line_end = end;
  *line = (evd_span){l->buf.p, n};
  return EVD_OK;
}

evd_err evd_lines_next(evd_lines *l, evd_span *line, bool *more) {
  size_t looked = 0;
  *more = true;
  *line = (evd_span){NULL, 0};
  drop_line(l);
  for (;;) {
    const uint8_t *lf = NULL;
    if (l->buf.n > looked)
      lf = memchr(l->buf.p + looked, '\n', l->buf.n - looked);
    if (lf) {
      size_t n = (size_t)(lf - l->buf.p);
      return give(l, n, n + 1, line);
    }
    looked = l->buf.n;
    if (looked > l->max_line_bytes)
      return give(l, looked, looked, line);
    if (l->at_end)
      break;
    EVD_TRY(read_more(l));
  }
  *more = looked > 0;
  return *more ? give(l, looked, looked, line) : EVD_OK;
}

void evd_lines_close(evd_lines *l) {
  if (l->fd > 0)
    (void)close(l->fd);
  l->fd = -1;
  evd_buf_close(&l->buf);
}
