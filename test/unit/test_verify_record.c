/* The driver over records in memory: what it sees, what it must never pass.
 * Records with one fault each, for every check, are in test/vector. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verify_kit.h"

static kit_record record;
static evd_report report;
static evd_arena arena;

static int setup(void **state) {
  (void)state;
  kit_load(&record);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  kit_free(&record);
  evd_arena_close(&arena);
  return 0;
}

static uint64_t count_of(const char *id) {
  return evd_report_check(&report, id)->count;
}

/* [V 1.A] to [V 14.F]: every check looks at something, nothing fails. */
static void test_visible_1_passes(void **state) {
  (void)state;
  kit_verify(&record, EVD_STAGE_FINAL, &report, &arena);
  assert_int_equal(report.verdict, EVD_VERDICT_PASS);
  assert_true(report.has_digest);
  assert_int_equal(report.ballots, 8);
  assert_int_equal(report.cast, 5);
  for (size_t i = 0; i < report.n_checks; i++) {
    const evd_check *c = &report.checks[i];
    bool mail = strncmp(c->id, "15", 2) >= 0 && c->id[0] == '1' &&
                c->id[1] >= '5' && c->id[1] <= '9';
    mail = mail || strcmp(c->id, "X.17") == 0;
    assert_int_equal(c->status, mail ? EVD_NOT_RUN : EVD_PASS);
    if (mail)
      assert_string_equal(c->remark, "nothing to check");
  }
}

/* Where there are too many files, that is all that is said of files. */
static void test_B10_too_many_files_are_no_missing_files(void **state) {
  (void)state;
  record.unlisted = EVD_ERR_RANGE;
  kit_verify(&record, EVD_STAGE_FINAL, &report, &arena);
  record.unlisted = EVD_OK;
  const evd_check *c = evd_report_check(&report, "X.1");
  assert_int_equal(report.verdict, EVD_VERDICT_FAIL);
  assert_true(kit_fails_only(&report, "X.1"));
  assert_int_equal(c->failed, 1);
  assert_string_equal(c->kept[0].what, "more files than any record has");
  assert_false(report.has_digest);
  for (size_t i = 0; i < report.n_checks; i++)
    assert_int_not_equal(report.checks[i].status, EVD_PASS);
}

/* How much each check of ballots and tallies looked at, counted by hand from
 * the manifest: 5 cast ballots, styles 1, 1, 4, 1, 1. */
static void test_everything_is_looked_at(void **state) {
  (void)state;
  kit_verify(&record, EVD_STAGE_FINAL, &report, &arena);
  uint64_t fields = 4 * (5 + 4 + 2 + 2) + (5 + 2);
  assert_int_equal(count_of("6.A"), 2 * fields);
  assert_int_equal(count_of("6.D"), fields);
  assert_int_equal(count_of("7.D"), 4 * 4 + 2);
  assert_int_equal(count_of("8.B"), 8);
  assert_int_equal(count_of("9.A"), 5 + 4 + 2 + 2 + 2);
  assert_int_equal(count_of("10.C"), 5 + 4 + 2 + 2);
  assert_int_equal(count_of("12.C"), 2);
  assert_int_equal(count_of("14.E"), 5 + 4 + 2 + 2);
  assert_int_equal(count_of("X.9"), 3);
}

/* A job may run at any time and in any order. */
static void run_backwards(void *self, evd_job *job, void *job_self, size_t n) {
  *(size_t *)self += n;
  while (n > 0)
    job(job_self, --n);
}

static void test_order_of_jobs_is_free(void **state) {
  (void)state;
  size_t jobs = 0;
  evd_pool pool = {&jobs, 2, run_backwards};
  evd_source src = kit_source(&record);
  evd_arena_init(&arena, (size_t)1 << 30);
  kit_file *f = kit_get(&record, "ballots/device_1.jsonl");
  uint8_t *limit = memmem(f->p, f->n, "\"limit\":{\"c\":[\"", 15);
  assert_non_null(limit);
  limit[15] = limit[15] == '0' ? '1' : '0';
  const evd_verify_how how = {.stage = EVD_STAGE_FINAL, .pool = &pool};
  assert_int_equal(
      evd_verify_record(&report, evd_kernel_best(), &src, &how, &arena),
      EVD_OK);
  assert_true(jobs > 8);
  assert_true(kit_fails_only(&report, "7.D"));
  const evd_check *c = evd_report_check(&report, "7.D");
  assert_string_equal(c->kept[0].where, "ballots/device_1.jsonl:1 contest 1");
}

/* Fail closed: with little memory nothing passes and nothing is accused. */
static void test_too_little_memory_is_incomplete(void **state) {
  (void)state;
  static const size_t caps[] = {(size_t)1 << 20, (size_t)2 << 20};
  for (size_t i = 0; i < sizeof caps / sizeof caps[0]; i++) {
    evd_source src = kit_source(&record);
    evd_arena_close(&arena);
    evd_arena_init(&arena, caps[i]);
    const evd_verify_how how = {.stage = EVD_STAGE_FINAL};
    assert_int_equal(
        evd_verify_record(&report, evd_kernel_best(), &src, &how, &arena),
        EVD_OK);
    assert_int_equal(report.verdict, EVD_VERDICT_INCOMPLETE);
    assert_true(kit_fails_only(&report, ""));
    for (size_t c = 0; c < report.n_checks; c++)
      assert_int_not_equal(report.checks[c].status, EVD_PASS);
  }
}

static void test_no_memory_at_all_is_an_error(void **state) {
  (void)state;
  evd_source src = kit_source(&record);
  evd_arena_init(&arena, 4096);
  const evd_verify_how how = {.stage = EVD_STAGE_FINAL};
  assert_int_equal(
      evd_verify_record(&report, evd_kernel_best(), &src, &how, &arena),
      EVD_ERR_SPACE);
  assert_int_equal(report.verdict, EVD_VERDICT_INCOMPLETE);
}

static const char *const a_file_and_its_check[][2] = {
    {"tally.json", "10.B"},       {"states.jsonl", "9.A"},
    {"challenged.jsonl", "13.B"}, {"contest_data.jsonl", "12.B"},
    {"devices.json", "8.F"},      {"ballots/device_2.jsonl", "6.D"},
    {"roll.jsonl", "X.18"},       {"election_keys.json", "4.A"},
    {"parameters.json", "1.B"},   {"guardians/guardian_3.json", "X.5"}};
#define N_FILES_TRIED                                                          \
  (sizeof a_file_and_its_check / sizeof a_file_and_its_check[0])

/* What a file that cannot be read takes away is not passed. */
static void test_unreadable_file_is_X1_and_not_run(void **state) {
  (void)state;
  for (size_t i = 0; i < N_FILES_TRIED; i++) {
    const char *const *x = a_file_and_its_check[i];
    kit_get(&record, x[0])->broken = EVD_ERR_PARSE;
    kit_verify(&record, EVD_STAGE_FINAL, &report, &arena);
    assert_int_equal(report.verdict, EVD_VERDICT_FAIL);
    assert_true(kit_failed(&report, "X.1"));
    assert_false(report.has_digest);
    const evd_check *c = evd_report_check(&report, x[1]);
    assert_int_equal(c->status, EVD_NOT_RUN);
    assert_non_null(c->remark);
    kit_get(&record, x[0])->broken = EVD_OK;
    evd_arena_close(&arena);
  }
}

static void failing_machine_is_incomplete(evd_err broken, const char *remark) {
  for (size_t i = 0; i < N_FILES_TRIED; i++) {
    const char *path = a_file_and_its_check[i][0];
    kit_get(&record, path)->broken = broken;
    kit_verify(&record, EVD_STAGE_FINAL, &report, &arena);
    assert_int_equal(report.verdict, EVD_VERDICT_INCOMPLETE);
    assert_false(report.has_digest);
    for (size_t c = 0; c < report.n_checks; c++)
      assert_int_equal(report.checks[c].status, EVD_NOT_RUN);
    assert_string_equal(evd_report_check(&report, "X.1")->remark, remark);
    kit_get(&record, path)->broken = EVD_OK;
    evd_arena_close(&arena);
  }
}

/* A machine that cannot read accuses nobody, and passes nothing. */
static void test_failing_machine_is_incomplete(void **state) {
  (void)state;
  failing_machine_is_incomplete(EVD_ERR_IO,
                                "this machine could not read the files");
}

static void test_source_without_memory_is_incomplete(void **state) {
  (void)state;
  failing_machine_is_incomplete(EVD_ERR_SPACE,
                                "the memory set aside for this is used up");
}

/* What is larger than any record's is the record's fault. */
static void test_file_or_line_too_long_is_X1(void **state) {
  (void)state;
  static const char *const paths[] = {"tally.json", "states.jsonl"};
  static const char *const said[][2] = {
      {"tally.json", "longer than 64 MiB"},
      {"states.jsonl:1", "a line longer than 64 MiB"}};
  for (size_t i = 0; i < 2; i++) {
    kit_get(&record, paths[i])->broken = EVD_ERR_RANGE;
    kit_verify(&record, EVD_STAGE_FINAL, &report, &arena);
    assert_int_equal(report.verdict, EVD_VERDICT_FAIL);
    const evd_check *c = evd_report_check(&report, "X.1");
    assert_string_equal(c->kept[0].where, said[i][0]);
    assert_string_equal(c->kept[0].what, said[i][1]);
    kit_get(&record, paths[i])->broken = EVD_OK;
    evd_arena_close(&arena);
  }
}

/* B04 [V 5.A]: one ballot 150 times, over several batches. */
static void test_B04_same_ballot_over_several_batches(void **state) {
  (void)state;
  kit_file *f = kit_get(&record, "ballots/device_2.jsonl");
  size_t n = (size_t)((uint8_t *)memchr(f->p, '\n', f->n) - f->p) + 1;
  uint8_t *many = malloc(70 * n);
  assert_non_null(many);
  for (size_t i = 0; i < 70; i++)
    memcpy(many + i * n, f->p, n);
  kit_put(&record, "ballots/device_2.jsonl", many, 70 * n);
  free(many);
  kit_verify(&record, EVD_STAGE_CLOSED, &report, &arena);
  assert_int_equal(report.ballots, 76);
  assert_int_equal(evd_report_check(&report, "5.A")->failed, 69);
  assert_int_equal(evd_report_check(&report, "5.A")->n_kept, EVD_FAILURES_KEPT);
  assert_string_equal(evd_report_check(&report, "5.A")->kept[0].where,
                      "ballots/device_2.jsonl:2");
  assert_int_equal(evd_report_check(&report, "6.D")->failed, 0);
}

/* Reading order is that of the names: `a` before `a-1`, though as paths
 * a-1.jsonl comes first. The chain tells. [V 8.E] */
static void test_files_are_read_by_name(void **state) {
  (void)state;
  kit_file *f = kit_get(&record, "ballots/device_1.jsonl");
  size_t n = (size_t)((uint8_t *)memchr(f->p, '\n', f->n) - f->p) + 1;
  kit_put(&record, "ballots/a.jsonl", f->p, n);
  f = kit_get(&record, "ballots/device_1.jsonl");
  kit_put(&record, "ballots/a-1.jsonl", f->p + n, f->n - n);
  kit_remove(&record, "ballots/device_1.jsonl");
  kit_verify(&record, EVD_STAGE_FINAL, &report, &arena);
  assert_int_equal(report.verdict, EVD_VERDICT_PASS);
  kit_put(&record, "ballots/0.jsonl", kit_get(&record, "ballots/a-1.jsonl")->p,
          kit_get(&record, "ballots/a-1.jsonl")->n);
  kit_remove(&record, "ballots/a-1.jsonl");
  evd_arena_close(&arena);
  kit_verify(&record, EVD_STAGE_FINAL, &report, &arena);
  assert_true(kit_fails_only(&report, "8.E 8.G X.15"));
}

/* A ballot that cannot be read takes the sums with it, not the others. */
static void test_lost_ballot_blocks_the_sums(void **state) {
  (void)state;
  kit_replace(&record, "ballots/device_1.jsonl", "{\"id_B\"", "[\"id_B\"");
  kit_verify(&record, EVD_STAGE_FINAL, &report, &arena);
  assert_true(kit_fails_only(&report, "X.1"));
  static const char *const blocked[] = {"5.A",  "6.D",  "8.E",  "9.A",
                                        "X.14", "X.15", "X.16", "X.11"};
  for (size_t i = 0; i < sizeof blocked / sizeof blocked[0]; i++)
    assert_int_equal(evd_report_check(&report, blocked[i])->status,
                     EVD_NOT_RUN);
}

/* A device for pre-encrypted ballots makes no others. */
static void test_mail_device_makes_mail_ballots(void **state) {
  (void)state;
  kit_replace(&record, "manifest.json", "\"mode\":\"booth\"",
              "\"mode\":\"mail\"");
  kit_verify(&record, EVD_STAGE_FINAL, &report, &arena);
  const evd_check *c = evd_report_check(&report, "16.C");
  assert_int_equal(c->status, EVD_NOT_RUN);
  assert_false(c->unexamined);
  assert_true(kit_failed(&report, "X.6")); /* ordinary ballots on it */
}

static void note_progress(void *self, uint64_t done) {
  *(uint64_t *)self = done;
}

static void test_progress_counts_ballots(void **state) {
  (void)state;
  uint64_t done = 0;
  evd_source src = kit_source(&record);
  evd_arena_init(&arena, (size_t)1 << 30);
  const evd_verify_how how = {.stage = EVD_STAGE_FINAL,
                              .progress = note_progress,
                              .progress_self = &done};
  assert_int_equal(
      evd_verify_record(&report, evd_kernel_portable(), &src, &how, &arena),
      EVD_OK);
  assert_int_equal(done, 8);
  assert_int_equal(report.verdict, EVD_VERDICT_PASS);
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      T(test_visible_1_passes),
      T(test_B10_too_many_files_are_no_missing_files),
      T(test_everything_is_looked_at),
      T(test_order_of_jobs_is_free),
      T(test_too_little_memory_is_incomplete),
      T(test_no_memory_at_all_is_an_error),
      T(test_unreadable_file_is_X1_and_not_run),
      T(test_failing_machine_is_incomplete),
      T(test_source_without_memory_is_incomplete),
      T(test_file_or_line_too_long_is_X1),
      T(test_B04_same_ballot_over_several_batches),
      T(test_files_are_read_by_name),
      T(test_lost_ballot_blocks_the_sums),
      T(test_mail_device_makes_mail_ballots),
      T(test_progress_counts_ballots),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
