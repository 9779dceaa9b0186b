/* Ed25519 signatures are made here; they are checked in src/sign.
 *
 * Spec:  RFC 8032 section 5.1.5, 5.1.6.
 * Layer: L5 host. libsodium's code.
 */
#ifndef EVD_HOST_SIGNER_H
#define EVD_HOST_SIGNER_H

#include "base/bytes.h"

enum { EVD_SEED_BYTES = 32 };

/* The seed, 32 random bytes, is the secret.  CT */
void evd_signer_public(evd_h32 *key, const uint8_t seed[EVD_SEED_BYTES]);
void evd_signer_sign(uint8_t sig[64], const uint8_t seed[EVD_SEED_BYTES],
                     evd_span message);
/* The X25519 key that belongs to an Ed25519 key: the same point on the curve of
 * RFC 7748 (4.1); the same seed opens what is sealed for it. False: it is none
 * that anything may be sealed for. */
bool evd_signer_box_key(evd_h32 *box, const evd_h32 *key);

#endif /* EVD_HOST_SIGNER_H */
