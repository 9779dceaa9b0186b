/* Guardian keys, their proofs, shares: sections 3.2.1 and 3.2.2. */
#include "egds_kit.h"

#include "egds/schnorr.h"

static kit t;

static int setup(void **state) {
  (void)state;
  kit_open(&t, 3, 2, "{\"election\":\"keys\"}");
  return 0;
}

static int teardown(void **state) {
  (void)state;
  kit_close(&t);
  return 0;
}

/* A guardian's public half that may be changed. */
typedef struct {
  evd_guardian_pub g;
  evd_p K[2], K_hat[2];
  evd_q v[3], v_hat[3];
} copy;

static void copy_of(copy *c, uint32_t i) {
  const evd_guardian_pub *g = &t.pub[i - 1];
  c->g = *g;
  memcpy(c->K, g->K, sizeof c->K);
  memcpy(c->K_hat, g->K_hat, sizeof c->K_hat);
  memcpy(c->v, g->proof.v, sizeof c->v);
  memcpy(c->v_hat, g->proof_hat.v, sizeof c->v_hat);
  c->g.K = c->K;
  c->g.K_hat = c->K_hat;
  c->g.proof.v = c->v;
  c->g.proof_hat.v = c->v_hat;
}

static uint32_t check(const copy *c) {
  return evd_guardian_check_var(&t.G, &c->g, &t.HP, NULL);
}

/* g^secret is what is published [eq 8, 9]; all proofs hold [eq 10-13]
 * [V 2.1-2.4, 2.A-2.C]. */
static void test_commitments(void **state) {
  (void)state;
  for (uint32_t i = 0; i < t.n; i++) {
    const evd_guardian_pub *g = &t.pub[i];
    evd_zp x;
    for (uint32_t j = 0; j < t.k; j++) {
      evd_base_pow_sec(&t.G, &x, &t.G.g, &t.sec[i].a[j]);
      assert_true(evd_element_is(&t.G, &x, &g->K[j]));
      evd_base_pow_sec(&t.G, &x, &t.G.g, &t.sec[i].a_hat[j]);
      assert_true(evd_element_is(&t.G, &x, &g->K_hat[j]));
    }
    evd_base_pow_sec(&t.G, &x, &t.G.g, &t.sec[i].zeta);
    assert_true(evd_element_is(&t.G, &x, &g->kappa));
    assert_int_equal(evd_guardian_check_var(&t.G, g, &t.HP, NULL), 0);
  }
}

/* zeta is proven twice, with other randomness: equal responses would give
 * it away together with the two challenges. */
static void test_zeta_nonces_differ(void **state) {
  (void)state;
  const evd_guardian_pub *g = &t.pub[0];
  evd_zp a, b;
  evd_schnorr_commit_var(&t.G, &a, &g->kappa, &g->proof.c, &g->proof.v[2]);
  evd_schnorr_commit_var(&t.G, &b, &g->kappa, &g->proof_hat.c,
                         &g->proof_hat.v[2]);
  assert_false(evd_zp_equal(t.G.k, &a, &b));
}

/* Each part of the statement is in the challenge: index, every commitment,
 * kappa, base hash. [V 2.C] */
static void test_A01_key_proof_binds_statement(void **state) {
  (void)state;
  copy c;
  evd_h32 HP = t.HP;
  copy_of(&c, 1);
  assert_int_equal(check(&c), 0);
  c.g.i = 2;
  assert_int_equal(check(&c), EVD_V2_C);
  for (int j = 0; j < 2; j++) {
    copy_of(&c, 1);
    kit_power(&t.G, &c.K[j], &t.G.g, 12345);
    assert_int_equal(check(&c), EVD_V2_C);
    copy_of(&c, 1);
    kit_power(&t.G, &c.K_hat[j], &t.G.g, 12345);
    assert_int_equal(check(&c), EVD_V2_C);
  }
  copy_of(&c, 1);
  c.g.kappa = t.pub[1].kappa;
  assert_int_equal(check(&c), EVD_V2_C);
  copy_of(&c, 1);
  HP.b[31] ^= 1;
  assert_int_equal(evd_guardian_check_var(&t.G, &c.g, &HP, NULL), EVD_V2_C);
  /* the two polynomials have labels of their own */
  memcpy(c.K_hat, c.K, sizeof c.K);
  memcpy(c.v_hat, c.v, sizeof c.v);
  c.g.proof_hat.c = c.g.proof.c;
  assert_int_equal(check(&c), EVD_V2_C);
}

/* Weak Fiat-Shamir: commitments and challenge first, then the commitment
 * K = (h / g^v)^(1/c) that fits. It is hashed, so the challenge moves. */
static void test_A01_key_proof_forged_backwards(void **state) {
  (void)state;
  copy c;
  evd_zp h, x, K;
  evd_zq inverse;
  evd_exp e;
  copy_of(&c, 1);
  kit_power(&t.G, &c.K[0], &t.G.g, 99);
  evd_zp_from_bytes(t.G.k, &h, &c.K[0]);
  evd_exp_from_bytes(&e, &c.v[0]);
  evd_base_pow_var(&t.G, &x, &t.G.g, &e);
  evd_zp_inv_var(t.G.k, &x, &x);
  t.G.k->mul(&h, &h, &x);
  assert_true(evd_zq_from_bytes(&inverse, &c.g.proof.c));
  evd_zq_inv(&inverse, &inverse);
  e = evd_exp_zq(&inverse);
  evd_zp_pow_var(t.G.k, &K, &h, &e);
  evd_zp_to_bytes(t.G.k, &c.K[0], &K);
  /* g^v K^c is now the chosen commitment, yet the proof is refused */
  assert_int_equal(check(&c), EVD_V2_C);
}

/* Any other challenge or response, also one that differs by q. */
static void test_A05_key_challenge_compared(void **state) {
  (void)state;
  copy c;
  copy_of(&c, 1);
  c.g.proof.c.b[31] ^= 1;
  assert_int_equal(check(&c), EVD_V2_C);
  copy_of(&c, 1);
  c.v_hat[1].b[0] ^= 1;
  assert_int_equal(check(&c) & EVD_V2_C, EVD_V2_C);
  copy_of(&c, 1);
  memcpy(c.g.proof.c.b, evd_q_bytes, 32); /* c = q */
  assert_int_equal(check(&c), EVD_V2_C | EVD_V2_X2);
}

/* v + q gives the same powers: only 2.B may see it. Only a response below 189
 * still fits into 32 bytes then. [V 2.B] */
static void test_A05_response_plus_q(void **state) {
  (void)state;
  copy c;
  evd_guardian_sec sec = t.sec[0];
  evd_zq_sec zero;
  uint8_t random[3 * EVD_SAMPLE_BYTES] = {0};
  uint32_t where = 0;
  copy_of(&c, 1);
  /* with all coefficients 0 every response is the nonce itself: take 5 */
  evd_zq_sec_from_u64(&zero, 0);
  sec.a = (evd_zq_sec[]){zero, zero};
  sec.a_hat = (evd_zq_sec[]){zero, zero};
  sec.zeta = zero;
  for (int j = 0; j < 3; j++)
    random[(j + 1) * EVD_SAMPLE_BYTES - 1] = 5;
  evd_guardian_publish(&t.G, &c.g, &sec);
  evd_guardian_prove(&t.G, &c.g, &sec, false, &t.HP, random);
  evd_guardian_prove(&t.G, &c.g, &sec, true, &t.HP, random);
  assert_int_equal(check(&c), 0);
  assert_true(kit_plus_q(&c.v[1], &c.v[1]));
  assert_int_equal(evd_guardian_check_var(&t.G, &c.g, &t.HP, &where), EVD_V2_B);
  assert_int_equal(where, 2);
}

/* -K with an even challenge: the equation holds, the element is outside.
 * [V 2.A] */
static void test_A04_negated_commitment(void **state) {
  (void)state;
  copy c;
  uint32_t where = 0;
  uint8_t random[3 * EVD_SAMPLE_BYTES] = {0};
  copy_of(&c, 1);
  kit_negate(&c.K[1], &c.K[1]);
  for (int tries = 0; tries < 64; tries++) {
    kit_random(random, sizeof random);
    evd_guardian_prove(&t.G, &c.g, &t.sec[0], false, &t.HP, random);
    if ((c.g.proof.c.b[31] & 1) == 0)
      break;
  }
  assert_int_equal(evd_guardian_check_var(&t.G, &c.g, &t.HP, &where), EVD_V2_A);
  assert_int_equal(where, 2);
  memcpy(c.g.kappa.b, evd_p_bytes, EVD_P_BYTES); /* p, and 0 */
  assert_int_equal(check(&c) & EVD_V2_A, EVD_V2_A);
  memset(&c.g.kappa, 0, sizeof c.g.kappa);
  assert_int_equal(check(&c) & EVD_V2_A, EVD_V2_A);
}

/* The last mover sets its key to g^x over the others', so that the joint key
 * is g^x: it cannot prove that it knows the logarithm. */
static void test_A09_rushing_key_has_no_proof(void **state) {
  (void)state;
  copy c;
  evd_zp x, others;
  uint8_t random[3 * EVD_SAMPLE_BYTES];
  copy_of(&c, 3);
  evd_zp_from_bytes(t.G.k, &others, &t.pub[0].K[0]);
  evd_zp_from_bytes(t.G.k, &x, &t.pub[1].K[0]);
  t.G.k->mul(&others, &others, &x);
  evd_zp_inv_var(t.G.k, &others, &others);
  evd_base_pow_sec(&t.G, &x, &t.G.g, &t.sec[2].a[0]);
  t.G.k->mul(&x, &x, &others);
  evd_zp_to_bytes(t.G.k, &c.K[0], &x);
  kit_random(random, sizeof random);
  evd_guardian_prove(&t.G, &c.g, &t.sec[2], false, &t.HP, random);
  assert_int_equal(check(&c), EVD_V2_C);
  memset(c.v, 0, sizeof c.v); /* a missing proof */
  memset(&c.g.proof.c, 0, sizeof c.g.proof.c);
  assert_int_equal(check(&c), EVD_V2_C);
  copy_of(&c, 3); /* another's key, with its proof */
  memcpy(c.K, t.pub[0].K, sizeof c.K);
  memcpy(c.v, t.pub[0].proof.v, sizeof c.v);
  c.g.proof.c = t.pub[0].proof.c;
  assert_int_equal(check(&c), EVD_V2_C);
}

/* K and K^ are products of constant terms [eq 25, 26] [V 3.A, 3.B], the shares
 * lie on the joint polynomial [eq 7, 14, 24]. */
static void test_joint_keys_and_shares(void **state) {
  (void)state;
  evd_zq_sec s, s_hat;
  evd_zp x, S;
  evd_zq_sec_from_u64(&s, 0);
  s_hat = s;
  for (uint32_t i = 0; i < t.n; i++) {
    evd_zq_sec_add(&s, &s, &t.sec[i].a[0]);
    evd_zq_sec_add(&s_hat, &s_hat, &t.sec[i].a_hat[0]);
  }
  evd_base_pow_sec(&t.G, &x, &t.G.g, &s);
  assert_true(evd_element_is(&t.G, &x, &t.G.K.bytes));
  evd_base_pow_sec(&t.G, &x, &t.G.g, &s_hat);
  assert_true(evd_element_is(&t.G, &x, &t.G.K_hat.bytes));
  for (uint32_t l = 1; l <= t.n; l++) {
    evd_public_share_var(&t.G, &S, t.pub, t.n, l, false);
    evd_base_pow_sec(&t.G, &x, &t.G.g, &t.z[l - 1]);
    assert_true(evd_zp_equal(t.G.k, &S, &x));
    evd_public_share_var(&t.G, &S, t.pub, t.n, l, true);
    evd_base_pow_sec(&t.G, &x, &t.G.g, &t.z_hat[l - 1]);
    assert_true(evd_zp_equal(t.G.k, &S, &x));
  }
}

/* H_G is over all keys, guardian by guardian [eq 27]. */
static void test_guardian_view(void **state) {
  (void)state;
  evd_guardian_pub g[3];
  evd_h32 other;
  memcpy(g, t.pub, sizeof g);
  evd_hash_HG(&t.G, &other, &t.HB, &t.G.K.bytes, &t.G.K_hat.bytes, g, 3);
  assert_memory_equal(other.b, t.HG.b, 32);
  g[2] = t.pub[1];
  g[1] = t.pub[2];
  evd_hash_HG(&t.G, &other, &t.HB, &t.G.K.bytes, &t.G.K_hat.bytes, g, 3);
  assert_memory_not_equal(other.b, t.HG.b, 32);
}

static void test_make_refuses(void **state) {
  (void)state;
  evd_guardian_sec sec = t.sec[0];
  evd_guardian_pub pub = t.pub[0];
  static uint8_t random[4096];
  size_t n = evd_guardian_random_bytes(2);
  assert_int_equal(n, 11 * EVD_SAMPLE_BYTES);
  assert_int_equal(evd_guardian_make(&t.G, &sec, &pub, 0, &t.HP, random, n),
                   EVD_ERR_RANGE);
  assert_int_equal(evd_guardian_make(&t.G, &sec, &pub, 256, &t.HP, random, n),
                   EVD_ERR_RANGE);
  assert_int_equal(evd_guardian_make(&t.G, &sec, &pub, 1, &t.HP, random, n - 1),
                   EVD_ERR_RANGE);
  pub.k = 3;
  assert_int_equal(evd_guardian_make(&t.G, &sec, &pub, 1, &t.HP, random, n),
                   EVD_ERR_RANGE);
}

/* ---- shares ---- */

static void seal(evd_share_ct *ct, uint32_t i, uint32_t l) {
  uint8_t random[2 * EVD_SAMPLE_BYTES];
  kit_random(random, sizeof random);
  assert_int_equal(evd_share_seal(&t.G, ct, &t.sec[i - 1], l,
                                  &t.pub[l - 1].kappa, &t.HP, random),
                   EVD_OK);
}

static evd_err open(const evd_share_ct *ct, uint32_t l) {
  evd_zq_sec P, P_hat;
  return evd_share_open(&t.G, &P, &P_hat, ct, &t.sec[l - 1].zeta,
                        &t.pub[l - 1].kappa, &t.HP);
}

/* [eq 15, 19-23] There and back, for every pair and for oneself. */
static void test_share_round_trip(void **state) {
  (void)state;
  for (uint32_t i = 1; i <= 3; i++)
    for (uint32_t l = 1; l <= 3; l++) {
      evd_share_ct ct;
      evd_zq_sec want, P, P_hat;
      evd_q a, b;
      seal(&ct, i, l);
      assert_int_equal(evd_share_open(&t.G, &P, &P_hat, &ct, &t.sec[l - 1].zeta,
                                      &t.pub[l - 1].kappa, &t.HP),
                       EVD_OK);
      assert_int_equal(evd_share_eval(&want, t.sec[i - 1].a, 2, l), EVD_OK);
      evd_zq_sec_to_bytes(&a, &want);
      evd_zq_sec_to_bytes(&b, &P);
      assert_memory_equal(a.b, b.b, sizeof a.b);
      assert_int_equal(evd_share_eval(&want, t.sec[i - 1].a_hat, 2, l), EVD_OK);
      evd_zq_sec_to_bytes(&a, &want);
      evd_zq_sec_to_bytes(&b, &P_hat);
      assert_memory_equal(a.b, b.b, sizeof a.b);
    }
}

/* Sender, receiver, C0, C1 and base hash are in the challenge [eq 22]. */
static void test_A01_share_proof_binds_statement(void **state) {
  (void)state;
  evd_share_ct ct, x;
  evd_zq_sec P, P_hat;
  evd_h32 HP = t.HP;
  seal(&ct, 1, 2);
  assert_int_equal(open(&ct, 2), EVD_OK);
  x = ct;
  x.i = 3;
  assert_int_equal(open(&x, 2), EVD_ERR_PROOF);
  x = ct;
  x.l = 3;
  assert_int_equal(open(&x, 2), EVD_ERR_PROOF);
  x = ct;
  x.C1[63] ^= 1;
  assert_int_equal(open(&x, 2), EVD_ERR_PROOF);
  x = ct;
  kit_power(&t.G, &x.C0, &t.G.g, 3);
  assert_int_equal(open(&x, 2), EVD_ERR_PROOF);
  HP.b[0] ^= 1;
  assert_int_equal(evd_share_open(&t.G, &P, &P_hat, &ct, &t.sec[1].zeta,
                                  &t.pub[1].kappa, &HP),
                   EVD_ERR_PROOF);
}

static void test_A05_share_challenge_compared(void **state) {
  (void)state;
  evd_share_ct ct, x;
  seal(&ct, 1, 2);
  x = ct;
  x.c.b[31] ^= 1;
  assert_int_equal(open(&x, 2), EVD_ERR_PROOF);
  x = ct;
  x.v.b[31] ^= 1;
  assert_int_equal(open(&x, 2), EVD_ERR_PROOF);
  x = ct;
  memset(&x.v, 0xFF, sizeof x.v);
  assert_int_equal(open(&x, 2), EVD_ERR_PROOF);
  x = ct;
  memset(&x.C0, 0, sizeof x.C0);
  assert_int_equal(open(&x, 2), EVD_ERR_PROOF);
}

/* v + q: the powers are the same, the scalar is refused. With xi = 0 the
 * response is the nonce 5. */
static void test_A05_share_response_plus_q(void **state) {
  (void)state;
  evd_share_ct ct;
  uint8_t random[2 * EVD_SAMPLE_BYTES] = {0};
  random[2 * EVD_SAMPLE_BYTES - 1] = 5;
  assert_int_equal(
      evd_share_seal(&t.G, &ct, &t.sec[0], 2, &t.pub[1].kappa, &t.HP, random),
      EVD_OK);
  assert_int_equal(open(&ct, 2), EVD_OK);
  assert_true(kit_plus_q(&ct.v, &ct.v));
  assert_int_equal(open(&ct, 2), EVD_ERR_PROOF);
}

/* Meant for another guardian: the wrong secret gives another share, which
 * the commitments refuse, or one that is no scalar at all. */
static void test_share_of_another_guardian(void **state) {
  (void)state;
  evd_share_ct ct;
  evd_zq_sec P, P_hat;
  seal(&ct, 1, 2);
  evd_err err = evd_share_open(&t.G, &P, &P_hat, &ct, &t.sec[2].zeta,
                               &t.pub[1].kappa, &t.HP);
  if (err == EVD_OK)
    err = evd_share_check(&t.G, &P, t.pub[0].K, 2, 2);
  assert_int_equal(err, EVD_ERR_SHARE);
}

/* A wrong share is found by the commitments alone [eq 28, 29]. */
static void test_share_against_commitments(void **state) {
  (void)state;
  evd_zq_sec P, one;
  evd_p K[2];
  evd_zq_sec_from_u64(&one, 1);
  assert_int_equal(evd_share_eval(&P, t.sec[0].a, 2, 3), EVD_OK);
  assert_int_equal(evd_share_check(&t.G, &P, t.pub[0].K, 2, 3), EVD_OK);
  assert_int_equal(evd_share_check(&t.G, &P, t.pub[0].K, 2, 2), EVD_ERR_SHARE);
  assert_int_equal(evd_share_check(&t.G, &P, t.pub[0].K_hat, 2, 3),
                   EVD_ERR_SHARE);
  memcpy(K, t.pub[0].K, sizeof K);
  K[1] = t.pub[1].K[1];
  assert_int_equal(evd_share_check(&t.G, &P, K, 2, 3), EVD_ERR_SHARE);
  evd_zq_sec_add(&P, &P, &one);
  assert_int_equal(evd_share_check(&t.G, &P, t.pub[0].K, 2, 3), EVD_ERR_SHARE);
}

/* P(0) is the secret itself: nobody may ask for it. */
static void test_share_of_index_zero(void **state) {
  (void)state;
  evd_zq_sec P;
  evd_q bytes;
  static const evd_q zero;
  assert_int_equal(evd_share_eval(&P, t.sec[0].a, 2, 0), EVD_ERR_RANGE);
  evd_zq_sec_to_bytes(&bytes, &P);
  assert_memory_equal(bytes.b, zero.b, sizeof zero.b);
  assert_int_equal(evd_share_eval(&P, t.sec[0].a, 0, 1), EVD_ERR_RANGE);
  assert_int_equal(evd_share_eval(&P, t.sec[0].a, 2, 256), EVD_ERR_RANGE);
}

/* A receiver's key that is no element is refused before anything is sent. */
static void test_A04_share_to_bad_kappa(void **state) {
  (void)state;
  evd_share_ct ct;
  evd_p kappa;
  uint8_t random[2 * EVD_SAMPLE_BYTES];
  kit_random(random, sizeof random);
  kit_negate(&kappa, &t.pub[1].kappa);
  assert_int_equal(
      evd_share_seal(&t.G, &ct, &t.sec[0], 2, &kappa, &t.HP, random),
      EVD_ERR_MEMBER);
}

static void test_wipe(void **state) {
  (void)state;
  evd_guardian_sec sec;
  static const evd_zq_sec zero;
  assert_int_equal(evd_guardian_sec_shape(&sec, 2, &t.arena), EVD_OK);
  memset(sec.a, 1, 2 * sizeof *sec.a);
  memset(sec.a_hat, 1, 2 * sizeof *sec.a_hat);
  memset(&sec.zeta, 1, sizeof sec.zeta);
  evd_guardian_sec_wipe(&sec);
  for (int j = 0; j < 2; j++) {
    assert_memory_equal(&sec.a[j], &zero, sizeof zero);
    assert_memory_equal(&sec.a_hat[j], &zero, sizeof zero);
  }
  assert_memory_equal(&sec.zeta, &zero, sizeof zero);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_commitments),
      cmocka_unit_test(test_zeta_nonces_differ),
      cmocka_unit_test(test_A01_key_proof_binds_statement),
      cmocka_unit_test(test_A01_key_proof_forged_backwards),
      cmocka_unit_test(test_A05_key_challenge_compared),
      cmocka_unit_test(test_A05_response_plus_q),
      cmocka_unit_test(test_A04_negated_commitment),
      cmocka_unit_test(test_A09_rushing_key_has_no_proof),
      cmocka_unit_test(test_joint_keys_and_shares),
      cmocka_unit_test(test_guardian_view),
      cmocka_unit_test(test_make_refuses),
      cmocka_unit_test(test_share_round_trip),
      cmocka_unit_test(test_A01_share_proof_binds_statement),
      cmocka_unit_test(test_A05_share_challenge_compared),
      cmocka_unit_test(test_A05_share_response_plus_q),
      cmocka_unit_test(test_share_of_another_guardian),
      cmocka_unit_test(test_share_against_commitments),
      cmocka_unit_test(test_share_of_index_zero),
      cmocka_unit_test(test_A04_share_to_bad_kappa),
      cmocka_unit_test(test_wipe),
  };
  return cmocka_run_group_tests_name("egds_keys", tests, setup, teardown);
}
