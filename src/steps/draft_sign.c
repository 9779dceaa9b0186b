/* Whose signatures an entry asks for, and making them. */
#include <stdio.h>
#include <string.h>

#include "sign/sign.h"
#include "steps/draft.h"

/* Role 0: the one key that a voter's entry, or one that names its key, has. */
#define ANY_INDEX UINT32_MAX
enum { NEEDS_MAX = 2, OWN_KEY = 0 };
#define MESSAGE_BYTES_MAX                                                      \
  (EVD_ENTRY_BYTES_MAX + EVD_ORIGIN_BYTES_MAX + (size_t)128)

typedef struct {
  uint32_t role, index, n;
  const evd_board_key *or_this; /* counts as well; NULL: none */
} need;

static uint32_t one_need(need out[], uint32_t role, uint32_t index,
                         uint32_t n) {
  out[0] = (need){role, index, n, NULL};
  return 1;
}

static uint32_t and_admins(need out[], uint32_t role, uint32_t n,
                           const evd_draft_frame *f) {
  out[0] = (need){role, ANY_INDEX, n, NULL};
  out[1] = (need){EVD_ROLE_ADMIN, ANY_INDEX, f->admin_k, NULL};
  return 2;
}

/* k admins; where a key goes, it signs, too, or one admin more. */
static uint32_t key_needs(need out[], const evd_entry *e,
                          const evd_draft_frame *f) {
  enum { ADD = 1 };
  evd_board_key key = {.role = (evd_role)e->key.role, .index = e->key.index};
  evd_keyid(key.keyid, &e->key.key);
  const evd_board_key *goes = e->key.op == ADD
                                  ? evd_board_key_before(f->keys, &key)
                                  : evd_board_key_find(f->keys, key.keyid);
  out[0] = (need){EVD_ROLE_ADMIN, ANY_INDEX, f->admin_k + (goes != NULL), goes};
  return 1;
}

/* The column "signed by" of doc/board-format.md section 3. */
static uint32_t needs(need out[NEEDS_MAX], const evd_entry *e,
                      const evd_draft_frame *f) {
  switch (e->type) {
  case EVD_ENTRY_SETUP:
  case EVD_ENTRY_PHASE:
  case EVD_ENTRY_ADJUDICATE:
  case EVD_ENTRY_NOTICE:
  case EVD_ENTRY_CONTEST_DATA:
    return one_need(out, EVD_ROLE_ADMIN, ANY_INDEX, f->admin_k);
  case EVD_ENTRY_KEY:
    return key_needs(out, e, f);
  case EVD_ENTRY_DEVICE:
    out[0] = (need){EVD_ROLE_DEVICE, e->device.device, 1, NULL};
    out[1] = (need){EVD_ROLE_POLL_WORKER, ANY_INDEX, 1, NULL};
    return 2;
  case EVD_ENTRY_SHARE:
    return one_need(out, EVD_ROLE_GUARDIAN, e->share.guardian, 1);
  case EVD_ENTRY_CEREMONY:
    return one_need(out, EVD_ROLE_GUARDIAN, e->ceremony.guardian, 1);
  case EVD_ENTRY_RESULT:
    return and_admins(out, EVD_ROLE_GUARDIAN, f->quorum, f);
  case EVD_ENTRY_KEYS:
    return and_admins(out, EVD_ROLE_GUARDIAN, f->n_guardians, f);
  case EVD_ENTRY_ROLL:
    return and_admins(out, EVD_ROLE_REGISTRAR, 1, f);
  case EVD_ENTRY_TOTALS:
    return one_need(out, EVD_ROLE_POLL_WORKER, e->totals.site, 1);
  case EVD_ENTRY_AUDIT:
    return one_need(out, EVD_ROLE_AUDIT, ANY_INDEX, 1);
  case EVD_ENTRY_RELEASE:
    return one_need(out, EVD_ROLE_RELEASE, ANY_INDEX, 1);
  case EVD_ENTRY_ALARM:
    return one_need(out, EVD_ROLE_MONITOR, ANY_INDEX, 1);
  case EVD_ENTRY_SPOIL:
    return f->spoiled_by_admins
               ? one_need(out, EVD_ROLE_ADMIN, ANY_INDEX, f->admin_k)
               : one_need(out, OWN_KEY, ANY_INDEX, 1);
  default: /* BALLOT and what follows it, TALLY, ATTEST */
    return one_need(out, OWN_KEY, ANY_INDEX, 1);
  }
}

/* ---- who has signed ---- */

static bool counts_for(const need *w, const evd_draft_frame *f,
                       const uint8_t keyid[EVD_KEYID_BYTES]) {
  if (w->role == OWN_KEY)
    return true;
  if (w->or_this && memcmp(w->or_this->keyid, keyid, EVD_KEYID_BYTES) == 0)
    return true;
  const evd_board_key *k = evd_board_key_find(f->keys, keyid);
  return k && k->role == w->role &&
         (w->index == ANY_INDEX || w->index == k->index);
}

static uint32_t have(const evd_draft *d, const need *w,
                     const evd_draft_frame *f) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < d->n_sigs; i++)
    n += counts_for(w, f, d->sigs[i].keyid);
  return n;
}

static const char *role_word(uint32_t role) {
  return role == OWN_KEY ? "its own key" : evd_role_word((evd_role)role);
}

uint32_t evd_draft_missing(evd_buf *out, const evd_draft *d,
                           const evd_draft_frame *f) {
  need w[NEEDS_MAX];
  char text[64];
  uint32_t missing = 0, n = needs(w, &d->e, f);
  for (uint32_t i = 0; i < n; i++) {
    uint32_t there = have(d, &w[i], f);
    if (there >= w[i].n)
      continue;
    (void)snprintf(text, sizeof text, "%s%u %s%s", missing ? ", " : "",
                   w[i].n - there, role_word(w[i].role),
                   w[i].or_this ? " (the key that goes counts as one)" : "");
    evd_buf_text(out, text);
    missing += w[i].n - there;
  }
  return missing;
}

/* ---- signing ---- */

static void message_of(evd_buf *b, const evd_draft *d,
                       const evd_draft_frame *f) {
  evd_buf_init(b, MESSAGE_BYTES_MAX);
  evd_entry_message(b, f->origin, &f->open, d->signed_bytes);
}

static evd_err refuse_needless(const evd_draft *d, const evd_draft_frame *f,
                               const uint8_t keyid[EVD_KEYID_BYTES],
                               const char *who) {
  need w[NEEDS_MAX];
  uint32_t n = needs(w, &d->e, f);
  const char *name = evd_entry_name(d->e.type);
  for (uint32_t i = 0; i < d->n_sigs; i++)
    if (memcmp(d->sigs[i].keyid, keyid, EVD_KEYID_BYTES) == 0)
      return evd_complain(EVD_ERR_EXISTS, "%s has signed %s already", who,
                          name);
  for (uint32_t i = 0; i < n; i++) {
    if (!counts_for(&w[i], f, keyid))
      continue;
    if (have(d, &w[i], f) < w[i].n)
      return EVD_OK;
    return evd_complain(EVD_ERR_REFUSED,
                        "%s is not signed by %s: it has all signatures of the "
                        "role %s that it asks for",
                        name, who, role_word(w[i].role));
  }
  return evd_complain(EVD_ERR_REFUSED,
                      "%s is not signed by %s: its role in the list of keys is "
                      "another, or it is not there",
                      name, who);
}

static void insert(evd_draft *d, const evd_entry_sig *s) {
  uint32_t at = d->n_sigs++;
  while (at > 0 &&
         memcmp(s->keyid, d->sigs[at - 1].keyid, EVD_KEYID_BYTES) < 0) {
    d->sigs[at] = d->sigs[at - 1];
    at--;
  }
  d->sigs[at] = *s;
}

evd_err evd_draft_sign_by(evd_draft *d, const evd_draft_frame *f,
                          const evd_draft_signer *by, const char *who) {
  evd_entry_sig s = {.alg = EVD_ALG_ED25519};
  evd_buf b;
  evd_keyid(s.keyid, &by->key);
  EVD_TRY(refuse_needless(d, f, s.keyid, who));
  if (d->n_sigs == EVD_SIGNATURES_MAX)
    return evd_complain(EVD_ERR_SPACE, "no entry has more signatures");
  message_of(&b, d, f);
  evd_err e = evd_buf_ok(&b) ? EVD_OK : EVD_ERR_SPACE;
  if (e == EVD_OK)
    e = by->sign(by->self, s.sig, (evd_span){b.p, b.n});
  /* One made on a faulty processor could give the seed away. */
  if (e == EVD_OK &&
      !evd_ed25519_verify_var(by->key.b, s.sig, (evd_span){b.p, b.n}))
    e = EVD_ERR_PROOF;
  evd_buf_close(&b);
  if (e == EVD_OK)
    insert(d, &s);
  else
    e = evd_complain(e, "%s could not be signed: %s", evd_entry_name(d->e.type),
                     evd_err_text(e));
  return e;
}

typedef struct {
  const uint8_t *seed; /* SECRET */
} seed_of;

static evd_err sign_here(void *self, uint8_t sig[64], evd_span message) {
  const seed_of *own = self;
  evd_signer_sign(sig, own->seed, message);
  return EVD_OK;
}

evd_err evd_draft_sign(evd_draft *d, const evd_draft_frame *f,
                       const uint8_t seed[EVD_SEED_BYTES], const char *who) {
  seed_of own = {seed};
  evd_draft_signer by = {.self = &own, .sign = sign_here};
  evd_signer_public(&by.key, seed);
  return evd_draft_sign_by(d, f, &by, who);
}

/* ---- signatures that others made ---- */

static evd_err check_one(const evd_draft *d, const evd_draft_frame *f,
                         uint32_t i, evd_span message, const char *where) {
  need w[NEEDS_MAX];
  uint32_t n = needs(w, &d->e, f);
  const evd_entry_sig *s = &d->sigs[i];
  const evd_board_key *k = evd_board_key_find(f->keys, s->keyid);
  if (n > 0 && w[0].role == OWN_KEY)
    return EVD_OK; /* whose key that is knows the log */
  if (i > 0 && memcmp(d->sigs[i - 1].keyid, s->keyid, EVD_KEYID_BYTES) >= 0)
    return evd_complain(EVD_ERR_RULE, "%s: signatures do not ascend by keyid",
                        where);
  if (k && evd_ed25519_verify_var(k->key.b, s->sig, message))
    return EVD_OK;
  return evd_complain(EVD_ERR_PROOF,
                      "%s: signature %u is not one of a listed key for this "
                      "log",
                      where, i + 1);
}

evd_err evd_draft_check(const evd_draft *d, const evd_draft_frame *f,
                        const char *where) {
  evd_buf b;
  message_of(&b, d, f);
  evd_err e = evd_buf_ok(&b) ? EVD_OK : EVD_ERR_SPACE;
  for (uint32_t i = 0; i < d->n_sigs && e == EVD_OK; i++)
    e = check_one(d, f, i, (evd_span){b.p, b.n}, where);
  evd_buf_close(&b);
  return e;
}
