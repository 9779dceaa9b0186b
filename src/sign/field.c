/* Arithmetic mod 2^255 - 19 in five limbs of 51 bits. */
#include "sign/field.h"

#include <string.h>

#define LIMB_BITS 51
#define LIMB_MASK (((uint64_t)1 << LIMB_BITS) - 1)

/* A product of two limbs; where the processor has none of 128 bits, as in
 * WebAssembly, the compiler makes it of smaller ones. */
__extension__ typedef unsigned __int128 wide;

/* Limbs below 2^63 in, below 2^51 + 2^18 out: what leaves the top, a multiple
 * of 2^255, comes back as 19 times as much. */
static void carry(evd_fe *r) {
  uint64_t c = 0;
  for (int i = 0; i < 5; i++) {
    r->v[i] += c;
    c = r->v[i] >> LIMB_BITS;
    r->v[i] &= LIMB_MASK;
  }
  r->v[0] += 19 * c; /* 2^255 = 19 mod p */
}

/* The same for sums of products: of limbs below 2^54, 19 times too much in
 * most, such a sum is below 77 * 2^108, and the last, where 19 is in none,
 * below 5 * 2^108. */
static inline __attribute__((always_inline)) void carry_wide(evd_fe *r,
                                                             const wide t[5]) {
  uint64_t c = 0; /* below 2^64 */
  for (int i = 0; i < 5; i++) {
    const wide sum = t[i] + c;
    r->v[i] = (uint64_t)sum & LIMB_MASK;
    c = (uint64_t)(sum >> LIMB_BITS);
  }
  r->v[0] += 19 * c; /* 2^255 = 19; this c is below 2^59.4, 19 c below 2^63.7 */
  r->v[1] += r->v[0] >> LIMB_BITS;
  r->v[0] &= LIMB_MASK;
}

static uint64_t le64_get(const uint8_t *p) {
  uint64_t v = 0;
  for (int i = 7; i >= 0; i--)
    v = v << 8 | p[i];
  return v;
}

void evd_fe_from_bytes(evd_fe *r, const uint8_t b[32]) {
  r->v[0] = le64_get(b) & LIMB_MASK;
  r->v[1] = le64_get(b + 6) >> 3 & LIMB_MASK;   /* 51 is 8 * 6 + 3 */
  r->v[2] = le64_get(b + 12) >> 6 & LIMB_MASK;  /* 102 is 8 * 12 + 6 */
  r->v[3] = le64_get(b + 19) >> 1 & LIMB_MASK;  /* 153 is 8 * 19 + 1 */
  r->v[4] = le64_get(b + 24) >> 12 & LIMB_MASK; /* 204 is 8 * 24 + 12 */
}

/* The form of 0..p-1. */
static void reduce(evd_fe *a) {
  carry(a);
  carry(a); /* below 2^255 + 2^18 now, which is below 2p */
  uint64_t q = 19;
  for (int i = 0; i < 5; i++) /* q = 1 if a >= p: if a + 19 reaches 2^255 */
    q = (a->v[i] + q) >> LIMB_BITS;
  a->v[0] += 19 * q; /* a - p is a + 19 without bit 255 */
  for (int i = 0; i < 4; i++) {
    a->v[i + 1] += a->v[i] >> LIMB_BITS;
    a->v[i] &= LIMB_MASK;
  }
  a->v[4] &= LIMB_MASK;
}

void evd_fe_to_bytes(uint8_t b[32], const evd_fe *in) {
  evd_fe a = *in;
  reduce(&a);
  for (int i = 0; i < 32; i++) {
    const int limb = 8 * i / LIMB_BITS, bit = 8 * i % LIMB_BITS;
    uint64_t byte = a.v[limb] >> bit;
    if (limb < 4) /* may reach into the next limb */
      byte |= a.v[limb + 1] << (LIMB_BITS - bit);
    b[i] = (uint8_t)byte;
  }
}

void evd_fe_add(evd_fe *r, const evd_fe *a, const evd_fe *b) {
  for (int i = 0; i < 5; i++)
    r->v[i] = a->v[i] + b->v[i];
  carry(r);
}

void evd_fe_sub(evd_fe *r, const evd_fe *a, const evd_fe *b) {
  /* 4p is added, whose limbs are greater than any of b. */
  const uint64_t low = 4 * (LIMB_MASK - 18), other = 4 * LIMB_MASK;
  for (int i = 0; i < 5; i++)
    r->v[i] = a->v[i] + (i == 0 ? low : other) - b->v[i];
  carry(r);
}

void evd_fe_add_wide(evd_fe *r, const evd_fe *a, const evd_fe *b) {
  for (int i = 0; i < 5; i++)
    r->v[i] = a->v[i] + b->v[i];
}

void evd_fe_sub_wide(evd_fe *r, const evd_fe *a, const evd_fe *b) {
  /* 2p is added, whose limbs, 2^52 - 38 and 2^52 - 2, are greater than b's. */
  const uint64_t low = 2 * (LIMB_MASK - 18), other = 2 * LIMB_MASK;
  for (int i = 0; i < 5; i++)
    r->v[i] = a->v[i] + (i == 0 ? low : other) - b->v[i];
}

void evd_fe_mul(evd_fe *r, const evd_fe *x, const evd_fe *y) {
  const uint64_t *a = x->v, *b = y->v;
  /* 19 b[i] for the products whose place is 2^255 and above */
  const uint64_t b1 = 19 * b[1], b2 = 19 * b[2], b3 = 19 * b[3], b4 = 19 * b[4];
  wide t[5];
  t[0] = (wide)a[0] * b[0] + (wide)a[1] * b4 + (wide)a[2] * b3 +
         (wide)a[3] * b2 + (wide)a[4] * b1;
  t[1] = (wide)a[0] * b[1] + (wide)a[1] * b[0] + (wide)a[2] * b4 +
         (wide)a[3] * b3 + (wide)a[4] * b2;
  t[2] = (wide)a[0] * b[2] + (wide)a[1] * b[1] + (wide)a[2] * b[0] +
         (wide)a[3] * b4 + (wide)a[4] * b3;
  t[3] = (wide)a[0] * b[3] + (wide)a[1] * b[2] + (wide)a[2] * b[1] +
         (wide)a[3] * b[0] + (wide)a[4] * b4;
  t[4] = (wide)a[0] * b[4] + (wide)a[1] * b[3] + (wide)a[2] * b[2] +
         (wide)a[3] * b[1] + (wide)a[4] * b[0];
  carry_wide(r, t);
}

void evd_fe_sqr(evd_fe *r, const evd_fe *x) {
  const uint64_t *a = x->v;
  const uint64_t a0 = 2 * a[0], a1 = 2 * a[1];
  const uint64_t a3 = 19 * a[3], a4 = 19 * a[4]; /* as in evd_fe_mul */
  wide t[5];
  t[0] = (wide)a[0] * a[0] + (wide)a1 * a4 + (wide)(2 * a[2]) * a3;
  t[1] = (wide)a0 * a[1] + (wide)(2 * a[2]) * a4 + (wide)a[3] * a3;
  t[2] = (wide)a0 * a[2] + (wide)a[1] * a[1] + (wide)(2 * a[3]) * a4;
  t[3] = (wide)a0 * a[3] + (wide)a1 * a[2] + (wide)a[4] * a4;
  t[4] = (wide)a0 * a[4] + (wide)a1 * a[3] + (wide)a[2] * a[2];
  carry_wide(r, t);
}

/* r = a^(2^n), n > 0 */
static void sqr_n(evd_fe *r, const evd_fe *a, int n) {
  evd_fe_sqr(r, a);
  while (--n > 0)
    evd_fe_sqr(r, r);
}

/* From a^(2^n - 1) and a^(2^m - 1) to a^(2^(n+m) - 1). */
static void join(evd_fe *r, const evd_fe *an, const evd_fe *am, int m) {
  evd_fe t;
  sqr_n(&t, an, m);
  evd_fe_mul(r, &t, am);
}

/* a^(2^250 - 1) and a^11, where both powers below begin */
static void ones_250(evd_fe *r, evd_fe *a11, const evd_fe *a) {
  evd_fe a2, a9, x5, x10, x20, x50, x100, t;
  evd_fe_sqr(&a2, a);
  sqr_n(&t, &a2, 2);
  evd_fe_mul(&a9, &t, a);
  evd_fe_mul(a11, &a9, &a2);
  evd_fe_sqr(&t, a11);
  evd_fe_mul(&x5, &t, &a9); /* a^31: five ones */
  join(&x10, &x5, &x5, 5);
  join(&x20, &x10, &x10, 10);
  join(&t, &x20, &x20, 20);
  join(&x50, &t, &x10, 10);
  /* 250 = 100 + 100 + 50 */
  join(&x100, &x50, &x50, 50);
  join(&t, &x100, &x100, 100);
  join(r, &t, &x50, 50);
}

void evd_fe_invert(evd_fe *r, const evd_fe *a) {
  evd_fe t, a11;
  ones_250(&t, &a11, a);
  sqr_n(&t, &t, 5);
  evd_fe_mul(r, &t, &a11); /* p - 2 = 2^5 (2^250 - 1) + 11 */
}

void evd_fe_pow_p58(evd_fe *r, const evd_fe *a) {
  evd_fe t, a11;
  ones_250(&t, &a11, a);
  sqr_n(&t, &t, 2);
  evd_fe_mul(r, &t, a); /* (p - 5) / 8 = 2^2 (2^250 - 1) + 1 */
}

bool evd_fe_equal_var(const evd_fe *a, const evd_fe *b) {
  uint8_t x[32], y[32];
  evd_fe_to_bytes(x, a);
  evd_fe_to_bytes(y, b);
  return memcmp(x, y, sizeof x) == 0;
}

bool evd_fe_odd_var(const evd_fe *a) {
  uint8_t x[32];
  evd_fe_to_bytes(x, a);
  return x[0] & 1;
}
