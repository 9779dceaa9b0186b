#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

#define ALIGN_BYTES ((size_t)64)
#define BLOCK_BYTES ((size_t)65536) /* least payload of a block */
#define BUF_FIRST_BYTES ((size_t)256)

/* The payload follows the header, 64 bytes after its start. Bytes that are
 * not handed out are always zero. */
struct evd_arena_block {
  evd_arena_block *below;
  size_t size_bytes, used_bytes;
};
_Static_assert(sizeof(struct evd_arena_block) <= 64, "header fits its space");

static uint8_t *payload(evd_arena_block *b) {
  return (uint8_t *)b + ALIGN_BYTES;
}

static evd_arena_block *block_new(size_t size_bytes) {
  evd_arena_block *b = aligned_alloc(ALIGN_BYTES, ALIGN_BYTES + size_bytes);
  if (!b)
    return NULL;
  memset(b, 0, ALIGN_BYTES + size_bytes);
  b->size_bytes = size_bytes;
  return b;
}

void evd_arena_init(evd_arena *a, size_t cap_bytes) {
  *a = (evd_arena){.cap_bytes = cap_bytes};
}

/* A block with room for `need`, no larger than what the cap leaves. */
static evd_arena_block *arena_grow(evd_arena *a, size_t need) {
  size_t left = (a->cap_bytes - a->used_bytes) & ~(ALIGN_BYTES - 1);
  if (need > left)
    return NULL;
  size_t size = need > BLOCK_BYTES ? need : BLOCK_BYTES;
  if (size > left)
    size = left;
  evd_arena_block *b = block_new(size);
  if (!b) {
    a->starved = true;
    return NULL;
  }
  b->below = a->head;
  a->head = b;
  a->used_bytes += size;
  return b;
}

void *evd_arena_get(evd_arena *a, size_t count, size_t size) {
  if (size != 0 && count > (SIZE_MAX / 2) / size)
    return NULL;
  size_t need = (count * size + ALIGN_BYTES - 1) & ~(ALIGN_BYTES - 1);
  if (need == 0)
    need = ALIGN_BYTES;
  evd_arena_block *b = a->head;
  if (!b || need > b->size_bytes - b->used_bytes)
    b = arena_grow(a, need);
  if (!b)
    return NULL;
  uint8_t *p = payload(b) + b->used_bytes;
  b->used_bytes += need;
  return p;
}

evd_arena_point evd_arena_mark(const evd_arena *a) {
  return (evd_arena_point){a->head, a->head ? a->head->used_bytes : 0,
                           a->used_bytes};
}

void evd_arena_back(evd_arena *a, evd_arena_point p) {
  while (a->head != p.head) {
    evd_arena_block *b = a->head;
    a->head = b->below;
    evd_wipe(payload(b), b->used_bytes);
    free(b);
  }
  a->used_bytes = p.used_bytes;
  if (!a->head)
    return;
  evd_wipe(payload(a->head) + p.head_used, a->head->used_bytes - p.head_used);
  a->head->used_bytes = p.head_used;
}

void evd_arena_close(evd_arena *a) {
  evd_arena_back(a, (evd_arena_point){NULL, 0, 0});
  a->starved = false;
}

void evd_buf_init(evd_buf *b, size_t max_bytes) {
  *b = (evd_buf){.max_bytes = max_bytes};
}

/* Room for `more` bytes; realloc would leave an unwiped copy behind. */
static bool buf_reserve(evd_buf *b, size_t more) {
  if (more > b->max_bytes - b->n)
    return false;
  size_t need = b->n + more, cap = b->cap_bytes;
  if (need <= cap)
    return true;
  if (cap < BUF_FIRST_BYTES)
    cap = BUF_FIRST_BYTES;
  while (cap < need)
    cap = cap > b->max_bytes / 2 ? b->max_bytes : cap * 2;
  uint8_t *p = malloc(cap);
  if (!p) {
    b->starved = true;
    return false;
  }
  if (b->n)
    memcpy(p, b->p, b->n);
  if (b->p)
    evd_wipe(b->p, b->cap_bytes);
  free(b->p);
  b->p = p;
  b->cap_bytes = cap;
  return true;
}

void evd_buf_add(evd_buf *b, const void *p, size_t n) {
  if (n == 0 || b->full)
    return;
  if (!buf_reserve(b, n)) {
    b->full = true;
    return;
  }
  memcpy(b->p + b->n, p, n);
  b->n += n;
}

void evd_buf_text(evd_buf *b, const char *zero_ended) {
  evd_buf_add(b, zero_ended, strlen(zero_ended));
}

void evd_buf_reset(evd_buf *b) {
  if (b->p)
    evd_wipe(b->p, b->n);
  b->n = 0;
  b->full = b->starved = false;
}

void evd_buf_close(evd_buf *b) {
  if (b->p)
    evd_wipe(b->p, b->cap_bytes);
  free(b->p);
  *b = (evd_buf){.max_bytes = b->max_bytes};
}
