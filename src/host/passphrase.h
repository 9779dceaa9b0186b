/* Asking for a passphrase.
 *
 * Layer: L5 host, private to the folder.
 */
#ifndef EVD_HOST_PASSPHRASE_H
#define EVD_HOST_PASSPHRASE_H

#include "base/arena.h"

#define EVD_PASS_MAX 1024

/* One line from fd, without its LF. Complains: empty, too long, unreadable. */
EVD_MUST_CHECK evd_err evd_passphrase_fd(int fd, char out[EVD_PASS_MAX],
                                         size_t *n);
/* From the terminal without showing it; twice if it is new. Complains. */
EVD_MUST_CHECK evd_err evd_passphrase_terminal(char out[EVD_PASS_MAX],
                                               size_t *n, bool twice);

#endif /* EVD_HOST_PASSPHRASE_H */
