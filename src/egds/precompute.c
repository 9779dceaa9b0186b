/* Precomputed ballots.
 *
 * beta is K^(xi + value): one of range + 1 elements, each the one before times
 * K. b_j of a proof is K^(u_j + (value - j) c_j), see range.c: with the value
 * unknown one of range + 1 elements, each the one before times K^c_j. All are
 * computed ahead and kept as bytes.
 */
#include "egds/precompute.h"

#include <string.h>

#include "base/ct.h"
#include "base/wipe.h"
#include "egds/challenge.h"
#include "egds/hashes.h"
#include "egds/range.h"

enum { FIELDS_MAX = 1002, BALLOT_NONCE_BYTES = 32 };

/* One field with its proof, or a limit proof (ind_o = 0). The elements lie in
 * a row: alpha, then beta[range + 1]; and, in short ranges, a[range + 1], then
 * b[j][value] for both up to range. */
struct evd_pre_proof {
  uint32_t ind_c, ind_o, range;
  evd_zq_sec xi;
  evd_p *alpha, *beta, *a, *b;
  const uint8_t *random;
};

/* ---- sizes ---- */

size_t evd_pre_proof_bytes(void) { return sizeof(evd_pre_proof); }

static bool is_short(uint32_t range) { return range <= EVD_PRE_RANGE_MAX; }

static size_t elements_of(uint32_t range) {
  size_t values = (size_t)range + 1;
  return 1 + values + (is_short(range) ? values + values * values : 0);
}

static size_t random_of(uint32_t range) {
  return 2 * ((size_t)range + 1) * EVD_SAMPLE_BYTES;
}

static void count(evd_pre *p) {
  for (uint32_t i = 0; i < p->n_contests; i++) {
    const evd_shape *s = &p->shapes[i];
    uint32_t fields = evd_shape_fields(s);
    p->n_proofs += fields + 1;
    p->n_elements += elements_of(s->L);
    for (uint32_t o = 1; o <= fields; o++)
      p->n_elements += elements_of(evd_shape_range(s, o));
    p->n_data += s->b > 0;
  }
  p->n_random = evd_ballot_random_bytes(p->shapes, p->n_contests);
}

static evd_err reserve(evd_pre *p, evd_arena *a) {
  p->proofs = evd_arena_get(a, p->n_proofs, sizeof *p->proofs);
  p->elements = evd_arena_get(a, p->n_elements, sizeof *p->elements);
  p->random = evd_arena_get(a, p->n_random, 1);
  if (p->n_data)
    p->data = evd_arena_get(a, p->n_data, sizeof *p->data);
  if (!p->proofs || !p->elements || !p->random || (p->n_data && !p->data))
    return EVD_ERR_SPACE;
  return EVD_OK;
}

/* ---- ahead ---- */

/* What the making of a set moves along. */
typedef struct {
  const evd_group *G;
  evd_pre *p;
  evd_pre_proof *proof;
  evd_p *element;
  evd_data_ahead *data;
  const uint8_t *random;
} maker;

/* out[i] = x step^i for i <= n, as bytes; x is used up. */
static void powers(const evd_group *G, evd_p out[], uint32_t n, evd_zp_sec *x,
                   const evd_zp *step) {
  for (uint32_t i = 0; i <= n; i++) {
    evd_zp_sec_to_bytes(G, &out[i], x);
    G->k->mul(&x->v, &x->v, step);
  }
  evd_zp_sec_wipe(x);
}

/* a_j, and b_j for every value, from K^(u_j - j c_j) on. */
static void make_branch(const evd_group *G, evd_pre_proof *x, uint32_t j) {
  const uint8_t *random = x->random + (size_t)j * 2 * EVD_SAMPLE_BYTES;
  evd_zq_sec u, c, t;
  evd_zp_sec b, step;
  evd_zq_sec_sample(&u, random);
  evd_zq_sec_sample(&c, random + EVD_SAMPLE_BYTES);
  evd_base_pow_to_sec(G, &b, &G->g, &u);
  evd_zp_sec_to_bytes(G, &x->a[j], &b);
  evd_base_pow_to_sec(G, &step, &G->K, &c);
  evd_zq_sec_from_u64(&t, j);
  evd_zq_sec_mul(&t, &t, &c);
  evd_zq_sec_sub(&t, &u, &t);
  evd_base_pow_to_sec(G, &b, &G->K, &t);
  powers(G, x->b + (size_t)j * (x->range + 1), x->range, &b, &step.v);
  evd_zq_sec_wipe(&u);
  evd_zq_sec_wipe(&c);
  evd_zq_sec_wipe(&t);
  evd_zp_sec_wipe(&step);
}

static void make_proof(maker *m, uint32_t ind_c, uint32_t ind_o, uint32_t range,
                       const evd_zq_sec *xi) {
  const evd_group *G = m->G;
  evd_pre_proof *x = m->proof++;
  evd_zp_sec power;
  *x = (evd_pre_proof){.ind_c = ind_c, .ind_o = ind_o, .range = range};
  x->xi = *xi;
  x->alpha = m->element;
  x->beta = x->alpha + 1;
  x->a = x->beta + range + 1;
  x->b = x->a + range + 1;
  x->random = m->random;
  m->element += elements_of(range);
  m->random += random_of(range);
  evd_base_pow_to_sec(G, &power, &G->g, xi);
  evd_zp_sec_to_bytes(G, x->alpha, &power);
  evd_base_pow_to_sec(G, &power, &G->K, xi);
  powers(G, x->beta, range, &power, &G->K.value);
  for (uint32_t j = 0; is_short(range) && j <= range; j++)
    make_branch(G, x, j);
}

static void make_contest(maker *m, const evd_shape *s) {
  const evd_h32 *HI = &m->p->head.H_I;
  evd_zq_sec xi, sum, factor;
  evd_zq_sec_from_u64(&sum, 0);
  for (uint32_t o = 1; o <= evd_shape_fields(s); o++) {
    evd_nonce_option(m->G, &xi, HI, s->ind_c, o, &m->p->xi_B);
    make_proof(m, s->ind_c, o, evd_shape_range(s, o), &xi);
    evd_zq_sec_from_u64(&factor, evd_shape_factor(s, o));
    evd_zq_sec_mul(&xi, &xi, &factor);
    evd_zq_sec_add(&sum, &sum, &xi);
  }
  make_proof(m, s->ind_c, 0, s->L, &sum);
  if (s->b) {
    evd_data_ahead_make(m->G, m->data++, HI, s->ind_c, &m->p->xi_B, m->random);
    m->random += EVD_SAMPLE_BYTES;
  }
  evd_zq_sec_wipe(&xi);
  evd_zq_sec_wipe(&sum);
}

evd_err evd_pre_make(const evd_group *G, evd_pre *p, const evd_h32 *id_B,
                     uint32_t style, const evd_shape *shapes, uint32_t n,
                     const evd_h32 *HE, const uint8_t *random,
                     size_t random_bytes, evd_arena *a) {
  if (p->state != EVD_PRE_EMPTY)
    return EVD_ERR_SPENT;
  if (random_bytes < evd_ballot_random_bytes(shapes, n))
    return EVD_ERR_RANGE;
  *p = (evd_pre){
      .id_B = *id_B, .style = style, .n_contests = n, .shapes = shapes};
  count(p);
  evd_err err = reserve(p, a);
  if (err != EVD_OK) {
    *p = (evd_pre){.state = EVD_PRE_EMPTY};
    return err;
  }
  memcpy(p->random, random, p->n_random);
  memcpy(p->xi_B.b, random, BALLOT_NONCE_BYTES);
  evd_hash_HI(G, &p->head.H_I, HE, id_B);
  evd_nonce_seal(G, &p->head, &p->xi_B, p->random + BALLOT_NONCE_BYTES);
  maker m = {G, p, p->proofs, p->elements, p->data, p->random};
  m.random += BALLOT_NONCE_BYTES + 2 * EVD_SAMPLE_BYTES;
  for (uint32_t i = 0; i < n; i++)
    make_contest(&m, &shapes[i]);
  p->state = EVD_PRE_READY;
  return EVD_OK;
}

void evd_pre_wipe(evd_pre *p) {
  if (p->proofs)
    evd_wipe(p->proofs, p->n_proofs * sizeof *p->proofs);
  if (p->elements)
    evd_wipe(p->elements, p->n_elements * sizeof *p->elements);
  if (p->data)
    evd_wipe(p->data, p->n_data * sizeof *p->data);
  if (p->random)
    evd_wipe(p->random, p->n_random);
  evd_wipe(&p->xi_B, sizeof p->xi_B);
  evd_wipe(&p->head, sizeof p->head);
  p->state = EVD_PRE_USED;
}

/* ---- with the vote ---- */

/* out = row[index]; every entry is read. */
static void pick(evd_p *restrict out, const evd_p *restrict row, uint32_t n,
                 uint32_t index_secret) {
  memset(out, 0, sizeof *out);
  for (uint32_t i = 0; i <= n; i++) {
    uint8_t mask = (uint8_t)evd_ct_mask(evd_ct_equal(i, index_secret));
    for (size_t j = 0; j < sizeof out->b; j++)
      out->b[j] |= row[i].b[j] & mask;
  }
}

/* alpha, beta and the proof of one value. */
static void use_proof(const evd_group *G, const evd_h32 *HI, evd_field *f,
                      const evd_pre_proof *x, uint32_t value_secret) {
  evd_hmac h;
  evd_p b;
  f->alpha = *x->alpha;
  pick(&f->beta, x->beta, x->range, value_secret);
  /* published: the ciphertext of the vote, or the product of several; first */
  evd_declassify_bytes(&f->alpha, sizeof f->alpha);
  /* and second half */
  evd_declassify_bytes(&f->beta, sizeof f->beta);
  if (!is_short(x->range)) {
    evd_range_prove(G, f->c, f->v, &f->alpha, &f->beta, &x->xi, value_secret,
                    x->range, HI, x->ind_c, x->ind_o, x->random);
    return;
  }
  evd_chal_range_init(G, &h, HI, x->ind_c, x->ind_o, &f->alpha, &f->beta);
  for (uint32_t j = 0; j <= x->range; j++) {
    pick(&b, x->b + (size_t)j * (x->range + 1), x->range, value_secret);
    evd_h_add(&h, x->a[j].b, sizeof x->a[j].b);
    evd_h_add(&h, b.b, sizeof b.b);
  }
  evd_range_finish(f->c, f->v, &h, &x->xi, value_secret, x->range, x->random);
}

/* Returns the proofs after this contest's. */
static const evd_pre_proof *use_fields(const evd_group *G, const evd_h32 *HI,
                                       evd_contest_ct *c, const evd_shape *s,
                                       const evd_pre_proof *x,
                                       const uint32_t values[]) {
  evd_field limit = {.range = c->L, .c = c->limit_c, .v = c->limit_v};
  uint32_t total = 0;
  for (uint32_t o = 1; o <= c->n_fields; o++) {
    use_proof(G, HI, &c->fields[o - 1], x++, values[o - 1]);
    total += evd_shape_factor(s, o) * values[o - 1];
  }
  use_proof(G, HI, &limit, x++, total);
  return x;
}

static evd_err use_contest(const evd_group *G, evd_pre *p, evd_contest_ct *c,
                           const evd_shape *s, const evd_selection *sel,
                           const evd_pre_proof **x, evd_data_ahead **data) {
  const evd_h32 *HI = &p->head.H_I;
  uint32_t values[FIELDS_MAX];
  bool overvoted;
  evd_err err = EVD_OK;
  if (c->n_fields > FIELDS_MAX)
    return EVD_ERR_RANGE;
  evd_field_values(s, sel, values, &overvoted);
  if (c->b)
    err = evd_data_pack(c->data_C1, s, sel, overvoted);
  if (err == EVD_OK)
    *x = use_fields(G, HI, c, s, *x, values);
  evd_wipe(values, sizeof values);
  EVD_TRY(err);
  if (c->b)
    evd_data_ahead_use(G, c, HI, (*data)++);
  evd_hash_chi(G, &c->chi, HI, c);
  return EVD_OK;
}

/* No plaintext may stay behind in a ballot that is refused. */
static void wipe_data(evd_ballot *b) {
  for (uint32_t i = 0; i < b->n_contests; i++)
    if (b->contests[i].b)
      evd_wipe(b->contests[i].data_C1, (size_t)b->contests[i].b * 32);
}

/* Both public. */
static bool fits(const evd_pre *p, const evd_ballot *b) {
  return b->n_contests == p->n_contests && b->style == p->style &&
         memcmp(b->id_B.b, p->id_B.b, sizeof b->id_B.b) == 0;
}

evd_err evd_pre_encrypt(const evd_group *G, evd_ballot *out, evd_pre *p,
                        const evd_selection sel[], evd_h32 *xi_B_out) {
  evd_err err = EVD_OK;
  if (p->state != EVD_PRE_READY)
    return EVD_ERR_SPENT;
  if (!fits(p, out))
    return EVD_ERR_REFUSED;
  for (uint32_t i = 0; i < p->n_contests; i++)
    EVD_TRY(evd_write_ins_check(&sel[i]));
  p->state = EVD_PRE_USED; /* before anything of it can be seen */
  out->H_I = p->head.H_I;
  out->nonce_C0 = p->head.nonce_C0;
  out->nonce_C1 = p->head.nonce_C1;
  out->nonce_c = p->head.nonce_c;
  out->nonce_v = p->head.nonce_v;
  const evd_pre_proof *x = p->proofs;
  evd_data_ahead *data = p->data;
  for (uint32_t i = 0; i < p->n_contests && err == EVD_OK; i++)
    err =
        use_contest(G, p, &out->contests[i], &p->shapes[i], &sel[i], &x, &data);
  if (err != EVD_OK)
    wipe_data(out);
  if (err == EVD_OK && xi_B_out)
    *xi_B_out = p->xi_B;
  evd_pre_wipe(p);
  return err;
}
