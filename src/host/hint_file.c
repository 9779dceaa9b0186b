/* A hint file on a disk, read anywhere. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/files.h"
#include "host/host.h"
#include "host/mem.h"

static size_t hint_read(void *self, uint64_t at, void *p, size_t n) {
  const int *fd = self;
  size_t got = 0;
  if (at > INT64_MAX - n)
    return 0;
  while (got < n) {
    ssize_t more = pread(*fd, (uint8_t *)p + got, n - got, (off_t)(at + got));
    if (more < 0 && errno == EINTR)
      continue;
    if (more <= 0)
      break;
    got += (size_t)more;
  }
  return got;
}

evd_err evd_hint_file_open(evd_hint_file *f, const char *path) {
  size_t size;
  *f = (evd_hint_file){NULL, hint_read};
  /* O_NONBLOCK: a FIFO must not keep us waiting */
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return evd_complain(EVD_ERR_IO, "cannot read %s: %s", path,
                        strerror(errno));
  evd_err e = evd_fd_regular(fd, path, &size);
  int *self = e == EVD_OK ? evd_mem_get(sizeof *self) : NULL;
  if (e == EVD_OK && !self)
    e = evd_complain(EVD_ERR_SPACE, "no memory for %s", path);
  if (e != EVD_OK || !self) {
    (void)close(fd);
    return e;
  }
  *self = fd;
  f->self = self;
  return EVD_OK;
}

void evd_hint_file_close(evd_hint_file *f) {
  int *fd = f->self;
  if (!fd)
    return;
  (void)close(*fd);
  evd_mem_free(fd);
  f->self = NULL;
}
