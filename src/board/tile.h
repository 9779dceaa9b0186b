/* The tree as static files: 256 hashes a tile.
 *
 * Spec:  C2SP tlog-tiles.
 * Layer: L4 board. Public data only.
 *
 * Tile n of level l holds the hashes of the perfect subtrees of 256^l entries
 * number 256 n .. 256 n + 255. The rightmost tile of a level has those that
 * the tree has so far: its width. Entries lie in bundles, 256 each, every
 * entry after its length in two bytes.
 */
#ifndef EVD_BOARD_TILE_H
#define EVD_BOARD_TILE_H

#include "board/tree.h"

#define EVD_TILE_WIDTH 256
#define EVD_TILE_BYTES ((size_t)EVD_TILE_WIDTH * 32)
#define EVD_TILE_LEVEL_MAX 7        /* 256^8 is above the largest size */
#define EVD_TILE_ENTRIES UINT32_MAX /* "level" of the bundles, in paths */
#define EVD_TILE_PATH_BYTES 64

typedef struct {
  uint32_t level; /* 0 .. EVD_TILE_LEVEL_MAX, or EVD_TILE_ENTRIES */
  uint64_t n;
  uint32_t width; /* 1 .. 256 */
} evd_tile;

/* "tile/1/x001/x234/067.p/12", "tile/entries/000"; zero-ended. */
void evd_tile_path(char out[EVD_TILE_PATH_BYTES], const evd_tile *t);
/* The tile that a path of this form names.
 *   errors  EVD_ERR_FORM */
EVD_MUST_CHECK evd_err evd_tile_path_read(evd_tile *out, evd_span path);
/* How many hashes tile n of a level has in a tree of `size`; 0: it is not
 * there. Bundles count as level 0. */
uint32_t evd_tile_width(uint32_t level, uint64_t n, uint64_t size);

/* A reader of tiles: fills out with t->width hashes. */
typedef struct {
  void *self;
  evd_err (*read)(void *self, const evd_tile *t, evd_h32 out[EVD_TILE_WIDTH]);
} evd_tile_reader;

/* The nodes of a tree of `size` entries by way of its tiles; the last tile
 * read is kept. Nothing read is believed: proofs and roots made of it are
 * checked against a signed checkpoint. */
typedef struct {
  const evd_tile_reader *from;
  uint64_t size;
  evd_tile kept; /* width 0: none */
  evd_h32 hashes[EVD_TILE_WIDTH];
} evd_tile_tree;

void evd_tile_tree_init(evd_tile_tree *t, const evd_tile_reader *from,
                        uint64_t size);
/* The nodes of t; valid as long as t is. */
evd_tree_nodes evd_tile_nodes(evd_tile_tree *t);

/* Walks through a bundle: the entry at *at, which moves on behind it.
 *   errors  EVD_ERR_FORM: no whole entry there */
EVD_MUST_CHECK evd_err evd_bundle_next(evd_span bundle, size_t *at,
                                       evd_span *entry);

#endif /* EVD_BOARD_TILE_H */
