#include "egds/share.h"

#include <string.h>

#include "base/wipe.h"
#include "egds/challenge.h"
#include "egds/hashes.h"
#include "egds/schnorr.h"

/* [eq 7] */
evd_err evd_share_eval(evd_zq_sec *out, const evd_zq_sec a[], uint32_t k,
                       uint32_t l) {
  evd_zq_sec x, sum;
  evd_zq_sec_from_u64(out, 0);
  if (!k || k > EVD_N_MAX || !l || l > EVD_N_MAX)
    return EVD_ERR_RANGE;
  evd_zq_sec_from_u64(&x, l);
  evd_zq_sec_from_u64(&sum, 0);
  for (uint32_t j = k; j-- > 0;) {
    evd_zq_sec_mul(&sum, &sum, &x);
    evd_zq_sec_add(&sum, &sum, &a[j]);
  }
  *out = sum;
  evd_zq_sec_wipe(&sum);
  return EVD_OK;
}

/* [eq 28, 29] The right side by Horner's rule in the exponent, in the integers:
 * nothing has to be reduced mod q. */
evd_err evd_share_check(const evd_group *G, const evd_zq_sec *share,
                        const evd_p K[], uint32_t k, uint32_t l) {
  evd_zp left, right, x;
  if (!k || k > EVD_N_MAX || !l || l > EVD_N_MAX)
    return EVD_ERR_SHARE;
  evd_zp_one(&right);
  for (uint32_t j = k; j-- > 0;) {
    if (!evd_zp_from_bytes(G->k, &x, &K[j]))
      return EVD_ERR_SHARE;
    evd_zp_pow_u64_var(G->k, &right, &right, l);
    G->k->mul(&right, &right, &x);
  }
  evd_base_pow_sec(G, &left, &G->g, share);
  /* of a right share everybody knows it; a wrong one is complained about */
  evd_declassify_bytes(&left, sizeof left);
  return evd_zp_equal(G->k, &left, &right) ? EVD_OK : EVD_ERR_SHARE;
}

/* C1 = b(P, 32) || b(P^, 32) xor k_1 || k_2, both ways. [eq 21, 23] */
static void mask(const evd_group *G, uint8_t out[64], const uint8_t in[64],
                 const evd_h32 *key, const evd_share_ct *s) {
  uint8_t k[64];
  evd_kdf_share(G, k, key, s->i, s->l);
  for (size_t j = 0; j < sizeof k; j++)
    out[j] = in[j] ^ k[j];
  evd_wipe(k, sizeof k);
}

/* Bytes of x^e that stay secret. */
static void secret_power(const evd_group *G, evd_p *out, const evd_zp *x,
                         const evd_zq_sec *e) {
  evd_zp_sec power;
  evd_zp_pow_to_sec(G, &power, x, e);
  evd_zp_sec_to_bytes(G, out, &power);
  evd_zp_sec_wipe(&power);
}

/* P_i(l) || P^_i(l) as 64 bytes. */
static evd_err both_shares(uint8_t plain[64], const evd_guardian_sec *from,
                           uint32_t l) {
  evd_zq_sec P;
  evd_q bytes;
  evd_err err = evd_share_eval(&P, from->a, from->k, l);
  evd_zq_sec_to_bytes(&bytes, &P);
  memcpy(plain, bytes.b, sizeof bytes.b);
  if (err == EVD_OK)
    err = evd_share_eval(&P, from->a_hat, from->k, l);
  evd_zq_sec_to_bytes(&bytes, &P);
  memcpy(plain + 32, bytes.b, sizeof bytes.b);
  evd_zq_sec_wipe(&P);
  evd_wipe(&bytes, sizeof bytes);
  return err;
}

evd_err evd_share_seal(const evd_group *G, evd_share_ct *out,
                       const evd_guardian_sec *from, uint32_t l,
                       const evd_p *kappa_l, const evd_h32 *HP,
                       const uint8_t random[]) {
  evd_zq_sec xi, u;
  evd_zp kappa, x;
  evd_p beta;
  evd_zq c, v;
  evd_h32 key;
  uint8_t plain[64] = {0};
  *out = (evd_share_ct){.i = from->i, .l = l};
  EVD_TRY(evd_element_read_var(G, &kappa, kappa_l));
  EVD_TRY(both_shares(plain, from, l));
  evd_zq_sec_sample(&xi, random);
  evd_zq_sec_sample(&u, random + EVD_SAMPLE_BYTES);
  evd_base_pow_sec(G, &x, &G->g, &xi); /* [eq 15, 20] */
  evd_zp_to_bytes(G->k, &out->C0, &x);
  /* published, with C1 and C2: the sealed share */
  evd_declassify_bytes(&out->C0, sizeof out->C0);
  secret_power(G, &beta, &kappa, &xi);
  evd_key_share(G, &key, HP, from->i, l, kappa_l, &out->C0, &beta);
  mask(G, out->C1, plain, &key, out);
  /* published: only who has zeta_l can take the keys off again */
  evd_declassify_bytes(out->C1, sizeof out->C1);
  evd_base_pow_sec(G, &x, &G->g, &u); /* gamma */
  /* C2 = (c, v) [eq 19] */
  evd_chal_share(G, &c, HP, out->i, l, &x, &out->C0, out->C1);
  /* published as part of the proof; a hash, and u stays behind it */
  evd_declassify_bytes(&c, sizeof c);
  evd_zq_sec_response(&v, &u, &c, &xi);
  evd_zq_to_bytes(&out->c, &c);
  evd_zq_to_bytes(&out->v, &v);
  evd_zq_sec_wipe(&xi);
  evd_zq_sec_wipe(&u);
  evd_wipe(&beta, sizeof beta);
  evd_wipe(&key, sizeof key);
  evd_wipe(plain, sizeof plain);
  return EVD_OK;
}

/* gamma = g^v C0^c, C0 in Z_p^r, and c as published. [eq 22] */
static evd_err check_proof(const evd_group *G, const evd_share_ct *s,
                           const evd_h32 *HP) {
  evd_zp gamma;
  evd_zq c;
  bool member = evd_schnorr_commit_var(G, &gamma, &s->C0, &s->c, &s->v);
  if (!member || !evd_in_Zq(&s->v))
    return EVD_ERR_PROOF;
  evd_chal_share(G, &c, HP, s->i, s->l, &gamma, &s->C0, s->C1);
  return evd_challenge_is(&c, &s->c) ? EVD_OK : EVD_ERR_PROOF;
}

evd_err evd_share_open(const evd_group *G, evd_zq_sec *P, evd_zq_sec *P_hat,
                       const evd_share_ct *s, const evd_zq_sec *zeta,
                       const evd_p *kappa_l, const evd_h32 *HP) {
  evd_zp C0;
  evd_p beta;
  evd_h32 key;
  uint8_t plain[64];
  evd_q bytes;
  evd_zq_sec_from_u64(P, 0);
  evd_zq_sec_from_u64(P_hat, 0);
  EVD_TRY(check_proof(G, s, HP));
  EVD_TRY(evd_element_read_var(G, &C0, &s->C0));
  secret_power(G, &beta, &C0, zeta);
  evd_key_share(G, &key, HP, s->i, s->l, kappa_l, &s->C0, &beta);
  mask(G, plain, s->C1, &key, s);
  memcpy(bytes.b, plain, sizeof bytes.b);
  evd_err first = evd_zq_sec_from_bytes(P, &bytes);
  memcpy(bytes.b, plain + 32, sizeof bytes.b);
  evd_err second = evd_zq_sec_from_bytes(P_hat, &bytes);
  evd_wipe(&beta, sizeof beta);
  evd_wipe(&key, sizeof key);
  evd_wipe(plain, sizeof plain);
  evd_wipe(&bytes, sizeof bytes);
  if (first == EVD_OK && second == EVD_OK)
    return EVD_OK;
  evd_zq_sec_wipe(P);
  evd_zq_sec_wipe(P_hat);
  return EVD_ERR_SHARE;
}
