/* Contest data: packing of record-format 3.12. No arithmetic. */
#include "egds_kit.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/endian.h"
#include "base/json_text.h"

static const evd_shape shape = {
    .ind_c = 1, .m = 4, .R = 9, .L = 9, .w = 3, .b = 8, .overvote = true};
enum { D_BYTES = 8 * 32 };

static evd_span text(const char *s) {
  return (evd_span){(const uint8_t *)s, strlen(s)};
}

/* The plain formatting that the constant-time packing has to equal. */
static void format(evd_buf *out, const evd_shape *s, const evd_selection *sel,
                   bool over) {
  evd_buf_text(out, "{\"marks\":[");
  for (uint32_t o = 0; over && o < s->m; o++) {
    char number[16];
    snprintf(number, sizeof number, "%s%u", o ? "," : "",
             sel->marks[o] > 99 ? 99 : sel->marks[o]);
    evd_buf_text(out, number);
  }
  evd_buf_text(out, "],\"write_ins\":[");
  for (uint32_t i = 0; i < sel->n_write_ins && i < s->w; i++) {
    evd_buf_text(out, i ? "," : "");
    evd_json_quote(out, sel->write_ins[i]);
  }
  evd_buf_text(out, "]}");
}

static void assert_packed(const evd_shape *s, const evd_selection *sel,
                          bool over) {
  size_t bytes = (size_t)s->b * 32;
  uint8_t *D = calloc(bytes, 1);
  evd_buf want;
  evd_span found;
  evd_buf_init(&want, 1 << 16);
  format(&want, s, sel, over);
  assert_int_equal(evd_data_pack(D, s, sel, over), EVD_OK);
  assert_int_equal(evd_be32_get(D), want.n);
  assert_memory_equal(D + 4, want.p, want.n);
  for (size_t i = 4 + want.n; i < bytes; i++)
    assert_int_equal(D[i], 0);
  assert_true(evd_data_well_packed(s, (evd_span){D, bytes}, &found));
  assert_ptr_equal(found.p, D + 4);
  assert_int_equal(found.n, want.n);
  free(D);
  evd_buf_close(&want);
}

static void test_pack_empty(void **state) {
  (void)state;
  const uint32_t marks[4] = {1, 0, 9, 0};
  evd_selection sel = {.marks = marks};
  assert_packed(&shape, &sel, false);
}

static void test_pack_marks(void **state) {
  (void)state;
  static const uint32_t lists[][4] = {{0, 0, 0, 0},     {1, 2, 3, 4},
                                      {10, 0, 99, 5},   {9, 10, 99, 100},
                                      {12, 34, 56, 78}, {UINT32_MAX, 1, 10, 0},
                                      {0, 0, 0, 255},   {1000, 1000, 7, 1000}};
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
    evd_selection sel = {.marks = lists[i]};
    assert_packed(&shape, &sel, true);
    assert_packed(&shape, &sel, false);
  }
}

static void test_pack_random(void **state) {
  (void)state;
  const evd_span texts[5] = {text("Ada"), text("say \"hi\" \\"),
                             text("\xC3\xA9\xE2\x84\x96"), text("/"),
                             text("x")};
  for (int i = 0; i < 400; i++) {
    uint32_t marks[40], r[44];
    evd_shape s = shape;
    kit_random(r, sizeof r);
    s.m = 1 + r[40] % 40;
    for (uint32_t o = 0; o < s.m; o++)
      marks[o] = r[o] % (i % 2 ? 12 : 130);
    evd_selection sel = {marks, r[41] % 6, texts};
    assert_packed(&s, &sel, r[42] & 1);
  }
}

/* The largest contest there is. */
static void test_pack_largest(void **state) {
  (void)state;
  static uint32_t marks[1000];
  static evd_span texts[100];
  evd_shape s = {.m = 1000, .R = 255, .L = 1000, .w = 100, .b = 305};
  for (uint32_t o = 0; o < 1000; o++)
    marks[o] = 40 + o;
  for (uint32_t i = 0; i < 100; i++)
    texts[i] = text("0123456789012345678901234567890123456789012345678901234567"
                    "890123");
  assert_int_equal(texts[0].n, 64);
  assert_true(32 * s.b >= 31 + 3 * s.m + 67 * s.w);
  evd_selection sel = {marks, 100, texts};
  assert_packed(&s, &sel, true);
  assert_packed(&s, &sel, false);
}

/* Exactly full, and one byte too much. */
static void test_pack_overflow(void **state) {
  (void)state;
  const uint32_t marks[4] = {1, 2, 3, 4};
  const evd_span texts[1] = {text("0123456789012345678901234567")};
  evd_selection sel = {marks, 1, texts};
  evd_shape s = shape;
  uint8_t D[96];
  static const uint8_t zero[96];
  s.b = 2; /* 4 + 27 + 30 bytes of 64; the marks would take 7 more */
  assert_int_equal(evd_data_pack(D, &s, &sel, false), EVD_OK);
  assert_int_equal(evd_data_pack(D, &s, &sel, true), EVD_ERR_OVERFLOW);
  assert_memory_equal(D, zero, 64);
  s.b = 1;
  assert_int_equal(evd_data_pack(D, &s, &sel, false), EVD_ERR_OVERFLOW);
  assert_memory_equal(D, zero, 32);
}

static void test_pack_refuses_texts(void **state) {
  (void)state;
  const uint32_t marks[4] = {0};
  char escapes[40], plain_text[65];
  uint8_t D[D_BYTES];
  static const uint8_t zero[D_BYTES];
  memset(escapes, '"', sizeof escapes);
  memset(plain_text, 'x', sizeof plain_text);
  const evd_span bad[] = {
      {(const uint8_t *)escapes, 33}, {(const uint8_t *)plain_text, 65},
      {(const uint8_t *)"", 0},       {(const uint8_t *)"a\0b", 3},
      {(const uint8_t *)"\xC3", 1},   {(const uint8_t *)"\xE2\x80\xAE", 3}};
  const evd_span good[] = {{(const uint8_t *)escapes, 32},
                           {(const uint8_t *)plain_text, 64}};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    evd_selection sel = {marks, 1, &bad[i]};
    assert_int_equal(evd_data_pack(D, &shape, &sel, false), EVD_ERR_RULE);
    assert_memory_equal(D, zero, sizeof D);
  }
  for (size_t i = 0; i < 2; i++) {
    evd_selection sel = {marks, 1, &good[i]};
    assert_packed(&shape, &sel, false);
  }
  const evd_span surplus[4] = {good[0], good[0], good[0], bad[0]};
  evd_selection sel = {marks, 4, surplus}; /* dropped, but still judged */
  assert_int_equal(evd_data_pack(D, &shape, &sel, true), EVD_ERR_RULE);
}

/* ---- reading is strict ---- */

static bool reads(const char *s) {
  uint8_t D[D_BYTES] = {0};
  evd_span found;
  size_t n = strlen(s);
  assert_true(n + 4 <= sizeof D);
  evd_be32_put(D, (uint32_t)n);
  memcpy(D + 4, s, n);
  return evd_data_well_packed(&shape, (evd_span){D, sizeof D}, &found);
}

static void test_read_accepts(void **state) {
  (void)state;
  assert_true(reads("{\"marks\":[],\"write_ins\":[]}"));
  assert_true(reads("{\"marks\":[0,1,10,99],\"write_ins\":[]}"));
  assert_true(reads("{\"marks\":[],\"write_ins\":[\"a\"]}"));
  assert_true(reads("{\"marks\":[],\"write_ins\":[\"a\",\"b\",\"\\\"\"]}"));
  assert_true(reads("{\"marks\":[],\"write_ins\":[\"\\\\\"]}"));
}

static void test_read_refuses(void **state) {
  (void)state;
  static const char *const bad[] = {
      "",
      "{}",
      "{\"marks\":[]}",
      "{\"write_ins\":[],\"marks\":[]}",
      "{\"marks\": [],\"write_ins\":[]}",
      "{\"marks\":[],\"write_ins\":[]} ",
      "{\"marks\":[],\"write_ins\":[]}\n",
      "{\"marks\":[],\"write_ins\":[],\"x\":1}",
      "{\"marks\":[0,1,2],\"write_ins\":[]}",
      "{\"marks\":[0,1,2,3,4],\"write_ins\":[]}",
      "{\"marks\":[0,1,2,100],\"write_ins\":[]}",
      "{\"marks\":[0,1,2,03],\"write_ins\":[]}",
      "{\"marks\":[0,1,2,00],\"write_ins\":[]}",
      "{\"marks\":[0,1,2,-1],\"write_ins\":[]}",
      "{\"marks\":[0,1,2,1e1],\"write_ins\":[]}",
      "{\"marks\":[0,1,2,],\"write_ins\":[]}",
      "{\"marks\":[,0,1,2],\"write_ins\":[]}",
      "{\"marks\":[0,1,2,3,],\"write_ins\":[]}",
      "{\"marks\":[\"0\",1,2,3],\"write_ins\":[]}",
      "{\"marks\":[],\"write_ins\":[\"\"]}",
      "{\"marks\":[],\"write_ins\":[\"a\",]}",
      "{\"marks\":[],\"write_ins\":[,\"a\"]}",
      "{\"marks\":[],\"write_ins\":[\"a\" ,\"b\"]}",
      "{\"marks\":[],\"write_ins\":[\"a\",\"b\",\"c\",\"d\"]}",
      "{\"marks\":[],\"write_ins\":[\"\\n\"]}",
      "{\"marks\":[],\"write_ins\":[\"\\/\"]}",
      "{\"marks\":[],\"write_ins\":[\"\\u0041\"]}",
      "{\"marks\":[],\"write_ins\":[\"a]}",
      "{\"marks\":[],\"write_ins\":[\"\\]}",
      "{\"marks\":[],\"write_ins\":[a]}",
      "{\"marks\":[],\"write_ins\":[\"\xC3\"]}",
      "{\"marks\":[],\"write_ins\":[\"\xEF\xBB\xBF\"]}",
      "{\"marks\":[],\"write_ins\":[\"a\tb\"]}",
      "[]",
      "{\"Marks\":[],\"write_ins\":[]}",
      "{\"marks\":[],\"write_ins\":[\""
      "01234567890123456789012345678901234567890123456789012345678901234\"]}",
      "{\"marks\":[],\"write_ins\":[\""
      "012345678901234567890123456789012345678901234567890123456789012\\\"\"]}",
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    if (reads(bad[i]))
      fail_msg("accepted: %s", bad[i]);
}

static void test_read_length_and_padding(void **state) {
  (void)state;
  const uint32_t marks[4] = {0};
  evd_selection sel = {.marks = marks};
  uint8_t D[D_BYTES];
  evd_span found;
  for (int i = 0; i < 6; i++) {
    static const size_t sizes[6] = {D_BYTES, D_BYTES,      D_BYTES,
                                    D_BYTES, D_BYTES - 32, 0};
    assert_int_equal(evd_data_pack(D, &shape, &sel, false), EVD_OK);
    if (i == 0)
      D[D_BYTES - 1] = 1;
    if (i == 1)
      D[3]++;
    if (i == 2)
      D[3]--;
    if (i == 3)
      D[0] = 0x80;
    assert_false(evd_data_well_packed(&shape, (evd_span){D, sizes[i]}, &found));
    assert_int_equal(found.n, 0);
  }
}

/* A length that reaches past the blocks, though the text goes on there. */
static void test_read_past_the_end(void **state) {
  (void)state;
  const uint32_t marks[4] = {0};
  const evd_span texts[1] = {text("01234567890123456789012345678901")};
  evd_selection sel = {marks, 1, texts};
  evd_shape s = shape;
  uint8_t D[96];
  evd_span found;
  s.b = 3;
  assert_int_equal(evd_data_pack(D, &s, &sel, false), EVD_OK);
  assert_int_equal(evd_be32_get(D), 61);
  assert_true(evd_data_well_packed(&s, (evd_span){D, 96}, &found));
  s.b = 2;
  assert_false(evd_data_well_packed(&s, (evd_span){D, 64}, &found));
}

/* Whatever the bytes: no crash, and what is accepted is canonical. */
static void test_read_random_changes(void **state) {
  (void)state;
  const uint32_t marks[4] = {1, 22, 3, 44};
  const evd_span texts[2] = {text("Ada"), text("a\\b")};
  evd_selection sel = {marks, 2, texts};
  for (int i = 0; i < 20000; i++) {
    uint8_t D[D_BYTES], r[4];
    evd_span found;
    assert_int_equal(evd_data_pack(D, &shape, &sel, i & 1), EVD_OK);
    kit_random(r, sizeof r);
    size_t at = r[0] % 60;
    D[at] = r[1] & 1 ? (uint8_t)(D[at] ^ (1 << r[2] % 8)) : r[3];
    if (!evd_data_well_packed(&shape, (evd_span){D, sizeof D}, &found))
      continue;
    assert_ptr_equal(found.p, D + 4);
    assert_int_equal(found.n, evd_be32_get(D));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_pack_empty),
      cmocka_unit_test(test_pack_marks),
      cmocka_unit_test(test_pack_random),
      cmocka_unit_test(test_pack_largest),
      cmocka_unit_test(test_pack_overflow),
      cmocka_unit_test(test_pack_refuses_texts),
      cmocka_unit_test(test_read_accepts),
      cmocka_unit_test(test_read_refuses),
      cmocka_unit_test(test_read_length_and_padding),
      cmocka_unit_test(test_read_past_the_end),
      cmocka_unit_test(test_read_random_changes),
  };
  return cmocka_run_group_tests_name("egds_data", tests, NULL, NULL);
}
