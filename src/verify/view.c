/* Rows of the record as they come with the log.
 *
 * What a file of the record is made of: doc/board-format.md section 8.
 */
#include <string.h>

#include "base/endian.h"
#include "verify/logcheck_run.h"

#define ROWS_BYTES ((size_t)1 << 20) /* sorted in memory, of each kind */

evd_err evd_logview_begin(evd_logcheck *l) {
  evd_logview *v = &l->view;
  evd_scratch *s = l->how.scratch;
  EVD_TRY(
      evd_sorter_init(&v->ballots, s, l->a, EVD_VIEW_BALLOT_BYTES, ROWS_BYTES));
  EVD_TRY(
      evd_sorter_init(&v->states, s, l->a, EVD_VIEW_STATE_BYTES, ROWS_BYTES));
  EVD_TRY(evd_sorter_init(&v->roll, s, l->a, EVD_VIEW_ROLL_BYTES, ROWS_BYTES));
  EVD_TRY(
      evd_sorter_init(&v->opened, s, l->a, EVD_VIEW_OPENED_BYTES, ROWS_BYTES));
  EVD_TRY(
      evd_sorter_init(&v->mail_cast, s, l->a, EVD_VIEW_MAIL_BYTES, ROWS_BYTES));
  return evd_sorter_init(&v->mail_opened, s, l->a, EVD_VIEW_OPENED_BYTES,
                         ROWS_BYTES);
}

void evd_logview_close(evd_logview *v) {
  evd_buf_close(&v->line);
  evd_buf_close(&v->data);
  evd_sorter_close(&v->ballots);
  evd_sorter_close(&v->states);
  evd_sorter_close(&v->roll);
  evd_sorter_close(&v->opened);
  evd_sorter_close(&v->mail_opened);
  evd_sorter_close(&v->mail_cast);
  evd_index_close(&v->by_device);
}

/* ---- an entry that was taken ---- */

static void put_ref(uint8_t *row, const evd_object_ref *ref) {
  memcpy(row, ref->digest.b, sizeof ref->digest.b);
  evd_be32_put(row + sizeof ref->digest.b, ref->length);
}

void evd_logview_ref(const uint8_t *row, evd_object_ref *out) {
  memcpy(out->digest.b, row, sizeof out->digest.b);
  out->length = evd_be32_get(row + sizeof out->digest.b);
}

static evd_err add_ballot(evd_logcheck *l, uint64_t index, const evd_entry *e) {
  uint8_t row[EVD_VIEW_BALLOT_BYTES];
  evd_be32_put(row, e->ballot.device);
  evd_be64_put(row + EVD_VIEW_BALLOT_KEY, index);
  put_ref(row + EVD_VIEW_BALLOT_REF_AT, &e->ballot.object);
  return evd_sorter_add(&l->view.ballots, row);
}

evd_err evd_logview_ballot(const evd_logcheck *l, const evd_h32 *H_C,
                           evd_row_ballot *b) {
  bool found = false;
  const evd_rules_store *s = &l->rules.store;
  EVD_TRY(s->get(s->self, EVD_ROW_BALLOT, H_C, b, sizeof *b, &found));
  return found ? EVD_OK : EVD_ERR_RULE; /* the rules took it */
}

static bool by_mail(const evd_logcheck *l, const evd_row_ballot *b) {
  return l->rules.facts.devices[b->device - 1].mode == EVD_MODE_MAIL;
}

/* Those of a guardian stand first. */
static evd_err add_opening(evd_logcheck *l, const evd_entry_read *e) {
  uint8_t row[EVD_VIEW_OPENED_BYTES], keyid[EVD_KEYID_BYTES];
  evd_row_ballot b;
  EVD_TRY(evd_logview_ballot(l, &e->e.opening.H_C, &b));
  if (e->n_sigs == 0)
    return EVD_ERR_RULE; /* the rules took it */
  evd_keyid(keyid, &b.signer);
  memcpy(row, b.id_B.b, sizeof b.id_B.b);
  row[sizeof b.id_B.b] = memcmp(e->sigs, keyid, sizeof keyid) == 0;
  put_ref(row + EVD_VIEW_OPENED_REF_AT, &e->e.opening.object);
  return evd_sorter_add(by_mail(l, &b) ? &l->view.mail_opened : &l->view.opened,
                        row);
}

static evd_err add_mail_cast(evd_logcheck *l, const evd_entry *e) {
  uint8_t row[EVD_VIEW_MAIL_BYTES];
  const evd_h32 *H_C = &e->mail_cast.H_C;
  evd_row_ballot b;
  EVD_TRY(evd_logview_ballot(l, H_C, &b));
  memcpy(row, b.id_B.b, sizeof b.id_B.b);
  memcpy(row + EVD_VIEW_MAIL_CODE_AT, H_C->b, sizeof H_C->b);
  put_ref(row + EVD_VIEW_MAIL_REF_AT, &e->mail_cast.object);
  return evd_sorter_add(&l->view.mail_cast, row);
}

static void take_setup(evd_logview *v, const evd_entry *e) {
  v->parameters = e->setup.parameters;
  v->manifest = e->setup.manifest;
  v->texts = e->setup.texts;
}

evd_err evd_logview_entry(evd_logcheck *l, uint64_t index,
                          const evd_entry_read *e) {
  switch (e->e.type) {
  case EVD_ENTRY_SETUP:
    take_setup(&l->view, &e->e);
    return EVD_OK;
  case EVD_ENTRY_KEYS:
    l->view.election_keys = e->e.keys.election_keys;
    return EVD_OK;
  case EVD_ENTRY_BALLOT:
    return add_ballot(l, index, &e->e);
  case EVD_ENTRY_MAIL_CAST:
    return add_mail_cast(l, &e->e);
  case EVD_ENTRY_OPENING:
    return add_opening(l, e);
  case EVD_ENTRY_TALLY:
    if (evd_rules_is_tally(&l->rules, index, &e->e))
      l->view.tally_ct = e->e.tally.object;
    return EVD_OK;
  case EVD_ENTRY_RESULT:
    l->view.tally = e->e.result.object;
    return EVD_OK;
  case EVD_ENTRY_CONTEST_DATA:
    l->view.contest_data = e->e.contest_data.object;
    return EVD_OK;
  default:
    return EVD_OK;
  }
}

/* ---- the roll ---- */

static evd_err add_voter(evd_logcheck *l, const evd_h32 *credential,
                         uint32_t style, uint32_t weight, bool active) {
  uint8_t row[EVD_VIEW_ROLL_BYTES];
  const size_t n = sizeof credential->b;
  memcpy(row, credential->b, n);
  evd_be32_put(row + n, style);
  evd_be32_put(row + n + 4, weight);
  row[n + 4 + 4] = active;
  return evd_sorter_add(&l->view.roll, row);
}

/* The active ones have rows of the rules, which know what became of them. */
evd_err evd_logview_roll(evd_logcheck *l, evd_span roll) {
  evd_err e = EVD_OK;
  while (roll.n > 0 && e == EVD_OK) {
    const uint8_t *lf = memchr(roll.p, '\n', roll.n);
    const size_t n = lf ? (size_t)(lf - roll.p) : roll.n;
    const evd_arena_point p = evd_arena_mark(l->a);
    evd_roll_line line;
    evd_why why;
    e = evd_roll_line_read(&line, (evd_span){roll.p, n}, l->a, &why);
    if (e == EVD_OK && !line.active)
      e = add_voter(l, &line.credential, line.style, line.weight, false);
    evd_arena_back(l->a, p);
    roll.p += n + (lf != NULL);
    roll.n -= n + (lf != NULL);
  }
  return e;
}

/* ---- after the last entry ---- */

static uint8_t state_of(uint8_t row_state) {
  switch (row_state) {
  case EVD_BALLOT_CAST:
    return EVD_CAST;
  case EVD_BALLOT_CHALLENGED:
    return EVD_CHALLENGED;
  case EVD_BALLOT_SUPERSEDED:
    return EVD_SUPERSEDED;
  case EVD_BALLOT_REFUSED:
    return EVD_STATE_REFUSED;
  default: /* sealed and never chosen, too */
    return EVD_SPOILED;
  }
}

static evd_err add_state(evd_logcheck *l, evd_span row) {
  evd_row_ballot b;
  uint8_t out[EVD_VIEW_STATE_BYTES];
  if (row.n != sizeof b)
    return EVD_ERR_RULE;
  memcpy(&b, row.p, sizeof b);
  memcpy(out, b.id_B.b, sizeof b.id_B.b);
  out[sizeof b.id_B.b] = state_of(b.state);
  l->view.n_mail_cast += b.state == EVD_BALLOT_CAST && by_mail(l, &b);
  return evd_sorter_add(&l->view.states, out);
}

static evd_err add_rows(evd_logcheck *l) {
  uint64_t at = 0;
  uint8_t about;
  evd_h32 key;
  evd_span row;
  evd_row_credential c;
  while (evd_row_table_next(&l->rows, &at, &about, &key, &row)) {
    if (about == EVD_ROW_BALLOT)
      EVD_TRY(add_state(l, row));
    if (about != EVD_ROW_CREDENTIAL)
      continue;
    if (row.n != sizeof c)
      return EVD_ERR_RULE;
    memcpy(&c, row.p, sizeof c);
    EVD_TRY(add_voter(l, &key, c.style, c.weight, c.active));
  }
  return EVD_OK;
}

evd_err evd_logview_end(evd_logcheck *l) {
  evd_logview *v = &l->view;
  EVD_TRY(add_rows(l));
  EVD_TRY(evd_sorter_end(&v->ballots));
  EVD_TRY(evd_index_make(&v->by_device, &v->ballots, EVD_VIEW_BALLOT_KEY, l->a,
                         NULL, NULL));
  evd_sorter_close(&v->ballots);
  l->rep.n_ballots = v->by_device.n;
  v->ended = true;
  return EVD_OK;
}
