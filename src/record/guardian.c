/* guardians/guardian_<i>.json, record-format 3.3. */
#include "record/reader.h"
#include "record/write.h"

/* The struct holds one k: every list has to fit it. */
static void proof_read(evd_obj *o, const char *key, uint32_t k,
                       evd_key_proof *proof) {
  evd_obj p;
  uint32_t n_v = 0;
  if (!evd_rd_object(&p, o, key))
    return;
  evd_rd_q(&p, "c", &proof->c);
  evd_rd_qs(&p, "v", &proof->v, &n_v);
  if (n_v != (uint64_t)k + 1)
    evd_rd_count_fault(o->r, EVD_ERR_PARSE, "v", (uint64_t)k + 1, n_v);
  evd_rd_end(&p);
}

static void guardian_read(evd_obj *o, evd_guardian_pub *g) {
  uint32_t n_hat = 0;
  evd_rd_index(o, "i", &g->i);
  evd_rd_ps(o, "K", &g->K, &g->k);
  evd_rd_ps(o, "K_hat", &g->K_hat, &n_hat);
  if (n_hat != g->k)
    evd_rd_count_fault(o->r, EVD_ERR_PARSE, "K_hat", g->k, n_hat);
  evd_rd_p(o, "kappa", &g->kappa);
  proof_read(o, "proof", g->k, &g->proof);
  proof_read(o, "proof_hat", g->k, &g->proof_hat);
  evd_rd_end(o);
}

evd_err evd_guardian_pub_read(evd_guardian_pub *out, evd_span bytes,
                              evd_arena *a, evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_guardian_pub){0};
  evd_rd_open(&r, bytes, a, why);
  if (evd_rd_root(&o, &r))
    guardian_read(&o, out);
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_guardian_pub_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

static void proof_write(evd_buf *out, const char *key, uint32_t k,
                        const evd_key_proof *proof) {
  evd_put_object(out, key);
  evd_put_q(out, "c", &proof->c);
  evd_put_qs(out, "v", proof->v, k + 1);
  evd_put_end(out);
}

void evd_guardian_pub_write(evd_buf *out, const evd_guardian_pub *in) {
  evd_put_begin(out);
  evd_put_n(out, "i", in->i);
  evd_put_ps(out, "K", in->K, in->k);
  evd_put_ps(out, "K_hat", in->K_hat, in->k);
  evd_put_p(out, "kappa", &in->kappa);
  proof_write(out, "proof", in->k, &in->proof);
  proof_write(out, "proof_hat", in->k, &in->proof_hat);
  evd_put_end(out);
}
