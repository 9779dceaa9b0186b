/* Tiles and bundles, as the log grows: the right edge of the tree is kept, a
 * tile that fills up is written and its root becomes a hash of the next
 * level. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/host.h"
#include "serve/log_run.h"

/* Room for 256 entries, each after its length. */
#define BUNDLE_BYTES_MAX (EVD_TILE_WIDTH * (EVD_ENTRY_BYTES_MAX + 2))

/* Is it there? One that was not full may be gone when the full one is there,
 * which begins with the same: also between files and `checkpoint`. */
static bool reads_as(evd_log *log, const evd_tile *t, evd_span bytes) {
  evd_buf b;
  evd_buf_init(&b, BUNDLE_BYTES_MAX);
  bool same = evd_board_tile(&log->files, t, &b) == EVD_OK && b.n == bytes.n &&
              memcmp(b.p, bytes.p, b.n) == 0;
  evd_buf_close(&b);
  return same;
}

static evd_err put(evd_log *log, const evd_tile *t, evd_span bytes) {
  if (log->checking && t->width < EVD_TILE_WIDTH && reads_as(log, t, bytes))
    return EVD_OK;
  char path[EVD_TILE_PATH_BYTES];
  evd_tile_path(path, t);
  EVD_TRY(evd_log_put(log, path, bytes));
  evd_log_at(log, EVD_LOG_AT_FILE);
  return EVD_OK;
}

/* ---- tiles that were not full, once they are ---- */

/* Those of the checkpoint of CLOSE stay for ever. */
static bool stays(const evd_log *log, const evd_tile *full, const char *name) {
  char kept[12];
  uint32_t width = evd_tile_width(full->level, full->n, log->kept);
  if (log->kept == 0 || width == 0 || width == EVD_TILE_WIDTH)
    return false;
  snprintf(kept, sizeof kept, "%u", width);
  return strcmp(name, kept) == 0;
}

static void remove_partial(evd_log *log, const evd_tile *full) {
  if (log->checking)
    return;
  char path[EVD_TILE_PATH_BYTES], below[EVD_TILE_PATH_BYTES + 4];
  evd_arena_point mark = evd_arena_mark(&log->scratch);
  evd_tile_path(path, full);
  snprintf(below, sizeof below, "%s.p", path);
  const char *folder = evd_log_path(log, below);
  DIR *d = opendir(folder);
  for (const struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d))
    if (e->d_name[0] != '.' && !stays(log, full, e->d_name))
      (void)unlink(evd_path(&log->scratch, "%s/%s", folder, e->d_name));
  if (d)
    (void)closedir(d);
  (void)rmdir(folder); /* unless something stays in it */
  evd_arena_back(&log->scratch, mark);
}

/* ---- growing ---- */

static void tile_root(evd_h32 *out, const evd_h32 hashes[EVD_TILE_WIDTH]) {
  evd_h32 row[EVD_TILE_WIDTH];
  memcpy(row, hashes, sizeof row);
  for (uint32_t n = EVD_TILE_WIDTH; n > 1; n /= 2)
    for (uint32_t i = 0; i < n / 2; i++)
      evd_node_hash(&row[i], &row[2 * i], &row[2 * i + 1]);
  *out = row[0];
}

static evd_err put_bundle(evd_log *log, uint64_t n, uint32_t width) {
  evd_log_edge *e = &log->edge;
  const evd_tile t = {EVD_TILE_ENTRIES, n, width};
  if (!evd_buf_ok(&e->bundle))
    return EVD_ERR_SPACE;
  EVD_TRY(put(log, &t, (evd_span){e->bundle.p, e->bundle.n}));
  if (width < EVD_TILE_WIDTH)
    return EVD_OK;
  evd_buf_reset(&e->bundle);
  remove_partial(log, &t);
  return EVD_OK;
}

static evd_err put_hashes(evd_log *log, uint32_t level, uint64_t n,
                          uint32_t width) {
  const evd_tile t = {level, n, width};
  EVD_TRY(put(log, &t,
              (evd_span){log->edge.hashes[level][0].b,
                         (size_t)width * sizeof(evd_h32)}));
  if (width == EVD_TILE_WIDTH)
    remove_partial(log, &t);
  return EVD_OK;
}

/* A hash of a level; full tiles go up. */
static evd_err push(evd_log *log, evd_h32 hash) {
  evd_log_edge *e = &log->edge;
  uint64_t n = (e->tree.size - 1) / EVD_TILE_WIDTH;
  for (uint32_t level = 0; level <= EVD_TILE_LEVEL_MAX; level++) {
    e->hashes[level][e->width[level]++] = hash;
    if (e->width[level] < EVD_TILE_WIDTH)
      return EVD_OK;
    EVD_TRY(put_hashes(log, level, n, EVD_TILE_WIDTH));
    tile_root(&hash, e->hashes[level]);
    e->width[level] = 0;
    n /= EVD_TILE_WIDTH;
  }
  return EVD_OK;
}

evd_err evd_log_edge_add(evd_log *log, evd_span entry, const evd_h32 *leaf) {
  evd_log_edge *e = &log->edge;
  const uint8_t length[2] = {(uint8_t)(entry.n >> 8), (uint8_t)entry.n};
  evd_buf_add(&e->bundle, length, sizeof length);
  evd_buf_add(&e->bundle, entry.p, entry.n);
  EVD_TRY(evd_tree_add(&e->tree, leaf));
  if (e->tree.size % EVD_TILE_WIDTH == 0)
    EVD_TRY(put_bundle(log, e->tree.size / EVD_TILE_WIDTH - 1, EVD_TILE_WIDTH));
  return push(log, *leaf);
}

evd_err evd_log_edge_show(evd_log *log) {
  evd_log_edge *e = &log->edge;
  uint64_t size = e->tree.size;
  if (e->shown == size)
    return EVD_OK;
  if (size % EVD_TILE_WIDTH != 0)
    EVD_TRY(put_bundle(log, size / EVD_TILE_WIDTH,
                       (uint32_t)(size % EVD_TILE_WIDTH)));
  for (uint32_t level = 0; level <= EVD_TILE_LEVEL_MAX; level++) {
    size /= EVD_TILE_WIDTH;
    if (e->width[level] > 0)
      EVD_TRY(put_hashes(log, level, size, e->width[level]));
  }
  e->shown = e->tree.size;
  return EVD_OK;
}

/* ---- opening ---- */

static evd_err unreadable(const evd_log *log, const evd_tile *t, evd_err e) {
  char path[EVD_TILE_PATH_BYTES];
  evd_tile_path(path, t);
  if (e == EVD_ERR_MISSING || e == EVD_ERR_PARSE || e == EVD_ERR_SPACE)
    e = EVD_ERR_FORM;
  return evd_complain(e, "%s/%s: %s", log->public_dir, path, evd_err_text(e));
}

static evd_err load_level(evd_log *log, uint32_t level, uint64_t size) {
  uint64_t hashes = size >> (8 * level); /* a tile has 2^8 */
  uint64_t n = hashes / EVD_TILE_WIDTH;
  const evd_tile t = {level, n, evd_tile_width(level, n, size)};
  log->edge.width[level] = t.width;
  if (t.width == 0)
    return EVD_OK;
  evd_tile_reader from = evd_board_tiles(&log->files);
  evd_err e = from.read(from.self, &t, log->edge.hashes[level]);
  return e == EVD_OK ? e : unreadable(log, &t, e);
}

void evd_log_edge_init(evd_log_edge *e) {
  memset(e, 0, sizeof *e);
  evd_buf_init(&e->bundle, BUNDLE_BYTES_MAX);
}

static evd_err load_bundle(evd_log *log, uint64_t size) {
  const evd_tile t = {EVD_TILE_ENTRIES, size / EVD_TILE_WIDTH,
                      (uint32_t)(size % EVD_TILE_WIDTH)};
  if (t.width == 0)
    return EVD_OK;
  evd_err e = evd_board_tile(&log->files, &t, &log->edge.bundle);
  return e == EVD_OK ? e : unreadable(log, &t, e);
}

/* The perfect subtrees of a tree of this size, the largest first. */
static evd_err load_tree(evd_log *log, uint64_t size) {
  evd_tile_reader from = evd_board_tiles(&log->files);
  evd_tile_tree tiles;
  evd_tile_tree_init(&tiles, &from, size);
  evd_tree_nodes nodes = evd_tile_nodes(&tiles);
  evd_tree *t = &log->edge.tree;
  uint32_t n = 0;
  for (uint32_t level = EVD_TREE_LEVELS; level-- > 0;) {
    if ((size >> level & 1) == 0)
      continue;
    evd_err e = nodes.node(nodes.self, level, (size >> level) - 1, &t->at[n++]);
    if (e != EVD_OK)
      return evd_complain(EVD_ERR_FORM,
                          "%s/tile: the tiles of a tree of %llu entries cannot "
                          "be read: %s",
                          log->public_dir, (unsigned long long)size,
                          evd_err_text(e));
  }
  t->size = size;
  return EVD_OK;
}

evd_err evd_log_edge_load(evd_log *log, uint64_t size) {
  evd_log_edge *e = &log->edge;
  evd_log_edge_init(e);
  EVD_TRY(load_bundle(log, size));
  EVD_TRY(load_tree(log, size));
  for (uint32_t level = 0; level <= EVD_TILE_LEVEL_MAX; level++)
    EVD_TRY(load_level(log, level, size));
  e->shown = size;
  return EVD_OK;
}
