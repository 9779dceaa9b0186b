/* Sorted rows that are looked up by their first bytes. */
#include "verify/index.h"

#include <string.h>

#define INDEX_KEYS ((uint64_t)1024)
#define MEMORY_BYTES ((size_t)256 * 1024) /* more goes to the scratch */
#define BLOCK_ROWS ((uint64_t)32)         /* read at a time */
#define ROW_BYTES_MAX ((size_t)64)

static evd_err keep_row(evd_index *t, const uint8_t *row, uint64_t at) {
  if (at % t->stride == 0)
    memcpy(t->keys + t->n_keys++ * t->key_bytes, row, t->key_bytes);
  return evd_stream_add(&t->rows, row, t->row_bytes);
}

evd_err evd_index_make(evd_index *t, evd_sorter *from, size_t key_bytes,
                       evd_arena *a, evd_index_twin *twin, void *self) {
  uint8_t row[ROW_BYTES_MAX], before[ROW_BYTES_MAX];
  bool more = true;
  *t = (evd_index){.row_bytes = from->row_bytes, .key_bytes = key_bytes};
  if (from->row_bytes > sizeof row)
    return EVD_ERR_SPACE;
  EVD_TRY(evd_stream_init(&t->rows, from->scratch, a, MEMORY_BYTES));
  t->stride = from->n_rows / INDEX_KEYS + 1;
  t->keys = evd_arena_get(a, INDEX_KEYS + 1, key_bytes);
  if (!t->keys)
    return EVD_ERR_SPACE;
  for (;; t->n++) {
    EVD_TRY(evd_sorter_next(from, row, &more));
    if (!more)
      return EVD_OK;
    if (t->n > 0 && twin && memcmp(row, before, key_bytes) == 0)
      twin(self, row);
    EVD_TRY(keep_row(t, row, t->n));
    memcpy(before, row, t->row_bytes);
  }
}

evd_err evd_index_row(const evd_index *t, uint64_t at, uint8_t *row) {
  return evd_stream_read(&t->rows, at * t->row_bytes, row, t->row_bytes);
}

/* Narrows lo..hi, where the first row not below the key is, by the index. */
static void narrow(const evd_index *t, const void *key, uint64_t *lo,
                   uint64_t *hi) {
  size_t from = 0, to = t->n_keys; /* first entry that is not below */
  while (from < to) {
    size_t mid = from + (to - from) / 2;
    if (memcmp(t->keys + mid * t->key_bytes, key, t->key_bytes) < 0)
      from = mid + 1;
    else
      to = mid;
  }
  *lo = from > 0 ? (from - 1) * t->stride + 1 : 0;
  *hi = from * t->stride < t->n ? from * t->stride : t->n;
}

/* The same by reading single rows, until one block holds the rest. */
static evd_err narrow_more(const evd_index *t, const void *key, uint64_t *lo,
                           uint64_t *hi) {
  uint8_t row[ROW_BYTES_MAX];
  while (*hi - *lo >= BLOCK_ROWS) {
    uint64_t mid = *lo + (*hi - *lo) / 2;
    EVD_TRY(evd_index_row(t, mid, row));
    if (memcmp(row, key, t->key_bytes) < 0)
      *lo = mid + 1;
    else
      *hi = mid;
  }
  return EVD_OK;
}

evd_err evd_index_find(const evd_index *t, const void *key, uint8_t *row,
                       uint64_t *at, bool *found) {
  uint8_t block[BLOCK_ROWS * ROW_BYTES_MAX];
  uint64_t lo = 0, hi = 0;
  *found = false;
  if (t->n == 0)
    return EVD_OK;
  narrow(t, key, &lo, &hi);
  EVD_TRY(narrow_more(t, key, &lo, &hi));
  uint64_t rows = (hi < t->n ? hi + 1 : t->n) - lo; /* hi itself may be it */
  EVD_TRY(evd_stream_read(&t->rows, lo * t->row_bytes, block,
                          (size_t)rows * t->row_bytes));
  for (uint64_t i = 0; i < rows; i++) {
    const uint8_t *p = block + i * t->row_bytes;
    int d = memcmp(p, key, t->key_bytes);
    if (d < 0)
      continue;
    if (d > 0)
      return EVD_OK;
    *found = true;
    *at = lo + i;
    memcpy(row, p, t->row_bytes);
    return EVD_OK;
  }
  return EVD_OK;
}

void evd_index_close(evd_index *t) {
  evd_stream_reset(&t->rows);
  t->n = 0;
  t->n_keys = 0;
}
