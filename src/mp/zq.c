/* Scalars mod q = 2^256 - 189: 2^256 = 189 mod q. All CT. */
#include <string.h>

#include "base/ct.h"
#include "base/endian.h"
#include "mp/params.h"

/* r += a; returns the carry. */
static uint64_t add_4(uint64_t r[4], const uint64_t a[4]) {
  uint64_t carry = 0;
  for (int i = 0; i < 4; i++) {
    u128 t = (u128)r[i] + a[i] + carry;
    r[i] = (uint64_t)t;
    carry = (uint64_t)(t >> 64);
  }
  return carry;
}

/* r += small; returns the carry. */
static uint64_t add_small(uint64_t r[4], uint64_t small) {
  const uint64_t wide[4] = {small, 0, 0, 0};
  return add_4(r, wide);
}

/* carry 2^256 + r -> below q, for a carry of 0 or 1 and a value below 2 q.
 * Adding 189 carries out of 256 bits exactly if the value is q or more, and
 * what is left then is the value less q. Returns whether it was. */
static uint64_t fold_once(uint64_t r[4], uint64_t carry) {
  uint64_t reduced[4] = {r[0], r[1], r[2], r[3]};
  uint64_t past_q = add_small(reduced, EVD_Q_TAIL) | carry;
  evd_ct_cmov(r, reduced, 4, past_q);
  return past_q;
}

/* The limbs of 32 bytes, big endian. */
static void load_be(uint64_t r[4], const uint8_t b[32]) {
  for (int i = 0; i < 4; i++)
    r[i] = evd_be64_get(b + 8 * (3 - i));
}

bool evd_zq_from_bytes(evd_zq *r, const evd_q *in) {
  load_be(r->l, in->b);
  return fold_once(r->l, 0) == 0;
}

/* b(a, 32) [eq 127] */
void evd_zq_to_bytes(evd_q *out, const evd_zq *a) {
  for (int i = 0; i < 4; i++)
    evd_be64_put(out->b + 8 * (3 - i), a->l[i]);
}

void evd_zq_reduce(evd_zq *r, const evd_h32 *in) {
  load_be(r->l, in->b);
  fold_once(r->l, 0);
}

void evd_zq_from_u64(evd_zq *r, uint64_t a) { *r = (evd_zq){{a, 0, 0, 0}}; }

void evd_zq_add(evd_zq *r, const evd_zq *a, const evd_zq *b) {
  evd_zq x = *a;
  uint64_t carry = add_4(x.l, b->l);
  fold_once(x.l, carry);
  *r = x;
}

void evd_zq_sub(evd_zq *r, const evd_zq *a, const evd_zq *b) {
  evd_zq x;
  uint64_t borrow = 0;
  for (int i = 0; i < 4; i++) {
    u128 t = (u128)a->l[i] - b->l[i] - borrow;
    x.l[i] = (uint64_t)t;
    borrow = (uint64_t)(t >> 64) & 1;
  }
  /* The value is x - borrow 2^256; adding q once more is taking 189 away. */
  uint64_t take = EVD_Q_TAIL & evd_ct_mask(borrow);
  for (int i = 0; i < 4; i++) {
    u128 t = (u128)x.l[i] - take;
    x.l[i] = (uint64_t)t;
    take = (uint64_t)(t >> 64) & 1;
  }
  *r = x;
}

void evd_zq_mul(evd_zq *r, const evd_zq *a, const evd_zq *b) {
  uint64_t t[8] = {0};
  for (int i = 0; i < 4; i++) {
    uint64_t carry = 0;
    for (int j = 0; j < 4; j++) {
      u128 x = (u128)a->l[i] * b->l[j] + t[i + j] + carry;
      t[i + j] = (uint64_t)x;
      carry = (uint64_t)(x >> 64);
    }
    t[i + 4] = carry;
  }
  /* low + 189 high; then what passed 2^256, below 190, times 189. */
  uint64_t carry = 0;
  for (int i = 0; i < 4; i++) {
    u128 x = (u128)t[i + 4] * EVD_Q_TAIL + t[i] + carry;
    t[i] = (uint64_t)x;
    carry = (uint64_t)(x >> 64);
  }
  carry = add_small(t, carry * EVD_Q_TAIL);
  fold_once(t, carry);
  memcpy(r->l, t, sizeof r->l);
}

/* a^(q-2) with q - 2 = 2^256 - 191: all bits are 1 but those of 190. */
void evd_zq_inv(evd_zq *r, const evd_zq *a) {
  evd_zq x = *a, base = *a;
  for (int bit = 254; bit >= 0; bit--) {
    evd_zq_mul(&x, &x, &x);
    bool is_one = bit >= 8 || ((EVD_Q_TAIL + 1) >> bit & 1) == 0;
    if (is_one)
      evd_zq_mul(&x, &x, &base);
  }
  *r = x;
}

bool evd_zq_equal(const evd_zq *a, const evd_zq *b) {
  uint64_t differ = 0;
  for (int i = 0; i < 4; i++)
    differ |= a->l[i] ^ b->l[i];
  return evd_ct_is_zero(differ) != 0;
}

void evd_exp_from_bytes(evd_exp *e, const evd_q *in) { load_be(e->l, in->b); }
