/* Fixed-base tables in little memory: the comb of Lim and Lee.
 *
 * The 256 bits of an exponent lie in a matrix, w rows of ceil(256 / w)
 * columns, bit row * columns + column. Tables hold, for every fourth column,
 * the products of base^(2^bit) over all subsets of its bits; a power takes the
 * columns that are three after those of the tables, squares, takes those that
 * are two after, and so on. For w = 6: 11 tables instead of 43, which stay in
 * the cache when they are scanned, 42 M + 3 S a power, 256 S + 627 M to build.
 */
#include "base/ct.h"
#include "base/require.h"
#include "base/wipe.h"
#include "mp/params.h"
#include "mp/scan.h"

#define WINDOW_MAX 8
#define STEP EVD_COMB_STEP

/* ceil(256 / w), without a division beside secrets */
static uint32_t columns_of(uint32_t w) {
  static const uint16_t columns[WINDOW_MAX + 1] = {0,  256, 128, 86, 64,
                                                   52, 43,  37,  32};
  return columns[w];
}

/* The bits of column c, one of each row. */
static uint32_t digit_of(const uint64_t e[4], uint32_t w, uint32_t c) {
  uint32_t digit = 0;
  for (uint32_t row = 0; row < w; row++)
    digit |= evd_exp_bits(e, row * columns_of(w) + c, 1) << row;
  return digit;
}

/* Puts base^(2^bit) where it is the only factor. */
static void place_single(evd_zp storage[], uint32_t w, uint32_t bit,
                         const evd_zp *power) {
  uint32_t row = bit / columns_of(w), column = bit % columns_of(w);
  if (column % STEP == 0)
    storage[((size_t)(column / STEP) << w) + ((size_t)1 << row)] = *power;
}

void evd_table_build(const evd_kernel *k, evd_table *t, evd_zp storage[],
                     uint32_t w, const evd_zp *base) {
  EVD_REQUIRE(w >= 1 && w <= WINDOW_MAX);
  evd_zp power = *base;
  for (uint32_t bit = 0; bit < w * columns_of(w); bit++) {
    place_single(storage, w, bit, &power);
    k->sqr(&power, &power);
  }
  for (uint32_t i = 0; i * STEP < columns_of(w); i++) {
    evd_zp *at = storage + ((size_t)i << w);
    evd_zp_one(&at[0]);
    for (uint32_t d = 1; d < 1u << w; d++)
      if ((d & (d - 1)) != 0) /* more than one bit */
        k->mul(&at[d], &at[d & (d - 1)], &at[d & (0 - d)]);
  }
  *t = (evd_table){w, storage};
}

void evd_table_pow_var(const evd_kernel *k, evd_zp *r, const evd_table *t,
                       const evd_exp *e) {
  evd_zp x;
  bool started = false;
  evd_zp_one(&x);
  for (uint32_t after = STEP; after-- > 0;) {
    if (started)
      k->sqr(&x, &x);
    for (uint32_t c = after; c < columns_of(t->w); c += STEP) {
      uint32_t digit = digit_of(e->l, t->w, c);
      const evd_zp *row = t->rows + ((size_t)(c / STEP) << t->w);
      if (digit == 0)
        continue;
      if (started)
        k->mul(&x, &x, &row[digit]);
      else
        x = row[digit];
      started = true;
    }
  }
  *r = x;
}

#ifndef EVD_LIMB28 /* which has its own, in zp28.c */
/* Four entries at a time: few sums go through memory, and what is read lies in
 * straight lines, which processors fetch ahead. */
void evd_row_scan(evd_zp *restrict r, const evd_zp *restrict row, uint32_t n,
                  uint32_t digit) {
  uint64_t m[4];
  uint32_t d = 0;
  *r = (evd_zp){{0}};
  for (; d + 4 <= n; d += 4, row += 4) {
    for (uint32_t j = 0; j < 4; j++)
      m[j] = evd_ct_mask(evd_ct_equal(d + j, digit));
    const uint64_t m0 = m[0], m1 = m[1], m2 = m[2], m3 = m[3];
    for (size_t i = 0; i < EVD_ZP_LIMBS; i++)
      r->l[i] |= (m0 & row[0].l[i]) | (m1 & row[1].l[i]) | (m2 & row[2].l[i]) |
                 (m3 & row[3].l[i]);
  }
  for (; d < n; d++, row++)
    evd_ct_cmov(r->l, row->l, EVD_ZP_LIMBS, evd_ct_equal(d, digit));
  evd_wipe(m, sizeof m);
}
#endif

void evd_table_pow_sec(const evd_kernel *k, evd_zp *r, const evd_table *t,
                       const evd_zq_sec *e) {
  evd_zp x, factor;
  EVD_REQUIRE(t->w <= WINDOW_MAX);
  evd_zp_one(&x);
  for (uint32_t after = STEP; after-- > 0;) {
    if (after < STEP - 1)
      k->sqr(&x, &x);
    for (uint32_t c = after; c < columns_of(t->w); c += STEP) {
      const evd_zp *row = t->rows + ((size_t)(c / STEP) << t->w);
      k->scan(&factor, row, 1u << t->w, digit_of(e->v.l, t->w, c));
      if (c == STEP - 1) /* the first of all */
        x = factor;
      else
        k->mul(&x, &x, &factor);
    }
  }
  *r = x;
  evd_wipe(&x, sizeof x);
  evd_wipe(&factor, sizeof factor);
}
