/* Memory of the host layer: with base/arena.c the only caller of malloc.
 *
 * Layer: L5 host, private to the folder.
 */
#ifndef EVD_HOST_MEM_H
#define EVD_HOST_MEM_H

#include <stddef.h>

/* Zeroed, aligned to 64 bytes; NULL when the system has none left. */
void *evd_mem_get(size_t n);
/* Grows p (NULL: new) from n_old to n_new bytes; NULL leaves p as it is. The
 * old bytes are wiped. */
void *evd_mem_grow(void *p, size_t n_old, size_t n_new);
/* The same for what is public: nothing is wiped or zeroed, and large blocks
 * are not copied. */
void *evd_mem_more(void *p, size_t n_new);
void evd_mem_free(void *p);

#endif /* EVD_HOST_MEM_H */
