/* Heads that entries name, judged by the keeper of the log: of sizes that have
 * files, that the database alone has, and that come with the same request. */
#include "arith.h"

#include "log_kit.h"

#include "board/receipt.h"
#include "host/host.h"
#include "serve/log_run.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_BALLOTS 300 /* more than a tile */

static char folder[] = "/tmp/evident-heads-XXXXXX";
static election x;

static evd_log *open_it(void) {
  const evd_log_plan plan = {.dir = folder,
                             .origin = ORIGIN,
                             .keys = x.keys,
                             .policy = x.policy,
                             .make = true};
  evd_log *log = NULL;
  assert_int_equal(evd_log_open(&log, &plan), EVD_OK);
  return log;
}

static evd_log_item item_attest(const evd_log_head *head) {
  static const char text[] = "seen";
  evd_entry e = {.type = EVD_ENTRY_ATTEST};
  const evd_span object = span_of(text);
  e.attest.key = x.pub[MONITOR];
  e.attest.head = *head;
  e.attest.object = object_of("attestation", object);
  return election_item(&x, &e, &object, BIT(MONITOR), NO_ONE);
}

static evd_log_result take(evd_log *log, evd_log_item item) {
  evd_log_result r;
  assert_int_equal(evd_log_take(log, &item, 1, &r), EVD_OK);
  return r;
}

/* Taken as it is, and refused with another root or the size after it. */
static void judge(evd_log *log, evd_log_head head) {
  evd_log_head odd = head;
  odd.root.b[31] ^= 1;
  evd_log_result r = take(log, item_attest(&odd));
  assert_true(r.fate == EVD_LOG_REFUSED && r.code == EVD_L5);
  odd = head;
  odd.size++;
  assert_int_equal(take(log, item_attest(&odd)).fate, EVD_LOG_REFUSED);
  assert_int_equal(take(log, item_attest(&head)).fate, EVD_LOG_TAKEN);
}

/* Ballots of one batch. */
static void take_many(evd_log *log, uint64_t first, uint32_t n) {
  static evd_log_item items[N_BALLOTS];
  static evd_log_result r[N_BALLOTS];
  for (uint32_t i = 0; i < n; i++) {
    items[i] = item_ballot(&x, 2, first + i, 0);
    items[i].request = i;
  }
  assert_int_equal(evd_log_take(log, items, n, r), EVD_OK);
  for (uint32_t i = 0; i < n; i++)
    assert_int_equal(r[i].fate, EVD_LOG_TAKEN);
}

static void test_T12_heads_with_files_and_without(void **state) {
  (void)state;
  enum { CHUNKS = 6, WITH_FILES = 4 };
  static const uint32_t chunks[CHUNKS] = {1, 237, 1, 40, 1, N_BALLOTS - 280};
  evd_log_head heads[CHUNKS + 1];
  evd_log_item items[32];
  evd_log_result r[32];
  uint64_t next = 1;
  evd_log *log = open_it();
  uint32_t n = items_until_open(&x, items);
  assert_int_equal(evd_log_take(log, items, n, r), EVD_OK);
  for (uint32_t i = 0; i < CHUNKS; i++) {
    evd_log_head_get(log, &heads[i]);
    if (i == WITH_FILES)
      assert_int_equal(evd_log_files(log), EVD_OK);
    take_many(log, next, chunks[i]);
    next += chunks[i];
  }
  evd_log_head_get(log, &heads[CHUNKS]);
  for (uint32_t i = 0; i <= CHUNKS; i++)
    judge(log, heads[i]);
  evd_log_close(log);
}

/* ---- receipts ---- */

static void take_notices(evd_log *log, uint32_t n) {
  evd_log_result r[EVD_TILE_WIDTH];
  evd_log_item items[EVD_TILE_WIDTH];
  static uint64_t number;
  char text[32];
  for (uint32_t i = 0; i < n; i++) {
    evd_entry e = {.type = EVD_ENTRY_NOTICE};
    (void)snprintf(text, sizeof text, "%llu\n", (unsigned long long)number++);
    e.notice.supersedes = EVD_NO_INDEX;
    e.notice.text = span_of(text);
    items[i] = election_item(&x, &e, NULL, ADMINS, NO_ONE);
    items[i].request = 0;
  }
  log->rules.signatures_hold = true;
  assert_int_equal(evd_log_take(log, items, n, r), EVD_OK);
  log->rules.signatures_hold = false;
  for (uint32_t i = 0; i < n; i++)
    assert_int_equal(r[i].fate, EVD_LOG_TAKEN);
}

/* Of every entry, `stride` apart: an odd number meets them all. */
static void check_receipts(evd_log *log, uint64_t stride) {
  evd_log_head head;
  evd_arena a;
  evd_buf b;
  evd_arena_init(&a, 1 << 20);
  evd_buf_init(&b, 1 << 20);
  evd_log_published(log, &head);
  for (uint64_t i = 0; i < head.size; i++) {
    evd_receipt r;
    evd_note_why why;
    evd_arena_point mark = evd_arena_mark(&a);
    const uint64_t index = i * stride % head.size;
    evd_buf_reset(&b);
    assert_int_equal(evd_log_receipt(log, index, &b), EVD_OK);
    assert_int_equal(evd_receipt_read(&r, (evd_span){b.p, b.n}, &a, &why),
                     EVD_OK);
    assert_true(r.index == index && evd_receipt_check(&r, &head) == EVD_OK);
    evd_arena_back(&a, mark);
  }
  evd_buf_close(&b);
  evd_arena_close(&a);
}

/* Hashes that were kept are those of their own place, also where others took
 * that place in between (more than there is room for), and after the log has
 * grown. */
static void test_receipts_of_kept_hashes(void **state) {
  (void)state;
  evd_log *log = open_it();
  for (uint32_t i = 0; i < EVD_LOG_NODES / EVD_TILE_WIDTH / 2; i++)
    take_notices(log, EVD_TILE_WIDTH);
  assert_int_equal(publish_all(log), EVD_OK);
  check_receipts(log, 1);
  check_receipts(log, 1009);
  take_notices(log, 40);
  assert_int_equal(publish_all(log), EVD_OK);
  check_receipts(log, 1);
  evd_log_close(log);
}

/* A request's entries are taken in their order: a head may hold those before
 * it that are in no transaction yet. */
static void test_T12_heads_of_the_same_request(void **state) {
  (void)state;
  evd_log *log = open_it();
  evd_log_item two[2] = {item_ballot(&x, 2, N_BALLOTS + 1, 0)};
  evd_log_result r[2];
  evd_tree tree = log->state.tree;
  evd_log_head head;
  evd_h32 leaf;
  evd_leaf_hash(&leaf, two[0].entry.p, two[0].entry.n);
  assert_int_equal(evd_tree_add(&tree, &leaf), EVD_OK);
  head.size = tree.size;
  evd_tree_root(&tree, &head.root);
  head.root.b[0] ^= 1;
  two[1] = item_attest(&head);
  assert_int_equal(evd_log_take(log, two, 2, r), EVD_OK);
  assert_true(r[0].fate == EVD_LOG_TAKEN && r[1].fate == EVD_LOG_REFUSED);
  two[0] = item_ballot(&x, 2, N_BALLOTS + 2, 0);
  evd_leaf_hash(&leaf, two[0].entry.p, two[0].entry.n);
  assert_int_equal(evd_tree_add(&tree, &leaf), EVD_OK);
  head.size = tree.size;
  evd_tree_root(&tree, &head.root);
  two[1] = item_attest(&head);
  assert_int_equal(evd_log_take(log, two, 2, r), EVD_OK);
  assert_true(r[0].fate == EVD_LOG_TAKEN && r[1].fate == EVD_LOG_TAKEN);
  assert_int_equal(evd_log_files(log), EVD_OK);
  evd_log_close(log);
}

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *at) {
  (void)st, (void)type, (void)at;
  return remove(path);
}

static int begin(void **state) {
  (void)state;
  election_open(&x);
  evd_host_json();
  return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state) {
  (void)state;
  election_close(&x);
  return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_T12_heads_with_files_and_without),
      cmocka_unit_test(test_T12_heads_of_the_same_request),
      cmocka_unit_test(test_receipts_of_kept_hashes),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
