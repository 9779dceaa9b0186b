/* The modulus in limbs, for the files of this folder.
 *
 * Layer: L1 mp. Private to mp/.
 */
#ifndef EVD_MP_PARAMS_H
#define EVD_MP_PARAMS_H

#include "mp/mp.h"

__extension__ typedef unsigned __int128 u128;
__extension__ typedef __int128 i128;

extern const evd_zp evd_zp_p;  /* p */
extern const evd_zp evd_zp_r1; /* R mod p: the form of 1 */
extern const evd_zp evd_zp_r2; /* R^2 mod p: a -> a R is one product with it */

#ifndef EVD_TOY
/* 1/p mod 2^64: p = -1 mod 2^256, so it is -1. */
#define EVD_P_INVERSE_64 UINT64_MAX
#endif

/* r = a - p if that is not negative, else a; so r < p for a < 2 p. CT */
void evd_zp_subtract_p(evd_zp *r, const evd_zp *a);

/* Bits of e from `at` on, `n` of them, 1 <= n <= 16; zeros above bit 255. */
static inline uint32_t evd_exp_bits(const uint64_t e[4], uint32_t at,
                                    uint32_t n) {
  if (at >= 256)
    return 0;
  uint64_t bits = e[at / 64] >> at % 64;
  if (at % 64 + n > 64 && at / 64 < 3)
    bits |= e[at / 64 + 1] << (64 - at % 64);
  return (uint32_t)bits & (((uint32_t)1 << n) - 1);
}

/* Number of bits of e without leading zeros; 0 for 0. _var */
uint32_t evd_exp_length_var(const evd_exp *e);

#endif /* EVD_MP_PARAMS_H */
