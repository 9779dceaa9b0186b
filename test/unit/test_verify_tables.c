/* Streams, the sorter and tables, in memory and over files of the host. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/endian.h"
#include "host/host.h"
#include "verify/index.h"

#define ARENA_BYTES ((size_t)256 << 20)
#define ROW 16

static evd_scratch scratch;
static evd_arena arena;

static int setup(void **state) {
  (void)state;
  evd_arena_init(&arena, ARENA_BYTES);
  return evd_scratch_dir_open(&scratch, NULL) == EVD_OK ? 0 : -1;
}

static int teardown(void **state) {
  (void)state;
  evd_scratch_dir_close(&scratch);
  evd_arena_close(&arena);
  return 0;
}

static uint64_t next(uint64_t *x) {
  *x ^= *x << 13;
  *x ^= *x >> 7;
  *x ^= *x << 17;
  return *x;
}

static void test_stream_reads_across_its_tail(void **state) {
  (void)state;
  uint8_t all[1000], back[1000];
  for (size_t i = 0; i < sizeof all; i++)
    all[i] = (uint8_t)(i * 7);
  for (size_t buffer = 1; buffer < 1100; buffer += 37) {
    evd_stream s;
    assert_int_equal(evd_stream_init(&s, &scratch, &arena, buffer), EVD_OK);
    for (size_t at = 0, n = 1; at < sizeof all; at += n, n = n % 90 + 1) {
      if (n > sizeof all - at)
        n = sizeof all - at;
      assert_int_equal(evd_stream_add(&s, all + at, n), EVD_OK);
    }
    assert_int_equal(evd_stream_bytes(&s), sizeof all);
    for (size_t at = 0; at <= sizeof all; at += 50)
      for (size_t n = 0; n <= sizeof all - at; n += 49) {
        assert_int_equal(evd_stream_read(&s, at, back, n), EVD_OK);
        assert_memory_equal(back, all + at, n);
      }
    assert_int_equal(evd_stream_read(&s, 1000, back, 1), EVD_ERR_IO);
    assert_int_equal(evd_stream_read(&s, 999, back, 2), EVD_ERR_IO);
    assert_int_equal(evd_stream_read(&s, UINT64_MAX, back, 2), EVD_ERR_IO);
    evd_stream_reset(&s);
    assert_int_equal(evd_stream_bytes(&s), 0);
  }
}

static void test_without_scratch_memory_is_all(void **state) {
  (void)state;
  evd_stream s;
  assert_int_equal(evd_stream_init(&s, NULL, &arena, 10), EVD_OK);
  assert_int_equal(evd_stream_add(&s, "0123456789", 10), EVD_OK);
  assert_int_equal(evd_stream_add(&s, "", 0), EVD_OK);
  assert_int_equal(evd_stream_add(&s, "x", 1), EVD_ERR_SPACE);
}

/* n rows of numbers below `range`, sorted through a buffer of `rows` rows;
 * read twice. */
static void sort_and_compare(size_t n, uint64_t range, size_t rows) {
  uint64_t x = 88172645463325252u + n + rows, sum = 0;
  uint8_t row[ROW] = {0}, before[ROW];
  evd_sorter s;
  bool more = true;
  assert_int_equal(evd_sorter_init(&s, &scratch, &arena, ROW, rows * ROW),
                   EVD_OK);
  for (size_t i = 0; i < n; i++) {
    uint64_t v = next(&x) % range;
    sum += v * (v + 3);
    evd_be64_put(row, v);
    assert_int_equal(evd_sorter_add(&s, row), EVD_OK);
  }
  for (int time = 0; time < 2; time++) {
    uint64_t seen = 0, again = 0;
    assert_int_equal(evd_sorter_end(&s), EVD_OK);
    for (;; seen++) {
      assert_int_equal(evd_sorter_next(&s, row, &more), EVD_OK);
      if (!more)
        break;
      assert_true(seen == 0 || memcmp(before, row, ROW) <= 0);
      memcpy(before, row, ROW);
      again += evd_be64_get(row) * (evd_be64_get(row) + 3);
    }
    assert_int_equal(seen, n);
    assert_int_equal(again, sum);
  }
  evd_sorter_close(&s);
}

static void test_sorter_over_all_levels(void **state) {
  (void)state;
  static const size_t n[] = {0, 1, 2, 3, 31, 32, 33, 64, 65, 96, 1000, 40000};
  for (size_t i = 0; i < sizeof n / sizeof n[0]; i++) {
    sort_and_compare(n[i], UINT64_MAX, 1);
    sort_and_compare(n[i], 7, 1);
    sort_and_compare(n[i], 1000, 3);
    sort_and_compare(n[i], UINT64_MAX, 50000);
  }
}

typedef struct {
  uint64_t twins;
} counted;

static void count_twin(void *self, const uint8_t *row) {
  (void)row;
  ((counted *)self)->twins++;
}

/* Even keys 0, 2, .. 2n - 2, each `copies` times: found where they stand, odd
 * ones are not there. */
static void look_up(uint64_t n, uint64_t copies) {
  uint8_t row[ROW] = {0}, key[8];
  evd_sorter s;
  evd_index t;
  counted c = {0};
  uint64_t at = 0;
  bool found = false;
  assert_int_equal(evd_sorter_init(&s, &scratch, &arena, ROW, 500 * ROW),
                   EVD_OK);
  for (uint64_t i = n * copies; i > 0; i--) {
    evd_be64_put(row, (i - 1) / copies * 2);
    evd_be64_put(row + 8, (i - 1) % copies);
    assert_int_equal(evd_sorter_add(&s, row), EVD_OK);
  }
  assert_int_equal(evd_sorter_end(&s), EVD_OK);
  assert_int_equal(evd_index_make(&t, &s, 8, &arena, count_twin, &c), EVD_OK);
  evd_sorter_close(&s);
  assert_int_equal(t.n, n * copies);
  assert_int_equal(c.twins, n * (copies - 1));
  for (uint64_t k = 0; k <= 2 * n + 1; k++) {
    evd_be64_put(key, k);
    assert_int_equal(evd_index_find(&t, key, row, &at, &found), EVD_OK);
    assert_int_equal(found, k % 2 == 0 && k < 2 * n);
    if (!found)
      continue;
    assert_int_equal(at, k / 2 * copies);
    assert_int_equal(evd_be64_get(row), k);
    assert_int_equal(evd_be64_get(row + 8), 0);
  }
  evd_index_close(&t);
}

static void test_table_finds_the_first_of_each(void **state) {
  (void)state;
  static const uint64_t n[] = {0,  1,   2,    31,   32,   33,  63,
                               64, 999, 1024, 1025, 2047, 5000};
  for (size_t i = 0; i < sizeof n / sizeof n[0]; i++) {
    look_up(n[i], 1);
    look_up(n[i], 3);
  }
  look_up(3, 20000);
}

/* Every write fails from the k-th on: an error, never a wrong answer. */
typedef struct {
  evd_scratch *real;
  uint64_t left;
} failing;

static evd_err failing_open(void *self, uint32_t *stream) {
  failing *f = self;
  return f->real->open(f->real->self, stream);
}

static evd_err failing_append(void *self, uint32_t stream, const void *p,
                              size_t n) {
  failing *f = self;
  if (f->left == 0)
    return EVD_ERR_IO;
  f->left--;
  return f->real->append(f->real->self, stream, p, n);
}

static evd_err failing_read(void *self, uint32_t stream, uint64_t at, void *p,
                            size_t n) {
  failing *f = self;
  return f->real->read(f->real->self, stream, at, p, n);
}

static void failing_drop(void *self, uint32_t stream) {
  failing *f = self;
  f->real->drop(f->real->self, stream);
}

static evd_err sort_some(evd_scratch *on, size_t n) {
  uint8_t row[ROW] = {0};
  evd_sorter s;
  evd_err e = evd_sorter_init(&s, on, &arena, ROW, 4096 * ROW);
  for (size_t i = n; i > 0 && e == EVD_OK; i--) {
    evd_be64_put(row, i);
    e = evd_sorter_add(&s, row);
  }
  if (e == EVD_OK)
    e = evd_sorter_end(&s);
  evd_sorter_close(&s);
  return e;
}

static void test_full_disk_is_an_error(void **state) {
  (void)state;
  failing f = {&scratch, 0};
  evd_scratch bad = {&f, failing_open, failing_append, failing_read,
                     failing_drop};
  size_t failed = 0;
  for (uint64_t k = 0; k < 60; k++) {
    f.left = k;
    failed += sort_some(&bad, 140000) == EVD_ERR_IO;
  }
  assert_int_equal(failed, 60);
  f.left = UINT64_MAX;
  assert_int_equal(sort_some(&bad, 140000), EVD_OK);
  assert_int_equal(sort_some(NULL, 20000), EVD_ERR_SPACE);
}

static void test_folder_has_to_be_writable(void **state) {
  (void)state;
  evd_scratch s;
  assert_int_equal(evd_scratch_dir_open(&s, "/dev/null"), EVD_ERR_USAGE);
  assert_int_equal(evd_scratch_dir_open(&s, "/there/is/no/such"),
                   EVD_ERR_USAGE);
  assert_null(s.self);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_stream_reads_across_its_tail, setup,
                                      teardown),
      cmocka_unit_test_setup_teardown(test_without_scratch_memory_is_all, setup,
                                      teardown),
      cmocka_unit_test_setup_teardown(test_sorter_over_all_levels, setup,
                                      teardown),
      cmocka_unit_test_setup_teardown(test_table_finds_the_first_of_each, setup,
                                      teardown),
      cmocka_unit_test_setup_teardown(test_full_disk_is_an_error, setup,
                                      teardown),
      cmocka_unit_test_setup_teardown(test_folder_has_to_be_writable, setup,
                                      teardown)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
