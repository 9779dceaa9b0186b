/* L3: the key ceremony. Polynomials, communication keys and randomness are
 * secret; commitments, proofs and sealed shares are published. */
#include <string.h>

#include "egds/share.h"
#include "taint.h"

enum { K = 2 };

static void shape(evd_guardian_sec *sec, evd_guardian_pub *pub) {
  taint_require(evd_guardian_sec_shape(sec, K, &taint_arena) == EVD_OK &&
                    evd_guardian_pub_shape(pub, K, &taint_arena) == EVD_OK,
                "memory for a guardian");
}

static void make(const evd_group *G, uint32_t i, evd_guardian_sec *sec,
                 evd_guardian_pub *pub, const evd_h32 *HP) {
  uint8_t random[(4 * K + 3) * EVD_SAMPLE_BYTES];
  taint_require(sizeof random == evd_guardian_random_bytes(K), "random bytes");
  shape(sec, pub);
  taint_fill_secret(random, sizeof random);
  taint_require(evd_guardian_make(G, sec, pub, i, HP, random, sizeof random) ==
                    EVD_OK,
                "guardian made");
}

static void pub_is_public(const evd_guardian_pub *pub) {
  taint_is_public(pub->K, K * sizeof pub->K[0]);
  taint_is_public(pub->K_hat, K * sizeof pub->K_hat[0]);
  TAINT_IS_PUBLIC(pub->kappa);
  TAINT_IS_PUBLIC(pub->proof.c);
  TAINT_IS_PUBLIC(pub->proof_hat.c);
  taint_is_public(pub->proof.v, (K + 1) * sizeof pub->proof.v[0]);
  taint_is_public(pub->proof_hat.v, (K + 1) * sizeof pub->proof_hat.v[0]);
}

static void test_T21_guardian_make(void) {
  evd_guardian_sec sec;
  evd_guardian_pub pub;
  evd_h32 HP;
  taint_fill(&HP, sizeof HP);
  make(&taint_tabled, 1, &sec, &pub, &HP);
  pub_is_public(&pub);
  taint_is_hidden(sec.a, K * sizeof sec.a[0]);
  taint_is_hidden(sec.a_hat, K * sizeof sec.a_hat[0]);
  TAINT_IS_HIDDEN(sec.zeta);
  evd_guardian_sec_wipe(&sec);
}

/* The two steps of it, from secrets that are there. */
static void test_T21_guardian_publish_prove(void) {
  evd_guardian_sec sec;
  evd_guardian_pub pub;
  evd_h32 HP;
  uint8_t random[(K + 1) * EVD_SAMPLE_BYTES];
  taint_fill(&HP, sizeof HP);
  shape(&sec, &pub);
  sec.i = 1;
  taint_fill_secret(sec.a, K * sizeof sec.a[0]);
  taint_fill_secret(sec.a_hat, K * sizeof sec.a_hat[0]);
  taint_fill_secret(&sec.zeta, sizeof sec.zeta);
  evd_guardian_publish(&taint_tabled, &pub, &sec);
  for (int hat = 0; hat < 2; hat++) {
    taint_fill_secret(random, sizeof random);
    evd_guardian_prove(&taint_tabled, &pub, &sec, hat, &HP, random);
  }
  pub_is_public(&pub);
}

/* The shares of one guardian for another: evaluated, sealed, opened, checked;
 * the sum of both is the receiver's secret. */
static void test_T21_share(void) {
  evd_guardian_sec sec;
  evd_guardian_pub pub;
  evd_share_ct ct;
  evd_zq_sec P, P_hat;
  evd_h32 HP;
  uint8_t random[2 * EVD_SAMPLE_BYTES];
  const evd_group *G = &taint_tabled;
  taint_fill(&HP, sizeof HP);
  make(G, 1, &sec, &pub, &HP);
  pub_is_public(&pub);
  taint_require(evd_share_eval(&P, sec.a, K, 1) == EVD_OK, "share evaluated");
  TAINT_IS_HIDDEN(P);
  taint_fill_secret(random, sizeof random);
  taint_require(evd_share_seal(G, &ct, &sec, 1, &pub.kappa, &HP, random) ==
                    EVD_OK,
                "share sealed");
  TAINT_IS_PUBLIC(ct);
  taint_require(
      evd_share_open(G, &P, &P_hat, &ct, &sec.zeta, &pub.kappa, &HP) == EVD_OK,
      "share opened");
  TAINT_IS_HIDDEN(P);
  TAINT_IS_HIDDEN(P_hat);
  taint_require(evd_share_check(G, &P, pub.K, K, 1) == EVD_OK, "right share");
  taint_require(evd_share_check(G, &P_hat, pub.K, K, 1) == EVD_ERR_SHARE,
                "wrong share");
}

const taint_case taint_cases_keys[] = {
    {"test_T21_guardian_make", true, test_T21_guardian_make},
    {"test_T21_guardian_publish_prove", true, test_T21_guardian_publish_prove},
    {"test_T21_share_eval_seal_open_check", true, test_T21_share},
    {NULL, false, NULL},
};
