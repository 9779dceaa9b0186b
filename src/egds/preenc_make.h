/* Making pre-encrypted ballots, recording what came back, opening the rest.
 *
 * Spec:  EGDS 2.1.0 sections 4.1-4.3, eq 112-115, 121; record-format 5.
 * Layer: L3 egds.
 *
 * A contest with m options and limit L has m + L vectors of m ciphertexts:
 * vector j of an option encrypts 1 at position j and 0 elsewhere, the null
 * vectors j = m+1 .. m+L encrypt 0 everywhere. What is printed and published
 * of them is their hashes psi. Published they are in ascending order: which
 * hash belongs to which option is as secret as the vote.
 *
 * Shapes
 *   psi[m + L]   by vector j = 1 .., SECRET order
 *   take[m + L]  1 for the vectors that are taken, else 0; SECRET
 * Everything is derived from xi_B again when it is needed; nothing is kept.
 */
#ifndef EVD_EGDS_PREENC_MAKE_H
#define EVD_EGDS_PREENC_MAKE_H

#include "egds/encrypt.h"
#include "egds/preenc.h"

/* psi of every vector by its index; memory for one vector comes from a and is
 * wiped and given back.
 *   errors  EVD_ERR_SPACE
 *   CT      psi stays secret, for its order                              */
EVD_MUST_CHECK evd_err evd_preenc_hashes(const evd_group *G, evd_h32 psi[],
                                         const evd_shape *s, const evd_h32 *HI,
                                         const evd_h32 *xi_B, evd_arena *a);
/* The same in ascending order, public from here on. out and psi differ. CT */
void evd_preenc_publish(evd_h32 out[], const evd_h32 psi[], uint32_t n);

/* take[j] = 1 where psi[j] is one of the hashes wanted[i] with given[i] = 1.
 *   wanted  n_wanted hashes; where given[i] is 0 the hash says nothing
 *   CT      which, and how many of the n_wanted are given                */
void evd_preenc_find(uint32_t take[], const evd_h32 psi[], uint32_t n,
                     const evd_h32 wanted[], const uint32_t given[],
                     uint32_t n_wanted);
/* Takes null vectors from m+1 on until L vectors are taken: an undervote
 * looks like a full vote. The caller knows that no more than L are. CT */
void evd_preenc_fill(uint32_t take[], const evd_shape *s);

/* A vector that was taken, as published. */
typedef struct {
  evd_h32 psi;
  evd_p *pairs; /* alpha_1, beta_1, .. alpha_m, beta_m */
} evd_preenc_vector;

/* Random bytes that evd_preenc_record consumes for a contest: per option
 * those of evd_range_prove with range 1, then those of the limit. */
size_t evd_preenc_random_bytes(const evd_shape *s);

/* The vectors taken, ascending in psi; their products, the nonces added; the
 * proofs that each product encrypts 0 or 1 and all at most L.
 *   out     shaped for evd_pre_shape; fields and limit are filled
 *   taken   L of them, with room for their pairs
 *   take    has exactly L ones
 *   random  evd_preenc_random_bytes; the caller wipes it
 *   errors  EVD_ERR_SPACE; EVD_ERR_RANGE: random too short
 *   CT      which vectors are taken, and nonces                          */
EVD_MUST_CHECK evd_err evd_preenc_record(
    const evd_group *G, evd_contest_ct *out, evd_preenc_vector taken[],
    const evd_shape *s, const evd_h32 psi[], const uint32_t take[],
    const evd_h32 *HI, const evd_h32 *xi_B, const uint8_t *random,
    size_t random_bytes, evd_arena *a);

/* Opens an uncast ballot's contest: nonces xi_i,j,k, m of each of the m + L
 * vectors in order, as they are published. The caller has compared the psi
 * that xi_B gives with those of the ballot. (eq 121) */
void evd_preenc_open(const evd_group *G, evd_q nonces[], const evd_shape *s,
                     const evd_h32 *HI, const evd_h32 *xi_B);

#endif /* EVD_EGDS_PREENC_MAKE_H */
