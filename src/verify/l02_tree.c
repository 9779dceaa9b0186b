/* L.2: the root is that of the entries, and every tile has their hashes. */
#include <string.h>

#include "verify/logcheck_run.h"

static void compare(evd_logcheck *l, const evd_tile *t) {
  char path[EVD_TILE_PATH_BYTES];
  evd_tile_path(path, t);
  evd_l_saw(l, EVD_L2_AT, 1);
  evd_err e = evd_board_tile(l->how.files, t, &l->tile);
  if (e != EVD_OK)
    evd_l_unread(l, EVD_L2_AT, path, e);
  else if (memcmp(l->tile.p, evd_tree_past_tile(&l->past, t), l->tile.n) != 0)
    evd_l_fault(l, EVD_L2_AT, path, "has not the hashes of the entries");
}

void evd_l02_leaf(evd_logcheck *l, const evd_h32 *leaf) {
  if (evd_l_trouble(l, evd_tree_past_add(&l->past, leaf)) != EVD_OK)
    return;
  uint64_t full = l->past.size;
  for (uint32_t level = 0; full % EVD_TILE_WIDTH == 0; level++) {
    full /= EVD_TILE_WIDTH;
    const evd_tile t = {level, full - 1, EVD_TILE_WIDTH};
    compare(l, &t);
  }
}

void evd_l02_end(evd_logcheck *l) {
  evd_h32 root;
  uint64_t n = l->past.size;
  for (uint32_t level = 0; level <= EVD_TILE_LEVEL_MAX; level++) {
    const evd_tile t = {level, n / EVD_TILE_WIDTH,
                        (uint32_t)(n % EVD_TILE_WIDTH)};
    if (t.width > 0)
      compare(l, &t);
    n /= EVD_TILE_WIDTH;
  }
  if (evd_l_trouble(l, evd_tree_past_root(&l->past, l->past.size, &root)) !=
      EVD_OK)
    return;
  evd_l_saw(l, EVD_L2_AT, 1);
  if (memcmp(root.b, l->c.head.root.b, sizeof root.b) != 0)
    evd_l_fault(l, EVD_L2_AT, "checkpoint",
                "its root is not that of the entries");
}
