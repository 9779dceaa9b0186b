#include "host/signer.h"

#include <sodium.h>

#include "host/start.h"

void evd_signer_public(evd_h32 *key, const uint8_t seed[EVD_SEED_BYTES]) {
  uint8_t secret[crypto_sign_SECRETKEYBYTES];
  evd_host_sodium();
  (void)crypto_sign_seed_keypair(key->b, secret, seed); /* never fails */
  sodium_memzero(secret, sizeof secret);
}

void evd_signer_sign(uint8_t sig[64], const uint8_t seed[EVD_SEED_BYTES],
                     evd_span message) {
  uint8_t secret[crypto_sign_SECRETKEYBYTES];
  evd_h32 key;
  evd_host_sodium();
  (void)crypto_sign_seed_keypair(key.b, secret, seed);
  (void)crypto_sign_detached(sig, NULL, message.p, message.n, secret);
  sodium_memzero(secret, sizeof secret);
}

bool evd_signer_box_key(evd_h32 *box, const evd_h32 *key) {
  evd_host_sodium();
  return crypto_sign_ed25519_pk_to_curve25519(box->b, key->b) == 0;
}
