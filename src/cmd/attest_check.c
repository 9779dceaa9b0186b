/* evident attest check: is this attestation what it says? */
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "cmd/attest.h"
#include "cmd/key_file.h"
#include "cmd/verifying.h"
#include "verify/report.h"

enum { HASH_CHARS = 64 };

typedef struct {
  const char *file, *record, *key, *board;
  evd_verify_log_words log;
  evd_verifying_words how;
} options;

/* A key as text, or the file that holds it. */
static evd_err read_key(evd_note_key *out, const char *text) {
  const evd_span bytes = {(const uint8_t *)text, strlen(text)};
  if (evd_note_key_read(out, bytes) == EVD_OK && out->type == EVD_NOTE_ED25519)
    return EVD_OK;
  if (evd_file_exists(text))
    return evd_key_file_public_at(out, text);
  return evd_complain(EVD_ERR_USAGE,
                      "--key: expected a public key, name+id+base64, or a file "
                      "with one");
}

static evd_err read_attestation(evd_span *bytes, evd_note *note,
                                evd_attestation *a, const char *path,
                                evd_arena *arena) {
  evd_note_why why = {0, ""};
  EVD_TRY(evd_file_read(path, EVD_NOTE_BYTES_MAX, bytes, arena));
  evd_err e = evd_note_read(note, *bytes, &why);
  if (e == EVD_OK)
    e = evd_attest_read(a, note->text, &why);
  return e == EVD_OK ? e
                     : evd_complain(e, "%s:%u: expected %s", path, why.line,
                                    why.expected);
}

static void say_what(const evd_attestation *a) {
  char digest[HASH_CHARS + 1] = {0};
  evd_hex_write(digest, a->record.b, sizeof a->record.b);
  printf("%s %s attests: verdict %s at stage %s, %u checks\n"
         "of the record %s\n",
         a->name, a->version, evd_verdict_text(a->verdict),
         evd_stage_text(a->stage), a->n_lines, digest);
}

/* Complains unless it is signed by the key. */
static evd_err check_signature(const evd_note *note, const evd_note_key *key,
                               const char *path) {
  evd_err e = evd_note_check_var(note, key);
  if (e == EVD_OK) {
    printf("Signature: it is that of %s.\n", key->name);
    return EVD_OK;
  }
  if (e == EVD_ERR_MISSING)
    return evd_complain(EVD_ERR_FAIL, "%s is not signed by %s", path,
                        key->name);
  return evd_complain(EVD_ERR_FAIL,
                      "%s has a signature in the name of %s that does not hold",
                      path, key->name);
}

/* The record, or the log and the record in it. */
static evd_err check_again(const evd_attestation *a, const options *o,
                           uint32_t n_jobs) {
  const evd_verify_how how = {.stage = a->stage};
  evd_attestation found;
  evd_buf said;
  const char *name = o->board ? "Log" : "Record";
  const evd_attest_of what = {o->board ? o->board : o->record,
                              o->board ? &o->log : NULL};
  EVD_TRY(evd_attest_found(&found, NULL, &what, &how, n_jobs, o->how.tmp));
  evd_buf_init(&said, (size_t)1 << 20);
  const uint32_t n = evd_attest_compare(&said, a, &found);
  if (n > 0)
    printf("%s: %s is not what was attested.\n%.*s", name, what.where,
           (int)said.n, said.n > 0 ? (const char *)said.p : "");
  else
    printf("%s: verified again in %s, with the same result.\n", name,
           what.where);
  if (memcmp(&a->checks, &found.checks, sizeof found.checks) != 0)
    printf("The list of checks is another; those that both know were "
           "compared.\n");
  evd_buf_close(&said);
  return n == 0 ? EVD_OK
                : evd_complain(EVD_ERR_FAIL, "%s is not what was attested",
                               what.where);
}

static evd_err check(const options *o, const evd_note_key *key, uint32_t n_jobs,
                     evd_arena *arena) {
  static evd_note note;
  evd_attestation a = {.n_lines = 0};
  evd_span bytes = {NULL, 0};
  EVD_TRY(read_attestation(&bytes, &note, &a, o->file, arena));
  if (key)
    EVD_TRY(check_signature(&note, key, o->file));
  say_what(&a);
  if (o->board)
    EVD_TRY(evd_attest_seek(o->board, o->log.policy, bytes, key));
  if (o->board || o->record)
    EVD_TRY(check_again(&a, o, n_jobs));
  else
    printf("Record: not looked at; --record names one, --board a log.\n");
  if (key)
    return EVD_OK;
  return evd_complain(EVD_ERR_INCOMPLETE,
                      "whose signature it is was not examined: --key says "
                      "whose it should be");
}

evd_err evd_cmd_attest_check(int argc, char **argv) {
  options o = {.file = NULL};
  const evd_option_row rows[] = {EVD_OPT("record", o.record),
                                 EVD_OPT("board", o.board),
                                 EVD_OPT("policy", o.log.policy),
                                 EVD_OPT("key", o.key),
                                 EVD_OPT_JOBS(o.how),
                                 EVD_OPT_END};
  evd_verify_how how;
  evd_note_key key;
  evd_arena arena;
  uint32_t n_jobs = 0;
  EVD_TRY(evd_args(argc, argv, rows, &o.file, 1, "FILE"));
  EVD_TRY(evd_verifying_read(&how, &n_jobs, argv[0], &o.how));
  if (o.board && o.record)
    return evd_usage(argv[0], "--record or --board, not both");
  if (!o.board != !o.log.policy)
    return evd_usage(argv[0], "--board and --policy go together");
  if (o.key)
    EVD_TRY(read_key(&key, o.key));
  evd_arena_init(&arena, 2 * EVD_NOTE_BYTES_MAX);
  evd_err e = check(&o, o.key ? &key : NULL, n_jobs, &arena);
  evd_arena_close(&arena);
  return e;
}
