/* What holds for every database. */
#include "store/store.h"

#include <string.h>

#include "base/require.h"
#include "host/host.h"
#include "host/mem.h"
#include "store/backend.h"

static const char postgres[] = "postgresql://";

evd_err evd_store_open(evd_store **out, const char *where, bool make) {
  evd_store *s = evd_mem_get(sizeof *s);
  *out = NULL;
  if (!s)
    return evd_complain(EVD_ERR_SPACE, "%s: %s", where,
                        evd_err_text(EVD_ERR_SPACE));
  bool served = strncmp(where, postgres, sizeof postgres - 1) == 0;
  evd_err e = evd_pending_init(&s->pending);
  if (e == EVD_OK)
    e = served ? evd_postgres_open(s, where, make)
               : evd_sqlite_open(s, where, make);
  if (e == EVD_OK) {
    *out = s;
    return EVD_OK;
  }
  evd_pending_close(&s->pending);
  evd_mem_free(s);
  return e;
}

void evd_store_close(evd_store *s) {
  if (!s)
    return;
  if (s->open)
    evd_store_rollback(s);
  s->by->close(s);
  evd_pending_close(&s->pending);
  evd_mem_free(s);
}

/* After a failure of the system nothing more is asked. */
static evd_err keep(evd_store *s, evd_err e) {
  s->lost = s->lost || e == EVD_ERR_IO;
  return e;
}

static evd_err ready(const evd_store *s, bool transaction) {
  EVD_REQUIRE(!transaction || s->open);
  return s->lost ? EVD_ERR_IO : EVD_OK;
}

static void forget(evd_store *s) {
  evd_pending_reset(&s->pending);
  s->asked = 0;
  s->sized = false;
}

/* What this transaction has read is no more what is there. */
static evd_err sent(evd_store *s, evd_err e) {
  if (e == EVD_ERR_EXISTS)
    e = evd_complain(EVD_ERR_IO, "the database has not the rows that it had: "
                                 "another process writes in it");
  return keep(s, e);
}

/* Writes what waits. */
static evd_err flush(evd_store *s) {
  evd_pending *p = &s->pending;
  uint32_t fresh = 0, old = 0;
  if (p->n_entries > 0)
    EVD_TRY(sent(s, s->by->add(s, s->size - p->n_entries)));
  evd_pending_sort(p, &fresh, &old);
  if (fresh > 0)
    EVD_TRY(sent(s, s->by->rows_put(s, p->sent, fresh, false)));
  if (old > 0)
    EVD_TRY(sent(s, s->by->rows_put(s, p->sent + fresh, old, true)));
  evd_pending_reset(p);
  s->asked = 0;
  return EVD_OK;
}

evd_err evd_store_begin(evd_store *s) {
  EVD_REQUIRE(!s->open);
  EVD_TRY(ready(s, false));
  EVD_TRY(keep(s, s->by->begin(s)));
  forget(s);
  s->open = true;
  return EVD_OK;
}

evd_err evd_store_commit(evd_store *s) {
  EVD_TRY(ready(s, true));
  evd_err e = flush(s);
  if (e != EVD_OK) {
    evd_store_rollback(s);
    return e;
  }
  s->open = false;
  return keep(s, s->by->commit(s));
}

void evd_store_rollback(evd_store *s) {
  EVD_REQUIRE(s->open);
  s->open = false;
  forget(s);
  s->by->rollback(s);
}

/* ---- entries ---- */

evd_err evd_store_size(evd_store *s, uint64_t *size) {
  evd_got got = {0};
  EVD_TRY(ready(s, false));
  *size = s->size;
  if (s->sized)
    return EVD_OK;
  EVD_TRY(keep(s, s->by->size(s, &got)));
  *size = s->size = got.number;
  s->sized = s->open;
  return EVD_OK;
}

evd_err evd_store_add(evd_store *s, uint64_t index, evd_span entry) {
  uint64_t size = 0;
  EVD_TRY(ready(s, true));
  EVD_TRY(evd_store_size(s, &size));
  if (index != size)
    return EVD_ERR_EXISTS;
  if (s->pending.n_entries == EVD_PENDING_ENTRIES_MAX)
    EVD_TRY(flush(s));
  EVD_TRY(evd_pending_entry(&s->pending, entry));
  s->size++;
  return EVD_OK;
}

evd_err evd_store_entry(evd_store *s, uint64_t index, evd_buf *out) {
  evd_got got = {0};
  EVD_TRY(ready(s, false));
  if (s->pending.n_entries > 0)
    EVD_TRY(flush(s));
  EVD_TRY(keep(s, s->by->entry(s, index, &got)));
  if (!got.found)
    return EVD_ERR_MISSING;
  evd_buf_add(out, got.bytes.p, got.bytes.n);
  return evd_buf_ok(out) ? EVD_OK : EVD_ERR_SPACE;
}

evd_err evd_store_entries(evd_store *s, uint64_t first, uint32_t n,
                          evd_store_entry_fn *each, void *self) {
  EVD_TRY(ready(s, false));
  if (s->pending.n_entries > 0)
    EVD_TRY(flush(s));
  return keep(s, s->by->entries(s, first, n, each, self));
}

/* ---- rows ---- */

evd_err evd_row_fill(evd_row *r, evd_span value) {
  if (value.n > sizeof r->value)
    return EVD_ERR_FORM;
  r->found = r->there = true;
  r->n = (uint8_t)value.n;
  if (value.n > 0)
    memcpy(r->value, value.p, value.n);
  return EVD_OK;
}

static evd_err read_row(evd_store *s, evd_row *r) {
  evd_got got = {0};
  EVD_TRY(keep(s, s->by->row_get(s, r->about, &r->key, &got)));
  return got.found ? evd_row_fill(r, got.bytes) : EVD_OK;
}

/* Reads the rows that were not read yet. */
static evd_err ask(evd_store *s) {
  evd_row *wanted = s->pending.rows + s->asked;
  const uint32_t n = s->pending.n_rows - s->asked;
  s->asked = s->pending.n_rows;
  if (n > 1)
    return keep(s, s->by->rows_get(s, wanted, n));
  return n == 1 ? read_row(s, wanted) : EVD_OK;
}

/* The row as this transaction sees it. */
static evd_err row_of(evd_store *s, uint8_t about, const evd_h32 *key,
                      evd_row **out) {
  *out = evd_pending_find(&s->pending, about, key);
  if (!*out && s->pending.n_rows == EVD_PENDING_ROWS_MAX)
    EVD_TRY(flush(s));
  if (!*out)
    EVD_TRY(evd_pending_row(&s->pending, about, key, out));
  return ask(s);
}

static evd_err give(const evd_row *r, void *row, size_t n, bool *found) {
  *found = r->found;
  if (!r->found || n == 0)
    return EVD_OK;
  if (r->n != n)
    return EVD_ERR_FORM;
  memcpy(row, r->value, n);
  return EVD_OK;
}

evd_err evd_store_row_get(void *store, uint8_t about, const evd_h32 *key,
                          void *row, size_t n, bool *found) {
  evd_store *s = store;
  evd_row *r = NULL, alone = {.key = *key, .about = about};
  EVD_TRY(ready(s, false));
  if (s->open)
    EVD_TRY(row_of(s, about, key, &r));
  else
    EVD_TRY(read_row(s, &alone));
  return give(r ? r : &alone, row, n, found);
}

evd_err evd_store_row_put(void *store, uint8_t about, const evd_h32 *key,
                          const void *row, size_t n) {
  evd_store *s = store;
  evd_row *r = NULL;
  EVD_REQUIRE(n <= EVD_STORE_ROW_BYTES_MAX);
  EVD_TRY(ready(s, true));
  EVD_TRY(row_of(s, about, key, &r));
  r->found = r->changed = true;
  r->n = (uint8_t)n;
  if (n > 0)
    memcpy(r->value, row, n);
  return EVD_OK;
}

evd_err evd_store_row_want(evd_store *s, uint8_t about, const evd_h32 *key) {
  evd_row *r = NULL;
  EVD_TRY(ready(s, true));
  if (!s->by->rows_get || s->pending.n_rows == EVD_PENDING_ROWS_MAX ||
      evd_pending_find(&s->pending, about, key))
    return EVD_OK;
  return evd_pending_row(&s->pending, about, key, &r);
}

evd_err evd_store_rows(evd_store *s, evd_store_row_fn *each, void *self) {
  EVD_TRY(ready(s, false));
  if (s->open)
    EVD_TRY(flush(s));
  return keep(s, s->by->rows(s, each, self));
}

/* ---- state ---- */

evd_err evd_store_state(evd_store *s, evd_buf *out) {
  evd_got got = {0};
  EVD_TRY(ready(s, false));
  EVD_TRY(keep(s, s->by->state(s, &got)));
  if (got.found)
    evd_buf_add(out, got.bytes.p, got.bytes.n);
  return evd_buf_ok(out) ? EVD_OK : EVD_ERR_SPACE;
}

evd_err evd_store_move(evd_store *s, evd_span old, evd_span next) {
  evd_got got = {0};
  EVD_TRY(ready(s, true));
  EVD_TRY(flush(s));
  EVD_TRY(keep(s, s->by->move(s, old, next, &got)));
  if (got.number == 1)
    return EVD_OK;
  evd_store_rollback(s);
  return EVD_ERR_WAIT;
}

evd_err evd_store_check(evd_store *s, bool whole) {
  EVD_TRY(ready(s, false));
  return keep(s, s->by->check(s, whole));
}
