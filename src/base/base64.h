/* Base 64, the standard alphabet with padding.
 *
 * Spec:  RFC 4648 section 4.
 * Layer: L0 base. Public data only.
 */
#ifndef EVD_BASE_BASE64_H
#define EVD_BASE_BASE64_H

#include "base/bytes.h"
#include "evident/err.h"

/* Characters that n bytes take. */
#define EVD_BASE64_CHARS(n) (((n) + 2) / 3 * 4)

/* out receives EVD_BASE64_CHARS(n) characters and no final zero. */
void evd_base64_write(char *out, const void *in, size_t n);
/* The one form of some bytes: whole groups of four, padding only at the end
 * and only as needed, unused bits zero. At most cap bytes into out.
 *   errors  EVD_ERR_FORM; *n is 0 then */
EVD_MUST_CHECK evd_err evd_base64_read(void *out, size_t cap, size_t *n,
                                       evd_span text);

#endif /* EVD_BASE_BASE64_H */
