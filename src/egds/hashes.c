#include "egds/hashes.h"

#include <string.h>

#include "base/endian.h"
#include "base/wipe.h"

enum {
  TAG_HP = 0x00,
  TAG_HB = 0x01,
  TAG_HG = 0x13,
  TAG_HE = 0x14,
  TAG_HI = 0x20,
  TAG_NONCE_OPTION = 0x21,
  TAG_NONCE_DATA = 0x25,
  TAG_CHI = 0x28,
  TAG_HC = 0x29, /* also the chain's start and its closing hash */
  TAG_HDI = 0x2A,
  TAG_CLOSE = 0x2B,
};

static void start(const evd_group *G, evd_hmac *h, const evd_h32 *key,
                  uint8_t tag) {
  evd_h_init(h, key, G->tap);
  evd_h_tag(h, tag);
}

static void add_p(evd_hmac *h, const evd_p *x) {
  evd_h_add(h, x->b, sizeof x->b);
}

static void add_h(evd_hmac *h, const evd_h32 *x) {
  evd_h_add(h, x->b, sizeof x->b);
}

/* [eq 4]: key ver = "v2.1.0" filled with zeros on the right; 00, p, q, g, n, k
 */
void evd_hash_HP(const evd_group *G, evd_h32 *out, uint32_t n, uint32_t k) {
  static const evd_h32 ver = {{'v', '2', '.', '1', '.', '0'}};
  evd_hmac h;
  start(G, &h, &ver, TAG_HP);
  evd_h_add(&h, evd_p_bytes, EVD_P_BYTES);
  evd_h_add(&h, evd_q_bytes, EVD_Q_BYTES);
  evd_h_add(&h, evd_g_bytes, EVD_P_BYTES);
  evd_h_u32(&h, n);
  evd_h_u32(&h, k);
  evd_h_out(&h, out);
}

/* [eq 5]: H_P; 01, b(len, 4), manifest */
void evd_hash_HB(const evd_group *G, evd_h32 *out, const evd_h32 *HP,
                 evd_span manifest) {
  evd_hmac h;
  start(G, &h, HP, TAG_HB);
  evd_h_str(&h, manifest.p, manifest.n);
  evd_h_out(&h, out);
}

/* [eq 27]: H_B; 13, K, K^, K_1,0 .. K_n,k-1, K^_1,0 .. K^_n,k-1, kappa_1 ..
 * kappa_n: guardian after guardian. */
void evd_hash_HG(const evd_group *G, evd_h32 *out, const evd_h32 *HB,
                 const evd_p *K, const evd_p *K_hat,
                 const evd_guardian_pub guardians[], uint32_t n) {
  evd_hmac h;
  start(G, &h, HB, TAG_HG);
  add_p(&h, K);
  add_p(&h, K_hat);
  for (uint32_t i = 0; i < n; i++)
    evd_h_add(&h, guardians[i].K, guardians[i].k * sizeof(evd_p));
  for (uint32_t i = 0; i < n; i++)
    evd_h_add(&h, guardians[i].K_hat, guardians[i].k * sizeof(evd_p));
  for (uint32_t i = 0; i < n; i++)
    add_p(&h, &guardians[i].kappa);
  evd_h_out(&h, out);
}

/* [eq 30] [V 4.A]: H_B; 14, K, K^ */
void evd_hash_HE(const evd_group *G, evd_h32 *out, const evd_h32 *HB,
                 const evd_p *K, const evd_p *K_hat) {
  evd_hmac h;
  start(G, &h, HB, TAG_HE);
  add_p(&h, K);
  add_p(&h, K_hat);
  evd_h_out(&h, out);
}

/* [eq 32]: H_E; 20, id_B (32 raw bytes, never reduced) */
void evd_hash_HI(const evd_group *G, evd_h32 *out, const evd_h32 *HE,
                 const evd_h32 *id_B) {
  evd_hmac h;
  start(G, &h, HE, TAG_HI);
  add_h(&h, id_B);
  evd_h_out(&h, out);
}

void evd_bound_id(evd_h32 *id_B, const evd_h32 *credential,
                  const evd_h32 *salt) {
  evd_sha256 c;
  evd_digest_init(&c, "id_B");
  evd_sha256_add(&c, credential->b, sizeof credential->b);
  evd_sha256_add(&c, salt->b, sizeof salt->b);
  evd_sha256_out(&c, id_B);
}

/* A secret scalar out of a hash with a secret input. */
static void out_secret(evd_hmac *h, evd_zq_sec *xi) {
  evd_h32 raw;
  evd_h_out(h, &raw);
  evd_zq_sec_reduce(xi, &raw);
  evd_wipe(&raw, sizeof raw);
}

/* [eq 33]: H_I; 21, ind_c, ind_o, xi_B */
void evd_nonce_option(const evd_group *G, evd_zq_sec *xi, const evd_h32 *HI,
                      uint32_t ind_c, uint32_t ind_o, const evd_h32 *xi_B) {
  evd_hmac h;
  start(G, &h, HI, TAG_NONCE_OPTION);
  evd_h_u32(&h, ind_c);
  evd_h_u32(&h, ind_o);
  add_h(&h, xi_B);
  out_secret(&h, xi);
}

/* [eq 64]: H_I; 25, ind_c, xi_B */
void evd_nonce_data(const evd_group *G, evd_zq_sec *xi, const evd_h32 *HI,
                    uint32_t ind_c, const evd_h32 *xi_B) {
  evd_hmac h;
  start(G, &h, HI, TAG_NONCE_DATA);
  evd_h_u32(&h, ind_c);
  add_h(&h, xi_B);
  out_secret(&h, xi);
}

void evd_chi_init(const evd_group *G, evd_hmac *h, const evd_h32 *HI,
                  uint32_t ind_c) {
  start(G, h, HI, TAG_CHI);
  evd_h_u32(h, ind_c);
}

void evd_chi_out(evd_hmac *h, evd_h32 *out, const evd_contest_ct *c) {
  if (c->b) {
    add_p(h, &c->data_C0);
    evd_h_add(h, c->data_C1, (size_t)c->b * 32);
    evd_h_add(h, c->data_c.b, sizeof c->data_c.b); /* C2 = c || v */
    evd_h_add(h, c->data_v.b, sizeof c->data_v.b);
  }
  evd_h_out(h, out);
}

/* [eq 70]: H_I; 28, ind_c, alpha_1, beta_1, .. (C0, C1, C2) */
void evd_hash_chi(const evd_group *G, evd_h32 *out, const evd_h32 *HI,
                  const evd_contest_ct *c) {
  evd_hmac h;
  evd_chi_init(G, &h, HI, c->ind_c);
  for (uint32_t o = 0; o < c->n_fields; o++) {
    add_p(&h, &c->fields[o].alpha);
    add_p(&h, &c->fields[o].beta);
  }
  evd_chi_out(&h, out, c);
}

/* [eq 71]: H_I; 29, chi_1, .. chi_mB, B_C */
void evd_hash_HC(const evd_group *G, evd_h32 *out, const evd_h32 *HI,
                 const evd_h32 chi[], uint32_t n_contests,
                 const uint8_t B_C[EVD_BC_BYTES]) {
  evd_hmac h;
  start(G, &h, HI, TAG_HC);
  for (uint32_t i = 0; i < n_contests; i++)
    add_h(&h, &chi[i]);
  evd_h_add(&h, B_C, EVD_BC_BYTES);
  evd_h_out(&h, out);
}

void evd_ballot_HC(const evd_group *G, evd_h32 *out, const evd_ballot *b) {
  evd_hmac h;
  start(G, &h, &b->H_I, TAG_HC);
  for (uint32_t i = 0; i < b->n_contests; i++)
    add_h(&h, &b->contests[i].chi);
  evd_h_add(&h, b->B_C, EVD_BC_BYTES);
  evd_h_out(&h, out);
}

/* [eq 72]: H_E; 2A, b(len, 4), S_device */
void evd_hash_HDI(const evd_group *G, evd_h32 *out, const evd_h32 *HE,
                  evd_span S_device) {
  evd_hmac h;
  start(G, &h, HE, TAG_HDI);
  evd_h_str(&h, S_device.p, S_device.n);
  evd_h_out(&h, out);
}

/* [eq 73, 75, 76]: b(mode, 4) || h */
void evd_BC(uint8_t out[EVD_BC_BYTES], uint32_t mode, const evd_h32 *h) {
  evd_be32_put(out, mode);
  memcpy(out + 4, h->b, sizeof h->b);
}

/* [eq 74] and [eq 77] have one form: H_E; 29, B_C. */
static void chain_hash(const evd_group *G, evd_h32 *out, const evd_h32 *HE,
                       const uint8_t B_C[EVD_BC_BYTES]) {
  evd_hmac h;
  start(G, &h, HE, TAG_HC);
  evd_h_add(&h, B_C, EVD_BC_BYTES);
  evd_h_out(&h, out);
}

void evd_hash_H0(const evd_group *G, evd_h32 *out, const evd_h32 *HE,
                 const uint8_t B_C0[EVD_BC_BYTES]) {
  chain_hash(G, out, HE, B_C0);
}

void evd_hash_close(const evd_group *G, evd_h32 *out, const evd_h32 *HE,
                    const uint8_t B_close[EVD_BC_BYTES]) {
  chain_hash(G, out, HE, B_close);
}

/* [eq 78]: 00000001 || H(H_E; 2B, H_l, B_C,0) */
void evd_BC_close(const evd_group *G, uint8_t out[EVD_BC_BYTES],
                  const evd_h32 *HE, const evd_h32 *H_l,
                  const uint8_t B_C0[EVD_BC_BYTES]) {
  evd_hmac h;
  evd_h32 inner;
  start(G, &h, HE, TAG_CLOSE);
  add_h(&h, H_l);
  evd_h_add(&h, B_C0, EVD_BC_BYTES);
  evd_h_out(&h, &inner);
  evd_BC(out, 1, &inner);
}
