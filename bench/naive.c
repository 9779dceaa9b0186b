#include "naive.h"

#include <gmp.h>
#include <openssl/bn.h>

#include "common.h"
#include "egds/challenge.h"
#include "egds/check.h"

static struct { mpz_t p, q, x, y, e; } gmp;
static struct {
  BIGNUM *p, *q, *x, *y, *e;
  BN_CTX *ctx;
  BN_MONT_CTX *mont;
} ssl;

void evd_naive_open(void) {
  mpz_inits(gmp.p, gmp.q, gmp.x, gmp.y, gmp.e, NULL);
  mpz_import(gmp.p, EVD_P_BYTES, 1, 1, 1, 0, evd_p_bytes);
  mpz_import(gmp.q, EVD_Q_BYTES, 1, 1, 1, 0, evd_q_bytes);
  ssl.ctx = BN_CTX_new();
  ssl.mont = BN_MONT_CTX_new();
  ssl.p = BN_bin2bn(evd_p_bytes, EVD_P_BYTES, NULL);
  ssl.q = BN_bin2bn(evd_q_bytes, EVD_Q_BYTES, NULL);
  ssl.x = BN_new();
  ssl.y = BN_new();
  ssl.e = BN_new();
  evd_bench_holds(ssl.ctx && ssl.mont && ssl.p && ssl.q && ssl.x && ssl.y &&
                      ssl.e && BN_MONT_CTX_set(ssl.mont, ssl.p, ssl.ctx),
                  "OpenSSL");
}

void evd_naive_close(void) {
  mpz_clears(gmp.p, gmp.q, gmp.x, gmp.y, gmp.e, NULL);
  BN_free(ssl.p), BN_free(ssl.q), BN_free(ssl.x), BN_free(ssl.y);
  BN_free(ssl.e);
  BN_MONT_CTX_free(ssl.mont), BN_CTX_free(ssl.ctx);
}

/* ---- GMP ---- */

static void gmp_pow(mpz_t r, const evd_p *x, const evd_q *e) {
  mpz_import(r, EVD_P_BYTES, 1, 1, 1, 0, x->b);
  mpz_import(gmp.e, EVD_Q_BYTES, 1, 1, 1, 0, e->b);
  mpz_powm(r, r, gmp.e, gmp.p);
}

static void gmp_commit(evd_p *r, const evd_p *x, const evd_q *d, const evd_p *y,
                       const evd_q *e) {
  size_t n = 0;
  *r = (evd_p){{0}};
  gmp_pow(gmp.x, x, d);
  gmp_pow(gmp.y, y, e);
  mpz_mul(gmp.x, gmp.x, gmp.y);
  mpz_mod(gmp.x, gmp.x, gmp.p);
  mpz_export(r->b + EVD_P_BYTES - (mpz_sizeinbase(gmp.x, 2) + 7) / 8, &n, 1, 1,
             1, 0, gmp.x);
}

static bool gmp_member(const evd_p *x) {
  mpz_import(gmp.x, EVD_P_BYTES, 1, 1, 1, 0, x->b);
  mpz_powm(gmp.x, gmp.x, gmp.q, gmp.p);
  return mpz_cmp_ui(gmp.x, 1) == 0;
}

const evd_naive evd_naive_gmp = {gmp_commit, gmp_member};

/* ---- OpenSSL ---- */

static void ssl_pow(BIGNUM *r, const evd_p *x, const BIGNUM *e) {
  evd_bench_holds(BN_bin2bn(x->b, EVD_P_BYTES, r) &&
                      BN_mod_exp_mont(r, r, e, ssl.p, ssl.ctx, ssl.mont),
                  "OpenSSL");
}

static void ssl_commit(evd_p *r, const evd_p *x, const evd_q *d, const evd_p *y,
                       const evd_q *e) {
  BN_bin2bn(d->b, EVD_Q_BYTES, ssl.e);
  ssl_pow(ssl.x, x, ssl.e);
  BN_bin2bn(e->b, EVD_Q_BYTES, ssl.e);
  ssl_pow(ssl.y, y, ssl.e);
  evd_bench_holds(BN_mod_mul(ssl.x, ssl.x, ssl.y, ssl.p, ssl.ctx) &&
                      BN_bn2binpad(ssl.x, r->b, EVD_P_BYTES) == EVD_P_BYTES,
                  "OpenSSL");
}

static bool ssl_member(const evd_p *x) {
  ssl_pow(ssl.x, x, ssl.q);
  return BN_is_one(ssl.x);
}

const evd_naive evd_naive_openssl = {ssl_commit, ssl_member};

/* ---- the proofs ---- */

/* w_j = v_j - j c_j mod q */
static evd_q exponent_of_K(const evd_q *v, const evd_q *c, uint32_t j) {
  evd_zq w, x, index;
  evd_q bytes;
  evd_zq_from_u64(&index, j);
  (void)evd_zq_from_bytes(&w, v);
  (void)evd_zq_from_bytes(&x, c);
  evd_zq_mul(&x, &x, &index);
  evd_zq_sub(&w, &w, &x);
  evd_zq_to_bytes(&bytes, &w);
  return bytes;
}

/* Ends the proof over 0..1 whose hash h stands after the ciphertext. */
static bool ends(const evd_naive *n, const evd_group *G, evd_hmac *h,
                 const evd_p *alpha, const evd_p *beta, const evd_q c[2],
                 const evd_q v[2]) {
  evd_p g, K, r;
  evd_zq sum, challenge;
  evd_zp_to_bytes(G->k, &g, &G->g.value);
  evd_zp_to_bytes(G->k, &K, &G->K.value);
  for (uint32_t j = 0; j < 2; j++) {
    const evd_q w = exponent_of_K(&v[j], &c[j], j);
    n->commit(&r, &g, &v[j], alpha, &c[j]);
    evd_h_add(h, r.b, EVD_P_BYTES);
    n->commit(&r, &K, &w, beta, &c[j]);
    evd_h_add(h, r.b, EVD_P_BYTES);
  }
  evd_h_out_q(h, &challenge);
  return evd_scalars_check(&sum, c, v, 1) == 0 &&
         evd_zq_equal(&challenge, &sum);
}

bool evd_naive_field(const evd_naive *n, const evd_group *G, const evd_field *f,
                     const evd_h32 *HI, uint32_t ind_c, uint32_t ind_o) {
  evd_hmac h;
  evd_chal_range_init(G, &h, HI, ind_c, ind_o, &f->alpha, &f->beta);
  return n->member(&f->alpha) && n->member(&f->beta) && f->range == 1 &&
         ends(n, G, &h, &f->alpha, &f->beta, f->c, f->v);
}

bool evd_naive_limit(const evd_naive *n, const evd_group *G,
                     const evd_contest_ct *c, const evd_shape *s,
                     const evd_h32 *HI) {
  evd_zp x, y;
  evd_p alpha, beta;
  evd_hmac h;
  evd_contest_product_var(G, &x, &y, c, s);
  evd_zp_to_bytes(G->k, &alpha, &x);
  evd_zp_to_bytes(G->k, &beta, &y);
  evd_chal_range_init(G, &h, HI, c->ind_c, 0, &alpha, &beta);
  return c->L == 1 && ends(n, G, &h, &alpha, &beta, c->limit_c, c->limit_v);
}
