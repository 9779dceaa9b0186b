/* Ed25519 verification by the rule of sign.h. */
#include <string.h>

#include "sign/curve.h"
#include "sign/sign.h"

/* The order of B, 2^252 + 27742317777372353535851937790883648493, least
 * significant word first. RFC 8032 section 5.1 */
static const uint64_t order[4] = {0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0,
                                  0x1000000000000000};

/* a - order, where that is not negative; was it? */
static bool take_order(uint64_t a[4]) {
  uint64_t r[4], borrow = 0;
  for (int i = 0; i < 4; i++) {
    const uint64_t d = a[i] - order[i];
    r[i] = d - borrow;
    borrow = a[i] < order[i] || d < borrow;
  }
  if (borrow)
    return false;
  memcpy(a, r, sizeof r);
  return true;
}

static bool below_order(const uint8_t s[32]) {
  uint64_t a[4] = {0, 0, 0, 0};
  for (int i = 0; i < 32; i++)
    a[i / 8] |= (uint64_t)s[i] << 8 * (i % 8);
  return !take_order(a);
}

/* r = h mod L, both little endian. Bit by bit from the top: twice what there
 * is and the next bit is below 2L again. */
static void reduce(uint8_t r[32], const uint8_t h[64]) {
  uint64_t a[4] = {0, 0, 0, 0};
  for (int bit = 8 * 64 - 1; bit >= 0; bit--) {
    for (int i = 3; i > 0; i--)
      a[i] = a[i] << 1 | a[i - 1] >> 63;
    a[0] = a[0] << 1 | ((unsigned)h[bit / 8] >> bit % 8 & 1u);
    (void)take_order(a);
  }
  for (int i = 0; i < 32; i++)
    r[i] = (uint8_t)(a[i / 8] >> 8 * (i % 8));
}

/* h = SHA-512(R || A || M) mod L */
static void challenge(uint8_t h[32], const uint8_t R[32], const uint8_t A[32],
                      evd_span first, evd_span second) {
  evd_sha512 c;
  uint8_t whole[64];
  evd_sha512_init(&c);
  evd_sha512_add(&c, R, 32);
  evd_sha512_add(&c, A, 32);
  evd_sha512_add(&c, first.p, first.n);
  evd_sha512_add(&c, second.p, second.n);
  evd_sha512_out(&c, whole);
  reduce(h, whole);
}

bool evd_ed25519_verify_var(const uint8_t key[32], const uint8_t sig[64],
                            evd_span message) {
  return evd_ed25519_verify_parts_var(key, sig, (evd_span){NULL, 0}, message);
}

bool evd_ed25519_verify_parts_var(const uint8_t key[32], const uint8_t sig[64],
                                  evd_span first, evd_span second) {
  const uint8_t *R = sig, *S = sig + 32;
  uint8_t h[32], found[32];
  evd_point A, P;
  if (!below_order(S))
    return false;
  if (!evd_point_decode_var(&A, key) || evd_point_small_var(&A))
    return false;
  challenge(h, R, key, first, second);
  evd_point_neg(&A, &A);
  evd_point_mul_two_var(&P, S, h, &A);
  evd_point_encode(found, &P);
  return memcmp(found, R, sizeof found) == 0 && !evd_point_small_var(&P);
}
