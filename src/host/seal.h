/* The sealed form over bytes, with a key that may be derived once and used
 * for several files.
 *
 * Spec:  record-format section 6, "Sealed form".
 * Layer: L5 host, private to the folder.
 *
 *   offset  bytes  what
 *        0      4  "EVS1"
 *        4      4  opslimit, big endian
 *        8      8  memlimit in bytes, big endian
 *       16     16  salt of argon2id
 *       32     24  nonce of XChaCha20-Poly1305
 *       56         ciphertext; the 56 bytes before it are associated data
 */
#ifndef EVD_HOST_SEAL_H
#define EVD_HOST_SEAL_H

#include "host/sealed.h"

#define EVD_SEAL_HEAD 56
#define EVD_SEAL_TAG 16
#define EVD_SEAL_EXTRA (EVD_SEAL_HEAD + EVD_SEAL_TAG)

typedef struct {
  uint64_t passes, memory_bytes;
  uint8_t salt[16];
} evd_seal_cost;

typedef struct {
  evd_seal_cost cost;
  uint8_t key[32]; /* SECRET */
} evd_seal_key;

evd_seal_cost evd_seal_cost_new(evd_kdf kdf); /* with a fresh salt */
bool evd_seal_cost_equal(const evd_seal_cost *a, const evd_seal_cost *b);
/* EVD_ERR_SEALED unless the head is one of ours with costs inside the floor
 * and the ceiling. */
EVD_MUST_CHECK evd_err evd_seal_cost_read(evd_seal_cost *out, evd_span sealed);
/* argon2id. EVD_ERR_SPACE: the system has not that much memory. */
EVD_MUST_CHECK evd_err evd_seal_derive(evd_seal_key *out, const char *pass,
                                       size_t pass_n,
                                       const evd_seal_cost *cost);
/* out has n + EVD_SEAL_EXTRA bytes. */
EVD_MUST_CHECK evd_err evd_seal_with(uint8_t *out, const void *p, size_t n,
                                     const evd_seal_key *key);
/* out has sealed.n - EVD_SEAL_EXTRA bytes. EVD_ERR_SEALED, out zero. */
EVD_MUST_CHECK evd_err evd_unseal_with(uint8_t *out, evd_span sealed,
                                       const evd_seal_key *key);

#endif /* EVD_HOST_SEAL_H */
