/* The keeper of the log: what it takes, what it leaves on the disk, and what it
 * notices when it is opened. With EVD_STORE (postgresql://..) the database is
 * there, empty; else it is a file of SQLite. */
#include "arith.h"

#include "log_kit.h"

#include "board/checkpoint.h"
#include "board/files.h"
#include "board/proof.h"
#include "host/host.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[200];
static const char *served;
static election *x;

static evd_log_plan plan_of(void) {
  return (evd_log_plan){.dir = folder,
                        .where = served,
                        .origin = ORIGIN,
                        .keys = x->keys,
                        .policy = x->policy,
                        .make = true};
}

static evd_log *open_it(void) {
  evd_log *log = NULL;
  evd_log_plan plan = plan_of();
  assert_int_equal(evd_log_open(&log, &plan), EVD_OK);
  return log;
}

static uint64_t size_of(const evd_log *log) {
  evd_log_head head;
  evd_log_head_get(log, &head);
  return head.size;
}

static evd_log_result take(evd_log *log, evd_log_item item) {
  evd_log_result r;
  assert_int_equal(evd_log_take(log, &item, 1, &r), EVD_OK);
  return r;
}

static void taken_at(evd_log *log, evd_log_item item, int line) {
  evd_log_result r = take(log, item);
  if (r.fate != EVD_LOG_TAKEN)
    fail_msg("line %d: fate %d, L.%d: %s", line, (int)r.fate, (int)r.code,
             r.what);
}
/* Ballots of device 2, in one batch. */
static void take_many(evd_log *log, uint64_t first, uint32_t n) {
  static evd_log_item items[300];
  static evd_log_result r[300];
  for (uint32_t i = 0; i < n; i++) {
    items[i] = item_ballot(x, 2, first + i, 0);
    items[i].request = i;
  }
  assert_int_equal(evd_log_take(log, items, n, r), EVD_OK);
  for (uint32_t i = 0; i < n; i++)
    assert_int_equal(r[i].fate, EVD_LOG_TAKEN);
}
#define TAKEN(item) taken_at(log, (item), __LINE__)
#define FATE(item, wanted) assert_int_equal(take(log, (item)).fate, (wanted))

static void publish(evd_log *log) {
  assert_int_equal(publish_all(log), EVD_OK);
}

static bool there(const char *path) {
  char full[400];
  snprintf(full, sizeof full, "%s/public/%s", folder, path);
  return access(full, F_OK) == 0;
}

/* ---- tests, one after the other on one log ---- */

static void test_a_log_begins(void **state) {
  (void)state;
  evd_log_item items[32];
  evd_log *log = open_it();
  uint32_t n = items_until_open(x, items);
  evd_log_result r[32];
  assert_int_equal(evd_log_take(log, items, n, r), EVD_OK);
  for (uint32_t i = 5; i < n; i++)
    if (r[i].fate != EVD_LOG_TAKEN)
      fail_msg("item %u: %s", i, r[i].what);
  assert_int_equal(size_of(log), n);
  assert_non_null(evd_log_setup(log));
  assert_non_null(evd_log_keys(log));
  assert_true(evd_log_rules(log)->open);
  assert_int_equal(evd_log_rules(log)->n_credentials, VOTERS);
  FATE(items[0], EVD_LOG_REPEAT);
  assert_int_equal(take(log, items[4]).index, 4);
  publish(log);
  assert_true(there("setup/manifest.json"));
  assert_true(there("setup/keys"));
  assert_true(there("setup/guardians/guardian_3.json"));
  assert_true(there("setup/election_keys.json"));
  assert_true(there("setup/roll.jsonl"));
  assert_true(there("tile/entries/000.p/18"));
  assert_true(there("checkpoint"));
  evd_log_close(log);
}

/* A reveal that is not what was committed to: refused after the rules took it,
 * and the batch goes on without it. */
static void test_A09_another_reveal(void **state) {
  (void)state;
  evd_log *log = open_it();
  evd_log_item items[32], two[2];
  evd_log_result r[32];
  assert_null(evd_log_setup(log));
  FATE(item_ceremony(x, 1, 1), EVD_LOG_REFUSED); /* nothing before SETUP */
  assert_int_equal(size_of(log), 0);
  assert_int_equal(evd_log_files(log), EVD_OK);
  evd_entry e = {.type = EVD_ENTRY_CEREMONY};
  evd_span lies = span_of("guardian_1.json 2\n{}\n");
  (void)items_until_open(x, items);
  evd_h32 open = x->open;
  memset(&x->open, 0, sizeof x->open);
  e.ceremony.guardian = 1;
  e.ceremony.step = 2;
  e.ceremony.object = object_of("ceremony", lies);
  two[0] = election_item(x, &e, &lies, BIT(GUARDIAN_1), NO_ONE);
  x->open = open;
  two[0].request = 1;
  two[1] = items[4];
  assert_int_equal(evd_log_take(log, items, 4, r), EVD_OK);
  assert_int_equal(r[3].fate, EVD_LOG_TAKEN);
  assert_int_equal(evd_log_take(log, two, 2, r), EVD_OK);
  assert_int_equal(r[0].fate, EVD_LOG_REFUSED);
  assert_int_equal(r[1].fate, EVD_LOG_TAKEN);
  assert_int_equal(r[1].index, 4);
  evd_log_close(log);
}

static void test_T06_taken_once(void **state) {
  (void)state;
  evd_log *log = open_it();
  evd_log_item ballot = item_ballot(x, 2, 1, 0), other;
  evd_log_result r = take(log, ballot);
  assert_int_equal(r.fate, EVD_LOG_TAKEN);
  assert_int_equal(take(log, ballot).index, r.index);
  FATE(ballot, EVD_LOG_REPEAT);
  /* The same body, and signatures that do not even hold. */
  other = ballot;
  uint8_t *bytes = evd_arena_get(&x->arena, ballot.entry.n, 1);
  memcpy(bytes, ballot.entry.p, ballot.entry.n);
  bytes[ballot.entry.n - 1] ^= 1;
  other.entry.p = bytes;
  FATE(other, EVD_LOG_REPEAT);
  /* Another ballot under its code. */
  evd_entry e = {.type = EVD_ENTRY_BALLOT};
  evd_span object = span_of("another");
  code_of(&e.ballot.H_C, 2, 1);
  e.ballot.object = object_of("ballot", object);
  e.ballot.style = e.ballot.weight = 1;
  e.ballot.device = 2;
  FATE(election_item(x, &e, &object, BIT(DEVICE_2), NO_ONE), EVD_LOG_CONFLICT);
  TAKEN(item_cast(x, 2, 1));
  e = (evd_entry){.type = EVD_ENTRY_SPOIL};
  code_of(&e.spoil.H_C, 2, 1);
  FATE(election_item(x, &e, NULL, BIT(DEVICE_2), NO_ONE), EVD_LOG_CONFLICT);
  FATE(item_cast(x, 2, 1), EVD_LOG_REPEAT);
  evd_log_close(log);
}

static void test_what_is_no_item(void **state) {
  (void)state;
  evd_log *log = open_it();
  uint64_t size = size_of(log);
  evd_log_item good = item_ballot(x, 2, 2, 0), bad = good;
  bad.objects.n--;
  FATE(bad, EVD_LOG_MALFORMED);
  bad.objects.n = 0;
  FATE(bad, EVD_LOG_MALFORMED);
  bad = good;
  bad.entry.n--;
  FATE(bad, EVD_LOG_MALFORMED);
  bad = good;
  uint8_t *bytes = evd_arena_get(&x->arena, good.objects.n + 4, 1);
  memcpy(bytes, good.objects.p, good.objects.n);
  bad.objects = (evd_span){bytes, good.objects.n + 4};
  FATE(bad, EVD_LOG_MALFORMED);
  bad.objects.n -= 4;
  bytes[7] ^= 1;
  FATE(bad, EVD_LOG_MALFORMED);
  assert_int_equal(size_of(log), size);
  evd_log_close(log);
}

/* A refused entry leaves nothing: no row, no object. */
static void test_refused_leaves_nothing(void **state) {
  (void)state;
  char path[EVD_BOARD_PATH_BYTES];
  evd_log *log = open_it();
  evd_log_item item = item_ballot(x, 2, 3, 7); /* a position, unchained */
  evd_span object = {item.objects.p + 4, item.objects.n - 4};
  evd_object_ref ref = object_of("ballot", object);
  evd_log_result r = take(log, item);
  assert_int_equal(r.fate, EVD_LOG_REFUSED);
  assert_int_equal(r.code, EVD_L9);
  assert_true(r.what[0] != 0);
  evd_object_path(path, &ref.digest);
  assert_false(there(path));
  TAKEN(item_ballot(x, 2, 3, 0));
  assert_true(there(path));
  evd_log_close(log);
}

/* The first refused item ends its request, and no other. */
static void test_requests_of_a_batch(void **state) {
  (void)state;
  evd_log *log = open_it();
  evd_log_result r[6];
  evd_log_item items[6] = {item_ballot(x, 2, 10, 0), item_ballot(x, 2, 11, 5),
                           item_cast(x, 2, 10),      item_ballot(x, 2, 12, 0),
                           item_cast(x, 2, 12),      item_cast(x, 2, 99)};
  for (int i = 0; i < 6; i++)
    items[i].request = i < 3 ? 1 : 2;
  assert_int_equal(evd_log_take(log, items, 6, r), EVD_OK);
  assert_int_equal(r[0].fate, EVD_LOG_TAKEN);
  assert_int_equal(r[1].fate, EVD_LOG_REFUSED);
  assert_int_equal(r[2].fate, EVD_LOG_SKIPPED);
  assert_int_equal(r[3].fate, EVD_LOG_TAKEN);
  assert_int_equal(r[4].fate, EVD_LOG_TAKEN);
  assert_true(r[3].index < r[4].index);
  assert_int_equal(r[5].fate, EVD_LOG_REFUSED);
  TAKEN(item_cast(x, 2, 10));
  evd_log_close(log);
}

/* Voters' ballots of one batch are shuffled, a device's chain is not: adds how
 * place and arrival go together to *sum, 0 on average. */
static void one_batch(evd_log *log, uint32_t round, uint32_t n, double *sum) {
  enum { N_MAX = 32 };
  evd_log_item items[2 * N_MAX];
  evd_log_result r[2 * N_MAX];
  for (uint32_t i = 0; i < n; i++) {
    items[i] = item_ballot(x, 3, 1000 + round * n + i, 0);
    items[n + i] = item_ballot(x, 1, 5000 + round * n + i, round * n + i + 1);
  }
  for (uint32_t i = 0; i < 2 * n; i++)
    items[i].request = i;
  assert_int_equal(evd_log_take(log, items, 2 * n, r), EVD_OK);
  for (uint32_t i = 0; i < 2 * n; i++)
    if (r[i].fate != EVD_LOG_TAKEN)
      fail_msg("item %u: %s", i, r[i].what);
  for (uint32_t i = 0; i < n; i++) {
    double place = 0;
    for (uint32_t k = 0; k < n; k++)
      place += r[k].index < r[i].index;
    *sum += (i - (n - 1) / 2.0) * (place - (n - 1) / 2.0);
    assert_true(i == 0 || r[n + i].index > r[n + i - 1].index);
  }
}

/* Spearman's rank correlation over many batches: of variance n^2 (n+1)^2
 * (n-1) / 144 a batch, if place and arrival are independent. */
static void test_T28_order_of_a_batch(void **state) {
  (void)state;
  const uint32_t n = 20, rounds = 12;
  const double variance = n * n * (n + 1.0) * (n + 1.0) * (n - 1.0) / 144;
  evd_log *log = open_it();
  double sum = 0;
  for (uint32_t i = 0; i < rounds; i++)
    one_batch(log, i, n, &sum);
  /* 5 deviations: a good shuffle fails here once in a million runs */
  assert_true(sum * sum < 25 * rounds * variance);
  evd_log_close(log);
}

static void check_receipt(evd_log *log, uint64_t index,
                          const evd_log_item *of) {
  evd_buf b;
  evd_arena a;
  evd_receipt r;
  evd_checkpoint c;
  evd_note_why why;
  evd_buf_init(&b, 1 << 20);
  evd_arena_init(&a, 1 << 20);
  assert_int_equal(evd_log_receipt(log, index, &b), EVD_OK);
  assert_int_equal(evd_receipt_read(&r, (evd_span){b.p, b.n}, &a, &why),
                   EVD_OK);
  assert_int_equal(evd_checkpoint_read(&c, r.checkpoint, &why), EVD_OK);
  assert_int_equal(evd_receipt_check(&r, &c.head), EVD_OK);
  if (of) {
    assert_int_equal(r.extra.n, of->entry.n);
    assert_memory_equal(r.extra.p, of->entry.p, r.extra.n);
  }
  evd_buf_close(&b);
  evd_arena_close(&a);
}

static void test_receipts_and_proofs(void **state) {
  (void)state;
  evd_log *log = open_it();
  evd_log_head old, now;
  evd_tree_proof proof;
  evd_buf b;
  publish(log);
  evd_log_head_get(log, &old);
  evd_log_item item = item_ballot(x, 2, 20, 0);
  uint64_t index = take(log, item).index;
  evd_buf_init(&b, 1 << 20);
  assert_int_equal(evd_log_receipt(log, index, &b), EVD_ERR_RANGE);
  evd_buf_close(&b);
  take_many(log, 21, 300); /* over the edge of a tile */
  assert_int_equal(evd_log_files(log), EVD_OK);
  check_receipt(log, 3, NULL); /* of the older checkpoint */
  evd_log_head_get(log, &now);
  assert_int_equal(evd_log_consistency(log, old.size, &proof), EVD_OK);
  assert_int_equal(
      evd_consistency_check(&old.root, old.size, &now.root, now.size, &proof),
      EVD_OK);
  publish(log);
  check_receipt(log, index, &item);
  check_receipt(log, 0, NULL);
  check_receipt(log, now.size - 1, NULL);
  assert_true(there("tile/0/000"));
  assert_true(there("tile/entries/000"));
  assert_false(there("tile/0/000.p"));
  assert_true(there("tile/1/000.p/1"));
  evd_log_close(log);
}

static void test_what_is_published(void **state) {
  (void)state;
  evd_log *log = open_it();
  evd_log_head head, other;
  evd_log_head_get(log, &head);
  assert_int_equal(evd_log_published(log, &other).n > 0, true);
  assert_int_equal(other.size, head.size);
  other = head;
  other.root.b[0] ^= 1;
  assert_int_equal(publish_head(log, &other), EVD_ERR_FAIL);
  other = head;
  other.size++;
  assert_int_equal(publish_head(log, &other), EVD_ERR_FAIL);
  other.size = head.size - 1;
  assert_int_equal(publish_head(log, &other), EVD_ERR_FAIL);
  TAKEN(item_cast(x, 2, 20));
  evd_log_head_get(log, &other);
  assert_int_equal(publish_head(log, &other), EVD_ERR_FAIL); /* no files yet */
  publish(log);
  evd_log_close(log);
}

/* What witnesses have seen must be ours. */
static void test_T09_an_old_copy_is_refused(void **state) {
  (void)state;
  evd_log *log = open_it();
  evd_log_head head, seen;
  evd_log_head_get(log, &head);
  assert_int_equal(evd_log_known_head(log, &head, "w1"), EVD_OK);
  seen = head;
  seen.size++;
  assert_int_equal(evd_log_known_head(log, &seen, "w1"), EVD_ERR_FAIL);
  seen = head;
  seen.root.b[9] ^= 1;
  assert_int_equal(evd_log_known_head(log, &seen, "w1"), EVD_ERR_FAIL);
  seen.size = 0;
  evd_tree_empty(&seen.root);
  assert_int_equal(evd_log_known_head(log, &seen, "w1"), EVD_OK);
  seen.size = 40;
  assert_int_equal(evd_log_known_head(log, &seen, "w1"), EVD_ERR_FAIL);
  evd_log_close(log);
}

/* Tiles of the checkpoint of CLOSE stay when they are full later. */
static void test_tiles_of_close_stay(void **state) {
  (void)state;
  char path[64];
  evd_log *log = open_it();
  const evd_rules *r = evd_log_rules(log);
  TAKEN(item_close(x, (uint32_t)r->counts[EVD_BALLOT_SEALED],
                   (uint32_t)r->counts[EVD_BALLOT_CAST]));
  publish(log);
  unsigned width = (unsigned)(size_of(log) % 256),
           n = (unsigned)(size_of(log) / 256);
  evd_log_close(log);
  log = open_it();
  take_many(log, 5000, 256);
  publish(log);
  snprintf(path, sizeof path, "tile/0/%03u.p/%u", n, width);
  assert_true(there(path));
  snprintf(path, sizeof path, "tile/entries/%03u.p/%u", n, width);
  assert_true(there(path));
  snprintf(path, sizeof path, "tile/0/%03u", n);
  assert_true(there(path));
  evd_log_close(log);
}

static void test_index_of_codes(void **state) {
  (void)state;
  evd_h32 H_C;
  char path[400], line[200], want[80];
  code_of(&H_C, 2, 20);
  for (int i = 0; i < 32; i++)
    snprintf(want + 2 * i, 3, "%02X", H_C.b[i]);
  snprintf(path, sizeof path, "%s/public/index/%02X", folder, H_C.b[0]);
  FILE *f = fopen(path, "r");
  assert_non_null(f);
  bool found = false;
  char last[200] = "";
  while (fgets(line, sizeof line, f)) {
    found = found || strncmp(line, want, 64) == 0;
    assert_true(strncmp(last, line, 64) < 0);
    memcpy(last, line, sizeof last);
  }
  fclose(f);
  assert_true(found);
}

/* ---- a database and files that do not fit ---- */

static void refuses_to_open(void) {
  evd_log *log = NULL;
  evd_log_plan plan = plan_of();
  evd_err e = evd_log_open(&log, &plan);
  evd_log_close(log);
  assert_int_equal(e, EVD_ERR_FORM);
}

static void flip(const char *path, long at) {
  char full[400];
  snprintf(full, sizeof full, "%s/public/%s", folder, path);
  assert_int_equal(chmod(full, 0644), 0);
  FILE *f = fopen(full, "r+b");
  assert_non_null(f);
  fseek(f, at, SEEK_SET);
  int c = fgetc(f);
  fseek(f, at, SEEK_SET);
  fputc(c ^ 1, f);
  fclose(f);
}

static void test_T03_damage_at_the_edge(void **state) {
  (void)state;
  char path[64];
  evd_log *log = open_it();
  TAKEN(item_ballot(x, 2, 90000, 0));
  publish(log);
  unsigned width = (unsigned)(size_of(log) % 256),
           n = (unsigned)(size_of(log) / 256);
  evd_log_close(log);
  snprintf(path, sizeof path, "tile/0/%03u.p/%u", n, width);
  flip(path, 5);
  refuses_to_open();
  flip(path, 5);
  flip("tile/0/000", 77);
  log = open_it(); /* not at the edge: `board fsck` finds it */
  evd_log_close(log);
  flip("tile/0/000", 77);
  flip("checkpoint", (long)strlen(ORIGIN) + 8);
  refuses_to_open();
  flip("checkpoint", (long)strlen(ORIGIN) + 8);
  flip("checkpoint", 2);
  refuses_to_open();
  flip("checkpoint", 2);
  log = open_it();
  evd_log_close(log);
}

/* The published checkpoint is larger than the database. */
static void test_T09_a_database_of_yesterday(void **state) {
  (void)state;
  char db[300], old[310];
  evd_span bytes;
  snprintf(db, sizeof db, "%s/log.db", folder);
  snprintf(old, sizeof old, "%s.old", db);
  evd_log_close(open_it());
  assert_int_equal(evd_file_read(db, 1 << 26, &bytes, &x->arena), EVD_OK);
  assert_int_equal(evd_file_write(old, bytes.p, bytes.n, 0600, EVD_NEW),
                   EVD_OK);
  evd_log *log = open_it();
  TAKEN(item_ballot(x, 2, 90001, 0));
  publish(log);
  evd_log_close(log);
  assert_int_equal(rename(old, db), 0);
  refuses_to_open();
}

static int erase(const char *path, const struct stat *st, int type,
                 struct FTW *at) {
  (void)st;
  (void)type;
  (void)at;
  return remove(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_A09_another_reveal),
      cmocka_unit_test(test_a_log_begins),
      cmocka_unit_test(test_T06_taken_once),
      cmocka_unit_test(test_what_is_no_item),
      cmocka_unit_test(test_refused_leaves_nothing),
      cmocka_unit_test(test_requests_of_a_batch),
      cmocka_unit_test(test_T28_order_of_a_batch),
      cmocka_unit_test(test_receipts_and_proofs),
      cmocka_unit_test(test_what_is_published),
      cmocka_unit_test(test_T09_an_old_copy_is_refused),
      cmocka_unit_test(test_index_of_codes),
      cmocka_unit_test(test_tiles_of_close_stay),
      cmocka_unit_test(test_T03_damage_at_the_edge),
  };
  const struct CMUnitTest of_files[] = {
      cmocka_unit_test(test_T09_a_database_of_yesterday),
  };
  static election all;
  char at[] = "/tmp/evident-log-XXXXXX";
  served = getenv("EVD_STORE");
  if (!mkdtemp(at))
    return 1;
  snprintf(folder, sizeof folder, "%s", at);
  x = &all;
  election_open(x);
  evd_host_json();
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (!served)
    failed += cmocka_run_group_tests(of_files, NULL, NULL);
  election_close(x);
  return nftw(folder, erase, 16, FTW_DEPTH | FTW_PHYS) == 0 ? failed
                                                            : failed + 1;
}
