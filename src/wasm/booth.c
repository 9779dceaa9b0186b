/* The hashes a booth computes itself instead of believing the server. */
#include "egds/hashes.h"

#include <string.h>

#include "sign/sign.h"
#include "wasm/context.h"
#include "wasm/wire.h"

#define GUARDIANS_MAX 255
#define KIND_MAX 32

/* Hashes need of a group only that nothing taps them. */
static evd_group hash_group(void) { return (evd_group){.tap = NULL}; }

EVD_EXPORT("device")
int32_t evd_wasm_device(const evd_wasm_context *x, uint8_t out[EVD_BC_BYTES],
                        const uint8_t *label, uint32_t label_bytes) {
  evd_h32 HDI;
  if (x->mark != EVD_WASM_MARK)
    return EVD_ERR_USAGE;
  if (label_bytes > INT32_MAX)
    return EVD_ERR_RANGE;
  evd_hash_HDI(&x->G, &HDI, &x->HE, (evd_span){label, label_bytes});
  evd_BC(out, 0, &HDI);
  return EVD_OK;
}

EVD_EXPORT("hashes")
int32_t evd_wasm_hashes(uint8_t out[96], const uint8_t *in, uint32_t in_bytes) {
  evd_group G = hash_group();
  evd_wire w = evd_wire_read(in, in_bytes);
  uint32_t n = 0, k = 0;
  evd_p K, K_hat;
  evd_h32 HP, HB, HE;
  evd_wire_u32(&w, &n);
  evd_wire_u32(&w, &k);
  evd_wire_bytes(&w, &K, sizeof K);
  evd_wire_bytes(&w, &K_hat, sizeof K_hat);
  if (w.bad)
    return EVD_ERR_PARSE;
  if (k == 0 || k > n || n > GUARDIANS_MAX || w.n > INT32_MAX)
    return EVD_ERR_RANGE;
  evd_hash_HP(&G, &HP, n, k);
  evd_hash_HB(&G, &HB, &HP, (evd_span){w.p, w.n});
  evd_hash_HE(&G, &HE, &HB, &K, &K_hat);
  memcpy(out, HP.b, 32);
  memcpy(out + 32, HB.b, 32);
  memcpy(out + 64, HE.b, 32);
  return EVD_OK;
}

EVD_EXPORT("code")
int32_t evd_wasm_code(uint8_t out[32], const uint8_t *in, uint32_t in_bytes) {
  evd_group G = hash_group();
  evd_wire w = evd_wire_read(in, in_bytes);
  evd_h32 HI, HC;
  uint32_t n = 0;
  evd_wire_bytes(&w, &HI, sizeof HI);
  evd_wire_u32(&w, &n);
  if (w.bad || n > w.n / sizeof(evd_h32))
    return EVD_ERR_PARSE;
  const uint8_t *chi = evd_wire_take(&w, (size_t)n * sizeof(evd_h32));
  const uint8_t *B_C = evd_wire_take(&w, EVD_BC_BYTES);
  if (!evd_wire_ended(&w))
    return EVD_ERR_PARSE;
  evd_hash_HC(&G, &HC, &HI, (const evd_h32 *)(const void *)chi, n, B_C);
  memcpy(out, HC.b, sizeof HC.b);
  return EVD_OK;
}

EVD_EXPORT("sha256")
int32_t evd_wasm_sha256(uint8_t out[32], const uint8_t *in, uint32_t in_bytes) {
  evd_sha256 c;
  evd_h32 h;
  evd_sha256_init(&c);
  evd_sha256_add(&c, in, in_bytes);
  evd_sha256_out(&c, &h);
  memcpy(out, h.b, sizeof h.b);
  return EVD_OK;
}

EVD_EXPORT("digest")
int32_t evd_wasm_digest(uint8_t out[32], const uint8_t *kind,
                        uint32_t kind_bytes, const uint8_t *in,
                        uint32_t in_bytes) {
  char name[KIND_MAX + 1] = {0};
  evd_h32 h;
  if (kind_bytes > KIND_MAX)
    return EVD_ERR_RANGE;
  memcpy(name, kind, kind_bytes);
  if (strlen(name) != kind_bytes)
    return EVD_ERR_RANGE;
  evd_digest(&h, name, in, in_bytes);
  memcpy(out, h.b, sizeof h.b);
  return EVD_OK;
}

EVD_EXPORT("signed")
int32_t evd_wasm_signed(const uint8_t *in, uint32_t in_bytes) {
  const uint32_t head = EVD_ED25519_KEY_BYTES + EVD_ED25519_SIG_BYTES;
  if (in_bytes < head)
    return EVD_ERR_PARSE;
  const evd_span message = {in + head, in_bytes - head};
  return evd_ed25519_verify_var(in, in + EVD_ED25519_KEY_BYTES, message)
             ? EVD_OK
             : EVD_ERR_PROOF;
}
