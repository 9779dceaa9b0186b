/* A line of plain.jsonl, a voter's selections, record-format 6. Nothing is
 * repaired here: what does not fit manifest and style is refused. */
#include "base/json_text.h"
#include "record/reader.h"
#include "record/write.h"

#define CONTEST_TEXT_BYTES 12
#define WRITE_IN_BYTES_MAX 64

static void write_ins_read(evd_obj *o, evd_selection *s) {
  evd_str *texts;
  evd_rd_strs(o, "write_ins", &texts, &s->n_write_ins);
  s->write_ins = texts;
  for (uint32_t i = 0; i < s->n_write_ins; i++) {
    size_t n = evd_json_quoted_bytes(texts[i]);
    if (n < 1 || n > WRITE_IN_BYTES_MAX)
      evd_rd_fault(o->r, EVD_ERR_RULE, "write_ins",
                   "a write-in has 1 to 64 bytes in JSON form");
  }
}

/* Entry i, which has to be about contest `want` of the style. */
static void contest_read(evd_obj *o, evd_plain *p, uint32_t i,
                         const evd_manifest *m, uint32_t want) {
  uint32_t *marks;
  evd_rd_index(o, "contest", &p->contests[i]);
  if (p->contests[i] != want)
    evd_rd_fault(o->r, EVD_ERR_RULE, "contest",
                 "not the next contest of the style");
  evd_rd_indices(o, "marks", &marks, &p->n_marks[i]);
  p->selection[i].marks = marks;
  uint32_t options = evd_contest_shape(m, want).m;
  if (p->n_marks[i] != options)
    evd_rd_count_fault(o->r, EVD_ERR_RULE, "marks", options, p->n_marks[i]);
  write_ins_read(o, &p->selection[i]);
  evd_rd_end(o);
}

static void contests_read(evd_obj *o, evd_plain *p, const evd_manifest *m) {
  evd_list l;
  evd_obj item;
  const evd_style *s = &m->styles[p->style - 1];
  if (!evd_rd_list(&l, o, "contests", CONTEST_TEXT_BYTES))
    return;
  if (l.n != s->n_contests)
    evd_rd_count_fault(l.r, EVD_ERR_RULE, NULL, s->n_contests, l.n);
  p->contests = evd_rd_get(l.r, l.n, sizeof *p->contests);
  p->selection = evd_rd_get(l.r, l.n, sizeof *p->selection);
  p->n_marks = evd_rd_get(l.r, l.n, sizeof *p->n_marks);
  p->n_contests = evd_rd_usable(l.r) ? l.n : 0;
  for (uint32_t i = 0; i < p->n_contests; i++)
    if (evd_rd_item(&item, &l, i))
      contest_read(&item, p, i, m, s->contests[i]);
  evd_rd_list_end(&l);
}

static void plain_read(evd_obj *o, evd_plain *p, const evd_manifest *m) {
  evd_rd *r = o->r;
  evd_rd_str(o, "serial", &p->serial);
  evd_rd_index(o, "style", &p->style);
  if (p->style < 1 || p->style > m->n_styles)
    evd_rd_fault(r, EVD_ERR_RULE, "style", "the manifest has no such style");
  evd_rd_index(o, "weight", &p->weight);
  if (p->weight < 1)
    evd_rd_fault(r, EVD_ERR_RULE, "weight", "must be at least 1");
  if (!m->weights && p->weight > 1)
    evd_rd_fault(r, EVD_ERR_RULE, "weight",
                 "must be 1: this election has no weights");
  if (!evd_rd_usable(r))
    return;
  contests_read(o, p, m);
  evd_rd_end(o);
}

evd_err evd_plain_read(evd_plain *out, evd_span line, const evd_manifest *m,
                       evd_arena *a, evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_plain){0};
  evd_rd_open(&r, line, a, why);
  if (evd_rd_root(&o, &r))
    plain_read(&o, out, m);
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_plain_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

void evd_plain_write(evd_buf *out, const evd_plain *in) {
  evd_put_begin(out);
  evd_put_str(out, "serial", in->serial);
  evd_put_n(out, "style", in->style);
  evd_put_n(out, "weight", in->weight);
  evd_put_list(out, "contests");
  for (uint32_t i = 0; i < in->n_contests; i++) {
    const evd_selection *s = &in->selection[i];
    evd_put_object(out, NULL);
    evd_put_n(out, "contest", in->contests[i]);
    evd_put_ns(out, "marks", s->marks, in->n_marks[i]);
    evd_put_strs(out, "write_ins", s->write_ins, s->n_write_ins);
    evd_put_end(out);
  }
  evd_put_list_end(out);
  evd_put_end(out);
}
