/* A sealed ballot, record-format 3.5.
 *
 * What the manifest fixes and no named check judges is judged here: the
 * conditional properties, the lengths of proofs and of the data block. Which
 * contests and how many fields there are is left to X.6. Whether the ballot is
 * pre-encrypted (section 5) its first contest tells; X.6 compares that with
 * the device. */
#include "egds/preenc.h"
#include "record/fields.h"

/* Least text of a contest: its chi. */
#define CONTEST_TEXT_BYTES 64
#define BLOCK_BYTES 32

static void data_read(evd_obj *o, evd_contest_ct *c, const evd_shape *s) {
  evd_span C1 = {NULL, 0};
  uint8_t *own;
  evd_rd_p(o, "C0", &c->data_C0);
  evd_rd_blob(o, "C1", &C1, &own);
  evd_rd_q(o, "c", &c->data_c);
  evd_rd_q(o, "v", &c->data_v);
  c->b = (uint32_t)(C1.n / BLOCK_BYTES);
  c->data_C1 = own;
  if (C1.n % BLOCK_BYTES != 0)
    evd_rd_fault(o->r, EVD_ERR_PARSE, "C1", "not a number of 32-byte blocks");
  if (s->ind_c != 0 && c->b != s->b)
    evd_rd_size_fault(o->r, EVD_ERR_FORM, "C1", (uint64_t)s->b * BLOCK_BYTES,
                      C1.n);
  evd_rd_end(o);
}

static void contest_read(evd_obj *o, evd_contest_ct *c, const evd_manifest *m) {
  evd_obj sub;
  evd_rd_index(o, "contest", &c->ind_c);
  evd_shape s = evd_contest_shape(m, c->ind_c);
  bool known = s.ind_c != 0;
  evd_rd_fields(o, c, &s);
  if (evd_rd_object(&sub, o, "limit"))
    c->L = evd_rd_proof(&sub, &c->limit_c, &c->limit_v,
                        known ? (uint64_t)s.L + 1 : 0);
  if (evd_rd_conditional(o, "data", known ? s.b > 0 : -1) &&
      evd_rd_object(&sub, o, "data"))
    data_read(&sub, c, &s);
  evd_rd_h(o, "chi", &c->chi);
  evd_rd_end(o);
}

/* Order of psi and their short codes are left to X.17. */
static void mail_contest_read(evd_obj *o, evd_contest_ct *c,
                              const evd_manifest *m) {
  void *psi;
  evd_rd_index(o, "contest", &c->ind_c);
  evd_shape s = evd_contest_shape(m, c->ind_c);
  evd_rd_hexes(o, "psi", sizeof(evd_h32), &psi, &c->n_psi);
  c->psi = psi;
  if (s.ind_c != 0 && c->n_psi != evd_pre_vectors(&s))
    evd_rd_count_fault(o->r, EVD_ERR_FORM, "psi", evd_pre_vectors(&s),
                       c->n_psi);
  evd_rd_h(o, "chi", &c->chi);
  evd_rd_end(o);
}

static void contests_read(evd_obj *o, evd_ballot *b, const evd_manifest *m) {
  evd_list l;
  evd_obj item;
  if (!evd_rd_list(&l, o, "contests", CONTEST_TEXT_BYTES))
    return;
  b->contests = evd_rd_get(l.r, l.n, sizeof *b->contests);
  b->n_contests = b->contests ? l.n : 0;
  for (uint32_t i = 0; i < b->n_contests; i++) {
    if (!evd_rd_item(&item, &l, i))
      break;
    if (i == 0)
      b->mail = evd_json_get(item.v, "psi") != NULL;
    if (b->mail)
      mail_contest_read(&item, &b->contests[i], m);
    else
      contest_read(&item, &b->contests[i], m);
  }
  evd_rd_list_end(&l);
}

/* An unknown device (X.6) or chaining mode (X.3) leaves `position` open. */
static int position_wanted(const evd_device *d) {
  return d && d->chaining <= 1 ? (int)d->chaining : -1;
}

static void head_read(evd_obj *o, evd_ballot *b, const evd_manifest *m) {
  evd_obj sub;
  evd_rd_h(o, "id_B", &b->id_B);
  evd_rd_h(o, "H_I", &b->H_I);
  evd_rd_index(o, "style", &b->style);
  evd_rd_index(o, "device", &b->device);
  bool known = b->device >= 1 && b->device <= m->n_devices;
  const evd_device *d = known ? &m->devices[b->device - 1] : NULL;
  if (evd_rd_conditional(o, "position", position_wanted(d)))
    evd_rd_index(o, "position", &b->position);
  evd_rd_n(o, "slot", &b->slot);
  evd_rd_index(o, "weight", &b->weight);
  int remote = d ? evd_str_is(d->mode, "remote") : -1;
  b->has_binding = evd_rd_conditional(o, "binding", remote);
  if (b->has_binding && evd_rd_object(&sub, o, "binding")) {
    evd_rd_h(&sub, "credential", &b->credential);
    evd_rd_h(&sub, "salt", &b->salt);
    evd_rd_end(&sub);
  }
}

static void ballot_read(evd_obj *o, evd_ballot *b, const evd_manifest *m) {
  evd_obj sub;
  head_read(o, b, m);
  if (evd_rd_object(&sub, o, "nonce")) {
    evd_rd_p(&sub, "C0", &b->nonce_C0);
    evd_rd_h(&sub, "C1", &b->nonce_C1);
    evd_rd_q(&sub, "c", &b->nonce_c);
    evd_rd_q(&sub, "v", &b->nonce_v);
    evd_rd_end(&sub);
  }
  contests_read(o, b, m);
  evd_rd_hex(o, "B_C", b->B_C, EVD_BC_BYTES);
  evd_rd_h(o, "H_C", &b->H_C);
  evd_rd_end(o);
}

evd_err evd_ballot_read(evd_ballot *out, evd_span line, const evd_manifest *m,
                        evd_arena *a, evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_ballot){0};
  evd_rd_open(&r, line, a, why);
  if (evd_rd_root(&o, &r))
    ballot_read(&o, out, m);
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_ballot_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

/* ---- writing ---- */

static void contest_write(evd_buf *out, const evd_contest_ct *c) {
  evd_put_object(out, NULL);
  evd_put_n(out, "contest", c->ind_c);
  evd_put_fields(out, c->fields, c->n_fields);
  evd_put_proof(out, "limit", c->limit_c, c->limit_v, c->L);
  if (c->b > 0) {
    evd_put_object(out, "data");
    evd_put_p(out, "C0", &c->data_C0);
    evd_put_hex(out, "C1", c->data_C1, (size_t)BLOCK_BYTES * c->b);
    evd_put_q(out, "c", &c->data_c);
    evd_put_q(out, "v", &c->data_v);
    evd_put_end(out);
  }
  evd_put_h(out, "chi", &c->chi);
  evd_put_end(out);
}

static void mail_contest_write(evd_buf *out, const evd_contest_ct *c) {
  evd_put_object(out, NULL);
  evd_put_n(out, "contest", c->ind_c);
  evd_put_list(out, "psi");
  for (uint32_t i = 0; i < c->n_psi; i++)
    evd_put_h(out, NULL, &c->psi[i]);
  evd_put_list_end(out);
  evd_put_h(out, "chi", &c->chi);
  evd_put_end(out);
}

static void head_write(evd_buf *out, const evd_ballot *in) {
  evd_put_h(out, "id_B", &in->id_B);
  evd_put_h(out, "H_I", &in->H_I);
  evd_put_n(out, "style", in->style);
  evd_put_n(out, "device", in->device);
  if (in->position != 0)
    evd_put_n(out, "position", in->position);
  evd_put_n(out, "slot", in->slot);
  evd_put_n(out, "weight", in->weight);
  if (!in->has_binding)
    return;
  evd_put_object(out, "binding");
  evd_put_h(out, "credential", &in->credential);
  evd_put_h(out, "salt", &in->salt);
  evd_put_end(out);
}

void evd_ballot_write(evd_buf *out, const evd_ballot *in) {
  evd_put_begin(out);
  head_write(out, in);
  evd_put_object(out, "nonce");
  evd_put_p(out, "C0", &in->nonce_C0);
  evd_put_h(out, "C1", &in->nonce_C1);
  evd_put_q(out, "c", &in->nonce_c);
  evd_put_q(out, "v", &in->nonce_v);
  evd_put_end(out);
  evd_put_list(out, "contests");
  for (uint32_t i = 0; i < in->n_contests; i++) {
    if (in->mail)
      mail_contest_write(out, &in->contests[i]);
    else
      contest_write(out, &in->contests[i]);
  }
  evd_put_list_end(out);
  evd_put_hex(out, "B_C", in->B_C, EVD_BC_BYTES);
  evd_put_h(out, "H_C", &in->H_C);
  evd_put_end(out);
}
