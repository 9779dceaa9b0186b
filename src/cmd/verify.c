/* evident verify: checks a record from its bytes alone and says what holds. */
#include <stdio.h>
#include <string.h>

#include "cmd/hints.h"
#include "cmd/verify_log.h"
#include "cmd/verify_page.h"
#include "cmd/verifying.h"
#include "host/place.h"
#include "host/resume_file.h"
#include "verify/merge.h"

static const char verb[] = "verify";

typedef struct {
  const char *dir, *format, *hints, *html, *shard, *resume;
  evd_verifying_words how;
  evd_verify_log_words log;
} options;

/* i/n, from 1/1 */
static evd_err read_shard(const char *text, evd_shard *out) {
  char i[16];
  uint64_t v = 0, n = 0;
  const char *slash = text ? strchr(text, '/') : NULL;
  if (!text)
    return EVD_OK;
  if (!slash || (size_t)(slash - text) >= sizeof i)
    return evd_usage(verb, "--shard is I/N as in 2/5, not `%s`", text);
  memcpy(i, text, (size_t)(slash - text));
  i[slash - text] = 0;
  EVD_TRY(evd_arg_number("--shard I/N: N", slash + 1, 1, EVD_PARTS_MAX, &n));
  EVD_TRY(evd_arg_number("--shard I/N: I", i, 1, n, &v));
  *out = (evd_shard){(uint32_t)v, (uint32_t)n};
  return EVD_OK;
}

static evd_err put_out(void *self, const void *p, size_t n) {
  (void)self;
  return n == 0 || fwrite(p, n, 1, stdout) == 1 ? EVD_OK : EVD_ERR_IO;
}

static evd_err flush_part(void) {
  if (fflush(stdout) == 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_IO, "%s: cannot write the part", verb);
}

static void tell_resumed(const evd_report *r) {
  if (r->resumed > 0)
    (void)evd_complain(EVD_OK,
                       "%llu of the ballots' lines were verified by an earlier "
                       "run",
                       (unsigned long long)r->resumed);
}

static evd_err read_options(options *o, evd_verify_how *how, uint32_t *n_jobs,
                            bool *json) {
  EVD_TRY(evd_verifying_read(how, n_jobs, verb, &o->how));
  EVD_TRY(evd_verifying_format(verb, o->format, json));
  EVD_TRY(read_shard(o->shard, &how->shard));
  if (!o->shard)
    return EVD_OK;
  if (o->format || o->html || o->resume)
    return evd_usage(verb, "--shard goes without --format, --html and "
                           "--resume");
  how->put = put_out;
  return EVD_OK;
}

/* What goes with a log alone, and what with a record alone. */
static evd_err check_words(const options *o) {
  const evd_verify_log_words *w = &o->log;
  if (evd_is_log(o->dir, &o->log))
    return o->how.stage || o->shard || o->resume
               ? evd_usage(verb, "a log goes without --stage, --shard and "
                                 "--resume")
               : EVD_OK;
  if (w->policy || w->policy_digest || w->head || w->record || w->max_age ||
      w->log_only)
    return evd_usage(verb,
                     "%s is a record, no log, which has a file `checkpoint`: "
                     "it goes without --policy, --policy-digest, --head, "
                     "--record, --log-only and --max-age",
                     o->dir);
  return EVD_OK;
}

static evd_err run(const options *o, evd_verify_how how, uint32_t n_jobs,
                   bool json) {
  evd_verify_hints hints;
  evd_hint_file hint_file;
  evd_verified v;
  evd_out *page = NULL;
  EVD_TRY(evd_verify_page_open(&page, verb, o->html, o->dir));
  if (o->hints)
    how.hints = evd_hints_give(&hints, &hint_file, o->hints);
  evd_err e =
      evd_is_log(o->dir, &o->log)
          ? evd_verify_log_all(&v, o->dir, &o->log, how, n_jobs, o->how.tmp)
          : evd_verifying_run(&v, o->dir, how, n_jobs, o->how.tmp);
  evd_hints_take_back(how.hints, &hint_file);
  if (e == EVD_OK) {
    evd_hints_tell(&v.report, o->hints);
    tell_resumed(&v.report);
    e = how.put ? flush_part() : evd_verifying_print(&v.report, json);
  }
  e = evd_verify_page_end(page, &v, e);
  evd_verifying_close(&v);
  return e;
}

evd_err evd_cmd_verify(int argc, char **argv) {
  options o = {.dir = NULL};
  const evd_option_row rows[] = {EVD_OPT("format", o.format),
                                 EVD_OPT("hints", o.hints),
                                 EVD_OPT("html", o.html),
                                 EVD_OPT("shard", o.shard),
                                 EVD_OPT("resume", o.resume),
                                 EVD_OPT_VERIFYING(o.how),
                                 EVD_OPT_LOG(o.log),
                                 EVD_OPT("record", o.log.record),
                                 EVD_OPT_FLAG("log-only", o.log.log_only),
                                 EVD_OPT_END};
  evd_verify_how how = {.stage = EVD_STAGE_FINAL};
  evd_resume_file resume;
  uint32_t n_jobs = 0;
  bool json;
  EVD_TRY(evd_args(argc, argv, rows, &o.dir, 1, "RECORD"));
  EVD_TRY(check_words(&o));
  EVD_TRY(read_options(&o, &how, &n_jobs, &json));
  if (!o.resume)
    return run(&o, how, n_jobs, json);
  if (evd_path_inside(o.resume, o.dir))
    return evd_complain(EVD_ERR_USAGE,
                        "what --resume keeps, %s, must not lie in the record, "
                        "which would have a file too many",
                        o.resume);
  evd_err e = evd_resume_file_open(&resume, o.resume);
  how.resume = &resume.how;
  if (e == EVD_OK)
    e = run(&o, how, n_jobs, json);
  evd_resume_file_close(&resume);
  return e;
}
