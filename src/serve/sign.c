/* `sign`: holds the log's key, and signs a head only if the log grew to there
 * from the head it signed before. Whoever has taken `seq` over gets no two
 * heads out of it (T01).
 *
 * Opens no file and makes no socket once it has begun.
 */
#include <string.h>
#include <unistd.h>

#include "board/checkpoint.h"
#include "cmd/key_file.h"
#include "host/sealed.h"
#include "host/signer.h"
#include "serve/processes.h"
#include "serve/sign_head.h"

typedef struct {
  uint8_t *seed; /* SECRET */
  evd_note_key key;
  evd_sign_head last;
  int seq;
} signer;

/* What follows the head in the message: hashes. */
static bool read_proof(evd_tree_proof *out, evd_span bytes) {
  if (bytes.n % 32 != 0 || bytes.n / 32 > EVD_TREE_LEVELS)
    return false;
  out->n = (uint32_t)(bytes.n / 32);
  if (bytes.n > 0)
    memcpy(out->at, bytes.p, bytes.n);
  return true;
}

/* NULL: it may be signed. */
static const char *refuse(const evd_log_head *last, const evd_log_head *head,
                          const evd_tree_proof *proof) {
  if (head->size == 0)
    return "an empty log is not signed";
  if (last->size == 0)
    return NULL;
  if (head->size < last->size)
    return "the log is smaller than the one that was signed last";
  if (evd_consistency_check(&last->root, last->size, &head->root, head->size,
                            proof) != EVD_OK)
    return "the log does not go on from the one that was signed last";
  return NULL;
}

static evd_err sign_note(const signer *s, const evd_log_head *head,
                         evd_buf *out) {
  uint8_t sig[EVD_ED25519_SIG_BYTES];
  const evd_span origin = {(const uint8_t *)s->key.name, strlen(s->key.name)};
  evd_note note;
  evd_note_why why;
  evd_checkpoint_write(out, origin, head);
  const evd_span text = {out->p, out->n};
  evd_signer_sign(sig, s->seed, text);
  evd_buf_text(out, "\n");
  evd_note_sig_write(out, &s->key, sig, sizeof sig);
  if (!evd_buf_ok(out))
    return EVD_ERR_SPACE;
  /* A signature that a faulty processor made could give the key away. */
  EVD_TRY(evd_note_read(&note, (evd_span){out->p, out->n}, &why));
  return evd_note_check_var(&note, &s->key);
}

static evd_err answer(signer *s, const evd_msg *m, evd_msg *out,
                      evd_buf *note) {
  evd_log_head head = {.size = m->a};
  evd_tree_proof proof;
  if (m->kind != EVD_MSG_SIGN || m->n < sizeof head.root.b ||
      !read_proof(&proof, (evd_span){m->bytes + sizeof head.root.b,
                                     m->n - sizeof head.root.b}))
    return EVD_ERR_FORM;
  memcpy(head.root.b, m->bytes, sizeof head.root.b);
  const char *why = refuse(&s->last.head, &head, &proof);
  if (why) {
    out->status = 1;
    evd_msg_say(out, "%s", why);
    return EVD_OK;
  }
  bool same = head.size == s->last.head.size;
  if (!same)
    EVD_TRY(evd_sign_head_write(&s->last, &head));
  evd_buf_reset(note);
  EVD_TRY(sign_note(s, &head, note));
  if (note->n > EVD_MSG_BYTES_MAX)
    return EVD_ERR_RANGE;
  evd_msg_add(out, note->p, note->n);
  return EVD_OK;
}

static evd_err say_last(const signer *s) {
  evd_msg m;
  evd_msg_init(&m, EVD_MSG_SIGNED_HEAD);
  m.a = s->last.head.size;
  evd_msg_add(&m, s->last.head.root.b, sizeof s->last.head.root.b);
  return evd_msg_send(s->seq, &m, -1);
}

static evd_err run(signer *s) {
  evd_buf note;
  evd_err e = say_last(s);
  evd_buf_init(&note, EVD_MSG_BYTES_MAX);
  while (e == EVD_OK) {
    evd_msg m, out;
    int file = -1;
    e = evd_msg_get(s->seq, &m, &file);
    if (file >= 0)
      (void)close(file);
    evd_msg_init(&out, EVD_MSG_NOTE);
    if (e == EVD_OK)
      e = answer(s, &m, &out, &note);
    if (e == EVD_OK)
      e = evd_msg_send(s->seq, &out, -1);
  }
  evd_buf_close(&note);
  return e;
}

static evd_err open_key(signer *s, const evd_serve_plan *p) {
  evd_vault *v = NULL;
  EVD_TRY(evd_key_file_vault(&v, "serve", &p->secrets));
  evd_err e = evd_key_file_seed(&s->seed, &s->key, p->key, v);
  evd_vault_close(v);
  evd_secret_let_go(&p->secrets);
  if (e != EVD_OK)
    return e;
  if (evd_note_key_same(&s->key, &p->log_key))
    return EVD_OK;
  return evd_complain(EVD_ERR_USAGE, "%s.pub has changed meanwhile", p->key);
}

evd_err evd_process_sign(const evd_serve_plan *p, const int *to) {
  evd_arena a;
  signer s = {.seed = NULL, .last = {.fd = -1}, .seq = to[EVD_PROCESS_SEQ]};
  evd_arena_init(&a, 1 << 16);
  evd_err e = evd_sign_head_open(&s.last, evd_path(&a, "%s/sign.head", p->dir));
  if (e == EVD_OK)
    e = open_key(&s, p);
  if (e == EVD_OK)
    e = evd_process_jail(EVD_PROCESS_SIGN, p);
  if (e == EVD_OK)
    e = run(&s);
  evd_secret_free(s.seed);
  evd_sign_head_close(&s.last);
  evd_arena_close(&a);
  return e;
}
