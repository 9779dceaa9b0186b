/* Proofs with chosen randoms, over statements that need not be true.
 *
 * Layer: L5 kit, private to the folder.
 */
#ifndef EVD_KIT_PROVE_H
#define EVD_KIT_PROVE_H

#include "egds/decrypt.h"
#include "kit/model.h"

/* "(alpha, beta) encrypts value in 0..range under nonce xi." A value above the
 * range makes a proof that does not hold. Randoms are drawn unless given. */
enum { EVD_KIT_BRANCHES = 4 };
typedef struct {
  evd_h32 key; /* of the hash: H_I */
  uint32_t ind_c, ind_o;
  evd_p alpha, beta;
  evd_zq xi;
  uint32_t value, range;
  evd_zq u[EVD_KIT_BRANCHES], c[EVD_KIT_BRANCHES];
  bool has_u[EVD_KIT_BRANCHES], has_c[EVD_KIT_BRANCHES];
  bool even;  /* all challenges: then a factor -1 does not show */
  evd_zq off; /* exponent by which the key of the proof is off */
} evd_kit_claim;
evd_kit_claim evd_kit_claim_field(const evd_kit *e, uint32_t at, uint32_t ci,
                                  uint32_t j);
evd_kit_claim evd_kit_claim_limit(const evd_kit *e, uint32_t at, uint32_t ci);
void evd_kit_prove(evd_kit *e, const evd_kit_claim *claim, evd_q c[],
                   evd_q v[]);
/* Proofs of field and limit made anew over what stands on the ballot. */
void evd_kit_reprove(evd_kit *e, uint32_t at, uint32_t ci, uint32_t j,
                     bool even);

/* c and v of nonce_C0, data_C0 as they stand, from u; `key` instead of H_I. */
void evd_kit_prove_nonce(evd_kit *e, uint32_t at, evd_zq u, const evd_h32 *key);
void evd_kit_prove_data(evd_kit *e, uint32_t at, uint32_t ci, evd_zq u,
                        const evd_h32 *key);

/* A decryption: what is decrypted, by which secret, with which image M. */
evd_item evd_kit_item_cell(const evd_kit *e, uint32_t ind_c, uint32_t ind_o);
evd_item evd_kit_item_data(const evd_kit *e, uint32_t at, uint32_t ci);
/* v = u - c s for the challenge c of g^u, A^u, M; returns c. */
evd_zq evd_kit_prove_item(const evd_kit *e, const evd_item *it, evd_zq s,
                          const evd_p *M, evd_zq u, evd_q *c, evd_q *v);
evd_zq evd_kit_response(evd_zq u, evd_zq c, evd_zq s);

#endif /* EVD_KIT_PROVE_H */
