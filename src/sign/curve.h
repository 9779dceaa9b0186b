/* Points of edwards25519: -x^2 + y^2 = 1 + d x^2 y^2 mod 2^255 - 19.
 *
 * Spec:  RFC 8032 sections 5.1.2 to 5.1.4.
 * Layer: L1 sign. Private to this folder.
 *
 * A point is x = X/Z, y = Y/Z with X Y = Z T. The addition is complete: it
 * holds for every two points, equal, opposite or of small order.
 */
#ifndef EVD_SIGN_CURVE_H
#define EVD_SIGN_CURVE_H

#include "sign/field.h"

typedef struct {
  evd_fe X, Y, Z, T;
} evd_point;

/* False if no point has this encoding: y >= p, or no x for it. Zero as x with
 * its sign bit set is taken: such points are of small order. */
bool evd_point_decode_var(evd_point *r, const uint8_t b[32]);
void evd_point_encode(uint8_t b[32], const evd_point *a);
void evd_point_neg(evd_point *r, const evd_point *a);
bool evd_point_small_var(const evd_point *a); /* [8]a = 0 */
/* r = [s]B + [h]A; s and h are little endian, below 2^253. */
void evd_point_mul_two_var(evd_point *r, const uint8_t s[32],
                           const uint8_t h[32], const evd_point *A);

#endif /* EVD_SIGN_CURVE_H */
