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
  evd_err e = served ? evd_postgres_open(s, where, make)
                     : evd_sqlite_open(s, where, make);
  if (e == EVD_OK)
    *out = s;
  else
    evd_mem_free(s);
  return e;
}

void evd_store_close(evd_store *s) {
  if (!s)
    return;
  if (s->open)
    evd_store_rollback(s);
  s->by->close(s);
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

evd_err evd_store_begin(evd_store *s) {
  EVD_REQUIRE(!s->open);
  EVD_TRY(ready(s, false));
  EVD_TRY(keep(s, s->by->begin(s)));
  s->open = true;
  s->sized = false;
  return EVD_OK;
}

evd_err evd_store_commit(evd_store *s) {
  EVD_TRY(ready(s, true));
  s->open = false;
  return keep(s, s->by->commit(s));
}

void evd_store_rollback(evd_store *s) {
  EVD_REQUIRE(s->open);
  s->open = false;
  s->by->rollback(s);
}

/* ---- entries ---- */

evd_err evd_store_size(evd_store *s, uint64_t *size) {
  evd_got got = {0};
  EVD_TRY(ready(s, false));
  EVD_TRY(keep(s, s->by->size(s, &got)));
  *size = got.number;
  return EVD_OK;
}

evd_err evd_store_add(evd_store *s, uint64_t index, const evd_h32 *leaf,
                      evd_span entry) {
  EVD_TRY(ready(s, true));
  if (!s->sized)
    EVD_TRY(evd_store_size(s, &s->size));
  s->sized = true;
  if (index != s->size)
    return EVD_ERR_EXISTS;
  EVD_TRY(keep(s, s->by->add(s, index, leaf, entry)));
  s->size++;
  return EVD_OK;
}

evd_err evd_store_entry(evd_store *s, uint64_t index, evd_buf *out) {
  evd_got got = {0};
  EVD_TRY(ready(s, false));
  EVD_TRY(keep(s, s->by->entry(s, index, &got)));
  if (!got.found)
    return EVD_ERR_MISSING;
  evd_buf_add(out, got.bytes.p, got.bytes.n);
  return evd_buf_ok(out) ? EVD_OK : EVD_ERR_SPACE;
}

evd_err evd_store_leaf(evd_store *s, uint64_t index, evd_h32 *leaf) {
  evd_got got = {0};
  EVD_TRY(ready(s, false));
  EVD_TRY(keep(s, s->by->leaf(s, index, &got)));
  if (!got.found)
    return EVD_ERR_MISSING;
  if (got.bytes.n != sizeof leaf->b)
    return EVD_ERR_FORM;
  memcpy(leaf->b, got.bytes.p, sizeof leaf->b);
  return EVD_OK;
}

evd_err evd_store_find(evd_store *s, const evd_h32 *leaf, uint64_t *index) {
  evd_got got = {0};
  EVD_TRY(ready(s, false));
  EVD_TRY(keep(s, s->by->find(s, leaf, &got)));
  *index = got.number;
  return got.found ? EVD_OK : EVD_ERR_MISSING;
}

/* ---- rows ---- */

evd_err evd_store_row_get(void *store, uint8_t about, const evd_h32 *key,
                          void *row, size_t n, bool *found) {
  evd_store *s = store;
  evd_got got = {0};
  EVD_TRY(ready(s, false));
  EVD_TRY(keep(s, s->by->row_get(s, about, key, &got)));
  *found = got.found;
  if (!got.found || n == 0)
    return EVD_OK;
  if (got.bytes.n != n)
    return EVD_ERR_FORM;
  memcpy(row, got.bytes.p, n);
  return EVD_OK;
}

evd_err evd_store_row_put(void *store, uint8_t about, const evd_h32 *key,
                          const void *row, size_t n) {
  evd_store *s = store;
  EVD_TRY(ready(s, true));
  return keep(s, s->by->row_put(s, about, key, (evd_span){row, n}));
}

evd_err evd_store_rows(evd_store *s, evd_store_row_fn *each, void *self) {
  EVD_TRY(ready(s, false));
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
