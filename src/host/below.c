#include "host/below.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

bool evd_below_part_allowed(const char *name, size_t n) {
  if (n == 0 || n > NAME_MAX)
    return false;
  return !(name[0] == '.' && (n == 1 || (n == 2 && name[1] == '.')));
}

int evd_below_parent(int root, const char *path, const char **last) {
  char name[NAME_MAX + 1];
  int at = dup(root);
  for (;;) {
    const char *slash = strchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : strlen(path);
    if (at < 0 || !evd_below_part_allowed(path, n))
      break;
    if (!slash) {
      *last = path;
      return at;
    }
    memcpy(name, path, n);
    name[n] = 0;
    int next =
        openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    (void)close(at);
    at = next;
    path = slash + 1;
  }
  if (at >= 0) {
    (void)close(at);
    errno = EINVAL;
  }
  return -1;
}

evd_err evd_below_error(int why) {
  switch (why) {
  case ENOENT:
    return EVD_ERR_MISSING;
  case ENOMEM:
    return EVD_ERR_SPACE;
  case EACCES:
  case EPERM:
  case ELOOP:
  case ENOTDIR:
  case ENXIO:
  case EINVAL:
  case ENAMETOOLONG:
    return EVD_ERR_PARSE;
  default:
    return EVD_ERR_IO;
  }
}

/* Folder by folder. */
static int open_by_parts(int root, const char *path) {
  const char *last = NULL;
  int at = evd_below_parent(root, path, &last);
  if (at < 0)
    return -1;
  int fd = openat(at, last, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  int why = errno;
  (void)close(at);
  errno = why;
  return fd;
}

static bool parts_allowed(const char *path) {
  for (;;) {
    size_t n = strcspn(path, "/");
    if (!evd_below_part_allowed(path, n))
      return false;
    if (path[n] == 0)
      return true;
    path += n + 1;
  }
}

/* The same in one call, a third of the time; kernels before 5.6 have none,
 * and some containers forbid what they do not know. */
static int open_at_once(int root, const char *path) {
  const struct open_how how = {
      .flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
  int fd = -1;
  errno = EINVAL;
  if (parts_allowed(path))
    fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
  return fd < 0 && (errno == ENOSYS || errno == EPERM)
             ? open_by_parts(root, path)
             : fd;
}

evd_err evd_below_open(int root, const char *path, int *fd, uint64_t *size) {
  struct stat st;
  *fd = open_at_once(root, path);
  if (*fd < 0)
    return evd_below_error(errno);
  evd_err e = fstat(*fd, &st) != 0  ? EVD_ERR_IO
              : S_ISREG(st.st_mode) ? EVD_OK
                                    : EVD_ERR_PARSE;
  if (e == EVD_OK && size)
    *size = (uint64_t)st.st_size;
  if (e != EVD_OK)
    (void)close(*fd);
  return e;
}
