/* M11: who signed an entry, judged from the file alone. */
#include "evidence_kit.h"

#include "hash/hash.h"
#include "host/signer.h"

#include <stdio.h>

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
  add(&w, &notice, &sig);                       /* 2: added later? */
  add(&w, &notice, NULL);                       /* 3: nobody */
  add_signed(&w, &notice, ADMIN, ADMIN, &none); /* 4: one admin of two */
  add_signed(&w, &notice, ADMIN, WATCH, &none); /* 5: another role */
  add(&w, &cast, &sig);                         /* 6: a voter? */
  add(&w, &cast, NULL);                         /* 7: nobody */
  static const evd_evidence_verdict want[] = {
      EVD_EVIDENCE_WORD,  EVD_EVIDENCE_WORD,  EVD_EVIDENCE_SHOWN,
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
  add(&w, &(evd_entry){.type = EVD_ENTRY_SPOIL}, NULL);
  add_bytes(&w, text("EVB1 and something"));
  begin(&w, 11);
  put_entry(&w, 1);
  SHOWN(&w);
  mutate(&w, NULL, in_policy);
  begin(&w, 11);
  put_entry(&w, 0);
  WORD(&w);
  pair(&w, 6, 1, 0); /* of other alarms it is no part */
  refused(&w, "a receipt with its entry in each part `entry`");
  world_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_T02_unknown_signer),
      cmocka_unit_test(test_T02_signature_that_does_not_hold),
      cmocka_unit_test(test_T02_bytes_that_are_no_entry)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
