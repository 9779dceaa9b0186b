/* No memory in the middle of reading: nobody is blamed for it, neither the
 * record (X.1) nor its author. The linker leads every allocation of the
 * program through the two functions below (meson.build). */
#include <stdlib.h>

#include "record/json.h"
#include "record_kit.h"

void *__real_malloc(size_t n);
void *__real_aligned_alloc(size_t align, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_aligned_alloc(size_t align, size_t n);

static size_t asked, failing; /* which one fails, from 1; 0: none */
static bool failed;

static bool fails(void) {
  bool now = failing > 0 && ++asked == failing;
  failed = failed || now;
  return now;
}

void *__wrap_malloc(size_t n) { return fails() ? NULL : __real_malloc(n); }

void *__wrap_aligned_alloc(size_t align, size_t n) {
  return fails() ? NULL : __real_aligned_alloc(align, n);
}

static void *json_get(size_t n) { return malloc(n); }

static void fail_at(size_t n) {
  failing = n;
  asked = 0;
  failed = false;
}

/* Has it failed? From here on none does. */
static bool fail_no_more(void) {
  failing = 0;
  return failed;
}

static void test_buffer_says_what_it_lacks(void **state) {
  (void)state;
  evd_buf b;
  evd_buf_init(&b, 1000);
  fail_at(2);
  evd_buf_text(&b, "in the first 256 bytes");
  assert_true(evd_buf_ok(&b) && !b.starved);
  for (int i = 0; i < 30; i++)
    evd_buf_text(&b, "0123456789");
  assert_true(fail_no_more());
  assert_true(!evd_buf_ok(&b) && b.starved);
  evd_buf_reset(&b);
  assert_true(evd_buf_ok(&b) && !b.starved);
  for (int i = 0; i < 101; i++)
    evd_buf_text(&b, "0123456789");
  assert_true(!evd_buf_ok(&b) && !b.starved);
  evd_buf_close(&b);
}

/* Whether the parser, the arena or the copy that is compared gets none. */
static void test_reader_without_memory_blames_nobody(void **state) {
  (void)state;
  (void)kit_manifest();
  for (size_t i = 0; i < kit_n_samples; i++) {
    evd_buf b;
    evd_why why;
    evd_err e = EVD_ERR_SPACE;
    kit_expand(&b, kit_samples[i].text);
    for (size_t n = 1;; n++) {
      fail_at(n);
      e = kit_read(kit_samples[i].kind, kit_span(&b), kit_manifest(),
                   KIT_ARENA_BYTES, &why, NULL);
      if (!fail_no_more())
        break;
      if (e != EVD_ERR_SPACE)
        fail_msg("%s, allocation %zu: %s: %s", kit_samples[i].name, n,
                 evd_err_text(e), why.text);
    }
    evd_buf_close(&b);
    assert_int_equal(e, EVD_OK);
  }
}

static void never(void *self, const char *where, const char *what) {
  (void)self;
  (void)fail_no_more();
  fail_msg("%s: %s", where, what);
}

/* Rules of objects that keep them all. */
static void test_rules_without_memory_blame_nobody(void **state) {
  (void)state;
  evd_arena a;
  evd_buf b;
  evd_texts t;
  evd_why why;
  evd_manifest m = *kit_manifest();
  evd_arena_init(&a, KIT_ARENA_BYTES);
  kit_expand(&b, "{\"languages\":[]}");
  assert_int_equal(evd_texts_read(&t, kit_span(&b), &a, &why), EVD_OK);
  evd_digest(&m.texts, "texts", b.p, b.n);
  for (size_t n = 1;; n++) {
    fail_at(n);
    uint32_t faults = evd_manifest_rules(&m, never, NULL);
    if (!fail_no_more()) {
      assert_int_equal(faults, 0);
      assert_true(n > 1);
      break;
    }
    assert_int_equal(faults, EVD_RULES_STARVED);
  }
  fail_at(1);
  assert_int_equal(evd_texts_rules(&t, kit_span(&b), &m, never, NULL),
                   EVD_RULES_STARVED);
  assert_true(fail_no_more());
  assert_int_equal(evd_texts_rules(&t, kit_span(&b), &m, never, NULL), 0);
  evd_buf_close(&b);
  evd_arena_close(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_buffer_says_what_it_lacks),
      cmocka_unit_test(test_reader_without_memory_blames_nobody),
      cmocka_unit_test(test_rules_without_memory_blame_nobody),
  };
  evd_json_allocator(json_get, free);
  int bad = cmocka_run_group_tests_name("record_starved", tests, NULL, NULL);
  kit_close();
  return bad;
}
