/* The rules of manifest.json (X.3), and labels that try to look like
 * something else. */
#include "record_kit.h"

#include <stdio.h>

/* ---- collecting faults ---- */

typedef struct {
  uint32_t n;
  char first[400]; /* "<where>: <what>" */
} faults;

static void note(void *self, const char *where, const char *what) {
  faults *f = self;
  if (f->n++ == 0)
    snprintf(f->first, sizeof f->first, "%s: %s", where, what);
}

/* Reads a manifest (canonical or not does not matter here). */
static void manifest_faults(const char *text, faults *f) {
  evd_arena a;
  evd_manifest m;
  evd_why why;
  evd_arena_init(&a, KIT_ARENA_BYTES);
  evd_err e = evd_manifest_read(&m, kit_text(text), &a, &why);
  if (e != EVD_OK && e != EVD_ERR_FORM)
    fail_msg("%s in %s", why.text, text);
  *f = (faults){0};
  uint32_t n = evd_manifest_rules(&m, note, f);
  assert_int_equal(n, f->n);
  assert_int_equal(evd_manifest_rules(&m, NULL, NULL), f->n);
  evd_arena_close(&a);
}

/* A manifest from parts; every part has a sound default. */
typedef struct {
  const char *head, *guardians, *contests, *styles, *devices, *tail;
} parts;
#define HEAD                                                                   \
  "\"format\":\"Evident record v1\",\"label\":\"Town\",\"notes\":\"\","        \
  "\"kind\":\"election\",\"revote\":false,\"restricted\":false,"
#define OPTIONS_2                                                              \
  "[{\"label\":\"Ada\",\"notes\":\"\"},{\"label\":\"Bo\",\"notes\":\"\"}]"
#define CONTEST(label, rule, seats, group, options, R, L, w, b)                \
  "{\"label\":\"" label "\",\"notes\":\"\",\"rule\":\"" rule                   \
  "\",\"seats\":" seats ",\"group\":\"" group "\",\"options\":" options        \
  ",\"option_limit\":" R ",\"contest_limit\":" L                               \
  ",\"overvote\":false,\"write_ins\":" w ",\"data_blocks\":" b "}"
#define MAYOR                                                                  \
  CONTEST("Mayor", "plurality", "1", "", OPTIONS_2, "1", "1", "0", "0")
#define GRADE(label, group) GRADE_OF(label, "1", group, OPTIONS_2)
#define GRADE_OF(label, seats, group, options)                                 \
  CONTEST(label, "majority-judgment", seats, group, options, "1", "1", "0", "0")
#define BOOTH "{\"label\":\"unit\",\"mode\":\"booth\",\"chaining\":1}"
#define TAIL                                                                   \
  "\"weights\":false,\"short_code\":0,\"privacy_floor\":5,\"slot_origin\":0,"  \
  "\"slot_seconds\":60"

static const char * or (const char *a, const char *b) { return a ? a : b; }

static void parts_faults(const parts *p, faults *f) {
  static char text[20000];
  int n = snprintf(
      text, sizeof text,
      "{%s\"texts\":\"000000000000000000000000000000000000000000000000000000000"
      "0000000\",\"guardians\":[%s],\"contests\":[%s],\"styles\":[%s],"
      "\"devices\":[%s],%s}",
      or (p->head, HEAD), or (p->guardians, "\"G1\",\"G2\",\"G3\""),
      or (p->contests, MAYOR),
      or (p->styles, "{\"label\":\"All\",\"contests\":[1]}"),
      or (p->devices, BOOTH), or (p->tail, TAIL));
  assert_in_range(n, 1, sizeof text - 1);
  manifest_faults(text, f);
}

typedef struct {
  parts p;
  uint32_t n;
  const char *first;
} rule_case;

static void rule_checks(const rule_case *c, size_t n) {
  for (size_t i = 0; i < n; i++) {
    faults f;
    parts_faults(&c[i].p, &f);
    if (f.n != c[i].n || strcmp(f.first, c[i].first) != 0)
      fail_msg("case %zu: %u faults, %s", i, f.n, f.first);
  }
}
#define RULES(cases) rule_checks(cases, sizeof cases / sizeof cases[0])

static void test_manifest_without_faults(void **state) {
  (void)state;
  faults f;
  evd_buf b;
  parts_faults(&(parts){0}, &f);
  assert_int_equal(f.n, 0);
  assert_int_equal(evd_manifest_rules(kit_manifest(), NULL, NULL), 0);
  if (!kit_shared("vectors/records/visible-1/record/manifest.json", &b))
    return;
  evd_buf_add(&b, "", 1);
  manifest_faults((const char *)b.p, &f);
  assert_int_equal(f.n, 0);
  evd_buf_close(&b);
}

static void test_manifest_limits(void **state) {
  (void)state;
#define C(R, L, w, b)                                                          \
  { .contests = CONTEST("Mayor", "plurality", "1", "", OPTIONS_2, R, L, w, b) }
  static const rule_case cases[] = {
      {C("1", "1000", "0", "0"), 0, ""},
      {C("1", "0", "0", "0"), 1,
       "contest 1: contest_limit is 0, allowed are 1 to 1000"},
      {C("1", "1001", "0", "0"), 1,
       "contest 1: contest_limit is 1001, allowed are 1 to 1000"},
      {C("0", "1", "0", "0"), 2,
       "contest 1: option_limit is 0, allowed are 1 to 255"},
      {C("256", "1", "0", "0"), 2,
       "contest 1: option_limit is 256, allowed are 1 to 255"},
      {C("2", "1", "0", "0"), 1,
       "contest 1: rule plurality needs option_limit 1"},
      {C("1", "1", "101", "0"), 1,
       "contest 1: write_ins is 101, allowed are 0 to 100"},
      {C("1", "1", "0", "1025"), 1,
       "contest 1: data_blocks is 1025, allowed are 0 to 1024"},
      {C("1", "1", "0", "1"), 1,
       "contest 1: data_blocks is too small for all marks and write-ins"},
      {C("1", "1", "0", "2"), 0, ""}, /* 64 >= 31 + 6 */
      {C("1", "1", "1", "3"), 1,      /* 96 < 31 + 6 + 67 */
       "contest 1: data_blocks is too small for all marks and write-ins"},
      {C("1", "1", "1", "4"), 0, ""},     /* 128 >= 104 */
      {C("1", "1", "100", "211"), 0, ""}, /* 6752 >= 6737 */
      {C("1", "1", "100", "210"), 1,
       "contest 1: data_blocks is too small for all marks and write-ins"},
      {{.contests = CONTEST("Mayor", "plurality", "0", "", OPTIONS_2, "1", "1",
                            "0", "0")},
       1,
       "contest 1: seats must be at least 1"},
      {{.contests =
            CONTEST("Mayor", "plurality", "1", "", "[]", "1", "1", "0", "0")},
       1,
       "contest 1: the number of options is 0, allowed are 1 to 1000"},
  };
#undef C
  RULES(cases);
}

static void test_manifest_rule_words(void **state) {
  (void)state;
#define C(rule, R, L)                                                          \
  { .contests = CONTEST("Mayor", rule, "1", "", OPTIONS_2, R, L, "0", "0") }
  static const rule_case cases[] = {
      {C("referendum", "1", "1"), 0, ""},
      {C("referendum", "3", "1"), 1,
       "contest 1: rule referendum needs option_limit 1"},
      {C("approval", "1", "2"), 0, ""},
      {C("approval", "1", "1"), 1,
       "contest 1: rule approval needs option_limit 1 and a contest_limit "
       "equal to the number of options"},
      {C("approval", "2", "2"), 1,
       "contest 1: rule approval needs option_limit 1 and a contest_limit "
       "equal to the number of options"},
      {C("cumulative", "7", "7"), 0, ""},
      {C("cumulative", "6", "7"), 1,
       "contest 1: rule cumulative needs equal option_limit and "
       "contest_limit"},
      {C("score", "5", "10"), 0, ""},
      {C("score", "5", "5"), 1,
       "contest 1: rule score needs a contest_limit equal to option_limit "
       "times the number of options"},
      {C("Plurality", "1", "1"), 1,
       "contest 1: rule is none of plurality, referendum, approval, "
       "cumulative, score, majority-judgment"},
      {C("majority-judgment", "1", "1"), 1,
       "contest 1: a label must not be empty"},
      {{.contests = GRADE("Ada", "Head")}, 0, ""},
      {{.contests = GRADE("Ada", "#1")},
       1,
       "contest 1: a label must not start with #"},
      {{.contests = CONTEST("Ada", "majority-judgment", "1", "Head", OPTIONS_2,
                            "1", "2", "0", "0")},
       1,
       "contest 1: rule majority-judgment needs option_limit 1 and "
       "contest_limit 1"},
      {{.contests = CONTEST("Ada", "approval", "1", "Head", OPTIONS_2, "1", "2",
                            "0", "0")},
       1,
       "contest 1: group belongs to rule majority-judgment only"},
  };
#undef C
  RULES(cases);
}

static void test_manifest_groups(void **state) {
  (void)state;
#define THREE GRADE("A", "H") "," GRADE("B", "H") "," MAYOR
#define APART GRADE("A", "H") "," MAYOR "," GRADE("B", "H")
#define S(c) "{\"label\":\"All\",\"contests\":" c "}"
  static const rule_case cases[] = {
      {{.contests = THREE, .styles = S("[1,2,3]")}, 0, ""},
      {{.contests = THREE, .styles = S("[3]")}, 0, ""},
      {{.contests = THREE, .styles = S("[1,3]")},
       1,
       "style 1: has some but not all contests of a group"},
      {{.contests = THREE, .styles = S("[2]")},
       1,
       "style 1: has some but not all contests of a group"},
      {{.contests = APART, .styles = S("[1,2,3]")},
       1,
       "contest 3: does not stand next to its group"},
      {{.contests = GRADE("A", "H") "," GRADE("B", "I"), .styles = S("[2]")},
       0,
       ""},
      {{.contests = GRADE("A", "H") "," GRADE_OF("B", "2", "H", OPTIONS_2),
        .styles = S("[1,2]")},
       1,
       "contest 2: has another number of seats than its group"},
      {{.contests = GRADE("A", "H") "," GRADE_OF(
            "B", "1", "H",
            "[{\"label\":\"Bo\",\"notes\":\"\"},{\"label\":\"Ada\","
            "\"notes\":\"\"}]"),
        .styles = S("[1,2]")},
       1,
       "contest 2: has other option labels than its group"},
      {{.contests = GRADE("A", "H") "," GRADE_OF(
            "B", "1", "H", "[{\"label\":\"Ada\",\"notes\":\"\"}]"),
        .styles = S("[1,2]")},
       1,
       "contest 2: has other option labels than its group"},
      /* a contest named twice does not make up for the one left out */
      {{.contests = THREE, .styles = S("[1,1]")},
       2,
       "style 1: its contests are not in ascending order"},
  };
  RULES(cases);
#undef S
}

static void test_manifest_styles_and_devices(void **state) {
  (void)state;
#define S(c)                                                                   \
  { .styles = "{\"label\":\"All\",\"contests\":" c "}" }
#define DEVICE(label, mode, chaining)                                          \
  "{\"label\":\"" label "\",\"mode\":\"" mode "\",\"chaining\":" chaining "}"
  static const rule_case cases[] = {
      {S("[]"), 1, "style 1: has no contest"},
      {S("[0]"), 1, "style 1: names a contest that does not exist"},
      {S("[1,2]"), 1, "style 1: names a contest that does not exist"},
      {S("[1,1]"), 1, "style 1: its contests are not in ascending order"},
      {{.devices = DEVICE("unit", "kiosk", "1")},
       1,
       "device 1: mode is none of booth, remote, mail, audit"},
      {{.devices = DEVICE("unit", "booth", "2")},
       1,
       "device 1: chaining is neither 0 nor 1"},
      {{.devices = DEVICE("a", "audit", "0") "," DEVICE("b", "audit", "0")},
       0,
       ""},
      {{.devices = DEVICE("a", "audit", "0") "," BOOTH},
       1,
       "devices: either all have mode audit or none"},
      {{.devices = DEVICE("a", "mail", "0")},
       1,
       "short_code: must not be 0 with a mail device"},
      {{.devices = BOOTH "," DEVICE("unit", "remote", "0")},
       1,
       "device 2: has the same label as number 1"},
      {{.guardians = "\"G1\",\"G2\",\"G1\""},
       1,
       "guardian 3: has the same label as number 1"},
      {{.contests = MAYOR "," MAYOR},
       1,
       "contest 2: has the same label as number 1"},
      {{.styles = "{\"label\":\"All\",\"contests\":[1]},{\"label\":\"All\","
                  "\"contests\":[1]}"},
       1,
       "style 2: has the same label as number 1"},
      {{.contests = CONTEST("Mayor", "plurality", "1", "",
                            "[{\"label\":\"Bo\",\"notes\":\"\"},{\"label\":"
                            "\"Ada\",\"notes\":\"\"},{\"label\":\"Bo\","
                            "\"notes\":\"\"}]",
                            "1", "1", "0", "0")},
       1,
       "contest 1 option 3: has the same label as number 1"},
  };
#undef S
  RULES(cases);
}

static void test_manifest_values(void **state) {
  (void)state;
#define H(format, label, kind, revote, restricted)                             \
  "\"format\":\"" format "\",\"label\":\"" label                               \
  "\",\"notes\":\"\",\"kind\":\"" kind "\",\"revote\":" revote                 \
  ",\"restricted\":" restricted ","
#define T(weights, code, floor, seconds)                                       \
  "\"weights\":" weights ",\"short_code\":" code ",\"privacy_floor\":" floor   \
  ",\"slot_origin\":0,\"slot_seconds\":" seconds
#define V1 "Evident record v1"
  static const rule_case cases[] = {
      {{.head = H("Evident record v2", "Town", "trial", "false", "false")},
       1,
       "format: is not \"Evident record v1\""},
      {{.head = H(V1, "", "trial", "false", "false")},
       1,
       "label: a label must not be empty"},
      {{.head = H(V1, "Town", "test", "false", "false")},
       1,
       "kind: is neither election nor trial"},
      {{.head = H(V1, "Town", "trial", "true", "true")},
       1,
       "restricted: needs revote to be false"},
      {{.head = H(V1, "Town", "trial", "false", "true")}, 0, ""},
      {{.head = H(V1, "Town", "trial", "false", "true"),
        .tail = T("true", "0", "5", "60")},
       1,
       "restricted: needs weights to be false"},
      {{.head = H(V1, "Town", "trial", "false", "true"),
        .tail = T("false", "0", "4", "60")},
       1,
       "restricted: needs a privacy_floor of at least 5"},
      {{.head = H(V1, "Town", "trial", "false", "true"),
        .devices = DEVICE("a", "audit", "0")},
       1,
       "restricted: needs modes booth, remote or mail only"},
      {{.tail = T("false", "8", "1", "60")}, 0, ""},
      {{.tail = T("false", "9", "1", "60")}, 1, "short_code: is more than 8"},
      {{.tail = T("false", "0", "0", "60")},
       1,
       "privacy_floor: must be at least 1"},
      {{.tail = T("false", "0", "1", "59")},
       1,
       "slot_seconds: must be at least 60"},
  };
  RULES(cases);
}

/* Labels are data: separators, quotes and marks are kept as they are, and
 * no two lists of labels have the same bytes. */
static void test_A07_labels_with_separators(void **state) {
  (void)state;
  static const struct {
    const char *label; /* in JSON form */
    bool label_fits;
  } labels[] = {
      {"2|3", true},
      {"a,b", true},
      {"a\\\",\\\"b", true},
      {"\\\\", true},
      {"[\\\"x\\\"]", true},
      {"a;b\\\\;c", true},
      {"\xC3\xA9", true},
      {"q\xCC\x87", true},
      {"\xCC\x87q", true},
      {"a#", true},
      {"#a", false},
      {" a", false},
      {"a ", false},
      {"\xC2\xA0"
       "a",
       false},
      {"a\xE3\x80\x80", false},
      {"a b", true},
      {"", false},
      {"\xE2\x80\x8B", true},
  };
  for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
    char style[200];
    faults f;
    snprintf(style, sizeof style, "{\"label\":\"%s\",\"contests\":[1]}",
             labels[i].label);
    parts_faults(&(parts){.styles = style}, &f);
    if ((f.n == 0) != labels[i].label_fits)
      fail_msg("label %s: %s", labels[i].label, f.first);
  }
}

static void test_A07_label_lengths(void **state) {
  (void)state;
  char label[260], style[400];
  for (int n = 199; n <= 201; n++) {
    faults f;
    memset(label, 'a', (size_t)n);
    label[n] = 0;
    snprintf(style, sizeof style, "{\"label\":\"%s\",\"contests\":[1]}", label);
    parts_faults(&(parts){.styles = style}, &f);
    assert_int_equal(f.n, n > 200);
  }
  /* bytes count, not characters; escapes do not */
  faults f;
  for (int i = 0; i < 100; i++)
    memcpy(label + 2 * i, "\\\"", 2);
  label[200] = 0;
  snprintf(style, sizeof style, "{\"label\":\"%s%s\",\"contests\":[1]}", label,
           "aaaa");
  parts_faults(&(parts){.styles = style}, &f);
  assert_int_equal(f.n, 0);
  for (int i = 0; i < 100; i++)
    memcpy(label + 2 * i, "\xC3\xA9", 2);
  snprintf(style, sizeof style, "{\"label\":\"%s%s\",\"contests\":[1]}", label,
           "a");
  parts_faults(&(parts){.styles = style}, &f);
  assert_int_equal(f.n, 1);
}

static void bytes_of(const char *const labels[2], evd_buf *out) {
  evd_str g[2];
  evd_manifest m = {.n_guardians = 2, .guardians = g};
  for (int i = 0; i < 2; i++)
    g[i] = (evd_str){(const uint8_t *)labels[i], strlen(labels[i])};
  evd_buf_init(out, 10000);
  evd_manifest_write(out, &m);
}

static void test_A07_writing_is_injective(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"a", "b"},         {"a\",\"b", ""},     {"", "a\",\"b"}, {"a\\", "b"},
      {"a", "\\b"},       {"a\\\",\\\"b", ""}, {"a,b", ""},     {"a", "b "},
      {"2", "3"},         {"2|3", ""},         {"2\",\"3", ""}, {"\\\"", "\""},
      {"e\xCC\x81", "x"}, {"\xC3\xA9", "x"},
  };
  size_t n = sizeof pairs / sizeof pairs[0];
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < i; j++) {
      evd_buf a, b;
      bytes_of(pairs[i], &a);
      bytes_of(pairs[j], &b);
      assert_true(a.n != b.n || memcmp(a.p, b.p, a.n) != 0);
      evd_buf_close(&a);
      evd_buf_close(&b);
    }
}

/* Many equal labels and many groups: no pass over all pairs. */
static void test_rules_of_a_large_manifest(void **state) {
  (void)state;
  enum { N = 60000 };
  static evd_contest contests[N];
  static evd_style styles[N];
  static uint32_t one[1] = {1};
  static evd_option option = {{(const uint8_t *)"o", 1}, {NULL, 0}};
  evd_str mj = {(const uint8_t *)"majority-judgment", 17};
  evd_str label = {(const uint8_t *)"x", 1};
  for (uint32_t i = 0; i < N; i++) {
    contests[i] = (evd_contest){.label = label,
                                .rule = mj,
                                .group = label,
                                .seats = 1,
                                .n_options = 1,
                                .options = &option,
                                .option_limit = 1,
                                .contest_limit = 1};
    styles[i] = (evd_style){label, 1, one};
  }
  evd_manifest m = *kit_manifest();
  m.n_contests = N;
  m.contests = contests;
  m.n_styles = N;
  m.styles = styles;
  /* doubled labels of contests and styles, and every style a part of the
   * one group */
  assert_int_equal(evd_manifest_rules(&m, NULL, NULL), (N - 1) + (N - 1) + N);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_manifest_without_faults),
      cmocka_unit_test(test_manifest_limits),
      cmocka_unit_test(test_manifest_rule_words),
      cmocka_unit_test(test_manifest_groups),
      cmocka_unit_test(test_manifest_styles_and_devices),
      cmocka_unit_test(test_manifest_values),
      cmocka_unit_test(test_A07_labels_with_separators),
      cmocka_unit_test(test_A07_label_lengths),
      cmocka_unit_test(test_A07_writing_is_injective),
      cmocka_unit_test(test_rules_of_a_large_manifest),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  kit_close();
  return failed;
}
