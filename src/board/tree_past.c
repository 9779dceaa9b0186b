#include "board/tree_past.h"

#include <string.h>

void evd_tree_past_init(evd_tree_past *t, size_t max_bytes) {
  t->size = 0;
  for (uint32_t level = 0; level <= EVD_TILE_LEVEL_MAX; level++)
    evd_buf_init(&t->levels[level], max_bytes);
}

void evd_tree_past_close(evd_tree_past *t) {
  for (uint32_t level = 0; level <= EVD_TILE_LEVEL_MAX; level++)
    evd_buf_close(&t->levels[level]);
}

const evd_h32 *evd_tree_past_tile(const evd_tree_past *t,
                                  const evd_tile *tile) {
  return (const evd_h32 *)(const void *)(t->levels[tile->level].p +
                                         tile->n * EVD_TILE_BYTES);
}

static evd_err read_tile(void *self, const evd_tile *tile,
                         evd_h32 out[EVD_TILE_WIDTH]) {
  memcpy(out, evd_tree_past_tile(self, tile), tile->width * sizeof *out);
  return EVD_OK;
}

/* Entries lo .. hi-1, as evd_tree_hash wants them, of those that are there. */
static evd_err hash(const evd_tree_past *t, uint64_t lo, uint64_t hi,
                    evd_h32 *out) {
  evd_tile_tree tiles;
  evd_tree_past of = *t; /* read only: the reader wants it without const */
  const evd_tile_reader reader = {&of, read_tile};
  evd_tile_tree_init(&tiles, &reader, hi);
  const evd_tree_nodes nodes = evd_tile_nodes(&tiles);
  return evd_tree_hash(&nodes, lo, hi, out);
}

/* The hash of the last full tile, which is not in the level above it yet. */
static evd_err fold(const evd_tree_past *t, uint64_t hi, uint64_t width,
                    evd_h32 *out) {
  evd_h32 left, right;
  const uint64_t middle = hi - width / 2;
  EVD_TRY(hash(t, hi - width, middle, &left));
  EVD_TRY(hash(t, middle, hi, &right));
  evd_node_hash(out, &left, &right);
  return EVD_OK;
}

evd_err evd_tree_past_add(evd_tree_past *t, const evd_h32 *leaf) {
  evd_h32 h = *leaf;
  uint64_t n = t->size + 1, width = EVD_TILE_WIDTH;
  for (uint32_t level = 0; level <= EVD_TILE_LEVEL_MAX; level++) {
    evd_buf_add(&t->levels[level], h.b, sizeof h.b);
    if (!evd_buf_ok(&t->levels[level]))
      return EVD_ERR_SPACE;
    if (n % width != 0 || level == EVD_TILE_LEVEL_MAX)
      break;
    EVD_TRY(fold(t, n, width, &h));
    width *= EVD_TILE_WIDTH;
  }
  t->size = n;
  return EVD_OK;
}

evd_err evd_tree_past_root(const evd_tree_past *t, uint64_t size,
                           evd_h32 *out) {
  if (size > t->size)
    return EVD_ERR_RANGE;
  if (size > 0)
    return hash(t, 0, size, out);
  evd_tree_empty(out);
  return EVD_OK;
}
