/* tally_encrypted.json and tally.json, record-format 3.8, 3.9. */
#include "record/reader.h"
#include "record/write.h"

/* Least text of a contest, and of a cell with two or one group elements. */
#define CONTEST_TEXT_BYTES 12
#define CT_TEXT_BYTES (4 * EVD_P_BYTES)
#define CELL_TEXT_BYTES (2 * EVD_P_BYTES)

/* ---- encrypted ---- */

static void ct_fields_read(evd_obj *o, evd_tally_ct_contest *c) {
  evd_list l;
  evd_obj item;
  if (!evd_rd_list(&l, o, "fields", CT_TEXT_BYTES))
    return;
  c->fields = evd_rd_get(l.r, l.n, sizeof *c->fields);
  c->n_fields = c->fields ? l.n : 0;
  for (uint32_t i = 0; i < c->n_fields; i++) {
    if (!evd_rd_item(&item, &l, i))
      break;
    evd_rd_p(&item, "A", &c->fields[i].A);
    evd_rd_p(&item, "B", &c->fields[i].B);
    evd_rd_end(&item);
  }
  evd_rd_list_end(&l);
}

static void ct_read(evd_obj *o, evd_tally_ct *t) {
  evd_list l;
  evd_obj item;
  evd_rd_count(o, "ballots", &t->ballots);
  evd_rd_n(o, "weight", &t->weight);
  if (!evd_rd_list(&l, o, "contests", CONTEST_TEXT_BYTES))
    return;
  t->contests = evd_rd_get(l.r, l.n, sizeof *t->contests);
  t->n_contests = t->contests ? l.n : 0;
  for (uint32_t i = 0; i < t->n_contests; i++) {
    evd_tally_ct_contest *c = &t->contests[i];
    if (!evd_rd_item(&item, &l, i))
      break;
    evd_rd_index(&item, "contest", &c->contest);
    evd_rd_count(&item, "ballots", &c->ballots);
    evd_rd_n(&item, "weight", &c->weight);
    ct_fields_read(&item, c);
    evd_rd_end(&item);
  }
  evd_rd_list_end(&l);
  evd_rd_end(o);
}

evd_err evd_tally_ct_read(evd_tally_ct *out, evd_span bytes, evd_arena *a,
                          evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_tally_ct){0};
  evd_rd_open(&r, bytes, a, why);
  if (evd_rd_root(&o, &r))
    ct_read(&o, out);
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_tally_ct_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

static void ct_contest_write(evd_buf *out, const evd_tally_ct_contest *c) {
  evd_put_object(out, NULL);
  evd_put_n(out, "contest", c->contest);
  evd_put_n(out, "ballots", c->ballots);
  evd_put_n(out, "weight", c->weight);
  evd_put_list(out, "fields");
  for (uint32_t i = 0; i < c->n_fields; i++) {
    evd_put_object(out, NULL);
    evd_put_p(out, "A", &c->fields[i].A);
    evd_put_p(out, "B", &c->fields[i].B);
    evd_put_end(out);
  }
  evd_put_list_end(out);
  evd_put_end(out);
}

void evd_tally_ct_write(evd_buf *out, const evd_tally_ct *in) {
  evd_put_begin(out);
  evd_put_n(out, "ballots", in->ballots);
  evd_put_n(out, "weight", in->weight);
  evd_put_list(out, "contests");
  for (uint32_t i = 0; i < in->n_contests; i++)
    ct_contest_write(out, &in->contests[i]);
  evd_put_list_end(out);
  evd_put_end(out);
}

/* ---- decrypted ---- */

static void cells_read(evd_obj *o, evd_tally_contest *c) {
  evd_list l;
  evd_obj item;
  if (!evd_rd_list(&l, o, "fields", CELL_TEXT_BYTES))
    return;
  c->fields = evd_rd_get(l.r, l.n, sizeof *c->fields);
  c->n_fields = c->fields ? l.n : 0;
  for (uint32_t i = 0; i < c->n_fields; i++) {
    evd_cell *f = &c->fields[i];
    if (!evd_rd_item(&item, &l, i))
      break;
    evd_rd_index(&item, "field", &f->field);
    evd_rd_str(&item, "label", &f->label);
    evd_rd_p(&item, "T", &f->T);
    evd_rd_n(&item, "t", &f->t);
    evd_rd_q(&item, "c", &f->c);
    evd_rd_q(&item, "v", &f->v);
    evd_rd_end(&item);
  }
  evd_rd_list_end(&l);
}

static void tally_read(evd_obj *o, evd_tally *t) {
  evd_list l;
  evd_obj item;
  evd_rd_indices(o, "guardians", &t->U, &t->n_U);
  if (!evd_rd_list(&l, o, "contests", CONTEST_TEXT_BYTES))
    return;
  t->contests = evd_rd_get(l.r, l.n, sizeof *t->contests);
  t->n_contests = t->contests ? l.n : 0;
  for (uint32_t i = 0; i < t->n_contests; i++) {
    evd_tally_contest *c = &t->contests[i];
    if (!evd_rd_item(&item, &l, i))
      break;
    evd_rd_index(&item, "contest", &c->contest);
    evd_rd_str(&item, "label", &c->label);
    cells_read(&item, c);
    evd_rd_end(&item);
  }
  evd_rd_list_end(&l);
  evd_rd_end(o);
}

evd_err evd_tally_read(evd_tally *out, evd_span bytes, evd_arena *a,
                       evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_tally){0};
  evd_rd_open(&r, bytes, a, why);
  if (evd_rd_root(&o, &r))
    tally_read(&o, out);
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_tally_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

static void contest_write(evd_buf *out, const evd_tally_contest *c) {
  evd_put_object(out, NULL);
  evd_put_n(out, "contest", c->contest);
  evd_put_str(out, "label", c->label);
  evd_put_list(out, "fields");
  for (uint32_t i = 0; i < c->n_fields; i++) {
    const evd_cell *f = &c->fields[i];
    evd_put_object(out, NULL);
    evd_put_n(out, "field", f->field);
    evd_put_str(out, "label", f->label);
    evd_put_p(out, "T", &f->T);
    evd_put_n(out, "t", f->t);
    evd_put_q(out, "c", &f->c);
    evd_put_q(out, "v", &f->v);
    evd_put_end(out);
  }
  evd_put_list_end(out);
  evd_put_end(out);
}

void evd_tally_write(evd_buf *out, const evd_tally *in) {
  evd_put_begin(out);
  evd_put_ns(out, "guardians", in->U, in->n_U);
  evd_put_list(out, "contests");
  for (uint32_t i = 0; i < in->n_contests; i++)
    contest_write(out, &in->contests[i]);
  evd_put_list_end(out);
  evd_put_end(out);
}
