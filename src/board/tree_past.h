/* A tree that knows what it was: the root of every size it had.
 *
 * Layer: L4 board. Public data only.
 *
 * For who reads a whole log and is asked for roots of the past: 33 bytes an
 * entry, all hashes of the tiles.
 */
#ifndef EVD_BOARD_TREE_PAST_H
#define EVD_BOARD_TREE_PAST_H

#include "base/arena.h"
#include "board/tile.h"

#define EVD_TREE_PAST_BYTES_MAX ((size_t)1 << 30) /* 32 million entries */

typedef struct {
  uint64_t size;
  evd_buf levels[EVD_TILE_LEVEL_MAX + 1]; /* of tiles, one behind the other */
} evd_tree_past;

/* max_bytes: of a level. */
void evd_tree_past_init(evd_tree_past *t, size_t max_bytes);
void evd_tree_past_close(evd_tree_past *t);
/* errors  EVD_ERR_SPACE: nothing can be asked any more */
EVD_MUST_CHECK evd_err evd_tree_past_add(evd_tree_past *t, const evd_h32 *leaf);
/* errors  EVD_ERR_RANGE: it is not as large as `size` */
EVD_MUST_CHECK evd_err evd_tree_past_root(const evd_tree_past *t, uint64_t size,
                                          evd_h32 *out);
/* The hashes of a tile, which is one of this tree; borrowed until _add. */
const evd_h32 *evd_tree_past_tile(const evd_tree_past *t, const evd_tile *tile);

#endif /* EVD_BOARD_TREE_PAST_H */
