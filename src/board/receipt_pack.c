/* Receipts as QR codes hold them.
 *
 *   u8 n origin[n] | u64 size | u64 index | u16 n entry[n] | u8 n hash[n][32]
 *   | u8 n, n times: u8 type (1, 4) | id[4] | signature (64, 72 bytes)
 *
 * The root is what the hashes lead to; names of keys are in the policy. */
#include <string.h>

#include "base/base45.h"
#include "base/endian.h"
#include "board/receipt.h"

#define PACKED_BYTES_MAX ((size_t)131072)
enum { START_BYTES = sizeof EVD_RECEIPT_PACKED_START - 1 };

/* ---- packing ---- */

static void put_number(evd_buf *out, uint64_t v, size_t bytes) {
  uint8_t b[8];
  evd_be64_put(b, v);
  evd_buf_add(out, b + sizeof b - bytes, bytes);
}

/* A signature of a known type; false: of another. */
static bool put_sig(evd_buf *out, const evd_note_sig *s, evd_span origin) {
  uint8_t sig[EVD_COSIGNATURE_BYTES];
  uint8_t type = EVD_NOTE_ED25519;
  size_t n = EVD_ED25519_SIG_BYTES;
  bool by_log =
      s->name.n == origin.n && memcmp(s->name.p, origin.p, origin.n) == 0;
  if (!by_log) {
    type = EVD_NOTE_COSIGNATURE;
    n = EVD_COSIGNATURE_BYTES;
  }
  if (evd_note_sig_bytes(sig, n, s) != EVD_OK)
    return false;
  put_number(out, type, 1);
  put_number(out, s->id, 4);
  evd_buf_add(out, sig, n);
  return true;
}

static void put_receipt(evd_buf *out, const evd_receipt *r,
                        const evd_checkpoint *c) {
  uint8_t n = 0;
  put_number(out, c->origin.n, 1);
  evd_buf_add(out, c->origin.p, c->origin.n);
  put_number(out, c->head.size, 8);
  put_number(out, r->index, 8);
  put_number(out, r->extra.n, 2);
  evd_buf_add(out, r->extra.p, r->extra.n);
  put_number(out, r->proof.n, 1);
  for (uint32_t i = 0; i < r->proof.n; i++)
    evd_buf_add(out, r->proof.at[i].b, sizeof r->proof.at[i].b);
  const size_t at = out->n;
  put_number(out, 0, 1);
  for (uint32_t i = 0; i < c->note.n_sigs; i++)
    n = (uint8_t)(n + put_sig(out, &c->note.sigs[i], c->origin));
  if (evd_buf_ok(out))
    out->p[at] = n;
}

evd_err evd_receipt_pack(evd_buf *out, evd_span receipt, evd_arena *a) {
  evd_receipt r;
  evd_checkpoint c;
  evd_note_why why;
  evd_buf packed;
  EVD_TRY(evd_receipt_read(&r, receipt, a, &why));
  EVD_TRY(evd_checkpoint_read(&c, r.checkpoint, &why));
  if (r.extra.n == 0 || evd_receipt_check(&r, &c.head) != EVD_OK)
    return EVD_ERR_FORM;
  evd_buf_init(&packed, PACKED_BYTES_MAX);
  put_receipt(&packed, &r, &c);
  char *text = evd_arena_get(a, EVD_BASE45_CHARS(packed.n) + 1, 1);
  evd_err e = text && evd_buf_ok(&packed) ? EVD_OK : EVD_ERR_SPACE;
  if (e == EVD_OK) {
    evd_base45_write(text, packed.p, packed.n);
    evd_buf_text(out, EVD_RECEIPT_PACKED_START);
    evd_buf_add(out, text, EVD_BASE45_CHARS(packed.n));
  }
  evd_buf_close(&packed);
  return e == EVD_OK && !evd_buf_ok(out) ? EVD_ERR_SPACE : e;
}

/* ---- unpacking ---- */

static bool take(evd_span *from, evd_span *out, size_t n) {
  if (from->n < n)
    return false;
  *out = (evd_span){from->p, n};
  from->p += n;
  from->n -= n;
  return true;
}

static bool take_number(evd_span *from, uint64_t *out, size_t bytes) {
  evd_span b;
  *out = 0;
  if (!take(from, &b, bytes))
    return false;
  for (size_t i = 0; i < bytes; i++)
    *out = *out << 8 | b.p[i];
  return true;
}

static const evd_note_key *key_of(const evd_policy *p, uint8_t type,
                                  uint32_t id) {
  for (uint32_t i = 0; type == EVD_NOTE_ED25519 && i < p->n_logs; i++)
    if (p->logs[i].key.id == id)
      return &p->logs[i].key;
  for (uint32_t i = 0; type == EVD_NOTE_COSIGNATURE && i < p->n_names; i++)
    if (!p->names[i].group && p->names[i].key.id == id)
      return &p->names[i].key;
  return NULL;
}

static bool take_sigs(evd_span *from, evd_buf *out, const evd_policy *p) {
  uint64_t n = 0, type = 0, id = 0;
  evd_span sig;
  if (!take_number(from, &n, 1))
    return false;
  for (; n > 0; n--) {
    if (!take_number(from, &type, 1) || !take_number(from, &id, 4) ||
        (type != EVD_NOTE_ED25519 && type != EVD_NOTE_COSIGNATURE) ||
        !take(from, &sig,
              type == EVD_NOTE_ED25519 ? EVD_ED25519_SIG_BYTES
                                       : EVD_COSIGNATURE_BYTES))
      return false;
    const evd_note_key *key = key_of(p, (uint8_t)type, (uint32_t)id);
    if (key)
      evd_note_sig_write(out, key, sig.p, sig.n);
  }
  return from->n == 0;
}

static bool take_proof(evd_span *from, evd_tree_proof *out) {
  uint64_t n = 0;
  evd_span hash;
  if (!take_number(from, &n, 1) || n > EVD_TREE_LEVELS)
    return false;
  for (out->n = 0; out->n < n; out->n++) {
    if (!take(from, &hash, sizeof out->at[0].b))
      return false;
    memcpy(out->at[out->n].b, hash.p, hash.n);
  }
  return true;
}

static evd_err unpack(evd_buf *note, evd_receipt *r, evd_span from,
                      const evd_policy *policy) {
  evd_span origin;
  evd_log_head head = {.size = 0};
  evd_h32 leaf;
  uint64_t n = 0;
  if (!take_number(&from, &n, 1) || !take(&from, &origin, (size_t)n) ||
      !evd_origin_allowed(origin) || !take_number(&from, &head.size, 8) ||
      !take_number(&from, &r->index, 8) || !take_number(&from, &n, 2) ||
      n == 0 || !take(&from, &r->extra, (size_t)n) ||
      !take_proof(&from, &r->proof))
    return EVD_ERR_FORM;
  evd_leaf_hash(&leaf, r->extra.p, r->extra.n);
  if (evd_inclusion_root(&head.root, head.size, r->index, &leaf, &r->proof) !=
      EVD_OK)
    return EVD_ERR_FORM;
  evd_checkpoint_write(note, origin, &head);
  evd_buf_text(note, "\n");
  return take_sigs(&from, note, policy) ? EVD_OK : EVD_ERR_FORM;
}

evd_err evd_receipt_unpack(evd_buf *out, evd_span text,
                           const evd_policy *policy, evd_arena *a) {
  evd_receipt r = {.index = 0};
  evd_buf note;
  size_t n = 0;
  if (text.n < START_BYTES || text.n > 2 * PACKED_BYTES_MAX ||
      memcmp(text.p, EVD_RECEIPT_PACKED_START, START_BYTES) != 0)
    return EVD_ERR_FORM;
  uint8_t *bytes = evd_arena_get(a, text.n, 1);
  if (!bytes)
    return EVD_ERR_SPACE;
  EVD_TRY(
      evd_base45_read(bytes, text.n, &n,
                      (evd_span){text.p + START_BYTES, text.n - START_BYTES}));
  evd_buf_over(&note, evd_arena_get(a, PACKED_BYTES_MAX, 1), PACKED_BYTES_MAX);
  EVD_TRY(unpack(&note, &r, (evd_span){bytes, n}, policy));
  r.checkpoint = (evd_span){note.p, note.n};
  evd_receipt_write(out, &r);
  return evd_buf_ok(&note) && evd_buf_ok(out) ? EVD_OK : EVD_ERR_SPACE;
}
