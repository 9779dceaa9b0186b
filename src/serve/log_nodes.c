/* Hashes of perfect subtrees, from tiles. They never change, so those asked for
 * lately are kept: receipts of entries that stand side by side, which is what a
 * request gets, have most of theirs in common, and each that lies inside a tile
 * costs as many hashes as it has leaves. */
#include "serve/log_run.h"

#define ODD UINT64_C(0x9E3779B97F4A7C15) /* 2^64 / golden ratio */

static evd_log_node *place(evd_log_nodes *n, uint32_t level, uint64_t index) {
  const uint64_t mixed = (index * EVD_TREE_LEVELS + level) * ODD;
  return &n->kept[mixed >> 32 & (EVD_LOG_NODES - 1)];
}

static evd_err node(void *self, uint32_t level, uint64_t index, evd_h32 *out) {
  evd_log_nodes *n = self;
  evd_log_node *kept = place(n, level, index);
  if (!kept->used || kept->level != level || kept->index != index) {
    evd_log_node made = {.used = true, .level = level, .index = index};
    evd_tree_nodes tiles = evd_tile_nodes(&n->tiles);
    EVD_TRY(tiles.node(tiles.self, level, index, &made.hash));
    *kept = made;
  }
  *out = kept->hash;
  return EVD_OK;
}

/* Of tiles of what is there now: those of a smaller size may be gone. */
evd_tree_nodes evd_log_nodes_get(evd_log *log) {
  evd_log_nodes *n = &log->nodes;
  if (!n->from.read || n->tiles.size != log->edge.tree.size) {
    n->from = evd_board_tiles(&log->files);
    evd_tile_tree_init(&n->tiles, &n->from, log->edge.tree.size);
  }
  return (evd_tree_nodes){n, node};
}
