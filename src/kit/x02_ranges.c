/* Faults of values that no substep names, and of the proofs of nonces and
 * contest data: X.2, X.7, X.8.
 */
#include "base/require.h"
#include "egds/challenge.h"
#include "kit/faults.h"

enum { SMALL = 7, ATTEMPTS = 64, TAG_NONCE = 0x23, TAG_DATA = 0x27 };

/* ---- the encrypted nonce of the first ballot, which no hash covers ---- */

static void nonce_minus(evd_kit *e, int with) {
  evd_ballot *b = &e->ballots[0];
  (void)with;
  b->nonce_C0 = evd_kit_minus(&b->nonce_C0);
  for (uint32_t i = 0; i < ATTEMPTS; i++) {
    evd_kit_prove_nonce(e, 0, evd_kit_draw(e), &b->H_I);
    if (evd_kit_is_even(&b->nonce_c))
      return;
  }
  EVD_REQUIRE(false);
}

/* C0 = 0 or p: the commitment is 0 whatever the response is. */
static void nonce_zero(evd_kit *e, int with) {
  evd_ballot *b = &e->ballots[0];
  const evd_p none = evd_kit_number(0);
  const evd_zp commitment = evd_kit_zp(e, &none);
  evd_zq c;
  b->nonce_C0 = with ? evd_kit_p_plus(0) : none;
  evd_chal_nonce(&e->G, &c, &b->H_I, &commitment, &b->nonce_C0, &b->nonce_C1);
  b->nonce_c = evd_kit_q(c);
  b->nonce_v = evd_kit_q(evd_kit_zq(SMALL));
}

/* xi = 0: the response is the random itself. */
static void nonce_over(evd_kit *e, int with) {
  evd_ballot *b = &e->ballots[0];
  (void)with;
  e->secret[0].xi_hat = evd_kit_zq(0);
  evd_kit_nonce(e, 0);
  evd_kit_prove_nonce(e, 0, evd_kit_zq(SMALL), &b->H_I);
  b->nonce_v = evd_kit_q_plus(SMALL);
}

static void nonce_wrong(evd_kit *e, int with) {
  evd_ballot *b = &e->ballots[0];
  if (with == 0)
    evd_kit_next(&b->nonce_v);
  else if (with == 1)
    evd_kit_next(&b->nonce_c);
  else if (with == 2)
    evd_kit_flip(&b->nonce_C1);
  else if (with == 3)
    b->nonce_c = evd_kit_q_top();
  else
    evd_kit_prove_nonce(e, 0, evd_kit_draw(e),
                        with == 4 ? &e->ballots[1].H_I : &e->keys.H_E);
}

/* The challenge over the commitment alone; C0 solved from it. */
static void nonce_forged(evd_kit *e, int with) {
  evd_ballot *b = &e->ballots[0];
  evd_zq u = evd_kit_draw(e), v = evd_kit_zq(SMALL), c;
  evd_p a = evd_kit_g(e, u);
  evd_hmac h;
  (void)with;
  evd_h_init(&h, &b->H_I, NULL);
  evd_h_tag(&h, TAG_NONCE);
  evd_h_add(&h, a.b, sizeof a.b);
  evd_h_out_q(&h, &c);
  b->nonce_C0 = evd_kit_g(e, evd_kit_mul(evd_kit_sub(u, v), evd_kit_inv(c)));
  b->nonce_c = evd_kit_q(c);
  b->nonce_v = evd_kit_q(v);
}

/* ---- contest data that nobody decrypts ---- */

static void settle(evd_kit *e) {
  e->plan.no_data = true;
  evd_kit_chi(e, 0, 0);
  evd_kit_finish(e);
}

static void data_minus(evd_kit *e, int with) {
  evd_contest_ct *c = &e->ballots[0].contests[0];
  uint32_t left = ATTEMPTS;
  (void)with;
  c->data_C0 = evd_kit_minus(&c->data_C0);
  do {
    evd_kit_prove_data(e, 0, 0, evd_kit_draw(e), &e->ballots[0].H_I);
    EVD_REQUIRE(left > 0);
    left--;
  } while (!evd_kit_is_even(&c->data_c));
  settle(e);
}

static void data_over(evd_kit *e, int with) {
  (void)with;
  e->secret[0].data_xi[0] = evd_kit_zq(0);
  evd_kit_data(e, 0, 0);
  evd_kit_prove_data(e, 0, 0, evd_kit_zq(SMALL), &e->ballots[0].H_I);
  e->ballots[0].contests[0].data_v = evd_kit_q_plus(SMALL);
  settle(e);
}

static void data_wrong(evd_kit *e, int with) {
  evd_contest_ct *c = &e->ballots[0].contests[0];
  if (with == 0)
    evd_kit_next(&c->data_v);
  else if (with == 1)
    evd_kit_next(&c->data_c);
  else if (with == 2)
    c->data_C1[0] ^= 1;
  else
    evd_kit_prove_data(e, 0, 0, evd_kit_draw(e),
                       with == 3 ? &e->ballots[1].H_I : &e->keys.H_E);
  settle(e);
}

static void data_forged(evd_kit *e, int with) {
  evd_contest_ct *d = &e->ballots[0].contests[0];
  evd_zq u = evd_kit_draw(e), v = evd_kit_zq(SMALL), c;
  evd_p a = evd_kit_g(e, u);
  evd_hmac h;
  (void)with;
  evd_h_init(&h, &e->ballots[0].H_I, NULL);
  evd_h_tag(&h, TAG_DATA);
  evd_h_u32(&h, d->ind_c);
  evd_h_add(&h, a.b, sizeof a.b);
  evd_h_out_q(&h, &c);
  d->data_C0 = evd_kit_g(e, evd_kit_mul(evd_kit_sub(u, v), evd_kit_inv(c)));
  d->data_c = evd_kit_q(c);
  d->data_v = evd_kit_q(v);
  settle(e);
}

/* ---- decryptions and openings ---- */

/* T times -1, with a proof for -M under an even challenge. */
static void T_minus(evd_kit *e, int with) {
  evd_cell *f = &e->tally.contests[0].fields[0];
  evd_item it = evd_kit_item_cell(e, 1, 1);
  evd_p M = evd_kit_pow(e, &it.A, e->s);
  uint32_t left = ATTEMPTS;
  (void)with;
  M = evd_kit_minus(&M);
  f->T = evd_kit_minus(&f->T);
  do {
    (void)evd_kit_prove_item(e, &it, e->s, &M, evd_kit_draw(e), &f->c, &f->v);
    EVD_REQUIRE(left > 0);
    left--;
  } while (!evd_kit_is_even(&f->c));
}

static void A_zero(evd_kit *e, int with) {
  evd_cell_ct *f = &e->count.contests[0].fields[0];
  *(with ? &f->B : &f->A) = evd_kit_number(0);
}

/* Nonce 7 opened as q + 7. */
static void opened_nonce(evd_kit *e, int with) {
  const uint32_t at = 1;
  if (with == 0) {
    evd_kit_reset(e, at, 0, 0, 0, evd_kit_zq(SMALL));
  } else {
    e->secret[at].data_xi[0] = evd_kit_zq(SMALL);
    evd_kit_data(e, at, 0);
    evd_kit_chi(e, at, 0);
  }
  evd_kit_finish(e);
  evd_opened_contest *o = &e->opened[0].contests[0].o;
  *(with ? &o->data_nonce : &o->nonces[0]) = evd_kit_q_plus(SMALL);
}

#define TINY EVD_KIT_TINY
#define DATA EVD_KIT_DATA
static const evd_kit_fault rows[] = {
    {"X2-nonce-minus", "X.2", TINY, nonce_minus, NULL, 0,
     "C0 of a nonce times -1 under an even challenge"},
    {"X2-nonce-zero", "X.2", TINY, nonce_zero, NULL, 0,
     "C0 of a nonce is 0, the proof made to fit"},
    {"X2-nonce-p", "X.2", TINY, nonce_zero, NULL, 1, "C0 of a nonce is p"},
    {"X2-nonce-v", "X.2", TINY, nonce_over, NULL, 0,
     "a response 7 published as q + 7"},
    {"X2-data-minus", "X.2", DATA, data_minus, NULL, 0,
     "C0 of contest data times -1 under an even challenge"},
    {"X2-data-v", "X.2", DATA, data_over, NULL, 0,
     "a response of contest data published as q + 7"},
    {"X2-T-minus", "X.2 10.C", TINY, T_minus, NULL, 0,
     "T times -1 under an even challenge"},
    {"X2-A-zero", "X.2 9.A 10.B", TINY, A_zero, NULL, 0, "A = 0"},
    {"X2-B-zero", "X.2 9.B 10.B", TINY, A_zero, NULL, 1, "B = 0"},
    {"X2-opened", "X.2", EVD_KIT_MIXED, opened_nonce, NULL, 0,
     "a nonce 7 opened as q + 7"},
    {"X2-opened-data", "X.2", DATA, opened_nonce, NULL, 1,
     "a data nonce 7 opened as q + 7"},
    {"X7-v", "X.7", TINY, nonce_wrong, NULL, 0, "a response plus 1"},
    {"X7-c", "X.7", TINY, nonce_wrong, NULL, 1, "another challenge"},
    {"X7-C1", "X.7", TINY, nonce_wrong, NULL, 2, "another C1"},
    {"X7-top", "X.7 X.2", TINY, nonce_wrong, NULL, 3, "c = 2^256 - 1"},
    {"X7-ballot", "X.7", TINY, nonce_wrong, NULL, 4,
     "a proof made for another ballot"},
    {"X7-base", "X.7", TINY, nonce_wrong, NULL, 5, "keyed by H_E"},
    {"X7-forged", "X.7", TINY, nonce_forged, NULL, 0,
     "a challenge over the commitment alone; C0 solved from it"},
    {"X8-v", "X.8", DATA, data_wrong, NULL, 0, "a response plus 1"},
    {"X8-c", "X.8", DATA, data_wrong, NULL, 1, "another challenge"},
    {"X8-C1", "X.8", DATA, data_wrong, NULL, 2, "another C1"},
    {"X8-ballot", "X.8", DATA, data_wrong, NULL, 3,
     "a proof made for another ballot"},
    {"X8-base", "X.8", DATA, data_wrong, NULL, 4, "keyed by H_E"},
    {"X8-forged", "X.8", DATA, data_forged, NULL, 0,
     "a challenge over the commitment alone; C0 solved from it"},
};
EVD_KIT_TABLE(x02);
