/* evident conformance run: another verifier on every record of a kit. */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/args.h"
#include "cmd/conformance.h"
#include "host/program.h"

static const char verb[] = "conformance run";
static const char default_seed[] = "1";

enum {
  ARENA_BYTES = 64 << 20,
  REPORT_BYTES_MAX = 16 << 20,
  WORDS_MAX = 64,
  WORD_BYTES_MAX = 4096,
  LIMIT_S = 60,
  LIMIT_S_MAX = 86400, /* a day */
  JOBS_MAX = 256,
  DESCRIPTORS = 16,
};

typedef struct {
  const char *cmd, *dir, *seed, *format, *limit, *jobs;
  bool first;
} options;

typedef struct {
  const char *words[WORDS_MAX]; /* of the command; {} stands for the record */
  uint32_t n_words;
  const char *dir;
  uint32_t limit_ms;
  evd_trials list;
  evd_answer *answers;
  evd_arena arena;
} work;

/* ---- the command ---- */

/* Words between spaces; '..' and ".." hold a word together. */
static evd_err split(work *w, const char *cmd) {
  char *text = evd_arena_get(&w->arena, strlen(cmd) + 1, 1);
  char *to = text, quote = 0;
  bool open = false;
  if (!text)
    return EVD_ERR_SPACE;
  for (const char *p = cmd; *p; p++) {
    if (!quote && *p == ' ') {
      *to = 0;
      to += open;
      open = false;
      continue;
    }
    if (!open && w->n_words + 1 >= WORDS_MAX)
      return evd_usage(verb, "--cmd has more than %d words", WORDS_MAX - 2);
    if (!open)
      w->words[w->n_words++] = to;
    open = true;
    if (*p == quote)
      quote = 0;
    else if (!quote && (*p == '"' || *p == '\''))
      quote = *p;
    else
      *to++ = *p;
  }
  if (quote)
    return evd_usage(verb, "--cmd has a quote %c that is not closed", quote);
  return w->n_words > 0 ? EVD_OK : evd_usage(verb, "--cmd is empty");
}

/* The word with {} replaced by the record's path. */
static bool place(char out[WORD_BYTES_MAX], const char *word,
                  const char *record) {
  const char *hole = strstr(word, "{}");
  int n = hole ? snprintf(out, WORD_BYTES_MAX, "%.*s%s%s", (int)(hole - word),
                          word, record, hole + 2)
               : snprintf(out, WORD_BYTES_MAX, "%s", word);
  return n >= 0 && n < WORD_BYTES_MAX;
}

static bool has_hole(const work *w) {
  for (uint32_t i = 0; i < w->n_words; i++)
    if (strstr(w->words[i], "{}"))
      return true;
  return false;
}

/* One record; several threads at once. */
static void judge_one(void *self, size_t at) {
  work *w = self;
  static const size_t one = WORD_BYTES_MAX;
  const char *argv[WORDS_MAX + 1] = {NULL};
  char record[WORD_BYTES_MAX];
  evd_buf text, report;
  int n =
      snprintf(record, sizeof record, "%s/%s", w->dir, w->list.trials[at].id);
  bool ok = n >= 0 && n < WORD_BYTES_MAX;
  evd_buf_init(&text, one * WORDS_MAX);
  evd_buf_init(&report, REPORT_BYTES_MAX);
  char words[WORD_BYTES_MAX];
  for (uint32_t i = 0; i < w->n_words && ok; i++) {
    ok = place(words, w->words[i], record);
    evd_buf_add(&text, words, strlen(words) + 1);
  }
  if (!has_hole(w))
    evd_buf_add(&text, record, strlen(record) + 1);
  size_t from = 0;
  for (uint32_t i = 0; ok && evd_buf_ok(&text) && from < text.n; i++) {
    argv[i] = (const char *)text.p + from;
    from += strlen(argv[i]) + 1;
  }
  int code = argv[0] ? evd_program_run(argv, w->limit_ms, &report)
                     : EVD_PROGRAM_NOT_STARTED;
  evd_answer_read(&w->answers[at], code, (evd_span){report.p, report.n});
  evd_buf_close(&text);
  evd_buf_close(&report);
}

/* ---- a kit of its own, when none is given ---- */

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *where) {
  (void)st;
  (void)type;
  (void)where;
  return remove(path);
}

static evd_err own_kit(work *w, const char *seed, char dir[]) {
  if (!mkdtemp(dir))
    return evd_complain(EVD_ERR_IO, "cannot make the folder %s", dir);
  w->dir = dir;
  return evd_conformance_write(dir, seed);
}

/* ---- all ---- */

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

static evd_err run_all(work *w, const options *o, uint32_t jobs,
                       evd_judge_form form) {
  evd_pool pool;
  EVD_TRY(evd_trials_read(&w->list, w->dir, &w->arena));
  if (o->first)
    evd_trials_first(&w->list);
  w->answers = evd_arena_get(&w->arena, w->list.n, sizeof *w->answers);
  if (!w->answers)
    return EVD_ERR_SPACE;
  EVD_TRY(evd_pool_open(&pool, jobs));
  pool.run(pool.self, judge_one, w, w->list.n);
  evd_pool_close(&pool);
  return print(w, form);
}

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
  const char *tmp = getenv("TMPDIR");
  char dir[WORD_BYTES_MAX];
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
  int n = snprintf(dir, sizeof dir, "%s/evident-kit-XXXXXX",
                   tmp && *tmp ? tmp : "/tmp");
  if (n < 0 || n >= WORD_BYTES_MAX)
    return evd_usage(verb, "TMPDIR is too long");
  EVD_TRY(split(w, o->cmd));
  w->limit_ms = (uint32_t)limit * 1000;
  w->dir = o->dir;
  evd_err e = EVD_OK;
  if (!o->dir)
    e = own_kit(w, o->seed ? o->seed : default_seed, dir);
  if (e == EVD_OK)
    e = run_all(w, o, (uint32_t)jobs, form);
  if (!o->dir && w->dir)
    (void)nftw(dir, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
  w->dir = NULL; /* it may be `dir`, which ends here */
  return e;
}

evd_err evd_cmd_conformance_run(int argc, char **argv) {
  options o = {0};
  work w = {0};
  const evd_option_row rows[] = {
      EVD_OPT("cmd", o.cmd),          EVD_OPT("kit", o.dir),
      EVD_OPT("seed", o.seed),        EVD_OPT("format", o.format),
      EVD_OPT("limit", o.limit),      EVD_OPT("jobs", o.jobs),
      EVD_OPT_FLAG("first", o.first), EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, NULL, 0, NULL));
  evd_arena_init(&w.arena, ARENA_BYTES);
  evd_err e = start(&w, &o);
  evd_arena_close(&w.arena);
  return e;
}
