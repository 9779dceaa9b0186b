/* Evidence of alarms about entries and files: doc/board-format.md, section 6.
 */
#include <string.h>

#include "board/objects.h"
#include "serve/lookout_run.h"

/* ---- entries ---- */

bool evd_lookout_entry(evd_lookout *w, uint64_t index, evd_span *out) {
  const uint64_t n = index / EVD_TILE_WIDTH;
  const evd_tile t = {EVD_TILE_ENTRIES, n,
                      evd_tile_width(EVD_TILE_ENTRIES, n, w->last.size)};
  size_t at = 0;
  if (w->older_tile.width != t.width || w->older_tile.n != n) {
    w->older_tile.width = 0;
    if (evd_board_tile(w->plan.files, &t, &w->older) != EVD_OK)
      return false;
    w->older_tile = t;
  }
  for (uint64_t i = 0; i <= index % EVD_TILE_WIDTH; i++)
    if (evd_bundle_next((evd_span){w->older.p, w->older.n}, &at, out) != EVD_OK)
      return false;
  return true;
}

/* Adds the receipt of this entry. */
static bool put_receipt(evd_lookout *w, uint64_t index, evd_span entry) {
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

/* Adds the receipt of the entry at this index. */
static bool put_entry(evd_lookout *w, uint64_t index) {
  evd_span entry = {NULL, 0};
  return evd_lookout_entry(w, index, &entry) && put_receipt(w, index, entry);
}

static void put_object(evd_lookout *w, const char *kind,
                       const evd_object_ref *ref) {
  if (evd_board_object(w->plan.files, kind, ref, &w->more) == EVD_OK)
    evd_lookout_part(w, "object", &w->more);
}

void evd_lookout_about_one(evd_lookout *w, evd_alarm_code code,
                           uint64_t index) {
  if (!evd_lookout_tells(w, code))
    return;
  evd_lookout_evidence(w, code);
  (void)put_entry(w, index);
}

bool evd_lookout_about_two(evd_lookout *w, evd_alarm_code code, uint64_t index,
                           const evd_entry *e) {
  evd_entry_read other;
  evd_span found;
  const char *what;
  bool ok = false;
  if (!evd_lookout_tells(w, code))
    return false; /* what is not told is not looked for in the whole log */
  evd_lookout_evidence(w, code);
  for (uint64_t i = 0; i < index && !ok; i++)
    ok = evd_lookout_entry(w, i, &found) &&
         evd_entry_parse(&other, found, &what) == EVD_OK &&
         evd_entries_contradict(code, &other.e, i, e, index) &&
         put_receipt(w, i, found);
  (void)put_entry(w, index);
  return ok;
}

void evd_lookout_about_signer(evd_lookout *w, uint64_t index) {
  if (!evd_lookout_tells(w, EVD_ALARM_SIGNER))
    return;
  evd_lookout_evidence(w, EVD_ALARM_SIGNER);
  if (!put_entry(w, 0) || !put_entry(w, index))
    return;
  if (w->open_index)
    (void)put_entry(w, w->open_index);
  put_object(w, "keys", &w->setup.setup.keys);
}

/* ---- ballots ---- */

/* The entry and what it names. */
static void put_named(evd_lookout *w, uint64_t index) {
  evd_entry_object list[EVD_ENTRY_OBJECTS_MAX];
  evd_entry_read r;
  evd_span entry = {NULL, 0};
  const char *what;
  if (!put_entry(w, index) || !evd_lookout_entry(w, index, &entry) ||
      evd_entry_parse(&r, entry, &what) != EVD_OK)
    return;
  const uint32_t n = evd_entry_objects(&r.e, list);
  for (uint32_t i = 0; i < n; i++)
    put_object(w, list[i].kind, &list[i].ref);
}

static void put_manifest(evd_lookout *w) {
  (void)put_entry(w, 0);
  put_object(w, "manifest", &w->setup.setup.manifest);
}

void evd_lookout_about_ballots(evd_lookout *w, evd_alarm_code code,
                               uint64_t index, uint64_t other) {
  if (!evd_lookout_tells(w, code))
    return;
  evd_lookout_evidence(w, code);
  put_named(w, index);
  if (other != UINT64_MAX)
    put_named(w, other);
  put_manifest(w);
  if (code == EVD_ALARM_ALIKE)
    return;
  (void)put_entry(w, w->keys_index);
  put_object(w, "election_keys", &w->keys.keys.election_keys);
}

void evd_lookout_about_count(evd_lookout *w, uint64_t index) {
  if (!evd_lookout_tells(w, EVD_ALARM_PROOF))
    return;
  evd_lookout_evidence(w, EVD_ALARM_PROOF);
  put_named(w, index);
}

/* ---- files ---- */

static void put_place(evd_lookout *w) {
  evd_lookout_part(w, "place", &w->sentence);
}

/* What is served there now, if it can be carried. */
static void put_file(evd_lookout *w, const char *path) {
  if (evd_board_read(w->plan.files, path, EVD_EVIDENCE_BYTES_MAX / 2,
                     &w->more) == EVD_OK)
    evd_lookout_part(w, "file", &w->more);
}

void evd_lookout_about_object(evd_lookout *w, uint64_t index,
                              const evd_object_ref *ref) {
  char path[EVD_OBJECT_PATH_BYTES];
  if (!evd_lookout_tells(w, EVD_ALARM_FILE))
    return;
  evd_lookout_evidence(w, EVD_ALARM_FILE);
  (void)put_entry(w, index);
  evd_object_path(path, &ref->digest);
  evd_buf_reset(&w->sentence);
  evd_evidence_place(&w->sentence, path);
  put_place(w);
  put_file(w, path);
  if (w->has_rules)
    put_manifest(w);
}
