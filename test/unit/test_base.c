/* Masks, hex, memory, the JSON string form. */
#include "arith.h"

#include "base/arena.h"
#include "base/ct.h"
#include "base/endian.h"
#include "base/hex.h"
#include "base/json_text.h"
#include "base/require.h"
#include "base/wipe.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static const uint64_t words[] = {0,
                                 1,
                                 2,
                                 0x7FFFFFFFFFFFFFFF,
                                 0x8000000000000000,
                                 0x8000000000000001,
                                 UINT64_MAX - 1,
                                 UINT64_MAX,
                                 0x00000000FFFFFFFF,
                                 0x0000000100000000};
#define N_WORDS (sizeof words / sizeof words[0])

static void test_ct(void **state) {
  (void)state;
  for (size_t i = 0; i < N_WORDS * N_WORDS; i++) {
    uint64_t a = words[i / N_WORDS], b = words[i % N_WORDS], r[2] = {a, b};
    assert_int_equal(evd_ct_is_zero(a), a == 0);
    assert_int_equal(evd_ct_equal(a, b), a == b);
    assert_int_equal(evd_ct_less(a, b), a < b);
    assert_true(evd_ct_select(1, a, b) == a && evd_ct_select(0, a, b) == b);
    assert_true(evd_ct_barrier(a) == a);
    evd_ct_cmov(r, (const uint64_t[]){7, 8}, 2, 0);
    assert_true(r[0] == a && r[1] == b);
    evd_ct_cmov(r, (const uint64_t[]){7, 8}, 2, 1);
    assert_true(r[0] == 7 && r[1] == 8);
  }
  assert_true(evd_ct_mask(0) == 0 && evd_ct_mask(1) == UINT64_MAX);
}

static void test_ct_bytes(void **state) {
  (void)state;
  uint8_t a[40], b[40];
  uint64_t seed = 31;
  rnd_bytes(&seed, a, sizeof a);
  memcpy(b, a, sizeof a);
  assert_int_equal(evd_ct_equal_bytes(a, b, sizeof a), 1);
  assert_int_equal(evd_ct_equal_bytes(a, b, 0), 1);
  for (size_t bit = 0; bit < 8 * sizeof a; bit++) {
    b[bit / 8] ^= (uint8_t)(1 << bit % 8);
    assert_int_equal(evd_ct_equal_bytes(a, b, sizeof a), 0);
    b[bit / 8] ^= (uint8_t)(1 << bit % 8);
  }
}

static evd_span span(const char *text) {
  return (evd_span){(const uint8_t *)text, strlen(text)};
}

static void test_hex(void **state) {
  (void)state;
  uint8_t all[256], back[256];
  char text[513] = "";
  for (int i = 0; i < 256; i++)
    all[i] = (uint8_t)i;
  evd_hex_write(text, all, sizeof all);
  for (int i = 0; i < 256; i++) {
    char want[3];
    snprintf(want, sizeof want, "%02X", (unsigned)i);
    assert_memory_equal(text + 2 * i, want, 2);
  }
  assert_int_equal(evd_hex_read(back, sizeof back, span(text)), EVD_OK);
  assert_memory_equal(all, back, sizeof all);
}

static void test_hex_refuses(void **state) {
  (void)state;
  uint8_t out[2];
  for (int at = 0; at < 4; at++)
    for (int c = 0; c < 256; c++) {
      char text[5] = "A9F0";
      text[at] = (char)c;
      bool digit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
      evd_span s = {(const uint8_t *)text, 4};
      memset(out, 0xAA, sizeof out);
      assert_int_equal(evd_hex_read(out, 2, s), digit ? EVD_OK : EVD_ERR_HEX);
      if (!digit)
        assert_true(out[0] == 0 && out[1] == 0);
    }
  static const char *const wrong[] = {"", "A", "ABC", "ABCDE", "ABCDEF"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    assert_int_equal(evd_hex_read(out, 2, span(wrong[i])), EVD_ERR_HEX);
  assert_int_equal(evd_hex_read(out, 0, span("")), EVD_OK);
}

static void test_endian(void **state) {
  (void)state;
  uint8_t b[8];
  evd_be32_put(b, 0x01020384);
  assert_memory_equal(b, "\x01\x02\x03\x84", 4);
  assert_true(evd_be32_get(b) == 0x01020384);
  evd_be64_put(b, 0xF102030405060788);
  assert_memory_equal(b, "\xF1\x02\x03\x04\x05\x06\x07\x88", 8);
  assert_true(evd_be64_get(b) == 0xF102030405060788);
}

static void test_wipe(void **state) {
  (void)state;
  uint8_t b[5] = {1, 2, 3, 4, 5};
  evd_wipe(b + 1, 3);
  assert_memory_equal(b, "\1\0\0\0\5", 5);
  evd_wipe(NULL, 0);
}

/* Every code has a sentence of its own and the exit code of the list. */
static void test_errors(void **state) {
  (void)state;
#define CHECK(name, number, exit_code, text)                                   \
  assert_string_equal(evd_err_text(name), text);                               \
  assert_int_equal(evd_err_exit(name), exit_code);                             \
  assert_int_equal(name, number);
  EVD_ERR_LIST(CHECK)
#undef CHECK
  assert_int_equal(evd_err_exit((evd_err)-1000), 3);
  assert_non_null(evd_err_text((evd_err)-1000));
}

static void require_child(int value) {
  pid_t child = fork();
  if (child == 0) {
    (void)signal(SIGILL, SIG_DFL); /* cmocka catches these */
    (void)signal(SIGTRAP, SIG_DFL);
    (void)signal(SIGABRT, SIG_DFL);
    EVD_REQUIRE(value == 1);
    _exit(0);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  if (value == 1)
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  else
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_require(void **state) {
  (void)state;
  require_child(1);
  require_child(0);
}

static bool all_zero(const uint8_t *p, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (p[i] != 0)
      return false;
  return true;
}

static void test_arena(void **state) {
  (void)state;
  evd_arena a;
  evd_arena_init(&a, 1 << 20);
  uint64_t seed = 32;
  for (int round = 0; round < 3; round++) {
    evd_arena_point start = evd_arena_mark(&a);
    for (int i = 0; i < 200; i++) {
      size_t n = (size_t)(rnd(&seed) % 3000);
      uint8_t *p = evd_arena_get(&a, n, 1);
      assert_non_null(p);
      assert_int_equal((uintptr_t)p % 64, 0);
      assert_true(all_zero(p, n));
      memset(p, 0xEE, n);
    }
    evd_arena_back(&a, start);
    assert_int_equal(a.used_bytes, start.used_bytes);
  }
  evd_arena_close(&a);
  assert_null(a.head);
}

/* What was handed out before a mark survives going back to it. */
static void test_arena_mark(void **state) {
  (void)state;
  evd_arena a;
  evd_arena_init(&a, 1 << 20);
  uint8_t *kept = evd_arena_get(&a, 100, 1);
  memset(kept, 5, 100);
  evd_arena_point mark = evd_arena_mark(&a);
  uint8_t *same_block = evd_arena_get(&a, 100, 1);
  memset(same_block, 6, 100);
  assert_non_null(evd_arena_get(&a, 200000, 1));
  evd_arena_back(&a, mark);
  for (int i = 0; i < 100; i++)
    assert_int_equal(kept[i], 5);
  assert_true(all_zero(same_block, 100)); /* wiped */
  assert_ptr_equal(evd_arena_get(&a, 100, 1), same_block);
  evd_arena_close(&a);
}

static void test_arena_cap(void **state) {
  (void)state;
  evd_arena a;
  evd_arena_init(&a, 4096);
  for (int i = 0; i < 64; i++)
    assert_non_null(evd_arena_get(&a, 1, 64));
  assert_null(evd_arena_get(&a, 1, 1));
  evd_arena_close(&a);
  assert_non_null(evd_arena_get(&a, 4096, 1)); /* reused, the cap stays */
  assert_null(evd_arena_get(&a, 0, 8));
  evd_arena_close(&a);
  assert_null(evd_arena_get(&a, SIZE_MAX / 2, 4));
  assert_null(evd_arena_get(&a, SIZE_MAX, 1));
  assert_null(evd_arena_get(&a, 4097, 1));
  evd_arena_init(&a, 63);
  assert_null(evd_arena_get(&a, 1, 1));
  evd_arena_close(&a);
}

static void test_buf(void **state) {
  (void)state;
  evd_buf b;
  evd_buf_init(&b, 100000);
  for (int i = 0; i < 10000; i++)
    evd_buf_text(&b, "0123456789");
  assert_true(evd_buf_ok(&b));
  assert_int_equal(b.n, 100000);
  for (size_t i = 0; i < b.n; i++)
    assert_int_equal(b.p[i], '0' + i % 10);
  evd_buf_add(&b, "", 0);
  assert_true(evd_buf_ok(&b));
  evd_buf_add(&b, "x", 1);
  assert_false(evd_buf_ok(&b));
  assert_int_equal(b.n, 100000);
  evd_buf_reset(&b);
  assert_true(evd_buf_ok(&b) && b.n == 0);
  evd_buf_add(&b, NULL, 0);
  evd_buf_text(&b, "ab");
  assert_memory_equal(b.p, "ab", 2);
  evd_buf_close(&b);
  assert_null(b.p);
}

/* Once something did not fit, nothing smaller is added either. */
static void test_buf_full_stays(void **state) {
  (void)state;
  evd_buf b;
  evd_buf_init(&b, 4);
  evd_buf_text(&b, "abc");
  evd_buf_text(&b, "de");
  evd_buf_text(&b, "f");
  assert_false(evd_buf_ok(&b));
  assert_int_equal(b.n, 3);
  evd_buf_close(&b);
}

static size_t utf8_put(uint8_t *b, uint32_t c) {
  if (c < 0x80)
    return b[0] = (uint8_t)c, 1;
  if (c < 0x800) {
    b[0] = (uint8_t)(0xC0 | c >> 6);
    b[1] = (uint8_t)(0x80 | (c & 63));
    return 2;
  }
  if (c < 0x10000) {
    b[0] = (uint8_t)(0xE0 | c >> 12);
    b[1] = (uint8_t)(0x80 | (c >> 6 & 63));
    b[2] = (uint8_t)(0x80 | (c & 63));
    return 3;
  }
  b[0] = (uint8_t)(0xF0 | c >> 18);
  b[1] = (uint8_t)(0x80 | (c >> 12 & 63));
  b[2] = (uint8_t)(0x80 | (c >> 6 & 63));
  b[3] = (uint8_t)(0x80 | (c & 63));
  return 4;
}

/* record-format 1.5, spelled out once more and tried on every code point */
static bool forbidden(uint32_t c) {
  if (c <= 0x1F || (c >= 0x7F && c <= 0x9F))
    return true;
  if (c >= 0x2028 && c <= 0x202E)
    return true;
  if (c >= 0x2066 && c <= 0x2069)
    return true;
  if (c == 0xFEFF || (c >= 0xD800 && c <= 0xDFFF))
    return true;
  return (c >= 0xFDD0 && c <= 0xFDEF) || c % 0x10000 >= 0xFFFE;
}

static void test_text_all_code_points(void **state) {
  (void)state;
  for (uint32_t c = 0; c <= 0x110400; c++) {
    uint8_t b[6] = "a";
    size_t n = 1 + utf8_put(b + 1, c);
    b[n] = 'z';
    bool allowed = evd_text_allowed((evd_span){b, n + 1});
    if (allowed != (c <= 0x10FFFF && !forbidden(c)))
      fail_msg("U+%04X", c);
    if (n > 2)
      assert_false(evd_text_allowed((evd_span){b, n - 1}));
  }
}

static void test_text_ill_formed(void **state) {
  (void)state;
  static const char *const bad[] = {
      "\x80",
      "\xBF",
      "\xC0\xAF",
      "\xC1\xBF",
      "\xC2",
      "\xC2\x41",
      "\xE0\x80\xAF",
      "\xE0\x9F\xBF",
      "\xE2\x82",
      "\xF0\x80\x80\xAF",
      "\xF0\x8F\xBF\xBF",
      "\xF4\x90\x80\x80",
      "\xF5\x80\x80\x80",
      "\xFE",
      "\xFF",
      "\xED\xA0\x80",
      "\xC3\xC3",
      "\xF8\x88\x80\x80\x80",
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_false(evd_text_allowed(span(bad[i])));
  assert_true(evd_text_allowed(span("")));
  assert_true(evd_text_allowed(span("Z\xC3\xBCrich \xF0\x9F\x97\xB3")));
}

static void check_quote(const char *text, const char *want) {
  evd_buf b;
  evd_buf_init(&b, 1000);
  evd_json_quote(&b, span(text));
  assert_int_equal(b.n, strlen(want));
  assert_memory_equal(b.p, want, b.n);
  assert_int_equal(evd_json_quoted_bytes(span(text)) + 2, b.n);
  evd_buf_close(&b);
}

static void test_quote(void **state) {
  (void)state;
  check_quote("", "\"\"");
  check_quote("plain / text", "\"plain / text\"");
  check_quote("\"", "\"\\\"\"");
  check_quote("a\\b\"c\\", "\"a\\\\b\\\"c\\\\\"");
  check_quote("\xC3\xA9", "\"\xC3\xA9\"");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ct),
      cmocka_unit_test(test_ct_bytes),
      cmocka_unit_test(test_hex),
      cmocka_unit_test(test_hex_refuses),
      cmocka_unit_test(test_endian),
      cmocka_unit_test(test_wipe),
      cmocka_unit_test(test_errors),
      cmocka_unit_test(test_require),
      cmocka_unit_test(test_arena),
      cmocka_unit_test(test_arena_mark),
      cmocka_unit_test(test_arena_cap),
      cmocka_unit_test(test_buf),
      cmocka_unit_test(test_buf_full_stays),
      cmocka_unit_test(test_text_all_code_points),
      cmocka_unit_test(test_text_ill_formed),
      cmocka_unit_test(test_quote),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
