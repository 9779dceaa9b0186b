/* Everything of a board is compared with everything else. */
#include "serve/fsck.h"

#include <string.h>

#include "board/checkpoint.h"
#include "board/row_table.h"
#include "host/host.h"
#include "host/mem.h"
#include "serve/log_replay.h"

#define ROWS_BYTES_MAX ((size_t)64 << 30)
#define FAULTS_MAX 50 /* what comes after is not said */
#define NUMBER(v) ((unsigned long long)(v))

/* Entries that are read together. One thread has them judged, one after the
 * other; the objects of ballots, which no rule looks into, are compared with
 * their names by the others meanwhile. */
enum { CHUNK = 2048, PARTS = 16 };
typedef struct {
  uint64_t first;
  uint32_t n, ends[CHUNK];
  evd_buf bytes;
  evd_err judged, objects[CHUNK];
} chunk;

typedef struct {
  evd_log *log;
  evd_pool pool;
  chunk *at_once;
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

static bool is_apart(const evd_entry *e) { return e->type == EVD_ENTRY_BALLOT; }

static evd_err read_objects(checker *k, const evd_entry *e,
                            evd_log_content *c) {
  c->n = 0;
  if (is_apart(e))
    return EVD_OK;
  evd_err err = evd_log_read_objects(k->log, e, &k->arena, c);
  k->out->objects += c->n;
  return err;
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
  evd_err e = read_objects(k, &read.e, &c);
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

/* ---- many entries ---- */

static evd_span entry_at(const chunk *c, uint32_t i) {
  uint32_t from = i ? c->ends[i - 1] : 0;
  return (evd_span){c->bytes.p + from, c->ends[i] - from};
}

static evd_err read_chunk(checker *k, uint64_t at) {
  chunk *c = k->at_once;
  evd_buf_reset(&c->bytes);
  c->first = at;
  for (c->n = 0; c->n < CHUNK && at + c->n < k->out->entries; c->n++) {
    evd_err e = evd_store_entry(k->log->store, at + c->n, &c->bytes);
    if (e == EVD_ERR_MISSING)
      (void)evd_log_damaged(k->log, "database: there is no entry %llu",
                            NUMBER(at + c->n));
    EVD_TRY(e);
    c->ends[c->n] = (uint32_t)c->bytes.n;
  }
  return EVD_OK;
}

static evd_err judge_chunk(checker *k) {
  evd_err e = EVD_OK;
  const chunk *c = k->at_once;
  for (uint32_t i = 0; e == EVD_OK && i < c->n; i++) {
    evd_arena_point mark = evd_arena_mark(&k->arena);
    e = check_entry(k, c->first + i, entry_at(c, i));
    if (e == EVD_OK && c->first + i + 1 == k->out->published)
      e = check_published(k);
    evd_arena_back(&k->arena, mark);
  }
  return e;
}

/* The object of an entry whose objects are read apart; false: it has none. */
static bool object_apart(evd_span bytes, evd_entry_object *out) {
  evd_entry_read read;
  evd_entry_object names[EVD_ENTRY_OBJECTS_MAX];
  const char *why = NULL;
  if (evd_entry_parse(&read, bytes, &why) != EVD_OK || !is_apart(&read.e) ||
      evd_entry_objects(&read.e, names) != 1)
    return false;
  *out = names[0];
  return true;
}

static void compare_objects(checker *k, uint32_t from, uint32_t to) {
  chunk *c = k->at_once;
  evd_entry_object o;
  evd_buf b;
  evd_buf_init(&b, EVD_LOG_OBJECT_BYTES_MAX);
  for (uint32_t i = from; i < to && i < c->n; i++) {
    c->objects[i] = EVD_OK;
    if (!object_apart(entry_at(c, i), &o))
      continue;
    evd_err e = evd_board_object(&k->log->files, o.kind, &o.ref, &b);
    c->objects[i] = e == EVD_ERR_PROOF ? EVD_ERR_FORM : e;
  }
  evd_buf_close(&b);
}

static void chunk_job(void *self, size_t index) {
  checker *k = self;
  const uint32_t part = (uint32_t)index, each = CHUNK / PARTS;
  if (part == 0)
    k->at_once->judged = judge_chunk(k);
  else
    compare_objects(k, (part - 1) * each, part * each);
}

static evd_err tell_objects(checker *k) {
  const chunk *c = k->at_once;
  evd_entry_object o;
  for (uint32_t i = 0; i < c->n; i++) {
    if (!object_apart(entry_at(c, i), &o))
      continue;
    k->out->objects++;
    if (c->objects[i] != EVD_OK)
      EVD_TRY(go_on(k, evd_log_object_fault(k->log, c->first + i, &o.ref,
                                            c->objects[i])));
  }
  return EVD_OK;
}

static evd_err check_chunks(checker *k) {
  evd_err e = EVD_OK;
  for (uint64_t at = 0; e == EVD_OK && at < k->out->entries;
       at += k->at_once->n) {
    evd_err whole = read_chunk(k, at);
    k->pool.run(k->pool.self, chunk_job, k, 1 + PARTS);
    e = tell_objects(k);
    if (e == EVD_OK)
      e = k->at_once->judged;
    if (e == EVD_OK)
      e = whole;
  }
  return e;
}

static evd_err check_entries(checker *k) {
  k->at_once = evd_mem_get(sizeof *k->at_once);
  if (!k->at_once)
    return EVD_ERR_SPACE;
  evd_buf_init(&k->at_once->bytes, CHUNK * EVD_ENTRY_BYTES_MAX);
  evd_arena_init(&k->arena, EVD_LOG_OBJECT_BYTES_MAX * EVD_ENTRY_OBJECTS_MAX);
  evd_err e = evd_pool_open(&k->pool, 0);
  if (e == EVD_OK) {
    e = check_chunks(k);
    evd_pool_close(&k->pool);
  }
  evd_arena_close(&k->arena);
  evd_buf_close(&k->at_once->bytes);
  evd_mem_free(k->at_once);
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
