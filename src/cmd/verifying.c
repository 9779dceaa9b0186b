#include "cmd/verifying.h"

#include <string.h>

#define KEPT_BYTES_MAX ((size_t)4 << 30)

evd_err evd_verifying_stage(evd_stage *out, const char *verb,
                            const char *text) {
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

static void show_progress(void *self, uint64_t ballots_done) {
  (void)self;
  evd_progress_line("Verifying ballots", ballots_done, 0);
}

evd_err evd_verifying_run(evd_verified *out, const char *dir, evd_stage stage,
                          uint32_t jobs) {
  evd_source src;
  evd_pool pool;
  evd_arena_init(&out->arena, KEPT_BYTES_MAX);
  if (evd_source_dir_open(&src, dir) != EVD_OK)
    return EVD_ERR_USAGE; /* said why; whatever it was, there is no record */
  evd_err e = evd_pool_open(&pool, jobs);
  if (e == EVD_OK) {
    e = evd_verify_record(&out->report, evd_host_kernel(), &src, stage, &pool,
                          show_progress, NULL, &out->arena);
    evd_progress_line(NULL, 0, 0);
    if (e != EVD_OK)
      evd_complain(e, "%s: %s", dir, evd_err_text(e));
    evd_pool_close(&pool);
  }
  evd_source_dir_close(&src);
  return e;
}

void evd_verifying_close(evd_verified *v) { evd_arena_close(&v->arena); }

evd_err evd_verifying_error(evd_verdict v) {
  if (v == EVD_VERDICT_PASS)
    return EVD_OK;
  return v == EVD_VERDICT_FAIL ? EVD_ERR_FAIL : EVD_ERR_INCOMPLETE;
}
