#include "egds/keys.h"

#include "base/wipe.h"
#include "egds/challenge.h"
#include "egds/schnorr.h"

evd_err evd_guardian_pub_shape(evd_guardian_pub *g, uint32_t k, evd_arena *a) {
  *g = (evd_guardian_pub){.k = k};
  g->K = evd_arena_get(a, k, sizeof(evd_p));
  g->K_hat = evd_arena_get(a, k, sizeof(evd_p));
  g->proof.v = evd_arena_get(a, (size_t)k + 1, sizeof(evd_q));
  g->proof_hat.v = evd_arena_get(a, (size_t)k + 1, sizeof(evd_q));
  return g->K && g->K_hat && g->proof.v && g->proof_hat.v ? EVD_OK
                                                          : EVD_ERR_SPACE;
}

evd_err evd_guardian_sec_shape(evd_guardian_sec *g, uint32_t k, evd_arena *a) {
  *g = (evd_guardian_sec){.k = k};
  g->a = evd_arena_get(a, k, sizeof *g->a);
  g->a_hat = evd_arena_get(a, k, sizeof *g->a_hat);
  return g->a && g->a_hat ? EVD_OK : EVD_ERR_SPACE;
}

void evd_guardian_sec_wipe(evd_guardian_sec *g) {
  if (g->a)
    evd_wipe(g->a, g->k * sizeof *g->a);
  if (g->a_hat)
    evd_wipe(g->a_hat, g->k * sizeof *g->a_hat);
  evd_zq_sec_wipe(&g->zeta);
}

size_t evd_guardian_random_bytes(uint32_t k) {
  return (2 * (size_t)k + 1 + 2 * ((size_t)k + 1)) * EVD_SAMPLE_BYTES;
}

static void commit(const evd_group *G, evd_p *out, const evd_zq_sec *e) {
  evd_zp x;
  evd_base_pow_sec(G, &x, &G->g, e);
  evd_zp_to_bytes(G->k, out, &x);
  /* a public key or a commitment: published */
  evd_declassify_bytes(out, sizeof *out);
}

/* The proof over k coefficients and zeta with one challenge and k + 1
 * responses. [eq 10, 12] u_j is made again for the response instead of kept.
 */
void evd_guardian_prove(const evd_group *G, evd_guardian_pub *pub,
                        const evd_guardian_sec *sec, bool hat,
                        const evd_h32 *HP, const uint8_t *random) {
  evd_key_proof *proof = hat ? &pub->proof_hat : &pub->proof;
  const evd_zq_sec *a = hat ? sec->a_hat : sec->a;
  evd_hmac h;
  evd_zq_sec u;
  evd_zp x;
  evd_zq c, v;
  evd_chal_keys_init(G, &h, HP, pub, hat);
  for (uint32_t j = 0; j <= sec->k; j++) {
    evd_zq_sec_sample(&u, random + (size_t)j * EVD_SAMPLE_BYTES);
    evd_base_pow_sec(G, &x, &G->g, &u);
    evd_h_element(G, &h, &x);
  }
  evd_h_out_q(&h, &c);
  /* published as part of the proof; a hash, and the u_j stay behind it */
  evd_declassify_bytes(&c, sizeof c);
  evd_zq_to_bytes(&proof->c, &c);
  for (uint32_t j = 0; j <= sec->k; j++) {
    evd_zq_sec_sample(&u, random + (size_t)j * EVD_SAMPLE_BYTES);
    evd_zq_sec_response(&v, &u, &c, j < sec->k ? &a[j] : &sec->zeta);
    evd_zq_to_bytes(&proof->v[j], &v);
  }
  evd_zq_sec_wipe(&u);
}

/* Commitments of the secrets that stand in `sec`. */
void evd_guardian_publish(const evd_group *G, evd_guardian_pub *pub,
                          const evd_guardian_sec *sec) {
  pub->i = sec->i;
  for (uint32_t j = 0; j < sec->k; j++) {
    commit(G, &pub->K[j], &sec->a[j]); /* [eq 8] */
    commit(G, &pub->K_hat[j], &sec->a_hat[j]);
  }
  commit(G, &pub->kappa, &sec->zeta); /* [eq 9] */
}

evd_err evd_guardian_make(const evd_group *G, evd_guardian_sec *sec,
                          evd_guardian_pub *pub, uint32_t i, const evd_h32 *HP,
                          const uint8_t *random, size_t random_bytes) {
  uint32_t k = sec->k;
  if (!i || i > EVD_N_MAX || !k || k > EVD_N_MAX || pub->k != k ||
      random_bytes < evd_guardian_random_bytes(k))
    return EVD_ERR_RANGE;
  sec->i = i;
  for (uint32_t j = 0; j < k; j++, random += EVD_SAMPLE_BYTES)
    evd_zq_sec_sample(&sec->a[j], random);
  for (uint32_t j = 0; j < k; j++, random += EVD_SAMPLE_BYTES)
    evd_zq_sec_sample(&sec->a_hat[j], random);
  evd_zq_sec_sample(&sec->zeta, random);
  random += EVD_SAMPLE_BYTES;
  evd_guardian_publish(G, pub, sec);
  evd_guardian_prove(G, pub, sec, false, HP, random);
  random += ((size_t)k + 1) * EVD_SAMPLE_BYTES;
  evd_guardian_prove(G, pub, sec, true, HP, random);
  return EVD_OK;
}

static void note(uint32_t *flags, uint32_t *where_j, uint32_t flag,
                 uint32_t j) {
  *flags |= flag;
  if (!*where_j)
    *where_j = j + 1;
}

/* [V 2] for one of the two polynomials. */
static uint32_t check_proof(const evd_group *G, const evd_guardian_pub *g,
                            bool hat, const evd_h32 *HP, uint32_t *where_j) {
  const evd_key_proof *proof = hat ? &g->proof_hat : &g->proof;
  const evd_p *K = hat ? g->K_hat : g->K;
  uint32_t flags = 0;
  evd_hmac h;
  evd_zp x;
  evd_zq c;
  evd_chal_keys_init(G, &h, HP, g, hat);
  for (uint32_t j = 0; j <= g->k; j++) { /* [V 2.1-2.4] */
    const evd_p *X = j < g->k ? &K[j] : &g->kappa;
    if (!evd_schnorr_commit_var(G, &x, X, &proof->c, &proof->v[j]))
      note(&flags, where_j, EVD_V2_A, j); /* [V 2.A] */
    if (!evd_in_Zq(&proof->v[j]))
      note(&flags, where_j, EVD_V2_B, j); /* [V 2.B] */
    evd_h_element(G, &h, &x);
  }
  evd_h_out_q(&h, &c);
  if (!evd_challenge_is(&c, &proof->c))
    flags |= EVD_V2_C; /* [V 2.C] */
  if (!evd_in_Zq(&proof->c))
    flags |= EVD_V2_X2;
  return flags;
}

uint32_t evd_guardian_check_var(const evd_group *G, const evd_guardian_pub *g,
                                const evd_h32 *HP, uint32_t *where_j) {
  uint32_t first = 0;
  uint32_t flags = check_proof(G, g, false, HP, &first);
  flags |= check_proof(G, g, true, HP, &first);
  if (where_j)
    *where_j = first;
  return flags;
}

/* out = prod over guardians of commitment m. */
static void product_var(const evd_group *G, evd_zp *out,
                        const evd_guardian_pub g[], uint32_t n, uint32_t m,
                        bool hat) {
  evd_zp x;
  evd_zp_one(out);
  for (uint32_t j = 0; j < n; j++) {
    const evd_p *K = hat ? g[j].K_hat : g[j].K;
    /* values >= p are reported under 2.A, here they count as they are */
    (void)evd_zp_from_bytes(G->k, &x, &K[m]);
    G->k->mul(out, out, &x);
  }
}

void evd_joint_keys_var(const evd_group *G, evd_p *K, evd_p *K_hat,
                        const evd_guardian_pub g[], uint32_t n) {
  evd_zp x;
  product_var(G, &x, g, n, 0, false);
  evd_zp_to_bytes(G->k, K, &x); /* [eq 25] [V 3.A] */
  product_var(G, &x, g, n, 0, true);
  evd_zp_to_bytes(G->k, K_hat, &x); /* [eq 26] [V 3.B] */
}

/* [eq 14] for the joint polynomial, by Horner's rule in the exponent: the
 * powers l^m of the formula are never formed. */
void evd_public_share_var(const evd_group *G, evd_zp *S,
                          const evd_guardian_pub g[], uint32_t n, uint32_t l,
                          bool hat) {
  evd_zp x;
  evd_zp_one(S);
  for (uint32_t m = n ? g[0].k : 0; m-- > 0;) {
    evd_zp_pow_u64_var(G->k, S, S, l);
    product_var(G, &x, g, n, m, hat);
    G->k->mul(S, S, &x);
  }
}
