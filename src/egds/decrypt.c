#include "egds/decrypt.h"

#include <string.h>

#include "base/wipe.h"
#include "egds/challenge.h"
#include "egds/schnorr.h"

/* Ascending, distinct, 1..n, at least k: index 0 would ask for P(0), the
 * secret itself. */
evd_err evd_quorum_check(const uint32_t U[], uint32_t n_U, uint32_t n,
                         uint32_t k) {
  if (!n_U || n_U < k || n_U > n || n > EVD_N_MAX) return EVD_ERR_QUORUM;
  for (uint32_t j = 0; j < n_U; j++)
    if (!U[j] || U[j] > n || (j && U[j] <= U[j - 1])) return EVD_ERR_QUORUM;
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
      if (found) return EVD_ERR_QUORUM;
      found = true;
      continue;
    }
    evd_zq_from_u64(&x, U[j]);
    evd_zq_mul(&top, &top, &x);
    evd_zq_sub(&x, &x, &index);
    evd_zq_mul(&below, &below, &x);
  }
  if (!found || !i) return EVD_ERR_QUORUM;
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
    if (ok) continue;
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

static bool same(const evd_group *G, const evd_zp *x, const evd_p *published) {
  evd_p bytes;
  evd_zp_to_bytes(G->k, &bytes, x);
  return memcmp(bytes.b, published->b, sizeof bytes.b) == 0;
}

/* out = x^v y^c */
static void pow2_var(const evd_group *G, evd_zp *out, const evd_zp *x,
                     const evd_exp *v, const evd_zp *y, const evd_exp *c) {
  evd_zp t;
  evd_zp_pow_var(G->k, &t, x, v);
  evd_zp_pow_var(G->k, out, y, c);
  G->k->mul(out, out, &t);
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
  if (!evd_in_Zq(v)) return EVD_ERR_PROOF;
  EVD_TRY(evd_element_read_var(G, &M, &open->M));
  (void)evd_zp_from_bytes(G->k, &A, &it->A);
  pow2_var(G, &x, &G->g.value, &ev, S_i, &ec); /* [eq 94] */
  if (!same(G, &x, &open->a)) return EVD_ERR_PROOF;
  pow2_var(G, &x, &A, &ev, &M, &ec); /* [eq 95] */
  return same(G, &x, &open->b) ? EVD_OK : EVD_ERR_PROOF;
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

/* T = B M^-1, or M = B T^-1: [eq 82] and (10.1) have one form. */
void evd_decrypt_T_var(const evd_group *G, evd_p *T, const evd_p *B,
                       const evd_p *M) {
  evd_zp b, m;
  (void)evd_zp_from_bytes(G->k, &b, B);
  (void)evd_zp_from_bytes(G->k, &m, M);
  evd_zp_inv_var(G->k, &m, &m);
  G->k->mul(&b, &b, &m);
  evd_zp_to_bytes(G->k, T, &b);
}

/* The recomputed challenge of a joint proof: a = g^v key^c, b = A^v M^c. (10.2),
 * (10.3), (12.1), (12.2) */
static void recompute(const evd_group *G, evd_zq *challenge,
                      const evd_item *it, const evd_base *key, const evd_p *M,
                      const evd_q *c, const evd_q *v) {
  evd_zp a, b, x, y;
  evd_exp ec, ev;
  evd_exp_from_bytes(&ec, c);
  evd_exp_from_bytes(&ev, v);
  evd_base_pow_var(G, &a, &G->g, &ev);
  evd_base_pow_var(G, &x, key, &ec);
  G->k->mul(&a, &a, &x);
  (void)evd_zp_from_bytes(G->k, &x, &it->A);
  (void)evd_zp_from_bytes(G->k, &y, M);
  pow2_var(G, &b, &x, &ev, &y, &ec);
  evd_chal_item(G, challenge, it, &a, &b, M);
}

uint32_t evd_cell_check_var(const evd_group *G, const evd_item *it,
                            const evd_p *T, uint64_t t, const evd_q *c,
                            const evd_q *v) {
  uint32_t flags = 0;
  evd_zp x;
  evd_p M;
  evd_zq challenge;
  const evd_exp e = {{t, 0, 0, 0}};
  evd_decrypt_T_var(G, &M, &it->B, T); /* (10.1) */
  recompute(G, &challenge, it, &G->K, &M, c, v);
  if (!evd_in_Zq(v)) flags |= EVD_V10_A;                         /* [V 10.A] */
  if (!evd_challenge_is(&challenge, c)) flags |= EVD_V10_B;      /* [V 10.B] */
  evd_base_pow_var(G, &x, &G->K, &e);
  if (!same(G, &x, T)) flags |= EVD_V10_C; /* [V 10.C] */
  if (evd_element_read_var(G, &x, T) != EVD_OK || !evd_in_Zq(c))
    flags |= EVD_V10_X2_T;
  return flags;
}

static void data_key(const evd_group *G, evd_h32 *key, const evd_item *it,
                     const evd_p *beta) {
  evd_zp x;
  evd_zp_sec hidden;
  (void)evd_zp_from_bytes(G->k, &x, beta);
  evd_zp_sec_from_public(&hidden, &x);
  evd_key_data(G, key, &it->key, it->ind_c, &it->A, &hidden);
}

void evd_data_open(const evd_group *G, uint8_t *D, const evd_item *it,
                   const evd_p *beta) {
  evd_h32 key;
  data_key(G, &key, it, beta);
  evd_data_xor(G, D, it->C1.p, &key, it->ind_c, (uint32_t)(it->C1.n / 32));
}

/* (12.3), (12.4) and D = C1 xor k_1 .. k_b */
static bool data_fits(const evd_group *G, const evd_item *it,
                      const evd_p *beta, evd_span D) {
  uint32_t b = (uint32_t)(it->C1.n / 32);
  uint8_t differ = 0;
  evd_h32 key, k;
  if (D.n != it->C1.n) return false;
  data_key(G, &key, it, beta);
  for (uint32_t i = 0; i < b; i++) {
    evd_kdf_data(G, &k, &key, it->ind_c, i + 1, b);
    for (size_t j = 0; j < 32; j++)
      differ |= (uint8_t)(D.p[32 * i + j] ^ it->C1.p[32 * i + j] ^ k.b[j]);
  }
  return differ == 0;
}

uint32_t evd_data_opened_check_var(const evd_group *G, const evd_item *it,
                                   const evd_p *beta, const evd_q *c,
                                   const evd_q *v, evd_span D) {
  uint32_t flags = 0;
  evd_zp x;
  evd_zq challenge;
  recompute(G, &challenge, it, &G->K_hat, beta, c, v);
  if (!evd_in_Zq(v)) flags |= EVD_V12_A;                    /* [V 12.A] */
  if (!evd_challenge_is(&challenge, c)) flags |= EVD_V12_B; /* [V 12.B] */
  if (!data_fits(G, it, beta, D)) flags |= EVD_V12_C;       /* [V 12.C] */
  if (evd_element_read_var(G, &x, beta) != EVD_OK || !evd_in_Zq(c))
    flags |= EVD_V12_X2;
  return flags;
}
