#include "record/fields.h"

uint32_t evd_rd_proof(evd_obj *o, evd_q **c, evd_q **v, uint64_t want) {
  uint32_t n_c = 0, n_v = 0;
  evd_rd_qs(o, "c", c, &n_c);
  evd_rd_qs(o, "v", v, &n_v);
  if (n_c == 0)
    evd_rd_fault(o->r, EVD_ERR_PARSE, "c", "an empty list");
  if (n_c != n_v)
    evd_rd_count_fault(o->r, EVD_ERR_PARSE, "v", n_c, n_v);
  if (want != 0 && n_c != want)
    evd_rd_count_fault(o->r, EVD_ERR_FORM, "c", want, n_c);
  evd_rd_end(o);
  return n_c == 0 ? 0 : n_c - 1;
}

static void field_read(evd_obj *o, evd_field *f, uint64_t want) {
  evd_obj proof;
  evd_rd_p(o, "alpha", &f->alpha);
  evd_rd_p(o, "beta", &f->beta);
  if (evd_rd_object(&proof, o, "proof"))
    f->range = evd_rd_proof(&proof, &f->c, &f->v, want);
  evd_rd_end(o);
}

/* Values a proof of field ind_o must have; 0: no such field (X.6). */
static uint64_t proof_length(const evd_shape *s, uint32_t ind_o) {
  if (s->ind_c == 0 || ind_o > evd_shape_fields(s))
    return 0;
  return (uint64_t)evd_shape_range(s, ind_o) + 1;
}

void evd_rd_fields(evd_obj *o, evd_contest_ct *c, const evd_shape *s) {
  evd_list l;
  evd_obj item;
  if (!evd_rd_list(&l, o, "fields", EVD_FIELD_TEXT_BYTES))
    return;
  c->fields = evd_rd_get(l.r, l.n, sizeof *c->fields);
  c->n_fields = c->fields ? l.n : 0;
  for (uint32_t i = 0; i < c->n_fields; i++)
    if (evd_rd_item(&item, &l, i))
      field_read(&item, &c->fields[i], proof_length(s, i + 1));
  evd_rd_list_end(&l);
}

void evd_put_proof(evd_buf *out, const char *key, const evd_q *c,
                   const evd_q *v, uint32_t range) {
  evd_put_object(out, key);
  evd_put_qs(out, "c", c, range + 1);
  evd_put_qs(out, "v", v, range + 1);
  evd_put_end(out);
}

void evd_put_fields(evd_buf *out, const evd_field *f, uint32_t n) {
  evd_put_list(out, "fields");
  for (uint32_t i = 0; i < n; i++) {
    evd_put_object(out, NULL);
    evd_put_p(out, "alpha", &f[i].alpha);
    evd_put_p(out, "beta", &f[i].beta);
    evd_put_proof(out, "proof", f[i].c, f[i].v, f[i].range);
    evd_put_end(out);
  }
  evd_put_list_end(out);
}
