/* Faults of encryptions and their proofs: 6.A-7.D, and X.9, which is the same
 * on ballots that are not cast.
 */
#include "egds/challenge.h"
#include "kit/faults.h"

enum { SMALL = 7, LARGE = 99 };

static void settle(evd_kit *e, uint32_t at) {
  evd_kit_chi(e, at, 0);
  evd_kit_finish(e);
}

/* ---- 6.A ---- */

static void minus_of(evd_kit *e, uint32_t at, bool beta) {
  evd_field *f = evd_kit_field_of(e, at, 0, 0);
  evd_p *x = beta ? &f->beta : &f->alpha;
  *x = evd_kit_minus(x);
  evd_kit_reprove(e, at, 0, 0, true);
  evd_kit_chi(e, at, 0);
}

/* On two ballots, so that it cancels in the tally. */
static void minus(evd_kit *e, int with) {
  minus_of(e, 0, with);
  minus_of(e, 1, with);
  evd_kit_finish(e);
}

static void stranger(evd_kit *e, int with) {
  evd_p x = evd_kit_stranger(e);
  for (uint32_t at = 0; at < 2; at++) {
    evd_field *f = evd_kit_field_of(e, at, 0, 0);
    evd_p *y = with ? &f->beta : &f->alpha;
    *y = evd_kit_times(e, y, &x);
    evd_kit_reprove(e, at, 0, 0, false);
    evd_kit_chi(e, at, 0);
    x = evd_kit_inverse(e, &x);
  }
  evd_kit_finish(e);
}

/* alpha = 1 published as p + 1. */
static void alpha_over(evd_kit *e, int with) {
  evd_field *f = evd_kit_field_of(e, 0, 0, 0);
  (void)with;
  e->secret[0].xi[0][0] = evd_kit_zq(0);
  evd_kit_cipher(e, 0, 0, 0);
  f->alpha = evd_kit_p_plus(1);
  evd_kit_reprove(e, 0, 0, 0, false);
  settle(e, 0);
}

/* alpha = beta = 0: every commitment is 0, and any two challenges with the
 * right sum fit. */
static void fit_zero(evd_kit *e, evd_q c[2], evd_q v[2], uint32_t ind_o,
                     uint32_t at) {
  const evd_p none = evd_kit_number(0);
  evd_hmac h;
  evd_zq all;
  evd_chal_range_init(&e->G, &h, &e->ballots[at].H_I, 1, ind_o, &none, &none);
  for (uint32_t i = 0; i < 4; i++)
    evd_h_add(&h, none.b, sizeof none.b);
  evd_h_out_q(&h, &all);
  c[0] = evd_kit_q(evd_kit_zq(1));
  c[1] = evd_kit_q(evd_kit_sub(all, evd_kit_zq(1)));
  v[0] = v[1] = evd_kit_q(evd_kit_zq(SMALL));
}

static void zero_field(evd_kit *e, uint32_t at) {
  evd_contest_ct *c = &e->ballots[at].contests[0];
  evd_field *f = &c->fields[0];
  f->alpha = f->beta = evd_kit_number(0);
  fit_zero(e, f->c, f->v, 1, at);
  fit_zero(e, c->limit_c, c->limit_v, 0, at);
  evd_kit_chi(e, at, 0);
}

/* A = B = 0 then, and its decryption may claim anything: two votes. */
static void zero(evd_kit *e, int with) {
  evd_cell *cell = &e->tally.contests[0].fields[0];
  const evd_p none = evd_kit_number(0);
  evd_zq u = evd_kit_draw(e);
  (void)with;
  zero_field(e, 0);
  evd_kit_chain(e);
  evd_kit_count_up(e);
  evd_item it = evd_kit_item_cell(e, 1, 1);
  cell->T = evd_kit_K(e, evd_kit_zq(2));
  cell->t = 2;
  (void)evd_kit_prove_item(e, &it, e->s, &none, u, &cell->c, &cell->v);
}

/* ---- scalars of q and more: the equations hold ---- */

static evd_q *scalar(evd_kit *e, uint32_t at, bool limit, bool response,
                     uint32_t j) {
  evd_contest_ct *c = &e->ballots[at].contests[0];
  if (limit)
    return response ? &c->limit_v[j] : &c->limit_c[j];
  return response ? &c->fields[1].v[j] : &c->fields[1].c[j];
}

/* The challenge or response of branch j becomes 7 (or, with is_q, 0), then q
 * is added. Branch j is one that the prover simulates. */
static void over(evd_kit *e, uint32_t at, bool limit, bool response,
                 bool is_q) {
  const uint8_t low = is_q ? 0 : SMALL;
  evd_contest_ct *ct = &e->ballots[at].contests[0];
  evd_kit_claim claim =
      limit ? evd_kit_claim_limit(e, at, 0) : evd_kit_claim_field(e, at, 0, 1);
  const uint32_t j = claim.value == 0 ? 1 : 0;
  evd_zq c = evd_kit_zq(response ? LARGE : low);
  claim.has_c[j] = true;
  claim.c[j] = c;
  claim.has_u[j] = response;
  claim.u[j] = evd_kit_add(evd_kit_zq(low), evd_kit_mul(c, claim.xi));
  if (limit)
    evd_kit_prove(e, &claim, ct->limit_c, ct->limit_v);
  else
    evd_kit_prove(e, &claim, ct->fields[1].c, ct->fields[1].v);
  *scalar(e, at, limit, response, j) = evd_kit_q_plus(low);
}

static void field_c(evd_kit *e, int with) {
  over(e, with == 1, false, false, with == 2);
}

static void field_v(evd_kit *e, int with) {
  over(e, with == 1, false, true, with == 2);
}

static void limit_c(evd_kit *e, int with) {
  over(e, with == 1, true, false, with == 2);
}

static void limit_v(evd_kit *e, int with) {
  over(e, with == 1, true, true, with == 2);
}

/* ---- 6.D, 7.D ---- */

static void next_v(evd_kit *e, int with) {
  evd_kit_next(scalar(e, 0, with, true, 0));
}

/* c_0 + 1 and c_1 - 1: the sum is right. */
static void shifted(evd_kit *e, int with) {
  evd_q *c = scalar(e, 0, with, false, 1);
  evd_kit_next(scalar(e, 0, with, false, 0));
  *c = evd_kit_q(evd_kit_sub(evd_kit_zq_of(c), evd_kit_zq(1)));
}

/* The proof was made over another statement. */
static void statement(evd_kit_claim *claim, const evd_kit *e, int which) {
  if (which == 0)
    claim->key = e->ballots[1].H_I;
  else if (which == 1)
    claim->key = e->keys.H_E;
  else if (which == 2)
    claim->ind_c = 2;
  else if (which == 3)
    claim->ind_o = claim->ind_o ? 0 : 1;
  else
    claim->off = evd_kit_zq(LARGE);
}

static void field_statement(evd_kit *e, int with) {
  evd_field *f = evd_kit_field_of(e, 0, 0, 0);
  evd_kit_claim claim = evd_kit_claim_field(e, 0, 0, 0);
  statement(&claim, e, with);
  evd_kit_prove(e, &claim, f->c, f->v);
}

static void limit_statement(evd_kit *e, int with) {
  evd_contest_ct *c = &e->ballots[0].contests[0];
  evd_kit_claim claim = evd_kit_claim_limit(e, 0, 0);
  statement(&claim, e, with);
  evd_kit_prove(e, &claim, c->limit_c, c->limit_v);
}

/* Two options exchanged with their proofs, codes and tally made anew. */
static void exchanged(evd_kit *e, int with) {
  evd_field *f = e->ballots[0].contests[0].fields, first = f[0];
  evd_kit_secret *s = &e->secret[0];
  evd_zq value = s->value[0][0], xi = s->xi[0][0];
  (void)with;
  f[0] = f[1];
  f[1] = first;
  s->value[0][0] = s->value[0][1];
  s->xi[0][0] = s->xi[0][1];
  s->value[0][1] = value;
  s->xi[0][1] = xi;
  settle(e, 0);
}

/* Options hold 2 and -1: their sum is in order. A second ballot keeps the
 * tally in range. */
static void two_and_minus(evd_kit *e, int with) {
  (void)with;
  for (uint32_t at = 0; at < 2; at++) {
    evd_zq one = evd_kit_zq(1), two = evd_kit_zq(2);
    evd_zq less = evd_kit_sub(evd_kit_zq(0), one);
    e->secret[at].value[0][0] = at == 0 ? two : less;
    e->secret[at].value[0][1] = at == 0 ? less : two;
    evd_kit_field(e, at, 0, 0);
    evd_kit_field(e, at, 0, 1);
    evd_kit_limit(e, at, 0);
    evd_kit_chi(e, at, 0);
  }
  evd_kit_finish(e);
}

/* A ciphertext re-randomised under its old proof; the limit made anew. */
static void under_old(evd_kit *e, int with) {
  (void)with;
  e->secret[0].xi[0][0] = evd_kit_add(e->secret[0].xi[0][0], evd_kit_zq(SMALL));
  evd_kit_cipher(e, 0, 0, 0);
  evd_kit_limit(e, 0, 0);
  settle(e, 0);
}

static void two_votes(evd_kit *e, int with) {
  (void)with;
  evd_kit_reset(e, 0, 0, 1, 1, e->secret[0].xi[0][1]);
  evd_kit_finish(e);
}

/* An overvote and a vote where the limit proof counts #overvote once. */
static void overvote_once(evd_kit *e, int with) {
  evd_contest_ct *c = &e->ballots[0].contests[0];
  evd_kit_secret *s = &e->secret[0];
  evd_zq sum = evd_kit_zq(0);
  (void)with;
  s->value[0][2] = evd_kit_zq(1);
  s->value[0][3] = evd_kit_zq(0);
  for (uint32_t j = 0; j < c->n_fields; j++)
    evd_kit_field(e, 0, 0, j);
  evd_kit_claim claim = evd_kit_claim_limit(e, 0, 0);
  claim.alpha = claim.beta = evd_kit_number(1);
  for (uint32_t j = 0; j < c->n_fields; j++) {
    claim.alpha = evd_kit_times(e, &claim.alpha, &c->fields[j].alpha);
    claim.beta = evd_kit_times(e, &claim.beta, &c->fields[j].beta);
    sum = evd_kit_add(sum, s->xi[0][j]);
  }
  claim.xi = sum;
  claim.value = 2; /* a vote and an overvote, where L = 2 */
  evd_kit_prove(e, &claim, c->limit_c, c->limit_v);
  settle(e, 0);
}

/* ---- X.9 ---- */

enum { CHALLENGED = 1, SPOILED = 3 }; /* ballots of the base `mixed` */

static void resettle(evd_kit *e, uint32_t at) {
  evd_kit_chi(e, at, 0);
  evd_kit_chain(e);
  evd_kit_openings(e);
}

static void not_cast(evd_kit *e, int with) {
  switch (with) {
  case 0:
    minus_of(e, SPOILED, false);
    break;
  case 1:
    zero_field(e, SPOILED);
    break;
  case 2:
    over(e, SPOILED, false, false, false);
    break;
  case 3:
    *scalar(e, CHALLENGED, false, true, 0) = evd_kit_q_top();
    break;
  case 4:
    evd_kit_reset(e, SPOILED, 0, 0, 2, evd_kit_zq(LARGE));
    break;
  case 5:
    evd_kit_reset(e, SPOILED, 0, 0, 1, evd_kit_zq(LARGE));
    break;
  default:
    over(e, CHALLENGED, true, true, false);
    break;
  }
  resettle(e, with == 3 || with > 5 ? CHALLENGED : SPOILED);
}

#define TINY EVD_KIT_TINY
#define MIXED EVD_KIT_MIXED
static const evd_kit_fault rows[] = {
    {"6A-alpha-minus", "6.A 7.A", TINY, minus, NULL, 0,
     "alpha times -1 on two ballots under even challenges: all else holds"},
    {"6A-beta-minus", "6.A 7.A", TINY, minus, NULL, 1,
     "beta times -1 on two ballots under even challenges: all else holds"},
    {"6A-over", "6.A 7.A", TINY, alpha_over, NULL, 0,
     "alpha = 1 published as p + 1"},
    {"7A-zero", "7.A 6.A X.2", TINY, zero, NULL, 0,
     "alpha = beta = 0 with proofs made to fit, and two votes out of one"},
    {"6A-order", "6.A 6.D 7.A 7.D", TINY, stranger, NULL, 0,
     "alpha times an element of another order, cancelling in the tally"},
    {"7A-order", "7.A 7.D 6.A 6.D", TINY, stranger, NULL, 1,
     "beta times an element of another order, cancelling in the tally"},
    {"6B-plus-q", "6.B", TINY, field_c, NULL, 0,
     "a challenge 7 published as q + 7: every equation holds"},
    {"6B-second", "6.B", TINY, field_c, NULL, 1,
     "the same on the second ballot"},
    {"6B-is-q", "6.B", TINY, field_c, NULL, 2, "a challenge 0 published as q"},
    {"6C-plus-q", "6.C", TINY, field_v, NULL, 0,
     "a response 7 published as q + 7"},
    {"6C-second", "6.C", TINY, field_v, NULL, 1,
     "the same on the second ballot"},
    {"6C-is-q", "6.C", TINY, field_v, NULL, 2, "a response 0 published as q"},
    {"6D-v", "6.D", TINY, next_v, NULL, 0, "a response plus 1"},
    {"6D-c", "6.D", TINY, shifted, NULL, 0,
     "a challenge plus 1, the other minus 1: the sum is right"},
    {"6D-ballot", "6.D", TINY, field_statement, NULL, 0,
     "a proof made for another ballot"},
    {"6D-base", "6.D", TINY, field_statement, NULL, 1, "keyed by H_E"},
    {"6D-contest", "6.D", TINY, field_statement, NULL, 2,
     "a proof made for another contest"},
    {"6D-option", "6.D", TINY, field_statement, NULL, 3,
     "a proof without its option index"},
    {"6D-key", "6.D", TINY, field_statement, NULL, 4,
     "a proof under another key"},
    {"6D-exchanged", "6.D", TINY, exchanged, NULL, 0,
     "two options exchanged with their proofs; codes and tally made anew"},
    {"6D-two-minus-one", "6.D", TINY, two_and_minus, NULL, 0,
     "the options hold 2 and -1, the limit holds"},
    {"6D-old-proof", "6.D", TINY, under_old, NULL, 0,
     "a ciphertext re-randomised under its old proof"},
    {"7B-plus-q", "7.B", TINY, limit_c, NULL, 0,
     "a challenge 7 of the limit published as q + 7"},
    {"7B-second", "7.B", TINY, limit_c, NULL, 1,
     "the same on the second ballot"},
    {"7B-is-q", "7.B", TINY, limit_c, NULL, 2, "a challenge 0 published as q"},
    {"7C-plus-q", "7.C", TINY, limit_v, NULL, 0,
     "a response 7 of the limit published as q + 7"},
    {"7C-second", "7.C", TINY, limit_v, NULL, 1,
     "the same on the second ballot"},
    {"7C-is-q", "7.C", TINY, limit_v, NULL, 2, "a response 0 published as q"},
    {"7D-v", "7.D", TINY, next_v, NULL, 1, "a response plus 1"},
    {"7D-c", "7.D", TINY, shifted, NULL, 1,
     "a challenge plus 1, the other minus 1: the sum is right"},
    {"7D-ballot", "7.D", TINY, limit_statement, NULL, 0,
     "a limit proof made for another ballot"},
    {"7D-base", "7.D", TINY, limit_statement, NULL, 1, "keyed by H_E"},
    {"7D-option", "7.D", TINY, limit_statement, NULL, 3,
     "a limit proof with an option index"},
    {"7D-two-votes", "7.D", TINY, two_votes, NULL, 0, "two votes where L = 1"},
    {"7D-overvote", "7.D", EVD_KIT_DATA, overvote_once, NULL, 0,
     "an overvote beside a vote; the limit counts #overvote once"},
    {"X9-minus", "X.9", MIXED, not_cast, NULL, 0,
     "alpha times -1 on a spoiled ballot"},
    {"X9-zero", "X.9", MIXED, not_cast, NULL, 1,
     "alpha = beta = 0 on a spoiled ballot"},
    {"X9-plus-q", "X.9", MIXED, not_cast, NULL, 2,
     "a challenge of q and more on a spoiled ballot"},
    {"X9-top", "X.9", MIXED, not_cast, NULL, 3,
     "a response 2^256 - 1 on a challenged ballot"},
    {"X9-value", "X.9", MIXED, not_cast, NULL, 4,
     "a spoiled ballot holds 2 where R = 1"},
    {"X9-limit", "X.9", MIXED, not_cast, NULL, 5,
     "two votes on a spoiled ballot where L = 1"},
    {"X9-limit-v", "X.9", MIXED, not_cast, NULL, 6,
     "a response of q and more in the limit of a challenged ballot"},
};
EVD_KIT_TABLE(f06);
