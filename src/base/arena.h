/* Memory that is handed out and never handed back piecemeal.
 *
 * Layer: L0 base. With src/host/mem.c the only place that calls malloc.
 *
 * An arena is born with a hard cap. evd_arena_get returns zeroed memory
 * aligned to 64 bytes, or NULL when the cap is reached, or, and then `starved`
 * is set, when there is no memory: the caller returns EVD_ERR_SPACE.
 * evd_arena_mark/_back take back everything since a mark, so that a reader
 * needs the memory of one ballot, not of all. evd_buf is a growing byte string
 * with a hard cap; once a write did not fit, `full` stays set and evd_buf_ok is
 * false: check once, at the end. Here too `starved` tells want of memory from
 * the cap. Both wipe what they free.
 */
#ifndef EVD_BASE_ARENA_H
#define EVD_BASE_ARENA_H

#include "base/bytes.h"
#include "evident/err.h"

typedef struct evd_arena_block evd_arena_block;
typedef struct {
  evd_arena_block *head;
  size_t cap_bytes, used_bytes;
  bool starved;
} evd_arena;
typedef struct {
  evd_arena_block *head;
  size_t head_used, used_bytes;
} evd_arena_point;

void evd_arena_init(evd_arena *a, size_t cap_bytes);
void *evd_arena_get(evd_arena *a, size_t count, size_t size); /* NULL: full */
evd_arena_point evd_arena_mark(const evd_arena *a);
void evd_arena_back(evd_arena *a, evd_arena_point p);
void evd_arena_close(evd_arena *a); /* frees and wipes all; a may be reused */

typedef struct {
  uint8_t *p;
  size_t n, cap_bytes, max_bytes;
  bool full, starved;
} evd_buf;

void evd_buf_init(evd_buf *b, size_t max_bytes);
/* Writes into p[n], which stays the caller's: it never grows and is not closed.
 * p NULL: full. */
static inline void evd_buf_over(evd_buf *b, void *p, size_t n) {
  *b = (evd_buf){.p = p, .cap_bytes = n, .max_bytes = n, .full = !p};
}
void evd_buf_add(evd_buf *b, const void *p, size_t n);
void evd_buf_text(evd_buf *b, const char *zero_ended);
void evd_buf_reset(evd_buf *b); /* n = 0, keeps memory */
void evd_buf_close(evd_buf *b);
static inline bool evd_buf_ok(const evd_buf *b) { return !b->full; }

#endif /* EVD_BASE_ARENA_H */
