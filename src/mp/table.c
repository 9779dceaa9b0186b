/* Fixed-base tables: rows of base^(digit 2^(w row)). */
#include "base/ct.h"
#include "base/require.h"
#include "base/wipe.h"
#include "mp/params.h"

#define WINDOW_MAX 16
#define WINDOW_SEC_MAX 8
#define CHUNK (EVD_ZP_LIMBS % 16 == 0 ? 16 : EVD_ZP_LIMBS % 4 == 0 ? 4 : 1)

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

/* r = row[digit]; every entry is read, whatever the digit. A few limbs of all
 * entries at a time, so that the sums stay in registers. */
static void row_scan(evd_zp *r, const evd_zp row[], uint32_t n,
                     uint32_t digit) {
  uint64_t mask[1 << WINDOW_SEC_MAX];
  for (uint32_t d = 0; d < n; d++)
    mask[d] = evd_ct_mask(evd_ct_equal(d, digit));
  for (size_t i = 0; i < EVD_ZP_LIMBS; i += CHUNK) {
    uint64_t x[CHUNK] = {0};
    for (uint32_t d = 0; d < n; d++)
      for (size_t j = 0; j < CHUNK; j++)
        x[j] |= mask[d] & row[d].l[i + j];
    for (size_t j = 0; j < CHUNK; j++)
      r->l[i + j] = x[j];
  }
  evd_wipe(mask, sizeof mask);
}

void evd_table_pow_sec(const evd_kernel *k, evd_zp *r, const evd_table *t,
                       const evd_zq_sec *e) {
  EVD_REQUIRE(t->w <= WINDOW_SEC_MAX);
  evd_zp x, factor;
  uint32_t digits = (uint32_t)1 << t->w;
  const evd_zp *row = t->rows;
  row_scan(&x, row, digits, evd_exp_bits(e->v.l, 0, t->w));
  for (uint32_t at = t->w; at < 256; at += t->w) {
    row += digits;
    row_scan(&factor, row, digits, evd_exp_bits(e->v.l, at, t->w));
    k->mul(&x, &x, &factor);
  }
  *r = x;
  evd_wipe(&x, sizeof x);
  evd_wipe(&factor, sizeof factor);
}
