/* Partial decryption of encrypted ballot nonces [eq 107, 108] with the
 * one-round proof of record-format 6.
 */
#include <string.h>

#include "base/endian.h"
#include "base/wipe.h"
#include "egds/decrypt.h"
#include "egds/hashes.h"
#include "egds/schnorr.h"

/* c = digest("nonce-share", H_E || id_B || b(i, 4) || C0 || M || a || b) */
static void challenge(const evd_group *G, evd_zq *c, const evd_h32 *HE,
                      const evd_h32 *id_B, uint32_t i, const evd_p *C0,
                      const evd_p *M, const evd_zp ab[2]) {
  evd_sha256 h;
  evd_p bytes;
  evd_h32 out;
  uint8_t index[4];
  evd_be32_put(index, i);
  evd_digest_init(&h, "nonce-share");
  evd_sha256_add(&h, HE->b, sizeof HE->b);
  evd_sha256_add(&h, id_B->b, sizeof id_B->b);
  evd_sha256_add(&h, index, sizeof index);
  evd_sha256_add(&h, C0->b, sizeof C0->b);
  evd_sha256_add(&h, M->b, sizeof M->b);
  for (int j = 0; j < 2; j++) {
    evd_zp_to_bytes(G->k, &bytes, &ab[j]);
    evd_sha256_add(&h, bytes.b, sizeof bytes.b);
  }
  evd_sha256_out(&h, &out);
  evd_zq_reduce(c, &out);
}

void evd_nonce_share_make(const evd_group *G, evd_p *M, evd_q *c, evd_q *v,
                          const evd_h32 *HE, const evd_h32 *id_B, uint32_t i,
                          const evd_p *C0, const evd_zp *S_i,
                          const evd_zq_sec *z_hat,
                          const uint8_t random[EVD_SAMPLE_BYTES]) {
  evd_zp base, x, ab[2];
  evd_zq_sec u;
  evd_zq chal, resp;
  (void)S_i; /* the key of the statement: bound by H_E and i */
  (void)evd_zp_from_bytes(G->k, &base, C0);
  evd_zp_pow_sec(G->k, &x, &base, z_hat); /* [eq 107] */
  evd_zp_to_bytes(G->k, M, &x);
  /* handed out: the guardian's part of opening a challenged ballot */
  evd_declassify_bytes(M, sizeof *M);
  evd_zq_sec_sample(&u, random);
  evd_base_pow_sec(G, &ab[0], &G->g, &u);
  evd_zp_pow_sec(G->k, &ab[1], &base, &u);
  challenge(G, &chal, HE, id_B, i, C0, M, ab);
  /* handed out as part of the proof; a hash, and u stays behind it */
  evd_declassify_bytes(&chal, sizeof chal);
  evd_zq_sec_response(&resp, &u, &chal, z_hat);
  evd_zq_to_bytes(c, &chal);
  evd_zq_to_bytes(v, &resp);
  evd_zq_sec_wipe(&u);
}

evd_err evd_nonce_share_check_var(const evd_group *G, const evd_h32 *HE,
                                  const evd_h32 *id_B, uint32_t i,
                                  const evd_p *C0, const evd_zp *S_i,
                                  const evd_p *M, const evd_q *c,
                                  const evd_q *v) {
  evd_zp base, m, t, ab[2];
  evd_exp ec, ev;
  evd_zq chal;
  if (!evd_in_Zq(c) || !evd_in_Zq(v))
    return EVD_ERR_PROOF;
  EVD_TRY(evd_element_read_var(G, &base, C0));
  EVD_TRY(evd_element_read_var(G, &m, M));
  evd_exp_from_bytes(&ec, c);
  evd_exp_from_bytes(&ev, v);
  evd_base_pow_var(G, &ab[0], &G->g, &ev); /* a = g^v S_i^c */
  evd_zp_pow_var(G->k, &t, S_i, &ec);
  G->k->mul(&ab[0], &ab[0], &t);
  evd_zp_pow_var(G->k, &ab[1], &base, &ev); /* b = C0^v M^c */
  evd_zp_pow_var(G->k, &t, &m, &ec);
  G->k->mul(&ab[1], &ab[1], &t);
  challenge(G, &chal, HE, id_B, i, C0, M, ab);
  return evd_challenge_is(&chal, c) ? EVD_OK : EVD_ERR_PROOF;
}

/* beta_B = prod M_i^w_i; exponents are public, the M_i are not used as an
 * index or in a branch. */
static evd_err combine(const evd_group *G, evd_zp *beta, const evd_p M[],
                       const uint32_t U[], uint32_t n_U) {
  evd_zp x;
  evd_zq w;
  evd_zp_one(beta);
  for (uint32_t j = 0; j < n_U; j++) {
    EVD_TRY(evd_lagrange(&w, U, n_U, U[j]));
    bool canonical = evd_zp_from_bytes(G->k, &x, &M[j]);
    /* a number that is no element is refused, whatever it is */
    evd_declassify_bytes(&canonical, sizeof canonical);
    if (!canonical)
      return EVD_ERR_MEMBER;
    evd_exp e = evd_exp_zq(&w);
    evd_zp_pow_var(G->k, &x, &x, &e);
    G->k->mul(beta, beta, &x);
  }
  evd_wipe(&x, sizeof x);
  return EVD_OK;
}

evd_err evd_nonce_open(const evd_group *G, evd_h32 *xi_B, const evd_h32 *HI,
                       const evd_p *C0, const evd_h32 *C1, const evd_p M[],
                       const uint32_t U[], uint32_t n_U) {
  evd_zp beta;
  evd_p beta_bytes;
  evd_h32 key, k1;
  memset(xi_B->b, 0, sizeof xi_B->b);
  EVD_TRY(combine(G, &beta, M, U, n_U)); /* [eq 108] */
  evd_zp_to_bytes(G->k, &beta_bytes, &beta);
  evd_key_nonce(G, &key, HI, C0, &beta_bytes);
  evd_kdf_nonce(G, &k1, &key);
  for (size_t j = 0; j < sizeof k1.b; j++)
    xi_B->b[j] = C1->b[j] ^ k1.b[j];
  evd_wipe(&beta, sizeof beta);
  evd_wipe(&beta_bytes, sizeof beta_bytes);
  evd_wipe(&key, sizeof key);
  evd_wipe(&k1, sizeof k1);
  return EVD_OK;
}
