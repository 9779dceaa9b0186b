#include "steps/judge_mail.h"

#include <string.h>

#include "egds/hashes.h"
#include "egds/preenc.h"
#include "egds/preenc_check.h"

typedef struct {
  const evd_group *G;
  const evd_manifest *m;
  const evd_h32 *H_I;
  uint32_t wrong;
} judging;

static void need(judging *j, bool holds, uint32_t flag) {
  if (!holds)
    j->wrong |= flag;
}

static int order(const evd_h32 *a, const evd_h32 *b) {
  return memcmp(a->b, b->b, sizeof a->b);
}

static bool same(const evd_h32 *a, const evd_h32 *b) {
  return order(a, b) == 0;
}

static bool same_text(evd_str a, evd_str b) {
  return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static bool has_psi(const evd_contest_ct *c, const evd_h32 *psi) {
  bool has = false;
  for (uint32_t i = 0; !has && i < c->n_psi; i++)
    has = same(&c->psi[i], psi);
  return has;
}

static void check_code(judging *j, evd_str code, const evd_h32 *psi) {
  char right[EVD_OMEGA_BYTES];
  evd_omega(right, j->m->short_code, psi);
  need(j, right[0] && evd_str_is(code, right), EVD_MAIL_CODE);
}

/* ---- the ballot ---- */

static void check_contest(judging *j, const evd_contest_ct *c,
                          const evd_shape *s) {
  evd_h32 chi;
  bool ascending = true;
  for (uint32_t i = 1; i < c->n_psi; i++)
    ascending = ascending && order(&c->psi[i - 1], &c->psi[i]) < 0;
  need(j, s->R == 1, EVD_MAIL_FORM);
  need(j, evd_omega_distinct(j->m->short_code, c->psi, c->n_psi),
       EVD_MAIL_FORM);
  need(j, ascending, EVD_MAIL_FORM);
  if (!ascending)
    return; /* chi is over ascending ones */
  evd_pre_chi(j->G, &chi, j->H_I, c->ind_c, c->psi, c->n_psi);
  need(j, same(&chi, &c->chi), EVD_MAIL_CHI);
}

uint32_t evd_mail_ballot_check_var(const evd_group *G, const evd_manifest *m,
                                   const evd_ballot *b, const evd_shape *shapes,
                                   const evd_h32 *H_E) {
  judging j = {G, m, &b->H_I, 0};
  evd_h32 h;
  evd_hash_HI(G, &h, H_E, &b->id_B);
  need(&j, same(&h, &b->H_I), EVD_F_HI);
  j.wrong |= evd_nonce_check_var(G, b);
  for (uint32_t i = 0; i < b->n_contests; i++)
    check_contest(&j, &b->contests[i], &shapes[i]);
  evd_pre_ballot_HC(G, &h, b);
  need(&j, same(&h, &b->H_C), EVD_MAIL_HC);
  return j.wrong;
}

/* ---- what was selected ---- */

/* One vector, and whether it is the ballot's. */
static void check_selected(judging *j, const evd_contest_ct *c,
                           const evd_mail_selected *s) {
  evd_h32 psi;
  need(j, has_psi(c, &s->psi), EVD_MAIL_FORM);
  need(j, evd_pre_members_var(j->G, s->pairs, s->n_pairs), EVD_F_DATA_X2);
  evd_pre_psi(j->G, &psi, j->H_I, s->pairs, s->n_pairs);
  need(j, same(&psi, &s->psi), EVD_MAIL_PSI);
  check_code(j, s->code, &s->psi);
}

static void check_product(judging *j, const evd_mail_cast_contest *c,
                          uint32_t k) {
  evd_pre_product product;
  evd_pre_product_init(&product);
  for (uint32_t i = 0; i < c->n_selected; i++) {
    const evd_p *pair = &c->selected[i].pairs[2 * k];
    evd_pre_product_add_var(j->G, &product, &pair[0], &pair[1]);
  }
  need(j, evd_pre_product_is(j->G, &product, &c->ct.fields[k]),
       EVD_MAIL_PRODUCT);
}

static void check_cast(judging *j, const evd_contest_ct *c,
                       const evd_mail_cast_contest *o, const evd_shape *s) {
  const evd_shape fills = evd_pre_shape(s);
  for (uint32_t i = 0; i < o->n_selected; i++) {
    need(j, i == 0 || order(&o->selected[i - 1].psi, &o->selected[i].psi) < 0,
         EVD_MAIL_FORM);
    check_selected(j, c, &o->selected[i]);
  }
  for (uint32_t k = 0; k < o->ct.n_fields; k++) {
    check_product(j, o, k);
    j->wrong |=
        evd_field_check_var(j->G, &o->ct.fields[k], j->H_I, o->ct.ind_c, k + 1);
  }
  j->wrong |= evd_limit_check_var(j->G, &o->ct, &fills, j->H_I);
}

uint32_t evd_mail_cast_check_var(const evd_group *G, const evd_manifest *m,
                                 const evd_ballot *b, const evd_shape *shapes,
                                 const evd_mail_cast *cast) {
  judging j = {G, m, &b->H_I, 0};
  if (cast->n_contests != b->n_contests)
    return EVD_MAIL_FORM;
  for (uint32_t i = 0; i < b->n_contests; i++) {
    const evd_mail_cast_contest *o = &cast->contests[i];
    if (o->ct.ind_c != b->contests[i].ind_c ||
        !evd_mail_cast_fits(o, &shapes[i]))
      return EVD_MAIL_FORM;
    check_cast(&j, &b->contests[i], o, &shapes[i]);
  }
  return j.wrong;
}

/* ---- openings ---- */

/* As they stand: every option, then the null vectors. */
static bool is_option(const judging *j, const evd_shape *s,
                      const evd_mail_vector *v, uint32_t number) {
  if (v->field != number)
    return false;
  if (number > s->m)
    return evd_str_is(v->label, EVD_NULL_LABEL);
  return same_text(v->label, evd_field_label(j->m, s->ind_c, number));
}

static void check_opened(judging *j, evd_contest_ct *c,
                         const evd_mail_open_contest *o, const evd_shape *s) {
  evd_str label = j->m->contests[s->ind_c - 1].label;
  need(j, same_text(o->label, label), EVD_MAIL_CONTESTS);
  for (uint32_t i = 0; i < o->n_vectors; i++) {
    const evd_mail_vector *v = &o->vectors[i];
    need(j, has_psi(c, &v->psi), EVD_MAIL_FORM);
    need(j, is_option(j, s, v, i + 1), EVD_MAIL_OPTIONS);
    check_code(j, v->code, &v->psi);
  }
  for (uint32_t i = 0; i < o->n_vectors; i++) {
    const evd_mail_vector *v = &o->vectors[i];
    need(j,
         evd_pre_opened_psi_var(j->G, &c->psi[i], j->H_I, v->field, v->nonces,
                                v->n_nonces),
         EVD_F_DATA_X2);
    need(j, same(&c->psi[i], &v->psi), EVD_MAIL_PSI);
  }
  evd_pre_chi(j->G, &c->chi, j->H_I, c->ind_c, c->psi, c->n_psi);
}

uint32_t evd_mail_open_check_var(const evd_group *G, const evd_manifest *m,
                                 evd_ballot *b, const evd_shape *shapes,
                                 const evd_mail_open *open) {
  judging j = {G, m, &b->H_I, 0};
  evd_h32 h;
  if (open->n_contests != b->n_contests)
    return EVD_MAIL_CONTESTS;
  for (uint32_t i = 0; i < b->n_contests; i++) {
    const evd_mail_open_contest *o = &open->contests[i];
    if (o->ind_c != b->contests[i].ind_c)
      return EVD_MAIL_CONTESTS;
    if (!evd_mail_open_fits(o, &shapes[i]))
      return EVD_MAIL_OPTIONS;
    check_opened(&j, &b->contests[i], o, &shapes[i]);
  }
  evd_pre_ballot_HC(G, &h, b);
  need(&j, same(&h, &b->H_C), EVD_MAIL_OPENED);
  return j.wrong;
}
