#include "egds/decrypt.h"

#include "egds/challenge.h"
#include "egds/schnorr.h"

/* Ascending, distinct, 1..n, at least k: index 0 would ask for P(0), the
 * secret itself. */
evd_err evd_quorum_check(const uint32_t U[], uint32_t n_U, uint32_t n,
                         uint32_t k) {
  if (!n_U || n_U < k || n_U > n || n > EVD_N_MAX)
    return EVD_ERR_QUORUM;
  for (uint32_t j = 0; j < n_U; j++)
    if (!U[j] || U[j] > n || (j && U[j] <= U[j - 1]))
      return EVD_ERR_QUORUM;
  return EVD_OK;
}

/* [eq 85] w_i = prod l / (l - i) over l in U without i; indices are public. */
evd_err evd_lagrange(evd_zq *w, const uint32_t U[], uint32_t n_U, uint32_t i) {
  evd_zq top, below, x, index;
  bool found = false;
  evd_zq_from_u64(&top, 1);
  evd_zq_from_u64(&below, 1);
  evd_zq_from_u64(&index, i);
  evd_zq_from_u64(w, 0);
  for (uint32_t j = 0; j < n_U; j++) {
    if (U[j] == i) {
      if (found)
        return EVD_ERR_QUORUM;
      found = true;
      continue;
    }
    evd_zq_from_u64(&x, U[j]);
    evd_zq_mul(&top, &top, &x);
    evd_zq_sub(&x, &x, &index);
    evd_zq_mul(&below, &below, &x);
  }
  if (!found || !i)
    return EVD_ERR_QUORUM;
  evd_zq_inv(&below, &below);
  evd_zq_mul(w, &top, &below);
  return EVD_OK;
}

void evd_decrypt_commit(const evd_group *G, evd_zq_sec *u, evd_opening *open,
                        evd_h32 *d, const evd_item *it, uint32_t i,
                        const uint32_t U[], uint32_t n_U, const evd_zq_sec *z,
                        const uint8_t random[EVD_SAMPLE_BYTES]) {
  evd_zp A, x;
  (void)evd_zp_from_bytes(G->k, &A, &it->A);
  evd_zq_sec_sample(u, random);
  evd_base_pow_sec(G, &x, &G->g, u); /* [eq 87, 98] */
  evd_zp_to_bytes(G->k, &open->a, &x);
  evd_zp_pow_sec(G->k, &x, &A, u);
  evd_zp_to_bytes(G->k, &open->b, &x);
  evd_zp_pow_sec(G->k, &x, &A, z); /* [eq 84, 96] */
  evd_zp_to_bytes(G->k, &open->M, &x);
  /* published: d now, the opening in the next round */
  evd_declassify_bytes(open, sizeof *open);
  evd_decrypt_d(G, d, it, i, open, U, n_U);
}

/* out *= x^e; is x, as published, in Z_p^r? */
static bool accumulate(const evd_group *G, evd_zp *out, const evd_p *published,
                       const evd_exp *e) {
  evd_zp x, power, work[EVD_CHAIN_WORK(1)];
  bool canonical = evd_zp_from_bytes(G->k, &x, published);
  bool member = evd_zp_chain_var(G->k, &power, &x, canonical, e, 1, work);
  G->k->mul(out, out, &power);
  return member;
}

evd_err evd_decrypt_combine_var(const evd_group *G, evd_p *M, evd_zq *c,
                                const evd_item *it, const evd_opening open[],
                                const uint32_t U[], uint32_t n_U,
                                uint32_t *bad) {
  static const evd_exp one = {{1, 0, 0, 0}};
  evd_zp a, b, product;
  evd_zq w;
  evd_zp_one(&a);
  evd_zp_one(&b);
  evd_zp_one(&product);
  *bad = 0;
  for (uint32_t j = 0; j < n_U; j++) {
    EVD_TRY(evd_lagrange(&w, U, n_U, U[j]));
    evd_exp e = evd_exp_zq(&w);
    bool ok = accumulate(G, &a, &open[j].a, &one); /* [eq 89, 100] */
    ok &= accumulate(G, &b, &open[j].b, &one);
    ok &= accumulate(G, &product, &open[j].M, &e); /* [eq 86, 97] */
    if (ok)
      continue;
    *bad = U[j];
    return EVD_ERR_MEMBER;
  }
  evd_zp_to_bytes(G->k, M, &product);
  evd_chal_item(G, c, it, &a, &b, M);
  return EVD_OK;
}

/* v_i = u_i - (c w_i) z_i [eq 91, 92, 102] */
void evd_decrypt_respond(evd_zq *v, const evd_zq_sec *u, const evd_zq *c,
                         const evd_zq *w, const evd_zq_sec *z) {
  evd_zq ci;
  evd_zq_mul(&ci, c, w);
  evd_zq_sec_response(v, u, &ci, z);
}

evd_err evd_decrypt_blame_var(const evd_group *G, const evd_item *it,
                              const evd_opening *open, const evd_zp *S_i,
                              const evd_q *v, const evd_zq *c,
                              const evd_zq *w) {
  evd_zp x, A, M;
  evd_zq ci;
  evd_exp ev, ec;
  evd_zq_mul(&ci, c, w);
  ec = evd_exp_zq(&ci);
  evd_exp_from_bytes(&ev, v);
  if (!evd_in_Zq(v))
    return EVD_ERR_PROOF;
  EVD_TRY(evd_element_read_var(G, &M, &open->M));
  (void)evd_zp_from_bytes(G->k, &A, &it->A);
  evd_pow2_var(G, &x, &G->g.value, &ev, S_i, &ec); /* [eq 94] */
  if (!evd_element_is(G, &x, &open->a))
    return EVD_ERR_PROOF;
  evd_pow2_var(G, &x, &A, &ev, &M, &ec); /* [eq 95] */
  return evd_element_is(G, &x, &open->b) ? EVD_OK : EVD_ERR_PROOF;
}

/* [eq 93, 103] */
void evd_decrypt_sum(evd_q *v, const evd_q v_i[], uint32_t n_U) {
  evd_zq sum, x;
  evd_zq_from_u64(&sum, 0);
  for (uint32_t j = 0; j < n_U; j++) {
    (void)evd_zq_from_bytes(&x, &v_i[j]);
    evd_zq_add(&sum, &sum, &x);
  }
  evd_zq_to_bytes(v, &sum);
}

/* T = B M^-1, or M = B T^-1: [eq 82] and [V 10.1] have one form. */
void evd_decrypt_T_var(const evd_group *G, evd_p *T, const evd_p *B,
                       const evd_p *M) {
  evd_zp b, m;
  (void)evd_zp_from_bytes(G->k, &b, B);
  (void)evd_zp_from_bytes(G->k, &m, M);
  evd_zp_inv_var(G->k, &m, &m);
  G->k->mul(&b, &b, &m);
  evd_zp_to_bytes(G->k, T, &b);
}
