/* Checkpoints, cosignatures, receipts, policies. */
#include "arith.h"

#include "base/base64.h"
#include "base/decimal.h"
#include "board/policy.h"
#include "board/proof.h"

#include <stdio.h>
#include <string.h>

#define DASH "\xE2\x80\x94 "

/* Leaves "entry 0" .. "entry 299", made with golang.org/x/mod/sumdb. */
#define LOG_KEY                                                                \
  "board.example/test-1+6fef6176+AQtDUDuDNew+8MjYMwbAAahptzCoZMEQk6DCpIC+or00"
#define WITNESS_KEY                                                            \
  "witness.example/w1+77de823c+BF2FlNyAZn0tUApNMpquXNnnvkJPN9N+sj5SidS72Qh2"
#define TEXT                                                                   \
  "board.example/test-1\n300\nyjk9Apa+xeC43KuYO9H7fRRh9RLnJny4ljGtJv1m2Eg=\n"
#define LOG_LINE                                                               \
  DASH "board.example/test-1 b+9hdgMaeUIbYB5UeHGrz42SOioxX6ICAY/"              \
       "T0hxQFImWzU+MJxrLqW9aGdYsuhULOV9p7nE4xlOPq4gv2SyyuYWnJww=\n"
#define WITNESS_LINE                                                           \
  DASH "witness.example/w1 d96CPAAAAABlU/EAm4xLvJ764qBcJrRyFZT3z4yV+"          \
       "zI4aYp1v5wc0MK332Sy89njQdzg3r3b7YS6Ebp5FvHAmQTwaZQMIbSnKLh3CA==\n"
#define TIME 1700000000u

static evd_span span(const char *text) {
  return (evd_span){(const uint8_t *)text, strlen(text)};
}

static evd_note_key key_of(const char *text) {
  evd_note_key k;
  assert_int_equal(evd_note_key_read(&k, span(text)), EVD_OK);
  return k;
}

static void test_decimal(void **state) {
  (void)state;
  static const char *const bad[] = {"",
                                    "01",
                                    "-1",
                                    "+1",
                                    "1 ",
                                    "1a",
                                    "00",
                                    "18446744073709551616",
                                    "99999999999999999999"};
  static const uint64_t good[] = {0, 9, 10, 300, UINT64_MAX};
  char text[EVD_DECIMAL_BYTES];
  uint64_t v = 0;
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    evd_decimal_write(text, good[i]);
    assert_true(evd_decimal_read(&v, span(text)) && v == good[i]);
  }
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_false(evd_decimal_read(&v, span(bad[i])));
}

static void test_checkpoint(void **state) {
  (void)state;
  static evd_checkpoint c;
  evd_note_why why;
  evd_buf b;
  uint64_t time = 0;
  evd_note_key log = key_of(LOG_KEY), witness = key_of(WITNESS_KEY);
  const char *bytes = TEXT "\n" LOG_LINE WITNESS_LINE;
  assert_int_equal(evd_checkpoint_read(&c, span(bytes), &why), EVD_OK);
  assert_int_equal(c.head.size, 300);
  assert_int_equal(evd_checkpoint_check_var(&c, &log), EVD_OK);
  assert_int_equal(evd_cosignature_check_var(&c.note, &witness, &time), EVD_OK);
  assert_int_equal(time, TIME);
  evd_buf_init(&b, 1024);
  evd_checkpoint_write(&b, c.origin, &c.head);
  assert_true(b.n == sizeof TEXT - 1 && memcmp(b.p, TEXT, b.n) == 0);
  evd_buf_close(&b);
  log.name[0] = 'c';
  assert_int_equal(evd_checkpoint_check_var(&c, &log), EVD_ERR_RULE);
  assert_int_equal(evd_cosignature_check_var(&c.note, &log, &time),
                   EVD_ERR_RULE);
}

static void test_checkpoint_forms(void **state) {
  (void)state;
  static evd_checkpoint c;
  evd_note_why why;
  static const char *const bad[] = {
      "board.example/test-1\n0300\n"
      "yjk9Apa+xeC43KuYO9H7fRRh9RLnJny4ljGtJv1m2Eg=\n",
      "board.example/test-1\n300\nyjk9Apa+xeC43KuYO9H7fRRh9RLnJny4ljGtJv1m\n",
      TEXT "extension\n",
      "board example\n300\nyjk9Apa+xeC43KuYO9H7fRRh9RLnJny4ljGtJv1m2Eg=\n",
      "board+x\n300\nyjk9Apa+xeC43KuYO9H7fRRh9RLnJny4ljGtJv1m2Eg=\n",
      "board.example/test-1\n9223372036854775808\n"
      "yjk9Apa+xeC43KuYO9H7fRRh9RLnJny4ljGtJv1m2Eg=\n",
      "board.example/test-1\n300\n"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    char bytes[1024];
    snprintf(bytes, sizeof bytes, "%s\n%s", bad[i], LOG_LINE);
    assert_int_equal(evd_checkpoint_read(&c, span(bytes), &why), EVD_ERR_FORM);
    assert_non_null(why.expected);
  }
}

/* Size, root and time are all signed. */
static void test_B07_changed_head(void **state) {
  (void)state;
  static evd_checkpoint c;
  evd_note_why why;
  uint64_t time = 0;
  evd_note_key log = key_of(LOG_KEY), witness = key_of(WITNESS_KEY);
  char bytes[] = TEXT "\n" LOG_LINE WITNESS_LINE;
  size_t size_at = sizeof "board.example/test-1\n" - 1;
  size_t root_at = size_at + 4;
  const size_t at[] = {0, size_at, root_at};
  for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
    bytes[at[i]] ^= 1; /* c.., 200, xjk9.. */
    assert_int_equal(evd_checkpoint_read(&c, span(bytes), &why), EVD_OK);
    assert_int_not_equal(evd_checkpoint_check_var(&c, &log), EVD_OK);
    assert_int_equal(evd_cosignature_check_var(&c.note, &witness, &time),
                     EVD_ERR_PROOF);
    bytes[at[i]] ^= 1;
  }
  char *stamp = strstr(bytes, "d96CPAAAAABlU/EA");
  assert_non_null(stamp);
  stamp[14] = 'F'; /* another second */
  assert_int_equal(evd_checkpoint_read(&c, span(bytes), &why), EVD_OK);
  assert_int_equal(evd_cosignature_check_var(&c.note, &witness, &time),
                   EVD_ERR_PROOF);
}

/* ---- receipts ---- */

static evd_err leaf_node(void *self, uint32_t level, uint64_t index,
                         evd_h32 *out) {
  if (level == 0) {
    char text[32];
    int n =
        snprintf(text, sizeof text, "entry %llu", (unsigned long long)index);
    evd_leaf_hash(out, text, (size_t)n);
    return EVD_OK;
  }
  evd_h32 left, right;
  EVD_TRY(leaf_node(self, level - 1, 2 * index, &left));
  EVD_TRY(leaf_node(self, level - 1, 2 * index + 1, &right));
  evd_node_hash(out, &left, &right);
  return EVD_OK;
}

static void test_receipt(void **state) {
  (void)state;
  static evd_receipt r, again;
  static evd_checkpoint c;
  evd_note_why why;
  evd_arena a;
  evd_buf b;
  evd_tree_nodes nodes = {NULL, leaf_node};
  r.extra = span("entry 123");
  r.index = 123;
  assert_int_equal(evd_inclusion_make(&nodes, 300, 123, &r.proof), EVD_OK);
  r.checkpoint = span(TEXT "\n" LOG_LINE WITNESS_LINE);
  evd_arena_init(&a, 1 << 20);
  evd_buf_init(&b, 1 << 16);
  evd_receipt_write(&b, &r);
  evd_span bytes = {b.p, b.n};
  assert_int_equal(evd_receipt_read(&again, bytes, &a, &why), EVD_OK);
  assert_true(again.index == 123 && again.proof.n == 9 && again.extra.n == 9);
  assert_int_equal(evd_checkpoint_read(&c, again.checkpoint, &why), EVD_OK);
  assert_int_equal(evd_receipt_check(&again, &c.head), EVD_OK);
  again.index++;
  assert_int_equal(evd_receipt_check(&again, &c.head), EVD_ERR_PROOF);
  again.index--;
  again.extra = span("entry 124");
  assert_int_equal(evd_receipt_check(&again, &c.head), EVD_ERR_PROOF);
  evd_buf_close(&b);
  evd_arena_close(&a);
}

/* The shapes of transparency-dev/formats, proof/tlog_proof_test.go. */
static void test_T20_receipt_forms(void **state) {
  (void)state;
#define FIRST "c2sp.org/tlog-proof@v1\n"
#define HASH "yjk9Apa+xeC43KuYO9H7fRRh9RLnJny4ljGtJv1m2Eg=\n"
  static const char *const good[] = {
      FIRST "index 5\n" HASH HASH "\ntest checkpoint\n",
      FIRST "extra ZXh0cmE=\nindex 10\n" HASH "\ncheckpoint data\n",
      FIRST "index 0\n\ncheckpoint\n"};
  static const char *const bad[] = {
      "wrong-header\nindex 0\n\ncheckpoint\n",
      FIRST "extra !!notbase64!!\nindex 0\n\ncheckpoint\n",
      FIRST "extra \nindex 0\n\ncheckpoint\n",
      FIRST "\n\ncheckpoint\n",
      FIRST "index notanumber\n\ncheckpoint\n",
      FIRST "index -5\n\ncheckpoint\n",
      FIRST "index 05\n\ncheckpoint\n",
      FIRST "index 0\n!!notbase64!!\n\ncheckpoint\n",
      FIRST "index 0\nAAAA\n\ncheckpoint\n",
      FIRST "index 0\n" HASH "checkpoint\n",
      FIRST "index 0\n\n",
      FIRST "index 0\nextra ZXh0cmE=\n\ncheckpoint\n",
      FIRST,
      ""};
  static evd_receipt r;
  evd_note_why why;
  evd_arena a;
  evd_buf b;
  evd_arena_init(&a, 1 << 22);
  evd_buf_init(&b, 1 << 16);
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    assert_int_equal(evd_receipt_read(&r, span(good[i]), &a, &why), EVD_OK);
    evd_buf_reset(&b);
    evd_receipt_write(&b, &r);
    assert_true(b.n == strlen(good[i]) && memcmp(b.p, good[i], b.n) == 0);
  }
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_int_equal(evd_receipt_read(&r, span(bad[i]), &a, &why),
                     EVD_ERR_FORM);
  evd_buf_close(&b);
  evd_arena_close(&a);
}

/* ---- policies ---- */

#define W1                                                                     \
  "witness w1 sigsum.org+e4ade967+AZuUY6B08pW3QVHu8uvsrxWPcAv9nykap2Nb4oxCee"  \
  "+r https://sigsum.org/witness/\n"
#define W_ "witness w " WITNESS_KEY "\n"
#define L_ "log " LOG_KEY "\n"

static void test_policy_judges(void **state) {
  (void)state;
  static const struct {
    const char *policy;
    bool log, quorum;
    uint64_t not_before;
  } cases[] = {
      {L_ W_ "quorum w\n", true, true, 0},
      {L_ W_ "quorum w\n", true, true, TIME},
      {L_ W_ "quorum w\n", true, false, TIME + 1},
      {W_ "quorum w\n", false, true, 0},
      {L_ "quorum none\n", true, true, 0},
      {L_ W_ "group g all w\nquorum g\n", true, true, 0},
      {L_ W_ "group g any w\ngroup h 1 g\nquorum h\n", true, true, 0},
      {" # c\n\t\n log\t" LOG_KEY "  https://x \n" W_ " quorum  w \n", true,
       true, 0},
  };
  static evd_checkpoint c;
  static evd_policy p;
  static evd_policy_verdict v;
  evd_note_why why;
  assert_int_equal(
      evd_checkpoint_read(&c, span(TEXT "\n" LOG_LINE WITNESS_LINE), &why),
      EVD_OK);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_int_equal(evd_policy_read(&p, span(cases[i].policy), &why), EVD_OK);
    evd_policy_judge_var(&v, &p, &c, cases[i].not_before);
    assert_true(v.log == cases[i].log && v.quorum == cases[i].quorum);
    assert_false(v.false_signature);
  }
  assert_int_equal(evd_checkpoint_read(&c, span(TEXT "\n" LOG_LINE), &why),
                   EVD_OK);
  evd_policy_judge_var(&v, &p, &c, 0);
  assert_true(v.log && !v.quorum && v.n_witnesses == 0);
}

static void test_policy_forms(void **state) {
  (void)state;
  static const char *const bad[] = {"",
                                    L_ W_,
                                    "quorum unknown\n",
                                    L_ L_ "quorum none\n",
                                    W_ W_ "quorum w\n",
                                    W_ "witness x " WITNESS_KEY "\nquorum w\n",
                                    "witness none " WITNESS_KEY
                                    "\nquorum none\n",
                                    W1 "quorum w1\n", /* the key of a log */
                                    "log " WITNESS_KEY "\nquorum none\n",
                                    W_ "group g -1 w\nquorum g\n",
                                    W_ "group g 0 w\nquorum g\n",
                                    W_ "group g 2 w\nquorum g\n",
                                    W_ "group g 1\nquorum g\n",
                                    W_ "group g 1 w w\nquorum g\n",
                                    W_ "group g 1 w\ngroup h 1 w\nquorum g\n",
                                    W_ "group g 1 h\nquorum g\n",
                                    W_ "quorum w\nquorum w\n",
                                    W_ "quorum w w\n",
                                    W_ "quorum w",
                                    W_ "quorum w\r\n",
                                    W_ "quorums w\n",
                                    "log " LOG_KEY " a b\nquorum none\n"};
  static evd_policy p;
  evd_note_why why;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    if (evd_policy_read(&p, span(bad[i]), &why) != EVD_ERR_FORM)
      fail_msg("taken: %s", bad[i]);
    assert_non_null(why.expected);
  }
}

static void test_policy_k_of_n(void **state) {
  (void)state;
  static evd_policy p;
  evd_note_why why;
  uint32_t k = 0, n = 0;
  assert_int_equal(evd_policy_read(&p, span("quorum none\n"), &why), EVD_OK);
  assert_true(evd_policy_k_of_n(&p, &k, &n) && k == 0 && n == 0);
  assert_int_equal(evd_policy_read(&p, span(W_ "quorum w\n"), &why), EVD_OK);
  assert_true(evd_policy_k_of_n(&p, &k, &n) && k == 1 && n == 1);
  assert_int_equal(
      evd_policy_read(&p, span(W_ "group g 1 w\nquorum g\n"), &why), EVD_OK);
  assert_true(evd_policy_k_of_n(&p, &k, &n) && k == 1 && n == 1);
  assert_int_equal(
      evd_policy_read(&p, span(W_ "group g 1 w\ngroup h 1 g\nquorum h\n"),
                      &why),
      EVD_OK);
  assert_false(evd_policy_k_of_n(&p, &k, &n));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_decimal),
      cmocka_unit_test(test_checkpoint),
      cmocka_unit_test(test_checkpoint_forms),
      cmocka_unit_test(test_B07_changed_head),
      cmocka_unit_test(test_receipt),
      cmocka_unit_test(test_T20_receipt_forms),
      cmocka_unit_test(test_policy_judges),
      cmocka_unit_test(test_policy_forms),
      cmocka_unit_test(test_policy_k_of_n),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
