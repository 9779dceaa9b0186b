/* The checks of a log when something on the way fails: who is blamed. */
#include "logcheck_kit.h"

#define AROUND 6 /* of the allocations while a log is read, one is tried */

static void test_it_holds(void **state) {
  (void)state;
  assert_int_equal(verdict(), EVD_VERDICT_PASS);
}

static void test_no_memory_while_a_log_is_read(void **state) {
  (void)state;
  bool did = true;
  for (size_t n = 1; did; n += n < 60 ? 1 : AROUND) {
    reading x;
    fail_at(n);
    reading_begin(&x);
    reading_end(&x);
    did = fail_no_more();
    if (did)
      is_open(&x, "allocation", n);
    else
      assert_int_equal(x.r.verdict, EVD_VERDICT_PASS);
    reading_close(&x);
  }
}

static const evd_err errors[] = {EVD_ERR_IO,      EVD_ERR_SPACE, EVD_ERR_RANGE,
                                 EVD_ERR_MISSING, EVD_ERR_PARSE, EVD_ERR_PROOF};

static void expect(const char *name, const fault *x) {
  const bool nobody = x->err == EVD_ERR_IO || x->err == EVD_ERR_SPACE;
  evd_verdict v = verdict();
  if (v != (nobody ? EVD_VERDICT_INCOMPLETE : EVD_VERDICT_FAIL))
    fail_msg("%s, %s %d at %s: verdict %d", name, evd_err_text(x->err),
             (int)x->what, x->needle ? x->needle : "", (int)v);
}

static void test_files_that_cannot_be_read(void **state) {
  (void)state;
  static const char *const paths[] = {"checkpoint",
                                      "tile/0/000.p/58",
                                      "setup/parameters.json",
                                      "setup/manifest.json",
                                      "setup/keys",
                                      "setup/election_keys.json",
                                      "setup/roll.jsonl",
                                      "setup/guardians/guardian_2.json"};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    for (size_t k = 0; k < 5; k++) {
      const fault f = {paths[i], 1, 0, NOTHING, NULL, errors[k]};
      file_fault = f;
      expect(paths[i], &f);
    }
    const fault shorter = {paths[i], 1, 0, LAST, NULL, EVD_OK};
    file_fault = shorter;
    expect(paths[i], &shorter);
  }
}

/* ---- objects that say other things than their entry ---- */

typedef struct {
  const char *kind;
  uint32_t nth;
  change what;
  const char *needle;
} lie;

static const char ballot[] = "ballot", opening[] = "challenged",
                  keys[] = "election_keys", sent[] = "ceremony";

static void test_objects_that_lie(void **state) {
  (void)state;
  static const lie lies[] = {{opening, 1, FIRST, "{\"id_B\":\""},
                             {opening, 1, BEHIND, "{\"id_B\":\""},
                             {opening, 1, CUT, "{\"id_B\":\""},
                             {opening, 1, CUT_LATER, "{\"id_B\":\""},
                             {keys, 1, BEHIND, "\"H_P\":\""},
                             {keys, 1, BEHIND, "\"H_B\":\""},
                             {keys, 1, BEHIND, "\"H_G\":\""},
                             {keys, 1, BEHIND, "\"H_E\":\""},
                             {keys, 1, CUT, "\"H_E\":\""},
                             {sent, 1, BEHIND, "{\"i\":"},
                             {sent, 1, BEHIND, "\"H_B\":\""},
                             {sent, 1, CUT, "\"H_B\":\""},
                             {"parameters", 1, CUT_BEHIND, "{"},
                             {"manifest", 1, CUT_BEHIND, "{"},
                             {"keys", 1, CUT_LATER, "admin"},
                             {"roll", 2, CUT_LATER, "{\"credential\":\""}};
  for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
    const lie *t = &lies[i];
    const fault f = {t->kind, t->nth, 0, t->what, t->needle, EVD_OK};
    object_fault = f;
    expect(t->kind, &f);
  }
}

/* Every part of a ballot's line that the entry says, too. Ballot 1 is of a
 * device of voters, 3 of one that chains. */
static void ballots_lie(void) {
  static const struct {
    uint32_t nth;
    const char *needle;
  } parts[] = {{1, "{\"id_B\":\""},   {1, "\",\"H_I\":\""},
               {1, "\",\"style\":"},  {1, ",\"device\":"},
               {3, ",\"position\":"}, {1, ",\"slot\":"},
               {1, ",\"weight\":"},   {1, ",\"binding\":{\"credential\":\""},
               {3, "\"H_C\":\""},     {3, "\"}"}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    for (change what = FIRST; what <= CUT_LATER; what++) {
      const char *needle = parts[i].needle;
      const bool last = strcmp(needle, "\"}") == 0;
      if ((what == BEHIND && strstr(needle, "H_I")) ||
          (last && what != FIRST && what != CUT))
        continue;
      const fault f = {ballot, parts[i].nth, 0, what, needle, EVD_OK};
      object_fault = f;
      expect(ballot, &f);
    }
}

static void test_ballots_that_lie(void **state) {
  (void)state;
  ballots_lie();
  read_ahead = true;
  assert_int_equal(verdict(), EVD_VERDICT_PASS);
  ballots_lie();
  read_ahead = false;
}

static void test_objects_that_cannot_be_read(void **state) {
  (void)state;
  static const char *const kinds[] = {"parameters", "keys",   "ceremony",
                                      "roll",       "ballot", "tally"};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    for (size_t k = 0; k < sizeof errors / sizeof *errors; k++) {
      const fault f = {kinds[i], 1, 0, NOTHING, NULL, errors[k]};
      if (errors[k] == EVD_ERR_RANGE)
        continue;
      object_fault = f;
      expect(kinds[i], &f);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_it_holds),
      cmocka_unit_test(test_no_memory_while_a_log_is_read),
      cmocka_unit_test(test_files_that_cannot_be_read),
      cmocka_unit_test(test_objects_that_lie),
      cmocka_unit_test(test_ballots_that_lie),
      cmocka_unit_test(test_objects_that_cannot_be_read),
  };
  return cmocka_run_group_tests_name("logcheck", tests, open_board,
                                     close_board);
}
