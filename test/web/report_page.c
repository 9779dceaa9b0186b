/* report_page KIND: a page that no record at hand gives, on standard output.
 *   incomplete   something could not be examined
 *   hostile      what a record could hold to get out of its page */
#include <stdio.h>
#include <string.h>

#include "verify/checks.h"
#include "verify/report_html.h"

static evd_str str(const char *s) {
  return (evd_str){(const uint8_t *)s, strlen(s)};
}

#define A_CHECK(name, number, first, counted, means)                           \
  {.id = number,                                                               \
   .meaning = means,                                                           \
   .unit = counted,                                                            \
   .status = EVD_PASS,                                                         \
   .count = 7},
static evd_check checks[] = {EVD_CHECKS(A_CHECK)};
#undef A_CHECK
enum { N_CHECKS = sizeof checks / sizeof *checks };

static evd_cell cells[] = {{.field = 1, .t = 41}, {.field = 2, .t = 7}};
static evd_tally_contest contest = {
    .contest = 1, .n_fields = 2, .fields = cells};
static const evd_tally tally = {.n_contests = 1, .contests = &contest};
static evd_manifest manifest;

static void make_incomplete(evd_report *r) {
  static const char why[] = "the memory set aside for this is used up";
  r->verdict = EVD_VERDICT_INCOMPLETE;
  manifest.label = str("Harbour district, council election");
  contest.label = str("Council");
  cells[0].label = str("Ada Lovelace");
  cells[1].label = str("\xD7\xA2\xD7\x93\xD7\x94"); /* from right to left */
  for (int i = EVD_C5A; i <= EVD_C9B; i++) {
    checks[i].status = EVD_NOT_RUN;
    checks[i].unexamined = true;
    checks[i].remark = why;
  }
}

static void make_hostile(evd_report *r) {
  static const char script[] = "</style></title><script>window.hit=1</script>"
                               "<img src=x onerror=\"window.hit=1\">";
  r->verdict = EVD_VERDICT_FAIL;
  manifest.label = contest.label = cells[0].label = str(script);
  cells[1].label = str("\xE2\x80\xAE\x1B[2J<svg onload=window.hit=1>");
  for (int i = 0; i < N_CHECKS; i++) {
    checks[i].status = EVD_FAILED;
    checks[i].failed = 1000;
    checks[i].n_kept = 1;
    (void)snprintf(checks[i].kept[0].where, sizeof checks[i].kept[0].where,
                   "ballots/%s", script);
    memset(checks[i].kept[0].what, 'x', sizeof checks[i].kept[0].what - 1);
  }
}

int main(int argc, char **argv) {
  const evd_html_facts facts = {"Evident 0.1.0", "2026-11-22 10:12 UTC",
                                "arithmetic `portable`", 61499};
  evd_report r = {.checks = checks,
                  .n_checks = N_CHECKS,
                  .manifest = &manifest,
                  .tally = &tally,
                  .ballots = 48,
                  .cast = 48,
                  .stage = EVD_STAGE_FINAL,
                  .has_digest = true};
  if (argc == 2 && strcmp(argv[1], "incomplete") == 0)
    make_incomplete(&r);
  else if (argc == 2 && strcmp(argv[1], "hostile") == 0)
    make_hostile(&r);
  else
    return 2;
  evd_buf b;
  evd_buf_init(&b, (size_t)1 << 24);
  evd_report_html(&b, &r, &facts);
  bool good = evd_buf_ok(&b) && fwrite(b.p, b.n, 1, stdout) == 1;
  evd_buf_close(&b);
  return good ? 0 : 3;
}
