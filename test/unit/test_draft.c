/* Drafts: bytes, whose signatures they take, and that the rules take what is
 * complete. */
#include "board_kit.h"

#include "arith.h"

#include <unistd.h>

#include "host/host.h"
#include "steps/draft.h"

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
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_one_signer_after_the_other),
      cmocka_unit_test(test_complete_is_taken),
      cmocka_unit_test(test_bytes),
      cmocka_unit_test(test_objects_are_those_named),
      cmocka_unit_test(test_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
