/* election_keys.json, record-format 3.4. */
#include "record/reader.h"
#include "record/write.h"

evd_err evd_election_keys_read(evd_election_keys *out, evd_span bytes,
                               evd_arena *a, evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_election_keys){0};
  evd_rd_open(&r, bytes, a, why);
  if (evd_rd_root(&o, &r)) {
    evd_rd_p(&o, "K", &out->K);
    evd_rd_p(&o, "K_hat", &out->K_hat);
    evd_rd_h(&o, "H_P", &out->H_P);
    evd_rd_h(&o, "H_B", &out->H_B);
    evd_rd_h(&o, "H_E", &out->H_E);
    evd_rd_h(&o, "H_G", &out->H_G);
    evd_rd_end(&o);
  }
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_election_keys_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

void evd_election_keys_write(evd_buf *out, const evd_election_keys *in) {
  evd_put_begin(out);
  evd_put_p(out, "K", &in->K);
  evd_put_p(out, "K_hat", &in->K_hat);
  evd_put_h(out, "H_P", &in->H_P);
  evd_put_h(out, "H_B", &in->H_B);
  evd_put_h(out, "H_E", &in->H_E);
  evd_put_h(out, "H_G", &in->H_G);
  evd_put_end(out);
}
