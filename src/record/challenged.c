/* A line of challenged.jsonl, record-format 3.10. */
#include "record/reader.h"
#include "record/write.h"

#define CONTEST_TEXT_BYTES 12
#define FIELD_TEXT_BYTES (2 * EVD_Q_BYTES)
#define BLOCK_BYTES 32

static bool fields_get(evd_rd *r, evd_challenged_contest *c, uint32_t n) {
  c->fields = evd_rd_get(r, n, sizeof *c->fields);
  c->labels = evd_rd_get(r, n, sizeof *c->labels);
  c->values = evd_rd_get(r, n, sizeof *c->values);
  c->o.values = evd_rd_get(r, n, sizeof *c->o.values);
  c->o.nonces = evd_rd_get(r, n, sizeof *c->o.nonces);
  c->o.n_fields = evd_rd_usable(r) ? n : 0;
  return c->o.n_fields > 0;
}

static void fields_read(evd_obj *o, evd_challenged_contest *c) {
  evd_list l;
  evd_obj item;
  if (!evd_rd_list(&l, o, "fields", FIELD_TEXT_BYTES))
    return;
  if (fields_get(l.r, c, l.n))
    for (uint32_t i = 0; i < l.n; i++) {
      if (!evd_rd_item(&item, &l, i))
        break;
      evd_rd_index(&item, "field", &c->fields[i]);
      evd_rd_str(&item, "label", &c->labels[i]);
      evd_rd_n(&item, "value", &c->values[i]);
      evd_rd_q(&item, "nonce", &c->o.nonces[i]);
      evd_rd_end(&item);
      /* cut to the largest, which no range holds: never to a small value */
      c->o.values[i] =
          c->values[i] > UINT32_MAX ? UINT32_MAX : (uint32_t)c->values[i];
    }
  evd_rd_list_end(&l);
}

static void contest_read(evd_obj *o, evd_challenged_contest *c) {
  evd_obj data;
  evd_rd_index(o, "contest", &c->o.ind_c);
  evd_rd_str(o, "label", &c->label);
  fields_read(o, c);
  c->has_data = evd_rd_has(o, "data");
  if (c->has_data && evd_rd_object(&data, o, "data")) {
    evd_rd_q(&data, "nonce", &c->o.data_nonce);
    evd_rd_blob(&data, "D", &c->D, &c->o.D);
    c->o.b = (uint32_t)(c->D.n / BLOCK_BYTES);
    if (c->D.n % BLOCK_BYTES != 0)
      evd_rd_fault(o->r, EVD_ERR_FORM, "D", "not a number of 32-byte blocks");
    evd_rd_end(&data);
  }
  evd_rd_end(o);
}

static void line_read(evd_obj *o, evd_challenged *out) {
  evd_list l;
  evd_obj item;
  evd_rd_h(o, "id_B", &out->id_B);
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

evd_err evd_challenged_read(evd_challenged *out, evd_span bytes, evd_arena *a,
                            evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_challenged){0};
  evd_rd_open(&r, bytes, a, why);
  if (evd_rd_root(&o, &r))
    line_read(&o, out);
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_challenged_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

static void contest_write(evd_buf *out, const evd_challenged_contest *c) {
  evd_put_object(out, NULL);
  evd_put_n(out, "contest", c->o.ind_c);
  evd_put_str(out, "label", c->label);
  evd_put_list(out, "fields");
  for (uint32_t i = 0; i < c->o.n_fields; i++) {
    evd_put_object(out, NULL);
    evd_put_n(out, "field", c->fields[i]);
    evd_put_str(out, "label", c->labels[i]);
    evd_put_n(out, "value", c->values[i]);
    evd_put_q(out, "nonce", &c->o.nonces[i]);
    evd_put_end(out);
  }
  evd_put_list_end(out);
  if (c->has_data) {
    evd_put_object(out, "data");
    evd_put_q(out, "nonce", &c->o.data_nonce);
    evd_put_hex(out, "D", c->D.p, c->D.n);
    evd_put_end(out);
  }
  evd_put_end(out);
}

void evd_challenged_write(evd_buf *out, const evd_challenged *in) {
  evd_put_begin(out);
  evd_put_h(out, "id_B", &in->id_B);
  evd_put_list(out, "contests");
  for (uint32_t i = 0; i < in->n_contests; i++)
    contest_write(out, &in->contests[i]);
  evd_put_list_end(out);
  evd_put_end(out);
}
