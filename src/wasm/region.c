#include "wasm/region.h"

#include <string.h>

#include "base/wipe.h"

#define ALIGN_BYTES ((size_t)64)

evd_arena evd_region_arena(evd_region *r) {
  return (evd_arena){.head = r, .cap_bytes = r->size};
}

void *evd_arena_get(evd_arena *a, size_t count, size_t size) {
  evd_region *r = a->head;
  size_t left = (r->size - r->used) & ~(ALIGN_BYTES - 1);
  if (size != 0 && count > left / size)
    return NULL;
  size_t need = (count * size + ALIGN_BYTES - 1) & ~(ALIGN_BYTES - 1);
  if (need > left)
    return NULL;
  uint8_t *p = r->start + r->used;
  memset(p, 0, need);
  r->used += need;
  return p;
}

void evd_region_end(evd_region *r) {
  evd_wipe(r->start, r->used);
  r->used = 0;
}

/* Nothing here grows: what was not laid over memory is full from the start. */
void evd_buf_init(evd_buf *b, size_t max_bytes) {
  *b = (evd_buf){.max_bytes = max_bytes};
}
void evd_buf_add(evd_buf *b, const void *p, size_t n) {
  b->full = b->full || n > b->cap_bytes - b->n;
  if (b->full || n == 0)
    return;
  memcpy(b->p + b->n, p, n);
  b->n += n;
}
void evd_buf_text(evd_buf *b, const char *zero_ended) {
  evd_buf_add(b, zero_ended, strlen(zero_ended));
}
void evd_buf_close(evd_buf *b) { *b = (evd_buf){.full = b->full}; }
