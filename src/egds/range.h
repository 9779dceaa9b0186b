/* The end of a range proof, for provers that made the commitments themselves.
 *
 * Layer: L3 egds. Private to egds/.
 */
#ifndef EVD_EGDS_RANGE_H
#define EVD_EGDS_RANGE_H

#include "group/secret.h"
#include "hash/hash.h"

/* Challenges and responses once a_j and b_j of all branches are in h, which
 * this ends. `random` as for evd_range_prove.                        CT */
void evd_range_finish(evd_q c[], evd_q v[], evd_hmac *h, const evd_zq_sec *xi,
                      uint32_t value_secret, uint32_t range,
                      const uint8_t *random);

#endif /* EVD_EGDS_RANGE_H */
