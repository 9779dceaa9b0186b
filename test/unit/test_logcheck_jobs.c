/* What is found in a log is the same on one thread and on many: in every log
 * of the conformance kit, and in one that is longer than what is read at a
 * time, where signatures are wrong here and there. */
#include "arith.h"

#include "log_kit.h"

#include "host/board_dir.h"
#include "host/host.h"
#include "host/signer.h"
#include "serve/log_run.h"
#include "verify/logcheck_run.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 4

static evd_pool pool;

/* ---- two readings ---- */

typedef struct {
  evd_arena a;
  evd_logcheck *l;
  evd_report r;
} reading;

static void read_log(reading *x, evd_logcheck_how how,
                     const evd_pool *threads) {
  memset(x, 0, sizeof *x);
  evd_arena_init(&x->a, (size_t)1 << 30);
  how.kernel = evd_host_kernel();
  how.max_age = EVD_LOG_AGE_SECONDS;
  how.pool = threads;
  how.side_by_side = threads != NULL;
  assert_int_equal(evd_logcheck_open(&x->l, &how, &x->a), EVD_OK);
  x->r.verdict = EVD_VERDICT_PASS;
  x->r.has_digest = true;
  x->r.n_files = 1;
  assert_int_equal(evd_logcheck_end(x->l, &x->r), EVD_OK);
}

static void close_log(reading *x) {
  evd_logcheck_close(x->l);
  evd_arena_close(&x->a);
}

static void same_check(const char *name, const evd_check *a,
                       const evd_check *b) {
  if (a->status != b->status || a->count != b->count ||
      a->failed != b->failed || a->n_kept != b->n_kept ||
      a->unexamined != b->unexamined || a->remark != b->remark)
    fail_msg("%s: %s differs", name, a->id);
  for (uint32_t i = 0; i < a->n_kept; i++)
    if (strcmp(a->kept[i].where, b->kept[i].where) != 0 ||
        strcmp(a->kept[i].what, b->kept[i].what) != 0)
      fail_msg("%s: %s, fault %u: %s", name, a->id, i, b->kept[i].where);
}

/* Leaves the reading with threads open. */
static void read_twice(reading *many, const char *name,
                       const evd_logcheck_how *how) {
  reading one;
  read_log(&one, *how, NULL);
  read_log(many, *how, &pool);
  assert_int_equal(one.r.verdict, many->r.verdict);
  assert_int_equal(one.r.n_checks, many->r.n_checks);
  for (size_t i = 0; i < one.r.n_checks; i++)
    same_check(name, &one.r.checks[i], &many->r.checks[i]);
  close_log(&one);
}

/* ---- logs of the conformance kit ---- */

typedef struct {
  const evd_kit_file *files;
  uint32_t n;
} kit_files;

static const evd_kit_file *find(const kit_files *k, const char *within,
                                const char *path) {
  char whole[EVD_KIT_PATH_BYTES + 16];
  (void)snprintf(whole, sizeof whole, "%s%s", within, path);
  for (uint32_t i = 0; i < k->n; i++)
    if (strcmp(k->files[i].path, whole) == 0)
      return &k->files[i];
  return NULL;
}

static evd_err read_file(void *self, const char *path, size_t max_bytes,
                         evd_buf *out) {
  const evd_kit_file *f = find(self, "board/", path);
  if (!f)
    return EVD_ERR_MISSING;
  if (f->bytes.n > max_bytes)
    return EVD_ERR_RANGE;
  evd_buf_reset(out);
  evd_buf_add(out, f->bytes.p, f->bytes.n);
  return evd_buf_ok(out) ? EVD_OK : EVD_ERR_SPACE;
}

static void test_logs_of_the_kit(void **state) {
  (void)state;
  static const evd_kit_signer signer = {evd_signer_public, evd_signer_sign};
  evd_kit *kit = NULL;
  evd_arena a;
  kit_files k;
  uint32_t n_bad = 0;
  evd_arena_init(&a, EVD_KIT_ARENA_BYTES);
  assert_int_equal(
      evd_kit_open(&kit, evd_host_kernel(), span_of("threads"), &a), EVD_OK);
  for (uint32_t i = 0; i < evd_kit_log_count(); i++) {
    reading many;
    evd_board_files files = {&k, read_file};
    assert_int_equal(evd_kit_log_make(kit, i, &signer, &k.files, &k.n), EVD_OK);
    const evd_kit_file *head = find(&k, "", "head");
    const evd_logcheck_how how = {.files = &files,
                                  .policy = find(&k, "", "policy")->bytes,
                                  .head = head ? head->bytes : span_of("")};
    read_twice(&many, evd_kit_log_get(i).id, &how);
    n_bad += many.r.verdict == EVD_VERDICT_FAIL;
    close_log(&many);
  }
  assert_true(n_bad > evd_kit_log_count() / 2);
  evd_arena_close(&a);
}

/* ---- a long one ---- */

enum { NOTICES = EVD_L_ENTRIES + 400, BATCH = 256, EVERY = 300 };
static char folder[] = "/tmp/evident-jobs-XXXXXX";
static election x;

/* Every so many are signed by somebody who did not sign them. */
static evd_log_item notice(uint32_t number, bool *bad) {
  char text[32];
  evd_entry e = {.type = EVD_ENTRY_NOTICE};
  (void)snprintf(text, sizeof text, "%u\n", number);
  e.notice.supersedes = EVD_NO_INDEX;
  e.notice.text = span_of(text);
  evd_log_item item = election_item(&x, &e, NULL, ADMINS, NO_ONE);
  *bad = number % EVERY == EVERY - 1;
  if (*bad) {
    uint8_t *copy = evd_arena_get(&x.arena, item.entry.n, 1);
    memcpy(copy, item.entry.p, item.entry.n);
    copy[item.entry.n - 1] ^= 1;
    item.entry.p = copy;
  }
  return item;
}

static void take(evd_log *log, const evd_log_item *items, uint32_t n) {
  static evd_log_result r[BATCH];
  assert_int_equal(evd_log_take(log, items, n, r), EVD_OK);
  for (uint32_t i = 0; i < n; i++)
    assert_int_equal(r[i].fate, EVD_LOG_TAKEN);
}

static uint32_t make_log(void) {
  const evd_log_plan plan = {.dir = folder,
                             .origin = ORIGIN,
                             .keys = x.keys,
                             .policy = x.policy,
                             .make = true};
  static evd_log_item items[BATCH];
  uint32_t n_bad = 0;
  evd_log *log = NULL;
  assert_int_equal(evd_log_open(&log, &plan), EVD_OK);
  take(log, items, items_until_open(&x, items));
  log->rules.signatures_hold = true; /* a server that lies about them */
  for (uint32_t i = 0; i < NOTICES;) {
    uint32_t n = 0;
    for (; n < BATCH && i < NOTICES; n++, i++) {
      bool bad = false;
      items[n] = notice(i, &bad);
      n_bad += bad;
    }
    take(log, items, n);
  }
  assert_int_equal(publish_all(log), EVD_OK);
  evd_log_close(log);
  return n_bad;
}

static void test_a_log_longer_than_what_is_read_at_a_time(void **state) {
  (void)state;
  char public[sizeof folder + 16];
  evd_board_files files;
  reading many;
  const uint32_t n_bad = make_log();
  (void)snprintf(public, sizeof public, "%s/public", folder);
  assert_int_equal(evd_board_dir_open(&files, public), EVD_OK);
  const evd_logcheck_how how = {.files = &files, .policy = x.policy};
  read_twice(&many, "long", &how);
  const evd_check *l4 = &many.r.checks[EVD_L4_AT];
  assert_int_equal(l4->failed, n_bad);
  assert_true(l4->count > NOTICES && n_bad > 1);
  assert_string_equal(l4->kept[0].what, "a signature does not hold");
  close_log(&many);
  evd_board_dir_close(&files);
}

/* ---- program ---- */

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *at) {
  (void)st, (void)type, (void)at;
  return remove(path);
}

static int begin(void **state) {
  (void)state;
  election_open(&x);
  evd_host_json();
  if (evd_pool_open(&pool, THREADS) != EVD_OK)
    return -1;
  return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state) {
  (void)state;
  election_close(&x);
  evd_pool_close(&pool);
  return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_logs_of_the_kit),
      cmocka_unit_test(test_a_log_longer_than_what_is_read_at_a_time),
  };
  return cmocka_run_group_tests_name("logcheck_jobs", tests, begin, end);
}
