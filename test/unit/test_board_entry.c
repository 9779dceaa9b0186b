/* Entries: one example of each type, frozen in test/vector/board/entries.tsv
 * and printed in doc/board-format.md, and everything that is refused. */
#include "arith.h"

#include "base/hex.h"
#include "base/utf8.h"
#include "board/entry.h"
#include "hash/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_TYPES 24
#define HEX_MAX 8192

static evd_span span_of(const char *text) {
  return (evd_span){(const uint8_t *)text, strlen(text)};
}

/* A hash, a key, an object, that can be told apart: of one letter. */
static evd_h32 h32(char letter) {
  evd_h32 h;
  memset(h.b, letter, sizeof h.b);
  return h;
}
static evd_object_ref object(char letter, uint32_t length) {
  return (evd_object_ref){h32(letter), length};
}
static evd_log_head head(uint64_t size, char letter) {
  return (evd_log_head){size, h32(letter)};
}

#define ENTRY(number, name, ...)                                               \
  { .type = EVD_ENTRY_##name, .slot = number, __VA_ARGS__ }

static void examples(evd_entry e[N_TYPES + 1]) {
  const evd_entry all[] = {
      ENTRY(0, SETUP,
            .setup = {1, 2, h32('P'), h32('B'), object('p', 3300),
                      object('m', 1200), object(0, 0), object('k', 900),
                      object('w', 700), object(0, 0), h32(0), head(0, 0)}),
      ENTRY(1, PHASE,
            .phase = {1, 0, span_of("dice 4 2 6 6 1"), 0, 0, 0, 0, 0, 0}),
      ENTRY(2, DEVICE, .device = {1, 3, h32('D'), h32('0'), 0, h32(0), h32(0)}),
      ENTRY(3, BALLOT,
            .ballot = {h32('i'), h32('C'), object('b', 70000), 1, 1, 3, 12}),
      ENTRY(3, CAST, .cast = {h32('C'), h32('V'), 2, h32('q')}),
      ENTRY(3, CHALLENGE, .challenge = {h32('C')}),
      ENTRY(3, SPOIL, .spoil = {h32('C')}),
      ENTRY(4, ADJUDICATE, .adjudicate = {h32('C'), 2, 7}),
      ENTRY(4, OPENING, .opening = {h32('C'), object('o', 512)}),
      ENTRY(9, TALLY, .tally = {h32('K'), object('t', 5000), head(300, 'R')}),
      ENTRY(9, SHARE, .share = {2, 1, object('s', 400), head(300, 'R')}),
      ENTRY(9, RESULT, .result = {object('r', 6000)}),
      ENTRY(8, TOTALS, .totals = {1, 812, 810}),
      ENTRY(9, AUDIT, .audit = {1, object('a', 77)}),
      ENTRY(9, NOTICE, .notice = {EVD_NO_INDEX, 20, span_of("Grüße")}),
      ENTRY(0, RELEASE, .release = {object('f', 99)}),
      ENTRY(5, KEY, .key = {1, 4, 3, h32('K'), h32(0)}),
      ENTRY(6, ALARM, .alarm = {13, object('e', 1000)}),
      ENTRY(9, ATTEST, .attest = {h32('K'), head(301, 'R'), object('v', 800)}),
      ENTRY(0, CEREMONY, .ceremony = {1, 1, object('c', 150)}),
      ENTRY(0, KEYS, .keys = {h32('g'), object('y', 9000), h32('G'), h32('E')}),
      ENTRY(0, ROLL,
            .roll = {1, object('l', 4000), 40, h32(0), 0, 0, h32(0), 0}),
      ENTRY(7, MAIL_CAST, .mail_cast = {h32('C'), object('n', 600)}),
      ENTRY(9, CONTEST_DATA, .contest_data = {object('d', 3000)})};
  for (int i = 0; i < N_TYPES; i++)
    e[i + 1] = all[i];
}

static const evd_entry_sig a_sig = {
    {1, 2, 3, 4, 5, 6, 7, 8}, EVD_ALG_ED25519, {0x51, 0x51}};

static void test_examples(void **state) {
  (void)state;
  static evd_entry e[N_TYPES + 1];
  char path[4096], name[32], want[HEX_MAX], hex[HEX_MAX];
  examples(e);
  snprintf(path, sizeof path, "%s/test/vector/board/entries.tsv",
           getenv("EVD_SOURCE_ROOT"));
  const char *make = getenv("EVD_MAKE_ENTRIES"); /* prints what it would be */
  FILE *f = make ? NULL : fopen(path, "r");
  assert_true(make || f);
  for (uint32_t i = 1; i <= N_TYPES; i++) {
    evd_entry_read r;
    const char *what = NULL;
    evd_buf b, again;
    evd_buf_init(&b, EVD_ENTRY_BYTES_MAX);
    evd_buf_init(&again, EVD_ENTRY_BYTES_MAX);
    assert_int_equal(evd_entry_write(&b, &e[i], &a_sig, i % 2), EVD_OK);
    evd_hex_write(hex, b.p, b.n);
    hex[2 * b.n] = 0;
    if (make)
      printf("%s\t%s\n", evd_entry_name(i), hex);
    else
      assert_int_equal(fscanf(f, "%31s %8191s", name, want), 2);
    if (!make) {
      assert_string_equal(name, evd_entry_name(i));
      assert_string_equal(hex, want);
    }
    assert_int_equal(evd_entry_parse(&r, (evd_span){b.p, b.n}, &what), EVD_OK);
    assert_true(r.e.type == e[i].type && r.e.slot == e[i].slot);
    assert_true(r.n_sigs == i % 2 && !what);
    assert_int_equal(evd_entry_write(&again, &r.e, &a_sig, r.n_sigs), EVD_OK);
    assert_true(again.n == b.n && memcmp(again.p, b.p, b.n) == 0);
    evd_buf_close(&b);
    evd_buf_close(&again);
  }
  if (f)
    fclose(f);
  assert_null(evd_entry_name(0));
  assert_null(evd_entry_name(N_TYPES + 1));
}

/* Every example cut anywhere, longer by a byte, or with another byte in its
 * frame, is none. */
static void test_T20_entries_cut_and_longer(void **state) {
  (void)state;
  static evd_entry e[N_TYPES + 1];
  static const size_t frame[] = {0, 1, 2, 3, 9, 10}; /* magic, body_len */
  examples(e);
  for (uint32_t i = 1; i <= N_TYPES; i++) {
    evd_entry_read r;
    const char *what = NULL;
    evd_buf b;
    evd_buf_init(&b, EVD_ENTRY_BYTES_MAX + 1);
    assert_int_equal(evd_entry_write(&b, &e[i], &a_sig, 1), EVD_OK);
    for (size_t n = 0; n < b.n; n++) {
      assert_int_equal(evd_entry_parse(&r, (evd_span){b.p, n}, &what),
                       EVD_ERR_PARSE);
      assert_non_null(what);
    }
    for (size_t k = 0; k < sizeof frame / sizeof frame[0]; k++) {
      b.p[frame[k]] ^= 1;
      assert_int_equal(evd_entry_parse(&r, (evd_span){b.p, b.n}, &what),
                       EVD_ERR_PARSE);
      b.p[frame[k]] ^= 1;
    }
    b.p[4] = (uint8_t)(N_TYPES + 1);
    assert_int_equal(evd_entry_parse(&r, (evd_span){b.p, b.n}, &what),
                     EVD_ERR_PARSE);
    b.p[4] = (uint8_t)i;
    b.p[b.n - 65] = 2; /* the algorithm of the signature */
    assert_int_equal(evd_entry_parse(&r, (evd_span){b.p, b.n}, &what),
                     EVD_ERR_PARSE);
    b.p[b.n - 65] = 1;
    evd_buf_add(&b, "", 1);
    assert_int_equal(evd_entry_parse(&r, (evd_span){b.p, b.n}, &what),
                     EVD_ERR_PARSE);
    evd_buf_close(&b);
  }
}

/* ---- one field wrong ---- */

#define WRONG(entry_type, assignment)                                          \
  do {                                                                         \
    evd_entry x = e[EVD_ENTRY_##entry_type];                                   \
    assignment;                                                                \
    if (evd_entry_write(&b, &x, NULL, 0) != EVD_ERR_RANGE || b.n != 0)         \
      fail_msg("%s: %s", #entry_type, #assignment);                            \
  } while (0)

static void test_form_of_setup_phase_notice(void **state) {
  (void)state;
  static evd_entry e[N_TYPES + 1];
  static char long_text[EVD_NOTICE_TEXT_MAX + 2];
  evd_buf b;
  examples(e);
  memset(long_text, 'a', sizeof long_text - 1);
  evd_buf_init(&b, EVD_ENTRY_BYTES_MAX);
  WRONG(SETUP, x.setup.profile = 0);
  WRONG(SETUP, x.setup.profile = 4);
  WRONG(SETUP, x.setup.admin_k = 0);
  WRONG(SETUP, x.setup.policy.length = 0);
  WRONG(SETUP, x.setup.texts.digest = h32('x'));
  WRONG(SETUP, x.setup.release.digest = h32('x'));
  WRONG(SETUP, x.setup.earlier = h32('x'));
  WRONG(SETUP, x.setup.last.size = 1);
  WRONG(SETUP, x.setup.last.root = h32('x'));
  WRONG(PHASE, x.phase.op = 4);
  WRONG(PHASE, x.phase.op = 3);
  WRONG(PHASE, (x.phase.op = 3, x.phase.beacon.n = 0, x.phase.site = 1));
  WRONG(PHASE, (x.phase.op = 3, x.phase.beacon.n = 0, x.phase.cast = 1));
  WRONG(PHASE, x.phase.beacon.n = 0);
  WRONG(PHASE, x.phase.op = 2);
  WRONG(PHASE, x.phase.cast = 1);
  WRONG(PHASE, x.phase.beacon = span_of("\x80"));
  WRONG(PHASE, (x.phase.beacon = (evd_span){(const uint8_t *)long_text,
                                            EVD_BEACON_TEXT_MAX + 1}));
  WRONG(NOTICE, x.notice.text.n = 0);
  WRONG(NOTICE, x.notice.text = span_of("\x1B[31m"));
  WRONG(NOTICE, x.notice.text = span_of(long_text));
  evd_buf_close(&b);
}

/* Of the three phases each has its own form. */
static void test_form_of_stop(void **state) {
  (void)state;
  static evd_entry e[N_TYPES + 1];
  evd_entry_read r;
  const char *what = NULL;
  evd_buf b;
  examples(e);
  e[EVD_ENTRY_PHASE].phase.op = 3;
  e[EVD_ENTRY_PHASE].phase.beacon.n = 0;
  evd_buf_init(&b, EVD_ENTRY_BYTES_MAX);
  assert_int_equal(evd_entry_write(&b, &e[EVD_ENTRY_PHASE], NULL, 0), EVD_OK);
  assert_int_equal(evd_entry_parse(&r, (evd_span){b.p, b.n}, &what), EVD_OK);
  assert_int_equal(r.e.phase.op, 3);
  evd_buf_close(&b);
}

static void test_form_of_the_rest(void **state) {
  (void)state;
  static evd_entry e[N_TYPES + 1];
  evd_buf b;
  examples(e);
  evd_buf_init(&b, EVD_ENTRY_BYTES_MAX);
  WRONG(DEVICE, x.device.op = 0);
  WRONG(DEVICE, x.device.device = 0);
  WRONG(DEVICE, x.device.count = 1);
  WRONG(DEVICE, x.device.op = 2);
  WRONG(BALLOT, x.ballot.object.length = 0);
  WRONG(BALLOT, x.ballot.style = 0);
  WRONG(BALLOT, x.ballot.weight = 0);
  WRONG(BALLOT, x.ballot.device = 0);
  WRONG(CAST, x.cast.seq = 0);
  WRONG(CAST, x.cast.seq = 1);
  WRONG(CAST, x.cast.prev = h32(0));
  WRONG(CAST, x.cast.credential = h32(0));
  WRONG(ADJUDICATE, x.adjudicate.op = 3);
  WRONG(OPENING, x.opening.object.length = 0);
  WRONG(TALLY, x.tally.object.length = 0);
  WRONG(TALLY, x.tally.head.size = 0);
  WRONG(SHARE, x.share.guardian = 0);
  WRONG(SHARE, x.share.guardian = 256);
  WRONG(SHARE, x.share.step = 7);
  WRONG(SHARE, x.share.head.size = 0);
  WRONG(RESULT, x.result.object.length = 0);
  WRONG(AUDIT, x.audit.step = 0);
  WRONG(RELEASE, x.release.object.length = 0);
  WRONG(KEY, x.key.op = 3);
  WRONG(KEY, x.key.role = 0);
  WRONG(KEY, x.key.role = 10);
  WRONG(KEY, x.key.key = h32(0));
  WRONG(ALARM, x.alarm.code = 0);
  WRONG(ALARM, x.alarm.code = 21);
  WRONG(ATTEST, x.attest.head.size = 0);
  WRONG(CEREMONY, x.ceremony.guardian = 0);
  WRONG(CEREMONY, x.ceremony.step = 9);
  WRONG(KEYS, x.keys.election_keys.length = 0);
  WRONG(ROLL, x.roll.op = 5);
  WRONG(ROLL, x.roll.op = 2);
  WRONG(ROLL, x.roll.credential = h32('x'));
  WRONG(ROLL, x.roll.replaced = h32('x'));
  WRONG(ROLL, x.roll.roll = object(0, 0));
  WRONG(ROLL, x.type = (evd_entry_type)0);
  WRONG(MAIL_CAST, x.mail_cast.object.length = 0);
  WRONG(CONTEST_DATA, x.contest_data.object.length = 0);
  evd_buf_close(&b);
}

static void test_utf8(void **state) {
  (void)state;
  static const char *const good[] = {"",
                                     "a\nb",
                                     "\xC2\x80",
                                     "\xE0\xA0\x80",
                                     "\xED\x9F\xBF",
                                     "\xF0\x90\x80\x80",
                                     "\xF4\x8F\xBF\xBF",
                                     "\xEF\xBF\xBD"};
  static const char *const bad[] = {"\x1F",
                                    "\t",
                                    "\r",
                                    "\x80",
                                    "\xC0\x80",
                                    "\xC1\xBF",
                                    "\xC2",
                                    "\xC2\x41",
                                    "\xE0\x9F\xBF",
                                    "\xED\xA0\x80",
                                    "\xE1\x80",
                                    "\xF0\x8F\xBF\xBF",
                                    "\xF4\x90\x80\x80",
                                    "\xF5\x80\x80\x80",
                                    "\xE1\x80\xC0",
                                    "\xFF"};
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
    assert_true(evd_utf8_plain(span_of(good[i])));
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_false(evd_utf8_plain(span_of(bad[i])));
  assert_false(evd_utf8_plain((evd_span){(const uint8_t *)"a\0b", 3}));
}

/* Two different things to sign never give the same bytes: the origin has no
 * line feed, what follows has fixed width. */
static void test_A07_entry_message(void **state) {
  (void)state;
  evd_buf b;
  evd_h32 open = h32('O');
  uint8_t id[EVD_KEYID_BYTES];
  evd_buf_init(&b, 1024);
  evd_entry_message(&b, span_of("board.example/1"), &open, span_of("EVB1.."));
  static const char want[] = "Evident/entry/v1\nboard.example/1\n"
                             "OOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOEVB1..";
  assert_int_equal(b.n, sizeof want - 1);
  assert_memory_equal(b.p, want, b.n);
  evd_h32 zero = h32(0);
  evd_keyid(id, &zero); /* SHA-256 of 32 zero bytes: 66687AADF862BD77.. */
  static const uint8_t known[] = {0x66, 0x68, 0x7A, 0xAD,
                                  0xF8, 0x62, 0xBD, 0x77};
  assert_memory_equal(id, known, sizeof known);
  evd_buf_close(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_examples),
      cmocka_unit_test(test_T20_entries_cut_and_longer),
      cmocka_unit_test(test_form_of_setup_phase_notice),
      cmocka_unit_test(test_form_of_stop),
      cmocka_unit_test(test_form_of_the_rest),
      cmocka_unit_test(test_utf8),
      cmocka_unit_test(test_A07_entry_message),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
