/* Evidence of alarms, judged from the file alone: heads, entries, signers. */
#include "evidence_kit.h"

#include "alarm/alarm.h"
#include "hash/hash.h"
#include "host/signer.h"

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
  begin(&w, 2);
  put_head(&w, &large, 100, 0);
  put_head(&w, &small, 101, 0);
  SHOWN(&w);
  begin(&w, 2);
  put_head(&w, &large, 101, 0);
  put_head(&w, &small, 100, 0);
  WORD(&w);
  begin(&w, 2); /* one witness was slow, which is nobody's fault */
  put_head(&w, &large, 100, 0);
  put_head(&w, &small, 0, 101);
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
  begin(&w, 17);
  put_head(&w, &h, 100, 401);
  SHOWN(&w);
  begin(&w, 17);
  put_head(&w, &h, 100, 400);
  WORD(&w);
  begin(&w, 1);
  put_head(&w, &h, 100, 100);
  WORD(&w);
  world_close(&w);
}

static evd_entry setup_of(const char *keys, evd_span policy, uint8_t admins) {
  evd_entry e = {.type = EVD_ENTRY_SETUP,
                 .setup = {.profile = 3,
                           .admin_k = admins,
                           .parameters = {h32('p'), 1},
                           .manifest = {h32('m'), 1}}};
  e.setup.keys.length = (uint32_t)strlen(keys);
  evd_digest(&e.setup.keys.digest, "keys", keys, strlen(keys));
  e.setup.policy.length = (uint32_t)policy.n;
  evd_digest(&e.setup.policy.digest, "policy", policy.p, policy.n);
  return e;
}

static bool in_policy(evd_span name, uint32_t part) {
  (void)part;
  return name.n == 6; /* who watches is not what is shown */
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

static void pair(world *w, uint32_t code, uint64_t i, uint64_t k) {
  begin(w, code);
  put_entry(w, i);
  put_entry(w, k);
}

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
  FALSE(&w);
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
    FALSE(&w);
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

/* ---- signers ---- */

enum { ADMIN, OTHER, WATCH, N_SIGNERS };
static uint8_t seeds[N_SIGNERS][32];
static evd_h32 keys_of[N_SIGNERS];
static char list[512];

/* Two admins and a monitor. */
static void make_list(void) {
  static const char *const roles[] = {"admin", "admin", "monitor"};
  char hex[65];
  size_t n = 0;
  memset(list, 0, sizeof list);
  for (int i = 0; i < N_SIGNERS; i++) {
    memset(seeds[i], "ewz"[i], 32);
    evd_signer_public(&keys_of[i], seeds[i]);
  }
  /* in the order of the keys */
  const int first = memcmp(&keys_of[0], &keys_of[1], 32) < 0 ? 0 : 1;
  const int order[] = {first, 1 - first, WATCH};
  n += (size_t)snprintf(list, sizeof list, "Evident keys v1\n");
  for (int k = 0; k < N_SIGNERS; k++) {
    for (int i = 0; i < 32; i++)
      snprintf(hex + 2 * i, 3, "%02X", keys_of[order[k]].b[i]);
    n += (size_t)snprintf(list + n, sizeof list - n, "%s 0 %s - Ann\n",
                          roles[k], hex);
  }
}

/* By these two (or one, if they are the same), over this `open`. */
static void add_signed(world *w, const evd_entry *e, int a, int b,
                       const evd_h32 *open) {
  evd_entry_sig sig[2];
  evd_entry_read r;
  const char *what;
  evd_buf bytes, message;
  int who[] = {a, b};
  const uint32_t n = a == b ? 1 : 2;
  memset(sig, 0, sizeof sig);
  evd_buf_init(&bytes, 8192);
  evd_buf_init(&message, 8192);
  for (uint32_t i = 0; i < n; i++) {
    sig[i].alg = EVD_ALG_ED25519;
    evd_keyid(sig[i].keyid, &keys_of[who[i]]);
  }
  if (n == 2 && memcmp(sig[0].keyid, sig[1].keyid, EVD_KEYID_BYTES) > 0) {
    const evd_entry_sig first = sig[0];
    sig[0] = sig[1];
    sig[1] = first;
    who[0] = b;
    who[1] = a;
  }
  assert_int_equal(evd_entry_write(&bytes, e, sig, n), EVD_OK);
  assert_int_equal(evd_entry_parse(&r, of(&bytes), &what), EVD_OK);
  evd_entry_message(&message, text(w->log.key.name), open, r.signed_bytes);
  for (uint32_t i = 0; i < n; i++)
    evd_signer_sign(sig[i].sig, seeds[who[i]], of(&message));
  evd_buf_reset(&bytes);
  assert_int_equal(evd_entry_write(&bytes, e, sig, n), EVD_OK);
  add_bytes(w, of(&bytes));
  evd_buf_close(&bytes);
  evd_buf_close(&message);
}

static void signer(world *w, uint64_t index, uint64_t open) {
  pair(w, 11, 0, index);
  if (open)
    put_entry(w, open);
  put_part(w, "object", text(list));
}

static void test_T02_unknown_signer(void **state) {
  (void)state;
  const evd_h32 none = h32(0);
  world w;
  world_open(&w);
  make_list();
  evd_entry setup = setup_of(list, of(&w.policy), 2);
  add(&w, &setup, NULL);
  evd_entry notice = {.type = EVD_ENTRY_NOTICE,
                      .notice = {EVD_NO_INDEX, 0, text("Polls are closed.")}};
  evd_entry cast = {.type = EVD_ENTRY_CAST,
                    .cast = {h32('A'), h32('k'), 1, h32(0)}};
  evd_entry_sig sig = {.alg = EVD_ALG_ED25519};
  evd_keyid(sig.keyid, &keys_of[ADMIN]);
  sig.keyid[0] ^= 1;
  add_signed(&w, &notice, ADMIN, OTHER, &none); /* 1: as it has to be */
  add(&w, &notice, &sig);                       /* 2: not listed */
  add(&w, &notice, NULL);                       /* 3: nobody */
  add_signed(&w, &notice, ADMIN, ADMIN, &none); /* 4: one admin of two */
  add_signed(&w, &notice, ADMIN, WATCH, &none); /* 5: another role */
  add(&w, &cast, &sig);                         /* 6: a voter? */
  add(&w, &cast, NULL);                         /* 7: nobody */
  static const evd_evidence_verdict want[] = {
      EVD_EVIDENCE_WORD,  EVD_EVIDENCE_SHOWN, EVD_EVIDENCE_SHOWN,
      EVD_EVIDENCE_SHOWN, EVD_EVIDENCE_SHOWN, EVD_EVIDENCE_WORD,
      EVD_EVIDENCE_SHOWN};
  for (uint64_t i = 1; i <= 7; i++) {
    signer(&w, i, 0);
    assert_int_equal(judged(&w).verdict, want[i - 1]);
    mutate(&w, NULL, in_policy);
  }
  pair(&w, 11, 1, 2);
  refused(&w, "entries of the types that its code asks for");
  pair(&w, 11, 0, 2);
  refused(&w, "SETUP as the first part `entry`, its keys as `object`");
  world_close(&w);
}

/* Before OPEN signatures are over zeros, behind it over its leaf hash. */
static void test_T02_signature_that_does_not_hold(void **state) {
  (void)state;
  const evd_h32 none = h32(0);
  world w;
  world_open(&w);
  make_list();
  evd_entry setup = setup_of(list, of(&w.policy), 1);
  add(&w, &setup, NULL);
  evd_entry notice = {.type = EVD_ENTRY_NOTICE,
                      .notice = {EVD_NO_INDEX, 0, text("Polls are closed.")}};
  evd_entry open = {.type = EVD_ENTRY_PHASE,
                    .phase = {1, 0, text("4 2 6"), 0, 0, 0, 0, 0, 0}};
  add_signed(&w, &notice, ADMIN, ADMIN, &none); /* 1 */
  add_signed(&w, &open, ADMIN, ADMIN, &none);   /* 2 */
  const evd_h32 leaf = w.log.leaves[2];
  add_signed(&w, &notice, ADMIN, ADMIN, &leaf); /* 3 */
  add_signed(&w, &notice, ADMIN, ADMIN, &none); /* 4: of an earlier log */
  open.phase.site = 2;
  add_signed(&w, &open, ADMIN, ADMIN, &leaf); /* 5 */
  for (uint64_t i = 1; i <= 3; i++) {
    signer(&w, i, 2);
    WORD(&w);
  }
  signer(&w, 4, 2);
  SHOWN(&w);
  mutate(&w, NULL, in_policy);
  signer(&w, 4, 0); /* it may be from before OPEN */
  WORD(&w);
  signer(&w, 4, 5);
  refused(&w, "PHASE open as the third part `entry`");
  world_close(&w);
}

static void test_T02_bytes_that_are_no_entry(void **state) {
  (void)state;
  world w;
  world_open(&w);
  ballots(&w);
  add_bytes(&w, text("EVB1 and something"));
  begin(&w, 11);
  put_entry(&w, 7);
  SHOWN(&w);
  mutate(&w, NULL, in_policy);
  begin(&w, 11);
  put_entry(&w, 3);
  WORD(&w);
  pair(&w, 6, 7, 3); /* of other alarms it is no part */
  refused(&w, "a receipt with its entry in each part `entry`");
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
      cmocka_unit_test(test_T05_devices_that_open_and_close),
      cmocka_unit_test(test_B06_after_the_stop),
      cmocka_unit_test(test_T02_unknown_signer),
      cmocka_unit_test(test_T02_signature_that_does_not_hold),
      cmocka_unit_test(test_T02_bytes_that_are_no_entry),
      cmocka_unit_test(test_T23_entry_of_no_log),
      cmocka_unit_test(test_forms),
      cmocka_unit_test(test_alarms_have_words)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
