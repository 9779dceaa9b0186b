/* The kernel for WebAssembly: 28-bit limbs, sums without carries.
 *
 * Columns. A product of two limbs has 56 bits, so a column of a product of
 * 148 limbs fits 64 bits and carries wait until all of it is added.
 *
 * Tiles. Numbers are 37 tiles of four limbs. With D_i = a_i b_i, the products
 * of tiles i < j that meet in one place are taken together,
 *
 *   a_i b_j + a_j b_i = (a_i + a_j) (b_i + b_j) - D_i - D_j,
 *
 * which halves the products; the D of one place are neighbours, so their sum
 * is a difference of sums from the left. All of it is arithmetic mod 2^64, in
 * which the columns come out right because they fit.
 *
 * Reduction. p = P2 2^252 - 1, so -1/p = 1 mod 2^252: the quotient's limbs are
 * the limbs of t + q P2 2^252 as they come from below, and q P2 is a product
 * of the same form, whose place k needs no tile of q above k.
 *
 * a, b < 2 p give (a b + q p) / R < 4 p^2 / R + p < 2 p.
 * CT: no branch or address depends on a value.
 */
#include "mp/params.h"
#include "mp/scan.h"

#define N EVD_LIMB28_N
#define BITS EVD_LIMB28_BITS
#define MASK EVD_LIMB28_MASK
#define TILE 4
#define TILES (N / TILE)
#define PLACES (2 * TILES - 1) /* of a product */
#define WIDE (2 * TILE - 1)    /* columns of a place */
#define ONES 9                 /* limbs of ones at the low end of p */
#define APART 152              /* from limb i of a to limb i of b */

_Static_assert(N % TILE == 0 && N <= APART && (APART * 4) % 64 == 32,
               "whole tiles; a and b do not share cache sets");

typedef struct {
  uint64_t c[WIDE];
} place;

/* Two factors at a fixed distance: one pointer serves both. */
typedef struct {
  uint32_t l[2 * APART]; /* a, then b */
  place sum[TILES + 1];  /* sum[i] = D_0 + .. + D_(i-1) */
} factors;

/* P2 = (p + 1) / 2^252 */
static const uint32_t p2[N] = {
    0x2FD6090, 0x8FDD0DF, 0x6162A2D, 0x4B713E0, 0xCAD9B9D, 0x90DEFE9, 0x92D3568,
    0x7510058, 0x5F2DA4B, 0x45744FB, 0x2658904, 0x958D762, 0xE2D7373, 0xCEF2F0C,
    0xC4E9207, 0xAC5B61C, 0xBA7D052, 0x39BA2BE, 0x1A0C573, 0x4990839, 0x020060E,
    0x96AF503, 0x6213631, 0xD0BD2F9, 0xC128D53, 0x886B905, 0x2B20CEE, 0x9F236E0,
    0xFAF3D94, 0x90BBB16, 0xC994210, 0x22183ED, 0x66D3C54, 0x222B88C, 0xA3CF5E9,
    0xD446B1C, 0x8261AFF, 0xF9538B9, 0x268A5C1, 0xBCF0755, 0x6F5177F, 0xA4EF98D,
    0x93D1228, 0xC8EA172, 0x54731CD, 0xB44A025, 0x30AF889, 0x6D4E6D3, 0x9698349,
    0x0B6C68F, 0x73EE557, 0x1951AE2, 0x3D7598A, 0x3B36585, 0x4D162DB, 0x064C18B,
    0x50B5185, 0xDB31B5F, 0x735D1B2, 0xCB1078F, 0xDB6C606, 0xDAE313C, 0xB1E17B9,
    0x55D5179, 0x350D2C9, 0x80A5417, 0x7AA30C4, 0x6015CFE, 0x82074DB, 0xA5E148E,
    0x6A9C7F8, 0x564A337, 0x669B333, 0x6095D25, 0x1E0BD1D, 0x14C4C1A, 0x6593935,
    0x3CCCC4E, 0xB479CD3, 0x943E732, 0x8990E5C, 0x60775DB, 0xB396174, 0x3DE1400,
    0x157D2E2, 0xDFC1EFA, 0xEE569D6, 0xFE551A2, 0x0D30F88, 0xBFB9061, 0xCA11FB5,
    0x5C607F4, 0xC50F3FD, 0x2DA2D97, 0x2F20E3A, 0x55FA187, 0x3032486, 0xFA6BD38,
    0x48CAF5D, 0x7B19D65, 0x4B72CE8, 0xC7657F7, 0x256FA0E, 0x136603B, 0xEA9BC3B,
    0xC387EB9, 0xDA11317, 0x8C51ACB, 0x16224AE, 0x53E96CA, 0x1169B82, 0x7573B29,
    0x3821442, 0xEAE35C1, 0x1B10ED2, 0x2FB4AFA, 0x9855955, 0x06DEBAC, 0xE7B8762,
    0xBAAFA2B, 0x0D175B8, 0x8B62D8A, 0x4326729, 0x6AF40F3, 0x9803F2F, 0xBC9E3B3,
    0xD1CF79A, 0x17217F7, 0xFFFFFFB, 0xFFFFFFF, 0xFFFFFFF, 0xFFFFFFF, 0xFFFFFFF,
    0xFFFFFFF, 0xFFFFFFF, 0xFFFFFFF, 0xFFFFFFF, 0x00000FF,
};

/* d += (a_i + a_j) (b_i + b_j) for i = low, j = high and on inwards. Written
 * out: the columns stay in registers. */
static inline void add_pairs(place *d, const uint32_t *low,
                             const uint32_t *high) {
  uint64_t c0 = d->c[0], c1 = d->c[1], c2 = d->c[2], c3 = d->c[3];
  uint64_t c4 = d->c[4], c5 = d->c[5], c6 = d->c[6];
  for (; low < high; low += TILE, high -= TILE) {
    uint64_t x0 = low[0] + high[0], x1 = low[1] + high[1];
    uint64_t x2 = low[2] + high[2], x3 = low[3] + high[3], y;
    y = low[APART] + high[APART];
    c0 += x0 * y, c1 += x1 * y, c2 += x2 * y, c3 += x3 * y;
    y = low[APART + 1] + high[APART + 1];
    c1 += x0 * y, c2 += x1 * y, c3 += x2 * y, c4 += x3 * y;
    y = low[APART + 2] + high[APART + 2];
    c2 += x0 * y, c3 += x1 * y, c4 += x2 * y, c5 += x3 * y;
    y = low[APART + 3] + high[APART + 3];
    c3 += x0 * y, c4 += x1 * y, c5 += x2 * y, c6 += x3 * y;
  }
  d->c[0] = c0, d->c[1] = c1, d->c[2] = c2, d->c[3] = c3;
  d->c[4] = c4, d->c[5] = c5, d->c[6] = c6;
}

/* sum[i + 1] = sum[i] + D_i */
static void add_square(factors *f, size_t i) {
  const uint32_t *a = f->l + TILE * i, *b = a + APART;
  place d = f->sum[i];
  for (size_t j = 0; j < TILE; j++)
    for (size_t k = 0; k < TILE; k++)
      d.c[j + k] += (uint64_t)a[j] * b[k];
  f->sum[i + 1] = d;
}

/* Adds place k of the product, the sum of a_i b_j with i + j = k, to the
 * columns at t; the sums up to tile min(k, TILES - 1) are known. Columns 3 to
 * 6 of t are new. */
static void add_place(uint64_t *t, const factors *f, size_t k) {
  size_t low = k < TILES ? 0 : k - (TILES - 1), high = k - low;
  const place *s = f->sum;
  place d;
  for (size_t j = 0; j < WIDE; j++) {
    d.c[j] = s[low].c[j] - s[high + 1].c[j];
    if (k % 2 == 0) /* the middle is a D itself, taken away above */
      d.c[j] += 2 * (s[k / 2 + 1].c[j] - s[k / 2].c[j]);
  }
  add_pairs(&d, f->l + TILE * low, f->l + TILE * high);
  for (size_t j = 0; j < TILE - 1; j++)
    t[j] += d.c[j];
  for (size_t j = TILE - 1; j < WIDE; j++)
    t[j] = d.c[j];
}

static void unpack(uint32_t *l, const evd_zp *a) {
  for (size_t i = 0; i < N / 2; i++) {
    l[2 * i] = (uint32_t)a->l[i];
    l[2 * i + 1] = (uint32_t)(a->l[i] >> 32);
  }
}

/* t[0 .. 2 N) = a b, in columns */
static void product(uint64_t *t, const evd_zp *a, const evd_zp *b) {
  factors f;
  unpack(f.l, a);
  unpack(f.l + APART, b);
  f.sum[0] = (place){{0}};
  for (size_t i = 0; i < TILES; i++)
    add_square(&f, i);
  t[0] = t[1] = t[2] = 0;
  for (size_t k = 0; k < PLACES; k++)
    add_place(t + TILE * k, &f, k);
  t[2 * N - 1] = 0;
}

/* Takes one limb out of the sum of two columns, which may not fit. */
static inline uint32_t limb_out(uint64_t x, uint64_t y, uint64_t *carry) {
  uint64_t low = (x & MASK) + (y & MASK) + *carry;
  *carry = (x >> BITS) + (y >> BITS) + (low >> BITS);
  return (uint32_t)low & MASK;
}

/* r = t / R mod p, below 2 p, for columns t[0 .. 2 N) */
static void reduce(evd_zp *r, const uint64_t *t) {
  uint64_t u[TILE * PLACES + ONES + WIDE], carry = 0; /* q P2 2^252 */
  factors f;
  for (size_t i = 0; i < N; i++)
    f.l[APART + i] = p2[i];
  f.sum[0] = (place){{0}};
  for (size_t i = 0; i < ONES + TILE - 1; i++)
    u[i] = 0;
  for (size_t k = 0; k < PLACES; k++) {
    if (k < TILES) {
      for (size_t i = TILE * k; i < TILE * (k + 1); i++)
        f.l[i] = limb_out(t[i], u[i], &carry);
      add_square(&f, k);
    }
    add_place(u + TILE * k + ONES, &f, k);
  }
  for (size_t i = 0; i < N / 2; i++) {
    size_t at = N + 2 * i;
    r->l[i] = limb_out(t[at], u[at], &carry);
    r->l[i] |= (uint64_t)limb_out(t[at + 1], u[at + 1], &carry) << 32;
  }
}

static void limb28_mul(evd_zp *r, const evd_zp *a, const evd_zp *b) {
  uint64_t t[2 * N];
  product(t, a, b);
  reduce(r, t);
}

static void limb28_sqr(evd_zp *r, const evd_zp *a) { limb28_mul(r, a, a); }

static void limb28_redc(evd_zp *r, const evd_zp *a) {
  uint64_t t[2 * N] = {0};
  for (size_t i = 0; i < N / 2; i++) {
    t[2 * i] = a->l[i] & MASK;
    t[2 * i + 1] = a->l[i] >> 32;
  }
  reduce(r, t);
}

const evd_kernel *evd_kernel_portable(void) {
  static const evd_kernel limb28 = {"limb28", limb28_mul, limb28_sqr,
                                    limb28_redc, evd_row_scan};
  return &limb28;
}

const evd_kernel *evd_kernel_best(void) { return evd_kernel_portable(); }
