/* Tiles: is each that of the entries, and evidence where one is not or where
 * growth cannot be seen from them. */
#include <stdio.h>
#include <string.h>

#include "serve/lookout_run.h"

#define BITS_A_LEVEL 8 /* of the number of an entry */

static bool same(const evd_h32 *a, const evd_h32 *b) {
  return memcmp(a->b, b->b, sizeof a->b) == 0;
}

/* ---- where hashes come from ---- */

/* The tree of a head: the board's tiles, but what is known better. */
typedef struct {
  evd_lookout *w;
  evd_log_head head;
  const evd_buf *note;
  const evd_tree_past *past; /* of entries that are believed; NULL: none */
  const evd_tile *t;         /* with these hashes; NULL: none */
  const evd_h32 *hashes;
} source;

static bool is_given(const source *s, const evd_tile *t) {
  return s->t && t->level == s->t->level && t->n == s->t->n &&
         t->width <= s->t->width;
}

/* How many of its hashes the entries make that are believed. */
static uint32_t known(const source *s, const evd_tile *t) {
  const uint64_t first = t->n * EVD_TILE_WIDTH;
  const uint64_t all = s->past ? s->past->size >> (BITS_A_LEVEL * t->level) : 0;
  const uint64_t n = all > first ? all - first : 0;
  return n < t->width ? (uint32_t)n : t->width;
}

static evd_err read_source(void *self, const evd_tile *t,
                           evd_h32 out[EVD_TILE_WIDTH]) {
  const source *s = self;
  const evd_tile_reader board = evd_board_tiles(s->w->plan.files);
  const uint32_t n = known(s, t);
  if (is_given(s, t)) {
    memcpy(out, s->hashes, t->width * sizeof *out);
    return EVD_OK;
  }
  if (n < t->width)
    EVD_TRY(board.read(board.self, t, out));
  if (n > 0)
    memcpy(out, evd_tree_past_tile(s->past, t), n * sizeof *out);
  return EVD_OK;
}

/* The same tree with the hashes of one level of tiles as its leaves; the last
 * of them may stand above fewer entries than the others. */
typedef struct {
  evd_tree_nodes of;
  uint64_t size;
  uint32_t shift;
} raised;

static evd_err node_above(void *self, uint32_t level, uint64_t index,
                          evd_h32 *out) {
  const raised *r = self;
  const uint64_t lo = index << (level + r->shift);
  if ((index + 1) << (level + r->shift) <= r->size)
    return r->of.node(r->of.self, level + r->shift, index, out);
  return evd_tree_hash(&r->of, lo, r->size, out);
}

/* ---- parts ---- */

static void put_place(evd_lookout *w, const evd_tile *t, uint32_t number) {
  evd_buf_reset(&w->sentence);
  evd_evidence_place_in(&w->sentence, t, number);
  evd_lookout_part(w, "place", &w->sentence);
}

/* Adds place, file and proof, if tile t with these hashes is right. */
static bool put_proven(source *s, const evd_tile *t, const evd_h32 *hashes,
                       uint32_t number, const evd_tile *wrong,
                       const evd_buf *file) {
  const evd_tile_reader reader = {s, read_source};
  const uint64_t index = t->n * EVD_TILE_WIDTH + number;
  evd_lookout *w = s->w;
  raised up = {.size = s->head.size, .shift = BITS_A_LEVEL * t->level};
  const evd_tree_nodes nodes = {&up, node_above};
  const uint64_t leaves = ((up.size - 1) >> up.shift) + 1;
  evd_tile_tree tiles;
  evd_tree_proof proof;
  s->t = t;
  s->hashes = hashes;
  evd_tile_tree_init(&tiles, &reader, s->head.size);
  up.of = evd_tile_nodes(&tiles);
  if (evd_inclusion_make(&nodes, leaves, index, &proof) != EVD_OK ||
      evd_inclusion_check(&s->head.root, leaves, index, &hashes[number],
                          &proof) != EVD_OK)
    return false;
  put_place(w, wrong, number);
  evd_lookout_part(w, "file", file);
  evd_buf_reset(&w->sentence);
  evd_evidence_proof(&w->sentence, &hashes[number], &proof);
  evd_lookout_part(w, "proof", &w->sentence);
  return true;
}

/* Where nothing can be proved: its writer's word. */
static void put_word(evd_lookout *w, const evd_tile *t, const evd_buf *file) {
  put_place(w, t, 0);
  if (file)
    evd_lookout_part(w, "file", file);
}

static void begin(evd_lookout *w, const evd_buf *note) {
  evd_lookout_evidence(w, EVD_ALARM_FILE);
  evd_lookout_part(w, "checkpoint", note);
}

/* ---- one tile ---- */

static source last_head(evd_lookout *w) {
  return (source){.w = w, .head = w->last, .note = &w->last_note};
}

void evd_lookout_about_tile(evd_lookout *w, const evd_tile *t,
                            const evd_h32 *leaves) {
  evd_h32 shown[EVD_TILE_WIDTH];
  const evd_tile bundle = {EVD_TILE_ENTRIES, t->n, t->width};
  source s = last_head(w);
  uint32_t k = 0;
  if (!evd_lookout_tells(w, EVD_ALARM_FILE) ||
      w->objects.n != t->width * sizeof shown[0])
    return;
  memcpy(shown, w->objects.p, w->objects.n);
  while (k < t->width && same(&shown[k], &leaves[k]))
    k++;
  begin(w, &w->last_note);
  if (k < t->width && !put_proven(&s, t, leaves, k, t, &w->objects) &&
      !put_proven(&s, t, shown, k, &bundle, &w->bytes))
    put_word(w, t, &w->objects);
}

void evd_lookout_about_no_tile(evd_lookout *w, const evd_tile *t,
                               const evd_buf *note) {
  char path[EVD_TILE_PATH_BYTES];
  if (!evd_lookout_tells(w, EVD_ALARM_FILE))
    return;
  evd_tile_path(path, t);
  begin(w, note);
  put_word(w, t,
           evd_board_read(w->plan.files, path, EVD_EVIDENCE_BYTES_MAX / 2,
                          &w->more) == EVD_OK
               ? &w->more
               : NULL);
}

/* ---- compared with the entries ---- */

/* Is it right? Where the entries make the head that is believed. */
static bool compare(evd_lookout *w, const evd_tile *t) {
  char what[EVD_LOOKOUT_WHAT_BYTES], path[EVD_TILE_PATH_BYTES];
  const evd_h32 *right = evd_tree_past_tile(&w->past, t);
  const evd_err e = evd_board_tile(w->plan.files, t, &w->objects);
  source s = last_head(w);
  uint32_t k = 0;
  if (e == EVD_OK && memcmp(w->objects.p, right, w->objects.n) == 0)
    return true;
  if (e != EVD_OK) {
    evd_lookout_about_no_tile(w, t, &w->last_note);
  } else if (evd_lookout_tells(w, EVD_ALARM_FILE)) {
    s.past = &w->past;
    while (memcmp(w->objects.p + k * sizeof *right, right[k].b,
                  sizeof *right) == 0)
      k++;
    begin(w, &w->last_note);
    if (!put_proven(&s, t, right, k, t, &w->objects))
      put_word(w, t, &w->objects);
  }
  evd_tile_path(path, t);
  snprintf(what, sizeof what, "%s: it is not that of the entries", path);
  evd_lookout_raise(w, EVD_ALARM_FILE, what);
  return false;
}

void evd_lookout_look_again(evd_lookout *w, const evd_tile *t) {
  for (uint32_t i = 0; i < w->n_wrong; i++)
    if (w->wrong[i].level == t->level && w->wrong[i].n == t->n)
      return;
  if (w->n_wrong < EVD_LOOKOUT_WRONG)
    w->wrong[w->n_wrong++] = *t;
}

/* Those that were wrong, with the width that they have now. */
static void compare_again(evd_lookout *w) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < w->n_wrong; i++) {
    evd_tile t = w->wrong[i];
    t.width = evd_tile_width(t.level, t.n, w->past.size);
    if (!compare(w, &t))
      w->wrong[n++] = t;
  }
  w->n_wrong = n;
}

void evd_lookout_tiles(evd_lookout *w, uint64_t before) {
  compare_again(w);
  for (uint32_t level = 1; level <= EVD_TILE_LEVEL_MAX; level++) {
    const uint32_t shift = BITS_A_LEVEL * level;
    const uint64_t first = before >> shift, end = w->past.size >> shift;
    if (first == end)
      return;
    for (uint64_t n = first / EVD_TILE_WIDTH; n * EVD_TILE_WIDTH < end; n++) {
      const evd_tile t = {level, n, evd_tile_width(level, n, w->past.size)};
      if (!compare(w, &t))
        evd_lookout_look_again(w, &t);
    }
  }
}

/* ---- growth ---- */

static evd_err read_seen(void *self, const evd_tile *t,
                         evd_h32 out[EVD_TILE_WIDTH]) {
  evd_lookout_seen_tiles *seen = self;
  uint32_t i = 0;
  while (i < seen->n &&
         (seen->at[i].level != t->level || seen->at[i].n != t->n))
    i++;
  if (i == seen->n && seen->n < EVD_LOOKOUT_TILES)
    seen->at[seen->n++] = *t;
  const evd_err e = seen->from.read(seen->from.self, t, out);
  if (e != EVD_OK)
    seen->missing = *t;
  return e;
}

evd_tile_reader evd_lookout_see_tiles(evd_lookout *w,
                                      evd_lookout_seen_tiles *seen) {
  memset(seen, 0, sizeof *seen);
  seen->from = evd_board_tiles(w->plan.files);
  return (evd_tile_reader){seen, read_seen};
}

/* The hash that the tile below makes. */
static evd_err from_below(source *s, uint32_t level, uint64_t index,
                          evd_h32 *out) {
  const evd_tile_reader reader = {s, read_source};
  const uint32_t half = BITS_A_LEVEL * level - 1;
  evd_tile_tree tiles;
  evd_h32 left, right;
  evd_tile_tree_init(&tiles, &reader, s->head.size);
  const evd_tree_nodes nodes = evd_tile_nodes(&tiles);
  EVD_TRY(nodes.node(nodes.self, half, 2 * index, &left));
  EVD_TRY(nodes.node(nodes.self, half, 2 * index + 1, &right));
  evd_node_hash(out, &left, &right);
  return EVD_OK;
}

/* Those of a bundle from its from-th entry on; w->bytes is the bundle. */
static void from_bundle(source *s, const evd_tile *t, uint32_t from,
                        evd_h32 *out) {
  const evd_tile bundle = {EVD_TILE_ENTRIES, t->n, t->width};
  evd_buf *b = &s->w->bytes;
  evd_span entry;
  size_t at = 0;
  if (evd_board_tile(s->w->plan.files, &bundle, b) != EVD_OK)
    return;
  for (uint32_t i = 0; i < t->width; i++)
    if (evd_bundle_next((evd_span){b->p, b->n}, &at, &entry) == EVD_OK &&
        i >= from)
      evd_leaf_hash(&out[i], entry.p, entry.n);
}

/* What belongs into the tile, as far as that can be had: the rest stays. */
static void right_hashes(source *s, const evd_tile *t, evd_h32 *out) {
  const uint32_t n = known(s, t);
  if (n > 0)
    memcpy(out, evd_tree_past_tile(s->past, t), n * sizeof *out);
  if (t->level == 0 && n < t->width)
    from_bundle(s, t, n, out);
  for (uint32_t i = n; t->level > 0 && i < t->width; i++)
    (void)!from_below(s, t->level, t->n * EVD_TILE_WIDTH + i, &out[i]);
}

/* Is this tile wrong, and can that be shown? */
static bool put_wrong(source *s, const evd_tile *t) {
  evd_h32 shown[EVD_TILE_WIDTH], right[EVD_TILE_WIDTH];
  evd_lookout *w = s->w;
  uint32_t k = 0;
  if (evd_board_tile(w->plan.files, t, &w->objects) != EVD_OK)
    return false;
  memcpy(shown, w->objects.p, t->width * sizeof *shown);
  memcpy(right, shown, sizeof shown);
  s->t = NULL;
  right_hashes(s, t, right);
  while (k < t->width && same(&shown[k], &right[k]))
    k++;
  return k < t->width && put_proven(s, t, right, k, t, &w->objects);
}

evd_tile evd_lookout_about_growth(evd_lookout *w,
                                  const evd_lookout_seen_tiles *seen,
                                  const evd_log_head *head,
                                  const evd_buf *note) {
  source s = {.w = w, .head = *head, .note = note};
  evd_h32 root;
  if (seen->missing.width > 0)
    evd_lookout_about_no_tile(w, &seen->missing, note);
  if (seen->missing.width > 0 || !evd_lookout_tells(w, EVD_ALARM_FILE))
    return seen->missing;
  if (w->past.size == w->last.size &&
      evd_tree_past_root(&w->past, w->past.size, &root) == EVD_OK &&
      same(&root, &w->last.root))
    s.past = &w->past;
  begin(w, note);
  for (uint32_t i = 0; i < seen->n; i++)
    if (put_wrong(&s, &seen->at[i]))
      return seen->at[i];
  if (seen->n > 0 &&
      evd_board_tile(w->plan.files, &seen->at[0], &w->objects) == EVD_OK)
    put_word(w, &seen->at[0], &w->objects);
  return seen->missing;
}
