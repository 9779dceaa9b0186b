/* L3: a guardian's part of decryption. Its shares z, z^ and the u of a proof
 * are secret; openings and responses are published. */
#include <string.h>

#include "egds/decrypt.h"
#include "egds/encrypt.h"
#include "egds/open.h"
#include "taint.h"

static const uint32_t U[2] = {1, 3};

static void scalar(evd_zq_sec *x) {
  uint8_t random[EVD_SAMPLE_BYTES];
  taint_fill_secret(random, sizeof random);
  evd_zq_sec_sample(x, random);
}

/* A tally cell (or contest data) with A = g: any element does. */
static void item(evd_item *it, bool is_data, uint8_t C1[32]) {
  memset(it, 0, sizeof *it);
  it->is_data = is_data;
  it->ind_c = 1;
  it->ind_o = is_data ? 0 : 1;
  it->A = taint_bare.g.bytes;
  it->B = taint_bare.K.bytes;
  it->C1 = (evd_span){C1, is_data ? 32 : 0};
  taint_fill(&it->key, sizeof it->key);
}

static void test_T21_decrypt_commit_respond(void) {
  for (int is_data = 0; is_data < 2; is_data++) {
    uint8_t C1[32] = {0}, random[EVD_SAMPLE_BYTES];
    evd_item it;
    evd_opening open;
    evd_h32 d;
    evd_zq_sec u, z;
    evd_zq c, w, v;
    item(&it, is_data, C1);
    scalar(&z);
    taint_fill_secret(random, sizeof random);
    evd_decrypt_commit(&taint_tabled, &u, &open, &d, &it, 1, U, 2, &z, random);
    TAINT_IS_HIDDEN(u);
    TAINT_IS_PUBLIC(open);
    TAINT_IS_PUBLIC(d);
    taint_require(evd_lagrange(&w, U, 2, 1) == EVD_OK, "coefficient");
    evd_zq_from_u64(&c, 12345);
    evd_decrypt_respond(&v, &u, &c, &w, &z);
    TAINT_IS_PUBLIC(v);
  }
}

static void test_T21_nonce_share_make(void) {
  uint8_t random[EVD_SAMPLE_BYTES];
  evd_h32 HE, id_B;
  evd_zq_sec z_hat;
  evd_p M;
  evd_q c, v;
  taint_fill(&HE, sizeof HE);
  taint_fill(&id_B, sizeof id_B);
  taint_fill_secret(random, sizeof random);
  scalar(&z_hat);
  evd_nonce_share_make(&taint_tabled, &M, &c, &v, &HE, &id_B, 1,
                       &taint_bare.g.bytes, &taint_bare.K_hat.value, &z_hat,
                       random);
  TAINT_IS_PUBLIC(M);
  TAINT_IS_PUBLIC(c);
  TAINT_IS_PUBLIC(v);
}

/* xi_B of a challenged ballot from partial decryptions. */
static void test_T21_nonce_open(void) {
  evd_p M[2] = {taint_bare.g.bytes, taint_bare.K.bytes};
  evd_h32 xi_B, HI, C1;
  taint_fill(&HI, sizeof HI);
  taint_fill(&C1, sizeof C1);
  TAINT_HIDE(M);
  taint_require(evd_nonce_open(&taint_bare, &xi_B, &HI, &taint_bare.K.bytes,
                               &C1, M, U, 2) == EVD_OK,
                "ballot nonce opened");
  TAINT_IS_HIDDEN(xi_B);
}

/* A challenged ballot is opened for everybody: nonces, values and data become
 * public, xi_B itself does not. */
static void test_T21_contest_open(void) {
  const evd_shape shape = {.ind_c = 1, .m = 1, .R = 1, .L = 1, .b = 2};
  static uint8_t random[2048];
  const uint32_t marks[1] = {1};
  const evd_selection sel = {.marks = marks};
  evd_opened_contest open;
  evd_ballot b;
  evd_h32 HE, xi_B;
  size_t n = evd_ballot_random_bytes(&shape, 1);
  taint_require(evd_ballot_shape(&b, &shape, 1, &taint_arena) == EVD_OK &&
                    evd_opened_shape(&open, &shape, &taint_arena) == EVD_OK &&
                    n <= sizeof random,
                "memory for a ballot");
  taint_fill(&HE, sizeof HE);
  taint_fill(&b.id_B, sizeof b.id_B);
  taint_fill(random, sizeof random);
  taint_require(evd_ballot_encrypt(&taint_tabled, &b, &shape, 1, &sel, &HE,
                                   random, n, &xi_B) == EVD_OK,
                "ballot encrypted");
  TAINT_HIDE(xi_B);
  taint_require(evd_contest_open_var(&taint_tabled, &open, &b.contests[0],
                                     &shape, &b.H_I, &xi_B) == EVD_OK,
                "contest opened");
  taint_is_public(open.values, sizeof open.values[0]);
  taint_is_public(open.nonces, sizeof open.nonces[0]);
  TAINT_IS_PUBLIC(open.data_nonce);
  taint_is_public(open.D, 64);
  taint_require(open.values[0] == 1, "the vote");
}

const taint_case taint_cases_decrypt[] = {
    {"test_T21_decrypt_commit_respond", true, test_T21_decrypt_commit_respond},
    {"test_T21_nonce_share_make", true, test_T21_nonce_share_make},
    {"test_T21_nonce_open", true, test_T21_nonce_open},
    {"test_T21_contest_open", true, test_T21_contest_open},
    {NULL, false, NULL},
};
