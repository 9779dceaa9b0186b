#include "host/jail.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "host/host.h"
#include "host/landlock.h"
#include "host/start.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define CALL(name) SCMP_SYS(name)

/* Computing, waiting, and what is open already. */
static const int always[] = {CALL(read),
                             CALL(write),
                             CALL(readv),
                             CALL(writev),
                             CALL(pread64),
                             CALL(pwrite64),
                             CALL(recvmsg),
                             CALL(sendmsg),
                             CALL(recvfrom),
                             CALL(sendto),
                             CALL(sendfile),
                             CALL(lseek),
                             CALL(close),
                             CALL(shutdown),
                             CALL(poll),
                             CALL(ppoll),
                             CALL(epoll_wait),
                             CALL(epoll_pwait),
                             CALL(epoll_ctl),
                             CALL(fstat),
                             CALL(newfstatat),
                             CALL(brk),
                             CALL(munmap),
                             CALL(mremap),
                             CALL(madvise),
                             CALL(futex),
                             CALL(clock_gettime),
                             CALL(gettimeofday),
                             CALL(time),
                             CALL(nanosleep),
                             CALL(clock_nanosleep),
                             CALL(getrandom),
                             CALL(rt_sigreturn),
                             CALL(rt_sigaction),
                             CALL(rt_sigprocmask),
                             CALL(sigaltstack),
                             CALL(exit),
                             CALL(exit_group),
                             CALL(restart_syscall),
                             CALL(getpid),
                             CALL(sysinfo),
                             CALL(dup),
                             CALL(gettid),
                             CALL(tgkill),
                             CALL(sched_yield),
                             CALL(fsync),
                             CALL(fdatasync),
                             CALL(rseq),
                             CALL(getsockopt),
                             CALL(setsockopt),
                             CALL(getsockname),
                             CALL(mlock),
                             CALL(munlock),
                             CALL(sched_getaffinity)};
static const int of_accept[] = {CALL(accept), CALL(accept4)};
static const int of_memfd[] = {CALL(memfd_create), CALL(ftruncate)};
static const int of_read[] = {
    CALL(open),       CALL(openat),   CALL(stat),      CALL(lstat),
    CALL(statx),      CALL(access),   CALL(faccessat), CALL(faccessat2),
    CALL(getdents64), CALL(readlink), CALL(getcwd),    CALL(openat2),
    CALL(fadvise64)};
static const int of_write[] = {
    CALL(rename),    CALL(renameat), CALL(renameat2),       CALL(unlink),
    CALL(unlinkat),  CALL(link),     CALL(linkat),          CALL(mkdir),
    CALL(mkdirat),   CALL(rmdir),    CALL(ftruncate),       CALL(fchmod),
    CALL(fallocate), CALL(umask),    CALL(fchown),          CALL(geteuid),
    CALL(getuid),    CALL(flock),    CALL(sync_file_range), CALL(utimensat),
    CALL(statfs),    CALL(fstatfs)};
static const int of_connect[] = {
    CALL(socket),   CALL(connect),    CALL(bind),    CALL(getpeername),
    CALL(sendmmsg), CALL(recvmmsg),   CALL(select),  CALL(pselect6),
    CALL(ioctl),    CALL(socketpair), CALL(pipe2),   CALL(eventfd2),
    CALL(uname),    CALL(getuid),     CALL(geteuid), CALL(epoll_create1)};
static const int of_thread[] = {CALL(set_robust_list)};
static const int of_run[] = {CALL(execve), CALL(vfork), CALL(wait4),
                             CALL(pipe2),  CALL(dup2),  CALL(kill)};

static const int of_watch[] = {CALL(wait4), CALL(waitid), CALL(kill),
                               CALL(rt_sigtimedwait)};

static bool add(scmp_filter_ctx c, const int calls[], size_t n) {
  for (size_t i = 0; i < n; i++)
    if (seccomp_rule_add(c, SCMP_ACT_ALLOW, calls[i], 0) != 0)
      return false;
  return true;
}

/* Memory is never both written and run. */
static bool add_memory(scmp_filter_ctx c) {
  const struct scmp_arg_cmp no_exec = {2, SCMP_CMP_MASKED_EQ, 4 /* PROT_EXEC */,
                                       0};
  return seccomp_rule_add_array(c, SCMP_ACT_ALLOW, CALL(mmap), 1, &no_exec) ==
             0 &&
         seccomp_rule_add_array(c, SCMP_ACT_ALLOW, CALL(mprotect), 1,
                                &no_exec) == 0;
}

/* Threads only, unless programs may be started. clone3 keeps its flags where
 * no filter sees them: it is said not to be there, and libc takes clone. */
static bool add_clone(scmp_filter_ctx c, uint32_t may) {
  const struct scmp_arg_cmp thread = {0, SCMP_CMP_MASKED_EQ, CLONE_THREAD,
                                      CLONE_THREAD};
  if (!(may & (EVD_MAY_THREAD | EVD_MAY_RUN)))
    return true;
  if (seccomp_rule_add(c, SCMP_ACT_ERRNO(ENOSYS), CALL(clone3), 0) != 0)
    return false;
  return may & EVD_MAY_RUN
             ? seccomp_rule_add(c, SCMP_ACT_ALLOW, CALL(clone), 0) == 0
             : seccomp_rule_add_array(c, SCMP_ACT_ALLOW, CALL(clone), 1,
                                      &thread) == 0;
}

/* fcntl but for changing owners of signals and leases; ioctl is forbidden. */
static bool add_fcntl(scmp_filter_ctx c, bool seals) {
  static const uint64_t plain[] = {1 /* GETFD */,
                                   2 /* SETFD */,
                                   3 /* GETFL */,
                                   4 /* SETFL */,
                                   5 /* GETLK */,
                                   6 /* SETLK */,
                                   1030 /* DUPFD_CLOEXEC */,
                                   1034 /* GET_SEALS */};
  for (size_t i = 0; i < COUNT(plain); i++) {
    const struct scmp_arg_cmp is = {1, SCMP_CMP_EQ, plain[i], 0};
    if (seccomp_rule_add_array(c, SCMP_ACT_ALLOW, CALL(fcntl), 1, &is) != 0)
      return false;
  }
  const struct scmp_arg_cmp add_seals = {1, SCMP_CMP_EQ, 1033, 0};
  return !seals || seccomp_rule_add_array(c, SCMP_ACT_ALLOW, CALL(fcntl), 1,
                                          &add_seals) == 0;
}

static bool add_all(scmp_filter_ctx c, uint32_t may) {
  static const struct {
    uint32_t flag;
    const int *calls;
    size_t n;
  } groups[] = {{EVD_MAY_ACCEPT, of_accept, COUNT(of_accept)},
                {EVD_MAY_MEMFD, of_memfd, COUNT(of_memfd)},
                {EVD_MAY_READ | EVD_MAY_WRITE, of_read, COUNT(of_read)},
                {EVD_MAY_WRITE, of_write, COUNT(of_write)},
                {EVD_MAY_CONNECT, of_connect, COUNT(of_connect)},
                {EVD_MAY_THREAD | EVD_MAY_RUN, of_thread, COUNT(of_thread)},
                {EVD_MAY_WATCH, of_watch, COUNT(of_watch)},
                {EVD_MAY_RUN, of_run, COUNT(of_run)}};
  if (!add(c, always, COUNT(always)) || !add_memory(c) ||
      !add_fcntl(c, may & EVD_MAY_MEMFD) || !add_clone(c, may))
    return false;
  for (size_t i = 0; i < COUNT(groups); i++)
    if ((may & groups[i].flag) && !add(c, groups[i].calls, groups[i].n))
      return false;
  return true;
}

static evd_err forbid_calls(uint32_t may) {
  scmp_filter_ctx c = seccomp_init(SCMP_ACT_KILL_PROCESS);
  int bad = -ENOMEM;
  if (c && add_all(c, may))
    bad = seccomp_load(c);
  if (c)
    seccomp_release(c);
  return bad == 0
             ? EVD_OK
             : evd_complain(EVD_ERR_IO, "system calls cannot be forbidden: %s",
                            strerror(-bad));
}

/* At most n, and at most what this process may have anyway. */
static bool limit(__rlimit_resource_t what, uint64_t n) {
  struct rlimit r;
  if (getrlimit(what, &r) != 0)
    return false;
  if (n > r.rlim_max)
    n = r.rlim_max;
  r = (struct rlimit){n, n};
  return setrlimit(what, &r) == 0;
}

static bool limit_memory(uint64_t n) {
#ifdef EVD_SANITIZED
  (void)n;
  return true;
#else
  return n == 0 || limit(RLIMIT_AS, n);
#endif
}

evd_err evd_jail_enter(const evd_jail *j, bool *landlocked) {
  evd_host_no_core();
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      !limit_memory(j->memory_bytes) ||
      (j->files > 0 && !limit(RLIMIT_NOFILE, j->files)))
    return evd_complain(EVD_ERR_IO, "a process cannot be confined: %s",
                        strerror(errno));
  evd_err e = evd_landlock_enter(j);
  if (landlocked)
    *landlocked = e == EVD_OK;
  if (e != EVD_OK && e != EVD_ERR_MISSING)
    return e;
  return forbid_calls(j->may);
}
