/* What is due, and the others' part of it, before any secret is open. */
#include <stdio.h>
#include <string.h>

#include "cmd/decryption.h"

static bool sent(evd_decryption *x, uint32_t round) {
  return evd_file_exists(evd_answer_path(&x->rq, round, x->i));
}

evd_err evd_decryption_restart(evd_decryption *x) {
  EVD_TRY(evd_round_state_erase(x->dir, x->state_name));
  for (uint32_t round = 1; round <= 3; round++)
    EVD_TRY(evd_file_erase(evd_answer_path(&x->rq, round, x->i)));
  return EVD_OK;
}

/* The guardian's own messages are about other guardians or items. An
 * exchange under way may not be answered a second time: u_i goes. */
static evd_err refuse_own(evd_decryption *x, bool same_U) {
  char ours[1024];
  evd_list_text(ours, x->rq.U, x->rq.n_U);
  if (!same_U && !sent(x, 3)) {
    EVD_TRY(evd_decryption_restart(x));
    return evd_complain(EVD_ERR_REFUSED,
                        "guardian %u had begun with other guardians present "
                        "than %s: that exchange is erased, and all start at "
                        "round 1",
                        x->i, ours);
  }
  if (!same_U)
    return evd_complain(EVD_ERR_REFUSED,
                        "guardian %u has answered with other guardians present "
                        "than %s; to start again at round 1, all use --restart",
                        x->i, ours);
  return evd_complain(EVD_ERR_REFUSED,
                      "%s answers something else than this request: use an "
                      "exchange folder of its own, or --restart",
                      evd_answer_path(&x->rq, 1, x->i));
}

evd_err evd_decryption_due(evd_decryption *x) {
  bool there = false, same_U = false, same_items = false;
  EVD_TRY(evd_answer_own(&x->rq, x->i, &there, &same_U, &same_items));
  if (there && (!same_U || !same_items))
    return refuse_own(x, same_U);
  x->due = !there ? 1 : !sent(x, 2) ? 2 : !sent(x, 3) ? 3 : 4;
  return EVD_OK;
}

/* ---- round 3: the challenges ---- */

typedef struct {
  evd_decryption *x;
  const evd_group *G;
  uint32_t *bad; /* per item: guardian whose opening is no element */
} combiner;

static void combine_item(void *self, size_t t) {
  combiner *b = self;
  const evd_request *r = &b->x->rq;
  evd_p M;
  uint32_t bad = 0;
  evd_err e =
      evd_decrypt_combine_var(b->G, &M, &b->x->c[t], &r->items[t],
                              &b->x->an.open[t * r->n_U], r->U, r->n_U, &bad);
  b->bad[t] = e == EVD_OK ? 0 : bad ? bad : UINT32_MAX;
}

static evd_err combine_all(evd_decryption *x, const evd_group *G) {
  const uint32_t n = x->rq.n_items;
  combiner b = {x, G, NULL};
  x->c = evd_arena_get(&x->rq.head.arena, n + 1, sizeof *x->c);
  b.bad = evd_arena_get(&x->rq.head.arena, n + 1, sizeof *b.bad);
  if (!x->c || !b.bad)
    return evd_complain(EVD_ERR_SPACE, "no memory for the challenges");
  x->pool.run(x->pool.self, combine_item, &b, n);
  for (uint32_t t = 0; t < n; t++)
    if (b.bad[t])
      return evd_complain(EVD_ERR_MEMBER,
                          "guardian %u cheats: its decrypt_2 holds a value "
                          "that is no group element (contest %u, field %u)",
                          b.bad[t], x->rq.names[t].contest,
                          x->rq.names[t].field);
  return EVD_OK;
}

evd_err evd_decryption_foreign(evd_decryption *x) {
  const evd_group *G = evd_host_group_get(x->hg);
  uint32_t bad = 0;
  EVD_TRY(evd_answers_init(&x->an, &x->rq));
  if (x->due < 2 || x->due > 3)
    return EVD_OK;
  EVD_TRY(evd_answers_read(&x->an, &x->rq, 1));
  if (x->due < 3)
    return EVD_OK;
  EVD_TRY(evd_answers_read(&x->an, &x->rq, 2));
  EVD_TRY(evd_answers_opened(&x->an, &x->rq, G, &x->pool, &bad));
  return combine_all(x, G);
}
