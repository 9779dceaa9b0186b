#include "board/row_table.h"

#include <string.h>

/* A row: what it is about, its length, its key, its bytes. */
enum { ABOUT, LENGTH, KEY, HEAD = KEY + 32, ROW_MAX = 255 };
#define FIRST_SLOTS ((uint64_t)1024)
#define SLOT_BYTES sizeof(uint64_t)

/* A slot: where the row begins, plus 1, and above it the upper bits of the
 * row's hash, which spare a look at most rows that are others. */
#define PLACE_BITS 48
#define PLACE (((uint64_t)1 << PLACE_BITS) - 1)

static uint64_t hash_of(const evd_row_table *t, uint8_t about,
                        const evd_h32 *key) {
  const uint64_t odd = UINT64_C(0x9E3779B97F4A7C15); /* 2^64 / golden ratio */
  uint64_t h = t->seed ^ about, word;
  for (size_t i = 0; i < sizeof key->b; i += sizeof word) {
    memcpy(&word, key->b + i, sizeof word);
    h = (h ^ word) * odd;
    h ^= h >> 29; /* the upper bits reach the lower ones */
  }
  return h;
}

static uint64_t slot_get(const evd_row_table *t, uint64_t i) {
  uint64_t v;
  memcpy(&v, t->slots.p + i * SLOT_BYTES, sizeof v);
  return v;
}

static void slot_put(evd_row_table *t, uint64_t i, uint64_t hash, uint64_t at) {
  const uint64_t v = (hash & ~PLACE) | (at + 1);
  memcpy(t->slots.p + i * SLOT_BYTES, &v, sizeof v);
}

static bool is_it(const uint8_t *row, uint8_t about, const evd_h32 *key) {
  return row[ABOUT] == about && memcmp(row + KEY, key->b, sizeof key->b) == 0;
}

/* The row, or NULL and the free slot for it. */
static uint8_t *find(const evd_row_table *t, uint64_t hash, uint8_t about,
                     const evd_h32 *key, uint64_t *slot) {
  const uint64_t last = t->n_slots - 1;
  for (uint64_t i = hash & last;; i = (i + 1) & last) {
    uint64_t v = slot_get(t, i);
    *slot = i;
    if (v == 0)
      return NULL;
    uint8_t *row = t->bytes.p + (v & PLACE) - 1;
    if ((v & ~PLACE) == (hash & ~PLACE) && is_it(row, about, key))
      return row;
  }
}

static evd_err make_slots(evd_row_table *t, uint64_t n) {
  static const uint8_t zeros[FIRST_SLOTS * SLOT_BYTES];
  evd_buf_reset(&t->slots);
  t->n_slots = n;
  for (uint64_t i = 0; i < n; i += FIRST_SLOTS)
    evd_buf_add(&t->slots, zeros, sizeof zeros);
  return evd_buf_ok(&t->slots) ? EVD_OK : EVD_ERR_SPACE;
}

/* At most half of the slots are taken. */
static evd_err need_slots(evd_row_table *t) {
  uint64_t slot;
  if (t->n_slots == 0)
    return make_slots(t, FIRST_SLOTS);
  if (2 * (t->n + 1) <= t->n_slots)
    return EVD_OK;
  EVD_TRY(make_slots(t, 2 * t->n_slots));
  for (size_t at = 0; at < t->bytes.n;
       at += (size_t)HEAD + t->bytes.p[at + LENGTH]) {
    evd_h32 key;
    memcpy(key.b, t->bytes.p + at + KEY, sizeof key.b);
    const uint64_t hash = hash_of(t, t->bytes.p[at + ABOUT], &key);
    (void)find(t, hash, t->bytes.p[at + ABOUT], &key, &slot);
    slot_put(t, slot, hash, at);
  }
  return EVD_OK;
}

static evd_err get(void *self, uint8_t about, const evd_h32 *key, void *row,
                   size_t n, bool *found) {
  const evd_row_table *t = self;
  uint64_t slot;
  const uint8_t *r = t->n_slots > 0
                         ? find(t, hash_of(t, about, key), about, key, &slot)
                         : NULL;
  *found = r != NULL;
  if (r && n > r[LENGTH])
    return EVD_ERR_RULE;
  if (r && n > 0)
    memcpy(row, r + HEAD, n);
  return EVD_OK;
}

static evd_err put(void *self, uint8_t about, const evd_h32 *key,
                   const void *row, size_t n) {
  evd_row_table *t = self;
  uint64_t slot;
  uint8_t head[HEAD] = {about, (uint8_t)n};
  if (n > ROW_MAX)
    return EVD_ERR_RULE;
  EVD_TRY(need_slots(t));
  const uint64_t hash = hash_of(t, about, key), at = t->bytes.n;
  uint8_t *r = find(t, hash, about, key, &slot);
  if (r) {
    if (n != r[LENGTH])
      return EVD_ERR_RULE;
    if (n > 0)
      memcpy(r + HEAD, row, n);
    return EVD_OK;
  }
  memcpy(head + KEY, key->b, sizeof key->b);
  evd_buf_add(&t->bytes, head, sizeof head);
  evd_buf_add(&t->bytes, row, n);
  if (!evd_buf_ok(&t->bytes))
    return EVD_ERR_SPACE;
  slot_put(t, slot, hash, at);
  t->n++;
  return EVD_OK;
}

void evd_row_table_init(evd_row_table *t, size_t max_bytes, uint64_t seed) {
  memset(t, 0, sizeof *t);
  evd_buf_init(&t->bytes, max_bytes - max_bytes / 4);
  evd_buf_init(&t->slots, max_bytes / 4);
  t->seed = seed;
}

void evd_row_table_reset(evd_row_table *t) {
  evd_buf_reset(&t->bytes);
  t->n = t->n_slots = 0;
}

void evd_row_table_close(evd_row_table *t) {
  evd_buf_close(&t->bytes);
  evd_buf_close(&t->slots);
  t->n = t->n_slots = 0;
}

evd_rules_store evd_row_table_store(evd_row_table *t) {
  return (evd_rules_store){t, get, put};
}

bool evd_row_table_next(const evd_row_table *t, uint64_t *at, uint8_t *about,
                        evd_h32 *key, evd_span *row) {
  if (*at >= t->bytes.n)
    return false;
  const uint8_t *r = t->bytes.p + *at;
  *about = r[ABOUT];
  memcpy(key->b, r + KEY, sizeof key->b);
  *row = (evd_span){r + HEAD, r[LENGTH]};
  *at += (uint64_t)HEAD + r[LENGTH];
  return true;
}
