/* prod a[i]^e[i] by buckets (Pippenger).
 *
 * The exponents are cut into digits of w bits. For each place, from the top:
 * square w times, multiply each a[i] into the bucket of its digit, then join
 * the buckets, prod bucket[d]^d, by products of products. About
 * (bits / w) (n + 2^(w+1)) M.
 */
#include <string.h>

#include "base/require.h"
#include "mp/bucket.h"
#include "mp/params.h"

#define WINDOW_MAX 14

static uint32_t longest(const evd_exp e[], size_t n) {
  uint32_t most = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t length = evd_exp_length_var(&e[i]);
    if (length > most)
      most = length;
  }
  return most;
}

/* The window of least cost whose 2^w - 1 buckets fit the scratch. */
static uint32_t best_window(size_t n, uint32_t n_bits, size_t work_n) {
  uint32_t best = 1;
  uint64_t least = UINT64_MAX;
  for (uint32_t w = 1; w <= WINDOW_MAX; w++) {
    if (((size_t)1 << w) - 1 > work_n)
      break;
    uint64_t places = (n_bits + w - 1) / w;
    uint64_t cost = places * (n + ((uint64_t)2 << w));
    if (cost < least) {
      least = cost;
      best = w;
    }
  }
  return best;
}

/* r = r prod a[i]^digit[i], the digits of w bits at bit `at`. */
static void place_add(const evd_kernel *k, evd_zp *r, const evd_zp a[],
                      const evd_exp e[], size_t n, evd_zp bucket[], uint32_t w,
                      uint32_t at) {
  size_t n_buckets = ((size_t)1 << w) - 1;
  evd_zp running = {{0}};
  memset(bucket, 0, n_buckets * sizeof *bucket);
  for (size_t i = 0; i < n; i++) {
    uint32_t digit = evd_exp_bits(e[i].l, at, w);
    if (digit > 0)
      evd_bucket_mul(k, &bucket[digit - 1], &a[i]);
  }
  for (size_t d = n_buckets; d-- > 0;) {
    evd_bucket_mul(k, &running, &bucket[d]);
    evd_bucket_mul(k, r, &running);
  }
}

/* Is there a factor 0, that is 0^e with e > 0? */
static bool zero_factor(const evd_kernel *k, const evd_zp a[],
                        const evd_exp e[], size_t n) {
  for (size_t i = 0; i < n; i++)
    if (evd_zp_is_zero(k, &a[i]) && evd_exp_length_var(&e[i]) > 0)
      return true;
  return false;
}

void evd_zp_multipow_var(const evd_kernel *k, evd_zp *r, const evd_zp a[],
                         const evd_exp e[], size_t n, evd_zp work[],
                         size_t work_n) {
  EVD_REQUIRE(work_n >= 2);
  evd_zp x = {{0}};
  if (zero_factor(k, a, e, n)) {
    *r = x;
    return;
  }
  uint32_t n_bits = longest(e, n), w = best_window(n, n_bits, work_n);
  uint32_t places = (n_bits + w - 1) / w;
  while (places-- > 0) {
    for (uint32_t i = 0; i < w && !evd_bucket_is_empty(&x); i++)
      k->sqr(&x, &x);
    place_add(k, &x, a, e, n, work, w, places * w);
  }
  evd_bucket_value(r, &x);
}
