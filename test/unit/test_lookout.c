/* Tiles of a board that are not those of its log: the monitor tells which, and
 * what it writes of it shows that they are. */
#include "sign_kit.h"

#include "alarm/evidence.h"
#include "board/tree_past.h"
#include "serve/lookout.h"

#include <stdio.h>
#include <stdlib.h>

#define ORIGIN "board.example/tiles"
#define MIB ((size_t)1 << 20)
enum { TIME = 1700000000, ENTRY_BYTES = 32 };

/* ---- a board in memory: entries that are none, its tiles, and what is done
 * to one file of it ---- */

typedef struct {
  kit_log log;
  evd_buf policy;
  evd_tree_past tree;
  uint64_t size;        /* shown */
  const char *bad;      /* path; NULL: none */
  size_t at;            /* which byte is another; */
  bool gone, shorter;   /* or all of it, or the last one */
  const char *also_bad; /* a second one, at byte 0 */
} board;

static void leaf_bytes(char out[ENTRY_BYTES], uint64_t index) {
  snprintf(out, ENTRY_BYTES, "entry %llu", (unsigned long long)index);
}

static void grow(board *b, uint64_t size) {
  char entry[ENTRY_BYTES];
  evd_h32 leaf;
  while (b->tree.size < size) {
    leaf_bytes(entry, b->tree.size);
    evd_leaf_hash(&leaf, entry, strlen(entry));
    assert_int_equal(evd_tree_past_add(&b->tree, &leaf), EVD_OK);
  }
  b->size = size;
}

static void put_checkpoint(const board *b, evd_buf *out) {
  evd_log_head h = {.size = b->size};
  assert_int_equal(evd_tree_past_root(&b->tree, b->size, &h.root), EVD_OK);
  kit_log_sign(out, &b->log, &h);
}

static void put_bundle(evd_buf *out, const evd_tile *t) {
  char entry[ENTRY_BYTES];
  for (uint32_t i = 0; i < t->width; i++) {
    leaf_bytes(entry, t->n * EVD_TILE_WIDTH + i);
    const uint8_t length[2] = {0, (uint8_t)strlen(entry)};
    evd_buf_add(out, length, sizeof length);
    evd_buf_text(out, entry);
  }
}

static void spoil(const board *b, const char *path, evd_buf *out) {
  if (b->bad && strcmp(path, b->bad) == 0) {
    out->n -= b->shorter;
    if (!b->shorter)
      out->p[b->at] ^= 1;
  }
  if (b->also_bad && strcmp(path, b->also_bad) == 0)
    out->p[0] ^= 1;
}

static evd_err board_read(void *self, const char *path, size_t max_bytes,
                          evd_buf *out) {
  const board *b = self;
  evd_tile t;
  (void)max_bytes;
  evd_buf_reset(out);
  if (strcmp(path, "checkpoint") == 0) {
    put_checkpoint(b, out);
    return EVD_OK;
  }
  if (b->gone && b->bad && strcmp(path, b->bad) == 0)
    return EVD_ERR_MISSING;
  if (evd_tile_path_read(&t, kit_span(path)) != EVD_OK ||
      evd_tile_width(t.level, t.n, b->size) < t.width)
    return EVD_ERR_MISSING;
  if (t.level == EVD_TILE_ENTRIES)
    put_bundle(out, &t);
  else
    evd_buf_add(out, evd_tree_past_tile(&b->tree, &t), (size_t)32 * t.width);
  spoil(b, path, out);
  return EVD_OK;
}

/* ---- what the watch said of files ---- */

typedef struct {
  board b;
  evd_board_files files;
  evd_lookout *watch;
  uint32_t n;
  char what[EVD_LOOKOUT_WHAT_BYTES];
  evd_buf evidence; /* of the first */
} room;

static void heard(void *self, const evd_alarm *alarm, bool on, const char *what,
                  evd_span evidence) {
  room *r = self;
  if (alarm->code != EVD_ALARM_FILE || !on || r->n++ > 0)
    return;
  snprintf(r->what, sizeof r->what, "%s", what);
  evd_buf_reset(&r->evidence);
  evd_buf_add(&r->evidence, evidence.p, evidence.n);
}

static void room_open(room *r, uint64_t size) {
  memset(r, 0, sizeof *r);
  kit_log_make(&r->b.log, ORIGIN, "log");
  evd_buf_init(&r->b.policy, 4096);
  kit_policy(&r->b.policy, &r->b.log, NULL, 0);
  evd_buf_text(&r->b.policy, "quorum none\n");
  evd_tree_past_init(&r->b.tree, 8 * MIB);
  evd_buf_init(&r->evidence, MIB);
  r->files = (evd_board_files){&r->b, board_read};
  grow(&r->b, size);
}

static void look(room *r) {
  r->n = 0;
  r->evidence.n = 0;
  r->what[0] = 0;
  assert_int_equal(evd_lookout_look(r->watch, TIME), EVD_OK);
  evd_lookout_settle(r->watch);
}

static void begin(room *r) {
  const evd_lookout_plan plan = {.files = &r->files,
                                 .policy = {r->b.policy.p, r->b.policy.n},
                                 .max_age = TIME,
                                 .say = heard,
                                 .self = r};
  if (r->watch)
    evd_lookout_close(r->watch);
  assert_int_equal(evd_lookout_open(&r->watch, &plan, (evd_span){NULL, 0}),
                   EVD_OK);
}

static void room_close(room *r) {
  evd_lookout_close(r->watch);
  evd_tree_past_close(&r->b.tree);
  evd_buf_close(&r->b.policy);
  evd_buf_close(&r->evidence);
}

/* ---- judging what it wrote ---- */

static evd_judgement judged(const room *r) {
  evd_arena a;
  evd_evidence e;
  evd_judgement j;
  const char *expected = "";
  evd_arena_init(&a, MIB);
  assert_int_equal(evd_evidence_read(
                       &e, (evd_span){r->evidence.p, r->evidence.n}, &expected),
                   EVD_OK);
  if (evd_evidence_judge(&j, &e, NULL, &a, &expected) != EVD_OK)
    fail_msg("expected %s", expected);
  evd_arena_close(&a);
  return j;
}

/* M05 about this file, whose evidence says so much. */
static void tells(const room *r, const char *what, const char *shows) {
  assert_true(r->n > 0);
  assert_string_equal(r->what, what);
  const evd_judgement j = judged(r);
  assert_int_equal(j.verdict, EVD_EVIDENCE_WORD);
  if (strncmp(j.shows, shows, strlen(shows)) != 0)
    fail_msg("%s: it shows: %s", what, j.shows);
}

#define OTHER "The bytes in the file are not those of the log."
#define THERE "The log has what the file says is missing."
#define SAYS "The log has such a place."

static void test_quiet(void **state) {
  (void)state;
  room r;
  room_open(&r, 300);
  begin(&r);
  look(&r);
  assert_int_equal(r.n, 0);
  grow(&r.b, 600);
  look(&r);
  grow(&r.b, 70000);
  look(&r);
  assert_int_equal(r.n, 0);
  assert_int_equal(evd_lookout_seen(r.watch)->entries, 70000);
  room_close(&r);
}

/* A tile above the entries: another hash, cut short, gone. */
static void test_tiles_above_entries(void **state) {
  (void)state;
  room r;
  room_open(&r, 70000);
  r.b.bad = "tile/1/000";
  r.b.at = 32 * 17;
  begin(&r);
  look(&r);
  tells(&r, "tile/1/000: it is not that of the entries", OTHER);
  /* the same file, where the log has what it says */
  const char needle[] = "tile/1/000 17\n";
  uint8_t *p = memmem(r.evidence.p, r.evidence.n, needle, sizeof needle - 1);
  assert_non_null(p);
  p[sizeof needle - 3] = '6';
  assert_int_equal(judged(&r).verdict, EVD_EVIDENCE_FALSE);

  r.b.bad = "tile/2/000.p/1";
  r.b.at = 0;
  begin(&r);
  look(&r);
  tells(&r, "tile/2/000.p/1: it is not that of the entries", OTHER);

  r.b.bad = "tile/1/001.p/17";
  r.b.shorter = true;
  begin(&r);
  look(&r);
  tells(&r, "tile/1/001.p/17: it is not that of the entries", SAYS);
  r.b.gone = true;
  begin(&r);
  look(&r);
  tells(&r, "tile/1/001.p/17: it is not that of the entries", THERE);
  room_close(&r);
}

/* Not one that growth is seen by: the watch goes on, and the alarm lasts until
 * the tile is right. */
static void test_tiles_above_entries_later(void **state) {
  (void)state;
  room r;
  room_open(&r, 600);
  begin(&r);
  look(&r);
  grow(&r.b, 1000);
  r.b.bad = "tile/1/000.p/3";
  r.b.at = 32 * 2;
  look(&r);
  tells(&r, "tile/1/000.p/3: it is not that of the entries", OTHER);
  const evd_lookout_state *seen = evd_lookout_seen(r.watch);
  assert_int_equal(seen->entries, 1000);
  look(&r);
  assert_true(seen->lamps[EVD_ALARM_FILE].on);
  assert_int_equal(r.n, 0); /* told once */
  r.b.bad = NULL;
  look(&r);
  assert_false(seen->lamps[EVD_ALARM_FILE].on);
  r.b.bad = "tile/0/004.p/76";
  r.b.at = 0;
  grow(&r.b, 1100);
  look(&r);
  tells(&r, "tile/0/004.p/76: missing or not of the checkpoint", OTHER);
  room_close(&r);
}

/* From 600 entries on: does the larger log go on from the smaller one? */
static void grown(room *r, uint64_t size, const char *bad, size_t at) {
  room_open(r, 600);
  begin(r);
  look(r);
  assert_int_equal(r->n, 0);
  grow(&r->b, size);
  r->b.bad = bad;
  r->b.at = at;
}

static void test_growth(void **state) {
  (void)state;
  static const struct {
    const char *path;
    uint32_t number; /* of the hash */
    uint64_t size;
  } all[] = {{"tile/0/002", 5, 1000},         /* seen before */
             {"tile/0/002", 200, 1000},       /* new */
             {"tile/0/003.p/232", 231, 1000}, /* new, at the edge */
             {"tile/1/000.p/3", 1, 1000},     /* above entries seen before */
             {"tile/1/000.p/7", 4, 2000}};    /* above new ones */
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    char what[128], place[128];
    room r;
    grown(&r, all[i].size, all[i].path, 32 * (size_t)all[i].number);
    look(&r);
    snprintf(what, sizeof what, "%s: missing or not of the checkpoint",
             all[i].path);
    tells(&r, what, OTHER);
    snprintf(place, sizeof place, "%s %u\n", all[i].path, all[i].number);
    assert_non_null(memmem(r.evidence.p, r.evidence.n, place, strlen(place)));
    assert_int_equal(evd_lookout_seen(r.watch)->entries, 600);
    r.b.gone = true;
    begin(&r); /* which has no head from before, and reads all of it */
    look(&r);
    assert_true(r.n > 0);
    room_close(&r);
  }
}

static void test_growth_not_there(void **state) {
  (void)state;
  room r;
  grown(&r, 1000, "tile/0/002", 0);
  r.b.gone = true;
  look(&r);
  tells(&r, "tile/0/002: missing or not of the checkpoint", THERE);
  r.b.gone = false;
  r.b.bad = NULL;
  look(&r);
  assert_int_equal(r.n, 0);
  grow(&r.b, 1100);
  r.b.bad = "tile/1/000.p/4";
  r.b.shorter = true;
  look(&r);
  tells(&r, "tile/1/000.p/4: missing or not of the checkpoint", SAYS);
  room_close(&r);
}

/* A tile and the entries below it are wrong: nothing of it can be proved. */
static void test_growth_nothing_proved(void **state) {
  (void)state;
  room r;
  grown(&r, 1000, "tile/0/003.p/232", 32 * 7);
  r.b.also_bad = "tile/0/002";
  look(&r);
  assert_true(r.n > 0);
  assert_int_equal(judged(&r).verdict, EVD_EVIDENCE_WORD);
  assert_int_equal(evd_lookout_seen(r.watch)->entries, 600);
  room_close(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_quiet),
      cmocka_unit_test(test_tiles_above_entries),
      cmocka_unit_test(test_tiles_above_entries_later),
      cmocka_unit_test(test_growth),
      cmocka_unit_test(test_growth_not_there),
      cmocka_unit_test(test_growth_nothing_proved),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
