/* Fixed-base tables: rows of base^(digit 2^(w row)). */
#include "base/ct.h"
#include "base/require.h"
#include "base/wipe.h"
#include "mp/params.h"
#include "mp/scan.h"

#define WINDOW_MAX 16
#define WINDOW_SEC_MAX 8
#define FETCHED_BYTES 64 /* a line of the cache; a hint, no more */

void evd_table_build(const evd_kernel *k, evd_table *t, evd_zp storage[],
                     uint32_t w, const evd_zp *base) {
  EVD_REQUIRE(w >= 1 && w <= WINDOW_MAX);
  size_t digits = (size_t)1 << w;
  evd_zp b = *base; /* base^(2^(w row)) */
  for (uint32_t row = 0; row < EVD_TABLE_ROWS(w); row++) {
    evd_zp *at = storage + row * digits;
    evd_zp_one(&at[0]);
    at[1] = b;
    for (size_t d = 2; d < digits; d++)
      k->mul(&at[d], &at[d - 1], &b);
    k->mul(&b, &at[digits - 1], &b);
  }
  *t = (evd_table){w, storage};
}

void evd_table_pow_var(const evd_kernel *k, evd_zp *r, const evd_table *t,
                       const evd_exp *e) {
  evd_zp x;
  bool started = false;
  evd_zp_one(&x);
  for (uint32_t row = 0; row < EVD_TABLE_ROWS(t->w); row++) {
    uint32_t digit = evd_exp_bits(e->l, row * t->w, t->w);
    const evd_zp *entry = t->rows + ((size_t)row << t->w) + digit;
    if (digit == 0)
      continue;
    if (started)
      k->mul(&x, &x, entry);
    else
      x = *entry;
    started = true;
  }
  *r = x;
}

/* Four entries at a time: few sums go through memory, and what is read lies in
 * straight lines, which processors fetch ahead. */
__attribute__((target("avx2"))) void evd_row_scan(evd_zp *r, const evd_zp row[],
                                                  uint32_t n, uint32_t digit) {
  evd_zp x = {{0}};
  uint64_t mask[EVD_SCANNED];
  for (uint32_t d = 0; d < n; d += EVD_SCANNED) {
    const evd_zp *e = row + d;
    for (uint32_t j = 0; j < EVD_SCANNED; j++)
      mask[j] = evd_ct_mask(evd_ct_equal(d + j, digit));
    for (size_t i = 0; i < EVD_ZP_LIMBS; i++)
      x.l[i] |= (mask[0] & e[0].l[i]) | (mask[1] & e[1].l[i]) |
                (mask[2] & e[2].l[i]) | (mask[3] & e[3].l[i]);
  }
  *r = x;
  evd_wipe(&x, sizeof x);
  evd_wipe(mask, sizeof mask);
}

/* The whole row is asked for, so that it is near when the product is done. */
static void row_fetch(const evd_zp row[], uint32_t n) {
  const uint8_t *at = (const uint8_t *)row;
  for (size_t i = 0; i < n * sizeof *row; i += FETCHED_BYTES)
    __builtin_prefetch(at + i, 0, 2);
}

void evd_table_pow_sec(const evd_kernel *k, evd_zp *r, const evd_table *t,
                       const evd_zq_sec *e) {
  EVD_REQUIRE(t->w >= 2 && t->w <= WINDOW_SEC_MAX);
  evd_zp x, factor;
  uint32_t digits = (uint32_t)1 << t->w;
  const evd_zp *row = t->rows;
  evd_row_scan(&x, row, digits, evd_exp_bits(e->v.l, 0, t->w));
  for (uint32_t at = t->w; at < 256; at += t->w) {
    row += digits;
    evd_row_scan(&factor, row, digits, evd_exp_bits(e->v.l, at, t->w));
    if (at + t->w < 256)
      row_fetch(row + digits, digits);
    k->mul(&x, &x, &factor);
  }
  *r = x;
  evd_wipe(&x, sizeof x);
  evd_wipe(&factor, sizeof factor);
}
