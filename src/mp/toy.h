/* The toy groups of the specification's appendix, for exhaustive tests.
 *
 * Spec:  EGDS 2.1.0, appendix, pages 102-103; the decimals, as two of the
 *        printed hexadecimal values are wrong.
 * Layer: L1 mp; test builds only, by -DEVD_TOY=<bits of p> together with
 * -DEVD_P_BYTES and -DEVD_Q_BYTES. toy.c then stands in for params.c,
 * portable.c, kernel.c and zq.c; all else is the product's source. R = 2^64,
 * values are always below p, and scalars use the lowest limb only.
 */
#ifndef EVD_MP_TOY_H
#define EVD_MP_TOY_H

#if EVD_TOY == 16
#define EVD_TOY_P 59183u
#define EVD_TOY_Q 127u
#define EVD_TOY_G 32616u
#define EVD_Q_BITS 7
#define EVD_Q_TAIL 1u
#elif EVD_TOY == 32
#define EVD_TOY_P 4214179679u
#define EVD_TOY_Q 65521u
#define EVD_TOY_G 496451214u
#define EVD_Q_BITS 16
#define EVD_Q_TAIL 15u
#elif EVD_TOY == 64
#define EVD_TOY_P 18444843247520538623u
#define EVD_TOY_Q 16777213u
#define EVD_TOY_G 14757355607624201864u
#define EVD_Q_BITS 24
#define EVD_Q_TAIL 3u
#else
#error "EVD_TOY is 16, 32 or 64"
#endif

#define EVD_ZP_LIMBS 1
#define EVD_EXP_BITS (8 * EVD_Q_BYTES)
typedef uint64_t evd_limb;

_Static_assert(EVD_P_BYTES == EVD_TOY / 8, "bytes of p");
_Static_assert(EVD_Q_BYTES == (EVD_Q_BITS + 7) / 8, "bytes of q");

/* 1/p mod 2^64: 3 p xor 2 has five right bits, each step doubles them. */
#define EVD_TOY_STEP(x) ((x) * (2 - (uint64_t)EVD_TOY_P * (x)))
#define EVD_P_INVERSE_64                                                       \
  EVD_TOY_STEP(                                                                \
      EVD_TOY_STEP(EVD_TOY_STEP(EVD_TOY_STEP((uint64_t)EVD_TOY_P * 3 ^ 2))))

#endif /* EVD_MP_TOY_H */
