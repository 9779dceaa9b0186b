/* The layout of numbers mod p where a word product has no high half.
 *
 * Layer: L1 mp; builds for WebAssembly and their native tests, by -DEVD_LIMB28.
 * limb28.c, zp28.c and zq28.c then stand in for portable.c, adx.c, kernel.c,
 * zp.c and zq.c; inverses (zp_inv.c) are left out. All else is the product's
 * source.
 *
 * A value is 148 limbs of 28 bits, least first, two in a word: limb 2 i in the
 * low half of l[i], limb 2 i + 1 in the high half. R = 2^4144 and
 * representatives are below 2 p, which every product keeps without a final
 * subtraction.
 */
#ifndef EVD_MP_LIMB28_H
#define EVD_MP_LIMB28_H

#define EVD_ZP_LIMBS 74
#define EVD_LIMB28_N 148
#define EVD_LIMB28_BITS 28
#define EVD_LIMB28_MASK 0x0FFFFFFFu
#define EVD_Q_BITS 256 /* q = 2^EVD_Q_BITS - EVD_Q_TAIL */
#define EVD_Q_TAIL 189u
#define EVD_EXP_BITS 256 /* bits of a published exponent */
typedef uint64_t evd_limb;

#endif /* EVD_MP_LIMB28_H */
