/* The two product tests over the proofs of many ballots.
 *
 * An equation is a_j = g^v_j alpha^c_j or b_j = K^w_j beta^c_j. With a fresh
 * rho for each, the first product is
 *   prod a_j^rho b_j^rho'  prod alpha^-A beta^-B = g^E K^F,
 *   A = sum rho c_j, E = sum rho v_j and so on, all mod q,
 * which may be, as the second product, with a fresh sigma each, says that all
 * statements are in the group: (prod x^sigma)^q = 1. */
#include "egds/batch.h"

#include <string.h>

#include "base/endian.h"
#include "base/require.h"

enum { WINDOW_MIN = 4, RHO_BITS = 8 * EVD_BATCH_RANDOM_BYTES };

static void rho_of(evd_zq *r, const uint8_t *random) {
  *r = (evd_zq){{evd_be64_get(random), evd_be64_get(random + 8), 0, 0}};
}

/* sum += a b */
static void add_product(evd_zq *sum, const evd_zq *a, const evd_zq *b) {
  evd_zq x;
  evd_zq_mul(&x, a, b);
  evd_zq_add(sum, sum, &x);
}

/* e = e - factor a mod q */
static void lower(evd_exp *e, const evd_zq *a, uint32_t factor) {
  evd_zq x = {{e->l[0], e->l[1], e->l[2], e->l[3]}}, f;
  evd_zq_from_u64(&f, factor);
  evd_zq_mul(&f, &f, a);
  evd_zq_sub(&x, &x, &f);
  *e = evd_exp_zq(&x);
}

/* A statement: rho of the second product. */
static void add_statement(evd_batch_test *t, size_t at, const uint8_t *random) {
  evd_zq sigma;
  rho_of(&sigma, random);
  t->s[at] = evd_exp_zq(&sigma);
  t->n_statements++;
}

/* The equations of one proof over 0..range, whose a_0 stands at `at`: A and B
 * of its statement. */
static void add_range(evd_batch_test *t, size_t at, const evd_q c[],
                      const evd_q v[], uint32_t range, const uint8_t *random,
                      evd_zq AB[2]) {
  evd_zq rho, rho_b, cj, w, index;
  memset(AB, 0, 2 * sizeof *AB);
  for (uint32_t j = 0; j <= range; j++) {
    rho_of(&rho, random);
    rho_of(&rho_b, random + EVD_BATCH_RANDOM_BYTES);
    random += 2 * EVD_BATCH_RANDOM_BYTES;
    t->e[at++] = evd_exp_zq(&rho);
    t->e[at++] = evd_exp_zq(&rho_b);
    (void)evd_zq_from_bytes(&cj, &c[j]); /* below q: evd_batch_open_var */
    (void)evd_zq_from_bytes(&w, &v[j]);
    add_product(&AB[0], &rho, &cj);
    add_product(&t->of_g, &rho, &w);
    add_product(&AB[1], &rho_b, &cj);
    evd_zq_from_u64(&index, j);
    evd_zq_mul(&cj, &cj, &index);
    evd_zq_sub(&w, &w, &cj); /* w_j = v_j - j c_j */
    add_product(&t->of_K, &rho_b, &w);
  }
}

/* C0 and a = g^v C0^c */
static void add_pair(evd_batch_test *t, size_t at, const evd_q *c,
                     const evd_q *v, const uint8_t *random) {
  evd_zq rho, x;
  add_statement(t, at, random);
  rho_of(&rho, random + EVD_BATCH_RANDOM_BYTES);
  t->e[at + 1] = evd_exp_zq(&rho);
  (void)evd_zq_from_bytes(&x, v);
  add_product(&t->of_g, &rho, &x);
  (void)evd_zq_from_bytes(&x, c);
  evd_zq_mul(&rho, &rho, &x);
  lower(&t->e[at], &rho, 1);
}

/* The statement of the limit proof is a product of those of the fields, the
 * first of which stands at `at`: it falls to them. */
static void lower_fields(evd_batch_test *t, size_t at, const evd_contest_ct *c,
                         const evd_shape *s, const evd_zq AB[2]) {
  for (uint32_t o = 1; o <= c->n_fields; o++) {
    lower(&t->e[at], &AB[0], evd_shape_factor(s, o));
    lower(&t->e[at + 1], &AB[1], evd_shape_factor(s, o));
    at += 4 + 2 * (size_t)c->fields[o - 1].range;
  }
}

/* Returns where the next one begins. */
static size_t add_contest(evd_batch_test *t, size_t at, const evd_contest_ct *c,
                          const evd_shape *s, const uint8_t *random) {
  const size_t first = at;
  evd_zq AB[2];
  for (uint32_t i = 0; i < c->n_fields; i++) {
    const evd_field *f = &c->fields[i];
    const uint8_t *own = random + (at - first) * EVD_BATCH_RANDOM_BYTES;
    add_statement(t, at, own);
    add_statement(t, at + 1, own + EVD_BATCH_RANDOM_BYTES);
    add_range(t, at + 2, f->c, f->v, f->range, own + 2 * EVD_BATCH_RANDOM_BYTES,
              AB);
    lower(&t->e[at], &AB[0], 1);
    lower(&t->e[at + 1], &AB[1], 1);
    at += 4 + 2 * (size_t)f->range;
  }
  add_range(t, at, c->limit_c, c->limit_v, c->L,
            random + (at - first) * EVD_BATCH_RANDOM_BYTES, AB);
  lower_fields(t, first, c, s, AB);
  at += 2 + 2 * (size_t)c->L;
  if (c->b == 0)
    return at;
  add_pair(t, at, &c->data_c, &c->data_v,
           random + (at - first) * EVD_BATCH_RANDOM_BYTES);
  return at + 2;
}

void evd_batch_test_init(evd_batch_test *t, const evd_group *G,
                         const evd_zp x[], evd_exp e[], evd_exp s[], size_t n) {
  memset(t, 0, sizeof *t);
  t->G = G;
  t->n = n;
  t->x = x;
  t->e = e;
  t->s = s;
  memset(e, 0, n * sizeof *e);
  memset(s, 0, n * sizeof *s);
}

void evd_batch_test_add(evd_batch_test *t, size_t at, const evd_ballot *b,
                        const evd_shape shapes[], const uint8_t *rho) {
  const size_t first = at;
  EVD_REQUIRE(at + evd_batch_values(b) <= t->n);
  add_pair(t, at, &b->nonce_c, &b->nonce_v, rho);
  at += 2;
  for (uint32_t i = 0; i < b->n_contests; i++) {
    const evd_contest_ct *c = &b->contests[i];
    at = add_contest(t, at, c, &shapes[c->ind_c - 1],
                     rho + (at - first) * EVD_BATCH_RANDOM_BYTES);
  }
}

uint32_t evd_batch_test_plan(evd_batch_test *t, size_t work_n) {
  /* Of the 256 bits, commitments fill the lower half only. */
  const size_t n[2] = {(t->n + t->n_statements) / 2, t->n_statements};
  const uint32_t bits[2] = {EVD_EXP_BITS, RHO_BITS};
  EVD_REQUIRE(work_n >= EVD_BATCH_WORK_MIN);
  for (int i = 0; i < 2; i++) {
    t->w[i] = evd_zp_multipow_window(n[i], bits[i], work_n);
    if (t->w[i] < WINDOW_MIN)
      t->w[i] = WINDOW_MIN;
    t->n_parts[i] = (bits[i] + t->w[i] - 1) / t->w[i];
  }
  return t->n_parts[0] + t->n_parts[1];
}

void evd_batch_test_part_var(evd_batch_test *t, uint32_t i, evd_zp work[]) {
  const bool second = i >= t->n_parts[0];
  const uint32_t w = t->w[second], place = i - (second ? t->n_parts[0] : 0);
  const evd_zp_factors f = {t->x, second ? t->s : t->e, t->n};
  evd_zp_multipow_place_var(t->G->k, &t->part[i], &f, w, w * place, work);
}

/* A product from its parts, as a usual element. */
static void join(const evd_batch_test *t, evd_zp *r, int which) {
  const evd_exp *e = which == 0 ? t->e : t->s;
  const evd_zp *part = t->part + (which == 0 ? 0 : t->n_parts[0]);
  evd_exp_sum sum = {{0}};
  for (size_t i = 0; i < t->n; i++)
    evd_exp_sum_add(&sum, &e[i]);
  evd_zp_multipow_join_var(t->G->k, r, part, t->n_parts[which], t->w[which]);
  evd_zp_raw_correct_var(t->G->k, r, &sum);
}

/* [V 6.1, 6.2, 7.3, 7.4] of all at once, and [V 6.A] */
bool evd_batch_test_holds_var(const evd_batch_test *t) {
  evd_zp product, right, power;
  evd_exp e = evd_exp_zq(&t->of_g);
  evd_base_pow_var(t->G, &right, &t->G->g, &e);
  e = evd_exp_zq(&t->of_K);
  evd_base_pow_var(t->G, &power, &t->G->K, &e);
  t->G->k->mul(&right, &right, &power);
  join(t, &product, 0);
  bool equations = evd_zp_equal(t->G->k, &product, &right);
  join(t, &product, 1);
  bool members = evd_zp_member_var(t->G->k, &product, true);
  return equations && members && t->n_statements > 0;
}
