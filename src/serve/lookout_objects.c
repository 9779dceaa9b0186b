/* What entries name: there, equal, and ballots and openings that are right. */
#include <stdio.h>
#include <string.h>

#include "board/facts.h"
#include "board/objects.h"
#include "hash/hash.h"
#include "serve/lookout_run.h"
#include "steps/judge.h"

#define LINE_ARENA_BYTES_MAX ((size_t)256 << 20)

/* A copy in the watch's memory. */
static bool keep(evd_lookout *w, evd_span *out, const evd_buf *b) {
  uint8_t *p = evd_arena_get(&w->arena, b->n + 1, 1);
  if (!p)
    return false;
  memcpy(p, b->p, b->n);
  *out = (evd_span){p, b->n};
  return true;
}

static void missing(evd_lookout *w, uint64_t index, uint32_t type,
                    const char *kind, evd_err e) {
  char what[EVD_LOOKOUT_WHAT_BYTES];
  snprintf(what, sizeof what, "the object %s %s", kind,
           e == EVD_ERR_PROOF ? "is not what its digest says"
                              : "is not served");
  evd_lookout_raise_at(w, EVD_ALARM_FILE, index, type, what);
}

static bool fetch(evd_lookout *w, uint64_t index, const evd_entry *e,
                  const char *kind, const evd_object_ref *ref) {
  evd_err err = evd_board_object(w->plan.files, kind, ref, &w->objects);
  if (err != EVD_OK)
    missing(w, index, e->type, kind, err);
  return err == EVD_OK;
}

/* ---- SETUP ---- */

static bool fetch_kept(evd_lookout *w, const evd_entry *e, const char *kind,
                       const evd_object_ref *ref, evd_span *out) {
  return fetch(w, 0, e, kind, ref) && keep(w, out, &w->objects);
}

/* The log names the policy that is trusted, and it fits the profile. */
static bool trusts(evd_lookout *w, const evd_entry *e) {
  const char *what = "SETUP names another policy than the one trusted";
  evd_err err = EVD_ERR_REFUSED;
  if (evd_object_fits(&e->setup.policy, "policy", w->plan.policy))
    err = evd_profile_check(e->setup.profile, w->plan.policy, &w->arena, &what);
  if (err != EVD_OK)
    evd_lookout_raise_at(w, EVD_ALARM_QUORUM, 0, e->type, what);
  return err == EVD_OK;
}

static evd_err root_of(void *self, uint64_t size, evd_h32 *out) {
  const evd_lookout *w = self;
  return evd_tree_past_root(&w->past, size, out);
}

bool evd_lookout_begin(evd_lookout *w, const evd_entry_read *r) {
  const evd_entry *e = &r->e;
  evd_span parameters, manifest, text;
  evd_rules_facts facts;
  evd_board_keys keys;
  evd_why why;
  const char *what;
  uint32_t line;
  if (!fetch_kept(w, e, "parameters", &e->setup.parameters, &parameters) ||
      !fetch_kept(w, e, "manifest", &e->setup.manifest, &manifest) ||
      !fetch_kept(w, e, "keys", &e->setup.keys, &text))
    return false;
  evd_group_init(&w->hashes, evd_host_kernel());
  if (evd_parameters_read(&w->par, parameters, &w->arena, &why) != EVD_OK ||
      evd_manifest_read(&w->man, manifest, &w->arena, &why) != EVD_OK ||
      evd_board_keys_read(&keys, text, &w->arena, &what, &line) != EVD_OK ||
      evd_facts_of(&facts, &w->hashes, &w->par, &w->man, &w->arena) != EVD_OK) {
    evd_lookout_raise_at(w, EVD_ALARM_FILE, 0, e->type,
                         "parameters, manifest or keys cannot be read");
    return false;
  }
  if (!trusts(w, e))
    return false;
  const evd_rules_store store = evd_row_table_store(&w->rows);
  const evd_rules_log log = {w->seen.origin, w, root_of};
  if (evd_rules_init(&w->rules, &facts, &keys, &store, &log, &w->arena) !=
      EVD_OK)
    return false;
  w->setup = *e;
  w->has_rules = true;
  w->seen.rules = &w->rules;
  return true;
}

/* ---- ballots ---- */

/* What two honest ballots never share: the first encryption on them; one that
 * is selected by mail has none before. */
static const evd_p *alike_of(const evd_ballot *b) {
  if (b->mail || b->n_contests == 0)
    return &b->nonce_C0;
  return &b->contests[0].fields[0].alpha;
}

static evd_err look_for_alike(evd_lookout *w, uint64_t index,
                              const evd_ballot *b) {
  const evd_rules_store s = evd_row_table_store(&w->own);
  evd_h32 key;
  bool found = false;
  uint64_t other = 0;
  char what[EVD_LOOKOUT_WHAT_BYTES];
  evd_digest(&key, "alike", alike_of(b), sizeof *alike_of(b));
  EVD_TRY(s.get(s.self, EVD_OWN_ALPHA, &key, &other, sizeof other, &found));
  if (!found)
    return s.put(s.self, EVD_OWN_ALPHA, &key, &index, sizeof index);
  snprintf(what, sizeof what, "it shares an encryption with entry %llu",
           (unsigned long long)other);
  evd_lookout_raise_at(w, EVD_ALARM_ALIKE, index, EVD_ENTRY_BALLOT, what);
  return EVD_OK;
}

static evd_err judge_ballot(evd_lookout *w, uint64_t index, evd_span line,
                            evd_ballot *b, evd_arena *a) {
  evd_why why = {""};
  char what[EVD_LOOKOUT_WHAT_BYTES];
  evd_err e = evd_ballot_line_judge(b, evd_host_group_get(w->tables), &w->man,
                                    &w->H_E, line, &why, a);
  if (e == EVD_ERR_SPACE)
    return e;
  w->seen.judged++;
  if (e == EVD_OK)
    return look_for_alike(w, index, b);
  snprintf(what, sizeof what, "its ballot fails: %.200s", why.text);
  evd_lookout_raise_at(w, EVD_ALARM_PROOF, index, EVD_ENTRY_BALLOT, what);
  return EVD_OK;
}

/* One of how many? */
static bool is_judged(const evd_lookout *w, uint64_t index) {
  return w->plan.judge_one_of > 0 && index % w->plan.judge_one_of == 0;
}

static evd_err ballot(evd_lookout *w, uint64_t index, const evd_h32 *H_C) {
  const evd_rules_store s = evd_row_table_store(&w->own);
  evd_arena a;
  evd_ballot b;
  EVD_TRY(s.put(s.self, EVD_OWN_BALLOT, H_C, &index, sizeof index));
  if (!w->tables || !is_judged(w, index))
    return EVD_OK;
  evd_arena_init(&a, LINE_ARENA_BYTES_MAX);
  evd_err e =
      judge_ballot(w, index, (evd_span){w->objects.p, w->objects.n}, &b, &a);
  evd_arena_close(&a);
  return e;
}

/* ---- what is said of a ballot later ---- */

/* Where the ballot with this code stands. The rows of the rules count the
 * entries that were taken; here they are all counted. */
static evd_err where_is(evd_lookout *w, const evd_h32 *H_C, uint64_t *index,
                        bool *found) {
  const evd_rules_store s = evd_row_table_store(&w->own);
  return s.get(s.self, EVD_OWN_BALLOT, H_C, index, sizeof *index, found);
}

/* The line of the ballot whose entry stands at `index`. */
static bool line_of(evd_lookout *w, uint64_t index, evd_buf *out) {
  uint64_t n = index / EVD_TILE_WIDTH;
  const evd_tile t = {EVD_TILE_ENTRIES, n,
                      evd_tile_width(EVD_TILE_ENTRIES, n, w->last.size)};
  evd_buf bundle;
  evd_span entry = {NULL, 0};
  evd_entry_read r;
  size_t at = 0;
  const char *what;
  evd_buf_init(&bundle, EVD_TILE_WIDTH * (EVD_ENTRY_BYTES_MAX + 2));
  bool ok = evd_board_tile(w->plan.files, &t, &bundle) == EVD_OK;
  for (uint64_t i = 0; ok && i <= index % EVD_TILE_WIDTH; i++)
    ok = evd_bundle_next((evd_span){bundle.p, bundle.n}, &at, &entry) == EVD_OK;
  ok = ok && evd_entry_parse(&r, entry, &what) == EVD_OK &&
       r.e.type == EVD_ENTRY_BALLOT &&
       evd_board_object(w->plan.files, "ballot", &r.e.ballot.object, out) ==
           EVD_OK;
  evd_buf_close(&bundle);
  return ok;
}

/* The ballot in `sealed`, and what the line says of it. */
static evd_err judge_cast(evd_lookout *w, uint64_t index, evd_span line,
                          const evd_buf *sealed, evd_arena *a) {
  evd_ballot b;
  evd_mail_cast cast;
  evd_why why = {""};
  char what[EVD_LOOKOUT_WHAT_BYTES];
  const evd_group *G = evd_host_group_get(w->tables);
  evd_err e = evd_ballot_line_judge(&b, G, &w->man, &w->H_E,
                                    (evd_span){sealed->p, sealed->n}, &why, a);
  if (e == EVD_OK)
    e = evd_mail_cast_line_judge(&cast, &b, G, &w->man, line, &why, a);
  if (e == EVD_OK || e == EVD_ERR_SPACE)
    return e;
  snprintf(what, sizeof what, "what was selected fails: %.200s", why.text);
  evd_lookout_raise_at(w, EVD_ALARM_PROOF, index, EVD_ENTRY_MAIL_CAST, what);
  return EVD_OK;
}

static evd_err judge_opening(evd_lookout *w, uint64_t index, evd_span line,
                             const evd_buf *sealed, evd_arena *a) {
  evd_ballot b;
  evd_why why = {""};
  char what[EVD_LOOKOUT_WHAT_BYTES];
  const evd_group *G = evd_host_group_get(w->tables);
  evd_err e = evd_ballot_line_judge(&b, G, &w->man, &w->H_E,
                                    (evd_span){sealed->p, sealed->n}, &why, a);
  if (e == EVD_OK)
    e = evd_opening_line_judge(&b, G, &w->man, line, &why, a);
  if (e == EVD_ERR_SPACE)
    return e;
  w->seen.openings++;
  if (e == EVD_OK)
    return EVD_OK;
  snprintf(what, sizeof what, "the opening fails: %.200s", why.text);
  evd_lookout_raise_at(w, EVD_ALARM_CHALLENGE, index, EVD_ENTRY_OPENING, what);
  return EVD_OK;
}

typedef evd_err judge_fn(evd_lookout *w, uint64_t index, evd_span line,
                         const evd_buf *sealed, evd_arena *a);

/* With the ballot that the entry names. */
static evd_err with_ballot(evd_lookout *w, uint64_t index, const evd_h32 *H_C,
                           judge_fn *judge) {
  uint64_t at = 0;
  evd_arena a;
  evd_buf sealed;
  bool found = false;
  EVD_TRY(where_is(w, H_C, &at, &found));
  if (!found || !w->tables)
    return EVD_OK;
  evd_buf_init(&sealed, LINE_ARENA_BYTES_MAX);
  evd_arena_init(&a, LINE_ARENA_BYTES_MAX);
  evd_err err = EVD_OK;
  if (line_of(w, at, &sealed))
    err = judge(w, index, (evd_span){w->objects.p, w->objects.n}, &sealed, &a);
  evd_arena_close(&a);
  evd_buf_close(&sealed);
  return err;
}

/* ---- keys, attestations ---- */

static evd_err keys(evd_lookout *w, uint64_t index, const evd_entry *e) {
  evd_election_keys k;
  evd_why why;
  evd_arena a;
  evd_arena_init(&a, LINE_ARENA_BYTES_MAX);
  evd_err err = evd_election_keys_read(
      &k, (evd_span){w->objects.p, w->objects.n}, &a, &why);
  if (err == EVD_OK)
    err = evd_host_group_open(&w->tables, &k.K, &k.K_hat,
                              EVD_TAB_G | EVD_TAB_K | EVD_TAB_K_HAT);
  evd_arena_close(&a);
  if (err == EVD_ERR_SPACE)
    return err;
  if (err != EVD_OK)
    evd_lookout_raise_at(w, EVD_ALARM_FILE, index, e->type,
                         "the election's keys cannot be read");
  w->H_E = e->keys.H_E;
  return EVD_OK;
}

/* Each key once; listed ones apart. */
static evd_err attest(evd_lookout *w, const evd_entry *e) {
  const evd_rules_store s = evd_row_table_store(&w->own);
  uint8_t keyid[EVD_KEYID_BYTES];
  bool found = false;
  EVD_TRY(s.get(s.self, EVD_OWN_ATTEST, &e->attest.key, NULL, 0, &found));
  if (found)
    return EVD_OK;
  evd_keyid(keyid, &e->attest.key);
  if (evd_board_key_find(&w->rules.keys, keyid))
    w->seen.attests_listed++;
  else
    w->seen.attests++;
  return s.put(s.self, EVD_OWN_ATTEST, &e->attest.key, NULL, 0);
}

evd_err evd_lookout_objects(evd_lookout *w, uint64_t index,
                            const evd_entry *e) {
  evd_entry_object list[EVD_ENTRY_OBJECTS_MAX];
  uint32_t n = evd_entry_objects(e, list);
  bool all = true;
  for (uint32_t i = 0; i < n; i++)
    all = fetch(w, index, e, list[i].kind, &list[i].ref) && all;
  if (!all)
    return EVD_OK;
  switch (e->type) {
  case EVD_ENTRY_KEYS:
    return keys(w, index, e);
  case EVD_ENTRY_BALLOT:
    return ballot(w, index, &e->ballot.H_C);
  case EVD_ENTRY_MAIL_CAST:
    return is_judged(w, index)
               ? with_ballot(w, index, &e->mail_cast.H_C, judge_cast)
               : EVD_OK;
  case EVD_ENTRY_OPENING:
    return with_ballot(w, index, &e->opening.H_C, judge_opening);
  case EVD_ENTRY_ATTEST:
    return attest(w, e);
  default:
    return EVD_OK;
  }
}
