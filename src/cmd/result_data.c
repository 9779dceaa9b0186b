/* contest_data.jsonl from the combined answers. */

#include "cmd/result.h"
#include "egds/encrypt.h"

/* A device may have sealed bytes that are no packed text: they are left out
 * and counted, since a record may not hold them (X.12). */
static bool well_packed(const evd_request *r, uint32_t t, evd_span D) {
  evd_shape s = evd_contest_shape(&r->head.man, r->items[t].ind_c);
  evd_span text;
  return evd_data_well_packed(&s, D, &text);
}

static evd_err add_line(evd_result *x, uint32_t t, uint8_t *D, evd_out *out,
                        uint64_t *left_out) {
  const evd_group *G = evd_host_group_get(x->hg);
  const evd_item *it = &x->rq.items[t];
  evd_contest_data line = {.id_B = x->rq.names[t].id_B,
                           .contest = it->ind_c,
                           .beta = x->M[t],
                           .c = x->c[t],
                           .v = x->v[t],
                           .D = {D, it->C1.n}};
  evd_buf text;
  evd_data_open(G, D, it, &x->M[t]);
  if (evd_data_opened_check_var(G, it, &line.beta, &line.c, &line.v, line.D))
    return evd_complain(EVD_ERR_PROOF, "opened contest data does not verify");
  if (!well_packed(&x->rq, t, line.D)) {
    (*left_out)++;
    return EVD_OK;
  }
  evd_buf_init(&text, (size_t)1 << 20);
  evd_contest_data_write(&text, &line);
  evd_buf_text(&text, "\n");
  evd_err e = evd_buf_ok(&text) ? evd_out_add(out, text.p, text.n)
                                : evd_complain(EVD_ERR_SPACE, "no memory");
  evd_buf_close(&text);
  return e;
}

evd_err evd_result_data(evd_result *x, evd_out *out, uint64_t *left_out) {
  *left_out = 0;
  for (uint32_t t = 0; t < x->rq.n_items; t++) {
    uint8_t *D = evd_arena_get(&x->rq.head.arena, x->rq.items[t].C1.n, 1);
    if (!D)
      return evd_complain(EVD_ERR_SPACE, "no memory for contest data");
    EVD_TRY(add_line(x, t, D, out, left_out));
  }
  return EVD_OK;
}
