/* The tick: files, the log's signature, the witnesses', the checkpoint, and
 * the answers that may go out then. */
#include <unistd.h>

#include "board/checkpoint.h"
#include "host/host.h"
#include "host/http_head.h"
#include "serve/seq.h"

#define NOTE_BYTES_MAX ((size_t)1 << 18)
#define RECEIPTS_BYTES_MAX ((size_t)16 << 20)

/* ---- answers ---- */

static evd_err answer(evd_seq *s, evd_seq_request *r, evd_buf *out) {
  evd_buf_reset(out);
  for (uint32_t i = 0; i < r->n; i++) {
    if (i > 0)
      evd_buf_text(out, "\n");
    EVD_TRY(evd_log_receipt(s->log, r->indices[i], out));
  }
  if (!evd_buf_ok(out))
    return EVD_ERR_SPACE;
  return evd_seq_give(s, r, (evd_span){out->p, out->n});
}

/* Everybody whose entries the published checkpoint covers. */
static evd_err answer_all(evd_seq *s) {
  evd_log_head head;
  evd_buf out;
  evd_err e = EVD_OK;
  evd_buf_init(&out, RECEIPTS_BYTES_MAX);
  if (evd_log_published(s->log, &head).n == 0)
    head.size = 0;
  for (size_t i = 0; e == EVD_OK && i < EVD_SEQ_REQUESTS; i++) {
    evd_seq_request *r = &s->requests[i];
    if (r->used && r->taken && r->last < head.size)
      e = answer(s, r, &out);
  }
  evd_buf_close(&out);
  return e;
}

/* Their entries stand in the log; that cannot be shown yet. */
static evd_err let_wait(evd_seq *s) {
  for (size_t i = 0; i < EVD_SEQ_REQUESTS; i++) {
    evd_seq_request *r = &s->requests[i];
    if (r->used && r->taken && ++r->ticks > EVD_SEQ_PATIENCE)
      EVD_TRY(evd_seq_say(s, r, EVD_HTTP_BUSY,
                          "it is in the log, but too few witnesses have "
                          "signed: ask again with the same bytes"));
  }
  return EVD_OK;
}

static evd_err publish(evd_seq *s, evd_span note) {
  EVD_TRY(evd_log_publish(s->log, note));
  return answer_all(s);
}

/* ---- the log's signature ---- */

/* The proof that leads from the head that `sign` knows. */
static evd_err add_proof(evd_seq *s, evd_msg *m, const evd_log_head *head) {
  evd_tree_proof proof;
  uint64_t old = s->signed_last.size;
  if (old == 0 || old >= head->size)
    return EVD_OK;
  EVD_TRY(evd_log_consistency(s->log, old, &proof));
  evd_msg_add(m, proof.at, proof.n * sizeof *proof.at);
  return EVD_OK;
}

static evd_err ask_signature(evd_seq *s, const evd_log_head *head,
                             evd_msg *out) {
  evd_msg m;
  int file = -1;
  evd_msg_init(&m, EVD_MSG_SIGN);
  m.a = head->size;
  evd_msg_add(&m, head->root.b, sizeof head->root.b);
  EVD_TRY(add_proof(s, &m, head));
  EVD_TRY(evd_msg_send(s->to[EVD_PROCESS_SIGN], &m, -1));
  EVD_TRY(evd_msg_get(s->to[EVD_PROCESS_SIGN], out, &file));
  if (file >= 0)
    (void)close(file);
  if (out->kind != EVD_MSG_NOTE)
    return EVD_ERR_FORM;
  if (out->status != 0)
    return evd_complain(EVD_ERR_FAIL, "`sign` refuses: %.*s", (int)out->n,
                        (const char *)out->bytes);
  s->signed_last = *head;
  return EVD_OK;
}

evd_err evd_seq_tick(evd_seq *s) {
  evd_log_head head;
  evd_msg note;
  s->counts.ticks++;
  EVD_TRY(let_wait(s));
  if (s->cosigning) {
    s->counts.ticks_without_quorum++;
    return EVD_OK;
  }
  EVD_TRY(evd_log_files(s->log));
  evd_log_head_get(s->log, &head);
  if (head.size == 0)
    return EVD_OK;
  EVD_TRY(ask_signature(s, &head, &note));
  if (!s->plan->witnessed)
    return publish(s, (evd_span){note.bytes, note.n});
  note.kind = EVD_MSG_COSIGN;
  s->cosigning = true;
  return evd_msg_send(s->to[EVD_PROCESS_COSIGN], &note, -1);
}

/* ---- witnesses ---- */

static evd_err give_proof(evd_seq *s, uint64_t old) {
  evd_tree_proof proof;
  evd_msg m;
  evd_msg_init(&m, EVD_MSG_PROOF);
  evd_err e = evd_log_consistency(s->log, old, &proof);
  if (e == EVD_ERR_IO)
    return e;
  m.status = e == EVD_OK ? 0 : 1;
  if (e == EVD_OK)
    evd_msg_add(&m, proof.at, proof.n * sizeof *proof.at);
  return evd_msg_send(s->to[EVD_PROCESS_COSIGN], &m, -1);
}

/* `cosign` reads what witnesses send: whether the quorum has signed is judged
 * here. */
static bool has_quorum(const evd_seq *s, evd_span note) {
  static evd_checkpoint c;
  evd_policy_verdict v;
  evd_note_why why;
  if (evd_checkpoint_read(&c, note, &why) != EVD_OK)
    return false;
  evd_policy_judge_var(&v, s->plan->policy, &c, 0);
  return v.log && v.quorum;
}

static evd_err take_note(evd_seq *s, int file) {
  evd_span note;
  evd_err e = EVD_OK;
  s->cosigning = false;
  EVD_TRY(evd_memory_map(&note, file, NOTE_BYTES_MAX));
  if (has_quorum(s, note))
    e = publish(s, note);
  else
    s->counts.ticks_without_quorum++;
  evd_memory_unmap(&note);
  return e;
}

evd_err evd_seq_cosign(evd_seq *s, const evd_msg *m, int file) {
  if (m->kind == EVD_MSG_COSIGNED)
    return take_note(s, file);
  if (file >= 0)
    (void)close(file);
  return m->kind == EVD_MSG_ASK_PROOF ? give_proof(s, m->a) : EVD_ERR_FORM;
}
