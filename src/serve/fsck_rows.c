/* The rows of the database, against those that the rules made of the entries:
 * many are read, then all threads compare them. */
#include <string.h>

#include "host/mem.h"
#include "serve/fsck_run.h"

enum { ROWS = 4096, PARTS = 16 };
typedef struct {
  evd_h32 key;
  uint8_t about;
  bool differs;
  evd_err e;
  size_t n;
  uint8_t bytes[EVD_STORE_ROW_BYTES_MAX]; /* the first of n */
} row;

typedef struct {
  evd_fsck_run *k;
  evd_rules_store ours;
  uint64_t of_rules, of_bodies;
  uint32_t n;
  row rows[ROWS];
} batch;

static size_t row_bytes(uint8_t about) {
  switch (about) {
  case EVD_ROW_BALLOT:
    return sizeof(evd_row_ballot);
  case EVD_ROW_CREDENTIAL:
    return sizeof(evd_row_credential);
  case EVD_ROW_KEYID:
    return sizeof(evd_sign_key);
  default:
    return 0;
  }
}

_Static_assert(sizeof(evd_row_ballot) <= EVD_STORE_ROW_BYTES_MAX &&
                   sizeof(evd_row_credential) <= EVD_STORE_ROW_BYTES_MAX,
               "a row of the rules fits");

static void compare(const batch *b, row *r) {
  uint8_t ours[EVD_STORE_ROW_BYTES_MAX];
  bool found = false;
  size_t n = row_bytes(r->about);
  r->e = b->ours.get(b->ours.self, r->about, &r->key, ours, n, &found);
  r->differs = !found || r->n != n || memcmp(r->bytes, ours, n) != 0;
}

static void compare_part(void *self, size_t index) {
  batch *b = self;
  const uint32_t each = ROWS / PARTS, from = (uint32_t)index * each;
  for (uint32_t i = from; i < from + each && i < b->n; i++)
    compare(b, &b->rows[i]);
}

static evd_err compare_all(batch *b) {
  evd_fsck_run *k = b->k;
  const uint32_t n = b->n;
  k->pool.run(k->pool.self, compare_part, b, PARTS);
  b->n = 0;
  for (uint32_t i = 0; i < n; i++) {
    EVD_TRY(b->rows[i].e);
    if (b->rows[i].differs)
      EVD_TRY(evd_fsck_go_on(
          k, evd_log_damaged(k->log,
                             "database: a row about %u is not what the entries "
                             "say",
                             b->rows[i].about)));
  }
  return EVD_OK;
}

static evd_err take(void *self, uint8_t about, const evd_h32 *key,
                    evd_span bytes) {
  batch *b = self;
  b->k->out->rows++;
  if (about == EVD_LOG_ROW_BODY)
    b->of_bodies++;
  if (about >= EVD_LOG_ROW_BODY)
    return EVD_OK;
  row *r = &b->rows[b->n++];
  r->key = *key;
  r->about = about;
  r->n = bytes.n;
  if (bytes.n > 0)
    memcpy(r->bytes, bytes.p,
           bytes.n < sizeof r->bytes ? bytes.n : sizeof r->bytes);
  b->of_rules++;
  return b->n == ROWS ? compare_all(b) : EVD_OK;
}

static evd_err take_all(batch *b) {
  evd_fsck_run *k = b->k;
  EVD_TRY(evd_store_rows(k->log->store, take, b));
  EVD_TRY(compare_all(b));
  if (k->bodies != b->of_bodies)
    (void)evd_log_damaged(k->log, "database: not one row for each body");
  if (b->of_rules != k->rows.n)
    (void)evd_log_damaged(k->log, "database: rows are missing");
  return EVD_OK;
}

evd_err evd_fsck_rows(evd_fsck_run *k) {
  batch *b = evd_mem_get(sizeof *b);
  if (!b)
    return EVD_ERR_SPACE;
  b->k = k;
  b->ours = evd_row_table_store(&k->rows);
  evd_err e = take_all(b);
  evd_mem_free(b);
  return e;
}
