/* The public files of a log from its items. */
#include <string.h>

#include "base/require.h"
#include "board/files.h"
#include "board/tile.h"
#include "kit/log.h"
#include "record/say.h"

enum { SIGNATURES_MAX = 16 };

/* ---- entries ---- */

static void sort(evd_entry_sig *sigs, uint32_t n) {
  for (uint32_t i = 1; i < n; i++) {
    const evd_entry_sig s = sigs[i];
    uint32_t at = i;
    for (; at > 0 && memcmp(sigs[at - 1].keyid, s.keyid, sizeof s.keyid) > 0;
         at--)
      sigs[at] = sigs[at - 1];
    sigs[at] = s;
  }
}

static uint32_t sign(const evd_kit_log *l, uint64_t by, evd_span message,
                     evd_entry_sig sigs[SIGNATURES_MAX]) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < EVD_KIT_KEYS; i++) {
    if (!(by >> i & 1))
      continue;
    EVD_REQUIRE(n < SIGNATURES_MAX);
    sigs[n].alg = EVD_ALG_ED25519;
    evd_keyid(sigs[n].keyid, &l->pub[i]);
    l->signer->sign(sigs[n++].sig, l->seed[i], message);
  }
  sort(sigs, n);
  return n;
}

/* Heads are those that whoever signs has seen. */
static void see_head(const evd_kit_log *l, evd_entry *e) {
  evd_log_head *h = e->type == EVD_ENTRY_TALLY    ? &e->tally.head
                    : e->type == EVD_ENTRY_ATTEST ? &e->attest.head
                                                  : NULL;
  if (!h || h->size > 0)
    return;
  h->size = l->tree.size;
  evd_tree_root(&l->tree, &h->root);
}

/* A copy with room for faults, and the fault. */
static evd_span spoilt(evd_kit *e, const evd_buf *b, evd_kit_spoil *how) {
  uint8_t *bytes = evd_kit_room(e, b->n + EVD_KIT_ROOM, 1);
  size_t n = b->n;
  EVD_REQUIRE(evd_buf_ok(b));
  memcpy(bytes, b->p, n);
  if (how)
    how(bytes, &n);
  return (evd_span){bytes, n};
}

static void sign_body(evd_kit *e, const evd_kit_item *item, evd_span body,
                      evd_buf *out) {
  const evd_kit_log *l = e->log;
  const char *origin = item->origin ? item->origin : l->how.origin;
  evd_entry_sig sigs[SIGNATURES_MAX];
  evd_buf_reset(out);
  evd_entry_message(out, evd_kit_str(origin),
                    item->open ? item->open : &l->open, body);
  EVD_REQUIRE(evd_buf_ok(out));
  const uint8_t n =
      (uint8_t)sign(l, item->by, (evd_span){out->p, out->n}, sigs);
  evd_buf_reset(out);
  evd_buf_add(out, body.p, body.n);
  evd_buf_add(out, &n, 1);
  for (uint32_t i = 0; i < n; i++) {
    evd_buf_add(out, sigs[i].keyid, sizeof sigs[i].keyid);
    evd_buf_add(out, &sigs[i].alg, 1);
    evd_buf_add(out, sigs[i].sig, sizeof sigs[i].sig);
  }
}

static bool opens(const evd_kit_log *l, const evd_entry *e) {
  static const evd_h32 none;
  return e->type == EVD_ENTRY_PHASE && e->phase.op == 1 && e->phase.site == 0 &&
         memcmp(&l->open, &none, sizeof none) == 0;
}

static void take(evd_kit *e, uint32_t at, evd_buf *b) {
  evd_kit_log *l = e->log;
  const evd_kit_item *item = &l->items[at];
  evd_entry x = item->e;
  see_head(l, &x);
  evd_buf_reset(b);
  EVD_REQUIRE(evd_entry_write_body(b, &x) == EVD_OK);
  sign_body(e, item, spoilt(e, b, item->warp), b);
  const evd_span entry = spoilt(e, b, item->spoil);
  l->entries[at] = entry;
  evd_leaf_hash(&l->leaves[at], entry.p, entry.n);
  EVD_REQUIRE(evd_tree_add(&l->tree, &l->leaves[at]) == EVD_OK);
  if (opens(l, &x) && !item->open)
    l->open = l->leaves[at];
}

/* ---- tiles ---- */

static void board_path(char path[EVD_KIT_PATH_BYTES], const char *name) {
  evd_say s;
  evd_say_init(&s, path, EVD_KIT_PATH_BYTES);
  evd_say_text(&s, "board/");
  evd_say_text(&s, name);
}

static void tile_path(char path[EVD_KIT_PATH_BYTES], const evd_tile *t) {
  char name[EVD_TILE_PATH_BYTES];
  evd_tile_path(name, t);
  board_path(path, name);
}

/* Of level 0 or 1: a log of the kit is not larger. */
static uint64_t width_of(const evd_kit *e, uint32_t level) {
  const uint64_t size = e->log->tree.size;
  return level == 1 ? size / EVD_TILE_WIDTH : size;
}

void evd_kit_last_tile(const evd_kit *e, uint32_t level,
                       char path[EVD_KIT_PATH_BYTES]) {
  const uint64_t n = width_of(e, level);
  evd_tile t = {level, (n - 1) / EVD_TILE_WIDTH, 0};
  t.width = (uint32_t)(n - t.n * EVD_TILE_WIDTH);
  tile_path(path, &t);
}

static void put_bundle(evd_kit *e, const evd_tile *t, evd_buf *b) {
  char path[EVD_KIT_PATH_BYTES];
  evd_buf_reset(b);
  for (uint32_t i = 0; i < t->width; i++) {
    const evd_span entry = e->log->entries[t->n * EVD_TILE_WIDTH + i];
    const uint8_t length[2] = {(uint8_t)(entry.n >> 8), (uint8_t)entry.n};
    evd_buf_add(b, length, sizeof length);
    evd_buf_add(b, entry.p, entry.n);
  }
  EVD_REQUIRE(evd_buf_ok(b));
  tile_path(path, t);
  evd_kit_put(e, path, b->p, b->n);
}

/* The hash of a full tile. */
static void fold(evd_h32 *out, const evd_h32 *full) {
  evd_tree t = {0};
  for (uint32_t i = 0; i < EVD_TILE_WIDTH; i++)
    EVD_REQUIRE(evd_tree_add(&t, &full[i]) == EVD_OK);
  evd_tree_root(&t, out);
}

static void put_tiles(evd_kit *e, evd_buf *b) {
  evd_kit_log *l = e->log;
  evd_h32 above[EVD_KIT_ITEMS / EVD_TILE_WIDTH];
  char path[EVD_KIT_PATH_BYTES];
  evd_tile t = {0, 0, 0};
  for (; (t.width = evd_tile_width(0, t.n, l->tree.size)) > 0; t.n++) {
    const evd_h32 *hashes = &l->leaves[t.n * EVD_TILE_WIDTH];
    const evd_tile bundle = {EVD_TILE_ENTRIES, t.n, t.width};
    tile_path(path, &t);
    evd_kit_put(e, path, hashes, t.width * sizeof *hashes);
    put_bundle(e, &bundle, b);
    if (t.width == EVD_TILE_WIDTH)
      fold(&above[t.n], hashes);
  }
  if (width_of(e, 1) == 0)
    return;
  evd_kit_last_tile(e, 1, path);
  evd_kit_put(e, path, above, (size_t)width_of(e, 1) * sizeof *above);
}

/* ---- all ---- */

void evd_kit_object_path(char path[EVD_KIT_PATH_BYTES], const evd_h32 *digest) {
  char name[EVD_OBJECT_PATH_BYTES];
  evd_object_path(name, digest);
  board_path(path, name);
}

void evd_kit_log_write(evd_kit *e) {
  evd_kit_log *l = e->log;
  evd_log_head head;
  evd_buf b;
  evd_buf_init(&b, EVD_ENTRY_BYTES_MAX * EVD_TILE_WIDTH);
  memset(&l->tree, 0, sizeof l->tree);
  memset(&l->open, 0, sizeof l->open);
  for (uint32_t at = 0; at < l->n_items; at++)
    take(e, at, &b);
  put_tiles(e, &b);
  evd_buf_close(&b);
  head.size = l->tree.size;
  evd_tree_root(&l->tree, &head.root);
  const evd_span note = evd_kit_checkpoint(e, &l->how, &head);
  evd_kit_put(e, "board/checkpoint", note.p, note.n);
}
