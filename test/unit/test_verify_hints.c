/* The driver with hints in memory: what a batch proves, and what it leaves to
 * the checks one by one. Files are test/vector/test_hints.py's part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "egds/batch.h"
#include "verify_kit.h"

enum { FILE_MAX = 1 << 20, VALUES_MAX = 256 };

static kit_record record;
static evd_report report;
static evd_arena arena;
static uint8_t bytes[FILE_MAX];
static size_t n_bytes, n_draws;
static evd_err draw_error;

static size_t read_bytes(void *self, uint64_t at, void *p, size_t n) {
  (void)self;
  if (at >= n_bytes)
    return 0;
  size_t take = n_bytes - at < n ? n_bytes - (size_t)at : n;
  memcpy(p, bytes + at, take);
  return take;
}

/* Other bytes in each call; what they are does not matter here. */
static evd_err draw(void *p, size_t n) {
  static uint64_t x = 1;
  uint8_t *out = p;
  n_draws++;
  for (size_t i = 0; i < n; i++) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    out[i] = (uint8_t)(x >> 56);
  }
  return draw_error;
}

static void add(const void *p, size_t n) {
  assert_true(n_bytes + n <= FILE_MAX);
  memcpy(bytes + n_bytes, p, n);
  n_bytes += n;
}

static void add_ballot(const evd_group *G, evd_span line, const evd_shape *s) {
  static evd_p values[VALUES_MAX];
  uint8_t entry[EVD_HINTS_ENTRY_BYTES];
  evd_ballot b;
  evd_why why;
  assert_int_equal(evd_ballot_read(&b, line, report.manifest, &arena, &why),
                   EVD_OK);
  uint64_t n = evd_batch_values(&b);
  assert_true(n <= VALUES_MAX);
  evd_batch_make_var(G, &b, s, values);
  evd_hints_entry_write(entry, &b.id_B, (uint32_t)n);
  add(entry, sizeof entry);
  add(values, n * sizeof *values);
}

/* Hints of all ballots of the record as it stands. */
static void make_hints(void) {
  evd_group G;
  evd_election_keys keys;
  evd_why why;
  kit_file *f = kit_get(&record, "election_keys.json");
  kit_verify(&record, EVD_STAGE_FINAL, &report, &arena);
  assert_int_equal(
      evd_election_keys_read(&keys, (evd_span){f->p, f->n}, &arena, &why),
      EVD_OK);
  evd_group_init(&G, evd_kernel_best());
  assert_int_equal(evd_base_set(&G, &G.K, &keys.K), EVD_OK);
  evd_shape *s = evd_arena_get(&arena, report.manifest->n_contests, sizeof *s);
  for (uint32_t i = 0; i < report.manifest->n_contests; i++)
    s[i] = evd_contest_shape(report.manifest, i + 1);
  n_bytes = EVD_HINTS_HEAD_BYTES;
  evd_hints_head_write(bytes);
  for (size_t i = 0; i < record.n_files; i++) {
    f = &record.files[i];
    if (strncmp(f->path, "ballots/", 8) != 0)
      continue;
    for (uint8_t *p = f->p, *end; p < f->p + f->n; p = end + 1) {
      end = memchr(p, 10, (size_t)(f->p + f->n - p));
      add_ballot(&G, (evd_span){p, (size_t)(end - p)}, s);
    }
  }
  evd_arena_close(&arena);
}

static int setup(void **state) {
  (void)state;
  kit_load(&record);
  draw_error = EVD_OK;
  n_draws = 0;
  if (n_bytes == 0) /* once */
    make_hints();
  return 0;
}

static int teardown(void **state) {
  (void)state;
  kit_free(&record);
  evd_arena_close(&arena);
  return 0;
}

static void verify(size_t cap_bytes) {
  static const evd_hint_file file = {NULL, read_bytes};
  static const evd_verify_hints hints = {&file, draw};
  const evd_verify_how how = {.stage = EVD_STAGE_FINAL, .hints = &hints};
  evd_source src = kit_source(&record);
  evd_arena_init(&arena, cap_bytes);
  assert_int_equal(
      evd_verify_record(&report, evd_kernel_best(), &src, &how, &arena),
      EVD_OK);
  assert_true(report.hinted.given);
}

/* One batch, one drawing of random numbers. [V 6.D, 7.D] */
static void test_all_in_one_batch(void **state) {
  (void)state;
  verify((size_t)1 << 30);
  assert_int_equal(report.verdict, EVD_VERDICT_PASS);
  assert_int_equal(report.hinted.in_batches, 8);
  assert_int_equal(report.hinted.without + report.hinted.unfit, 0);
  assert_int_equal(n_draws, 1);
}

/* Without fresh numbers nothing is proven in a batch. */
static void test_B10_no_randomness(void **state) {
  (void)state;
  draw_error = EVD_ERR_IO;
  verify((size_t)1 << 30);
  assert_int_equal(report.verdict, EVD_VERDICT_PASS);
  assert_int_equal(report.hinted.in_batches, 0);
  assert_int_equal(report.hinted.unfit, 8);
}

/* A response of the first ballot: the hints hash right, the products fail, and
 * every half is tested with new numbers. [V 6.D] */
static void test_B10_halves(void **state) {
  (void)state;
  kit_file *f = kit_get(&record, "ballots/device_1.jsonl");
  uint8_t *v = memmem(f->p, f->n, "\"proof\":{\"c\":[\"", 15);
  assert_non_null(v);
  v = memmem(v, (size_t)(f->p + f->n - v), "\"v\":[\"", 6);
  assert_non_null(v);
  v[60] = v[60] == '0' ? '1' : '0'; /* a digit of v_0 */
  verify((size_t)1 << 30);
  assert_true(kit_fails_only(&report, "6.D"));
  assert_string_equal(evd_report_check(&report, "6.D")->kept[0].where,
                      "ballots/device_1.jsonl:1 contest 1 field 1");
  assert_int_equal(evd_report_check(&report, "6.D")->failed, 1);
  assert_true(report.hinted.in_batches >= 6 && report.hinted.in_batches < 8);
  assert_true(n_draws >= 3);
}

/* Then everything is looked at one by one, with the memory there is. */
static void test_no_memory_for_batches(void **state) {
  (void)state;
  verify((size_t)16 << 20);
  assert_int_equal(report.verdict, EVD_VERDICT_PASS);
  assert_int_equal(report.hinted.in_batches, 0);
  assert_string_equal(report.hinted.why.text, "no memory");
}

/* The products say nothing over a key that is no member. */
static void test_B10_key_no_member(void **state) {
  (void)state;
  kit_file *f = kit_get(&record, "election_keys.json");
  uint8_t *K = memmem(f->p, f->n, "\"K\":\"", 5);
  assert_non_null(K);
  K[100] = K[100] == '0' ? '1' : '0'; /* a digit of K */
  verify((size_t)1 << 30);
  assert_int_equal(report.verdict, EVD_VERDICT_FAIL);
  assert_int_equal(report.hinted.in_batches, 0);
  assert_non_null(strstr(report.hinted.why.text, "not in the group"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_all_in_one_batch, setup, teardown),
      cmocka_unit_test_setup_teardown(test_B10_no_randomness, setup, teardown),
      cmocka_unit_test_setup_teardown(test_B10_halves, setup, teardown),
      cmocka_unit_test_setup_teardown(test_no_memory_for_batches, setup,
                                      teardown),
      cmocka_unit_test_setup_teardown(test_B10_key_no_member, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
