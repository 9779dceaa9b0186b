/* The report as a page: what it says, and that nothing of a record is more
 * than text in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verify/checks.h"
#include "verify/html.h"
#include "verify/report_html.h"

static evd_str str(const char *s) {
  return (evd_str){(const uint8_t *)s, strlen(s)};
}

static const evd_html_facts facts = {.verifier = "Evident 0.1.0",
                                     .when = "2026-11-22 10:12 UTC",
                                     .how = "arithmetic `portable`, 2 threads",
                                     .milliseconds = 61499};
static evd_cell cells[3];
static evd_tally_contest contests[2];
static evd_tally tally = {.n_contests = 2, .contests = contests};
static evd_manifest manifest;
static evd_check checks[4];
static evd_report report;

static int setup(void **state) {
  (void)state;
  static const evd_check all[] = {
      {.id = "6.D",
       .meaning = "every selection is in its range",
       .unit = "proofs",
       .status = EVD_PASS,
       .count = 1204},
      {.id = "10.C",
       .meaning = "printed tallies are the decrypted ones",
       .unit = "tallies",
       .status = EVD_PASS,
       .count = 1},
      {.id = "16.A",
       .meaning = "selection hashes are right",
       .unit = "codes",
       .remark = "nothing to check"},
      {.id = "X.18",
       .meaning = "remote ballots are on the roll, once",
       .unit = "ballots",
       .status = EVD_PASS,
       .count = 2}};
  memcpy(checks, all, sizeof checks);
  cells[0] =
      (evd_cell){.field = 1, .t = 1204567, .label = str("B\xC3\xA9 & Co")};
  cells[1] = (evd_cell){.field = 2, .t = 0, .label = str("Bo")};
  cells[2] = (evd_cell){.field = 3, .t = 12046, .label = str("#write-ins")};
  contests[0] = (evd_tally_contest){
      .contest = 1, .n_fields = 3, .fields = cells, .label = str("Mayor")};
  contests[1] = (evd_tally_contest){.contest = 2, .label = str("Warden")};
  manifest = (evd_manifest){.label = str("Lab <1>")};
  report = (evd_report){.checks = checks,
                        .n_checks = 4,
                        .manifest = &manifest,
                        .tally = &tally,
                        .ballots = 9,
                        .cast = 5,
                        .stage = EVD_STAGE_FINAL,
                        .verdict = EVD_VERDICT_PASS,
                        .has_digest = true};
  memset(report.record_digest.b, 0xAB, 32);
  return 0;
}

static const char *page(void) {
  static char text[1 << 20];
  evd_buf b;
  evd_buf_init(&b, sizeof text - 1);
  evd_report_html(&b, &report, &facts);
  assert_true(evd_buf_ok(&b));
  memcpy(text, b.p, b.n);
  text[b.n] = 0;
  evd_buf_close(&b);
  return text;
}

static void has(const char *text, const char *part) {
  if (!strstr(text, part))
    fail_msg("not in the page: %s", part);
}

static void has_not(const char *text, const char *part) {
  if (strstr(text, part))
    fail_msg("in the page: %s", part);
}

static void test_pass(void **state) {
  (void)state;
  const char *t = page();
  assert_int_equal(strncmp(t, "<!doctype html>\n<html lang=\"en\">", 32), 0);
  has(t, "<title>Passed: Lab &lt;1&gt;</title>");
  has(t, "Verdict: Passed");
  has(t, "The record holds</h2>");
  has(t, "needs the log"); /* the closing sentence of every report */
  has(t, "What this does not mean");
  has(t, "<dt>cast: counted</dt><dd>5</dd>");
  has(t, "<td>1,204 proofs</td><td><span class=\"chip good\">passed</span>");
  has(t, "<td>nothing to check</td><td><span class=\"chip none\">not run<");
  has(t, "3 passed</li>");
  has(t, "0 failed</li>");
  has(t, "1 not run</li>");
  has(t, "<code>ABABABAB");
  has(t, "Evident 0.1.0");
  has(t, "2026-11-22 10:12 UTC");
  has(t, "`portable`, 2 threads");
  has(t, "<dd>61.4 seconds</dd>");
  has_not(t, "What does not hold");
  has_not(t, "<script");
  has_not(t, "http://");
  has_not(t, "https://");
  has_not(t, "src=");
  has_not(t, "url(");
}

/* What is printed is the published number, whole and at its option. */
static void test_D11_numbers_of_the_page(void **state) {
  (void)state;
  const char *t = page();
  has(t, "<caption><bdi>Mayor</bdi></caption>");
  has(t, "<bdi>B\xC3\xA9 &amp; Co</bdi><span class=\"bar\" "
         "aria-hidden=\"true\"><b style=\"width:100%\"></b></span></th>"
         "<td>1,204,567</td>");
  has(t, "<bdi>Bo</bdi><span class=\"bar\" aria-hidden=\"true\"></span></th>"
         "<td>0</td>");
  has(t, "<i>#write-ins</i><span class=\"bar\" aria-hidden=\"true\"><b "
         "style=\"width:1%\">");
  has(t, "<bdi>Warden</bdi></h3><p class=\"soft\">Withheld");
  has(t, "as published and confirmed here");
  report.verdict = EVD_VERDICT_INCOMPLETE;
  has(page(), "This report does not confirm these numbers.");
  report.tally = NULL;
  has_not(page(), "Mayor");
  /* the greatest numbers make no bar longer than its place */
  report.tally = &tally;
  cells[0].t = UINT64_MAX;
  cells[1].t = UINT64_MAX - 1;
  t = page();
  has(t, "<td>18,446,744,073,709,551,615</td>");
  has_not(t, "width:101%");
  has_not(t, "width:1,");
}

static void test_fail(void **state) {
  (void)state;
  report.verdict = EVD_VERDICT_FAIL;
  checks[1].status = EVD_FAILED;
  checks[1].failed = 1234;
  checks[1].n_kept = 1;
  checks[1].kept[0] = (evd_failure){.where = "tally.json contest 1 <b>",
                                    .what = "t is not \"the\" logarithm"};
  const char *t = page();
  has(t, "<title>Failed: ");
  has(t, "The record does not hold</h2>");
  has(t, "What does not hold</h2>");
  has(t, "It must hold that printed tallies are the decrypted ones");
  has(t, "T = K<sup>t</sup> mod p");
  has(t, "1,234 failures in 1 tally; EGDS 2.1.0, Verification 10, page 89");
  has(t, "<code>tally.json contest 1 &lt;b&gt;</code>: t is not "
         "&quot;the&quot; logarithm");
  has(t, "and 1,233 more");
  has(t, "<span class=\"chip bad\">FAILED</span>");
  has(t, "not confirmed by this report");
  has_not(t, "confirmed here");
  has_not(t, "Every check that applies");
}

static void test_incomplete(void **state) {
  (void)state;
  report.verdict = EVD_VERDICT_INCOMPLETE;
  report.has_digest = false;
  checks[3].status = EVD_NOT_RUN;
  checks[3].unexamined = true;
  checks[3].remark = "not every ballot could be read";
  const char *t = page();
  has(t, "<title>Incomplete: ");
  has(t, "Not everything was examined</h2>");
  has(t, "<td>not every ballot could be read</td><td><span class=\"chip "
         "open\">not run</span>");
  has(t, "none: not every file could be read to its end");
  has_not(t, "What does not hold");
}

/* The way that was taken is said. */
static void test_way(void **state) {
  (void)state;
  has(page(), "0 ballots in batches, 9 one by one");
  report.hinted.in_batches = 8;
  has(page(), "8 ballots in batches, 1 one by one");
  has_not(page(), "Put together");
  report.n_parts = 3;
  has(page(), "from 3 parts: what they say");
}

static void test_stages(void **state) {
  (void)state;
  report.stage = EVD_STAGE_CLOSED;
  has(page(), "The record holds so far</h2>");
  has(page(), "no total has been opened");
  report.stage = EVD_STAGE_CEREMONY;
  has(page(), "The keys hold</h2>");
  has_not(page(), "<h2 id=\"ballots\"");
}

/* Markup, entities, controls, marks of direction, bytes that are no text: in
 * the page they are text, or ASCII. */
static void test_D01_record_is_text(void **state) {
  (void)state;
  static const char *const evil[] = {"</title><script>alert(1)</script>",
                                     "<img src=x onerror=alert(1)>",
                                     "\" onmouseover=\"alert(1)",
                                     "' style='position:fixed",
                                     "&lt;script&gt;",
                                     "--><!--",
                                     "</style>",
                                     "a\x1B[2Jb",
                                     "\xE2\x80\xAEgnp.exe",
                                     "\xC2\x85\xE2\x80\xA8",
                                     "\xFF\xFE<b>",
                                     "\x01\x02<i>"};
  for (size_t i = 0; i < sizeof evil / sizeof *evil; i++) {
    manifest.label = contests[0].label = contests[1].label = cells[0].label =
        str(evil[i]);
    report.verdict = EVD_VERDICT_FAIL;
    checks[0].status = EVD_FAILED;
    checks[0].failed = checks[0].n_kept = 1;
    (void)snprintf(checks[0].kept[0].where, sizeof checks[0].kept[0].where,
                   "%s", evil[i]);
    checks[3].status = EVD_NOT_RUN;
    checks[3].remark = evil[i];
    const char *t = page();
    has_not(t, "<script");
    has_not(t, "<img");
    has_not(t, "<b>");
    has_not(t, "<i>\x01");
    has_not(t, "\"alert");
    has_not(t, "='position");
    has_not(t, "<!--");
    has_not(t, "\x1B");
    has_not(t, "\xE2\x80\xAE");
    has_not(t, "\xC2\x85");
    has_not(t, "\xFF");
    has_not(t, "\x01");
    /* one of each, as there was before */
    const char *end = strstr(t, "</style>");
    assert_non_null(end);
    assert_null(strstr(end + 1, "</style>"));
    assert_null(strstr(strstr(t, "</title>") + 1, "</title>"));
  }
  manifest.label = str("&lt;");
  has(page(), "<title>Failed: &amp;lt;</title>");
}

static void test_A15_a_trial_is_called_one(void **state) {
  (void)state;
  static const char says[] = "This is a trial, no election";
  report.verdict = EVD_VERDICT_PASS;
  assert_null(strstr(page(), says));
  manifest.kind = str("trial");
  has(page(), says);
}

/* Without a manifest there is a name all the same. */
static void test_no_manifest(void **state) {
  (void)state;
  report.manifest = NULL;
  report.verdict = EVD_VERDICT_FAIL;
  has(page(), "<bdi>An election record</bdi>");
}

/* Every check that a verifier reports is in a group, and shown once. */
static void test_every_check_has_its_place(void **state) {
  (void)state;
#define A_CHECK(name, number, first, counted, means)                           \
  {.id = number,                                                               \
   .meaning = means,                                                           \
   .unit = counted,                                                            \
   .status = EVD_PASS,                                                         \
   .count = 7},
  static evd_check all[] = {EVD_CHECKS(A_CHECK)};
#undef A_CHECK
  char row[64];
  report.checks = all;
  report.n_checks = sizeof all / sizeof *all;
  const char *t = page();
  for (size_t i = 0; i < report.n_checks; i++) {
    (void)snprintf(row, sizeof row, "<span class=\"id\">%s</span>", all[i].id);
    const char *at = strstr(t, row);
    if (!at || strstr(at + 1, row))
      fail_msg("%s is not there, or twice", all[i].id);
  }
}

/* The equations that are shown belong to checks. */
static void test_equations(void **state) {
  (void)state;
  assert_non_null(evd_html_equation("6.D"));
  assert_null(evd_html_equation("11.A"));
  assert_null(evd_html_equation("X.1"));
  assert_null(evd_html_equation("6."));
}

/* A page that does not fit is no page. */
static void test_no_room(void **state) {
  (void)state;
  evd_buf b;
  evd_buf_init(&b, 5000);
  evd_report_html(&b, &report, &facts);
  assert_false(evd_buf_ok(&b));
  evd_buf_close(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_pass, setup),
      cmocka_unit_test_setup(test_D11_numbers_of_the_page, setup),
      cmocka_unit_test_setup(test_fail, setup),
      cmocka_unit_test_setup(test_incomplete, setup),
      cmocka_unit_test_setup(test_way, setup),
      cmocka_unit_test_setup(test_stages, setup),
      cmocka_unit_test_setup(test_D01_record_is_text, setup),
      cmocka_unit_test_setup(test_A15_a_trial_is_called_one, setup),
      cmocka_unit_test_setup(test_no_manifest, setup),
      cmocka_unit_test_setup(test_every_check_has_its_place, setup),
      cmocka_unit_test_setup(test_equations, setup),
      cmocka_unit_test_setup(test_no_room, setup),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
