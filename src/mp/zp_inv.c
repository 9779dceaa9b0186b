/* Inverses mod p by division steps (Bernstein, Yang 2019).
 *
 * f = p and g = a shrink to 1 or -1 and 0. Each step looks at the low bit of g
 * and a counter only, so 62 steps are taken on single words and give a matrix
 * of small numbers, which is then applied to the whole of f and g (exactly
 * divisible by 2^62) and, mod p, to d and e, where always f = d a, g = e a.
 * d and e gain at most one p a round, which the limb above them holds; so
 * they are brought into [0, p) only at the end.
 */
#include <string.h>

#include "mp/params.h"

#define L EVD_ZP_LIMBS
#define ROUND 62 /* steps a matrix */
#define ROUND_MASK (UINT64_MAX >> (64 - ROUND))

/* A signed number, two's complement. */
typedef struct {
  uint64_t l[L + 1];
} wide;
/* 2^ROUND (f', g') = (u f + v g, q f + r g) */
typedef struct {
  int64_t u, v, q, r;
} matrix;

static bool wide_is_negative(const wide *a) { return a->l[L] >> 63 != 0; }

static bool wide_is_zero(const wide *a) {
  uint64_t any = 0;
  for (size_t i = 0; i <= L; i++)
    any |= a->l[i];
  return any == 0;
}

/* The limb as the value it stands for: only the topmost has a sign. */
static i128 limb(const wide *a, size_t i) {
  return i == L ? (i128)(int64_t)a->l[i] : (i128)a->l[i];
}

/* The rows of m change places, the new lower one negated. */
static void matrix_swap(matrix *m) { *m = (matrix){m->q, m->r, -m->u, -m->v}; }

/* ROUND division steps on the low words of f and g. */
static int64_t steps(matrix *m, int64_t delta, uint64_t f, uint64_t g) {
  *m = (matrix){1, 0, 0, 1};
  for (int i = 0; i < ROUND; i++) {
    bool is_odd = (g & 1) != 0;
    if (is_odd && delta > 0) {
      uint64_t old_f = f;
      f = g;
      g = 0 - old_f;
      delta = -delta;
      matrix_swap(m);
    }
    if (is_odd) {
      g += f;
      m->q += m->u;
      m->r += m->v;
    }
    delta++;
    g >>= 1;
    m->u *= 2;
    m->v *= 2;
  }
  return delta;
}

/* r = (u a + v b + w p) / 2^ROUND, which has to be whole. */
static void combine(wide *r, int64_t u, const wide *a, int64_t v, const wide *b,
                    uint64_t w) {
  i128 sum = 0;
  uint64_t below = 0;
  for (size_t i = 0; i <= L; i++) {
    sum += u * limb(a, i) + v * limb(b, i);
    if (i < L)
      sum += (i128)w * (i128)evd_zp_p.l[i];
    uint64_t low = (uint64_t)sum;
    sum >>= 64;
    if (i > 0)
      r->l[i - 1] = low << (64 - ROUND) | below >> ROUND;
    below = low;
  }
  r->l[L] = (uint64_t)sum << (64 - ROUND) | below >> ROUND;
}

/* The multiple of p that makes u a + v b divisible by 2^ROUND. */
static uint64_t multiple_of_p(int64_t u, const wide *a, int64_t v,
                              const wide *b) {
  uint64_t low = (uint64_t)u * a->l[0] + (uint64_t)v * b->l[0];
  return (0 - low * EVD_P_INVERSE_64) & ROUND_MASK;
}

static void apply(const matrix *m, wide *f, wide *g, wide *d, wide *e) {
  wide x, y;
  combine(&x, m->u, f, m->v, g, 0);
  combine(&y, m->q, f, m->r, g, 0);
  *f = x;
  *g = y;
  uint64_t w_d = multiple_of_p(m->u, d, m->v, e);
  uint64_t w_e = multiple_of_p(m->q, d, m->r, e);
  combine(&x, m->u, d, m->v, e, w_d);
  combine(&y, m->q, d, m->r, e, w_e);
  *d = x;
  *e = y;
}

/* a = sign a + times p */
static void sign_add_p(wide *a, int sign, int times) {
  i128 sum = 0;
  for (size_t i = 0; i <= L; i++) {
    sum += sign * (i128)a->l[i];
    if (i < L)
      sum += times * (i128)evd_zp_p.l[i];
    a->l[i] = (uint64_t)sum;
    sum >>= 64;
  }
}

/* r = d mod p, or -d mod p, below R */
static void settle(evd_zp *r, const wide *d, bool negate) {
  wide x = *d;
  if (negate)
    sign_add_p(&x, -1, 0);
  while (wide_is_negative(&x))
    sign_add_p(&x, 1, 1);
  while (x.l[L] != 0)
    sign_add_p(&x, 1, -1);
  memcpy(r->l, x.l, sizeof r->l);
}

void evd_zp_inv_var(const evd_kernel *k, evd_zp *r, const evd_zp *a) {
  evd_zp canonical;
  wide f = {{0}}, g = {{0}}, d = {{0}}, e = {{1}};
  int64_t delta = 1;
  evd_zp_subtract_p(&canonical, a);
  memcpy(f.l, evd_zp_p.l, sizeof evd_zp_p.l);
  memcpy(g.l, canonical.l, sizeof canonical.l);
  while (!wide_is_zero(&g)) {
    matrix m;
    delta = steps(&m, delta, f.l[0], g.l[0]);
    apply(&m, &f, &g, &d, &e);
  }
  settle(r, &d, wide_is_negative(&f));
  /* a came as a R: the inverse of that is a^-1 / R, and a^-1 R is wanted. */
  k->mul(r, r, &evd_zp_r2);
  k->mul(r, r, &evd_zp_r2);
}
