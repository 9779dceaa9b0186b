/* Hashes and short codes of pre-encrypted ballots.
 *
 * Spec:  EGDS 2.1.0 sections 4.1-4.6, eq 113-121.
 * Layer: L3 egds.
 *
 *   psi      hash of one selection vector; a contest has m + L of them
 *   j, k     vector 1..m+L (null vectors are m+1..m+L), position 1..m
 */
#ifndef EVD_EGDS_PREENC_H
#define EVD_EGDS_PREENC_H

#include "egds/ballot.h"
#include "group/element.h"
#include "group/secret.h"
#include "hash/hash.h"

/* A contest as pre-encrypted ballots fill it: its options, each 0 or 1, and
 * no supplemental field or data (record-format 5). Vectors of a contest. */
evd_shape evd_pre_shape(const evd_shape *s);
static inline uint32_t evd_pre_vectors(const evd_shape *s) {
  return s->m + s->L;
}

/* xi_i,j,k, secret in and out. (eq 121)                                CT */
void evd_pre_nonce(const evd_group *G, evd_zq_sec *xi, const evd_h32 *HI,
                   uint32_t ind_c, uint32_t j, uint32_t k, const evd_h32 *xi_B);
/* psi of a vector alpha_1, beta_1, .. of m pairs (eq 113, 114); the same in
 * pieces: init, then the elements by the caller. */
void evd_pre_psi_init(const evd_group *G, evd_hmac *h, const evd_h32 *HI);
void evd_pre_psi(const evd_group *G, evd_h32 *psi, const evd_h32 *HI,
                 const evd_p pairs[], uint32_t m);
/* Ascending as big-endian numbers. While it is not known which hash belongs
 * to which option, neither is it afterwards.                             CT */
void evd_pre_sort(evd_h32 psi[], uint32_t n);
/* chi over n = m + L selection hashes in ascending order (eq 115). They are
 * sorted in place: order must not tell which vector is which. */
void evd_pre_chi(const evd_group *G, evd_h32 *chi, const evd_h32 *HI,
                 uint32_t ind_c, evd_h32 psi[], uint32_t n);
void evd_pre_HC(const evd_group *G, evd_h32 *out, const evd_h32 *HI,
                const evd_h32 chi[], uint32_t n,
                const uint8_t B_C[EVD_BC_BYTES]); /* (eq 116) */
/* The same over the chi of the ballot's contests as they stand. */
void evd_pre_ballot_HC(const evd_group *G, evd_h32 *out, const evd_ballot *b);
/* Chain start over B_C,0 (eq 117) and closing hash (eq 118). */
void evd_pre_chain(const evd_group *G, evd_h32 *out, const evd_h32 *HE,
                   const uint8_t B_C[EVD_BC_BYTES]);
void evd_pre_HDI(const evd_group *G, evd_h32 *out, const evd_h32 *HE,
                 evd_span S_device); /* (eq 119) */
/* The closing field 00000001 || H(H_E; 44, H_l, B_C,0), without "LOCK".
 * (eq 120) */
void evd_pre_BC_close(const evd_group *G, uint8_t out[EVD_BC_BYTES],
                      const evd_h32 *HE, const evd_h32 *H_l,
                      const uint8_t B_C0[EVD_BC_BYTES]);

/* Omega_1 .. Omega_8 of section 4.6: the short code of psi, zero-ended. */
#define EVD_OMEGA_BYTES 5
void evd_omega(char out[EVD_OMEGA_BYTES], uint32_t kind, const evd_h32 *psi);
/* Are the short codes of all n psi different? */
bool evd_omega_distinct(uint32_t kind, const evd_h32 psi[], uint32_t n);

#endif /* EVD_EGDS_PREENC_H */
