#include "logcheck_kit.h"

#include <stdio.h>
#include <stdlib.h>

#include "host/board_dir.h"

#define ARENA_BYTES ((size_t)64 << 20)

/* ---- what fails ---- */

void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
void *__real_evd_arena_get(evd_arena *a, size_t count, size_t size);
void *__wrap_evd_arena_get(evd_arena *a, size_t count, size_t size);
evd_err __real_evd_board_object(const evd_board_files *f, const char *kind,
                                const evd_object_ref *ref, evd_buf *out);
evd_err __wrap_evd_board_object(const evd_board_files *f, const char *kind,
                                const evd_object_ref *ref, evd_buf *out);

static size_t asked, failing; /* which one fails, from 1; 0: none */

static bool fails(void) { return ++asked == failing; }

void *__wrap_malloc(size_t n) { return fails() ? NULL : __real_malloc(n); }

void *__wrap_evd_arena_get(evd_arena *a, size_t count, size_t size) {
  return fails() ? NULL : __real_evd_arena_get(a, count, size);
}

void fail_at(size_t n) {
  failing = n;
  asked = 0;
}

bool fail_no_more(void) {
  bool did = failing > 0 && asked >= failing;
  failing = 0;
  return did;
}

fault object_fault, file_fault;
bool read_ahead;

static bool is_now(fault *x, const char *name) {
  return x->name && strcmp(x->name, name) == 0 && ++x->n == x->nth;
}

static uint8_t *last_of(const evd_buf *b, const char *needle) {
  const size_t n = strlen(needle);
  for (size_t at = b->n >= n ? b->n - n + 1 : 0; at-- > 0;)
    if (memcmp(b->p + at, needle, n) == 0)
      return b->p + at;
  fail_msg("there is no %s", needle);
  return NULL;
}

static void alter(uint8_t *p) { *p = *p == 'A' ? 'B' : 'A'; }

static evd_err spoil(const fault *x, evd_buf *b) {
  if (x->what == NOTHING)
    return x->err;
  if (x->what == LAST) {
    b->n--;
    return EVD_OK;
  }
  uint8_t *p = last_of(b, x->needle);
  uint8_t *behind = p + strlen(x->needle);
  switch (x->what) {
  case FIRST:
    alter(p);
    break;
  case BEHIND:
    assert_true(behind < b->p + b->n);
    alter(behind);
    break;
  case CUT:
    b->n = (size_t)(p - b->p);
    break;
  default:
    b->n = (size_t)(behind - b->p) + (x->what == CUT_LATER);
  }
  return EVD_OK;
}

evd_err __wrap_evd_board_object(const evd_board_files *f, const char *kind,
                                const evd_object_ref *ref, evd_buf *out) {
  evd_err e = __real_evd_board_object(f, kind, ref, out);
  return e == EVD_OK && is_now(&object_fault, kind) ? spoil(&object_fault, out)
                                                    : e;
}

static evd_board_files dir;

static evd_err file_read(void *self, const char *path, size_t max_bytes,
                         evd_buf *out) {
  (void)self;
  evd_err e = evd_board_read(&dir, path, max_bytes, out);
  return e == EVD_OK && is_now(&file_fault, path) ? spoil(&file_fault, out) : e;
}

/* ---- one reading ---- */

static evd_board_files files = {NULL, file_read};
static evd_buf policy;

static void nobody_looks(void *self, uint64_t entries, uint64_t size) {
  (void)self;
  (void)entries;
  (void)size;
}

void reading_begin(reading *x) {
  const evd_logcheck_how how = {.files = &files,
                                .kernel = evd_kernel_portable(),
                                .policy = {policy.p, policy.n},
                                .side_by_side = read_ahead,
                                .max_age = EVD_LOG_AGE_SECONDS,
                                .progress = nobody_looks};
  memset(x, 0, sizeof *x);
  evd_arena_init(&x->arena, ARENA_BYTES);
  x->err = evd_logcheck_open(&x->l, &how, &x->arena);
}

void reading_end(reading *x) {
  x->r = (evd_report){.verdict = EVD_VERDICT_PASS,
                      .has_digest = true,
                      .n_files = 1,
                      .stage = EVD_STAGE_FINAL};
  if (x->err == EVD_OK)
    x->err = evd_logcheck_end(x->l, &x->r);
}

void reading_close(reading *x) {
  evd_logcheck_close(x->l);
  evd_arena_close(&x->arena);
  memset(&object_fault, 0, sizeof object_fault);
  memset(&file_fault, 0, sizeof file_fault);
}

uint64_t faults_of(const reading *x) {
  uint64_t n = 0;
  const evd_logcheck_report *found = evd_logcheck_found(x->l);
  for (size_t i = 0; i < found->n_checks; i++)
    n += found->checks[i].failed;
  return n;
}

void is_open(reading *x, const char *name, size_t n) {
  if (x->err == EVD_ERR_SPACE)
    return;
  if (x->err != EVD_OK || faults_of(x) > 0 ||
      x->r.verdict != EVD_VERDICT_INCOMPLETE)
    fail_msg("%s %zu: %s, %d faults, verdict %d", name, n, evd_err_text(x->err),
             (int)faults_of(x), (int)x->r.verdict);
}

evd_verdict verdict(void) {
  reading x;
  reading_begin(&x);
  reading_end(&x);
  assert_int_equal(x.err, EVD_OK);
  assert_true((faults_of(&x) > 0) == (x.r.verdict == EVD_VERDICT_FAIL));
  reading_close(&x);
  return x.r.verdict;
}

static bool open_dir(const char *name, const char *within) {
  char path[4096];
  const char *root = getenv("EVD_SOURCE_ROOT");
  (void)snprintf(path, sizeof path, "%s/test/vector/boards/%s%s",
                 root ? root : ".", name, within);
  return evd_board_dir_open(&dir, path) == EVD_OK;
}

static int open_named(const char *name) {
  evd_buf_init(&policy, 1 << 16);
  if (!open_dir(name, "") ||
      evd_board_read(&dir, "policy", 1 << 16, &policy) != EVD_OK)
    return -1;
  evd_board_dir_close(&dir);
  return open_dir(name, "/board") ? 0 : -1;
}

int open_board(void **state) {
  (void)state;
  return open_named("short");
}

int open_mail_board(void **state) {
  (void)state;
  return open_named("mail");
}

int close_board(void **state) {
  (void)state;
  evd_buf_close(&policy);
  evd_board_dir_close(&dir);
  return 0;
}
