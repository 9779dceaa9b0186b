/* L.2: the root is that of the entries, and every tile has their hashes. */
#include <string.h>

#include "verify/logcheck_run.h"

/* The hash of a full tile: that of its perfect tree. */
static void fold(const evd_log_level *level, evd_h32 *out) {
  evd_h32 h[EVD_TILE_WIDTH];
  memcpy(h, level->at, sizeof h);
  for (uint32_t n = EVD_TILE_WIDTH; n > 1; n /= 2)
    for (uint32_t i = 0; i < n / 2; i++)
      evd_node_hash(&h[i], &h[2 * i], &h[2 * i + 1]);
  *out = h[0];
}

static void compare(evd_logcheck *l, uint32_t level) {
  const evd_log_level *v = &l->levels[level];
  const evd_tile t = {level, v->index, v->n};
  char path[EVD_TILE_PATH_BYTES];
  evd_tile_path(path, &t);
  evd_l_saw(l, EVD_L2_AT, 1);
  evd_err e = evd_board_tile(l->how.files, &t, &l->tile);
  if (e != EVD_OK)
    evd_l_unread(l, EVD_L2_AT, path, e);
  else if (memcmp(l->tile.p, v->at, l->tile.n) != 0)
    evd_l_fault(l, EVD_L2_AT, path, "has not the hashes of the entries");
}

void evd_l02_leaf(evd_logcheck *l, const evd_h32 *leaf) {
  evd_h32 h = *leaf;
  (void)evd_l_trouble(l, evd_tree_add(&l->tree, leaf));
  for (uint32_t level = 0; level < EVD_LOG_LEVELS; level++) {
    evd_log_level *v = &l->levels[level];
    v->at[v->n++] = h;
    if (v->n < EVD_TILE_WIDTH)
      break;
    compare(l, level);
    fold(v, &h);
    v->n = 0;
    v->index++;
  }
  if (l->has_old && l->tree.size == l->old.size)
    evd_tree_root(&l->tree, &l->root_then);
}

void evd_l02_end(evd_logcheck *l) {
  evd_h32 root;
  for (uint32_t level = 0; level < EVD_LOG_LEVELS; level++)
    if (l->levels[level].n > 0)
      compare(l, level);
  evd_tree_root(&l->tree, &root);
  evd_l_saw(l, EVD_L2_AT, 1);
  if (memcmp(root.b, l->c.head.root.b, sizeof root.b) != 0)
    evd_l_fault(l, EVD_L2_AT, "checkpoint",
                "its root is not that of the entries");
}
