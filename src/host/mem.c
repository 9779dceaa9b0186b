#include "host/mem.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void *evd_mem_get(size_t n) {
  if (n == 0 || n > SIZE_MAX - 64)
    return NULL;
  size_t whole = (n + 63) & ~(size_t)63;
  void *p = aligned_alloc(64, whole);
  if (p)
    memset(p, 0, whole);
  return p;
}

void *evd_mem_grow(void *p, size_t n_old, size_t n_new) {
  void *q = evd_mem_get(n_new);
  if (!q)
    return NULL;
  if (!p)
    return q;
  memcpy(q, p, n_old < n_new ? n_old : n_new);
  sodium_memzero(p, n_old);
  free(p);
  return q;
}

void evd_mem_free(void *p) { free(p); }
