/* Evidence of alarms, judged from the file alone. */
#include "arith.h"

#include "alarm/alarm.h"
#include "alarm/evidence.h"
#include "board/tree.h"
#include "hash/hash.h"
#include "host/signer.h"

#include <stdio.h>
#include <string.h>

#define ORIGIN "board.example/alarms"
#define N_MAX 8

/* A log of a few entries, its key, two witnesses. */
typedef struct {
  uint8_t log_seed[32], witness_seed[2][32];
  evd_note_key log, witness[2];
  evd_h32 leaf[N_MAX];
  uint32_t n;
  evd_buf entry[N_MAX], policy, file;
} world;

static evd_span text(const char *s) {
  return (evd_span){(const uint8_t *)s, strlen(s)};
}

static evd_span of(const evd_buf *b) { return (evd_span){b->p, b->n}; }

static evd_h32 h32(int letter) {
  evd_h32 h;
  memset(h.b, letter, sizeof h.b);
  return h;
}

static evd_note_key key_of(const char *name, uint8_t type,
                           const uint8_t seed[32]) {
  evd_note_key k;
  evd_h32 public;
  evd_signer_public(&public, seed);
  assert_int_equal(evd_note_key_make(&k, text(name), type, &public), EVD_OK);
  return k;
}

static void put_key(evd_buf *b, const evd_note_key *k) {
  evd_note_key_write(b, k);
  evd_buf_text(b, "\n");
}

static void world_open(world *w) {
  memset(w, 0, sizeof *w);
  memset(w->log_seed, 'l', 32);
  memset(w->witness_seed[0], 'v', 32);
  memset(w->witness_seed[1], 'w', 32);
  w->log = key_of(ORIGIN, EVD_NOTE_ED25519, w->log_seed);
  w->witness[0] = key_of("one", EVD_NOTE_COSIGNATURE, w->witness_seed[0]);
  w->witness[1] = key_of("two", EVD_NOTE_COSIGNATURE, w->witness_seed[1]);
  for (int i = 0; i < N_MAX; i++)
    evd_buf_init(&w->entry[i], 4096);
  evd_buf_init(&w->file, 1 << 20);
  evd_buf_init(&w->policy, 4096);
  evd_buf_text(&w->policy, "log ");
  put_key(&w->policy, &w->log);
  evd_buf_text(&w->policy, "witness one ");
  put_key(&w->policy, &w->witness[0]);
  evd_buf_text(&w->policy, "witness two ");
  put_key(&w->policy, &w->witness[1]);
  evd_buf_text(&w->policy, "group both all one two\nquorum both\n");
}

static void world_close(world *w) {
  for (int i = 0; i < N_MAX; i++)
    evd_buf_close(&w->entry[i]);
  evd_buf_close(&w->file);
  evd_buf_close(&w->policy);
}

/* ---- the log ---- */

static void add(world *w, const evd_entry *e, const evd_entry_sig *sig) {
  evd_buf *b = &w->entry[w->n];
  assert_int_equal(evd_entry_write(b, e, sig, sig ? 1 : 0), EVD_OK);
  evd_leaf_hash(&w->leaf[w->n++], b->p, b->n);
}

static evd_err node(void *self, uint32_t level, uint64_t index, evd_h32 *out) {
  const world *w = self;
  evd_h32 left, right;
  if (level == 0) {
    *out = w->leaf[index];
    return EVD_OK;
  }
  EVD_TRY(node(self, level - 1, 2 * index, &left));
  EVD_TRY(node(self, level - 1, 2 * index + 1, &right));
  evd_node_hash(out, &left, &right);
  return EVD_OK;
}

static evd_log_head head_at(world *w, uint64_t size) {
  evd_log_head h = {size, h32(0)};
  evd_tree_nodes nodes = {w, node};
  assert_int_equal(evd_tree_hash(&nodes, 0, size, &h.root), EVD_OK);
  return h;
}

/* Signed by the log, and by `witnesses` of them at the times t0, t1. */
static void checkpoint(world *w, evd_buf *out, const evd_log_head *h,
                       const uint64_t times[2]) {
  uint8_t sig[64], cosig[EVD_COSIGNATURE_BYTES];
  evd_buf t, m;
  evd_buf_init(&t, 4096);
  evd_buf_init(&m, 4096);
  evd_checkpoint_write(&t, text(ORIGIN), h);
  evd_buf_add(out, t.p, t.n);
  evd_buf_text(out, "\n");
  evd_signer_sign(sig, w->log_seed, of(&t));
  evd_note_sig_write(out, &w->log, sig, sizeof sig);
  for (int i = 0; i < 2; i++) {
    if (times[i] == 0)
      continue;
    evd_buf_reset(&m);
    evd_cosign_message(&m, times[i], of(&t));
    for (int k = 0; k < 8; k++)
      cosig[k] = (uint8_t)(times[i] >> (56 - 8 * k));
    evd_signer_sign(cosig + 8, w->witness_seed[i], of(&m));
    evd_note_sig_write(out, &w->witness[i], cosig, sizeof cosig);
  }
  evd_buf_close(&t);
  evd_buf_close(&m);
}

/* ---- the file ---- */

static void begin(world *w, uint32_t code) {
  evd_buf_reset(&w->file);
  evd_evidence_begin(&w->file, code, text(ORIGIN));
  evd_part_write(&w->file, "policy", of(&w->policy));
}

static void put_head(world *w, const evd_log_head *h, uint64_t t0,
                     uint64_t t1) {
  evd_buf b;
  evd_buf_init(&b, 8192);
  checkpoint(w, &b, h, (const uint64_t[2]){t0, t1});
  evd_part_write(&w->file, "checkpoint", of(&b));
  evd_buf_close(&b);
}

static void put_entry(world *w, uint64_t index) {
  evd_buf note, b;
  evd_receipt r = {.extra = of(&w->entry[index]), .index = index};
  evd_log_head h = head_at(w, w->n);
  evd_tree_nodes nodes = {w, node};
  evd_buf_init(&note, 8192);
  evd_buf_init(&b, 1 << 16);
  assert_int_equal(evd_inclusion_make(&nodes, w->n, index, &r.proof), EVD_OK);
  checkpoint(w, &note, &h, (const uint64_t[2]){0, 0});
  r.checkpoint = of(&note);
  evd_receipt_write(&b, &r);
  evd_part_write(&w->file, "entry", of(&b));
  evd_buf_close(&note);
  evd_buf_close(&b);
}

static evd_judgement judged(world *w) {
  evd_evidence *e = calloc(1, sizeof *e);
  evd_judgement out;
  evd_arena a;
  const char *expected = "";
  evd_arena_init(&a, (size_t)8 << 20);
  assert_true(e && evd_buf_ok(&w->file));
  assert_int_equal(evd_evidence_read(e, of(&w->file), &expected), EVD_OK);
  if (evd_evidence_judge(&out, e, NULL, &a, &expected) != EVD_OK)
    fail_msg("expected %s", expected);
  evd_arena_close(&a);
  free(e);
  return out;
}

#define SHOWN(w) assert_int_equal(judged(w).verdict, EVD_EVIDENCE_SHOWN)
#define WORD(w) assert_int_equal(judged(w).verdict, EVD_EVIDENCE_WORD)
#define FALSE(w) assert_int_equal(judged(w).verdict, EVD_EVIDENCE_FALSE)

static void ballots(world *w) {
  evd_entry e = {.type = EVD_ENTRY_BALLOT};
  for (int i = 0; i < 7; i++) {
    e.ballot.id_B = h32('a' + i);
    e.ballot.H_C = h32('A' + i);
    e.ballot.object = (evd_object_ref){h32('0' + i), 10};
    e.ballot.style = e.ballot.weight = e.ballot.device = 1;
    e.ballot.position = (uint32_t)i + 1;
    add(w, &e, NULL);
  }
}

/* ---- heads ---- */

static void test_T08_two_roots_of_one_size(void **state) {
  (void)state;
  world w;
  world_open(&w);
  ballots(&w);
  evd_log_head a = head_at(&w, 7), b = a;
  b.root.b[0] ^= 1;
  begin(&w, 3);
  put_head(&w, &a, 100, 100);
  put_head(&w, &b, 0, 0);
  SHOWN(&w);
  begin(&w, 3);
  put_head(&w, &a, 100, 100);
  put_head(&w, &a, 0, 0);
  FALSE(&w);
  world_close(&w);
}

/* Sizes m < n: the proof says with what the larger state began. */
static void test_T08_larger_state_with_another_beginning(void **state) {
  (void)state;
  world w;
  world_open(&w);
  ballots(&w);
  evd_tree_nodes nodes = {&w, node};
  for (uint64_t m = 1; m < 7; m++) {
    evd_log_head small = head_at(&w, m), large = head_at(&w, 7);
    evd_log_head other = small;
    evd_tree_proof p;
    evd_buf b;
    evd_buf_init(&b, 8192);
    other.root.b[31] ^= 1;
    assert_int_equal(evd_consistency_make(&nodes, m, 7, &p), EVD_OK);
    evd_evidence_proof(&b, &small.root, &p);
    begin(&w, 3);
    put_head(&w, &large, 0, 0);
    put_head(&w, &other, 0, 0);
    evd_part_write(&w.file, "proof", of(&b));
    SHOWN(&w);
    begin(&w, 3); /* one log: nothing is shown */
    put_head(&w, &large, 0, 0);
    put_head(&w, &small, 0, 0);
    evd_part_write(&w.file, "proof", of(&b));
    FALSE(&w);
    begin(&w, 3); /* a proof that was made up */
    put_head(&w, &large, 0, 0);
    put_head(&w, &small, 0, 0);
    evd_buf_reset(&b);
    evd_evidence_proof(&b, &other.root, &p);
    evd_part_write(&w.file, "proof", of(&b));
    FALSE(&w);
    evd_buf_close(&b);
  }
  world_close(&w);
}

static void test_T09_size_went_back(void **state) {
  (void)state;
  world w;
  world_open(&w);
  ballots(&w);
  evd_log_head small = head_at(&w, 3), large = head_at(&w, 7);
  begin(&w, 2);
  put_head(&w, &large, 100, 0);
  put_head(&w, &small, 101, 0);
  SHOWN(&w);
  begin(&w, 2);
  put_head(&w, &large, 101, 0);
  put_head(&w, &small, 100, 0);
  WORD(&w);
  begin(&w, 2);
  put_head(&w, &small, 100, 0);
  put_head(&w, &large, 101, 0);
  FALSE(&w);
  world_close(&w);
}

static void test_T24_quorum_and_clocks(void **state) {
  (void)state;
  world w;
  world_open(&w);
  ballots(&w);
  evd_log_head h = head_at(&w, 7);
  begin(&w, 4);
  put_head(&w, &h, 100, 0);
  SHOWN(&w);
  begin(&w, 4);
  put_head(&w, &h, 100, 100);
  FALSE(&w);
  begin(&w, 17);
  put_head(&w, &h, 100, 401);
  SHOWN(&w);
  begin(&w, 17);
  put_head(&w, &h, 100, 400);
  WORD(&w);
  begin(&w, 1);
  put_head(&w, &h, 100, 100);
  WORD(&w);
  world_close(&w);
}

/* Nothing counts that the log of the policy has not signed. */
static void test_T23_another_log(void **state) {
  (void)state;
  world w, thief;
  world_open(&w);
  world_open(&thief);
  ballots(&w);
  evd_log_head a = head_at(&w, 7), b = a;
  b.root.b[0] ^= 1;
  memset(thief.log_seed, 't', 32);
  begin(&w, 3);
  put_head(&w, &a, 0, 0);
  evd_buf note;
  evd_buf_init(&note, 8192);
  checkpoint(&thief, &note, &b, (const uint64_t[2]){0, 0});
  evd_part_write(&w.file, "checkpoint", of(&note));
  evd_buf_close(&note);
  FALSE(&w);
  world_close(&thief);
  world_close(&w);
}

/* ---- entries ---- */

static void pair(world *w, uint32_t code, uint64_t i, uint64_t k) {
  begin(w, code);
  put_entry(w, i);
  put_entry(w, k);
}

static void test_T06_twice(void **state) {
  (void)state;
  world w;
  world_open(&w);
  evd_entry e = {.type = EVD_ENTRY_BALLOT,
                 .ballot = {h32('a'), h32('A'), {h32('0'), 9}, 1, 1, 1, 1}};
  add(&w, &e, NULL); /* 0 */
  e.ballot.H_C = h32('B');
  e.ballot.object.digest = h32('1');
  add(&w, &e, NULL); /* 1: the id_B of 0 */
  e.ballot.id_B = h32('c');
  add(&w, &e, NULL); /* 2: H_C and object of 1 */
  e = (evd_entry){.type = EVD_ENTRY_CAST,
                  .cast = {h32('A'), h32('k'), 1, h32(0)}};
  add(&w, &e, NULL); /* 3 */
  e.cast.H_C = h32('B');
  add(&w, &e, NULL); /* 4: the credential of 3 */
  e = (evd_entry){.type = EVD_ENTRY_SPOIL, .spoil = {h32('B')}};
  add(&w, &e, NULL); /* 5: the ballot of 4 */
  static const uint8_t shown[][2] = {{0, 1}, {1, 2}, {3, 4}, {4, 5}};
  static const uint8_t not_shown[][2] = {{0, 2}, {0, 0}, {3, 5}, {0, 3}};
  for (int i = 0; i < 4; i++) {
    pair(&w, 6, shown[i][0], shown[i][1]);
    SHOWN(&w);
    pair(&w, 6, not_shown[i][0], not_shown[i][1]);
    FALSE(&w);
  }
  world_close(&w);
}

static void test_T05_order_of_a_device(void **state) {
  (void)state;
  world w;
  world_open(&w);
  ballots(&w);
  pair(&w, 8, 1, 3);
  WORD(&w);
  pair(&w, 8, 3, 1);
  FALSE(&w);
  evd_entry e = {.type = EVD_ENTRY_BALLOT,
                 .ballot = {h32('z'), h32('Z'), {h32('9'), 9}, 1, 1, 1, 2}};
  add(&w, &e, NULL);
  pair(&w, 8, 3, 7);
  SHOWN(&w);
  world_close(&w);
}

static void test_B06_wrong_phase(void **state) {
  (void)state;
  world w;
  world_open(&w);
  evd_entry open = {.type = EVD_ENTRY_PHASE,
                    .phase = {1, 0, text("4 2 6"), 0, 0, 0, 0, 0, 0}};
  evd_entry close = {.type = EVD_ENTRY_PHASE,
                     .phase = {2, 0, text(""), 0, 0, 0, 0, 0, 0}};
  evd_entry cast = {.type = EVD_ENTRY_CAST,
                    .cast = {h32('A'), h32('k'), 1, h32(0)}};
  add(&w, &cast, NULL);
  add(&w, &open, NULL);
  add(&w, &cast, NULL);
  add(&w, &close, NULL);
  add(&w, &cast, NULL);
  add(&w, &open, NULL);
  static const uint8_t shown[][2] = {{1, 0}, {3, 4}, {1, 5}};
  for (int i = 0; i < 3; i++) {
    pair(&w, 9, shown[i][0], shown[i][1]);
    SHOWN(&w);
  }
  pair(&w, 9, 1, 2);
  FALSE(&w);
  pair(&w, 9, 3, 2);
  FALSE(&w);
  world_close(&w);
}

static void test_T02_unknown_signer(void **state) {
  (void)state;
  world w;
  evd_h32 admin = h32('k');
  char list[256], hex[65];
  world_open(&w);
  for (int i = 0; i < 32; i++)
    snprintf(hex + 2 * i, 3, "%02X", admin.b[i]);
  snprintf(list, sizeof list, "Evident keys v1\nadmin 0 %s - Ann\n", hex);
  evd_entry setup = {.type = EVD_ENTRY_SETUP,
                     .setup = {.profile = 3,
                               .admin_k = 1,
                               .parameters = {h32('p'), 1},
                               .manifest = {h32('m'), 1},
                               .policy = {h32('w'), 1}}};
  setup.setup.keys.length = (uint32_t)strlen(list);
  evd_digest(&setup.setup.keys.digest, "keys", list, strlen(list));
  add(&w, &setup, NULL);
  evd_entry notice = {.type = EVD_ENTRY_NOTICE,
                      .notice = {EVD_NO_INDEX, 0, text("Polls are closed.")}};
  evd_entry_sig sig = {.alg = EVD_ALG_ED25519};
  evd_keyid(sig.keyid, &admin);
  add(&w, &notice, &sig); /* 1: listed */
  sig.keyid[0] ^= 1;
  add(&w, &notice, &sig); /* 2: not listed */
  add(&w, &notice, NULL); /* 3: nobody */
  static const evd_evidence_verdict want[] = {
      EVD_EVIDENCE_WORD, EVD_EVIDENCE_SHOWN, EVD_EVIDENCE_SHOWN};
  for (uint64_t i = 1; i <= 3; i++) {
    pair(&w, 11, 0, i);
    evd_part_write(&w.file, "object", text(list));
    assert_int_equal(judged(&w).verdict, want[i - 1]);
  }
  world_close(&w);
}

/* An entry that is in no tree of the log is no evidence. */
static void test_T23_entry_of_no_log(void **state) {
  (void)state;
  world w;
  world_open(&w);
  ballots(&w);
  w.leaf[2].b[0] ^= 1; /* the tree has something else there */
  pair(&w, 6, 2, 3);
  FALSE(&w);
  world_close(&w);
}

/* ---- form ---- */

static void test_forms(void **state) {
  (void)state;
  static const char *const bad[] = {
      "",
      "Evident evidence v2\n",
      "Evident evidence v1\ncode M12\norigin a\n",
      "Evident evidence v1\ncode M3\norigin a\n",
      "Evident evidence v1\ncode 003\norigin a\n",
      "Evident evidence v1\ncode M03\norigin a b\n",
      "Evident evidence v1\ncode M03\norigin a",
      "Evident evidence v1\ncode M03\norigin a\npolicy 3\nab\n",
      "Evident evidence v1\ncode M03\norigin a\n.x 2\nab\n"};
  static evd_evidence e;
  evd_judgement out;
  evd_arena a;
  const char *expected;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    expected = NULL;
    assert_int_equal(evd_evidence_read(&e, text(bad[i]), &expected),
                     EVD_ERR_FORM);
    assert_non_null(expected);
  }
  evd_arena_init(&a, (size_t)8 << 20);
  assert_int_equal(
      evd_evidence_read(&e, text("Evident evidence v1\ncode M03\norigin a\n"),
                        &expected),
      EVD_OK);
  assert_int_equal(evd_evidence_judge(&out, &e, NULL, &a, &expected), EVD_ERR_FORM);
  evd_arena_close(&a);
}

static void test_alarms_have_words(void **state) {
  (void)state;
  const evd_alarm *a;
  uint32_t n = 0;
  for (; (a = evd_alarm_at(n)) != NULL; n++) {
    assert_true(n == 0 || a->code > evd_alarm_at(n - 1)->code);
    assert_true(*a->name && *a->sentence && *a->act && *a->is_not);
    assert_ptr_equal(evd_alarm_find(a->code), a);
  }
  assert_int_equal(n, 16);
  assert_null(evd_alarm_find(12));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_T08_two_roots_of_one_size),
      cmocka_unit_test(test_T08_larger_state_with_another_beginning),
      cmocka_unit_test(test_T09_size_went_back),
      cmocka_unit_test(test_T24_quorum_and_clocks),
      cmocka_unit_test(test_T23_another_log),
      cmocka_unit_test(test_T06_twice),
      cmocka_unit_test(test_T05_order_of_a_device),
      cmocka_unit_test(test_B06_wrong_phase),
      cmocka_unit_test(test_T02_unknown_signer),
      cmocka_unit_test(test_T23_entry_of_no_log),
      cmocka_unit_test(test_forms),
      cmocka_unit_test(test_alarms_have_words)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
