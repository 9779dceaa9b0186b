/* Room on disk for the verifier: files that have no name, so that nothing is
 * left behind however the run ends. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "host/host.h"
#include "host/mem.h"

#define STREAMS_MAX 64u

typedef struct {
  char *dir;
  bool said;           /* one sentence is enough */
  int fd[STREAMS_MAX]; /* -1: free */
  uint64_t bytes[STREAMS_MAX];
} dir_scratch;

static evd_err trouble(dir_scratch *s, const char *what) {
  if (s->said)
    return EVD_ERR_IO;
  s->said = true;
  return evd_complain(EVD_ERR_IO, "cannot %s a temporary file in %s: %s", what,
                      s->dir, strerror(errno));
}

static int nameless(const char *dir) {
  char name[4096];
  int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
    return fd;
  int n = snprintf(name, sizeof name, "%s/evident-XXXXXX", dir);
  if (n < 0 || (size_t)n >= sizeof name)
    return -1;
  fd = mkostemp(name, O_CLOEXEC);
  if (fd >= 0)
    (void)unlink(name);
  return fd;
}

static evd_err scratch_open(void *self, uint32_t *stream) {
  dir_scratch *s = self;
  uint32_t i = 0;
  while (i < STREAMS_MAX && s->fd[i] >= 0)
    i++;
  if (i == STREAMS_MAX)
    return EVD_ERR_SPACE;
  s->fd[i] = nameless(s->dir);
  if (s->fd[i] < 0)
    return trouble(s, "make");
  s->bytes[i] = 0;
  *stream = i;
  return EVD_OK;
}

static evd_err scratch_append(void *self, uint32_t stream, const void *p,
                              size_t n) {
  dir_scratch *s = self;
  const uint8_t *from = p;
  while (n > 0) {
    ssize_t w = pwrite(s->fd[stream], from, n, (off_t)s->bytes[stream]);
    if (w < 0 && errno == EINTR)
      continue;
    if (w <= 0)
      return trouble(s, "write");
    s->bytes[stream] += (uint64_t)w;
    from += w;
    n -= (size_t)w;
  }
  return EVD_OK;
}

static evd_err scratch_read(void *self, uint32_t stream, uint64_t at, void *p,
                            size_t n) {
  dir_scratch *s = self;
  uint8_t *to = p;
  while (n > 0) {
    ssize_t r = pread(s->fd[stream], to, n, (off_t)at);
    if (r < 0 && errno == EINTR)
      continue;
    if (r <= 0)
      return EVD_ERR_IO; /* the verdict says so; threads do not complain */
    at += (uint64_t)r;
    to += r;
    n -= (size_t)r;
  }
  return EVD_OK;
}

static void scratch_drop(void *self, uint32_t stream) {
  dir_scratch *s = self;
  (void)close(s->fd[stream]);
  s->fd[stream] = -1;
}

/* Only what can be written to is a place for temporary files. */
static evd_err check_folder(const char *dir) {
  struct stat st;
  if (stat(dir, &st) != 0)
    return evd_complain(EVD_ERR_USAGE, "--tmp %s: %s", dir, strerror(errno));
  if (!S_ISDIR(st.st_mode))
    return evd_complain(EVD_ERR_USAGE, "--tmp %s is no folder", dir);
  if (access(dir, W_OK | X_OK) != 0)
    return evd_complain(EVD_ERR_USAGE, "--tmp %s cannot be written to: %s", dir,
                        strerror(errno));
  return EVD_OK;
}

evd_err evd_scratch_dir_open(evd_scratch *out, const char *dir) {
  *out = (evd_scratch){NULL, NULL, NULL, NULL, NULL};
  if (!dir)
    dir = getenv("TMPDIR");
  if (!dir || !dir[0])
    dir = "/tmp";
  EVD_TRY(check_folder(dir));
  size_t n = strlen(dir) + 1;
  dir_scratch *s = evd_mem_get(sizeof *s);
  char *copy = evd_mem_get(n);
  if (!s || !copy) {
    evd_mem_free(s);
    evd_mem_free(copy);
    return evd_complain(EVD_ERR_SPACE, "no memory for temporary files");
  }
  memcpy(copy, dir, n);
  s->dir = copy;
  for (uint32_t i = 0; i < STREAMS_MAX; i++)
    s->fd[i] = -1;
  *out = (evd_scratch){s, scratch_open, scratch_append, scratch_read,
                       scratch_drop};
  return EVD_OK;
}

const char *evd_scratch_dir_free(const evd_scratch *out, uint64_t *bytes) {
  const dir_scratch *s = out->self;
  struct statvfs v;
  *bytes = UINT64_MAX;
  if (statvfs(s->dir, &v) == 0)
    *bytes = (uint64_t)v.f_bavail * v.f_frsize;
  return s->dir;
}

void evd_scratch_dir_close(evd_scratch *out) {
  dir_scratch *s = out->self;
  if (!s)
    return;
  for (uint32_t i = 0; i < STREAMS_MAX; i++)
    if (s->fd[i] >= 0)
      (void)close(s->fd[i]);
  evd_mem_free(s->dir);
  evd_mem_free(s);
  out->self = NULL;
}
