/* What guardians exchange in the ceremony, and nonce shares: commit_<i>.json,
 * accept_<i>.json, share_<i>_<l>.json, nonce_<i>.json, record-format 6. */
#include "record/reader.h"
#include "record/write.h"

#define SHARE_TEXT_BYTES (2 * EVD_P_BYTES)

evd_err evd_commit_read(evd_commit *out, evd_span bytes, evd_arena *a,
                        evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_commit){0};
  evd_rd_open(&r, bytes, a, why);
  if (evd_rd_root(&o, &r)) {
    evd_rd_index(&o, "i", &out->i);
    evd_rd_h(&o, "H_B", &out->H_B);
    evd_rd_h(&o, "digest", &out->digest);
    evd_rd_end(&o);
  }
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_commit_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

void evd_commit_write(evd_buf *out, const evd_commit *in) {
  evd_put_begin(out);
  evd_put_n(out, "i", in->i);
  evd_put_h(out, "H_B", &in->H_B);
  evd_put_h(out, "digest", &in->digest);
  evd_put_end(out);
}

evd_err evd_accept_read(evd_accept *out, evd_span bytes, evd_arena *a,
                        evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_accept){0};
  evd_rd_open(&r, bytes, a, why);
  if (evd_rd_root(&o, &r)) {
    evd_rd_index(&o, "i", &out->i);
    evd_rd_h(&o, "H_G", &out->H_G);
    evd_rd_h(&o, "H_E", &out->H_E);
    evd_rd_end(&o);
  }
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_accept_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

void evd_accept_write(evd_buf *out, const evd_accept *in) {
  evd_put_begin(out);
  evd_put_n(out, "i", in->i);
  evd_put_h(out, "H_G", &in->H_G);
  evd_put_h(out, "H_E", &in->H_E);
  evd_put_end(out);
}

evd_err evd_share_ct_read(evd_share_ct *out, evd_span bytes, evd_arena *a,
                          evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_share_ct){0};
  evd_rd_open(&r, bytes, a, why);
  if (evd_rd_root(&o, &r)) {
    evd_rd_index(&o, "i", &out->i);
    evd_rd_index(&o, "l", &out->l);
    evd_rd_p(&o, "C0", &out->C0);
    evd_rd_hex(&o, "C1", out->C1, sizeof out->C1);
    evd_rd_q(&o, "c", &out->c);
    evd_rd_q(&o, "v", &out->v);
    evd_rd_end(&o);
  }
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_share_ct_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

void evd_share_ct_write(evd_buf *out, const evd_share_ct *in) {
  evd_put_begin(out);
  evd_put_n(out, "i", in->i);
  evd_put_n(out, "l", in->l);
  evd_put_p(out, "C0", &in->C0);
  evd_put_hex(out, "C1", in->C1, sizeof in->C1);
  evd_put_q(out, "c", &in->c);
  evd_put_q(out, "v", &in->v);
  evd_put_end(out);
}

static void nonce_items_read(evd_obj *o, evd_nonce_shares *out) {
  evd_list l;
  evd_obj item;
  if (!evd_rd_list(&l, o, "items", SHARE_TEXT_BYTES))
    return;
  out->items = evd_rd_get(l.r, l.n, sizeof *out->items);
  out->n_items = out->items ? l.n : 0;
  for (uint32_t i = 0; i < out->n_items; i++) {
    evd_nonce_item *n = &out->items[i];
    if (!evd_rd_item(&item, &l, i))
      break;
    evd_rd_h(&item, "id_B", &n->id_B);
    evd_rd_p(&item, "M", &n->M);
    evd_rd_q(&item, "c", &n->c);
    evd_rd_q(&item, "v", &n->v);
    evd_rd_end(&item);
  }
  evd_rd_list_end(&l);
}

evd_err evd_nonce_shares_read(evd_nonce_shares *out, evd_span bytes,
                              evd_arena *a, evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_nonce_shares){0};
  evd_rd_open(&r, bytes, a, why);
  if (evd_rd_root(&o, &r)) {
    evd_rd_index(&o, "i", &out->i);
    nonce_items_read(&o, out);
    evd_rd_end(&o);
  }
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_nonce_shares_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

void evd_nonce_shares_write(evd_buf *out, const evd_nonce_shares *in) {
  evd_put_begin(out);
  evd_put_n(out, "i", in->i);
  evd_put_list(out, "items");
  for (uint32_t i = 0; i < in->n_items; i++) {
    evd_put_object(out, NULL);
    evd_put_h(out, "id_B", &in->items[i].id_B);
    evd_put_p(out, "M", &in->items[i].M);
    evd_put_q(out, "c", &in->items[i].c);
    evd_put_q(out, "v", &in->items[i].v);
    evd_put_end(out);
  }
  evd_put_list_end(out);
  evd_put_end(out);
}
