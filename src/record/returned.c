/* A line of returned.jsonl: what one voter sent back, record-format 6. Whether
 * the codes are those of the ballot only the ballot tells. */
#include "record/reader.h"
#include "record/write.h"

#define CONTEST_TEXT_BYTES 24 /* {"contest":1,"codes":[]} */

static void contest_read(evd_obj *o, evd_returned_contest *c) {
  evd_rd_index(o, "contest", &c->contest);
  c->by_marks = evd_rd_has(o, "marks");
  if (c->by_marks)
    evd_rd_indices(o, "marks", &c->marks, &c->n_marks);
  else
    evd_rd_strs(o, "codes", &c->codes, &c->n_codes);
  evd_rd_end(o);
}

static void line_read(evd_obj *o, evd_returned *out) {
  evd_list l;
  evd_obj item;
  evd_rd_h(o, "ballot", &out->ballot);
  if (!evd_rd_list(&l, o, "contests", CONTEST_TEXT_BYTES))
    return;
  out->contests = evd_rd_get(l.r, l.n, sizeof *out->contests);
  out->n_contests = out->contests ? l.n : 0;
  for (uint32_t i = 0; i < out->n_contests; i++)
    if (evd_rd_item(&item, &l, i))
      contest_read(&item, &out->contests[i]);
  evd_rd_list_end(&l);
  evd_rd_end(o);
}

evd_err evd_returned_read(evd_returned *out, evd_span line, evd_arena *a,
                          evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_returned){0};
  evd_rd_open(&r, line, a, why);
  if (evd_rd_root(&o, &r))
    line_read(&o, out);
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_returned_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

void evd_returned_write(evd_buf *out, const evd_returned *in) {
  evd_put_begin(out);
  evd_put_h(out, "ballot", &in->ballot);
  evd_put_list(out, "contests");
  for (uint32_t i = 0; i < in->n_contests; i++) {
    const evd_returned_contest *c = &in->contests[i];
    evd_put_object(out, NULL);
    evd_put_n(out, "contest", c->contest);
    if (c->by_marks)
      evd_put_ns(out, "marks", c->marks, c->n_marks);
    else
      evd_put_strs(out, "codes", c->codes, c->n_codes);
    evd_put_end(out);
  }
  evd_put_list_end(out);
  evd_put_end(out);
}
