/* Signatures of an entry: whose they are, and that they hold. */
#include <string.h>

#include "board/rules_run.h"
#include "sign/sign.h"

/* The key that TALLY and ATTEST name; NULL for the others. */
static const evd_sign_key *named_key(const evd_entry *e) {
  if (e->type == EVD_ENTRY_TALLY)
    return &e->tally.key;
  return e->type == EVD_ENTRY_ATTEST ? &e->attest.key : NULL;
}

/* Voters sign what is about their ballots, and nothing else. */
static bool of_voters(evd_entry_type type) {
  return type == EVD_ENTRY_BALLOT || type == EVD_ENTRY_CAST ||
         type == EVD_ENTRY_CHALLENGE || type == EVD_ENTRY_SPOIL ||
         type == EVD_ENTRY_OPENING || type == EVD_ENTRY_MAIL_CAST;
}

static void count_role(evd_signers *by, const evd_board_key *key) {
  by->admins += key->role == EVD_ROLE_ADMIN;
  by->guardians += key->role == EVD_ROLE_GUARDIAN;
  by->devices += key->role == EVD_ROLE_DEVICE;
  by->poll_workers += key->role == EVD_ROLE_POLL_WORKER;
  by->registrars += key->role == EVD_ROLE_REGISTRAR;
  by->audits += key->role == EVD_ROLE_AUDIT;
  by->releases += key->role == EVD_ROLE_RELEASE;
  by->monitors += key->role == EVD_ROLE_MONITOR;
  if (key->role == EVD_ROLE_GUARDIAN)
    by->guardian = key->index;
  if (key->role == EVD_ROLE_DEVICE)
    by->device = key->index;
  if (key->role == EVD_ROLE_POLL_WORKER)
    by->site = key->index;
}

/* A voter's key: by its first 8 bytes, which no two on the roll share. */
static evd_err find_voter(evd_taking *t, const uint8_t *keyid,
                          evd_sign_key *out, bool *found) {
  evd_h32 key = {{0}};
  memcpy(key.b, keyid, EVD_KEYID_BYTES);
  return evd_row_get(t->r, EVD_ROW_KEYID, &key, out, sizeof *out, found);
}

static evd_err find_key(evd_taking *t, const uint8_t *keyid, evd_sign_key *out,
                        bool *found) {
  const evd_sign_key *named = named_key(t->e);
  uint8_t named_id[EVD_KEYID_BYTES];
  *found = false;
  if (named) {
    evd_keyid(named_id, named);
    *out = *named;
    *found = memcmp(named_id, keyid, sizeof named_id) == 0;
    return EVD_OK;
  }
  const evd_board_key *key = evd_board_key_find(&t->r->keys, keyid);
  if (key) {
    count_role(&t->by, key);
    *out = key->key;
    *found = true;
    return EVD_OK;
  }
  if (!of_voters(t->e->type))
    return EVD_OK;
  EVD_TRY(find_voter(t, keyid, out, found));
  t->by.credentials += *found;
  return EVD_OK;
}

/* Was it verified before, under the key and the OPEN that hold now? */
static bool held_before(const evd_taking *t, uint32_t i) {
  const evd_rules_signed *s = t->ahead;
  return s && i < s->n &&
         memcmp(&s->open_leaf, &t->r->open_leaf, sizeof s->open_leaf) == 0 &&
         memcmp(&s->keys[i], &t->by.last, sizeof s->keys[i]) == 0;
}

static evd_err one(evd_taking *t, uint32_t i,
                   const uint8_t before[EVD_KEYID_BYTES], evd_span message) {
  evd_entry_sig s;
  bool found = false;
  evd_entry_sig_get(&s, t->read, i);
  EVD_NEED(t, i == 0 || memcmp(before, s.keyid, EVD_KEYID_BYTES) < 0, EVD_L4,
           "signatures do not ascend by keyid");
  EVD_TRY(find_key(t, s.keyid, &t->by.last, &found));
  EVD_NEED(t, found, EVD_L4, "signed by a key that is not in force");
  EVD_NEED(t,
           t->r->signatures_hold || held_before(t, i) ||
               evd_ed25519_verify_var(t->by.last.b, s.sig, message),
           EVD_L4, "a signature does not hold");
  t->by.n++;
  return EVD_OK;
}

static evd_err all(evd_taking *t, evd_span message) {
  evd_entry_sig before = {{0}, 0, {0}};
  for (uint32_t i = 0; i < t->read->n_sigs; i++) {
    if (i > 0)
      evd_entry_sig_get(&before, t->read, i - 1);
    EVD_TRY(one(t, i, before.keyid, message));
  }
  return EVD_OK;
}

static void make_message(evd_buf *out, const evd_rules *r,
                         const evd_entry_read *e) {
  evd_buf_init(out, EVD_ENTRY_BYTES_MAX + EVD_ORIGIN_BYTES_MAX + 128);
  evd_entry_message(out, r->log.origin, &r->open_leaf, e->signed_bytes);
}

evd_err evd_rules_signers(evd_taking *t) {
  evd_buf b;
  if (t->r->signatures_hold)
    return all(t, (evd_span){NULL, 0});
  make_message(&b, t->r, t->read);
  evd_err e = evd_buf_ok(&b) ? all(t, (evd_span){b.p, b.n}) : EVD_ERR_SPACE;
  evd_buf_close(&b);
  return e;
}

/* ---- before their turn ---- */

bool evd_rules_changes_keys(const evd_entry *e) {
  return e->type == EVD_ENTRY_SETUP || e->type == EVD_ENTRY_PHASE ||
         e->type == EVD_ENTRY_ROLL || e->type == EVD_ENTRY_KEY;
}

static evd_err ahead(evd_taking *t, evd_rules_signed *out, evd_span message) {
  for (uint32_t i = 0; i < t->read->n_sigs && i < EVD_SIGNED_AHEAD; i++) {
    evd_entry_sig s;
    bool found = false;
    evd_entry_sig_get(&s, t->read, i);
    EVD_TRY(find_key(t, s.keyid, &t->by.last, &found));
    if (!found || !(t->r->signatures_hold ||
                    evd_ed25519_verify_var(t->by.last.b, s.sig, message)))
      break; /* it is looked at again in its turn, and said */
    out->keys[out->n++] = t->by.last;
  }
  return EVD_OK;
}

evd_err evd_rules_verify_ahead(evd_rules_signed *out, evd_rules *r,
                               const evd_entry_read *e) {
  evd_taking t = {.r = r, .e = &e->e, .read = e};
  evd_buf b;
  out->n = 0;
  out->open_leaf = r->open_leaf;
  make_message(&b, r, e);
  evd_err err =
      evd_buf_ok(&b) ? ahead(&t, out, (evd_span){b.p, b.n}) : EVD_ERR_SPACE;
  evd_buf_close(&b);
  return err;
}

bool evd_by_admins(const evd_taking *t) {
  return t->by.n == t->r->admin_k && t->by.admins == t->by.n;
}
