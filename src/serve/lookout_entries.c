/* The entries that came since the last look, through the rules. */
#include <stdio.h>
#include <string.h>

#include "board/facts.h"
#include "serve/lookout_run.h"

/* ---- what the rules refuse ---- */

/* A close with counts that are not those of the log may not stand there; where
 * they are right and too many, there are more votes than voters. */
static evd_alarm_code code_of_counts(const evd_entry *e) {
  return e->type == EVD_ENTRY_PHASE ? EVD_ALARM_PHASE : EVD_ALARM_VOTERS;
}

/* With its evidence. What stands twice is told from what stands at the wrong
 * time by the entry that it repeats. */
static evd_alarm_code alarm_of(evd_lookout *w, const evd_refusal *why,
                               uint64_t index, const evd_entry *e) {
  const bool chained =
      e->type == EVD_ENTRY_BALLOT || e->type == EVD_ENTRY_DEVICE;
  switch (why->code) {
  case EVD_L5:
    if (evd_lookout_about_two(w, EVD_ALARM_TWICE, index, e))
      return EVD_ALARM_TWICE;
    (void)evd_lookout_about_two(w, EVD_ALARM_PHASE, index, e);
    return EVD_ALARM_PHASE;
  case EVD_L9:
    if (chained)
      (void)evd_lookout_about_two(w, EVD_ALARM_CHAIN, index, e);
    else
      evd_lookout_about_one(w, code_of_counts(e), index);
    return chained ? EVD_ALARM_CHAIN : code_of_counts(e);
  default:
    evd_lookout_about_signer(w, index);
    return EVD_ALARM_SIGNER;
  }
}

static void refused(evd_lookout *w, uint64_t index, const evd_entry_read *e,
                    const evd_refusal *why) {
  evd_alarm_code code = alarm_of(w, why, index, &e->e);
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
                        const evd_h32 *leaf) {
  evd_refusal why = {EVD_L_NONE, ""};
  if (!w->has_rules) {
    if (index > 0 || e->e.type != EVD_ENTRY_SETUP) {
      evd_lookout_about_one(w, EVD_ALARM_PHASE, index);
      evd_lookout_raise_at(w, EVD_ALARM_PHASE, index, e->e.type,
                           "it stands where SETUP has to stand");
      return EVD_OK;
    }
    const evd_err begun = evd_lookout_begin(w, e);
    if (begun != EVD_OK)
      return begun == EVD_ERR_REFUSED ? EVD_OK : begun;
  }
  evd_err err = evd_rules_apply(&w->rules, e, leaf, &why);
  if (err == EVD_OK && e->e.type == EVD_ENTRY_ROLL &&
      e->e.roll.op == ROLL_COMMIT)
    err = take_roll(w, &e->e, &why);
  if (err == EVD_ERR_REFUSED) {
    refused(w, index, e, &why);
    return EVD_OK;
  }
  EVD_TRY(err);
  if (e->e.type == EVD_ENTRY_PHASE && w->rules.open && w->open_index == 0)
    w->open_index = index;
  evd_lookout_alarm(w, e);
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
  if (evd_entry_parse(&e, bytes, &what) == EVD_OK) {
    err = by_rules(w, index, &e, &leaf);
  } else {
    evd_lookout_about_one(w, EVD_ALARM_SIGNER, index);
    evd_lookout_raise_at(w, EVD_ALARM_SIGNER, index, 0, what);
  }
  w->rules.size = index + 1; /* also where an entry was refused */
  return err;
}

/* ---- all of them ---- */

/* The tile of the entries' hashes is what they hash to. */
static void compare_tile(evd_lookout *w, uint64_t n, const evd_h32 *leaves,
                         uint32_t width) {
  const evd_tile t = {0, n, width};
  char what[EVD_LOOKOUT_WHAT_BYTES], path[EVD_TILE_PATH_BYTES];
  evd_err err = evd_board_tile(w->plan.files, &t, &w->objects);
  if (err == EVD_OK && w->objects.n == width * sizeof leaves[0] &&
      memcmp(w->objects.p, leaves, w->objects.n) == 0)
    return;
  if (err == EVD_OK)
    evd_lookout_about_tile(w, &t, leaves);
  else
    evd_lookout_about_no_tile(w, &t, &w->last_note);
  evd_tile_path(path, &t);
  snprintf(what, sizeof what, "%s: it is not that of the entries", path);
  evd_lookout_raise(w, EVD_ALARM_FILE, what);
  evd_lookout_look_again(w, &t);
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
static void compare_root(evd_lookout *w, uint64_t before) {
  evd_h32 root;
  evd_tree_root(&w->tree, &root);
  if (w->tree.size != w->last.size)
    return;
  if (memcmp(root.b, w->last.root.b, sizeof root.b) == 0)
    evd_lookout_tiles(w, before);
  else
    evd_lookout_raise(w, EVD_ALARM_FILE,
                      "the entries served are not those of the checkpoint");
}

evd_err evd_lookout_entries(evd_lookout *w) {
  char what[EVD_LOOKOUT_WHAT_BYTES], path[EVD_TILE_PATH_BYTES];
  const uint64_t before_look = w->tree.size;
  while (w->tree.size < w->last.size) {
    uint64_t n = w->tree.size / EVD_TILE_WIDTH, before = w->tree.size;
    const evd_tile t = {EVD_TILE_ENTRIES, n,
                        evd_tile_width(EVD_TILE_ENTRIES, n, w->last.size)};
    evd_err e = evd_board_tile(w->plan.files, &t, &w->bytes);
    if (e == EVD_OK) {
      EVD_TRY(bundle(w, n));
    } else {
      evd_tile_path(path, &t);
      evd_lookout_about_no_tile(w, &t, &w->last_note);
      snprintf(what, sizeof what, "%s: %s", path, evd_err_text(e));
      evd_lookout_raise(w, EVD_ALARM_FILE, what);
    }
    if (w->tree.size == before)
      return EVD_OK;
  }
  compare_root(w, before_look);
  return EVD_OK;
}
