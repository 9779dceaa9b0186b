/* Elements as they stand in bytes, for those who have very many of them. */
#include <string.h>

#include "base/endian.h"
#include "mp/params.h"

#define L EVD_ZP_LIMBS
#define LIMB_BYTES 8

bool evd_zp_raw_from_bytes(evd_zp *r, const evd_p *in) {
  evd_zp x, below_p;
  uint64_t any = 0, differ = 0;
  for (size_t i = 0; i < L; i++) {
    x.l[i] = evd_be64_get(in->b + LIMB_BYTES * (L - 1 - i));
    any |= x.l[i];
  }
  evd_zp_subtract_p(&below_p, &x);
  for (size_t i = 0; i < L; i++)
    differ |= x.l[i] ^ below_p.l[i];
  memset(r, 0, sizeof *r);
  if (any == 0 || differ != 0)
    return false;
  *r = x;
  return true;
}

void evd_zp_raw_to_bytes(evd_p *out, const evd_zp *raw) {
  evd_zp x;
  evd_zp_subtract_p(&x, raw);
  for (size_t i = 0; i < L; i++)
    evd_be64_put(out->b + LIMB_BYTES * (L - 1 - i), x.l[i]);
}

void evd_exp_sum_add(evd_exp_sum *s, const evd_exp *e) {
  uint64_t carry = 0;
  for (int i = 0; i < 4; i++) {
    u128 t = (u128)s->l[i] + e->l[i] + carry;
    s->l[i] = (uint64_t)t;
    carry = (uint64_t)(t >> 64);
  }
  s->l[4] += carry;
}

/* R^s = R^low (R^high)^(2^256); the form of R is R^2. */
void evd_zp_raw_correct_var(const evd_kernel *k, evd_zp *r,
                            const evd_exp_sum *s) {
  evd_exp low = {{s->l[0], s->l[1], s->l[2], s->l[3]}};
  evd_zp x;
  evd_zp_pow_u64_var(k, &x, &evd_zp_r2, s->l[4]);
  for (int i = 0; i < 256; i++) /* the bits of `low` */
    k->sqr(&x, &x);
  k->mul(r, r, &x);
  evd_zp_pow_var(k, &x, &evd_zp_r2, &low);
  k->mul(r, r, &x);
}

void evd_zp_raw_hint(const evd_kernel *k, evd_p *out, const evd_zp *x) {
  evd_zp half = {{0}}; /* 2^2048 */
  half.l[L / 2] = 1;
  k->mul(&half, &half, x);
  evd_zp_raw_to_bytes(out, &half);
}
