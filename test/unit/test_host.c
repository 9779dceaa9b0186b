/* The host layer: files whole or not at all, the sealed form, records in
 * folders, worker threads. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/host.h"
#include "host/sealed.h"

static char folder[64];

static int setup(void **state) {
  (void)state;
  (void)snprintf(folder, sizeof folder, "/tmp/evident-host-XXXXXX");
  return mkdtemp(folder) ? 0 : -1;
}

/* One command line of the shell; its exit code must be 0. */
__attribute__((format(printf, 1, 2))) static void run(const char *format, ...) {
  char command[1024];
  int status = -1;
  va_list args;
  va_start(args, format);
  (void)vsnprintf(command, sizeof command, format, args);
  va_end(args);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static int teardown(void **state) {
  (void)state;
  run("rm -rf %s", folder);
  return 0;
}

static const char *in_folder(const char *name) {
  static char path[4][256];
  static unsigned turn;
  char *p = path[turn++ % 4];
  (void)snprintf(p, 256, "%s/%s", folder, name);
  return p;
}

/* Entries of the folder, hidden ones too. */
static unsigned entries(void) {
  unsigned n = 0;
  DIR *d = opendir(folder);
  assert_non_null(d);
  while (readdir(d))
    n++;
  closedir(d);
  return n - 2;
}

/* ---- files ---- */

static void test_write_and_read_back(void **state) {
  (void)state;
  evd_arena a;
  evd_span s;
  struct stat st;
  const char *path = in_folder("x.json");
  evd_arena_init(&a, 1 << 20);
  assert_int_equal(evd_file_write(path, "abc", 3, 0600, EVD_NEW), EVD_OK);
  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  assert_int_equal(evd_file_read(path, 3, &s, &a), EVD_OK);
  assert_int_equal(s.n, 3);
  assert_memory_equal(s.p, "abc", 3);
  assert_int_equal(evd_file_write(path, "d", 1, 0600, EVD_NEW), EVD_ERR_EXISTS);
  assert_int_equal(evd_file_write(path, "de", 2, 0644, EVD_REPLACE), EVD_OK);
  assert_int_equal(evd_file_read(path, 10, &s, &a), EVD_OK);
  assert_int_equal(s.n, 2);
  assert_int_equal(entries(), 1);
  assert_int_equal(evd_file_erase(path), EVD_OK);
  assert_int_equal(entries(), 0);
  evd_arena_close(&a);
}

static void test_read_refuses(void **state) {
  (void)state;
  evd_arena a;
  evd_span s;
  evd_arena_init(&a, 1 << 20);
  run("ln -s /etc/hostname %s/link; mkfifo %s/fifo", folder, folder);
  assert_int_equal(evd_file_read(in_folder("link"), 99, &s, &a), EVD_ERR_PARSE);
  assert_int_equal(evd_file_read(in_folder("fifo"), 99, &s, &a), EVD_ERR_PARSE);
  assert_int_equal(evd_file_read(in_folder("none"), 99, &s, &a),
                   EVD_ERR_MISSING);
  run("printf 12345 > %s/five", folder);
  assert_int_equal(evd_file_read(in_folder("five"), 4, &s, &a), EVD_ERR_PARSE);
  assert_int_equal(evd_file_read(in_folder("five"), 5, &s, &a), EVD_OK);
  evd_arena_close(&a);
}

/* The disk is full, or the file larger than allowed: nothing stays. */
static void test_failed_write_leaves_nothing(void **state) {
  (void)state;
  static uint8_t big[300000];
  struct rlimit old, small;
  const char *path = in_folder("big");
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
  small = old;
  small.rlim_cur = 100000;
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
  evd_err e = evd_file_write(path, big, sizeof big, 0644, EVD_NEW);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
  assert_int_equal(e, EVD_ERR_IO);
  assert_int_equal(entries(), 0);
  assert_int_equal(evd_file_write(path, "keep", 4, 0644, EVD_NEW), EVD_OK);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
  e = evd_file_write(path, big, sizeof big, 0644, EVD_REPLACE);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
  assert_int_equal(e, EVD_ERR_IO);
  assert_int_equal(entries(), 1);
  run("test \"$(cat %s)\" = %s", path, "keep");
  assert_int_equal(evd_file_write("/proc/none/x", "a", 1, 0600, EVD_NEW),
                   EVD_ERR_IO);
}

static void test_out_abandoned(void **state) {
  (void)state;
  evd_out *o = NULL;
  assert_int_equal(evd_out_open(&o, in_folder("o"), 0644, EVD_NEW), EVD_OK);
  assert_int_equal(evd_out_add(o, "abc", 3), EVD_OK);
  evd_out_abandon(o);
  assert_int_equal(entries(), 0);
  assert_int_equal(evd_out_open(&o, in_folder("o"), 0644, EVD_NEW), EVD_OK);
  assert_int_equal(evd_out_add(o, "abc", 3), EVD_OK);
  assert_false(evd_file_exists(in_folder("o")));
  assert_int_equal(evd_out_commit(o), EVD_OK);
  assert_int_equal(entries(), 1);
}

/* ---- sealed form ---- */

static const char pass[] = "correct horse";
#define PASS_N (sizeof pass - 1)

static void test_seal_round_trip(void **state) {
  (void)state;
  uint8_t sealed[56 + 5 + 16], out[5];
  evd_span s = {sealed, sizeof sealed};
  assert_int_equal(
      evd_seal(sealed, "hello", 5, pass, PASS_N, EVD_KDF_INTERACTIVE), EVD_OK);
  assert_memory_equal(sealed, "EVS1\0\0\0\2\0\0\0\0\4\0\0\0", 16);
  assert_int_equal(evd_unseal(out, s, pass, PASS_N), EVD_OK);
  assert_memory_equal(out, "hello", 5);
  assert_int_equal(evd_unseal(out, s, "correct horsf", PASS_N), EVD_ERR_SEALED);
  s.n = sizeof sealed - 1;
  assert_int_equal(evd_unseal(out, s, pass, PASS_N), EVD_ERR_SEALED);
}

/* Any flipped byte is refused: one of each part of the file. */
static void test_T22_every_part_of_a_sealed_file(void **state) {
  (void)state;
  uint8_t sealed[56 + 5 + 16], out[5];
  static const size_t at[] = {0, 3, 16, 31, 32, 55, 56, 60, 61, 76};
  evd_span s = {sealed, sizeof sealed};
  assert_int_equal(
      evd_seal(sealed, "hello", 5, pass, PASS_N, EVD_KDF_INTERACTIVE), EVD_OK);
  for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
    sealed[at[i]] ^= 1;
    assert_int_equal(evd_unseal(out, s, pass, PASS_N), EVD_ERR_SEALED);
    sealed[at[i]] ^= 1;
  }
  assert_int_equal(evd_unseal(out, s, pass, PASS_N), EVD_OK);
}

/* Costs come from the file: below the floor or absurdly high is refused
 * without deriving anything (A15). */
static void test_A15_seal_costs_bounded(void **state) {
  (void)state;
  uint8_t sealed[56 + 5 + 16], out[5];
  evd_span s = {sealed, sizeof sealed};
  assert_int_equal(
      evd_seal(sealed, "hello", 5, pass, PASS_N, EVD_KDF_INTERACTIVE), EVD_OK);
  sealed[7] = 1; /* one pass */
  assert_int_equal(evd_unseal(out, s, pass, PASS_N), EVD_ERR_SEALED);
  sealed[7] = 21;
  assert_int_equal(evd_unseal(out, s, pass, PASS_N), EVD_ERR_SEALED);
  sealed[7] = 2;
  sealed[12] = 3; /* 48 MiB */
  assert_int_equal(evd_unseal(out, s, pass, PASS_N), EVD_ERR_SEALED);
  sealed[12] = 4;
  sealed[8] = 1; /* 2^56 bytes */
  assert_int_equal(evd_unseal(out, s, pass, PASS_N), EVD_ERR_SEALED);
  sealed[8] = 0;
  assert_int_equal(evd_unseal(out, s, pass, PASS_N), EVD_OK);
}

static evd_vault *vault_with(const char *text, bool plain) {
  evd_vault *v = NULL;
  int fd[2];
  assert_int_equal(pipe(fd), 0);
  assert_int_equal(write(fd[1], text, strlen(text)), strlen(text));
  close(fd[1]);
  assert_int_equal(evd_vault_open(&v, fd[0], true, plain, EVD_KDF_INTERACTIVE),
                   EVD_OK);
  close(fd[0]);
  return v;
}

static void test_vault(void **state) {
  (void)state;
  evd_span s;
  evd_vault *v = vault_with("secret\nnot this", false);
  assert_false(evd_vault_has(v, folder, "a"));
  assert_int_equal(evd_vault_write(v, folder, "a", "one", 3, EVD_NEW), EVD_OK);
  assert_int_equal(evd_vault_write(v, folder, "b", "", 0, EVD_NEW), EVD_OK);
  assert_true(evd_vault_has(v, folder, "a"));
  assert_int_equal(evd_vault_read(v, folder, "c", &s), EVD_ERR_MISSING);
  evd_vault_close(v);
  run("test $(stat -c %%a %s/a.sealed) = 600", folder);
  v = vault_with("secret", false);
  assert_int_equal(evd_vault_read(v, folder, "a", &s), EVD_OK);
  assert_int_equal(s.n, 3);
  assert_memory_equal(s.p, "one", 3);
  evd_vault_release(&s);
  assert_int_equal(evd_vault_read(v, folder, "b", &s), EVD_OK);
  assert_int_equal(s.n, 0);
  evd_vault_release(&s);
  assert_int_equal(evd_vault_erase(v, folder, "a"), EVD_OK);
  assert_false(evd_vault_has(v, folder, "a"));
  evd_vault_close(v);
  v = vault_with("Secret", false);
  assert_int_equal(evd_vault_read(v, folder, "b", &s), EVD_ERR_SEALED);
  evd_vault_close(v);
}

static void test_vault_plain(void **state) {
  (void)state;
  evd_span s;
  evd_vault *v = vault_with("", true);
  assert_int_equal(evd_vault_write(v, folder, "a", "one", 3, EVD_NEW), EVD_OK);
  run("test \"$(cat %s/a)\" = one", folder);
  assert_int_equal(evd_vault_read(v, folder, "a", &s), EVD_OK);
  assert_memory_equal(s.p, "one", 3);
  evd_vault_release(&s);
  evd_vault_close(v);
}

/* ---- record in a folder ---- */

static void test_source_lists(void **state) {
  (void)state;
  evd_source src;
  evd_arena a;
  const char **paths = NULL;
  size_t n = 0;
  run("cd %s && mkdir b empty && touch z.json b/x.jsonl b/y.jsonl.zst "
      "b/x.jsonl.zst q.json.zst .h && ln -s z.json l && mkfifo f",
      folder);
  evd_arena_init(&a, 1 << 20);
  assert_int_equal(evd_source_dir_open(&src, folder), EVD_OK);
  assert_int_equal(src.list(src.self, &paths, &n, &a), EVD_OK);
  static const char *const want[] = {".h",         "b/x.jsonl", "b/x.jsonl",
                                     "b/y.jsonl",  "f*",        "l*",
                                     "q.json.zst", "z.json"};
  assert_int_equal(n, 8);
  for (size_t i = 0; i < n; i++)
    assert_string_equal(paths[i], want[i]);
  evd_source_dir_close(&src);
  evd_arena_close(&a);
  assert_int_equal(evd_source_dir_open(&src, in_folder("nope")),
                   EVD_ERR_MISSING);
}

static void test_source_never_leaves_the_folder(void **state) {
  (void)state;
  evd_source src;
  evd_arena a;
  evd_span s;
  evd_arena_init(&a, 1 << 20);
  run("cd %s && mkdir in && echo x > o.json && ln -s ../o.json in/l.json && "
      "ln -s . in/d && mkfifo in/f.json",
      folder);
  assert_int_equal(evd_source_dir_open(&src, in_folder("in")), EVD_OK);
  assert_int_equal(src.read(src.self, "../o.json", 99, &s, &a), EVD_ERR_PARSE);
  assert_int_equal(src.read(src.self, "l.json", 99, &s, &a), EVD_ERR_PARSE);
  assert_int_equal(src.read(src.self, "d/o.json", 99, &s, &a), EVD_ERR_PARSE);
  assert_int_equal(src.read(src.self, "f.json", 99, &s, &a), EVD_ERR_PARSE);
  assert_int_equal(src.read(src.self, "/etc/hostname", 99, &s, &a),
                   EVD_ERR_PARSE);
  assert_int_equal(src.read(src.self, "n.json", 99, &s, &a), EVD_ERR_MISSING);
  evd_source_dir_close(&src);
  evd_arena_close(&a);
}

/* A large file is the record's fault, want of memory is not. */
static void test_source_large_or_short_of_memory(void **state) {
  (void)state;
  evd_source src;
  evd_arena a;
  evd_span s;
  run("cd %s && printf 123456789 > nine.json", folder);
  evd_arena_init(&a, 64);
  assert_int_equal(evd_source_dir_open(&src, folder), EVD_OK);
  assert_int_equal(src.read(src.self, "nine.json", 8, &s, &a), EVD_ERR_RANGE);
  assert_int_equal(src.read(src.self, "nine.json", 9, &s, &a), EVD_OK);
  assert_int_equal(s.n, 9);
  assert_int_equal(src.read(src.self, "nine.json", 9, &s, &a), EVD_ERR_SPACE);
  evd_source_dir_close(&src);
  evd_arena_close(&a);
}

static void expect_line(evd_source *src, const char *want, bool want_no_lf) {
  evd_span s;
  bool more = false, no_lf = false;
  assert_int_equal(src->lines_next(src->self, &s, &more, &no_lf), EVD_OK);
  assert_true(more);
  assert_int_equal(no_lf, want_no_lf);
  assert_int_equal(s.n, strlen(want));
  if (s.n)
    assert_memory_equal(s.p, want, s.n);
}

static void expect_end(evd_source *src) {
  evd_span s;
  bool more = true, no_lf = true;
  assert_int_equal(src->lines_next(src->self, &s, &more, &no_lf), EVD_OK);
  assert_false(more);
  assert_false(no_lf);
}

static void test_source_lines(void **state) {
  (void)state;
  evd_source src;
  evd_span s;
  bool more, no_lf;
  run("cd %s && printf 'one\\n\\nthree33\\n4\\nlast' > a.jsonl && "
      "zstd -q a.jsonl -o b.jsonl.zst && : > e.jsonl",
      folder);
  assert_int_equal(evd_source_dir_open(&src, folder), EVD_OK);
  static const char *const names[] = {"a.jsonl", "b.jsonl"};
  for (size_t i = 0; i < 2; i++) {
    assert_int_equal(src.lines_open(src.self, names[i], 5), EVD_OK);
    expect_line(&src, "one", false);
    expect_line(&src, "", false);
    assert_int_equal(src.lines_next(src.self, &s, &more, &no_lf),
                     EVD_ERR_RANGE);
    expect_line(&src, "4", false);
    expect_line(&src, "last", true);
    expect_end(&src);
    src.lines_close(src.self);
  }
  assert_int_equal(src.lines_open(src.self, "e.jsonl", 5), EVD_OK);
  expect_end(&src);
  assert_int_equal(src.lines_open(src.self, "none.jsonl", 5), EVD_ERR_MISSING);
  evd_source_dir_close(&src);
}

static evd_err drain(const char *name) {
  evd_source src;
  evd_span s;
  bool more = true, no_lf;
  assert_int_equal(evd_source_dir_open(&src, folder), EVD_OK);
  evd_err e = src.lines_open(src.self, name, 1 << 20);
  while (e == EVD_OK && more)
    e = src.lines_next(src.self, &s, &more, &no_lf);
  evd_source_dir_close(&src);
  return e;
}

/* One whole frame, window at most 8 MiB, nothing behind it. */
static void test_source_packed_strictly(void **state) {
  (void)state;
  run("cd %s && yes abcdefgh | head -c 12000000 > p && "
      "zstd -q --no-check -19 --zstd=wlog=23 p -o good.jsonl.zst && "
      "zstd -q --ultra --zstd=wlog=24 p -o wide.jsonl.zst && "
      "cat good.jsonl.zst good.jsonl.zst > two.jsonl.zst && "
      "head -c -3 good.jsonl.zst > cut.jsonl.zst && "
      "(cat good.jsonl.zst; printf x) > more.jsonl.zst && "
      "printf nothing > text.jsonl.zst",
      folder);
  assert_int_equal(drain("good.jsonl"), EVD_OK);
  assert_int_equal(drain("wide.jsonl"), EVD_ERR_PARSE);
  assert_int_equal(drain("two.jsonl"), EVD_ERR_PARSE);
  assert_int_equal(drain("cut.jsonl"), EVD_ERR_PARSE);
  assert_int_equal(drain("more.jsonl"), EVD_ERR_PARSE);
  assert_int_equal(drain("text.jsonl"), EVD_ERR_PARSE);
}

/* ---- threads and randomness ---- */

#define JOBS 5000
typedef struct {
  atomic_int count[JOBS];
} jobs;

static void count_job(void *self, size_t i) {
  jobs *j = self;
  atomic_fetch_add(&j->count[i], 1);
}

static void test_pool_runs_each_job_once(void **state) {
  (void)state;
  static jobs j;
  evd_pool p;
  for (uint32_t n = 0; n < 5; n++) {
    assert_int_equal(evd_pool_open(&p, n), EVD_OK);
    assert_true(p.workers >= 1);
    memset(&j, 0, sizeof j);
    for (size_t part = 0; part < 10; part++)
      p.run(p.self, count_job, &j, JOBS);
    p.run(p.self, count_job, &j, 0);
    for (size_t i = 0; i < JOBS; i++)
      assert_int_equal(atomic_load(&j.count[i]), 10);
    evd_pool_close(&p);
  }
}

static void test_C12_random_differs(void **state) {
  (void)state;
  uint8_t a[32], b[32];
  evd_random(a, sizeof a);
  evd_random(b, sizeof b);
  assert_memory_not_equal(a, b, sizeof a);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      T(test_write_and_read_back),
      T(test_read_refuses),
      T(test_failed_write_leaves_nothing),
      T(test_out_abandoned),
      T(test_seal_round_trip),
      T(test_T22_every_part_of_a_sealed_file),
      T(test_A15_seal_costs_bounded),
      T(test_vault),
      T(test_vault_plain),
      T(test_source_lists),
      T(test_source_never_leaves_the_folder),
      T(test_source_large_or_short_of_memory),
      T(test_source_lines),
      T(test_source_packed_strictly),
      T(test_pool_runs_each_job_once),
      T(test_C12_random_differs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
