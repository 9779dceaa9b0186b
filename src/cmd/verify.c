/* evident verify: checks a record from its bytes alone and says what holds. */
#include <stdio.h>
#include <string.h>

#include "cmd/args.h"

#define KEPT_BYTES_MAX ((size_t)4 << 30)
#define REPORT_BYTES_MAX ((size_t)256 << 20)
#define JOBS_MAX 1024

static const char verb[] = "verify";

typedef struct {
  const char *dir, *stage, *format, *jobs, *tmp;
} options;

static evd_err read_stage(const char *text, evd_stage *stage) {
  *stage = EVD_STAGE_FINAL;
  if (!text || strcmp(text, "final") == 0)
    return EVD_OK;
  if (strcmp(text, "ceremony") == 0)
    *stage = EVD_STAGE_CEREMONY;
  else if (strcmp(text, "closed") == 0)
    *stage = EVD_STAGE_CLOSED;
  else
    return evd_usage(verb, "--stage is ceremony, closed or final, not `%s`",
                     text);
  return EVD_OK;
}

static evd_err read_format(const char *text, bool *json) {
  *json = text && strcmp(text, "json") == 0;
  if (!text || *json || strcmp(text, "text") == 0)
    return EVD_OK;
  return evd_usage(verb, "--format is text or json, not `%s`", text);
}

static void show_progress(void *self, uint64_t ballots_done) {
  (void)self;
  evd_progress_line("Verifying ballots", ballots_done, 0);
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

static evd_err verdict_error(evd_verdict v) {
  if (v == EVD_VERDICT_PASS)
    return EVD_OK;
  return v == EVD_VERDICT_FAIL ? EVD_ERR_FAIL : EVD_ERR_INCOMPLETE;
}

static evd_err verify(evd_source *src, const evd_verify_how *how, bool json) {
  evd_report r;
  evd_arena arena;
  evd_arena_init(&arena, KEPT_BYTES_MAX);
  evd_err e = evd_verify_record(&r, evd_host_kernel(), src, how, &arena);
  evd_progress_line(NULL, 0, 0);
  if (e == EVD_OK)
    e = print_report(&r, json);
  else
    evd_complain(e, "%s: %s", verb, evd_err_text(e));
  if (e == EVD_OK)
    e = verdict_error(r.verdict);
  evd_arena_close(&arena);
  return e;
}

evd_err evd_cmd_verify(int argc, char **argv) {
  options o = {NULL, NULL, NULL, NULL, NULL};
  const evd_option_row rows[] = {
      EVD_OPT("stage", o.stage), EVD_OPT("format", o.format),
      EVD_OPT("jobs", o.jobs), EVD_OPT("tmp", o.tmp), EVD_OPT_END};
  evd_verify_how how = {.progress = show_progress};
  evd_scratch scratch;
  evd_source src;
  evd_pool pool;
  bool json;
  uint64_t jobs = 0;
  EVD_TRY(evd_args(argc, argv, rows, &o.dir, 1, "RECORD"));
  EVD_TRY(read_stage(o.stage, &how.stage));
  EVD_TRY(read_format(o.format, &json));
  if (o.jobs)
    EVD_TRY(evd_arg_number("--jobs", o.jobs, 1, JOBS_MAX, &jobs));
  if (evd_source_dir_open(&src, o.dir) != EVD_OK)
    return EVD_ERR_USAGE; /* said why; whatever it was, there is no record */
  evd_err e = evd_scratch_dir_open(&scratch, o.tmp);
  if (e == EVD_OK)
    e = evd_pool_open(&pool, (uint32_t)jobs);
  if (e == EVD_OK) {
    how.pool = &pool;
    how.scratch = &scratch;
    e = verify(&src, &how, json);
    evd_pool_close(&pool);
  }
  evd_scratch_dir_close(&scratch);
  evd_source_dir_close(&src);
  return e;
}
