/* tally.json from the combined answers: T = B / M and its discrete log, the
 * total. */
#include <string.h>

#include "cmd/result.h"

typedef struct {
  evd_result *x;
  const evd_group *G;
  evd_dlog log;
  evd_cell *cells; /* per item */
  uint64_t *bound; /* per item */
  bool *bad;
} finder;

static uint64_t bound_of(const evd_request *r, const evd_item *it) {
  evd_shape s = evd_contest_shape(&r->head.man, it->ind_c);
  return r->tally_ct.contests[it->ind_c - 1].weight *
         evd_shape_range(&s, it->ind_o);
}

static void find_total(void *self, size_t t) {
  finder *f = self;
  evd_result *x = f->x;
  const evd_item *it = &x->rq.items[t];
  evd_cell *cell = &f->cells[t];
  evd_zp T;
  cell->field = it->ind_o;
  cell->label = evd_field_label(&x->rq.head.man, it->ind_c, it->ind_o);
  cell->c = x->c[t];
  cell->v = x->v[t];
  evd_decrypt_T_var(f->G, &cell->T, &it->B, &x->M[t]);
  f->bad[t] =
      evd_element_read_var(f->G, &T, &cell->T) != EVD_OK ||
      evd_dlog_find_var(f->G, &f->log, &T, f->bound[t], &cell->t) != EVD_OK ||
      evd_cell_check_var(f->G, it, &cell->T, cell->t, &cell->c, &cell->v) != 0;
}

static evd_err prepare(finder *f) {
  evd_request *r = &f->x->rq;
  evd_arena *a = &r->head.arena;
  uint64_t largest = 1;
  f->cells = evd_arena_get(a, r->n_items + 1, sizeof *f->cells);
  f->bound = evd_arena_get(a, r->n_items + 1, sizeof *f->bound);
  f->bad = evd_arena_get(a, r->n_items + 1, sizeof *f->bad);
  if (!f->cells || !f->bound || !f->bad)
    return EVD_ERR_SPACE;
  for (uint32_t t = 0; t < r->n_items; t++) {
    f->bound[t] = bound_of(r, &r->items[t]);
    if (f->bound[t] > largest)
      largest = f->bound[t];
  }
  if (largest > EVD_DLOG_BOUND_MAX)
    return EVD_ERR_RANGE;
  evd_dlog_slot *slots =
      evd_arena_get(a, evd_dlog_slots(largest), sizeof *slots);
  if (!slots)
    return EVD_ERR_SPACE;
  return evd_dlog_build_var(f->G, &f->log, &f->G->K, largest, slots);
}

static evd_err fill_contests(finder *f, evd_tally *out) {
  const evd_request *r = &f->x->rq;
  uint32_t t = 0;
  for (uint32_t c = 0; c < out->n_contests; c++) {
    evd_tally_contest *to = &out->contests[c];
    to->contest = c + 1;
    to->label = r->head.man.contests[c].label;
    to->fields = &f->cells[t];
    while (t < r->n_items && r->items[t].ind_c == c + 1) {
      to->n_fields++;
      t++;
    }
  }
  return t == r->n_items ? EVD_OK : EVD_ERR_RULE;
}

static evd_err write_tally(finder *f, evd_buf *out) {
  evd_request *r = &f->x->rq;
  evd_tally tally = {
      .n_U = r->n_U, .U = r->U, .n_contests = r->head.man.n_contests};
  tally.contests =
      evd_arena_get(&r->head.arena, tally.n_contests, sizeof *tally.contests);
  if (!tally.contests)
    return EVD_ERR_SPACE;
  EVD_TRY(fill_contests(f, &tally));
  evd_tally_write(out, &tally);
  return evd_buf_ok(out) ? EVD_OK : EVD_ERR_SPACE;
}

static evd_err no_total(const finder *f, uint32_t t) {
  return evd_complain(EVD_ERR_DLOG,
                      "contest %u, field %u: the decrypted total is not "
                      "between 0 and %llu",
                      f->x->rq.names[t].contest, f->x->rq.names[t].field,
                      (unsigned long long)f->bound[t]);
}

evd_err evd_result_tally(evd_result *x, evd_buf *out) {
  finder f = {.x = x, .G = evd_host_group_get(x->hg)};
  evd_err e = prepare(&f);
  if (e == EVD_OK) {
    x->pool.run(x->pool.self, find_total, &f, x->rq.n_items);
    for (uint32_t t = 0; t < x->rq.n_items; t++)
      if (f.bad[t])
        return no_total(&f, t);
    e = write_tally(&f, out);
  }
  if (e != EVD_OK)
    return evd_complain(e, "the tally cannot be made: %s", evd_err_text(e));
  return EVD_OK;
}
