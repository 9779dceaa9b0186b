/* Hint files: where the values of a ballot are found, and that nothing in such
 * a file leads anywhere but to values or to none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/endian.h"
#include "record/hints.h"

enum { BYTES_MAX = 1 << 18 };

typedef struct {
  uint8_t p[BYTES_MAX];
  size_t n;
  uint64_t reads;
} image;
static image file;

static size_t read_image(void *self, uint64_t at, void *p, size_t n) {
  image *f = self;
  f->reads++;
  if (at >= f->n)
    return 0;
  size_t take = f->n - at < n ? f->n - (size_t)at : n;
  memcpy(p, f->p + at, take);
  return take;
}
static const evd_hint_file source = {&file, read_image};

static evd_h32 id(uint8_t x) {
  evd_h32 out;
  memset(&out, x, sizeof out);
  return out;
}

static void add(uint8_t x, uint32_t n) {
  evd_h32 name = id(x);
  size_t bytes = EVD_HINTS_ENTRY_BYTES + (size_t)n * EVD_P_BYTES;
  assert_true(file.n + bytes <= BYTES_MAX);
  evd_hints_entry_write(file.p + file.n, &name, n);
  memset(file.p + file.n + EVD_HINTS_ENTRY_BYTES, x, n * EVD_P_BYTES);
  file.n += bytes;
}

static void begin(void) {
  evd_hints_head_write(file.p);
  file.n = EVD_HINTS_HEAD_BYTES;
  file.reads = 0;
}

static evd_hints opened(void) {
  evd_hints h;
  evd_why why;
  assert_int_equal(evd_hints_open(&h, &source, &why), EVD_OK);
  return h;
}

/* Finds n values of ballot x, which are all bytes x. */
static bool finds(evd_hints *h, uint8_t x, uint32_t n) {
  static evd_p values[64];
  evd_h32 name = id(x);
  uint64_t at = 0;
  if (!evd_hints_find(h, &name, n, &at))
    return false;
  assert_true(evd_hints_get(h, at, values, n));
  for (size_t i = 0; i < n * sizeof *values; i++)
    assert_int_equal(((uint8_t *)values)[i], x);
  return true;
}

/* Byte for byte as doc/hints.md has it. */
static void test_bytes(void **state) {
  (void)state;
  static const uint8_t head[] = {'E', 'V', 'D', 'H', 'I', 'N', 'T', 'S',
                                 0,   0,   0,   1,   0,   0,   2,   0};
  begin();
  add(0xAB, 3);
  assert_memory_equal(file.p, head, sizeof head);
  assert_int_equal(file.p[16], 0xAB);
  assert_int_equal(evd_be32_get(file.p + 48), 3);
  assert_int_equal(file.n, 16 + 36 + 3 * 512);
}

static void test_other_files_are_refused(void **state) {
  (void)state;
  evd_hints h;
  evd_why why;
  for (size_t i = 0; i < EVD_HINTS_HEAD_BYTES; i++) {
    begin();
    file.p[i] ^= 1;
    assert_int_equal(evd_hints_open(&h, &source, &why), EVD_ERR_FORM);
    assert_non_null(strstr(why.text, "version 1"));
    begin();
    file.n = i;
    assert_int_equal(evd_hints_open(&h, &source, &why), EVD_ERR_FORM);
  }
}

static void test_in_order(void **state) {
  (void)state;
  begin();
  for (uint8_t x = 1; x <= 20; x++)
    add(x, x % 5);
  evd_hints h = opened();
  for (uint8_t x = 1; x <= 20; x++)
    assert_true(finds(&h, x, x % 5));
  assert_false(finds(&h, 20, 0)); /* each once */
}

/* Ballots without hints, hints without ballots, twisted order, a wrong number
 * of values: the others are found all the same. */
static void test_B10_out_of_step(void **state) {
  (void)state;
  begin();
  add(2, 1), add(9, 2), add(4, 1), add(3, 1), add(5, 7), add(6, 1);
  evd_hints h = opened();
  assert_false(finds(&h, 1, 1));
  assert_true(finds(&h, 2, 1));
  assert_true(finds(&h, 3, 1));  /* 9 and 4 are passed over */
  assert_false(finds(&h, 4, 1)); /* which lies behind */
  assert_false(finds(&h, 5, 6));
  assert_true(finds(&h, 6, 1));
  assert_false(finds(&h, 7, 1));
}

/* Far ahead only for the first ballot that is asked for. */
static void test_B10_looks_so_far(void **state) {
  (void)state;
  begin();
  for (int i = 0; i < 200; i++)
    add(1, 0);
  add(2, 1);
  for (int i = 0; i < EVD_HINTS_LOOK - 1; i++)
    add(3, 0);
  add(4, 1);
  for (int i = 0; i < EVD_HINTS_LOOK; i++)
    add(5, 0);
  add(6, 1);
  evd_hints h = opened();
  assert_true(finds(&h, 2, 1));
  assert_true(finds(&h, 4, 1));
  assert_false(finds(&h, 6, 1));
  h = opened();
  assert_false(finds(&h, 9, 1));
  file.reads = 0;
  assert_false(finds(&h, 9, 1));
  assert_int_equal(file.reads, EVD_HINTS_LOOK);
}

static void test_B10_cut_off(void **state) {
  (void)state;
  static evd_p values[2];
  evd_h32 one = id(1);
  uint64_t at;
  begin();
  add(1, 2);
  const size_t all = file.n;
  for (size_t n = EVD_HINTS_HEAD_BYTES; n <= all; n++) {
    file.n = n;
    evd_hints h = opened();
    bool found = evd_hints_find(&h, &one, 2, &at);
    assert_int_equal(found, n >= 16 + 36);
    if (found)
      assert_int_equal(evd_hints_get(&h, at, values, 2), n == all);
  }
}

/* The greatest number of values: past the end, and nowhere else. */
static void test_B10_huge_entry(void **state) {
  (void)state;
  evd_h32 one = id(1);
  uint64_t at;
  begin();
  evd_hints_entry_write(file.p + file.n, &one, UINT32_MAX);
  file.n += EVD_HINTS_ENTRY_BYTES;
  add(2, 1);
  evd_hints h = opened();
  assert_false(finds(&h, 2, 1));
  assert_true(evd_hints_find(&h, &one, UINT32_MAX, &at));
  assert_false(finds(&h, 2, 1));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_bytes),
      cmocka_unit_test(test_other_files_are_refused),
      cmocka_unit_test(test_in_order),
      cmocka_unit_test(test_B10_out_of_step),
      cmocka_unit_test(test_B10_looks_so_far),
      cmocka_unit_test(test_B10_cut_off),
      cmocka_unit_test(test_B10_huge_entry),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
