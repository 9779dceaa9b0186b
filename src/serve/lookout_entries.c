/* The entries that came since the last look, through the rules. */
#include <stdio.h>
#include <string.h>

#include "alarm/evidence.h"
#include "board/facts.h"
#include "serve/lookout_run.h"

/* ---- evidence about entries ---- */

bool evd_lookout_receipt(evd_lookout *w, uint64_t index, evd_span entry) {
  evd_tile_tree tiles;
  const evd_tile_reader reader = evd_board_tiles(w->plan.files);
  evd_receipt r = {.extra = entry,
                   .index = index,
                   .checkpoint = {w->last_note.p, w->last_note.n}};
  evd_tile_tree_init(&tiles, &reader, w->last.size);
  const evd_tree_nodes nodes = evd_tile_nodes(&tiles);
  if (evd_inclusion_make(&nodes, w->last.size, index, &r.proof) != EVD_OK)
    return false;
  evd_buf_reset(&w->sentence);
  evd_receipt_write(&w->sentence, &r);
  if (!evd_buf_ok(&w->sentence))
    return false;
  evd_lookout_part(w, "entry", &w->sentence);
  return true;
}

typedef struct {
  evd_buf bundle;
  uint64_t n; /* of the bundle; UINT64_MAX: none */
} older;

/* The entry at `index`, below the head. */
static bool older_entry(evd_lookout *w, older *o, uint64_t index,
                        evd_span *out) {
  const evd_tile t = {
      EVD_TILE_ENTRIES, index / EVD_TILE_WIDTH,
      evd_tile_width(EVD_TILE_ENTRIES, index / EVD_TILE_WIDTH, w->last.size)};
  size_t at = 0;
  if (o->n != t.n && evd_board_tile(w->plan.files, &t, &o->bundle) != EVD_OK)
    return false;
  o->n = t.n;
  for (uint64_t i = 0; i <= index % EVD_TILE_WIDTH; i++)
    if (evd_bundle_next((evd_span){o->bundle.p, o->bundle.n}, &at, out) !=
        EVD_OK)
      return false;
  return true;
}

/* Puts the entry before this one that contradicts it into the evidence, and
 * this one. False: there is none, and the evidence is this entry alone. */
static bool find_other(evd_lookout *w, evd_alarm_code code, uint64_t index,
                       const evd_entry_read *e, evd_span bytes) {
  older o = {.n = UINT64_MAX};
  evd_entry_read other;
  evd_span found;
  const char *what;
  bool ok = false;
  evd_lookout_evidence(w, code);
  evd_buf_init(&o.bundle, EVD_TILE_WIDTH * (EVD_ENTRY_BYTES_MAX + 2));
  for (uint64_t i = 0; i < index && !ok; i++)
    ok = older_entry(w, &o, i, &found) &&
         evd_entry_parse(&other, found, &what) == EVD_OK &&
         evd_entries_contradict(code, &other.e, i, &e->e, index) &&
         evd_lookout_receipt(w, i, found);
  (void)evd_lookout_receipt(w, index, bytes);
  evd_buf_close(&o.bundle);
  return ok;
}

/* SETUP, the entry, the keys of SETUP. */
static void with_keys(evd_lookout *w, uint64_t index, evd_span bytes) {
  older o = {.n = UINT64_MAX};
  evd_span setup;
  evd_lookout_evidence(w, EVD_ALARM_SIGNER);
  evd_buf_init(&o.bundle, EVD_TILE_WIDTH * (EVD_ENTRY_BYTES_MAX + 2));
  if (older_entry(w, &o, 0, &setup) && evd_lookout_receipt(w, 0, setup) &&
      evd_lookout_receipt(w, index, bytes) &&
      evd_board_object(w->plan.files, "keys", &w->setup.setup.keys,
                       &w->objects) == EVD_OK)
    evd_lookout_part(w, "object", &w->objects);
  evd_buf_close(&o.bundle);
}

/* ---- what the rules refuse ---- */

/* With its evidence. What stands twice is told from what stands at the wrong
 * time by the entry that it repeats. */
static evd_alarm_code alarm_of(evd_lookout *w, const evd_refusal *why,
                               uint64_t index, const evd_entry_read *e,
                               evd_span bytes) {
  bool chained = e->e.type == EVD_ENTRY_BALLOT || e->e.type == EVD_ENTRY_DEVICE;
  evd_alarm_code code = chained ? EVD_ALARM_CHAIN : EVD_ALARM_VOTERS;
  switch (why->code) {
  case EVD_L5:
    if (find_other(w, EVD_ALARM_TWICE, index, e, bytes))
      return EVD_ALARM_TWICE;
    (void)find_other(w, EVD_ALARM_PHASE, index, e, bytes);
    return EVD_ALARM_PHASE;
  case EVD_L9:
    (void)find_other(w, code, index, e, bytes);
    return code;
  default:
    with_keys(w, index, bytes);
    return EVD_ALARM_SIGNER;
  }
}

static void refused(evd_lookout *w, uint64_t index, const evd_entry_read *e,
                    evd_span bytes, const evd_refusal *why) {
  evd_alarm_code code = alarm_of(w, why, index, e, bytes);
  evd_lookout_raise_at(w, code, index, e->e.type, why->what);
}

/* ---- one entry ---- */

enum { ROLL_COMMIT = 1 };

static evd_err take_roll(evd_lookout *w, const evd_entry *e, evd_refusal *why) {
  evd_err err =
      evd_board_object(w->plan.files, "roll", &e->roll.roll, &w->objects);
  if (err != EVD_OK)
    return EVD_OK; /* lookout_objects.c says so */
  return evd_rules_roll(&w->rules, e, (evd_span){w->objects.p, w->objects.n},
                        why);
}

static evd_err by_rules(evd_lookout *w, uint64_t index, const evd_entry_read *e,
                        evd_span bytes, const evd_h32 *leaf) {
  evd_refusal why = {EVD_L_NONE, ""};
  if (!w->has_rules) {
    if (index > 0 || e->e.type != EVD_ENTRY_SETUP) {
      evd_lookout_raise_at(w, EVD_ALARM_PHASE, index, e->e.type,
                           "it stands where SETUP has to stand");
      return EVD_OK;
    }
    if (!evd_lookout_begin(w, e))
      return EVD_OK;
  }
  evd_err err = evd_rules_apply(&w->rules, e, leaf, &why);
  if (err == EVD_OK && e->e.type == EVD_ENTRY_ROLL &&
      e->e.roll.op == ROLL_COMMIT)
    err = take_roll(w, &e->e, &why);
  if (err == EVD_ERR_REFUSED) {
    refused(w, index, e, bytes, &why);
    return EVD_OK;
  }
  EVD_TRY(err);
  return evd_lookout_objects(w, index, &e->e);
}

static evd_err one(evd_lookout *w, evd_span bytes) {
  evd_entry_read e;
  evd_h32 leaf;
  const char *what = "";
  uint64_t index = w->tree.size;
  evd_leaf_hash(&leaf, bytes.p, bytes.n);
  EVD_TRY(evd_tree_add(&w->tree, &leaf));
  EVD_TRY(evd_tree_past_add(&w->past, &leaf));
  w->seen.entries = w->tree.size;
  evd_err err = EVD_OK;
  if (evd_entry_parse(&e, bytes, &what) == EVD_OK)
    err = by_rules(w, index, &e, bytes, &leaf);
  else
    evd_lookout_raise_at(w, EVD_ALARM_SIGNER, index, 0, what);
  w->rules.size = index + 1; /* also where an entry was refused */
  return err;
}

/* ---- all of them ---- */

/* The tile of the entries' hashes is what they hash to. */
static void compare_tile(evd_lookout *w, uint64_t n, const evd_h32 *leaves,
                         uint32_t width) {
  const evd_tile t = {0, n, width};
  char what[EVD_LOOKOUT_WHAT_BYTES], path[EVD_TILE_PATH_BYTES];
  if (evd_board_tile(w->plan.files, &t, &w->objects) == EVD_OK &&
      w->objects.n == width * sizeof leaves[0] &&
      memcmp(w->objects.p, leaves, w->objects.n) == 0)
    return;
  evd_tile_path(path, &t);
  snprintf(what, sizeof what, "%s: it is not that of the entries", path);
  evd_lookout_raise(w, EVD_ALARM_FILE, what);
}

static evd_err bundle(evd_lookout *w, uint64_t n) {
  size_t at = 0;
  uint32_t width = 0;
  evd_h32 leaves[EVD_TILE_WIDTH];
  evd_span entry;
  const evd_span all = {w->bytes.p, w->bytes.n};
  for (; at < all.n && width < EVD_TILE_WIDTH; width++) {
    if (evd_bundle_next(all, &at, &entry) != EVD_OK)
      return EVD_OK; /* evd_board_tile has looked */
    evd_leaf_hash(&leaves[width], entry.p, entry.n);
    if (n * EVD_TILE_WIDTH + width >= w->tree.size)
      EVD_TRY(one(w, entry));
  }
  compare_tile(w, n, leaves, width);
  return EVD_OK;
}

/* The entries make the root that was signed; else those of this log are
 * served nowhere, and the watch begins anew with the next look. */
static void compare_root(evd_lookout *w) {
  evd_h32 root;
  evd_tree_root(&w->tree, &root);
  if (w->tree.size == w->last.size &&
      memcmp(root.b, w->last.root.b, sizeof root.b) != 0)
    evd_lookout_raise(w, EVD_ALARM_FILE,
                      "the entries served are not those of the checkpoint");
}

evd_err evd_lookout_entries(evd_lookout *w) {
  char what[EVD_LOOKOUT_WHAT_BYTES], path[EVD_TILE_PATH_BYTES];
  while (w->tree.size < w->last.size) {
    uint64_t n = w->tree.size / EVD_TILE_WIDTH, before = w->tree.size;
    const evd_tile t = {EVD_TILE_ENTRIES, n,
                        evd_tile_width(EVD_TILE_ENTRIES, n, w->last.size)};
    evd_err e = evd_board_tile(w->plan.files, &t, &w->bytes);
    if (e == EVD_OK) {
      EVD_TRY(bundle(w, n));
    } else {
      evd_tile_path(path, &t);
      snprintf(what, sizeof what, "%s: %s", path, evd_err_text(e));
      evd_lookout_raise(w, EVD_ALARM_FILE, what);
    }
    if (w->tree.size == before)
      return EVD_OK;
  }
  compare_root(w);
  return EVD_OK;
}
