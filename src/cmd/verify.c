/* evident verify: checks a record from its bytes alone and says what holds. */
#include <stdio.h>
#include <string.h>

#include "cmd/hints.h"
#include "cmd/verifying.h"

#define REPORT_BYTES_MAX ((size_t)256 << 20)

static const char verb[] = "verify";

typedef struct {
  const char *dir, *format, *hints;
  evd_verifying_words how;
} options;

static evd_err read_format(const char *text, bool *json) {
  *json = text && strcmp(text, "json") == 0;
  if (!text || *json || strcmp(text, "text") == 0)
    return EVD_OK;
  return evd_usage(verb, "--format is text or json, not `%s`", text);
}

static evd_err print_report(const evd_report *r, bool json) {
  evd_buf b;
  evd_buf_init(&b, REPORT_BYTES_MAX);
  if (json)
    evd_report_json(&b, r);
  else
    evd_report_text(&b, r);
  bool ok = evd_buf_ok(&b) && (b.n == 0 || fwrite(b.p, b.n, 1, stdout) == 1);
  ok = fflush(stdout) == 0 && ok;
  evd_buf_close(&b);
  return ok ? EVD_OK : evd_complain(EVD_ERR_IO, "cannot print the report");
}

evd_err evd_cmd_verify(int argc, char **argv) {
  options o = {.dir = NULL};
  const evd_option_row rows[] = {EVD_OPT("format", o.format),
                                 EVD_OPT("hints", o.hints),
                                 EVD_OPT_VERIFYING(o.how), EVD_OPT_END};
  evd_verify_how how = {.stage = EVD_STAGE_FINAL};
  evd_verify_hints hints;
  evd_hint_file hint_file;
  evd_verified v;
  uint32_t n_jobs = 0;
  bool json;
  EVD_TRY(evd_args(argc, argv, rows, &o.dir, 1, "RECORD"));
  EVD_TRY(evd_verifying_read(&how, &n_jobs, verb, &o.how));
  EVD_TRY(read_format(o.format, &json));
  if (o.hints)
    how.hints = evd_hints_give(&hints, &hint_file, o.hints);
  evd_err e = evd_verifying_run(&v, o.dir, how, n_jobs, o.how.tmp);
  evd_hints_take_back(how.hints, &hint_file);
  if (e == EVD_OK)
    evd_hints_tell(&v.report, o.hints);
  if (e == EVD_OK)
    e = print_report(&v.report, json);
  if (e == EVD_OK)
    e = evd_verifying_error(v.report.verdict);
  evd_verifying_close(&v);
  return e;
}
