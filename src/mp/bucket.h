/* Buckets: products that begin empty.
 *
 * Layer: L1 mp. Private to mp/.
 *
 * Zero limbs mean "empty" and stand for 1. No nonzero element has zero limbs,
 * and a product of nonzero elements is nonzero as p is prime; callers keep
 * zero itself out. _var, all of it.
 */
#ifndef EVD_MP_BUCKET_H
#define EVD_MP_BUCKET_H

#include "mp/mp.h"

static inline bool evd_bucket_is_empty(const evd_zp *b) {
  for (size_t i = 0; i < EVD_ZP_LIMBS; i++)
    if (b->l[i] != 0)
      return false;
  return true;
}

/* b = b x; either may be empty. */
static inline void evd_bucket_mul(const evd_kernel *k, evd_zp *b,
                                  const evd_zp *x) {
  if (evd_bucket_is_empty(x))
    return;
  if (evd_bucket_is_empty(b))
    *b = *x;
  else
    k->mul(b, b, x);
}

/* r = b as an element. */
static inline void evd_bucket_value(evd_zp *r, const evd_zp *b) {
  if (evd_bucket_is_empty(b))
    evd_zp_one(r);
  else
    *r = *b;
}

#endif /* EVD_MP_BUCKET_H */
