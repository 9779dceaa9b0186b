/* Guardians of libevident, by its public headers alone: a ceremony of three,
 * and the tally of a record decrypted by two of them. */
#include <evident/evident.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define N 3
#define K 2
#define FILE_MAX (4 << 20)

static evd_election *election; /* visible-1 */
static evd_guardian *guardian[N];
static char *public_file[N];
static size_t public_n[N];

/* ---- files ---- */

static const char *path_of(const char *name) {
  static char path[4096];
  const char *root = getenv("EVD_SOURCE_ROOT");
  (void)snprintf(path, sizeof path, "%s/test/vector/records/visible-1/%s",
                 root ? root : ".", name);
  return path;
}

static char *file_of(const char *name, size_t *n) {
  char *bytes = malloc(FILE_MAX);
  FILE *f = fopen(path_of(name), "r");
  assert_true(bytes && f);
  *n = fread(bytes, 1, FILE_MAX - 1, f);
  bytes[*n] = 0;
  fclose(f);
  return bytes;
}

static void write_file(const char *folder, const char *name, const char *bytes,
                       size_t n) {
  char path[4096];
  (void)snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  assert_int_equal(fwrite(bytes, 1, n, f), n);
  assert_int_equal(fclose(f), 0);
}

/* The hexadecimal number after `name` in a text; returns the place after it. */
static const char *hex_after(const char *text, const char *name, uint8_t *out,
                             size_t n) {
  const char *at = strstr(text, name);
  assert_non_null(at);
  at += strlen(name);
  for (size_t i = 0; i < n; i++, at += 2) {
    unsigned byte = 0;
    assert_int_equal(sscanf(at, "%2X", &byte), 1);
    out[i] = (uint8_t)byte;
  }
  return at;
}

/* ---- the ceremony ---- */

static void share_between(uint32_t from, uint32_t to) {
  char *json = NULL;
  size_t n = 0;
  assert_int_equal(evd_guardian_share(guardian[from - 1], to, &json, &n),
                   EVD_OK);
  json[n / 2] = json[n / 2] == '1' ? '2' : '1';
  evd_err e = evd_guardian_take(guardian[to - 1], json, n);
  assert_true(e == EVD_ERR_PROOF || e == EVD_ERR_PARSE || e == EVD_ERR_SHARE);
  evd_free(json);
  assert_int_equal(evd_guardian_share(guardian[from - 1], to, &json, &n),
                   EVD_OK);
  assert_int_equal(evd_guardian_take(guardian[to - 1], json, n), EVD_OK);
  assert_int_equal(evd_guardian_take(guardian[to - 1], json, n),
                   EVD_ERR_EXISTS);
  assert_int_equal(evd_guardian_take(guardian[from - 1], json, n),
                   EVD_ERR_RULE);
  evd_free(json);
}

static int hold_ceremony(void **state) {
  (void)state;
  for (uint32_t i = 1; i <= N; i++) {
    assert_int_equal(evd_guardian_new(&guardian[i - 1], N, K, i), EVD_OK);
    assert_int_equal(evd_guardian_public(guardian[i - 1], &public_file[i - 1],
                                         &public_n[i - 1]),
                     EVD_OK);
  }
  for (uint32_t i = 0; i < N; i++)
    for (uint32_t l = 0; l < N; l++)
      if (l != i)
        assert_int_equal(
            evd_guardian_meet(guardian[i], public_file[l], public_n[l]),
            EVD_OK);
  return evd_election_open(&election, path_of("record")) == EVD_OK ? 0 : 1;
}

static int end_ceremony(void **state) {
  (void)state;
  evd_election_close(election);
  for (uint32_t i = 0; i < N; i++) {
    evd_guardian_close(guardian[i]);
    evd_free(public_file[i]);
  }
  return 0;
}

static void test_shares_are_checked(void **state) {
  (void)state;
  uint8_t secret[EVD_GUARDIAN_SECRET_BYTES];
  assert_int_equal(evd_guardian_export(guardian[0], secret), EVD_ERR_WAIT);
  for (uint32_t i = 1; i <= N; i++)
    for (uint32_t l = 1; l <= N; l++)
      if (l != i)
        share_between(i, l);
}

/* The record's own parameters and manifest with these guardians' keys. */
static void make_record(const char *folder) {
  static const char *const same[] = {"parameters.json", "manifest.json",
                                     "texts.json"};
  char name[64], *json = NULL;
  size_t n = 0, manifest_n = 0;
  for (size_t i = 0; i < 3; i++) {
    (void)snprintf(name, sizeof name, "record/%s", same[i]);
    char *bytes = file_of(name, &n);
    write_file(folder, same[i], bytes, n);
    free(bytes);
  }
  (void)snprintf(name, sizeof name, "%s/guardians", folder);
  assert_int_equal(mkdir(name, 0700), 0);
  for (uint32_t i = 0; i < N; i++) {
    (void)snprintf(name, sizeof name, "guardians/guardian_%u.json", i + 1);
    write_file(folder, name, public_file[i], public_n[i]);
  }
  char *manifest = file_of("record/manifest.json", &manifest_n);
  assert_int_equal(
      evd_guardian_keys(guardian[0], manifest, manifest_n, &json, &n), EVD_OK);
  write_file(folder, "election_keys.json", json, n);
  for (uint32_t i = 1; i < N; i++) {
    char *other = NULL;
    assert_int_equal(
        evd_guardian_keys(guardian[i], manifest, manifest_n, &other, &n),
        EVD_OK);
    assert_string_equal(other, json);
    evd_free(other);
  }
  evd_free(json);
  free(manifest);
}

static void remove_record(const char *folder) {
  static const char *const names[] = {"guardians/guardian_1.json",
                                      "guardians/guardian_2.json",
                                      "guardians/guardian_3.json",
                                      "parameters.json",
                                      "manifest.json",
                                      "texts.json",
                                      "election_keys.json"};
  char path[4096];
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    (void)unlink(path);
  }
  (void)snprintf(path, sizeof path, "%s/guardians", folder);
  (void)rmdir(path);
  (void)rmdir(folder);
}

static void test_the_record_of_the_ceremony_holds(void **state) {
  (void)state;
  char folder[] = "/tmp/evident-test-XXXXXX";
  uint8_t secret[EVD_GUARDIAN_SECRET_BYTES];
  evd_election *e = NULL;
  evd_outcome *o = NULL;
  evd_guardian *again = NULL;
  evd_verify_options options = EVD_VERIFY_USUAL;
  assert_non_null(mkdtemp(folder));
  make_record(folder);
  options.stage = EVD_STAGE_CEREMONY;
  assert_int_equal(evd_verify_dir(&o, folder, &options), EVD_OK);
  assert_int_equal(evd_outcome_verdict(o), EVD_VERDICT_PASS);
  evd_outcome_close(o);
  assert_int_equal(evd_election_open(&e, folder), EVD_OK);
  assert_int_equal(evd_guardian_export(guardian[1], secret), EVD_OK);
  assert_int_equal(evd_guardian_restore(&again, e, 2, secret), EVD_OK);
  assert_int_equal(evd_guardian_meet(again, public_file[0], public_n[0]),
                   EVD_ERR_SPENT);
  evd_guardian_close(again);
  assert_int_equal(evd_guardian_restore(&again, e, 1, secret), EVD_ERR_SHARE);
  assert_null(again);
  assert_int_equal(evd_guardian_restore(&again, election, 2, secret),
                   EVD_ERR_SHARE);
  evd_election_close(e);
  remove_record(folder);
}

static void test_bad_public_files(void **state) {
  (void)state;
  evd_guardian *g = NULL;
  char *json = NULL;
  size_t n = 0;
  assert_int_equal(evd_guardian_new(&g, N, K, 1), EVD_OK);
  assert_int_equal(evd_guardian_share(g, 2, &json, &n), EVD_ERR_WAIT);
  assert_int_equal(evd_guardian_keys(g, "{}", 2, &json, &n), EVD_ERR_WAIT);
  assert_int_equal(evd_guardian_meet(g, "{}", 2), EVD_ERR_PARSE);
  char *bad = strdup(public_file[1]);
  char *at = strstr(bad, "\"v\":[\"");
  assert_non_null(at);
  at[7] = at[7] == '1' ? '2' : '1';
  assert_int_equal(evd_guardian_meet(g, bad, public_n[1]), EVD_ERR_PROOF);
  assert_non_null(strstr(evd_problem(), "guardian 2"));
  assert_int_equal(evd_guardian_meet(g, public_file[1], public_n[1]), EVD_OK);
  assert_int_equal(evd_guardian_meet(g, public_file[1], public_n[1]),
                   EVD_ERR_EXISTS);
  free(bad);
  evd_guardian_close(g);
  assert_int_equal(evd_guardian_new(&g, N, N, 1), EVD_OK);
  assert_int_equal(evd_guardian_meet(g, public_file[1], public_n[1]),
                   EVD_ERR_RULE);
  evd_guardian_close(g);
}

/* ---- the tally ---- */

static const uint32_t present_list[K] = {1, 3};
static const evd_present present = {present_list, K};

typedef struct {
  evd_guardian *g[K];
  evd_answer *a[K];
  evd_sum sum;
  evd_commitment commitments[K];
  evd_part parts[K];
  evd_response responses[K];
} round_table;

static round_table seats(void) {
  round_table t = {.sum = {.contest = 1, .field = 1}};
  uint8_t secret[EVD_GUARDIAN_SECRET_BYTES];
  size_t n = 0;
  for (uint32_t j = 0; j < K; j++) {
    char name[64];
    (void)snprintf(name, sizeof name, "private/guardian_%u.key.json",
                   present_list[j]);
    char *key = file_of(name, &n);
    (void)hex_after(hex_after(key, "\"z\":\"", secret, 32), "\"z_hat\":\"",
                    secret + 32, 32);
    assert_int_equal(
        evd_guardian_restore(&t.g[j], election, present_list[j], secret),
        EVD_OK);
    free(key);
  }
  char *tally = file_of("record/tally_encrypted.json", &n);
  (void)hex_after(hex_after(tally, "\"A\":\"", t.sum.A, sizeof t.sum.A),
                  "\"B\":\"", t.sum.B, sizeof t.sum.B);
  free(tally);
  for (uint32_t j = 0; j < K; j++)
    assert_int_equal(evd_answer_new(&t.a[j], election, t.g[j], &present, &t.sum,
                                    &t.commitments[j]),
                     EVD_OK);
  return t;
}

static void leave(round_table *t) {
  for (uint32_t j = 0; j < K; j++) {
    evd_answer_close(t->a[j]);
    evd_guardian_close(t->g[j]);
  }
}

static void reveal_all(round_table *t) {
  for (uint32_t j = 0; j < K; j++)
    assert_int_equal(evd_answer_reveal(t->a[j], t->commitments, &t->parts[j]),
                     EVD_OK);
}

static void test_sum_is_the_published_one(void **state) {
  (void)state;
  round_table t = seats();
  evd_opened_sum opened;
  uint8_t T[EVD_ELEMENT_BYTES];
  size_t n = 0;
  reveal_all(&t);
  for (uint32_t j = 0; j < K; j++)
    assert_int_equal(evd_answer_respond(t.a[j], t.parts, &t.responses[j]),
                     EVD_OK);
  assert_int_equal(evd_answer_respond(t.a[0], t.parts, &t.responses[0]),
                   EVD_ERR_SPENT);
  assert_int_equal(evd_sum_open(election, &present, &t.sum, t.parts,
                                t.responses, 1000, &opened),
                   EVD_OK);
  char *tally = file_of("record/tally.json", &n);
  const char *at = hex_after(tally, "\"T\":\"", T, sizeof T);
  char votes[64];
  (void)snprintf(votes, sizeof votes, "\",\"t\":%llu,",
                 (unsigned long long)opened.total);
  assert_memory_equal(at, votes, strlen(votes));
  assert_memory_equal(opened.T, T, sizeof T);
  free(tally);
  t.responses[1].v[5] ^= 1;
  assert_int_equal(evd_sum_open(election, &present, &t.sum, t.parts,
                                t.responses, 1000, &opened),
                   EVD_ERR_PROOF);
  assert_non_null(strstr(evd_problem(), "guardian 3"));
  leave(&t);
}

static void test_parts_are_what_was_committed_to(void **state) {
  (void)state;
  round_table t = seats();
  evd_commitment other[K];
  evd_response r;
  assert_int_equal(evd_answer_respond(t.a[0], t.parts, &r), EVD_ERR_WAIT);
  memcpy(other, t.commitments, sizeof other);
  other[0].hash[0] ^= 1;
  assert_int_equal(evd_answer_reveal(t.a[0], other, &t.parts[0]),
                   EVD_ERR_COMMIT);
  reveal_all(&t);
  memcpy(other, t.commitments, sizeof other);
  other[1].hash[0] ^= 1;
  assert_int_equal(evd_answer_reveal(t.a[0], other, &t.parts[0]),
                   EVD_ERR_SPENT);
  t.parts[1].M[9] ^= 1;
  assert_int_equal(evd_answer_respond(t.a[0], t.parts, &r), EVD_ERR_COMMIT);
  assert_non_null(strstr(evd_problem(), "guardian 3"));
  t.parts[1].M[9] ^= 1;
  assert_int_equal(evd_answer_respond(t.a[0], t.parts, &r), EVD_OK);
  leave(&t);
}

/* An element of small order would leak a part of the secret. */
static void test_only_group_elements_are_answered(void **state) {
  (void)state;
  round_table t = seats();
  evd_answer *a = NULL;
  evd_commitment c;
  evd_sum bad = t.sum;
  memset(bad.A, 0xFF, sizeof bad.A); /* not below p */
  assert_int_equal(evd_answer_new(&a, election, t.g[0], &present, &bad, &c),
                   EVD_ERR_MEMBER);
  memset(bad.A, 0, sizeof bad.A);
  bad.A[sizeof bad.A - 1] = 2; /* of another order */
  assert_int_equal(evd_answer_new(&a, election, t.g[0], &present, &bad, &c),
                   EVD_ERR_MEMBER);
  assert_null(a);
  leave(&t);
}

/* ---- arguments ---- */

static void test_bad_quorums(void **state) {
  (void)state;
  round_table t = seats();
  const uint32_t lists[][3] = {{3, 1, 0}, {1, 1, 0}, {0, 1, 0}, {1, 4, 0}};
  evd_answer *a = NULL;
  evd_commitment c;
  for (size_t i = 0; i < 4; i++) {
    const evd_present p = {lists[i], 2};
    assert_int_equal(evd_answer_new(&a, election, t.g[0], &p, &t.sum, &c),
                     EVD_ERR_QUORUM);
  }
  const evd_present few = {present_list, 1}, none = {NULL, 2},
                    many = {present_list, (size_t)1 << 40};
  const uint32_t without[2] = {2, 3};
  const evd_present absent = {without, 2};
  assert_int_equal(evd_answer_new(&a, election, t.g[0], &few, &t.sum, &c),
                   EVD_ERR_QUORUM);
  assert_int_equal(evd_answer_new(&a, election, t.g[0], &none, &t.sum, &c),
                   EVD_ERR_QUORUM);
  assert_int_equal(evd_answer_new(&a, election, t.g[0], &many, &t.sum, &c),
                   EVD_ERR_QUORUM);
  assert_int_equal(evd_answer_new(&a, election, t.g[0], &absent, &t.sum, &c),
                   EVD_ERR_QUORUM);
  leave(&t);
}

static void test_null_everywhere(void **state) {
  (void)state;
  evd_guardian *g = NULL;
  evd_answer *a = NULL;
  evd_opened_sum opened;
  char *json = NULL;
  size_t n = 0;
  evd_guardian_close(NULL);
  evd_answer_close(NULL);
  assert_int_equal(evd_guardian_new(NULL, 3, 2, 1), EVD_ERR_RANGE);
  assert_int_equal(evd_guardian_new(&g, 0, 0, 0), EVD_ERR_RANGE);
  assert_int_equal(evd_guardian_new(&g, 256, 2, 1), EVD_ERR_RANGE);
  assert_int_equal(evd_guardian_new(&g, 3, 4, 1), EVD_ERR_RANGE);
  assert_int_equal(evd_guardian_new(&g, 3, 2, 4), EVD_ERR_RANGE);
  assert_int_equal(evd_guardian_public(NULL, &json, &n), EVD_ERR_RANGE);
  assert_int_equal(evd_guardian_public(guardian[0], NULL, &n), EVD_ERR_RANGE);
  assert_int_equal(evd_guardian_meet(guardian[0], NULL, 0), EVD_ERR_RANGE);
  assert_int_equal(evd_guardian_meet(NULL, "", 0), EVD_ERR_RANGE);
  assert_int_equal(evd_guardian_take(guardian[0], NULL, 0), EVD_ERR_RANGE);
  assert_int_equal(evd_guardian_share(guardian[0], 1, &json, &n),
                   EVD_ERR_RANGE);
  assert_int_equal(evd_guardian_share(guardian[0], 4, &json, &n),
                   EVD_ERR_RANGE);
  assert_int_equal(evd_guardian_keys(guardian[0], NULL, 0, &json, &n),
                   EVD_ERR_RANGE);
  assert_int_equal(evd_guardian_export(guardian[0], NULL), EVD_ERR_RANGE);
  assert_int_equal(evd_guardian_restore(&g, NULL, 1, NULL), EVD_ERR_RANGE);
  assert_int_equal(evd_guardian_restore(&g, election, 9, (uint8_t *)&opened),
                   EVD_ERR_RANGE);
  assert_int_equal(evd_answer_new(&a, election, NULL, &present, NULL, NULL),
                   EVD_ERR_RANGE);
  assert_int_equal(evd_answer_reveal(NULL, NULL, NULL), EVD_ERR_RANGE);
  assert_int_equal(evd_answer_respond(NULL, NULL, NULL), EVD_ERR_RANGE);
  assert_int_equal(evd_sum_open(election, NULL, NULL, NULL, NULL, 1, &opened),
                   EVD_ERR_RANGE);
  assert_true(g == NULL && a == NULL && json == NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shares_are_checked),
      cmocka_unit_test(test_the_record_of_the_ceremony_holds),
      cmocka_unit_test(test_bad_public_files),
      cmocka_unit_test(test_sum_is_the_published_one),
      cmocka_unit_test(test_parts_are_what_was_committed_to),
      cmocka_unit_test(test_only_group_elements_are_answered),
      cmocka_unit_test(test_bad_quorums),
      cmocka_unit_test(test_null_everywhere),
  };
  return cmocka_run_group_tests(tests, hold_ceremony, end_ceremony);
}
