/* From untrusted roots to claimed commitments, and the hashes over them.
 *
 * What comes out of a squaring is a quadratic residue, so nothing of order 2
 * is left in it. The rest is the product tests' part (batch.c). */
#include <string.h>

#include "egds/batch.h"
#include "egds/challenge.h"
#include "egds/check.h"
#include "egds/schnorr.h"

uint64_t evd_batch_values(const evd_ballot *b) {
  uint64_t n = 2;
  for (uint32_t i = 0; i < b->n_contests; i++) {
    const evd_contest_ct *c = &b->contests[i];
    for (uint32_t f = 0; f < c->n_fields; f++)
      n += 4 + 2 * (uint64_t)c->fields[f].range;
    n += 2 + 2 * (uint64_t)c->L + (c->b > 0 ? 2 : 0);
  }
  return n;
}

/* The square of *x, which is a hint; 0 is none. */
static bool square(const evd_group *G, evd_zp *x, evd_p *bytes) {
  evd_zp zero = {{0}};
  if (memcmp(x, &zero, sizeof zero) == 0) /* public */
    return false;
  G->k->sqr(x, x);
  evd_zp_raw_to_bytes(bytes, x);
  return true;
}

/* A statement must be the square exactly as it is published. */
static bool square_is(const evd_group *G, evd_zp *x, const evd_p *published) {
  evd_p bytes;
  return square(G, x, &bytes) &&
         memcmp(bytes.b, published->b, sizeof bytes.b) == 0; /* public */
}

/* The claimed a_0, b_0, .. end the hash h. */
static bool open_range(const evd_group *G, evd_hmac *h, evd_zp x[],
                       const evd_q c[], const evd_q v[], uint32_t range) {
  evd_zq sum, challenge;
  evd_p bytes;
  bool ok = true;
  for (uint32_t i = 0; i < 2 * (range + 1); i++) {
    ok &= square(G, &x[i], &bytes);
    evd_h_add(h, bytes.b, sizeof bytes.b);
  }
  evd_h_out_q(h, &challenge);
  ok &= evd_scalars_check(&sum, c, v, range) == 0;
  return ok && evd_zq_equal(&challenge, &sum);
}

static bool open_field(const evd_group *G, const evd_field *f,
                       const evd_h32 *HI, uint32_t ind_c, uint32_t ind_o,
                       evd_zp x[]) {
  evd_hmac h;
  if (!square_is(G, &x[0], &f->alpha) || !square_is(G, &x[1], &f->beta))
    return false;
  evd_chal_range_init(G, &h, HI, ind_c, ind_o, &f->alpha, &f->beta);
  return open_range(G, &h, x + 2, f->c, f->v, f->range);
}

static bool open_limit(const evd_group *G, const evd_contest_ct *c,
                       const evd_shape *s, const evd_h32 *HI, evd_zp x[]) {
  evd_zp alpha, beta;
  evd_p alpha_bytes, beta_bytes;
  evd_hmac h;
  evd_contest_product_var(G, &alpha, &beta, c, s);
  evd_zp_to_bytes(G->k, &alpha_bytes, &alpha);
  evd_zp_to_bytes(G->k, &beta_bytes, &beta);
  evd_chal_range_init(G, &h, HI, c->ind_c, 0, &alpha_bytes, &beta_bytes);
  return open_range(G, &h, x, c->limit_c, c->limit_v, c->L);
}

/* C0 and the claimed a of a proof of knowledge; a also in the usual form. */
static bool open_pair(const evd_group *G, const evd_p *C0, const evd_q *c,
                      const evd_q *v, evd_zp x[2], evd_zp *a) {
  evd_p bytes;
  if (!square_is(G, &x[0], C0) || !square(G, &x[1], &bytes))
    return false;
  (void)evd_zp_from_bytes(G->k, a, &bytes);
  return evd_in_Zq(c) && evd_in_Zq(v);
}

static bool open_nonce(const evd_group *G, const evd_ballot *b, evd_zp x[2]) {
  evd_zp a;
  evd_zq c;
  if (!open_pair(G, &b->nonce_C0, &b->nonce_c, &b->nonce_v, x, &a))
    return false;
  evd_chal_nonce(G, &c, &b->H_I, &a, &b->nonce_C0, &b->nonce_C1);
  return evd_challenge_is(&c, &b->nonce_c);
}

static bool open_data(const evd_group *G, const evd_contest_ct *ct,
                      const evd_h32 *HI, evd_zp x[2]) {
  evd_zp a;
  evd_zq c;
  evd_span C1 = {ct->data_C1, (size_t)ct->b * 32};
  if (!open_pair(G, &ct->data_C0, &ct->data_c, &ct->data_v, x, &a))
    return false;
  evd_chal_data(G, &c, HI, ct->ind_c, &a, &ct->data_C0, C1);
  return evd_challenge_is(&c, &ct->data_c);
}

bool evd_batch_open_var(const evd_group *G, const evd_ballot *b,
                        const evd_shape shapes[], evd_zp x[]) {
  if (!open_nonce(G, b, x))
    return false;
  x += 2;
  for (uint32_t i = 0; i < b->n_contests; i++) {
    const evd_contest_ct *c = &b->contests[i];
    for (uint32_t o = 1; o <= c->n_fields; o++) {
      const evd_field *f = &c->fields[o - 1];
      if (!open_field(G, f, &b->H_I, c->ind_c, o, x))
        return false;
      x += 4 + 2 * (size_t)f->range;
    }
    if (!open_limit(G, c, &shapes[c->ind_c - 1], &b->H_I, x))
      return false;
    x += 2 + 2 * (size_t)c->L;
    if (c->b > 0 && !open_data(G, c, &b->H_I, x))
      return false;
    x += c->b > 0 ? 2 : 0;
  }
  return true;
}
