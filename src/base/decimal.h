/* Decimal numbers in one form: no sign, no leading zero.
 *
 * Layer: L0 base. Public data only.
 */
#ifndef EVD_BASE_DECIMAL_H
#define EVD_BASE_DECIMAL_H

#include "base/bytes.h"

#define EVD_DECIMAL_BYTES 21 /* 2^64 - 1 has 20 digits; and the final zero */

/* Zero-ended. */
void evd_decimal_write(char out[EVD_DECIMAL_BYTES], uint64_t v);
/* All of text; false: not a number of this form, or above 2^64 - 1. */
bool evd_decimal_read(uint64_t *out, evd_span text);

#endif /* EVD_BASE_DECIMAL_H */
