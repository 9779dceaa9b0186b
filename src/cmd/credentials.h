/* Whose ballot is whose: serials and credentials of remote ballots.
 *
 * Layer: L7 cmd. The file stays outside the record: it joins voters and
 * serials. Lines {"serial":S,"credential":H}, in any order.
 */
#ifndef EVD_CMD_CREDENTIALS_H
#define EVD_CMD_CREDENTIALS_H

#include "base/arena.h"
#include "host/host.h"
#include "record/record.h"

typedef struct {
  evd_str serial;
  evd_h32 credential;
} evd_credential;
typedef struct {
  const char *path;
  evd_credential *rows; /* by serial */
  size_t n;
} evd_credentials;

/* Complains with file and line. */
EVD_MUST_CHECK evd_err evd_credentials_read(evd_credentials *out,
                                            const char *path, evd_arena *a);
/* NULL: this serial has none. */
const evd_h32 *evd_credentials_find(const evd_credentials *c, evd_str serial);

#endif /* EVD_CMD_CREDENTIALS_H */
