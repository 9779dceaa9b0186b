/* L.4, L.5, L.6, L.9: each entry passes the rules that the server has, after
 * those before it. */
#include <string.h>

#include "verify/logcheck_run.h"

static evd_l_at check_of(evd_l_code code) {
  if (code == EVD_L4)
    return EVD_L4_AT;
  if (code == EVD_L6)
    return EVD_L6_AT;
  return code == EVD_L9 ? EVD_L9_AT : EVD_L5_AT;
}

/* ---- SETUP: what the rules are made of ---- */

/* An object of SETUP, kept. False: it is not there or another; said. */
static bool need(evd_logcheck *l, const char *kind, const evd_object_ref *ref,
                 evd_span *out) {
  evd_err e = evd_board_object(l->how.files, kind, ref, &l->object);
  if (e == EVD_OK)
    return evd_l_keep(l, out, &l->object);
  evd_l_unread(l, EVD_L7_AT, kind, e);
  return false;
}

static bool readable(evd_logcheck *l, evd_err e, const char *where,
                     const evd_why *why) {
  (void)evd_l_trouble(l, e);
  if (e == EVD_ERR_PARSE || e == EVD_ERR_FORM)
    evd_l_fault(l, EVD_L7_AT, where, why->text);
  return e == EVD_OK || e == EVD_ERR_FORM;
}

/* Ids of SETUP are those of its own objects. */
static void judge_hashes(evd_logcheck *l, evd_span manifest) {
  evd_h32 H_P, H_B;
  evd_hash_HP(&l->G, &H_P, l->par.n, l->par.k);
  evd_hash_HB(&l->G, &H_B, &l->setup.setup.H_P, manifest);
  if (memcmp(H_P.b, l->setup.setup.H_P.b, sizeof H_P.b) != 0)
    evd_l_fault_at(l, EVD_L7_AT, 0, EVD_ENTRY_SETUP,
                   "H_P is not that of its parameters");
  if (memcmp(H_B.b, l->setup.setup.H_B.b, sizeof H_B.b) != 0)
    evd_l_fault_at(l, EVD_L7_AT, 0, EVD_ENTRY_SETUP,
                   "H_B is not that of its manifest");
}

static bool read_keys(evd_logcheck *l) {
  const char *what = NULL;
  evd_span text;
  uint32_t line = 0;
  if (!need(l, "keys", &l->setup.setup.keys, &text))
    return false;
  evd_err e = evd_board_keys_read(&l->board_keys, text, l->a, &what, &line);
  if (e == EVD_ERR_PARSE)
    evd_l_fault(l, EVD_L7_AT, "keys", what);
  return evd_l_trouble(l, e) == EVD_OK;
}

static void judge_keys(evd_logcheck *l, const evd_rules_facts *facts) {
  const char *what = NULL;
  if (evd_setup_keys_check(facts, &l->board_keys, l->setup.setup.admin_k,
                           &what) != EVD_OK)
    evd_l_fault_at(l, EVD_L7_AT, 0, EVD_ENTRY_SETUP, what);
}

static bool read_objects(evd_logcheck *l) {
  evd_why why;
  evd_span bytes;
  if (!need(l, "parameters", &l->setup.setup.parameters, &bytes) ||
      !readable(l, evd_parameters_read(&l->par, bytes, l->a, &why),
                "parameters", &why))
    return false;
  if (!need(l, "manifest", &l->setup.setup.manifest, &bytes) ||
      !readable(l, evd_manifest_read(&l->man, bytes, l->a, &why), "manifest",
                &why))
    return false;
  judge_hashes(l, bytes);
  return read_keys(l);
}

static evd_err root_of(void *self, uint64_t size, evd_h32 *out) {
  const evd_logcheck *l = self;
  return evd_tree_past_root(&l->past, size, out);
}

bool evd_l04_begin(evd_logcheck *l, const evd_entry_read *e) {
  evd_rules_facts facts;
  evd_rules_store store = evd_row_table_store(&l->rows);
  const evd_rules_log log = {l->c.origin, l, root_of};
  if (e->e.type != EVD_ENTRY_SETUP) {
    evd_l_fault_at(l, EVD_L5_AT, 0, e->e.type, "the first entry is SETUP");
    return false;
  }
  l->setup = e->e;
  l->rep.profile = e->e.setup.profile;
  if (!read_objects(l) ||
      evd_l_trouble(l, evd_facts_of(&facts, &l->G, &l->par, &l->man, l->a)) !=
          EVD_OK)
    return false;
  judge_keys(l, &facts);
  l->has_rules =
      evd_l_trouble(l, evd_rules_init(&l->rules, &facts, &l->board_keys, &store,
                                      &log, l->a)) == EVD_OK;
  return l->has_rules;
}

/* ---- the entry ---- */

static bool of_remote(const evd_logcheck *l, const evd_entry *e) {
  static const evd_h32 none;
  if (e->type == EVD_ENTRY_CAST)
    return memcmp(e->cast.credential.b, none.b, sizeof none.b) != 0;
  return e->type == EVD_ENTRY_BALLOT &&
         l->rules.facts.devices[e->ballot.device - 1].mode == EVD_MODE_REMOTE;
}

/* What the rules looked at in an entry that they took. */
static void count(evd_logcheck *l, uint64_t index, const evd_entry *e) {
  evd_l_saw(l, EVD_L5_AT, 1);
  evd_l_saw(l, EVD_L6_AT, e->type == EVD_ENTRY_ROLL || of_remote(l, e));
  evd_l_saw(l, EVD_L9_AT,
            e->type == EVD_ENTRY_DEVICE || e->type == EVD_ENTRY_PHASE ||
                e->type == EVD_ENTRY_TOTALS ||
                evd_rules_is_tally(&l->rules, index, e) ||
                (e->type == EVD_ENTRY_BALLOT && e->ballot.position > 0));
}

static bool apply(evd_logcheck *l, uint64_t index, const evd_l_entry *x) {
  evd_refusal why;
  evd_err err =
      evd_rules_apply_ahead(&l->rules, &x->read, &x->leaf, &x->ahead, &why);
  if (err == EVD_ERR_REFUSED) {
    if (why.code != EVD_L4)
      evd_l_saw(l, check_of(why.code), 1);
    evd_l_fault_at(l, check_of(why.code), index, x->read.e.type, why.what);
  }
  return evd_l_trouble(l, err) == EVD_OK;
}

/* The lines of the roll become credentials. */
static void take_roll(evd_logcheck *l, uint64_t index, const evd_entry *e) {
  enum { COMMIT = 1 };
  evd_refusal why;
  if (e->type != EVD_ENTRY_ROLL || e->roll.op != COMMIT)
    return;
  evd_err err =
      evd_board_object(l->how.files, "roll", &e->roll.roll, &l->object);
  if (evd_l_trouble(l, err) != EVD_OK) {
    l->lost = true; /* L.7 says so; without it nobody knows who may vote */
    return;
  }
  const evd_span roll = {l->object.p, l->object.n};
  l->view.roll_object = e->roll.roll;
  err = evd_rules_roll(&l->rules, e, roll, &why);
  l->lost = l->lost || err != EVD_OK;
  if (err == EVD_ERR_REFUSED)
    evd_l_fault_at(l, EVD_L6_AT, index, e->type, why.what);
  else if (evd_l_trouble(l, err) == EVD_OK)
    (void)evd_l_trouble(l, evd_logview_roll(l, roll));
}

static void note_close(evd_logcheck *l, const evd_entry *e) {
  enum { CLOSE = 2 };
  if (e->type == EVD_ENTRY_PHASE && e->phase.op == CLOSE && e->phase.site == 0)
    l->says_closed = true;
}

void evd_l04_entry(evd_logcheck *l, uint64_t index, const evd_l_entry *x) {
  const evd_entry_read *e = &x->read;
  evd_l_saw(l, EVD_L4_AT, 1);
  if (x->what) {
    evd_l_fault_at(l, EVD_L4_AT, index, 0, x->what);
    l->lost = l->lost || index == 0;
    l->rules.size = index + 1;
    return;
  }
  const bool taken = (index > 0 || evd_l04_begin(l, e)) && apply(l, index, x);
  l->lost = l->lost || (index == 0 && !taken);
  note_close(l, &e->e);
  l->rules.size = index + 1; /* also where an entry was refused */
  if (!taken)
    return;
  count(l, index, &e->e);
  evd_l07_objects(l, index, x);
  take_roll(l, index, &e->e);
  (void)evd_l_trouble(l, evd_logview_entry(l, index, e));
}
