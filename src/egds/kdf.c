/* Keys of the three hashed ElGamal encryptions and what is derived from them.
 *
 * CT: beta and the keys may be secret; time depends on lengths only.
 */
#include <string.h>

#include "base/wipe.h"
#include "egds/hashes.h"

enum { TAG_KEY_SHARE = 0x11, TAG_KEY_NONCE = 0x22, TAG_KEY_DATA = 0x26 };

/* Adds a label with the 00 that ends it, then the context's label. */
static void add_labels(evd_hmac *h, const char *label, const char *context) {
  evd_h_add(h, label, strlen(label) + 1);
  evd_h_add(h, context, strlen(context));
}

/* [eq 16]: H_P; 11, i, l, kappa_l, alpha, beta */
void evd_key_share(const evd_group *G, evd_h32 *key, const evd_h32 *HP,
                   uint32_t i, uint32_t l, const evd_p *kappa_l,
                   const evd_p *alpha, const evd_p *beta) {
  evd_hmac h;
  evd_h_init(&h, HP, G->tap);
  evd_h_tag(&h, TAG_KEY_SHARE);
  evd_h_u32(&h, i);
  evd_h_u32(&h, l);
  evd_h_add(&h, kappa_l->b, sizeof kappa_l->b);
  evd_h_add(&h, alpha->b, sizeof alpha->b);
  evd_h_add(&h, beta->b, sizeof beta->b);
  evd_h_out(&h, key);
}

/* [eq 35]: H_I; 22, alpha_B, beta_B */
void evd_key_nonce(const evd_group *G, evd_h32 *key, const evd_h32 *HI,
                   const evd_p *alpha, const evd_p *beta) {
  evd_hmac h;
  evd_h_init(&h, HI, G->tap);
  evd_h_tag(&h, TAG_KEY_NONCE);
  evd_h_add(&h, alpha->b, sizeof alpha->b);
  evd_h_add(&h, beta->b, sizeof beta->b);
  evd_h_out(&h, key);
}

/* [eq 65]: H_I; 26, ind_c, alpha, beta */
void evd_key_data(const evd_group *G, evd_h32 *key, const evd_h32 *HI,
                  uint32_t ind_c, const evd_p *alpha, const evd_p *beta) {
  evd_hmac h;
  evd_h_init(&h, HI, G->tap);
  evd_h_tag(&h, TAG_KEY_DATA);
  evd_h_u32(&h, ind_c);
  evd_h_add(&h, alpha->b, sizeof alpha->b);
  evd_h_add(&h, beta->b, sizeof beta->b);
  evd_h_out(&h, key);
}

/* Block `counter` of [eq 17] (1) or [eq 18] (2): counter in one byte, bit
 * length 512 in two. */
void evd_kdf_share_block(const evd_group *G, evd_h32 *out, const evd_h32 *key,
                         uint8_t counter, uint32_t i, uint32_t l) {
  static const uint8_t bits[2] = {0x02, 0x00};
  evd_hmac h;
  evd_h_init(&h, key, G->tap);
  evd_h_tag(&h, counter);
  add_labels(&h, "share_enc_keys", "share_encrypt");
  evd_h_u32(&h, i);
  evd_h_u32(&h, l);
  evd_h_add(&h, bits, sizeof bits);
  evd_h_out(&h, out);
}

void evd_kdf_share(const evd_group *G, uint8_t out[64], const evd_h32 *key,
                   uint32_t i, uint32_t l) {
  for (uint8_t block = 0; block < 2; block++) {
    evd_h32 k;
    evd_kdf_share_block(G, &k, key, (uint8_t)(block + 1), i, l);
    memcpy(out + 32 * block, k.b, sizeof k.b);
    evd_wipe(&k, sizeof k);
  }
}

/* [eq 36]: one block, bit length 256 in two bytes */
void evd_kdf_nonce(const evd_group *G, evd_h32 *out, const evd_h32 *h_key) {
  static const uint8_t bits[2] = {0x01, 0x00};
  evd_hmac h;
  evd_h_init(&h, h_key, G->tap);
  evd_h_tag(&h, 1);
  add_labels(&h, "ballot_nonce", "ballot_nonce_encrypt");
  evd_h_add(&h, bits, sizeof bits);
  evd_h_out(&h, out);
}

/* [eq 66, 104]: counter i = 1..b and bit length 256 b, four bytes each */
void evd_kdf_data(const evd_group *G, evd_h32 *out, const evd_h32 *h_key,
                  uint32_t ind_c, uint32_t i, uint32_t b) {
  evd_hmac h;
  evd_h_init(&h, h_key, G->tap);
  evd_h_u32(&h, i);
  add_labels(&h, "data_enc_keys", "contest_data");
  evd_h_u32(&h, ind_c);
  evd_h_u32(&h, 256 * b);
  evd_h_out(&h, out);
}

/* C1 and D in blocks of 32 bytes [eq 63, 105]; [eq 68, 106, 111]: out = in xor
 * k_1 || .. || k_b; out may be in. */
void evd_data_xor(const evd_group *G, uint8_t *out, const uint8_t *in,
                  const evd_h32 *h_key, uint32_t ind_c, uint32_t b) {
  for (uint32_t i = 1; i <= b; i++) {
    evd_h32 k;
    evd_kdf_data(G, &k, h_key, ind_c, i, b);
    for (size_t j = 0; j < 32; j++, in++, out++)
      *out = *in ^ k.b[j];
    evd_wipe(&k, sizeof k);
  }
}
