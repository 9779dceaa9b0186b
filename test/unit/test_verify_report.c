/* The two forms of the report, and the sets behind X.10. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "record/json.h"
#include "verify_kit.h"

static evd_str str(const char *s) {
  return (evd_str){(const uint8_t *)s, strlen(s)};
}

static evd_cell cells[] = {{.field = 1, .t = 1204567}, {.field = 2, .t = 0}};
static evd_tally_contest contests[] = {
    {.contest = 1, .n_fields = 2, .fields = cells}, {.contest = 2}};
static evd_tally tally = {.n_contests = 2, .contests = contests};
static evd_check checks[] = {
    {.id = "6.A",
     .meaning = "in the group",
     .unit = "elements",
     .status = EVD_PASS,
     .count = 1204},
    {.id = "10.C",
     .meaning = "are right",
     .unit = "tallies",
     .status = EVD_FAILED,
     .count = 1,
     .failed = 12,
     .n_kept = 1,
     .kept = {{.where = "tally.json contest 1", .what = "t is wrong"}}},
    {.id = "X.17",
     .meaning = "structure",
     .unit = "ballots",
     .status = EVD_NOT_RUN,
     .remark = "nothing to check"},
};
static evd_report report = {.checks = checks,
                            .n_checks = 3,
                            .tally = &tally,
                            .refused = 1,
                            .spoiled = 2,
                            .stage = EVD_STAGE_FINAL};

static int setup(void **state) {
  (void)state;
  contests[0].label = str("Mayor");
  contests[1].label = str("Hamlet warden");
  cells[0].label = str("B\xC3\xA9"
                       "atrice");
  cells[1].label = str("Bo");
  report.verdict = EVD_VERDICT_FAIL;
  report.manifest = NULL;
  return 0;
}

static const char *text_of(void (*form)(evd_buf *, const evd_report *)) {
  static char text[8192];
  evd_buf b;
  evd_buf_init(&b, sizeof text - 1);
  form(&b, &report);
  assert_true(evd_buf_ok(&b));
  memcpy(text, b.p, b.n);
  text[b.n] = 0;
  evd_buf_close(&b);
  return text;
}

static bool has(const char *text, const char *part) {
  if (strstr(text, part))
    return true;
  print_message("not in the report: %s\n%s\n", part, text);
  return false;
}

static bool ends(const char *text, const char *end) {
  size_t n = strlen(text), m = strlen(end);
  return n >= m && strcmp(text + n - m, end) == 0;
}

static void test_lines_of_the_text(void **state) {
  (void)state;
  const char *t = text_of(evd_report_text);
  assert_true(has(t, "6.A     pass     1,204 elements\n"));
  assert_true(has(t, "\n10.C    FAIL     12 failures in 1 "));
  assert_true(has(t, "\n    tally.json contest 1: t is wrong\n"));
  assert_true(has(t, "\n    and 11 more\n"));
  assert_true(has(t, "\nX.17    not-run  nothing to check\n"));
  assert_true(ends(t, "\nBallots refused: 1, spoiled: 2.\n"));
  assert_null(strstr(t, "This record is consistent"));
}

/* A15: a trial passes with one guardian, so it must not look like an election.
 */
static void test_A15_a_trial_is_called_one(void **state) {
  (void)state;
  static evd_manifest manifest;
  report.verdict = EVD_VERDICT_PASS;
  manifest = (evd_manifest){.label = str("Lab"), .kind = str("trial")};
  assert_null(strstr(text_of(evd_report_text), "Lab"));
  report.manifest = &manifest;
  assert_true(has(text_of(evd_report_text),
                  "\nTrial: Lab\nA trial is no election: one guardian alone "
                  "could hold its key.\n\nVerdict at stage final: pass\n"));
  assert_true(has(text_of(evd_report_json),
                  ",\"label\":\"Lab\",\"kind\":\"trial\",\"checks\":["));
  manifest.kind = str("election");
  assert_true(has(text_of(evd_report_text), "\nElection: Lab\n\nVerdict"));
  assert_null(strstr(text_of(evd_report_text), "rial"));
}

static void test_closing_sentence_of_a_pass(void **state) {
  (void)state;
  report.verdict = EVD_VERDICT_PASS;
  assert_true(ends(text_of(evd_report_text),
                   "\nThis record is consistent. That it is the one that "
                   "voters and witnesses saw needs the log. Ballots refused: "
                   "1, spoiled: 2.\n"));
}

/* D11: what is printed is the published number, whole and at its option. */
static void test_D11_numbers_are_those_of_the_tally(void **state) {
  (void)state;
  const char *t = text_of(evd_report_text);
  assert_true(has(t, "\n  Mayor\n"));
  assert_true(has(t, "    B\xC3\xA9"
                     "atrice   1,204,567\n"));
  assert_true(has(t, "    Bo                 0\n"));
  assert_true(has(t, "\n  Hamlet warden\n    withheld"));
  assert_true(has(t, "does not confirm")); /* as the verdict is no pass */
  t = text_of(evd_report_json);
  assert_true(has(t, "\"t\":1204567"));
  assert_true(has(t, "\"withheld\":true"));
}

/* Labels of a hostile record neither reach the terminal nor break JSON. */
static void test_D01_hostile_labels(void **state) {
  (void)state;
  static const char bad[] = "\x1B[2J\"\\\x01\xFF\xE2\x80\xAE";
  char why[240];
  contests[0].label = str(bad);
  const char *t = text_of(evd_report_text);
  assert_null(strchr(t, 0x1B));
  assert_null(strstr(t, "\xE2\x80\xAE"));
  t = text_of(evd_report_json);
  evd_json *v = evd_json_parse(str(t), why);
  assert_non_null(v);
  assert_true(evd_json_is_object(v));
  evd_json_close(v);
}

static void test_json_begins_as_promised(void **state) {
  (void)state;
  char why[240];
  const char *t = text_of(evd_report_json);
  static const char begin[] =
      "{\"verdict\":\"fail\",\"stage\":\"final\",\"scope\":\"record\","
      "\"checks\":[{\"id\":\"6.A\",\"status\":\"pass\",\"count\":1204";
  assert_int_equal(strncmp(t, begin, sizeof begin - 1), 0);
  assert_true(has(t, "\"failures\":[{\"where\":\"tally.json contest 1\","
                     "\"what\":\"t is wrong\"}]"));
  assert_true(has(t, "\"status\":\"not_run\""));
  evd_json *v = evd_json_parse(str(t), why);
  assert_non_null(v);
  evd_json_close(v);
}

int main(void) {
#define T(name) cmocka_unit_test_setup(name, setup)
  const struct CMUnitTest tests[] = {
      T(test_lines_of_the_text),
      T(test_A15_a_trial_is_called_one),
      T(test_closing_sentence_of_a_pass),
      T(test_D11_numbers_are_those_of_the_tally),
      T(test_D01_hostile_labels),
      T(test_json_begins_as_promised),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
