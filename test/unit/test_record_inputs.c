/* The rules of texts.json (X.3), the loose manifest that people write, and
 * the strict reader of selections. */
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

/* ---- texts.json ---- */

static void texts_faults(const char *text, const evd_h32 *digest, faults *f) {
  evd_arena a;
  evd_texts t;
  evd_why why;
  evd_manifest m = *kit_manifest();
  evd_span bytes = kit_text(text);
  evd_arena_init(&a, KIT_ARENA_BYTES);
  if (evd_texts_read(&t, bytes, &a, &why) != EVD_OK)
    fail_msg("%s in %s", why.text, text);
  evd_digest(&m.texts, "texts", bytes.p, bytes.n);
  if (digest)
    m.texts = *digest;
  *f = (faults){0};
  uint32_t n = evd_texts_rules(&t, bytes, &m, note, f);
  assert_int_equal(n, f->n);
  evd_arena_close(&a);
}

#define LABELS                                                                 \
  "{\"of\":\"Ada\",\"as\":\"A\"},{\"of\":\"All\",\"as\":\"A\"},{\"of\":"       \
  "\"Bo\",\"as\":\"A\"},{\"of\":\"Budget\",\"as\":\"A\"},"
#define LABELS_2                                                               \
  "{\"of\":\"Mayor\",\"as\":\"A\"},{\"of\":\"Sample \\\"one\\\"\",\"as\":"     \
  "\"A\"},{\"of\":\"Ward 2\",\"as\":\"A\"}"
#define LANGUAGE(tag, texts) "{\"tag\":\"" tag "\",\"texts\":[" texts "]}"
#define FILE_OF(languages) "{\"languages\":[" languages "]}"
#define ES LANGUAGE("es", LABELS LABELS_2)

static void test_texts_rules(void **state) {
  (void)state;
  static const struct {
    const char *text, *first;
  } cases[] = {
      {FILE_OF(""), ""},
      {FILE_OF(ES), ""},
      {FILE_OF(LANGUAGE("ar", LABELS LABELS_2) "," ES), ""},
      {FILE_OF(ES "," LANGUAGE("ar", LABELS LABELS_2)),
       "texts.json language 2: tags are not in ascending order"},
      {FILE_OF(ES "," ES),
       "texts.json language 2: tags are not in ascending order"},
      {FILE_OF(
           LANGUAGE("es", "{\"of\":\"Ada\",\"as\":\"x\"}," LABELS LABELS_2)),
       "texts.json language 1: texts are not in ascending order of `of`"},
      {FILE_OF(LANGUAGE("es", LABELS_2)),
       "texts.json language 1: does not translate \"Ada\""},
      {FILE_OF(LANGUAGE("es", LABELS "{\"of\":\"Mayor\",\"as\":\"A\"}")),
       "texts.json language 1: does not translate \"Sample \"one\"\""},
      {FILE_OF(
           LANGUAGE("es", LABELS_2 "," LABELS "{\"of\":\"Bo\",\"as\":\"x\"}")),
       "texts.json language 1: texts are not in ascending order of `of`"},
      {FILE_OF(
           LANGUAGE("es", LABELS "{\"of\":\"Chloe\",\"as\":\"x\"}," LABELS_2)),
       "texts.json language 1 text 5: of is no label, group or note of the "
       "manifest"},
      {FILE_OF(LANGUAGE("es", LABELS LABELS_2
                        ",{\"of\":\"back\\\\slash, \xC3\xA9\",\"as\":\"x\"},"
                        "{\"of\":\"v1;unit-1\",\"as\":\"x\"}")),
       ""},
      {FILE_OF(LANGUAGE("es", "{\"of\":\"\",\"as\":\"x\"}," LABELS LABELS_2)),
       "texts.json language 1 text 1: of and as must not be empty"},
      {FILE_OF(
           LANGUAGE("es", LABELS LABELS_2 ",{\"of\":\"v1;web\",\"as\":\"\"}")),
       "texts.json language 1 text 8: of and as must not be empty"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    faults f;
    texts_faults(cases[i].text, NULL, &f);
    if (strcmp(f.first, cases[i].first) != 0 || f.n > 1)
      fail_msg("case %zu: %u faults, %s", i, f.n, f.first);
  }
}

static void test_texts_tags(void **state) {
  (void)state;
  static const struct {
    const char *tag;
    bool good;
  } tags[] = {
      {"es", true},
      {"e", false},
      {"", false},
      {"es-419", true},
      {"zh-Hant-TW", true},
      {"abcdefgh", true},
      {"abcdefghi", false},
      {"e1", false},
      {"es-", false},
      {"-es", false},
      {"es--x", false},
      {"es_MX", false},
      {"es-abcdefgh", true},
      {"es-abcdefghi", false},
      {"de-1901-x-a-b-c-d-e-f-g-h-i-j-k-l-m", true},   /* 35 bytes */
      {"de-1901-x-a-b-c-d-e-f-g-h-i-j-k-l-mn", false}, /* 36 */
  };
  for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
    char text[2000];
    faults f;
    snprintf(text, sizeof text, FILE_OF(LANGUAGE("%s", LABELS LABELS_2)),
             tags[i].tag);
    texts_faults(text, NULL, &f);
    if ((f.n == 0) != tags[i].good)
      fail_msg("tag %s: %s", tags[i].tag, f.first);
  }
}

static void test_texts_digest(void **state) {
  (void)state;
  faults f;
  evd_h32 other = {{1}};
  texts_faults(FILE_OF(ES), &other, &f);
  assert_int_equal(f.n, 1);
  assert_string_equal(f.first, "texts.json: its digest is not the one that "
                               "the manifest names");
}

static void test_texts_of_the_shared_record(void **state) {
  (void)state;
  evd_buf b, t;
  evd_arena a;
  evd_manifest m;
  evd_texts texts;
  evd_why why;
  if (!kit_shared("vectors/records/visible-1/record/manifest.json", &b))
    skip();
  assert_true(kit_shared("vectors/records/visible-1/record/texts.json", &t));
  evd_arena_init(&a, KIT_ARENA_BYTES);
  assert_int_equal(evd_manifest_read(&m, kit_span(&b), &a, &why), EVD_OK);
  assert_int_equal(evd_texts_read(&texts, kit_span(&t), &a, &why), EVD_OK);
  assert_int_equal(evd_texts_rules(&texts, kit_span(&t), &m, NULL, NULL), 0);
  evd_arena_close(&a);
  evd_buf_close(&b);
  evd_buf_close(&t);
}

/* ---- the loose manifest ---- */

static void test_loose_manifest(void **state) {
  (void)state;
  static const char *const want =
      "{\"format\":\"Evident record v1\",\"label\":\"Town\",\"notes\":\"\","
      "\"kind\":\"election\",\"revote\":false,\"restricted\":false,\"texts\":"
      "\"0000000000000000000000000000000000000000000000000000000000000000\","
      "\"guardians\":[],\"contests\":[{\"label\":\"Mayor\",\"notes\":\"\","
      "\"rule\":\"plurality\",\"seats\":2,\"group\":\"\",\"options\":[{"
      "\"label\":\"Ada\",\"notes\":\"\"},{\"label\":\"Bo\",\"notes\":\"n\"}],"
      "\"option_limit\":1,\"contest_limit\":2,\"overvote\":false,"
      "\"write_ins\":1,\"data_blocks\":4},{\"label\":\"Grades\",\"notes\":"
      "\"\",\"rule\":\"score\",\"seats\":1,\"group\":\"\",\"options\":[{"
      "\"label\":\"Ada\",\"notes\":\"\"},{\"label\":\"Bo\",\"notes\":\"\"}],"
      "\"option_limit\":5,\"contest_limit\":10,\"overvote\":false,"
      "\"write_ins\":0,\"data_blocks\":0}],\"styles\":[{\"label\":\"All\","
      "\"contests\":[1,2]}],\"devices\":[{\"label\":\"device 1\",\"mode\":"
      "\"booth\",\"chaining\":1}],\"weights\":false,\"short_code\":0,"
      "\"privacy_floor\":5,\"slot_origin\":0,\"slot_seconds\":3600}";
  evd_arena a;
  evd_manifest m;
  evd_why why;
  evd_buf out;
  evd_arena_init(&a, KIT_ARENA_BYTES);
  evd_buf_init(&out, 100000);
  evd_err e = evd_manifest_read_loose(
      &m,
      kit_text("{ \"contests\" : [ { \"options\": [\"Ada\", {\"notes\":\"n\","
               " \"label\":\"Bo\"}], \"write_ins\": 1, \"seats\": 2,\n"
               "\"label\":\"Mayor\" },\n {\"label\":\"Grades\",\"rule\":"
               "\"score\",\"option_limit\":5,\"options\":[\"Ada\",\"Bo\"]}],\n"
               "\"label\":\"Town\"}\n"),
      &a, &why);
  if (e != EVD_OK)
    fail_msg("%s", why.text);
  evd_manifest_write(&out, &m);
  assert_int_equal(out.n, strlen(want));
  assert_memory_equal(out.p, want, out.n);
  assert_int_equal(evd_manifest_rules(&m, NULL, NULL), 0);
  evd_buf_close(&out);
  evd_arena_close(&a);
}

static void test_loose_manifest_refuses(void **state) {
  (void)state;
  static const struct {
    const char *text, *why;
  } cases[] = {
      {"{\"contests\":[]}", "label: missing"},
      {"{\"label\":\"Town\"}", "contests: missing"},
      {"{\"label\":\"Town\",\"contests\":[],\"privacyfloor\":1}",
       "unknown property \"privacyfloor\""},
      {"{\"label\":\"Town\",\"contests\":[{\"label\":\"A\",\"option\":[]}]}",
       "contests[1].options: missing"},
      {"{\"label\":\"Town\",\"contests\":[{\"label\":\"A\",\"options\":[7]}]}",
       "contests[1].options[1]: expected an object"},
      {"{\"label\":\"Zoe\xCC\x88\",\"contests\":[]}",
       "label: is not in normal form NFC"},
      {"{\"label\":\"Town\",\"contests\":[],\"devices\":[{\"label\":\"a\","
       "\"mod\":\"remote\"}]}",
       "devices[1]: unknown property \"mod\""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    evd_arena a;
    evd_manifest m;
    evd_why why;
    evd_arena_init(&a, KIT_ARENA_BYTES);
    assert_int_not_equal(
        evd_manifest_read_loose(&m, kit_text(cases[i].text), &a, &why), EVD_OK);
    assert_string_equal(why.text, cases[i].why);
    evd_arena_close(&a);
  }
}

/* ---- plain.jsonl ---- */

static void test_plain_is_strict(void **state) {
  (void)state;
  static const struct {
    const char *old, *new;
    evd_err want;
    const char *why;
  } cases[] = {
      {"\"style\":1", "\"style\":3", EVD_ERR_RULE,
       "style: the manifest has no such style"},
      {"\"style\":1", "\"style\":0", EVD_ERR_RULE,
       "style: the manifest has no such style"},
      {"\"style\":1", "\"style\":2", EVD_ERR_RULE,
       "contests: expected 1 value, found 2"},
      {"\"weight\":1", "\"weight\":0", EVD_ERR_RULE,
       "weight: must be at least 1"},
      {"\"weight\":1", "\"weight\":2", EVD_ERR_RULE,
       "weight: must be 1: this election has no weights"},
      {"\"contest\":2", "\"contest\":1", EVD_ERR_RULE,
       "contests[2].contest: not the next contest of the style"},
      {"[0,2]", "[0]", EVD_ERR_RULE,
       "contests[1].marks: expected 2 values, found 1"},
      {"[0,2]", "[0,0,0]", EVD_ERR_RULE,
       "contests[1].marks: expected 2 values, found 3"},
      {"[0,2]", "[0,2147483647]", EVD_OK, ""},
      {"[0,2]", "[0,-1]", EVD_ERR_PARSE,
       "contests[1].marks[2]: expected a whole number up to 2147483647"},
      {"Grace \\\"G\\\" Hopper", "", EVD_ERR_RULE,
       "contests[1].write_ins: a write-in has 1 to 64 bytes in JSON form"},
      {"Grace \\\"G\\\" Hopper",
       "0123456789012345678901234567890123456789012345678901234567890123",
       EVD_OK, ""},
      {"Grace \\\"G\\\" Hopper",
       "012345678901234567890123456789012345678901234567890123456789012\\\"",
       EVD_ERR_RULE,
       "contests[1].write_ins: a write-in has 1 to 64 bytes in JSON form"},
      {"\"write_ins\":[\"Grace", "\"write_ins\":[\"A\",\"Grace", EVD_OK, ""},
      {"\"serial\"", "\"Serial\"", EVD_ERR_PARSE, "serial: missing"},
      {"\"weight\":1,", "\"weight\":1, ", EVD_ERR_FORM, NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    evd_buf b, changed;
    evd_why why;
    kit_expand(&b, kit_find("plain")->text);
    kit_replace(&changed, kit_span(&b), cases[i].old, cases[i].new);
    evd_err e = kit_read(KIT_PLAIN, kit_span(&changed), kit_manifest(),
                         KIT_ARENA_BYTES, &why, NULL);
    if (e != cases[i].want ||
        (cases[i].why && strcmp(why.text, cases[i].why) != 0))
      fail_msg("%s for %s: %d, %s", cases[i].new, cases[i].old, e, why.text);
    evd_buf_close(&changed);
    evd_buf_close(&b);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_texts_rules),
      cmocka_unit_test(test_texts_tags),
      cmocka_unit_test(test_texts_digest),
      cmocka_unit_test(test_texts_of_the_shared_record),
      cmocka_unit_test(test_loose_manifest),
      cmocka_unit_test(test_loose_manifest_refuses),
      cmocka_unit_test(test_plain_is_strict),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  kit_close();
  return failed;
}
