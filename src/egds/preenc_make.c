#include "egds/preenc_make.h"

#include <string.h>

#include "base/ct.h"
#include "base/wipe.h"
#include "egds/check.h"

/* ---- the encrypting tool ---- */

/* Pair k of vector j: (g^xi, K^(delta + xi)), delta = 1 for j = k. Both stay
 * secret: most vectors are never published. [eq 112] */
static void make_pair(const evd_group *G, evd_p pair[2], const evd_zq_sec *xi,
                      uint32_t delta) {
  evd_zq_sec e;
  evd_zp_sec x;
  evd_base_pow_to_sec(G, &x, &G->g, xi);
  evd_zp_sec_to_bytes(G, &pair[0], &x);
  evd_zq_sec_from_u64(&e, delta);
  evd_zq_sec_add(&e, &e, xi);
  evd_base_pow_to_sec(G, &x, &G->K, &e);
  evd_zp_sec_to_bytes(G, &pair[1], &x);
  evd_zq_sec_wipe(&e);
  evd_zp_sec_wipe(&x);
}

evd_err evd_preenc_hashes(const evd_group *G, evd_h32 psi[], const evd_shape *s,
                          const evd_h32 *HI, const evd_h32 *xi_B,
                          evd_arena *a) {
  evd_arena_point mark = evd_arena_mark(a);
  evd_p *pairs = evd_arena_get(a, s->m, 2 * sizeof *pairs);
  evd_zq_sec xi;
  if (!pairs)
    return EVD_ERR_SPACE;
  for (uint32_t j = 1; j <= evd_pre_vectors(s); j++) {
    for (uint32_t k = 1; k <= s->m; k++) {
      evd_pre_nonce(G, &xi, HI, s->ind_c, j, k, xi_B);
      make_pair(G, pairs + 2 * ((size_t)k - 1), &xi, j == k);
    }
    evd_pre_psi(G, &psi[j - 1], HI, pairs, s->m);
  }
  evd_zq_sec_wipe(&xi);
  evd_wipe(pairs, (size_t)s->m * 2 * sizeof *pairs);
  evd_arena_back(a, mark);
  return EVD_OK;
}

void evd_preenc_publish(evd_h32 out[], const evd_h32 psi[], uint32_t n) {
  memcpy(out, psi, n * sizeof psi[0]);
  evd_pre_sort(out, n);
  /* published; in ascending order they do not say which option is which */
  evd_declassify_bytes(out, n * sizeof out[0]);
}

/* ---- the recording tool ---- */

void evd_preenc_find(uint32_t take[], const evd_h32 psi[], uint32_t n,
                     const evd_h32 wanted[], const uint32_t given[],
                     uint32_t n_wanted) {
  for (uint32_t j = 0; j < n; j++) {
    uint64_t found = 0;
    for (uint32_t i = 0; i < n_wanted; i++)
      found |=
          given[i] & evd_ct_equal_bytes(&psi[j], &wanted[i], sizeof psi[j]);
    take[j] = (uint32_t)found;
  }
}

void evd_preenc_fill(uint32_t take[], const evd_shape *s) {
  uint64_t taken = 0;
  for (uint32_t j = 0; j < evd_pre_vectors(s); j++)
    taken += take[j];
  for (uint32_t j = s->m; j < evd_pre_vectors(s); j++) {
    uint64_t more = evd_ct_less(taken, s->L) & (1 ^ take[j]);
    take[j] |= (uint32_t)more;
    taken += more;
  }
}

size_t evd_preenc_random_bytes(const evd_shape *s) {
  return (4 * (size_t)s->m + 2 * ((size_t)s->L + 1)) * EVD_SAMPLE_BYTES;
}

/* What the parts of one contest share. */
typedef struct {
  const evd_group *G;
  const evd_shape *s;
  const evd_h32 *HI, *psi;
  const uint32_t *take;
  evd_zq_sec *xi;  /* [j * m + k], all nonces of the contest */
  evd_zq_sec *sum; /* [k], of the vectors taken */
  uint32_t *value; /* [k], SECRET like the vote */
  size_t n_xi;
} recorder;

/* The hashes of the vectors taken, ascending: what is not taken is moved to
 * the end by being all ones. */
static evd_err name_taken(const recorder *r, evd_preenc_vector taken[],
                          evd_arena *a) {
  uint32_t n = evd_pre_vectors(r->s);
  evd_h32 *keys = evd_arena_get(a, n, sizeof *keys);
  if (!keys)
    return EVD_ERR_SPACE;
  for (uint32_t j = 0; j < n; j++) {
    uint8_t skip = (uint8_t)evd_ct_mask(1 ^ r->take[j]);
    for (size_t i = 0; i < sizeof keys[j].b; i++)
      keys[j].b[i] = r->psi[j].b[i] | skip;
  }
  evd_pre_sort(keys, n);
  for (uint32_t l = 0; l < r->s->L; l++) {
    taken[l].psi = keys[l];
    /* published with the cast ballot, as the voter's choice under its code */
    evd_declassify_bytes(&taken[l].psi, sizeof taken[l].psi);
  }
  evd_wipe(keys, n * sizeof *keys);
  return EVD_OK;
}

/* Encrypts position k of a vector taken once more, from the nonce that the
 * mask picks, and adds its part to the sums. */
static void take_pair(recorder *r, evd_preenc_vector *v, uint32_t k) {
  const uint32_t m = r->s->m;
  evd_zq_sec xi;
  uint64_t value = 0;
  evd_zq_sec_from_u64(&xi, 0);
  for (uint32_t j = 0; j < evd_pre_vectors(r->s); j++) {
    uint64_t is = evd_ct_equal_bytes(&r->psi[j], &v->psi, sizeof v->psi);
    evd_zq_sec_cmov(&xi, &r->xi[(size_t)j * m + k], is);
    value |= is & (j == k);
  }
  evd_encrypt_value(r->G, &v->pairs[2 * (size_t)k],
                    &v->pairs[2 * (size_t)k + 1], &xi, (uint32_t)value);
  evd_zq_sec_add(&r->sum[k], &r->sum[k], &xi);
  r->value[k] += (uint32_t)value;
  evd_zq_sec_wipe(&xi);
}

/* alpha or beta (part 0, 1) of position k over all vectors taken. */
static void multiply(const recorder *r, evd_p *out,
                     const evd_preenc_vector taken[], uint32_t k,
                     uint32_t part) {
  evd_zp product, x;
  evd_zp_one(&product);
  for (uint32_t l = 0; l < r->s->L; l++) {
    /* reduced already: made here */
    (void)evd_zp_from_bytes(r->G->k, &x, &taken[l].pairs[2 * (size_t)k + part]);
    r->G->k->mul(&product, &product, &x);
  }
  evd_zp_to_bytes(r->G->k, out, &product);
}

/* Section 4.3: vectors are multiplied, nonces added, and the proofs are those
 * of an ordinary ballot. */
static void prove(recorder *r, evd_contest_ct *out,
                  const evd_preenc_vector taken[], const uint8_t *random) {
  evd_zp x, y;
  evd_p alpha, beta;
  evd_zq_sec all;
  uint32_t total = 0;
  evd_zq_sec_from_u64(&all, 0);
  for (uint32_t k = 0; k < r->s->m; k++) {
    evd_field *f = &out->fields[k];
    multiply(r, &f->alpha, taken, k, 0);
    multiply(r, &f->beta, taken, k, 1);
    evd_range_prove(r->G, f->c, f->v, &f->alpha, &f->beta, &r->sum[k],
                    r->value[k], 1, r->HI, out->ind_c, k + 1, random);
    random += 4 * EVD_SAMPLE_BYTES;
    evd_zq_sec_add(&all, &all, &r->sum[k]);
    total += r->value[k];
  }
  evd_contest_product_var(r->G, &x, &y, out, r->s); /* public */
  evd_zp_to_bytes(r->G->k, &alpha, &x);
  evd_zp_to_bytes(r->G->k, &beta, &y);
  evd_range_prove(r->G, out->limit_c, out->limit_v, &alpha, &beta, &all, total,
                  r->s->L, r->HI, out->ind_c, 0, random);
  evd_zq_sec_wipe(&all);
}

static void take_all(recorder *r, evd_preenc_vector taken[],
                     const evd_h32 *xi_B) {
  const evd_shape *s = r->s;
  for (uint32_t j = 1; j <= evd_pre_vectors(s); j++)
    for (uint32_t k = 1; k <= s->m; k++)
      evd_pre_nonce(r->G, &r->xi[(size_t)(j - 1) * s->m + k - 1], r->HI,
                    s->ind_c, j, k, xi_B);
  for (uint32_t k = 0; k < s->m; k++)
    evd_zq_sec_from_u64(&r->sum[k], 0);
  for (uint32_t l = 0; l < s->L; l++)
    for (uint32_t k = 0; k < s->m; k++)
      take_pair(r, &taken[l], k);
}

static evd_err reserve(recorder *r, evd_arena *a) {
  r->n_xi = (size_t)evd_pre_vectors(r->s) * r->s->m;
  r->xi = evd_arena_get(a, r->n_xi, sizeof *r->xi);
  r->sum = evd_arena_get(a, r->s->m, sizeof *r->sum);
  r->value = evd_arena_get(a, r->s->m, sizeof *r->value);
  return r->xi && r->sum && r->value ? EVD_OK : EVD_ERR_SPACE;
}

evd_err evd_preenc_record(const evd_group *G, evd_contest_ct *out,
                          evd_preenc_vector taken[], const evd_shape *s,
                          const evd_h32 psi[], const uint32_t take[],
                          const evd_h32 *HI, const evd_h32 *xi_B,
                          const uint8_t *random, size_t random_bytes,
                          evd_arena *a) {
  const evd_shape shape = evd_pre_shape(s);
  recorder r = {.G = G, .s = &shape, .HI = HI, .psi = psi, .take = take};
  if (random_bytes < evd_preenc_random_bytes(s))
    return EVD_ERR_RANGE;
  evd_arena_point mark = evd_arena_mark(a);
  evd_err e = reserve(&r, a);
  if (e == EVD_OK)
    e = name_taken(&r, taken, a);
  if (e == EVD_OK) {
    take_all(&r, taken, xi_B);
    prove(&r, out, taken, random);
    evd_wipe(r.xi, r.n_xi * sizeof *r.xi);
    evd_wipe(r.sum, shape.m * sizeof *r.sum);
    evd_wipe(r.value, shape.m * sizeof *r.value);
  }
  evd_arena_back(a, mark);
  return e;
}

/* ---- uncast ballots ---- */

void evd_preenc_open(const evd_group *G, evd_q nonces[], const evd_shape *s,
                     const evd_h32 *HI, const evd_h32 *xi_B) {
  evd_zq_sec secret;
  evd_zq xi;
  for (uint32_t j = 1; j <= evd_pre_vectors(s); j++)
    for (uint32_t k = 1; k <= s->m; k++) {
      evd_pre_nonce(G, &secret, HI, s->ind_c, j, k, xi_B);
      /* published with the opened ballot, which nobody cast */
      evd_declassify_zq(&xi, &secret);
      evd_zq_to_bytes(nonces++, &xi);
    }
  evd_zq_sec_wipe(&secret);
}
