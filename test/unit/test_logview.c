/* The view of a log as a record, and L.8, when something on the way fails. */
#include "logcheck_kit.h"

static const char ballot[] = "ballot";

/* ---- the view ---- */

static evd_err read_lines(const evd_source *s, const char *path, size_t max) {
  evd_span line;
  bool more = true, no_lf;
  evd_err e = s->lines_open(s->self, path, max);
  while (e == EVD_OK && more)
    e = s->lines_next(s->self, &line, &more, &no_lf);
  s->lines_close(s->self);
  return e;
}

static evd_err read_one(const evd_source *s, const char *path, size_t max,
                        evd_arena *a) {
  const evd_arena_point p = evd_arena_mark(a);
  evd_span bytes;
  if (strstr(path, ".jsonl"))
    return read_lines(s, path, max);
  evd_err e = s->read(s->self, path, max, &bytes, a);
  evd_arena_back(a, p);
  return e;
}

/* Of several tallies one counts: those of strangers end in spaces. Of two
 * openings of a ballot one. */
static void test_of_several_one_counts(void **state) {
  (void)state;
  evd_span bytes, line;
  bool more, no_lf;
  reading x;
  reading_begin(&x);
  const evd_source s = evd_logcheck_source(x.l);
  assert_int_equal(
      s.read(s.self, "tally_encrypted.json", 1 << 20, &bytes, &x.arena),
      EVD_OK);
  assert_memory_equal(bytes.p + bytes.n - 2, "]}", 2);
  assert_int_equal(s.lines_open(s.self, "challenged.jsonl", 1 << 20), EVD_OK);
  for (int n = 1; n >= 0; n--) {
    assert_int_equal(s.lines_next(s.self, &line, &more, &no_lf), EVD_OK);
    assert_int_equal(more, n);
  }
  s.lines_close(s.self);
  reading_close(&x);
}

static void test_view_of_a_log(void **state) {
  (void)state;
  static const char *const none[] = {"guardians/guardian_0.json",
                                     "guardians/guardian_4.json",
                                     "guardians/guardian_999999999999.json",
                                     "guardians/guardian_1.jsonx",
                                     "guardians/guardian_x.json",
                                     "texts.json",
                                     "contest_data.json",
                                     "contest_data.jsonl",
                                     "mail_cast.jsonl",
                                     "ballots/device_0.jsonl",
                                     "ballots/device_4.jsonl",
                                     "ballots/device_1.jsonl.zst"};
  const char **paths;
  size_t n;
  bool more = true, no_lf;
  evd_span line;
  reading x;
  reading_begin(&x);
  const evd_source s = evd_logcheck_source(x.l);
  assert_int_equal(s.list(s.self, &paths, &n, &x.arena), EVD_OK);
  assert_true(n > 10);
  for (size_t i = 0; i < n; i++) {
    assert_int_equal(read_one(&s, paths[i], 1 << 20, &x.arena), EVD_OK);
    assert_int_equal(read_one(&s, paths[i], 3, &x.arena), EVD_ERR_RANGE);
    for (size_t k = 1;; k++) {
      fail_at(k);
      evd_err e = read_one(&s, paths[i], 1 << 20, &x.arena);
      if (!fail_no_more())
        break;
      assert_int_equal(e, EVD_ERR_SPACE);
    }
  }
  for (size_t i = 0; i < sizeof none / sizeof *none; i++)
    assert_int_equal(read_one(&s, none[i], 1 << 20, &x.arena), EVD_ERR_MISSING);
  assert_int_equal(read_one(&s, "mail_open.jsonl", 1 << 20, &x.arena), EVD_OK);
  assert_int_equal(s.lines_next(s.self, &line, &more, &no_lf), EVD_OK);
  assert_false(more);
  for (size_t k = 1;; k++) {
    fail_at(k);
    evd_err e = s.list(s.self, &paths, &n, &x.arena);
    if (!fail_no_more())
      break;
    assert_int_equal(e, EVD_ERR_SPACE);
  }
  reading_close(&x);
}

/* What the log named and what lies there later are two things. */
static void test_view_of_a_board_that_changes(void **state) {
  (void)state;
  static const evd_err as[][2] = {{EVD_ERR_PROOF, EVD_ERR_PARSE},
                                  {EVD_ERR_FORM, EVD_ERR_PARSE},
                                  {EVD_ERR_IO, EVD_ERR_IO},
                                  {EVD_ERR_MISSING, EVD_ERR_MISSING}};
  reading x;
  reading_begin(&x);
  const evd_source s = evd_logcheck_source(x.l);
  for (size_t i = 0; i < sizeof as / sizeof *as; i++) {
    object_fault = (fault){"tally", 1, 0, NOTHING, NULL, as[i][0]};
    assert_int_equal(read_one(&s, "tally.json", 1 << 20, &x.arena), as[i][1]);
    object_fault = (fault){ballot, 1, 0, NOTHING, NULL, as[i][0]};
    assert_int_equal(read_one(&s, "ballots/device_1.jsonl", 1 << 20, &x.arena),
                     as[i][1]);
  }
  file_fault =
      (fault){"setup/guardians/guardian_2.json", 1, 0, LAST, NULL, EVD_OK};
  assert_int_equal(read_one(&s, "guardians/guardian_2.json", 1 << 20, &x.arena),
                   EVD_ERR_PARSE);
  reading_close(&x);
  file_fault =
      (fault){"setup/election_keys.json", 1, 0, NOTHING, NULL, EVD_ERR_IO};
  object_fault = (fault){"roll", 1, 0, NOTHING, NULL, EVD_ERR_IO};
  reading_begin(&x);
  const evd_source t = evd_logcheck_source(x.l);
  assert_int_equal(read_lines(&t, "states.jsonl", 1 << 20), EVD_ERR_MISSING);
  reading_close(&x);
}

/* ---- another record ---- */

/* The record of a second reading, with one thing changed. */
static struct {
  evd_source from;
  const char *hide, *more; /* files */
  const char *path, *open; /* what is changed; what is open */
  bool fewer, other, no_lf;
  evd_err err, list_err;
} record;

static evd_err record_list(void *self, const char ***paths, size_t *n,
                           evd_arena *a) {
  static const char *own[64];
  const char **all;
  size_t m, k = 0;
  (void)self;
  EVD_TRY(record.list_err);
  EVD_TRY(record.from.list(record.from.self, &all, &m, a));
  assert_true(m < 60);
  bool put = !record.more;
  for (size_t i = 0; i < m; i++) {
    if (!put && strcmp(record.more, all[i]) < 0) {
      own[k++] = record.more;
      put = true;
    }
    if (!record.hide || strcmp(record.hide, all[i]) != 0)
      own[k++] = all[i];
  }
  if (!put)
    own[k++] = record.more;
  *paths = own;
  *n = k;
  return EVD_OK;
}

static bool concerns(const char *path) {
  return record.path && path && strcmp(record.path, path) == 0;
}

static evd_err record_read(void *self, const char *path, size_t max,
                           evd_span *bytes, evd_arena *a) {
  (void)self;
  EVD_TRY(record.from.read(record.from.self, path, max, bytes, a));
  if (!concerns(path))
    return EVD_OK;
  bytes->n -= record.fewer;
  bytes->p += record.other && !record.fewer ? 1 : 0;
  return record.err;
}

static evd_err record_open(void *self, const char *path, size_t max) {
  (void)self;
  record.open = path;
  if (concerns(path) && record.err == EVD_ERR_MISSING)
    return record.err;
  return record.from.lines_open(record.from.self, path, max);
}

static evd_err record_next(void *self, evd_span *line, bool *more,
                           bool *no_lf) {
  (void)self;
  EVD_TRY(record.from.lines_next(record.from.self, line, more, no_lf));
  if (!concerns(record.open))
    return EVD_OK;
  *more = *more && !record.fewer;
  *no_lf = record.no_lf;
  line->n -= record.other && line->n > 0;
  return record.err;
}

static void record_close(void *self) {
  (void)self;
  record.from.lines_close(record.from.self);
}

static evd_verdict compared(void) {
  evd_source own = {NULL,        record_list, record_read,
                    record_open, record_next, record_close};
  reading x;
  reading_begin(&x);
  evd_logcheck_compare(x.l, &own);
  reading_end(&x);
  assert_int_equal(x.err, EVD_OK);
  assert_true((faults_of(&x) > 0) == (x.r.verdict == EVD_VERDICT_FAIL));
  reading_close(&x);
  return x.r.verdict;
}

/* L.8 */
static void test_T18_a_record_of_another_log(void **state) {
  (void)state;
  static const char lines[] = "states.jsonl", whole[] = "tally.json";
  static const struct {
    const char *hide, *more, *path;
    bool fewer, other, no_lf;
    evd_err err, list_err;
    evd_verdict verdict;
  } all[] = {
      {.verdict = EVD_VERDICT_PASS},
      {.more = "contest_data.jsonl", .verdict = EVD_VERDICT_PASS},
      {.more = "a.json", .verdict = EVD_VERDICT_FAIL},
      {.more = "zz.jsonl", .verdict = EVD_VERDICT_FAIL},
      {.hide = "texts.json", .verdict = EVD_VERDICT_PASS}, /* there is none */
      {.hide = "devices.json", .verdict = EVD_VERDICT_FAIL},
      {.hide = "tally_encrypted.json", .verdict = EVD_VERDICT_FAIL},
      {.path = lines, .fewer = true, .verdict = EVD_VERDICT_FAIL},
      {.path = lines, .other = true, .verdict = EVD_VERDICT_FAIL},
      {.path = lines, .no_lf = true, .verdict = EVD_VERDICT_FAIL},
      {.path = lines, .err = EVD_ERR_MISSING, .verdict = EVD_VERDICT_FAIL},
      {.path = lines, .err = EVD_ERR_PARSE, .verdict = EVD_VERDICT_FAIL},
      {.path = lines, .err = EVD_ERR_IO, .verdict = EVD_VERDICT_INCOMPLETE},
      {.path = whole, .fewer = true, .verdict = EVD_VERDICT_FAIL},
      {.path = whole, .other = true, .verdict = EVD_VERDICT_FAIL},
      {.path = whole, .err = EVD_ERR_MISSING, .verdict = EVD_VERDICT_FAIL},
      {.path = whole, .err = EVD_ERR_SPACE, .verdict = EVD_VERDICT_INCOMPLETE},
      {.list_err = EVD_ERR_IO, .verdict = EVD_VERDICT_INCOMPLETE},
      {.list_err = EVD_ERR_RANGE, .verdict = EVD_VERDICT_FAIL}};
  reading from;
  reading_begin(&from);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    record.from = evd_logcheck_source(from.l);
    record.hide = all[i].hide;
    record.more = all[i].more;
    record.path = all[i].path;
    record.fewer = all[i].fewer;
    record.other = all[i].other;
    record.no_lf = all[i].no_lf;
    record.err = all[i].err;
    record.list_err = all[i].list_err;
    evd_verdict v = compared();
    if (v != all[i].verdict)
      fail_msg("record %zu: verdict %d", i, (int)v);
  }
  reading_close(&from);
}

/* In the middle of comparing: nobody is blamed. */
static void test_no_memory_while_a_record_is_compared(void **state) {
  (void)state;
  reading x, y;
  bool did = true;
  reading_begin(&x);
  reading_begin(&y);
  evd_source own = evd_logcheck_source(y.l);
  for (size_t n = 1; did; n++) {
    fail_at(n);
    evd_logcheck_compare(x.l, &own);
    did = fail_no_more();
    assert_int_equal(faults_of(&x), 0);
  }
  reading_end(&x);
  is_open(&x, "compared", 0);
  reading_close(&x);
  reading_close(&y);
}

/* ---- ballots by mail, and contest data ---- */

static uint32_t n_lines(const evd_source *s, const char *path) {
  evd_span line, last = {NULL, 0};
  uint8_t id_B[75] = {0}; /* {"id_B":".. */
  bool more = true, no_lf;
  uint32_t n = 0;
  assert_int_equal(s->lines_open(s->self, path, 1 << 20), EVD_OK);
  for (;; n++) {
    assert_int_equal(s->lines_next(s->self, &line, &more, &no_lf), EVD_OK);
    if (!more)
      break;
    assert_true(line.n > sizeof id_B);
    assert_true(last.n == 0 || memcmp(id_B, line.p, sizeof id_B) <= 0);
    memcpy(id_B, line.p, sizeof id_B);
    last = line;
  }
  s->lines_close(s->self);
  return n;
}

/* Of six ballots by mail three are cast in the end: one was refused. */
static void test_view_of_mail(void **state) {
  (void)state;
  static const char *const paths[] = {"mail_cast.jsonl", "contest_data.jsonl",
                                      "mail_open.jsonl"};
  reading x;
  reading_begin(&x);
  const evd_source s = evd_logcheck_source(x.l);
  assert_int_equal(n_lines(&s, "mail_cast.jsonl"), 3);
  assert_true(n_lines(&s, "contest_data.jsonl") > 0);
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    assert_int_equal(read_lines(&s, paths[i], 3), EVD_ERR_RANGE);
    for (size_t k = 1;; k++) {
      fail_at(k);
      evd_err e = read_lines(&s, paths[i], 1 << 20);
      if (!fail_no_more())
        break;
      assert_int_equal(e, EVD_ERR_SPACE);
    }
  }
  object_fault = (fault){"mail_cast", 1, 0, NOTHING, NULL, EVD_ERR_PROOF};
  assert_int_equal(read_lines(&s, paths[0], 1 << 20), EVD_ERR_PARSE);
  object_fault = (fault){"contest_data", 1, 0, NOTHING, NULL, EVD_ERR_IO};
  assert_int_equal(read_lines(&s, paths[1], 1 << 20), EVD_ERR_IO);
  reading_close(&x);
}

/* L.7: what was selected is that of the ballot that the entry names. */
static void test_mail_casts_that_lie(void **state) {
  (void)state;
  static const char start[] = "{\"id_B\":\"";
  static const change all[] = {FIRST, BEHIND, CUT, CUT_LATER};
  assert_int_equal(verdict(), EVD_VERDICT_PASS);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    object_fault = (fault){"mail_cast", 2, 0, all[i], start, EVD_OK};
    assert_int_equal(verdict(), EVD_VERDICT_FAIL);
  }
  object_fault = (fault){"contest_data", 1, 0, NOTHING, NULL, EVD_ERR_PROOF};
  assert_int_equal(verdict(), EVD_VERDICT_FAIL);
}

int main(void) {
  const struct CMUnitTest of_mail[] = {
      cmocka_unit_test(test_view_of_mail),
      cmocka_unit_test(test_mail_casts_that_lie),
  };
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_of_several_one_counts),
      cmocka_unit_test(test_view_of_a_log),
      cmocka_unit_test(test_view_of_a_board_that_changes),
      cmocka_unit_test(test_T18_a_record_of_another_log),
      cmocka_unit_test(test_no_memory_while_a_record_is_compared),
  };
  return cmocka_run_group_tests_name("logview", tests, open_board,
                                     close_board) +
         cmocka_run_group_tests_name("logview by mail", of_mail,
                                     open_mail_board, close_board);
}
