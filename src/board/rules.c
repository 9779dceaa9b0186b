/* The order of the log until the count: phases, and what stands once. */
#include "board/rules.h"

#include <string.h>

#include "base/endian.h"
#include "board/rules_run.h"
#include "hash/hash.h"

evd_err evd_refuse(evd_taking *t, evd_l_code code, const char *what) {
  *t->why = (evd_refusal){code, what};
  return EVD_ERR_REFUSED;
}

/* ---- rows ---- */

bool evd_no_hash(const evd_h32 *h) {
  static const evd_h32 zeros;
  return memcmp(h->b, zeros.b, sizeof zeros.b) == 0;
}

evd_err evd_row_get(evd_rules *r, uint8_t about, const evd_h32 *key, void *row,
                    size_t n, bool *found) {
  return r->store.get(r->store.self, about, key, row, n, found);
}

evd_err evd_row_put(evd_rules *r, uint8_t about, const evd_h32 *key,
                    const void *row, size_t n) {
  return r->store.put(r->store.self, about, key, row, n);
}

void evd_once_key(evd_h32 *out, uint32_t type, const void *p, size_t n) {
  uint8_t number[4];
  evd_sha256 c;
  evd_digest_init(&c, "once");
  evd_be32_put(number, type);
  evd_sha256_add(&c, number, sizeof number);
  evd_sha256_add(&c, p, n);
  evd_sha256_out(&c, out);
}

evd_err evd_once_check(evd_taking *t, const evd_h32 *key, const char *what) {
  bool found = false;
  EVD_TRY(evd_row_get(t->r, EVD_ROW_ONCE, key, NULL, 0, &found));
  EVD_NEED(t, !found, EVD_L5, what);
  return EVD_OK;
}

evd_err evd_once_mark(evd_taking *t, const evd_h32 *key) {
  return evd_row_put(t->r, EVD_ROW_ONCE, key, NULL, 0);
}

evd_err evd_once(evd_taking *t, const void *p, size_t n, const char *what) {
  evd_h32 key;
  evd_once_key(&key, t->e->type, p, n);
  EVD_TRY(evd_once_check(t, &key, what));
  return evd_once_mark(t, &key);
}

evd_err evd_rules_credential(evd_rules *r, const evd_sign_key *credential,
                             uint32_t style, uint32_t weight) {
  evd_row_credential c;
  evd_h32 keyid = {{0}};
  bool found = false;
  evd_keyid(keyid.b, credential);
  EVD_TRY(evd_row_get(r, EVD_ROW_KEYID, &keyid, NULL, 0, &found));
  if (found || evd_board_key_find(&r->keys, keyid.b))
    return EVD_ERR_EXISTS;
  memset(&c, 0, sizeof c);
  c.style = style;
  c.weight = weight;
  c.active = 1;
  r->n_credentials++;
  EVD_TRY(
      evd_row_put(r, EVD_ROW_KEYID, &keyid, credential, sizeof *credential));
  return evd_row_put(r, EVD_ROW_CREDENTIAL, credential, &c, sizeof c);
}

/* ---- the course of the election ---- */

evd_err evd_need_admins(evd_taking *t) {
  EVD_NEED(t, evd_by_admins(t), EVD_L4, "expected the signatures of k admins");
  return EVD_OK;
}

static evd_err take_setup(evd_taking *t) {
  EVD_NEED(t, t->r->size == 0, EVD_L5, "SETUP stands at index 0 only");
  t->r->admin_k = t->e->setup.admin_k;
  evd_err e = evd_need_admins(t);
  if (e == EVD_OK)
    t->r->profile = t->e->setup.profile;
  else
    t->r->admin_k = 0;
  return e;
}

static evd_err open_all(evd_taking *t) {
  evd_rules *r = t->r;
  EVD_NEED(t, !r->open, EVD_L5, "the election is open");
  EVD_NEED(t, r->keys_published, EVD_L5, "before the keys");
  EVD_NEED(t, !r->facts.has_remote || r->roll_committed, EVD_L5,
           "before the roll is committed");
  r->open = true;
  r->open_leaf = *t->leaf;
  return EVD_OK;
}

static evd_err need_counts(evd_taking *t) {
  const evd_rules *r = t->r;
  const uint64_t told[EVD_BALLOT_STATES] = {0,
                                            t->e->phase.sealed,
                                            t->e->phase.cast,
                                            t->e->phase.challenged,
                                            t->e->phase.spoiled,
                                            t->e->phase.superseded,
                                            t->e->phase.refused};
  EVD_NEED(t, memcmp(told, r->counts, sizeof told) == 0, EVD_L9,
           "not the counts of the log");
  return EVD_OK;
}

/* Nothing about ballots from here to CLOSE: its counts are being signed. */
static evd_err stop_all(evd_taking *t) {
  EVD_NEED(t, t->r->open && !t->r->closed, EVD_L5, "the election is not open");
  EVD_NEED(t, !t->r->stopped, EVD_L5, "the election is stopped");
  t->r->stopped = true;
  return EVD_OK;
}

static evd_err close_all(evd_taking *t) {
  EVD_NEED(t, t->r->open && !t->r->closed, EVD_L5, "the election is not open");
  EVD_TRY(need_counts(t));
  t->r->closed = true;
  return EVD_OK;
}

static evd_err take_phase(evd_taking *t) {
  enum { OPEN = 1, STOP = 3 };
  uint8_t which[3] = {t->e->phase.op, (uint8_t)(t->e->phase.site >> 8),
                      (uint8_t)t->e->phase.site};
  bool opens = t->e->phase.op == OPEN;
  EVD_TRY(evd_need_admins(t));
  if (t->e->phase.op == STOP)
    return stop_all(t);
  if (t->e->phase.site == 0)
    return opens ? open_all(t) : close_all(t);
  EVD_NEED(t, t->r->open && !t->r->closed, EVD_L5,
           "sites open and close while the election is open");
  if (!opens)
    EVD_TRY(need_counts(t));
  return evd_once(t, which, sizeof which, "this site had this phase");
}

static evd_err take_ceremony(evd_taking *t) {
  enum { COMMIT = 1, REVEAL = 2, ACCEPT = 4 };
  uint8_t which[5], step = t->e->ceremony.step;
  EVD_NEED(t,
           t->by.n == 1 && t->by.guardians == 1 &&
               t->by.guardian == t->e->ceremony.guardian,
           EVD_L4, "expected the signature of this guardian");
  EVD_NEED(t, !t->r->keys_published || step > ACCEPT, EVD_L5,
           "after the ceremony");
  /* Who speaks last must not have seen what the others say. */
  EVD_NEED(t, step != COMMIT || !t->r->revealed, EVD_L5,
           "a commitment after a revealed key");
  evd_be32_put(which, t->e->ceremony.guardian);
  which[4] = step;
  if (step == COMMIT || step == REVEAL || step == ACCEPT)
    EVD_TRY(evd_once(t, which, sizeof which, "this guardian took this step"));
  t->r->revealed = t->r->revealed || step == REVEAL;
  t->r->n_accepts += step == ACCEPT;
  return EVD_OK;
}

static evd_err take_keys(evd_taking *t) {
  const evd_rules *r = t->r;
  EVD_NEED(t,
           t->by.guardians == r->facts.n_guardians &&
               t->by.admins == r->admin_k &&
               t->by.n == t->by.guardians + t->by.admins,
           EVD_L4, "expected the signatures of all guardians and k admins");
  EVD_NEED(t, !r->keys_published, EVD_L5, "the keys are published");
  EVD_NEED(t, r->n_accepts == r->facts.n_guardians, EVD_L5,
           "before every guardian accepted");
  t->r->keys_published = true;
  t->r->H_E = t->e->keys.H_E;
  return EVD_OK;
}

static evd_err take_totals(evd_taking *t) {
  uint8_t site[2] = {(uint8_t)(t->e->totals.site >> 8),
                     (uint8_t)t->e->totals.site};
  EVD_NEED(t,
           t->by.n == 1 && t->by.poll_workers == 1 &&
               t->by.site == t->e->totals.site,
           EVD_L4, "expected the signature of a poll worker of the site");
  EVD_NEED(t, t->r->open && !t->r->tallied, EVD_L5,
           "totals come between open and tally");
  EVD_TRY(evd_once(t, site, sizeof site, "the totals of this site are there"));
  t->r->has_totals = true;
  t->r->signed_in += t->e->totals.signed_in;
  return EVD_OK;
}

static evd_err take_notice(evd_taking *t) {
  EVD_TRY(evd_need_admins(t));
  evd_h32 key;
  uint8_t index[8];
  bool found = true;
  if (t->e->notice.supersedes != EVD_NO_INDEX) {
    evd_be64_put(index, t->e->notice.supersedes);
    evd_once_key(&key, EVD_ENTRY_NOTICE, index, sizeof index);
    EVD_TRY(evd_row_get(t->r, EVD_ROW_ONCE, &key, NULL, 0, &found));
  }
  EVD_NEED(t, found, EVD_L5, "supersedes no notice before it");
  evd_be64_put(index, t->r->size);
  evd_once_key(&key, EVD_ENTRY_NOTICE, index, sizeof index);
  return evd_once_mark(t, &key);
}

static evd_err by_role(evd_taking *t, uint32_t of_role, const char *what) {
  EVD_NEED(t, t->by.n == 1 && of_role == 1, EVD_L4, what);
  return EVD_OK;
}

static evd_err take(evd_taking *t) {
  switch (t->e->type) {
  case EVD_ENTRY_SETUP:
    return take_setup(t);
  case EVD_ENTRY_PHASE:
    return take_phase(t);
  case EVD_ENTRY_DEVICE:
    return evd_take_device(t);
  case EVD_ENTRY_BALLOT:
    return evd_take_ballot(t);
  case EVD_ENTRY_CAST:
    return evd_take_cast(t);
  case EVD_ENTRY_CHALLENGE:
    return evd_take_challenge(t);
  case EVD_ENTRY_SPOIL:
    return evd_take_spoil(t);
  case EVD_ENTRY_ADJUDICATE:
    return evd_take_adjudicate(t);
  case EVD_ENTRY_OPENING:
    return evd_take_opening(t);
  case EVD_ENTRY_TALLY:
    return evd_take_tally(t);
  case EVD_ENTRY_SHARE:
    return evd_take_share(t);
  case EVD_ENTRY_RESULT:
    return evd_take_result(t);
  case EVD_ENTRY_TOTALS:
    return take_totals(t);
  case EVD_ENTRY_AUDIT:
    return by_role(t, t->by.audits, "expected a key of the audit board");
  case EVD_ENTRY_NOTICE:
    return take_notice(t);
  case EVD_ENTRY_RELEASE:
    return by_role(t, t->by.releases, "expected a release key");
  case EVD_ENTRY_KEY:
    return evd_take_key(t);
  case EVD_ENTRY_ALARM:
    return by_role(t, t->by.monitors, "expected the key of a monitor");
  case EVD_ENTRY_ATTEST:
    return evd_take_attest(t);
  case EVD_ENTRY_CEREMONY:
    return take_ceremony(t);
  case EVD_ENTRY_KEYS:
    return take_keys(t);
  case EVD_ENTRY_ROLL:
    return evd_take_roll(t);
  case EVD_ENTRY_MAIL_CAST:
    return evd_take_mail_cast(t);
  case EVD_ENTRY_CONTEST_DATA:
    return evd_take_contest_data(t);
  }
  return evd_refuse(t, EVD_L4, "no type of entry has this number");
}

evd_err evd_rules_init(evd_rules *r, const evd_rules_facts *facts,
                       const evd_board_keys *keys, const evd_rules_store *store,
                       const evd_rules_log *log, evd_arena *a) {
  memset(r, 0, sizeof *r);
  r->facts = *facts;
  r->keys = *keys;
  r->n_listed = keys->n;
  r->store = *store;
  r->log = *log;
  r->chains = evd_arena_get(a, facts->n_devices, sizeof *r->chains);
  return r->chains || facts->n_devices == 0 ? EVD_OK : EVD_ERR_SPACE;
}

evd_err evd_rules_apply(evd_rules *r, const evd_entry_read *e,
                        const evd_h32 *leaf, evd_refusal *why) {
  return evd_rules_apply_ahead(r, e, leaf, NULL, why);
}

evd_err evd_rules_apply_ahead(evd_rules *r, const evd_entry_read *e,
                              const evd_h32 *leaf,
                              const evd_rules_signed *ahead, evd_refusal *why) {
  evd_taking t = {
      .r = r, .e = &e->e, .read = e, .leaf = leaf, .ahead = ahead, .why = why};
  *why = (evd_refusal){EVD_L_NONE, NULL};
  EVD_NEED(&t, r->size > 0 || e->e.type == EVD_ENTRY_SETUP, EVD_L5,
           "the first entry is SETUP");
  EVD_NEED(&t, e->e.slot >= r->slot, EVD_L4,
           "an earlier slot than the entry before");
  EVD_TRY(evd_rules_signers(&t));
  EVD_TRY(take(&t));
  r->slot = e->e.slot;
  r->size++;
  return EVD_OK;
}
