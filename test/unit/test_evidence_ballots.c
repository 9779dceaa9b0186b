/* M07, M14, M20: ballots of a real log, judged again from evidence alone. */
#include "evidence_kit.h"

#include "board/files.h"
#include "board/objects.h"
#include "board/tile.h"
#include "hash/hash.h"
#include "host/board_dir.h"
#include "steps/judge_evidence.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- test/vector/boards/short ---- */

#define ENTRIES 64

typedef struct {
  evd_board_files files;
  evd_buf bundle;
  evd_entry_read at[ENTRIES];
  uint32_t n;
} board;

static board short_one;

static int open_board(void **state) {
  (void)state;
  char dir[1024];
  const evd_tile t = {EVD_TILE_ENTRIES, 0, 58};
  size_t at = 0;
  evd_span entry;
  const char *what;
  board *b = &short_one;
  (void)snprintf(dir, sizeof dir, "%s/test/vector/boards/short/board",
                 getenv("EVD_SOURCE_ROOT"));
  evd_buf_init(&b->bundle, 1 << 20);
  assert_int_equal(evd_board_dir_open(&b->files, dir), EVD_OK);
  assert_int_equal(evd_board_tile(&b->files, &t, &b->bundle), EVD_OK);
  while (at < b->bundle.n) {
    assert_int_equal(evd_bundle_next(of(&b->bundle), &at, &entry), EVD_OK);
    assert_int_equal(evd_entry_parse(&b->at[b->n++], entry, &what), EVD_OK);
  }
  return 0;
}

static int close_board(void **state) {
  (void)state;
  evd_buf_close(&short_one.bundle);
  evd_board_dir_close(&short_one.files);
  return 0;
}

/* The first entry of a type; of a ballot (H_C not NULL) that of the ballot. */
static const evd_entry *find(evd_entry_type type, const evd_h32 *H_C) {
  for (uint32_t i = 0; i < short_one.n; i++) {
    const evd_entry *e = &short_one.at[i].e;
    if (e->type == type &&
        (!H_C || memcmp(&e->ballot.H_C, H_C, sizeof *H_C) == 0))
      return e;
  }
  fail_msg("the log lacks an entry");
  return NULL;
}

static void get(evd_buf *out, const char *kind, const evd_object_ref *ref) {
  evd_buf_init(out, 1 << 20);
  assert_int_equal(evd_board_object(&short_one.files, kind, ref, out), EVD_OK);
}

/* ---- a log of its entries, with ballots of our own ---- */

typedef struct {
  world w;
  evd_entry ballot, opening;
  evd_buf line, opened, manifest, election_keys;
} scene;

enum { SETUP, KEYS, FIRST };

static void scene_open(scene *s) {
  const evd_entry *setup = find(EVD_ENTRY_SETUP, NULL),
                  *keys = find(EVD_ENTRY_KEYS, NULL);
  world_open(&s->w);
  add(&s->w, setup, NULL);
  add(&s->w, keys, NULL);
  s->opening = *find(EVD_ENTRY_OPENING, NULL);
  s->ballot = *find(EVD_ENTRY_BALLOT, &s->opening.opening.H_C);
  get(&s->line, "ballot", &s->ballot.ballot.object);
  get(&s->opened, "challenged", &s->opening.opening.object);
  get(&s->manifest, "manifest", &setup->setup.manifest);
  get(&s->election_keys, "election_keys", &keys->keys.election_keys);
}

static void scene_close(scene *s) {
  evd_buf *all[] = {&s->line, &s->opened, &s->manifest, &s->election_keys};
  for (size_t i = 0; i < 4; i++)
    evd_buf_close(all[i]);
  world_close(&s->w);
}

static void name_object(evd_object_ref *ref, const char *kind,
                        const evd_buf *b) {
  ref->length = (uint32_t)b->n;
  evd_digest(&ref->digest, kind, b->p, b->n);
}

/* Another digit behind the n-th place of this text in a line. */
static void change(evd_buf *line, const char *before, int nth) {
  size_t n = strlen(before);
  for (size_t i = 0; i + n < line->n; i++)
    if (memcmp(line->p + i, before, n) == 0 && nth-- == 0) {
      line->p[i + n + 5] = line->p[i + n + 5] == '1' ? '2' : '1';
      return;
    }
  fail_msg("the line has no %s", before);
}

/* Index of the new entry. */
static uint64_t add_ballot(scene *s) {
  name_object(&s->ballot.ballot.object, "ballot", &s->line);
  add(&s->w, &s->ballot, NULL);
  return s->w.log.n - 1;
}

static uint64_t add_opening(scene *s) {
  name_object(&s->opening.opening.object, "challenged", &s->opened);
  add(&s->w, &s->opening, NULL);
  return s->w.log.n - 1;
}

static void put_election(scene *s, bool keys) {
  put_entry(&s->w, SETUP);
  put_part(&s->w, "object", of(&s->manifest));
  if (!keys)
    return;
  put_entry(&s->w, KEYS);
  put_part(&s->w, "object", of(&s->election_keys));
}

static void about_ballot(scene *s, uint64_t index) {
  begin(&s->w, 7);
  put_entry(&s->w, index);
  put_part(&s->w, "object", of(&s->line));
  put_election(s, true);
}

static void about_opening(scene *s, uint64_t index, uint64_t ballot) {
  begin(&s->w, 14);
  put_entry(&s->w, index);
  put_part(&s->w, "object", of(&s->opened));
  put_entry(&s->w, ballot);
  put_part(&s->w, "object", of(&s->line));
  put_election(s, true);
}

static void want(scene *s, evd_evidence_verdict v) {
  const evd_judgement j = judged_by(&s->w, evd_evidence_ballot);
  if (j.verdict != v)
    fail_msg("%s", j.shows);
}

static void want_text(scene *s, const char *words) {
  const evd_judgement j = judged_by(&s->w, evd_evidence_ballot);
  if (j.verdict != EVD_EVIDENCE_SHOWN || !strstr(j.shows, words))
    fail_msg("%s", j.shows);
}

/* ---- M07 ---- */

static void test_proof_that_does_not_hold(void **state) {
  (void)state;
  scene s;
  scene_open(&s);
  about_ballot(&s, add_ballot(&s));
  want(&s, EVD_EVIDENCE_FALSE);
  change(&s.line, "\"c\":[\"", 0);
  about_ballot(&s, add_ballot(&s));
  want_text(&s, "6.D");
  assert_int_equal(judged_by(&s.w, NULL).verdict, EVD_EVIDENCE_WORD);
  assert_true(mutate(&s.w, evd_evidence_ballot, in_policy) > 100);
  scene_close(&s);
}

static void test_ballot_that_is_none(void **state) {
  (void)state;
  scene s;
  scene_open(&s);
  s.line.n /= 2;
  about_ballot(&s, add_ballot(&s));
  want(&s, EVD_EVIDENCE_SHOWN);
  scene_close(&s);
}

static void test_parts_of_a_ballot(void **state) {
  (void)state;
  scene s;
  scene_open(&s);
  const uint64_t at = add_ballot(&s);
  begin(&s.w, 7);
  put_entry(&s.w, at);
  refused(&s.w, "as `object` what BALLOT, OPENING, MAIL_CAST name");
  begin(&s.w, 7);
  put_entry(&s.w, SETUP);
  refused(&s.w, "entries of the types that its code asks for");
  begin(&s.w, 14);
  put_entry(&s.w, at);
  refused(&s.w, "entries of the types that its code asks for");
  begin(&s.w, 7);
  put_entry(&s.w, at);
  put_part(&s.w, "object", of(&s.line));
  put_entry(&s.w, SETUP);
  refused(&s.w, "the manifest of SETUP as an `object`");
  put_part(&s.w, "object", of(&s.manifest));
  refused(&s.w, "one more part `entry`");
  put_entry(&s.w, KEYS);
  refused(&s.w, "the object of KEYS as an `object`");
  scene_close(&s);
}

/* ---- M14 ---- */

static void test_opening_of_something_else(void **state) {
  (void)state;
  scene s;
  scene_open(&s);
  const uint64_t ballot = add_ballot(&s);
  about_opening(&s, add_opening(&s), ballot);
  want(&s, EVD_EVIDENCE_FALSE);
  change(&s.opened, "\"id_B\":\"", 0);
  about_opening(&s, add_opening(&s), ballot);
  want_text(&s, "another ballot");
  change(&s.opened, "\"id_B\":\"", 0);
  s.opening.opening.H_C.b[0] ^= 1;
  about_opening(&s, add_opening(&s), ballot);
  refused(&s.w, "the BALLOT that the first entry is about");
  scene_close(&s);
}

static void test_opening_that_does_not_match(void **state) {
  (void)state;
  scene s;
  scene_open(&s);
  uint64_t ballot = add_ballot(&s);
  change(&s.opened, "\"nonce\":\"", 0);
  about_opening(&s, add_opening(&s), ballot);
  want_text(&s, "13.B");
  mutate(&s.w, evd_evidence_ballot, in_policy);
  change(&s.line, "\"c\":[\"", 0); /* the ballot is wrong, too: M07 */
  ballot = add_ballot(&s);
  about_opening(&s, add_opening(&s), ballot);
  want(&s, EVD_EVIDENCE_FALSE);
  scene_close(&s);
}

/* ---- M20 ---- */

static void alike(scene *s, uint64_t a, const evd_buf *line, uint64_t b,
                  const evd_buf *other) {
  begin(&s->w, 20);
  put_entry(&s->w, a);
  put_part(&s->w, "object", of(line));
  put_entry(&s->w, b);
  put_part(&s->w, "object", of(other));
  put_election(s, false);
}

static void test_B01_ballots_that_share_an_encryption(void **state) {
  (void)state;
  scene s;
  evd_buf first;
  evd_h32 H_C;
  scene_open(&s);
  const uint64_t a = add_ballot(&s);
  evd_buf_init(&first, 1 << 20);
  evd_buf_add(&first, s.line.p, s.line.n);
  change(&s.line, "\"id_B\":\"", 0); /* the copy of a ballot */
  const uint64_t b = add_ballot(&s);
  alike(&s, a, &first, b, &s.line);
  want(&s, EVD_EVIDENCE_SHOWN);
  mutate(&s.w, NULL, in_policy);
  alike(&s, a, &first, a, &first);
  want(&s, EVD_EVIDENCE_FALSE);
  H_C = s.ballot.ballot.H_C;
  evd_buf_close(&s.line);
  for (uint32_t i = 0; i < short_one.n; i++) /* another voter's */
    if (short_one.at[i].e.type == EVD_ENTRY_BALLOT &&
        memcmp(&short_one.at[i].e.ballot.H_C, &H_C, sizeof H_C) != 0)
      s.ballot = short_one.at[i].e;
  get(&s.line, "ballot", &s.ballot.ballot.object);
  const uint64_t c = add_ballot(&s);
  alike(&s, a, &first, c, &s.line);
  want(&s, EVD_EVIDENCE_FALSE);
  s.line.n /= 2;
  alike(&s, a, &first, add_ballot(&s), &s.line);
  refused(&s.w, "ballots that can be read");
  evd_buf_close(&first);
  scene_close(&s);
}

/* ---- M05: what the entry says of its ballot ---- */

static void test_entry_that_says_something_else(void **state) {
  (void)state;
  scene s;
  char path[EVD_OBJECT_PATH_BYTES];
  evd_buf b;
  scene_open(&s);
  evd_buf_init(&b, 1024);
  for (int i = 0; i < 3; i++) {
    if (i == 1)
      s.ballot.ballot.weight++;
    if (i == 2)
      s.line.n /= 2; /* no ballot: M07 */
    const uint64_t at = add_ballot(&s);
    evd_object_path(path, &s.ballot.ballot.object.digest);
    evd_buf_reset(&b);
    evd_evidence_place(&b, path);
    begin(&s.w, 5);
    put_entry(&s.w, at);
    put_part(&s.w, "place", of(&b));
    put_part(&s.w, "file", of(&s.line));
    put_election(&s, false);
    want(&s, i == 1 ? EVD_EVIDENCE_SHOWN : EVD_EVIDENCE_FALSE);
    if (i == 1)
      mutate(&s.w, NULL, in_policy);
  }
  evd_buf_close(&b);
  scene_close(&s);
}

/* What was decrypted: the entry and its object, and the writer's word. */
static void test_what_was_decrypted(void **state) {
  (void)state;
  static const evd_entry_type types[] = {EVD_ENTRY_SHARE, EVD_ENTRY_RESULT};
  for (size_t i = 0; i < 2; i++) {
    scene s;
    evd_buf b;
    evd_entry_object named[EVD_ENTRY_OBJECTS_MAX];
    scene_open(&s);
    const evd_entry *e = find(types[i], NULL);
    assert_int_equal(evd_entry_objects(e, named), 1);
    get(&b, named[0].kind, &named[0].ref);
    add(&s.w, e, NULL);
    for (uint32_t code = 7; code <= 14; code += 7) {
      begin(&s.w, code);
      put_entry(&s.w, FIRST);
      if (code == 14)
        refused(&s.w, "entries of the types that its code asks for");
      else
        refused(&s.w, "as `object` what the entry names");
      put_part(&s.w, "object", of(&b));
      if (code == 7)
        WORD(&s.w);
      else
        refused(&s.w, "entries of the types that its code asks for");
    }
    evd_buf_close(&b);
    scene_close(&s);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_proof_that_does_not_hold),
      cmocka_unit_test(test_ballot_that_is_none),
      cmocka_unit_test(test_parts_of_a_ballot),
      cmocka_unit_test(test_opening_of_something_else),
      cmocka_unit_test(test_opening_that_does_not_match),
      cmocka_unit_test(test_B01_ballots_that_share_an_encryption),
      cmocka_unit_test(test_entry_that_says_something_else),
      cmocka_unit_test(test_what_was_decrypted)};
  return cmocka_run_group_tests(tests, open_board, close_board);
}
