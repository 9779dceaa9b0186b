/* The rules of the log: one small election that every rule is broken in. */
#include "board_kit.h"

static void test_an_election(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  until_open(x);
  TAKES(BIT(DEVICE_1), BALLOT, BALLOT('a', 1, 1));
  TAKES(BIT(DEVICE_1), CAST, .cast = {CODE('a'), none(), 1, none()});
  TAKES(BIT(DEVICE_1), BALLOT, BALLOT('b', 1, 2));
  TAKES(BIT(DEVICE_1), CHALLENGE, .challenge = {CODE('b')});
  TAKES(BIT(DEVICE_1), OPENING, .opening = {CODE('b'), object('o')});
  TAKES(BIT(VOTER_1), BALLOT, BALLOT('c', 2, 0));
  TAKES(BIT(VOTER_1), SPOIL, .spoil = {CODE('c')});
  TAKES(BIT(VOTER_1), BALLOT, BALLOT('d', 2, 0));
  TAKES(BIT(VOTER_1), CAST, .cast = {CODE('d'), x->pub[VOTER_1], 1, none()});
  TAKES(BIT(DEVICE_1), BALLOT, BALLOT('e', 1, 3));
  takes_at(x, device_closes(1, 3, CODE('e')), BIT(DEVICE_1) | BIT(POLL_1),
           __LINE__);
  TAKES(BIT(POLL_1), TOTALS, .totals = {1, 1, 1});
  TAKES(ADMINS, PHASE, CLOSE(1, 2, 1, 1));
  TAKES(ADMINS, SPOIL, .spoil = {CODE('e')});
  TAKES(BIT(GUARDIAN_2), OPENING, .opening = {CODE('b'), object('o')});
  TAKES(BIT(ADMIN_2), TALLY, .tally = {x->pub[ADMIN_2], object('t'), HEAD_NOW});
  TAKES(BIT(GUARDIAN_1), SHARE, .share = {1, 1, object('s'), HEAD_NOW});
  TAKES(BIT(GUARDIAN_1) | BIT(GUARDIAN_3) | ADMINS, RESULT,
        .result = {object('r')});
  TAKES(BIT(AUDITOR), AUDIT, .audit = {1, object('u')});
  TAKES(BIT(RELEASER), RELEASE, .release = {object('f')});
  TAKES(BIT(MONITOR), ALARM, .alarm = {1, object('e')});
  TAKES(BIT(STRANGER), ATTEST,
        .attest = {x->pub[STRANGER], HEAD_NOW, object('v')});
  TAKES(ADMINS, NOTICE, .notice = {EVD_NO_INDEX, 0, text("done")});
  assert_int_equal(x->r.cast, 2);
  assert_int_equal(x->r.counts[EVD_BALLOT_SPOILED], 2);
  lab_close(x);
}

static void test_T02_no_admin_alone(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  const uint32_t one = BIT(ADMIN_1);
  lab_open(x);
  REFUSES(one, EVD_L4, SETUP, SETUP_BODY);
  REFUSES(ADMINS | BIT(ADMIN_2), EVD_L4, SETUP, SETUP_BODY);
  REFUSES(ADMINS | BIT(STRANGER), EVD_L4, SETUP, SETUP_BODY);
  TAKES(ADMINS, SETUP, SETUP_BODY);
  REFUSES(ADMINS, EVD_L5, SETUP, SETUP_BODY);
  ceremony(x);
  REFUSES(one | BIT(REGISTRAR), EVD_L4, ROLL,
          .roll = {1, object('l'), 1, none(), 0, 0, none(), 0});
  REFUSES(ADMINS, EVD_L4, ROLL,
          .roll = {1, object('l'), 1, none(), 0, 0, none(), 0});
  roll(x);
  REFUSES(one, EVD_L4, PHASE, OPEN_BODY);
  TAKES(ADMINS, PHASE, OPEN_BODY);
  REFUSES(one, EVD_L4, PHASE, CLOSE(0, 0, 0, 0));
  REFUSES(one, EVD_L4, NOTICE, .notice = {EVD_NO_INDEX, 0, text("x")});
  REFUSES(one, EVD_L4, KEY, .key = {1, 1, 0, x->pub[STRANGER], none()});
  TAKES(ADMINS, PHASE, CLOSE(0, 0, 0, 0));
  TAKES(BIT(ADMIN_2), TALLY, .tally = {x->pub[ADMIN_2], object('t'), HEAD_NOW});
  REFUSES(one | GUARDIANS, EVD_L4, RESULT, .result = {object('r')});
  REFUSES(ADMINS | BIT(GUARDIAN_1), EVD_L4, RESULT, .result = {object('r')});
  lab_close(x);
}

static void test_A09_commit_before_reveal(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  lab_open(x);
  TAKES(ADMINS, SETUP, SETUP_BODY);
  TAKES(BIT(GUARDIAN_1), CEREMONY, .ceremony = {1, 1, object('c')});
  REFUSES(BIT(GUARDIAN_1), EVD_L5, CEREMONY, .ceremony = {1, 1, object('d')});
  REFUSES(BIT(GUARDIAN_1), EVD_L4, CEREMONY, .ceremony = {2, 1, object('d')});
  TAKES(BIT(GUARDIAN_1), CEREMONY, .ceremony = {1, 2, object('c')});
  REFUSES(BIT(GUARDIAN_2), EVD_L5, CEREMONY, .ceremony = {2, 1, object('c')});
  REFUSES(GUARDIANS | ADMINS, EVD_L5, KEYS,
          .keys = {h32('g'), object('y'), h32('G'), h32('E')});
  REFUSES(ADMINS, EVD_L5, PHASE, OPEN_BODY);
  lab_close(x);
}

static void test_B06_signed_before_opening(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  evd_entry_sig sig[N_KEYS];
  until_open(x);
  evd_entry e = {.type = EVD_ENTRY_BALLOT, BALLOT('a', 1, 1)};
  evd_h32 open = x->r.open_leaf;
  memset(&x->r.open_leaf, 0, sizeof open); /* signed before */
  uint32_t n = sign(x, &e, BIT(DEVICE_1), sig);
  x->r.open_leaf = open;
  assert_int_equal(apply_sigs(x, &e, sig, n).code, EVD_L4);
  x->r.log.origin.n--; /* signed for another log */
  n = sign(x, &e, BIT(DEVICE_1), sig);
  x->r.log.origin.n++;
  assert_int_equal(apply_sigs(x, &e, sig, n).code, EVD_L4);
  n = sign(x, &e, BIT(DEVICE_1), sig);
  sig[0].sig[3] ^= 1;
  assert_int_equal(apply_sigs(x, &e, sig, n).code, EVD_L4);
  sig[0].sig[3] ^= 1;
  sig[1] = sig[0];
  assert_int_equal(apply_sigs(x, &e, sig, 2).code, EVD_L4);
  assert_int_equal(apply_sigs(x, &e, sig, 0).code, EVD_L4);
  assert_int_equal(apply_sigs(x, &e, sig, 1).code, EVD_L_NONE);
  lab_close(x);
}

/* What was verified before an entry's turn: an entry whose first signature is
 * wrong shows whether it is looked at again. */
typedef struct {
  evd_buf b;
  evd_entry_read r;
  evd_rules_signed ahead;
} early;

static void begin_early(early *y, lab *x, const evd_entry *e,
                        const evd_entry_sig *sig, uint32_t n) {
  const char *what;
  evd_buf_init(&y->b, 1 << 16);
  assert_int_equal(evd_entry_write(&y->b, e, sig, n), EVD_OK);
  assert_int_equal(evd_entry_parse(&y->r, (evd_span){y->b.p, y->b.n}, &what),
                   EVD_OK);
  assert_int_equal(evd_rules_verify_ahead(&y->ahead, &x->r, &y->r), EVD_OK);
}

static evd_l_code take_early(early *y, lab *x) {
  evd_refusal why;
  evd_leaf_hash(&x->leaf, y->b.p, y->b.n);
  evd_err e = evd_rules_apply_ahead(&x->r, &y->r, &x->leaf, &y->ahead, &why);
  assert_true((e == EVD_OK) == (why.code == EVD_L_NONE));
  return why.code;
}

static void test_B06_signed_ahead(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  evd_entry_sig sig[N_KEYS];
  early good, bad;
  until_open(x);
  evd_entry e = {.type = EVD_ENTRY_NOTICE,
                 .notice = {EVD_NO_INDEX, 0, text("x")}};
  uint32_t n = sign(x, &e, ADMINS, sig);
  begin_early(&good, x, &e, sig, n);
  assert_int_equal(good.ahead.n, 2);
  sig[1].sig[3] ^= 1;
  begin_early(&bad, x, &e, sig, n);
  assert_int_equal(bad.ahead.n, 1);
  assert_int_equal(take_early(&bad, x), EVD_L4);
  bad.ahead = good.ahead;
  bad.ahead.n = 1;
  assert_int_equal(take_early(&bad, x), EVD_L4);
  bad.ahead = good.ahead; /* as if it had held */
  bad.ahead.open_leaf.b[31] ^= 1;
  assert_int_equal(take_early(&bad, x), EVD_L4);
  bad.ahead = good.ahead;
  bad.ahead.keys[1].b[31] ^= 1;
  assert_int_equal(take_early(&bad, x), EVD_L4);
  bad.ahead = good.ahead;
  assert_int_equal(take_early(&bad, x), EVD_L_NONE);
  evd_buf_close(&bad.b);
  n = sign(x, &e, BIT(ADMIN_1) | BIT(STRANGER), sig);
  begin_early(&bad, x, &e, sig, n);
  assert_true(bad.ahead.n < 2);
  assert_int_equal(take_early(&bad, x), EVD_L4);
  evd_buf_close(&bad.b);
  evd_buf_close(&good.b);
  lab_close(x);
}

static void test_A10_another_key(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  evd_entry_sig sig[N_KEYS];
  until_open(x);
  evd_entry e = {.type = EVD_ENTRY_BALLOT, BALLOT('a', 1, 1)};
  for (int i = 0; i < N_KEYS; i++) {
    if (i == DEVICE_1)
      continue;
    uint32_t n = sign(x, &e, BIT(i), sig);
    evd_keyid(sig[0].keyid, &x->pub[DEVICE_1]); /* another's signature */
    assert_int_equal(apply_sigs(x, &e, sig, n).code, EVD_L4);
    REFUSES(BIT(i), EVD_L4, BALLOT, BALLOT('a', 1, 1));
  }
  TAKES(BIT(DEVICE_1), BALLOT, BALLOT('a', 1, 1));
  lab_close(x);
}

static void test_T06_copies(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  until_open(x);
  TAKES(BIT(DEVICE_1), BALLOT, BALLOT('a', 1, 1));
  REFUSES(BIT(DEVICE_1), EVD_L5, BALLOT, BALLOT('a', 1, 2));
  evd_entry e = {.type = EVD_ENTRY_BALLOT, BALLOT('b', 1, 2)};
  e.ballot.id_B = h32('a');
  refuses_at(x, e, BIT(DEVICE_1), EVD_L5, __LINE__);
  e.ballot.id_B = h32('b');
  e.ballot.H_C = CODE('a');
  refuses_at(x, e, BIT(DEVICE_1), EVD_L5, __LINE__);
  e.ballot.H_C = CODE('b');
  e.ballot.object = object('a');
  refuses_at(x, e, BIT(DEVICE_1), EVD_L5, __LINE__);
  e.ballot.object = object('b');
  e.ballot.device = 4;
  refuses_at(x, e, BIT(DEVICE_1), EVD_L5, __LINE__);
  lab_close(x);
}

static void test_T05_positions_of_a_chain(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  until_open(x);
  REFUSES(BIT(DEVICE_1), EVD_L9, BALLOT, BALLOT('a', 1, 0));
  REFUSES(BIT(DEVICE_1), EVD_L9, BALLOT, BALLOT('a', 1, 2));
  REFUSES(BIT(VOTER_1), EVD_L9, BALLOT, BALLOT('a', 2, 1));
  TAKES(BIT(DEVICE_1), BALLOT, BALLOT('a', 1, 1));
  const uint32_t both = BIT(DEVICE_1) | BIT(POLL_1);
  refuses_at(x, device_closes(1, 2, CODE('a')), both, EVD_L9, __LINE__);
  refuses_at(x, device_closes(1, 1, CODE('b')), both, EVD_L9, __LINE__);
  refuses_at(x, device_closes(1, 1, CODE('a')), BIT(DEVICE_1), EVD_L4,
             __LINE__);
  refuses_at(x, device_opens(1), both, EVD_L9, __LINE__);
  evd_entry e = device_closes(1, 1, CODE('a'));
  e.device.H_close.b[5] ^= 1;
  refuses_at(x, e, both, EVD_L9, __LINE__);
  e.device.H_close = none();
  refuses_at(x, e, both, EVD_L9, __LINE__);
  takes_at(x, device_closes(1, 1, CODE('a')), both, __LINE__);
  REFUSES(BIT(DEVICE_1), EVD_L9, BALLOT, BALLOT('b', 1, 2));
  REFUSES(ADMINS, EVD_L9, PHASE, CLOSE(0, 0, 0, 0));
  TAKES(ADMINS, PHASE, CLOSE(1, 0, 0, 0));
  lab_close(x);
}

static void test_T04_only_the_roll_votes(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  const evd_h32 *v1 = &x->pub[VOTER_1], *v2 = &x->pub[VOTER_2];
  until_open(x);
  REFUSES(BIT(VOTER_2), EVD_L4, BALLOT, BALLOT('a', 2, 0)); /* not listed */
  evd_entry e = {.type = EVD_ENTRY_BALLOT, BALLOT('a', 2, 0)};
  e.ballot.weight = 2;
  refuses_at(x, e, BIT(VOTER_1), EVD_L6, __LINE__);
  e.ballot.weight = 1;
  e.ballot.style = 2;
  refuses_at(x, e, BIT(VOTER_1), EVD_L6, __LINE__);
  TAKES(BIT(VOTER_1), BALLOT, BALLOT('a', 2, 0));
  TAKES(BIT(VOTER_1), BALLOT, BALLOT('b', 2, 0));
  REFUSES(BIT(VOTER_1), EVD_L5, CAST, .cast = {CODE('a'), *v2, 1, none()});
  REFUSES(BIT(DEVICE_1), EVD_L4, CAST, .cast = {CODE('a'), *v1, 1, none()});
  TAKES(BIT(VOTER_1), CAST, .cast = {CODE('a'), *v1, 1, none()});
  REFUSES(BIT(VOTER_1), EVD_L5, CAST, .cast = {CODE('b'), *v1, 1, none()});
  REFUSES(BIT(REGISTRAR) | ADMINS, EVD_L6, ROLL, /* has voted */
          .roll = {3, no_object(), 0, *v1, 0, 0, none(), 0});
  TAKES(BIT(REGISTRAR) | ADMINS, ROLL,
        .roll = {2, no_object(), 0, *v2, 1, 1, none(), 0});
  REFUSES(BIT(REGISTRAR) | ADMINS, EVD_L6, ROLL,
          .roll = {2, no_object(), 0, *v2, 1, 1, none(), 0});
  TAKES(BIT(VOTER_2), BALLOT, BALLOT('c', 2, 0));
  TAKES(BIT(REGISTRAR) | ADMINS, ROLL,
        .roll = {4, no_object(), 0, x->pub[STRANGER], 1, 1, *v2, 0});
  REFUSES(BIT(VOTER_2), EVD_L6, CAST, .cast = {CODE('c'), *v2, 1, none()});
  REFUSES(BIT(VOTER_2), EVD_L6, BALLOT, BALLOT('d', 2, 0));
  TAKES(BIT(STRANGER), BALLOT, BALLOT('d', 2, 0));
  assert_int_equal(x->r.n_credentials, 2);
  lab_close(x);
}

static void test_T04_more_than_signed_in(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  until_open(x);
  TAKES(BIT(DEVICE_1), BALLOT, BALLOT('a', 1, 1));
  TAKES(BIT(DEVICE_1), CAST, .cast = {CODE('a'), none(), 1, none()});
  TAKES(BIT(POLL_1), TOTALS, .totals = {1, 0, 1});
  REFUSES(BIT(POLL_1), EVD_L5, TOTALS, .totals = {1, 1, 1});
  TAKES(ADMINS, PHASE, CLOSE(0, 1, 0, 0));
  REFUSES(BIT(ADMIN_2), EVD_L9, TALLY,
          .tally = {x->pub[ADMIN_2], object('t'), HEAD_NOW});
  lab_close(x);
}

/* Every pair of choices for one ballot. */
static void test_B05_one_choice(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  const evd_entry choice[] = {
      {.type = EVD_ENTRY_CAST, .cast = {CODE('a'), none(), 1, none()}},
      {.type = EVD_ENTRY_CHALLENGE, .challenge = {CODE('a')}},
      {.type = EVD_ENTRY_SPOIL, .spoil = {CODE('a')}}};
  for (int i = 0; i < 3; i++) {
    until_open(x);
    refuses_at(x, choice[i], BIT(DEVICE_1), EVD_L5, __LINE__); /* no ballot */
    TAKES(BIT(DEVICE_1), BALLOT, BALLOT('a', 1, 1));
    refuses_at(x, choice[i], BIT(VOTER_1), EVD_L4, __LINE__);
    takes_at(x, choice[i], BIT(DEVICE_1), __LINE__);
    for (int j = 0; j < 3; j++)
      refuses_at(x, choice[j], BIT(DEVICE_1), EVD_L5, __LINE__);
    if (choice[i].type != EVD_ENTRY_CHALLENGE)
      REFUSES(BIT(DEVICE_1), EVD_L5, OPENING,
              .opening = {CODE('a'), object('o')});
    lab_close(x);
  }
}

/* Rights that are added to the roll are those of the manifest. */
static void test_T04_rights_of_the_manifest(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  const uint32_t who = BIT(REGISTRAR) | ADMINS;
  const evd_h32 *v2 = &x->pub[VOTER_2], *v3 = &x->pub[STRANGER];
  until_open(x);
  for (uint8_t op = 2; op <= 4; op += 2) {
    const evd_h32 old = op == 4 ? x->pub[VOTER_1] : none();
    REFUSES(who, EVD_L6, ROLL, .roll = {op, no_object(), 0, *v2, 0, 1, old, 0});
    REFUSES(who, EVD_L6, ROLL, .roll = {op, no_object(), 0, *v2, 3, 1, old, 0});
    REFUSES(who, EVD_L6, ROLL, .roll = {op, no_object(), 0, *v2, 1, 2, old, 0});
    REFUSES(who, EVD_L6, ROLL, .roll = {op, no_object(), 0, *v2, 1, 0, old, 0});
  }
  x->r.facts.weights = true;
  REFUSES(who, EVD_L6, ROLL,
          .roll = {2, no_object(), 0, *v2, 1, 0x80000000, none(), 0});
  REFUSES(who, EVD_L6, ROLL, .roll = {2, no_object(), 0, *v2, 1, 0, none(), 0});
  TAKES(who, ROLL, .roll = {2, no_object(), 0, *v2, 2, 0x7FFFFFFF, none(), 0});
  TAKES(who, ROLL, .roll = {4, no_object(), 0, *v3, 2, 7, x->pub[VOTER_1], 0});
  lab_close(x);
}

static void test_phases(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  lab_open(x);
  REFUSES(ADMINS, EVD_L5, PHASE, OPEN_BODY); /* before SETUP */
  TAKES(ADMINS, SETUP, SETUP_BODY);
  ceremony(x);
  REFUSES(ADMINS, EVD_L5, PHASE, OPEN_BODY); /* no roll */
  roll(x);
  REFUSES(BIT(REGISTRAR) | ADMINS, EVD_L6, ROLL,
          .roll = {1, object('l'), 1, none(), 0, 0, none(), 0});
  takes_at(x, device_opens(1), BIT(DEVICE_1) | BIT(POLL_1), __LINE__);
  REFUSES(BIT(DEVICE_1), EVD_L5, BALLOT, BALLOT('a', 1, 1));
  REFUSES(ADMINS, EVD_L5, PHASE, CLOSE(0, 0, 0, 0));
  TAKES(ADMINS, PHASE, OPEN_BODY);
  REFUSES(ADMINS, EVD_L5, PHASE, OPEN_BODY);
  TAKES(BIT(DEVICE_1), BALLOT, BALLOT('a', 1, 1));
  TAKES(BIT(VOTER_1), BALLOT, BALLOT('b', 2, 0));
  REFUSES(ADMINS, EVD_L5, SPOIL, .spoil = {CODE('a')});
  REFUSES(BIT(ADMIN_2), EVD_L5, TALLY,
          .tally = {x->pub[ADMIN_2], object('t'), HEAD_NOW});
  TAKES(ADMINS, PHASE, CLOSE(2, 0, 0, 0));
  REFUSES(ADMINS, EVD_L5, PHASE, CLOSE(2, 0, 0, 0));
  REFUSES(BIT(REGISTRAR) | ADMINS, EVD_L5, ROLL,
          .roll = {3, no_object(), 0, x->pub[VOTER_2], 0, 0, none(), 0});
  REFUSES(BIT(VOTER_1), EVD_L5, CAST,
          .cast = {CODE('b'), x->pub[VOTER_1], 1, none()});
  TAKES(BIT(DEVICE_1), CAST, .cast = {CODE('a'), none(), 1, none()});
  REFUSES(BIT(GUARDIAN_1), EVD_L5, SHARE,
          .share = {1, 1, object('s'), HEAD_NOW});
  REFUSES(BIT(ADMIN_2), EVD_L5, TALLY,
          .tally = {x->pub[ADMIN_2], object('t'), head(500, 'R')});
  TAKES(ADMINS, ADJUDICATE, .adjudicate = {CODE('a'), 2, 1});
  REFUSES(ADMINS, EVD_L5, ADJUDICATE, .adjudicate = {CODE('a'), 1, 1});
  TAKES(BIT(ADMIN_2), TALLY, .tally = {x->pub[ADMIN_2], object('t'), HEAD_NOW});
  REFUSES(ADMINS, EVD_L5, SPOIL, .spoil = {CODE('b')});
  TAKES(BIT(GUARDIAN_1), SHARE, .share = {1, 1, object('s'), HEAD_NOW});
  REFUSES(BIT(GUARDIAN_1), EVD_L5, SHARE,
          .share = {1, 1, object('x'), HEAD_NOW});
  evd_entry late = {.type = EVD_ENTRY_NOTICE,
                    .slot = 9,
                    .notice = {EVD_NO_INDEX, 0, text("x")}};
  takes_at(x, late, ADMINS, __LINE__);
  late.slot = 8;
  refuses_at(x, late, ADMINS, EVD_L4, __LINE__);
  late.slot = 9;
  late.notice.supersedes = 1000;
  refuses_at(x, late, ADMINS, EVD_L5, __LINE__);
  lab_close(x);
}

/* The last ballot of a voter counts where the manifest says so; the order of
 * a voter's ballots is in what the voter signs. */
static void test_B02_revote(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  evd_h32 first;
  evd_buf b;
  until_open(x);
  x->r.facts.revote = true;
  const evd_h32 *v = &x->pub[VOTER_1];
  for (int c = 'a'; c <= 'c'; c++)
    TAKES(BIT(VOTER_1), BALLOT, BALLOT(c, 2, 0));
  evd_entry e = {.type = EVD_ENTRY_CAST, .cast = {CODE('a'), *v, 1, none()}};
  takes_at(x, e, BIT(VOTER_1), __LINE__);
  evd_buf_init(&b, 1024);
  assert_int_equal(evd_entry_write_body(&b, &e), EVD_OK);
  evd_body_digest(&first, (evd_span){b.p + 11, b.n - 11});
  REFUSES(BIT(VOTER_1), EVD_L5, CAST, .cast = {CODE('b'), *v, 1, none()});
  REFUSES(BIT(VOTER_1), EVD_L5, CAST, .cast = {CODE('b'), *v, 2, h32('?')});
  REFUSES(BIT(VOTER_1), EVD_L5, CAST, .cast = {CODE('b'), *v, 3, first});
  TAKES(BIT(VOTER_1), CAST, .cast = {CODE('b'), *v, 2, first});
  REFUSES(BIT(VOTER_1), EVD_L5, CAST, .cast = {CODE('c'), *v, 2, first});
  assert_int_equal(x->r.counts[EVD_BALLOT_SUPERSEDED], 1);
  assert_int_equal(x->r.cast, 1);
  evd_buf_close(&b);
  lab_close(x);
}

/* The order of the record is that of sealing: X.18 takes no other. */
static void test_B02_no_older_ballot_supersedes(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  evd_h32 first;
  evd_buf b;
  until_open(x);
  x->r.facts.revote = true;
  const evd_h32 *v = &x->pub[VOTER_1];
  for (int c = 'a'; c <= 'c'; c++)
    TAKES(BIT(VOTER_1), BALLOT, BALLOT(c, 2, 0));
  evd_entry e = {.type = EVD_ENTRY_CAST, .cast = {CODE('b'), *v, 1, none()}};
  takes_at(x, e, BIT(VOTER_1), __LINE__);
  evd_buf_init(&b, 1024);
  assert_int_equal(evd_entry_write_body(&b, &e), EVD_OK);
  evd_body_digest(&first, (evd_span){b.p + 11, b.n - 11});
  REFUSES(BIT(VOTER_1), EVD_L5, CAST, .cast = {CODE('a'), *v, 2, first});
  TAKES(BIT(VOTER_1), CAST, .cast = {CODE('c'), *v, 2, first});
  evd_buf_close(&b);
  lab_close(x);
}

static void test_keys_come_and_go(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  until_open(x);
  REFUSES(BIT(STRANGER), EVD_L4, ALARM, .alarm = {1, object('e')});
  TAKES(ADMINS, KEY, .key = {1, EVD_ROLE_MONITOR, 0, x->pub[STRANGER], none()});
  REFUSES(ADMINS, EVD_L5, KEY,
          .key = {1, EVD_ROLE_ADMIN, 0, x->pub[STRANGER], none()});
  for (uint32_t i = 0; i < 2; i++) /* no site has these numbers */
    REFUSES(ADMINS, EVD_L4, KEY,
            .key = {1, EVD_ROLE_POLL_WORKER, i << 16, x->pub[VOTER_1], none()});
  TAKES(BIT(STRANGER), ALARM, .alarm = {1, object('e')});
  REFUSES(ADMINS, EVD_L4, KEY,
          .key = {2, EVD_ROLE_MONITOR, 0, x->pub[STRANGER], none()});
  TAKES(ADMINS | BIT(STRANGER), KEY,
        .key = {2, EVD_ROLE_MONITOR, 0, x->pub[STRANGER], none()});
  REFUSES(BIT(STRANGER), EVD_L4, ALARM, .alarm = {1, object('e')});
  REFUSES(ADMINS | BIT(ADMIN_2), EVD_L5, KEY,
          .key = {2, EVD_ROLE_MONITOR, 0, x->pub[STRANGER], none()});
  lab_close(x);
}

/* Admins alone do not take the place of a guardian or a device. */
static void test_T02_keys_are_replaced(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  until_open(x);
  const evd_entry e = {
      .type = EVD_ENTRY_KEY,
      .slot = x->r.slot,
      .key = {1, EVD_ROLE_GUARDIAN, 2, x->pub[STRANGER], none()}};
  refuses_at(x, e, ADMINS, EVD_L4, __LINE__);
  refuses_at(x, e, ADMINS | BIT(GUARDIAN_1), EVD_L4, __LINE__);
  takes_at(x, e, ADMINS | BIT(GUARDIAN_2), __LINE__);
  REFUSES(BIT(GUARDIAN_2), EVD_L4, CEREMONY, .ceremony = {2, 6, object('c')});
  TAKES(BIT(STRANGER), CEREMONY, .ceremony = {2, 6, object('c')});
  TAKES(ADMINS | BIT(ADMIN_2), KEY,
        .key = {1, EVD_ROLE_DEVICE, 1, x->pub[VOTER_2], none()});
  REFUSES(ADMINS, EVD_L4, KEY,
          .key = {1, EVD_ROLE_GUARDIAN, 9, x->pub[VOTER_1], none()});
  REFUSES(ADMINS | BIT(ADMIN_2), EVD_L5, KEY,
          .key = {2, EVD_ROLE_GUARDIAN, 1, x->pub[STRANGER], none()});
  lab_close(x);
}

static void test_T18_notices_supersede_notices(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  until_open(x);
  REFUSES(ADMINS, EVD_L5, NOTICE, .notice = {0, 0, text("SETUP is void")});
  uint64_t at = x->r.size;
  TAKES(ADMINS, NOTICE, .notice = {EVD_NO_INDEX, 0, text("open till 8")});
  REFUSES(ADMINS, EVD_L5, NOTICE, .notice = {at + 1, 0, text("till 9")});
  TAKES(ADMINS, NOTICE, .notice = {at, 0, text("open till 9")});
  lab_close(x);
}

static void test_too_many_sealed(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  until_open(x);
  for (int i = 1; i <= EVD_SEALED_MAX; i++)
    TAKES(BIT(VOTER_1), BALLOT, BALLOT(i, 2, 0));
  REFUSES(BIT(VOTER_1), EVD_L5, BALLOT, BALLOT(50, 2, 0));
  TAKES(BIT(VOTER_1), SPOIL, .spoil = {CODE(3)});
  TAKES(BIT(VOTER_1), BALLOT, BALLOT(50, 2, 0));
  lab_close(x);
}

/* (72), (74), (77) of a log; without ballots there is no closing hash.
 */
/* Remote devices need not close; one that did stays closed. */
static void test_T05_nothing_after_a_remote_device_closed(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  const uint32_t both = BIT(STRANGER) | BIT(POLL_1);
  until_open(x);
  TAKES(ADMINS, KEY, .key = {1, EVD_ROLE_DEVICE, 2, x->pub[STRANGER], none()});
  TAKES(BIT(VOTER_1), BALLOT, BALLOT('a', 2, 0));
  takes_at(x, device_opens(2), both, __LINE__);
  TAKES(BIT(VOTER_1), BALLOT, BALLOT('b', 2, 0));
  TAKES(BIT(VOTER_1), CHALLENGE, .challenge = {CODE('b')});
  takes_at(x, device_closes(2, 2, CODE('b')), both, __LINE__);
  REFUSES(BIT(VOTER_1), EVD_L9, BALLOT, BALLOT('c', 2, 0));
  REFUSES(BIT(VOTER_1), EVD_L9, CAST,
          .cast = {CODE('a'), x->pub[VOTER_1], 1, none()});
  REFUSES(BIT(VOTER_1), EVD_L9, SPOIL, .spoil = {CODE('a')});
  REFUSES(BIT(VOTER_1), EVD_L9, OPENING, .opening = {CODE('b'), object('o')});
  lab_close(x);
}

static void test_hashes_of_devices(void **state) {
  (void)state;
  static lab l;
  lab *x = &l;
  const uint32_t both = BIT(DEVICE_1) | BIT(POLL_1);
  lab_open(x);
  TAKES(ADMINS, SETUP, SETUP_BODY);
  refuses_at(x, device_opens(1), both, EVD_L5, __LINE__);
  ceremony(x);
  evd_entry e = device_opens(1);
  e.device.H_DI.b[0] ^= 1;
  refuses_at(x, e, both, EVD_L9, __LINE__);
  e = device_opens(1);
  e.device.H_0.b[31] ^= 1;
  refuses_at(x, e, both, EVD_L9, __LINE__);
  e.device.H_0 = none();
  refuses_at(x, e, both, EVD_L9, __LINE__);
  takes_at(x, device_opens(1), both, __LINE__);
  e = device_closes(1, 0, none());
  e.device.H_close = h32('Z');
  refuses_at(x, e, both, EVD_L9, __LINE__);
  takes_at(x, device_closes(1, 0, none()), both, __LINE__);
  lab_close(x);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_an_election),
      cmocka_unit_test(test_T02_no_admin_alone),
      cmocka_unit_test(test_A09_commit_before_reveal),
      cmocka_unit_test(test_B06_signed_before_opening),
      cmocka_unit_test(test_B06_signed_ahead),
      cmocka_unit_test(test_A10_another_key),
      cmocka_unit_test(test_T06_copies),
      cmocka_unit_test(test_T05_positions_of_a_chain),
      cmocka_unit_test(test_T05_nothing_after_a_remote_device_closed),
      cmocka_unit_test(test_T04_only_the_roll_votes),
      cmocka_unit_test(test_T04_more_than_signed_in),
      cmocka_unit_test(test_B05_one_choice),
      cmocka_unit_test(test_T04_rights_of_the_manifest),
      cmocka_unit_test(test_phases),
      cmocka_unit_test(test_B02_revote),
      cmocka_unit_test(test_B02_no_older_ballot_supersedes),
      cmocka_unit_test(test_keys_come_and_go),
      cmocka_unit_test(test_T02_keys_are_replaced),
      cmocka_unit_test(test_T18_notices_supersede_notices),
      cmocka_unit_test(test_too_many_sealed),
      cmocka_unit_test(test_hashes_of_devices),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
