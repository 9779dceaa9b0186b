/* Signatures, and what carries them. [T20] */
#include <sodium.h>

#include "fuzz.h"
#include "sign/sign.h"

/* key, signature, message: one answer, and it is libsodium's. */
static void signature_target(const uint8_t *p, size_t n) {
  const size_t head = EVD_ED25519_KEY_BYTES + EVD_ED25519_SIG_BYTES;
  if (n < head)
    return;
  const uint8_t *sig = p + EVD_ED25519_KEY_BYTES;
  const evd_span message = {p + head, n - head};
  const bool ours = evd_ed25519_verify_var(p, sig, message);
  EVD_PROMISE(ours ==
              (crypto_sign_verify_detached(sig, message.p, message.n, p) == 0));
  evd_fuzz_taken += ours;
}

const evd_fuzz_target evd_fuzz_signed[] = {{"signature", signature_target},
                                           {NULL, NULL}};
