/* Makes one call of the system fail: loaded before the program (LD_PRELOAD).
 *
 *   EVD_TORTURE_KIND  alloc, write, sync, name or random
 *   EVD_TORTURE_N     which call of that kind fails, from 1
 *   EVD_TORTURE_HIT   file that is made when it has failed
 *
 * Calls are counted from the program's start, those of all threads together;
 * every other call goes through. Needs glibc.
 */
/* 64-bit offsets are the only ones there; asked for, mmap has another name. */
#undef _FILE_OFFSET_BITS
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef enum { NONE, ALLOC, WRITE, SYNC, NAME, RANDOM } kind;

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t count, size_t n);
extern void *__libc_realloc(void *p, size_t n);
extern void *__libc_memalign(size_t align, size_t n);

static kind failing = NONE;
static long which;
static char hit_path[4096];
static atomic_long seen;

__attribute__((constructor)) static void start(void) {
  static const char *const names[] = {"",     "alloc", "write",
                                      "sync", "name",  "random"};
  const char *name = getenv("EVD_TORTURE_KIND");
  const char *n = getenv("EVD_TORTURE_N");
  const char *hit = getenv("EVD_TORTURE_HIT");
  if (!name || !n || !hit || strlen(hit) >= sizeof hit_path)
    return;
  memcpy(hit_path, hit, strlen(hit) + 1);
  which = strtol(n, NULL, 10);
  for (int k = ALLOC; k <= RANDOM; k++)
    if (strcmp(name, names[k]) == 0)
      failing = (kind)k;
  /* What this program starts in turn is not counted. */
  (void)unsetenv("EVD_TORTURE_KIND");
}

static bool fails(kind k) {
  if (k != failing || atomic_fetch_add(&seen, 1) + 1 != which)
    return false;
  long fd = syscall(SYS_openat, AT_FDCWD, hit_path,
                    O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0)
    (void)syscall(SYS_close, fd);
  return true;
}

static void *no_memory(void) {
  errno = ENOMEM;
  return NULL;
}

static int minus(int why) {
  errno = why;
  return -1;
}

/* ---- memory ----------------------------------------------------------------
 */

void *malloc(size_t n) { return fails(ALLOC) ? no_memory() : __libc_malloc(n); }

void *calloc(size_t count, size_t n) {
  return fails(ALLOC) ? no_memory() : __libc_calloc(count, n);
}

void *realloc(void *p, size_t n) {
  return fails(ALLOC) ? no_memory() : __libc_realloc(p, n);
}

void *aligned_alloc(size_t align, size_t n) {
  return fails(ALLOC) ? no_memory() : __libc_memalign(align, n);
}

int posix_memalign(void **p, size_t align, size_t n) {
  *p = fails(ALLOC) ? NULL : __libc_memalign(align, n);
  return *p ? 0 : ENOMEM;
}

void *mmap(void *at, size_t n, int access, int flags, int fd, off_t offset) {
  if (fails(ALLOC)) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  long p = syscall(SYS_mmap, at, n, access, flags, fd, offset);
  return p == -1 ? MAP_FAILED : (void *)p;
}

/* ---- files -----------------------------------------------------------------
 */

ssize_t write(int fd, const void *p, size_t n) {
  return fails(WRITE) ? minus(ENOSPC) : syscall(SYS_write, fd, p, n);
}

static ssize_t write_at(int fd, const void *p, size_t n, off_t at) {
  return fails(WRITE) ? minus(ENOSPC) : syscall(SYS_pwrite64, fd, p, n, at);
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at) {
  return write_at(fd, p, n, at);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off_t at) {
  return write_at(fd, p, n, at);
}

int fsync(int fd) {
  return fails(SYNC) ? minus(EIO) : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
  return fails(SYNC) ? minus(EIO) : (int)syscall(SYS_fdatasync, fd);
}

int rename(const char *from, const char *to) {
  if (fails(NAME))
    return minus(EIO);
  return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat2(int from_at, const char *from, int to_at, const char *to,
              unsigned int flags) {
  if (fails(NAME))
    return minus(EIO);
  return (int)syscall(SYS_renameat2, from_at, from, to_at, to, flags);
}

int link(const char *from, const char *to) {
  if (fails(NAME))
    return minus(EIO);
  return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int linkat(int from_at, const char *from, int to_at, const char *to,
           int flags) {
  if (fails(NAME))
    return minus(EIO);
  return (int)syscall(SYS_linkat, from_at, from, to_at, to, flags);
}

int mkdir(const char *path, mode_t mode) {
  if (fails(NAME))
    return minus(EIO);
  return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

/* ---- randomness ------------------------------------------------------------
 */

ssize_t getrandom(void *p, size_t n, unsigned int flags) {
  return fails(RANDOM) ? minus(EIO) : syscall(SYS_getrandom, p, n, flags);
}
