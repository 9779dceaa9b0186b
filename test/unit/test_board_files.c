/* A board's public files in a folder: paths, objects, tiles. */
#include "arith.h"

#include "hash/hash.h"
#include "host/board_dir.h"
#include "host/host.h"

#include <errno.h>
#include <ftw.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  char dir[64];
  evd_board_files f;
  evd_buf b;
} lab;

static void put(lab *x, const char *path, const void *p, size_t n) {
  char full[400], *slash = full;
  (void)snprintf(full, sizeof full, "%s/%s", x->dir, path);
  for (slash = strchr(full + strlen(x->dir) + 1, '/'); slash;
       slash = strchr(slash + 1, '/')) {
    *slash = 0;
    (void)mkdir(full, 0700);
    *slash = '/';
  }
  FILE *f = fopen(full, "wb");
  assert_non_null(f);
  assert_true(n == 0 || fwrite(p, n, 1, f) == 1);
  assert_int_equal(fclose(f), 0);
}

static void lab_open(lab *x) {
  static const char name[] = "/tmp/evident-test-XXXXXX";
  memcpy(x->dir, name, sizeof name);
  assert_non_null(mkdtemp(x->dir));
  assert_int_equal(evd_board_dir_open(&x->f, x->dir), EVD_OK);
  evd_buf_init(&x->b, 1 << 20);
}

static int erase(const char *path, const struct stat *st, int type,
                 struct FTW *at) {
  (void)st;
  (void)type;
  (void)at;
  return remove(path);
}

static void lab_close(lab *x) {
  evd_buf_close(&x->b);
  evd_board_dir_close(&x->f);
  (void)nftw(x->dir, erase, 8, FTW_DEPTH | FTW_PHYS);
}

static void test_paths(void **state) {
  (void)state;
  static const char *const good[] = {"checkpoint", "tile/0/x001/x234/067.p/12",
                                     "setup/parameters.json"};
  static const char *const bad[] = {
      "",    "/etc/passwd", "a//b", "a/",  "../x", "a/../b",      "a/.b",  ".",
      "a b", "a\nb",        "a%2e", "a?b", "a\\b", "tile/0/000#", "a/./b", "~"};
  lab x;
  lab_open(&x);
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    assert_true(evd_board_path_allowed(good[i]));
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_false(evd_board_path_allowed(bad[i]));
    assert_int_equal(evd_board_read(&x.f, bad[i], 10, &x.b), EVD_ERR_PARSE);
  }
  assert_true(evd_board_is_url("https://board.example/x"));
  assert_true(evd_board_is_url("http://board.example"));
  assert_false(evd_board_is_url("board/http://"));
  lab_close(&x);
}

/* No link on the way, nor at its end; no FIFO, which nobody writes into. */
static bool only_plain_files(lab *x) {
  static const char *const bad[] = {"real/link", "to_real/plain", "real",
                                    "fifo"};
  char path[400];
  put(x, "real/plain", "abc", 3);
  (void)snprintf(path, sizeof path, "%s/real/link", x->dir);
  bool good = symlink("plain", path) == 0;
  (void)snprintf(path, sizeof path, "%s/to_real", x->dir);
  good = symlink("real", path) == 0 && good;
  (void)snprintf(path, sizeof path, "%s/fifo", x->dir);
  good = mkfifo(path, 0600) == 0 && good;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    good = evd_board_read(&x->f, bad[i], 9, &x->b) == EVD_ERR_PARSE && good;
  good = evd_board_read(&x->f, "no/plain", 9, &x->b) == EVD_ERR_MISSING && good;
  return evd_board_read(&x->f, "real/plain", 9, &x->b) == EVD_OK &&
         x->b.n == 3 && good;
}

static void test_reading(void **state) {
  (void)state;
  lab x;
  lab_open(&x);
  put(&x, "setup/keys", "abc", 3);
  put(&x, "empty", "", 0);
  assert_int_equal(evd_board_read(&x.f, "setup/keys", 3, &x.b), EVD_OK);
  assert_int_equal(x.b.n, 3);
  assert_memory_equal(x.b.p, "abc", 3);
  assert_int_equal(evd_board_read(&x.f, "empty", 3, &x.b), EVD_OK);
  assert_int_equal(x.b.n, 0);
  assert_int_equal(evd_board_read(&x.f, "setup/keys", 2, &x.b), EVD_ERR_RANGE);
  assert_int_equal(evd_board_read(&x.f, "setup/x", 2, &x.b), EVD_ERR_MISSING);
  assert_int_equal(evd_board_read(&x.f, "no/x", 2, &x.b), EVD_ERR_MISSING);
  assert_int_equal(evd_board_read(&x.f, "setup", 2, &x.b), EVD_ERR_PARSE);
  assert_true(only_plain_files(&x));
  lab_close(&x);
}

/* From here on this call of the system gives this error. */
static bool forbid(unsigned call, unsigned error) {
  struct sock_filter f[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog program = {sizeof f / sizeof *f, f};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* The same where openat2 is not known, or not allowed. */
static void test_reading_by_parts(void **state) {
  (void)state;
  static const unsigned errors[] = {ENOSYS, EPERM};
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
    lab x;
    int status = -1;
    lab_open(&x);
    pid_t child = fork();
    if (child == 0)
      _exit(forbid(SYS_openat2, errors[i]) &&
                    syscall(SYS_openat2, -1, "", NULL, 0) < 0 &&
                    errno == (int)errors[i] && only_plain_files(&x)
                ? 0
                : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    lab_close(&x);
  }
}

/* What is served is compared with what the log names. */
static void test_objects(void **state) {
  (void)state;
  lab x;
  char path[EVD_OBJECT_PATH_BYTES];
  evd_object_ref ref = {{{0}}, 3};
  lab_open(&x);
  evd_digest(&ref.digest, "ballot", "abc", 3);
  evd_object_path(path, &ref.digest);
  assert_int_equal(strlen(path), 10 + 64);
  assert_memory_equal(path, "obj/", 4);
  assert_memory_equal(path + 4, path + 10, 2);
  assert_memory_equal(path + 7, path + 12, 2);
  assert_int_equal(evd_board_object(&x.f, "ballot", &ref, &x.b),
                   EVD_ERR_MISSING);
  put(&x, path, "abc", 3);
  assert_int_equal(evd_board_object(&x.f, "ballot", &ref, &x.b), EVD_OK);
  assert_int_equal(evd_board_object(&x.f, "tally", &ref, &x.b), EVD_ERR_PROOF);
  put(&x, path, "abd", 3);
  assert_int_equal(evd_board_object(&x.f, "ballot", &ref, &x.b), EVD_ERR_PROOF);
  put(&x, path, "ab", 2);
  assert_int_equal(evd_board_object(&x.f, "ballot", &ref, &x.b), EVD_ERR_PROOF);
  put(&x, path, "abcd", 4);
  assert_int_equal(evd_board_object(&x.f, "ballot", &ref, &x.b), EVD_ERR_PROOF);
  put(&x, path, "abc", 3);
  ref.length = 2;
  assert_int_equal(evd_board_object(&x.f, "ballot", &ref, &x.b), EVD_ERR_PROOF);
  lab_close(&x);
}

static void test_tiles(void **state) {
  (void)state;
  lab x;
  uint8_t bytes[EVD_TILE_BYTES];
  const uint8_t bundle[] = {0, 1, 'a', 0, 2, 'b', 'c', 0, 0};
  lab_open(&x);
  evd_tile t = {0, 0, 2}, e = {EVD_TILE_ENTRIES, 0, 2};
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = (uint8_t)(i / 32);
  assert_int_equal(evd_board_tile(&x.f, &t, &x.b), EVD_ERR_MISSING);
  put(&x, "tile/0/000", bytes, sizeof bytes); /* the partial one is gone */
  assert_int_equal(evd_board_tile(&x.f, &t, &x.b), EVD_OK);
  assert_int_equal(x.b.n, 64);
  put(&x, "tile/0/000.p/2", bytes, 65);
  assert_int_equal(evd_board_tile(&x.f, &t, &x.b), EVD_ERR_FORM);
  put(&x, "tile/0/000.p/2", bytes, 63);
  assert_int_equal(evd_board_tile(&x.f, &t, &x.b), EVD_ERR_FORM);
  put(&x, "tile/0/000.p/2", bytes, 64);
  evd_h32 out[EVD_TILE_WIDTH];
  evd_tile_reader r = evd_board_tiles(&x.f);
  assert_int_equal(r.read(r.self, &t, out), EVD_OK);
  assert_memory_equal(out, bytes, 64);
  put(&x, "tile/entries/000.p/2", bundle, 7);
  assert_int_equal(evd_board_tile(&x.f, &e, &x.b), EVD_OK);
  assert_int_equal(x.b.n, 7);
  put(&x, "tile/entries/000.p/2", bundle, 9);
  assert_int_equal(evd_board_tile(&x.f, &e, &x.b), EVD_ERR_FORM);
  put(&x, "tile/entries/000.p/2", bundle, 6);
  assert_int_equal(evd_board_tile(&x.f, &e, &x.b), EVD_ERR_FORM);
  lab_close(&x);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_paths),
      cmocka_unit_test(test_reading),
      cmocka_unit_test(test_reading_by_parts),
      cmocka_unit_test(test_objects),
      cmocka_unit_test(test_tiles),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
