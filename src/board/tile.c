#include "board/tile.h"

#include <string.h>

#include "board/text.h"

#define TILE_HEIGHT 8 /* 2^8 hashes */
#define DIGITS_MAX 18 /* 10^18 < 2^63 */
#define PARTS_MAX 6   /* of an index, three digits each */

static const char prefix[] = "tile/";
static const char entries[] = "entries";

/* ---- paths ---- */

static char *put(char *to, const char *text) {
  size_t n = strlen(text);
  memcpy(to, text, n);
  return to + n;
}

/* v in decimal with at least `digits` digits. */
static char *put_number(char *to, uint64_t v, uint32_t digits) {
  char back[20];
  uint32_t n = 0;
  for (; v != 0 || n < digits; v /= 10)
    back[n++] = (char)('0' + v % 10);
  while (n > 0)
    *to++ = back[--n];
  return to;
}

void evd_tile_path(char out[EVD_TILE_PATH_BYTES], const evd_tile *t) {
  char *to = put(out, prefix);
  uint64_t scale = 1;
  if (t->level == EVD_TILE_ENTRIES)
    to = put(to, entries);
  else
    to = put_number(to, t->level, 1);
  while (t->n / scale >= 1000)
    scale *= 1000;
  for (; scale > 0; scale /= 1000) {
    to = put(to, scale > 1 ? "/x" : "/");
    to = put_number(to, t->n / scale % 1000, 3);
  }
  if (t->width < EVD_TILE_WIDTH) {
    to = put(to, ".p/");
    to = put_number(to, t->width, 1);
  }
  *to = 0;
}

/* At most DIGITS_MAX digits; false: none there, or a leading zero where the
 * number does not have a fixed number of digits. */
static bool take_number(evd_span *s, uint32_t digits, uint64_t *out) {
  size_t n = 0;
  *out = 0;
  while (n < s->n && n < DIGITS_MAX && s->p[n] >= '0' && s->p[n] <= '9')
    *out = *out * 10 + (uint64_t)(s->p[n++] - '0');
  if (digits ? n != digits : n == 0 || (n > 1 && s->p[0] == '0'))
    return false;
  s->p += n;
  s->n -= n;
  return true;
}

static bool take_index(evd_span *s, uint64_t *out) {
  uint64_t part = 0;
  bool more = true;
  *out = 0;
  for (uint32_t parts = 0; more; parts++) {
    if (!evd_take(s, "/"))
      return false;
    more = evd_take(s, "x");
    if (!take_number(s, 3, &part) || parts == PARTS_MAX)
      return false;
    *out = *out * 1000 + part;
  }
  return true;
}

evd_err evd_tile_path_read(evd_tile *out, evd_span path) {
  char again[EVD_TILE_PATH_BYTES];
  evd_span s = path;
  uint64_t level = EVD_TILE_ENTRIES, width = EVD_TILE_WIDTH;
  if (!evd_take(&s, prefix) ||
      (!evd_take(&s, entries) &&
       (!take_number(&s, 0, &level) || level > EVD_TILE_LEVEL_MAX)) ||
      !take_index(&s, &out->n))
    return EVD_ERR_FORM;
  if (evd_take(&s, ".p/") &&
      (!take_number(&s, 0, &width) || width == 0 || width >= EVD_TILE_WIDTH))
    return EVD_ERR_FORM;
  out->level = (uint32_t)level;
  out->width = (uint32_t)width;
  evd_tile_path(again, out); /* no second way to write it */
  return s.n == 0 && strlen(again) == path.n &&
                 memcmp(again, path.p, path.n) == 0
             ? EVD_OK
             : EVD_ERR_FORM;
}

/* ---- hashes ---- */

uint32_t evd_tile_width(uint32_t level, uint64_t n, uint64_t size) {
  uint32_t shift = level == EVD_TILE_ENTRIES ? 0 : TILE_HEIGHT * level;
  uint64_t hashes = size >> shift;
  if (n > hashes / EVD_TILE_WIDTH)
    return 0;
  uint64_t left = hashes - n * EVD_TILE_WIDTH;
  return left < EVD_TILE_WIDTH ? (uint32_t)left : EVD_TILE_WIDTH;
}

static evd_err read_tile(evd_tile_tree *t, uint32_t level, uint64_t n) {
  evd_tile tile = {level, n, evd_tile_width(level, n, t->size)};
  if (t->kept.width > 0 && t->kept.level == level && t->kept.n == n)
    return EVD_OK;
  t->kept.width = 0;
  if (tile.width == 0)
    return EVD_ERR_MISSING;
  EVD_TRY(t->from->read(t->from->self, &tile, t->hashes));
  t->kept = tile;
  return EVD_OK;
}

/* A subtree between the levels of tiles is folded from the hashes of one. */
static evd_err node(void *self, uint32_t level, uint64_t index, evd_h32 *out) {
  evd_tile_tree *t = self;
  uint32_t above = level % TILE_HEIGHT;
  uint64_t first = index << above;
  evd_h32 row[EVD_TILE_WIDTH / 2];
  EVD_TRY(read_tile(t, level / TILE_HEIGHT, first / EVD_TILE_WIDTH));
  const evd_h32 *from = &t->hashes[first % EVD_TILE_WIDTH];
  uint32_t n = (uint32_t)1 << above;
  if (first % EVD_TILE_WIDTH + n > t->kept.width)
    return EVD_ERR_MISSING;
  for (; n > 1; n /= 2) {
    for (uint32_t i = 0; i < n / 2; i++)
      evd_node_hash(&row[i], &from[2 * i], &from[2 * i + 1]);
    from = row;
  }
  *out = from[0];
  return EVD_OK;
}

void evd_tile_tree_init(evd_tile_tree *t, const evd_tile_reader *from,
                        uint64_t size) {
  t->from = from;
  t->size = size;
  t->kept = (evd_tile){0, 0, 0};
}

evd_tree_nodes evd_tile_nodes(evd_tile_tree *t) {
  return (evd_tree_nodes){t, node};
}

/* ---- bundles ---- */

evd_err evd_bundle_next(evd_span bundle, size_t *at, evd_span *entry) {
  if (*at > bundle.n || bundle.n - *at < 2)
    return EVD_ERR_FORM;
  size_t n = (size_t)bundle.p[*at] << 8 | bundle.p[*at + 1];
  if (bundle.n - *at - 2 < n)
    return EVD_ERR_FORM;
  *entry = (evd_span){bundle.p + *at + 2, n};
  *at += 2 + n;
  return EVD_OK;
}
