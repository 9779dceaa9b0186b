/* A line of contest_data.jsonl, record-format 3.11. */
#include "record/reader.h"
#include "record/write.h"

evd_err evd_contest_data_read(evd_contest_data *out, evd_span bytes,
                              evd_arena *a, evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_contest_data){0};
  evd_rd_open(&r, bytes, a, why);
  if (evd_rd_root(&o, &r)) {
    evd_rd_h(&o, "id_B", &out->id_B);
    evd_rd_index(&o, "contest", &out->contest);
    evd_rd_p(&o, "beta", &out->beta);
    evd_rd_q(&o, "c", &out->c);
    evd_rd_q(&o, "v", &out->v);
    evd_rd_blob(&o, "D", &out->D, NULL);
    evd_rd_end(&o);
  }
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_contest_data_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

void evd_contest_data_write(evd_buf *out, const evd_contest_data *in) {
  evd_put_begin(out);
  evd_put_h(out, "id_B", &in->id_B);
  evd_put_n(out, "contest", in->contest);
  evd_put_p(out, "beta", &in->beta);
  evd_put_q(out, "c", &in->c);
  evd_put_q(out, "v", &in->v);
  evd_put_hex(out, "D", in->D.p, in->D.n);
  evd_put_end(out);
}
