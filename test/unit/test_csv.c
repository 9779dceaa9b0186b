/* Rows, contests and plain ballots as comma-separated values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/csv.h"
#include "cmd/manifest.h"

#define MIB ((size_t)1024 * 1024)

static evd_span span(const char *text) {
  return (evd_span){(const uint8_t *)text, strlen(text)};
}

/* Cells joined by '|', or "!column" for a line that is refused. */
static const char *split(const char *line) {
  static char out[256];
  evd_csv_row row;
  evd_arena a;
  uint32_t column = 0;
  const char *expected = NULL;
  evd_arena_init(&a, MIB);
  evd_err e = evd_csv_split(&row, span(line), &a, &column, &expected);
  if (e != EVD_OK) {
    assert_int_equal(e, EVD_ERR_PARSE);
    assert_non_null(expected);
    snprintf(out, sizeof out, "!%u", column);
  } else {
    size_t at = 0;
    for (uint32_t i = 0; i < row.n; i++)
      at += (size_t)snprintf(out + at, sizeof out - at, "%s%.*s",
                             i > 0 ? "|" : "", (int)row.cells[i].n,
                             (const char *)row.cells[i].p);
  }
  evd_arena_close(&a);
  return out;
}

static void test_split(void **state) {
  (void)state;
  assert_string_equal(split("a,b,c"), "a|b|c");
  assert_string_equal(split(""), "");
  assert_string_equal(split(","), "|");
  assert_string_equal(split("a,,c,"), "a||c|");
  assert_string_equal(split("\"a,b\",c"), "a,b|c");
  assert_string_equal(split("\"a \"\"b\"\" c\""), "a \"b\" c");
  assert_string_equal(split("\"\",\"\""), "|");
  assert_string_equal(split("\"\"\"\",x"), "\"|x");
  assert_string_equal(split(" a , b "), " a | b ");
}

static void test_split_refuses(void **state) {
  (void)state;
  assert_string_equal(split("a,\"b"), "!2");
  assert_string_equal(split("a,\""), "!2");
  assert_string_equal(split("a,b\"c\""), "!2");
  assert_string_equal(split("\"a\"b,c"), "!1");
  assert_string_equal(split("\"a\"\"b,c"), "!1");
  assert_string_equal(split("a,b\r"), "!2");
  assert_string_equal(split("a,b,c,\"d\" "), "!4");
}

static void test_split_without_memory(void **state) {
  (void)state;
  evd_csv_row row;
  evd_arena a;
  uint32_t column;
  const char *expected;
  evd_arena_init(&a, 64);
  assert_int_equal(evd_csv_split(&row, span("a,b,c,d,e,f,g,h,i,j,k,l"), &a,
                                 &column, &expected),
                   EVD_ERR_SPACE);
  evd_arena_close(&a);
}

/* Whatever stands in cells comes back when the line is cut again. */
static void test_quote_round_trip(void **state) {
  (void)state;
  static const char *const cells[] = {"",       "a",         "a,b",      "\"",
                                      "\"\"",   "a \"b\" c", " a ",      "a\r",
                                      "Zo\xC3", "\"a,b\"",   ",,,\",,,", "1"};
  evd_buf line;
  evd_buf_init(&line, MIB);
  for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
    evd_csv_row row;
    evd_arena a;
    uint32_t column;
    const char *expected;
    evd_buf_reset(&line);
    evd_csv_quote(&line, span(cells[i]));
    evd_buf_text(&line, ",end");
    evd_arena_init(&a, MIB);
    assert_int_equal(
        evd_csv_split(&row, (evd_span){line.p, line.n}, &a, &column, &expected),
        EVD_OK);
    assert_int_equal(row.n, 2);
    assert_int_equal(row.cells[0].n, strlen(cells[i]));
    if (row.cells[0].n > 0)
      assert_memory_equal(row.cells[0].p, cells[i], row.cells[0].n);
    evd_arena_close(&a);
  }
  evd_buf_close(&line);
}

static void test_number(void **state) {
  (void)state;
  uint64_t n = 77;
  assert_true(evd_csv_number(span("0"), 9, &n));
  assert_int_equal(n, 0);
  assert_true(evd_csv_number(span("2147483647"), INT32_MAX, &n));
  assert_int_equal(n, 2147483647);
  static const char *const bad[] = {"",    "00", "01", "+1", "-1",
                                    "1.0", " 1", "1 ", "x",  "1e2"};
  n = 77;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_false(evd_csv_number(span(bad[i]), 1000, &n));
  assert_false(evd_csv_number(span("10"), 9, &n));
  assert_false(evd_csv_number(span("99999999999999999999999"), UINT64_MAX, &n));
  assert_int_equal(n, 77);
}

static void test_labels(void **state) {
  (void)state;
  char long_label[202];
  memset(long_label, 'x', sizeof long_label);
  assert_true(evd_label_good(span("Bo \"B\" Bee, \\ Zo\xC3\xAB")));
  assert_true(evd_label_good((evd_span){(uint8_t *)long_label, 200}));
  assert_false(evd_label_good((evd_span){(uint8_t *)long_label, 201}));
  static const char *const bad[] = {"",     "#a",        " a",
                                    "a ",   "a\tb",      "a\xC2\xA0",
                                    "\xFF", "e\xCC\x81", "a\xE2\x80\xAEz"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_false(evd_label_good(span(bad[i])));
}

static void test_data_blocks(void **state) {
  (void)state;
  for (uint64_t m = 1; m <= 1000; m += 37)
    for (uint64_t w = 0; w <= 100; w += 9) {
      uint64_t b = evd_data_blocks_needed(m, w);
      assert_true(32 * b >= 31 + 3 * m + 67 * w);
      assert_true(32 * (b - 1) < 31 + 3 * m + 67 * w);
    }
}

/* ---- plain.csv ---- */

static evd_option options[] = {{{NULL, 0}, {NULL, 0}}, {{NULL, 0}, {NULL, 0}}};
static evd_contest contests[3];
static uint32_t all[] = {1, 2, 3}, some[] = {1, 3};
static evd_style styles[2];

static evd_manifest manifest(void) {
  options[0].label = span("A");
  options[1].label = span("B");
  for (uint32_t i = 0; i < 3; i++)
    contests[i] = (evd_contest){.label = span(i == 0   ? "one"
                                              : i == 1 ? "two"
                                                       : "three"),
                                .rule = span("plurality"),
                                .seats = 1,
                                .n_options = 2,
                                .options = options,
                                .option_limit = 1,
                                .contest_limit = 1,
                                .overvote = true};
  contests[0].write_ins = 2;
  contests[0].data_blocks = evd_data_blocks_needed(2, 2);
  styles[0] = (evd_style){span("all"), 3, all};
  styles[1] = (evd_style){span("some"), 2, some};
  return (evd_manifest){
      .n_contests = 3, .contests = contests, .n_styles = 2, .styles = styles};
}

static void test_plain_header(void **state) {
  (void)state;
  evd_manifest m = manifest();
  evd_buf out;
  evd_buf_init(&out, MIB);
  assert_int_equal(evd_csv_plain_header(&out, &m), EVD_OK);
  evd_buf_add(&out, "", 1);
  assert_string_equal((const char *)out.p,
                      "serial,style,weight,1.1,1.2,1.w1,1.w2,2.1,2.2,3.1,3.2");
  evd_buf_close(&out);
}

static void test_plain_row(void **state) {
  (void)state;
  evd_manifest m = manifest();
  evd_plain p;
  evd_arena a;
  evd_arena_init(&a, 16 * MIB);
  assert_int_equal(evd_csv_plain_row(&p, span("s,2,1,,1,,\"W, \"\"X\",,,0,"),
                                     &m, "f", 2, &a),
                   EVD_OK);
  assert_int_equal(p.style, 2);
  assert_int_equal(p.n_contests, 2);
  assert_int_equal(p.contests[1], 3);
  assert_int_equal(p.selection[0].marks[0], 0);
  assert_int_equal(p.selection[0].marks[1], 1);
  assert_int_equal(p.selection[0].n_write_ins, 1);
  assert_int_equal(p.selection[0].write_ins[0].n, 5);
  assert_memory_equal(p.selection[0].write_ins[0].p, "W, \"X", 5);
  assert_int_equal(p.selection[1].n_write_ins, 0);
  evd_arena_close(&a);
}

static void test_plain_row_refuses(void **state) {
  (void)state;
  static const char *const bad[] = {
      "",                         /* no cells */
      "s,1,1,0,0,,,0,0,0",        /* one too few */
      "s,1,1,0,0,,,0,0,0,0,",     /* one too many */
      "s,3,1,0,0,,,0,0,0,0",      /* no such style */
      "s,0,1,0,0,,,0,0,0,0",      /* no such style */
      "s,1,2,0,0,,,0,0,0,0",      /* no weights here */
      "s,1,0,0,0,,,0,0,0,0",      /* weight 0 */
      "s,1,1,x,0,,,0,0,0,0",      /* no number */
      "s,1,1,01,0,,,0,0,0,0",     /* leading zero */
      "s,1,1,2147483648,0,,,,,,", /* beyond a count */
      "s,2,1,0,0,,,0,,0,0",       /* contest outside the style */
      "s\x01,1,1,0,0,,,0,0,0,0",  /* control character */
      "s,1,1,0,0,\x7F,,0,0,0,0",  /* control character */
  };
  evd_manifest m = manifest();
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    evd_plain p;
    evd_arena a;
    evd_arena_init(&a, 16 * MIB);
    assert_int_not_equal(evd_csv_plain_row(&p, span(bad[i]), &m, "f", 2, &a),
                         EVD_OK);
    evd_arena_close(&a);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_split),
      cmocka_unit_test(test_split_refuses),
      cmocka_unit_test(test_split_without_memory),
      cmocka_unit_test(test_quote_round_trip),
      cmocka_unit_test(test_number),
      cmocka_unit_test(test_labels),
      cmocka_unit_test(test_data_blocks),
      cmocka_unit_test(test_plain_header),
      cmocka_unit_test(test_plain_row),
      cmocka_unit_test(test_plain_row_refuses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
