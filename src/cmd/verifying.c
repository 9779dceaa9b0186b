#include "cmd/verifying.h"

#include <stdio.h>
#include <string.h>

#include "host/place.h"

#define KEPT_BYTES_MAX ((size_t)4 << 30)
#define JOBS_MAX 1024
#define REPORT_BYTES_MAX ((size_t)256 << 20)

static evd_err read_stage(evd_stage *out, const char *verb, const char *text) {
  *out = EVD_STAGE_FINAL;
  if (!text || strcmp(text, "final") == 0)
    return EVD_OK;
  if (strcmp(text, "ceremony") == 0)
    *out = EVD_STAGE_CEREMONY;
  else if (strcmp(text, "closed") == 0)
    *out = EVD_STAGE_CLOSED;
  else
    return evd_usage(verb, "--stage is ceremony, closed or final, not `%s`",
                     text);
  return EVD_OK;
}

evd_err evd_verifying_read(evd_verify_how *how, uint32_t *n_jobs,
                           const char *verb, const evd_verifying_words *w) {
  uint64_t jobs = 0;
  *n_jobs = 0;
  EVD_TRY(read_stage(&how->stage, verb, w->stage));
  if (w->jobs)
    EVD_TRY(evd_arg_number("--jobs", w->jobs, 1, JOBS_MAX, &jobs));
  *n_jobs = (uint32_t)jobs;
  return EVD_OK;
}

static void show_progress(void *self, uint64_t ballots_done) {
  (void)self;
  evd_progress_line("Verifying ballots", ballots_done, 0);
}

static evd_err verify_once(evd_verified *out, evd_source *src,
                           const evd_verify_how *how) {
  const uint64_t start = evd_clock_ms();
  evd_err e =
      evd_verify_record(&out->report, evd_host_kernel(), src, how, &out->arena);
  evd_progress_line(NULL, 0, 0);
  out->milliseconds = evd_clock_ms() - start;
  out->n_threads = how->pool->workers;
  return e == EVD_OK ? e : evd_complain(e, "verify: %s", evd_err_text(e));
}

/* Where the work of an earlier run does not count, all is done anew. */
static evd_err verify(evd_verified *out, evd_source *src, evd_verify_how *how) {
  how->progress = show_progress;
  EVD_TRY(verify_once(out, src, how));
  if (!out->report.stale)
    return EVD_OK;
  (void)evd_complain(EVD_OK,
                     "what was verified before does not count, %s: verifying "
                     "from the start",
                     out->report.stale);
  evd_resuming anew = *how->resume;
  anew.before = (evd_span){NULL, 0};
  how->resume = &anew;
  evd_arena_close(&out->arena);
  evd_err e = verify_once(out, src, how);
  how->resume = NULL;
  return e;
}

evd_err evd_verifying_run(evd_verified *out, const char *dir,
                          evd_verify_how how, uint32_t n_jobs,
                          const char *tmp) {
  evd_source src;
  evd_scratch scratch;
  evd_pool pool;
  evd_arena_init(&out->arena, KEPT_BYTES_MAX);
  if (evd_source_dir_open(&src, dir) != EVD_OK)
    return EVD_ERR_USAGE; /* said why; whatever it was, there is no record */
  evd_err e = evd_scratch_dir_open(&scratch, tmp);
  if (e == EVD_OK)
    e = evd_pool_open(&pool, n_jobs);
  if (e == EVD_OK) {
    how.pool = &pool;
    how.scratch = &scratch;
    e = verify(out, &src, &how);
    evd_pool_close(&pool);
  }
  evd_scratch_dir_close(&scratch);
  evd_source_dir_close(&src);
  return e;
}

evd_err evd_verifying_format(const char *verb, const char *text, bool *json) {
  *json = text && strcmp(text, "json") == 0;
  if (!text || *json || strcmp(text, "text") == 0)
    return EVD_OK;
  return evd_usage(verb, "--format is text or json, not `%s`", text);
}

evd_err evd_verifying_print(const evd_report *r, bool json) {
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

void evd_verifying_close(evd_verified *v) { evd_arena_close(&v->arena); }

evd_err evd_verifying_error(evd_verdict v) {
  if (v == EVD_VERDICT_PASS)
    return EVD_OK;
  return v == EVD_VERDICT_FAIL ? EVD_ERR_FAIL : EVD_ERR_INCOMPLETE;
}
