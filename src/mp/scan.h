/* Looking an entry up without telling which.
 *
 * Layer: L1 mp. Private to mp/.
 */
#ifndef EVD_MP_SCAN_H
#define EVD_MP_SCAN_H

#include "mp/mp.h"

#define EVD_SCANNED 4

/* r = row[digit]; every entry is read, whatever the digit. n is a multiple of
 * EVD_SCANNED; r is not in the row.                                  CT */
void evd_row_scan(evd_zp *r, const evd_zp row[], uint32_t n, uint32_t digit);

#endif /* EVD_MP_SCAN_H */
