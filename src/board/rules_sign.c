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
           t->r->signatures_hold ||
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

evd_err evd_rules_signers(evd_taking *t) {
  evd_buf b;
  evd_buf_init(&b, EVD_ENTRY_BYTES_MAX + EVD_ORIGIN_BYTES_MAX + 128);
  evd_entry_message(&b, t->r->log.origin, &t->r->open_leaf,
                    t->read->signed_bytes);
  evd_err e = evd_buf_ok(&b) ? all(t, (evd_span){b.p, b.n}) : EVD_ERR_SPACE;
  evd_buf_close(&b);
  return e;
}

bool evd_by_admins(const evd_taking *t) {
  return t->by.n == t->r->admin_k && t->by.admins == t->by.n;
}
