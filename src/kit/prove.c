/* Proofs over any statement: the prover knows every discrete logarithm. */
#include "kit/prove.h"

#include "base/require.h"
#include "egds/challenge.h"
#include "egds/check.h"

enum { ATTEMPTS = 4096 };

/* A value that no proof admits stands for one that is not small. */
static uint32_t small_of(evd_zq x) {
  return x.l[0] < EVD_KIT_BRANCHES && !(x.l[1] | x.l[2] | x.l[3])
             ? (uint32_t)x.l[0]
             : EVD_KIT_BRANCHES;
}

evd_kit_claim evd_kit_claim_field(const evd_kit *e, uint32_t at, uint32_t ci,
                                  uint32_t j) {
  const evd_contest_ct *c = &e->ballots[at].contests[ci];
  return (evd_kit_claim){.key = e->ballots[at].H_I,
                         .ind_c = c->ind_c,
                         .ind_o = j + 1,
                         .alpha = c->fields[j].alpha,
                         .beta = c->fields[j].beta,
                         .xi = e->secret[at].xi[ci][j],
                         .value = small_of(e->secret[at].value[ci][j]),
                         .range = c->fields[j].range};
}

evd_kit_claim evd_kit_claim_limit(const evd_kit *e, uint32_t at, uint32_t ci) {
  const evd_contest_ct *c = &e->ballots[at].contests[ci];
  const evd_shape s = evd_kit_shape(e, at, ci);
  evd_zp a, b;
  evd_zq sum;
  evd_kit_claim claim = {
      .key = e->ballots[at].H_I, .ind_c = c->ind_c, .range = c->L};
  evd_contest_product_var(&e->G, &a, &b, c, &s);
  evd_zp_to_bytes(e->G.k, &claim.alpha, &a);
  evd_zp_to_bytes(e->G.k, &claim.beta, &b);
  evd_kit_limit_secret(e, at, ci, &sum, &claim.xi);
  claim.value = small_of(sum);
  return claim;
}

evd_zq evd_kit_response(evd_zq u, evd_zq c, evd_zq s) {
  return evd_kit_sub(u, evd_kit_mul(c, s));
}

/* b_j = key^t with the key off by g^off. */
static evd_p commit_b(const evd_kit *e, evd_zq off, evd_zq t) {
  return evd_kit_g(e, evd_kit_mul(evd_kit_add(e->s, off), t));
}

static bool all_even(const evd_q c[], uint32_t n) {
  for (uint32_t j = 0; j < n; j++)
    if (!evd_kit_is_even(&c[j]))
      return false;
  return true;
}

static void prove_once(evd_kit *e, const evd_kit_claim *claim, evd_q c[],
                       evd_q v[]) {
  evd_zq u[EVD_KIT_BRANCHES], ch[EVD_KIT_BRANCHES], all;
  evd_hmac h;
  EVD_REQUIRE(claim->range < EVD_KIT_BRANCHES);
  evd_chal_range_init(&e->G, &h, &claim->key, claim->ind_c, claim->ind_o,
                      &claim->alpha, &claim->beta);
  for (uint32_t j = 0; j <= claim->range; j++) {
    u[j] = claim->has_u[j] ? claim->u[j] : evd_kit_draw(e);
    ch[j] = claim->has_c[j] ? claim->c[j] : evd_kit_even(e);
    evd_zq t = u[j];
    if (j != claim->value)
      t = evd_kit_add(
          t, evd_kit_mul(ch[j],
                         evd_kit_sub(evd_kit_zq(claim->value), evd_kit_zq(j))));
    evd_p a = evd_kit_g(e, u[j]), b = commit_b(e, claim->off, t);
    evd_h_add(&h, a.b, sizeof a.b);
    evd_h_add(&h, b.b, sizeof b.b);
  }
  evd_h_out_q(&h, &all);
  for (uint32_t j = 0; j <= claim->range; j++)
    if (j != claim->value)
      all = evd_kit_sub(all, ch[j]);
  if (claim->value <= claim->range)
    ch[claim->value] = all;
  for (uint32_t j = 0; j <= claim->range; j++) {
    c[j] = evd_kit_q(ch[j]);
    v[j] = evd_kit_q(evd_kit_response(u[j], ch[j], claim->xi));
  }
}

void evd_kit_prove(evd_kit *e, const evd_kit_claim *claim, evd_q c[],
                   evd_q v[]) {
  for (uint32_t i = 0; i < ATTEMPTS; i++) {
    prove_once(e, claim, c, v);
    if (!claim->even || all_even(c, claim->range + 1))
      return;
  }
  EVD_REQUIRE(false);
}

void evd_kit_reprove(evd_kit *e, uint32_t at, uint32_t ci, uint32_t j,
                     bool even) {
  evd_contest_ct *c = &e->ballots[at].contests[ci];
  evd_field *f = &c->fields[j];
  evd_kit_claim field = evd_kit_claim_field(e, at, ci, j);
  evd_kit_claim limit = evd_kit_claim_limit(e, at, ci);
  field.even = limit.even = even;
  evd_kit_prove(e, &field, f->c, f->v);
  evd_kit_prove(e, &limit, c->limit_c, c->limit_v);
}

/* ---- one commitment ---- */

void evd_kit_prove_nonce(evd_kit *e, uint32_t at, evd_zq u,
                         const evd_h32 *key) {
  evd_ballot *b = &e->ballots[at];
  evd_p a = evd_kit_g(e, u);
  evd_zp commitment = evd_kit_zp(e, &a);
  evd_zq c;
  evd_chal_nonce(&e->G, &c, key, &commitment, &b->nonce_C0, &b->nonce_C1);
  b->nonce_c = evd_kit_q(c);
  b->nonce_v = evd_kit_q(evd_kit_response(u, c, e->secret[at].xi_hat));
}

void evd_kit_prove_data(evd_kit *e, uint32_t at, uint32_t ci, evd_zq u,
                        const evd_h32 *key) {
  evd_contest_ct *d = &e->ballots[at].contests[ci];
  evd_p a = evd_kit_g(e, u);
  evd_zp commitment = evd_kit_zp(e, &a);
  evd_zq c;
  evd_chal_data(
      &e->G, &c, key, d->ind_c, &commitment, &d->data_C0,
      (evd_span){d->data_C1, (size_t)d->b * 32}); /* a block's bytes */
  d->data_c = evd_kit_q(c);
  d->data_v = evd_kit_q(evd_kit_response(u, c, e->secret[at].data_xi[ci]));
}

/* ---- decryptions ---- */

evd_item evd_kit_item_cell(const evd_kit *e, uint32_t ind_c, uint32_t ind_o) {
  const evd_cell_ct *cell = &e->count.contests[ind_c - 1].fields[ind_o - 1];
  return (evd_item){.ind_c = ind_c,
                    .ind_o = ind_o,
                    .A = cell->A,
                    .B = cell->B,
                    .key = e->keys.H_E};
}

evd_item evd_kit_item_data(const evd_kit *e, uint32_t at, uint32_t ci) {
  const evd_contest_ct *c = &e->ballots[at].contests[ci];
  return (evd_item){.is_data = true,
                    .ind_c = c->ind_c,
                    .A = c->data_C0,
                    .C1 = {c->data_C1, (size_t)c->b * 32}, /* blocks */
                    .C2_c = c->data_c,
                    .C2_v = c->data_v,
                    .key = e->ballots[at].H_I};
}

evd_zq evd_kit_prove_item(const evd_kit *e, const evd_item *it, evd_zq s,
                          const evd_p *M, evd_zq u, evd_q *c, evd_q *v) {
  evd_p a = evd_kit_g(e, u), b = evd_kit_pow(e, &it->A, u);
  evd_zp x = evd_kit_zp(e, &a), y = evd_kit_zp(e, &b);
  evd_zq challenge;
  evd_chal_item(&e->G, &challenge, it, &x, &y, M);
  *c = evd_kit_q(challenge);
  *v = evd_kit_q(evd_kit_response(u, challenge, s));
  return challenge;
}
