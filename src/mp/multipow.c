/* prod a[i]^e[i] by buckets (Pippenger).
 *
 * The exponents are cut into digits of w bits. For each place, from the top:
 * square w times, multiply each a[i] into the bucket of its digit, then join
 * the buckets, prod bucket[d]^d, by products of products. About
 * (bits / w) (n + 2^w) M. Places do not depend on each other, so that threads
 * can share them.
 */
#include <string.h>

#include "base/require.h"
#include "mp/bucket.h"
#include "mp/params.h"

#define WINDOW_MAX 14

uint32_t evd_zp_factors_bits_var(const evd_zp_factors *f) {
  uint32_t most = 0;
  for (size_t i = 0; i < f->n; i++) {
    uint32_t length = evd_exp_length_var(&f->e[i]);
    if (length > most)
      most = length;
  }
  return most;
}

uint32_t evd_zp_multipow_window(size_t n, uint32_t n_bits, size_t work_n) {
  uint32_t best = 1;
  uint64_t least = UINT64_MAX;
  for (uint32_t w = 1; w <= WINDOW_MAX; w++) {
    if (((size_t)1 << w) - 1 > work_n)
      break;
    uint64_t places = (n_bits + w - 1) / w;
    uint64_t cost = places * (n + ((uint64_t)1 << w));
    if (cost < least) {
      least = cost;
      best = w;
    }
  }
  return best;
}

void evd_zp_multipow_place_var(const evd_kernel *k, evd_zp *r,
                               const evd_zp_factors *f, uint32_t w, uint32_t at,
                               evd_zp bucket[]) {
  size_t n_buckets = ((size_t)1 << w) - 1;
  evd_zp running = {{0}}, x = {{0}};
  memset(bucket, 0, n_buckets * sizeof *bucket);
  for (size_t i = 0; i < f->n; i++) {
    uint32_t digit = evd_exp_bits(f->e[i].l, at, w);
    if (digit > 0)
      evd_bucket_mul(k, &bucket[digit - 1], &f->a[i]);
  }
  for (size_t d = n_buckets; d-- > 0;) {
    evd_bucket_mul(k, &running, &bucket[d]);
    evd_bucket_mul(k, &x, &running);
  }
  *r = x;
}

/* x = x^(2^w) part, both maybe empty */
static void shift_in(const evd_kernel *k, evd_zp *x, const evd_zp *part,
                     uint32_t w) {
  for (uint32_t i = 0; i < w && !evd_bucket_is_empty(x); i++)
    k->sqr(x, x);
  evd_bucket_mul(k, x, part);
}

void evd_zp_multipow_join_var(const evd_kernel *k, evd_zp *r,
                              const evd_zp part[], uint32_t n_parts,
                              uint32_t w) {
  evd_zp x = {{0}};
  while (n_parts-- > 0)
    shift_in(k, &x, &part[n_parts], w);
  evd_bucket_value(r, &x);
}

/* Is there a factor 0, that is 0^e with e > 0? */
static bool zero_factor(const evd_kernel *k, const evd_zp_factors *f) {
  for (size_t i = 0; i < f->n; i++)
    if (evd_zp_is_zero(k, &f->a[i]) && evd_exp_length_var(&f->e[i]) > 0)
      return true;
  return false;
}

void evd_zp_multipow_var(const evd_kernel *k, evd_zp *r, const evd_zp a[],
                         const evd_exp e[], size_t n, evd_zp work[],
                         size_t work_n) {
  const evd_zp_factors f = {a, e, n};
  evd_zp x = {{0}}, part;
  EVD_REQUIRE(work_n >= 2);
  if (zero_factor(k, &f)) {
    *r = x;
    return;
  }
  uint32_t n_bits = evd_zp_factors_bits_var(&f);
  uint32_t w = evd_zp_multipow_window(n, n_bits, work_n);
  for (uint32_t i = (n_bits + w - 1) / w; i-- > 0;) {
    evd_zp_multipow_place_var(k, &part, &f, w, i * w, work);
    shift_in(k, &x, &part, w);
  }
  evd_bucket_value(r, &x);
}
