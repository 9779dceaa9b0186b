/* A line of mail_cast.jsonl, record-format 5. */
#include "egds/preenc.h"
#include "record/fields.h"

/* Least text of a contest and of a selection: the property names. */
#define CONTEST_TEXT_BYTES 48
#define SELECTED_TEXT_BYTES (2 * sizeof(evd_h32))

static void pairs_read(evd_obj *o, evd_mail_selected *s) {
  evd_list l;
  evd_obj item;
  if (!evd_rd_list(&l, o, "vector", EVD_FIELD_TEXT_BYTES))
    return;
  s->pairs = evd_rd_get(l.r, l.n, 2 * sizeof *s->pairs);
  s->n_pairs = s->pairs ? l.n : 0;
  for (uint32_t k = 0; k < s->n_pairs; k++) {
    if (!evd_rd_item(&item, &l, k))
      break;
    evd_rd_p(&item, "alpha", &s->pairs[2 * k]);
    evd_rd_p(&item, "beta", &s->pairs[2 * k + 1]);
    evd_rd_end(&item);
  }
  evd_rd_list_end(&l);
}

static void selected_read(evd_obj *o, evd_mail_cast_contest *c) {
  evd_list l;
  evd_obj item;
  if (!evd_rd_list(&l, o, "selected", SELECTED_TEXT_BYTES))
    return;
  c->selected = evd_rd_get(l.r, l.n, sizeof *c->selected);
  c->n_selected = c->selected ? l.n : 0;
  for (uint32_t i = 0; i < c->n_selected; i++) {
    evd_mail_selected *s = &c->selected[i];
    if (!evd_rd_item(&item, &l, i))
      break;
    evd_rd_str(&item, "code", &s->code);
    evd_rd_h(&item, "psi", &s->psi);
    pairs_read(&item, s);
    evd_rd_end(&item);
  }
  evd_rd_list_end(&l);
}

bool evd_mail_cast_fits(const evd_mail_cast_contest *c, const evd_shape *s) {
  bool fits =
      c->n_selected == s->L && c->ct.n_fields == s->m && c->ct.L == s->L;
  for (uint32_t i = 0; fits && i < c->n_selected; i++)
    fits = c->selected[i].n_pairs == s->m;
  for (uint32_t i = 0; fits && i < c->ct.n_fields; i++)
    fits = c->ct.fields[i].range == 1;
  return fits;
}

static void contest_read(evd_obj *o, evd_mail_cast_contest *c,
                         const evd_manifest *m) {
  evd_obj sub;
  evd_rd_index(o, "contest", &c->ct.ind_c);
  evd_shape whole = evd_contest_shape(m, c->ct.ind_c);
  evd_shape s = evd_pre_shape(&whole);
  bool known = s.ind_c != 0;
  selected_read(o, c);
  evd_rd_fields(o, &c->ct, &s);
  if (evd_rd_object(&sub, o, "limit"))
    c->ct.L = evd_rd_proof(&sub, &c->ct.limit_c, &c->ct.limit_v,
                           known ? (uint64_t)s.L + 1 : 0);
  evd_rd_end(o);
  if (known && evd_rd_usable(o->r) && !evd_mail_cast_fits(c, &s))
    evd_rd_fault(o->r, EVD_ERR_FORM, NULL,
                 "not L selections and m encryptions in each list");
}

static void line_read(evd_obj *o, evd_mail_cast *out, const evd_manifest *m) {
  evd_list l;
  evd_obj item;
  evd_rd_h(o, "id_B", &out->id_B);
  if (!evd_rd_list(&l, o, "contests", CONTEST_TEXT_BYTES))
    return;
  out->contests = evd_rd_get(l.r, l.n, sizeof *out->contests);
  out->n_contests = out->contests ? l.n : 0;
  for (uint32_t i = 0; i < out->n_contests; i++)
    if (evd_rd_item(&item, &l, i))
      contest_read(&item, &out->contests[i], m);
  evd_rd_list_end(&l);
  evd_rd_end(o);
}

evd_err evd_mail_cast_read(evd_mail_cast *out, evd_span line,
                           const evd_manifest *m, evd_arena *a, evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_mail_cast){0};
  evd_rd_open(&r, line, a, why);
  if (evd_rd_root(&o, &r))
    line_read(&o, out, m);
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_mail_cast_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

static void selected_write(evd_buf *out, const evd_mail_selected *s) {
  evd_put_object(out, NULL);
  evd_put_str(out, "code", s->code);
  evd_put_h(out, "psi", &s->psi);
  evd_put_list(out, "vector");
  for (uint32_t k = 0; k < s->n_pairs; k++) {
    evd_put_object(out, NULL);
    evd_put_p(out, "alpha", &s->pairs[2 * k]);
    evd_put_p(out, "beta", &s->pairs[2 * k + 1]);
    evd_put_end(out);
  }
  evd_put_list_end(out);
  evd_put_end(out);
}

static void contest_write(evd_buf *out, const evd_mail_cast_contest *c) {
  evd_put_object(out, NULL);
  evd_put_n(out, "contest", c->ct.ind_c);
  evd_put_list(out, "selected");
  for (uint32_t i = 0; i < c->n_selected; i++)
    selected_write(out, &c->selected[i]);
  evd_put_list_end(out);
  evd_put_fields(out, c->ct.fields, c->ct.n_fields);
  evd_put_proof(out, "limit", c->ct.limit_c, c->ct.limit_v, c->ct.L);
  evd_put_end(out);
}

void evd_mail_cast_write(evd_buf *out, const evd_mail_cast *in) {
  evd_put_begin(out);
  evd_put_h(out, "id_B", &in->id_B);
  evd_put_list(out, "contests");
  for (uint32_t i = 0; i < in->n_contests; i++)
    contest_write(out, &in->contests[i]);
  evd_put_list_end(out);
  evd_put_end(out);
}
