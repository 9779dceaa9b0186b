/* Numbers mod p = 2^255 - 19, the field of the curve.
 *
 * Spec:  RFC 7748 section 4.1; RFC 8032 section 5.1.
 * Layer: L1 sign. Private to this folder.
 *
 * v[0] + v[1] 2^51 + .. + v[4] 2^204, every limb below 2^52: what each
 * function gives, and all that it asks of what it takes, but for
 * evd_fe_add_wide and evd_fe_sub_wide. A number has several such forms;
 * evd_fe_to_bytes gives the one of 0..p-1. Results may be one of the operands.
 */
#ifndef EVD_SIGN_FIELD_H
#define EVD_SIGN_FIELD_H

#include "base/bytes.h"

typedef struct {
  uint64_t v[5];
} evd_fe;

/* Little endian; the highest bit is not looked at. Values from p to 2^255 - 1
 * are reduced: who wants one encoding only compares what comes back. */
void evd_fe_from_bytes(evd_fe *r, const uint8_t b[32]);
void evd_fe_to_bytes(uint8_t b[32], const evd_fe *a);

void evd_fe_add(evd_fe *r, const evd_fe *a, const evd_fe *b);
void evd_fe_sub(evd_fe *r, const evd_fe *a, const evd_fe *b);
/* Sums and differences without carries, for evd_fe_mul and evd_fe_sqr, which
 * take limbs below 2^54, and for no other function. Limbs of a are below 2^53,
 * those of b too where it is added; what is taken away comes from a function
 * other than these two, so that its limbs are below 2^51 + 2^18. */
void evd_fe_add_wide(evd_fe *r, const evd_fe *a, const evd_fe *b);
void evd_fe_sub_wide(evd_fe *r, const evd_fe *a, const evd_fe *b);
void evd_fe_mul(evd_fe *r, const evd_fe *a, const evd_fe *b);
void evd_fe_sqr(evd_fe *r, const evd_fe *a);
/* a^-1; 0 gives 0. */
void evd_fe_invert(evd_fe *r, const evd_fe *a);
/* a^((p - 5) / 8), for square roots */
void evd_fe_pow_p58(evd_fe *r, const evd_fe *a);

bool evd_fe_equal_var(const evd_fe *a, const evd_fe *b);
bool evd_fe_odd_var(const evd_fe *a); /* the lowest bit of 0..p-1 */

#endif /* EVD_SIGN_FIELD_H */
