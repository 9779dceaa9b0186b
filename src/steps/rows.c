#include "steps/rows.h"

#include <string.h>

#define FIRST_ROOM ((size_t)1024)
#define ROW_BYTES sizeof(evd_row_ballot) /* the longest row */

struct evd_row_slot {
  evd_h32 key;
  uint8_t about; /* 0: free */
  uint8_t row[ROW_BYTES];
};

_Static_assert(sizeof(evd_row_credential) <= ROW_BYTES, "rows fit");

void evd_rows_init(evd_rows *r, evd_arena *a) { *r = (evd_rows){.a = a}; }

/* Keys are hashes, or signed by somebody: who makes them alike only makes this
 * slow for who reads it. */
static evd_row_slot *find(const evd_rows *r, uint8_t about,
                          const evd_h32 *key) {
  size_t at = 0;
  memcpy(&at, key->b, sizeof at);
  at ^= (size_t)about * 0x9E3779B97F4A7C15U; /* 2^64 / golden ratio */
  for (;; at++) {
    evd_row_slot *s = &r->slots[at & (r->room - 1)];
    if (s->about == 0 ||
        (s->about == about && memcmp(&s->key, key, sizeof *key) == 0))
      return s;
  }
}

/* At most half of the slots are taken. */
static evd_err grow(evd_rows *r) {
  evd_rows old = *r;
  if (r->room > 2 * r->n + 1)
    return EVD_OK;
  size_t room = r->room ? 2 * r->room : FIRST_ROOM;
  r->slots = evd_arena_get(r->a, room, sizeof *r->slots);
  if (!r->slots) {
    *r = old;
    return EVD_ERR_SPACE;
  }
  r->room = room;
  for (size_t i = 0; i < old.room; i++)
    if (old.slots[i].about)
      *find(r, old.slots[i].about, &old.slots[i].key) = old.slots[i];
  return EVD_OK;
}

static evd_err get(void *self, uint8_t about, const evd_h32 *key, void *row,
                   size_t n, bool *found) {
  evd_rows *r = self;
  const evd_row_slot *s = r->room ? find(r, about, key) : NULL;
  *found = s && s->about;
  if (*found && n)
    memcpy(row, s->row, n);
  return EVD_OK;
}

static evd_err put(void *self, uint8_t about, const evd_h32 *key,
                   const void *row, size_t n) {
  evd_rows *r = self;
  EVD_TRY(grow(r));
  evd_row_slot *s = find(r, about, key);
  r->n += s->about == 0;
  s->about = about;
  s->key = *key;
  if (n)
    memcpy(s->row, row, n);
  return EVD_OK;
}

evd_rules_store evd_rows_store(evd_rows *r) {
  return (evd_rules_store){r, get, put};
}
