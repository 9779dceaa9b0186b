/* Contest data: packing of record-format 3.12, hashed ElGamal under K^.
 *
 * Which marks a voter made, and whether they make an overvote, does not show
 * in the time packing takes: the marks are laid out in slots of three bytes,
 * the empty slots are squeezed out by a network of masked moves, and the part
 * behind them is moved up by masked shifts.
 */
#include <string.h>

#include "base/ct.h"
#include "base/endian.h"
#include "base/json_text.h"
#include "base/wipe.h"
#include "egds/challenge.h"
#include "egds/encrypt.h"
#include "egds/hashes.h"

#define HEAD "{\"marks\":["
#define MIDDLE "],\"write_ins\":["
#define TAIL "]}"
enum {
  HEAD_BYTES = sizeof HEAD - 1,
  MIDDLE_BYTES = sizeof MIDDLE - 1,
  TAIL_BYTES = sizeof TAIL - 1,
  LENGTH_BYTES = 4,
  M_MAX = 1000,
  SLOT = 3, /* two digits and a comma */
  SLOTS_MAX = M_MAX * SLOT,
  TEXT_MAX = 64,
};

evd_err evd_write_ins_check(const evd_selection *sel) {
  for (uint32_t i = 0; i < sel->n_write_ins; i++) {
    evd_span t = sel->write_ins[i];
    if (!t.n || t.n > TEXT_MAX || !evd_text_allowed(t) ||
        evd_json_quoted_bytes(t) > TEXT_MAX)
      return EVD_ERR_RULE;
  }
  return EVD_OK;
}

/* ---- the marks, constant time ------------------------------------------ */

/* Writes "7," or "42," into three slots where used, 0 where not; returns the
 * number of bytes used. No mark, digit or comma is a 0 byte. */
static uint64_t put_mark(uint8_t slot[SLOT], uint32_t mark, uint64_t overvoted,
                         bool last) {
  uint64_t x = evd_ct_select(evd_ct_less(99, mark), 99, mark);
  uint64_t tens = (x * 205) >> 11; /* x / 10 for x < 100 */
  uint64_t ones = x - 10 * tens;
  uint64_t keep = evd_ct_mask(overvoted);
  uint64_t two = 1 ^ evd_ct_is_zero(tens);
  slot[0] = (uint8_t)(('0' + tens) & keep & evd_ct_mask(two));
  slot[1] = (uint8_t)(('0' + ones) & keep);
  slot[2] = last ? 0 : (uint8_t)(',' & keep);
  return overvoted * (two + (last ? 1 : 2));
}

/* Moves what is not 0 to the front, in order: byte i has to move left by the
 * number of zeros before it, bit by bit of that number, lowest bit first. Two
 * bytes never meet: their distance is at least one more than the difference
 * of their ways. */
static void squeeze(uint8_t text[], uint16_t way[], uint32_t n) {
  uint64_t zeros = 0;
  for (uint32_t i = 0; i < n; i++) {
    way[i] = (uint16_t)zeros;
    zeros += evd_ct_is_zero(text[i]);
  }
  for (uint32_t bit = 0; (1u << bit) < n; bit++) {
    uint32_t step = 1u << bit;
    for (uint32_t i = step; i < n; i++) {
      uint64_t used = 1 ^ evd_ct_is_zero(text[i]);
      uint64_t go = used & ((uint64_t)way[i] >> bit);
      uint32_t to = i - step;
      text[to] = (uint8_t)evd_ct_select(go, text[i], text[to]);
      way[to] = (uint16_t)evd_ct_select(go, way[i], way[to]);
      text[i] = (uint8_t)evd_ct_select(go, 0, text[i]);
    }
  }
}

/* The marks of an overvote as JSON numbers at out[0 ..], zeros behind; all
 * zeros otherwise. Returns the length. out: SLOT * m bytes. */
static uint64_t put_marks(uint8_t out[], const evd_shape *s,
                          const evd_selection *sel, uint64_t overvoted) {
  uint16_t way[SLOTS_MAX];
  uint64_t n = 0;
  for (uint32_t o = 0; o < s->m; o++)
    n += put_mark(out + (size_t)SLOT * o, sel->marks[o], overvoted,
                  o + 1 == s->m);
  squeeze(out, way, SLOT * s->m);
  evd_wipe(way, sizeof way);
  return n;
}

/* Moves p[0 .. n) up by `by` < 2^bits bytes, zeros into the gap. */
static void move_up(uint8_t *p, size_t n, uint64_t by, uint32_t bits) {
  for (uint32_t bit = 0; bit < bits; bit++) {
    uint64_t go = (by >> bit) & 1;
    size_t step = (size_t)1 << bit;
    for (size_t i = n; i-- > 0;) {
      uint8_t from = i >= step ? p[i - step] : 0;
      p[i] = (uint8_t)evd_ct_select(go, from, p[i]);
    }
  }
}

/* ---- the write-ins ------------------------------------------------------ */

static size_t rest_bytes(const evd_selection *sel, uint32_t n) {
  size_t sum = MIDDLE_BYTES + TAIL_BYTES + (n ? n - 1 : 0);
  for (uint32_t i = 0; i < n; i++)
    sum += 2 + evd_json_quoted_bytes(sel->write_ins[i]);
  return sum;
}

static uint8_t *put_quoted(uint8_t *p, evd_span t) {
  *p++ = '"';
  for (size_t i = 0; i < t.n; i++) {
    if (t.p[i] == '"' || t.p[i] == '\\')
      *p++ = '\\';
    *p++ = t.p[i];
  }
  *p++ = '"';
  return p;
}

static void put_rest(uint8_t *p, const evd_selection *sel, uint32_t n) {
  memcpy(p, MIDDLE, MIDDLE_BYTES);
  p += MIDDLE_BYTES;
  for (uint32_t i = 0; i < n; i++) {
    if (i)
      *p++ = ',';
    p = put_quoted(p, sel->write_ins[i]);
  }
  memcpy(p, TAIL, TAIL_BYTES);
}

evd_err evd_data_pack(uint8_t *D, const evd_shape *s, const evd_selection *sel,
                      bool overvoted) {
  uint8_t marks[SLOTS_MAX];
  size_t bytes = (size_t)s->b * 32, room = bytes;
  uint32_t n = sel->n_write_ins < s->w ? sel->n_write_ins : s->w;
  memset(D, 0, bytes);
  EVD_TRY(evd_write_ins_check(sel));
  size_t rest = rest_bytes(sel, n);
  if (s->m > M_MAX || LENGTH_BYTES + HEAD_BYTES + rest > bytes)
    return EVD_ERR_OVERFLOW;
  room -= LENGTH_BYTES + HEAD_BYTES + rest;
  uint64_t marks_bytes = put_marks(marks, s, sel, overvoted);
  uint64_t fits = 1 ^ evd_ct_less(room, marks_bytes);
  uint8_t *p = D + LENGTH_BYTES;
  memcpy(p, HEAD, HEAD_BYTES);
  p += HEAD_BYTES;
  put_rest(p, sel, n);
  move_up(p, rest + room, marks_bytes, 12); /* SLOTS_MAX < 2^12 */
  for (size_t i = 0; i < (size_t)SLOT * s->m && i < rest + room; i++)
    p[i] |= marks[i];
  evd_be32_put(D, (uint32_t)(HEAD_BYTES + marks_bytes + rest));
  evd_wipe(marks, sizeof marks);
  /* known to everybody: a ballot that does not fit is never sealed */
  evd_declassify_bytes(&fits, sizeof fits);
  if (fits)
    return EVD_OK;
  evd_wipe(D, bytes);
  return EVD_ERR_OVERFLOW;
}

/* ---- reading back, public data ------------------------------------------ */

typedef struct {
  const uint8_t *p;
  size_t n; /* what is left */
} cursor;

/* public */
static bool literal(cursor *c, const char *text) {
  size_t n = strlen(text);
  if (c->n < n || memcmp(c->p, text, n) != 0)
    return false;
  c->p += n;
  c->n -= n;
  return true;
}

/* 0..99 without leading zero */
static bool mark(cursor *c) {
  size_t digits = 0;
  while (digits < c->n && c->p[digits] >= '0' && c->p[digits] <= '9')
    digits++;
  if (digits == 0 || digits > 2 || (digits == 2 && c->p[0] == '0'))
    return false;
  c->p += digits;
  c->n -= digits;
  return true;
}

static bool write_in(cursor *c) {
  uint8_t text[TEXT_MAX];
  size_t n = 0, at = 0;
  if (!literal(c, "\""))
    return false;
  while (at < c->n && at <= TEXT_MAX && c->p[at] != '"') {
    if (c->p[at] == '\\') {
      at++;
      if (at >= c->n || (c->p[at] != '"' && c->p[at] != '\\'))
        return false;
    }
    if (n == TEXT_MAX)
      return false;
    text[n++] = c->p[at++];
  }
  if (at == 0 || at > TEXT_MAX || !evd_text_allowed((evd_span){text, n}))
    return false;
  c->p += at;
  c->n -= at;
  return literal(c, "\"");
}

static bool marks_list(cursor *c, uint32_t m) {
  if (!literal(c, HEAD))
    return false;
  if (literal(c, MIDDLE))
    return true;
  for (uint32_t o = 0; o < m; o++)
    if ((o && !literal(c, ",")) || !mark(c))
      return false;
  return literal(c, MIDDLE);
}

static bool write_ins_list(cursor *c, uint32_t w) {
  if (literal(c, TAIL))
    return c->n == 0;
  for (uint32_t i = 0; i < w; i++) {
    if ((i && !literal(c, ",")) || !write_in(c))
      return false;
    if (literal(c, TAIL))
      return c->n == 0;
  }
  return false;
}

bool evd_data_well_packed(const evd_shape *s, evd_span D, evd_span *text) {
  *text = (evd_span){NULL, 0};
  if (D.n != (size_t)s->b * 32 || D.n < LENGTH_BYTES)
    return false;
  size_t n = evd_be32_get(D.p);
  if (n > D.n - LENGTH_BYTES)
    return false;
  cursor c = {D.p + LENGTH_BYTES, n};
  for (size_t i = LENGTH_BYTES + n; i < D.n; i++)
    if (D.p[i])
      return false;
  if (!marks_list(&c, s->m) || !write_ins_list(&c, s->w))
    return false;
  *text = (evd_span){D.p + LENGTH_BYTES, n};
  return true;
}

/* ---- hashed ElGamal ----------------------------------------------------- */

void evd_data_seal(const evd_group *G, evd_contest_ct *c, const evd_h32 *HI,
                   const evd_h32 *xi_B,
                   const uint8_t random[EVD_SAMPLE_BYTES]) {
  evd_zq_sec xi, u;
  evd_zp x;
  evd_zp_sec hidden;
  evd_p beta;
  evd_h32 key;
  evd_zq challenge, v;
  evd_span C1 = {c->data_C1, (size_t)c->b * 32};
  evd_nonce_data(G, &xi, HI, c->ind_c, xi_B);
  evd_base_pow_sec(G, &x, &G->g, &xi); /* [eq 67] */
  evd_zp_to_bytes(G->k, &c->data_C0, &x);
  evd_base_pow_to_sec(G, &hidden, &G->K_hat, &xi);
  evd_zp_sec_to_bytes(G, &beta, &hidden);
  evd_key_data(G, &key, HI, c->ind_c, &c->data_C0, &beta);
  evd_data_xor(G, c->data_C1, c->data_C1, &key, c->ind_c, c->b);
  evd_zq_sec_sample(&u, random);
  evd_base_pow_sec(G, &x, &G->g, &u);
  evd_chal_data(G, &challenge, HI, c->ind_c, &x, &c->data_C0, C1);
  evd_zq_sec_response(&v, &u, &challenge, &xi);
  evd_zq_to_bytes(&c->data_c, &challenge);
  evd_zq_to_bytes(&c->data_v, &v);
  evd_zq_sec_wipe(&xi);
  evd_zq_sec_wipe(&u);
  evd_zp_sec_wipe(&hidden);
  evd_wipe(&beta, sizeof beta);
  evd_wipe(&key, sizeof key);
}
