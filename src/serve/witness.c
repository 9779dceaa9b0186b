#include "serve/witness.h"

#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/endian.h"
#include "host/host.h"
#include "host/mem.h"
#include "host/place.h"
#include "host/sealed.h"
#include "host/signer.h"

#define STATE_BYTES_MAX ((size_t)131072) /* more than a request has */
#define ANSWER_BYTES_MAX STATE_BYTES_MAX

enum {
  FOLDER_BYTES = 65,
  TIME_BYTES = 8,
  DIR_BYTES = 3072,
  PATH_BYTES = 4096,
  BROKEN = 500
};

/* A log: as many as there are origins. */
typedef struct {
  char folder[FOLDER_BYTES]; /* also the name of its file */
  evd_log_head last;         /* size 0 before the first */
  evd_buf note;              /* as it stands in the file; empty before */
} log_state;

struct evd_witness {
  int hold;
  bool broken; /* a write failed */
  evd_note_key key;
  uint8_t *seed; /* in guarded memory */
  char dir[DIR_BYTES];
  uint32_t n_keys, n_logs;
  evd_note_key keys[EVD_WITNESS_LOGS_MAX];
  log_state logs[EVD_WITNESS_LOGS_MAX];
};

static void path_of(char out[PATH_BYTES], const evd_witness *w,
                    const char *name) {
  (void)snprintf(out, PATH_BYTES, "%s/%s", w->dir, name);
}

static log_state *find(evd_witness *w, const char *folder) {
  for (uint32_t i = 0; i < w->n_logs; i++)
    if (strcmp(w->logs[i].folder, folder) == 0)
      return &w->logs[i];
  return NULL;
}

/* ---- opening ---- */

/* A folder belongs to one key: what another one signed says nothing of what
 * this one did. */
static evd_err own_folder(const evd_witness *w) {
  char path[PATH_BYTES];
  evd_buf line;
  evd_arena a;
  evd_span there;
  path_of(path, w, "witness");
  evd_buf_init(&line, STATE_BYTES_MAX);
  evd_arena_init(&a, 2 * STATE_BYTES_MAX);
  evd_note_key_write(&line, &w->key);
  evd_buf_text(&line, "\n");
  evd_err e = evd_buf_ok(&line) ? EVD_OK : EVD_ERR_SPACE;
  if (e == EVD_OK && !evd_file_exists(path))
    e = evd_file_write(path, line.p, line.n, 0644, EVD_NEW);
  if (e == EVD_OK)
    e = evd_file_read(path, STATE_BYTES_MAX, &there, &a);
  if (e == EVD_OK &&
      (there.n != line.n || memcmp(there.p, line.p, line.n) != 0))
    e = evd_complain(EVD_ERR_RULE, "%s belongs to another witness, see %s",
                     w->dir, path);
  evd_arena_close(&a);
  evd_buf_close(&line);
  return e;
}

/* Signed by the log and by this witness? */
static bool ours(const evd_witness *w, const log_state *s,
                 const evd_checkpoint *c) {
  char folder[FOLDER_BYTES];
  const evd_witness_ask as_asked = {.checkpoint = *c};
  const char *why;
  uint64_t time;
  evd_witness_folder(folder, c->origin);
  return strcmp(folder, s->folder) == 0 &&
         evd_witness_judge_signed_var(&as_asked, w->keys, w->n_keys, &why) ==
             EVD_WITNESS_SIGNS &&
         evd_cosignature_check_var(&c->note, &w->key, &time) == EVD_OK;
}

static evd_err load(const evd_witness *w, log_state *s) {
  char path[PATH_BYTES];
  evd_arena a;
  evd_span bytes;
  evd_checkpoint c;
  evd_note_why why;
  path_of(path, w, s->folder);
  if (!evd_file_exists(path))
    return EVD_OK;
  evd_arena_init(&a, 2 * STATE_BYTES_MAX);
  evd_err e = evd_file_read(path, STATE_BYTES_MAX, &bytes, &a);
  if (e == EVD_OK &&
      (evd_checkpoint_read(&c, bytes, &why) != EVD_OK || !ours(w, s, &c)))
    e = evd_complain(EVD_ERR_RULE,
                     "%s: expected a checkpoint of this log that this witness "
                     "has signed",
                     path);
  if (e == EVD_OK) {
    s->last = c.head;
    evd_buf_add(&s->note, bytes.p, bytes.n);
    e = evd_buf_ok(&s->note) ? EVD_OK : EVD_ERR_SPACE;
  }
  evd_arena_close(&a);
  return e;
}

static evd_err add_log(evd_witness *w, const evd_note_key *key) {
  char folder[FOLDER_BYTES];
  const evd_span origin = {(const uint8_t *)key->name, strlen(key->name)};
  if (key->type != EVD_NOTE_ED25519 || !evd_origin_allowed(origin))
    return evd_complain(EVD_ERR_USAGE, "%s is no key of a log", key->name);
  w->keys[w->n_keys++] = *key;
  evd_witness_folder(folder, origin);
  if (find(w, folder))
    return EVD_OK;
  log_state *s = &w->logs[w->n_logs++];
  memcpy(s->folder, folder, sizeof folder);
  evd_buf_init(&s->note, STATE_BYTES_MAX);
  return EVD_OK;
}

static evd_err fill(evd_witness *w, const char *dir, const uint8_t *seed,
                    const evd_note_key logs[], uint32_t n) {
  if (strlen(dir) >= sizeof w->dir || n == 0 || n > EVD_WITNESS_LOGS_MAX)
    return evd_complain(EVD_ERR_USAGE,
                        "a witness has a folder and 1 to %u logs",
                        EVD_WITNESS_LOGS_MAX);
  if (!w->seed)
    return evd_complain(EVD_ERR_SPACE, "no memory for a secret");
  memcpy(w->dir, dir, strlen(dir) + 1);
  memcpy(w->seed, seed, EVD_SEED_BYTES);
  EVD_TRY(evd_dir_hold(&w->hold, dir));
  EVD_TRY(own_folder(w));
  for (uint32_t i = 0; i < n; i++)
    EVD_TRY(add_log(w, &logs[i]));
  for (uint32_t i = 0; i < w->n_logs; i++)
    EVD_TRY(load(w, &w->logs[i]));
  return EVD_OK;
}

evd_err evd_witness_open(evd_witness **out, const char *dir,
                         const evd_note_key *key, const uint8_t *seed,
                         const evd_note_key logs[], uint32_t n) {
  *out = NULL;
  if (key->type != EVD_NOTE_COSIGNATURE)
    return evd_complain(EVD_ERR_USAGE, "%s is no key of a witness", key->name);
  evd_witness *w = evd_mem_get(sizeof *w);
  if (!w)
    return evd_complain(EVD_ERR_SPACE, "no memory");
  w->hold = -1;
  w->key = *key;
  w->seed = evd_secret_get(EVD_SEED_BYTES);
  evd_err e = fill(w, dir, seed, logs, n);
  if (e == EVD_OK)
    *out = w;
  else
    evd_witness_close(w);
  return e;
}

void evd_witness_close(evd_witness *w) {
  if (!w)
    return;
  for (uint32_t i = 0; i < w->n_logs; i++)
    evd_buf_close(&w->logs[i].note);
  evd_secret_free(w->seed);
  evd_dir_let_go(w->hold);
  evd_mem_free(w);
}

/* ---- answers ---- */

void evd_witness_answer_init(evd_witness_answer *a) {
  a->status = 0;
  a->type = "text/plain";
  evd_buf_init(&a->body, ANSWER_BYTES_MAX);
}

void evd_witness_answer_close(evd_witness_answer *a) {
  evd_buf_close(&a->body);
}

static void say(evd_witness_answer *out, uint32_t status, const char *text) {
  out->status = status;
  evd_buf_text(&out->body, text);
  evd_buf_text(&out->body, "\n");
}

static void say_size(evd_witness_answer *out, uint64_t size) {
  char digits[EVD_DECIMAL_BYTES];
  evd_decimal_write(digits, size);
  out->type = EVD_WITNESS_SIZE_TYPE;
  say(out, EVD_WITNESS_OTHER_OLD, digits);
}

/* ---- signing ---- */

static bool is_of_log(const evd_witness *w, const evd_note_sig *sig) {
  for (uint32_t i = 0; i < w->n_keys; i++)
    if (evd_note_sig_is_of(sig, &w->keys[i]))
      return true;
  return false;
}

/* The checkpoint with the signatures of the log alone. */
static void put_signed(evd_buf *out, const evd_witness *w,
                       const evd_checkpoint *c) {
  uint8_t sig[EVD_ED25519_SIG_BYTES];
  evd_buf_add(out, c->note.text.p, c->note.text.n);
  evd_buf_text(out, "\n");
  for (uint32_t i = 0; i < c->note.n_sigs; i++) {
    const evd_note_sig *one = &c->note.sigs[i];
    evd_note_key key = {.id = one->id};
    if (!is_of_log(w, one) ||
        evd_note_sig_bytes(sig, sizeof sig, one) != EVD_OK)
      continue;
    memcpy(key.name, one->name.p, one->name.n); /* of a key of ours */
    evd_note_sig_write(out, &key, sig, sizeof sig);
  }
}

static void put_cosignature(evd_buf *out, const evd_witness *w,
                            const evd_checkpoint *c, uint64_t now) {
  uint8_t sig[EVD_COSIGNATURE_BYTES];
  evd_buf message;
  evd_buf_init(&message, STATE_BYTES_MAX);
  evd_cosign_message(&message, now, c->note.text);
  evd_be64_put(sig, now);
  evd_signer_sign(sig + TIME_BYTES, w->seed, (evd_span){message.p, message.n});
  evd_note_sig_write(out, &w->key, sig, sizeof sig);
  out->full = out->full || !evd_buf_ok(&message);
  evd_buf_close(&message);
}

/* A signature that does not verify, made on a faulty processor, could give the
 * secret away; and no other one may leave. */
static bool holds(const evd_witness *w, evd_span note) {
  evd_checkpoint c;
  evd_note_why why;
  uint64_t time;
  return evd_checkpoint_read(&c, note, &why) == EVD_OK &&
         evd_cosignature_check_var(&c.note, &w->key, &time) == EVD_OK;
}

/* Persists, then answers. */
static void keep(evd_witness *w, log_state *s, const evd_checkpoint *c,
                 const evd_buf *note, size_t line_at, evd_witness_answer *out) {
  char path[PATH_BYTES];
  path_of(path, w, s->folder);
  w->broken = true;
  if (evd_file_write(path, note->p, note->n, 0644, EVD_REPLACE) != EVD_OK) {
    say(out, BROKEN, "the witness could not keep what it signed");
    return;
  }
  s->last = c->head;
  evd_buf_reset(&s->note);
  evd_buf_add(&s->note, note->p, note->n);
  w->broken = !evd_buf_ok(&s->note);
  out->status = EVD_WITNESS_SIGNS;
  evd_buf_add(&out->body, note->p + line_at, note->n - line_at);
}

static void sign(evd_witness *w, log_state *s, const evd_checkpoint *c,
                 uint64_t now, evd_witness_answer *out) {
  evd_buf note;
  evd_buf_init(&note, STATE_BYTES_MAX);
  put_signed(&note, w, c);
  size_t line_at = note.n;
  put_cosignature(&note, w, c, now);
  if (evd_buf_ok(&note) && holds(w, (evd_span){note.p, note.n}))
    keep(w, s, c, &note, line_at, out);
  else
    say(out, BROKEN, "the witness could not sign");
  evd_buf_close(&note);
}

/* ---- requests ---- */

void evd_witness_add(evd_witness *w, evd_span body, uint64_t now,
                     evd_witness_answer *out) {
  evd_witness_ask ask;
  evd_note_why where;
  const char *why = NULL;
  char folder[FOLDER_BYTES], text[256];
  if (evd_witness_ask_read(&ask, body, &where) != EVD_OK) {
    (void)snprintf(text, sizeof text, "line %u: expected %s", where.line,
                   where.expected);
    say(out, EVD_WITNESS_NO_REQUEST, text);
    return;
  }
  uint32_t status =
      evd_witness_judge_signed_var(&ask, w->keys, w->n_keys, &why);
  if (status != EVD_WITNESS_SIGNS) {
    say(out, status, why);
    return;
  }
  evd_witness_folder(folder, ask.checkpoint.origin);
  log_state *s = find(w, folder);
  status = evd_witness_judge_growth(&ask, &s->last, &why);
  if (status == EVD_WITNESS_OTHER_OLD)
    say_size(out, s->last.size);
  else if (status != EVD_WITNESS_SIGNS)
    say(out, status, why);
  else if (w->broken || now == 0)
    say(out, BROKEN, "the witness has stopped signing");
  else
    sign(w, s, &ask.checkpoint, now, out);
}

void evd_witness_get(evd_witness *w, evd_span path, evd_witness_answer *out) {
  static const char end[] = "/checkpoint";
  char folder[FOLDER_BYTES];
  const log_state *s = NULL;
  if (path.n == FOLDER_BYTES - 1 + sizeof end - 1 &&
      memcmp(path.p + FOLDER_BYTES - 1, end, sizeof end - 1) == 0) {
    memcpy(folder, path.p, FOLDER_BYTES - 1);
    folder[FOLDER_BYTES - 1] = 0;
    s = find(w, folder);
  }
  if (!s || s->note.n == 0) {
    say(out, EVD_WITNESS_UNKNOWN, "nothing was signed here under this name");
    return;
  }
  out->status = EVD_WITNESS_SIGNS;
  evd_buf_add(&out->body, s->note.p, s->note.n);
}
