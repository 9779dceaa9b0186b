#include "host/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "host/files.h"
#include "host/start.h"

/* The real path of what is there, or of the folder that would hold it. */
static bool resolve(char out[PATH_MAX], const char *path) {
  char folder[PATH_MAX];
  if (realpath(path, out))
    return true;
  size_t n = strlen(path);
  if (n >= sizeof folder)
    return false;
  memcpy(folder, path, n + 1);
  char *slash = strrchr(folder, '/');
  if (!slash)
    return realpath(".", out) != NULL;
  slash[slash == folder ? 1 : 0] = 0;
  return realpath(folder, out) != NULL;
}

bool evd_path_inside(const char *path, const char *dir) {
  char place[PATH_MAX], real_dir[PATH_MAX];
  if (!realpath(dir, real_dir) || !resolve(place, path))
    return false;
  size_t n = strlen(real_dir);
  if (strncmp(place, real_dir, n) != 0)
    return false;
  return place[n] == 0 || place[n] == '/';
}

evd_err evd_dir_make_new(const char *path, uint32_t mode) {
  evd_host_start(); /* may end the program: then without a trace */
  if (mkdir(path, (mode_t)mode) == 0)
    return EVD_OK;
  if (errno == EEXIST)
    return evd_complain(EVD_ERR_EXISTS,
                        "%s is there already and is not overwritten", path);
  return evd_complain(EVD_ERR_IO, "cannot make the folder %s: %s", path,
                      strerror(errno));
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

void evd_dir_remove(const char *path) { (void)rmdir(path); }

evd_err evd_dir_name(const char *from, const char *to) {
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
    return evd_dir_sync_of(to);
  if (errno == EEXIST)
    return evd_complain(EVD_ERR_EXISTS,
                        "%s is there already and is not overwritten", to);
  return evd_complain(EVD_ERR_IO, "cannot name the folder %s: %s", to,
                      strerror(errno));
}

evd_err evd_dir_hold(int *hold, const char *dir) {
  *hold = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (*hold < 0)
    return evd_complain(errno == ENOENT || errno == ENOTDIR ? EVD_ERR_MISSING
                                                            : EVD_ERR_IO,
                        "%s is no readable folder: %s", dir, strerror(errno));
  if (flock(*hold, LOCK_EX | LOCK_NB) == 0)
    return EVD_OK;
  evd_dir_let_go(*hold);
  *hold = -1;
  return evd_complain(EVD_ERR_WAIT, "another command is changing %s", dir);
}

void evd_dir_let_go(int hold) {
  if (hold >= 0)
    (void)close(hold);
}

uint64_t evd_clock_seconds(void) {
  time_t now = time(NULL);
  return now < 0 ? 0 : (uint64_t)now;
}

uint64_t evd_clock_ms(void) {
  struct timespec t = {0, 0};
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}
