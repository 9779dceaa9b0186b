/* What all checks of proofs share.
 *
 * Layer: L3 egds, private to the folder. Public data only.
 */
#ifndef EVD_EGDS_SCHNORR_H
#define EVD_EGDS_SCHNORR_H

#include "group/element.h"

/* a = g^v X^c with exponents and element as published.
 * Returns whether X lies in Z_p^r: on the same chain, nearly free. */
bool evd_schnorr_commit_var(const evd_group *G, evd_zp *a, const evd_p *X,
                            const evd_q *c, const evd_q *v);
/* Is the recomputed challenge the published one, as integers? A published
 * c + q is another integer. */
bool evd_challenge_is(const evd_zq *c, const evd_q *published);
/* Is the published scalar below q? */
bool evd_in_Zq(const evd_q *x);
/* Is the computed element the published one, byte by byte? */
bool evd_element_is(const evd_group *G, const evd_zp *x,
                    const evd_p *published);
/* out = x^v y^c */
void evd_pow2_var(const evd_group *G, evd_zp *out, const evd_zp *x,
                  const evd_exp *v, const evd_zp *y, const evd_exp *c);

#endif /* EVD_EGDS_SCHNORR_H */
