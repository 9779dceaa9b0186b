/* Checks of a ballot: each fault fails its own letter, forgeries fail. */
#include "egds_kit.h"

#include "egds/schnorr.h"

static kit t;
static evd_ballot sealed;

static int setup(void **state) {
  (void)state;
  kit_open(&t, 3, 2, "{\"election\":\"checks\"}");
  kit_ballot(&t, &sealed, kit_selection, NULL);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  kit_close(&t);
  return 0;
}

static uint32_t check(const evd_ballot *b) {
  return evd_ballot_check_var(&t.G, b, kit_shapes, &t.HE, true);
}

static uint32_t check_field(const evd_field *f, const evd_h32 *HI,
                            uint32_t ind_c, uint32_t ind_o) {
  return evd_field_check_var(&t.G, f, HI, ind_c, ind_o);
}

/* Recomputes chi and H_C, as an attacker would. */
static void rehash(evd_ballot *b) {
  for (uint32_t i = 0; i < b->n_contests; i++)
    evd_hash_chi(&t.G, &b->contests[i].chi, &b->H_I, &b->contests[i]);
  evd_ballot_HC(&t.G, &b->H_C, b);
}

/* A field that encrypts `value`, proven over 0..range with small or random
 * values; arrays from the arena. */
static void prove(evd_field *f, evd_zq_sec *xi, uint32_t value, uint32_t range,
                  uint32_t ind_o) {
  size_t n = ((size_t)range + 1) * 2 * EVD_SAMPLE_BYTES;
  uint8_t *random = evd_arena_get(&t.arena, n, 1);
  f->range = range;
  f->c = evd_arena_get(&t.arena, range + 1, sizeof *f->c);
  f->v = evd_arena_get(&t.arena, range + 1, sizeof *f->v);
  kit_random(random, n);
  kit_random_sec(xi);
  evd_encrypt_value(&t.G, &f->alpha, &f->beta, xi, value);
  evd_range_prove(&t.G, f->c, f->v, &f->alpha, &f->beta, xi, value, range,
                  &sealed.H_I, 1, ind_o, random);
}

/* [eq 41, 50, 57-62] every value of some ranges, on and around one chunk of the
 * shared chain. [V 6.1-6.3, 6.A-6.D] */
static void test_range_proofs_verify(void **state) {
  (void)state;
  static const uint32_t ranges[] = {0, 1, 2, 3, 4, 7, 8};
  for (size_t r = 0; r < sizeof ranges / sizeof ranges[0]; r++)
    for (uint32_t value = 0; value <= ranges[r]; value++) {
      evd_field f;
      evd_zq_sec xi;
      prove(&f, &xi, value, ranges[r], value % 2);
      assert_int_equal(check_field(&f, &sealed.H_I, 1, value % 2), 0);
    }
}

static void test_long_range_proof(void **state) {
  (void)state;
  evd_field f;
  evd_zq_sec xi;
  prove(&f, &xi, 200, 255, 1);
  assert_int_equal(check_field(&f, &sealed.H_I, 1, 1), 0);
  f.v[250].b[20] ^= 4;
  assert_int_equal(check_field(&f, &sealed.H_I, 1, 1), EVD_F_SUM);
}

/* A value outside the range has no proof. */
static void test_value_outside_range(void **state) {
  (void)state;
  evd_field f;
  evd_zq_sec xi;
  prove(&f, &xi, 2, 1, 1);
  assert_int_equal(check_field(&f, &sealed.H_I, 1, 1), EVD_F_SUM);
  prove(&f, &xi, UINT32_MAX, 3, 1);
  assert_int_equal(check_field(&f, &sealed.H_I, 1, 1), EVD_F_SUM);
}

/* Every element of the statement: base hash (through H_I), contest, field,
 * alpha, beta, key K. */
static void test_A01_range_proof_binds_statement(void **state) {
  (void)state;
  evd_field f, x;
  evd_zq_sec xi;
  evd_h32 HI = sealed.H_I;
  prove(&f, &xi, 1, 2, 3);
  assert_int_equal(check_field(&f, &HI, 1, 3), 0);
  assert_int_equal(check_field(&f, &HI, 2, 3), EVD_F_SUM);
  assert_int_equal(check_field(&f, &HI, 1, 4), EVD_F_SUM);
  assert_int_equal(check_field(&f, &HI, 1, 0), EVD_F_SUM);
  HI.b[0] ^= 0x80;
  assert_int_equal(check_field(&f, &HI, 1, 3), EVD_F_SUM);
  HI = sealed.H_I;
  x = f;
  x.alpha = f.beta;
  assert_int_equal(check_field(&x, &HI, 1, 3), EVD_F_SUM);
  x = f;
  x.beta = f.alpha;
  assert_int_equal(check_field(&x, &HI, 1, 3), EVD_F_SUM);
  evd_group G = t.G;
  G.K = t.G.K_hat;
  assert_int_equal(evd_field_check_var(&G, &f, &HI, 1, 3), EVD_F_SUM);
}

/* Weak Fiat-Shamir: choose commitments, challenge and responses, then solve
 * for the ciphertext. alpha and beta are hashed, so it does not fit. */
static void test_A01_range_proof_forged_backwards(void **state) {
  (void)state;
  evd_field f;
  evd_zq_sec xi;
  evd_zp a, x;
  evd_zq inverse;
  evd_exp e;
  prove(&f, &xi, 0, 1, 1);
  kit_power(&t.G, &f.alpha, &t.G.g, 4711); /* the commitment a_0 */
  evd_zp_from_bytes(t.G.k, &a, &f.alpha);
  evd_exp_from_bytes(&e, &f.v[0]);
  evd_base_pow_var(&t.G, &x, &t.G.g, &e);
  evd_zp_inv_var(t.G.k, &x, &x);
  t.G.k->mul(&a, &a, &x);
  evd_zq_from_bytes(&inverse, &f.c[0]);
  evd_zq_inv(&inverse, &inverse);
  e = evd_exp_zq(&inverse);
  evd_zp_pow_var(t.G.k, &x, &a, &e); /* alpha = (a_0 / g^v_0)^(1/c_0) */
  evd_zp_to_bytes(t.G.k, &f.alpha, &x);
  assert_int_equal(check_field(&f, &sealed.H_I, 1, 1), EVD_F_SUM);
}

static void test_A05_range_challenges_compared(void **state) {
  (void)state;
  evd_field f;
  evd_zq_sec xi;
  prove(&f, &xi, 1, 2, 1);
  for (int j = 0; j < 3; j++) {
    f.c[j].b[31] ^= 1;
    assert_int_equal(check_field(&f, &sealed.H_I, 1, 1), EVD_F_SUM);
    f.c[j].b[31] ^= 1;
    f.v[j].b[31] ^= 1;
    assert_int_equal(check_field(&f, &sealed.H_I, 1, 1), EVD_F_SUM);
    f.v[j].b[31] ^= 1;
  }
  evd_q swap = f.c[0];
  f.c[0] = f.c[1];
  f.c[1] = swap; /* the sum is right, the commitments are not */
  assert_int_equal(check_field(&f, &sealed.H_I, 1, 1), EVD_F_SUM);
}

/* c_1 = 7 published as q + 7: every equation holds, 6.B alone fails. */
static void test_A05_challenge_plus_q(void **state) {
  (void)state;
  evd_field f = {.range = 1};
  evd_zq_sec xi;
  evd_q c[2], v[2];
  uint8_t random[4 * EVD_SAMPLE_BYTES];
  kit_random(random, sizeof random);
  memset(random + 3 * EVD_SAMPLE_BYTES, 0, EVD_SAMPLE_BYTES);
  random[4 * EVD_SAMPLE_BYTES - 1] = 7; /* c_1 */
  f.c = c;
  f.v = v;
  kit_random_sec(&xi);
  evd_encrypt_value(&t.G, &f.alpha, &f.beta, &xi, 0);
  evd_range_prove(&t.G, c, v, &f.alpha, &f.beta, &xi, 0, 1, &sealed.H_I, 1, 1,
                  random);
  assert_int_equal(check_field(&f, &sealed.H_I, 1, 1), 0);
  assert_int_equal(c[1].b[31], 7);
  assert_true(kit_plus_q(&c[1], &c[1]));
  assert_int_equal(check_field(&f, &sealed.H_I, 1, 1), EVD_F_C);
}

/* v_1 + q the same way: 6.C alone. u_1 = 9 and c_1 = 0 give v_1 = 9. */
static void test_A05_response_plus_q(void **state) {
  (void)state;
  evd_field f = {.range = 1};
  evd_zq_sec xi;
  evd_q c[2], v[2];
  uint8_t random[4 * EVD_SAMPLE_BYTES] = {0};
  kit_random(random, EVD_SAMPLE_BYTES);
  random[3 * EVD_SAMPLE_BYTES - 1] = 9;
  f.c = c;
  f.v = v;
  kit_random_sec(&xi);
  evd_encrypt_value(&t.G, &f.alpha, &f.beta, &xi, 0);
  evd_range_prove(&t.G, c, v, &f.alpha, &f.beta, &xi, 0, 1, &sealed.H_I, 1, 1,
                  random);
  assert_int_equal(check_field(&f, &sealed.H_I, 1, 1), 0);
  assert_true(kit_plus_q(&v[1], &v[1]));
  assert_int_equal(check_field(&f, &sealed.H_I, 1, 1), EVD_F_V);
}

/* Proofs over a ciphertext multiplied by -1 where told, made again until both
 * challenges are even: then every equation holds. */
static void negated(evd_field *f, bool alpha, bool beta) {
  evd_zq_sec xi;
  evd_p x;
  bool even = false;
  prove(f, &xi, 1, 1, 1);
  if (alpha) {
    x = f->alpha;
    kit_negate(&f->alpha, &x);
  }
  if (beta) {
    x = f->beta;
    kit_negate(&f->beta, &x);
  }
  for (int tries = 0; tries < 200 && !even; tries++) {
    uint8_t random[4 * EVD_SAMPLE_BYTES];
    kit_random(random, sizeof random);
    evd_range_prove(&t.G, f->c, f->v, &f->alpha, &f->beta, &xi, 1, 1,
                    &sealed.H_I, 1, 1, random);
    even = !(f->c[0].b[31] & 1) && !(f->c[1].b[31] & 1);
  }
  assert_true(even);
}

/* -alpha, -beta or both with even challenges: 6.A alone fails. */
static void test_A04_negated_ciphertext(void **state) {
  (void)state;
  for (int which = 1; which <= 3; which++) {
    evd_field f;
    negated(&f, which & 1, which & 2);
    assert_int_equal(check_field(&f, &sealed.H_I, 1, 1), EVD_F_MEMBER);
    f.c[0].b[31] ^= 1; /* with an odd challenge the equations fail as well */
    assert_int_equal(check_field(&f, &sealed.H_I, 1, 1),
                     EVD_F_MEMBER | EVD_F_SUM);
  }
}

/* -alpha and c_1 = 7 published as q + 7, which is even: as published every
 * equation holds, reduced mod q it would not. */
static void test_A04_exponents_as_published(void **state) {
  (void)state;
  evd_field f;
  evd_zq_sec xi;
  evd_p x;
  uint8_t random[4 * EVD_SAMPLE_BYTES];
  prove(&f, &xi, 0, 1, 1);
  x = f.alpha;
  kit_negate(&f.alpha, &x);
  do {
    kit_random(random, sizeof random);
    memset(random + 3 * EVD_SAMPLE_BYTES, 0, EVD_SAMPLE_BYTES);
    random[4 * EVD_SAMPLE_BYTES - 1] = 7;
    evd_range_prove(&t.G, f.c, f.v, &f.alpha, &f.beta, &xi, 0, 1, &sealed.H_I,
                    1, 1, random);
  } while (f.c[0].b[31] & 1);
  assert_int_equal(check_field(&f, &sealed.H_I, 1, 1),
                   EVD_F_MEMBER | EVD_F_SUM);
  assert_true(kit_plus_q(&f.c[1], &f.c[1]));
  assert_int_equal(check_field(&f, &sealed.H_I, 1, 1), EVD_F_MEMBER | EVD_F_C);
}

/* alpha = beta = 0: all commitments are 0 whatever the challenges are, so a
 * proof can be made to fit; x^(2^256) = x^189 holds for 0 too. */
static void test_A04_zero_ciphertext_fits(void **state) {
  (void)state;
  evd_field f = {.range = 1};
  evd_q c[2] = {{{0}}, {{0}}}, v[2] = {{{0}}, {{0}}};
  evd_hmac h;
  evd_zq sum, one;
  evd_h32 hash;
  static const evd_p zero;
  evd_h_init(&h, &sealed.H_I, NULL);
  evd_h_tag(&h, 0x24);
  evd_h_u32(&h, 1);
  evd_h_u32(&h, 1);
  for (int i = 0; i < 6; i++)
    evd_h_add(&h, zero.b, sizeof zero.b);
  evd_h_out(&h, &hash);
  evd_zq_reduce(&sum, &hash);
  evd_zq_from_u64(&one, 1);
  evd_zq_sub(&sum, &sum, &one);
  evd_zq_to_bytes(&c[0], &sum);
  evd_zq_to_bytes(&c[1], &one);
  f.c = c;
  f.v = v;
  assert_int_equal(check_field(&f, &sealed.H_I, 1, 1), EVD_F_MEMBER);
}

static void test_A04_other_outsiders(void **state) {
  (void)state;
  evd_field f;
  evd_zq_sec xi;
  prove(&f, &xi, 0, 1, 1);
  memcpy(f.alpha.b, evd_p_bytes, EVD_P_BYTES); /* p */
  assert_true(check_field(&f, &sealed.H_I, 1, 1) & EVD_F_MEMBER);
  memset(&f.alpha, 0xFF, sizeof f.alpha);
  assert_true(check_field(&f, &sealed.H_I, 1, 1) & EVD_F_MEMBER);
  memset(&f.alpha, 0, sizeof f.alpha);
  f.alpha.b[EVD_P_BYTES - 1] = 2;
  assert_true(check_field(&f, &sealed.H_I, 1, 1) & EVD_F_MEMBER);
}

/* ---- whole ballots ---- */

/* Two options, two contests or two ballots exchanged, all hashes without key
 * made again: the proofs stay behind. [V 6.D, 7.D] */
static void test_A03_options_swapped(void **state) {
  (void)state;
  evd_ballot b;
  kit_copy(&t, &b, &sealed);
  evd_field f = b.contests[0].fields[0];
  b.contests[0].fields[0] = b.contests[0].fields[1];
  b.contests[0].fields[1] = f;
  rehash(&b);
  assert_int_equal(check(&b), EVD_F_SUM);
}

static void test_A03_contests_swapped(void **state) {
  (void)state;
  evd_ballot b;
  kit_copy(&t, &b, &sealed);
  evd_contest_ct *c = &b.contests[1];
  evd_field f = c->fields[0]; /* R = 1 there: take only the ciphertext */
  c->fields[0].alpha = b.contests[0].fields[0].alpha;
  c->fields[0].beta = b.contests[0].fields[0].beta;
  b.contests[0].fields[0].alpha = f.alpha;
  b.contests[0].fields[0].beta = f.beta;
  rehash(&b);
  assert_int_equal(check(&b), EVD_F_SUM);
}

static void test_A03_other_ballot_id(void **state) {
  (void)state;
  evd_ballot b;
  kit_copy(&t, &b, &sealed);
  b.id_B.b[31] ^= 1;
  assert_int_equal(check(&b), EVD_F_HI);
  evd_hash_HI(&t.G, &b.H_I, &t.HE, &b.id_B);
  rehash(&b);
  assert_int_equal(check(&b), EVD_F_SUM | EVD_F_NONCE_PROOF | EVD_F_DATA_PROOF);
}

/* The same keys and ballot, a manifest with one byte more: H_E differs, and
 * with it H_I and every challenge. */
static void test_A06_base_hash_binds(void **state) {
  (void)state;
  evd_h32 HB, HE;
  evd_ballot b;
  kit_copy(&t, &b, &sealed);
  evd_hash_HB(&t.G, &HB, &t.HP,
              (evd_span){(const uint8_t *)"{\"election\":\"check5\"}", 21});
  evd_hash_HE(&t.G, &HE, &HB, &t.G.K.bytes, &t.G.K_hat.bytes);
  assert_memory_not_equal(HE.b, t.HE.b, sizeof HE.b);
  assert_int_equal(evd_ballot_check_var(&t.G, &b, kit_shapes, &HE, true),
                   EVD_F_HI);
  evd_hash_HI(&t.G, &b.H_I, &HE, &b.id_B);
  rehash(&b);
  assert_int_equal(evd_ballot_check_var(&t.G, &b, kit_shapes, &HE, true),
                   EVD_F_SUM | EVD_F_NONCE_PROOF | EVD_F_DATA_PROOF);
  memset(&HE, 0, sizeof HE); /* base hash left at zero */
  evd_hash_HI(&t.G, &b.H_I, &HE, &b.id_B);
  rehash(&b);
  assert_int_equal(evd_ballot_check_var(&t.G, &b, kit_shapes, &HE, true),
                   EVD_F_SUM | EVD_F_NONCE_PROOF | EVD_F_DATA_PROOF);
}

/* Limit proof: every field is in it. [V 7.1-7.5, 7.D]; b and c of it [V 7.A,
 * 7.B, 7.C]. */
static void test_limit_proof(void **state) {
  (void)state;
  evd_ballot b;
  kit_copy(&t, &b, &sealed);
  evd_contest_ct *c = &b.contests[0];
  const evd_shape *s = &kit_shapes[0];
  assert_int_equal(evd_limit_check_var(&t.G, c, s, &b.H_I), 0);
  for (uint32_t o = 0; o < c->n_fields; o++) {
    evd_p kept = c->fields[o].beta;
    c->fields[o].beta = c->fields[(o + 1) % c->n_fields].beta;
    assert_int_equal(evd_limit_check_var(&t.G, c, s, &b.H_I), EVD_F_SUM);
    c->fields[o].beta = kept;
  }
  memset(&c->limit_c[2], 0xFF, sizeof c->limit_c[2]);
  assert_int_equal(evd_limit_check_var(&t.G, c, s, &b.H_I),
                   EVD_F_C | EVD_F_SUM);
  memset(&c->limit_v[1], 0xFF, sizeof c->limit_v[1]);
  assert_int_equal(evd_limit_check_var(&t.G, c, s, &b.H_I),
                   EVD_F_C | EVD_F_V | EVD_F_SUM);
  evd_shape wrong = *s;
  wrong.L = 2; /* the factor of the overvote field */
  assert_int_equal(
      evd_limit_check_var(&t.G, &sealed.contests[0], &wrong, &sealed.H_I),
      EVD_F_SUM);
  c = &b.contests[1];
  memset(&c->fields[0].alpha, 0, sizeof c->fields[0].alpha);
  assert_int_equal(
      evd_limit_check_var(&t.G, c, &kit_shapes[1], &b.H_I) & EVD_F_MEMBER, 0);
}

/* Two votes where L = 1: the range proofs hold, the limit has none. */
static void test_limit_exceeded(void **state) {
  (void)state;
  evd_ballot b;
  evd_zq_sec xi[2], sum;
  uint8_t random[4 * EVD_SAMPLE_BYTES];
  evd_zp x, y;
  evd_p alpha, beta;
  kit_copy(&t, &b, &sealed);
  evd_contest_ct *c = &b.contests[1];
  for (uint32_t o = 0; o < 2; o++) {
    evd_field *f = &c->fields[o];
    kit_random(random, sizeof random);
    kit_random_sec(&xi[o]);
    evd_encrypt_value(&t.G, &f->alpha, &f->beta, &xi[o], 1);
    evd_range_prove(&t.G, f->c, f->v, &f->alpha, &f->beta, &xi[o], 1, 1, &b.H_I,
                    c->ind_c, o + 1, random);
    assert_int_equal(check_field(f, &b.H_I, c->ind_c, o + 1), 0);
  }
  evd_zq_sec_add(&sum, &xi[0], &xi[1]);
  evd_contest_product_var(&t.G, &x, &y, c, &kit_shapes[1]);
  evd_zp_to_bytes(t.G.k, &alpha, &x);
  evd_zp_to_bytes(t.G.k, &beta, &y);
  for (uint32_t claimed = 0; claimed <= 2; claimed++) {
    kit_random(random, sizeof random);
    evd_range_prove(&t.G, c->limit_c, c->limit_v, &alpha, &beta, &sum, claimed,
                    1, &b.H_I, c->ind_c, 0, random);
    assert_int_equal(evd_limit_check_var(&t.G, c, &kit_shapes[1], &b.H_I),
                     EVD_F_SUM);
  }
}

/* [eq 34-38] */
static void test_A01_nonce_proof_binds_statement(void **state) {
  (void)state;
  evd_ballot b = sealed;
  b.nonce_C1.b[0] ^= 1;
  assert_int_equal(evd_nonce_check_var(&t.G, &b), EVD_F_NONCE_PROOF);
  b = sealed;
  kit_power(&t.G, &b.nonce_C0, &t.G.g, 3);
  assert_int_equal(evd_nonce_check_var(&t.G, &b), EVD_F_NONCE_PROOF);
  b = sealed;
  b.H_I.b[0] ^= 1;
  assert_int_equal(evd_nonce_check_var(&t.G, &b), EVD_F_NONCE_PROOF);
  b = sealed;
  kit_negate(&b.nonce_C0, &sealed.nonce_C0);
  assert_int_equal(evd_nonce_check_var(&t.G, &b),
                   EVD_F_NONCE_X2 | EVD_F_NONCE_PROOF);
}

static void test_A05_nonce_challenge_compared(void **state) {
  (void)state;
  evd_ballot b = sealed;
  b.nonce_c.b[31] ^= 1;
  assert_int_equal(evd_nonce_check_var(&t.G, &b), EVD_F_NONCE_PROOF);
  b = sealed;
  b.nonce_v.b[31] ^= 1;
  assert_int_equal(evd_nonce_check_var(&t.G, &b), EVD_F_NONCE_PROOF);
  b = sealed;
  memset(&b.nonce_v, 0xFF, sizeof b.nonce_v);
  assert_int_equal(evd_nonce_check_var(&t.G, &b),
                   EVD_F_NONCE_X2 | EVD_F_NONCE_PROOF);
}

/* A response v + q: the proof holds, the scalar does not. */
static void test_A05_nonce_response_plus_q(void **state) {
  (void)state;
  evd_ballot b = sealed;
  evd_h32 xi_B = {{1}};
  uint8_t random[2 * EVD_SAMPLE_BYTES] = {0};
  random[2 * EVD_SAMPLE_BYTES - 1] = 5; /* xi-hat 0, u 5: v = 5 */
  evd_nonce_seal(&t.G, &b, &xi_B, random);
  assert_int_equal(evd_nonce_check_var(&t.G, &b), 0);
  assert_true(kit_plus_q(&b.nonce_v, &b.nonce_v));
  assert_int_equal(evd_nonce_check_var(&t.G, &b), EVD_F_NONCE_X2);
}

/* [eq 63-69] */
static void test_A01_data_proof_binds_statement(void **state) {
  (void)state;
  evd_ballot b;
  evd_h32 HI = sealed.H_I;
  kit_copy(&t, &b, &sealed);
  evd_contest_ct *c = &b.contests[0];
  assert_int_equal(evd_data_check_var(&t.G, c, &HI), 0);
  c->data_C1[17] ^= 1;
  assert_int_equal(evd_data_check_var(&t.G, c, &HI), EVD_F_DATA_PROOF);
  c->data_C1[17] ^= 1;
  c->ind_c = 2;
  assert_int_equal(evd_data_check_var(&t.G, c, &HI), EVD_F_DATA_PROOF);
  c->ind_c = 1;
  c->b--; /* the last block cut off */
  assert_int_equal(evd_data_check_var(&t.G, c, &HI), EVD_F_DATA_PROOF);
  c->b++;
  HI.b[0] ^= 1;
  assert_int_equal(evd_data_check_var(&t.G, c, &HI), EVD_F_DATA_PROOF);
  HI.b[0] ^= 1;
  kit_power(&t.G, &c->data_C0, &t.G.g, 3);
  assert_int_equal(evd_data_check_var(&t.G, c, &HI), EVD_F_DATA_PROOF);
  memset(&c->data_C0, 0, sizeof c->data_C0);
  assert_int_equal(evd_data_check_var(&t.G, c, &HI),
                   EVD_F_DATA_X2 | EVD_F_DATA_PROOF);
}

static void test_A05_data_challenge_compared(void **state) {
  (void)state;
  evd_ballot b;
  kit_copy(&t, &b, &sealed);
  evd_contest_ct *c = &b.contests[0];
  c->data_c.b[0] ^= 1;
  assert_true(evd_data_check_var(&t.G, c, &b.H_I) & EVD_F_DATA_PROOF);
  c->data_c.b[0] ^= 1;
  c->data_v.b[31] ^= 1;
  assert_int_equal(evd_data_check_var(&t.G, c, &b.H_I), EVD_F_DATA_PROOF);
}

/* Hashes by themselves: each its own flag. [V 5.B, 8.A, 8.B] */
static void test_hash_flags(void **state) {
  (void)state;
  evd_ballot b;
  kit_copy(&t, &b, &sealed);
  b.contests[1].chi.b[5] ^= 1;
  assert_int_equal(check(&b), EVD_F_CHI | EVD_F_HC);
  evd_ballot_HC(&t.G, &b.H_C, &b);
  assert_int_equal(check(&b), EVD_F_CHI);
  kit_copy(&t, &b, &sealed);
  b.B_C[35] ^= 1;
  assert_int_equal(check(&b), EVD_F_HC);
  assert_int_equal(evd_ballot_check_var(&t.G, &b, kit_shapes, &t.HE, false), 0);
}

/* chi covers every part of the contest data, C2 = c || v too [eq 70]. */
static void test_chi_covers_data(void **state) {
  (void)state;
  evd_ballot b;
  kit_copy(&t, &b, &sealed);
  evd_contest_ct *c = &b.contests[0];
  uint8_t *const parts[4] = {c->data_C0.b, c->data_C1, c->data_c.b,
                             c->data_v.b};
  for (int i = 0; i < 4; i++) {
    evd_h32 chi;
    parts[i][31] ^= 1;
    evd_hash_chi(&t.G, &chi, &b.H_I, c);
    assert_memory_not_equal(chi.b, c->chi.b, sizeof chi.b);
    parts[i][31] ^= 1;
    evd_hash_chi(&t.G, &chi, &b.H_I, c);
    assert_memory_equal(chi.b, c->chi.b, sizeof chi.b);
  }
}

/* [eq 80] [V 9.A, 9.B]: weights are exponents. */
static void test_tally_weights(void **state) {
  (void)state;
  const evd_field *f = &sealed.contests[0].fields[0];
  evd_zp A[2], B[2];
  for (int i = 0; i < 2; i++) {
    evd_zp_one(&A[i]);
    evd_zp_one(&B[i]);
  }
  evd_tally_add_var(&t.G, &A[0], &B[0], f, 7);
  for (int i = 0; i < 7; i++)
    evd_tally_add_var(&t.G, &A[1], &B[1], f, 1);
  assert_true(evd_zp_equal(t.G.k, &A[0], &A[1]));
  assert_true(evd_zp_equal(t.G.k, &B[0], &B[1]));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_range_proofs_verify),
      cmocka_unit_test(test_long_range_proof),
      cmocka_unit_test(test_value_outside_range),
      cmocka_unit_test(test_A01_range_proof_binds_statement),
      cmocka_unit_test(test_A01_range_proof_forged_backwards),
      cmocka_unit_test(test_A05_range_challenges_compared),
      cmocka_unit_test(test_A05_challenge_plus_q),
      cmocka_unit_test(test_A05_response_plus_q),
      cmocka_unit_test(test_A04_negated_ciphertext),
      cmocka_unit_test(test_A04_exponents_as_published),
      cmocka_unit_test(test_A04_zero_ciphertext_fits),
      cmocka_unit_test(test_A04_other_outsiders),
      cmocka_unit_test(test_A03_options_swapped),
      cmocka_unit_test(test_A03_contests_swapped),
      cmocka_unit_test(test_A03_other_ballot_id),
      cmocka_unit_test(test_A06_base_hash_binds),
      cmocka_unit_test(test_limit_proof),
      cmocka_unit_test(test_limit_exceeded),
      cmocka_unit_test(test_A01_nonce_proof_binds_statement),
      cmocka_unit_test(test_A05_nonce_challenge_compared),
      cmocka_unit_test(test_A05_nonce_response_plus_q),
      cmocka_unit_test(test_A01_data_proof_binds_statement),
      cmocka_unit_test(test_A05_data_challenge_compared),
      cmocka_unit_test(test_hash_flags),
      cmocka_unit_test(test_chi_covers_data),
      cmocka_unit_test(test_tally_weights),
  };
  return cmocka_run_group_tests_name("egds_check", tests, setup, teardown);
}
