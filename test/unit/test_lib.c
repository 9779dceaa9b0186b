/* libevident as other programs see it: public headers and the shared library,
 * nothing else. */
#include <evident/evident.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char record[4096];
static evd_outcome *shared; /* of the usual options */

static int verify_once(void **state) {
  (void)state;
  const char *root = getenv("EVD_SOURCE_ROOT");
  (void)snprintf(record, sizeof record, "%s/test/vector/records/visible-1/%s",
                 root ? root : ".", "record");
  return evd_verify_dir(&shared, record, NULL) == EVD_OK ? 0 : 1;
}

static int close_it(void **state) {
  (void)state;
  evd_outcome_close(shared);
  return 0;
}

static evd_outcome *verified(const evd_verify_options *options) {
  evd_outcome *o = NULL;
  assert_int_equal(evd_verify_dir(&o, record, options), EVD_OK);
  assert_non_null(o);
  assert_string_equal(evd_problem(), "");
  return o;
}

/* ---- what is found ---- */

static void test_record_passes(void **state) {
  (void)state;
  const evd_outcome *o = shared;
  evd_outcome_summary s;
  uint8_t none[32] = {0};
  assert_int_equal(evd_outcome_verdict(o), EVD_VERDICT_PASS);
  assert_int_equal(evd_outcome_sum(o, &s), EVD_OK);
  assert_int_equal(s.stage, EVD_STAGE_FINAL);
  assert_true(s.ballots > 0 && s.cast > 0 && s.cast < s.ballots);
  assert_int_equal(s.ballots, s.cast + s.challenged + s.spoiled + s.superseded +
                                  s.refused);
  assert_true(s.has_digest && memcmp(s.digest, none, 32) != 0);
  assert_true(s.n_checks > 60 && s.n_contests > 0);
}

static void test_checks_one_by_one(void **state) {
  (void)state;
  const evd_outcome *o = shared;
  evd_outcome_summary s;
  evd_outcome_check c;
  evd_outcome_failure f;
  bool found = false;
  assert_int_equal(evd_outcome_sum(o, &s), EVD_OK);
  for (size_t i = 0; i < s.n_checks; i++) {
    assert_int_equal(evd_outcome_check_at(o, i, &c), EVD_OK);
    assert_true(c.id && c.meaning && c.unit);
    assert_int_equal(c.failed + c.n_failures, 0);
    assert_true(c.status == EVD_PASS ? c.count > 0 : c.remark != NULL);
    assert_int_equal(evd_outcome_failure_at(o, i, 0, &f), EVD_ERR_RANGE);
    found = found || strcmp(c.id, "6.D") == 0;
  }
  assert_true(found);
  assert_int_equal(evd_outcome_check_at(o, s.n_checks, &c), EVD_ERR_RANGE);
}

static void test_tally_is_the_printed_one(void **state) {
  (void)state;
  const evd_outcome *o = shared;
  evd_outcome_summary s;
  evd_outcome_contest c;
  evd_outcome_cell cell;
  char *text = NULL;
  size_t n = 0, cells = 0;
  assert_int_equal(evd_outcome_sum(o, &s), EVD_OK);
  assert_int_equal(evd_outcome_print(o, 0, &text, &n), EVD_OK);
  assert_int_equal(strlen(text), n);
  for (size_t i = 0; i < s.n_contests; i++) {
    assert_int_equal(evd_outcome_contest_at(o, i, &c), EVD_OK);
    for (size_t j = 0; j < c.n_cells; j++, cells++) {
      char label[256];
      assert_int_equal(evd_outcome_cell_at(o, i, j, &cell), EVD_OK);
      (void)snprintf(label, sizeof label, "%.*s", (int)cell.label_bytes,
                     cell.label);
      assert_non_null(strstr(text, label));
    }
    assert_int_equal(evd_outcome_cell_at(o, i, c.n_cells, &cell),
                     EVD_ERR_RANGE);
  }
  assert_true(cells > 0);
  assert_int_equal(evd_outcome_contest_at(o, s.n_contests, &c), EVD_ERR_RANGE);
  evd_free(text);
  assert_int_equal(evd_outcome_print(o, 1, &text, &n), EVD_OK);
  assert_non_null(strstr(text, "{\"verdict\":\"pass\""));
  evd_free(text);
}

static void test_folder_that_is_no_record_fails(void **state) {
  (void)state;
  evd_outcome *o = NULL;
  evd_outcome_check c = {0};
  evd_outcome_failure f;
  size_t i = 0;
  assert_int_equal(evd_verify_dir(&o, "/proc/self/task", NULL), EVD_OK);
  assert_int_equal(evd_outcome_verdict(o), EVD_VERDICT_FAIL);
  while (strcmp(c.id ? c.id : "", "X.1") != 0)
    assert_int_equal(evd_outcome_check_at(o, i++, &c), EVD_OK);
  assert_true(c.status == EVD_FAILED && c.n_failures > 0);
  assert_int_equal(evd_outcome_failure_at(o, i - 1, 0, &f), EVD_OK);
  assert_true(f.where[0] && f.what[0]);
  assert_int_equal(evd_outcome_failure_at(o, i - 1, c.n_failures, &f),
                   EVD_ERR_RANGE);
  evd_outcome_close(o);
}

/* ---- stopping, running out ---- */

static int stop_at_once(void *self, uint64_t ballots_done) {
  (void)ballots_done;
  ++*(int *)self;
  return 1;
}

static void test_stopped(void **state) {
  (void)state;
  int calls = 0;
  evd_outcome *o = NULL;
  evd_verify_options options = EVD_VERIFY_USUAL;
  options.watch = stop_at_once;
  options.watch_self = &calls;
  assert_int_equal(evd_verify_dir(&o, record, &options), EVD_ERR_STOPPED);
  assert_null(o);
  assert_int_equal(calls, 1);
  assert_string_equal(evd_problem(), evd_err_text(EVD_ERR_STOPPED));
}

static void test_little_memory_is_incomplete(void **state) {
  (void)state;
  evd_verify_options options = EVD_VERIFY_USUAL;
  options.memory_bytes = 1 << 20;
  options.jobs = 1;
  evd_outcome *o = verified(&options);
  assert_int_equal(evd_outcome_verdict(o), EVD_VERDICT_INCOMPLETE);
  evd_outcome_close(o);
}

/* ---- in several threads ---- */

static void *verify_thread(void *self) {
  evd_outcome *o = NULL;
  size_t n = 0;
  evd_verify_options options = EVD_VERIFY_USUAL;
  options.jobs = 2;
  if (evd_verify_dir(&o, record, &options) == EVD_OK)
    (void)!evd_outcome_print(o, 1, self, &n);
  evd_outcome_close(o);
  return NULL;
}

static void *missing_thread(void *self) {
  evd_outcome *o = NULL;
  if (evd_verify_dir(&o, "/nonexistent/record", NULL) == EVD_ERR_MISSING)
    *(bool *)self = strstr(evd_problem(), "/nonexistent/record") != NULL;
  return NULL;
}

static void test_two_at_the_same_time(void **state) {
  (void)state;
  pthread_t threads[3];
  char *reports[2] = {NULL, NULL};
  bool said = false;
  for (int i = 0; i < 2; i++)
    assert_int_equal(
        pthread_create(&threads[i], NULL, verify_thread, &reports[i]), 0);
  assert_int_equal(pthread_create(&threads[2], NULL, missing_thread, &said), 0);
  for (int i = 0; i < 3; i++)
    assert_int_equal(pthread_join(threads[i], NULL), 0);
  assert_non_null(reports[0]);
  assert_non_null(reports[1]);
  assert_non_null(strstr(reports[0], "{\"verdict\":\"pass\""));
  assert_string_equal(reports[0], reports[1]);
  assert_true(said);
  assert_string_equal(evd_problem(), ""); /* of this thread */
  evd_free(reports[0]);
  evd_free(reports[1]);
}

/* ---- arguments ---- */

static void refused(evd_err e, const char *name) {
  assert_int_equal(e, EVD_ERR_RANGE);
  assert_non_null(strstr(evd_problem(), name));
}

static void test_bad_options(void **state) {
  (void)state;
  evd_outcome *o = (void *)record;
  const evd_verify_options usual = EVD_VERIFY_USUAL;
  evd_verify_options bad = usual;
  refused(evd_verify_dir(NULL, record, NULL), "out");
  refused(evd_verify_dir(&o, NULL, NULL), "dir");
  assert_null(o);
  bad.size--;
  refused(evd_verify_dir(&o, record, &bad), "size");
  bad = usual;
  bad.stage = (evd_stage)3;
  refused(evd_verify_dir(&o, record, &bad), "stage");
  bad = usual;
  bad.jobs = 257;
  refused(evd_verify_dir(&o, record, &bad), "jobs");
  bad = usual;
  bad.memory_bytes = (1 << 20) - 1;
  refused(evd_verify_dir(&o, record, &bad), "memory_bytes");
  assert_int_equal(evd_verify_dir(&o, "", NULL), EVD_ERR_MISSING);
}

static void test_null_everywhere(void **state) {
  (void)state;
  const evd_outcome *o = shared;
  evd_outcome_check c;
  char *text = NULL;
  size_t n = 0;
  evd_outcome_close(NULL);
  evd_free(NULL);
  assert_int_equal(evd_outcome_verdict(NULL), EVD_VERDICT_INCOMPLETE);
  refused(evd_outcome_sum(NULL, NULL), "o");
  refused(evd_outcome_sum(o, NULL), "out");
  refused(evd_outcome_check_at(NULL, 0, &c), "o");
  refused(evd_outcome_check_at(o, 0, NULL), "out");
  refused(evd_outcome_check_at(o, SIZE_MAX, &c), "i");
  refused(evd_outcome_failure_at(o, 0, 0, NULL), "out");
  refused(evd_outcome_contest_at(o, 0, NULL), "out");
  refused(evd_outcome_cell_at(o, 0, 0, NULL), "out");
  refused(evd_outcome_print(NULL, 0, &text, &n), "o");
  refused(evd_outcome_print(o, 0, NULL, &n), "text");
  refused(evd_outcome_print(o, 0, &text, NULL), "text_bytes");
}

static void test_errors_have_sentences(void **state) {
  (void)state;
  assert_string_equal(evd_version(), EVD_VERSION);
  assert_string_equal(evd_err_text((evd_err)-1000), "an unknown error");
  assert_int_equal(evd_err_exit((evd_err)-1000), 3);
  assert_int_equal(evd_err_exit(EVD_ERR_STOPPED), 3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_record_passes),
      cmocka_unit_test(test_checks_one_by_one),
      cmocka_unit_test(test_tally_is_the_printed_one),
      cmocka_unit_test(test_folder_that_is_no_record_fails),
      cmocka_unit_test(test_stopped),
      cmocka_unit_test(test_little_memory_is_incomplete),
      cmocka_unit_test(test_two_at_the_same_time),
      cmocka_unit_test(test_bad_options),
      cmocka_unit_test(test_null_everywhere),
      cmocka_unit_test(test_errors_have_sentences),
  };
  return cmocka_run_group_tests(tests, verify_once, close_it);
}
