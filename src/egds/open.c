#include "egds/open.h"

#include <string.h>

#include "egds/challenge.h"
#include "egds/schnorr.h"

evd_err evd_opened_shape(evd_opened_contest *o, const evd_shape *s,
                         evd_arena *a) {
  *o = (evd_opened_contest){
      .ind_c = s->ind_c, .n_fields = evd_shape_fields(s), .b = s->b};
  o->values = evd_arena_get(a, o->n_fields, sizeof *o->values);
  o->nonces = evd_arena_get(a, o->n_fields, sizeof *o->nonces);
  if (!o->values || !o->nonces)
    return EVD_ERR_SPACE;
  if (!s->b)
    return EVD_OK;
  o->D = evd_arena_get(a, s->b, 32);
  return o->D ? EVD_OK : EVD_ERR_SPACE;
}

/* alpha = g^xi, and the value in 0..range with K^value = beta K^-xi. */
static evd_err find_value_var(const evd_group *G, uint32_t *value,
                              const evd_field *f, const evd_zq *xi) {
  evd_exp e = evd_exp_zq(xi);
  evd_zp x, target;
  evd_p bytes;
  evd_base_pow_var(G, &x, &G->g, &e);
  evd_zp_to_bytes(G->k, &bytes, &x);
  if (memcmp(bytes.b, f->alpha.b, sizeof bytes.b) != 0)
    return EVD_ERR_PROOF;
  if (!evd_zp_from_bytes(G->k, &target, &f->beta))
    return EVD_ERR_PROOF;
  evd_base_pow_var(G, &x, &G->K, &e);
  for (*value = 0; *value <= f->range; ++*value) { /* [eq 109] */
    if (evd_zp_equal(G->k, &x, &target))
      return EVD_OK;
    G->k->mul(&x, &x, &G->K.value);
  }
  *value = 0;
  return EVD_ERR_PROOF;
}

/* h [eq 65] from the nonce of the contest data: alpha = g^xi, beta = K^^xi
 * [eq 110]. Returns alpha. */
static void data_key_var(const evd_group *G, evd_p *alpha, evd_h32 *key,
                         const evd_h32 *HI, uint32_t ind_c, const evd_exp *xi) {
  evd_zp x;
  evd_p beta;
  evd_base_pow_var(G, &x, &G->g, xi); /* [V 13.4] */
  evd_zp_to_bytes(G->k, alpha, &x);
  evd_base_pow_var(G, &x, &G->K_hat, xi); /* [V 13.5] */
  evd_zp_to_bytes(G->k, &beta, &x);
  evd_key_data(G, key, HI, ind_c, alpha, &beta); /* [V 13.6] */
}

static evd_err open_data_var(const evd_group *G, evd_opened_contest *out,
                             const evd_contest_ct *c, const evd_h32 *HI,
                             const evd_h32 *xi_B) {
  evd_zq_sec secret;
  evd_zq xi;
  evd_p alpha;
  evd_h32 key;
  evd_nonce_data(G, &secret, HI, c->ind_c, xi_B);
  /* published with the opened ballot */
  evd_declassify_zq(&xi, &secret);
  evd_zq_to_bytes(&out->data_nonce, &xi);
  evd_exp e = evd_exp_zq(&xi);
  data_key_var(G, &alpha, &key, HI, c->ind_c, &e);
  if (memcmp(alpha.b, c->data_C0.b, sizeof alpha.b) != 0)
    return EVD_ERR_PROOF;
  evd_data_xor(G, out->D, c->data_C1, &key, c->ind_c, c->b);
  return EVD_OK;
}

evd_err evd_contest_open_var(const evd_group *G, evd_opened_contest *out,
                             const evd_contest_ct *c, const evd_shape *s,
                             const evd_h32 *HI, const evd_h32 *xi_B) {
  if (out->n_fields != c->n_fields || out->b != c->b ||
      evd_shape_fields(s) != c->n_fields)
    return EVD_ERR_PROOF;
  for (uint32_t o = 1; o <= c->n_fields; o++) {
    evd_zq_sec secret;
    evd_zq xi;
    evd_nonce_option(G, &secret, HI, c->ind_c, o, xi_B);
    /* published with the opened ballot */
    evd_declassify_zq(&xi, &secret);
    EVD_TRY(find_value_var(G, &out->values[o - 1], &c->fields[o - 1], &xi));
    evd_zq_to_bytes(&out->nonces[o - 1], &xi);
  }
  return c->b ? open_data_var(G, out, c, HI, xi_B) : EVD_OK;
}

/* Adds [V 13.1, 13.2] of one field to the contest hash; is the nonce in Zq? */
static bool add_field(const evd_group *G, evd_hmac *h, uint32_t value,
                      const evd_q *nonce) {
  evd_exp e;
  evd_zp x;
  evd_zq xi, sum;
  evd_exp_from_bytes(&e, nonce);
  evd_base_pow_var(G, &x, &G->g, &e);
  evd_h_element(G, h, &x);
  bool below_q = evd_zq_from_bytes(&xi, nonce);
  evd_zq_from_u64(&sum, value);
  evd_zq_add(&sum, &sum, &xi);
  e = evd_exp_zq(&sum);
  evd_base_pow_var(G, &x, &G->K, &e);
  evd_h_element(G, h, &x);
  return below_q;
}

/* [V 13.A] and X.13; an opened ballot is public. */
static uint32_t check_data(const evd_group *G, const evd_opened_contest *o,
                           const evd_contest_ct *c, const evd_h32 *HI) {
  uint32_t flags = 0;
  evd_exp e;
  evd_p alpha;
  evd_h32 key, k;
  evd_exp_from_bytes(&e, &o->data_nonce);
  if (!evd_in_Zq(&o->data_nonce))
    flags |= EVD_V13_X2;
  data_key_var(G, &alpha, &key, HI, c->ind_c, &e);
  if (memcmp(alpha.b, c->data_C0.b, sizeof alpha.b) != 0) /* public */
    flags |= EVD_V13_X13;
  for (uint32_t i = 0; i < c->b; i++) {
    evd_kdf_data(G, &k, &key, c->ind_c, i + 1, c->b); /* [V 13.7] */
    for (size_t j = 0; j < 32; j++)
      if (c->data_C1[32 * i + j] != (o->D[32 * i + j] ^ k.b[j]))
        flags |= EVD_V13_A;
  }
  return flags;
}

uint32_t evd_opened_check_var(const evd_group *G, evd_h32 *chi_out,
                              const evd_opened_contest *o,
                              const evd_contest_ct *c, const evd_h32 *HI) {
  uint32_t flags = 0;
  evd_hmac h;
  evd_chi_init(G, &h, HI, o->ind_c);
  for (uint32_t f = 0; f < o->n_fields; f++)
    if (!add_field(G, &h, o->values[f], &o->nonces[f]))
      flags |= EVD_V13_X2;
  evd_chi_out(&h, chi_out, c); /* [V 13.3] */
  if (c->b && o->b == c->b)
    flags |= check_data(G, o, c, HI);
  return flags;
}
