/* Rows of the rules in memory: what was put, and nothing else, is there. */
#include "arith.h"

#include "board/row_table.h"

#include <string.h>

#define N 5000

static evd_h32 key_of(uint32_t i) {
  evd_h32 k = {{0}}; /* keys that differ in few bits */
  memcpy(k.b, &i, sizeof i);
  return k;
}

static void test_what_is_put_is_there(void **state) {
  (void)state;
  evd_row_table t;
  evd_row_table_init(&t, (size_t)1 << 24, 7);
  evd_rules_store s = evd_row_table_store(&t);
  uint64_t row = 0;
  bool found = true;
  evd_h32 k = key_of(1);
  assert_int_equal(s.get(s.self, 1, &k, &row, sizeof row, &found), EVD_OK);
  assert_false(found);
  for (uint32_t i = 0; i < N; i++) {
    k = key_of(i);
    row = i;
    assert_int_equal(s.put(s.self, 1, &k, &row, sizeof row), EVD_OK);
    if (i % 2)
      assert_int_equal(s.put(s.self, 2, &k, NULL, 0), EVD_OK);
  }
  for (uint32_t i = 0; i < N; i += 3) {
    k = key_of(i);
    row = 2 * i;
    assert_int_equal(s.put(s.self, 1, &k, &row, sizeof row), EVD_OK);
  }
  for (uint32_t i = 0; i < 2 * N; i++) {
    k = key_of(i);
    assert_int_equal(s.get(s.self, 1, &k, &row, sizeof row, &found), EVD_OK);
    assert_int_equal(found, i < N);
    assert_true(!found || row == (i % 3 ? i : 2 * i));
    assert_int_equal(s.get(s.self, 2, &k, NULL, 0, &found), EVD_OK);
    assert_int_equal(found, i < N && i % 2);
    assert_int_equal(s.get(s.self, 3, &k, NULL, 0, &found), EVD_OK);
    assert_false(found);
  }
  evd_row_table_close(&t);
}

static void test_the_walk_gives_every_row_once(void **state) {
  (void)state;
  evd_row_table t;
  evd_row_table_init(&t, (size_t)1 << 24, 9);
  evd_rules_store s = evd_row_table_store(&t);
  uint64_t at = 0;
  uint32_t n = 0;
  uint8_t about;
  evd_h32 key;
  evd_span row;
  assert_false(evd_row_table_next(&t, &at, &about, &key, &row));
  static const uint8_t bytes[100] = {1};
  for (uint32_t i = 0; i < 100; i++) {
    evd_h32 k = key_of(i);
    assert_int_equal(s.put(s.self, 4, &k, bytes, i), EVD_OK);
  }
  while (evd_row_table_next(&t, &at, &about, &key, &row)) {
    evd_h32 k = key_of(n);
    assert_int_equal(about, 4);
    assert_memory_equal(key.b, k.b, sizeof k.b);
    assert_int_equal(row.n, n);
    assert_true(n == 0 || memcmp(row.p, bytes, n) == 0);
    n++;
  }
  assert_int_equal(n, 100);
  evd_row_table_close(&t);
}

static void test_limits(void **state) {
  (void)state;
  evd_row_table t;
  uint8_t big[256] = {0};
  evd_h32 k = key_of(0);
  bool found = false;
  evd_row_table_init(&t, 65536, 1);
  evd_rules_store s = evd_row_table_store(&t);
  assert_int_equal(s.put(s.self, 1, &k, big, 256), EVD_ERR_RULE);
  assert_int_equal(s.put(s.self, 1, &k, big, 8), EVD_OK);
  assert_int_equal(s.put(s.self, 1, &k, big, 9), EVD_ERR_RULE);
  assert_int_equal(s.get(s.self, 1, &k, big, 9, &found), EVD_ERR_RULE);
  evd_err e = EVD_OK;
  for (uint32_t i = 1; i < 10000 && e == EVD_OK; i++) {
    k = key_of(i);
    e = s.put(s.self, 1, &k, big, 100);
  }
  assert_int_equal(e, EVD_ERR_SPACE);
  evd_row_table_close(&t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_is_put_is_there),
      cmocka_unit_test(test_the_walk_gives_every_row_once),
      cmocka_unit_test(test_limits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
