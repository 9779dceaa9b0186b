/* Parts, and which objects an entry names. */
#include "arith.h"

#include "board/objects.h"
#include "board/parts.h"

#include <string.h>

static evd_span text(const char *s) {
  return (evd_span){(const uint8_t *)s, strlen(s)};
}

static void test_parts_are_read_as_written(void **state) {
  (void)state;
  static const char want[] = "a_1.json 3\nx\ny\nb 0\n\n";
  evd_buf b;
  evd_span found;
  evd_buf_init(&b, 1000);
  evd_part_write(&b, "a_1.json", text("x\ny"));
  evd_part_write(&b, "b", text(""));
  assert_int_equal(b.n, sizeof want - 1);
  assert_memory_equal(b.p, want, b.n);
  evd_span all = {b.p, b.n};
  assert_true(evd_parts_whole(all));
  assert_int_equal(evd_part_find(all, "b", &found), EVD_OK);
  assert_int_equal(found.n, 0);
  assert_int_equal(evd_part_find(all, "a_1.json", &found), EVD_OK);
  assert_memory_equal(found.p, "x\ny", 3);
  assert_int_equal(evd_part_find(all, "c", &found), EVD_ERR_MISSING);
  for (size_t n = 1; n < b.n; n++)
    assert_int_equal(evd_parts_whole((evd_span){b.p, n}),
                     n == sizeof "a_1.json 3\nx\ny\n" - 1);
  evd_buf_close(&b);
}

static void test_what_is_no_part(void **state) {
  (void)state;
  static const char *const bad[] = {
      "a 01\nx\n", "a 2\nx\n",  "a 1\nxy",    "a  1\nx\n",
      " 1\nx\n",   ".a 1\nx\n", "a/b 1\nx\n", "a 18446744073709551615\nx\n",
      "a -1\nx\n", "a 1 \nx\n", "a\n",        "\n"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_false(evd_parts_whole(text(bad[i])));
  assert_true(evd_parts_whole(text("")));
}

static evd_object_ref object(int letter) {
  evd_object_ref o = {{{0}}, 5};
  memset(o.digest.b, letter, sizeof o.digest.b);
  return o;
}

static void test_objects_of_entries(void **state) {
  (void)state;
  evd_entry_object out[EVD_ENTRY_OBJECTS_MAX];
  evd_entry e;
  memset(&e, 0, sizeof e);
  e.type = EVD_ENTRY_SETUP;
  assert_int_equal(evd_entry_objects(&e, out), 0);
  e.setup.manifest = object('m');
  e.setup.policy = object('p');
  assert_int_equal(evd_entry_objects(&e, out), 2);
  assert_string_equal(out[0].kind, "manifest");
  assert_string_equal(out[1].kind, "policy");
  assert_int_equal(out[1].ref.digest.b[7], 'p');
  memset(&e, 0, sizeof e);
  e.type = EVD_ENTRY_OPENING;
  e.opening.object = object('o');
  assert_int_equal(evd_entry_objects(&e, out), 1);
  assert_string_equal(out[0].kind, "challenged");
  memset(&e, 0, sizeof e);
  e.type = EVD_ENTRY_MAIL_CAST;
  e.mail_cast.object = object('n');
  assert_int_equal(evd_entry_objects(&e, out), 1);
  assert_string_equal(out[0].kind, "mail_cast");
  e.type = EVD_ENTRY_CONTEST_DATA;
  e.contest_data.object = object('d');
  assert_int_equal(evd_entry_objects(&e, out), 1);
  assert_string_equal(out[0].kind, "contest_data");
  memset(&e, 0, sizeof e);
  e.type = EVD_ENTRY_CAST;
  assert_int_equal(evd_entry_objects(&e, out), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_parts_are_read_as_written),
      cmocka_unit_test(test_what_is_no_part),
      cmocka_unit_test(test_objects_of_entries),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
