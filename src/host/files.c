#include "host/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/host.h"

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
