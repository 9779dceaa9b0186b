/* Several powers of one element and its membership on one squaring chain.
 *
 * The chain is x = a, a^2, a^4, .. a^(2^256). Each exponent is cut, from its
 * low end, into odd digits of at most four bits, and x at the place of a digit
 * is multiplied into the bucket of that digit (Yao). At the end the power is
 * prod bucket[d]^d. Membership: q = 2^256 - 189, so a^q = 1 exactly if
 * a^(2^256) = a^189 and a is not zero; a^189 collects on the way. */
#include <string.h>

#include "mp/bucket.h"
#include "mp/params.h"

#define DIGIT_BITS 4

/* x = a^(2^i): takes the digit of e that begins at bit i, if one does; returns
 * the first bit at which the next digit may begin. */
static uint32_t digit_take(const evd_kernel *k, evd_zp bucket[],
                           const evd_exp *e, uint32_t i, uint32_t next,
                           const evd_zp *x) {
  if (i < next || evd_exp_bits(e->l, i, 1) == 0)
    return next;
  uint32_t digit = evd_exp_bits(e->l, i, DIGIT_BITS);
  evd_bucket_mul(k, &bucket[digit / 2], x);
  return i + DIGIT_BITS;
}

/* r = prod bucket[i]^(2 i + 1) = (prod bucket[i]) (prod bucket[i]^i)^2; the
 * inner product is that of the products bucket[j] .. bucket[last], j >= 1. */
static void buckets_join(const evd_kernel *k, evd_zp *r,
                         const evd_zp bucket[]) {
  evd_zp tail = {{0}}, inner = {{0}};
  for (uint32_t i = EVD_CHAIN_BUCKETS - 1; i > 0; i--) {
    evd_bucket_mul(k, &tail, &bucket[i]);
    evd_bucket_mul(k, &inner, &tail);
  }
  evd_bucket_mul(k, &tail, &bucket[0]);
  if (!evd_bucket_is_empty(&inner))
    k->sqr(&inner, &inner);
  evd_bucket_mul(k, &tail, &inner);
  evd_bucket_value(r, &tail);
}

/* 0^e, with 0^0 = 1 */
static void powers_of_zero(evd_zp out[], const evd_exp e[], uint32_t n) {
  for (uint32_t j = 0; j < n; j++) {
    memset(&out[j], 0, sizeof out[j]);
    if (evd_exp_length_var(&e[j]) == 0)
      evd_zp_one(&out[j]);
  }
}

bool evd_zp_chain_var(const evd_kernel *k, evd_zp out[], const evd_zp *a,
                      bool a_bytes_canonical, const evd_exp e[], uint32_t n,
                      evd_zp work[]) {
  evd_zp x = *a, tail = {{0}};
  bool member = false;
  if (evd_zp_is_zero(k, a)) {
    powers_of_zero(out, e, n);
    return false;
  }
  if (n > 0)
    memset(work, 0, EVD_CHAIN_WORK(n) * sizeof *work);
  /* Until its power is known, out[j] holds the next bit of exponent j. */
  for (uint32_t j = 0; j < n; j++)
    out[j].l[0] = 0;
  for (uint32_t i = 0; i < EVD_EXP_BITS; i++) {
    for (uint32_t j = 0; j < n; j++)
      out[j].l[0] = digit_take(k, work + EVD_CHAIN_WORK(j), &e[j], i,
                               (uint32_t)out[j].l[0], &x);
    if (i < 32 && (EVD_Q_TAIL >> i & 1) != 0)
      evd_bucket_mul(k, &tail, &x);
    k->sqr(&x, &x);
    if (i + 1 == EVD_Q_BITS)
      member = evd_zp_equal(k, &x, &tail);
  }
  for (uint32_t j = 0; j < n; j++)
    buckets_join(k, &out[j], work + EVD_CHAIN_WORK(j));
  return member && a_bytes_canonical;
}

bool evd_zp_member_var(const evd_kernel *k, const evd_zp *a,
                       bool a_bytes_canonical) {
  return evd_zp_chain_var(k, NULL, a, a_bytes_canonical, NULL, 0, NULL);
}
