/* KEY: who signs comes, goes, and is replaced. */
#include "board/facts.h"
#include "board/rules_run.h"

#include <string.h>

static bool same_key(const evd_board_key *a, const evd_board_key *b) {
  return a->role == b->role && a->index == b->index &&
         memcmp(a->box_key.b, b->box_key.b, sizeof a->box_key.b) == 0;
}

static evd_err revoke(evd_taking *t, const evd_board_key *key) {
  const evd_board_key *there = evd_board_key_find(&t->r->keys, key->keyid);
  EVD_NEED(t, there && same_key(there, key), EVD_L5,
           "no key in force has this role, index and keys");
  return evd_board_key_revoke(&t->r->keys, &key->key);
}

/* k admins and the key that goes, or one admin more where it is lost. */
static evd_err need_leave(evd_taking *t, const evd_board_key *goes) {
  uint32_t k = t->r->admin_k;
  bool itself = false;
  evd_entry_sig s;
  for (uint32_t i = 0; goes && i < t->read->n_sigs; i++) {
    evd_entry_sig_get(&s, t->read, i);
    itself = itself || memcmp(s.keyid, goes->keyid, sizeof s.keyid) == 0;
  }
  EVD_NEED(t,
           t->by.n == k + 1 &&
               (t->by.admins == k + 1 || (t->by.admins == k && itself)),
           EVD_L4, "expected k admins and the key itself or one admin more");
  return EVD_OK;
}

evd_err evd_take_key(evd_taking *t) {
  enum { ADD = 1 };
  evd_board_key key;
  memset(&key, 0, sizeof key);
  key.role = (evd_role)t->e->key.role;
  key.index = t->e->key.index;
  key.key = t->e->key.key;
  key.box_key = t->e->key.box_key;
  evd_keyid(key.keyid, &key.key);
  EVD_NEED(t, evd_key_of_election(&t->r->facts, &key), EVD_L4,
           "the index is not one of its role");
  if (t->e->key.op != ADD) {
    EVD_TRY(need_leave(t, evd_board_key_find(&t->r->keys, key.keyid)));
    return revoke(t, &key);
  }
  const evd_board_key *goes = evd_board_key_before(&t->r->keys, &key);
  if (goes)
    EVD_TRY(need_leave(t, goes));
  else
    EVD_TRY(evd_need_admins(t));
  const evd_h32 old = goes ? goes->key : key.key;
  EVD_NEED(t, evd_board_key_add(&t->r->keys, &key) == EVD_OK, EVD_L5,
           "this key, or one with its keyid, was there");
  return goes ? evd_board_key_revoke(&t->r->keys, &old) : EVD_OK;
}
