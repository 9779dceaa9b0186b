/* evident verify on a log: L.1 to L.10, and the record that it shows. */
#include "cmd/verify_log.h"

#include <stdio.h>
#include <string.h>

#include "cmd/policy_file.h"
#include "host/place.h"

static const char verb[] = "verify";
#define WORDS_BYTES_MAX ((size_t)4 << 20) /* policy and head */
#define AGE_MAX 31536000                  /* a year, in seconds */

bool evd_is_log(const char *where, const evd_verify_log_words *w) {
  if (evd_board_is_url(where) || evd_folder_has(where, "checkpoint"))
    return true;
  return (w->policy || w->policy_digest) &&
         !evd_folder_has(where, "manifest.json");
}

/* ---- options ---- */

static evd_err read_policy(evd_verify_log *l, const evd_verify_log_words *w) {
  if (w->policy && w->policy_digest)
    return evd_usage(verb, "--policy or --policy-digest, not both");
  if (w->policy) { /* one that is none is the reader's fault, not the log's */
    evd_policy p;
    return evd_policy_file_read(&p, &l->how.policy, w->policy, &l->arena);
  }
  if (!w->policy_digest)
    return EVD_OK;
  if (!evd_hex_h32(&l->policy_digest, w->policy_digest,
                   strlen(w->policy_digest)))
    return evd_usage(verb, "--policy-digest is 64 hex digits, not `%s`",
                     w->policy_digest);
  l->how.policy_digest = &l->policy_digest;
  return EVD_OK;
}

/* A file that is not there yet is begun after the verification. */
static evd_err read_head(evd_verify_log *l, const char *path) {
  evd_checkpoint c;
  evd_note_why why = {0, NULL};
  if (!path || !evd_file_exists(path))
    return EVD_OK;
  EVD_TRY(evd_file_read(path, EVD_NOTE_BYTES_MAX, &l->how.head, &l->arena));
  if (evd_checkpoint_read(&c, l->how.head, &why) == EVD_OK)
    return EVD_OK;
  return evd_complain(EVD_ERR_FORM, "%s:%u: no checkpoint, expected %s", path,
                      why.line, why.expected);
}

evd_err evd_verify_log_open(evd_verify_log *l, const char *where,
                            const evd_verify_log_words *w) {
  uint64_t age = EVD_LOG_AGE_SECONDS;
  memset(l, 0, sizeof *l);
  l->where = where;
  l->words = w;
  evd_arena_init(&l->arena, WORDS_BYTES_MAX);
  EVD_TRY(read_policy(l, w));
  EVD_TRY(read_head(l, w->head));
  if (w->max_age)
    EVD_TRY(evd_arg_number("--max-age", w->max_age, 1, AGE_MAX, &age));
  EVD_TRY(evd_board_open(&l->files, where));
  l->how.files = &l->files;
  l->how.side_by_side = !evd_board_is_url(where);
  l->how.kernel = evd_host_kernel();
  l->how.now = evd_clock_seconds();
  l->how.max_age = age;
  return EVD_OK;
}

void evd_verify_log_close(evd_verify_log *l) {
  if (l->files.self)
    evd_board_close(&l->files, l->where);
  evd_arena_close(&l->arena);
}

/* ---- the run ---- */

typedef struct {
  uint64_t start_ms, all;
} progress;

static void show_log(void *self, uint64_t entries, uint64_t size) {
  const progress *p = self;
  evd_progress_left("Reading the log", "entries", entries, entries, size,
                    p->start_ms);
}

static void show_ballots(void *self, uint64_t ballots_done) {
  const progress *p = self;
  evd_progress_left("Verifying", "ballots", ballots_done, ballots_done, p->all,
                    p->start_ms);
}

evd_err evd_verify_log_read(evd_logcheck **out, evd_verify_log *l,
                            const evd_verify_how *how, evd_arena *a) {
  l->how.scratch = how->scratch;
  l->how.pool = how->pool;
  progress p = {evd_clock_ms(), 0};
  l->how.progress = show_log;
  l->how.progress_self = &p;
  evd_err e = evd_logcheck_open(out, &l->how, a);
  evd_progress_line(NULL, 0, 0);
  return e == EVD_OK ? e : evd_complain(e, "%s: %s", l->where, evd_err_text(e));
}

static evd_err compare(evd_logcheck *log, const char *dir) {
  evd_source record;
  if (!dir)
    return EVD_OK;
  if (evd_source_dir_open(&record, dir) != EVD_OK)
    return EVD_ERR_USAGE; /* said why */
  evd_logcheck_compare(log, &record);
  evd_source_dir_close(&record);
  return EVD_OK;
}

/* The record that the log shows, if there is one yet. */
static evd_err verify_view(evd_verified *out, evd_logcheck *log,
                           evd_verify_how how, bool log_only) {
  const evd_logcheck_report *found = evd_logcheck_found(log);
  memset(&out->report, 0, sizeof out->report);
  out->report.stage = how.stage = found->stage;
  out->report.verdict = EVD_VERDICT_INCOMPLETE;
  if (!found->has_record || log_only)
    return EVD_OK;
  evd_source src = evd_logcheck_source(log);
  progress p = {evd_clock_ms(), found->n_ballots};
  how.progress = show_ballots;
  how.progress_self = &p;
  evd_err e = evd_verify_record(&out->report, evd_host_kernel(), &src, &how,
                                &out->arena);
  evd_progress_line(NULL, 0, 0);
  return e == EVD_OK ? e : evd_complain(e, "%s: %s", verb, evd_err_text(e));
}

/* Whoever has seen this head is not shown an older or another one again. */
static evd_err keep_head(const evd_logcheck *log, const char *path,
                         const evd_report *r) {
  static const char *const held[] = {"L.1", "L.2", "L.3"};
  if (!path || evd_report_check(r, "L.10")->status == EVD_FAILED)
    return EVD_OK;
  for (size_t i = 0; i < sizeof held / sizeof *held; i++)
    if (evd_report_check(r, held[i])->status != EVD_PASS)
      return EVD_OK;
  const evd_span note = evd_logcheck_found(log)->note;
  return evd_file_write(path, note.p, note.n, 0644, EVD_REPLACE);
}

static evd_err run(void *self, evd_verified *out, evd_verify_how *how) {
  evd_verify_log *l = self;
  evd_logcheck *log = NULL;
  evd_err e = evd_verify_log_read(&log, l, how, &out->arena);
  if (e == EVD_OK)
    e = verify_view(out, log, *how, l->words->log_only);
  if (e == EVD_OK)
    e = compare(log, l->words->record);
  if (e == EVD_OK)
    e = evd_logcheck_end(log, &out->report);
  if (e == EVD_OK)
    e = keep_head(log, l->words->head, &out->report);
  evd_logcheck_close(log);
  return e;
}

evd_err evd_verify_log_all(evd_verified *out, const char *where,
                           const evd_verify_log_words *w, evd_verify_how how,
                           uint32_t n_jobs, const char *tmp) {
  evd_verify_log l;
  evd_arena_init(&out->arena, 0);
  evd_err e = evd_verify_log_open(&l, where, w);
  if (e == EVD_OK)
    e = evd_verifying_with(out, run, &l, how, n_jobs, tmp);
  evd_verify_log_close(&l);
  return e;
}
