/* evident attest: verifies a record, or a log and the record in it, and signs
 * what was found; into the log with --board. */
#include <stdio.h>

#include "cmd/attest.h"
#include "cmd/key_file.h"
#include "cmd/verifying.h"

static const char verb[] = "attest";

typedef struct {
  const char *where, *key, *out;
  evd_verifying_words how;
  evd_verify_log_words log;
  evd_act_words act;
} options;

evd_err evd_attest_found(evd_attestation *out, evd_log_head *head,
                         const evd_attest_of *what, const evd_verify_how *how,
                         uint32_t n_jobs, const char *tmp) {
  evd_verified v;
  evd_err e = what->log ? evd_verify_log_all(&v, what->where, what->log, *how,
                                             n_jobs, tmp)
                        : evd_verifying_run(&v, what->where, *how, n_jobs, tmp);
  if (e == EVD_OK && head)
    *head = v.report.log ? v.report.log->head : (evd_log_head){.size = 0};
  if (e == EVD_OK) {
    e = evd_attest_make(out, &v.report, "evident", EVIDENT_VERSION);
    /* Of what is no record it was said. */
    if (e != EVD_OK &&
        (what->log || evd_folder_has(what->where, "manifest.json")))
      evd_complain(e,
                   "%s was not read to its end, or holds nothing that a "
                   "check looks at: there is nothing to attest to",
                   what->where);
  }
  evd_verifying_close(&v);
  return e;
}

/* Nothing half-written: the note is made in memory first. */
static evd_err put_out(const options *o, const evd_buf *note) {
  if (o->out)
    return evd_file_write(o->out, note->p, note->n, 0644, EVD_NEW);
  if (o->act.board) /* has it */
    return EVD_OK;
  bool ok = fwrite(note->p, note->n, 1, stdout) == 1;
  return fflush(stdout) == 0 && ok
             ? EVD_OK
             : evd_complain(EVD_ERR_IO, "cannot print the attestation");
}

static void say(evd_verdict v, const char *path) {
  static const char *const sentences[] = {
      [EVD_VERDICT_PASS] = "it passed every check that was run",
      [EVD_VERDICT_FAIL] = "it does NOT hold",
      [EVD_VERDICT_INCOMPLETE] =
          "INCOMPLETE, not everything could be examined; the attestation says "
          "so"};
  if (path)
    printf("Attested in %s: %s.\n", path, sentences[v]);
}

static evd_err sign(const options *o, const evd_attestation *a,
                    const evd_log_head *head, evd_vault *v) {
  evd_buf text, note;
  evd_buf_init(&text, EVD_NOTE_BYTES_MAX);
  evd_buf_init(&note, EVD_NOTE_BYTES_MAX);
  evd_attest_write(&text, a);
  evd_err e =
      evd_buf_ok(&text)
          ? evd_key_file_sign(&note, o->key, (evd_span){text.p, text.n}, v)
          : evd_complain(EVD_ERR_SPACE, "no memory");
  if (e == EVD_OK)
    e = put_out(o, &note);
  if (e == EVD_OK)
    say(a->verdict, o->out);
  if (e == EVD_OK && o->act.board)
    e = evd_attest_post(&o->act, o->key, v, head, (evd_span){note.p, note.n});
  evd_buf_close(&text);
  evd_buf_close(&note);
  return e;
}

/* The key is tried before the record is read, which may take hours. */
static evd_err attest(const options *o, const evd_verify_how *how,
                      uint32_t n_jobs, evd_vault *v) {
  evd_attestation a;
  evd_log_head head;
  const evd_attest_of what = {o->where,
                              evd_is_log(o->where, &o->log) ? &o->log : NULL};
  EVD_TRY(evd_key_file_try(o->key, v));
  if (o->out && evd_file_exists(o->out))
    return evd_complain(EVD_ERR_EXISTS,
                        "%s is there already and is not overwritten", o->out);
  EVD_TRY(evd_attest_found(&a, &head, &what, how, n_jobs, o->how.tmp));
  EVD_TRY(sign(o, &a, &head, v));
  return evd_verifying_error(a.verdict);
}

/* What goes with a log alone. */
static evd_err check_words(options *o) {
  o->act.policy = o->log.policy;
  if (evd_is_log(o->where, &o->log))
    return o->how.stage
               ? evd_usage(verb, "a log goes without --stage: it says itself "
                                 "how far it is")
               : EVD_OK;
  if (o->act.board || o->log.policy)
    return evd_usage(verb,
                     "%s is a record, no log, which has a file `checkpoint`: "
                     "it goes without --board and --policy",
                     o->where);
  return EVD_OK;
}

static evd_err read_options(options *o, int argc, char **argv) {
  const evd_option_row rows[] = {EVD_OPT("key", o->key),
                                 EVD_OPT("out", o->out),
                                 EVD_OPT_VERIFYING(o->how),
                                 EVD_OPT("policy", o->log.policy),
                                 EVD_OPT("board", o->act.board),
                                 EVD_OPT("receipt", o->act.receipt),
                                 EVD_OPT("wait", o->act.wait),
                                 EVD_OPT_OPENS(o->act.secrets),
                                 EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &o->where, 1, "RECORD"));
  EVD_TRY(evd_arg_needed(verb, "key", o->key));
  if ((o->act.receipt || o->act.wait) && !o->act.board)
    return evd_usage(verb, "--receipt and --wait go with --board");
  return check_words(o);
}

evd_err evd_cmd_attest(int argc, char **argv) {
  options o = {.where = NULL};
  evd_verify_how how = {.stage = EVD_STAGE_FINAL};
  evd_vault *v = NULL;
  uint32_t n_jobs = 0;
  EVD_TRY(read_options(&o, argc, argv));
  EVD_TRY(evd_verifying_read(&how, &n_jobs, verb, &o.how));
  EVD_TRY(evd_key_file_vault(&v, verb, &o.act.secrets));
  evd_err e = attest(&o, &how, n_jobs, v);
  evd_vault_close(v);
  return e;
}
