/* The count, who takes part in it, and what somebody says that he has seen. */
#include <string.h>

#include "base/endian.h"
#include "board/rules_run.h"

/* A head is one that this log had. */
static evd_err need_head(evd_taking *t, const evd_log_head *head) {
  evd_h32 root;
  const evd_rules_log *log = &t->r->log;
  EVD_NEED(t, head->size <= t->r->size, EVD_L5,
           "a head that the log has not reached");
  EVD_TRY(log->root(log->self, head->size, &root));
  EVD_NEED(t, memcmp(root.b, head->root.b, sizeof root.b) == 0, EVD_L5,
           "a head with another root than the log had at its size");
  return EVD_OK;
}

/* Anybody may say what the tally is; these make it. */
static bool by_who_counts(const evd_taking *t) {
  uint8_t keyid[EVD_KEYID_BYTES];
  const evd_sign_key *named = &t->e->tally.key;
  evd_keyid(keyid, named);
  const evd_board_key *k = evd_board_key_find(&t->r->keys, keyid);
  return k && memcmp(k->key.b, named->b, sizeof named->b) == 0 &&
         (k->role == EVD_ROLE_ADMIN || k->role == EVD_ROLE_GUARDIAN);
}

evd_err evd_take_tally(evd_taking *t) {
  evd_rules *r = t->r;
  EVD_NEED(t, t->by.n == 1, EVD_L4, "expected the signature of its key");
  EVD_NEED(t, r->closed, EVD_L5, "before close");
  EVD_TRY(need_head(t, &t->e->tally.head));
  if (r->tallied || !by_who_counts(t))
    return EVD_OK;
  EVD_NEED(t, !r->has_totals || r->cast_on_site <= r->signed_in, EVD_L9,
           "more ballots cast than voters signed in");
  r->tallied = true;
  r->tally_at = r->size;
  return EVD_OK;
}

bool evd_rules_is_tally(const evd_rules *r, uint64_t index,
                        const evd_entry *e) {
  return e->type == EVD_ENTRY_TALLY && r->tallied && r->tally_at == index;
}

evd_err evd_take_share(evd_taking *t) {
  uint8_t which[5];
  EVD_NEED(t,
           t->by.n == 1 && t->by.guardians == 1 &&
               t->by.guardian == t->e->share.guardian,
           EVD_L4, "expected the signature of this guardian");
  EVD_NEED(t, t->r->tallied, EVD_L5, "before the tally");
  EVD_TRY(need_head(t, &t->e->share.head));
  EVD_NEED(t, t->e->share.head.size > t->r->tally_at, EVD_L5,
           "its head does not hold the tally");
  evd_be32_put(which, t->e->share.guardian);
  which[4] = t->e->share.step;
  return evd_once(t, which, sizeof which, "this guardian took this step");
}

evd_err evd_take_result(evd_taking *t) {
  EVD_NEED(t,
           t->by.admins == t->r->admin_k &&
               t->by.guardians >= t->r->facts.quorum &&
               t->by.n == t->by.admins + t->by.guardians,
           EVD_L4, "expected the signatures of k admins and k guardians");
  EVD_NEED(t, t->r->tallied, EVD_L5, "before the tally");
  EVD_NEED(t, !t->r->resulted, EVD_L5, "the result is there");
  t->r->resulted = true;
  return EVD_OK;
}

evd_err evd_take_contest_data(evd_taking *t) {
  EVD_TRY(evd_need_admins(t));
  EVD_NEED(t, t->r->resulted, EVD_L5, "before the result");
  EVD_NEED(t, !t->r->data_published, EVD_L5, "the contest data are there");
  t->r->data_published = true;
  return EVD_OK;
}

evd_err evd_take_attest(evd_taking *t) {
  uint8_t which[32 + 8 + 32];
  EVD_NEED(t, t->by.n == 1, EVD_L4, "expected the signature of its key");
  EVD_TRY(need_head(t, &t->e->attest.head));
  memcpy(which, t->e->attest.key.b, 32);
  evd_be64_put(which + 32, t->e->attest.head.size);
  memcpy(which + 40, t->e->attest.head.root.b, 32);
  return evd_once(t, which, sizeof which, "this key attested this head");
}
