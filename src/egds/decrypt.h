/* Threshold decryption of tallies and contest data, in three rounds; partial
 * decryption of encrypted ballot nonces.
 *
 * Spec:  EGDS 2.1.0 sections 3.6.3-3.6.7, pages 46-53, eq 81-108.
 * Layer: L3 egds.
 *
 * One *item* is a tally cell (A, B) with base z and key K, or a contest data
 * ciphertext (C0, C1, C2) with z^ and K^. Rounds: d_i [88, 99]; then (a_i,
 * b_i, M_i); then v_i. u_i is used for one challenge only: the caller keeps
 * that promise (record-format 6, round_<i>).
 *   U[n_U]  guardians present: ascending, distinct, 1..n, at least k
 *   w_i     Lagrange coefficient [85], public
 */
#ifndef EVD_EGDS_DECRYPT_H
#define EVD_EGDS_DECRYPT_H

#include "egds/keys.h"

typedef struct {
  bool is_data;
  uint32_t ind_c, ind_o; /* ind_o 0 for contest data */
  evd_p A, B;            /* tally: A, B.  data: A = C0, B unused */
  evd_span C1;           /* data only: 32 b bytes */
  evd_q C2_c, C2_v;      /* data only */
  evd_h32 key;           /* H_E for tallies, H_I for contest data */
} evd_item;

typedef struct {
  evd_p a, b, M;
} evd_opening; /* round 2 of one guardian for one item */

/* errors: EVD_ERR_QUORUM */
EVD_MUST_CHECK evd_err evd_quorum_check(const uint32_t U[], uint32_t n_U,
                                        uint32_t n, uint32_t k);
/* w_i of [85] for i in U. errors: EVD_ERR_QUORUM: i not in U */
EVD_MUST_CHECK evd_err evd_lagrange(evd_zq *w, const uint32_t U[], uint32_t n_U,
                                    uint32_t i);

/* Round 1: u from `random` (EVD_SAMPLE_BYTES), the pair [87, 98], M_i [84,
 * 96] and d_i.                                                         CT */
void evd_decrypt_commit(const evd_group *G, evd_zq_sec *u, evd_opening *open,
                        evd_h32 *d, const evd_item *it, uint32_t i,
                        const uint32_t U[], uint32_t n_U, const evd_zq_sec *z,
                        const uint8_t random[EVD_SAMPLE_BYTES]);
/* d of a published opening, for checking a partner [88, 99]. */
void evd_decrypt_d(const evd_group *G, evd_h32 *d, const evd_item *it,
                   uint32_t i, const evd_opening *open, const uint32_t U[],
                   uint32_t n_U);
/* Combines openings of all U: M = prod M_i^w_i [86], a, b [89], c [90]. For
 * contest data `M` is beta [97].
 * errors  EVD_ERR_MEMBER: some a, b or M of guardian *bad is no element */
EVD_MUST_CHECK evd_err evd_decrypt_combine_var(const evd_group *G, evd_p *M,
                                               evd_zq *c, const evd_item *it,
                                               const evd_opening open[],
                                               const uint32_t U[], uint32_t n_U,
                                               uint32_t *bad);
/* Round 3: v_i = u_i - c w_i z_i [91, 92].                             CT */
void evd_decrypt_respond(evd_zq *v, const evd_zq_sec *u, const evd_zq *c,
                         const evd_zq *w, const evd_zq_sec *z);
/* Is guardian i's response right for its opening? Note 3.7 [94, 95].
 * S_i = evd_public_share_var(.., i, hat). errors: EVD_ERR_PROOF     _var */
EVD_MUST_CHECK evd_err evd_decrypt_blame_var(const evd_group *G,
                                             const evd_item *it,
                                             const evd_opening *open,
                                             const evd_zp *S_i, const evd_q *v,
                                             const evd_zq *c, const evd_zq *w);
/* v = sum v_i [93]; T = B / M [82] for tallies. */
void evd_decrypt_sum(evd_q *v, const evd_q v_i[], uint32_t n_U);
void evd_decrypt_T_var(const evd_group *G, evd_p *T, const evd_p *B,
                       const evd_p *M);

/* Verification 10, one cell; OR of what FAILS. t must satisfy T = K^t. */
enum {
  EVD_V10_A = 1,    /* v >= q */
  EVD_V10_B = 2,    /* challenge */
  EVD_V10_C = 4,    /* T != K^t */
  EVD_V10_X2_T = 8, /* T no member, or c >= q */
};
uint32_t evd_cell_check_var(const evd_group *G, const evd_item *it,
                            const evd_p *T, uint64_t t, const evd_q *c,
                            const evd_q *v);
/* Verification 12, one contest data. */
enum {
  EVD_V12_A = 1,
  EVD_V12_B = 2,
  EVD_V12_C = 4,
  EVD_V12_X2 = 8, /* beta no member, or c >= q */
};
uint32_t evd_data_opened_check_var(const evd_group *G, const evd_item *it,
                                   const evd_p *beta, const evd_q *c,
                                   const evd_q *v, evd_span D);
/* D = C1 xor keys from beta [65, 66]; D has it->C1.n bytes. */
void evd_data_open(const evd_group *G, uint8_t *D, const evd_item *it,
                   const evd_p *beta);

/* Partial decryption of a ballot nonce: M = C0^z_hat with the one-round proof
 * of record-format 6 (`nonce_<i>.json`). u from `random`.              CT */
void evd_nonce_share_make(const evd_group *G, evd_p *M, evd_q *c, evd_q *v,
                          const evd_h32 *HE, const evd_h32 *id_B, uint32_t i,
                          const evd_p *C0, const evd_zp *S_i,
                          const evd_zq_sec *z_hat,
                          const uint8_t random[EVD_SAMPLE_BYTES]);
EVD_MUST_CHECK evd_err evd_nonce_share_check_var(
    const evd_group *G, const evd_h32 *HE, const evd_h32 *id_B, uint32_t i,
    const evd_p *C0, const evd_zp *S_i, const evd_p *M, const evd_q *c,
    const evd_q *v);
/* xi_B from the shares of U: beta = prod M_i^w_i, then [35, 36].
 * xi_B is SECRET; the caller wipes it. */
EVD_MUST_CHECK evd_err evd_nonce_open(const evd_group *G, evd_h32 *xi_B,
                                      const evd_h32 *HI, const evd_p *C0,
                                      const evd_h32 *C1, const evd_p M[],
                                      const uint32_t U[], uint32_t n_U);

#endif /* EVD_EGDS_DECRYPT_H */
