/* The state of the rules as bytes, the roll, and the policy's profiles. */
#include "board_kit.h"

#include "board/facts.h"
#include "board/note.h"

#include <stdio.h>
#include <stdlib.h>

/* An election with something in every field of the state. */
static void busy(lab *x) {
  until_open(x);
  TAKES(ADMINS, KEY, .key = {1, EVD_ROLE_MONITOR, 0, x->pub[STRANGER], none()});
  TAKES(ADMINS | BIT(MONITOR), KEY,
        .key = {2, EVD_ROLE_MONITOR, 0, x->pub[MONITOR], none()});
  TAKES(BIT(DEVICE_1), BALLOT, BALLOT('a', 1, 1));
  TAKES(BIT(DEVICE_1), CAST, .cast = {CODE('a'), none(), 1, none()});
  TAKES(BIT(VOTER_1), BALLOT, BALLOT('d', 2, 0));
  TAKES(BIT(VOTER_1), CAST, .cast = {CODE('d'), x->pub[VOTER_1], 1, none()});
  TAKES(BIT(DEVICE_1), BALLOT, BALLOT('e', 1, 2));
  TAKES(BIT(POLL_1), TOTALS, .totals = {1, 5, 5});
  TAKES(ADMINS, PHASE, CLOSE(1, 2, 0, 0));
}

static void test_state_comes_back(void **state) {
  (void)state;
  static lab l, m;
  evd_buf b, again;
  evd_buf_init(&b, 1 << 20);
  evd_buf_init(&again, 1 << 20);
  busy(&l);
  evd_rules_save(&b, &l.r);
  lab_open(&m);
  evd_rules_save(&again, &m.r);
  assert_true(again.n != b.n || memcmp(again.p, b.p, b.n) != 0);
  assert_int_equal(evd_rules_load(&m.r, (evd_span){b.p, b.n}), EVD_OK);
  evd_buf_reset(&again);
  evd_rules_save(&again, &m.r);
  assert_int_equal(again.n, b.n);
  assert_memory_equal(again.p, b.p, b.n);
  /* It goes on as the other would. */
  m.rows = l.rows;
  lab *x = &m;
  REFUSES(BIT(MONITOR), EVD_L4, ALARM, .alarm = {1, object('e')});
  TAKES(BIT(STRANGER), ALARM, .alarm = {1, object('e')});
  REFUSES(BIT(DEVICE_1), EVD_L9, BALLOT, BALLOT('f', 1, 2));
  TAKES(BIT(DEVICE_1), BALLOT, BALLOT('f', 1, 3));
  /* And back to what it was. */
  assert_int_equal(evd_rules_load(&m.r, (evd_span){b.p, b.n}), EVD_OK);
  evd_buf_reset(&again);
  evd_rules_save(&again, &m.r);
  assert_memory_equal(again.p, b.p, b.n);
  evd_buf_close(&b);
  evd_buf_close(&again);
  lab_close(&l);
  lab_close(&m);
}

/* Every field is there: none may change and leave the bytes as they are. */
static void test_state_has_everything(void **state) {
  (void)state;
  static lab l;
  evd_buf b, other;
  evd_buf_init(&b, 1 << 20);
  evd_buf_init(&other, 1 << 20);
  busy(&l);
  evd_rules_save(&b, &l.r);
  evd_rules *r = &l.r;
  uint8_t *const fields[] = {(uint8_t *)&r->size,
                             (uint8_t *)&r->slot,
                             &r->admin_k,
                             &r->profile,
                             (uint8_t *)&r->keys_published,
                             (uint8_t *)&r->open,
                             (uint8_t *)&r->stopped,
                             (uint8_t *)&r->closed,
                             (uint8_t *)&r->tallied,
                             (uint8_t *)&r->tally_at,
                             (uint8_t *)&r->resulted,
                             (uint8_t *)&r->data_published,
                             (uint8_t *)&r->roll_committed,
                             (uint8_t *)&r->revealed,
                             r->H_E.b,
                             r->open_leaf.b,
                             (uint8_t *)&r->n_accepts,
                             (uint8_t *)&r->counts[1],
                             (uint8_t *)&r->counts[6],
                             (uint8_t *)&r->chains[0].count,
                             r->chains[1].last.b,
                             &r->chains[0].phase,
                             (uint8_t *)&r->n_credentials,
                             (uint8_t *)&r->cast,
                             (uint8_t *)&r->cast_on_site,
                             (uint8_t *)&r->signed_in,
                             (uint8_t *)&r->has_totals,
                             (uint8_t *)&r->keys.at[3].revoked};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    *fields[i] ^= 1;
    evd_buf_reset(&other);
    evd_rules_save(&other, r);
    *fields[i] ^= 1;
    if (other.n == b.n && memcmp(other.p, b.p, b.n) == 0)
      fail_msg("field %zu is not in the state", i);
  }
  for (size_t n = 0; n < b.n; n += 7)
    assert_int_equal(evd_rules_load(r, (evd_span){b.p, n}), EVD_ERR_FORM);
  evd_buf_add(&b, "", 1);
  assert_int_equal(evd_rules_load(r, (evd_span){b.p, b.n}), EVD_ERR_FORM);
  evd_buf_close(&b);
  evd_buf_close(&other);
  lab_close(&l);
}

/* ---- keys of SETUP ---- */

static evd_err keys_judged(const lab *x, const evd_board_key *keys, uint32_t n,
                           uint8_t admin_k) {
  evd_board_key copy[N_LISTED + 1];
  const char *what = NULL;
  memcpy(copy, keys, n * sizeof *keys);
  const evd_board_keys k = {copy, n};
  return evd_setup_keys_check(&x->r.facts, &k, admin_k, &what);
}

/* One key of each guardian, of no other, one at most of a device. */
static void test_T02_keys_of_setup(void **state) {
  (void)state;
  static lab l;
  evd_board_key k[N_LISTED + 1];
  lab_open(&l);
  const evd_board_keys *in = &l.r.keys;
  uint32_t g = 0, d = 0;
  assert_int_equal(in->n, N_LISTED);
  memcpy(k, in->at, sizeof *k * in->n);
  while (k[g].role != EVD_ROLE_GUARDIAN)
    g++;
  while (k[d].role != EVD_ROLE_DEVICE)
    d++;
  assert_int_equal(keys_judged(&l, k, in->n, 3), EVD_OK);
  assert_int_equal(keys_judged(&l, k, in->n, 4), EVD_ERR_REFUSED);
  k[g + 1].index = 1; /* twice the first, never the second */
  assert_int_equal(keys_judged(&l, k, in->n, 2), EVD_ERR_REFUSED);
  k[g + 1].index = 2;
  k[g + 2].index = 4; /* of three */
  assert_int_equal(keys_judged(&l, k, in->n, 2), EVD_ERR_REFUSED);
  k[g + 2].role = EVD_ROLE_REGISTRAR;
  assert_int_equal(keys_judged(&l, k, in->n, 2), EVD_ERR_REFUSED);
  memcpy(k, in->at, sizeof *k * in->n);
  k[d + 1] = k[d];
  assert_int_equal(keys_judged(&l, k, in->n, 2), EVD_ERR_REFUSED);
  lab_close(&l);
}

/* ---- the roll ---- */

static evd_err take_roll(const char *lines, uint32_t count, uint64_t *n) {
  static lab l;
  lab *x = &l;
  evd_refusal why = {EVD_L_NONE, NULL};
  evd_entry e = {.type = EVD_ENTRY_ROLL,
                 .roll = {1, object('l'), count, none(), 0, 0, none(), 0}};
  lab_open(x);
  TAKES(ADMINS, SETUP, SETUP_BODY);
  takes_at(x, e, BIT(REGISTRAR) | ADMINS, __LINE__);
  evd_err err = evd_rules_roll(&x->r, &e, text(lines), &why);
  assert_true((err == EVD_OK) == (why.code == EVD_L_NONE));
  *n = x->r.n_credentials;
  lab_close(x);
  return err;
}

#define LINE(hh, state)                                                        \
  "{\"credential\":\"" hh hh hh hh hh hh hh hh                                 \
  "\",\"style\":1,\"weight\":1,\"state\":\"" state "\"}\n"
#define A "AAAAAAAA"
#define B "BBBBBBBB"

static void test_T04_the_roll_is_what_was_committed(void **state) {
  (void)state;
  uint64_t n = 0;
  static const char two[] = LINE(A, "active") LINE(B, "active");
  static const char one[] = LINE(A, "active") LINE(B, "revoked");
  assert_int_equal(take_roll(two, 2, &n), EVD_OK);
  assert_int_equal(n, 2);
  assert_int_equal(take_roll(one, 2, &n), EVD_OK);
  assert_int_equal(n, 1);
  assert_int_equal(take_roll(two, 1, &n), EVD_ERR_REFUSED);
  assert_int_equal(take_roll(two, 3, &n), EVD_ERR_REFUSED);
  assert_int_equal(take_roll(LINE(B, "active") LINE(A, "active"), 2, &n),
                   EVD_ERR_REFUSED);
  assert_int_equal(take_roll(LINE(A, "active") LINE(A, "active"), 2, &n),
                   EVD_ERR_REFUSED);
  assert_int_equal(take_roll(LINE(A, "perhaps"), 1, &n), EVD_ERR_REFUSED);
  assert_int_equal(take_roll("\n", 1, &n), EVD_ERR_REFUSED);
  assert_int_equal(take_roll("{}", 1, &n), EVD_ERR_REFUSED);
}

/* ---- profiles ---- */

/* k of n witnesses; n = 0: no quorum. */
static evd_err judge(uint8_t profile, int k, int n) {
  char line[200];
  const char *what = NULL;
  evd_buf b, key;
  evd_arena a;
  evd_arena_init(&a, 1 << 20);
  evd_buf_init(&b, 1 << 16);
  evd_buf_init(&key, 1000);
  for (int i = 1; i <= n; i++) {
    evd_note_key w;
    evd_h32 pub = h32(i);
    snprintf(line, sizeof line, "w%d.example", i);
    assert_int_equal(
        evd_note_key_make(&w, text(line), EVD_NOTE_COSIGNATURE, &pub), EVD_OK);
    evd_buf_reset(&key);
    evd_note_key_write(&key, &w);
    snprintf(line, sizeof line, "witness w%d ", i);
    evd_buf_text(&b, line);
    evd_buf_add(&b, key.p, key.n);
    evd_buf_text(&b, "\n");
  }
  if (n > 0) {
    snprintf(line, sizeof line, "group all %d", k);
    evd_buf_text(&b, line);
    for (int i = 1; i <= n; i++) {
      snprintf(line, sizeof line, " w%d", i);
      evd_buf_text(&b, line);
    }
    evd_buf_text(&b, "\n");
  }
  evd_buf_text(&b, n > 0 ? "quorum all\n" : "quorum none\n");
  evd_err e = evd_profile_check(profile, (evd_span){b.p, b.n}, &a, &what);
  assert_true(e == EVD_OK || e == EVD_ERR_REFUSED);
  assert_non_null(what);
  evd_buf_close(&b);
  evd_buf_close(&key);
  evd_arena_close(&a);
  return e;
}

static void test_profiles_ask_for_their_quorum(void **state) {
  (void)state;
  static const int least[][2] = {{3, 4}, {4, 5}, {5, 6}, {5, 7},
                                 {6, 8}, {7, 9}, {7, 10}};
  for (size_t i = 0; i < sizeof least / sizeof *least; i++) {
    assert_int_equal(judge(1, least[i][0], least[i][1]), EVD_OK);
    assert_int_equal(judge(1, least[i][0] + 1 - 2, least[i][1]),
                     EVD_ERR_REFUSED);
  }
  assert_int_equal(judge(1, 3, 3), EVD_ERR_REFUSED);
  assert_int_equal(judge(2, 2, 3), EVD_OK);
  assert_int_equal(judge(2, 1, 3), EVD_ERR_REFUSED);
  assert_int_equal(judge(2, 3, 4), EVD_ERR_REFUSED);
  assert_int_equal(judge(3, 0, 0), EVD_OK);
  assert_int_equal(judge(3, 2, 3), EVD_ERR_REFUSED);
  assert_int_equal(judge(1, 0, 0), EVD_ERR_REFUSED);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_state_comes_back),
      cmocka_unit_test(test_state_has_everything),
      cmocka_unit_test(test_T02_keys_of_setup),
      cmocka_unit_test(test_T04_the_roll_is_what_was_committed),
      cmocka_unit_test(test_profiles_ask_for_their_quorum),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
