/* Powers of one element with one exponent. */
#include "base/wipe.h"
#include "mp/params.h"

#define WINDOW_MAX 5 /* public, sliding */
#define WINDOW_SEC 4 /* secret, fixed */

uint32_t evd_exp_length_var(const evd_exp *e) {
  for (uint32_t i = 4; i-- > 0;)
    if (e->l[i] != 0)
      return 64 * i + 64 - (uint32_t)__builtin_clzll(e->l[i]);
  return 0;
}

/* odd[i] = a^(2 i + 1) for i < n */
static void odd_powers(const evd_kernel *k, evd_zp odd[], size_t n,
                       const evd_zp *a) {
  evd_zp square;
  odd[0] = *a;
  if (n > 1)
    k->sqr(&square, a);
  for (size_t i = 1; i < n; i++)
    k->mul(&odd[i], &odd[i - 1], &square);
}

/* A window as wide as the saved products pay for its table. */
static uint32_t window_for(uint32_t n_bits) {
  if (n_bits > 100)
    return WINDOW_MAX;
  if (n_bits > 24)
    return 3;
  return n_bits > 6 ? 2 : 1;
}

void evd_zp_pow_var(const evd_kernel *k, evd_zp *r, const evd_zp *a,
                    const evd_exp *e) {
  evd_zp odd[1 << (WINDOW_MAX - 1)], x;
  uint32_t n = evd_exp_length_var(e), w = window_for(n);
  bool started = false;
  evd_zp_one(&x);
  odd_powers(k, odd, (size_t)1 << (w - 1), a);
  while (n > 0) {
    if (evd_exp_bits(e->l, n - 1, 1) == 0) {
      k->sqr(&x, &x);
      n--;
      continue;
    }
    /* The widest window below bit n that ends in a one. */
    uint32_t width = n < w ? n : w;
    while (evd_exp_bits(e->l, n - width, 1) == 0)
      width--;
    uint32_t digit = evd_exp_bits(e->l, n - width, width);
    for (uint32_t i = 0; started && i < width; i++)
      k->sqr(&x, &x);
    if (started)
      k->mul(&x, &x, &odd[digit / 2]);
    if (!started)
      x = odd[digit / 2];
    started = true;
    n -= width;
  }
  *r = x;
}

void evd_zp_pow_u64_var(const evd_kernel *k, evd_zp *r, const evd_zp *a,
                        uint64_t e) {
  evd_exp wide = {{e, 0, 0, 0}};
  evd_zp_pow_var(k, r, a, &wide);
}

void evd_zp_pow_sec(const evd_kernel *k, evd_zp *r, const evd_zp *a,
                    const evd_zq_sec *e) {
  evd_zp table[1 << WINDOW_SEC], x, factor;
  evd_zp_one(&table[0]);
  for (uint32_t i = 1; i < 1 << WINDOW_SEC; i++)
    k->mul(&table[i], &table[i - 1], a);
  uint32_t at = 256 - WINDOW_SEC;
  k->scan(&x, table, 1 << WINDOW_SEC, evd_exp_bits(e->v.l, at, WINDOW_SEC));
  while (at > 0) {
    at -= WINDOW_SEC;
    for (uint32_t i = 0; i < WINDOW_SEC; i++)
      k->sqr(&x, &x);
    k->scan(&factor, table, 1 << WINDOW_SEC,
            evd_exp_bits(e->v.l, at, WINDOW_SEC));
    k->mul(&x, &x, &factor);
  }
  *r = x;
  evd_wipe(table, sizeof table);
  evd_wipe(&x, sizeof x);
  evd_wipe(&factor, sizeof factor);
}
