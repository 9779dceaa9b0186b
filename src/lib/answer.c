/* One guardian's three rounds for one sum, and the answers put together. */
#include <string.h>

#include "base/wipe.h"
#include "egds/decrypt.h"
#include "host/host.h"
#include "host/mem.h"
#include "lib/guardian.h"
#include "lib/handles.h"
#include "lib/lib.h"

typedef enum { COMMITTED, REVEALED, RESPONDED } stage;

struct evd_answer {
  const evd_election *e;
  const evd_guardian *g;
  evd_item item;
  uint32_t U[EVD_N_MAX], n_U, own; /* own: its place in U */
  stage stage;
  evd_zq_sec u; /* SECRET, of one challenge only */
  evd_opening open;
  evd_h32 d;
  evd_commitment commitments[EVD_N_MAX];
};

/* ---- the question ---- */

static evd_err check_present(const evd_election *e, const evd_present *p) {
  const evd_parameters *par = &e->head.par;
  if (p->guardians && p->n <= par->n &&
      evd_quorum_check(p->guardians, (uint32_t)p->n, par->n, par->k) == EVD_OK)
    return EVD_OK;
  return evd_complain(
      EVD_ERR_QUORUM,
      "`present` is not %u to %u of the %u guardians, ascending", par->k,
      par->n, par->n);
}

/* A power with a secret exponent is taken of A: first of all it must lie in
 * the group, or the answer would say something about the secret. */
static evd_err read_sum(evd_item *it, const evd_election *e,
                        const evd_sum *sum) {
  evd_zp x;
  *it = (evd_item){
      .ind_c = sum->contest, .ind_o = sum->field, .key = e->head.keys.H_E};
  if (sum->contest == 0 || sum->field == 0)
    return evd_lib_range("sum", "has a contest and a field from 1");
  memcpy(it->A.b, sum->A, sizeof it->A.b);
  memcpy(it->B.b, sum->B, sizeof it->B.b);
  if (evd_element_read_var(e->G, &x, &it->A) == EVD_OK &&
      evd_element_read_var(e->G, &x, &it->B) == EVD_OK)
    return EVD_OK;
  return evd_complain(EVD_ERR_MEMBER, "the sum is no pair of group elements");
}

/* ---- round 1 ---- */

static evd_err place_self(evd_answer *a) {
  for (uint32_t j = 0; j < a->n_U; j++)
    if (a->U[j] == a->g->i) {
      a->own = j;
      return EVD_OK;
    }
  return evd_complain(EVD_ERR_QUORUM, "guardian %u is not present", a->g->i);
}

static evd_err commit(evd_answer *a, const evd_present *present,
                      const evd_sum *sum) {
  uint8_t random[EVD_SAMPLE_BYTES];
  if (a->g->n != a->e->head.par.n || a->g->k != a->e->head.par.k)
    return evd_lib_range("g", "is no guardian of the election");
  if (a->g->n_took < a->g->n)
    return evd_complain(EVD_ERR_WAIT, "guardian %u has not all shares",
                        a->g->i);
  EVD_TRY(check_present(a->e, present));
  EVD_TRY(read_sum(&a->item, a->e, sum));
  memcpy(a->U, present->guardians, present->n * sizeof *a->U);
  a->n_U = (uint32_t)present->n;
  EVD_TRY(place_self(a));
  EVD_TRY(evd_random_get(random, sizeof random));
  evd_decrypt_commit(a->e->G, &a->u, &a->open, &a->d, &a->item, a->g->i, a->U,
                     a->n_U, &a->g->z, random);
  evd_wipe(random, sizeof random);
  return EVD_OK;
}

evd_err evd_answer_new(evd_answer **out, const evd_election *e,
                       const evd_guardian *g, const evd_present *present,
                       const evd_sum *sum, evd_commitment *commitment) {
  evd_lib_begin();
  if (!out)
    return evd_lib_range("out", "is NULL");
  *out = NULL;
  if (!e || !g || !present || !sum || !commitment)
    return evd_lib_range("an argument", "is NULL");
  evd_answer *a = evd_mem_get(sizeof *a);
  if (!a)
    return evd_lib_end(EVD_ERR_SPACE);
  a->e = e;
  a->g = g;
  evd_err err = commit(a, present, sum);
  if (err == EVD_OK) {
    memcpy(commitment->hash, a->d.b, sizeof commitment->hash);
    *out = a;
  } else {
    evd_answer_close(a);
  }
  return evd_lib_end(err);
}

void evd_answer_close(evd_answer *a) {
  if (!a)
    return;
  evd_wipe(a, sizeof *a);
  evd_mem_free(a);
}

/* ---- round 2 ---- */

static evd_err reveal(evd_answer *a, const evd_commitment commitments[],
                      evd_part *part) {
  const size_t bytes = a->n_U * sizeof *commitments;
  if (memcmp(commitments[a->own].hash, a->d.b, sizeof a->d.b) != 0)
    return evd_complain(EVD_ERR_COMMIT,
                        "the commitment of guardian %u is not its own",
                        a->g->i);
  if (a->stage != COMMITTED && memcmp(a->commitments, commitments, bytes) != 0)
    return evd_complain(EVD_ERR_SPENT, "other commitments were given before");
  memcpy(a->commitments, commitments, bytes);
  if (a->stage == COMMITTED)
    a->stage = REVEALED;
  memcpy(part->a, a->open.a.b, sizeof part->a);
  memcpy(part->b, a->open.b.b, sizeof part->b);
  memcpy(part->M, a->open.M.b, sizeof part->M);
  return EVD_OK;
}

evd_err evd_answer_reveal(evd_answer *a, const evd_commitment commitments[],
                          evd_part *part) {
  evd_lib_begin();
  if (!a || !commitments || !part)
    return evd_lib_range("an argument", "is NULL");
  return evd_lib_end(reveal(a, commitments, part));
}

/* ---- round 3 ---- */

static evd_opening *openings_of(evd_arena *arena, const evd_part parts[],
                                uint32_t n) {
  evd_opening *open = evd_arena_get(arena, n, sizeof *open);
  for (uint32_t j = 0; open && j < n; j++) {
    memcpy(open[j].a.b, parts[j].a, sizeof parts[j].a);
    memcpy(open[j].b.b, parts[j].b, sizeof parts[j].b);
    memcpy(open[j].M.b, parts[j].M, sizeof parts[j].M);
  }
  return open;
}

static evd_err combined(const evd_election *e, evd_p *M, evd_zq *c,
                        const evd_item *it, const evd_opening open[],
                        const uint32_t U[], uint32_t n_U) {
  uint32_t bad = 0;
  evd_err err = evd_decrypt_combine_var(e->G, M, c, it, open, U, n_U, &bad);
  if (err == EVD_OK)
    return EVD_OK;
  return evd_complain(err, "the part of guardian %u: %s", bad,
                      evd_err_text(err));
}

static evd_err respond(evd_answer *a, const evd_opening open[],
                       evd_response *response) {
  evd_p M;
  evd_zq c, w, v;
  evd_q bytes;
  for (uint32_t j = 0; j < a->n_U; j++) {
    evd_h32 d;
    evd_decrypt_d(a->e->G, &d, &a->item, a->U[j], &open[j], a->U, a->n_U);
    if (memcmp(d.b, a->commitments[j].hash, sizeof d.b) != 0)
      return evd_complain(EVD_ERR_COMMIT,
                          "the part of guardian %u is not what it committed to",
                          a->U[j]);
  }
  EVD_TRY(combined(a->e, &M, &c, &a->item, open, a->U, a->n_U));
  EVD_TRY(evd_lagrange(&w, a->U, a->n_U, a->g->i));
  evd_decrypt_respond(&v, &a->u, &c, &w, &a->g->z);
  evd_zq_sec_wipe(&a->u); /* a second challenge would give away z */
  a->stage = RESPONDED;
  evd_zq_to_bytes(&bytes, &v);
  memcpy(response->v, bytes.b, sizeof response->v);
  return EVD_OK;
}

evd_err evd_answer_respond(evd_answer *a, const evd_part parts[],
                           evd_response *response) {
  evd_arena arena;
  evd_lib_begin();
  if (!a || !parts || !response)
    return evd_lib_range("an argument", "is NULL");
  if (a->stage == COMMITTED)
    return evd_complain(EVD_ERR_WAIT, "nothing was revealed yet");
  if (a->stage == RESPONDED)
    return evd_lib_end(EVD_ERR_SPENT);
  evd_arena_init(&arena, (size_t)4 << 20); /* for 255 parts */
  const evd_opening *open = openings_of(&arena, parts, a->n_U);
  evd_err err = open ? respond(a, open, response) : EVD_ERR_SPACE;
  evd_arena_close(&arena);
  return evd_lib_end(err);
}

/* ---- together ---- */

typedef struct {
  const evd_election *e;
  const evd_present *present;
  evd_item item;
  const evd_opening *open;
  evd_q *v; /* of each */
  evd_zq c;
  evd_p M;
} joint;

/* Note 3.7: whose own response does not fit its part? */
static evd_err blame(const joint *x) {
  const evd_group *G = x->e->G;
  const uint32_t *U = x->present->guardians, n = (uint32_t)x->present->n;
  for (uint32_t j = 0; j < n; j++) {
    evd_zp S;
    evd_zq w;
    evd_public_share_var(G, &S, x->e->head.guardians, x->e->head.par.n, U[j],
                         false);
    EVD_TRY(evd_lagrange(&w, U, n, U[j]));
    if (evd_decrypt_blame_var(G, &x->item, &x->open[j], &S, &x->v[j], &x->c,
                              &w) != EVD_OK)
      return evd_complain(EVD_ERR_PROOF, "guardian %u answered wrongly", U[j]);
  }
  return EVD_ERR_PROOF;
}

static evd_err find_total(const evd_group *G, const evd_p *T, uint64_t bound,
                          uint64_t *total) {
  evd_dlog d;
  evd_zp x;
  evd_dlog_slot *slots = evd_mem_get(evd_dlog_slots(bound) * sizeof *slots);
  if (!slots)
    return EVD_ERR_SPACE;
  evd_err e = evd_dlog_build_var(G, &d, &G->K, bound, slots);
  if (e == EVD_OK)
    e = evd_element_read_var(G, &x, T);
  if (e == EVD_OK)
    e = evd_dlog_find_var(G, &d, &x, bound, total);
  evd_mem_free(slots);
  return e;
}

static evd_err join(joint *x, uint64_t bound, evd_opened_sum *out) {
  const evd_group *G = x->e->G;
  const uint32_t n = (uint32_t)x->present->n;
  evd_q c, v;
  evd_p T;
  uint64_t t = 0;
  EVD_TRY(combined(x->e, &x->M, &x->c, &x->item, x->open, x->present->guardians,
                   n));
  evd_zq_to_bytes(&c, &x->c);
  evd_decrypt_sum(&v, x->v, n);
  evd_decrypt_T_var(G, &T, &x->item.B, &x->M);
  if (evd_cell_check_var(G, &x->item, &T, 0, &c, &v) & ~(uint32_t)EVD_V10_C)
    return blame(x);
  EVD_TRY(find_total(G, &T, bound, &t));
  out->total = t;
  memcpy(out->T, T.b, sizeof out->T);
  memcpy(out->c, c.b, sizeof out->c);
  memcpy(out->v, v.b, sizeof out->v);
  return EVD_OK;
}

static evd_err open_sum(joint *x, const evd_part parts[],
                        const evd_response responses[], uint64_t bound,
                        evd_opened_sum *out) {
  evd_arena a;
  const uint32_t n = (uint32_t)x->present->n;
  evd_arena_init(&a, (size_t)4 << 20); /* for 255 parts */
  x->open = openings_of(&a, parts, n);
  x->v = evd_arena_get(&a, n, sizeof *x->v);
  evd_err e = x->open && x->v ? EVD_OK : EVD_ERR_SPACE;
  for (uint32_t j = 0; e == EVD_OK && j < n; j++)
    memcpy(x->v[j].b, responses[j].v, sizeof x->v[j].b);
  if (e == EVD_OK)
    e = join(x, bound, out);
  evd_arena_close(&a);
  return e;
}

evd_err evd_sum_open(const evd_election *e, const evd_present *present,
                     const evd_sum *sum, const evd_part parts[],
                     const evd_response responses[], uint64_t bound,
                     evd_opened_sum *out) {
  joint x = {.e = e, .present = present};
  evd_lib_begin();
  if (!e || !present || !sum || !parts || !responses || !out)
    return evd_lib_range("an argument", "is NULL");
  if (bound > EVD_DLOG_BOUND_MAX)
    return evd_lib_range("bound", "is above 2^44");
  evd_err err = check_present(e, present);
  if (err == EVD_OK)
    err = read_sum(&x.item, e, sum);
  if (err == EVD_OK)
    err = open_sum(&x, parts, responses, bound, out);
  return evd_lib_end(err);
}
