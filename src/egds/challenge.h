/* The challenge of every proof: what is hashed, and in which order.
 *
 * Spec:  EGDS 2.1.0 eq 11, 13, 22, 38, 41, 50, 59, 62, 69, 90, 101; the
 *        commitments 88, 99.
 * Layer: L3 egds. Public data only; prover and verifier call the same code.
 *
 * Ciphertexts and keys enter as published bytes; commitments enter as the
 * value computed, reduced below p. Where a proof has many commitments they
 * are streamed: nothing is stored.
 */
#ifndef EVD_EGDS_CHALLENGE_H
#define EVD_EGDS_CHALLENGE_H

#include "egds/decrypt.h"

/* Adds x as EVD_P_BYTES bytes, reduced. */
void evd_h_element(const evd_group *G, evd_hmac *h, const evd_zp *x);

/* One guardian polynomial, K or (hat) K^: up to kappa; the caller adds h_0 ..
 * h_k with evd_h_element and ends with evd_h_out_q.          [eq 11, 13] */
void evd_chal_keys_init(const evd_group *G, evd_hmac *h, const evd_h32 *HP,
                        const evd_guardian_pub *g, bool hat);
/* A range proof up to (alpha, beta); the caller adds a_0, b_0, .. a_R, b_R.
 * ind_o = 0: a limit proof, which has no option index.
 *                                                [eq 41, 50, 59, 62] */
void evd_chal_range_init(const evd_group *G, evd_hmac *h, const evd_h32 *HI,
                         uint32_t ind_c, uint32_t ind_o, const evd_p *alpha,
                         const evd_p *beta);
void evd_chal_share(const evd_group *G, evd_zq *c, const evd_h32 *HP,
                    uint32_t i, uint32_t l, const evd_zp *gamma,
                    const evd_p *C0, const uint8_t C1[64]); /* [eq 22] */
void evd_chal_nonce(const evd_group *G, evd_zq *c, const evd_h32 *HI,
                    const evd_zp *a, const evd_p *C0,
                    const evd_h32 *C1); /* [eq 38] */
void evd_chal_data(const evd_group *G, evd_zq *c, const evd_h32 *HI,
                   uint32_t ind_c, const evd_zp *a, const evd_p *C0,
                   evd_span C1); /* [eq 69] */
/* Joint challenge of one item from the accumulated a, b and M (for contest
 * data: beta).                                              [eq 90, 101] */
void evd_chal_item(const evd_group *G, evd_zq *c, const evd_item *it,
                   const evd_zp *a, const evd_zp *b, const evd_p *M);

#endif /* EVD_EGDS_CHALLENGE_H */
