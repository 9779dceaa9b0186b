/* Checks of what was selected on a pre-encrypted ballot, and of an opened one.
 *
 * Spec:  EGDS 2.1.0 sections 4.1-4.5, Verifications 15, 18.
 * Layer: L3 egds. Public data only, everything _var.
 */
#ifndef EVD_EGDS_PREENC_CHECK_H
#define EVD_EGDS_PREENC_CHECK_H

#include "egds/preenc.h"

/* Are all 2 m elements of a vector in Z_p^r? (X.2) */
bool evd_pre_members_var(const evd_group *G, const evd_p pairs[], uint32_t m);

/* One factor a vector; pair k of it multiplies field k. */
typedef struct {
  evd_zp alpha, beta;
} evd_pre_product;
void evd_pre_product_init(evd_pre_product *p);
void evd_pre_product_add_var(const evd_group *G, evd_pre_product *p,
                             const evd_p *alpha, const evd_p *beta);
/* Is the field the product, compared as published? [V 15.A] */
bool evd_pre_product_is(const evd_group *G, const evd_pre_product *p,
                        const evd_field *f);

/* psi of vector j from its m nonces (18.1-18.3); j > m: a null vector.
 * Nonces >= q count as they stand. Returns whether all are < q. */
bool evd_pre_opened_psi_var(const evd_group *G, evd_h32 *psi, const evd_h32 *HI,
                            uint32_t j, const evd_q nonces[], uint32_t m);

#endif /* EVD_EGDS_PREENC_CHECK_H */
