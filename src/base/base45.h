/* Base 45: bytes as text for QR codes, which hold such text best.
 *
 * Spec:  RFC 9285.
 * Layer: L0 base. Public data only.
 *
 * Two bytes are three characters of 0-9 A-Z space $ % * + - . / : ; a byte left
 * over is two. The last character is never a space.
 */
#ifndef EVD_BASE_BASE45_H
#define EVD_BASE_BASE45_H

#include "base/bytes.h"
#include "evident/err.h"

/* Characters that n bytes take. */
#define EVD_BASE45_CHARS(n) ((n) / 2 * 3 + (n) % 2 * 2)

/* out receives EVD_BASE45_CHARS(n) characters and no final zero. */
void evd_base45_write(char *out, const void *in, size_t n);
/* At most cap bytes into out.
 *   errors  EVD_ERR_FORM; *n is 0 then */
EVD_MUST_CHECK evd_err evd_base45_read(void *out, size_t cap, size_t *n,
                                       evd_span text);

#endif /* EVD_BASE_BASE45_H */
