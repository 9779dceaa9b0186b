/* Attestations: one form, a verdict that fits, what a comparison finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "verify/attest.h"

#define HEX8 "0123456789ABCDEF"
#define HASH HEX8 HEX8 HEX8 HEX8
#define HEAD(verdict)                                                          \
  "Evident attestation v1\n"                                                   \
  "verifier evident 0.1.0\n"                                                   \
  "checks " HASH "\n"                                                          \
  "record " HASH "\n"                                                          \
  "stage final\n"                                                              \
  "verdict " verdict "\n"                                                      \
  "ballots 12\ncast 8\nchallenged 2\nspoiled 1\nsuperseded 0\nrefused 1\n"
#define GOOD HEAD("pass") "1.A pass\n10.C pass\nX.17 not-run\n"

static evd_check checks[3];
static evd_report report;

static int setup(void **state) {
  (void)state;
  static const evd_check all[] = {
      {.id = "6.A", .meaning = "in the group", .status = EVD_PASS, .count = 9},
      {.id = "10.C", .meaning = "are right", .status = EVD_PASS, .count = 1},
      {.id = "X.17", .meaning = "structure", .status = EVD_NOT_RUN}};
  memcpy(checks, all, sizeof checks);
  report = (evd_report){.checks = checks,
                        .n_checks = 3,
                        .stage = EVD_STAGE_FINAL,
                        .verdict = EVD_VERDICT_PASS,
                        .ballots = 12,
                        .cast = 8,
                        .challenged = 2,
                        .spoiled = 1,
                        .refused = 1,
                        .has_digest = true};
  return 0;
}

static evd_err read_text(evd_attestation *a, const char *text,
                         evd_note_why *why) {
  return evd_attest_read(a, (evd_span){(const uint8_t *)text, strlen(text)},
                         why);
}

static void assert_written(const evd_attestation *a, const char *want) {
  evd_buf b;
  evd_buf_init(&b, 1 << 20);
  evd_attest_write(&b, a);
  assert_true(evd_buf_ok(&b));
  assert_int_equal(b.n, strlen(want));
  assert_memory_equal(b.p, want, b.n);
  evd_buf_close(&b);
}

static void test_report_becomes_text(void **state) {
  (void)state;
  evd_attestation a, back;
  evd_note_why why;
  evd_buf b;
  assert_int_equal(evd_attest_make(&a, &report, "evident", "0.1.0"), EVD_OK);
  evd_buf_init(&b, 1 << 20);
  evd_attest_write(&b, &a);
  assert_int_equal(evd_attest_read(&back, (evd_span){b.p, b.n}, &why), EVD_OK);
  assert_memory_equal(&a, &back, sizeof a);
  evd_buf_add(&b, "", 1);
  const char *tail = "ballots 12\ncast 8\nchallenged 2\nspoiled 1\n"
                     "superseded 0\nrefused 1\n6.A pass\n10.C pass\n"
                     "X.17 not-run\n";
  assert_non_null(strstr((const char *)b.p, tail));
  evd_buf_close(&b);
}

static void test_one_form(void **state) {
  (void)state;
  evd_attestation a;
  evd_note_why why;
  assert_int_equal(read_text(&a, GOOD, &why), EVD_OK);
  assert_int_equal(a.ballots, 12);
  assert_int_equal(a.n_lines, 3);
  assert_string_equal(a.lines[2].id, "X.17");
  assert_written(&a, GOOD);
  for (size_t n = 0; n < strlen(GOOD); n++) {
    const evd_span cut = {(const uint8_t *)GOOD, n};
    if (evd_attest_read(&a, cut, &why) == EVD_OK)
      assert_true(GOOD[n - 1] == '\n'); /* fewer checks are fewer checks */
  }
  /* no byte means the same as another */
  char text[sizeof GOOD];
  for (size_t i = 0; i < strlen(GOOD); i++)
    for (int by = 1; by < 256; by += 51) {
      memcpy(text, GOOD, sizeof GOOD);
      text[i] = (char)((uint8_t)text[i] + by);
      if (read_text(&a, text, &why) == EVD_OK)
        assert_written(&a, text);
    }
}

static void test_refused(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint32_t line;
    const char *expected;
  } bad[] = {
      {"", 1, "Evident attestation v1"},
      {"Evident attestation v2\n", 1, "Evident attestation v1"},
      {"Evident attestation v1\nverifier evident\n", 2, "its version"},
      {"Evident attestation v1\nverifier evi\xC3\xA9 1\n", 2, "its name"},
      {"Evident attestation v1\nverifier a 1\nchecks 12\n", 3, "digest"},
      {HEAD("perfect") "1.A pass\n", 6, "verdict"},
      {HEAD("pass"), 13, "a line for each check"},
      {HEAD("pass") "1.A passed\n", 13, "6.A pass"},
      {HEAD("pass") "1A pass\n", 13, "6.A pass"},
      {HEAD("pass") "111.A pass\n", 13, "6.A pass"},
      {HEAD("pass") "1.ABC pass\n", 13, "6.A pass"},
      {HEAD("pass") "1. pass\n", 13, "6.A pass"},
      {HEAD("pass") ".A pass\n", 13, "6.A pass"},
      {HEAD("pass") "1.A pass\n\n", 14, "6.A pass"},
      {HEAD("pass") "1.A pass\n1.A pass\n", 14, "once"},
      {HEAD("pass") "1.A pass\n1.B pas", 14, "a line for each check"},
      {HEAD("pass") "1.A fail\n", 13, "the verdict above"},
      {HEAD("pass") "1.A not-run\n", 13, "the verdict above"},
      {HEAD("incomplete") "1.A fail\n", 13, "the verdict above"},
      {HEAD("fail") "1.A pass\n", 13, "the verdict above"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    evd_attestation a;
    evd_note_why why = {0, ""};
    assert_int_equal(read_text(&a, bad[i].text, &why), EVD_ERR_FORM);
    assert_int_equal(why.line, bad[i].line);
    assert_non_null(strstr(why.expected, bad[i].expected));
  }
}

static void test_numbers(void **state) {
  (void)state;
  static const char *const bad[] = {
      "", "01", "-1", "+1", " 1", "1 ", "1.0", "1e3", "x", "1000000000000000"};
  char text[4096];
  evd_attestation a;
  evd_note_why why;
  const char *at = strstr(GOOD, "8\nchallenged");
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - GOOD), GOOD,
                   bad[i], at + 1);
    assert_int_equal(read_text(&a, text, &why), EVD_ERR_FORM);
    assert_int_equal(why.line, 8);
  }
}

/* More checks than a verifier can have. */
static void test_too_many_checks(void **state) {
  (void)state;
  evd_attestation a;
  evd_note_why why;
  evd_buf b;
  evd_buf_init(&b, 1 << 20);
  evd_buf_text(&b, HEAD("pass"));
  for (int i = 0; i <= EVD_ATTEST_CHECKS_MAX; i++) {
    char line[32];
    (void)snprintf(line, sizeof line, "%d.%c%c pass\n", i % 10 + 1,
                   'A' + i / 10 % 26, 'A' + i / 260);
    evd_buf_text(&b, line);
    const evd_err e = evd_attest_read(&a, (evd_span){b.p, b.n}, &why);
    assert_int_equal(e, i < EVD_ATTEST_CHECKS_MAX ? EVD_OK : EVD_ERR_FORM);
  }
  assert_non_null(strstr(why.expected, "256"));
  evd_buf_close(&b);
}

/* What could not be examined is attested as that. */
static void test_incomplete(void **state) {
  (void)state;
  evd_attestation a;
  evd_note_why why;
  report.verdict = EVD_VERDICT_INCOMPLETE;
  assert_int_equal(evd_attest_make(&a, &report, "e", "1"), EVD_OK);
  assert_int_equal(a.verdict, EVD_VERDICT_INCOMPLETE);
  static const char text[] = HEAD("incomplete") "6.A pass\n10.C not-run\n";
  assert_int_equal(read_text(&a, text, &why), EVD_OK);
  assert_written(&a, text);
}

/* Nothing read, or nothing looked at, is nothing to attest to. */
static void test_nothing_to_attest_to(void **state) {
  (void)state;
  evd_attestation a;
  report.has_digest = false;
  assert_int_equal(evd_attest_make(&a, &report, "e", "1"), EVD_ERR_INCOMPLETE);
  report.has_digest = true;
  for (int i = 0; i < 3; i++)
    checks[i].count = 0;
  assert_int_equal(evd_attest_make(&a, &report, "e", "1"), EVD_ERR_INCOMPLETE);
}

static uint32_t differences(const evd_attestation *a, const evd_attestation *b,
                            const char *said) {
  evd_buf out;
  evd_buf_init(&out, 1 << 16);
  const uint32_t n = evd_attest_compare(&out, a, b);
  evd_buf_add(&out, "", 1);
  assert_true(evd_buf_ok(&out));
  if (said && !strstr((const char *)out.p, said))
    fail_msg("not said: %s\n%s", said, (const char *)out.p);
  evd_buf_close(&out);
  return n;
}

static void test_comparison(void **state) {
  (void)state;
  evd_attestation a, b;
  assert_int_equal(evd_attest_make(&a, &report, "evident", "0.1.0"), EVD_OK);
  b = a;
  memcpy(b.version, "9", 2); /* another version is no difference */
  assert_int_equal(differences(&a, &b, NULL), 0);
  b.record.b[31] ^= 1;
  assert_int_equal(differences(&a, &b, "record: attested is 00"), 1);
  b = a;
  b.verdict = EVD_VERDICT_FAIL;
  b.lines[1].status = EVD_FAILED;
  b.cast = 7;
  b.stage = EVD_STAGE_CLOSED;
  assert_int_equal(differences(&a, &b,
                               "10.C: attested is pass, found was "
                               "fail\n"),
                   4);
  assert_int_equal(differences(&a, &b, "cast: attested is 8, found was 7\n"),
                   4);
  assert_int_equal(differences(&a, &b,
                               "stage: attested is final, found was "
                               "closed\n"),
                   4);
  assert_int_equal(differences(&a, &b,
                               "verdict: attested is pass, found was "
                               "fail\n"),
                   4);
}

/* What the other verifier does not know counts only if it failed. */
static void test_other_lists_of_checks(void **state) {
  (void)state;
  evd_attestation a, b;
  assert_int_equal(evd_attest_make(&a, &report, "evident", "0.1.0"), EVD_OK);
  b = a;
  b.n_lines = 2;
  assert_int_equal(differences(&a, &b, NULL), 0);
  assert_int_equal(differences(&b, &a, NULL), 0);
  a.lines[2].status = EVD_FAILED;
  assert_int_equal(differences(&a, &b,
                               "X.17: attested is fail, found was "
                               "nothing"),
                   1);
  assert_int_equal(differences(&b, &a,
                               "X.17: attested is nothing, found was "
                               "fail"),
                   1);
}

/* The digest of the list: another meaning, order or number is another one. */
static void test_D17_other_checks_have_another_digest(void **state) {
  (void)state;
  evd_attestation a, b;
  assert_int_equal(evd_attest_make(&a, &report, "e", "1"), EVD_OK);
  checks[0].meaning = "in the grouq";
  assert_int_equal(evd_attest_make(&b, &report, "e", "1"), EVD_OK);
  assert_memory_not_equal(&a.checks, &b.checks, sizeof a.checks);
  checks[0].meaning = "in the group";
  report.n_checks = 2;
  assert_int_equal(evd_attest_make(&b, &report, "e", "1"), EVD_OK);
  assert_memory_not_equal(&a.checks, &b.checks, sizeof a.checks);
  report.n_checks = 3;
  checks[2].count = 5;
  checks[2].status = EVD_PASS;
  assert_int_equal(evd_attest_make(&b, &report, "e", "1"), EVD_OK);
  assert_memory_equal(&a.checks, &b.checks, sizeof a.checks);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_report_becomes_text, setup),
      cmocka_unit_test(test_one_form),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_too_many_checks),
      cmocka_unit_test_setup(test_incomplete, setup),
      cmocka_unit_test_setup(test_nothing_to_attest_to, setup),
      cmocka_unit_test_setup(test_comparison, setup),
      cmocka_unit_test_setup(test_other_lists_of_checks, setup),
      cmocka_unit_test_setup(test_D17_other_checks_have_another_digest, setup),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
