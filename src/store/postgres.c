/* PostgreSQL: the same tables, served; the right to write is a lock of the
 * session, and the state is compared and swapped besides. */
#include <libpq-fe.h>
#include <string.h>

#include "base/endian.h"
#include "host/host.h"
#include "host/mem.h"
#include "store/backend.h"

/* The lock's number is ours alone: "EVB1". */
#define LEASE "1163280945"
#define BINARY 1
#define ARRAY_BYTES_MAX ((size_t)256 << 20)
enum { INT = 23, BYTEA = 17, VALUES_MAX = 3 }; /* types of the server */

typedef struct {
  PGconn *db;
  PGresult *kept;            /* owns what was read last */
  evd_buf array[VALUES_MAX]; /* of the statement that is sent */
} postgres;

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS entries (idx bigint PRIMARY KEY,"
    " bytes bytea NOT NULL);"
    "CREATE TABLE IF NOT EXISTS rows (about int NOT NULL,"
    " key bytea NOT NULL CHECK (length(key) = 32), value bytea NOT NULL,"
    " PRIMARY KEY (about, key)) WITH (fillfactor = 80);"
    "CREATE TABLE IF NOT EXISTS state (one int PRIMARY KEY CHECK (one = 1),"
    " bytes bytea NOT NULL)";

enum {
  ADD,
  ENTRY,
  ENTRIES,
  SIZE,
  ROWS_GET,
  ROW_GET,
  ROWS_NEW,
  ROWS_CHANGE,
  STATE,
  STATE_FIRST,
  STATE_MOVE,
  N_STATEMENTS
};
/* By name; ON CONFLICT keeps the transaction alive where a failure would end
 * it. */
static const char *const statements[N_STATEMENTS][2] = {
    {"add", "INSERT INTO entries (idx, bytes) SELECT $1::bigint + n - 1, b"
            " FROM unnest($2::bytea[]) WITH ORDINALITY AS t (b, n)"
            " ON CONFLICT DO NOTHING"},
    {"entry", "SELECT bytes FROM entries WHERE idx = $1::bigint"},
    {"entries", "SELECT idx, bytes FROM entries WHERE idx >= $1::bigint"
                " ORDER BY idx LIMIT $2::bigint"},
    {"size", "SELECT coalesce(max(idx) + 1, 0)::bigint FROM entries"},
    {"rows_get", "SELECT about, key, value FROM unnest($1::int[], $2::bytea[])"
                 " AS t (a, k) JOIN rows ON about = a AND key = k"},
    {"row_get", "SELECT value FROM rows WHERE about = ($1::bigint)::int"
                " AND key = $2::bytea"},
    {"rows_new", "INSERT INTO rows (about, key, value) SELECT * FROM"
                 " unnest($1::int[], $2::bytea[], $3::bytea[])"
                 " ON CONFLICT DO NOTHING"},
    {"rows_change", "UPDATE rows SET value = v FROM"
                    " unnest($1::int[], $2::bytea[], $3::bytea[])"
                    " AS t (a, k, v) WHERE about = a AND key = k"},
    {"state", "SELECT bytes FROM state WHERE one = 1"},
    {"state_first", "INSERT INTO state (one, bytes) VALUES (1, $1::bytea)"
                    " ON CONFLICT DO NOTHING"},
    {"state_move", "UPDATE state SET bytes = $1::bytea WHERE one = 1"
                   " AND bytes = $2::bytea"}};

/* The message of the server, its first line. */
static evd_err failed(const postgres *q) {
  const char *text = PQerrorMessage(q->db);
  size_t n = strcspn(text, "\n");
  return evd_complain(EVD_ERR_IO, "PostgreSQL: %.*s", (int)n, text);
}

static evd_err run(evd_store *s, const char *sql) {
  const postgres *q = s->db;
  PGresult *r = PQexec(q->db, sql);
  ExecStatusType code = PQresultStatus(r);
  PQclear(r);
  return code == PGRES_COMMAND_OK || code == PGRES_TUPLES_OK ? EVD_OK
                                                             : failed(q);
}

static evd_err begin(evd_store *s) { return run(s, "BEGIN"); }

/* A transaction that has failed answers COMMIT with a rollback. */
static evd_err commit(evd_store *s) {
  const postgres *q = s->db;
  PGresult *r = PQexec(q->db, "COMMIT");
  bool ok = PQresultStatus(r) == PGRES_COMMAND_OK &&
            strcmp(PQcmdStatus(r), "COMMIT") == 0;
  PQclear(r);
  return ok ? EVD_OK : failed(q);
}

static void rollback(evd_store *s) {
  const postgres *q = s->db;
  PQclear(PQexec(q->db, "ROLLBACK"));
}

/* ---- statements with values ---- */

typedef struct {
  int n;
  const char *p[VALUES_MAX];
  int bytes[VALUES_MAX], format[VALUES_MAX];
  uint8_t numbers[VALUES_MAX][8];
} values;

static void put(values *v, const void *p, size_t n) {
  v->p[v->n] = n ? p : "";
  v->bytes[v->n] = (int)n;
  v->format[v->n++] = BINARY;
}

static void put_number(values *v, uint64_t number) {
  uint8_t *at = v->numbers[v->n];
  evd_be64_put(at, number);
  put(v, at, 8);
}

static void put_array(values *v, const evd_buf *array) {
  put(v, array->p, array->n);
}

/* One dimension of n values, from 1 on; the values follow. */
static void array_init(evd_buf *b, uint32_t type, uint32_t n) {
  const uint32_t head[5] = {1, 0, type, n, 1};
  uint8_t word[4];
  evd_buf_reset(b);
  for (int i = 0; i < 5; i++) {
    evd_be32_put(word, head[i]);
    evd_buf_add(b, word, sizeof word);
  }
}

static void array_add(evd_buf *b, const void *p, size_t n) {
  uint8_t length[4];
  evd_be32_put(length, (uint32_t)n);
  evd_buf_add(b, length, sizeof length);
  evd_buf_add(b, p, n);
}

/* What came, into `out`. */
static evd_err got(evd_store *s, evd_got *out) {
  const postgres *q = s->db;
  ExecStatusType code = PQresultStatus(q->kept);
  if (code == PGRES_COMMAND_OK) {
    for (const char *n = PQcmdTuples(q->kept); *n; n++)
      out->number = 10 * out->number + (uint64_t)(*n - '0');
    return EVD_OK;
  }
  if (code != PGRES_TUPLES_OK)
    return failed(q);
  out->found = PQntuples(q->kept) == 1;
  if (out->found) {
    out->bytes.p = (const uint8_t *)PQgetvalue(q->kept, 0, 0);
    out->bytes.n = (size_t)PQgetlength(q->kept, 0, 0);
    if (PQftype(q->kept, 0) != BYTEA)
      out->number = evd_be64_get(out->bytes.p);
  }
  return EVD_OK;
}

static evd_err query(evd_store *s, int which, const values *v, evd_got *out) {
  postgres *q = s->db;
  PQclear(q->kept);
  q->kept = PQexecPrepared(q->db, statements[which][0], v->n, v->p, v->bytes,
                           v->format, BINARY);
  return got(s, out);
}

/* A question that is asked once and has one number for an answer. */
static evd_err number(evd_store *s, const char *sql, uint64_t *out) {
  postgres *q = s->db;
  evd_got answer = {0};
  PQclear(q->kept);
  q->kept = PQexecParams(q->db, sql, 0, NULL, NULL, NULL, NULL, BINARY);
  EVD_TRY(got(s, &answer));
  *out = answer.number;
  return EVD_OK;
}

static evd_err add(evd_store *s, uint64_t first) {
  postgres *q = s->db;
  const evd_pending *p = &s->pending;
  values v = {0};
  evd_got done = {0};
  array_init(&q->array[0], BYTEA, p->n_entries);
  for (uint32_t i = 0; i < p->n_entries; i++) {
    const evd_span entry = evd_pending_entry_at(p, i);
    array_add(&q->array[0], entry.p, entry.n);
  }
  if (!evd_buf_ok(&q->array[0]))
    return EVD_ERR_SPACE;
  put_number(&v, first);
  put_array(&v, &q->array[0]);
  EVD_TRY(query(s, ADD, &v, &done));
  return done.number == p->n_entries ? EVD_OK : EVD_ERR_EXISTS;
}

static evd_err entry(evd_store *s, uint64_t index, evd_got *out) {
  values v = {0};
  put_number(&v, index);
  return query(s, ENTRY, &v, out);
}

static evd_err entries(evd_store *s, uint64_t first, uint32_t n,
                       evd_store_entry_fn *each, void *self) {
  const postgres *q = s->db;
  values v = {0};
  evd_got done = {0};
  put_number(&v, first);
  put_number(&v, n);
  EVD_TRY(query(s, ENTRIES, &v, &done));
  for (int i = 0; i < PQntuples(q->kept); i++) {
    const evd_span bytes = {(const uint8_t *)PQgetvalue(q->kept, i, 1),
                            (size_t)PQgetlength(q->kept, i, 1)};
    EVD_TRY(each(self, evd_be64_get((const uint8_t *)PQgetvalue(q->kept, i, 0)),
                 bytes));
  }
  return EVD_OK;
}

static evd_err size_of(evd_store *s, evd_got *out) {
  values v = {0};
  return query(s, SIZE, &v, out);
}

/* ---- rows ---- */

static evd_err row_get(evd_store *s, uint8_t about, const evd_h32 *key,
                       evd_got *out) {
  values v = {0};
  put_number(&v, about);
  put(&v, key->b, sizeof key->b);
  return query(s, ROW_GET, &v, out);
}

static void arrays_init(postgres *q, uint32_t n) {
  array_init(&q->array[0], INT, n);
  array_init(&q->array[1], BYTEA, n);
  array_init(&q->array[2], BYTEA, n);
}

static void arrays_add(postgres *q, const evd_row *r) {
  uint8_t about[4];
  evd_be32_put(about, r->about);
  array_add(&q->array[0], about, sizeof about);
  array_add(&q->array[1], r->key.b, sizeof r->key.b);
  array_add(&q->array[2], r->value, r->n);
}

static evd_err arrays_send(evd_store *s, int which, int n, evd_got *out) {
  postgres *q = s->db;
  values v = {0};
  for (int i = 0; i < n; i++) {
    if (!evd_buf_ok(&q->array[i]))
      return EVD_ERR_SPACE;
    put_array(&v, &q->array[i]);
  }
  return query(s, which, &v, out);
}

static evd_err rows_put(evd_store *s, const evd_row *const *rows, uint32_t n,
                        bool there) {
  postgres *q = s->db;
  evd_got done = {0};
  arrays_init(q, n);
  for (uint32_t i = 0; i < n; i++)
    arrays_add(q, rows[i]);
  EVD_TRY(arrays_send(s, there ? ROWS_CHANGE : ROWS_NEW, 3, &done));
  return done.number == n ? EVD_OK : EVD_ERR_EXISTS;
}

static evd_err fill(void *self, uint8_t about, const evd_h32 *key,
                    evd_span value) {
  evd_row *r = evd_pending_find(self, about, key);
  return r ? evd_row_fill(r, value) : EVD_ERR_FORM;
}

/* The first rows of what came. */
static evd_err each_row(const PGresult *r, evd_store_row_fn *each, void *self) {
  for (int i = 0; i < PQntuples(r); i++) {
    evd_h32 key;
    if (PQgetlength(r, i, 1) != sizeof key.b)
      return EVD_ERR_FORM;
    memcpy(key.b, PQgetvalue(r, i, 1), sizeof key.b);
    const evd_span row = {(const uint8_t *)PQgetvalue(r, i, 2),
                          (size_t)PQgetlength(r, i, 2)};
    uint32_t about = evd_be32_get((const uint8_t *)PQgetvalue(r, i, 0));
    EVD_TRY(each(self, (uint8_t)about, &key, row));
  }
  return EVD_OK;
}

static evd_err rows_get(evd_store *s, evd_row *wanted, uint32_t n) {
  postgres *q = s->db;
  evd_got done = {0};
  arrays_init(q, n);
  for (uint32_t i = 0; i < n; i++)
    arrays_add(q, &wanted[i]);
  EVD_TRY(arrays_send(s, ROWS_GET, 2, &done));
  return each_row(q->kept, fill, &s->pending);
}

/* One row at a time, for all of them may not fit in memory. */
static evd_err rows(evd_store *s, evd_store_row_fn *each, void *self) {
  const postgres *q = s->db;
  PGresult *r = NULL;
  evd_err e = EVD_OK;
  bool bad = !PQsendQueryParams(q->db, "SELECT about, key, value FROM rows", 0,
                                NULL, NULL, NULL, NULL, BINARY) ||
             !PQsetSingleRowMode(q->db);
  while ((r = PQgetResult(q->db)) != NULL) {
    ExecStatusType code = PQresultStatus(r);
    bad = bad || (code != PGRES_SINGLE_TUPLE && code != PGRES_TUPLES_OK);
    if (!bad && e == EVD_OK)
      e = each_row(r, each, self);
    PQclear(r);
  }
  return bad ? failed(q) : e;
}

static evd_err state(evd_store *s, evd_got *out) {
  values v = {0};
  return query(s, STATE, &v, out);
}

static evd_err move(evd_store *s, evd_span old, evd_span next, evd_got *out) {
  values v = {0};
  put(&v, next.p, next.n);
  if (old.n == 0)
    return query(s, STATE_FIRST, &v, out);
  put(&v, old.p, old.n);
  return query(s, STATE_MOVE, &v, out);
}

/* The server keeps its own files; what can be asked is whether the entries
 * have no hole. */
static evd_err check(evd_store *s, bool whole) {
  (void)whole;
  uint64_t missing = 0;
  EVD_TRY(number(s,
                 "SELECT (count(*) - coalesce(max(idx) + 1, 0))::bigint"
                 " FROM entries",
                 &missing));
  return missing == 0
             ? EVD_OK
             : evd_complain(EVD_ERR_FORM, "PostgreSQL: entries are missing");
}

/* ---- opening ---- */

static void close_db(evd_store *s) {
  postgres *q = s->db;
  PQclear(q->kept);
  PQfinish(q->db);
  for (int i = 0; i < VALUES_MAX; i++)
    evd_buf_close(&q->array[i]);
  evd_mem_free(q);
}

/* The server may not have noticed yet that the last holder is gone: two seconds
 * have to do. */
static evd_err take_lease(evd_store *s) {
  enum { TRIES = 40 };
  uint64_t taken = 0, slept = 0;
  for (int i = 0; i < TRIES && taken == 0; i++) {
    if (i > 0)
      EVD_TRY(number(s, "SELECT 0::bigint FROM pg_sleep(0.05)", &slept));
    EVD_TRY(number(s, "SELECT (pg_try_advisory_lock(" LEASE "))::int::bigint",
                   &taken));
  }
  return taken == 1 ? EVD_OK
                    : evd_complain(EVD_ERR_WAIT,
                                   "PostgreSQL: another sequencer holds this "
                                   "log");
}

static evd_err prepare(evd_store *s) {
  const postgres *q = s->db;
  evd_err e = EVD_OK;
  for (int i = 0; e == EVD_OK && i < N_STATEMENTS; i++) {
    PGresult *r = PQprepare(q->db, statements[i][0], statements[i][1], 0, NULL);
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
      e = failed(q);
    PQclear(r);
  }
  return e;
}

/* A plan is made once, of a table that may still be empty then: rows are looked
 * up in the index, always. */
static const char settings[] =
    "SET synchronous_commit = on; SET client_min_messages = error;"
    "SET default_transaction_isolation = serializable;"
    "SET enable_seqscan = off; SET enable_hashjoin = off;"
    "SET enable_mergejoin = off; SET plan_cache_mode = force_generic_plan";

static evd_err set_up(evd_store *s, bool make) {
  uint64_t there = 0;
  EVD_TRY(run(s, settings));
  EVD_TRY(take_lease(s));
  if (make)
    EVD_TRY(run(s, schema));
  EVD_TRY(number(s, "SELECT (to_regclass('state') IS NOT NULL)::int::bigint",
                 &there));
  return there == 1 ? prepare(s)
                    : evd_complain(EVD_ERR_MISSING,
                                   "PostgreSQL: this database has no log");
}

static const evd_backend backend = {
    close_db, begin,    commit,   rollback, add,   entry, entries, size_of,
    row_get,  rows_get, rows_put, rows,     state, move,  check};

evd_err evd_postgres_open(evd_store *s, const char *where, bool make) {
  postgres *q = evd_mem_get(sizeof *q);
  if (!q)
    return evd_complain(EVD_ERR_SPACE, "PostgreSQL: %s",
                        evd_err_text(EVD_ERR_SPACE));
  s->by = &backend;
  s->db = q;
  for (int i = 0; i < VALUES_MAX; i++)
    evd_buf_init(&q->array[i], ARRAY_BYTES_MAX);
  q->db = PQconnectdb(where);
  evd_err e = PQstatus(q->db) == CONNECTION_OK ? set_up(s, make) : failed(q);
  if (e != EVD_OK)
    close_db(s);
  return e;
}
