/* A record verified: the driver of src/verify with the host's files and
 * threads, and its report in parts. */
#include <string.h>

#include "evident/verify.h"
#include "host/host.h"
#include "host/mem.h"
#include "lib/lib.h"
#include "record/record.h"
#include "record/source.h"
#include "verify/scratch.h"
#include "verify/verify.h"

#define MEMORY_USUAL ((uint64_t)4 << 30)
#define MEMORY_LEAST ((uint64_t)1 << 20)
#define JOBS_MAX 256
#define REPORT_BYTES_MAX ((size_t)256 << 20)

struct evd_outcome {
  evd_report report; /* points into the arena */
  evd_arena arena;
};

/* The record's files until the caller says stop; from then on nothing more
 * can be read, so that the verifier comes to its end. */
typedef struct {
  evd_source dir;
  evd_watch *watch;
  void *watch_self;
  bool stopped;
} watched;

static evd_err watched_list(void *self, const char ***paths, size_t *n,
                            evd_arena *a) {
  watched *w = self;
  return w->dir.list(w->dir.self, paths, n, a);
}

static evd_err watched_read(void *self, const char *path, size_t max_bytes,
                            evd_span *bytes, evd_arena *a) {
  watched *w = self;
  if (w->stopped)
    return EVD_ERR_IO;
  return w->dir.read(w->dir.self, path, max_bytes, bytes, a);
}

static evd_err watched_open(void *self, const char *path,
                            size_t max_line_bytes) {
  watched *w = self;
  if (w->stopped)
    return EVD_ERR_IO;
  return w->dir.lines_open(w->dir.self, path, max_line_bytes);
}

static evd_err watched_next(void *self, evd_span *line, bool *more,
                            bool *no_lf) {
  watched *w = self;
  if (w->stopped)
    return EVD_ERR_IO;
  return w->dir.lines_next(w->dir.self, line, more, no_lf);
}

static void watched_close(void *self) {
  watched *w = self;
  w->dir.lines_close(w->dir.self);
}

static void look(void *self, uint64_t ballots_done) {
  watched *w = self;
  if (w->watch && !w->stopped)
    w->stopped = w->watch(w->watch_self, ballots_done) != 0;
}

static evd_err check_options(const evd_verify_options *o) {
  if (o->size != sizeof *o)
    return evd_lib_range("size", "is not that of evd_verify_options");
  if ((int)o->stage < EVD_STAGE_CEREMONY || (int)o->stage > EVD_STAGE_FINAL)
    return evd_lib_range("stage", "is none of evd_stage");
  if (o->jobs > JOBS_MAX)
    return evd_lib_range("jobs", "is above 256");
  if (o->memory_bytes != 0 && o->memory_bytes < MEMORY_LEAST)
    return evd_lib_range("memory_bytes", "is below 2^20");
  if (o->memory_bytes > SIZE_MAX)
    return evd_lib_range("memory_bytes", "is more than there can be");
  return EVD_OK;
}

static evd_err run(evd_outcome *x, watched *w, const evd_verify_options *o) {
  evd_pool pool;
  evd_source src = {
      w, watched_list, watched_read, watched_open, watched_next, watched_close};
  evd_scratch scratch;
  EVD_TRY(evd_scratch_dir_open(&scratch, o->tmp));
  evd_err e = evd_pool_open(&pool, o->jobs);
  if (e == EVD_OK) {
    const evd_verify_how how = {.stage = o->stage,
                                .pool = &pool,
                                .scratch = &scratch,
                                .progress = look,
                                .progress_self = w};
    e = evd_verify_record(&x->report, evd_host_kernel(), &src, &how, &x->arena);
    evd_pool_close(&pool);
  }
  evd_scratch_dir_close(&scratch);
  return e == EVD_OK && w->stopped ? EVD_ERR_STOPPED : e;
}

static evd_err verify(evd_outcome **out, const char *dir,
                      const evd_verify_options *o) {
  watched w = {.watch = o->watch, .watch_self = o->watch_self};
  EVD_TRY(check_options(o));
  EVD_TRY(evd_source_dir_open(&w.dir, dir));
  evd_outcome *x = evd_mem_get(sizeof *x);
  evd_err e = EVD_ERR_SPACE;
  if (x) {
    evd_arena_init(&x->arena,
                   (size_t)(o->memory_bytes ? o->memory_bytes : MEMORY_USUAL));
    e = run(x, &w, o);
  }
  evd_source_dir_close(&w.dir);
  if (e == EVD_OK)
    *out = x;
  else
    evd_outcome_close(x);
  return e;
}

evd_err evd_verify_dir(evd_outcome **out, const char *dir,
                       const evd_verify_options *options) {
  static const evd_verify_options usual = EVD_VERIFY_USUAL;
  evd_lib_begin();
  if (!out)
    return evd_lib_range("out", "is NULL");
  *out = NULL;
  if (!dir)
    return evd_lib_range("dir", "is NULL");
  return evd_lib_end(verify(out, dir, options ? options : &usual));
}

void evd_outcome_close(evd_outcome *o) {
  if (!o)
    return;
  evd_arena_close(&o->arena);
  evd_mem_free(o);
}

evd_verdict evd_outcome_verdict(const evd_outcome *o) {
  return o ? o->report.verdict : EVD_VERDICT_INCOMPLETE;
}

evd_err evd_outcome_sum(const evd_outcome *o, evd_outcome_summary *out) {
  evd_lib_begin();
  if (!o || !out)
    return evd_lib_range(o ? "out" : "o", "is NULL");
  const evd_report *r = &o->report;
  *out =
      (evd_outcome_summary){.verdict = r->verdict,
                            .stage = r->stage,
                            .ballots = r->ballots,
                            .cast = r->cast,
                            .challenged = r->challenged,
                            .spoiled = r->spoiled,
                            .superseded = r->superseded,
                            .refused = r->refused,
                            .has_digest = r->has_digest,
                            .n_checks = r->n_checks,
                            .n_contests = r->tally ? r->tally->n_contests : 0};
  if (r->has_digest)
    memcpy(out->digest, r->record_digest.b, sizeof out->digest);
  return EVD_OK;
}

/* NULL, and evd_problem says why, unless o has a member i to put into out. */
static const evd_report *report_of(const evd_outcome *o, size_t i,
                                   const void *out, bool contests) {
  evd_lib_begin();
  if (!o || !out) {
    (void)evd_lib_range(o ? "out" : "o", "is NULL");
    return NULL;
  }
  const evd_tally *t = o->report.tally;
  size_t n = !contests ? o->report.n_checks : t ? t->n_contests : 0;
  if (i < n)
    return &o->report;
  (void)evd_lib_range("i", "is more than there are");
  return NULL;
}

evd_err evd_outcome_check_at(const evd_outcome *o, size_t i,
                             evd_outcome_check *out) {
  const evd_report *r = report_of(o, i, out, false);
  if (!r)
    return EVD_ERR_RANGE;
  const evd_check *c = &r->checks[i];
  *out =
      (evd_outcome_check){c->id,     c->meaning, c->unit,   c->remark, c->stage,
                          c->status, c->count,   c->failed, c->n_kept};
  return EVD_OK;
}

evd_err evd_outcome_failure_at(const evd_outcome *o, size_t i, size_t j,
                               evd_outcome_failure *out) {
  const evd_report *r = report_of(o, i, out, false);
  if (!r)
    return EVD_ERR_RANGE;
  if (j >= r->checks[i].n_kept)
    return evd_lib_range("j", "is more than there are");
  *out = (evd_outcome_failure){r->checks[i].kept[j].where,
                               r->checks[i].kept[j].what};
  return EVD_OK;
}

evd_err evd_outcome_contest_at(const evd_outcome *o, size_t i,
                               evd_outcome_contest *out) {
  const evd_report *r = report_of(o, i, out, true);
  if (!r)
    return EVD_ERR_RANGE;
  const evd_tally_contest *c = &r->tally->contests[i];
  *out = (evd_outcome_contest){c->contest, (const char *)c->label.p, c->label.n,
                               c->n_fields};
  return EVD_OK;
}

evd_err evd_outcome_cell_at(const evd_outcome *o, size_t i, size_t j,
                            evd_outcome_cell *out) {
  const evd_report *r = report_of(o, i, out, true);
  if (!r)
    return EVD_ERR_RANGE;
  const evd_tally_contest *c = &r->tally->contests[i];
  if (j >= c->n_fields)
    return evd_lib_range("j", "is more than there are");
  const evd_cell *f = &c->fields[j];
  *out =
      (evd_outcome_cell){f->field, (const char *)f->label.p, f->label.n, f->t};
  return EVD_OK;
}

evd_err evd_outcome_print(const evd_outcome *o, int json, char **text,
                          size_t *text_bytes) {
  evd_buf b;
  evd_lib_begin();
  if (!o || !text || !text_bytes)
    return evd_lib_range(!o ? "o" : text ? "text_bytes" : "text", "is NULL");
  *text = NULL;
  *text_bytes = 0;
  evd_buf_init(&b, REPORT_BYTES_MAX);
  if (json)
    evd_report_json(&b, &o->report);
  else
    evd_report_text(&b, &o->report);
  evd_err e = evd_lib_text(text, text_bytes, &b);
  evd_buf_close(&b);
  return evd_lib_end(e);
}
