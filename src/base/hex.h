/* Upper-case hexadecimal of fixed width.
 *
 * Spec:  record-format 1.3.
 * Layer: L0 base.
 * CT: time depends on lengths only, so secrets may be written and read. The
 * verdict of evd_hex_read, whether all of it was hexadecimal, is public.
 */
#ifndef EVD_BASE_HEX_H
#define EVD_BASE_HEX_H

#include "base/bytes.h"
#include "evident/err.h"

/* out receives 2n characters and no final zero. */
void evd_hex_write(char *out, const void *in, size_t n);
/* `text` has to be exactly 2n characters 0-9 A-F.
 *   errors  EVD_ERR_HEX; out is all zero then */
EVD_MUST_CHECK evd_err evd_hex_read(void *out, size_t n, evd_span text);

#endif /* EVD_BASE_HEX_H */
