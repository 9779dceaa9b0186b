/* Fixed-base tables: rows of base^(digit 2^(w row)). */
#include "base/ct.h"
#include "base/require.h"
#include "base/wipe.h"
#include "mp/params.h"
#include "mp/scan.h"

#define WINDOW_MAX 16
#define WINDOW_SEC_MAX 8

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

void evd_table_pow_sec(const evd_kernel *k, evd_zp *r, const evd_table *t,
                       const evd_zq_sec *e) {
  EVD_REQUIRE(t->w <= WINDOW_SEC_MAX);
  evd_zp x, factor;
  uint32_t digits = (uint32_t)1 << t->w;
  const evd_zp *row = t->rows;
  evd_row_scan(&x, row, digits, evd_exp_bits(e->v.l, 0, t->w));
  for (uint32_t at = t->w; at < 256; at += t->w) {
    row += digits;
    evd_row_scan(&factor, row, digits, evd_exp_bits(e->v.l, at, t->w));
    k->mul(&x, &x, &factor);
  }
  *r = x;
  evd_wipe(&x, sizeof x);
  evd_wipe(&factor, sizeof factor);
}
