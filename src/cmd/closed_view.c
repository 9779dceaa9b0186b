#include "cmd/closed_view.h"

#include <stdio.h>
#include <string.h>

#define MIB ((size_t)1024 * 1024)
#define VERIFY_BYTES_MAX (2048 * MIB)

static bool hidden(const evd_view *v, const char *path) {
  static const char *const results[] = {"contest_data.jsonl", "tally.json",
                                        "challenged.jsonl", "mail_open.jsonl"};
  size_t n = v->stage == EVD_STAGE_CLOSED ? 4 : 1;
  for (size_t i = 0; i < n; i++)
    if (strcmp(path, results[i]) == 0)
      return true;
  return false;
}

static evd_err view_list(void *self, const char ***paths, size_t *n,
                         evd_arena *a) {
  evd_view *v = self;
  size_t kept = 0;
  EVD_TRY(v->under.list(v->under.self, paths, n, a));
  for (size_t i = 0; i < *n; i++)
    if (!hidden(v, (*paths)[i]))
      (*paths)[kept++] = (*paths)[i];
  *n = kept;
  return EVD_OK;
}

static evd_err view_read(void *self, const char *path, size_t max_bytes,
                         evd_span *bytes, evd_arena *a) {
  evd_view *v = self;
  if (hidden(v, path))
    return EVD_ERR_MISSING;
  return v->under.read(v->under.self, path, max_bytes, bytes, a);
}

static evd_err view_lines_open(void *self, const char *path,
                               size_t max_line_bytes) {
  evd_view *v = self;
  if (hidden(v, path))
    return EVD_ERR_MISSING;
  return v->under.lines_open(v->under.self, path, max_line_bytes);
}

static evd_err view_lines_next(void *self, evd_span *line, bool *more,
                               bool *no_lf) {
  evd_view *v = self;
  return v->under.lines_next(v->under.self, line, more, no_lf);
}

static void view_lines_close(void *self) {
  evd_view *v = self;
  v->under.lines_close(v->under.self);
}

evd_err evd_view_open(evd_source *out, evd_view *v, const char *dir,
                      evd_stage stage) {
  v->stage = stage;
  EVD_TRY(evd_source_dir_open(&v->under, dir));
  *out = (evd_source){v,
                      view_list,
                      view_read,
                      view_lines_open,
                      view_lines_next,
                      view_lines_close};
  return EVD_OK;
}

void evd_view_close(evd_view *v) { evd_source_dir_close(&v->under); }

/* ---- digest ---- */

static evd_err hash_lines(evd_sha256 *sha, evd_source *src, const char *path) {
  bool more = true, no_lf = false;
  evd_span line;
  EVD_TRY(src->lines_open(src->self, path, EVD_SOURCE_BYTES_MAX));
  for (;;) {
    EVD_TRY(src->lines_next(src->self, &line, &more, &no_lf));
    if (!more)
      break;
    evd_sha256_add(sha, line.p, line.n);
    if (!no_lf)
      evd_sha256_add(sha, "\n", 1);
  }
  src->lines_close(src->self);
  return EVD_OK;
}

static evd_err hash_file(evd_h32 *out, evd_source *src, const char *path) {
  size_t n = strlen(path);
  evd_sha256 sha;
  evd_arena a;
  evd_span bytes;
  evd_sha256_init(&sha);
  evd_err e = EVD_OK;
  if (n > 6 && strcmp(path + n - 6, ".jsonl") == 0) {
    e = hash_lines(&sha, src, path);
  } else {
    evd_arena_init(&a, EVD_SOURCE_BYTES_MAX + MIB);
    e = src->read(src->self, path, EVD_SOURCE_BYTES_MAX, &bytes, &a);
    if (e == EVD_OK)
      evd_sha256_add(&sha, bytes.p, bytes.n);
    evd_arena_close(&a);
  }
  evd_sha256_out(&sha, out);
  return e;
}

static evd_err digest_all(evd_h32 *out, evd_source *src, const char *dir,
                          evd_arena *a) {
  const char **paths = NULL;
  size_t n = 0;
  evd_record_digest d;
  evd_record_digest_init(&d);
  evd_err e = src->list(src->self, &paths, &n, a);
  if (e != EVD_OK)
    return evd_complain(e, "%s cannot be listed: %s", dir, evd_err_text(e));
  for (size_t i = 0; i < n; i++) {
    evd_h32 file;
    e = hash_file(&file, src, paths[i]);
    if (e != EVD_OK)
      return evd_complain(e, "%s/%s cannot be read: %s", dir, paths[i],
                          evd_source_text(e));
    evd_record_digest_add(&d, paths[i], &file);
  }
  evd_record_digest_out(&d, out);
  return EVD_OK;
}

evd_err evd_view_digest(evd_h32 *out, const char *dir, evd_stage stage) {
  evd_source src;
  evd_view v;
  evd_arena a;
  EVD_TRY(evd_view_open(&src, &v, dir, stage));
  evd_arena_init(&a, 256 * MIB);
  evd_err e = digest_all(out, &src, dir, &a);
  evd_arena_close(&a);
  evd_view_close(&v);
  return e;
}

/* ---- verification ---- */

static void show_progress(void *self, uint64_t ballots_done) {
  (void)self;
  evd_progress_line("Verifying ballots", ballots_done, 0);
}

static evd_err judge(const evd_report *r, const char *dir) {
  if (r->verdict == EVD_VERDICT_PASS)
    return EVD_OK;
  for (size_t i = 0; i < r->n_checks; i++) {
    const evd_check *c = &r->checks[i];
    if (c->status == EVD_FAILED)
      return evd_complain(EVD_ERR_REFUSED,
                          "%s does not verify, so nothing is decrypted: %s "
                          "fails, %s: %s",
                          dir, c->id, c->kept[0].where, c->kept[0].what);
  }
  return evd_complain(EVD_ERR_SPACE,
                      "%s could not be verified completely, so nothing is "
                      "decrypted (see `evident verify`)",
                      dir);
}

static evd_err verify_view(evd_h32 *digest, evd_source *src, const char *dir,
                           const evd_verify_how *how) {
  evd_report report;
  evd_arena a;
  evd_arena_init(&a, VERIFY_BYTES_MAX);
  evd_err e = evd_verify_record(&report, evd_host_kernel(), src, how, &a);
  evd_progress_line(NULL, 0, 0);
  if (e != EVD_OK)
    e = evd_complain(e, "%s cannot be verified: %s", dir, evd_err_text(e));
  else
    e = judge(&report, dir);
  if (e == EVD_OK)
    *digest = report.record_digest;
  evd_arena_close(&a);
  return e;
}

evd_err evd_view_verify(evd_h32 *digest, const char *dir, evd_stage stage) {
  evd_source src;
  evd_view v;
  evd_pool pool;
  evd_scratch scratch;
  EVD_TRY(evd_view_open(&src, &v, dir, stage));
  evd_err e = evd_scratch_dir_open(&scratch, NULL);
  if (e == EVD_OK)
    e = evd_pool_open(&pool, 0);
  if (e == EVD_OK) {
    const evd_verify_how how = {.stage = stage,
                                .pool = &pool,
                                .scratch = &scratch,
                                .progress = show_progress};
    e = verify_view(digest, &src, dir, &how);
    evd_pool_close(&pool);
  }
  evd_scratch_dir_close(&scratch);
  evd_view_close(&v);
  return e;
}
