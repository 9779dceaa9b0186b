/* Evidence of alarms, judged from the file alone: heads, entries, signers. */
#include "evidence_kit.h"

#include "alarm/alarm.h"

#include <stdio.h>

static void ballots(world *w) {
  evd_entry e = {.type = EVD_ENTRY_BALLOT};
  for (int i = 0; i < 7; i++) {
    e.ballot.id_B = h32('a' + i);
    e.ballot.H_C = h32('A' + i);
    e.ballot.object = (evd_object_ref){h32('0' + i), 10};
    e.ballot.style = e.ballot.weight = e.ballot.device = 1;
    e.ballot.position = (uint32_t)i + 1;
    add(w, &e, NULL);
  }
}

/* ---- heads ---- */

static void test_T08_two_roots_of_one_size(void **state) {
  (void)state;
  world w;
  world_open(&w);
  ballots(&w);
  evd_log_head a = head_at(&w, 7), b = a;
  b.root.b[0] ^= 1;
  begin(&w, 3);
  put_head(&w, &a, 100, 100);
  put_head(&w, &b, 0, 0);
  SHOWN(&w);
  begin(&w, 3);
  put_head(&w, &a, 100, 100);
  put_head(&w, &a, 0, 0);
  FALSE(&w);
  world_close(&w);
}

/* Sizes m < n: the proof says with what the larger state began. */
static void test_T08_larger_state_with_another_beginning(void **state) {
  (void)state;
  world w;
  world_open(&w);
  ballots(&w);
  for (uint64_t m = 1; m < 7; m++) {
    evd_log_head small = head_at(&w, m), large = head_at(&w, 7);
    evd_log_head other = small;
    const evd_tree_proof p = kit_log_proof(&w.log, m, 7);
    evd_buf b;
    evd_buf_init(&b, 8192);
    other.root.b[31] ^= 1;
    evd_evidence_proof(&b, &small.root, &p);
    begin(&w, 3);
    put_head(&w, &large, 0, 0);
    put_head(&w, &other, 0, 0);
    put_part(&w, "proof", of(&b));
    SHOWN(&w);
    begin(&w, 3); /* one log: nothing is shown */
    put_head(&w, &large, 0, 0);
    put_head(&w, &small, 0, 0);
    put_part(&w, "proof", of(&b));
    FALSE(&w);
    begin(&w, 3); /* a proof that was made up */
    put_head(&w, &large, 0, 0);
    put_head(&w, &small, 0, 0);
    evd_buf_reset(&b);
    evd_evidence_proof(&b, &other.root, &p);
    put_part(&w, "proof", of(&b));
    FALSE(&w);
    evd_buf_close(&b);
  }
  world_close(&w);
}

static void test_T09_size_went_back(void **state) {
  (void)state;
  world w;
  world_open(&w);
  ballots(&w);
  evd_log_head small = head_at(&w, 3), large = head_at(&w, 7);
  begin(&w, 2); /* a witness's clock may have been ahead */
  put_head(&w, &large, 100, 0);
  put_head(&w, &small, 101, 0);
  WORD(&w);
  begin(&w, 2);
  put_head(&w, &small, 100, 0);
  put_head(&w, &large, 101, 0);
  FALSE(&w);
  world_close(&w);
}

static void test_T24_quorum_and_clocks(void **state) {
  (void)state;
  world w;
  world_open(&w);
  ballots(&w);
  evd_log_head h = head_at(&w, 7);
  begin(&w, 4); /* whoever wrote the file can have left one out */
  put_head(&w, &h, 100, 0);
  WORD(&w);
  begin(&w, 4);
  put_head(&w, &h, 100, 100);
  FALSE(&w);
  begin(&w, 17); /* of which one may be from long ago */
  put_head(&w, &h, 100, 401);
  WORD(&w);
  begin(&w, 1);
  put_head(&w, &h, 100, 100);
  WORD(&w);
  world_close(&w);
}

/* Alarms that rest on what was seen: of this log at least. */
static void test_T23_seen_in_another_log(void **state) {
  (void)state;
  world w;
  kit_log thief, own;
  world_open(&w);
  kit_log_make(&thief, w.log.key.name, "thief");
  ballots(&w);
  evd_log_head h = head_at(&w, 7);
  begin(&w, 13);
  put_head(&w, &h, 100, 100);
  WORD(&w);
  put_part(&w, "checkpoint", text("none\n"));
  refused(&w, "a checkpoint in each part `checkpoint`");
  begin(&w, 13);
  own = w.log;
  w.log = thief;
  put_head(&w, &h, 100, 100);
  w.log = own;
  FALSE(&w);
  world_close(&w);
}

/* What a receipt is of stands in it, or it is no `entry`. */
static void test_T23_entry_left_out(void **state) {
  (void)state;
  world w;
  evd_receipt r;
  evd_arena a;
  evd_buf b;
  evd_note_why why;
  static evd_evidence e;
  const char *expected;
  world_open(&w);
  ballots(&w);
  begin(&w, 8);
  put_entry(&w, 1);
  put_entry(&w, 2);
  WORD(&w);
  assert_int_equal(evd_evidence_read(&e, of(&w.file), &expected), EVD_OK);
  evd_arena_init(&a, (size_t)8 << 20);
  assert_int_equal(
      evd_receipt_read(&r, evd_evidence_part(&e, "entry", 1)->bytes, &a, &why),
      EVD_OK);
  r.extra = (evd_span){NULL, 0};
  evd_buf_init(&b, 8192);
  evd_receipt_write(&b, &r);
  begin(&w, 8);
  put_entry(&w, 1);
  put_part(&w, "entry", of(&b));
  refused(&w, "a receipt with its entry in each part `entry`");
  evd_buf_close(&b);
  evd_arena_close(&a);
  world_close(&w);
}

static void test_T24_setup_names_another_policy(void **state) {
  (void)state;
  world w;
  world_open(&w);
  evd_entry setup = setup_of("-", of(&w.policy), 1);
  add(&w, &setup, NULL);
  setup.setup.policy.length++;
  add(&w, &setup, NULL);
  begin(&w, 4);
  put_entry(&w, 0);
  FALSE(&w);
  begin(&w, 4);
  put_entry(&w, 1);
  refused(&w, "entries of the types that its code asks for");
  world_close(&w);
  world_open(&w);
  add(&w, &setup, NULL);
  begin(&w, 4);
  put_entry(&w, 0);
  SHOWN(&w);
  mutate(&w, NULL, in_policy);
  world_close(&w);
}

/* Nothing counts that the log of the policy has not signed. */
static void test_T23_another_log(void **state) {
  (void)state;
  world w;
  kit_log thief;
  world_open(&w);
  kit_log_make(&thief, w.log.key.name, "thief");
  ballots(&w);
  evd_log_head a = head_at(&w, 7), b = a;
  b.root.b[0] ^= 1;
  begin(&w, 3);
  put_head(&w, &a, 0, 0);
  evd_buf note;
  evd_buf_init(&note, 8192);
  kit_log_sign(&note, &thief, &b);
  put_part(&w, "checkpoint", of(&note));
  evd_buf_close(&note);
  FALSE(&w);
  world_close(&w);
}

/* ---- entries ---- */

static void test_T06_twice(void **state) {
  (void)state;
  world w;
  world_open(&w);
  evd_entry e = {.type = EVD_ENTRY_BALLOT,
                 .ballot = {h32('a'), h32('A'), {h32('0'), 9}, 1, 1, 1, 1}};
  add(&w, &e, NULL); /* 0 */
  e.ballot.H_C = h32('B');
  e.ballot.object.digest = h32('1');
  add(&w, &e, NULL); /* 1: the id_B of 0 */
  e.ballot.id_B = h32('c');
  add(&w, &e, NULL); /* 2: H_C and object of 1 */
  e = (evd_entry){.type = EVD_ENTRY_CAST,
                  .cast = {h32('A'), h32('k'), 1, h32(0)}};
  add(&w, &e, NULL); /* 3 */
  e.cast.H_C = h32('B');
  add(&w, &e, NULL); /* 4: the credential of 3 */
  e = (evd_entry){.type = EVD_ENTRY_SPOIL, .spoil = {h32('B')}};
  add(&w, &e, NULL); /* 5: the ballot of 4 */
  static const uint8_t shown[][2] = {{0, 1}, {1, 2}, {3, 4}, {4, 5}};
  static const uint8_t not_shown[][2] = {{0, 2}, {0, 0}, {3, 5}, {0, 3}};
  for (int i = 0; i < 4; i++) {
    pair(&w, 6, shown[i][0], shown[i][1]);
    SHOWN(&w);
    mutate(&w, NULL, in_policy);
    pair(&w, 6, not_shown[i][0], not_shown[i][1]);
    FALSE(&w);
  }
  world_close(&w);
}

static void test_T05_order_of_a_device(void **state) {
  (void)state;
  world w;
  world_open(&w);
  ballots(&w);
  pair(&w, 8, 1, 3);
  WORD(&w);
  pair(&w, 8, 3, 1);
  refused(&w, "two entries of one device in the order of the log");
  evd_entry e = {.type = EVD_ENTRY_BALLOT,
                 .ballot = {h32('z'), h32('Z'), {h32('9'), 9}, 1, 1, 1, 2}};
  add(&w, &e, NULL);
  pair(&w, 8, 3, 7);
  SHOWN(&w);
  mutate(&w, NULL, in_policy);
  world_close(&w);
}

static void test_T05_devices_that_open_and_close(void **state) {
  (void)state;
  world w;
  world_open(&w);
  ballots(&w); /* 0 to 6, of device 1 */
  evd_entry close = {.type = EVD_ENTRY_DEVICE,
                     .device = {.op = 2, .device = 1}};
  evd_entry open = {.type = EVD_ENTRY_DEVICE, .device = {.op = 1, .device = 1}};
  close.device.count = 7;
  close.device.H_last = h32('A' + 6);
  add(&w, &close, NULL); /* 7: counts them all */
  close.device.count = 6;
  add(&w, &close, NULL); /* 8: not the last */
  close.device.count = 7;
  close.device.H_last = h32('A');
  add(&w, &close, NULL); /* 9: names another as the last */
  add(&w, &open, NULL);  /* 10 */
  add(&w, &open, NULL);  /* 11 */
  open.device.device = 2;
  add(&w, &open, NULL); /* 12 */
  static const uint8_t shown[][2] = {{6, 8}, {6, 9}, {7, 8}, {9, 10}, {10, 11}};
  static const uint8_t word[][2] = {{6, 7}, {4, 8}, {6, 10}};
  static const uint8_t not_shown[][2] = {{11, 12}, {11, 10}, {8, 6}};
  for (int i = 0; i < 5; i++) {
    pair(&w, 8, shown[i][0], shown[i][1]);
    SHOWN(&w);
    mutate(&w, NULL, in_policy);
  }
  for (int i = 0; i < 3; i++) {
    pair(&w, 8, word[i][0], word[i][1]);
    WORD(&w);
    pair(&w, 8, not_shown[i][0], not_shown[i][1]);
    refused(&w, "two entries of one device in the order of the log");
  }
  world_close(&w);
}

static void test_B06_wrong_phase(void **state) {
  (void)state;
  world w;
  world_open(&w);
  evd_entry open = {.type = EVD_ENTRY_PHASE,
                    .phase = {1, 0, text("4 2 6"), 0, 0, 0, 0, 0, 0}};
  evd_entry close = {.type = EVD_ENTRY_PHASE,
                     .phase = {2, 0, text(""), 0, 0, 0, 0, 0, 0}};
  evd_entry cast = {.type = EVD_ENTRY_CAST,
                    .cast = {h32('A'), h32('k'), 1, h32(0)}};
  add(&w, &cast, NULL);
  add(&w, &open, NULL);
  add(&w, &cast, NULL);
  add(&w, &close, NULL);
  add(&w, &cast, NULL);
  add(&w, &open, NULL);
  static const uint8_t shown[][2] = {{1, 0}, {3, 4}, {1, 5}};
  for (int i = 0; i < 3; i++) {
    pair(&w, 9, shown[i][0], shown[i][1]);
    SHOWN(&w);
  }
  pair(&w, 9, 1, 2);
  FALSE(&w);
  pair(&w, 9, 3, 2);
  FALSE(&w);
  pair(&w, 9, 5, 1); /* the first of two acts is the first part */
  FALSE(&w);
  pair(&w, 9, 2, 4);
  refused(&w, "PHASE, or an act that is done once, as the first part `entry`");
  pair(&w, 9, 1, 0);
  put_entry(&w, 2); /* a part that nobody would look at */
  refused(&w, "the parts of its code and no others");
  pair(&w, 9, 1, 0);
  put_part(&w, "proof", text("-"));
  refused(&w, "the parts of its code and no others");
  begin(&w, 9);
  put_entry(&w, 0); /* where SETUP has to stand */
  SHOWN(&w);
  mutate(&w, NULL, in_policy);
  begin(&w, 9);
  put_entry(&w, 2);
  WORD(&w);
  evd_entry setup = setup_of("-", of(&w.policy), 1);
  add(&w, &setup, NULL); /* 6 */
  begin(&w, 9);
  put_entry(&w, 6);
  SHOWN(&w);
  begin(&w, 6); /* the code asks for another thing */
  put_entry(&w, 6);
  WORD(&w);
  world_close(&w);
}

static void test_B06_after_the_stop(void **state) {
  (void)state;
  world w;
  world_open(&w);
  evd_entry cast = {.type = EVD_ENTRY_CAST,
                    .cast = {h32('A'), h32('k'), 1, h32(0)}};
  evd_entry stop = {.type = EVD_ENTRY_PHASE,
                    .phase = {3, 0, text(""), 0, 0, 0, 0, 0, 0}};
  evd_entry data = {.type = EVD_ENTRY_CONTEST_DATA,
                    .contest_data = {{h32('d'), 1}}};
  add(&w, &cast, NULL);
  add(&w, &stop, NULL);
  cast.cast.H_C = h32('B');
  add(&w, &cast, NULL);
  cast.cast.credential = h32(0); /* of a device, which may be late */
  add(&w, &cast, NULL);
  add(&w, &stop, NULL);
  add(&w, &data, NULL);
  add(&w, &data, NULL);
  static const uint8_t shown[][2] = {{1, 2}, {1, 4}, {5, 6}};
  static const uint8_t not_shown[][2] = {{1, 0}, {1, 3}, {4, 5}};
  for (int i = 0; i < 3; i++) {
    pair(&w, 9, shown[i][0], shown[i][1]);
    SHOWN(&w);
    pair(&w, 9, not_shown[i][0], not_shown[i][1]);
    FALSE(&w);
  }
  world_close(&w);
}

/* An entry that is in no tree of the log is no evidence. */
static void test_T23_entry_of_no_log(void **state) {
  (void)state;
  world w;
  world_open(&w);
  ballots(&w);
  w.log.leaves[2].b[0] ^= 1; /* the tree has something else there */
  pair(&w, 6, 2, 3);
  FALSE(&w);
  world_close(&w);
}

/* ---- form ---- */

static void test_forms(void **state) {
  (void)state;
  static const char *const bad[] = {
      "",
      "Evident evidence v2\n",
      "Evident evidence v1\ncode M12\norigin a\n",
      "Evident evidence v1\ncode M3\norigin a\n",
      "Evident evidence v1\ncode 003\norigin a\n",
      "Evident evidence v1\ncode M03\norigin a b\n",
      "Evident evidence v1\ncode M03\norigin a",
      "Evident evidence v1\ncode M03\norigin a\npolicy 3\nab\n",
      "Evident evidence v1\ncode M03\norigin a\n.x 2\nab\n",
      "Evident evidence v1\ncode M03\norigin a\nreason 2\nab\n"};
  static evd_evidence e;
  evd_judgement out;
  evd_arena a;
  const char *expected;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    expected = NULL;
    assert_int_equal(evd_evidence_read(&e, text(bad[i]), &expected),
                     EVD_ERR_FORM);
    assert_non_null(expected);
  }
  evd_arena_init(&a, (size_t)8 << 20);
  assert_int_equal(
      evd_evidence_read(&e, text("Evident evidence v1\ncode M03\norigin a\n"),
                        &expected),
      EVD_OK);
  assert_int_equal(evd_evidence_judge(&out, &e, NULL, &a, &expected),
                   EVD_ERR_FORM);
  evd_arena_close(&a);
  world w;
  world_open(&w);
  begin(&w, 3);
  put_part(&w, "policy", of(&w.policy));
  refused(&w, "one part `policy` with a tlog-policy");
  world_close(&w);
}

static void test_alarms_have_words(void **state) {
  (void)state;
  const evd_alarm *a;
  uint32_t n = 0;
  for (; (a = evd_alarm_at(n)) != NULL; n++) {
    assert_true(n == 0 || a->code > evd_alarm_at(n - 1)->code);
    assert_true(*a->name && *a->sentence && *a->act && *a->is_not);
    assert_ptr_equal(evd_alarm_find(a->code), a);
  }
  assert_int_equal(n, 16);
  assert_null(evd_alarm_find(12));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_T08_two_roots_of_one_size),
      cmocka_unit_test(test_T08_larger_state_with_another_beginning),
      cmocka_unit_test(test_T09_size_went_back),
      cmocka_unit_test(test_T24_quorum_and_clocks),
      cmocka_unit_test(test_T23_another_log),
      cmocka_unit_test(test_T06_twice),
      cmocka_unit_test(test_T05_order_of_a_device),
      cmocka_unit_test(test_B06_wrong_phase),
      cmocka_unit_test(test_T24_setup_names_another_policy),
      cmocka_unit_test(test_T23_seen_in_another_log),
      cmocka_unit_test(test_T23_entry_left_out),
      cmocka_unit_test(test_T05_devices_that_open_and_close),
      cmocka_unit_test(test_B06_after_the_stop),
      cmocka_unit_test(test_T23_entry_of_no_log),
      cmocka_unit_test(test_forms),
      cmocka_unit_test(test_alarms_have_words)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
