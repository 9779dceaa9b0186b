/* Verifications 10 and 12: the joint proofs of decryption, from published
 * values alone.
 */

#include "egds/challenge.h"
#include "egds/hashes.h"
#include "egds/schnorr.h"

/* The recomputed challenge of a joint proof: a = g^v key^c, b = A^v M^c.
 * [V 10.2, 10.3, 12.1, 12.2] */
static void recompute(const evd_group *G, evd_zq *challenge, const evd_item *it,
                      const evd_base *key, const evd_p *M, const evd_q *c,
                      const evd_q *v) {
  evd_zp a, b, x, y;
  evd_exp ec, ev;
  evd_exp_from_bytes(&ec, c);
  evd_exp_from_bytes(&ev, v);
  evd_base_pow_var(G, &a, &G->g, &ev);
  evd_base_pow_var(G, &x, key, &ec);
  G->k->mul(&a, &a, &x);
  (void)evd_zp_from_bytes(G->k, &x, &it->A);
  (void)evd_zp_from_bytes(G->k, &y, M);
  evd_pow2_var(G, &b, &x, &ev, &y, &ec);
  evd_chal_item(G, challenge, it, &a, &b, M);
}

uint32_t evd_cell_check_var(const evd_group *G, const evd_item *it,
                            const evd_p *T, uint64_t t, const evd_q *c,
                            const evd_q *v) {
  uint32_t flags = 0;
  evd_zp x;
  evd_p M;
  evd_zq challenge;
  const evd_exp e = {{t, 0, 0, 0}};
  evd_decrypt_T_var(G, &M, &it->B, T);
  recompute(G, &challenge, it, &G->K, &M, c, v);
  if (!evd_in_Zq(v))
    flags |= EVD_V10_A; /* [V 10.A] */
  if (!evd_challenge_is(&challenge, c))
    flags |= EVD_V10_B; /* [V 10.B] */
  evd_base_pow_var(G, &x, &G->K, &e);
  if (!evd_element_is(G, &x, T))
    flags |= EVD_V10_C; /* [V 10.C] */
  if (evd_element_read_var(G, &x, T) != EVD_OK || !evd_in_Zq(c))
    flags |= EVD_V10_X2_T;
  return flags;
}

void evd_data_open(const evd_group *G, uint8_t *D, const evd_item *it,
                   const evd_p *beta) {
  evd_h32 key;
  evd_key_data(G, &key, &it->key, it->ind_c, &it->A, beta);
  evd_data_xor(G, D, it->C1.p, &key, it->ind_c, (uint32_t)(it->C1.n / 32));
}

/* [V 12.3, 12.4] and D = C1 xor k_1 .. k_b */
static bool data_fits(const evd_group *G, const evd_item *it, const evd_p *beta,
                      evd_span D) {
  uint32_t b = (uint32_t)(it->C1.n / 32);
  uint8_t differ = 0;
  evd_h32 key, k;
  if (D.n != it->C1.n)
    return false;
  evd_key_data(G, &key, &it->key, it->ind_c, &it->A, beta);
  for (uint32_t i = 0; i < b; i++) {
    evd_kdf_data(G, &k, &key, it->ind_c, i + 1, b);
    for (size_t j = 0; j < 32; j++)
      differ |= (uint8_t)(D.p[32 * i + j] ^ it->C1.p[32 * i + j] ^ k.b[j]);
  }
  return differ == 0;
}

uint32_t evd_data_opened_check_var(const evd_group *G, const evd_item *it,
                                   const evd_p *beta, const evd_q *c,
                                   const evd_q *v, evd_span D) {
  uint32_t flags = 0;
  evd_zp x;
  evd_zq challenge;
  recompute(G, &challenge, it, &G->K_hat, beta, c, v);
  if (!evd_in_Zq(v))
    flags |= EVD_V12_A; /* [V 12.A] */
  if (!evd_challenge_is(&challenge, c))
    flags |= EVD_V12_B; /* [V 12.B] */
  if (!data_fits(G, it, beta, D))
    flags |= EVD_V12_C; /* [V 12.C] */
  if (evd_element_read_var(G, &x, beta) != EVD_OK || !evd_in_Zq(c))
    flags |= EVD_V12_X2;
  return flags;
}
