/* Is this text?
 *
 * Spec:  RFC 3629.
 * Layer: L0 base. Public data only.
 */
#ifndef EVD_BASE_UTF8_H
#define EVD_BASE_UTF8_H

#include "base/bytes.h"

/* Well-formed UTF-8 in its shortest form, no surrogates, and no character
 * below U+0020 but line feeds. */
bool evd_utf8_plain(evd_span text);

#endif /* EVD_BASE_UTF8_H */
