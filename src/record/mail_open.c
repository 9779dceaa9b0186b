/* A line of mail_open.jsonl, record-format 5. */
#include "egds/preenc.h"
#include "record/reader.h"
#include "record/write.h"

/* Least text of a contest and of a vector: names, and the hash. */
#define CONTEST_TEXT_BYTES 12
#define VECTOR_TEXT_BYTES (2 * sizeof(evd_h32))

static void vectors_read(evd_obj *o, evd_mail_open_contest *c) {
  evd_list l;
  evd_obj item;
  if (!evd_rd_list(&l, o, "vectors", VECTOR_TEXT_BYTES))
    return;
  c->vectors = evd_rd_get(l.r, l.n, sizeof *c->vectors);
  c->n_vectors = c->vectors ? l.n : 0;
  for (uint32_t i = 0; i < c->n_vectors; i++) {
    evd_mail_vector *v = &c->vectors[i];
    if (!evd_rd_item(&item, &l, i))
      break;
    evd_rd_index(&item, "field", &v->field);
    evd_rd_str(&item, "label", &v->label);
    evd_rd_str(&item, "code", &v->code);
    evd_rd_h(&item, "psi", &v->psi);
    evd_rd_qs(&item, "nonces", &v->nonces, &v->n_nonces);
    evd_rd_end(&item);
  }
  evd_rd_list_end(&l);
}

bool evd_mail_open_fits(const evd_mail_open_contest *c, const evd_shape *s) {
  bool fits = c->n_vectors == evd_pre_vectors(s);
  for (uint32_t i = 0; fits && i < c->n_vectors; i++)
    fits = c->vectors[i].n_nonces == s->m;
  return fits;
}

static void contest_read(evd_obj *o, evd_mail_open_contest *c,
                         const evd_manifest *m) {
  evd_rd_index(o, "contest", &c->ind_c);
  evd_rd_str(o, "label", &c->label);
  vectors_read(o, c);
  evd_rd_end(o);
  evd_shape s = evd_contest_shape(m, c->ind_c);
  if (s.ind_c != 0 && evd_rd_usable(o->r) && !evd_mail_open_fits(c, &s))
    evd_rd_fault(o->r, EVD_ERR_FORM, NULL,
                 "not m + L vectors with m nonces each");
}

static void line_read(evd_obj *o, evd_mail_open *out, const evd_manifest *m) {
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

evd_err evd_mail_open_read(evd_mail_open *out, evd_span line,
                           const evd_manifest *m, evd_arena *a, evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_mail_open){0};
  evd_rd_open(&r, line, a, why);
  if (evd_rd_root(&o, &r))
    line_read(&o, out, m);
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_mail_open_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

static void contest_write(evd_buf *out, const evd_mail_open_contest *c) {
  evd_put_object(out, NULL);
  evd_put_n(out, "contest", c->ind_c);
  evd_put_str(out, "label", c->label);
  evd_put_list(out, "vectors");
  for (uint32_t i = 0; i < c->n_vectors; i++) {
    const evd_mail_vector *v = &c->vectors[i];
    evd_put_object(out, NULL);
    evd_put_n(out, "field", v->field);
    evd_put_str(out, "label", v->label);
    evd_put_str(out, "code", v->code);
    evd_put_h(out, "psi", &v->psi);
    evd_put_qs(out, "nonces", v->nonces, v->n_nonces);
    evd_put_end(out);
  }
  evd_put_list_end(out);
  evd_put_end(out);
}

void evd_mail_open_write(evd_buf *out, const evd_mail_open *in) {
  evd_put_begin(out);
  evd_put_h(out, "id_B", &in->id_B);
  evd_put_list(out, "contests");
  for (uint32_t i = 0; i < in->n_contests; i++)
    contest_write(out, &in->contests[i]);
  evd_put_list_end(out);
  evd_put_end(out);
}
