/* Arenas inside memory that the page gave, where there is no malloc.
 *
 * Layer: L5 wasm, private. region.c takes the place of base/arena.c.
 */
#ifndef EVD_WASM_REGION_H
#define EVD_WASM_REGION_H

#include "base/arena.h"

typedef struct evd_arena_block {
  uint8_t *start; /* aligned to 64 bytes */
  size_t used, size;
} evd_region;

/* An arena that hands out r; of its calls only evd_arena_get is there. */
evd_arena evd_region_arena(evd_region *r);
/* Wipes what was handed out and takes it back. */
void evd_region_end(evd_region *r);

#endif /* EVD_WASM_REGION_H */
