#include "cmd/verifying.h"

#include <stdio.h>
#include <string.h>

#include "host/place.h"
#include "host/start.h"

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

/* How far it is by the bytes of ballots that were read. */
typedef struct {
  const evd_source *src;
  uint64_t start_ms;
} progress;

static void show_progress(void *self, uint64_t ballots_done) {
  const progress *p = self;
  uint64_t done = 0, all = 0;
  evd_source_dir_progress(p->src, &done, &all);
  evd_progress_left("Verifying", "ballots", ballots_done, done, all,
                    p->start_ms);
}

/* What grows with the record goes to temporary files: about the 20th part of
 * the ballots' bytes, twice that of packed ones. Said first where it is
 * much. */
static void tell_room(const evd_source *src, const evd_scratch *scratch) {
  enum { MUCH_MB = 64, SHARE = 10, MB_BITS = 20 };
  uint64_t done = 0, all = 0, free_bytes = 0;
  evd_source_dir_progress(src, &done, &all);
  uint64_t mb = all / SHARE >> MB_BITS;
  const char *dir = evd_scratch_dir_free(scratch, &free_bytes);
  if (mb >= MUCH_MB)
    (void)evd_complain(EVD_OK,
                       "up to about %llu MB of temporary files in %s, where "
                       "%llu MB are free",
                       (unsigned long long)mb, dir,
                       (unsigned long long)(free_bytes >> MB_BITS));
}

static evd_err verify_once(evd_verified *out, evd_source *src,
                           const evd_verify_how *how) {
  evd_err e =
      evd_verify_record(&out->report, evd_host_kernel(), src, how, &out->arena);
  evd_progress_line(NULL, 0, 0);
  return e == EVD_OK ? e : evd_complain(e, "verify: %s", evd_err_text(e));
}

/* Where the work of an earlier run does not count, all is done anew. */
static evd_err verify(evd_verified *out, evd_source *src, evd_verify_how *how) {
  progress p = {src, evd_clock_ms()};
  how->progress = show_progress;
  how->progress_self = &p;
  tell_room(src, how->scratch);
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

evd_err evd_verifying_with(evd_verified *out, evd_verifying_fn *run, void *self,
                           evd_verify_how how, uint32_t n_jobs,
                           const char *tmp) {
  evd_scratch scratch;
  evd_pool pool;
  evd_arena_init(&out->arena, KEPT_BYTES_MAX);
  evd_host_start(); /* a file that may not grow is an error, no signal */
  evd_err e = evd_scratch_dir_open(&scratch, tmp);
  if (e == EVD_OK)
    e = evd_pool_open(&pool, n_jobs);
  if (e == EVD_OK) {
    const uint64_t start = evd_clock_ms();
    how.pool = &pool;
    how.scratch = &scratch;
    e = run(self, out, &how);
    out->milliseconds = evd_clock_ms() - start;
    out->n_threads = pool.workers;
    evd_pool_close(&pool);
  }
  evd_scratch_dir_close(&scratch);
  return e;
}

static evd_err run_record(void *self, evd_verified *out, evd_verify_how *how) {
  return verify(out, self, how);
}

bool evd_folder_has(const char *dir, const char *name) {
  char path[4096];
  int n = snprintf(path, sizeof path, "%s/%s", dir, name);
  return n > 0 && (size_t)n < sizeof path && evd_file_exists(path);
}

/* The folder above is easily taken for that of a record. */
static void tell_no_record(const char *dir) {
  if (evd_folder_has(dir, "manifest.json"))
    return;
  if (evd_folder_has(dir, "record/manifest.json"))
    (void)evd_complain(EVD_OK,
                       "%s has no manifest.json, so it is no record; "
                       "%s/record has one",
                       dir, dir);
  else
    (void)evd_complain(EVD_OK, "%s has no manifest.json, so it is no record",
                       dir);
}

evd_err evd_verifying_run(evd_verified *out, const char *dir,
                          evd_verify_how how, uint32_t n_jobs,
                          const char *tmp) {
  evd_source src;
  evd_arena_init(&out->arena, KEPT_BYTES_MAX);
  if (evd_source_dir_open(&src, dir) != EVD_OK)
    return EVD_ERR_USAGE; /* said why; whatever it was, there is no record */
  tell_no_record(dir);
  evd_err e = evd_verifying_with(out, run_record, &src, how, n_jobs, tmp);
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
