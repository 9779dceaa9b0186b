/* Fetching a log: its checkpoint, SETUP, then entry by entry. */
#include "steps/look.h"

#include <stdio.h>
#include <string.h>

#include "board/facts.h"
#include "host/board_dir.h"
#include "host/place.h"

#define MIB ((size_t)1024 * 1024)
#define LOOK_BYTES_MAX (1024 * MIB)
#define ROWS_BYTES_MAX (16384 * MIB)
#define MANIFEST_BYTES_MAX (64 * MIB)
#define CHECKPOINT_BYTES_MAX (EVD_NOTE_BYTES_MAX)
/* An election that nobody is in a hurry with has a tick of up to an hour. */
#define STALE_SECONDS ((uint64_t)2 * 3600)

static evd_err cannot_read(const evd_look *l, evd_err e, const char *what) {
  if (l->is_url && e == EVD_ERR_IO)
    return e; /* the address has said it */
  return evd_complain(e, "%s: %s: %s", l->where, what,
                      e == EVD_ERR_PROOF ? "is not what its digest says"
                                         : evd_err_text(e));
}

/* ---- checkpoint and policy ---- */

static evd_err keep(evd_look *l, evd_span *out, const evd_buf *b) {
  uint8_t *p = evd_arena_get(&l->arena, b->n + 1, 1);
  if (!p)
    return EVD_ERR_SPACE;
  if (b->n)
    memcpy(p, b->p, b->n);
  *out = (evd_span){p, b->n};
  return EVD_OK;
}

static evd_err fetch(evd_look *l, const char *path, size_t max, evd_span *out) {
  evd_buf b;
  evd_buf_init(&b, max);
  evd_err e = evd_board_read(&l->files, path, max, &b);
  if (e == EVD_OK)
    e = keep(l, out, &b);
  evd_buf_close(&b);
  return e == EVD_OK ? e : cannot_read(l, e, path);
}

static evd_err fetch_object(evd_look *l, const char *kind,
                            const evd_object_ref *ref, evd_span *out) {
  evd_buf b;
  evd_buf_init(&b, (size_t)ref->length + 1);
  evd_err e = evd_board_object(&l->files, kind, ref, &b);
  if (e == EVD_OK)
    e = keep(l, out, &b);
  evd_buf_close(&b);
  return e == EVD_OK ? e : cannot_read(l, e, kind);
}

static evd_err judge_checkpoint(evd_look *l, const evd_checkpoint *c) {
  evd_policy_verdict v;
  uint64_t now = evd_clock_seconds();
  /* A folder is a copy of some day. */
  uint64_t not_before =
      l->is_url && now > STALE_SECONDS ? now - STALE_SECONDS : 0;
  evd_policy_judge_var(&v, &l->policy, c, not_before);
  l->n_witnesses = v.n_witnesses;
  if (v.false_signature)
    return evd_complain(EVD_ERR_PROOF,
                        "%s: the checkpoint has a false signature", l->where);
  if (!v.log)
    return evd_complain(EVD_ERR_PROOF,
                        "%s: the checkpoint is not signed by the log of the "
                        "policy",
                        l->where);
  if (!v.quorum)
    return evd_complain(EVD_ERR_QUORUM,
                        "%s: the checkpoint of %llu entries has not the "
                        "witnesses that the policy asks for (%u signed)",
                        l->where, (unsigned long long)c->head.size,
                        v.n_witnesses);
  return EVD_OK;
}

static evd_err read_policy(evd_look *l, evd_span bytes, const char *where) {
  evd_note_why why = {0, ""};
  if (evd_policy_read(&l->policy, bytes, &why) == EVD_OK)
    return EVD_OK;
  return evd_complain(EVD_ERR_FORM, "%s:%u: expected %s", where, why.line,
                      why.expected);
}

/* Nothing is done in a log that has fewer witnesses than it says. */
static evd_err judge_profile(evd_look *l, evd_span policy) {
  const char *what = "";
  evd_err e =
      evd_profile_check(l->setup.setup.profile, policy, &l->arena, &what);
  return e == EVD_OK
             ? e
             : evd_complain(e,
                            "%s: the policy does not fit the profile of "
                            "SETUP: %s",
                            l->where, what);
}

/* The policy that counts, and that it is the one demanded. */
static evd_err take_policy(evd_look *l, const char *demanded) {
  evd_span bytes = {NULL, 0}, mine = {NULL, 0};
  EVD_TRY(fetch_object(l, "policy", &l->setup.setup.policy, &bytes));
  if (demanded) {
    EVD_TRY(evd_file_read(demanded, EVD_POLICY_BYTES_MAX, &mine, &l->arena));
    if (mine.n != bytes.n || (mine.n && memcmp(mine.p, bytes.p, mine.n) != 0))
      return evd_complain(EVD_ERR_REFUSED,
                          "%s has another policy than %s: it is not the log "
                          "that was asked for",
                          l->where, demanded);
  }
  EVD_TRY(read_policy(l, bytes, demanded ? demanded : l->where));
  return judge_profile(l, bytes);
}

/* ---- SETUP ---- */

static evd_err read_manifest(evd_look *l) {
  evd_span bytes = {NULL, 0};
  evd_why why = {""};
  EVD_TRY(fetch_object(l, "parameters", &l->setup.setup.parameters, &bytes));
  evd_err e = evd_parameters_read(&l->par, bytes, &l->arena, &why);
  if (e == EVD_OK) {
    EVD_TRY(fetch_object(l, "manifest", &l->setup.setup.manifest, &bytes));
    e = evd_manifest_read(&l->man, bytes, &l->arena, &why);
  }
  return e == EVD_OK ? e : evd_complain(e, "%s: %s", l->where, why.text);
}

static evd_err root_of(void *self, uint64_t size, evd_h32 *out) {
  const evd_look *l = self;
  return evd_tree_past_root(&l->past, size, out);
}

static evd_err start_rules(evd_look *l) {
  evd_rules_facts facts;
  evd_board_keys keys;
  uint64_t seed;
  evd_span text = {NULL, 0};
  const char *what = "";
  uint32_t line = 0;
  EVD_TRY(read_manifest(l));
  EVD_TRY(fetch_object(l, "keys", &l->setup.setup.keys, &text));
  evd_err e = evd_board_keys_read(&keys, text, &l->arena, &what, &line);
  if (e != EVD_OK)
    return evd_complain(e, "%s: keys:%u: %s", l->where, line, what);
  evd_group_init(&l->group, evd_host_kernel());
  EVD_TRY(evd_facts_of(&facts, &l->group, &l->par, &l->man, &l->arena));
  e = evd_setup_keys_check(&facts, &keys, l->setup.setup.admin_k, &what);
  if (e != EVD_OK)
    return evd_complain(e, "%s: %s", l->where, what);
  evd_random(&seed, sizeof seed);
  evd_row_table_init(&l->rows, ROWS_BYTES_MAX, seed);
  const evd_rules_store store = evd_row_table_store(&l->rows);
  const evd_rules_log log = {l->origin, l, root_of};
  return evd_rules_init(&l->rules, &facts, &keys, &store, &log, &l->arena);
}

/* The first bundle, as far as the checkpoint goes. */
static evd_err fetch_bundle(evd_look *l, uint64_t n, evd_buf *out) {
  const evd_tile t = {EVD_TILE_ENTRIES, n,
                      evd_tile_width(EVD_TILE_ENTRIES, n, l->head.size)};
  char path[EVD_TILE_PATH_BYTES];
  evd_tile_path(path, &t);
  evd_err e = evd_board_tile(&l->files, &t, out);
  return e == EVD_OK ? e : cannot_read(l, e, path);
}

static evd_err read_setup(evd_look *l) {
  evd_buf b;
  evd_span bundle = {NULL, 0}, entry = {NULL, 0};
  evd_entry_read r;
  size_t at = 0;
  const char *what = "an entry";
  if (l->head.size == 0)
    return evd_complain(EVD_ERR_WAIT, "%s: the log is empty", l->where);
  evd_buf_init(&b, EVD_TILE_WIDTH * (EVD_ENTRY_BYTES_MAX + 2));
  evd_err e = fetch_bundle(l, 0, &b);
  if (e == EVD_OK)
    e = keep(l, &bundle, &b);
  evd_buf_close(&b);
  EVD_TRY(e);
  if (evd_bundle_next(bundle, &at, &entry) != EVD_OK ||
      evd_entry_parse(&r, entry, &what) != EVD_OK ||
      r.e.type != EVD_ENTRY_SETUP)
    return evd_complain(EVD_ERR_PARSE, "%s: the first entry is not SETUP",
                        l->where);
  l->setup = r.e;
  return EVD_OK;
}

evd_err evd_look_open(evd_look *l, const char *where, const char *policy) {
  evd_span bytes = {NULL, 0};
  evd_checkpoint c;
  evd_note_why why = {0, ""};
  memset(l, 0, sizeof *l);
  l->where = where;
  l->is_url = evd_board_is_url(where);
  evd_arena_init(&l->arena, LOOK_BYTES_MAX);
  evd_tree_past_init(&l->past, EVD_TREE_PAST_BYTES_MAX);
  EVD_TRY(evd_board_open(&l->files, where));
  EVD_TRY(fetch(l, "checkpoint", CHECKPOINT_BYTES_MAX, &bytes));
  if (evd_checkpoint_read(&c, bytes, &why) != EVD_OK)
    return evd_complain(EVD_ERR_FORM, "%s/checkpoint:%u: expected %s", where,
                        why.line, why.expected);
  l->origin = c.origin;
  l->head = c.head;
  EVD_TRY(read_setup(l));
  EVD_TRY(take_policy(l, policy));
  EVD_TRY(judge_checkpoint(l, &c));
  return start_rules(l);
}

void evd_look_close(evd_look *l) {
  if (l->files.self)
    evd_board_close(&l->files, l->where);
  evd_row_table_close(&l->rows);
  evd_tree_past_close(&l->past);
  evd_arena_close(&l->arena);
}

/* ---- entries ---- */

static evd_err take_roll(evd_look *l, const evd_entry *e, evd_refusal *why) {
  evd_span text = {NULL, 0};
  EVD_TRY(fetch_object(l, "roll", &e->roll.roll, &text));
  return evd_rules_roll(&l->rules, e, text, why);
}

/* What later steps ask about. */
static void note(evd_look *l, const evd_entry *e) {
  enum { OP_CLOSE = 2 };
  if (e->type == EVD_ENTRY_KEYS) {
    l->has_keys = true;
    l->H_G = e->keys.H_G;
    l->H_E = e->keys.H_E;
  } else if (e->type == EVD_ENTRY_PHASE && e->phase.op == OP_CLOSE &&
             e->phase.site == 0) {
    l->closed.size = l->tree.size;
    evd_tree_root(&l->tree, &l->closed.root);
  } else if (evd_rules_is_tally(&l->rules, l->rules.size - 1, e)) {
    l->tallied = e->tally.head;
    l->tally = e->tally.object;
  }
}

static evd_err take_entry(evd_look *l, evd_span bytes, evd_look_fn *see,
                          void *self) {
  evd_entry_read r;
  evd_h32 leaf;
  evd_refusal why = {EVD_L_NONE, NULL};
  const char *what = "";
  const uint64_t index = l->tree.size;
  enum { COMMIT = 1 };
  evd_err e = evd_entry_parse(&r, bytes, &what);
  evd_leaf_hash(&leaf, bytes.p, bytes.n);
  if (e == EVD_OK) {
    e = evd_rules_apply(&l->rules, &r, &leaf, &why);
    if (e == EVD_OK && r.e.type == EVD_ENTRY_ROLL && r.e.roll.op == COMMIT)
      e = take_roll(l, &r.e, &why);
    what = why.what ? why.what : evd_err_text(e);
  }
  if (e != EVD_OK)
    return evd_complain(e, "%s: entry %llu is not one of an honest log: %s",
                        l->where, (unsigned long long)index, what);
  EVD_TRY(evd_tree_add(&l->tree, &leaf));
  EVD_TRY(evd_tree_past_add(&l->past, &leaf));
  note(l, &r.e);
  return see ? see(self, l, index, &r) : EVD_OK;
}

/* Does what was read stand in the tree of the checkpoint? */
static evd_err check_tree(evd_look *l) {
  evd_tile_tree tiles;
  evd_tree_proof proof;
  evd_h32 root;
  const evd_tile_reader reader = evd_board_tiles(&l->files);
  evd_tree_root(&l->tree, &root);
  evd_err e = EVD_OK;
  if (l->tree.size == l->head.size) {
    e = memcmp(&root, &l->head.root, sizeof root) == 0 ? EVD_OK : EVD_ERR_PROOF;
  } else {
    evd_tile_tree_init(&tiles, &reader, l->head.size);
    const evd_tree_nodes nodes = evd_tile_nodes(&tiles);
    e = evd_consistency_make(&nodes, l->tree.size, l->head.size, &proof);
    if (e == EVD_OK)
      e = evd_consistency_check(&root, l->tree.size, &l->head.root,
                                l->head.size, &proof);
  }
  if (e == EVD_OK)
    return EVD_OK;
  return evd_complain(
      e, "%s: the entries are not those of the signed checkpoint", l->where);
}

static evd_err walk_bundle(evd_look *l, int until, evd_span bundle,
                           evd_look_fn *see, void *self) {
  size_t at = 0;
  evd_span entry;
  /* A walk that stopped inside a bundle goes on there. */
  for (uint64_t i = 0; i < l->tree.size % EVD_TILE_WIDTH; i++)
    if (evd_bundle_next(bundle, &at, &entry) != EVD_OK)
      return cannot_read(l, EVD_ERR_FORM, "tile/entries");
  while (at < bundle.n && !(until == EVD_LOOK_UNTIL_OPEN && l->rules.open)) {
    if (evd_bundle_next(bundle, &at, &entry) != EVD_OK)
      return cannot_read(l, EVD_ERR_FORM, "tile/entries");
    EVD_TRY(take_entry(l, entry, see, self));
  }
  return EVD_OK;
}

evd_err evd_look_walk(evd_look *l, int until, evd_look_fn *see, void *self) {
  evd_buf b;
  evd_err e = EVD_OK;
  evd_buf_init(&b, EVD_TILE_WIDTH * (EVD_ENTRY_BYTES_MAX + 2));
  while (e == EVD_OK && l->tree.size < l->head.size &&
         !(until == EVD_LOOK_UNTIL_OPEN && l->rules.open)) {
    e = fetch_bundle(l, l->tree.size / EVD_TILE_WIDTH, &b);
    if (e == EVD_OK)
      e = walk_bundle(l, until, (evd_span){b.p, b.n}, see, self);
  }
  evd_buf_close(&b);
  return e == EVD_OK ? check_tree(l) : e;
}

/* ---- what was seen ---- */

evd_draft_frame evd_look_frame(const evd_look *l) {
  return (evd_draft_frame){.origin = l->origin,
                           .open = l->rules.open_leaf,
                           .keys = &l->rules.keys,
                           .admin_k = l->rules.admin_k,
                           .n_guardians = l->par.n,
                           .quorum = l->par.k};
}

uint32_t evd_slot_now(const evd_manifest *m) {
  uint64_t now = evd_clock_seconds();
  if (now < m->slot_origin || m->slot_seconds == 0)
    return 0;
  uint64_t slot = (now - m->slot_origin) / m->slot_seconds;
  return slot < UINT32_MAX ? (uint32_t)slot : UINT32_MAX;
}

uint32_t evd_look_slot(const evd_look *l) {
  uint32_t now = evd_slot_now(&l->man);
  return now > l->rules.slot ? now : l->rules.slot;
}

static bool look_up(evd_look *l, uint8_t about, const evd_h32 *key, void *row,
                    size_t n) {
  bool found = false;
  const evd_rules_store s = evd_row_table_store(&l->rows);
  return s.get(s.self, about, key, row, n, &found) == EVD_OK && found;
}

bool evd_look_credential(evd_look *l, const evd_h32 *credential,
                         evd_row_credential *out) {
  return look_up(l, EVD_ROW_CREDENTIAL, credential, out, sizeof *out);
}

bool evd_look_ballot(evd_look *l, const evd_h32 *H_C, evd_row_ballot *out) {
  return look_up(l, EVD_ROW_BALLOT, H_C, out, sizeof *out);
}
