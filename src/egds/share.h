/* Shares: evaluated, sealed to their receiver, opened and checked.
 *
 * Spec:  EGDS 2.1.0 section 3.2.2, pages 25-28, eq 15-24, 28, 29.
 * Layer: L3 egds. i sends, l receives, both 1-based.
 */
#ifndef EVD_EGDS_SHARE_H
#define EVD_EGDS_SHARE_H

#include "egds/keys.h"

typedef struct {
  uint32_t i, l;
  evd_p C0;
  uint8_t C1[64];
  evd_q c, v;
} evd_share_ct;

/* out = P(l) mod q by Horner's rule [7].  errors: EVD_ERR_RANGE  CT */
EVD_MUST_CHECK evd_err evd_share_eval(evd_zq_sec *out, const evd_zq_sec a[],
                                      uint32_t k, uint32_t l);
/* Does g^share = prod K[j]^(l^j) hold?  [28, 29]  errors: EVD_ERR_SHARE */
EVD_MUST_CHECK evd_err evd_share_check(const evd_group *G,
                                       const evd_zq_sec *share, const evd_p K[],
                                       uint32_t k, uint32_t l);
/* Seals P_i(l), P^_i(l) for guardian l [15-22]. random: 2 samples
 * (xi, u), EVD_SAMPLE_BYTES each. */
EVD_MUST_CHECK evd_err evd_share_seal(const evd_group *G, evd_share_ct *out,
                                      const evd_guardian_sec *from, uint32_t l,
                                      const evd_p *kappa_l, const evd_h32 *HP,
                                      const uint8_t random[]);
/* Checks the proof first [22], then opens [23]; does not check [28, 29].
 * errors  EVD_ERR_PROOF; EVD_ERR_SHARE: an opened value is >= q */
EVD_MUST_CHECK evd_err evd_share_open(const evd_group *G, evd_zq_sec *P,
                                      evd_zq_sec *P_hat, const evd_share_ct *s,
                                      const evd_zq_sec *zeta,
                                      const evd_p *kappa_l, const evd_h32 *HP);

#endif /* EVD_EGDS_SHARE_H */
