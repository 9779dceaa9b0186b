/* evident policy make: whose checkpoints are believed. */
#include <stdio.h>
#include <string.h>

#include "board/policy.h"
#include "cmd/key_file.h"

static const char verb[] = "policy make";
#define WITNESSES_MAX 32

typedef struct {
  const char *log, *quorum, *out, *witnesses[WITNESSES_MAX];
  uint32_t n;
} options;

/* FILE or FILE=URL: a key of the type wanted, and the URL behind it. A key
 * that `key new` made serves a witness too: the type is part of its id. */
static evd_err put_key(evd_buf *b, const char *word, uint8_t type) {
  char path[4096];
  evd_note_key pub, key;
  const char *equal = strchr(word, '=');
  size_t n = equal ? (size_t)(equal - word) : strlen(word);
  if (n >= sizeof path)
    return evd_usage(verb, "`%s` is no file", word);
  memcpy(path, word, n);
  path[n] = 0;
  EVD_TRY(evd_key_file_public_at(&pub, path));
  const evd_span name = {(const uint8_t *)pub.name, strlen(pub.name)};
  EVD_TRY(evd_note_key_make(&key, name, type, &pub.key));
  evd_note_key_write(b, &key);
  if (equal) {
    evd_buf_text(b, " ");
    evd_buf_text(b, equal + 1);
  }
  evd_buf_text(b, "\n");
  return EVD_OK;
}

static evd_err put_witnesses(evd_buf *b, const options *o) {
  char text[64];
  for (uint32_t i = 0; i < o->n; i++) {
    (void)snprintf(text, sizeof text, "witness w%u ", i + 1);
    evd_buf_text(b, text);
    EVD_TRY(put_key(b, o->witnesses[i], EVD_NOTE_COSIGNATURE));
  }
  return EVD_OK;
}

static evd_err put_quorum(evd_buf *b, const options *o) {
  char text[64];
  uint64_t k = 0;
  if (o->n == 0) {
    evd_buf_text(b, "quorum none\n");
    return o->quorum ? evd_usage(verb, "--quorum is of witnesses; give them "
                                       "with --witness")
                     : EVD_OK;
  }
  EVD_TRY(evd_arg_needed(verb, "quorum", o->quorum));
  EVD_TRY(evd_arg_number("--quorum", o->quorum, 1, o->n, &k));
  (void)snprintf(text, sizeof text, "group q %u", (uint32_t)k);
  evd_buf_text(b, text);
  for (uint32_t i = 0; i < o->n; i++) {
    (void)snprintf(text, sizeof text, " w%u", i + 1);
    evd_buf_text(b, text);
  }
  evd_buf_text(b, "\nquorum q\n");
  return EVD_OK;
}

/* Written only as a reader would take it: no key twice, and the like. */
static evd_err check(const evd_buf *b) {
  evd_policy p;
  evd_note_why why = {0, ""};
  if (!evd_buf_ok(b))
    return evd_complain(EVD_ERR_SPACE, "%s: no memory", verb);
  if (evd_policy_read(&p, (evd_span){b->p, b->n}, &why) == EVD_OK)
    return EVD_OK;
  return evd_complain(EVD_ERR_RULE,
                      "it would not be a policy: expected %s in line %u",
                      why.expected, why.line);
}

static evd_err make(evd_buf *b, const options *o) {
  evd_buf_text(b, "log ");
  EVD_TRY(put_key(b, o->log, EVD_NOTE_ED25519));
  EVD_TRY(put_witnesses(b, o));
  EVD_TRY(put_quorum(b, o));
  EVD_TRY(check(b));
  return evd_file_write(o->out, b->p, b->n, 0644, EVD_NEW);
}

evd_err evd_cmd_policy_make(int argc, char **argv) {
  options o = {.log = NULL};
  evd_buf b;
  const evd_option_row rows[] = {
      EVD_OPT("log", o.log), EVD_OPT("quorum", o.quorum),
      EVD_OPT_LIST("witness", o.witnesses, WITNESSES_MAX, o.n),
      EVD_OPT("out", o.out), EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, NULL, 0, ""));
  EVD_TRY(evd_arg_needed(verb, "log", o.log));
  EVD_TRY(evd_arg_needed(verb, "out", o.out));
  evd_buf_init(&b, EVD_POLICY_BYTES_MAX);
  evd_err e = make(&b, &o);
  evd_buf_close(&b);
  if (e == EVD_OK)
    printf("The policy of the log: %s\n", o.out);
  return e;
}
