/* SHA-512 and the verification of Ed25519 signatures.
 *
 * Spec:  FIPS 180-4 section 6.4; RFC 8032 section 5.1.
 * Layer: L1 sign. Public data only: nothing here makes a signature or holds
 *        a key, and times depend on the data (_var).
 *
 * RFC 8032 leaves open what is done with keys and signatures that nobody
 * makes by honest means, and libraries differ. Here one rule holds
 * everywhere, that of libsodium 1.0.18: a signature (R, S) of a message M
 * under a key A is accepted if and only if
 *   1. S < L, the order of the base point B;
 *   2. A is the one encoding (y < 2^255 - 19) of a point of the curve whose
 *      order does not divide 8;
 *   3. R is, byte for byte, the encoding of [S]B - [h]A, where
 *      h = SHA-512(R || A || M) mod L;
 *   4. the order of that point does not divide 8.
 */
#ifndef EVD_SIGN_SIGN_H
#define EVD_SIGN_SIGN_H

#include "base/bytes.h"
#include "evident/err.h"

typedef struct {
  uint64_t s[8];
  uint64_t n_bytes; /* below 2^61 */
  uint8_t block[128];
} evd_sha512;

void evd_sha512_init(evd_sha512 *c);
void evd_sha512_add(evd_sha512 *c, const void *p, size_t n);
void evd_sha512_out(evd_sha512 *c, uint8_t out[64]);

enum { EVD_ED25519_KEY_BYTES = 32, EVD_ED25519_SIG_BYTES = 64 };

/* Is `sig` a signature of `message` under the public key `key`, by the rule
 * above? Any bytes at all may be asked about. */
EVD_MUST_CHECK bool evd_ed25519_verify_var(const uint8_t key[32],
                                           const uint8_t sig[64],
                                           evd_span message);

/* The same of a message in two parts, one behind the other. */
EVD_MUST_CHECK bool evd_ed25519_verify_parts_var(const uint8_t key[32],
                                                 const uint8_t sig[64],
                                                 evd_span first,
                                                 evd_span second);

#endif /* EVD_SIGN_SIGN_H */
