/* Looking up an entry without telling which.
 *
 * Layer: L1 mp. Private to mp/.
 */
#ifndef EVD_MP_SCAN_H
#define EVD_MP_SCAN_H

#include "mp/mp.h"

/* The scan of a kernel without a better one.                         CT */
void evd_row_scan(evd_zp *restrict r, const evd_zp *restrict row, uint32_t n,
                  uint32_t digit);

#endif /* EVD_MP_SCAN_H */
