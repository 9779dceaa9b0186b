/* Everything of a board is compared with everything else. */
#include "serve/fsck.h"

#include <string.h>

#include "board/checkpoint.h"
#include "board/row_table.h"
#include "host/host.h"
#include "serve/log_replay.h"

#define ROWS_BYTES_MAX ((size_t)64 << 30)
#define FAULTS_MAX 50 /* what comes after is not said */
#define NUMBER(v) ((unsigned long long)(v))

typedef struct {
  evd_log *log;
  const evd_fsck_plan *plan;
  evd_fsck_report *out;
  evd_row_table rows;
  evd_arena arena;
  evd_checkpoint c;
  uint64_t bodies, body_rows, of_rules; /* entries with such a row; rows */
} checker;

/* A fault is counted and the check goes on, unless there are too many, or
 * this machine fails. */
static evd_err go_on(const checker *k, evd_err e) {
  if (e == EVD_ERR_IO || e == EVD_ERR_SPACE)
    return e;
  return k->log->faults > FAULTS_MAX ? EVD_ERR_FAIL : EVD_OK;
}

/* ---- one entry ---- */

static evd_err check_rows_of(checker *k, uint64_t at,
                             const evd_entry_read *read) {
  uint64_t index = 0;
  bool found = false;
  if (!evd_log_has_body_row(&read->e))
    return EVD_OK;
  k->bodies++;
  evd_err e = evd_log_body_get(k->log, read, &index, &found);
  if (e == EVD_OK && found && index == at)
    return EVD_OK;
  if (e == EVD_ERR_IO)
    return e;
  return evd_log_damaged(k->log, "database: the row of the body of entry %llu",
                         NUMBER(at));
}

static evd_err show(checker *k, uint64_t at, const evd_entry_read *read,
                    evd_span bytes) {
  if (at < k->out->published)
    return evd_log_show_entry(k->log, read, bytes);
  return read->e.type == EVD_ENTRY_BALLOT
             ? evd_log_index_add(k->log, &read->e.ballot.H_C, at)
             : EVD_OK;
}

static evd_err check_entry(checker *k, uint64_t at, evd_span bytes) {
  evd_entry_read read;
  evd_log_content c;
  const char *why = NULL;
  if (evd_entry_parse(&read, bytes, &why) != EVD_OK) {
    (void)evd_log_damaged(k->log, "database: entry %llu is none: %s",
                          NUMBER(at), why);
    return EVD_ERR_FAIL; /* nothing can be said about what comes after it */
  }
  EVD_TRY(go_on(k, check_rows_of(k, at, &read)));
  evd_err e = evd_log_read_objects(k->log, &read.e, &k->arena, &c);
  k->out->objects += c.n;
  EVD_TRY(go_on(k, e));
  if (e != EVD_OK) /* without its object it cannot be judged */
    return EVD_ERR_FAIL;
  EVD_TRY(evd_log_replay(k->log, bytes, &read, &c));
  return go_on(k, show(k, at, &read, bytes));
}

static evd_err check_published(checker *k) {
  evd_h32 root;
  evd_tree_root(&k->log->edge.tree, &root);
  if (memcmp(&root, &k->c.head.root, sizeof root) != 0)
    (void)evd_log_damaged(k->log, "public/checkpoint has another root than the "
                                  "entries of the database");
  return go_on(k, evd_log_edge_show(k->log));
}

static evd_err check_entries(checker *k) {
  evd_buf b;
  evd_err e = EVD_OK;
  evd_buf_init(&b, EVD_ENTRY_BYTES_MAX);
  evd_arena_init(&k->arena, EVD_LOG_OBJECT_BYTES_MAX * EVD_ENTRY_OBJECTS_MAX);
  for (uint64_t at = 0; e == EVD_OK && at < k->out->entries; at++) {
    evd_arena_point mark = evd_arena_mark(&k->arena);
    evd_buf_reset(&b);
    e = evd_store_entry(k->log->store, at, &b);
    if (e == EVD_ERR_MISSING)
      (void)evd_log_damaged(k->log, "database: there is no entry %llu",
                            NUMBER(at));
    if (e == EVD_OK)
      e = check_entry(k, at, (evd_span){b.p, b.n});
    if (e == EVD_OK && at + 1 == k->out->published)
      e = check_published(k);
    evd_arena_back(&k->arena, mark);
  }
  evd_arena_close(&k->arena);
  evd_buf_close(&b);
  return e;
}

/* ---- rows and state ---- */

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

static evd_err check_row(void *self, uint8_t about, const evd_h32 *key,
                         evd_span row) {
  checker *k = self;
  uint8_t ours[256];
  bool found = false;
  size_t n = row_bytes(about);
  k->out->rows++;
  if (about == EVD_LOG_ROW_BODY)
    k->body_rows++;
  if (about >= EVD_LOG_ROW_BODY)
    return EVD_OK;
  k->of_rules++;
  EVD_TRY(k->log->rows.get(k->log->rows.self, about, key, ours, n, &found));
  if (found && row.n == n && (n == 0 || memcmp(row.p, ours, n) == 0))
    return EVD_OK;
  return go_on(k, evd_log_damaged(k->log,
                                  "database: a row about %u is not what "
                                  "the entries say",
                                  about));
}

static evd_err check_rows(checker *k) {
  EVD_TRY(evd_store_rows(k->log->store, check_row, k));
  if (k->bodies != k->body_rows)
    (void)evd_log_damaged(k->log, "database: not one row for each body");
  if (k->of_rules != k->rows.n)
    (void)evd_log_damaged(k->log, "database: rows are missing");
  return EVD_OK;
}

static evd_err check_state(checker *k) {
  evd_log *log = k->log;
  EVD_TRY(evd_store_state(log->store, &log->saved));
  evd_log_state_write(&log->next, log);
  if (log->saved.n != log->next.n ||
      memcmp(log->saved.p, log->next.p, log->next.n) != 0)
    (void)evd_log_damaged(log,
                          "database: the state is not that of the entries");
  return EVD_OK;
}

/* Lines above what the row says are still to come. */
static evd_err check_index(checker *k) {
  evd_log *log = k->log;
  uint64_t indexed = 0;
  size_t n = 0;
  EVD_TRY(evd_log_indexed(log, &indexed));
  for (size_t i = 0; i < log->n_codes; i++)
    if (log->codes[i].index < indexed)
      log->codes[n++] = log->codes[i];
  log->n_codes = n;
  return evd_log_index_check(log);
}

/* ---- all of it ---- */

static evd_err check_all(checker *k) {
  evd_log *log = k->log;
  uint64_t seed;
  EVD_TRY(evd_log_open_store(log));
  EVD_TRY(evd_log_load_checkpoint(log, &k->c));
  EVD_TRY(evd_store_check(log->store, true));
  EVD_TRY(evd_store_size(log->store, &k->out->entries));
  k->out->published = k->c.head.size;
  if (k->out->published > k->out->entries)
    return evd_log_damaged(log, "public/checkpoint has more entries than the "
                                "database: this is an old copy of it");
  if (k->out->entries == 0)
    return EVD_OK;
  evd_random(&seed, sizeof seed);
  evd_row_table_init(&k->rows, ROWS_BYTES_MAX, seed);
  log->rows = evd_row_table_store(&k->rows);
  EVD_TRY(evd_log_read_setup(log));
  log->rules.signatures_hold = !k->plan->signatures;
  EVD_TRY(go_on(k, evd_log_judge_checkpoint(log, &k->c)));
  EVD_TRY(check_entries(k));
  EVD_TRY(check_rows(k));
  EVD_TRY(check_state(k));
  return check_index(k);
}

evd_err evd_fsck(const evd_fsck_plan *plan, evd_fsck_report *out) {
  const evd_log_plan log_plan = {.dir = plan->dir, .where = plan->where};
  checker k = {.plan = plan, .out = out};
  memset(out, 0, sizeof *out);
  k.log = evd_log_new(&log_plan);
  if (!k.log)
    return EVD_ERR_SPACE;
  k.log->checking = true;
  evd_log_edge_init(&k.log->edge);
  evd_err e = check_all(&k);
  out->faults = k.log->faults;
  evd_log_close(k.log);
  evd_row_table_close(&k.rows);
  if (out->faults > 0 && e != EVD_ERR_IO && e != EVD_ERR_SPACE)
    return EVD_ERR_FAIL;
  return e;
}
