/* The public files of a board: what everybody reads.
 *
 * Spec:  doc/board-server.md section 1; C2SP tlog-tiles.
 * Layer: L4 board; implemented in host/board_dir.c, host/board_url.c (and by
 *        tests). Nothing read is believed: objects are compared with their
 *        digest here, tiles with a signed checkpoint by who reads them.
 */
#ifndef EVD_BOARD_FILES_H
#define EVD_BOARD_FILES_H

#include "base/arena.h"
#include "board/entry.h"
#include "board/tile.h"

#define EVD_BOARD_PATH_BYTES 160
#define EVD_OBJECT_PATH_BYTES 80

typedef struct {
  void *self;
  /* The whole file at `path` ("checkpoint", "tile/0/000"), which replaces what
   * out holds. The path is one that evd_board_path_allowed takes.
   *   errors  EVD_ERR_MISSING: there is none; EVD_ERR_PARSE: it is no file
   *           that anybody could read; EVD_ERR_RANGE: it is longer than max;
   *           EVD_ERR_IO: it could not be asked for; EVD_ERR_SPACE: no memory,
   *           or out may not become so long */
  evd_err (*read)(void *self, const char *path, size_t max_bytes, evd_buf *out);
} evd_board_files;

/* Letters, digits, - _ . and / between parts, none of which is empty or begins
 * with a dot. */
bool evd_board_path_allowed(const char *path);
/* errors  of `read`; EVD_ERR_PARSE: the path */
EVD_MUST_CHECK evd_err evd_board_read(const evd_board_files *f,
                                      const char *path, size_t max_bytes,
                                      evd_buf *out);

/* "obj/ab/cd/abcd.."; zero-ended. */
void evd_object_path(char out[EVD_OBJECT_PATH_BYTES], const evd_h32 *digest);
/* digest(kind, bytes) of record-format 1.6 and the length. */
bool evd_object_fits(const evd_object_ref *ref, const char *kind,
                     evd_span bytes);
/* The object itself. Not for a reference to none.
 *   errors  of `read`; EVD_ERR_PROOF: it has another length or digest */
EVD_MUST_CHECK evd_err evd_board_object(const evd_board_files *f,
                                        const char *kind,
                                        const evd_object_ref *ref,
                                        evd_buf *out);

/* A tile's or bundle's bytes; where a partial one is gone, as many hashes or
 * entries of the full one.
 *   errors  of `read`; EVD_ERR_FORM: it has another length, or no such entries
 */
EVD_MUST_CHECK evd_err evd_board_tile(const evd_board_files *f,
                                      const evd_tile *t, evd_buf *out);
/* The tiles of a board, as nodes and proofs want them; f outlives it. */
evd_tile_reader evd_board_tiles(evd_board_files *f);

#endif /* EVD_BOARD_FILES_H */
