/* evident export: the record that a log shows, as a folder. */
#include <stdio.h>
#include <string.h>

#include "cmd/verify_log.h"
#include "host/place.h"

static const char verb[] = "export";
#define LIST_BYTES_MAX ((size_t)64 << 20)
#define PATH_BYTES 4096

typedef struct {
  const char *words[2]; /* log, folder */
  const char *tmp;
  evd_verify_log_words log;
} options;

/* A folder that gets its name when everything is in it. */
typedef struct {
  const char *out;
  char dir[PATH_BYTES]; /* the name until then */
  evd_arena arena;
  const char **paths;
  size_t n;
} target;

/* ---- what the log says about itself ---- */

/* Names every check that does not hold, or could not be made. */
static evd_err judge(const evd_report *r) {
  evd_err e = EVD_OK;
  for (size_t i = 0; i < r->n_checks; i++) {
    const evd_check *c = &r->checks[i];
    if (c->status == EVD_FAILED)
      e = evd_complain(EVD_ERR_FAIL, "%s does not hold: %s: %s", c->id,
                       c->kept[0].where, c->kept[0].what);
  }
  for (size_t i = 0; i < r->n_checks && e == EVD_OK; i++)
    if (r->checks[i].unexamined)
      e = evd_complain(EVD_ERR_INCOMPLETE, "%s was not examined: %s",
                       r->checks[i].id,
                       r->checks[i].remark ? r->checks[i].remark : "");
  return e;
}

/* ---- the folder ---- */

static const char *at(target *t, const char *path) {
  return path[0] ? evd_path(&t->arena, "%s/%s", t->dir, path) : t->dir;
}

static evd_err begin(target *t, const char *out) {
  memset(t, 0, sizeof *t);
  t->out = out;
  evd_arena_init(&t->arena, LIST_BYTES_MAX);
  size_t n = strlen(out);
  while (n > 1 && out[n - 1] == '/')
    n--;
  int k = snprintf(t->dir, sizeof t->dir, "%.*s.part", (int)n, out);
  if (k < 0 || (size_t)k >= sizeof t->dir)
    return evd_usage(verb, "the name of the folder is too long");
  if (evd_file_exists(out))
    return evd_complain(EVD_ERR_EXISTS,
                        "%s is there already and is not overwritten", out);
  return evd_dir_make_new(t->dir, 0755);
}

static void take_back(target *t) {
  for (size_t i = 0; i < t->n; i++)
    (void)remove(at(t, t->paths[i]));
  evd_dir_remove(at(t, "ballots"));
  evd_dir_remove(at(t, "guardians"));
  evd_dir_remove(t->dir);
}

static evd_err copy_lines(const evd_source *from, const char *path,
                          evd_out *o) {
  evd_err e = from->lines_open(from->self, path, EVD_SOURCE_BYTES_MAX);
  bool more = true, no_lf = false;
  while (e == EVD_OK) {
    evd_span line;
    e = from->lines_next(from->self, &line, &more, &no_lf);
    if (e != EVD_OK || !more)
      break;
    e = evd_out_add(o, line.p, line.n);
    if (e == EVD_OK && !no_lf)
      e = evd_out_add(o, "\n", 1);
  }
  from->lines_close(from->self);
  return e;
}

static evd_err copy_whole(const evd_source *from, const char *path,
                          evd_out *o) {
  evd_arena a;
  evd_span bytes;
  evd_arena_init(&a, 2 * EVD_SOURCE_BYTES_MAX);
  evd_err e = from->read(from->self, path, EVD_SOURCE_BYTES_MAX, &bytes, &a);
  if (e == EVD_OK)
    e = evd_out_add(o, bytes.p, bytes.n);
  evd_arena_close(&a);
  return e;
}

static bool is_lines(const char *path) {
  const char *dot = strrchr(path, '.');
  return dot && strcmp(dot, ".jsonl") == 0;
}

static evd_err copy(target *t, const evd_source *from, const char *path) {
  evd_out *o = NULL;
  EVD_TRY(evd_out_open(&o, at(t, path), 0644, EVD_NEW));
  evd_err e =
      is_lines(path) ? copy_lines(from, path, o) : copy_whole(from, path, o);
  if (e == EVD_OK)
    return evd_out_commit(o);
  evd_out_abandon(o);
  return evd_complain(e, "%s of the log's record: %s", path, evd_err_text(e));
}

static evd_err copy_all(target *t, const evd_source *from) {
  EVD_TRY(from->list(from->self, &t->paths, &t->n, &t->arena));
  bool ballots = false;
  for (size_t i = 0; i < t->n; i++)
    ballots = ballots || strncmp(t->paths[i], "ballots/", 8) == 0;
  EVD_TRY(evd_dir_make_new(at(t, "guardians"), 0755));
  if (ballots)
    EVD_TRY(evd_dir_make_new(at(t, "ballots"), 0755));
  for (size_t i = 0; i < t->n; i++)
    EVD_TRY(copy(t, from, t->paths[i]));
  return evd_dir_name(t->dir, t->out);
}

/* ---- the verb ---- */

typedef struct {
  evd_verify_log log;
  const char *out;
} job;

static evd_err write_record(evd_logcheck *log, const char *out) {
  target t;
  const evd_source view = evd_logcheck_source(log);
  evd_err e = begin(&t, out);
  if (e == EVD_OK) {
    e = copy_all(&t, &view);
    if (e != EVD_OK)
      take_back(&t);
  }
  evd_arena_close(&t.arena);
  return e;
}

/* The log is judged before anything is written; the record in it is not: that
 * is for `verify`. */
static evd_err run(void *self, evd_verified *v, evd_verify_how *how) {
  job *j = self;
  evd_logcheck *log = NULL;
  memset(&v->report, 0, sizeof v->report);
  evd_err e = evd_verify_log_read(&log, &j->log, how, &v->arena);
  if (e == EVD_OK) {
    const bool has = evd_logcheck_found(log)->has_record;
    v->report.has_digest = has; /* the view is copied whole, or not at all */
    e = evd_logcheck_end(log, &v->report);
  }
  if (e == EVD_OK)
    e = judge(&v->report);
  if (e == EVD_OK)
    e = write_record(log, j->out);
  evd_logcheck_close(log);
  return e;
}

evd_err evd_cmd_export(int argc, char **argv) {
  options o = {.tmp = NULL};
  const evd_option_row rows[] = {EVD_OPT_LOG(o.log), EVD_OPT("tmp", o.tmp),
                                 EVD_OPT_END};
  evd_verified v;
  job j;
  EVD_TRY(evd_args(argc, argv, rows, o.words, 2, "LOG OUT"));
  if (!o.log.policy_digest)
    EVD_TRY(evd_arg_needed(verb, "policy", o.log.policy));
  if (!evd_is_log(o.words[0], &o.log))
    return evd_usage(verb, "%s is no log", o.words[0]);
  if (evd_file_exists(o.words[1]))
    return evd_complain(EVD_ERR_EXISTS,
                        "%s is there already and is not overwritten",
                        o.words[1]);
  j.out = o.words[1];
  evd_arena_init(&v.arena, 0);
  evd_err e = evd_verify_log_open(&j.log, o.words[0], &o.log);
  if (e == EVD_OK)
    e = evd_verifying_with(
        &v, run, &j, (evd_verify_how){.stage = EVD_STAGE_FINAL}, 1, o.tmp);
  evd_verify_log_close(&j.log);
  evd_verifying_close(&v);
  return e;
}
