/* Entries as bytes: one reader and one writer for all types. */
#include "board/entry.h"

#include <string.h>

#include "base/endian.h"
#include "board/entry_form.h"
#include "hash/hash.h"

static const char magic[] = "EVB1";
#define MAGIC_BYTES (sizeof magic - 1)
#define HEAD_BYTES (MAGIC_BYTES + 1 + 4 + 2) /* type, slot, body_len */
#define SIG_BYTES (EVD_KEYID_BYTES + 1 + 64)

const char *evd_entry_name(uint32_t type) {
  switch (type) {
#define NAME(number, name, member, fields)                                     \
  case EVD_ENTRY_##name:                                                       \
    return #name;
    EVD_ENTRY_TYPES(NAME)
#undef NAME
  default:
    return NULL;
  }
}

const evd_h32 *evd_entry_choice(const evd_entry *e) {
  switch (e->type) {
  case EVD_ENTRY_CAST:
    return &e->cast.H_C;
  case EVD_ENTRY_CHALLENGE:
    return &e->challenge.H_C;
  case EVD_ENTRY_SPOIL:
    return &e->spoil.H_C;
  default:
    return NULL;
  }
}

/* ---- writing ---- */

static void put_number(evd_buf *b, uint64_t v, uint32_t n_bytes) {
  uint8_t bytes[8];
  evd_be64_put(bytes, v);
  evd_buf_add(b, bytes + 8 - n_bytes, n_bytes);
}

static void put_U8(evd_buf *b, const uint8_t *v) { put_number(b, *v, 1); }
static void put_U16(evd_buf *b, const uint16_t *v) { put_number(b, *v, 2); }
static void put_U32(evd_buf *b, const uint32_t *v) { put_number(b, *v, 4); }
static void put_U64(evd_buf *b, const uint64_t *v) { put_number(b, *v, 8); }
static void put_H32(evd_buf *b, const evd_h32 *v) { evd_buf_add(b, v->b, 32); }
static void put_OBJ(evd_buf *b, const evd_object_ref *v) {
  put_H32(b, &v->digest);
  put_U32(b, &v->length);
}
static void put_HEAD(evd_buf *b, const evd_log_head *v) {
  put_U64(b, &v->size);
  put_H32(b, &v->root);
}
static void put_TEXT(evd_buf *b, const evd_span *v) {
  put_number(b, v->n, 2);
  if (v->n > 0)
    evd_buf_add(b, v->p, v->n);
}

static void put_fields(evd_buf *b, const evd_entry *e) {
  switch (e->type) {
#define PUT(kind, name) put_##kind(b, &f->name);
#define CASE(number, name, member, fields)                                     \
  case EVD_ENTRY_##name: {                                                     \
    const __typeof__(e->member) *f = &e->member;                               \
    fields(PUT)                                                                \
  } break;
    EVD_ENTRY_TYPES(CASE)
#undef CASE
#undef PUT
  }
}

evd_err evd_entry_write_body(evd_buf *out, const evd_entry *e) {
  const char *what = NULL;
  if (evd_entry_form(e, &what) != EVD_OK)
    return EVD_ERR_RANGE;
  evd_buf_add(out, magic, MAGIC_BYTES);
  put_number(out, e->type, 1);
  put_number(out, e->slot, 4);
  put_number(out, 0, 2);
  size_t start = out->n;
  put_fields(out, e);
  if (!evd_buf_ok(out))
    return EVD_ERR_SPACE;
  size_t n = out->n - start;
  out->p[start - 2] = (uint8_t)(n >> 8);
  out->p[start - 1] = (uint8_t)n;
  return EVD_OK;
}

evd_err evd_entry_write(evd_buf *out, const evd_entry *e,
                        const evd_entry_sig *sigs, uint32_t n) {
  if (n > EVD_SIGNATURES_MAX)
    return EVD_ERR_RANGE;
  EVD_TRY(evd_entry_write_body(out, e));
  put_number(out, n, 1);
  for (uint32_t i = 0; i < n; i++) {
    evd_buf_add(out, sigs[i].keyid, EVD_KEYID_BYTES);
    put_number(out, sigs[i].alg, 1);
    evd_buf_add(out, sigs[i].sig, sizeof sigs[i].sig);
  }
  return evd_buf_ok(out) ? EVD_OK : EVD_ERR_SPACE;
}

/* ---- reading ---- */

typedef struct {
  evd_span left;
  bool lost; /* there was less than was asked for */
} cursor;

static const uint8_t *take(cursor *c, size_t n) {
  static const uint8_t zeros[64];
  const uint8_t *p = c->left.p;
  if (c->lost || c->left.n < n) {
    c->lost = true;
    return n <= sizeof zeros ? zeros : NULL;
  }
  c->left.p += n;
  c->left.n -= n;
  return p;
}

static uint64_t get_number(cursor *c, uint32_t n_bytes) {
  const uint8_t *p = take(c, n_bytes);
  uint64_t v = 0;
  for (uint32_t i = 0; i < n_bytes; i++)
    v = v << 8 | p[i];
  return v;
}

static void get_U8(cursor *c, uint8_t *v) { *v = (uint8_t)get_number(c, 1); }
static void get_U16(cursor *c, uint16_t *v) { *v = (uint16_t)get_number(c, 2); }
static void get_U32(cursor *c, uint32_t *v) { *v = (uint32_t)get_number(c, 4); }
static void get_U64(cursor *c, uint64_t *v) { *v = get_number(c, 8); }
static void get_H32(cursor *c, evd_h32 *v) { memcpy(v->b, take(c, 32), 32); }
static void get_OBJ(cursor *c, evd_object_ref *v) {
  get_H32(c, &v->digest);
  get_U32(c, &v->length);
}
static void get_HEAD(cursor *c, evd_log_head *v) {
  get_U64(c, &v->size);
  get_H32(c, &v->root);
}
static void get_TEXT(cursor *c, evd_span *v) {
  v->n = (size_t)get_number(c, 2);
  v->p = take(c, v->n);
  if (c->lost)
    *v = (evd_span){NULL, 0};
}

/* false: no type has this number */
static bool get_fields(cursor *c, evd_entry *e, uint32_t type) {
  switch (type) {
#define GET(kind, name) get_##kind(c, &f->name);
#define CASE(number, name, member, fields)                                     \
  case EVD_ENTRY_##name: {                                                     \
    __typeof__(e->member) *f = &e->member;                                     \
    fields(GET)                                                                \
  } break;
    EVD_ENTRY_TYPES(CASE)
#undef CASE
#undef GET
  default:
    return false;
  }
  e->type = (evd_entry_type)type;
  return true;
}

static const char *parse_fields(evd_entry_read *out, uint32_t type) {
  cursor c = {out->body, false};
  if (!get_fields(&c, &out->e, type))
    return "no type of entry has this number";
  if (c.lost)
    return "the body is shorter than its type";
  return c.left.n == 0 ? NULL : "the body is longer than its type";
}

/* NULL: fine. */
static const char *parse(evd_entry_read *out, evd_span bytes) {
  cursor c = {bytes, false};
  const uint8_t *m = take(&c, MAGIC_BYTES);
  if (memcmp(m, magic, MAGIC_BYTES) != 0)
    return "expected EVB1 at the start";
  uint32_t type = (uint32_t)get_number(&c, 1);
  out->e.slot = (uint32_t)get_number(&c, 4);
  out->body.n = (size_t)get_number(&c, 2);
  out->body.p = take(&c, out->body.n);
  if (c.lost)
    return "ends before the end of the body";
  out->signed_bytes = (evd_span){bytes.p, HEAD_BYTES + out->body.n};
  out->n_sigs = (uint32_t)get_number(&c, 1);
  if (c.lost || c.left.n != (size_t)out->n_sigs * SIG_BYTES)
    return "expected exactly the signatures that are announced";
  out->sigs = c.left.p;
  return parse_fields(out, type);
}

evd_err evd_entry_parse(evd_entry_read *out, evd_span bytes,
                        const char **what) {
  memset(out, 0, sizeof *out);
  *what = parse(out, bytes);
  evd_err e = *what ? EVD_ERR_PARSE : evd_entry_form(&out->e, what);
  for (uint32_t i = 0; e == EVD_OK && i < out->n_sigs; i++)
    if (out->sigs[i * SIG_BYTES + EVD_KEYID_BYTES] != EVD_ALG_ED25519) {
      *what = "expected signatures of algorithm 1 (Ed25519)";
      e = EVD_ERR_PARSE;
    }
  if (e != EVD_OK)
    memset(out, 0, sizeof *out);
  return e == EVD_OK ? EVD_OK : EVD_ERR_PARSE;
}

void evd_entry_sig_get(evd_entry_sig *out, const evd_entry_read *r,
                       uint32_t i) {
  const uint8_t *p = r->sigs + (size_t)i * SIG_BYTES;
  memcpy(out->keyid, p, EVD_KEYID_BYTES);
  out->alg = p[EVD_KEYID_BYTES];
  memcpy(out->sig, p + EVD_KEYID_BYTES + 1, sizeof out->sig);
}

/* ---- what is signed ---- */

void evd_keyid(uint8_t out[EVD_KEYID_BYTES], const evd_sign_key *key) {
  evd_sha256 c;
  evd_h32 h;
  evd_sha256_init(&c);
  evd_sha256_add(&c, key->b, sizeof key->b);
  evd_sha256_out(&c, &h);
  memcpy(out, h.b, EVD_KEYID_BYTES);
}

void evd_entry_message(evd_buf *out, evd_span origin, const evd_h32 *open,
                       evd_span signed_bytes) {
  evd_buf_text(out, "Evident/entry/v1\n");
  evd_buf_add(out, origin.p, origin.n);
  evd_buf_text(out, "\n");
  evd_buf_add(out, open->b, sizeof open->b);
  evd_buf_add(out, signed_bytes.p, signed_bytes.n);
}

void evd_body_digest(evd_h32 *out, evd_span body) {
  evd_digest(out, "body", body.p, body.n);
}
