/* One guardian's answer of one round: judge_count.h. */
#include <stdio.h>
#include <string.h>

#include "steps/judge_count.h"

enum { COMMIT = 1, OPEN, RESPOND };

typedef struct {
  const evd_count *c;
  bool data;
  uint32_t round, i;
  const evd_share_from *from;
  evd_why *why;
  evd_arena *a;
  evd_round own;   /* what is judged */
  bool has_commit; /* the same guardian's first round is known: */
  evd_round commit;
  evd_round *open; /* round 3: second rounds of all of U; NULL: not all */
  evd_zp *S;       /* round 3, per guardian of U: public share, w */
  evd_zq *w;
  evd_opening *opened; /* room for those of an item */
  uint32_t self_at;    /* place of i in U */
  /* where the walk through the tally's cells is */
  uint32_t ind_c, ind_o;
} judging;

static evd_err fail(const judging *x, const char *what) {
  (void)snprintf(x->why->text, sizeof x->why->text, "%s", what);
  return EVD_ERR_FAIL;
}

static evd_err fail_at(const judging *x, uint32_t t, const char *what) {
  const evd_round_item *it = &x->own.items[t];
  (void)snprintf(x->why->text, sizeof x->why->text, "%s (contest %u, field %u)",
                 what, it->contest, it->field);
  return EVD_ERR_FAIL;
}

/* ---- answers ---- */

static bool same_U(const evd_round *x, const evd_round *y) {
  return x->n_U == y->n_U && memcmp(x->U, y->U, x->n_U * sizeof *x->U) == 0;
}

static bool same_name(const evd_round_item *a, const evd_round_item *b) {
  return a->has_id == b->has_id && a->contest == b->contest &&
         a->field == b->field &&
         (!a->has_id || memcmp(&a->id_B, &b->id_B, sizeof a->id_B) == 0);
}

/* Is it about the same? */
static bool same_request(const evd_round *x, const evd_round *y) {
  if (!same_U(x, y) || x->n_items != y->n_items)
    return false;
  for (uint32_t t = 0; t < x->n_items; t++)
    if (!same_name(&x->items[t], &y->items[t]))
      return false;
  return true;
}

/* *found: it is known, and answers the same. */
static evd_err earlier(judging *x, uint32_t round, uint32_t i, evd_round *out,
                       bool *found) {
  evd_span bytes;
  evd_why why = {""};
  *found = false;
  evd_err e = x->from->answer(x->from->self, round, i, &bytes);
  if (e == EVD_ERR_MISSING)
    return EVD_OK;
  EVD_TRY(e);
  e = evd_round_read(out, round, bytes, x->a, &why);
  *found = e == EVD_OK && out->i == i && same_request(out, &x->own);
  return e == EVD_ERR_SPACE ? e : EVD_OK;
}

static evd_err own_earlier(judging *x) {
  evd_span bytes;
  for (uint32_t r = COMMIT; r < x->round; r++) {
    evd_round before;
    bool found = false;
    EVD_TRY(earlier(x, r, x->i, &before, &found));
    if (!found &&
        x->from->answer(x->from->self, r, x->i, &bytes) != EVD_ERR_MISSING)
      return fail(x, "it is about other guardians or items than this "
                     "guardian's round before");
    if (r == COMMIT) {
      x->has_commit = found;
      x->commit = before;
    }
  }
  return EVD_OK;
}

static evd_err all_open(judging *x) {
  const evd_head *h = x->c->head;
  const evd_round *own = &x->own;
  evd_round *open = evd_arena_get(x->a, own->n_U, sizeof *open);
  x->S = evd_arena_get(x->a, own->n_U, sizeof *x->S);
  x->w = evd_arena_get(x->a, own->n_U, sizeof *x->w);
  x->opened = evd_arena_get(x->a, own->n_U, sizeof *x->opened);
  if (!open || !x->S || !x->w || !x->opened)
    return EVD_ERR_SPACE;
  for (uint32_t j = 0; j < own->n_U; j++) {
    bool found = false;
    EVD_TRY(earlier(x, OPEN, own->U[j], &open[j], &found));
    if (!found)
      return EVD_OK;
    evd_public_share_var(x->c->G, &x->S[j], h->guardians, h->par.n, own->U[j],
                         x->data);
    EVD_TRY(evd_lagrange(&x->w[j], own->U, own->n_U, own->U[j]));
  }
  x->open = open;
  return EVD_OK;
}

/* ---- items ---- */

/* The next cell of the tally that is decrypted. */
static bool next_cell(judging *x, evd_item *out) {
  const evd_tally_ct *ct = &x->c->ct;
  x->ind_o++;
  while (x->ind_c <= ct->n_contests &&
         (x->ind_o > ct->contests[x->ind_c - 1].n_fields ||
          evd_count_withheld(x->c, x->ind_c))) {
    x->ind_c++;
    x->ind_o = 1;
  }
  if (x->ind_c > ct->n_contests)
    return false;
  const evd_cell_ct *cell = &ct->contests[x->ind_c - 1].fields[x->ind_o - 1];
  *out = (evd_item){.ind_c = x->ind_c,
                    .ind_o = x->ind_o,
                    .A = cell->A,
                    .B = cell->B,
                    .key = x->c->head->keys.H_E};
  return true;
}

static bool ascends(const evd_round_item *a, const evd_round_item *b) {
  int order = memcmp(&a->id_B, &b->id_B, sizeof a->id_B);
  return order < 0 || (order == 0 && a->contest < b->contest);
}

static evd_err item_of(judging *x, uint32_t t, evd_item *out) {
  static const char other[] = "it does not answer what there is to decrypt";
  const evd_round_item *name = &x->own.items[t];
  if (!x->data)
    return next_cell(x, out) && !name->has_id && name->contest == x->ind_c &&
                   name->field == x->ind_o
               ? EVD_OK
               : fail_at(x, t, other);
  if (!name->has_id || (t > 0 && !ascends(name - 1, name)))
    return fail_at(x, t, other);
  return x->from->item(x->from->self, name, out, x->why);
}

static bool is_element(const judging *x, const evd_p *v) {
  evd_zp y;
  return evd_element_read_var(x->c->G, &y, v) == EVD_OK;
}

static evd_opening opening_of(const evd_round_item *it) {
  return (evd_opening){it->a, it->b, it->M};
}

static evd_err judge_open(const judging *x, uint32_t t, const evd_item *it) {
  const evd_round_item *own = &x->own.items[t];
  const evd_opening open = opening_of(own);
  evd_h32 d;
  if (!is_element(x, &open.a) || !is_element(x, &open.b) ||
      !is_element(x, &open.M))
    return fail_at(x, t, "a value is no group element");
  if (!x->has_commit)
    return EVD_OK;
  evd_decrypt_d(x->c->G, &d, it, x->i, &open, x->own.U, x->own.n_U);
  if (memcmp(&d, &x->commit.items[t].d, sizeof d) != 0)
    return fail_at(x, t, "it does not open the commitment of round 1");
  return EVD_OK;
}

static evd_err judge_response(const judging *x, uint32_t t,
                              const evd_item *it) {
  evd_opening *open = x->opened;
  uint32_t bad = 0, j = x->self_at;
  evd_p M;
  evd_zq c;
  for (uint32_t k = 0; k < x->own.n_U; k++)
    open[k] = opening_of(&x->open[k].items[t]);
  if (evd_decrypt_combine_var(x->c->G, &M, &c, it, open, x->own.U, x->own.n_U,
                              &bad) != EVD_OK)
    return fail_at(x, t, "an answer of round 2 is no group element");
  if (evd_decrypt_blame_var(x->c->G, it, &open[j], &x->S[j], &x->own.items[t].v,
                            &c, &x->w[j]) != EVD_OK)
    return fail_at(x, t,
                   "its answer does not match the guardian's public key "
                   "(EGDS Note 3.7)");
  return EVD_OK;
}

static evd_err judge_items(judging *x) {
  evd_item it;
  x->ind_c = 1;
  for (uint32_t t = 0; t < x->own.n_items; t++) {
    EVD_TRY(item_of(x, t, &it));
    if (x->round == OPEN)
      EVD_TRY(judge_open(x, t, &it));
    if (x->open)
      EVD_TRY(judge_response(x, t, &it));
  }
  if (!x->data && next_cell(x, &it))
    return fail(x, "it does not answer all that there is to decrypt");
  return EVD_OK;
}

static evd_err judge_head(judging *x) {
  const evd_parameters *p = &x->c->head->par;
  if (x->own.i != x->i)
    return fail(x, "it is another guardian's");
  if (evd_quorum_check(x->own.U, x->own.n_U, p->n, p->k) != EVD_OK)
    return fail(x, "U is no quorum");
  for (x->self_at = 0; x->self_at < x->own.n_U; x->self_at++)
    if (x->own.U[x->self_at] == x->i)
      return EVD_OK;
  return fail(x, "the guardian is none of U");
}

evd_err evd_share_judge(const evd_count *c, bool data, uint32_t round,
                        uint32_t i, evd_span bytes, const evd_share_from *from,
                        evd_why *why, evd_arena *a) {
  judging x = {.c = c,
               .data = data,
               .round = round,
               .i = i,
               .from = from,
               .why = why,
               .a = a};
  EVD_TRY(evd_round_read(&x.own, round, bytes, a, why));
  EVD_TRY(judge_head(&x));
  EVD_TRY(own_earlier(&x));
  if (round == RESPOND)
    EVD_TRY(all_open(&x));
  return judge_items(&x);
}
