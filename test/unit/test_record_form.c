/* What is not in the one byte form: understood and refused (EVD_ERR_FORM), or
 * not understood (EVD_ERR_PARSE); and what the refusal says. */
#include "record_kit.h"

typedef struct {
  const char *sample, *old, *new;
  evd_err want;
  const char *why; /* what the sentence begins with */
} form_case;

static void form_check(const form_case *c) {
  evd_buf text, changed, again;
  evd_why why;
  const kit_sample *s = kit_find(c->sample);
  kit_expand(&text, s->text);
  kit_replace(&changed, kit_span(&text), c->old, c->new);
  evd_buf_init(&again, KIT_ARENA_BYTES);
  evd_err e = kit_read(s->kind, kit_span(&changed), kit_manifest(),
                       KIT_ARENA_BYTES, &why, &again);
  if (e != c->want || strncmp(why.text, c->why, strlen(c->why)) != 0)
    fail_msg("%s, `%s` for `%s`: %d, %s", c->sample, c->new, c->old, e,
             why.text);
  evd_buf_close(&again);
  evd_buf_close(&changed);
  evd_buf_close(&text);
}

static void form_checks(const form_case *c, size_t n) {
  for (size_t i = 0; i < n; i++)
    form_check(&c[i]);
}
#define CHECK(cases) form_checks(cases, sizeof cases / sizeof cases[0])

static void test_B10_white_space_and_order(void **state) {
  (void)state;
  static const form_case cases[] = {
      {"parameters", "{\"spec\"", "{ \"spec\"", EVD_ERR_FORM, "byte 2: "},
      {"parameters", "\"n\":3", "\"n\" :3", EVD_ERR_FORM, "byte "},
      {"parameters", "\"k\":2}", "\"k\":2}\n", EVD_ERR_FORM, "byte "},
      {"parameters", "{\"spec\"", "\xEF\xBB\xBF{\"spec\"", EVD_ERR_PARSE,
       "line 1 "},
      {"parameters", "\"n\":3,\"k\":2", "\"k\":2,\"n\":3", EVD_ERR_FORM,
       "byte "},
      {"parameters", "\"k\":2}", "\"k\":2}{}", EVD_ERR_PARSE, "line 1 "},
      {"parameters", "\"k\":2}", "\"k\":2,}", EVD_ERR_PARSE, "line 1 "},
      {"tally", "[1,3]", "[1, 3]", EVD_ERR_FORM, "byte "},
      {"state", "\"state\":\"superseded\"", "\"state\":\"super\\u0073eded\"",
       EVD_ERR_FORM, "byte "},
      {"plain", "0001", "00\\/01", EVD_ERR_FORM, "byte "},
      {"plain", "0001", "00/01", EVD_OK, ""},
      {"plain", "0001", "00\\\"01", EVD_OK, ""},
  };
  CHECK(cases);
}

static void test_B10_unknown_and_doubled_properties(void **state) {
  (void)state;
  static const form_case cases[] = {
      {"parameters", "\"k\":2}", "\"k\":2,\"x\":[1]}", EVD_ERR_FORM,
       "unknown property \"x\""},
      {"parameters", "{\"spec\"", "{\"\":0,\"spec\"", EVD_ERR_FORM,
       "unknown property \"\""},
      {"ballot booth", "\"proof\":{", "\"proof\":{\"note\":1,", EVD_ERR_FORM,
       "contests[1].fields[1].proof: unknown property \"note\""},
      {"texts", "\"of\":\"Mayor\"", "\"of\":\"Mayor\",\"\x1b[2J\":0",
       EVD_ERR_PARSE, "line 1 "},
      {"texts", "\"of\":\"Mayor\"", "\"of\":\"Mayor\",\"\xC3\xA9\":0",
       EVD_ERR_FORM, "languages[2].texts[2]: unknown property \"??\""},
      {"parameters", "\"n\":3", "\"n\":3,\"n\":3", EVD_ERR_PARSE, "line 1 "},
      {"manifest", "\"notes\":\"\"", "\"notes\":\"\",\"notes\":\"\"",
       EVD_ERR_PARSE, "line 1 "},
      {"state", "\"state\"", "\"\\u0073tate\":\"cast\",\"state\"",
       EVD_ERR_PARSE, "line 1 "},
      {"roll", "\"style\":2", "\"style\":null", EVD_ERR_PARSE, "style: "},
  };
  CHECK(cases);
}

static void test_B10_numbers(void **state) {
  (void)state;
  static const form_case cases[] = {
      {"parameters", "\"n\":3", "\"n\":03", EVD_ERR_PARSE, "line 1 "},
      {"parameters", "\"n\":3", "\"n\":+3", EVD_ERR_PARSE, "line 1 "},
      {"parameters", "\"n\":3", "\"n\":-3", EVD_ERR_PARSE, "n: expected"},
      {"parameters", "\"n\":3", "\"n\":-0", EVD_ERR_FORM, "byte "},
      {"parameters", "\"n\":3", "\"n\":3.0", EVD_ERR_PARSE, "n: expected"},
      {"parameters", "\"n\":3", "\"n\":3e0", EVD_ERR_PARSE, "n: expected"},
      {"parameters", "\"n\":3", "\"n\":\"3\"", EVD_ERR_PARSE, "n: expected"},
      {"parameters", "\"n\":3", "\"n\":1e999", EVD_ERR_PARSE, "line 1 "},
      {"parameters", "\"n\":3", "\"n\":99999999999999999999", EVD_ERR_PARSE,
       "line 1 "},
      {"parameters", "\"n\":3", "\"n\":9223372036854775807", EVD_ERR_PARSE,
       "n: expected a whole number up to 2147483647"},
      {"parameters", "\"n\":3", "\"n\":2147483647", EVD_OK, ""},
      {"parameters", "\"n\":3", "\"n\":2147483648", EVD_ERR_PARSE, "n: "},
      {"tally", "\"t\":2", "\"t\":9007199254740991", EVD_OK, ""},
      {"tally", "\"t\":2", "\"t\":9007199254740992", EVD_ERR_PARSE,
       "contests[1].fields[1].t: expected a whole number up to 2^53-1"},
      {"tally", "[1,3]", "[1,2147483648]", EVD_ERR_PARSE, "guardians[2]: "},
      {"manifest", "\"seats\":1", "\"seats\":2147483648", EVD_ERR_FORM,
       "contests[1].seats: "},
      {"manifest", "\"slot_origin\":1793779200",
       "\"slot_origin\":9007199254740991", EVD_OK, ""},
  };
  CHECK(cases);
}

static void test_B10_types_and_missing(void **state) {
  (void)state;
  static const form_case cases[] = {
      {"parameters", "\"spec\":\"v2.1.0\",", "", EVD_ERR_PARSE,
       "spec: missing"},
      {"parameters", "\"v2.1.0\"", "true", EVD_ERR_PARSE,
       "spec: expected a string"},
      {"manifest", "\"revote\":false", "\"revote\":0", EVD_ERR_PARSE,
       "revote: expected true or false"},
      {"manifest", "{\"label\":\"Bo\",\"notes\":\"\"}", "{\"label\":7}",
       EVD_ERR_PARSE, "contests[1].options[2].label: expected a string"},
      {"manifest", "{\"label\":\"Bo\",\"notes\":\"\"}", "\"Bo\"", EVD_ERR_PARSE,
       "contests[1].options[2]: expected an object"},
      {"manifest", "\"label\":\"Bo\",\"notes\":\"\"", "\"label\":\"Bo\"",
       EVD_ERR_FORM, "contests[1].options[2].notes: missing"},
      {"manifest", "\"weights\":false,", "", EVD_ERR_FORM, "weights: missing"},
      {"manifest", "[\"Ada\",\"Bo\"]", "{}", EVD_ERR_PARSE,
       "guardians: expected a list"},
      {"manifest", "[\"Ada\",\"Bo\"]", "[\"Ada\",[]]", EVD_ERR_PARSE,
       "guardians[2]: expected a string"},
      {"ballot booth", "\"nonce\":{", "\"nonce\":1,\"x\":{", EVD_ERR_PARSE,
       "nonce: expected an object"},
      {"state", "superseded", "Cast", EVD_ERR_FORM, "state: "},
      {"roll", "revoked", "", EVD_ERR_FORM, "state: "},
      {"guardian", "\"K_hat\":[", "\"K_hat\":[\"\",", EVD_ERR_PARSE,
       "K_hat[1]: expected 1024 upper-case hex digits"},
  };
  CHECK(cases);
}

/* Hex: width and digits decide whether there is a value, case only form. */
static void test_B10_hex(void **state) {
  (void)state;
  evd_buf text;
  evd_why why;
  kit_expand(&text, "{\"id_B\":\"00000000000000000000000000000000000000000000"
                    "0000000000000000000F\",\"state\":\"cast\"}");
  static const struct {
    char c;
    evd_err want;
  } digits[] = {
      {'F', EVD_OK},        {'0', EVD_OK},        {'9', EVD_OK},
      {'A', EVD_OK},        {'f', EVD_ERR_FORM},  {'a', EVD_ERR_FORM},
      {'G', EVD_ERR_PARSE}, {'g', EVD_ERR_PARSE}, {'@', EVD_ERR_PARSE},
      {'`', EVD_ERR_PARSE}, {'/', EVD_ERR_PARSE}, {':', EVD_ERR_PARSE},
      {' ', EVD_ERR_PARSE}, {'x', EVD_ERR_PARSE}, {'\0', EVD_ERR_PARSE},
      {'"', EVD_ERR_PARSE}};
  for (size_t i = 0; i < sizeof digits / sizeof digits[0]; i++)
    for (size_t at = 0; at < 64; at += 63) {
      uint8_t before = text.p[9 + at];
      text.p[9 + at] = (uint8_t)digits[i].c;
      assert_int_equal(kit_read(KIT_STATE, kit_span(&text), NULL,
                                KIT_ARENA_BYTES, &why, NULL),
                       digits[i].want);
      text.p[9 + at] = before;
    }
  evd_buf_close(&text);
  static const form_case widths[] = {
      {"state", "{\"id_B\":\"", "{\"id_B\":\"0", EVD_ERR_PARSE,
       "id_B: expected 64 upper-case hex digits"},
      {"state", "{\"id_B\":\"", "{\"id_B\":\"00", EVD_ERR_PARSE, "id_B: "},
      {"contest_data", "\"D\":\"", "\"D\":\"0", EVD_ERR_PARSE, "D: "},
      {"contest_data", "\"D\":\"", "\"D\":\"0G", EVD_ERR_PARSE, "D: "},
      {"contest_data", "\"D\":\"", "\"D\":\"00", EVD_OK, ""},
      {"contest_data", "\"D\":\"", "\"D\":\"0a", EVD_ERR_FORM, "D: "},
      {"challenged", "\"D\":\"", "\"D\":\"00", EVD_ERR_FORM,
       "contests[1].data.D: "},
  };
  CHECK(widths);
}

/* The object goes on with every value in its place when only form is broken:
 * a verifier then has one fault to report, not two. */
static void test_B10_lower_hex_is_still_read(void **state) {
  (void)state;
  evd_state a, b;
  evd_arena arena;
  evd_why why;
  evd_arena_init(&arena, KIT_ARENA_BYTES);
  evd_span upper =
      kit_text("{\"id_B\":\"ABCDEF00112233445566778899AABBCCDDEEF"
               "F00112233445566778899AABBCC\",\"state\":\"cast\"}");
  evd_span lower =
      kit_text("{\"id_B\":\"abcdef00112233445566778899aabbccddeef"
               "f00112233445566778899aabbcc\",\"state\":\"cast\"}");
  assert_int_equal(evd_state_read(&a, upper, &arena, &why), EVD_OK);
  assert_int_equal(evd_state_read(&b, lower, &arena, &why), EVD_ERR_FORM);
  assert_memory_equal(a.id_B.b, b.id_B.b, 32);
  assert_int_equal(b.state, EVD_CAST);
  assert_string_equal(why.text, "id_B: hex digits must be upper case");
  evd_arena_close(&arena);
}

static void test_B10_conditional_properties(void **state) {
  (void)state;
  static const form_case cases[] = {
      {"ballot booth", "\"position\":7,", "", EVD_ERR_FORM,
       "position: missing"},
      {"ballot booth", "\"position\":7,", "\"position\":0,", EVD_ERR_FORM,
       "byte "},
      {"ballot remote", "\"slot\":0", "\"position\":1,\"slot\":0", EVD_ERR_FORM,
       "position: must not be there"},
      {"ballot booth", "\"device\":1", "\"device\":2", EVD_ERR_FORM,
       "position: must not be there"},
      {"ballot booth", "\"device\":1", "\"device\":3", EVD_OK, ""},
      {"ballot remote", "\"device\":2", "\"device\":1", EVD_ERR_FORM,
       "position: missing"},
      {"ballot booth", "\"style\":1", "\"style\":9", EVD_OK, ""},
      {"ballot booth", "\"contest\":1", "\"contest\":9", EVD_OK, ""},
      {"ballot booth", "\"contest\":1", "\"contest\":2", EVD_ERR_FORM,
       "contests[1].fields[1].proof.c: expected 3 values, found 2"},
      {"ballot booth", "\"data\":{", "\"note\":{", EVD_ERR_FORM,
       "contests[1].data: missing"},
      {"round 1", "\"field\":0", "\"field\":1", EVD_ERR_FORM,
       "items[2].field: "},
      {"round 1", "\"field\":1", "\"field\":0", EVD_ERR_FORM,
       "items[1].field: "},
      {"devices", "\"H_close\":", "\"H_closed\":", EVD_ERR_FORM,
       "devices[1].H_close: missing"},
      {"devices", "\"H_0\":", "\"H_1\":", EVD_ERR_FORM,
       "devices[1].B_close: must not be there"},
  };
  CHECK(cases);
}

static void test_B10_binding_missing(void **state) {
  (void)state;
  evd_buf text, changed, tail;
  evd_arena a;
  evd_ballot b;
  evd_why why;
  evd_arena_init(&a, KIT_ARENA_BYTES);
  kit_expand(&text, kit_find("ballot remote")->text);
  const char *from = strstr((char *)text.p, "\"binding\"");
  const char *to = strstr((char *)text.p, "\"nonce\"");
  size_t at = (size_t)(from - (char *)text.p);
  evd_buf_init(&changed, KIT_ARENA_BYTES);
  evd_buf_add(&changed, text.p, at);
  evd_buf_add(&changed, to, text.n - (size_t)(to - (char *)text.p));
  assert_int_equal(
      evd_ballot_read(&b, kit_span(&changed), kit_manifest(), &a, &why),
      EVD_ERR_FORM);
  assert_string_equal(why.text, "binding: missing, its condition holds");
  assert_true(!b.has_binding && b.weight == 3 && b.n_contests == 1);
  /* the same on a device that is not remote */
  kit_replace(&tail, kit_span(&text), "\"device\":2,",
              "\"device\":1,\"position\":1,");
  assert_int_equal(
      evd_ballot_read(&b, kit_span(&tail), kit_manifest(), &a, &why),
      EVD_ERR_FORM);
  assert_true(b.has_binding && b.position == 1);
  evd_buf_close(&tail);
  evd_buf_close(&changed);
  evd_buf_close(&text);
  evd_arena_close(&a);
}

/* Lists that do not fit each other leave nothing usable; lists that only do
 * not fit the manifest are read as they stand. */
static void test_B10_list_lengths(void **state) {
  (void)state;
  static const struct {
    const char *text;
    evd_err want;
    const char *why;
  } limits[] = {
      {"\"limit\":{\"c\":[@Q,@Q,@Q],\"v\":[@Q,@Q,@Q]}", EVD_OK, ""},
      {"\"limit\":{\"c\":[@Q,@Q],\"v\":[@Q,@Q]}", EVD_ERR_FORM,
       "contests[1].limit.c: expected 3 values, found 2"},
      {"\"limit\":{\"c\":[@Q,@Q,@Q],\"v\":[@Q,@Q]}", EVD_ERR_PARSE,
       "contests[1].limit.v: expected 3 values, found 2"},
      {"\"limit\":{\"c\":[],\"v\":[]}", EVD_ERR_PARSE,
       "contests[1].limit.c: an empty list"},
  };
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
    evd_buf template, text;
    evd_arena a;
    evd_ballot b;
    evd_why why;
    evd_arena_init(&a, KIT_ARENA_BYTES);
    kit_replace(&template, kit_text(kit_find("ballot remote")->text),
                limits[0].text, limits[i].text);
    evd_buf_add(&template, "", 1);
    kit_expand(&text, (const char *)template.p);
    assert_int_equal(
        evd_ballot_read(&b, kit_span(&text), kit_manifest(), &a, &why),
        limits[i].want);
    assert_string_equal(why.text, limits[i].why);
    assert_int_equal(b.n_contests, limits[i].want == EVD_ERR_PARSE ? 0 : 1);
    if (limits[i].want == EVD_ERR_FORM)
      assert_int_equal(b.contests[0].L, 1);
    evd_arena_close(&a);
    evd_buf_close(&text);
    evd_buf_close(&template);
  }
}

/* A guardian's lists have one k between them. */
static void test_B10_guardian_lists(void **state) {
  (void)state;
  static const struct {
    const char *old, *new, *why;
  } cases[] = {
      {"\"K\":[@P,@P]", "\"K\":[@P]", "K_hat: expected 1 value, found 2"},
      {"\"K_hat\":[@P,@P]", "\"K_hat\":[@P,@P,@P]",
       "K_hat: expected 2 values, found 3"},
      {"\"proof\":{\"c\":@Q,\"v\":[@Q,@Q,@Q]}",
       "\"proof\":{\"c\":@Q,\"v\":[@Q,@Q]}",
       "proof.v: expected 3 values, found 2"},
      {"\"proof_hat\":{\"c\":@Q,\"v\":[@Q,@Q,@Q]}",
       "\"proof_hat\":{\"c\":@Q,\"v\":[@Q,@Q,@Q,@Q]}",
       "proof_hat.v: expected 3 values, found 4"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    evd_buf template, text;
    evd_why why;
    kit_replace(&template, kit_text(kit_find("guardian")->text), cases[i].old,
                cases[i].new);
    evd_buf_add(&template, "", 1);
    kit_expand(&text, (const char *)template.p);
    assert_int_equal(kit_read(KIT_GUARDIAN, kit_span(&text), NULL,
                              KIT_ARENA_BYTES, &why, NULL),
                     EVD_ERR_PARSE);
    assert_string_equal(why.text, cases[i].why);
    evd_buf_close(&text);
    evd_buf_close(&template);
  }
}

/* A closed chain counts only when all three values are there. */
static void test_B10_device_closed_in_part(void **state) {
  (void)state;
  static const char *const names[] = {"\"H_0\"", "\"B_close\"", "\"H_close\""};
  evd_buf text;
  kit_expand(&text, kit_find("devices")->text);
  for (size_t i = 0; i < 3; i++) {
    evd_buf changed;
    evd_arena a;
    evd_devices d;
    evd_why why;
    evd_arena_init(&a, KIT_ARENA_BYTES);
    kit_replace(&changed, kit_span(&text), names[i], "\"x\"");
    assert_int_equal(evd_devices_read(&d, kit_span(&changed), &a, &why),
                     EVD_ERR_FORM);
    assert_int_equal(d.n_devices, 2);
    assert_false(d.devices[0].chained);
    evd_arena_close(&a);
    evd_buf_close(&changed);
  }
  evd_buf_close(&text);
}

/* Contest data of another size than the manifest's is read as it stands, as
 * long as it is whole blocks. */
static void test_B10_data_blocks(void **state) {
  (void)state;
  static const struct {
    const char *text;
    evd_err want;
    uint32_t b;
    const char *why;
  } sizes[] = {
      {"\"C1\":@F", EVD_OK, 4, ""},
      {"\"C1\":@D", EVD_ERR_FORM, 2,
       "contests[1].data.C1: expected 128 bytes, found 64"},
      {"\"C1\":@B", EVD_ERR_PARSE, 0,
       "contests[1].data.C1: not a number of 32-byte blocks"},
      {"\"C1\":\"\"", EVD_ERR_FORM, 0,
       "contests[1].data.C1: expected 128 bytes, found 0"},
  };
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    evd_buf template, text;
    evd_arena a;
    evd_ballot b;
    evd_why why;
    evd_arena_init(&a, KIT_ARENA_BYTES);
    kit_replace(&template, kit_text(kit_find("ballot booth")->text),
                "\"C1\":@F", sizes[i].text);
    evd_buf_add(&template, "", 1);
    kit_expand(&text, (const char *)template.p);
    assert_int_equal(
        evd_ballot_read(&b, kit_span(&text), kit_manifest(), &a, &why),
        sizes[i].want);
    assert_string_equal(why.text, sizes[i].why);
    if (b.n_contests > 0)
      assert_int_equal(b.contests[0].b, sizes[i].b);
    evd_arena_close(&a);
    evd_buf_close(&text);
    evd_buf_close(&template);
  }
}

/* Which contests and fields a ballot has is for X.6 to judge: a contest or a
 * field too few or too many is no fault of form. */
static void test_contests_and_fields_as_they_stand(void **state) {
  (void)state;
  static const char *const contests[] = {"\"contests\":[]",
                                         "\"contests\":[{\"contest\":2,"
                                         "\"fields\":[],\"limit\":{\"c\":[@Q,"
                                         "@Q,@Q],\"v\":[@Q,@Q,@Q]},\"chi\":@H"
                                         "}]"};
  const char *sample = kit_find("ballot remote")->text;
  const char *from = strstr(sample, "\"contests\":");
  const char *to = strstr(sample, ",\"B_C\"");
  for (size_t i = 0; i < 2; i++) {
    evd_buf template, text;
    evd_why why;
    evd_buf_init(&template, KIT_ARENA_BYTES);
    evd_buf_add(&template, sample, (size_t)(from - sample));
    evd_buf_text(&template, contests[i]);
    evd_buf_add(&template, to, strlen(to) + 1);
    kit_expand(&text, (const char *)template.p);
    assert_int_equal(kit_read(KIT_BALLOT, kit_span(&text), kit_manifest(),
                              KIT_ARENA_BYTES, &why, NULL),
                     EVD_OK);
    evd_buf_close(&text);
    evd_buf_close(&template);
  }
}

/* Nothing but zeros is left behind when nothing is usable. */
static void test_parse_leaves_zeros(void **state) {
  (void)state;
  evd_parameters p, zero;
  evd_arena a;
  evd_why why;
  evd_buf text, changed;
  evd_arena_init(&a, KIT_ARENA_BYTES);
  memset(&p, 0xEE, sizeof p);
  memset(&zero, 0, sizeof zero);
  kit_expand(&text, kit_find("parameters")->text);
  kit_replace(&changed, kit_span(&text), "\"k\":2", "\"k\":[]");
  assert_int_equal(evd_parameters_read(&p, kit_span(&changed), &a, &why),
                   EVD_ERR_PARSE);
  assert_memory_equal(&p, &zero, sizeof p);
  evd_buf_close(&changed);
  evd_buf_close(&text);
  evd_arena_close(&a);
}

/* The sentence names the first fault of form, or what made it unusable. */
static void test_the_worst_fault_is_named(void **state) {
  (void)state;
  static const form_case cases[] = {
      {"manifest", "\"label\":\"Bo\",\"notes\":\"\"",
       "\"label\":\"e\xCC\x81\",\"x\":1", EVD_ERR_FORM,
       "contests[1].options[2].label: is not in normal form NFC"},
      {"manifest", "\"revote\":false", "\"revot\":false", EVD_ERR_FORM,
       "revote: missing"},
      {"manifest", "\"revote\":false,\"restricted\":false",
       "\"revot\":false,\"restricted\":1", EVD_ERR_PARSE,
       "restricted: expected true or false"},
  };
  CHECK(cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_B10_white_space_and_order),
      cmocka_unit_test(test_B10_unknown_and_doubled_properties),
      cmocka_unit_test(test_B10_numbers),
      cmocka_unit_test(test_B10_types_and_missing),
      cmocka_unit_test(test_B10_hex),
      cmocka_unit_test(test_B10_lower_hex_is_still_read),
      cmocka_unit_test(test_B10_conditional_properties),
      cmocka_unit_test(test_B10_binding_missing),
      cmocka_unit_test(test_B10_list_lengths),
      cmocka_unit_test(test_B10_guardian_lists),
      cmocka_unit_test(test_B10_device_closed_in_part),
      cmocka_unit_test(test_B10_data_blocks),
      cmocka_unit_test(test_contests_and_fields_as_they_stand),
      cmocka_unit_test(test_parse_leaves_zeros),
      cmocka_unit_test(test_the_worst_fault_is_named),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  kit_close();
  return failed;
}
