/* Which rows a batch will ask for: they are read at once, where the database is
 * far away. A hint: what is missing here is read when it is asked for. */
#include <string.h>

#include "serve/log_order.h"

static evd_err want_keys(evd_log *log, const evd_entry_read *r) {
  for (uint32_t i = 0; i < r->n_sigs; i++) {
    evd_entry_sig s;
    evd_h32 key = {{0}};
    evd_entry_sig_get(&s, r, i);
    if (evd_board_key_find(&log->rules.keys, s.keyid))
      continue;
    memcpy(key.b, s.keyid, sizeof s.keyid);
    EVD_TRY(evd_store_row_want(log->store, EVD_ROW_KEYID, &key));
  }
  return EVD_OK;
}

static evd_err want_ballot(evd_log *log, const evd_entry *e) {
  EVD_TRY(evd_store_row_want(log->store, EVD_ROW_ID_B, &e->ballot.id_B));
  EVD_TRY(
      evd_store_row_want(log->store, EVD_ROW_OBJECT, &e->ballot.object.digest));
  return evd_store_row_want(log->store, EVD_ROW_BALLOT, &e->ballot.H_C);
}

static evd_err want(evd_log *log, const evd_entry *e) {
  const evd_h32 *H_C =
      e->type == EVD_ENTRY_OPENING ? &e->opening.H_C : evd_entry_choice(e);
  if (e->type == EVD_ENTRY_BALLOT)
    return want_ballot(log, e);
  if (e->type == EVD_ENTRY_CAST)
    EVD_TRY(evd_store_row_want(log->store, EVD_ROW_CREDENTIAL,
                               &e->cast.credential));
  return H_C ? evd_store_row_want(log->store, EVD_ROW_BALLOT, H_C) : EVD_OK;
}

/* The voter of a ballot: whose keyid it is has been read by then. */
static evd_err want_voter(evd_log *log, const evd_entry_read *r) {
  evd_entry_sig s;
  evd_h32 key = {{0}};
  evd_sign_key voter;
  bool found = false;
  if (r->e.type != EVD_ENTRY_BALLOT || r->n_sigs != 1)
    return EVD_OK;
  evd_entry_sig_get(&s, r, 0);
  if (evd_board_key_find(&log->rules.keys, s.keyid))
    return EVD_OK;
  memcpy(key.b, s.keyid, sizeof s.keyid);
  EVD_TRY(evd_store_row_get(log->store, EVD_ROW_KEYID, &key, &voter,
                            sizeof voter, &found));
  return found ? evd_store_row_want(log->store, EVD_ROW_CREDENTIAL, &voter)
               : EVD_OK;
}

evd_err evd_log_want(evd_log *log, const evd_log_batch *b) {
  if (!log->has_rules || b->n == 1)
    return EVD_OK;
  for (uint32_t i = 0; i < b->n; i++) {
    EVD_TRY(want(log, &b->order[i]->read.e));
    EVD_TRY(want_keys(log, &b->order[i]->read));
  }
  for (uint32_t i = 0; i < b->n; i++)
    EVD_TRY(want_voter(log, &b->order[i]->read));
  return EVD_OK;
}
