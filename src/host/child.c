#include "host/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* In the child, between fork and exec: only calls that are safe there. */
static bool redirect(const char *path, int fd) {
  if (!path)
    return true;
  int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  return file >= 0 && dup2(file, fd) == fd;
}

static void become(const evd_child_plan *p, int secret_end) {
  /* A child must not outlive the command that watches it. */
  (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (!redirect(p->out_path, 1) || !redirect(p->err_path, 2))
    _exit(3);
  if (secret_end == EVD_CHILD_SECRET_FD) {
    if (fcntl(secret_end, F_SETFD, 0) != 0)
      _exit(3);
  } else if (secret_end >= 0 && dup2(secret_end, EVD_CHILD_SECRET_FD) < 0) {
    _exit(3);
  }
  union {
    const char *const *plain;
    char *const *for_exec; /* execv takes, but does not change, them */
  } argv = {.plain = p->argv};
  (void)execv(p->program ? p->program : "/proc/self/exe", argv.for_exec);
  _exit(3);
}

bool evd_program_beside(char out[4096], const char *name) {
  char self[4096];
  ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
  if (n <= 0)
    return false;
  self[n] = 0;
  char *slash = strrchr(self, '/');
  if (!slash)
    return false;
  slash[1] = 0;
  int length = snprintf(out, 4096, "%s%s", self, name);
  return length > 0 && length < 4096 && access(out, X_OK) == 0;
}

/* The secret is shorter than a pipe holds, so this does not block. */
static evd_err fill_pipe(int ends[2], evd_span secret) {
  if (secret.n > 4096)
    return EVD_ERR_RANGE;
  if (pipe2(ends, O_CLOEXEC) != 0)
    return EVD_ERR_IO;
  ssize_t n = write(ends[1], secret.p, secret.n);
  (void)close(ends[1]);
  if (n == (ssize_t)secret.n)
    return EVD_OK;
  (void)close(ends[0]);
  return EVD_ERR_IO;
}

evd_err evd_child_start(evd_child *c, const evd_child_plan *p) {
  int ends[2] = {-1, -1};
  c->pid = -1;
  if (p->secret.n > 0 && fill_pipe(ends, p->secret) != EVD_OK)
    return evd_complain(EVD_ERR_IO, "cannot hand a secret to a process: %s",
                        strerror(errno));
  pid_t pid = fork();
  if (pid == 0)
    become(p, ends[0]);
  int why = errno;
  if (ends[0] >= 0)
    (void)close(ends[0]);
  if (pid < 0)
    return evd_complain(EVD_ERR_IO, "cannot start a process: %s",
                        strerror(why));
  c->pid = pid;
  return EVD_OK;
}

int evd_child_wait(evd_child *c, bool block) {
  int status = 0;
  pid_t pid;
  if (c->pid < 0)
    return 128;
  do {
    pid = waitpid(c->pid, &status, block ? 0 : WNOHANG);
  } while (pid < 0 && errno == EINTR);
  if (pid == 0)
    return -1;
  c->pid = -1;
  if (pid < 0)
    return 128;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void evd_child_stop(evd_child *c) {
  if (c->pid < 0)
    return;
  (void)kill(c->pid, SIGTERM);
  (void)evd_child_wait(c, true);
}

void evd_wait_ms(uint32_t ms) {
  struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
  (void)nanosleep(&t, NULL);
}
