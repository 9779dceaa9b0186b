/* Batches of proofs with untrusted roots: what is right passes, and whatever
 * fails one by one, or is no root of what it should be, does not. */
#include "egds_kit.h"

#include "egds/batch.h"
#include "egds/challenge.h"

enum { CONTESTS = 4, WORK = 63, VALUES_MAX = 512 };

static kit t;
static evd_ballot sealed, other;
static evd_shape shapes[CONTESTS]; /* by ind_c - 1 */
static evd_p *hints;               /* of `sealed` */
static size_t n_values;
static evd_zp work[WORK];
static evd_batch_test test;

static void *room(size_t count, size_t size) {
  void *p = evd_arena_get(&t.arena, count, size);
  assert_non_null(p);
  return p;
}

static evd_p *make(const evd_ballot *b, const evd_shape by_contest[]) {
  evd_p *out = room(evd_batch_values(b), sizeof *out);
  evd_batch_make_var(&t.G, b, by_contest, out);
  return out;
}

static int setup(void **state) {
  (void)state;
  kit_open(&t, 3, 2, "{\"election\":\"batches\"}");
  kit_ballot(&t, &sealed, kit_selection, NULL);
  kit_ballot(&t, &other, kit_selection, NULL);
  for (int i = 0; i < KIT_CONTESTS; i++)
    shapes[kit_shapes[i].ind_c - 1] = kit_shapes[i];
  n_values = evd_batch_values(&sealed);
  assert_true(n_values <= VALUES_MAX);
  hints = make(&sealed, shapes);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  kit_close(&t);
  return 0;
}

static void read_hints(evd_zp x[], const evd_p in[], size_t n) {
  for (size_t i = 0; i < n; i++)
    (void)evd_zp_raw_from_bytes(&x[i], &in[i]);
}

/* Both products over opened values of `n` ballots, with fresh random bytes. */
static bool products(const evd_ballot *const b[], size_t n,
                     const evd_shape by_contest[], const evd_zp x[],
                     size_t work_n) {
  static evd_exp e[2 * VALUES_MAX], s[2 * VALUES_MAX];
  static uint8_t random[2 * VALUES_MAX * EVD_BATCH_RANDOM_BYTES];
  size_t all = 0;
  for (size_t i = 0; i < n; i++)
    all += evd_batch_values(b[i]);
  assert_true(all <= 2 * VALUES_MAX);
  kit_random(random, all * EVD_BATCH_RANDOM_BYTES);
  evd_batch_test_init(&test, &t.G, x, e, s, all);
  for (size_t i = 0, at = 0; i < n; at += evd_batch_values(b[i]), i++)
    evd_batch_test_add(&test, at, b[i], by_contest,
                       random + at * EVD_BATCH_RANDOM_BYTES);
  uint32_t parts = evd_batch_test_plan(&test, work_n);
  assert_true(parts <= EVD_BATCH_PARTS_MAX);
  while (parts-- > 0) /* in any order */
    evd_batch_test_part_var(&test, parts, work);
  return evd_batch_test_holds_var(&test);
}

/* Does the ballot pass with these hints? */
static bool passes_with(const evd_ballot *b, const evd_shape by_contest[],
                        const evd_p in[]) {
  static evd_zp x[VALUES_MAX];
  read_hints(x, in, evd_batch_values(b));
  return evd_batch_open_var(&t.G, b, by_contest, x) &&
         products(&b, 1, by_contest, x, WORK);
}

static bool passes(const evd_ballot *b, const evd_p in[]) {
  return passes_with(b, shapes, in);
}

/* Ranges 0..5, 0..1, 0..2, limits 0..3 and 0..1, nonce and contest data.
 * [V 6.1-6.3, 7.1-7.5] [eq 38, 69] */
static void test_honest_ballots_pass(void **state) {
  (void)state;
  static evd_zp x[2 * VALUES_MAX];
  const evd_ballot *both[2] = {&sealed, &other};
  assert_int_equal(n_values, 2 + 3 * 14 + 6 + 8 + 8 + 2 + 2 * 6 + 4);
  assert_true(passes(&sealed, hints));
  read_hints(x, hints, n_values);
  read_hints(x + n_values, make(&other, shapes), n_values);
  assert_true(evd_batch_open_var(&t.G, &sealed, shapes, x));
  assert_true(evd_batch_open_var(&t.G, &other, shapes, x + n_values));
  assert_true(products(both, 2, shapes, x, EVD_BATCH_WORK_MIN));
  assert_true(products(both, 2, shapes, x, WORK));
  /* nothing added: nothing holds */
  assert_false(products(both, 0, shapes, x, WORK));
}

/* A ballot that was not added does not count, whatever its values are. */
static void test_ballots_left_out(void **state) {
  (void)state;
  static evd_zp x[2 * VALUES_MAX];
  static evd_exp e[2 * VALUES_MAX], s[2 * VALUES_MAX];
  static uint8_t random[2 * VALUES_MAX * EVD_BATCH_RANDOM_BYTES];
  read_hints(x, hints, n_values); /* not opened */
  read_hints(x + n_values, hints, n_values);
  assert_true(evd_batch_open_var(&t.G, &sealed, shapes, x + n_values));
  kit_random(random, sizeof random);
  evd_batch_test_init(&test, &t.G, x, e, s, 2 * n_values);
  evd_batch_test_add(&test, n_values, &sealed, shapes, random);
  uint32_t parts = evd_batch_test_plan(&test, WORK);
  for (uint32_t i = 0; i < parts; i++)
    evd_batch_test_part_var(&test, i, work);
  assert_true(evd_batch_test_holds_var(&test));
}

/* A root and its negative have the same square. */
static void test_B10_hint_of_other_sign_is_harmless(void **state) {
  (void)state;
  evd_p *in = room(n_values, sizeof *in);
  for (size_t i = 0; i < n_values; i++)
    kit_negate(&in[i], &hints[i]);
  assert_true(passes(&sealed, in));
}

/* Every hint zero, p or more, random, its neighbour, another ballot's. */
static void test_B10_wrong_hints_fail(void **state) {
  (void)state;
  evd_p *in = room(n_values, sizeof *in), *theirs = make(&other, shapes);
  for (size_t i = 0; i < n_values; i++) {
    memcpy(in, hints, n_values * sizeof *in);
    if (i % 4 == 0)
      memset(&in[i], 0, sizeof in[i]);
    else if (i % 4 == 1)
      kit_random(&in[i], sizeof in[i]);
    else if (i % 4 == 2)
      in[i] = hints[i - 1];
    else
      in[i] = theirs[i];
    assert_false(passes(&sealed, in));
  }
  assert_false(passes(&sealed, theirs));
  memcpy(in, hints, n_values * sizeof *in);
  memcpy(&in[0], evd_p_bytes, sizeof in[0]);
  assert_false(passes(&sealed, in));
  memset(in, 0, n_values * sizeof *in);
  assert_false(passes(&sealed, in));
}

/* c + 1: never q for what a hash gives */
static void step(evd_q *c, bool up) {
  evd_zq x, one;
  evd_zq_from_u64(&one, 1);
  (void)evd_zq_from_bytes(&x, c);
  if (up)
    evd_zq_add(&x, &x, &one);
  else
    evd_zq_sub(&x, &x, &one);
  evd_zq_to_bytes(c, &x);
}

/* With the hints from before the change, which hash right, and with those made
 * after it, which satisfy the equations. */
static void expect_fail(const evd_ballot *b) {
  assert_int_not_equal(evd_ballot_check_var(&t.G, b, kit_shapes, &t.HE, true),
                       0);
  assert_false(passes(b, hints));
  assert_false(passes(b, make(b, shapes)));
}

/* No response is hashed: with old hints the products alone see these.
 * [V 6.D, 7.D] */
static void test_changed_responses_fail(void **state) {
  (void)state;
  evd_ballot b;
  for (int i = 0; i < 5; i++) {
    kit_copy(&t, &b, &sealed);
    evd_q *v[5] = {&b.nonce_v, &b.contests[0].data_v, &b.contests[0].limit_v[3],
                   &b.contests[0].fields[0].v[5],
                   &b.contests[1].fields[1].v[0]};
    step(v[i], true);
    expect_fail(&b);
  }
}

/* The sum is still the hash. */
static void test_changed_challenges_with_equal_sum_fail(void **state) {
  (void)state;
  evd_ballot b;
  kit_copy(&t, &b, &sealed);
  step(&b.contests[0].fields[1].c[0], true);
  step(&b.contests[0].fields[1].c[4], false);
  expect_fail(&b);
  kit_copy(&t, &b, &sealed);
  step(&b.contests[1].limit_c[0], true);
  step(&b.contests[1].limit_c[1], false);
  expect_fail(&b);
}

static void test_other_statements_fail(void **state) {
  (void)state;
  evd_ballot b;
  kit_copy(&t, &b, &sealed);
  evd_p *alpha = &b.contests[1].fields[0].alpha;
  kit_negate(alpha, alpha);
  expect_fail(&b);
  *alpha = other.contests[1].fields[0].alpha;
  expect_fail(&b);
  memset(alpha, 0, sizeof *alpha);
  expect_fail(&b);
  kit_copy(&t, &b, &sealed);
  kit_negate(&b.nonce_C0, &b.nonce_C0);
  expect_fail(&b);
  b.nonce_C0 = other.nonce_C0;
  expect_fail(&b);
}

/* ---- forgeries, by one who makes record and hints ---- */

/* One contest, one option 0..1, limit 1. */
static const evd_shape small = {.ind_c = 1, .m = 1, .R = 1, .L = 1};
enum { SMALL_VALUES = 2 + 6 + 4 };

/* What a forger multiplies a_0 and b_0 with, and the roots he has of it. */
typedef struct {
  evd_zp factor[2], root[2];
  bool negate_alpha, small_scalars; /* of the branch that is not true */
} tweak;

static evd_zq random_scalar(void) {
  evd_h32 bytes;
  evd_zq x;
  kit_random(&bytes, sizeof bytes);
  evd_zq_reduce(&x, &bytes);
  return x;
}

static evd_zq half_of(const evd_zq *x) {
  evd_zq two, r;
  evd_zq_from_u64(&two, 2);
  evd_zq_inv(&two, &two);
  evd_zq_mul(&r, x, &two);
  return r;
}

/* base^e x^c, or, halved, its root for a member x */
static evd_zp two_powers(const evd_base *base, evd_zq e, const evd_zp *x,
                         evd_zq c, bool halved) {
  evd_zp r, y;
  evd_exp exponent;
  if (halved) {
    e = half_of(&e);
    c = half_of(&c);
  }
  exponent = evd_exp_zq(&e);
  evd_base_pow_var(&t.G, &r, base, &exponent);
  exponent = evd_exp_zq(&c);
  evd_zp_pow_var(t.G.k, &y, x, &exponent);
  t.G.k->mul(&r, &r, &y);
  return r;
}

/* c[] and v[] of a proof that (alpha, beta) = (g^xi, K^xi) encrypts 0 or 1,
 * with the tweak, and the hints of its commitments. */
static void forge_proof(evd_q c[2], evd_q v[2], const evd_zp AB[2],
                        const evd_zq *xi, uint32_t ind_o, const tweak *x,
                        evd_p out[4]) {
  const evd_base *const bases[2] = {&t.G.g, &t.G.K};
  evd_zq u = random_scalar(), c1 = random_scalar(), v1 = random_scalar();
  evd_zq zero = {{0}}, e[2] = {v1, v1}, c0, v0;
  evd_zp com[4], root[4];
  evd_p bytes[2];
  evd_hmac h;
  if (x->small_scalars) {
    evd_zq_from_u64(&c1, 100);
    evd_zq_from_u64(&v1, 101);
    e[0] = v1;
  }
  c1.l[0] &= ~(uint64_t)1; /* even: (-1)^c1 = 1 */
  evd_zq_sub(&e[1], &v1, &c1);
  for (int i = 0; i < 2; i++) {
    com[i] = two_powers(bases[i], u, &AB[i], zero, false);
    t.G.k->mul(&com[i], &com[i], &x->factor[i]);
    root[i] = two_powers(bases[i], u, &AB[i], zero, true);
    t.G.k->mul(&root[i], &root[i], &x->root[i]);
    com[2 + i] = two_powers(bases[i], e[i], &AB[i], c1, false);
    root[2 + i] = two_powers(bases[i], e[i], &AB[i], c1, true);
    evd_zp_to_bytes(t.G.k, &bytes[i], &AB[i]);
  }
  if (x->negate_alpha)
    kit_negate(&bytes[0], &bytes[0]);
  evd_chal_range_init(&t.G, &h, &sealed.H_I, 1, ind_o, &bytes[0], &bytes[1]);
  for (int i = 0; i < 4; i++) {
    evd_h_element(&t.G, &h, &com[i]);
    evd_zp_raw_hint(t.G.k, &out[i], &root[i]);
  }
  evd_h_out_q(&h, &c0);
  evd_zq_sub(&c0, &c0, &c1);
  evd_zq_mul(&v0, &c0, xi);
  evd_zq_sub(&v0, &u, &v0);
  evd_zq_to_bytes(&c[0], &c0);
  evd_zq_to_bytes(&c[1], &c1);
  evd_zq_to_bytes(&v[0], &v0);
  evd_zq_to_bytes(&v[1], &v1);
}

static const tweak *no_tweak(void) {
  static tweak x;
  for (int i = 0; i < 2; i++) {
    evd_zp_one(&x.factor[i]);
    evd_zp_one(&x.root[i]);
  }
  return &x;
}

/* A ballot of one option with a forged proof, its limit proof as it should be
 * for its alpha, and the hints of all. */
static void forge(evd_ballot *b, const tweak *x, evd_p in[SMALL_VALUES]) {
  evd_contest_ct *c;
  evd_zq xi = random_scalar(), zero = {{0}};
  evd_zp AB[2];
  assert_int_equal(evd_ballot_shape(b, &small, 1, &t.arena), EVD_OK);
  b->H_I = sealed.H_I;
  b->nonce_C0 = sealed.nonce_C0;
  b->nonce_C1 = sealed.nonce_C1;
  b->nonce_c = sealed.nonce_c;
  b->nonce_v = sealed.nonce_v;
  memcpy(in, hints, 2 * sizeof *in);
  c = &b->contests[0];
  AB[0] = two_powers(&t.G.g, xi, &t.G.g.value, zero, false);
  AB[1] = two_powers(&t.G.K, xi, &t.G.g.value, zero, false);
  evd_zp_to_bytes(t.G.k, &c->fields[0].alpha, &AB[0]);
  evd_zp_to_bytes(t.G.k, &c->fields[0].beta, &AB[1]);
  if (x->negate_alpha)
    kit_negate(&c->fields[0].alpha, &c->fields[0].alpha);
  forge_proof(c->fields[0].c, c->fields[0].v, AB, &xi, 1, x, in + 4);
  tweak rest = *no_tweak();
  rest.negate_alpha = x->negate_alpha;
  rest.small_scalars = x->small_scalars;
  forge_proof(c->limit_c, c->limit_v, AB, &xi, 0, &rest, in + 8);
  AB[0] = two_powers(&t.G.g, xi, &t.G.g.value, zero, true);
  AB[1] = two_powers(&t.G.K, xi, &t.G.g.value, zero, true);
  evd_zp_raw_hint(t.G.k, &in[2], &AB[0]);
  evd_zp_raw_hint(t.G.k, &in[3], &AB[1]);
}

/* What fails one by one. */
static uint32_t alone(const evd_ballot *b) {
  const evd_contest_ct *c = &b->contests[0];
  return evd_field_check_var(&t.G, &c->fields[0], &b->H_I, 1, 1) |
         evd_limit_check_var(&t.G, c, &small, &b->H_I);
}

/* An element of order r': the 2 q-th power of anything that is no member. */
static void stranger(evd_zp *y, evd_zp *root) {
  evd_p bytes;
  evd_exp e;
  memset(&bytes, 0x5A, sizeof bytes);
  (void)evd_zp_from_bytes(t.G.k, root, &bytes);
  evd_exp_from_bytes(&e, (const evd_q *)evd_q_bytes);
  evd_zp_pow_var(t.G.k, root, root, &e);
  t.G.k->sqr(root, root);
  t.G.k->sqr(y, root);
  assert_false(evd_zp_member_var(t.G.k, y, true));
}

static void test_forger_without_tweak_passes(void **state) {
  (void)state;
  evd_ballot b;
  evd_p in[SMALL_VALUES];
  forge(&b, no_tweak(), in);
  assert_int_equal(alone(&b), 0);
  assert_true(passes_with(&b, &small, in));
}

/* Commitments with a factor of order r' hash right and have roots. */
static void test_B10_hints_for_a_foreign_commitment(void **state) {
  (void)state;
  evd_ballot b;
  evd_p in[SMALL_VALUES];
  tweak x = *no_tweak();
  stranger(&x.factor[0], &x.root[0]);
  forge(&b, &x, in);
  assert_int_equal(alone(&b), EVD_F_SUM);
  assert_false(passes_with(&b, &small, in));
  /* and the opposite on b_0: with equal or known rho they would cancel */
  evd_zp_inv_var(t.G.k, &x.factor[1], &x.factor[0]);
  evd_zp_inv_var(t.G.k, &x.root[1], &x.root[0]);
  forge(&b, &x, in);
  assert_int_equal(alone(&b), EVD_F_SUM);
  assert_false(passes_with(&b, &small, in));
}

/* Likewise with a factor -1 (no square) and with g (a member). */
static void test_B10_hints_for_another_commitment(void **state) {
  (void)state;
  evd_ballot b;
  evd_p in[SMALL_VALUES];
  tweak x = *no_tweak();
  evd_zq one = {{1, 0, 0, 0}}, zero = {{0}};
  x.factor[1] = t.G.g.value;
  x.root[1] = two_powers(&t.G.g, one, &t.G.g.value, zero, true);
  forge(&b, &x, in);
  assert_int_equal(alone(&b), EVD_F_SUM);
  assert_false(passes_with(&b, &small, in));
  evd_p minus_one = {{0}};
  minus_one.b[EVD_P_BYTES - 1] = 1;
  kit_negate(&minus_one, &minus_one);
  for (int i = 0; i < 8; i++) { /* would pass every other time */
    x = *no_tweak();
    (void)evd_zp_from_bytes(t.G.k, &x.factor[i % 2], &minus_one);
    forge(&b, &x, in);
    assert_int_equal(alone(&b), EVD_F_SUM);
    assert_false(passes_with(&b, &small, in));
  }
}

/* A proof over -alpha holds when its challenges are even; the root of alpha is
 * left. [V 6.A] */
static void test_A04_negated_alpha_with_the_root_left(void **state) {
  (void)state;
  evd_ballot b;
  evd_p in[SMALL_VALUES];
  tweak x = *no_tweak();
  x.negate_alpha = true;
  do
    forge(&b, &x, in);
  while (alone(&b) != EVD_F_MEMBER);
  assert_false(passes_with(&b, &small, in));
  /* nor does any other hint help */
  memcpy(&in[2], &b.contests[0].fields[0].alpha, sizeof in[2]);
  assert_false(passes_with(&b, &small, in));
  kit_negate(&in[2], &b.contests[0].fields[0].alpha);
  assert_false(passes_with(&b, &small, in));
}

/* The hash over alpha = beta = a_0 = b_0 = 0 and a_1 = b_1 = 1. */
static void hash_of_zeros(evd_q *c, const evd_ballot *b, uint32_t ind_o) {
  static const evd_p zero;
  evd_hmac h;
  evd_zp one;
  evd_zq x;
  evd_zp_one(&one);
  evd_chal_range_init(&t.G, &h, &b->H_I, 1, ind_o, &zero, &zero);
  evd_h_add(&h, &zero, sizeof zero);
  evd_h_add(&h, &zero, sizeof zero);
  evd_h_element(&t.G, &h, &one);
  evd_h_element(&t.G, &h, &one);
  evd_h_out_q(&h, &x);
  evd_zq_to_bytes(c, &x);
}

/* With alpha = beta = 0, v = 0 and c_1 = 0 no power of g or K is left either,
 * and nothing but membership fails. [V 6.A] */
static void test_A04_zero_passes_nowhere(void **state) {
  (void)state;
  evd_ballot b;
  evd_p in[SMALL_VALUES];
  forge(&b, no_tweak(), in);
  evd_contest_ct *c = &b.contests[0];
  memset(&c->fields[0].alpha, 0, sizeof c->fields[0].alpha);
  memset(&c->fields[0].beta, 0, sizeof c->fields[0].beta);
  memset(c->fields[0].v, 0, 2 * sizeof(evd_q));
  memset(c->limit_v, 0, 2 * sizeof(evd_q));
  memset(c->fields[0].c, 0, 2 * sizeof(evd_q));
  memset(c->limit_c, 0, 2 * sizeof(evd_q));
  hash_of_zeros(&c->fields[0].c[0], &b, 1);
  hash_of_zeros(&c->limit_c[0], &b, 0);
  assert_int_equal(alone(&b), EVD_F_MEMBER);
  memset(&in[2], 0, (SMALL_VALUES - 2) * sizeof in[2]);
  evd_zp one;
  evd_zp_one(&one);
  for (int i = 6; i < SMALL_VALUES; i++)
    if (i % 4 >= 2) /* a_1, b_1 of the field, then of the limit */
      evd_zp_raw_hint(t.G.k, &in[i], &one);
  assert_false(passes_with(&b, &small, in));
  evd_zp x[SMALL_VALUES]; /* refused before any product */
  read_hints(x, in, SMALL_VALUES);
  assert_false(evd_batch_open_var(&t.G, &b, &small, x));
}

/* c_1 + q and v_1 + q are other integers that give the same powers.
 * [V 6.B, 6.C, 7.B, 7.C] */
static void test_A05_scalars_plus_q_fail(void **state) {
  (void)state;
  evd_ballot b;
  evd_p in[SMALL_VALUES];
  tweak x = *no_tweak();
  x.small_scalars = true;
  forge(&b, &x, in);
  evd_contest_ct *c = &b.contests[0];
  evd_q *const scalars[4] = {&c->fields[0].c[1], &c->fields[0].v[1],
                             &c->limit_c[1], &c->limit_v[1]};
  assert_true(passes_with(&b, &small, in));
  for (int i = 0; i < 4; i++) {
    evd_q kept = *scalars[i];
    assert_true(kit_plus_q(scalars[i], &kept));
    assert_int_equal(alone(&b), i % 2 == 0 ? EVD_F_C : EVD_F_V);
    assert_false(passes_with(&b, &small, in));
    *scalars[i] = kept;
  }
}

/* The second product by itself: where all challenges are 0 the first says
 * nothing about alpha and beta, which have factors of order r' here, opposite
 * ones. [V 6.A] */
static void test_A04_membership_of_statements(void **state) {
  (void)state;
  evd_ballot b;
  evd_p in[SMALL_VALUES];
  evd_zp x[SMALL_VALUES], y, root, inverse;
  const evd_ballot *one = &b;
  forge(&b, no_tweak(), in);
  evd_contest_ct *c = &b.contests[0];
  memset(c->fields[0].c, 0, 2 * sizeof(evd_q));
  memset(c->fields[0].v, 0, 2 * sizeof(evd_q));
  memset(c->limit_c, 0, 2 * sizeof(evd_q));
  memset(c->limit_v, 0, 2 * sizeof(evd_q));
  read_hints(x, in, SMALL_VALUES);
  for (int i = 0; i < SMALL_VALUES; i++)
    t.G.k->sqr(&x[i], &x[i]);
  memset(&in[0], 0, sizeof in[0]);
  in[0].b[EVD_P_BYTES - 1] = 1;
  for (int i = 4; i < SMALL_VALUES; i++)
    (void)evd_zp_raw_from_bytes(&x[i], &in[0]);
  assert_true(products(&one, 1, &small, x, WORK));
  stranger(&y, &root);
  evd_zp_inv_var(t.G.k, &inverse, &y);
  t.G.k->mul(&x[2], &x[2], &y);
  assert_false(products(&one, 1, &small, x, WORK));
  t.G.k->mul(&x[3], &x[3], &inverse);
  assert_false(products(&one, 1, &small, x, WORK));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_honest_ballots_pass),
      cmocka_unit_test(test_ballots_left_out),
      cmocka_unit_test(test_B10_hint_of_other_sign_is_harmless),
      cmocka_unit_test(test_B10_wrong_hints_fail),
      cmocka_unit_test(test_changed_responses_fail),
      cmocka_unit_test(test_changed_challenges_with_equal_sum_fail),
      cmocka_unit_test(test_other_statements_fail),
      cmocka_unit_test(test_forger_without_tweak_passes),
      cmocka_unit_test(test_B10_hints_for_a_foreign_commitment),
      cmocka_unit_test(test_B10_hints_for_another_commitment),
      cmocka_unit_test(test_A04_negated_alpha_with_the_root_left),
      cmocka_unit_test(test_A04_zero_passes_nowhere),
      cmocka_unit_test(test_A05_scalars_plus_q_fail),
      cmocka_unit_test(test_A04_membership_of_statements),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
