#include "serve/log_seek.h"

#include <stdlib.h>
#include <string.h>

#include "host/mem.h"
#include "serve/log_run.h"

static evd_err entry_at(evd_log *log, uint64_t index, evd_buf *entry,
                        evd_entry_read *r) {
  const char *what = "";
  evd_buf_reset(entry);
  EVD_TRY(evd_store_entry(log->store, index, entry));
  return evd_entry_parse(r, (evd_span){entry->p, entry->n}, &what);
}

/* ---- ballots ---- */

static evd_err ballot_at(evd_log *log, uint64_t index, evd_buf *out,
                         evd_h32 *H_C) {
  evd_entry_read r;
  evd_buf entry;
  evd_buf_init(&entry, EVD_ENTRY_BYTES_MAX);
  evd_err e = entry_at(log, index, &entry, &r);
  if (e == EVD_OK && r.e.type != EVD_ENTRY_BALLOT)
    e = EVD_ERR_FORM;
  if (e == EVD_OK)
    e = evd_log_object(log, "ballot", &r.e.ballot.object, out);
  if (e == EVD_OK)
    *H_C = r.e.ballot.H_C;
  evd_buf_close(&entry);
  return e;
}

static evd_err row_of(evd_log *log, const evd_h32 *H_C, evd_row_ballot *row) {
  bool found = false;
  EVD_TRY(evd_store_row_get(log->store, EVD_ROW_BALLOT, H_C, row, sizeof *row,
                            &found));
  return found ? EVD_OK : EVD_ERR_MISSING;
}

evd_err evd_log_ballot(evd_log *log, const evd_h32 *H_C, evd_buf *out,
                       uint8_t *state) {
  evd_row_ballot row;
  evd_h32 same;
  EVD_TRY(row_of(log, H_C, &row));
  *state = row.state;
  return ballot_at(log, row.index, out, &same);
}

static int by_id(const void *x, const void *y) {
  const evd_log_id *a = x, *b = y;
  return memcmp(a->id_B.b, b->id_B.b, sizeof a->id_B.b);
}

static evd_err collect(evd_log *log, evd_buf *entry) {
  evd_entry_read r;
  for (uint64_t i = 1; i < log->rules.tally_at; i++) {
    EVD_TRY(entry_at(log, i, entry, &r));
    if (r.e.type == EVD_ENTRY_BALLOT && log->n_ids < log->cap_ids)
      log->ids[log->n_ids++] = (evd_log_id){r.e.ballot.id_B, i};
  }
  return EVD_OK;
}

/* Where ballots stand, by identifier: of a log with a tally, once. */
static evd_err make_ids(evd_log *log) {
  evd_buf entry;
  uint64_t n = 0;
  if (log->ids)
    return EVD_OK;
  for (uint32_t s = 0; s < EVD_BALLOT_STATES; s++)
    n += log->rules.counts[s];
  log->cap_ids = (size_t)n;
  log->ids = evd_mem_get((log->cap_ids + 1) * sizeof *log->ids);
  if (!log->ids)
    return EVD_ERR_SPACE;
  evd_buf_init(&entry, EVD_ENTRY_BYTES_MAX);
  evd_err e = collect(log, &entry);
  evd_buf_close(&entry);
  qsort(log->ids, log->n_ids, sizeof *log->ids, by_id);
  return e;
}

evd_err evd_log_ballot_named(evd_log *log, const evd_h32 *id_B, evd_buf *out,
                             uint8_t *state) {
  const evd_log_id want = {*id_B, 0};
  evd_row_ballot row;
  evd_h32 H_C;
  if (!log->rules.tallied)
    return EVD_ERR_MISSING;
  EVD_TRY(make_ids(log));
  const evd_log_id *found =
      bsearch(&want, log->ids, log->n_ids, sizeof *log->ids, by_id);
  if (!found)
    return EVD_ERR_MISSING;
  EVD_TRY(ballot_at(log, found->index, out, &H_C));
  EVD_TRY(row_of(log, &H_C, &row));
  *state = row.state;
  return EVD_OK;
}

/* ---- what comes with the tally and after it ---- */

typedef struct {
  evd_entry_type type;
  uint32_t guardian; /* SHARE alone */
  uint8_t step;
} sought;

static bool is_it(const sought *s, const evd_entry *e) {
  return e->type == s->type &&
         (e->type != EVD_ENTRY_SHARE ||
          (e->share.guardian == s->guardian && e->share.step == s->step));
}

static evd_err give(evd_log *log, const evd_entry *e, evd_buf *out) {
  switch (e->type) {
  case EVD_ENTRY_TALLY:
    return evd_log_object(log, "tally_encrypted", &e->tally.object, out);
  case EVD_ENTRY_RESULT:
    return evd_log_object(log, "tally", &e->result.object, out);
  default:
    return evd_log_object(log, "share", &e->share.object, out);
  }
}

/* The first of these from the tally on: the tally itself is a TALLY. */
static evd_err seek(evd_log *log, const sought *s, evd_buf *out) {
  evd_entry_read r;
  evd_buf entry;
  evd_err e = EVD_ERR_MISSING;
  if (!log->rules.tallied)
    return e;
  evd_buf_init(&entry, EVD_ENTRY_BYTES_MAX);
  for (uint64_t i = log->rules.tally_at; i < log->rules.size; i++) {
    e = entry_at(log, i, &entry, &r);
    if (e == EVD_OK && is_it(s, &r.e)) {
      e = give(log, &r.e, out);
      break;
    }
    if (e != EVD_OK)
      break;
    e = EVD_ERR_MISSING;
  }
  evd_buf_close(&entry);
  return e;
}

evd_err evd_log_seek_tally(evd_log *log, evd_buf *out) {
  const sought s = {.type = EVD_ENTRY_TALLY};
  return seek(log, &s, out);
}

evd_err evd_log_seek_result(evd_log *log, evd_buf *out) {
  const sought s = {.type = EVD_ENTRY_RESULT};
  return seek(log, &s, out);
}

evd_err evd_log_seek_share(evd_log *log, uint32_t guardian, uint8_t step,
                           evd_buf *out) {
  const sought s = {EVD_ENTRY_SHARE, guardian, step};
  return seek(log, &s, out);
}
