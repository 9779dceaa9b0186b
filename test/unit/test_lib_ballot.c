/* Elections and ballots of libevident, by its public headers alone. */
#include <evident/evident.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LINE_MAX_BYTES (1 << 20)

static evd_election *election;
static char plain[LINE_MAX_BYTES]; /* of style 4, the smallest */
static size_t plain_n;

static const char *path_of(const char *name) {
  static char path[4096];
  const char *root = getenv("EVD_SOURCE_ROOT");
  (void)snprintf(path, sizeof path, "%s/test/vector/records/visible-1/%s",
                 root ? root : ".", name);
  return path;
}

/* Line `number` of a file, or the first one that has `with`. */
static size_t line_of(char *out, const char *name, int number,
                      const char *with) {
  FILE *f = fopen(path_of(name), "r");
  assert_non_null(f);
  for (int i = 1; fgets(out, LINE_MAX_BYTES, f); i++)
    if (with ? strstr(out, with) != NULL : i == number)
      break;
  assert_false(ferror(f) || feof(f));
  fclose(f);
  return strcspn(out, "\n");
}

static int open_once(void **state) {
  (void)state;
  if (evd_election_open(&election, path_of("record")) != EVD_OK)
    return 1;
  plain_n = line_of(plain, "private/plain.jsonl", 0, "\"style\":4");
  return 0;
}

static int close_it(void **state) {
  (void)state;
  evd_election_close(election);
  return 0;
}

static evd_booth booth_of(uint32_t device) {
  evd_booth b = EVD_BOOTH_START;
  b.device = device;
  b.slot = 7;
  return b;
}

/* ---- what is right ---- */

static void test_election_tells(void **state) {
  (void)state;
  evd_election_facts f;
  uint8_t none[EVD_ELEMENT_BYTES] = {0};
  assert_int_equal(evd_election_tell(election, &f), EVD_OK);
  assert_true(f.n_guardians == 3 && f.quorum == 2 && f.n_contests == 5);
  assert_true(f.n_styles == 4 && f.n_devices == 2);
  assert_memory_not_equal(f.K, none, sizeof f.K);
  assert_memory_not_equal(f.K, f.K_hat, sizeof f.K);
  assert_memory_not_equal(f.H_E, f.H_B, sizeof f.H_E);
}

static void test_sealed_ballots_hold_and_are_chained(void **state) {
  (void)state;
  evd_booth b = booth_of(1);
  uint8_t last[EVD_HASH_BYTES] = {0};
  for (uint32_t i = 1; i <= 2; i++) {
    char *line = NULL;
    size_t n = 0;
    evd_ballot_facts f;
    assert_int_equal(
        evd_booth_seal(election, &b, NULL, plain, plain_n, &line, &n), EVD_OK);
    assert_int_equal(strlen(line), n);
    assert_int_equal(b.position, i);
    assert_memory_not_equal(b.code, last, sizeof last);
    assert_int_equal(evd_ballot_judge(election, line, n, &f), EVD_OK);
    assert_memory_equal(f.code, b.code, sizeof f.code);
    assert_true(f.style == 4 && f.device == 1 && f.position == i);
    assert_true(f.slot == 7 && f.weight == 1);
    if (i == 2) { /* its B_C holds the code before */
      char hex[2 * EVD_HASH_BYTES + 1];
      for (size_t j = 0; j < sizeof last; j++)
        (void)snprintf(hex + 2 * j, 3, "%02X", last[j]);
      assert_non_null(strstr(line, hex));
    }
    memcpy(last, b.code, sizeof last);
    evd_free(line);
  }
}

static void test_remote_ballot_is_bound(void **state) {
  (void)state;
  evd_booth b = booth_of(2);
  const uint8_t credential[EVD_HASH_BYTES] = {1, 2, 3};
  char *line = NULL;
  size_t n = 0;
  assert_int_equal(
      evd_booth_seal(election, &b, credential, plain, plain_n, &line, &n),
      EVD_OK);
  assert_int_equal(b.position, 0);
  assert_int_equal(evd_ballot_judge(election, line, n, NULL), EVD_OK);
  char *at = strstr(line, "\"salt\":\"");
  assert_non_null(at);
  at[8] = at[8] == 'A' ? 'B' : 'A';
  assert_int_equal(evd_ballot_judge(election, line, n, NULL), EVD_ERR_FAIL);
  assert_non_null(strstr(evd_problem(), "credential"));
  evd_free(line);
}

static void test_ballots_of_the_record_hold(void **state) {
  (void)state;
  char *line = malloc(LINE_MAX_BYTES);
  size_t n = line_of(line, "record/ballots/device_1.jsonl", 2, NULL);
  evd_ballot_facts f;
  assert_int_equal(evd_ballot_judge(election, line, n, &f), EVD_OK);
  assert_true(f.device == 1 && f.position == 2);
  free(line);
}

/* ---- what is wrong ---- */

static void fails(char *line, size_t n, const char *property, evd_err want,
                  const char *said) {
  char *at = strstr(line, property);
  assert_non_null(at);
  at += strlen(property);
  char was = *at;
  *at = was == '1' ? '2' : '1';
  assert_int_equal(evd_ballot_judge(election, line, n, NULL), want);
  assert_non_null(strstr(evd_problem(), said));
  *at = was;
}

static void test_changed_ballots_fail(void **state) {
  (void)state;
  char *line = malloc(LINE_MAX_BYTES);
  size_t n = line_of(line, "record/ballots/device_1.jsonl", 1, NULL);
  fails(line, n, "\"H_C\":\"", EVD_ERR_PROOF, "8.B");
  fails(line, n, "\"H_I\":\"", EVD_ERR_PROOF, "5.B");
  fails(line, n, "\"chi\":\"", EVD_ERR_PROOF, "8.A");
  fails(line, n, "\"alpha\":\"", EVD_ERR_PROOF, "6.D");
  fails(line, n, "{\"", EVD_ERR_PARSE, "the ballot");
  assert_int_equal(evd_ballot_judge(election, line, n - 1, NULL),
                   EVD_ERR_PARSE);
  assert_int_equal(evd_ballot_judge(election, "", 0, NULL), EVD_ERR_PARSE);
  assert_int_equal(evd_ballot_judge(election, line, n, NULL), EVD_OK);
  free(line);
}

/* Nothing comes out, and the booth stays where it was. */
static void not_sealed(const evd_booth *from, const uint8_t *credential,
                       const char *text, size_t n, evd_err want) {
  evd_booth b = *from;
  char *line = plain;
  size_t line_n = 1;
  assert_int_equal(
      evd_booth_seal(election, &b, credential, text, n, &line, &line_n), want);
  assert_null(line);
  assert_int_equal(line_n, 0);
  assert_memory_equal(&b, from, sizeof b);
  assert_true(evd_problem()[0] != 0);
}

static void test_bad_plain_ballots(void **state) {
  (void)state;
  const evd_booth b = booth_of(1);
  not_sealed(&b, NULL, "", 0, EVD_ERR_PARSE);
  not_sealed(&b, NULL, "{}", 2, EVD_ERR_PARSE);
  not_sealed(&b, NULL, plain, plain_n - 1, EVD_ERR_PARSE);
  static const char none[] =
      "{\"serial\":\"x\",\"style\":9,\"weight\":1,\"contests\":[]}";
  not_sealed(&b, NULL, none, strlen(none), EVD_ERR_RULE);
}

static void test_bad_booths(void **state) {
  (void)state;
  const uint8_t credential[EVD_HASH_BYTES] = {0};
  evd_booth b = booth_of(1);
  not_sealed(&b, credential, plain, plain_n, EVD_ERR_RANGE);
  b = booth_of(2);
  not_sealed(&b, NULL, plain, plain_n, EVD_ERR_RANGE);
  b = booth_of(0);
  not_sealed(&b, NULL, plain, plain_n, EVD_ERR_RANGE);
  b = booth_of(3);
  not_sealed(&b, NULL, plain, plain_n, EVD_ERR_RANGE);
  b = booth_of(1);
  b.size++;
  not_sealed(&b, NULL, plain, plain_n, EVD_ERR_RANGE);
  b = booth_of(1);
  b.slot = (uint64_t)1 << 53;
  not_sealed(&b, NULL, plain, plain_n, EVD_ERR_RANGE);
  b = booth_of(1);
  b.position = UINT32_MAX;
  not_sealed(&b, NULL, plain, plain_n, EVD_ERR_RANGE);
  b = booth_of(1);
  not_sealed(&b, NULL, plain, ((size_t)1 << 26) + 1, EVD_ERR_RANGE);
  not_sealed(&b, NULL, NULL, 0, EVD_ERR_RANGE);
}

static void test_null_everywhere(void **state) {
  (void)state;
  evd_booth b = booth_of(1);
  evd_election *e = NULL;
  char *line = NULL;
  size_t n = 0;
  evd_election_close(NULL);
  assert_int_equal(evd_election_open(NULL, "x"), EVD_ERR_RANGE);
  assert_int_equal(evd_election_open(&e, NULL), EVD_ERR_RANGE);
  assert_int_equal(evd_election_tell(NULL, NULL), EVD_ERR_RANGE);
  assert_int_equal(evd_election_tell(election, NULL), EVD_ERR_RANGE);
  assert_int_equal(evd_booth_seal(NULL, &b, NULL, plain, plain_n, &line, &n),
                   EVD_ERR_RANGE);
  assert_int_equal(
      evd_booth_seal(election, NULL, NULL, plain, plain_n, &line, &n),
      EVD_ERR_RANGE);
  assert_int_equal(evd_booth_seal(election, &b, NULL, plain, plain_n, NULL, &n),
                   EVD_ERR_RANGE);
  assert_int_equal(
      evd_booth_seal(election, &b, NULL, plain, plain_n, &line, NULL),
      EVD_ERR_RANGE);
  assert_int_equal(evd_ballot_judge(NULL, "", 0, NULL), EVD_ERR_RANGE);
  assert_int_equal(evd_ballot_judge(election, NULL, 0, NULL), EVD_ERR_RANGE);
}

static void test_no_election(void **state) {
  (void)state;
  char *longest = malloc(100001);
  evd_election *e = election;
  assert_int_equal(evd_election_open(&e, "/nonexistent"), EVD_ERR_MISSING);
  assert_null(e);
  assert_non_null(strstr(evd_problem(), "/nonexistent/parameters.json"));
  memset(longest, 'x', 100000);
  longest[100000] = 0;
  assert_int_equal(evd_election_open(&e, longest), EVD_ERR_MISSING);
  assert_int_equal(evd_election_open(&e, ""), EVD_ERR_MISSING);
  free(longest);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_election_tells),
      cmocka_unit_test(test_sealed_ballots_hold_and_are_chained),
      cmocka_unit_test(test_remote_ballot_is_bound),
      cmocka_unit_test(test_ballots_of_the_record_hold),
      cmocka_unit_test(test_changed_ballots_fail),
      cmocka_unit_test(test_bad_plain_ballots),
      cmocka_unit_test(test_bad_booths),
      cmocka_unit_test(test_null_everywhere),
      cmocka_unit_test(test_no_election),
  };
  return cmocka_run_group_tests(tests, open_once, close_it);
}
