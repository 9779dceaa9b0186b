#include <sodium.h>
#include <string.h>

#include "host/host.h"
#include "host/seal.h"
#include "host/start.h"

/* A file from elsewhere must neither be openable by cheap guessing nor make
 * this machine run out of memory or time. */
#define PASSES_FLOOR 2u
#define PASSES_CEILING 20u
#define MEMORY_FLOOR ((uint64_t)64 << 20)
#define MEMORY_CEILING ((uint64_t)4 << 30)

static const uint8_t magic[4] = {'E', 'V', 'S', '1'};

static void put_be(uint8_t *p, uint64_t v, size_t n) {
  for (size_t i = 0; i < n; i++)
    p[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
}

static uint64_t get_be(const uint8_t *p, size_t n) {
  uint64_t v = 0;
  for (size_t i = 0; i < n; i++)
    v = v << 8 | p[i];
  return v;
}

evd_seal_cost evd_seal_cost_new(evd_kdf kdf) {
  evd_seal_cost c = {.passes = 3, .memory_bytes = (uint64_t)256 << 20};
  if (kdf == EVD_KDF_INTERACTIVE)
    c = (evd_seal_cost){.passes = 2, .memory_bytes = (uint64_t)64 << 20};
  if (kdf == EVD_KDF_SENSITIVE)
    c = (evd_seal_cost){.passes = 4, .memory_bytes = (uint64_t)1 << 30};
  evd_random(c.salt, sizeof c.salt);
  return c;
}

bool evd_seal_cost_equal(const evd_seal_cost *a, const evd_seal_cost *b) {
  return a->passes == b->passes && a->memory_bytes == b->memory_bytes &&
         memcmp(a->salt, b->salt, sizeof a->salt) == 0;
}

evd_err evd_seal_cost_read(evd_seal_cost *out, evd_span sealed) {
  if (sealed.n < EVD_SEAL_EXTRA)
    return EVD_ERR_SEALED;
  if (memcmp(sealed.p, magic, sizeof magic) != 0)
    return EVD_ERR_SEALED;
  out->passes = get_be(sealed.p + 4, 4);
  out->memory_bytes = get_be(sealed.p + 8, 8);
  memcpy(out->salt, sealed.p + 16, sizeof out->salt);
  if (out->passes < PASSES_FLOOR || out->passes > PASSES_CEILING)
    return EVD_ERR_SEALED;
  if (out->memory_bytes < MEMORY_FLOOR || out->memory_bytes > MEMORY_CEILING)
    return EVD_ERR_SEALED;
  return EVD_OK;
}

evd_err evd_seal_derive(evd_seal_key *out, const char *pass, size_t pass_n,
                        const evd_seal_cost *cost) {
  evd_host_sodium();
  out->cost = *cost;
  if (crypto_pwhash(out->key, sizeof out->key, pass, pass_n, cost->salt,
                    cost->passes, (size_t)cost->memory_bytes,
                    crypto_pwhash_ALG_ARGON2ID13) == 0)
    return EVD_OK;
  sodium_memzero(out->key, sizeof out->key);
  return EVD_ERR_SPACE;
}

evd_err evd_seal_with(uint8_t *out, const void *p, size_t n,
                      const evd_seal_key *key) {
  unsigned long long got = 0;
  memcpy(out, magic, sizeof magic);
  put_be(out + 4, key->cost.passes, 4);
  put_be(out + 8, key->cost.memory_bytes, 8);
  memcpy(out + 16, key->cost.salt, sizeof key->cost.salt);
  /* 192 random bits: no nonce comes twice under one key. */
  EVD_TRY(evd_random_get(out + 32, 24));
  int bad = crypto_aead_xchacha20poly1305_ietf_encrypt(
      out + EVD_SEAL_HEAD, &got, p, n, out, EVD_SEAL_HEAD, NULL, out + 32,
      key->key);
  return bad || got != n + EVD_SEAL_TAG ? EVD_ERR_SPACE : EVD_OK;
}

evd_err evd_unseal_with(uint8_t *out, evd_span sealed,
                        const evd_seal_key *key) {
  unsigned long long got = 0;
  if (sealed.n < EVD_SEAL_EXTRA)
    return EVD_ERR_SEALED;
  size_t n = sealed.n - EVD_SEAL_EXTRA;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          out, &got, NULL, sealed.p + EVD_SEAL_HEAD, sealed.n - EVD_SEAL_HEAD,
          sealed.p, EVD_SEAL_HEAD, sealed.p + 32, key->key) == 0)
    return EVD_OK;
  if (n)
    sodium_memzero(out, n);
  return EVD_ERR_SEALED;
}

evd_err evd_seal(uint8_t *out, const void *p, size_t n, const char *pass,
                 size_t pass_n, evd_kdf kdf) {
  evd_seal_key key;
  evd_seal_cost cost = evd_seal_cost_new(kdf);
  evd_err e = evd_seal_derive(&key, pass, pass_n, &cost);
  if (e == EVD_OK)
    e = evd_seal_with(out, p, n, &key);
  sodium_memzero(&key, sizeof key);
  return e;
}

evd_err evd_unseal(uint8_t *out, evd_span sealed, const char *pass,
                   size_t pass_n) {
  evd_seal_key key;
  evd_seal_cost cost;
  EVD_TRY(evd_seal_cost_read(&cost, sealed));
  evd_err e = evd_seal_derive(&key, pass, pass_n, &cost);
  if (e == EVD_OK)
    e = evd_unseal_with(out, sealed, &key);
  sodium_memzero(&key, sizeof key);
  return e;
}
