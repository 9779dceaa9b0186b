/* The portable kernel: 64-bit limbs, 128-bit products, plain C.
 *
 * p = P' 2^256 - 1, so -1/p = 1 mod 2^256: the quotient digit that clears the
 * low four limbs t of a sum are these limbs themselves. Written out, with
 * M = (limbs 4..59 of p) + 1, which is 56 limbs,
 *
 *   p = 2^4096 - 2^3840 + M 2^256 - 1
 *   t + q p = (t - q) + q M 2^256 - q 2^3840 + q 2^4096
 *
 * so that one step of four limbs is one product of 4 by 56 limbs, and an
 * addition and a subtraction of q at the top. Values are below R = 2^4096 on
 * both sides: the sum is below R (R + p), so at most one p is subtracted.
 */
#include <string.h>

#include "base/ct.h"
#include "mp/params.h"
#include "mp/scan.h"

#define L EVD_ZP_LIMBS
#define STEP 4          /* limbs cleared at a time */
#define M_LIMBS (L - 8) /* without four limbs of ones at either end */

/* high 2^64 + *low = a b + add_1 + add_2, which always fits; returns high.
 * Written with words and their overflows: gcc keeps it in registers. */
static inline uint64_t mul_add_2(uint64_t *low, uint64_t a, uint64_t b,
                                 uint64_t add_1, uint64_t add_2) {
  u128 t = (u128)a * b;
  uint64_t l = (uint64_t)t, h = (uint64_t)(t >> 64);
  l += add_1;
  h += l < add_1;
  l += add_2;
  h += l < add_2;
  *low = l;
  return h;
}

/* r[0..n) += a[0..n) b[0..4); carry = what belongs to r[n..n+4). */
static inline void mul_add_4(uint64_t *r, const uint64_t *a, size_t n,
                             const uint64_t b[4], uint64_t carry[4]) {
  uint64_t b0 = b[0], b1 = b[1], b2 = b[2], b3 = b[3];
  uint64_t w0 = 0, w1 = 0, w2 = 0, w3 = 0;
  for (size_t i = 0; i < n; i++) {
    uint64_t x = a[i];
    uint64_t c = mul_add_2(&r[i], x, b0, r[i], w0);
    c = mul_add_2(&w0, x, b1, w1, c);
    c = mul_add_2(&w1, x, b2, w2, c);
    w3 = mul_add_2(&w2, x, b3, w3, c);
  }
  carry[0] = w0, carry[1] = w1, carry[2] = w2, carry[3] = w3;
}

/* r[0..n) += a[0..n) + carry; returns the carry out. */
static uint64_t add_n(uint64_t *r, const uint64_t *a, size_t n,
                      uint64_t carry) {
  for (size_t i = 0; i < n; i++) {
    u128 t = (u128)r[i] + a[i] + carry;
    r[i] = (uint64_t)t;
    carry = (uint64_t)(t >> 64);
  }
  return carry;
}

/* r[0..n) -= a[0..n); returns the borrow. */
static uint64_t sub_n(uint64_t *r, const uint64_t *a, size_t n) {
  uint64_t borrow = 0;
  for (size_t i = 0; i < n; i++) {
    u128 t = (u128)r[i] - a[i] - borrow;
    r[i] = (uint64_t)t;
    borrow = (uint64_t)(t >> 64) & 1;
  }
  return borrow;
}

/* t[0..128) = a b */
static void mul_full(uint64_t *t, const uint64_t *a, const uint64_t *b) {
  memset(t, 0, L * sizeof *t);
  for (size_t i = 0; i < L; i += 4)
    mul_add_4(t + i, a, L, b + i, t + L + i);
}

/* t[0..8) = a[0..4)^2 */
static void sqr_4(uint64_t *t, const uint64_t *a) {
  memset(t, 0, 4 * sizeof *t);
  mul_add_4(t, a, 4, a, t + 4);
}

/* t[0..128) = a^2: products of different blocks once, doubled, and the
 * squares of the blocks. */
static void sqr_full(uint64_t *t, const uint64_t *a) {
  uint64_t d[8], twice = 0, carry = 0;
  memset(t, 0, 2 * L * sizeof *t);
  for (size_t i = 0; i + 4 < L; i += 4)
    mul_add_4(t + 2 * i + 4, a + i + 4, L - 4 - i, a + i, t + L + i);
  for (size_t i = 0; i < L; i += 4) {
    uint64_t *s = t + 2 * i;
    for (size_t j = 0; j < 8; j++) {
      uint64_t top = s[j] >> 63;
      s[j] = s[j] << 1 | twice;
      twice = top;
    }
    sqr_4(d, a + i);
    carry = add_n(s, d, 8, carry);
  }
}

/* r = t / R mod p, below R; t has 128 limbs and is used up. */
static void reduce(evd_zp *r, uint64_t *t) {
  const uint64_t *p = evd_zp_p.l;
  uint64_t m[M_LIMBS], top = 0;
  memcpy(m, p + 4, sizeof m);
  m[0] += 1;
  for (size_t i = 0; i < L; i += STEP, t += STEP) {
    uint64_t q[8] = {t[0], t[1], t[2], t[3]}, carry[8] = {0};
    mul_add_4(t + 4, m, M_LIMBS, q, carry);
    uint64_t up = add_n(t + 4 + M_LIMBS, carry, 8, 0);
    uint64_t down = sub_n(t + 4 + M_LIMBS, q, 8);
    top = add_n(t + 64, q, 4, top) + up - down;
  }
  /* The true value is top R + t[0..64) with top 0 or 1. */
  uint64_t mask = evd_ct_mask(top), borrow = 0;
  for (size_t i = 0; i < L; i++) {
    u128 x = (u128)t[i] - (p[i] & mask) - borrow;
    r->l[i] = (uint64_t)x;
    borrow = (uint64_t)(x >> 64) & 1;
  }
}

static void portable_mul(evd_zp *r, const evd_zp *a, const evd_zp *b) {
  uint64_t t[2 * L];
  mul_full(t, a->l, b->l);
  reduce(r, t);
}

static void portable_sqr(evd_zp *r, const evd_zp *a) {
  uint64_t t[2 * L];
  sqr_full(t, a->l);
  reduce(r, t);
}

static void portable_redc(evd_zp *r, const evd_zp *a) {
  uint64_t t[2 * L] = {0};
  memcpy(t, a->l, sizeof a->l);
  reduce(r, t);
}

const evd_kernel *evd_kernel_portable(void) {
  static const evd_kernel portable = {"portable", portable_mul, portable_sqr,
                                      portable_redc, evd_row_scan};
  return &portable;
}
