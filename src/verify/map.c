/* Sets and maps over 16-byte keys. */
#include "verify/map.h"

#include <string.h>

#include "hash/hash.h"

#define SLOTS_AT_FIRST 1024

evd_key evd_key_of(uint8_t kind, const void *p, size_t n) {
  evd_sha256 c;
  evd_h32 h;
  evd_key key;
  evd_sha256_init(&c);
  evd_sha256_add(&c, &kind, 1);
  evd_sha256_add(&c, p, n);
  evd_sha256_out(&c, &h);
  memcpy(&key, h.b, sizeof key);
  if (key.k[0] == 0 && key.k[1] == 0)
    key.k[0] = 1;
  return key;
}

void evd_map_init(evd_map *m, bool with_values, size_t cap_bytes) {
  memset(m, 0, sizeof *m);
  m->with_values = with_values;
  m->cap_bytes = cap_bytes;
  evd_arena_init(&m->arena, cap_bytes);
}

void evd_map_close(evd_map *m) {
  evd_arena_close(&m->arena);
  m->keys = NULL;
  m->values = NULL;
  m->n_slots = m->n_used = 0;
}

/* The slot of the key, or the empty one where it belongs. */
static size_t slot_of(const evd_map *m, evd_key key) {
  size_t i = (size_t)key.k[0] & (m->n_slots - 1);
  while (m->keys[i].k[0] != 0 || m->keys[i].k[1] != 0) {
    if (m->keys[i].k[0] == key.k[0] && m->keys[i].k[1] == key.k[1])
      break;
    i = (i + 1) & (m->n_slots - 1);
  }
  return i;
}

static void put(evd_map *m, evd_key key, void *value) {
  size_t i = slot_of(m, key);
  m->keys[i] = key;
  if (m->with_values)
    m->values[i] = value;
}

static evd_err grow(evd_map *m) {
  evd_map bigger;
  evd_map_init(&bigger, m->with_values, m->cap_bytes);
  bigger.n_slots = m->n_slots ? 2 * m->n_slots : SLOTS_AT_FIRST;
  bigger.keys = evd_arena_get(&bigger.arena, bigger.n_slots, sizeof(evd_key));
  if (m->with_values)
    bigger.values =
        evd_arena_get(&bigger.arena, bigger.n_slots, sizeof(void *));
  if (!bigger.keys || (m->with_values && !bigger.values)) {
    evd_map_close(&bigger);
    return EVD_ERR_SPACE;
  }
  for (size_t i = 0; i < m->n_slots; i++)
    if (m->keys[i].k[0] != 0 || m->keys[i].k[1] != 0)
      put(&bigger, m->keys[i], m->with_values ? m->values[i] : NULL);
  bigger.n_used = m->n_used;
  evd_arena_close(&m->arena);
  *m = bigger;
  return EVD_OK;
}

evd_err evd_map_add(evd_map *m, evd_key key, void *value, bool *was_there) {
  if (m->n_slots == 0 || m->n_used >= m->n_slots - m->n_slots / 4)
    EVD_TRY(grow(m));
  size_t i = slot_of(m, key);
  *was_there = m->keys[i].k[0] != 0 || m->keys[i].k[1] != 0;
  if (*was_there)
    return EVD_OK;
  put(m, key, value);
  m->n_used++;
  return EVD_OK;
}

void *evd_map_get(const evd_map *m, evd_key key) {
  if (m->n_slots == 0 || !m->with_values)
    return NULL;
  size_t i = slot_of(m, key);
  if (m->keys[i].k[0] == 0 && m->keys[i].k[1] == 0)
    return NULL;
  return m->values[i];
}
