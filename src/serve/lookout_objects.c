/* What entries name: there, equal, and ballots and openings that are right. */
#include <stdio.h>
#include <string.h>

#include "board/facts.h"
#include "board/objects.h"
#include "serve/lookout_run.h"

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

/* It is there, and is not what its entry says. */
static void wrong(evd_lookout *w, uint64_t index, uint32_t type,
                  const evd_object_ref *ref, const char *what) {
  evd_lookout_about_object(w, index, ref);
  evd_lookout_raise_at(w, EVD_ALARM_FILE, index, type, what);
}

/* EVD_ERR_REFUSED: the lamp is on. No memory is no fault of the board's, unless
 * it names what no board takes. */
static evd_err fetch(evd_lookout *w, uint64_t index, const evd_entry *e,
                     const char *kind, const evd_object_ref *ref) {
  evd_err err = evd_board_object(w->plan.files, kind, ref, &w->objects);
  if (err == EVD_OK ||
      (err == EVD_ERR_SPACE && ref->length <= w->objects.max_bytes))
    return err;
  evd_lookout_about_object(w, index, ref);
  missing(w, index, e->type, kind, err);
  return EVD_ERR_REFUSED;
}

/* ---- SETUP ---- */

static evd_err fetch_kept(evd_lookout *w, const evd_entry *e, const char *kind,
                          const evd_object_ref *ref, evd_span *out) {
  EVD_TRY(fetch(w, 0, e, kind, ref));
  return keep(w, out, &w->objects) ? EVD_OK : EVD_ERR_SPACE;
}

/* The log names the policy that is trusted, and it fits the profile. */
static evd_err trusts(evd_lookout *w, const evd_entry *e) {
  const char *what = "SETUP names another policy than the one trusted";
  evd_err err = EVD_ERR_REFUSED;
  if (!evd_object_fits(&e->setup.policy, "policy", w->plan.policy))
    evd_lookout_about_one(w, EVD_ALARM_QUORUM, 0);
  else
    err = evd_profile_check(e->setup.profile, w->plan.policy, &w->arena, &what);
  if (err != EVD_OK && err != EVD_ERR_SPACE)
    evd_lookout_raise_at(w, EVD_ALARM_QUORUM, 0, e->type, what);
  return err;
}

static evd_err root_of(void *self, uint64_t size, evd_h32 *out) {
  const evd_lookout *w = self;
  return evd_tree_past_root(&w->past, size, out);
}

/* *bad: the object that could not be read. */
static evd_err read_objects(evd_lookout *w, const evd_entry *e,
                            evd_rules_facts *facts, evd_board_keys *keys,
                            const evd_object_ref **bad) {
  evd_span parameters, manifest, text;
  evd_why why;
  const char *what;
  uint32_t line;
  *bad = NULL;
  EVD_TRY(fetch_kept(w, e, "parameters", &e->setup.parameters, &parameters));
  EVD_TRY(fetch_kept(w, e, "manifest", &e->setup.manifest, &manifest));
  EVD_TRY(fetch_kept(w, e, "keys", &e->setup.keys, &text));
  evd_group_init(&w->hashes, evd_host_kernel());
  *bad = &e->setup.parameters;
  EVD_TRY(evd_parameters_read(&w->par, parameters, &w->arena, &why));
  *bad = &e->setup.manifest;
  EVD_TRY(evd_manifest_read(&w->man, manifest, &w->arena, &why));
  EVD_TRY(evd_facts_of(facts, &w->hashes, &w->par, &w->man, &w->arena));
  *bad = &e->setup.keys;
  return evd_board_keys_read(keys, text, &w->arena, &what, &line);
}

static evd_err read_setup(evd_lookout *w, const evd_entry *e,
                          evd_rules_facts *facts, evd_board_keys *keys) {
  const evd_object_ref *bad;
  const char *what = "parameters, manifest or keys cannot be read";
  evd_err err = read_objects(w, e, facts, keys, &bad);
  if (err == EVD_OK)
    err = evd_setup_keys_check(facts, keys, e->setup.admin_k, &what);
  if (err == EVD_OK || err == EVD_ERR_SPACE || !bad)
    return err;
  wrong(w, 0, e->type, bad, what);
  return EVD_ERR_REFUSED;
}

evd_err evd_lookout_begin(evd_lookout *w, const evd_entry_read *r) {
  const evd_entry *e = &r->e;
  evd_rules_facts facts;
  evd_board_keys keys;
  EVD_TRY(read_setup(w, e, &facts, &keys));
  EVD_TRY(trusts(w, e));
  const evd_rules_store store = evd_row_table_store(&w->rows);
  const evd_rules_log log = {w->seen.origin, w, root_of};
  EVD_TRY(evd_rules_init(&w->rules, &facts, &keys, &store, &log, &w->arena));
  w->setup = *e;
  w->has_rules = true;
  w->seen.rules = &w->rules;
  w->seen.man = &w->man;
  return EVD_OK;
}

/* ---- keys, attestations ---- */

static bool same(const evd_h32 *a, const evd_h32 *b) {
  return memcmp(a->b, b->b, sizeof a->b) == 0;
}

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
  if (err == EVD_OK &&
      (!same(&k.H_G, &e->keys.H_G) || !same(&k.H_E, &e->keys.H_E)))
    err = EVD_ERR_FORM;
  if (err != EVD_OK)
    wrong(w, index, e->type, &e->keys.election_keys,
          "the election's keys cannot be read, or are others than it says");
  if (err == EVD_OK)
    w->count_head.keys = k;
  w->H_E = e->keys.H_E;
  w->keys = *e;
  w->keys_index = index;
  return EVD_OK;
}

/* NULL: there are too many. */
static evd_speaker *speaker_of(evd_lookout *w, const evd_sign_key *key) {
  evd_lookout_state *seen = &w->seen;
  uint8_t keyid[EVD_KEYID_BYTES];
  for (uint32_t i = 0; i < seen->n_speakers; i++)
    if (same(&seen->speakers[i].key, key))
      return &seen->speakers[i];
  if (seen->n_speakers == EVD_SPEAKERS_MAX)
    return NULL;
  evd_speaker *s = &seen->speakers[seen->n_speakers++];
  s->key = *key;
  evd_keyid(keyid, key);
  const evd_board_key *listed = evd_board_key_find(&w->rules.keys, keyid);
  s->listed = listed != NULL;
  if (listed) {
    s->role = listed->role;
    s->name = listed->name;
  }
  return s;
}

void evd_lookout_alarm(evd_lookout *w, const evd_entry_read *e) {
  evd_entry_sig sig;
  if (e->e.type != EVD_ENTRY_ALARM || e->n_sigs == 0)
    return;
  evd_entry_sig_get(&sig, e, 0);
  const evd_board_key *key = evd_board_key_find(&w->rules.keys, sig.keyid);
  evd_speaker *s = key ? speaker_of(w, &key->key) : NULL;
  if (s)
    s->alarms |= 1u << e->e.alarm.code;
}

/* Each key once; listed ones apart. */
static evd_err attest(evd_lookout *w, const evd_entry *e) {
  const evd_rules_store s = evd_row_table_store(&w->own);
  uint8_t keyid[EVD_KEYID_BYTES];
  bool found = false;
  evd_speaker *by = speaker_of(w, &e->attest.key);
  if (by)
    by->attests++;
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
  for (uint32_t i = 0; i < n; i++) {
    const evd_err err = fetch(w, index, e, list[i].kind, &list[i].ref);
    if (err == EVD_ERR_SPACE)
      return err;
    all = all && err == EVD_OK;
  }
  if (!all)
    return EVD_OK;
  switch (e->type) {
  case EVD_ENTRY_KEYS:
    return keys(w, index, e);
  case EVD_ENTRY_BALLOT:
    return evd_lookout_ballot(w, index, e);
  case EVD_ENTRY_MAIL_CAST:
  case EVD_ENTRY_OPENING:
    return evd_lookout_of_ballot(w, index, e);
  case EVD_ENTRY_TALLY:
  case EVD_ENTRY_SHARE:
  case EVD_ENTRY_RESULT:
  case EVD_ENTRY_CONTEST_DATA:
    return evd_lookout_count(w, index, e);
  case EVD_ENTRY_ATTEST:
    return attest(w, e);
  default:
    return EVD_OK;
  }
}
