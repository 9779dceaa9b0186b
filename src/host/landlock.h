/* Landlock: which files a process can reach, whatever calls it may make.
 *
 * Layer: L5 host, private to the folder. Debian 12's libc has no wrappers, and
 * headers may be older than the kernel: numbers are our own.
 */
#ifndef EVD_HOST_LANDLOCK_H
#define EVD_HOST_LANDLOCK_H

#include "host/jail.h"

/* Forbids every file but those below j->reads and j->writes, and, where the
 * kernel has that, TCP. Descriptors that are open stay usable.
 *   errors  EVD_ERR_MISSING: the kernel has none; EVD_ERR_IO, complains */
EVD_MUST_CHECK evd_err evd_landlock_enter(const evd_jail *j);

#endif /* EVD_HOST_LANDLOCK_H */
