#include "egds/encrypt.h"

#include <string.h>

#include "base/ct.h"
#include "base/wipe.h"
#include "egds/challenge.h"
#include "egds/check.h"
#include "egds/hashes.h"

enum { FIELDS_MAX = 1002, BALLOT_NONCE_BYTES = 32 };

static size_t proof_random_bytes(uint32_t range) {
  return 2 * ((size_t)range + 1) * EVD_SAMPLE_BYTES;
}

size_t evd_ballot_random_bytes(const evd_shape *shapes, uint32_t n) {
  size_t sum = BALLOT_NONCE_BYTES + 2 * EVD_SAMPLE_BYTES;
  for (uint32_t i = 0; i < n; i++) {
    const evd_shape *s = &shapes[i];
    for (uint32_t o = 1; o <= evd_shape_fields(s); o++)
      sum += proof_random_bytes(evd_shape_range(s, o));
    sum += proof_random_bytes(s->L);
    if (s->b)
      sum += EVD_SAMPLE_BYTES;
  }
  return sum;
}

/* Marks are below 2^32 and there are at most 1000: sums stay far below 2^63.
 */
void evd_field_values(const evd_shape *s, const evd_selection *sel,
                      uint32_t values[], bool *overvoted) {
  uint64_t over = evd_ct_less(s->w, sel->n_write_ins);
  uint64_t sum = sel->n_write_ins;
  for (uint32_t o = 0; o < s->m; o++) {
    over |= evd_ct_less(s->R, sel->marks[o]);
    sum += sel->marks[o];
  }
  over |= evd_ct_less(s->L, sum);
  uint64_t keep = evd_ct_mask(1 ^ over);
  for (uint32_t o = 0; o < s->m; o++)
    values[o] = (uint32_t)(sel->marks[o] & keep);
  uint32_t n = s->m;
  if (s->overvote)
    values[n++] = (uint32_t)over;
  if (s->w)
    values[n] = (uint32_t)(sel->n_write_ins & keep);
  *overvoted = over & 1;
}

/* What all parts of one ballot share. */
typedef struct {
  const evd_group *G;
  const evd_h32 *HI, *xi_B;
  const uint8_t *random; /* moves on as it is used */
} job;

static const uint8_t *take(job *e, size_t n) {
  const uint8_t *p = e->random;
  e->random += n;
  return p;
}

/* beta_B, h and k_1 of the ballot nonce; [eq 34-38]. */
void evd_nonce_seal(const evd_group *G, evd_ballot *b, const evd_h32 *xi_B,
                    const uint8_t random[2 * EVD_SAMPLE_BYTES]) {
  evd_zq_sec xi_hat, u;
  evd_zp x;
  evd_zp_sec hidden;
  evd_p beta;
  evd_h32 key, k1;
  evd_zq c, v;
  evd_zq_sec_sample(&xi_hat, random);
  evd_zq_sec_sample(&u, random + EVD_SAMPLE_BYTES);
  evd_base_pow_sec(G, &x, &G->g, &xi_hat); /* [eq 34] */
  evd_zp_to_bytes(G->k, &b->nonce_C0, &x);
  /* published, with C1 and the proof: the ciphertext of xi_B */
  evd_declassify_bytes(&b->nonce_C0, sizeof b->nonce_C0);
  evd_base_pow_to_sec(G, &hidden, &G->K_hat, &xi_hat);
  evd_zp_sec_to_bytes(G, &beta, &hidden);
  evd_key_nonce(G, &key, &b->H_I, &b->nonce_C0, &beta);
  evd_kdf_nonce(G, &k1, &key);
  for (size_t j = 0; j < sizeof k1.b; j++)
    b->nonce_C1.b[j] = xi_B->b[j] ^ k1.b[j]; /* [eq 37] */
  /* published: only K^'s holders can take k_1 off again */
  evd_declassify_bytes(&b->nonce_C1, sizeof b->nonce_C1);
  evd_base_pow_sec(G, &x, &G->g, &u);
  evd_chal_nonce(G, &c, &b->H_I, &x, &b->nonce_C0, &b->nonce_C1);
  /* published as part of the proof; a hash, and u stays behind it */
  evd_declassify_bytes(&c, sizeof c);
  evd_zq_sec_response(&v, &u, &c, &xi_hat);
  evd_zq_to_bytes(&b->nonce_c, &c);
  evd_zq_to_bytes(&b->nonce_v, &v);
  evd_zq_sec_wipe(&xi_hat);
  evd_zq_sec_wipe(&u);
  evd_zp_sec_wipe(&hidden);
  evd_wipe(&beta, sizeof beta);
  evd_wipe(&key, sizeof key);
  evd_wipe(&k1, sizeof k1);
}

/* (alpha, beta) = (g^xi, K^(value + xi)) [eq 31] */
void evd_encrypt_value(const evd_group *G, evd_p *alpha, evd_p *beta,
                       const evd_zq_sec *xi, uint32_t value_secret) {
  evd_zq_sec e;
  evd_zp x;
  evd_base_pow_sec(G, &x, &G->g, xi);
  evd_zp_to_bytes(G->k, alpha, &x);
  evd_zq_sec_from_u64(&e, value_secret);
  evd_zq_sec_add(&e, &e, xi);
  evd_base_pow_sec(G, &x, &G->K, &e);
  evd_zp_to_bytes(G->k, beta, &x);
  /* published: the ciphertext of the vote, first half */
  evd_declassify_bytes(alpha, sizeof *alpha);
  /* and second half */
  evd_declassify_bytes(beta, sizeof *beta);
  evd_zq_sec_wipe(&e);
}

/* Encrypts field ind_o and adds factor * xi to the aggregate nonce. */
static void seal_field(job *e, evd_field *f, evd_zq_sec *sum, uint32_t ind_c,
                       uint32_t ind_o, uint32_t value_secret, uint32_t factor) {
  evd_zq_sec xi, k;
  evd_nonce_option(e->G, &xi, e->HI, ind_c, ind_o, e->xi_B);
  evd_encrypt_value(e->G, &f->alpha, &f->beta, &xi, value_secret);
  evd_range_prove(e->G, f->c, f->v, &f->alpha, &f->beta, &xi, value_secret,
                  f->range, e->HI, ind_c, ind_o,
                  take(e, proof_random_bytes(f->range)));
  evd_zq_sec_from_u64(&k, factor);
  evd_zq_sec_mul(&k, &k, &xi);
  evd_zq_sec_add(sum, sum, &k);
  evd_zq_sec_wipe(&xi);
  evd_zq_sec_wipe(&k);
}

/* The limit proof over the aggregate of all fields, [eq 62]. */
static void seal_limit(job *e, evd_contest_ct *c, const evd_shape *s,
                       const evd_zq_sec *xi, uint32_t total_secret) {
  evd_zp x, y;
  evd_p alpha, beta;
  evd_contest_product_var(e->G, &x, &y, c, s); /* ciphertexts are public */
  evd_zp_to_bytes(e->G->k, &alpha, &x);
  evd_zp_to_bytes(e->G->k, &beta, &y);
  evd_range_prove(e->G, c->limit_c, c->limit_v, &alpha, &beta, xi, total_secret,
                  c->L, e->HI, c->ind_c, 0, take(e, proof_random_bytes(c->L)));
}

static void seal_fields(job *e, evd_contest_ct *c, const evd_shape *s,
                        const uint32_t values[]) {
  evd_zq_sec sum;
  uint32_t total = 0;
  evd_zq_sec_from_u64(&sum, 0);
  for (uint32_t o = 1; o <= c->n_fields; o++) {
    uint32_t factor = evd_shape_factor(s, o);
    seal_field(e, &c->fields[o - 1], &sum, c->ind_c, o, values[o - 1], factor);
    total += factor * values[o - 1];
  }
  seal_limit(e, c, s, &sum, total);
  evd_zq_sec_wipe(&sum);
}

static evd_err seal_contest(job *e, evd_contest_ct *c, const evd_shape *s,
                            const evd_selection *sel) {
  uint32_t values[FIELDS_MAX];
  bool overvoted;
  if (c->n_fields > FIELDS_MAX)
    return EVD_ERR_RANGE;
  evd_field_values(s, sel, values, &overvoted);
  evd_err err = EVD_OK;
  if (c->b)
    err = evd_data_pack(c->data_C1, s, sel, overvoted);
  if (err == EVD_OK)
    seal_fields(e, c, s, values);
  evd_wipe(values, sizeof values);
  EVD_TRY(err);
  if (c->b)
    evd_data_seal(e->G, c, e->HI, e->xi_B, take(e, EVD_SAMPLE_BYTES));
  evd_hash_chi(e->G, &c->chi, e->HI, c);
  return EVD_OK;
}

/* No plaintext may stay behind in a ballot that is refused. */
static void wipe_data(evd_ballot *b) {
  for (uint32_t i = 0; i < b->n_contests; i++)
    if (b->contests[i].b)
      evd_wipe(b->contests[i].data_C1, (size_t)b->contests[i].b * 32);
}

evd_err evd_ballot_encrypt(const evd_group *G, evd_ballot *out,
                           const evd_shape *shapes, uint32_t n,
                           const evd_selection sel[], const evd_h32 *HE,
                           const uint8_t *random, size_t random_bytes,
                           evd_h32 *xi_B_out) {
  evd_h32 xi_B;
  evd_err err = EVD_OK;
  if (out->n_contests != n || random_bytes < evd_ballot_random_bytes(shapes, n))
    return EVD_ERR_RANGE;
  for (uint32_t i = 0; i < n; i++)
    EVD_TRY(evd_write_ins_check(&sel[i]));
  memcpy(xi_B.b, random, BALLOT_NONCE_BYTES);
  job e = {G, &out->H_I, &xi_B, random + BALLOT_NONCE_BYTES};
  evd_hash_HI(G, &out->H_I, HE, &out->id_B);
  evd_nonce_seal(G, out, &xi_B, take(&e, 2 * EVD_SAMPLE_BYTES));
  for (uint32_t i = 0; i < n && err == EVD_OK; i++)
    err = seal_contest(&e, &out->contests[i], &shapes[i], &sel[i]);
  if (err != EVD_OK)
    wipe_data(out);
  if (err == EVD_OK && xi_B_out)
    *xi_B_out = xi_B;
  evd_wipe(&xi_B, sizeof xi_B);
  return err;
}
