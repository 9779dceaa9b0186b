/* evident attest: verifies a record and signs what was found. */
#include <stdio.h>

#include "cmd/attest.h"
#include "cmd/key_file.h"
#include "cmd/verifying.h"

typedef struct {
  const char *record, *key, *out;
  evd_verifying_words how;
  evd_secret_words words;
} options;

evd_err evd_attest_found(evd_attestation *out, const char *record,
                         const evd_verify_how *how, uint32_t n_jobs,
                         const char *tmp) {
  evd_verified v;
  evd_err e = evd_verifying_run(&v, record, *how, n_jobs, tmp);
  if (e == EVD_OK) {
    e = evd_attest_make(out, &v.report, "evident", EVIDENT_VERSION);
    if (e != EVD_OK)
      evd_complain(e,
                   "%s was not read to its end, or holds nothing that a "
                   "check looks at: there is nothing to attest to",
                   record);
  }
  evd_verifying_close(&v);
  return e;
}

/* Nothing half-written: the note is made in memory first. */
static evd_err put_out(const evd_buf *note, const char *path) {
  if (path)
    return evd_file_write(path, note->p, note->n, 0644, EVD_NEW);
  bool ok = fwrite(note->p, note->n, 1, stdout) == 1;
  return fflush(stdout) == 0 && ok
             ? EVD_OK
             : evd_complain(EVD_ERR_IO, "cannot print the attestation");
}

static void say(evd_verdict v, const char *path) {
  static const char *const sentences[] = {
      [EVD_VERDICT_PASS] = "the record passed every check that was run",
      [EVD_VERDICT_FAIL] = "the record does NOT hold",
      [EVD_VERDICT_INCOMPLETE] =
          "INCOMPLETE, not everything could be examined; the attestation says "
          "so"};
  if (path)
    printf("Attested in %s: %s.\n", path, sentences[v]);
}

static evd_err sign(const options *o, const evd_attestation *a, evd_vault *v) {
  evd_buf text, note;
  evd_buf_init(&text, EVD_NOTE_BYTES_MAX);
  evd_buf_init(&note, EVD_NOTE_BYTES_MAX);
  evd_attest_write(&text, a);
  evd_err e =
      evd_buf_ok(&text)
          ? evd_key_file_sign(&note, o->key, (evd_span){text.p, text.n}, v)
          : evd_complain(EVD_ERR_SPACE, "no memory");
  if (e == EVD_OK)
    e = put_out(&note, o->out);
  if (e == EVD_OK)
    say(a->verdict, o->out);
  evd_buf_close(&text);
  evd_buf_close(&note);
  return e;
}

/* The key is tried before the record is read, which may take hours. */
static evd_err attest(const options *o, const evd_verify_how *how,
                      uint32_t n_jobs, evd_vault *v) {
  evd_attestation a;
  EVD_TRY(evd_key_file_try(o->key, v));
  if (o->out && evd_file_exists(o->out))
    return evd_complain(EVD_ERR_EXISTS,
                        "%s is there already and is not overwritten", o->out);
  EVD_TRY(evd_attest_found(&a, o->record, how, n_jobs, o->how.tmp));
  EVD_TRY(sign(o, &a, v));
  return evd_verifying_error(a.verdict);
}

evd_err evd_cmd_attest(int argc, char **argv) {
  options o = {.record = NULL};
  const evd_option_row rows[] = {EVD_OPT("key", o.key), EVD_OPT("out", o.out),
                                 EVD_OPT_VERIFYING(o.how),
                                 EVD_OPT_OPENS(o.words), EVD_OPT_END};
  evd_verify_how how = {.stage = EVD_STAGE_FINAL};
  evd_vault *v = NULL;
  uint32_t n_jobs = 0;
  EVD_TRY(evd_args(argc, argv, rows, &o.record, 1, "RECORD"));
  EVD_TRY(evd_arg_needed(argv[0], "key", o.key));
  EVD_TRY(evd_verifying_read(&how, &n_jobs, argv[0], &o.how));
  EVD_TRY(evd_key_file_vault(&v, argv[0], &o.words));
  evd_err e = attest(&o, &how, n_jobs, v);
  evd_vault_close(v);
  return e;
}
