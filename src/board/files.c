/* Objects and tiles as files of a board. */
#include "board/files.h"

#include <string.h>

#include "hash/hash.h"

/* 256 entries, each after its length in two bytes. */
#define BUNDLE_BYTES_MAX (EVD_TILE_WIDTH * (2 + EVD_ENTRY_BYTES_MAX))

static bool allowed(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
}

bool evd_board_path_allowed(const char *path) {
  bool starts = true;
  size_t n = strlen(path);
  if (n == 0 || n >= EVD_BOARD_PATH_BYTES)
    return false;
  for (size_t i = 0; i < n; i++) {
    if (starts && (path[i] == '.' || path[i] == '/'))
      return false;
    if (path[i] != '/' && !allowed(path[i]))
      return false;
    starts = path[i] == '/';
  }
  return !starts;
}

evd_err evd_board_read(const evd_board_files *f, const char *path,
                       size_t max_bytes, evd_buf *out) {
  if (!evd_board_path_allowed(path))
    return EVD_ERR_PARSE;
  return f->read(f->self, path, max_bytes, out);
}

void evd_object_path(char out[EVD_OBJECT_PATH_BYTES], const evd_h32 *digest) {
  static const char hex[] = "0123456789abcdef";
  enum { FIRST = 4, SECOND = 7, NAME = 10 }; /* "obj/" "aa/" "bb/" */
  memcpy(out, "obj/aa/bb/", NAME);
  for (size_t i = 0; i < sizeof digest->b; i++) {
    out[NAME + 2 * i] = hex[digest->b[i] >> 4];
    out[NAME + 2 * i + 1] = hex[digest->b[i] & 0xF];
  }
  out[NAME + 2 * sizeof digest->b] = 0;
  for (size_t i = 0; i < 2; i++) {
    out[FIRST + i] = hex[i == 0 ? digest->b[0] >> 4 : digest->b[0] & 0xF];
    out[SECOND + i] = hex[i == 0 ? digest->b[1] >> 4 : digest->b[1] & 0xF];
  }
}

bool evd_object_fits(const evd_object_ref *ref, const char *kind,
                     evd_span bytes) {
  evd_h32 d;
  if (bytes.n != ref->length)
    return false;
  evd_digest(&d, kind, bytes.p, bytes.n);
  return memcmp(d.b, ref->digest.b, sizeof d.b) == 0;
}

evd_err evd_board_object(const evd_board_files *f, const char *kind,
                         const evd_object_ref *ref, evd_buf *out) {
  char path[EVD_OBJECT_PATH_BYTES];
  evd_object_path(path, &ref->digest);
  evd_err e = evd_board_read(f, path, ref->length, out);
  if (e == EVD_ERR_RANGE)
    return EVD_ERR_PROOF; /* longer than it should be */
  EVD_TRY(e);
  return evd_object_fits(ref, kind, (evd_span){out->p, out->n}) ? EVD_OK
                                                                : EVD_ERR_PROOF;
}

/* ---- tiles ---- */

/* Keeps the first hashes or entries of a full tile. */
static evd_err cut(const evd_tile *t, evd_buf *b) {
  size_t at = 0;
  evd_span entry;
  if (t->level != EVD_TILE_ENTRIES) {
    at = (size_t)t->width * sizeof(evd_h32);
    if (b->n < at)
      return EVD_ERR_FORM;
  } else {
    for (uint32_t i = 0; i < t->width; i++)
      EVD_TRY(evd_bundle_next((evd_span){b->p, b->n}, &at, &entry));
  }
  b->n = at;
  return EVD_OK;
}

evd_err evd_board_tile(const evd_board_files *f, const evd_tile *t,
                       evd_buf *out) {
  char path[EVD_TILE_PATH_BYTES];
  evd_tile full = *t;
  size_t max = t->level == EVD_TILE_ENTRIES ? BUNDLE_BYTES_MAX : EVD_TILE_BYTES;
  evd_tile_path(path, t);
  evd_err e = evd_board_read(f, path, max, out);
  full.width = EVD_TILE_WIDTH;
  bool gone = e == EVD_ERR_MISSING && t->width < EVD_TILE_WIDTH;
  if (gone) {
    evd_tile_path(path, &full);
    e = evd_board_read(f, path, max, out);
  }
  EVD_TRY(e);
  const size_t had = out->n;
  EVD_TRY(cut(t, out));
  return gone || had == out->n ? EVD_OK : EVD_ERR_FORM;
}

static evd_err read_hashes(void *self, const evd_tile *t,
                           evd_h32 out[EVD_TILE_WIDTH]) {
  evd_buf b;
  evd_buf_init(&b, EVD_TILE_BYTES);
  evd_err e = evd_board_tile(self, t, &b);
  if (e == EVD_OK)
    memcpy(out, b.p, b.n);
  evd_buf_close(&b);
  return e;
}

evd_tile_reader evd_board_tiles(evd_board_files *f) {
  return (evd_tile_reader){f, read_hashes};
}
