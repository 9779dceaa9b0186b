/* SQLite: one connection that writes and checkpoints.
 *
 * SQLite before 3.51.3 can lose committed pages when two connections write
 * and checkpoint at one instant. So the file is locked for good by the one
 * that opens it, and nobody else looks into it while it runs. */
#include <sqlite3.h>
#include <string.h>

#include "host/host.h"
#include "host/mem.h"
#include "store/backend.h"

/* In the header of the file. */
enum { MARK = 0x45564232 }; /* "EVB2" */

enum {
  ADD,
  ENTRY,
  ENTRIES,
  SIZE,
  ROW_GET,
  ROW_NEW,
  ROW_CHANGE,
  STATE,
  STATE_FIRST,
  STATE_MOVE,
  N_STATEMENTS
};
static const char *const statements[N_STATEMENTS] = {
    "INSERT INTO entries (idx, bytes) VALUES (?1, ?2)",
    "SELECT bytes FROM entries WHERE idx = ?1",
    "SELECT idx, bytes FROM entries WHERE idx >= ?1 ORDER BY idx LIMIT ?2",
    "SELECT ifnull(max(idx) + 1, 0) FROM entries",
    "SELECT value FROM rows WHERE about = ?1 AND key = ?2",
    "INSERT INTO rows (about, key, value) VALUES (?1, ?2, ?3)",
    "UPDATE rows SET value = ?3 WHERE about = ?1 AND key = ?2",
    "SELECT bytes FROM state WHERE one = 1",
    "INSERT OR IGNORE INTO state (one, bytes) VALUES (1, ?1)",
    "UPDATE state SET bytes = ?1 WHERE one = 1 AND bytes = ?2"};

static const char schema[] =
    "CREATE TABLE entries (idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL)"
    " STRICT;"
    "CREATE TABLE rows (about INTEGER NOT NULL, key BLOB NOT NULL"
    " CHECK (length(key) = 32), value BLOB NOT NULL,"
    " PRIMARY KEY (about, key)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1),"
    " bytes BLOB NOT NULL) STRICT;"
    "PRAGMA application_id = 0x45564232;";

typedef struct {
  sqlite3 *db;
  sqlite3_stmt *by[N_STATEMENTS];
  const char *path;
} sqlite;

static evd_err failed(const evd_store *s) {
  const sqlite *q = s->db;
  return evd_complain(EVD_ERR_IO, "%s: %s", q->path, sqlite3_errmsg(q->db));
}

static evd_err run(const evd_store *s, const char *sql) {
  const sqlite *q = s->db;
  return sqlite3_exec(q->db, sql, NULL, NULL, NULL) == SQLITE_OK ? EVD_OK
                                                                 : failed(s);
}

static evd_err begin(evd_store *s) { return run(s, "BEGIN IMMEDIATE"); }

/* A statement that still reads would keep the file of the last commits from
 * being brought back into the database: it would grow for ever. */
static evd_err commit(evd_store *s) {
  const sqlite *q = s->db;
  for (int i = 0; i < N_STATEMENTS; i++)
    (void)sqlite3_reset(q->by[i]);
  return run(s, "COMMIT");
}

static void rollback(evd_store *s) {
  const sqlite *q = s->db;
  (void)sqlite3_exec(q->db, "ROLLBACK", NULL, NULL, NULL);
}

/* ---- statements ---- */

/* Values are bound by hand; a blob without bytes is not NULL. They are not
 * copied: a statement is stepped before its caller returns. */
static void bind_blob(sqlite3_stmt *st, int at, const void *p, size_t n) {
  (void)sqlite3_bind_blob64(st, at, n ? p : "", n, SQLITE_STATIC);
}

static sqlite3_stmt *statement(const evd_store *s, int which) {
  const sqlite *q = s->db;
  (void)sqlite3_reset(q->by[which]);
  return q->by[which];
}

/* Writes: nothing comes back. */
static evd_err step_write(evd_store *s, sqlite3_stmt *st) {
  int code = sqlite3_step(st);
  (void)sqlite3_reset(st);
  if (code == SQLITE_DONE)
    return EVD_OK;
  return code == SQLITE_CONSTRAINT ? EVD_ERR_EXISTS : failed(s);
}

/* One row of one value, or none. */
static evd_err step_read(evd_store *s, sqlite3_stmt *st, evd_got *out) {
  int code = sqlite3_step(st);
  out->found = code == SQLITE_ROW;
  if (code == SQLITE_DONE)
    return EVD_OK;
  if (code != SQLITE_ROW)
    return failed(s);
  if (sqlite3_column_type(st, 0) == SQLITE_INTEGER) {
    out->number = (uint64_t)sqlite3_column_int64(st, 0);
    return EVD_OK;
  }
  out->bytes.p = sqlite3_column_blob(st, 0);
  out->bytes.n = (size_t)sqlite3_column_bytes(st, 0);
  return EVD_OK;
}

static evd_err add(evd_store *s, uint64_t first) {
  for (uint32_t i = 0; i < s->pending.n_entries; i++) {
    const evd_span entry = evd_pending_entry_at(&s->pending, i);
    sqlite3_stmt *st = statement(s, ADD);
    (void)sqlite3_bind_int64(st, 1, (int64_t)(first + i));
    bind_blob(st, 2, entry.p, entry.n);
    EVD_TRY(step_write(s, st));
  }
  return EVD_OK;
}

static evd_err entry(evd_store *s, uint64_t index, evd_got *out) {
  sqlite3_stmt *st = statement(s, ENTRY);
  (void)sqlite3_bind_int64(st, 1, (int64_t)index);
  return step_read(s, st, out);
}

static evd_err entries(evd_store *s, uint64_t first, uint32_t n,
                       evd_store_entry_fn *each, void *self) {
  sqlite3_stmt *st = statement(s, ENTRIES);
  evd_err e = EVD_OK;
  int code = SQLITE_DONE;
  (void)sqlite3_bind_int64(st, 1, (int64_t)first);
  (void)sqlite3_bind_int64(st, 2, n);
  while (e == EVD_OK && (code = sqlite3_step(st)) == SQLITE_ROW) {
    const evd_span bytes = {sqlite3_column_blob(st, 1),
                            (size_t)sqlite3_column_bytes(st, 1)};
    e = each(self, (uint64_t)sqlite3_column_int64(st, 0), bytes);
  }
  if (e == EVD_OK && code != SQLITE_DONE)
    e = failed(s);
  (void)sqlite3_reset(st);
  return e;
}

static evd_err size_of(evd_store *s, evd_got *out) {
  return step_read(s, statement(s, SIZE), out);
}

static evd_err row_get(evd_store *s, uint8_t about, const evd_h32 *key,
                       evd_got *out) {
  sqlite3_stmt *st = statement(s, ROW_GET);
  (void)sqlite3_bind_int(st, 1, about);
  bind_blob(st, 2, key->b, sizeof key->b);
  return step_read(s, st, out);
}

static evd_err rows_put(evd_store *s, const evd_row *const *rows, uint32_t n,
                        bool there) {
  const sqlite *q = s->db;
  for (uint32_t i = 0; i < n; i++) {
    const evd_row *r = rows[i];
    sqlite3_stmt *st = statement(s, there ? ROW_CHANGE : ROW_NEW);
    (void)sqlite3_bind_int(st, 1, r->about);
    bind_blob(st, 2, r->key.b, sizeof r->key.b);
    bind_blob(st, 3, r->value, r->n);
    EVD_TRY(step_write(s, st));
    if (sqlite3_changes64(q->db) != 1)
      return EVD_ERR_EXISTS;
  }
  return EVD_OK;
}

static evd_err one_row(sqlite3_stmt *st, evd_store_row_fn *each, void *self) {
  evd_h32 key;
  memcpy(key.b, sqlite3_column_blob(st, 1), sizeof key.b); /* by its CHECK */
  const evd_span row = {sqlite3_column_blob(st, 2),
                        (size_t)sqlite3_column_bytes(st, 2)};
  return each(self, (uint8_t)sqlite3_column_int(st, 0), &key, row);
}

static evd_err rows(evd_store *s, evd_store_row_fn *each, void *self) {
  const sqlite *q = s->db;
  sqlite3_stmt *st = NULL;
  static const char sql[] =
      "SELECT about, key, value FROM rows WHERE length(key) = 32";
  int code = sqlite3_prepare_v2(q->db, sql, -1, &st, NULL);
  evd_err e = EVD_OK;
  while (code == SQLITE_OK && e == EVD_OK &&
         (code = sqlite3_step(st)) == SQLITE_ROW) {
    e = one_row(st, each, self);
    code = SQLITE_OK;
  }
  if (e == EVD_OK && code != SQLITE_DONE)
    e = failed(s);
  (void)sqlite3_finalize(st);
  return e;
}

static evd_err state(evd_store *s, evd_got *out) {
  return step_read(s, statement(s, STATE), out);
}

static evd_err move(evd_store *s, evd_span old, evd_span next, evd_got *out) {
  const sqlite *q = s->db;
  sqlite3_stmt *st = statement(s, old.n ? STATE_MOVE : STATE_FIRST);
  bind_blob(st, 1, next.p, next.n);
  if (old.n)
    bind_blob(st, 2, old.p, old.n);
  EVD_TRY(step_write(s, st));
  out->number = (uint64_t)sqlite3_changes64(q->db);
  return EVD_OK;
}

/* ---- opening ---- */

static void close_db(evd_store *s) {
  sqlite *q = s->db;
  for (int i = 0; i < N_STATEMENTS; i++)
    (void)sqlite3_finalize(q->by[i]);
  (void)sqlite3_close(q->db);
  evd_mem_free(q);
}

/* The one value of a query, compared as text. */
static evd_err expect(evd_store *s, const char *sql, const char *wanted) {
  const sqlite *q = s->db;
  sqlite3_stmt *st = NULL;
  evd_err e = EVD_OK;
  if (sqlite3_prepare_v2(q->db, sql, -1, &st, NULL) != SQLITE_OK ||
      sqlite3_step(st) != SQLITE_ROW)
    e = failed(s);
  else if (strcmp((const char *)sqlite3_column_text(st, 0), wanted) != 0)
    e = evd_complain(EVD_ERR_FORM, "%s: %s gives %s, expected %s", q->path, sql,
                     (const char *)sqlite3_column_text(st, 0), wanted);
  (void)sqlite3_finalize(st);
  return e;
}

/* The quick one reads all pages too, but does not compare indices with their
 * tables. */
static evd_err check(evd_store *s, bool whole) {
  return expect(s, whole ? "PRAGMA integrity_check" : "PRAGMA quick_check",
                "ok");
}

/* Durable on every commit, and nobody else in the file; what was asked for is
 * read back. */
static evd_err configure(evd_store *s) {
  EVD_TRY(run(s, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
                 "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL;"
                 "PRAGMA cache_size = -65536")); /* 64 MiB: keys are random */
  EVD_TRY(expect(s, "PRAGMA journal_mode = WAL", "wal"));
  EVD_TRY(expect(s, "PRAGMA synchronous", "2"));
  return expect(s, "PRAGMA locking_mode", "exclusive");
}

static evd_err make_tables(evd_store *s) {
  EVD_TRY(begin(s));
  evd_err e = run(s, schema);
  if (e == EVD_OK)
    return commit(s);
  rollback(s);
  return e;
}

static evd_err prepare(evd_store *s) {
  sqlite *q = s->db;
  for (int i = 0; i < N_STATEMENTS; i++)
    if (sqlite3_prepare_v3(q->db, statements[i], -1, SQLITE_PREPARE_PERSISTENT,
                           &q->by[i], NULL) != SQLITE_OK)
      return failed(s);
  return EVD_OK;
}

/* Takes the lock that stays. */
static evd_err hold(evd_store *s) {
  const sqlite *q = s->db;
  int code = sqlite3_exec(q->db, "BEGIN IMMEDIATE; COMMIT", NULL, NULL, NULL);
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    return evd_complain(EVD_ERR_WAIT, "%s: another process holds it", q->path);
  if (code == SQLITE_NOTADB)
    return evd_complain(EVD_ERR_FORM, "%s: expected a board's database",
                        q->path);
  return code == SQLITE_OK ? EVD_OK : failed(s);
}

/* A file that was begun and not finished has no tables either. */
static evd_err is_empty(evd_store *s, bool *empty) {
  const sqlite *q = s->db;
  sqlite3_stmt *st = NULL;
  static const char sql[] = "SELECT count(*) FROM sqlite_master";
  evd_err e = EVD_OK;
  if (sqlite3_prepare_v2(q->db, sql, -1, &st, NULL) != SQLITE_OK ||
      sqlite3_step(st) != SQLITE_ROW)
    e = failed(s);
  else
    *empty = sqlite3_column_int(st, 0) == 0;
  (void)sqlite3_finalize(st);
  return e;
}

static evd_err set_up(evd_store *s, bool make) {
  bool empty = false;
  EVD_TRY(hold(s));
  EVD_TRY(configure(s));
  EVD_TRY(hold(s));
  EVD_TRY(is_empty(s, &empty));
  if (empty && make)
    EVD_TRY(make_tables(s));
  _Static_assert(MARK == 1163280946, "the text below"); /* in decimal */
  EVD_TRY(expect(s, "PRAGMA application_id", "1163280946"));
  return prepare(s);
}

static const evd_backend backend = {
    close_db, begin, commit,   rollback, add,   entry, entries, size_of,
    row_get,  NULL,  rows_put, rows,     state, move,  check};

evd_err evd_sqlite_open(evd_store *s, const char *path, bool make) {
  if (!make && !evd_file_exists(path))
    return evd_complain(EVD_ERR_MISSING, "%s is not there", path);
  sqlite *q = evd_mem_get(sizeof *q);
  if (!q)
    return evd_complain(EVD_ERR_SPACE, "%s: %s", path,
                        evd_err_text(EVD_ERR_SPACE));
  q->path = path;
  s->by = &backend;
  s->db = q;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW |
              SQLITE_OPEN_FULLMUTEX | (make ? SQLITE_OPEN_CREATE : 0);
  evd_err e = EVD_OK;
  if (sqlite3_open_v2(path, &q->db, flags, NULL) != SQLITE_OK)
    e = failed(s);
  if (e == EVD_OK)
    e = set_up(s, make);
  /* The WAL is there now. SQLite syncs its name later, and overlooks it when
   * that fails. */
  if (e == EVD_OK)
    e = evd_dir_sync_of(path);
  if (e != EVD_OK)
    close_db(s);
  return e;
}
