#include "store/pending.h"

#include <stdlib.h>
#include <string.h>

#include "host/host.h"
#include "host/mem.h"

#define PLACES_BYTES_MAX ((size_t)4 << 20)
#define ENTRY_BYTES_MAX ((size_t)16384)

evd_err evd_pending_init(evd_pending *p) {
  uint64_t seed = 0;
  memset(p, 0, sizeof *p);
  evd_random(&seed, sizeof seed);
  evd_row_table_init(&p->places, PLACES_BYTES_MAX, seed);
  evd_buf_init(&p->bytes, ENTRY_BYTES_MAX * EVD_PENDING_ENTRIES_MAX);
  p->rows = evd_mem_get(EVD_PENDING_ROWS_MAX * sizeof *p->rows);
  p->sent = evd_mem_get(EVD_PENDING_ROWS_MAX * sizeof(const evd_row *));
  p->ends = evd_mem_get(EVD_PENDING_ENTRIES_MAX * sizeof *p->ends);
  return p->rows && p->sent && p->ends ? EVD_OK : EVD_ERR_SPACE;
}

void evd_pending_close(evd_pending *p) {
  evd_row_table_close(&p->places);
  evd_buf_close(&p->bytes);
  evd_mem_free(p->rows);
  evd_mem_free(p->sent);
  evd_mem_free(p->ends);
}

void evd_pending_reset(evd_pending *p) {
  evd_row_table_reset(&p->places);
  evd_buf_reset(&p->bytes);
  p->n_rows = p->n_entries = 0;
}

/* ---- rows ---- */

evd_row *evd_pending_find(evd_pending *p, uint8_t about, const evd_h32 *key) {
  uint32_t at = 0;
  bool found = false;
  evd_rules_store s = evd_row_table_store(&p->places);
  evd_err e = s.get(s.self, about, key, &at, sizeof at, &found);
  return e == EVD_OK && found ? &p->rows[at] : NULL;
}

evd_err evd_pending_row(evd_pending *p, uint8_t about, const evd_h32 *key,
                        evd_row **out) {
  const uint32_t at = p->n_rows;
  evd_rules_store s = evd_row_table_store(&p->places);
  EVD_TRY(s.put(s.self, about, key, &at, sizeof at));
  evd_row *r = &p->rows[at];
  r->key = *key;
  r->about = about;
  r->n = 0;
  r->found = r->there = r->changed = false;
  p->n_rows++;
  *out = r;
  return EVD_OK;
}

static int by_key(const void *a, const void *b) {
  const evd_row *x = *(const evd_row *const *)a,
                *y = *(const evd_row *const *)b;
  if (x->there != y->there)
    return x->there ? 1 : -1;
  if (x->about != y->about)
    return x->about < y->about ? -1 : 1;
  return memcmp(x->key.b, y->key.b, sizeof x->key.b);
}

void evd_pending_sort(evd_pending *p, uint32_t *fresh, uint32_t *old) {
  *fresh = *old = 0;
  for (uint32_t i = 0; i < p->n_rows; i++) {
    const evd_row *r = &p->rows[i];
    if (!r->changed)
      continue;
    p->sent[*fresh + *old] = r;
    *old += r->there;
    *fresh += !r->there;
  }
  qsort(p->sent, *fresh + *old, sizeof(const evd_row *), by_key);
}

/* ---- entries ---- */

evd_err evd_pending_entry(evd_pending *p, evd_span entry) {
  evd_buf_add(&p->bytes, entry.p, entry.n);
  if (!evd_buf_ok(&p->bytes))
    return EVD_ERR_SPACE;
  p->ends[p->n_entries++] = (uint32_t)p->bytes.n;
  return EVD_OK;
}

evd_span evd_pending_entry_at(const evd_pending *p, uint32_t i) {
  uint32_t from = i ? p->ends[i - 1] : 0;
  return (evd_span){p->bytes.p + from, p->ends[i] - from};
}
