/* decrypt_<round>_<i>.json, the three rounds of a decryption, record-format
 * 6. An item of contest data has id_B in front and field 0. */
#include "record/reader.h"
#include "record/write.h"

#define ITEM_TEXT_BYTES 64

static void item_read(evd_obj *o, uint32_t round, evd_round_item *item) {
  item->has_id = evd_rd_has(o, "id_B");
  if (item->has_id)
    evd_rd_h(o, "id_B", &item->id_B);
  evd_rd_index(o, "contest", &item->contest);
  evd_rd_index(o, "field", &item->field);
  if (item->has_id != (item->field == 0))
    evd_rd_fault(o->r, EVD_ERR_FORM, "field",
                 "is 0 exactly when there is an id_B");
  if (round == 1)
    evd_rd_h(o, "d", &item->d);
  if (round == 2) {
    evd_rd_p(o, "a", &item->a);
    evd_rd_p(o, "b", &item->b);
    evd_rd_p(o, "M", &item->M);
  }
  if (round == 3)
    evd_rd_q(o, "v", &item->v);
  evd_rd_end(o);
}

static void round_read(evd_obj *o, uint32_t round, evd_round *out) {
  evd_list l;
  evd_obj item;
  size_t least = round == 2 ? 6 * (size_t)EVD_P_BYTES : ITEM_TEXT_BYTES;
  evd_rd_index(o, "i", &out->i);
  evd_rd_indices(o, "U", &out->U, &out->n_U);
  if (!evd_rd_list(&l, o, "items", least))
    return;
  out->items = evd_rd_get(l.r, l.n, sizeof *out->items);
  out->n_items = out->items ? l.n : 0;
  for (uint32_t i = 0; i < out->n_items; i++)
    if (evd_rd_item(&item, &l, i))
      item_read(&item, round, &out->items[i]);
  evd_rd_list_end(&l);
  evd_rd_end(o);
}

evd_err evd_round_read(evd_round *out, uint32_t round, evd_span bytes,
                       evd_arena *a, evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_round){0};
  evd_rd_open(&r, bytes, a, why);
  if (evd_rd_root(&o, &r))
    round_read(&o, round, out);
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_round_write(copy, round, out);
  return evd_rd_close(&r, out, sizeof *out);
}

static void item_write(evd_buf *out, uint32_t round,
                       const evd_round_item *item) {
  evd_put_object(out, NULL);
  if (item->has_id)
    evd_put_h(out, "id_B", &item->id_B);
  evd_put_n(out, "contest", item->contest);
  evd_put_n(out, "field", item->field);
  if (round == 1)
    evd_put_h(out, "d", &item->d);
  if (round == 2) {
    evd_put_p(out, "a", &item->a);
    evd_put_p(out, "b", &item->b);
    evd_put_p(out, "M", &item->M);
  }
  if (round == 3)
    evd_put_q(out, "v", &item->v);
  evd_put_end(out);
}

void evd_round_write(evd_buf *out, uint32_t round, const evd_round *in) {
  evd_put_begin(out);
  evd_put_n(out, "i", in->i);
  evd_put_ns(out, "U", in->U, in->n_U);
  evd_put_list(out, "items");
  for (uint32_t i = 0; i < in->n_items; i++)
    item_write(out, round, &in->items[i]);
  evd_put_list_end(out);
  evd_put_end(out);
}
