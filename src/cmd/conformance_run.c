/* evident conformance run: another verifier on every record and log of a
 * kit. */
#include <ftw.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/args.h"
#include "cmd/conformance.h"
#include "host/place.h"
#include "host/program.h"

static const char verb[] = "conformance run";
static const char default_seed[] = "1";

enum {
  ARENA_BYTES = 64 << 20,
  REPORT_BYTES_MAX = 16 << 20,
  HEAD_BYTES_MAX = 1 << 20,
  LIMIT_S = 60,
  LIMIT_S_MAX = 86400, /* a day */
  JOBS_MAX = 256,
  DESCRIPTORS = 16,
};

typedef struct {
  const char *cmd, *dir, *seed, *only, *format, *limit, *jobs;
  bool first;
} options;

typedef struct {
  evd_words words;
  const char *dir; /* the kit */
  const char *tmp; /* a folder of our own */
  uint32_t limit_ms;
  evd_trials list;
  evd_answer *answers;
  atomic_uint n_done;
  uint64_t start_ms;
  evd_arena arena;
} work;

/* ---- one record or log; several threads at once ---- */

/* A copy, since a verifier may keep a newer head in its place. */
static const char *copy_head(const work *w, const evd_trial *t, evd_arena *a) {
  const char *from = evd_path(a, "%s/%s/%s", w->dir, t->id, t->head);
  const char *to = evd_path(a, "%s/%s.head", w->tmp, t->id);
  evd_span bytes;
  if (evd_file_read(from, HEAD_BYTES_MAX, &bytes, a) != EVD_OK ||
      evd_file_write(to, bytes.p, bytes.n, 0644, EVD_REPLACE) != EVD_OK)
    return NULL; /* said why; L.10 will be missed */
  return to;
}

static const char *below(const work *w, const evd_trial *t, const char *name,
                         evd_arena *a) {
  return name ? evd_path(a, "%s/%s/%s", w->dir, t->id, name) : NULL;
}

static int run_one(const work *w, const evd_trial *t, evd_buf *report,
                   evd_arena *a) {
  const evd_hole holes[] = {{"{}", t->log
                                       ? below(w, t, t->board, a)
                                       : evd_path(a, "%s/%s", w->dir, t->id)},
                            {"{policy}", below(w, t, t->policy, a)},
                            {"{policy-digest}", t->policy_digest},
                            {"{head}", t->head ? copy_head(w, t, a) : NULL},
                            {"{record}", below(w, t, t->record, a)}};
  const char *argv[EVD_WORDS_MAX + 1];
  evd_buf text;
  evd_buf_init(&text, (size_t)EVD_WORD_BYTES_MAX * EVD_WORDS_MAX);
  int code = EVD_PROGRAM_NOT_STARTED;
  if (evd_words_fill(&w->words, holes, sizeof holes / sizeof *holes, argv,
                     &text))
    code = evd_program_run(argv, w->limit_ms, report);
  evd_buf_close(&text);
  return code;
}

static void judge_one(void *self, size_t at) {
  work *w = self;
  const evd_trial *t = &w->list.trials[at];
  evd_arena a;
  evd_buf report;
  evd_arena_init(&a, HEAD_BYTES_MAX * 2);
  evd_buf_init(&report, REPORT_BYTES_MAX);
  const int code = run_one(w, t, &report, &a);
  evd_answer_read(&w->answers[at], t->log, code,
                  (evd_span){report.p, report.n});
  const uint32_t n = atomic_fetch_add(&w->n_done, 1) + 1;
  evd_progress_left("Judging", "records and logs", n, n, w->list.n,
                    w->start_ms);
  evd_buf_close(&report);
  evd_arena_close(&a);
}

/* ---- all ---- */

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *where) {
  (void)st;
  (void)type;
  (void)where;
  return remove(path);
}

static evd_err print(const work *w, evd_judge_form form) {
  evd_buf b;
  evd_buf_init(&b, REPORT_BYTES_MAX);
  bool right = evd_answers_judge(&b, form, &w->list, w->answers);
  bool ok = evd_buf_ok(&b) && fwrite(b.p, b.n, 1, stdout) == 1;
  ok = fflush(stdout) == 0 && ok;
  evd_buf_close(&b);
  if (!ok)
    return evd_complain(EVD_ERR_IO, "cannot print the report");
  return right ? EVD_OK : EVD_ERR_FAIL;
}

/* A log is nothing without the policy by which it is believed. */
static evd_err choose(work *w, const options *o, evd_judge_form form) {
  const bool for_logs = evd_words_have(&w->words, "{policy}") ||
                        evd_words_have(&w->words, "{policy-digest}");
  const bool logs = o->only && strcmp(o->only, "logs") == 0;
  if (logs && !for_logs)
    return evd_usage(verb, "--cmd needs {policy} or {policy-digest} for logs");
  if (logs || o->only || !for_logs)
    evd_trials_only(&w->list, logs);
  if (!for_logs && !o->only && form == EVD_JUDGE_TEXT)
    printf("Records alone: the command has no {policy} for logs.\n\n");
  if (o->first)
    evd_trials_first(&w->list);
  return w->list.n > 0 ? EVD_OK
                       : evd_complain(EVD_ERR_USAGE, "%s: the kit has no %s",
                                      verb, logs ? "logs" : "records");
}

static evd_err run_all(work *w, const options *o, uint32_t jobs,
                       evd_judge_form form) {
  evd_pool pool;
  EVD_TRY(evd_trials_read(&w->list, w->dir, &w->arena));
  EVD_TRY(choose(w, o, form));
  w->answers = evd_arena_get(&w->arena, w->list.n, sizeof *w->answers);
  if (!w->answers)
    return EVD_ERR_SPACE;
  EVD_TRY(evd_pool_open(&pool, jobs));
  w->start_ms = evd_clock_ms();
  pool.run(pool.self, judge_one, w, w->list.n);
  evd_progress_line(NULL, 0, 0);
  evd_pool_close(&pool);
  return print(w, form);
}

/* The kit that was given, or one of its own. */
static evd_err run_in(work *w, const options *o, uint32_t jobs,
                      evd_judge_form form) {
  w->dir = o->dir ? o->dir : evd_path(&w->arena, "%s/kit", w->tmp);
  if (!o->dir)
    EVD_TRY(evd_conformance_write(w->dir, o->seed ? o->seed : default_seed));
  return run_all(w, o, jobs, form);
}

static evd_err run_with_tmp(work *w, const options *o, uint32_t jobs,
                            evd_judge_form form) {
  const char *at = getenv("TMPDIR");
  char tmp[EVD_WORD_BYTES_MAX];
  int n = snprintf(tmp, sizeof tmp, "%s/evident-kit-XXXXXX",
                   at && *at ? at : "/tmp");
  if (n < 0 || n >= EVD_WORD_BYTES_MAX / 2) /* names come behind it */
    return evd_usage(verb, "TMPDIR is too long");
  if (!mkdtemp(tmp))
    return evd_complain(EVD_ERR_IO, "cannot make the folder %s", tmp);
  w->tmp = tmp;
  evd_err e = run_in(w, o, jobs, form);
  w->tmp = NULL;
  (void)nftw(tmp, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
  return e;
}

/* ---- options ---- */

static evd_err read_form(const char *text, evd_judge_form *form) {
  static const char *const names[] = {"text", "tap", "json"};
  for (int i = 0; i < 3; i++)
    if (!text || strcmp(text, names[i]) == 0) {
      *form = (evd_judge_form)i;
      return EVD_OK;
    }
  return evd_usage(verb, "--format is text, tap or json, not `%s`", text);
}

static evd_err start(work *w, const options *o) {
  evd_judge_form form = EVD_JUDGE_TEXT;
  uint64_t limit = LIMIT_S, jobs = 0;
  EVD_TRY(evd_arg_needed(verb, "cmd", o->cmd));
  EVD_TRY(read_form(o->format, &form));
  if (o->limit)
    EVD_TRY(evd_arg_number("--limit", o->limit, 1, LIMIT_S_MAX, &limit));
  if (o->jobs)
    EVD_TRY(evd_arg_number("--jobs", o->jobs, 1, JOBS_MAX, &jobs));
  if (o->dir && o->seed)
    return evd_usage(verb, "--kit and --seed exclude each other");
  if (o->only && strcmp(o->only, "records") != 0 &&
      strcmp(o->only, "logs") != 0)
    return evd_usage(verb, "--only is records or logs, not `%s`", o->only);
  EVD_TRY(evd_words_split(&w->words, o->cmd, &w->arena));
  if (!evd_words_have(&w->words, "{}"))
    w->words.at[w->words.n++] = "{}";
  w->limit_ms = (uint32_t)limit * 1000;
  return run_with_tmp(w, o, (uint32_t)jobs, form);
}

evd_err evd_cmd_conformance_run(int argc, char **argv) {
  options o = {0};
  work w = {0};
  const evd_option_row rows[] = {EVD_OPT("cmd", o.cmd),
                                 EVD_OPT("kit", o.dir),
                                 EVD_OPT("seed", o.seed),
                                 EVD_OPT("only", o.only),
                                 EVD_OPT("format", o.format),
                                 EVD_OPT("limit", o.limit),
                                 EVD_OPT("jobs", o.jobs),
                                 EVD_OPT_FLAG("first", o.first),
                                 EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, NULL, 0, NULL));
  evd_arena_init(&w.arena, ARENA_BYTES);
  evd_err e = start(&w, &o);
  evd_arena_close(&w.arena);
  return e;
}
