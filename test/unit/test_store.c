/* The same promises from every database. With EVD_STORE (postgresql://..) the
 * tests run there, in an empty database; else in a file of SQLite. */
#include "arith.h"

#include "store/store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char where[256];
static bool served;

static evd_span span(const char *text) {
  return (evd_span){(const uint8_t *)text, strlen(text)};
}

static evd_h32 h32(int letter) {
  evd_h32 h;
  memset(h.b, letter, sizeof h.b);
  return h;
}

static evd_store *open_it(bool make) {
  evd_store *s = NULL;
  assert_int_equal(evd_store_open(&s, where, make), EVD_OK);
  return s;
}

static void entry_is(evd_store *s, uint64_t index, const char *want) {
  evd_buf b;
  evd_buf_init(&b, 1 << 16);
  assert_int_equal(evd_store_entry(s, index, &b), EVD_OK);
  assert_true(b.n == strlen(want) && (b.n == 0 || !memcmp(b.p, want, b.n)));
  evd_buf_close(&b);
}

static void state_is(evd_store *s, const char *want) {
  evd_buf b;
  evd_buf_init(&b, 1 << 16);
  assert_int_equal(evd_store_state(s, &b), EVD_OK);
  assert_true(b.n == strlen(want) && (b.n == 0 || !memcmp(b.p, want, b.n)));
  evd_buf_close(&b);
}

static evd_err note_entry(void *self, uint64_t index, evd_span bytes) {
  char text[32];
  snprintf(text, sizeof text, "%u:%.*s ", (unsigned)index, (int)bytes.n,
           bytes.n ? (const char *)bytes.p : "");
  evd_buf_text(self, text);
  return evd_buf_ok(self) ? EVD_OK : EVD_ERR_SPACE;
}

static void walk_is(evd_store *s, uint64_t first, uint32_t n,
                    const char *want) {
  evd_buf b;
  evd_buf_init(&b, 64);
  assert_int_equal(evd_store_entries(s, first, n, note_entry, &b), EVD_OK);
  assert_true(b.n == strlen(want) && (b.n == 0 || !memcmp(b.p, want, b.n)));
  evd_buf_close(&b);
}

static void test_entries(void **state) {
  (void)state;
  evd_store *s = open_it(true);
  uint64_t size = 9;
  evd_buf none, small;
  assert_int_equal(evd_store_size(s, &size), EVD_OK);
  assert_int_equal(size, 0);
  assert_int_equal(evd_store_begin(s), EVD_OK);
  assert_int_equal(evd_store_add(s, 1, span("first")), EVD_ERR_EXISTS);
  assert_int_equal(evd_store_add(s, 0, span("first")), EVD_OK);
  assert_int_equal(evd_store_add(s, 0, span("x")), EVD_ERR_EXISTS);
  assert_int_equal(evd_store_add(s, 1, (evd_span){NULL, 0}), EVD_OK);
  assert_int_equal(evd_store_commit(s), EVD_OK);
  evd_store_close(s);
  s = open_it(false);
  assert_int_equal(evd_store_size(s, &size), EVD_OK);
  assert_int_equal(size, 2);
  entry_is(s, 0, "first");
  entry_is(s, 1, "");
  evd_buf_init(&none, 16);
  assert_int_equal(evd_store_entry(s, 2, &none), EVD_ERR_MISSING);
  walk_is(s, 0, 9, "0:first 1: ");
  walk_is(s, 0, 1, "0:first ");
  walk_is(s, 1, 9, "1: ");
  walk_is(s, 2, 9, "");
  evd_buf_init(&small, 8); /* of the first one alone */
  assert_int_equal(evd_store_entries(s, 0, 9, note_entry, &small),
                   EVD_ERR_SPACE);
  evd_buf_close(&small);
  walk_is(s, 0, 1, "0:first ");
  assert_int_equal(evd_store_check(s, true), EVD_OK);
  evd_buf_close(&none);
  evd_store_close(s);
}

static void test_rows(void **state) {
  (void)state;
  evd_store *s = open_it(true);
  evd_h32 key = h32('k');
  char row[4] = "";
  bool found = true;
  assert_int_equal(evd_store_row_get(s, 1, &key, row, 3, &found), EVD_OK);
  assert_false(found);
  assert_int_equal(evd_store_begin(s), EVD_OK);
  assert_int_equal(evd_store_row_put(s, 1, &key, "abc", 3), EVD_OK);
  assert_int_equal(evd_store_row_put(s, 2, &key, NULL, 0), EVD_OK);
  assert_int_equal(evd_store_row_put(s, 1, &key, "xyz", 3), EVD_OK);
  assert_int_equal(evd_store_commit(s), EVD_OK);
  assert_int_equal(evd_store_row_get(s, 1, &key, row, 3, &found), EVD_OK);
  assert_true(found && strcmp(row, "xyz") == 0);
  assert_int_equal(evd_store_row_get(s, 2, &key, NULL, 0, &found), EVD_OK);
  assert_true(found);
  assert_int_equal(evd_store_row_get(s, 1, &key, row, 2, &found), EVD_ERR_FORM);
  evd_store_close(s);
}

static void test_state_moves_from_what_it_was(void **state) {
  (void)state;
  evd_store *s = open_it(true);
  const evd_span none = {NULL, 0};
  state_is(s, "");
  assert_int_equal(evd_store_begin(s), EVD_OK);
  assert_int_equal(evd_store_move(s, span("x"), span("one")), EVD_ERR_WAIT);
  assert_int_equal(evd_store_begin(s), EVD_OK);
  assert_int_equal(evd_store_move(s, none, span("one")), EVD_OK);
  assert_int_equal(evd_store_move(s, span("one"), span("two")), EVD_OK);
  assert_int_equal(evd_store_commit(s), EVD_OK);
  assert_int_equal(evd_store_begin(s), EVD_OK);
  assert_int_equal(evd_store_move(s, none, span("three")), EVD_ERR_WAIT);
  assert_int_equal(evd_store_begin(s), EVD_OK);
  assert_int_equal(evd_store_move(s, span("one"), span("three")), EVD_ERR_WAIT);
  state_is(s, "two");
  evd_store_close(s);
}

/* What is not committed was never there. */
static void test_all_or_nothing(void **state) {
  (void)state;
  evd_store *s = open_it(true);
  evd_h32 key = h32('n');
  uint64_t size = 0, after = 0;
  bool found = true;
  assert_int_equal(evd_store_size(s, &size), EVD_OK);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(evd_store_begin(s), EVD_OK);
    assert_int_equal(evd_store_add(s, size, span("gone")), EVD_OK);
    assert_int_equal(evd_store_row_put(s, 7, &key, "x", 1), EVD_OK);
    if (i == 0)
      evd_store_rollback(s);
    else
      evd_store_close(s);
  }
  s = open_it(false);
  assert_int_equal(evd_store_size(s, &after), EVD_OK);
  assert_int_equal(after, size);
  assert_int_equal(evd_store_row_get(s, 7, &key, NULL, 0, &found), EVD_OK);
  assert_false(found);
  evd_store_close(s);
}

static evd_h32 numbered(uint32_t i) {
  evd_h32 key = {{0}};
  memcpy(key.b + 20, &i, sizeof i);
  return key;
}

static bool row_is(evd_store *s, uint32_t i, uint32_t want) {
  evd_h32 key = numbered(i);
  uint32_t row = 0;
  bool found = false;
  assert_int_equal(evd_store_row_get(s, 9, &key, &row, sizeof row, &found),
                   EVD_OK);
  return found && row == want;
}

static void row_set(evd_store *s, uint32_t i, uint32_t row) {
  evd_h32 key = numbered(i);
  assert_int_equal(evd_store_row_put(s, 9, &key, &row, sizeof row), EVD_OK);
}

static evd_err count_row(void *self, uint8_t about, const evd_h32 *key,
                         evd_span row) {
  uint32_t *n = self, i = 0;
  memcpy(&i, key->b + 20, sizeof i);
  if (about == 9 && row.n == sizeof i && memcmp(row.p, &i, sizeof i) != 0)
    ++*n;
  return EVD_OK;
}

/* More than fits in the memory of a transaction: it sees what it wrote, and
 * the next one sees the same. */
static void test_many_in_one_transaction(void **state) {
  (void)state;
  enum { N = 5000 };
  evd_store *s = open_it(true);
  uint64_t size = 0;
  uint32_t changed = 0;
  assert_int_equal(evd_store_size(s, &size), EVD_OK);
  assert_int_equal(evd_store_begin(s), EVD_OK);
  for (uint32_t i = 0; i < N; i++) {
    row_set(s, i, i);
    assert_int_equal(evd_store_add(s, size + i, span("one of many")), EVD_OK);
  }
  entry_is(s, size + N - 1, "one of many");
  for (uint32_t i = 0; i < N; i += 7)
    row_set(s, i, i + 1);
  for (uint32_t i = 0; i < N; i++)
    assert_true(row_is(s, i, i % 7 == 0 ? i + 1 : i));
  assert_int_equal(evd_store_rows(s, count_row, &changed), EVD_OK);
  assert_int_equal(changed, (N + 6) / 7);
  assert_int_equal(evd_store_commit(s), EVD_OK);
  evd_store_close(s);
  s = open_it(false);
  for (uint32_t i = 0; i < N; i += 5)
    assert_true(row_is(s, i, i % 7 == 0 ? i + 1 : i));
  assert_int_equal(evd_store_size(s, &size), EVD_OK);
  entry_is(s, size - 1, "one of many");
  evd_store_close(s);
}

/* What is wanted is read at once with what is asked for. */
static void test_wanted_rows(void **state) {
  (void)state;
  enum { FROM = 3 << 18, N = 4500 };
  evd_store *s = open_it(true);
  evd_h32 key;
  for (int round = 0; round < 2; round++) {
    assert_int_equal(evd_store_begin(s), EVD_OK);
    for (uint32_t i = FROM; i < FROM + N; i++) {
      key = numbered(i);
      assert_int_equal(evd_store_row_want(s, 9, &key), EVD_OK);
      assert_int_equal(evd_store_row_want(s, 9, &key), EVD_OK);
    }
    for (uint32_t i = FROM; i < FROM + N; i++)
      assert_int_equal(row_is(s, i, i), round == 1 && i % 3 == 0);
    for (uint32_t i = FROM; i < FROM + N; i += 3)
      row_set(s, i, i);
    assert_int_equal(evd_store_commit(s), EVD_OK);
  }
  evd_store_close(s);
}

/* Adds entries for ever, and tells how many there are only after the commit. */
static void write_for_ever(int to) {
  evd_store *s = NULL;
  uint64_t size = 0;
  evd_err e = evd_store_open(&s, where, true);
  while (e == EVD_OK) {
    e = evd_store_size(s, &size);
    if (e == EVD_OK)
      e = evd_store_begin(s);
    if (e == EVD_OK)
      e = evd_store_add(s, size, span("entry"));
    if (e == EVD_OK)
      e = evd_store_commit(s);
    size++;
    if (write(to, &size, sizeof size) != sizeof size)
      e = EVD_ERR_IO;
  }
  _exit(1);
}

/* What the writer said last before it was killed. */
static uint64_t kill_after(int commits) {
  int fd[2];
  uint64_t told = 0;
  assert_int_equal(pipe(fd), 0);
  pid_t pid = fork();
  if (pid == 0)
    write_for_ever(fd[1]);
  close(fd[1]);
  for (int i = 0; i < commits; i++)
    assert_int_equal(read(fd[0], &told, sizeof told), sizeof told);
  kill(pid, SIGKILL);
  assert_int_equal(waitpid(pid, NULL, 0), pid);
  while (read(fd[0], &told, sizeof told) == sizeof told)
    continue;
  close(fd[0]);
  return told;
}

/* A server sees only after a while that the holder is gone. */
static evd_store *open_patiently(void) {
  evd_store *s = NULL;
  for (int tries = 0; tries < 50; tries++) {
    if (evd_store_open(&s, where, false) == EVD_OK)
      return s;
    usleep(100000);
  }
  fail_msg("nobody holds it, and it does not open");
  return NULL;
}

/* A writer that is killed at any moment has lost nothing that it was told is
 * there. */
static void test_T25_killed_writer(void **state) {
  (void)state;
  for (int round = 1; round <= 5; round++) {
    uint64_t size = 0, told = kill_after(20 * round);
    evd_store *s = open_patiently();
    assert_int_equal(evd_store_size(s, &size), EVD_OK);
    assert_true(size == told || size == told + 1);
    assert_int_equal(evd_store_check(s, true), EVD_OK);
    evd_store_close(s);
  }
}

static void test_one_holder(void **state) {
  (void)state;
  evd_store *s = open_it(true), *second = NULL;
  assert_int_equal(evd_store_open(&second, where, false), EVD_ERR_WAIT);
  assert_null(second);
  evd_store_close(s);
}

static void test_no_store(void **state) {
  (void)state;
  evd_store *s = NULL;
  char path[300];
  assert_int_equal(evd_store_open(&s, "/nonexistent/x", false),
                   EVD_ERR_MISSING);
  assert_int_equal(evd_store_open(&s, "/nonexistent/x", true), EVD_ERR_IO);
  snprintf(path, sizeof path, "%s.text", where);
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  for (int i = 0; i < 200; i++)
    fputs("this is no database at all\n", f);
  fclose(f);
  assert_int_equal(evd_store_open(&s, path, true), EVD_ERR_FORM);
  remove(path);
}

static void by_hand(const char *sql) {
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(where, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Rows that come or go behind the back of a transaction, here by a trigger: the
 * database takes no second row of a key, and what is changed has to be there.
 */
static void test_database_is_strict(void **state) {
  (void)state;
  static const char *const triggers[] = {
      "CREATE TRIGGER other AFTER INSERT ON entries BEGIN INSERT INTO rows "
      "VALUES (9, CAST('ssssssssssssssssssssssssssssssss' AS BLOB), x'00'); "
      "END",
      "CREATE TRIGGER other AFTER INSERT ON entries BEGIN DELETE FROM rows "
      "WHERE about = 9; END"};
  for (int i = 0; i < 2; i++) {
    evd_store *s = open_it(true);
    evd_h32 key = h32('s');
    uint64_t size = 0;
    bool found = true;
    if (i == 1) {
      assert_int_equal(evd_store_begin(s), EVD_OK);
      assert_int_equal(evd_store_row_put(s, 9, &key, "x", 1), EVD_OK);
      assert_int_equal(evd_store_commit(s), EVD_OK);
    }
    assert_int_equal(evd_store_size(s, &size), EVD_OK);
    evd_store_close(s);
    by_hand(triggers[i]);
    s = open_it(false);
    assert_int_equal(evd_store_begin(s), EVD_OK);
    assert_int_equal(evd_store_add(s, size, span("y")), EVD_OK);
    assert_int_equal(evd_store_row_put(s, 9, &key, "y", 1), EVD_OK);
    assert_int_equal(evd_store_commit(s), EVD_ERR_IO);
    assert_int_equal(evd_store_row_get(s, 9, &key, NULL, 0, &found),
                     EVD_ERR_IO);
    evd_store_close(s);
    by_hand("DROP TRIGGER other");
  }
}

/* What commits leave in the second file comes back into the first: it does not
 * grow with the log. */
static void test_second_file_stays_small(void **state) {
  (void)state;
  enum { COMMITS = 1200, BYTES_MAX = 6 << 20 };
  char path[300];
  struct stat st;
  bool found = false;
  uint64_t size = 0;
  evd_h32 key = h32('w');
  evd_store *s = open_it(true);
  assert_int_equal(evd_store_size(s, &size), EVD_OK);
  for (uint64_t i = 0; i < COMMITS; i++) {
    assert_int_equal(evd_store_begin(s), EVD_OK);
    assert_int_equal(evd_store_row_get(s, 8, &key, NULL, 0, &found), EVD_OK);
    assert_int_equal(evd_store_row_put(s, 8, &key, &i, sizeof i), EVD_OK);
    assert_int_equal(evd_store_add(s, size + i, span("w")), EVD_OK);
    entry_is(s, size + i, "w");
    assert_int_equal(evd_store_commit(s), EVD_OK);
  }
  snprintf(path, sizeof path, "%s-wal", where);
  assert_int_equal(stat(path, &st), 0);
  assert_true(st.st_size < BYTES_MAX);
  evd_store_close(s);
}

/* Any byte of the file that is changed is found, or is of no account: then
 * everything reads as before. */
static void test_T03_changed_file(void **state) {
  (void)state;
  FILE *f = fopen(where, "rb");
  assert_non_null(f);
  static uint8_t bytes[1 << 20];
  size_t n = fread(bytes, 1, sizeof bytes, f);
  fclose(f);
  assert_true(n > 4096 && n < sizeof bytes);
  int found = 0;
  char path[300];
  snprintf(path, sizeof path, "%s.changed", where);
  for (size_t at = 100; at < n; at += n / 60) {
    evd_store *s = NULL;
    f = fopen(path, "wb");
    bytes[at] ^= 0x55;
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    bytes[at] ^= 0x55;
    fclose(f);
    evd_err e = evd_store_open(&s, path, false);
    if (e == EVD_OK)
      e = evd_store_check(s, true);
    found += e != EVD_OK;
    evd_store_close(s);
    remove(path);
  }
  assert_true(found > 0); /* what is in rows is for the log's own hashes */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_entries),
      cmocka_unit_test(test_rows),
      cmocka_unit_test(test_state_moves_from_what_it_was),
      cmocka_unit_test(test_all_or_nothing),
      cmocka_unit_test(test_wanted_rows),
      cmocka_unit_test(test_T25_killed_writer),
      cmocka_unit_test(test_one_holder),
      cmocka_unit_test(test_many_in_one_transaction),
  };
  const struct CMUnitTest of_files[] = {
      cmocka_unit_test(test_no_store),
      cmocka_unit_test(test_T03_changed_file),
      cmocka_unit_test(test_database_is_strict),
      cmocka_unit_test(test_second_file_stays_small),
  };
  char folder[] = "/tmp/evident-store-XXXXXX";
  const char *server = getenv("EVD_STORE");
  served = server != NULL;
  if (!mkdtemp(folder))
    return 1;
  snprintf(where, sizeof where, "%s%s", served ? server : folder,
           served ? "" : "/log.db");
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (!served) {
    failed += cmocka_run_group_tests(of_files, NULL, NULL);
    remove(where);
  }
  rmdir(folder);
  return failed;
}
