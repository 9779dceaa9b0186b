/* Faults of guardians and joint keys: 2.A-3.B, X.4, X.5. */
#include <string.h>

#include "base/require.h"
#include "kit/faults.h"

enum { ATTEMPTS = 256, TAG_KEYS = 0x10, TAG_H_G = 0x13, SMALL = 7 };

static void prove_even(evd_kit *e, uint32_t i, bool hat) {
  const evd_key_proof *p = hat ? &e->pub[i].proof_hat : &e->pub[i].proof;
  uint32_t left = ATTEMPTS;
  do {
    evd_kit_prove_guardian(e, i, hat);
    EVD_REQUIRE(left > 0);
    left--;
  } while (!evd_kit_is_even(&p->c));
}

/* ---- 2.A: a factor -1 that an even challenge hides ---- */

static void minus_key(evd_kit *e, int with) {
  evd_guardian_pub *g = &e->pub[with];
  evd_p *K = with == 2 ? &g->K_hat[1] : &g->K[1];
  *K = evd_kit_minus(K);
  prove_even(e, (uint32_t)with, with == 2);
  evd_kit_H_G(e);
}

static void minus_kappa(evd_kit *e, int with) {
  (void)with;
  e->pub[0].kappa = evd_kit_minus(&e->pub[0].kappa);
  prove_even(e, 0, false);
  prove_even(e, 0, true);
  evd_kit_H_G(e);
}

/* A proof of guardian 1 with chosen u, over the label, index and key given;
 * commitments 0 where `zero` says so. */
typedef struct {
  evd_zq u[EVD_KIT_GUARDIANS];
  evd_h32 key;
  uint32_t i;
  const char *label;
  bool hat, no_keys;
  int zero; /* place whose commitment is 0; -1: none */
} key_claim;

static key_claim claim_of(evd_kit *e, bool hat) {
  key_claim c = {.key = e->keys.H_P,
                 .i = 1,
                 .label = hat ? "pk_data" : "pk_vote",
                 .hat = hat,
                 .zero = -1};
  for (uint32_t j = 0; j <= e->pub[0].k; j++)
    c.u[j] = evd_kit_draw(e);
  return c;
}

static void prove_claim(evd_kit *e, const key_claim *claim) {
  evd_guardian_pub *g = &e->pub[0];
  const evd_guardian_sec *s = &e->sec[0];
  evd_key_proof *p = claim->hat ? &g->proof_hat : &g->proof;
  evd_hmac h;
  evd_zq c;
  evd_h_init(&h, &claim->key, NULL);
  evd_h_tag(&h, TAG_KEYS);
  evd_h_add(&h, claim->label, strlen(claim->label));
  evd_h_u32(&h, claim->i);
  if (!claim->no_keys) {
    evd_h_add(&h, claim->hat ? g->K_hat : g->K, g->k * sizeof(evd_p));
    evd_h_add(&h, g->kappa.b, sizeof g->kappa.b);
  }
  for (int j = 0; j <= (int)g->k; j++) {
    evd_p a = j == claim->zero ? evd_kit_number(0) : evd_kit_g(e, claim->u[j]);
    evd_h_add(&h, a.b, sizeof a.b);
  }
  evd_h_out_q(&h, &c);
  p->c = evd_kit_q(c);
  for (uint32_t j = 0; j <= g->k; j++) {
    const evd_zq_sec *a = claim->hat ? s->a_hat : s->a;
    evd_zq x = evd_kit_plain(j < g->k ? &a[j] : &s->zeta);
    p->v[j] = evd_kit_q(evd_kit_response(claim->u[j], c, x));
  }
}

/* K_1,1 becomes 0, p or p + 1, and the proof fits: v is u itself, and the
 * commitment is 0 if the key is 0 modulo p. */
static void fit_key(evd_kit *e, int with) {
  key_claim claim = claim_of(e, false);
  e->pub[0].K[1] = with == 0   ? evd_kit_number(0)
                   : with == 1 ? evd_kit_p_plus(0)
                               : evd_kit_p_plus(1);
  claim.zero = with < 2 ? 1 : -1;
  prove_claim(e, &claim);
  e->pub[0].proof.v[1] = evd_kit_q(claim.u[1]);
  evd_kit_H_G(e);
}

/* ---- 2.B: v + q where a coefficient 0 makes v the random itself ---- */

static void response_over(evd_kit *e, int with) {
  const bool hat = with == 1;
  const uint8_t v = with == 2 ? 0 : SMALL;
  key_claim claim = claim_of(e, hat);
  evd_guardian_pub *g = &e->pub[0];
  evd_zq_sec *a = hat ? e->sec[0].a_hat : e->sec[0].a;
  a[1] = evd_kit_sec(evd_kit_zq(0));
  *(hat ? &g->K_hat[1] : &g->K[1]) = evd_kit_number(1);
  claim.u[1] = evd_kit_zq(v);
  prove_claim(e, &claim);
  (hat ? &g->proof_hat : &g->proof)->v[1] = evd_kit_q_plus(v);
  evd_kit_H_G(e);
}

/* ---- 2.C ---- */

static void wrong_proof(evd_kit *e, int with) {
  evd_key_proof *p = with == 1 ? &e->pub[1].proof_hat : &e->pub[1].proof;
  evd_kit_next(with == 1 ? &p->c : &p->v[0]);
}

static void wrong_statement(evd_kit *e, int with) {
  key_claim claim = claim_of(e, false);
  if (with == 0)
    claim.i = 2;
  else if (with == 1)
    claim.label = "pk_data";
  else if (with == 2)
    claim.key = e->keys.H_B;
  else
    claim.no_keys = true;
  prove_claim(e, &claim);
}

/* Commitments first, a challenge that leaves the keys out, then the key. */
static void forged_key(evd_kit *e, int with) {
  key_claim claim = claim_of(e, false);
  evd_guardian_pub *g = &e->pub[0];
  evd_zq v = evd_kit_zq(SMALL);
  (void)with;
  claim.no_keys = true;
  prove_claim(e, &claim);
  evd_zq c = evd_kit_zq_of(&g->proof.c);
  g->K[1] =
      evd_kit_g(e, evd_kit_mul(evd_kit_sub(claim.u[1], v), evd_kit_inv(c)));
  g->proof.v[1] = evd_kit_q(v);
  evd_kit_H_G(e);
}

/* ---- 3.A, 3.B: all is made under another joint key ---- */

static void off(evd_kit *e, int with) {
  evd_zq *x = with % 2 ? &e->K_hat_off : &e->K_off;
  const evd_guardian_sec *last = &e->sec[e->plan.n - 1];
  const evd_guardian_sec *first = &e->sec[0];
  if (with < 2) /* g^5 more */
    *x = evd_kit_zq(5);
  else if (with < 4) /* a guardian left out */
    *x = evd_kit_sub(*x,
                     evd_kit_plain(with % 2 ? &last->a_hat[0] : &last->a[0]));
  else /* a guardian counted twice */
    *x = evd_kit_plain(with % 2 ? &first->a_hat[0] : &first->a[0]);
  evd_kit_build(e);
}

/* ---- X.4, X.5 ---- */

static void numbers(evd_kit *e, int with) {
  e->plan.kind = "election";
  if (with == 1)
    e->plan.k = 1;
  if (with == 2)
    e->plan.n = 2;
  evd_kit_build(e);
}

static void names(evd_kit *e, int with) {
  (void)with;
  e->man.n_guardians--;
  evd_kit_keys(e);
  evd_kit_finish(e);
}

/* The ceremony once more from changed secrets. */
static void degenerate(evd_kit *e, int with) {
  evd_guardian_sec *s = e->sec;
  evd_zq_sec none = evd_kit_sec(evd_kit_zq(0));
  evd_zq first = evd_kit_plain(&s[0].a[0]);
  switch (with) {
  case 0:
    s[0].a[0] = none;
    break;
  case 1:
    s[2].a_hat[0] = none;
    break;
  case 2:
    s[1].zeta = none;
    break;
  case 3:
    s[2].a[0] = s[0].a[0];
    break;
  case 4:
    s[2].a[0] = evd_kit_sec(evd_kit_sub(evd_kit_zq(0), first));
    break;
  default:
    s[1].a_hat[0] = s[2].a_hat[0];
    break;
  }
  evd_kit_guardians(e);
  evd_kit_keys(e);
  evd_kit_finish(e);
}

static void flip_H_G(evd_kit *e, int with) {
  (void)with;
  evd_kit_flip(&e->keys.H_G);
}

/* H_G in another order (0), or without kappa (1). */
static void other_H_G(evd_kit *e, int with) {
  evd_hmac h;
  evd_h_init(&h, &e->keys.H_B, NULL);
  evd_h_tag(&h, TAG_H_G);
  evd_h_add(&h, e->keys.K.b, sizeof e->keys.K.b);
  evd_h_add(&h, e->keys.K_hat.b, sizeof e->keys.K_hat.b);
  for (uint32_t hat = 0; hat < 2; hat++)
    for (uint32_t a = 0; a < e->plan.k * e->plan.n; a++) {
      uint32_t i = with ? a / e->plan.k : a % e->plan.n;
      uint32_t j = with ? a % e->plan.k : a / e->plan.n;
      const evd_p *K = hat ? e->pub[i].K_hat : e->pub[i].K;
      evd_h_add(&h, K[j].b, sizeof K[j].b);
    }
  for (uint32_t i = 0; !with && i < e->plan.n; i++)
    evd_h_add(&h, e->pub[i].kappa.b, sizeof e->pub[i].kappa.b);
  evd_h_out(&h, &e->keys.H_G);
}

#define PAIR EVD_KIT_PAIR
#define TINY EVD_KIT_TINY
static const evd_kit_fault rows[] = {
    {"2A-K-minus", "2.A", PAIR, minus_key, NULL, 1,
     "K_2,1 times -1 under an even challenge: the proof still holds"},
    {"2A-K-hat-minus", "2.A", PAIR, minus_key, NULL, 2,
     "K^_3,1 times -1 under an even challenge"},
    {"2A-kappa-minus", "2.A", PAIR, minus_kappa, NULL, 0,
     "kappa_1 times -1 under two even challenges"},
    {"2A-zero", "2.A", PAIR, fit_key, NULL, 0,
     "K_1,1 = 0 with a proof made to fit"},
    {"2A-p", "2.A", PAIR, fit_key, NULL, 1,
     "K_1,1 = p with a proof made to fit"},
    {"2A-p-plus-1", "2.A", PAIR, fit_key, NULL, 2,
     "K_1,1 = p + 1, which is 1 when reduced, with a proof made to fit"},
    {"2B-plus-q", "2.B", PAIR, response_over, NULL, 0,
     "a response 7 published as q + 7: every equation holds"},
    {"2B-hat-plus-q", "2.B", PAIR, response_over, NULL, 1,
     "the same in the hatted proof"},
    {"2B-is-q", "2.B", PAIR, response_over, NULL, 2,
     "a response 0 published as q"},
    {"2C-v", "2.C", PAIR, wrong_proof, NULL, 0, "a response plus 1"},
    {"2C-c", "2.C", PAIR, wrong_proof, NULL, 1,
     "right responses under another challenge"},
    {"2C-index", "2.C", PAIR, wrong_statement, NULL, 0,
     "a proof over the index of guardian 2"},
    {"2C-label", "2.C", PAIR, wrong_statement, NULL, 1,
     "the label pk_data in the proof for votes"},
    {"2C-base", "2.C", PAIR, wrong_statement, NULL, 2, "keyed by H_B"},
    {"2C-weak", "2.C", PAIR, wrong_statement, NULL, 3,
     "the keys left out of the challenge"},
    {"2C-forged", "2.C", PAIR, forged_key, NULL, 0,
     "commitments first, then a key to fit them"},
    {"3A-off", "3.A", TINY, off, NULL, 0, "all is made under K g^5"},
    {"3A-left-out", "3.A", PAIR, off, NULL, 2,
     "a guardian left out of the joint key"},
    {"3A-twice", "3.A", PAIR, off, NULL, 4,
     "a guardian counted twice in the joint key"},
    {"3B-off", "3.B", TINY, off, NULL, 1, "all is made under K^ g^5"},
    {"3B-left-out", "3.B", PAIR, off, NULL, 3,
     "a guardian left out of the joint data key"},
    {"3B-twice", "3.B", PAIR, off, NULL, 5,
     "a guardian counted twice in the joint data key"},
    {"X4-alone", "X.4", TINY, numbers, NULL, 0,
     "one guardian in an election that is no trial"},
    {"X4-quorum-1", "X.4", PAIR, numbers, NULL, 1,
     "a quorum of one in an election that is no trial"},
    {"X4-two", "X.4", PAIR, numbers, NULL, 2,
     "two guardians in an election that is no trial"},
    {"X4-names", "X.4", PAIR, names, NULL, 0, "two names for three guardians"},
    {"X4-K-one", "X.4", PAIR, degenerate, NULL, 0, "K_1,0 = 1"},
    {"X4-K-hat-one", "X.4", PAIR, degenerate, NULL, 1, "K^_3,0 = 1"},
    {"X4-kappa-one", "X.4", PAIR, degenerate, NULL, 2, "kappa_2 = 1"},
    {"X4-equal", "X.4", PAIR, degenerate, NULL, 3, "K_3,0 = K_1,0"},
    {"X4-inverse", "X.4", PAIR, degenerate, NULL, 4, "K_3,0 = K_1,0^-1"},
    {"X4-hat-equal", "X.4", PAIR, degenerate, NULL, 5, "K^_2,0 = K^_3,0"},
    {"X5-bit", "X.5", PAIR, flip_H_G, NULL, 0, "a bit of H_G"},
    {"X5-order", "X.5", PAIR, other_H_G, NULL, 0,
     "H_G over the coefficients first, not the guardians"},
    {"X5-kappa", "X.5", TINY, other_H_G, NULL, 1, "H_G without kappa"},
};
EVD_KIT_TABLE(f02);
