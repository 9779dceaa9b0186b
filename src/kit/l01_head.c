/* Faults of the head and the tree: L.1, L.2, L.3. */
#include <string.h>

#include "base/require.h"
#include "board/tile.h"
#include "kit/log.h"

static const char checkpoint[] = "board/checkpoint";

/* ---- L.1 ---- */

static void other_log(evd_kit *e, int with) {
  evd_kit_head *h = &e->log->how;
  static const char other[] = "board.example/other";
  switch (with) {
  case 0:
    h->by = EVD_KIT_BY_OTHER_LOG;
    break;
  case 1:
    h->origin = h->name = other;
    break;
  case 2:
    h->name = other;
    break;
  case 3:
    h->by = EVD_KIT_KEYS;
    break;
  case 4:
    h->bad = true;
    break;
  default:
    h->more = "an extension\n";
  }
}

static void no_head(evd_kit *e, int with) {
  if (with == 0)
    evd_kit_drop(e, checkpoint);
  else
    evd_kit_swap(e, checkpoint, "/kit\n", "/kit\n0");
}

/* ---- L.2 ---- */

static void other_head(evd_kit *e, int with) {
  if (with == 0)
    e->log->how.other_root = true;
  else
    e->log->how.size_off = with;
}

static void flip_byte(evd_kit *e, const char *path, size_t at) {
  const evd_span f = evd_kit_find(e, path)->bytes;
  uint8_t *bytes = evd_kit_room(e, f.n + 1, 1);
  EVD_REQUIRE(at < f.n);
  memcpy(bytes, f.p, f.n);
  bytes[at] ^= 1;
  evd_kit_put(e, path, bytes, f.n);
}

static void tile(evd_kit *e, int with) {
  enum { FLIP, DROP, SHORT, FLIP_FIRST, DROP_FULL };
  char path[EVD_KIT_PATH_BYTES];
  evd_kit_last_tile(e, with == FLIP_FIRST ? 1 : 0, path);
  const evd_span f = evd_kit_find(e, path)->bytes;
  if (with == FLIP || with == FLIP_FIRST)
    flip_byte(e, path, f.n - 1);
  else if (with == DROP)
    evd_kit_drop(e, path);
  else if (with == SHORT)
    evd_kit_put(e, path, f.p, f.n - 1);
  else
    evd_kit_drop(e, "board/tile/0/000");
}

static void bundle(evd_kit *e, int with) {
  char path[EVD_KIT_PATH_BYTES];
  evd_kit_last_tile(e, EVD_TILE_ENTRIES, path);
  const evd_span f = evd_kit_find(e, path)->bytes;
  if (with == 0)
    evd_kit_drop(e, path);
  else
    evd_kit_put(e, path, f.p, f.n - 1);
}

static void last_notice(evd_kit *e, int with) {
  (void)with;
  evd_kit_notice(e, e->log->n_items, "Ballots are counted on Monday.");
}

/* The bundle of a log that says another thing, every signature right. */
static void another_entry(evd_kit *e, int with) {
  char path[EVD_KIT_PATH_BYTES], tiles[EVD_KIT_PATH_BYTES];
  (void)with;
  evd_kit_last_tile(e, 0, tiles);
  evd_kit_last_tile(e, EVD_TILE_ENTRIES, path);
  const evd_span head = evd_kit_find(e, checkpoint)->bytes;
  const evd_span hashes = evd_kit_find(e, tiles)->bytes;
  e->log->items[e->log->n_items - 1].e.notice.text =
      evd_kit_str("Ballots are counted on Friday.");
  evd_kit_log_write(e);
  evd_kit_put(e, checkpoint, head.p, head.n);
  evd_kit_put(e, tiles, hashes.p, hashes.n);
}

static void over_a_tile(evd_kit *e, int with) {
  (void)with;
  for (uint32_t i = 0; i < EVD_TILE_WIDTH; i++)
    evd_kit_notice(e, 1, "Doors open at 8.");
}

/* ---- L.3 ---- */

static void quorum(evd_kit *e, int with) {
  enum { ONE, NONE, STRANGER, TWICE, FALSE, TIME, OTHER };
  evd_kit_head *h = &e->log->how;
  switch (with) {
  case ONE:
  case NONE:
    h->n_cosigned = with == ONE;
    break;
  case STRANGER:
    h->n_cosigned = 2;
    h->cosigned[1].by = EVD_KIT_BY_STRANGER;
    break;
  case TWICE:
    h->cosigned[1].by = h->cosigned[2].by = h->cosigned[0].by;
    break;
  case FALSE:
    h->cosigned[2].bad = true;
    break;
  case TIME:
    h->cosigned[1].other_time = true;
    break;
  case OTHER:
    h->cosigned[0].other_head = true;
    break;
  default:
    EVD_REQUIRE(false);
  }
}

/* Cosignatures are as old as they are, and the log still takes ballots. */
static void open_yet(evd_kit *e, int with) {
  enum { ALL = 1, SITE = 2, OPEN = 1, CLOSE = 2 };
  const uint32_t close = evd_kit_item_of(e, EVD_ENTRY_PHASE, 2);
  if (with == ALL) {
    evd_kit_until(e, close - 1);
    return;
  }
  evd_kit_until(e, evd_kit_item_of(e, EVD_ENTRY_PHASE, 1));
  if (with != SITE)
    return;
  for (uint32_t op = OPEN; op <= CLOSE; op++) {
    evd_entry *x = &evd_kit_append(e, EVD_ENTRY_PHASE, EVD_KIT_TWO_ADMINS)->e;
    x->phase.op = (uint8_t)op;
    x->phase.site = 1;
    if (op == OPEN)
      x->phase.beacon = evd_kit_str("dice 3 3 1");
  }
}

static const evd_kit_fault rows[] = {
    {"L1-another-key", "L.1", EVD_KIT_BOARD, other_log, NULL, 0,
     "signed by another key under the log's name"},
    {"L1-another-log", "L.1", EVD_KIT_BOARD, other_log, NULL, 1,
     "a log of another origin than the policy's, signed as such"},
    {"L1-name", "L.1", EVD_KIT_BOARD, other_log, NULL, 2,
     "the log's key under another name than the origin"},
    {"L1-unsigned", "L.1", EVD_KIT_BOARD, other_log, NULL, 3,
     "witnesses signed, the log did not"},
    {"L1-signature", "L.1", EVD_KIT_BOARD, other_log, NULL, 4,
     "the log's signature does not hold"},
    {"L1-extension", "L.1", EVD_KIT_BOARD, other_log, NULL, 5,
     "a line behind the root, signed"},
    {"L1-none", "L.1", EVD_KIT_BOARD, NULL, no_head, 0, "no checkpoint"},
    {"L1-zero", "L.1", EVD_KIT_BOARD, NULL, no_head, 1,
     "the size begins with a zero"},
    {"L2-root", "L.2", EVD_KIT_BOARD, other_head, NULL, 0,
     "signed and cosigned, but another root than that of the entries"},
    {"L2-size-more", "L.2", EVD_KIT_BOARD, other_head, NULL, 1,
     "one entry more than there is"},
    {"L2-tile", "L.2", EVD_KIT_BOARD, NULL, tile, 0,
     "a hash of the last tile is another"},
    {"L2-tile-gone", "L.2", EVD_KIT_BOARD, NULL, tile, 1,
     "the last tile is not there"},
    {"L2-tile-short", "L.2", EVD_KIT_BOARD, NULL, tile, 2,
     "the last tile lacks a byte"},
    {"L2-bundle-gone", "L.2", EVD_KIT_BOARD, NULL, bundle, 0,
     "the entries are not there"},
    {"L2-bundle-short", "L.2", EVD_KIT_BOARD, NULL, bundle, 1,
     "the last entry lacks a byte"},
    {"L2-another-entry", "L.2", EVD_KIT_BOARD, last_notice, another_entry, 0,
     "the last entry says another thing than the one in the tree, and is "
     "signed as it should be"},
    {"L2-level-1", "L.2", EVD_KIT_BOARD, over_a_tile, tile, 3,
     "the hash of the first full tile is another"},
    {"L2-full-gone", "L.2", EVD_KIT_BOARD, over_a_tile, tile, 4,
     "a full tile is not there"},
    {"L3-one", "L.3", EVD_KIT_BOARD, quorum, NULL, 0,
     "one witness where the policy asks for two"},
    {"L3-nobody", "L.3", EVD_KIT_BOARD, quorum, NULL, 1, "no witness"},
    {"L3-stranger", "L.3", EVD_KIT_BOARD, quorum, NULL, 2,
     "one witness of the policy and one that is not in it"},
    {"L3-thrice", "L.3", EVD_KIT_BOARD, quorum, NULL, 3,
     "one witness three times"},
    {"L3-false", "L.3", EVD_KIT_BOARD, quorum, NULL, 4,
     "enough have signed, and the third cosignature does not hold"},
    {"L3-time", "L.3", EVD_KIT_BOARD, quorum, NULL, 5,
     "the time of a cosignature is not the one that was signed"},
    {"L3-other-head", "L.3", EVD_KIT_BOARD, quorum, NULL, 6,
     "a cosignature of another checkpoint"},
    {"L3-age", "L.3", EVD_KIT_BOARD, open_yet, NULL, 1,
     "takes ballots, and was cosigned in January 2024"},
    {"L3-age-open", "L.3", EVD_KIT_BOARD, open_yet, NULL, 0,
     "as old, with OPEN as its last entry"},
    {"L3-age-site", "L.3", EVD_KIT_BOARD, open_yet, NULL, 2,
     "as old; a site has closed, the election has not"},
};
EVD_KIT_TABLE(l01);
