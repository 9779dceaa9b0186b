/* Overwriting what must not stay in memory.
 *
 * Layer: L0 base.
 */
#ifndef EVD_BASE_WIPE_H
#define EVD_BASE_WIPE_H

#include <stddef.h>

/* Zeroes n bytes at p; never optimised away. */
void evd_wipe(void *p, size_t n);

#endif /* EVD_BASE_WIPE_H */
