/* Base hashes and the small hashes of ballots and devices.
 *
 * Spec:  EGDS 2.1.0 eq 4, 5, 27, 30, 32, 33, 64, 70-78 and table 5.5.
 * Layer: L3 egds. Inputs are published bytes unless said otherwise.
 */
#ifndef EVD_EGDS_HASHES_H
#define EVD_EGDS_HASHES_H

#include "egds/ballot.h"
#include "egds/keys.h"
#include "group/secret.h"

void evd_hash_HP(const evd_group *G, evd_h32 *out, uint32_t n, uint32_t k);
void evd_hash_HB(const evd_group *G, evd_h32 *out, const evd_h32 *HP,
                 evd_span manifest);
void evd_hash_HG(const evd_group *G, evd_h32 *out, const evd_h32 *HB,
                 const evd_p *K, const evd_p *K_hat,
                 const evd_guardian_pub guardians[], uint32_t n); /* [27] */
void evd_hash_HE(const evd_group *G, evd_h32 *out, const evd_h32 *HB,
                 const evd_p *K, const evd_p *K_hat); /* [30] */
void evd_hash_HI(const evd_group *G, evd_h32 *out, const evd_h32 *HE,
                 const evd_h32 *id_B); /* [32] */
/* id_B of a remote ballot: SHA-256("Evident/id_B/v1" 00 credential salt) */
void evd_bound_id(evd_h32 *id_B, const evd_h32 *credential,
                  const evd_h32 *salt);
/* xi_i,j [33] and the contest data nonce [64], secret in and out.  CT */
void evd_nonce_option(const evd_group *G, evd_zq_sec *xi, const evd_h32 *HI,
                      uint32_t ind_c, uint32_t ind_o, const evd_h32 *xi_B);
void evd_nonce_data(const evd_group *G, evd_zq_sec *xi, const evd_h32 *HI,
                    uint32_t ind_c, const evd_h32 *xi_B);

/* chi [70] over the ciphertexts and data of c as they stand. */
void evd_hash_chi(const evd_group *G, evd_h32 *out, const evd_h32 *HI,
                  const evd_contest_ct *c);
/* The same in pieces, for who recomputes the ciphertexts: init, then alpha_1,
 * beta_1, .. by the caller, then the data part of c as it stands. */
void evd_chi_init(const evd_group *G, evd_hmac *h, const evd_h32 *HI,
                  uint32_t ind_c);
void evd_chi_out(evd_hmac *h, evd_h32 *out, const evd_contest_ct *c);
/* H_C [71] over the chi of the ballot's contests as they stand. */
void evd_hash_HC(const evd_group *G, evd_h32 *out, const evd_h32 *HI,
                 const evd_h32 chi[], uint32_t n_contests,
                 const uint8_t B_C[EVD_BC_BYTES]);
void evd_ballot_HC(const evd_group *G, evd_h32 *out, const evd_ballot *b);
void evd_hash_HDI(const evd_group *G, evd_h32 *out, const evd_h32 *HE,
                  evd_span S_device); /* [72] */
/* B_C = b(mode, 4) || h: mode 0 with H_DI [73]; mode 1 with H_DI starts the
 * chain [75], with the previous confirmation code continues it [76]. */
void evd_BC(uint8_t out[EVD_BC_BYTES], uint32_t mode, const evd_h32 *h);
void evd_hash_H0(const evd_group *G, evd_h32 *out, const evd_h32 *HE,
                 const uint8_t B_C0[EVD_BC_BYTES]); /* [74] */
/* The closing field [78] after last code H_l, and the closing hash [77]. */
void evd_BC_close(const evd_group *G, uint8_t out[EVD_BC_BYTES],
                  const evd_h32 *HE, const evd_h32 *H_l,
                  const uint8_t B_C0[EVD_BC_BYTES]);
void evd_hash_close(const evd_group *G, evd_h32 *out, const evd_h32 *HE,
                    const uint8_t B_close[EVD_BC_BYTES]);

/* Keys of the three hashed ElGamal encryptions: shares [16], ballot nonce
 * [35], contest data [65]. beta as bytes; it and the key are SECRET where the
 * ciphertext is not opened.                                            CT */
void evd_key_share(const evd_group *G, evd_h32 *key, const evd_h32 *HP,
                   uint32_t i, uint32_t l, const evd_p *kappa_l,
                   const evd_p *alpha, const evd_p *beta);
void evd_key_nonce(const evd_group *G, evd_h32 *key, const evd_h32 *HI,
                   const evd_p *alpha, const evd_p *beta);
void evd_key_data(const evd_group *G, evd_h32 *key, const evd_h32 *HI,
                  uint32_t ind_c, const evd_p *alpha, const evd_p *beta);

/* What is derived from them (SP 800-108, counter from 1): both share keys
 * [17, 18] or one of them, the nonce key [36], contest data key i of b [66].
 * The counter and the bit length have 1 and 2 bytes for shares and nonce, 4
 * and 4 for contest data.                                              CT */
void evd_kdf_share_block(const evd_group *G, evd_h32 *out, const evd_h32 *key,
                         uint8_t counter, uint32_t i, uint32_t l);
void evd_kdf_share(const evd_group *G, uint8_t out[64], const evd_h32 *key,
                   uint32_t i, uint32_t l);
void evd_kdf_nonce(const evd_group *G, evd_h32 *out, const evd_h32 *h_key);
void evd_kdf_data(const evd_group *G, evd_h32 *out, const evd_h32 *h_key,
                  uint32_t ind_c, uint32_t i, uint32_t b);
/* out = in xor k_1 || .. || k_b; 32 b bytes, out may be in. [68, 106, 111] */
void evd_data_xor(const evd_group *G, uint8_t *out, const uint8_t *in,
                  const evd_h32 *h_key, uint32_t ind_c, uint32_t b);

#endif /* EVD_EGDS_HASHES_H */
