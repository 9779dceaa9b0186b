/* Drafts: bytes, whose signatures they take, and that the rules take what is
 * complete. */
#include "board_kit.h"

#include "arith.h"

#include <unistd.h>

#include "host/host.h"
#include "steps/draft.h"

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define KEY_AB                                                                 \
  "AB00000000000000000000000000000000000000000000000000000000000000"

static evd_draft_frame frame_of(const lab *x) {
  return (evd_draft_frame){.origin = x->r.log.origin,
                           .open = x->r.open_leaf,
                           .keys = &x->r.keys,
                           .admin_k = x->r.admin_k,
                           .n_guardians = x->r.facts.n_guardians,
                           .quorum = x->r.facts.quorum};
}

static evd_err sign_by(evd_draft *d, const lab *x, int key) {
  evd_draft_frame f = frame_of(x);
  return evd_draft_sign(d, &f, x->sec[key],
                        "a key"); /* the seed stands in front */
}

static uint32_t missing(const evd_draft *d, const lab *x, const char *want) {
  evd_draft_frame f = frame_of(x);
  evd_buf b;
  evd_buf_init(&b, 4096);
  uint32_t n = evd_draft_missing(&b, d, &f);
  assert_int_equal(b.n, strlen(want));
  assert_memory_equal(b.p ? (const void *)b.p : "", want, b.n);
  evd_buf_close(&b);
  return n;
}

static void make_roll(evd_draft *d, const lab *x) {
  static const char lines[] = "a roll\n";
  evd_span object = text(lines);
  evd_entry e = {.type = EVD_ENTRY_ROLL, .slot = x->r.slot};
  e.roll.op = 1;
  e.roll.roll = evd_object_name("roll", object);
  e.roll.count = 1;
  assert_int_equal(evd_draft_make(d, &e, &object, 1), EVD_OK);
}

static void test_one_signer_after_the_other(void **state) {
  (void)state;
  lab *x = calloc(1, sizeof *x);
  evd_draft *d = malloc(sizeof *d);
  lab_open(x);
  TAKES(ADMINS, SETUP, SETUP_BODY);
  make_roll(d, x);
  assert_int_equal(missing(d, x, "1 registrar, 2 admin"), 3);
  assert_int_equal(sign_by(d, x, STRANGER), EVD_ERR_REFUSED);
  assert_int_equal(sign_by(d, x, MONITOR), EVD_ERR_REFUSED);
  assert_int_equal(sign_by(d, x, ADMIN_3), EVD_OK);
  assert_int_equal(sign_by(d, x, ADMIN_3), EVD_ERR_EXISTS);
  assert_int_equal(sign_by(d, x, REGISTRAR), EVD_OK);
  assert_int_equal(missing(d, x, "1 admin"), 1);
  assert_int_equal(sign_by(d, x, ADMIN_1), EVD_OK);
  assert_int_equal(sign_by(d, x, ADMIN_2), EVD_ERR_REFUSED);
  assert_int_equal(missing(d, x, ""), 0);
  evd_draft_close(d);
  lab_close(x);
  free(d);
  free(x);
}

/* What is complete is an entry as the rules ask for it. */
static void test_complete_is_taken(void **state) {
  (void)state;
  lab *x = calloc(1, sizeof *x);
  evd_draft *d = malloc(sizeof *d);
  evd_entry_read r;
  evd_refusal why;
  evd_buf b;
  const char *what;
  lab_open(x);
  TAKES(ADMINS, SETUP, SETUP_BODY);
  make_roll(d, x);
  assert_int_equal(sign_by(d, x, REGISTRAR), EVD_OK);
  assert_int_equal(sign_by(d, x, ADMIN_2), EVD_OK);
  assert_int_equal(sign_by(d, x, ADMIN_1), EVD_OK);
  evd_draft_frame f = frame_of(x);
  assert_int_equal(evd_draft_check(d, &f, "test"), EVD_OK);
  evd_buf_init(&b, EVD_ENTRY_BYTES_MAX);
  assert_int_equal(evd_entry_write(&b, &d->e, d->sigs, d->n_sigs), EVD_OK);
  assert_int_equal(evd_entry_parse(&r, (evd_span){b.p, b.n}, &what), EVD_OK);
  assert_int_equal(evd_rules_apply(&x->r, &r, &x->leaf, &why), EVD_OK);
  /* signed for another log, it is not */
  f.origin = text("elsewhere");
  assert_int_equal(evd_draft_check(d, &f, "test"), EVD_ERR_PROOF);
  evd_buf_close(&b);
  evd_draft_close(d);
  lab_close(x);
  free(d);
  free(x);
}

static void item_of(evd_buf *out, const evd_draft *d) {
  evd_buf_init(out, 1 << 20);
  evd_draft_item(out, d);
  assert_true(evd_buf_ok(out));
}

static void test_bytes(void **state) {
  (void)state;
  lab *x = calloc(1, sizeof *x);
  evd_draft *d = malloc(sizeof *d), *back = malloc(sizeof *back);
  evd_buf b, again;
  char path[64];
  lab_open(x);
  make_roll(d, x);
  assert_int_equal(sign_by(d, x, REGISTRAR), EVD_OK);
  item_of(&b, d);
  (void)snprintf(path, sizeof path, "/tmp/evd-draft-%d", (int)getpid());
  assert_int_equal(evd_draft_write(d, path), EVD_OK);
  assert_int_equal(evd_draft_read(back, path), EVD_OK);
  item_of(&again, back);
  assert_int_equal(again.n, b.n);
  assert_memory_equal(again.p, b.p, b.n);
  evd_draft_close(back);
  /* cut anywhere, or with a byte more or another, it is none */
  for (size_t n = 0; n < b.n; n += 13) {
    assert_int_not_equal(evd_draft_parse(back, (evd_span){b.p, n}, "cut"),
                         EVD_OK);
    evd_draft_close(back);
  }
  b.p[b.n - 2] ^= 1; /* of the object */
  assert_int_equal(evd_draft_parse(back, (evd_span){b.p, b.n}, "changed"),
                   EVD_ERR_PARSE);
  evd_draft_close(back);
  b.p[b.n - 2] ^= 1;
  evd_buf_add(&b, "\0\0\0\0", 4);
  assert_int_equal(evd_draft_parse(back, (evd_span){b.p, b.n}, "more"),
                   EVD_ERR_PARSE);
  evd_draft_close(back);
  (void)unlink(path);
  evd_buf_close(&again);
  evd_buf_close(&b);
  evd_draft_close(d);
  lab_close(x);
  free(back);
  free(d);
  free(x);
}

/* An object that the entry does not name cannot come along. */
static void test_objects_are_those_named(void **state) {
  (void)state;
  evd_draft *d = malloc(sizeof *d);
  evd_span good = text("x"), other = text("y"), both[2] = {good, other};
  evd_entry e = {.type = EVD_ENTRY_RESULT};
  e.result.object = evd_object_name("tally", good);
  assert_int_equal(evd_draft_make(d, &e, &good, 1), EVD_OK);
  evd_draft_close(d);
  assert_int_equal(evd_draft_make(d, &e, &other, 1), EVD_ERR_RULE);
  evd_draft_close(d);
  assert_int_equal(evd_draft_make(d, &e, both, 2), EVD_ERR_RULE);
  evd_draft_close(d);
  assert_int_equal(evd_draft_make(d, &e, NULL, 0), EVD_ERR_RULE);
  evd_draft_close(d);
  free(d);
}

static void begin(evd_draft *d, const lab *x, evd_entry e) {
  e.slot = x->r.slot;
  assert_int_equal(evd_draft_make(d, &e, NULL, 0), EVD_OK);
}

/* Who goes signs, or one admin more; a new key alone wants k admins. */
static void test_T02_keys_that_go(void **state) {
  (void)state;
  lab *x = calloc(1, sizeof *x);
  evd_draft *d = malloc(sizeof *d);
  static const char two[] = "2 admin (the key that goes counts as one)";
  lab_open(x);
  TAKES(ADMINS, SETUP, SETUP_BODY);
  evd_entry e = {.type = EVD_ENTRY_KEY,
                 .key = {1, EVD_ROLE_MONITOR, 0, x->pub[STRANGER], none()}};
  begin(d, x, e);
  assert_int_equal(missing(d, x, "2 admin"), 2);
  assert_int_equal(sign_by(d, x, GUARDIAN_2), EVD_ERR_REFUSED);
  evd_draft_close(d);
  e.key.role = EVD_ROLE_GUARDIAN;
  e.key.index = 2;
  begin(d, x, e);
  assert_int_equal(sign_by(d, x, ADMIN_1), EVD_OK);
  assert_int_equal(sign_by(d, x, GUARDIAN_1), EVD_ERR_REFUSED);
  assert_int_equal(missing(d, x, two), 2);
  assert_int_equal(sign_by(d, x, GUARDIAN_2), EVD_OK);
  assert_int_equal(sign_by(d, x, ADMIN_2), EVD_OK);
  assert_int_equal(missing(d, x, ""), 0);
  assert_int_equal(sign_by(d, x, ADMIN_3), EVD_ERR_REFUSED);
  evd_draft_close(d);
  /* a lost one: admins alone */
  e.key.op = 2;
  e.key.role = EVD_ROLE_MONITOR;
  e.key.index = 0;
  e.key.key = x->pub[MONITOR];
  begin(d, x, e);
  assert_int_equal(sign_by(d, x, ADMIN_1), EVD_OK);
  assert_int_equal(missing(d, x, two), 2);
  assert_int_equal(sign_by(d, x, ADMIN_2), EVD_OK);
  assert_int_equal(sign_by(d, x, ADMIN_3), EVD_OK);
  assert_int_equal(missing(d, x, ""), 0);
  evd_draft_close(d);
  lab_close(x);
  free(d);
  free(x);
}

/* A SPOIL is of the ballot's key, or of admins where the signer says so. */
static void test_whose_a_spoil_is(void **state) {
  (void)state;
  lab *x = calloc(1, sizeof *x);
  evd_draft *d = malloc(sizeof *d);
  lab_open(x);
  TAKES(ADMINS, SETUP, SETUP_BODY);
  begin(d, x, (evd_entry){.type = EVD_ENTRY_SPOIL});
  assert_int_equal(missing(d, x, "1 its own key"), 1);
  evd_draft_frame f = frame_of(x);
  f.spoiled_by_admins = true;
  assert_int_equal(evd_draft_sign(d, &f, x->sec[STRANGER], "a stranger"),
                   EVD_ERR_REFUSED);
  assert_int_equal(evd_draft_sign(d, &f, x->sec[ADMIN_2], "a2"), EVD_OK);
  assert_int_equal(evd_draft_sign(d, &f, x->sec[ADMIN_3], "a3"), EVD_OK);
  assert_int_equal(evd_draft_check(d, &f, "test"), EVD_OK);
  evd_draft_close(d);
  lab_close(x);
  free(d);
  free(x);
}

static void assert_words(evd_entry e, const char *want) {
  evd_draft *d = malloc(sizeof *d);
  evd_buf b;
  assert_int_equal(evd_draft_make(d, &e, NULL, 0), EVD_OK);
  evd_buf_init(&b, 4096);
  evd_draft_say(&b, d);
  assert_int_equal(b.n, strlen(want));
  assert_memory_equal(b.p, want, b.n);
  evd_buf_close(&b);
  evd_draft_close(d);
  free(d);
}

static void test_words(void **state) {
  (void)state;
  assert_words((evd_entry){.type = EVD_ENTRY_PHASE, .slot = 3, OPEN_BODY},
               "PHASE, time slot 3:\n  open the election\n"
               "  beacon: 4 2 6\n");
  assert_words(
      (evd_entry){.type = EVD_ENTRY_PHASE, .slot = 4, .phase = {.op = 3}},
      "PHASE, time slot 4:\n  stop voting, until the election is closed\n");
  assert_words((evd_entry){.type = EVD_ENTRY_TOTALS, .totals = {7, 812, 810}},
               "TOTALS, time slot 0:\n"
               "  site 7: 812 voters signed in, 810 papers\n");
  assert_words(
      (evd_entry){.type = EVD_ENTRY_ADJUDICATE, .adjudicate = {none(), 2, 9}},
      "ADJUDICATE, time slot 0:\n"
      "  this cast ballot is refused: it does not count, reason 9\n"
      "  code " ZEROS "\n");
  assert_words((evd_entry){.type = EVD_ENTRY_SPOIL},
               "SPOIL, time slot 0:\n"
               "  this ballot got no choice and never counts\n"
               "  code " ZEROS "\n");
}

static void test_words_of_keys_and_voters(void **state) {
  (void)state;
  const evd_h32 key = {{0xAB}};
  assert_words((evd_entry){.type = EVD_ENTRY_KEY,
                           .key = {2, EVD_ROLE_POLL_WORKER, 3, key, none()}},
               "KEY, time slot 0:\n"
               "  poll-worker, index 3: this key is not in force any more\n"
               "  key " KEY_AB "\n");
  assert_words((evd_entry){.type = EVD_ENTRY_ROLL,
                           .roll = {.op = 4,
                                    .credential = key,
                                    .style = 2,
                                    .weight = 3,
                                    .replaced = key,
                                    .reason = 5}},
               "ROLL, time slot 0:\n"
               "  may vote remotely: " KEY_AB "\n"
               "  ballots of style 2, weight 3\n"
               "  instead of " KEY_AB "\n"
               "  reason 5\n");
  assert_words(
      (evd_entry){.type = EVD_ENTRY_ROLL, .roll = {.op = 3, .credential = key}},
      "ROLL, time slot 0:\n"
      "  may not vote remotely any more: " KEY_AB "\n"
      "  reason 0\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_one_signer_after_the_other),
      cmocka_unit_test(test_complete_is_taken),
      cmocka_unit_test(test_bytes),
      cmocka_unit_test(test_objects_are_those_named),
      cmocka_unit_test(test_T02_keys_that_go),
      cmocka_unit_test(test_whose_a_spoil_is),
      cmocka_unit_test(test_words),
      cmocka_unit_test(test_words_of_keys_and_voters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
