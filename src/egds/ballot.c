#include "egds/ballot.h"

uint32_t evd_shape_fields(const evd_shape *s) {
  return s->m + (s->overvote ? 1 : 0) + (s->w > 0 ? 1 : 0);
}

uint32_t evd_shape_range(const evd_shape *s, uint32_t ind_o) {
  if (ind_o <= s->m)
    return s->R;
  return s->overvote && ind_o == s->m + 1 ? 1 : s->w;
}

/* sum + L o + w' <= L: an overvote fills the contest. */
uint32_t evd_shape_factor(const evd_shape *s, uint32_t ind_o) {
  return s->overvote && ind_o == s->m + 1 ? s->L : 1;
}

/* Challenges and responses of one proof over 0..range. */
static bool shape_proof(evd_q **c, evd_q **v, uint32_t range, evd_arena *a) {
  *c = evd_arena_get(a, (size_t)range + 1, sizeof(evd_q));
  *v = evd_arena_get(a, (size_t)range + 1, sizeof(evd_q));
  return *c && *v;
}

static evd_err shape_contest(evd_contest_ct *c, const evd_shape *s,
                             evd_arena *a) {
  c->ind_c = s->ind_c;
  c->n_fields = evd_shape_fields(s);
  c->L = s->L;
  c->b = s->b;
  c->fields = evd_arena_get(a, c->n_fields, sizeof *c->fields);
  if (!c->fields)
    return EVD_ERR_SPACE;
  for (uint32_t o = 1; o <= c->n_fields; o++) {
    evd_field *f = &c->fields[o - 1];
    f->range = evd_shape_range(s, o);
    if (!shape_proof(&f->c, &f->v, f->range, a))
      return EVD_ERR_SPACE;
  }
  if (!shape_proof(&c->limit_c, &c->limit_v, c->L, a))
    return EVD_ERR_SPACE;
  if (!c->b)
    return EVD_OK;
  c->data_C1 = evd_arena_get(a, c->b, 32);
  return c->data_C1 ? EVD_OK : EVD_ERR_SPACE;
}

evd_err evd_ballot_shape(evd_ballot *b, const evd_shape *shapes,
                         uint32_t n_contests, evd_arena *a) {
  *b = (evd_ballot){.n_contests = n_contests};
  b->contests = evd_arena_get(a, n_contests, sizeof *b->contests);
  if (!b->contests)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < n_contests; i++)
    EVD_TRY(shape_contest(&b->contests[i], &shapes[i], a));
  return EVD_OK;
}
