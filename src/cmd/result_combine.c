#include <string.h>

#include "cmd/result.h"

typedef struct {
  evd_result *x;
  const evd_group *G;
  uint32_t *bad; /* per item: guardian to blame, UINT32_MAX: somebody */
} combiner;

/* Note 3.7: the guardian whose own response does not fit its opening. */
static uint32_t find_cheater(const combiner *b, size_t t, const evd_zq *c) {
  const evd_result *x = b->x;
  const evd_request *r = &x->rq;
  for (uint32_t j = 0; j < r->n_U; j++) {
    const size_t at = t * r->n_U + j;
    if (evd_decrypt_blame_var(b->G, &r->items[t], &x->an.open[at], &x->S[j],
                              &x->an.v[at], c, &x->w[j]) != EVD_OK)
      return r->U[j];
  }
  return UINT32_MAX;
}

/* The joint proof alone: whether T is a small power of K is seen later. */
static bool proof_holds(const combiner *b, size_t t) {
  const evd_result *x = b->x;
  const evd_item *it = &x->rq.items[t];
  evd_p T;
  if (it->is_data)
    return (evd_data_opened_check_var(b->G, it, &x->M[t], &x->c[t], &x->v[t],
                                      it->C1) &
            ~(uint32_t)EVD_V12_C) == 0;
  evd_decrypt_T_var(b->G, &T, &it->B, &x->M[t]);
  return (evd_cell_check_var(b->G, it, &T, 0, &x->c[t], &x->v[t]) &
          ~(uint32_t)EVD_V10_C) == 0;
}

static void combine_item(void *self, size_t t) {
  combiner *b = self;
  evd_result *x = b->x;
  const evd_request *r = &x->rq;
  uint32_t bad = 0;
  evd_zq c;
  if (evd_decrypt_combine_var(b->G, &x->M[t], &c, &r->items[t],
                              &x->an.open[t * r->n_U], r->U, r->n_U,
                              &bad) != EVD_OK) {
    b->bad[t] = bad ? bad : UINT32_MAX;
    return;
  }
  evd_zq_to_bytes(&x->c[t], &c);
  evd_decrypt_sum(&x->v[t], &x->an.v[t * r->n_U], r->n_U);
  b->bad[t] = proof_holds(b, t) ? 0 : find_cheater(b, t, &c);
}

static evd_err blame(const evd_result *x, uint32_t t, uint32_t who) {
  const evd_round_item *name = &x->rq.names[t];
  if (who == UINT32_MAX)
    return evd_complain(EVD_ERR_PROOF,
                        "the joint proof of contest %u, field %u does not "
                        "hold, though every guardian's part does",
                        name->contest, name->field);
  return evd_complain(EVD_ERR_PROOF,
                      "guardian %u cheats: its answers in %s for contest %u, "
                      "field %u do not match its public key (EGDS Note 3.7); "
                      "keep them as evidence and decrypt again without it",
                      who, x->rq.xd, name->contest, name->field);
}

static evd_err prepare_guardians(evd_result *x, const evd_group *G) {
  evd_request *r = &x->rq;
  evd_arena *a = &r->head.arena;
  const size_t n = r->n_items + 1;
  x->S = evd_arena_get(a, r->n_U, sizeof *x->S);
  x->w = evd_arena_get(a, r->n_U, sizeof *x->w);
  x->M = evd_arena_get(a, n, sizeof *x->M);
  x->c = evd_arena_get(a, n, sizeof *x->c);
  x->v = evd_arena_get(a, n, sizeof *x->v);
  if (!x->S || !x->w || !x->M || !x->c || !x->v)
    return evd_complain(EVD_ERR_SPACE, "no memory to combine the answers");
  for (uint32_t j = 0; j < r->n_U; j++) {
    evd_public_share_var(G, &x->S[j], r->head.guardians, r->head.par.n, r->U[j],
                         r->data);
    EVD_TRY(evd_lagrange(&x->w[j], r->U, r->n_U, r->U[j]));
  }
  return EVD_OK;
}

evd_err evd_result_combine(evd_result *x) {
  evd_request *r = &x->rq;
  combiner b = {x, evd_host_group_get(x->hg), NULL};
  uint32_t bad = 0;
  EVD_TRY(evd_answers_init(&x->an, r));
  for (uint32_t round = 1; round <= 3; round++)
    EVD_TRY(evd_answers_read(&x->an, r, round));
  EVD_TRY(evd_answers_opened(&x->an, r, b.G, &x->pool, &bad));
  EVD_TRY(prepare_guardians(x, b.G));
  b.bad = evd_arena_get(&r->head.arena, r->n_items + 1, sizeof *b.bad);
  if (!b.bad)
    return evd_complain(EVD_ERR_SPACE, "no memory to combine the answers");
  x->pool.run(x->pool.self, combine_item, &b, r->n_items);
  for (uint32_t t = 0; t < r->n_items; t++)
    if (b.bad[t])
      return blame(x, t, b.bad[t]);
  return EVD_OK;
}
