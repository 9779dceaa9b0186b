#include "host/mem.h"

#include "base/wipe.h"
#include "host/host.h"
#include "record/json.h"

#include <stdatomic.h>
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
  evd_wipe(p, n_old);
  free(p);
  return q;
}

void *evd_mem_more(void *p, size_t n_new) { return realloc(p, n_new); }

void evd_mem_free(void *p) { free(p); }

/* What parsed JSON may hold at one time, in all threads together. */
#define JSON_BYTES_MAX ((size_t)4 << 30)
#define HEADER_BYTES 16 /* the size stands in front and keeps alignment */
static atomic_size_t json_in_use;

static void *json_get(size_t n) {
  if (n > JSON_BYTES_MAX)
    return NULL;
  size_t before = atomic_fetch_add(&json_in_use, n);
  uint8_t *p = before > JSON_BYTES_MAX - n ? NULL : malloc(n + HEADER_BYTES);
  if (!p) {
    atomic_fetch_sub(&json_in_use, n);
    return NULL;
  }
  memcpy(p, &n, sizeof n);
  return p + HEADER_BYTES;
}

static void json_give_back(void *q) {
  if (!q)
    return;
  uint8_t *p = (uint8_t *)q - HEADER_BYTES;
  size_t n;
  memcpy(&n, p, sizeof n);
  evd_wipe(p, n + HEADER_BYTES);
  free(p);
  atomic_fetch_sub(&json_in_use, n);
}

void evd_host_json(void) { evd_json_allocator(json_get, json_give_back); }
