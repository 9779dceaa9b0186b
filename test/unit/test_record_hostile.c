/* Hostile bytes: no crash, no trust, no memory or time out of proportion.
 * Built with the sanitizers by `./run test`. */
#include "record_kit.h"

#include <stdlib.h>

static evd_err try_read(kit_kind kind, evd_span bytes, evd_buf *again) {
  evd_why why;
  memset(why.text, 'x', sizeof why.text);
  evd_err e =
      kit_read(kind, bytes, kit_manifest(), KIT_ARENA_BYTES, &why, again);
  assert_non_null(memchr(why.text, 0, sizeof why.text));
  assert_int_equal(why.text[0] == 0, e == EVD_OK);
  for (const char *c = why.text; *c; c++)
    assert_in_range(*c, 0x20, 0x7E);
  return e;
}

/* Reads a copy in memory of its own, so that a sanitizer sees a byte read
 * past the end; accepted means the same bytes come out again. */
static evd_err try_exact(kit_kind kind, const uint8_t *p, size_t n) {
  evd_buf again;
  uint8_t *copy = malloc(n ? n : 1);
  assert_non_null(copy);
  if (n)
    memcpy(copy, p, n);
  evd_buf_init(&again, KIT_ARENA_BYTES);
  evd_err e = try_read(kind, (evd_span){copy, n}, &again);
  if (e == EVD_OK) {
    assert_int_equal(again.n, n);
    assert_memory_equal(again.p, copy, n);
  }
  evd_buf_close(&again);
  free(copy);
  return e;
}

static void test_B10_truncated_anywhere(void **state) {
  (void)state;
  for (size_t i = 0; i < kit_n_samples; i++) {
    evd_buf b;
    kit_expand(&b, kit_samples[i].text);
    size_t step = b.n > 2000 ? 29 : 1;
    for (size_t n = 0; n < b.n; n += step)
      assert_int_equal(try_exact(kit_samples[i].kind, b.p, n), EVD_ERR_PARSE);
    assert_int_equal(try_exact(kit_samples[i].kind, b.p, b.n - 1),
                     EVD_ERR_PARSE);
    evd_buf_close(&b);
  }
}

/* Is the byte inside a long run of hex, where one place is like another? */
static bool deep_in_hex(const evd_buf *b, size_t at) {
  if (at < 24 || at + 24 >= b->n)
    return false;
  for (size_t i = at - 24; i < at + 24; i++)
    if (strchr("0123456789ABCDEF", b->p[i]) == NULL)
      return false;
  return true;
}

static void test_B10_any_byte_changed(void **state) {
  (void)state;
  static const uint8_t flips[] = {0x01, 0x02, 0x08, 0x10, 0x20, 0x40, 0x80};
  uint64_t seed = 5;
  for (size_t i = 0; i < kit_n_samples; i++) {
    evd_buf b;
    kit_expand(&b, kit_samples[i].text);
    for (size_t at = 0; at < b.n; at++) {
      if (deep_in_hex(&b, at) && kit_random(&seed) % 256 != 0)
        continue;
      uint8_t before = b.p[at];
      for (size_t f = 0; f < sizeof flips; f++) {
        b.p[at] = before ^ flips[f];
        try_exact(kit_samples[i].kind, b.p, b.n);
      }
      b.p[at] = 0;
      if (try_exact(kit_samples[i].kind, b.p, b.n) != EVD_ERR_PARSE)
        fail_msg("%s: NUL at %zu is read", kit_samples[i].name, at);
      b.p[at] = before;
    }
    evd_buf_close(&b);
  }
}

/* Pieces cut out, doubled, swapped and overwritten, from a fixed seed. */
static void mutate(evd_buf *b, uint64_t *seed) {
  static const char *const pieces[] = {
      "\"",      "{}",   "[]",           ",",    ":", "null", "1e999",
      "\\u0000", "\xFF", "\xED\xA0\x80", "[[[[", "0"};
  size_t n = sizeof pieces / sizeof pieces[0];
  size_t at = kit_random(seed) % b->n, len = kit_random(seed) % 40;
  const char *piece = pieces[kit_random(seed) % n];
  if (len > b->n - at)
    len = b->n - at;
  evd_buf out;
  evd_buf_init(&out, KIT_ARENA_BYTES);
  evd_buf_add(&out, b->p, at);
  switch (kit_random(seed) % 3) {
  case 0:
    evd_buf_add(&out, b->p + at + len, b->n - at - len);
    break;
  case 1:
    evd_buf_add(&out, b->p + at, len);
    evd_buf_add(&out, b->p + at, b->n - at);
    break;
  default:
    evd_buf_text(&out, piece);
    evd_buf_add(&out, b->p + at, b->n - at);
  }
  evd_buf_close(b);
  *b = out;
}

static void test_B10_mutated(void **state) {
  (void)state;
  uint64_t seed = 77;
  for (int round = 0; round < 6000; round++) {
    const kit_sample *s = &kit_samples[kit_random(&seed) % kit_n_samples];
    evd_buf b;
    kit_expand(&b, s->text);
    for (uint64_t k = 1 + kit_random(&seed) % 4; k > 0 && b.n > 0; k--)
      mutate(&b, &seed);
    try_exact(s->kind, b.p, b.n);
    evd_buf_close(&b);
  }
}

/* ---- size and depth ---- */

static void fill(evd_buf *b, const char *head, const char *piece, size_t n,
                 const char *tail) {
  evd_buf_init(b, (size_t)200 << 20);
  evd_buf_text(b, head);
  size_t len = strlen(piece);
  for (size_t i = 0; i < n; i++)
    evd_buf_add(b, piece, len);
  evd_buf_text(b, tail);
  assert_true(evd_buf_ok(b));
}

static void test_B10_deep_nesting(void **state) {
  (void)state;
  static const char *const openings[] = {"[", "{\"a\":", "[{\"a\":[",
                                         "{\"K\":"};
  for (size_t i = 0; i < 4; i++)
    for (size_t n = 8; n <= 1000000; n *= 50) {
      evd_buf b;
      fill(&b, "", openings[i], n, "");
      for (size_t k = 0; k < kit_n_samples; k++)
        assert_int_equal(try_read(kit_samples[k].kind, kit_span(&b), NULL),
                         EVD_ERR_PARSE);
      evd_buf_close(&b);
    }
}

/* Sixteen levels are read, seventeen are not. */
static void test_B10_depth_limit(void **state) {
  (void)state;
  evd_why why;
  evd_buf b;
  fill(&b, "{\"spec\":", "[", 15, "]]]]]]]]]]]]]]]}");
  assert_int_equal(
      kit_read(KIT_PARAMETERS, kit_span(&b), NULL, KIT_ARENA_BYTES, &why, NULL),
      EVD_ERR_PARSE);
  assert_string_equal(why.text, "spec: expected a string");
  evd_buf_close(&b);
  fill(&b, "{\"spec\":", "[", 16, "]]]]]]]]]]]]]]]]}");
  assert_int_equal(
      kit_read(KIT_PARAMETERS, kit_span(&b), NULL, KIT_ARENA_BYTES, &why, NULL),
      EVD_ERR_PARSE);
  assert_string_equal(why.text, "nested deeper than 16");
  evd_buf_close(&b);
}

/* A bracket inside a string nests nothing, an escaped quote ends nothing. */
static void test_B10_brackets_in_strings(void **state) {
  (void)state;
  evd_why why;
  evd_buf b;
  fill(&b, "{\"id_B\":\"\\\\\\\"", "[{", 100, "\",\"state\":\"cast\"}");
  assert_int_equal(
      kit_read(KIT_STATE, kit_span(&b), NULL, KIT_ARENA_BYTES, &why, NULL),
      EVD_ERR_PARSE);
  assert_string_equal(why.text, "id_B: expected 64 upper-case hex digits");
  evd_buf_close(&b);
}

static void test_B10_a_million_members(void **state) {
  (void)state;
  static const struct {
    kit_kind kind;
    const char *head, *piece, *tail;
    bool fine; /* a million of them is in the one form */
  } lists[] = {
      {KIT_MANIFEST, "{\"guardians\":[", "{},", "{}]}", false},
      {KIT_MANIFEST,
       "{\"format\":\"\",\"label\":\"\",\"notes\":\"\",\"kind\":\"\",\"texts\":"
       "\"0000000000000000000000000000000000000000000000000000000000000000\","
       "\"guardians\":[],\"contests\":[",
       "{},", "{}],\"styles\":[],\"devices\":[]}", false},
      {KIT_MANIFEST,
       "{\"label\":\"\",\"guardians\":[],\"contests\":[],\"styles\":[{"
       "\"label\":\"\",\"contests\":[",
       "1,", "1]}],\"devices\":[]}", false},
      {KIT_TEXTS, "{\"languages\":[", "{},", "{}]}", false},
      {KIT_TEXTS, "{\"languages\":[{\"tag\":\"es\",\"texts\":[", "{},",
       "{}]}]}", false},
      {KIT_GUARDIAN, "{\"i\":1,\"K\":[", "\"\",", "\"\"]}", false},
      {KIT_DEVICES, "{\"devices\":[", "{},", "{}]}", false},
      {KIT_TALLY_CT, "{\"ballots\":1,\"weight\":1,\"contests\":[", "{},",
       "{}]}", false},
      {KIT_TALLY, "{\"guardians\":[", "1,", "1],\"contests\":[]}", true},
      {KIT_TALLY, "{\"guardians\":[],\"contests\":[", "[],", "[]]}", false},
      {KIT_ROUND_1, "{\"i\":1,\"U\":[],\"items\":[", "{},", "{}]}", false},
      {KIT_STATE, "{", "\"a\":0,", "\"b\":0}", false},
  };
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
    evd_buf b;
    fill(&b, lists[i].head, lists[i].piece, 1000000, lists[i].tail);
    evd_err e = try_read(lists[i].kind, kit_span(&b), NULL);
    assert_int_equal(e == EVD_OK, lists[i].fine);
    evd_buf_close(&b);
  }
}

/* Members that cannot be what the list is of take no memory: 30 kB of text
 * would otherwise ask for 10 MB. */
static void test_B10_no_memory_for_empty_members(void **state) {
  (void)state;
  static const struct {
    kit_kind kind;
    const char *head, *tail;
  } lists[] = {
      {KIT_TALLY_CT,
       "{\"ballots\":1,\"weight\":1,\"contests\":[{\"contest\":1,"
       "\"ballots\":1,\"weight\":1,\"fields\":[",
       "{}]}]}"},
      {KIT_NONCES, "{\"i\":1,\"items\":[", "{}]}"},
      {KIT_ROUND_2, "{\"i\":1,\"U\":[],\"items\":[", "{}]}"},
      {KIT_GUARDIAN, "{\"i\":1,\"K\":[", "{}]}"},
  };
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
    evd_buf b;
    evd_why why;
    fill(&b, lists[i].head, "{},", 10000, lists[i].tail);
    assert_int_equal(
        kit_read(lists[i].kind, kit_span(&b), NULL, 4096, &why, NULL),
        EVD_ERR_PARSE);
    assert_non_null(strstr(why.text, "members are not what they should be"));
    evd_buf_close(&b);
  }
}

static void test_B10_too_much_of_anything(void **state) {
  (void)state;
  static const struct {
    const char *piece;
    size_t n;
    const char *why;
  } heaps[] = {
      {"{},", 1100000, "too many objects and lists"},
      {"0,", 4300000, "too many values"},
      {"                ", (size_t)4 << 20, "more than 64 MiB"},
  };
  for (size_t i = 0; i < sizeof heaps / sizeof heaps[0]; i++) {
    evd_buf b;
    evd_why why;
    fill(&b, "{\"languages\":[", heaps[i].piece, heaps[i].n, "0]}");
    assert_int_equal(
        kit_read(KIT_TEXTS, kit_span(&b), NULL, KIT_ARENA_BYTES, &why, NULL),
        EVD_ERR_PARSE);
    assert_string_equal(why.text, heaps[i].why);
    evd_buf_close(&b);
  }
}

static void test_B10_ill_formed_text(void **state) {
  (void)state;
  static const char *const bad[] = {
      "\x80",         "\xC0\xAF",
      "\xC3",         "\xE0\x80\xAF",
      "\xED\xA0\x80", "\xF4\x90\x80\x80",
      "\xF8\x88",     "\xFE",
      "\\ud800",      "\\udc00\\ud800",
      "\\u0000",      "\\x",
      "\\",           "\x01",
      "\x1F",         "\n",
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    evd_buf b, changed;
    kit_expand(&b, kit_find("plain")->text);
    kit_replace(&changed, kit_span(&b), "0001", bad[i]);
    assert_int_equal(try_exact(KIT_PLAIN, changed.p, changed.n), EVD_ERR_PARSE);
    evd_buf_close(&changed);
    evd_buf_close(&b);
  }
}

/* Short of memory at any point: EVD_ERR_SPACE and no half-filled struct. */
static void test_arena_exhaustion(void **state) {
  (void)state;
  for (size_t i = 0; i < kit_n_samples; i++) {
    evd_buf b;
    bool space = false, ok = false;
    kit_expand(&b, kit_samples[i].text);
    for (size_t cap = 0; cap < 40000 && !ok; cap += 64) {
      evd_why why;
      evd_err e = kit_read(kit_samples[i].kind, kit_span(&b), kit_manifest(),
                           cap, &why, NULL);
      assert_true(e == EVD_OK || e == EVD_ERR_SPACE);
      space = space || e == EVD_ERR_SPACE;
      ok = e == EVD_OK;
    }
    assert_true(ok);
    bool needs_none = strchr(kit_samples[i].text, '[') == NULL;
    assert_true(space || needs_none);
    evd_buf_close(&b);
  }
}

/* Limits of a manifest that breaks every rule still cannot overflow the
 * lengths that ballots are compared with. */
static void test_B10_manifest_limits_do_not_overflow(void **state) {
  (void)state;
  evd_buf text, wild, ballot;
  evd_arena a;
  evd_manifest m;
  evd_ballot b;
  evd_why why;
  evd_arena_init(&a, KIT_ARENA_BYTES);
  kit_expand(&text, kit_find("manifest")->text);
  kit_replace(&wild, kit_span(&text), "\"option_limit\":2,\"contest_limit\":2",
              "\"option_limit\":9007199254740991,"
              "\"contest_limit\":9007199254740991");
  assert_int_equal(evd_manifest_read(&m, kit_span(&wild), &a, &why),
                   EVD_ERR_FORM);
  kit_expand(&ballot, kit_find("ballot remote")->text);
  assert_int_equal(evd_ballot_read(&b, kit_span(&ballot), &m, &a, &why),
                   EVD_ERR_FORM);
  assert_int_equal(evd_contest_shape(&m, 2).R, 0x7FFFFFFF);
  evd_buf_close(&ballot);
  evd_buf_close(&wild);
  evd_buf_close(&text);
  evd_arena_close(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_B10_truncated_anywhere),
      cmocka_unit_test(test_B10_any_byte_changed),
      cmocka_unit_test(test_B10_mutated),
      cmocka_unit_test(test_B10_deep_nesting),
      cmocka_unit_test(test_B10_depth_limit),
      cmocka_unit_test(test_B10_brackets_in_strings),
      cmocka_unit_test(test_B10_a_million_members),
      cmocka_unit_test(test_B10_no_memory_for_empty_members),
      cmocka_unit_test(test_B10_too_much_of_anything),
      cmocka_unit_test(test_B10_ill_formed_text),
      cmocka_unit_test(test_arena_exhaustion),
      cmocka_unit_test(test_B10_manifest_limits_do_not_overflow),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  kit_close();
  return failed;
}
