/* Verification 14: an opened ballot names its style's contests and options,
 * and its selections are allowed.
 */
#include "verify/run.h"

static bool is_contest(const evd_run *r, const evd_challenged_contest *c) {
  uint32_t ind_c = c->o.ind_c;
  return evd_shape_of(r, ind_c) &&
         evd_str_same(c->label, r->man.contests[ind_c - 1].label);
}

static bool is_option(const evd_run *r, const evd_challenged_contest *c,
                      uint32_t f) {
  const evd_shape *s = evd_shape_of(r, c->o.ind_c);
  uint32_t o = c->fields[f];
  return s && o >= 1 && o <= evd_shape_fields(s) &&
         evd_str_same(c->labels[f], evd_field_label(&r->man, c->o.ind_c, o));
}

static bool has_option(const evd_run *r, const evd_challenged_contest *c,
                       uint32_t ind_o) {
  if (ind_o <= c->o.n_fields && c->fields[ind_o - 1] == ind_o)
    return is_option(r, c, ind_o - 1);
  for (uint32_t f = 0; f < c->o.n_fields; f++)
    if (c->fields[f] == ind_o && is_option(r, c, f))
      return true;
  return false;
}

static bool has_contest(const evd_run *r, const evd_challenged *o,
                        uint32_t ind_c) {
  for (uint32_t i = 0; i < o->n_contests; i++)
    if (o->contests[i].o.ind_c == ind_c && is_contest(r, &o->contests[i]))
      return true;
  return false;
}

static void check_values(evd_ballot_job *j, const evd_challenged_contest *c,
                         const evd_shape *s) {
  uint64_t sum = 0;
  bool within = true;
  for (uint32_t f = 0; f < c->o.n_fields; f++) {
    uint32_t o = c->fields[f];
    if (o < 1 || o > evd_shape_fields(s))
      continue; /* 14.C says so */
    evd_find(&j->f, EVD_C14E, s->ind_c, o,
             c->values[f] <= evd_shape_range(s, o),
             "the opened value is out of range"); /* [V 14.E] */
    if (c->values[f] > s->L)
      within = false;
    else
      sum += c->values[f] * evd_shape_factor(s, o);
  }
  evd_find(&j->f, EVD_C14F, s->ind_c, 0, within && sum <= s->L,
           "the opened values exceed the limit"); /* [V 14.F] */
}

static void check_contest(evd_ballot_job *j, const evd_challenged_contest *c,
                          const evd_style *style) {
  const evd_run *r = j->r;
  const evd_shape *s = evd_shape_of(r, c->o.ind_c);
  uint32_t ind_c = c->o.ind_c;
  evd_find(&j->f, EVD_C14A, ind_c, 0,
           is_contest(r, c) && style && evd_style_has(style, ind_c),
           "no contest of the style has this index and label"); /* [V 14.A] */
  for (uint32_t f = 0; f < c->o.n_fields; f++)                  /* [V 14.C] */
    evd_find(&j->f, EVD_C14C, ind_c, c->fields[f], is_option(r, c, f),
             "the contest has no option of this index and label");
  if (!s)
    return;
  for (uint32_t o = 1; o <= evd_shape_fields(s); o++)
    evd_find(&j->f, EVD_C14D, ind_c, o, has_option(r, c, o),
             "this option of the manifest is not opened"); /* [V 14.D] */
  check_values(j, c, s);
}

void evd_v14_ballot(evd_ballot_job *j) {
  if (!j->opened)
    return;
  const evd_challenged *o = j->opened;
  const evd_style *style = evd_style_of(j->r, j->b.style);
  for (uint32_t i = 0; i < o->n_contests; i++)
    check_contest(j, &o->contests[i], style);
  for (uint32_t i = 0; style && i < style->n_contests; i++)
    evd_find(&j->f, EVD_C14B, style->contests[i], 0,
             has_contest(j->r, o, style->contests[i]),
             "this contest of the style is not opened"); /* [V 14.B] */
}
