/* Contest data: packing of record-format 3.12, hashed ElGamal under K^.
 *
 * Which marks a voter made, whether they make an overvote, and what a voter
 * wrote in do not show in the time packing takes; how many write-ins there are
 * and how many bytes each has, does. The pieces of the text are laid out in
 * slots, the empty slots are squeezed out by a network of masked moves, and
 * what stands behind a piece is moved up by masked shifts.
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
  QUOTED_SLOTS_MAX = 2 * TEXT_MAX + 3, /* quotes and a comma */
};

evd_err evd_write_ins_check(const evd_selection *sel) {
  uint64_t good = 1;
  for (uint32_t i = 0; i < sel->n_write_ins; i++) {
    evd_span t = sel->write_ins[i];
    if (!t.n || t.n > TEXT_MAX)
      return EVD_ERR_RULE;
    good &= evd_ct_flag(evd_text_allowed(t));
    good &= 1 ^ evd_ct_less(TEXT_MAX, evd_json_quoted_bytes(t));
  }
  /* known to everybody: a ballot with such a text is never sealed */
  evd_declassify_bytes(&good, sizeof good);
  return good ? EVD_OK : EVD_ERR_RULE;
}

/* ---- pieces of secret length ------------------------------------------- */

/* Moves what is not 0 to the front, in order, and returns how much that is:
 * byte i has to move left by the number of zeros before it, bit by bit of that
 * number, lowest bit first. Two bytes never meet: their distance is at least
 * one more than the difference of their ways. */
static uint64_t squeeze(uint8_t text[], uint16_t way[], uint32_t n) {
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
  return n - zeros;
}

/* Moves p[0 .. n) up by `by` <= most bytes, zeros into the gap. */
static void move_up(uint8_t *p, size_t n, uint64_t by, uint32_t most) {
  for (uint32_t bit = 0; most >> bit != 0; bit++) {
    uint8_t mask = (uint8_t)evd_ct_mask((by >> bit) & 1);
    size_t step = (size_t)1 << bit;
    for (size_t i = n; i-- > 0;) {
      uint8_t from = i >= step ? p[i - step] : 0;
      p[i] ^= mask & (p[i] ^ from);
    }
  }
}

/* A text that grows at its front. */
typedef struct {
  uint8_t *p;
  size_t room, reach; /* bytes at p, and how many of them may be in use */
  uint64_t n;         /* length, SECRET; above room: the end was cut off */
} pile;

/* Puts piece[0 .. n) before the text; piece[n .. most) is zero. */
static void put_before(pile *t, const void *piece, uint64_t n, uint32_t most) {
  const uint8_t *from = piece;
  t->reach = t->reach + most < t->room ? t->reach + most : t->room;
  move_up(t->p, t->reach, n, most);
  for (size_t i = 0; i < most && i < t->room; i++)
    t->p[i] |= from[i];
  t->n += n;
}

/* ---- marks and write-ins ------------------------------------------------ */

/* Writes "7," or "42," into three slots where used, 0 where not. No mark,
 * digit or comma is a 0 byte. */
static void put_mark(uint8_t slot[SLOT], uint32_t mark, uint64_t overvoted,
                     bool last) {
  uint64_t x = evd_ct_select(evd_ct_less(99, mark), 99, mark);
  uint64_t tens = (x * 205) >> 11; /* x / 10 for x < 100 */
  uint64_t ones = x - 10 * tens;
  uint64_t keep = evd_ct_mask(overvoted);
  uint64_t two = 1 ^ evd_ct_is_zero(tens);
  slot[0] = (uint8_t)(('0' + tens) & keep & evd_ct_mask(two));
  slot[1] = (uint8_t)(('0' + ones) & keep);
  slot[2] = last ? 0 : (uint8_t)(',' & keep);
}

/* The marks of an overvote as JSON numbers; nothing otherwise. */
static void put_marks(pile *t, const evd_shape *s, const evd_selection *sel,
                      uint64_t overvoted) {
  uint8_t marks[SLOTS_MAX];
  uint16_t way[SLOTS_MAX];
  for (uint32_t o = 0; o < s->m; o++)
    put_mark(marks + (size_t)SLOT * o, sel->marks[o], overvoted, o + 1 == s->m);
  put_before(t, marks, squeeze(marks, way, SLOT * s->m), SLOT * s->m);
  evd_wipe(way, sizeof way);
  evd_wipe(marks, sizeof marks);
}

/* One write-in as a JSON string: two slots a byte, a backslash in the first
 * where there is one. Its texts were checked: no byte is 0. */
static void put_write_in(pile *t, evd_span text, bool last) {
  uint8_t piece[QUOTED_SLOTS_MAX];
  uint16_t way[QUOTED_SLOTS_MAX];
  uint32_t n = 0;
  piece[n++] = '"';
  for (size_t i = 0; i < text.n; i++) {
    uint64_t escaped = evd_json_escaped(text.p[i]);
    piece[n++] = (uint8_t)(evd_ct_mask(escaped) & '\\');
    piece[n++] = text.p[i];
  }
  piece[n++] = '"';
  if (!last)
    piece[n++] = ',';
  put_before(t, piece, squeeze(piece, way, n), n);
  evd_wipe(way, sizeof way);
  evd_wipe(piece, sizeof piece);
}

evd_err evd_data_pack(uint8_t *D, const evd_shape *s, const evd_selection *sel,
                      bool overvoted) {
  size_t bytes = (size_t)s->b * 32, front = LENGTH_BYTES + HEAD_BYTES;
  uint32_t n = sel->n_write_ins < s->w ? sel->n_write_ins : s->w;
  memset(D, 0, bytes);
  EVD_TRY(evd_write_ins_check(sel));
  if (s->m > M_MAX || front > bytes)
    return EVD_ERR_OVERFLOW;
  pile t = {.p = D + front, .room = bytes - front};
  put_before(&t, TAIL, TAIL_BYTES, TAIL_BYTES);
  for (uint32_t i = n; i-- > 0;)
    put_write_in(&t, sel->write_ins[i], i + 1 == n);
  put_before(&t, MIDDLE, MIDDLE_BYTES, MIDDLE_BYTES);
  put_marks(&t, s, sel, overvoted);
  memcpy(D + LENGTH_BYTES, HEAD, HEAD_BYTES);
  evd_be32_put(D, (uint32_t)(HEAD_BYTES + t.n));
  uint64_t fits = 1 ^ evd_ct_less(t.room, t.n);
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

void evd_data_ahead_make(const evd_group *G, evd_data_ahead *d,
                         const evd_h32 *HI, uint32_t ind_c, const evd_h32 *xi_B,
                         const uint8_t random[EVD_SAMPLE_BYTES]) {
  evd_zp x;
  evd_zp_sec hidden;
  evd_p beta;
  evd_nonce_data(G, &d->xi, HI, ind_c, xi_B);
  evd_base_pow_sec(G, &x, &G->g, &d->xi); /* [eq 67] */
  evd_zp_to_bytes(G->k, &d->C0, &x);
  /* published, with C1 and C2: the ciphertext of the contest data */
  evd_declassify_bytes(&d->C0, sizeof d->C0);
  evd_base_pow_to_sec(G, &hidden, &G->K_hat, &d->xi);
  evd_zp_sec_to_bytes(G, &beta, &hidden);
  evd_key_data(G, &d->key, HI, ind_c, &d->C0, &beta);
  evd_zq_sec_sample(&d->u, random);
  evd_base_pow_sec(G, &d->a, &G->g, &d->u);
  evd_zp_sec_wipe(&hidden);
  evd_wipe(&beta, sizeof beta);
}

void evd_data_ahead_use(const evd_group *G, evd_contest_ct *c,
                        const evd_h32 *HI, evd_data_ahead *d) {
  evd_zq challenge, v;
  evd_span C1 = {c->data_C1, (size_t)c->b * 32};
  c->data_C0 = d->C0;
  evd_data_xor(G, c->data_C1, c->data_C1, &d->key, c->ind_c, c->b);
  /* published: only K^'s holders can take the keys off again */
  evd_declassify_bytes(c->data_C1, C1.n);
  evd_chal_data(G, &challenge, HI, c->ind_c, &d->a, &c->data_C0, C1);
  /* published as part of the proof; a hash, and u stays behind it */
  evd_declassify_bytes(&challenge, sizeof challenge);
  evd_zq_sec_response(&v, &d->u, &challenge, &d->xi);
  evd_zq_to_bytes(&c->data_c, &challenge);
  evd_zq_to_bytes(&c->data_v, &v);
  evd_wipe(d, sizeof *d);
}

void evd_data_seal(const evd_group *G, evd_contest_ct *c, const evd_h32 *HI,
                   const evd_h32 *xi_B,
                   const uint8_t random[EVD_SAMPLE_BYTES]) {
  evd_data_ahead d;
  evd_data_ahead_make(G, &d, HI, c->ind_c, xi_B, random);
  evd_data_ahead_use(G, c, HI, &d);
}
