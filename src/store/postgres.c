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

typedef struct {
  PGconn *db;
  PGresult *kept; /* owns what was read last */
} postgres;

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS entries (idx bigint PRIMARY KEY,"
    " leaf bytea NOT NULL UNIQUE CHECK (length(leaf) = 32),"
    " bytes bytea NOT NULL);"
    "CREATE TABLE IF NOT EXISTS rows (about int NOT NULL,"
    " key bytea NOT NULL CHECK (length(key) = 32), value bytea NOT NULL,"
    " PRIMARY KEY (about, key));"
    "CREATE TABLE IF NOT EXISTS state (one int PRIMARY KEY CHECK (one = 1),"
    " bytes bytea NOT NULL)";

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

enum { VALUES_MAX = 3 };
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

static evd_err query(evd_store *s, const char *sql, const values *v,
                     evd_got *out) {
  postgres *q = s->db;
  PQclear(q->kept);
  q->kept =
      PQexecParams(q->db, sql, v->n, NULL, v->p, v->bytes, v->format, BINARY);
  ExecStatusType code = PQresultStatus(q->kept);
  if (code == PGRES_COMMAND_OK) {
    const char *rows = PQcmdTuples(q->kept);
    out->number = rows[0] && rows[0] != '0';
    return EVD_OK;
  }
  if (code != PGRES_TUPLES_OK)
    return failed(q);
  out->found = PQntuples(q->kept) == 1;
  if (out->found) {
    out->bytes.p = (const uint8_t *)PQgetvalue(q->kept, 0, 0);
    out->bytes.n = (size_t)PQgetlength(q->kept, 0, 0);
    if (PQftype(q->kept, 0) != 17) /* bytea */
      out->number = evd_be64_get(out->bytes.p);
  }
  return EVD_OK;
}

/* ON CONFLICT keeps the transaction alive where a failure would end it. */
static evd_err add(evd_store *s, uint64_t index, const evd_h32 *leaf,
                   evd_span entry) {
  values v = {0};
  evd_got got = {0};
  put_number(&v, index);
  put(&v, leaf->b, sizeof leaf->b);
  put(&v, entry.p, entry.n);
  EVD_TRY(query(s,
                "INSERT INTO entries (idx, leaf, bytes) VALUES"
                " ($1::bigint, $2::bytea, $3::bytea) ON CONFLICT DO NOTHING",
                &v, &got));
  return got.number == 1 ? EVD_OK : EVD_ERR_EXISTS;
}

static evd_err entry(evd_store *s, uint64_t index, evd_got *out) {
  values v = {0};
  put_number(&v, index);
  return query(s, "SELECT bytes FROM entries WHERE idx = $1::bigint", &v, out);
}

static evd_err leaf_of(evd_store *s, uint64_t index, evd_got *out) {
  values v = {0};
  put_number(&v, index);
  return query(s, "SELECT leaf FROM entries WHERE idx = $1::bigint", &v, out);
}

static evd_err find(evd_store *s, const evd_h32 *leaf, evd_got *out) {
  values v = {0};
  put(&v, leaf->b, sizeof leaf->b);
  return query(s, "SELECT idx FROM entries WHERE leaf = $1::bytea", &v, out);
}

static evd_err size_of(evd_store *s, evd_got *out) {
  values v = {0};
  return query(s, "SELECT coalesce(max(idx) + 1, 0)::bigint FROM entries", &v,
               out);
}

static evd_err row_get(evd_store *s, uint8_t about, const evd_h32 *key,
                       evd_got *out) {
  values v = {0};
  put_number(&v, about);
  put(&v, key->b, sizeof key->b);
  return query(s,
               "SELECT value FROM rows WHERE about = ($1::bigint)::int"
               " AND key = $2::bytea",
               &v, out);
}

static evd_err row_put(evd_store *s, uint8_t about, const evd_h32 *key,
                       evd_span row) {
  values v = {0};
  evd_got got = {0};
  put_number(&v, about);
  put(&v, key->b, sizeof key->b);
  put(&v, row.p, row.n);
  return query(s,
               "INSERT INTO rows (about, key, value) VALUES"
               " (($1::bigint)::int, $2::bytea, $3::bytea)"
               " ON CONFLICT (about, key) DO UPDATE SET value = excluded.value",
               &v, &got);
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
  return query(s, "SELECT bytes FROM state WHERE one = 1", &v, out);
}

static evd_err move(evd_store *s, evd_span old, evd_span next, evd_got *out) {
  values v = {0};
  put(&v, next.p, next.n);
  if (old.n == 0)
    return query(s,
                 "INSERT INTO state (one, bytes) VALUES (1, $1::bytea)"
                 " ON CONFLICT DO NOTHING",
                 &v, out);
  put(&v, old.p, old.n);
  return query(s,
               "UPDATE state SET bytes = $1::bytea WHERE one = 1"
               " AND bytes = $2::bytea",
               &v, out);
}

/* The server keeps its own files; what can be asked is whether the entries
 * have no hole. */
static evd_err check(evd_store *s, bool whole) {
  (void)whole;
  values v = {0};
  evd_got got = {0};
  EVD_TRY(query(s,
                "SELECT (count(*) - coalesce(max(idx) + 1, 0))::bigint"
                " FROM entries",
                &v, &got));
  return got.number == 0
             ? EVD_OK
             : evd_complain(EVD_ERR_FORM, "PostgreSQL: entries are missing");
}

/* ---- opening ---- */

static void close_db(evd_store *s) {
  postgres *q = s->db;
  PQclear(q->kept);
  PQfinish(q->db);
  evd_mem_free(q);
}

static evd_err take_lease(evd_store *s) {
  values v = {0};
  evd_got got = {0};
  EVD_TRY(query(s, "SELECT (pg_try_advisory_lock(" LEASE "))::int::bigint", &v,
                &got));
  return got.number == 1
             ? EVD_OK
             : evd_complain(EVD_ERR_WAIT,
                            "PostgreSQL: another sequencer holds this log");
}

static evd_err set_up(evd_store *s, bool make) {
  values v = {0};
  evd_got got = {0};
  EVD_TRY(run(s, "SET synchronous_commit = on; SET client_min_messages ="
                 " error; SET default_transaction_isolation = serializable"));
  EVD_TRY(take_lease(s));
  if (make)
    EVD_TRY(run(s, schema));
  EVD_TRY(query(s, "SELECT (to_regclass('state') IS NOT NULL)::int::bigint", &v,
                &got));
  return got.number == 1 ? EVD_OK
                         : evd_complain(EVD_ERR_MISSING,
                                        "PostgreSQL: this database has no log");
}

static const evd_backend backend = {
    close_db, begin,   commit,  rollback, add,   entry, leaf_of, find,
    size_of,  row_get, row_put, rows,     state, move,  check};

evd_err evd_postgres_open(evd_store *s, const char *where, bool make) {
  postgres *q = evd_mem_get(sizeof *q);
  if (!q)
    return evd_complain(EVD_ERR_SPACE, "PostgreSQL: %s",
                        evd_err_text(EVD_ERR_SPACE));
  s->by = &backend;
  s->db = q;
  q->db = PQconnectdb(where);
  evd_err e = PQstatus(q->db) == CONNECTION_OK ? set_up(s, make) : failed(q);
  if (e != EVD_OK)
    close_db(s);
  return e;
}
