/* The group of libevident, by its public headers alone. */
#include <evident/evident.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void equal(const evd_element *x, const evd_element *y) {
  assert_memory_equal(x, y, sizeof *x);
}

/* g^a g^b = g^(a + b), (g^a)^b = g^(a b), g^a / g^b = g^(a - b) */
static void test_powers_obey_their_laws(void **state) {
  (void)state;
  evd_scalar a, b, c;
  evd_element x, y, z, w;
  assert_int_equal(evd_scalar_draw(&a), EVD_OK);
  assert_int_equal(evd_scalar_draw(&b), EVD_OK);
  assert_memory_not_equal(&a, &b, sizeof a);
  assert_int_equal(evd_element_from(&x, &a), EVD_OK);
  assert_int_equal(evd_element_from(&y, &b), EVD_OK);
  assert_int_equal(evd_element_judge(&x), EVD_OK);
  assert_int_equal(evd_element_multiply(&z, &x, &y), EVD_OK);
  assert_int_equal(evd_scalar_add(&c, &a, &b), EVD_OK);
  assert_int_equal(evd_element_from(&w, &c), EVD_OK);
  equal(&z, &w);
  assert_int_equal(evd_element_power(&z, &x, &b), EVD_OK);
  assert_int_equal(evd_scalar_multiply(&c, &a, &b), EVD_OK);
  assert_int_equal(evd_element_from(&w, &c), EVD_OK);
  equal(&z, &w);
  assert_int_equal(evd_element_invert(&y, &y), EVD_OK);
  assert_int_equal(evd_element_multiply(&x, &x, &y), EVD_OK);
  assert_int_equal(evd_scalar_subtract(&a, &a, &b), EVD_OK);
  assert_int_equal(evd_element_from(&w, &a), EVD_OK);
  equal(&x, &w);
}

static void zero(const void *p, size_t n) {
  for (size_t i = 0; i < n; i++)
    assert_int_equal(((const uint8_t *)p)[i], 0);
}

static void test_what_is_no_element(void **state) {
  (void)state;
  evd_element bad, x, out;
  evd_scalar one = {{0}};
  one.bytes[EVD_SCALAR_BYTES - 1] = 1;
  assert_int_equal(evd_element_from(&x, &one), EVD_OK); /* g */
  memset(&bad, 0, sizeof bad);
  assert_int_equal(evd_element_judge(&bad), EVD_ERR_MEMBER);
  bad.bytes[EVD_ELEMENT_BYTES - 1] = 2; /* not of order q */
  assert_int_equal(evd_element_judge(&bad), EVD_ERR_MEMBER);
  memset(&bad, 0xFF, sizeof bad); /* p and more */
  assert_int_equal(evd_element_judge(&bad), EVD_ERR_MEMBER);
  out = x;
  assert_int_equal(evd_element_multiply(&out, &x, &bad), EVD_ERR_MEMBER);
  zero(&out, sizeof out);
  out = x;
  assert_int_equal(evd_element_power(&out, &bad, &one), EVD_ERR_MEMBER);
  zero(&out, sizeof out);
  out = x;
  assert_int_equal(evd_element_invert(&out, &bad), EVD_ERR_MEMBER);
  zero(&out, sizeof out);
}

static void test_what_is_no_scalar(void **state) {
  (void)state;
  evd_scalar q, out, one = {{0}};
  evd_element x;
  one.bytes[EVD_SCALAR_BYTES - 1] = 1;
  memset(&q, 0xFF, sizeof q);
  q.bytes[EVD_SCALAR_BYTES - 1] = 0x43; /* 2^256 - 189 */
  out = one;
  assert_int_equal(evd_scalar_add(&out, &one, &q), EVD_ERR_RANGE);
  zero(&out, sizeof out);
  assert_int_equal(evd_element_from(&x, &q), EVD_ERR_RANGE);
  zero(&x, sizeof x);
  q.bytes[EVD_SCALAR_BYTES - 1]--; /* q - 1 */
  assert_int_equal(evd_scalar_add(&out, &one, &q), EVD_OK);
  zero(&out, sizeof out);
}

static void test_null_everywhere(void **state) {
  (void)state;
  evd_scalar a = {{0}}, out;
  evd_element x;
  assert_int_equal(evd_element_from(&x, &a), EVD_OK);
  assert_int_equal(evd_element_judge(NULL), EVD_ERR_RANGE);
  assert_int_equal(evd_element_multiply(NULL, &x, &x), EVD_ERR_RANGE);
  assert_int_equal(evd_element_multiply(&x, NULL, &x), EVD_ERR_RANGE);
  assert_int_equal(evd_element_invert(&x, NULL), EVD_ERR_RANGE);
  assert_int_equal(evd_element_power(&x, NULL, &a), EVD_ERR_RANGE);
  assert_int_equal(evd_element_from(&x, NULL), EVD_ERR_RANGE);
  assert_int_equal(evd_element_from(NULL, &a), EVD_ERR_RANGE);
  assert_int_equal(evd_scalar_draw(NULL), EVD_ERR_RANGE);
  assert_int_equal(evd_scalar_add(&out, &a, NULL), EVD_ERR_RANGE);
  assert_int_equal(evd_scalar_subtract(&out, NULL, &a), EVD_ERR_RANGE);
  assert_int_equal(evd_scalar_multiply(NULL, &a, &a), EVD_ERR_RANGE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_powers_obey_their_laws),
      cmocka_unit_test(test_what_is_no_element),
      cmocka_unit_test(test_what_is_no_scalar),
      cmocka_unit_test(test_null_everywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
