/* The group of edwards25519. */
#include "sign/curve.h"

#include <string.h>

/* RFC 8032 section 5.1: d = -121665/121666, and what follows from p */
static const evd_fe curve_d = {{0x34dca135978a3, 0x1a8283b156ebd,
                                0x5e7a26001c029, 0x739c663a03cbb,
                                0x52036cee2b6ff}};
static const evd_fe two_d = {{0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052,
                              0x6738cc7407977, 0x2406d9dc56dff}};
static const evd_fe root_of_minus_one = {{0x61b274a0ea0b0, 0x0d5a5fc8f189d,
                                          0x7ef5e9cbd0c60, 0x78595a6804c9e,
                                          0x2b8324804fc1d}};
/* B: y = 4/5, x even */
static const evd_fe base_x = {{0x62d608f25d51a, 0x412a4b4f6592a,
                               0x75b7171a4b31d, 0x1ff60527118fe,
                               0x216936d3cd6e5}};
static const evd_fe base_y = {{0x6666666666658, 0x4cccccccccccc,
                               0x1999999999999, 0x3333333333333,
                               0x6666666666666}};
static const evd_fe zero = {{0, 0, 0, 0, 0}};
static const evd_fe one = {{1, 0, 0, 0, 0}};

/* A window of five bits has odd digits up to 15: eight multiples. */
enum { WINDOW_BITS = 5, MULTIPLES = 8 };
enum { DIGITS = 256 };

static void set_zero(evd_point *r) {
  r->X = zero, r->Y = one, r->Z = one, r->T = zero;
}

/* The last step of both formulas below, whose E, F, G, H give the sum; T is
 * wanted only by an addition that follows. */
static void finish(evd_point *r, const evd_fe *E, const evd_fe *F,
                   const evd_fe *G, const evd_fe *H, bool with_T) {
  evd_fe_mul(&r->X, E, F);
  evd_fe_mul(&r->Y, G, H);
  if (with_T)
    evd_fe_mul(&r->T, E, H);
  evd_fe_mul(&r->Z, F, G);
}

/* What an addition asks of its second point: Y - X, Y + X, 2Z and 2dT. */
typedef struct {
  evd_fe less, more, Z2, T2d;
} addend;

static void make_addend(addend *r, const evd_point *a) {
  evd_fe_sub_wide(&r->less, &a->Y, &a->X);
  evd_fe_add_wide(&r->more, &a->Y, &a->X);
  evd_fe_add_wide(&r->Z2, &a->Z, &a->Z);
  evd_fe_mul(&r->T2d, &a->T, &two_d);
}

/* r = p + q, or p - q: -q has the other sign of X and T. RFC 8032, 5.1.4, the
 * names as there. */
static void add(evd_point *r, const evd_point *p, const addend *q, bool minus,
                bool with_T) {
  evd_fe A, B, C, D, E, F, G, H;
  evd_fe_sub_wide(&A, &p->Y, &p->X);
  evd_fe_mul(&A, &A, minus ? &q->more : &q->less);
  evd_fe_add_wide(&B, &p->Y, &p->X);
  evd_fe_mul(&B, &B, minus ? &q->less : &q->more);
  evd_fe_mul(&C, &p->T, &q->T2d);
  evd_fe_mul(&D, &p->Z, &q->Z2);
  evd_fe_sub_wide(&E, &B, &A);
  evd_fe_sub_wide(minus ? &G : &F, &D, &C);
  evd_fe_add_wide(minus ? &F : &G, &D, &C);
  evd_fe_add_wide(&H, &B, &A);
  finish(r, &E, &F, &G, &H, with_T);
}

static void twice(evd_point *r, const evd_point *p, bool with_T) {
  evd_fe A, B, C, E, F, G, H;
  evd_fe_sqr(&A, &p->X);
  evd_fe_sqr(&B, &p->Y);
  evd_fe_sqr(&C, &p->Z);
  evd_fe_add_wide(&C, &C, &C);
  evd_fe_add_wide(&H, &A, &B);
  evd_fe_add_wide(&E, &p->X, &p->Y);
  evd_fe_sqr(&E, &E);
  evd_fe_sub_wide(&E, &H, &E);
  evd_fe_sub_wide(&G, &A, &B);
  evd_fe_add_wide(&F, &C, &G);
  finish(r, &E, &F, &G, &H, with_T);
}

void evd_point_neg(evd_point *r, const evd_point *a) {
  evd_fe_sub(&r->X, &zero, &a->X);
  evd_fe_sub(&r->T, &zero, &a->T);
  r->Y = a->Y, r->Z = a->Z;
}

/* x from y: the root of u/v for u = y^2 - 1, v = d y^2 + 1. RFC 8032, 5.1.3 */
static bool recover_x(evd_fe *x, const evd_fe *y) {
  evd_fe u, v, v3, t, minus_u;
  evd_fe_sqr(&u, y);
  evd_fe_mul(&v, &u, &curve_d);
  evd_fe_sub(&u, &u, &one);
  evd_fe_add(&v, &v, &one);
  evd_fe_sub(&minus_u, &zero, &u);
  evd_fe_sqr(&v3, &v);
  evd_fe_mul(&v3, &v3, &v);
  evd_fe_sqr(&t, &v3);
  evd_fe_mul(&t, &t, &v);
  evd_fe_mul(&t, &t, &u); /* u v^7 */
  evd_fe_pow_p58(&t, &t);
  evd_fe_mul(&t, &t, &v3);
  evd_fe_mul(x, &t, &u); /* the root, if v x^2 is u; or i times less */
  evd_fe_sqr(&t, x);
  evd_fe_mul(&t, &t, &v);
  if (evd_fe_equal_var(&t, &u))
    return true;
  evd_fe_mul(x, x, &root_of_minus_one);
  return evd_fe_equal_var(&t, &minus_u);
}

bool evd_point_decode_var(evd_point *r, const uint8_t b[32]) {
  uint8_t again[32];
  const bool odd = b[31] >> 7;
  evd_fe_from_bytes(&r->Y, b);
  evd_fe_to_bytes(again, &r->Y);
  again[31] |= b[31] & 0x80;
  if (memcmp(again, b, sizeof again) != 0 || !recover_x(&r->X, &r->Y))
    return false;
  if (evd_fe_odd_var(&r->X) != odd)
    evd_fe_sub(&r->X, &zero, &r->X);
  r->Z = one;
  evd_fe_mul(&r->T, &r->X, &r->Y);
  return true;
}

void evd_point_encode(uint8_t b[32], const evd_point *a) {
  evd_fe x, y, z;
  evd_fe_invert(&z, &a->Z);
  evd_fe_mul(&x, &a->X, &z);
  evd_fe_mul(&y, &a->Y, &z);
  evd_fe_to_bytes(b, &y);
  if (evd_fe_odd_var(&x))
    b[31] |= 0x80;
}

bool evd_point_small_var(const evd_point *a) {
  evd_point p;
  twice(&p, a, false);
  twice(&p, &p, false);
  twice(&p, &p, false);
  return evd_fe_equal_var(&p.X, &zero) && evd_fe_equal_var(&p.Y, &p.Z);
}

/* a, 3a, 5a, .. 15a */
static void odd_multiples(addend r[MULTIPLES], const evd_point *a) {
  addend a2;
  evd_point p;
  twice(&p, a, true);
  make_addend(&a2, &p);
  p = *a;
  make_addend(&r[0], &p);
  for (int i = 1; i < MULTIPLES; i++) {
    add(&p, &p, &a2, false, true);
    make_addend(&r[i], &p);
  }
}

static unsigned bit_of(const uint8_t s[32], int i) {
  return i < DIGITS ? (unsigned)s[i / 8] >> i % 8 & 1u : 0;
}

/* s, below 2^253, as the sum of digit[i] 2^i, every digit 0 or odd and from
 * -15 to 15; of WINDOW_BITS that follow each other one at most is not 0. */
static void recode(int8_t digit[DIGITS], const uint8_t s[32]) {
  unsigned carry = 0;
  memset(digit, 0, DIGITS);
  for (int i = 0; i < DIGITS; i++) {
    if ((bit_of(s, i) ^ carry) == 0)
      continue; /* even: nothing here, and a carry goes on */
    int d = (int)carry;
    for (int j = 0; j < WINDOW_BITS; j++)
      d += (int)(bit_of(s, i + j) << j);
    carry = d > 2 * MULTIPLES;
    if (carry)
      d -= 1 << WINDOW_BITS;
    digit[i] = (int8_t)d;
    i += WINDOW_BITS - 1;
  }
}

static void add_digit(evd_point *r, int digit, const addend odd[MULTIPLES],
                      bool with_T) {
  if (digit > 0)
    add(r, r, &odd[digit / 2], false, with_T);
  if (digit < 0)
    add(r, r, &odd[-digit / 2], true, with_T);
}

void evd_point_mul_two_var(evd_point *r, const uint8_t s[32],
                           const uint8_t h[32], const evd_point *A) {
  int8_t digit_s[DIGITS], digit_h[DIGITS];
  addend odd_A[MULTIPLES], odd_B[MULTIPLES];
  evd_point B = {.X = base_x, .Y = base_y, .Z = one};
  evd_fe_mul(&B.T, &B.X, &B.Y);
  odd_multiples(odd_A, A);
  odd_multiples(odd_B, &B);
  recode(digit_s, s);
  recode(digit_h, h);
  set_zero(r);
  for (int i = DIGITS - 1; i >= 0; i--) {
    twice(r, r, i == 0 || digit_s[i] != 0 || digit_h[i] != 0);
    add_digit(r, digit_s[i], odd_B, i == 0 || digit_h[i] != 0);
    add_digit(r, digit_h[i], odd_A, i == 0);
  }
}
