#include "steps/opening.h"

#include "egds/open.h"

static evd_err label(evd_challenged_contest *c, const evd_manifest *m,
                     evd_arena *a) {
  const uint32_t n = c->o.n_fields;
  c->label = m->contests[c->o.ind_c - 1].label;
  c->fields = evd_arena_get(a, n, sizeof *c->fields);
  c->labels = evd_arena_get(a, n, sizeof *c->labels);
  c->values = evd_arena_get(a, n, sizeof *c->values);
  if (!c->fields || !c->labels || !c->values)
    return EVD_ERR_SPACE;
  for (uint32_t f = 0; f < n; f++) {
    c->fields[f] = f + 1;
    c->labels[f] = evd_field_label(m, c->o.ind_c, f + 1);
    c->values[f] = c->o.values[f];
  }
  c->has_data = c->o.b > 0;
  c->D = (evd_span){c->o.D, (size_t)32 * c->o.b};
  return EVD_OK;
}

evd_err evd_opening_line(evd_buf *line, const evd_group *G,
                         const evd_manifest *m, evd_to_open *b,
                         const evd_h32 *xi_B, evd_arena *a) {
  evd_challenged out = {.id_B = b->id_B, .n_contests = b->n_contests};
  out.contests = evd_arena_get(a, b->n_contests, sizeof *out.contests);
  if (!out.contests)
    return EVD_ERR_SPACE;
  for (uint32_t x = 0; x < b->n_contests; x++) {
    const evd_contest_ct *ct = &b->contests[x];
    evd_shape shape = evd_contest_shape(m, ct->ind_c);
    b->bad = ct->ind_c;
    EVD_TRY(evd_opened_shape(&out.contests[x].o, &shape, a));
    EVD_TRY(
        evd_contest_open_var(G, &out.contests[x].o, ct, &shape, &b->H_I, xi_B));
    EVD_TRY(label(&out.contests[x], m, a));
  }
  evd_challenged_write(line, &out);
  return evd_buf_ok(line) ? EVD_OK : EVD_ERR_SPACE;
}
