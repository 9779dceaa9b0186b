/* Opening a challenged ballot and checking an opened one.
 *
 * Spec:  EGDS 2.1.0 section 3.6.7, eq 107-111; Verification 13, 14.
 * Layer: L3 egds.
 */
#ifndef EVD_EGDS_OPEN_H
#define EVD_EGDS_OPEN_H

#include "egds/check.h"
#include "egds/hashes.h"

typedef struct {
  uint32_t ind_c;
  uint32_t n_fields;
  uint32_t *values; /* n_fields */
  evd_q *nonces;    /* xi_i,j, n_fields */
  uint32_t b;
  evd_q data_nonce; /* if b > 0 */
  uint8_t *D;       /* 32 b bytes */
} evd_opened_contest;

/* Opens one contest of a ballot from xi_B: nonces [33, 64], values by [109]
 * (search over 0..range), data by [110, 111].
 * errors  EVD_ERR_PROOF: no value in the range fits: the encrypted nonce does
 *         not belong to this ballot */
EVD_MUST_CHECK evd_err evd_contest_open_var(
    const evd_group *G, evd_opened_contest *out, const evd_contest_ct *c,
    const evd_shape *s, const evd_h32 *HI, const evd_h32 *xi_B);
EVD_MUST_CHECK evd_err evd_opened_shape(evd_opened_contest *o,
                                        const evd_shape *s, evd_arena *a);

/* Verification 13.1-13.3 and .4-.7 of one opened contest against the sealed
 * one: chi_out is the chi recomputed from the opening and the published data
 * part (13.3); flags are what FAILS. */
enum {
  EVD_V13_A = 1,   /* C1 != D xor keys */
  EVD_V13_X13 = 2, /* g^nonce != C0 */
  EVD_V13_X2 = 4,  /* an opened nonce >= q */
};
uint32_t evd_opened_check_var(const evd_group *G, evd_h32 *chi_out,
                              const evd_opened_contest *o,
                              const evd_contest_ct *c, const evd_h32 *HI);

#endif /* EVD_EGDS_OPEN_H */
