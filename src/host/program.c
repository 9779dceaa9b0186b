#include "host/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CANNOT_EXEC = 127, PART_BYTES = 4096, NAP_MS = 5 };

static uint64_t now_ms(void) {
  struct timespec t = {0};
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* In the child, between fork and exec: only calls that are safe there. */
static void become(const char *const argv[], int out) {
  union {
    const char *const *plain;
    char *const *for_exec; /* execvp takes, but does not change, them */
  } words = {.plain = argv};
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  (void)setpgid(0, 0); /* so that it can be killed with what it starts */
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (nothing >= 0 && dup2(nothing, 0) == 0 && dup2(out, 1) == 1 &&
      dup2(nothing, 2) == 2)
    (void)execvp(argv[0], words.for_exec);
  _exit(CANNOT_EXEC);
}

/* Reads until the end or the hour; false: late. */
static bool read_all(int fd, uint64_t until, evd_buf *out) {
  uint8_t part[PART_BYTES];
  for (;;) {
    uint64_t now = now_ms();
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (now >= until)
      return false;
    int ready = poll(&p, 1, (int)(until - now));
    if (ready < 0 && errno == EINTR)
      continue;
    ssize_t n = ready > 0 ? read(fd, part, sizeof part) : 0;
    if (n > 0)
      evd_buf_add(out, part, (size_t)n);
    else if (ready != 0)
      return true;
  }
}

/* A program may close its output and go on. */
static int wait_for(pid_t pid, uint64_t until) {
  int status = 0;
  struct timespec nap = {0, (long)NAP_MS * 1000000};
  for (;;) {
    pid_t done = waitpid(pid, &status, WNOHANG);
    if (done == pid)
      break;
    if ((done < 0 && errno != EINTR) || now_ms() >= until)
      return EVD_PROGRAM_LATE;
    (void)nanosleep(&nap, NULL);
  }
  if (WIFEXITED(status))
    return WEXITSTATUS(status) == CANNOT_EXEC ? EVD_PROGRAM_NOT_STARTED
                                              : WEXITSTATUS(status);
  return 128 + WTERMSIG(status);
}

int evd_program_run(const char *const argv[], uint32_t limit_ms, evd_buf *out) {
  int ends[2];
  const uint64_t until = now_ms() + limit_ms;
  if (pipe2(ends, O_CLOEXEC) != 0)
    return EVD_PROGRAM_NOT_STARTED;
  pid_t pid = fork();
  if (pid == 0)
    become(argv, ends[1]);
  (void)close(ends[1]);
  int code = EVD_PROGRAM_NOT_STARTED;
  if (pid > 0) {
    code = EVD_PROGRAM_LATE;
    if (read_all(ends[0], until, out))
      code = wait_for(pid, until);
  }
  (void)close(ends[0]);
  if (pid > 0 && code == EVD_PROGRAM_LATE) {
    (void)kill(-pid, SIGKILL);
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
  }
  return code;
}
