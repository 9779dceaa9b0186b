/* The rules around the count: whose tally it is, heads, stop, ballots by mail,
 * contest data. */
#include "board_kit.h"

#define TALLY_BY(key)                                                          \
  .tally = {x->pub[key], object('t'), head_at(x, x->r.size - 1)}

/* Who may say what is counted: a stranger's TALLY, or that of another role,
 * is taken and changes nothing; nor does a second one. */
static void test_T12_whose_tally_counts(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  const int others[] = {STRANGER, MONITOR, REGISTRAR, DEVICE_1};
  until_open(x);
  TAKES(ADMINS, PHASE, CLOSE(0, 0, 0, 0));
  for (int i = 0; i < 4; i++)
    TAKES(BIT(others[i]), TALLY, TALLY_BY(others[i]));
  TAKES(ADMINS | BIT(ADMIN_2), KEY, /* in force no more */
        .key = {2, EVD_ROLE_GUARDIAN, 1, x->pub[GUARDIAN_1], none()});
  TAKES(BIT(GUARDIAN_1), TALLY, TALLY_BY(GUARDIAN_1));
  assert_false(x->r.tallied);
  REFUSES(BIT(GUARDIAN_2), EVD_L5, SHARE,
          .share = {2, 1, object('s'), HEAD_NOW});
  const uint64_t at = x->r.size;
  TAKES(BIT(GUARDIAN_2), TALLY, TALLY_BY(GUARDIAN_2));
  assert_true(x->r.tallied && x->r.tally_at == at);
  TAKES(BIT(ADMIN_1), TALLY, TALLY_BY(ADMIN_1));
  assert_true(x->r.tally_at == at);
  /* the head of a share holds the tally */
  REFUSES(BIT(GUARDIAN_2), EVD_L5, SHARE,
          .share = {2, 1, object('s'), head_at(x, at)});
  TAKES(BIT(GUARDIAN_2), SHARE,
        .share = {2, 1, object('s'), head_at(x, at + 1)});
  lab_close(x);
}

/* Heads are those of this log: its root, at a size it has. */
static void test_T12_heads_of_another_log(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  until_open(x);
  TAKES(ADMINS, PHASE, CLOSE(0, 0, 0, 0));
  evd_log_head now = HEAD_NOW, odd = now, past = head_at(x, 3);
  evd_log_head beyond = {x->r.size + 1, now.root};
  odd.root.b[9] ^= 1;
  past.size++;
  const evd_log_head bad[] = {odd, past, beyond};
  for (int i = 0; i < 3; i++) {
    REFUSES(BIT(STRANGER), EVD_L5, TALLY,
            .tally = {x->pub[STRANGER], object('t'), bad[i]});
    REFUSES(BIT(STRANGER), EVD_L5, ATTEST,
            .attest = {x->pub[STRANGER], bad[i], object('v')});
  }
  TAKES(BIT(ADMIN_2), TALLY, .tally = {x->pub[ADMIN_2], object('t'), now});
  now = HEAD_NOW;
  odd = now;
  odd.root.b[9] ^= 1;
  REFUSES(BIT(GUARDIAN_1), EVD_L5, SHARE, .share = {1, 1, object('s'), odd});
  TAKES(BIT(GUARDIAN_1), SHARE, .share = {1, 1, object('s'), now});
  TAKES(BIT(STRANGER), ATTEST,
        .attest = {x->pub[STRANGER], head_at(x, 1), object('v')});
  REFUSES(BIT(STRANGER), EVD_L5, ATTEST,
          .attest = {x->pub[STRANGER], head_at(x, 1), object('w')});
  lab_close(x);
}

/* What is not known is no refusal. */
static evd_err no_root(void *self, uint64_t size, evd_h32 *out) {
  (void)self, (void)size, (void)out;
  return EVD_ERR_IO;
}

static void test_heads_nobody_can_judge(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  evd_entry_sig sigs[N_KEYS];
  evd_entry_read r;
  evd_refusal why;
  const char *what;
  evd_buf b;
  until_open(x);
  const evd_entry e = {.type = EVD_ENTRY_ATTEST,
                       .attest = {x->pub[STRANGER], HEAD_NOW, object('v')}};
  evd_buf_init(&b, 4096);
  assert_int_equal(
      evd_entry_write(&b, &e, sigs, sign(x, &e, BIT(STRANGER), sigs)), EVD_OK);
  assert_int_equal(evd_entry_parse(&r, (evd_span){b.p, b.n}, &what), EVD_OK);
  x->r.log.root = no_root;
  assert_int_equal(evd_rules_apply(&x->r, &r, &x->leaf, &why), EVD_ERR_IO);
  assert_int_equal(why.code, EVD_L_NONE);
  evd_buf_close(&b);
  lab_close(x);
}

#define STOP_BODY .phase = {.op = 3, .beacon = text("")}

/* From stop to close nothing is said about ballots; what was sealed by a
 * device on site goes on then. */
static void test_stop(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  const evd_h32 *v = &x->pub[VOTER_1];
  lab_open(x);
  TAKES(ADMINS, SETUP, SETUP_BODY);
  ceremony(x);
  roll(x);
  takes_at(x, device_opens(1), BIT(DEVICE_1) | BIT(POLL_1), __LINE__);
  takes_at(x, device_opens(3), BIT(DEVICE_3) | BIT(POLL_1), __LINE__);
  REFUSES(ADMINS, EVD_L5, PHASE, STOP_BODY);
  TAKES(ADMINS, PHASE, OPEN_BODY);
  TAKES(BIT(DEVICE_1), BALLOT, BALLOT('a', 1, 1));
  TAKES(BIT(VOTER_1), BALLOT, BALLOT('b', 2, 0));
  TAKES(BIT(DEVICE_3), BALLOT, BALLOT('m', 3, 0));
  TAKES(BIT(DEVICE_1), BALLOT, BALLOT('e', 1, 2));
  TAKES(BIT(DEVICE_1), CHALLENGE, .challenge = {CODE('e')});
  REFUSES(BIT(ADMIN_1), EVD_L4, PHASE, STOP_BODY);
  TAKES(ADMINS, PHASE, STOP_BODY);
  REFUSES(ADMINS, EVD_L5, PHASE, STOP_BODY);
  REFUSES(BIT(DEVICE_1), EVD_L5, BALLOT, BALLOT('c', 1, 3));
  REFUSES(BIT(VOTER_1), EVD_L5, BALLOT, BALLOT('d', 2, 0));
  REFUSES(BIT(VOTER_1), EVD_L5, CAST, .cast = {CODE('b'), *v, 1, none()});
  REFUSES(BIT(DEVICE_1), EVD_L5, CHALLENGE, .challenge = {CODE('a')});
  REFUSES(BIT(DEVICE_1), EVD_L5, SPOIL, .spoil = {CODE('a')});
  REFUSES(BIT(DEVICE_3), EVD_L5, MAIL_CAST,
          .mail_cast = {CODE('m'), object('n')});
  TAKES(BIT(DEVICE_1), OPENING, .opening = {CODE('e'), object('o')});
  TAKES(ADMINS, PHASE, CLOSE(3, 0, 1, 0));
  REFUSES(ADMINS, EVD_L5, PHASE, STOP_BODY);
  TAKES(BIT(DEVICE_1), CAST, .cast = {CODE('a'), none(), 1, none()});
  TAKES(BIT(DEVICE_3), MAIL_CAST, .mail_cast = {CODE('m'), object('n')});
  lab_close(x);
}

/* A ballot by mail is cast as its MAIL_CAST says, which stands once, before
 * its CAST, and is the device's. */
static void test_mail_cast(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  until_open(x);
  takes_at(x, device_opens(3), BIT(DEVICE_3) | BIT(POLL_1), __LINE__);
  REFUSES(BIT(DEVICE_3), EVD_L5, MAIL_CAST,
          .mail_cast = {CODE('a'), object('n')}); /* no ballot */
  TAKES(BIT(DEVICE_3), BALLOT, BALLOT('a', 3, 0));
  TAKES(BIT(DEVICE_3), BALLOT, BALLOT('b', 3, 0));
  TAKES(BIT(DEVICE_1), BALLOT, BALLOT('c', 1, 1));
  TAKES(BIT(VOTER_1), BALLOT, BALLOT('d', 2, 0));
  REFUSES(BIT(DEVICE_3), EVD_L5, CAST,
          .cast = {CODE('a'), none(), 1, none()}); /* without it */
  REFUSES(BIT(DEVICE_1), EVD_L4, MAIL_CAST,
          .mail_cast = {CODE('a'), object('n')});
  REFUSES(BIT(DEVICE_1), EVD_L5, MAIL_CAST,
          .mail_cast = {CODE('c'), object('n')});
  REFUSES(BIT(VOTER_1), EVD_L5, MAIL_CAST,
          .mail_cast = {CODE('d'), object('n')});
  TAKES(BIT(DEVICE_3), MAIL_CAST, .mail_cast = {CODE('a'), object('n')});
  REFUSES(BIT(DEVICE_3), EVD_L5, MAIL_CAST,
          .mail_cast = {CODE('a'), object('o')});
  REFUSES(BIT(DEVICE_3), EVD_L5, CAST,
          .cast = {CODE('b'), none(), 1, none()}); /* it is of another */
  REFUSES(BIT(DEVICE_3), EVD_L5, CHALLENGE, .challenge = {CODE('a')});
  TAKES(BIT(DEVICE_3), CAST, .cast = {CODE('a'), none(), 1, none()});
  TAKES(BIT(DEVICE_3), CHALLENGE, .challenge = {CODE('b')});
  REFUSES(BIT(DEVICE_3), EVD_L5, MAIL_CAST,
          .mail_cast = {CODE('b'), object('n')});
  TAKES(BIT(DEVICE_3), BALLOT, BALLOT('f', 3, 0));
  takes_at(x, device_closes(3, 3, CODE('f')), BIT(DEVICE_3) | BIT(POLL_1),
           __LINE__);
  REFUSES(BIT(DEVICE_3), EVD_L9, MAIL_CAST,
          .mail_cast = {CODE('f'), object('n')});
  lab_close(x);
}

/* Who votes by mail signs in nowhere. */
static void test_T04_mail_is_not_signed_in(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  until_open(x);
  takes_at(x, device_opens(3), BIT(DEVICE_3) | BIT(POLL_1), __LINE__);
  TAKES(BIT(DEVICE_3), BALLOT, BALLOT('a', 3, 0));
  TAKES(BIT(DEVICE_3), MAIL_CAST, .mail_cast = {CODE('a'), object('n')});
  TAKES(BIT(DEVICE_3), CAST, .cast = {CODE('a'), none(), 1, none()});
  TAKES(BIT(POLL_1), TOTALS, .totals = {1, 0, 0});
  TAKES(ADMINS, PHASE, CLOSE(0, 1, 0, 0));
  TAKES(BIT(ADMIN_1), TALLY, TALLY_BY(ADMIN_1));
  lab_close(x);
}

static void test_contest_data(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  until_open(x);
  TAKES(ADMINS, PHASE, CLOSE(0, 0, 0, 0));
  TAKES(BIT(ADMIN_1), TALLY, TALLY_BY(ADMIN_1));
  REFUSES(ADMINS, EVD_L5, CONTEST_DATA, .contest_data = {object('d')});
  TAKES(GUARDIANS | ADMINS, RESULT, .result = {object('r')});
  REFUSES(BIT(ADMIN_1), EVD_L4, CONTEST_DATA, .contest_data = {object('d')});
  TAKES(ADMINS, CONTEST_DATA, .contest_data = {object('d')});
  REFUSES(ADMINS, EVD_L5, CONTEST_DATA, .contest_data = {object('e')});
  lab_close(x);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_T12_whose_tally_counts),
      cmocka_unit_test(test_T12_heads_of_another_log),
      cmocka_unit_test(test_heads_nobody_can_judge),
      cmocka_unit_test(test_stop),
      cmocka_unit_test(test_mail_cast),
      cmocka_unit_test(test_T04_mail_is_not_signed_in),
      cmocka_unit_test(test_contest_data),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
