/* Hints from a ballot that stands as it is.
 *
 * Statements have the odd order q, so x^((q + 1) / 2) is a root of x, and the
 * root of a commitment g^v alpha^c comes of the halves of v and c mod q: with
 * the powers of a check, on the same chain of squarings. */
#include "egds/batch.h"
#include "egds/check.h"

/* Branches on one chain, beside the root of the statement: see check.c. */
enum { CHUNK = 3 };

/* 1/2 mod q = (q + 1) / 2 = 2^255 - 94 */
static const evd_zq half = {{0 - (uint64_t)((EVD_Q_TAIL - 1) / 2), UINT64_MAX,
                             UINT64_MAX, UINT64_MAX / 2}};

static void half_of(evd_exp *e, const evd_zq *x) {
  evd_zq r;
  evd_zq_mul(&r, x, &half);
  *e = evd_exp_zq(&r);
}

/* out = the hint of base^(e/2) x */
static void put(const evd_group *G, evd_p *out, const evd_base *base,
                const evd_zq *e, const evd_zp *x) {
  evd_zp r;
  evd_exp halved;
  half_of(&halved, e);
  evd_base_pow_var(G, &r, base, &halved);
  G->k->mul(&r, &r, x);
  evd_zp_raw_hint(G->k, out, &r);
}

static void put_branch(const evd_group *G, evd_p out[2], const evd_q *c,
                       const evd_q *v, uint32_t j, const evd_zp *alpha_c,
                       const evd_zp *beta_c) {
  evd_zq cj, w, index;
  (void)evd_zq_from_bytes(&cj, c);
  (void)evd_zq_from_bytes(&w, v);
  put(G, &out[0], &G->g, &w, alpha_c);
  evd_zq_from_u64(&index, j);
  evd_zq_mul(&cj, &cj, &index);
  evd_zq_sub(&w, &w, &cj);
  put(G, &out[1], &G->K, &w, beta_c);
}

/* n <= CHUNK branches from `first`; of_statement: NULL or room for the hints
 * of alpha and beta. */
static void put_chunk(const evd_group *G, const evd_zp AB[2], const evd_q c[],
                      const evd_q v[], uint32_t first, uint32_t n,
                      evd_p *of_statement, evd_p out[]) {
  evd_zp work[EVD_CHAIN_WORK(CHUNK + 1)];
  evd_zp alpha_c[CHUNK + 1], beta_c[CHUNK + 1];
  evd_exp e[CHUNK + 1] = {0};
  evd_zq x;
  for (uint32_t j = 0; j < n; j++) {
    (void)evd_zq_from_bytes(&x, &c[first + j]);
    half_of(&e[j], &x);
  }
  e[n] = evd_exp_zq(&half);
  uint32_t n_powers = of_statement ? n + 1 : n;
  evd_zp_chain_var(G->k, alpha_c, &AB[0], true, e, n_powers, work);
  evd_zp_chain_var(G->k, beta_c, &AB[1], true, e, n_powers, work);
  if (of_statement) {
    evd_zp_raw_hint(G->k, &of_statement[0], &alpha_c[n]);
    evd_zp_raw_hint(G->k, &of_statement[1], &beta_c[n]);
  }
  for (uint32_t j = 0; j < n; j++)
    put_branch(G, out + 2 * j, &c[first + j], &v[first + j], first + j,
               &alpha_c[j], &beta_c[j]);
}

static void put_range(const evd_group *G, const evd_zp AB[2], const evd_q c[],
                      const evd_q v[], uint32_t range, evd_p *of_statement,
                      evd_p out[]) {
  for (uint32_t j = 0; j <= range; j += CHUNK) {
    uint32_t left = range + 1 - j;
    put_chunk(G, AB, c, v, j, left < CHUNK ? left : CHUNK,
              j == 0 ? of_statement : NULL, out + 2 * (size_t)j);
  }
}

static void put_field(const evd_group *G, const evd_field *f, evd_p out[]) {
  evd_zp AB[2];
  (void)evd_zp_from_bytes(G->k, &AB[0], &f->alpha);
  (void)evd_zp_from_bytes(G->k, &AB[1], &f->beta);
  put_range(G, AB, f->c, f->v, f->range, out, out + 2);
}

static void put_pair(const evd_group *G, const evd_p *C0, const evd_q *c,
                     const evd_q *v, evd_p out[2]) {
  evd_zp work[EVD_CHAIN_WORK(2)], x, power[2];
  evd_exp e[2];
  evd_zq s;
  (void)evd_zp_from_bytes(G->k, &x, C0);
  (void)evd_zq_from_bytes(&s, c);
  half_of(&e[0], &s);
  e[1] = evd_exp_zq(&half);
  evd_zp_chain_var(G->k, power, &x, true, e, 2, work);
  evd_zp_raw_hint(G->k, &out[0], &power[1]);
  (void)evd_zq_from_bytes(&s, v);
  put(G, &out[1], &G->g, &s, &power[0]);
}

void evd_batch_make_var(const evd_group *G, const evd_ballot *b,
                        const evd_shape shapes[], evd_p out[]) {
  put_pair(G, &b->nonce_C0, &b->nonce_c, &b->nonce_v, out);
  out += 2;
  for (uint32_t i = 0; i < b->n_contests; i++) {
    const evd_contest_ct *c = &b->contests[i];
    evd_zp AB[2];
    for (uint32_t f = 0; f < c->n_fields; f++) {
      put_field(G, &c->fields[f], out);
      out += 4 + 2 * (size_t)c->fields[f].range;
    }
    evd_contest_product_var(G, &AB[0], &AB[1], c, &shapes[c->ind_c - 1]);
    put_range(G, AB, c->limit_c, c->limit_v, c->L, NULL, out);
    out += 2 + 2 * (size_t)c->L;
    if (c->b > 0) {
      put_pair(G, &c->data_C0, &c->data_c, &c->data_v, out);
      out += 2;
    }
  }
}
