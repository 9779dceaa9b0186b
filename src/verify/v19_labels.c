/* Verification 19: an opened mail ballot names its style's contests and
 * options, and the null vectors.
 */
#include "egds/preenc.h"
#include "verify/run.h"

static bool is_contest(const evd_run *r, const evd_mail_open_contest *c) {
  return evd_shape_of(r, c->ind_c) &&
         evd_str_same(c->label, r->man.contests[c->ind_c - 1].label);
}

static bool is_option(const evd_run *r, const evd_mail_open_contest *c,
                      const evd_mail_vector *v) {
  const evd_shape *s = evd_shape_of(r, c->ind_c);
  if (!s || v->field < 1 || v->field > evd_pre_vectors(s))
    return false;
  if (v->field > s->m)
    return evd_str_is(v->label, EVD_NULL_LABEL);
  return evd_str_same(v->label, evd_field_label(&r->man, c->ind_c, v->field));
}

static bool has_option(const evd_run *r, const evd_mail_open_contest *c,
                       uint32_t j) {
  if (j <= c->n_vectors && c->vectors[j - 1].field == j)
    return is_option(r, c, &c->vectors[j - 1]);
  for (uint32_t i = 0; i < c->n_vectors; i++)
    if (c->vectors[i].field == j && is_option(r, c, &c->vectors[i]))
      return true;
  return false;
}

static bool has_contest(const evd_run *r, const evd_mail_open *o,
                        uint32_t ind_c) {
  for (uint32_t i = 0; i < o->n_contests; i++)
    if (o->contests[i].ind_c == ind_c && is_contest(r, &o->contests[i]))
      return true;
  return false;
}

static void check_contest(evd_ballot_job *j, const evd_mail_open_contest *c,
                          const evd_style *style) {
  const evd_run *r = j->r;
  const evd_shape *s = evd_shape_of(r, c->ind_c);
  evd_find(&j->f, EVD_C19A, c->ind_c, 0,
           is_contest(r, c) && style && evd_style_has(style, c->ind_c),
           "no contest of the style has this index and label"); /* [V 19.A] */
  for (uint32_t i = 0; i < c->n_vectors; i++)                   /* [V 19.C] */
    evd_find(&j->f, EVD_C19C, c->ind_c, c->vectors[i].field,
             is_option(r, c, &c->vectors[i]),
             "the contest has no option of this index and label");
  for (uint32_t v = 1; s && v <= evd_pre_vectors(s); v++)
    evd_find(&j->f, EVD_C19D, c->ind_c, v, has_option(r, c, v),
             "this option of the manifest is not opened"); /* [V 19.D] */
}

void evd_v19_ballot(evd_ballot_job *j) {
  if (!j->uncast)
    return;
  const evd_mail_open *o = j->uncast;
  const evd_style *style = evd_style_of(j->r, j->b.style);
  for (uint32_t i = 0; i < o->n_contests; i++)
    check_contest(j, &o->contests[i], style);
  for (uint32_t i = 0; style && i < style->n_contests; i++)
    evd_find(&j->f, EVD_C19B, style->contests[i], 0,
             has_contest(j->r, o, style->contests[i]),
             "this contest of the style is not opened"); /* [V 19.B] */
}
