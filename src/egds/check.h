/* Checks of one ballot's mathematics, shared by devices and verifiers.
 *
 * Spec:  EGDS 2.1.0 Verifications 5, 6, 7, 8.A, 8.B; eq 38, 69; X.2, X.7,
 *        X.8 of record-format 4.
 * Layer: L3 egds. Public data only, everything _var.
 *
 * Each letter is judged on its own, with all inputs as published: exponents
 * are 256-bit integers as written, elements integers as written (hashes take
 * the published bytes, products are mod p). Returns the OR of what FAILS.
 */
#ifndef EVD_EGDS_CHECK_H
#define EVD_EGDS_CHECK_H

#include "egds/ballot.h"
#include "group/element.h"

enum {
  EVD_F_MEMBER = 1, /* alpha or beta not in Z_p^r       6.A, 7.A */
  EVD_F_C = 2,      /* a challenge c_j >= q             6.B, 7.B */
  EVD_F_V = 4,      /* a response v_j >= q              6.C, 7.C */
  EVD_F_SUM = 8,    /* c = sum c_j mod q does not hold  6.D, 7.D */
};

/* The scalars of a proof over 0..range: EVD_F_C, EVD_F_V; sum = sum c_j mod q
 * for who has the hash. */
uint32_t evd_scalars_check(evd_zq *sum, const evd_q c[], const evd_q v[],
                           uint32_t range);
/* One field: proof over 0..range. [V 6] */
uint32_t evd_field_check_var(const evd_group *G, const evd_field *f,
                             const evd_h32 *HI, uint32_t ind_c, uint32_t ind_o);
/* (7.1), (7.2): prod alpha^factor, prod beta^factor over the fields. */
void evd_contest_product_var(const evd_group *G, evd_zp *alpha, evd_zp *beta,
                             const evd_contest_ct *c, const evd_shape *s);
/* The limit proof of a contest over the products 7.1, 7.2; EVD_F_MEMBER is
 * never set here: 7.A repeats 6.A. [V 7] */
uint32_t evd_limit_check_var(const evd_group *G, const evd_contest_ct *c,
                             const evd_shape *s, const evd_h32 *HI);

enum {
  EVD_F_NONCE_X2 = 16,    /* nonce C0 no member, or c, v >= q   X.2 */
  EVD_F_NONCE_PROOF = 32, /* [38]                               X.7 */
  EVD_F_DATA_X2 = 64,     /* data C0 no member, or c, v >= q    X.2 */
  EVD_F_DATA_PROOF = 128, /* [69]                               X.8 */
  EVD_F_HI = 256,         /* 5.B */
  EVD_F_CHI = 512,        /* 8.A */
  EVD_F_HC = 1024,        /* 8.B */
};
uint32_t evd_nonce_check_var(const evd_group *G, const evd_ballot *b);
uint32_t evd_data_check_var(const evd_group *G, const evd_contest_ct *c,
                            const evd_h32 *HI);

/* Everything above for a whole ballot whose contests match `shapes`: 0 when
 * it holds. What a device runs before it fixes H_C (8.B left out if
 * !with_HC). */
uint32_t evd_ballot_check_var(const evd_group *G, const evd_ballot *b,
                              const evd_shape *shapes, const evd_h32 *HE,
                              bool with_HC);

/* (A, B) *= (alpha, beta)^weight [80]; A, B in Montgomery form. */
void evd_tally_add_var(const evd_group *G, evd_zp *A, evd_zp *B,
                       const evd_field *f, uint32_t weight);

#endif /* EVD_EGDS_CHECK_H */
