/* What a confined process must not do ends it. */
#include "arith.h"

#include "host/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WELL = 7 };
typedef bool act(const char *folder);

static bool opens(const char *folder) {
  return open(folder, O_RDONLY | O_CLOEXEC) >= 0;
}
static bool opens_elsewhere(const char *folder) {
  (void)folder;
  return open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES;
}
static bool makes_socket(const char *folder) {
  (void)folder;
  return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}
static bool runs(const char *folder) {
  char *const argv[] = {NULL};
  (void)execv(folder, argv);
  return errno == EACCES;
}
static bool forks(const char *folder) {
  (void)folder;
  pid_t pid = fork();
  if (pid == 0)
    _exit(0);
  return pid > 0;
}
static bool makes_memfd(const char *folder) {
  (void)folder;
  return memfd_create("x", MFD_CLOEXEC) >= 0;
}
static bool runs_memory(const char *folder) {
  (void)folder;
  return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
              -1, 0) != MAP_FAILED;
}
static bool kills(const char *folder) {
  (void)folder;
  return kill(getppid(), 0) == 0;
}
static bool writes_file(const char *folder) {
  char path[256];
  (void)snprintf(path, sizeof path, "%s/new", folder);
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  return fd >= 0 && unlink(path) == 0;
}
static bool writes_refused(const char *folder) {
  char path[256];
  (void)snprintf(path, sizeof path, "%s/new", folder);
  return open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0 &&
         errno == EACCES;
}
static bool nothing(const char *folder) {
  void *p = malloc(1 << 20);
  (void)folder;
  free(p);
  return p != NULL;
}

/* The exit code of a process in this jail that does it; minus the signal. */
static int in_jail(const evd_jail *jail, act *what, const char *folder) {
  int status = 0;
  pid_t pid = fork();
  if (pid == 0) {
    if (evd_jail_enter(jail, NULL) != EVD_OK)
      _exit(1);
    _exit(what(folder) ? WELL : 2);
  }
  assert_true(waitpid(pid, &status, 0) == pid);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static char folder[] = "/tmp/evident-jail-XXXXXX";

static void dies(uint32_t may, act *what) {
  const evd_jail j = {.may = may};
  assert_int_equal(in_jail(&j, what, folder), -SIGSYS);
}

static void test_T20_nothing_is_allowed(void **state) {
  (void)state;
  const evd_jail j = {.may = 0};
  assert_int_equal(in_jail(&j, nothing, folder), WELL);
  dies(0, opens);
  dies(0, makes_socket);
  dies(0, runs);
  dies(0, forks);
  dies(0, makes_memfd);
  dies(0, runs_memory);
  dies(0, kills);
  dies(EVD_MAY_ACCEPT | EVD_MAY_MEMFD, opens);
  dies(EVD_MAY_READ, makes_socket);
  dies(EVD_MAY_READ | EVD_MAY_WRITE, runs);
  dies(EVD_MAY_CONNECT, opens);
  dies(EVD_MAY_THREAD, runs);
}

static void test_T20_files(void **state) {
  (void)state;
  const evd_jail reader = {.may = EVD_MAY_READ, .reads = {folder}};
  const evd_jail writer = {.may = EVD_MAY_WRITE, .writes = {folder}};
  const evd_jail memory = {.may = EVD_MAY_MEMFD};
  bool landlocked = false;
  pid_t pid = fork();
  if (pid == 0)
    _exit(evd_jail_enter(&reader, &landlocked) == EVD_OK && landlocked ? WELL
                                                                       : 0);
  int status = 0;
  assert_true(waitpid(pid, &status, 0) == pid);
  assert_int_equal(in_jail(&reader, opens, folder), WELL);
  assert_int_equal(in_jail(&writer, writes_file, folder), WELL);
  assert_int_equal(in_jail(&memory, makes_memfd, folder), WELL);
  if (WEXITSTATUS(status) != WELL) /* no Landlock */
    return;
  assert_int_equal(in_jail(&reader, opens_elsewhere, folder), WELL);
  assert_int_equal(in_jail(&reader, writes_refused, folder), WELL);
  assert_int_equal(in_jail(&writer, opens_elsewhere, folder), WELL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_T20_nothing_is_allowed),
      cmocka_unit_test(test_T20_files),
  };
  if (!mkdtemp(folder))
    return 1;
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  (void)rmdir(folder);
  return failed;
}
