/* Writes down what a program does to the files below a folder: loaded before
 * it (LD_PRELOAD), for test_power_cut.py to cut the power in.
 *
 *   EVD_RECORD       file that the records are appended to
 *   EVD_RECORD_ROOT  folder; what happens elsewhere is not written down
 *
 * A record, numbers little-endian: u8 what | u64 inode | u64 at | u32 n | n
 * bytes. It is written when the call has succeeded and before the program
 * goes on, so a sync stands behind the writes that it makes durable and ahead
 * of all that relies on it. Processes append to one file. Needs glibc.
 */
#undef _FILE_OFFSET_BITS
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { TRACE_FD = 901, ROOT_BYTES = 4096 };
#define CREATED 'c'  /* inode, path: a file with a name */
#define NAMELESS 't' /* inode */
#define FOLDER 'd'   /* inode, path */
#define WRITTEN 'w'  /* inode, at, bytes */
#define CUT 'z'      /* inode, at: its new length */
#define SYNCED 's'   /* inode, of a file or a folder */
#define LINKED 'l'   /* inode, path */
#define RENAMED 'r'  /* old path, NUL, new path */
#define REMOVED 'u'  /* path of a file or a folder */

static char root[ROOT_BYTES];
static dev_t device;
static int trace = -1;

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("EVD_RECORD"), *at = getenv("EVD_RECORD_ROOT");
  struct stat st;
  if (!path || !at || strlen(at) >= sizeof root || stat(at, &st) != 0)
    return;
  memcpy(root, at, strlen(at) + 1);
  device = st.st_dev;
  int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (fd >= 0 && dup3(fd, TRACE_FD, O_CLOEXEC) == TRACE_FD)
    trace = TRACE_FD;
  if (fd >= 0)
    (void)close(fd);
}

/* ---- records ---- */

static void record(char what, uint64_t inode, uint64_t at, const void *p,
                   size_t n, const void *more, size_t n_more) {
  uint8_t head[21] = {(uint8_t)what};
  uint32_t length = (uint32_t)(n + n_more);
  memcpy(head + 1, &inode, sizeof inode);
  memcpy(head + 9, &at, sizeof at);
  memcpy(head + 17, &length, sizeof length);
  const struct iovec parts[] = {{head, sizeof head},
                                {(void *)(uintptr_t)p, n},
                                {(void *)(uintptr_t)more, n_more}};
  int kept = errno;
  if (writev(trace, parts, 3) != (ssize_t)(sizeof head + n + n_more))
    abort(); /* a hole in the record would be a false image */
  errno = kept;
}

static bool below(const char *path) {
  size_t n = strlen(root);
  return trace >= 0 && strncmp(path, root, n) == 0 && path[n] == '/';
}

/* The inode of a file or folder on the recorded disk. */
static bool inode_of(int fd, uint64_t *inode) {
  struct stat st;
  if (trace < 0 || fd == trace || fstat(fd, &st) != 0 || st.st_dev != device ||
      !(S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
    return false;
  *inode = st.st_ino;
  return true;
}

static void record_fd(char what, int fd, uint64_t at, const void *p, size_t n) {
  uint64_t inode = 0;
  if (inode_of(fd, &inode))
    record(what, inode, at, p, n, NULL, 0);
}

static void record_path(char what, const char *path) {
  struct stat st;
  uint64_t inode = 0;
  if (!below(path))
    return;
  if (what != REMOVED && lstat(path, &st) == 0)
    inode = st.st_ino;
  record(what, inode, 0, path, strlen(path), NULL, 0);
}

/* ---- names ---- */

static int open_file(const char *path, int flags, mode_t mode) {
  struct stat st;
  bool news = (flags & O_CREAT) && below(path) && lstat(path, &st) != 0;
  int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
  if (fd < 0)
    return fd;
  if ((flags & O_TMPFILE) == O_TMPFILE && below(path))
    record_fd(NAMELESS, fd, 0, NULL, 0);
  else if (news)
    record_path(CREATED, path);
  if ((flags & O_TRUNC) && !news)
    record_fd(CUT, fd, 0, NULL, 0);
  return fd;
}

static mode_t mode_of(int flags, va_list more) {
  bool makes = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
  return makes ? (mode_t)va_arg(more, int) : 0;
}

#define OPEN(name)                                                             \
  int name(const char *path, int flags, ...) {                                 \
    va_list more;                                                              \
    va_start(more, flags);                                                     \
    mode_t mode = mode_of(flags, more);                                        \
    va_end(more);                                                              \
    return open_file(path, flags, mode);                                       \
  }
OPEN(open)
OPEN(open64)

int mkdir(const char *path, mode_t mode) {
  int bad = (int)syscall(SYS_mkdir, path, mode);
  if (bad == 0)
    record_path(FOLDER, path);
  return bad;
}

int linkat(int from_at, const char *from, int to_at, const char *to,
           int flags) {
  int bad = (int)syscall(SYS_linkat, from_at, from, to_at, to, flags);
  if (bad == 0)
    record_path(LINKED, to);
  return bad;
}

int link(const char *from, const char *to) {
  return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int rename(const char *from, const char *to) {
  int bad = (int)syscall(SYS_rename, from, to);
  if (bad == 0 && below(to))
    record(RENAMED, 0, 0, from, strlen(from) + 1, to, strlen(to));
  return bad;
}

int unlink(const char *path) {
  int bad = (int)syscall(SYS_unlink, path);
  if (bad == 0)
    record_path(REMOVED, path);
  return bad;
}

int rmdir(const char *path) {
  int bad = (int)syscall(SYS_rmdir, path);
  if (bad == 0)
    record_path(REMOVED, path);
  return bad;
}

/* ---- bytes ---- */

ssize_t write(int fd, const void *p, size_t n) {
  uint64_t inode = 0;
  bool ours = inode_of(fd, &inode);
  off_t at = ours ? lseek(fd, 0, SEEK_CUR) : 0;
  ssize_t done = syscall(SYS_write, fd, p, n);
  if (ours && done > 0)
    record(WRITTEN, inode, (uint64_t)at, p, (size_t)done, NULL, 0);
  return done;
}

static ssize_t write_at(int fd, const void *p, size_t n, off_t at) {
  ssize_t done = syscall(SYS_pwrite64, fd, p, n, at);
  if (done > 0)
    record_fd(WRITTEN, fd, (uint64_t)at, p, (size_t)done);
  return done;
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at) {
  return write_at(fd, p, n, at);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off_t at) {
  return write_at(fd, p, n, at);
}

static int cut(int fd, off_t n) {
  int bad = (int)syscall(SYS_ftruncate, fd, n);
  if (bad == 0)
    record_fd(CUT, fd, (uint64_t)n, NULL, 0);
  return bad;
}

int ftruncate(int fd, off_t n) { return cut(fd, n); }
int ftruncate64(int fd, off_t n) { return cut(fd, n); }

static int synced(int fd, int bad) {
  if (bad == 0)
    record_fd(SYNCED, fd, 0, NULL, 0);
  return bad;
}

int fsync(int fd) { return synced(fd, (int)syscall(SYS_fsync, fd)); }
int fdatasync(int fd) { return synced(fd, (int)syscall(SYS_fdatasync, fd)); }
