#include "host/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/host.h"

/* What no caller could handle better than by ending, too. */
static noreturn void stop(const char *why) {
  (void)evd_complain(EVD_ERR_SPACE, "%s", why);
  _exit(evd_err_exit(EVD_ERR_SPACE));
}

const char *evd_path(evd_arena *a, const char *format, ...) {
  char text[4096];
  va_list args;
  va_start(args, format);
  int n = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (n < 0 || (size_t)n >= sizeof text)
    stop("a path is too long");
  char *out = evd_arena_get(a, (size_t)n + 1, 1);
  if (!out)
    stop("there is no memory left for a path");
  memcpy(out, text, (size_t)n + 1);
  return out;
}

bool evd_file_exists(const char *path) {
  struct stat st;
  return lstat(path, &st) == 0;
}

evd_err evd_fd_regular(int fd, const char *path, size_t *size) {
  struct stat st;
  if (fstat(fd, &st) != 0)
    return evd_complain(EVD_ERR_IO, "%s: %s", path, strerror(errno));
  if (!S_ISREG(st.st_mode))
    return evd_complain(EVD_ERR_PARSE, "%s is not a regular file", path);
  *size = (size_t)st.st_size;
  return EVD_OK;
}

evd_err evd_fd_read(int fd, void *p, size_t max, size_t *got) {
  *got = 0;
  while (*got < max) {
    ssize_t n = read(fd, (uint8_t *)p + *got, max - *got);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return EVD_ERR_IO;
    if (n == 0)
      break;
    *got += (size_t)n;
  }
  return EVD_OK;
}

static evd_err open_plain(const char *path, int *fd) {
  /* Not blocking: a FIFO in the place of a file must not hang the command. */
  *fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (*fd >= 0)
    return EVD_OK;
  if (errno == ENOENT)
    return evd_complain(EVD_ERR_MISSING, "%s is not there", path);
  if (errno == ELOOP)
    return evd_complain(EVD_ERR_PARSE,
                        "%s is a symbolic link, expected a regular file", path);
  return evd_complain(EVD_ERR_IO, "cannot read %s: %s", path, strerror(errno));
}

static evd_err read_all(int fd, const char *path, size_t max_bytes,
                        evd_span *out, evd_arena *a) {
  size_t size = 0, got = 0;
  EVD_TRY(evd_fd_regular(fd, path, &size));
  if (size > max_bytes)
    return evd_complain(EVD_ERR_PARSE, "%s has %zu bytes, expected at most %zu",
                        path, size, max_bytes);
  /* One byte more than it has shows a file that grows meanwhile. */
  uint8_t *p = evd_arena_get(a, size + 1, 1);
  if (!p)
    return evd_complain(EVD_ERR_SPACE, "%s does not fit in memory", path);
  if (evd_fd_read(fd, p, size + 1, &got) != EVD_OK)
    return evd_complain(EVD_ERR_IO, "cannot read %s: %s", path,
                        strerror(errno));
  if (got != size)
    return evd_complain(EVD_ERR_IO, "%s changed while it was read", path);
  *out = (evd_span){p, size};
  return EVD_OK;
}

evd_err evd_file_read(const char *path, size_t max_bytes, evd_span *out,
                      evd_arena *a) {
  int fd = -1;
  *out = (evd_span){NULL, 0};
  EVD_TRY(open_plain(path, &fd));
  evd_err e = read_all(fd, path, max_bytes, out, a);
  (void)close(fd);
  return e;
}

evd_err evd_file_write(const char *path, const void *p, size_t n, uint32_t mode,
                       int how) {
  evd_out *o = NULL;
  EVD_TRY(evd_out_open(&o, path, mode, how));
  evd_err e = evd_out_add(o, p, n);
  if (e == EVD_OK)
    return evd_out_commit(o);
  evd_out_abandon(o);
  return e;
}

evd_err evd_dir_make(const char *path, uint32_t mode) {
  struct stat st;
  if (mkdir(path, (mode_t)mode) == 0)
    return EVD_OK;
  if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
    return EVD_OK;
  return evd_complain(EVD_ERR_IO, "cannot make the folder %s: %s", path,
                      strerror(errno));
}

static evd_err overwrite(int fd, size_t n) {
  static const uint8_t zeros[4096];
  while (n > 0) {
    ssize_t w = write(fd, zeros, n < sizeof zeros ? n : sizeof zeros);
    if (w < 0 && errno == EINTR)
      continue;
    if (w <= 0)
      return EVD_ERR_IO;
    n -= (size_t)w;
  }
  return fsync(fd) == 0 ? EVD_OK : EVD_ERR_IO;
}

evd_err evd_file_erase(const char *path) {
  struct stat st;
  if (lstat(path, &st) != 0 && errno == ENOENT)
    return EVD_OK;
  int fd = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  evd_err e = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)
                  ? overwrite(fd, (size_t)st.st_size)
                  : EVD_ERR_IO;
  if (fd >= 0)
    (void)close(fd);
  /* Unlinked even where overwriting failed: less is left than before. */
  if (unlink(path) != 0 || e != EVD_OK)
    return evd_complain(EVD_ERR_IO, "cannot erase %s: %s", path,
                        strerror(errno));
  return evd_dir_sync_of(path);
}
