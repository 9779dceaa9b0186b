/* parameters.json, record-format 3.1. */
#include "record/reader.h"
#include "record/write.h"

evd_err evd_parameters_read(evd_parameters *out, evd_span bytes, evd_arena *a,
                            evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_parameters){0};
  evd_rd_open(&r, bytes, a, why);
  if (evd_rd_root(&o, &r)) {
    evd_rd_str(&o, "spec", &out->spec);
    evd_rd_p(&o, "p", &out->p);
    evd_rd_q(&o, "q", &out->q);
    evd_rd_p(&o, "g", &out->g);
    evd_rd_index(&o, "n", &out->n);
    evd_rd_index(&o, "k", &out->k);
    evd_rd_end(&o);
  }
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_parameters_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

void evd_parameters_write(evd_buf *out, const evd_parameters *in) {
  evd_put_begin(out);
  evd_put_str(out, "spec", in->spec);
  evd_put_p(out, "p", &in->p);
  evd_put_q(out, "q", &in->q);
  evd_put_p(out, "g", &in->g);
  evd_put_n(out, "n", in->n);
  evd_put_n(out, "k", in->k);
  evd_put_end(out);
}
