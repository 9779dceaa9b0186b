/* Elements mod p: in and out of bytes, comparison, selection. */
#include <string.h>

#include "base/ct.h"
#include "base/endian.h"
#include "mp/params.h"

#define L EVD_ZP_LIMBS
#define LIMB_BYTES 8

/* r = a - p mod 2^(64 L); returns the borrow. */
static uint64_t minus_p(evd_zp *r, const evd_zp *a) {
  uint64_t borrow = 0;
  for (size_t i = 0; i < L; i++) {
    u128 t = (u128)a->l[i] - evd_zp_p.l[i] - borrow;
    r->l[i] = (uint64_t)t;
    borrow = (uint64_t)(t >> 64) & 1;
  }
  return borrow;
}

void evd_zp_subtract_p(evd_zp *r, const evd_zp *a) {
  evd_zp d;
  uint64_t below_p = minus_p(&d, a);
  evd_ct_cmov(d.l, a->l, L, below_p);
  *r = d;
}

/* The integer that bytes stand for, big endian. [eq 122] */
bool evd_zp_from_bytes(const evd_kernel *k, evd_zp *r, const evd_p *in) {
  uint8_t padded[LIMB_BYTES * L] = {0};
  evd_zp plain, d;
  memcpy(padded + sizeof padded - EVD_P_BYTES, in->b, EVD_P_BYTES);
  for (size_t i = 0; i < L; i++)
    plain.l[i] = evd_be64_get(padded + LIMB_BYTES * (L - 1 - i));
  uint64_t below_p = minus_p(&d, &plain);
  k->mul(r, &plain, &evd_zp_r2);
  return below_p != 0;
}

/* b(a, 512), all leading zeros written. [eq 124] */
void evd_zp_to_bytes(const evd_kernel *k, evd_p *out, const evd_zp *a) {
  uint8_t padded[LIMB_BYTES * L];
  evd_zp plain;
  k->redc(&plain, a);
  evd_zp_subtract_p(&plain, &plain);
  for (size_t i = 0; i < L; i++)
    evd_be64_put(padded + LIMB_BYTES * (L - 1 - i), plain.l[i]);
  memcpy(out->b, padded + sizeof padded - EVD_P_BYTES, EVD_P_BYTES);
}

void evd_zp_one(evd_zp *r) { *r = evd_zp_r1; }

bool evd_zp_equal(const evd_kernel *k, const evd_zp *a, const evd_zp *b) {
  evd_zp x, y;
  uint64_t differ = 0;
  (void)k; /* both have the same layout */
  evd_zp_subtract_p(&x, a);
  evd_zp_subtract_p(&y, b);
  for (size_t i = 0; i < L; i++)
    differ |= x.l[i] ^ y.l[i];
  return evd_ct_is_zero(differ) != 0;
}

bool evd_zp_is_zero(const evd_kernel *k, const evd_zp *a) {
  evd_zp x;
  uint64_t any = 0;
  (void)k;
  evd_zp_subtract_p(&x, a);
  for (size_t i = 0; i < L; i++)
    any |= x.l[i];
  return evd_ct_is_zero(any) != 0;
}

uint64_t evd_zp_key(const evd_zp *a) {
  evd_zp x;
  evd_zp_subtract_p(&x, a);
  return x.l[0];
}

void evd_zp_cmov(evd_zp *r, const evd_zp *a, uint64_t flag) {
  evd_ct_cmov(r->l, a->l, L, flag);
}
