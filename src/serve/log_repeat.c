/* Type and body stand in the log once; the same again is a repeat, at the place
 * where they stand. */
#include <string.h>

#include "hash/hash.h"
#include "serve/log_run.h"

/* What becomes of a ballot stands once by the rules themselves, whose row of
 * the ballot says where: most entries need no row of their own. */
static const evd_h32 *code_of(const evd_entry *e) {
  return e->type == EVD_ENTRY_BALLOT ? &e->ballot.H_C : evd_entry_choice(e);
}

bool evd_log_has_body_row(const evd_entry *e) { return !code_of(e); }

static void body_key(evd_h32 *out, const evd_entry_read *r) {
  uint8_t type = (uint8_t)r->e.type;
  evd_sha256 c;
  evd_digest_init(&c, "entry body");
  evd_sha256_add(&c, &type, 1);
  evd_sha256_add(&c, r->body.p, r->body.n);
  evd_sha256_out(&c, out);
}

evd_err evd_log_body_get(evd_log *log, const evd_entry_read *r, uint64_t *index,
                         bool *found) {
  evd_h32 key;
  body_key(&key, r);
  return evd_log_number_get(log, EVD_LOG_ROW_BODY, &key, index, found);
}

evd_err evd_log_body_put(evd_log *log, const evd_entry_read *r,
                         uint64_t index) {
  evd_h32 key;
  if (!evd_log_has_body_row(&r->e))
    return EVD_OK;
  body_key(&key, r);
  return evd_log_number_put(log, EVD_LOG_ROW_BODY, &key, index);
}

/* Has the entry at index this type and body? */
static evd_err same_body(evd_log *log, uint64_t index, const evd_entry_read *r,
                         bool *same) {
  evd_entry_read there;
  evd_buf b;
  const char *why = NULL;
  *same = false;
  evd_buf_init(&b, EVD_ENTRY_BYTES_MAX);
  evd_err e = evd_store_entry(log->store, index, &b);
  if (e == EVD_OK)
    e = evd_entry_parse(&there, (evd_span){b.p, b.n}, &why);
  if (e == EVD_OK)
    *same = there.e.type == r->e.type && there.body.n == r->body.n &&
            memcmp(there.body.p, r->body.p, r->body.n) == 0;
  evd_buf_close(&b);
  return e;
}

evd_err evd_log_find_repeat(evd_log *log, const evd_entry_read *r,
                            uint64_t *index, bool *found) {
  evd_row_ballot b;
  const evd_h32 *H_C = code_of(&r->e);
  if (!H_C)
    return evd_log_body_get(log, r, index, found);
  EVD_TRY(
      evd_store_row_get(log->store, EVD_ROW_BALLOT, H_C, &b, sizeof b, found));
  if (!*found)
    return EVD_OK;
  *index = r->e.type == EVD_ENTRY_BALLOT ? b.index : b.chosen;
  *found = *index != 0;
  return *found ? same_body(log, *index, r, found) : EVD_OK;
}

/* ---- another in its place ---- */

static evd_err row_found(evd_log *log, uint8_t about, const evd_h32 *key,
                         bool *found) {
  bool there = false;
  EVD_TRY(evd_store_row_get(log->store, about, key, NULL, 0, &there));
  *found = *found || there;
  return EVD_OK;
}

evd_err evd_log_find_conflict(evd_log *log, const evd_entry *e, bool *found) {
  evd_row_ballot b;
  const evd_h32 *H_C = &e->cast.H_C;
  *found = false;
  switch (e->type) {
  case EVD_ENTRY_BALLOT:
    EVD_TRY(row_found(log, EVD_ROW_ID_B, &e->ballot.id_B, found));
    EVD_TRY(row_found(log, EVD_ROW_OBJECT, &e->ballot.object.digest, found));
    return row_found(log, EVD_ROW_BALLOT, &e->ballot.H_C, found);
  case EVD_ENTRY_CHALLENGE:
    H_C = &e->challenge.H_C;
    break;
  case EVD_ENTRY_SPOIL:
    H_C = &e->spoil.H_C;
    break;
  case EVD_ENTRY_CAST:
    break;
  default:
    return EVD_OK;
  }
  EVD_TRY(
      evd_store_row_get(log->store, EVD_ROW_BALLOT, H_C, &b, sizeof b, found));
  *found = *found && b.state != EVD_BALLOT_SEALED;
  return EVD_OK;
}
