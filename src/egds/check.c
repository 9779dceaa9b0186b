#include "egds/check.h"

#include <string.h>

#include "egds/challenge.h"
#include "egds/hashes.h"
#include "egds/schnorr.h"

/* Challenges handled on one chain: scratch stays below 24 KiB of stack, and
 * the common ranges (0..1 to 0..3) need a single chain. */
enum { CHUNK = 4 };

/* The statement of a range proof: the ciphertext in Montgomery form, and
 * whether its published bytes were below p. */
typedef struct {
  evd_zp alpha, beta;
  bool alpha_canonical, beta_canonical;
} statement;

/* a_j = g^v_j alpha^c_j and b_j = K^w_j beta^c_j into the hash; alpha^c_j and
 * beta^c_j are given. [V 6.1, 6.2, 7.3, 7.4]
 * Exponents of g and K, which are known members, may be reduced mod q. */
static void add_branch(const evd_group *G, evd_hmac *h, evd_zp *alpha_c,
                       evd_zp *beta_c, uint32_t j, const evd_q *c,
                       const evd_q *v) {
  evd_zp power;
  evd_zq cj, w, index;
  evd_exp e;
  evd_exp_from_bytes(&e, v);
  evd_base_pow_var(G, &power, &G->g, &e);
  G->k->mul(alpha_c, alpha_c, &power);
  evd_h_element(G, h, alpha_c);
  evd_zq_from_u64(&index, j);
  evd_zq_from_bytes(&cj, c); /* >= q is reported as 6.B, 6.C; here mod q */
  evd_zq_from_bytes(&w, v);
  evd_zq_mul(&cj, &cj, &index);
  evd_zq_sub(&w, &w, &cj);
  e = evd_exp_zq(&w);
  evd_base_pow_var(G, &power, &G->K, &e);
  G->k->mul(beta_c, beta_c, &power);
  evd_h_element(G, h, beta_c);
}

/* n <= CHUNK branches from `first`. Returns whether alpha and beta lie in
 * Z_p^r. Exponents of alpha and beta are taken as published: outside the
 * subgroup c and c mod q are different powers. */
static bool add_chunk(const evd_group *G, evd_hmac *h, const statement *x,
                      const evd_q c[], const evd_q v[], uint32_t first,
                      uint32_t n) {
  evd_zp work[EVD_CHAIN_WORK(CHUNK)], alpha_c[CHUNK], beta_c[CHUNK];
  evd_exp e[CHUNK] = {0};
  for (uint32_t j = 0; j < n; j++)
    evd_exp_from_bytes(&e[j], &c[first + j]);
  bool ok = evd_zp_chain_var(G->k, alpha_c, &x->alpha, x->alpha_canonical, e, n,
                             work);
  ok &= evd_zp_chain_var(G->k, beta_c, &x->beta, x->beta_canonical, e, n, work);
  for (uint32_t j = 0; j < n; j++)
    add_branch(G, h, &alpha_c[j], &beta_c[j], first + j, &c[first + j],
               &v[first + j]);
  return ok;
}

uint32_t evd_scalars_check(evd_zq *sum, const evd_q c[], const evd_q v[],
                           uint32_t range) {
  uint32_t flags = 0;
  evd_zq x;
  evd_zq_from_u64(sum, 0);
  for (uint32_t j = 0; j <= range; j++) {
    if (!evd_in_Zq(&v[j]))
      flags |= EVD_F_V; /* [V 6.C, 7.C] */
    if (!evd_zq_from_bytes(&x, &c[j]))
      flags |= EVD_F_C; /* [V 6.B, 7.B] */
    evd_zq_add(sum, sum, &x);
  }
  return flags;
}

/* Ends a proof whose hash h stands after the ciphertext. */
static uint32_t check_range(const evd_group *G, evd_hmac *h, const statement *x,
                            const evd_q c[], const evd_q v[], uint32_t range) {
  uint32_t flags = 0;
  evd_zq sum, challenge;
  for (uint32_t j = 0; j <= range; j += CHUNK) {
    uint32_t left = range + 1 - j;
    if (!add_chunk(G, h, x, c, v, j, left < CHUNK ? left : CHUNK))
      flags |= EVD_F_MEMBER; /* [V 6.A] */
  }
  evd_h_out_q(h, &challenge); /* [V 6.3, 7.5] */
  flags |= evd_scalars_check(&sum, c, v, range);
  if (!evd_zq_equal(&challenge, &sum))
    flags |= EVD_F_SUM; /* [V 6.D, 7.D] */
  return flags;
}

uint32_t evd_field_check_var(const evd_group *G, const evd_field *f,
                             const evd_h32 *HI, uint32_t ind_c,
                             uint32_t ind_o) {
  statement x;
  evd_hmac h;
  x.alpha_canonical = evd_zp_from_bytes(G->k, &x.alpha, &f->alpha);
  x.beta_canonical = evd_zp_from_bytes(G->k, &x.beta, &f->beta);
  evd_chal_range_init(G, &h, HI, ind_c, ind_o, &f->alpha, &f->beta);
  return check_range(G, &h, &x, f->c, f->v, f->range);
}

/* [V 7.1, 7.2] with the factors of record-format 3.2. */
void evd_contest_product_var(const evd_group *G, evd_zp *alpha, evd_zp *beta,
                             const evd_contest_ct *c, const evd_shape *s) {
  evd_zp a, b;
  evd_zp_one(alpha);
  evd_zp_one(beta);
  for (uint32_t o = 1; o <= c->n_fields; o++) {
    uint32_t factor = evd_shape_factor(s, o);
    evd_zp_from_bytes(G->k, &a, &c->fields[o - 1].alpha);
    evd_zp_from_bytes(G->k, &b, &c->fields[o - 1].beta);
    if (factor != 1) {
      evd_zp_pow_u64_var(G->k, &a, &a, factor);
      evd_zp_pow_u64_var(G->k, &b, &b, factor);
    }
    G->k->mul(alpha, alpha, &a);
    G->k->mul(beta, beta, &b);
  }
}

uint32_t evd_limit_check_var(const evd_group *G, const evd_contest_ct *c,
                             const evd_shape *s, const evd_h32 *HI) {
  statement x = {.alpha_canonical = true, .beta_canonical = true};
  evd_p alpha, beta;
  evd_hmac h;
  evd_contest_product_var(G, &x.alpha, &x.beta, c, s);
  evd_zp_to_bytes(G->k, &alpha, &x.alpha);
  evd_zp_to_bytes(G->k, &beta, &x.beta);
  evd_chal_range_init(G, &h, HI, c->ind_c, 0, &alpha, &beta);
  uint32_t flags = check_range(G, &h, &x, c->limit_c, c->limit_v, c->L);
  return flags & ~(uint32_t)EVD_F_MEMBER; /* [V 7.A] is 6.A of the fields */
}

uint32_t evd_nonce_check_var(const evd_group *G, const evd_ballot *b) {
  uint32_t flags = 0;
  evd_zp a;
  evd_zq c;
  bool ok =
      evd_schnorr_commit_var(G, &a, &b->nonce_C0, &b->nonce_c, &b->nonce_v);
  ok &= evd_in_Zq(&b->nonce_c) && evd_in_Zq(&b->nonce_v);
  if (!ok)
    flags |= EVD_F_NONCE_X2;
  evd_chal_nonce(G, &c, &b->H_I, &a, &b->nonce_C0, &b->nonce_C1);
  if (!evd_challenge_is(&c, &b->nonce_c))
    flags |= EVD_F_NONCE_PROOF;
  return flags;
}

uint32_t evd_data_check_var(const evd_group *G, const evd_contest_ct *c,
                            const evd_h32 *HI) {
  uint32_t flags = 0;
  evd_zp a;
  evd_zq challenge;
  evd_span C1 = {c->data_C1, (size_t)c->b * 32};
  if (!c->b)
    return 0;
  bool ok = evd_schnorr_commit_var(G, &a, &c->data_C0, &c->data_c, &c->data_v);
  ok &= evd_in_Zq(&c->data_c) && evd_in_Zq(&c->data_v);
  if (!ok)
    flags |= EVD_F_DATA_X2;
  evd_chal_data(G, &challenge, HI, c->ind_c, &a, &c->data_C0, C1);
  if (!evd_challenge_is(&challenge, &c->data_c))
    flags |= EVD_F_DATA_PROOF;
  return flags;
}

/* Both are public. */
static bool same_hash(const evd_h32 *a, const evd_h32 *b) {
  return memcmp(a->b, b->b, sizeof a->b) == 0;
}

static uint32_t check_contest(const evd_group *G, const evd_contest_ct *c,
                              const evd_shape *s, const evd_h32 *HI) {
  uint32_t flags = 0;
  evd_h32 chi;
  for (uint32_t o = 1; o <= c->n_fields; o++)
    flags |= evd_field_check_var(G, &c->fields[o - 1], HI, c->ind_c, o);
  flags |= evd_limit_check_var(G, c, s, HI);
  flags |= evd_data_check_var(G, c, HI);
  evd_hash_chi(G, &chi, HI, c);
  if (!same_hash(&chi, &c->chi))
    flags |= EVD_F_CHI; /* [V 8.A] */
  return flags;
}

uint32_t evd_ballot_check_var(const evd_group *G, const evd_ballot *b,
                              const evd_shape *shapes, const evd_h32 *HE,
                              bool with_HC) {
  uint32_t flags = 0;
  evd_h32 hash;
  evd_hash_HI(G, &hash, HE, &b->id_B);
  if (!same_hash(&hash, &b->H_I))
    flags |= EVD_F_HI; /* [V 5.B] */
  flags |= evd_nonce_check_var(G, b);
  for (uint32_t i = 0; i < b->n_contests; i++)
    flags |= check_contest(G, &b->contests[i], &shapes[i], &b->H_I);
  evd_ballot_HC(G, &hash, b);
  if (with_HC && !same_hash(&hash, &b->H_C))
    flags |= EVD_F_HC; /* [V 8.B] */
  return flags;
}

/* [eq 80] */
void evd_tally_add_var(const evd_group *G, evd_zp *A, evd_zp *B,
                       const evd_field *f, uint32_t weight) {
  evd_zp a, b;
  evd_zp_from_bytes(G->k, &a, &f->alpha);
  evd_zp_from_bytes(G->k, &b, &f->beta);
  if (weight != 1) {
    evd_zp_pow_u64_var(G->k, &a, &a, weight);
    evd_zp_pow_u64_var(G->k, &b, &b, weight);
  }
  G->k->mul(A, A, &a);
  G->k->mul(B, B, &b);
}
