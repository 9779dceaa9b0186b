/* Rows of one size in ascending order: buffer, runs, merges. */
#include "verify/sorter.h"

#include <string.h>

#define BLOCK_BYTES ((size_t)8192)  /* of a run that is read */
#define LEVEL_BYTES ((size_t)65536) /* written at a time */
#define ROW_BYTES_MAX ((size_t)128)

/* ---- the buffer: heap sort, in place and without a worst case ---- */

static int order(const evd_sorter *s, size_t a, size_t b) {
  return memcmp(s->rows + a * s->row_bytes, s->rows + b * s->row_bytes,
                s->row_bytes);
}

static void swap(const evd_sorter *s, size_t a, size_t b) {
  uint8_t row[ROW_BYTES_MAX], *x = s->rows + a * s->row_bytes;
  uint8_t *y = s->rows + b * s->row_bytes;
  memcpy(row, x, s->row_bytes);
  memcpy(x, y, s->row_bytes);
  memcpy(y, row, s->row_bytes);
}

/* Lets the row at `at` sink to its place among the first n. */
static void sink(const evd_sorter *s, size_t at, size_t n) {
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= n)
      return;
    if (child + 1 < n && order(s, child, child + 1) < 0)
      child++;
    if (order(s, at, child) >= 0)
      return;
    swap(s, at, child);
    at = child;
  }
}

static void sort_buffer(const evd_sorter *s) {
  bool sorted = true; /* many files are */
  for (size_t i = 1; sorted && i < s->n; i++)
    sorted = order(s, i - 1, i) <= 0;
  if (sorted)
    return;
  for (size_t i = s->n / 2; i > 0; i--)
    sink(s, i - 1, s->n);
  for (size_t i = s->n; i > 1; i--) {
    swap(s, 0, i - 1);
    sink(s, 0, i - 1);
  }
}

/* ---- merging ---- */

static evd_err fill(const evd_sorter *s, evd_sort_cursor *c) {
  c->block_at = c->block_n = 0;
  if (!c->from || c->at == c->end)
    return EVD_OK;
  size_t most = c->block_cap / s->row_bytes * s->row_bytes;
  uint64_t left = c->end - c->at;
  size_t n = left < most ? (size_t)left : most;
  EVD_TRY(evd_stream_read(c->from, c->at, c->block, n));
  c->at += n;
  c->block_n = n;
  return EVD_OK;
}

static bool above(const evd_sorter *s, uint32_t a, uint32_t b) {
  const evd_sort_cursor *x = &s->cursors[a], *y = &s->cursors[b];
  return memcmp(x->block + x->block_at, y->block + y->block_at, s->row_bytes) <
         0;
}

static void settle_top(evd_sorter *s, uint32_t at) {
  uint32_t *h = s->heap;
  for (;;) {
    uint32_t child = 2 * at + 1;
    if (child >= s->n_heap)
      return;
    if (child + 1 < s->n_heap && above(s, h[child + 1], h[child]))
      child++;
    if (!above(s, h[child], h[at]))
      return;
    uint32_t keep = h[at];
    h[at] = h[child];
    h[child] = keep;
    at = child;
  }
}

static evd_err take_least(evd_sorter *s, void *row, bool *more) {
  *more = s->n_heap > 0;
  if (!*more)
    return EVD_OK;
  evd_sort_cursor *c = &s->cursors[s->heap[0]];
  memcpy(row, c->block + c->block_at, s->row_bytes);
  c->block_at += s->row_bytes;
  if (c->block_at == c->block_n)
    EVD_TRY(fill(s, c));
  if (c->block_n == 0)
    s->heap[0] = s->heap[--s->n_heap];
  settle_top(s, 0);
  return EVD_OK;
}

/* The cursor with this number on a run, if there is anything in it. */
static evd_err put_cursor(evd_sorter *s, uint32_t i, const evd_stream *from,
                          uint64_t at, uint64_t end) {
  evd_sort_cursor *c = &s->cursors[i];
  if (!c->block)
    c->block = evd_arena_get(s->a, BLOCK_BYTES, 1);
  if (!c->block)
    return EVD_ERR_SPACE;
  c->block_cap = BLOCK_BYTES;
  c->from = from;
  c->at = at;
  c->end = end;
  EVD_TRY(fill(s, c));
  if (c->block_n > 0)
    s->heap[s->n_heap++] = i;
  return EVD_OK;
}

static evd_err put_level(evd_sorter *s, uint32_t level, uint32_t *i) {
  const evd_sort_level *l = &s->levels[level];
  for (uint32_t k = 0; k < l->n; k++)
    EVD_TRY(
        put_cursor(s, (*i)++, &l->bytes, k ? l->ends[k - 1] : 0, l->ends[k]));
  return EVD_OK;
}

static void order_heap(evd_sorter *s) {
  for (uint32_t at = s->n_heap / 2; at > 0; at--)
    settle_top(s, at - 1);
}

static evd_err need_cursors(evd_sorter *s) {
  enum { ALL = EVD_SORT_LEVELS * EVD_SORT_FAN_IN + 1 };
  if (s->cursors)
    return EVD_OK;
  s->cursors = evd_arena_get(s->a, ALL, sizeof *s->cursors);
  s->heap = evd_arena_get(s->a, ALL, sizeof *s->heap);
  return s->cursors && s->heap ? EVD_OK : EVD_ERR_SPACE;
}

/* ---- runs ---- */

static evd_err need_level(evd_sorter *s, uint32_t level) {
  evd_sort_level *l = &s->levels[level];
  if (l->ready)
    return EVD_OK;
  EVD_TRY(evd_stream_init(&l->bytes, s->scratch, s->a, LEVEL_BYTES));
  l->ready = true;
  return EVD_OK;
}

/* All runs of a full level become one of the next. */
static evd_err merge_level(evd_sorter *s, uint32_t level) {
  uint8_t row[ROW_BYTES_MAX];
  uint32_t i = 0;
  bool more = true;
  evd_sort_level *to = &s->levels[level + 1];
  EVD_TRY(need_cursors(s));
  EVD_TRY(need_level(s, level + 1));
  s->n_heap = 0;
  EVD_TRY(put_level(s, level, &i));
  order_heap(s);
  for (;;) {
    EVD_TRY(take_least(s, row, &more));
    if (!more)
      break;
    EVD_TRY(evd_stream_add(&to->bytes, row, s->row_bytes));
  }
  to->ends[to->n++] = evd_stream_bytes(&to->bytes);
  evd_stream_reset(&s->levels[level].bytes);
  s->levels[level].n = 0;
  return EVD_OK;
}

static evd_err spill(evd_sorter *s) {
  evd_sort_level *l = &s->levels[0];
  EVD_TRY(need_level(s, 0));
  sort_buffer(s);
  EVD_TRY(evd_stream_add(&l->bytes, s->rows, s->n * s->row_bytes));
  s->n = 0;
  l->ends[l->n++] = evd_stream_bytes(&l->bytes);
  for (uint32_t i = 0; s->levels[i].n == EVD_SORT_FAN_IN; i++) {
    if (i + 1 == EVD_SORT_LEVELS)
      return EVD_ERR_SPACE;
    EVD_TRY(merge_level(s, i));
  }
  return EVD_OK;
}

/* ---- from outside ---- */

evd_err evd_sorter_init(evd_sorter *s, evd_scratch *scratch, evd_arena *a,
                        size_t row_bytes, size_t buffer_bytes) {
  *s = (evd_sorter){.scratch = scratch, .a = a, .row_bytes = row_bytes};
  if (row_bytes == 0 || row_bytes > ROW_BYTES_MAX)
    return EVD_ERR_SPACE;
  s->cap = buffer_bytes / row_bytes;
  s->rows = evd_arena_get(a, s->cap, row_bytes);
  return s->rows ? EVD_OK : EVD_ERR_SPACE;
}

evd_err evd_sorter_add(evd_sorter *s, const void *row) {
  if (s->n == s->cap)
    EVD_TRY(spill(s));
  memcpy(s->rows + s->n * s->row_bytes, row, s->row_bytes);
  s->n++;
  s->n_rows++;
  return EVD_OK;
}

evd_err evd_sorter_end(evd_sorter *s) {
  uint32_t i = 1; /* 0 is the buffer */
  EVD_TRY(need_cursors(s));
  sort_buffer(s);
  s->n_heap = 0;
  for (uint32_t level = 0; level < EVD_SORT_LEVELS; level++)
    EVD_TRY(put_level(s, level, &i));
  s->cursors[0] =
      (evd_sort_cursor){.block = s->rows, .block_n = s->n * s->row_bytes};
  if (s->n > 0)
    s->heap[s->n_heap++] = 0;
  order_heap(s);
  return EVD_OK;
}

evd_err evd_sorter_next(evd_sorter *s, void *row, bool *more) {
  return take_least(s, row, more);
}

void evd_sorter_close(evd_sorter *s) {
  for (uint32_t i = 0; i < EVD_SORT_LEVELS; i++)
    evd_stream_reset(&s->levels[i].bytes);
  s->n = 0;
  s->n_rows = 0;
  s->n_heap = 0;
}
