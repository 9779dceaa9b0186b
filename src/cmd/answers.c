#include "cmd/answers.h"

#include <stdio.h>
#include <string.h>

#define MIB ((size_t)1024 * 1024)

const char *evd_answer_path(evd_request *r, uint32_t round, uint32_t i) {
  return evd_path(&r->head.arena, "%s/decrypt_%u_%u.json", r->xd, round, i);
}

evd_err evd_answers_init(evd_answers *an, evd_request *r) {
  const size_t n = (size_t)r->n_items * r->n_U + 1;
  memset(an, 0, sizeof *an);
  an->d = evd_arena_get(&r->head.arena, n, sizeof *an->d);
  an->open = evd_arena_get(&r->head.arena, n, sizeof *an->open);
  an->v = evd_arena_get(&r->head.arena, n, sizeof *an->v);
  if (an->d && an->open && an->v)
    return EVD_OK;
  return evd_complain(EVD_ERR_SPACE, "no memory for the guardians' answers");
}

/* ---- does an answer fit the request? ---- */

static bool same_U(const evd_request *r, const evd_round *x) {
  return x->n_U == r->n_U && memcmp(x->U, r->U, r->n_U * sizeof r->U[0]) == 0;
}

static bool same_items(const evd_request *r, const evd_round *x) {
  if (x->n_items != r->n_items)
    return false;
  for (uint32_t t = 0; t < x->n_items; t++) {
    const evd_round_item *a = &x->items[t], *b = &r->names[t];
    if (a->has_id != b->has_id || a->contest != b->contest ||
        a->field != b->field)
      return false;
    if (a->has_id && memcmp(&a->id_B, &b->id_B, sizeof a->id_B) != 0)
      return false;
  }
  return true;
}

static evd_err judge(const evd_request *r, const evd_round *x, uint32_t i,
                     const char *path) {
  char theirs[1024], ours[1024];
  if (x->i != i)
    return evd_complain(EVD_ERR_RULE, "%s: expected i %u, found %u", path, i,
                        x->i);
  if (!same_U(r, x)) {
    evd_list_text(theirs, x->U, x->n_U);
    evd_list_text(ours, r->U, r->n_U);
    return evd_complain(EVD_ERR_WAIT,
                        "waiting for guardian %u: %s answers for guardians "
                        "%s, not %s",
                        i, path, theirs, ours);
  }
  if (!same_items(r, x))
    return evd_complain(EVD_ERR_RULE,
                        "%s: guardian %u answers other items than those of "
                        "this request",
                        path, i);
  return EVD_OK;
}

static evd_err read_file(const evd_request *r, uint32_t round, const char *path,
                         evd_round *x, evd_arena *a) {
  evd_span bytes;
  evd_why why = {""};
  (void)r;
  EVD_TRY(evd_file_read(path, 64 * MIB, &bytes, a));
  evd_err e = evd_round_read(x, round, bytes, a, &why);
  return e == EVD_OK ? e : evd_complain(e, "%s: %s", path, why.text);
}

evd_err evd_answer_own(evd_request *r, uint32_t i, bool *there, bool *own_U,
                       bool *own_items) {
  const char *path = evd_answer_path(r, 1, i);
  evd_round x;
  evd_arena a;
  *there = evd_file_exists(path);
  *own_U = *own_items = false;
  if (!*there)
    return EVD_OK;
  evd_arena_init(&a, 256 * MIB);
  evd_err e = read_file(r, 1, path, &x, &a);
  if (e == EVD_OK) {
    *own_U = same_U(r, &x);
    *own_items = x.i == i && same_items(r, &x);
  }
  evd_arena_close(&a);
  return e;
}

/* ---- reading a round ---- */

static void keep(evd_answers *an, const evd_request *r, uint32_t round,
                 const evd_round *x, uint32_t j) {
  evd_sha256 sha;
  evd_digest_init(&sha, "openings");
  for (uint32_t t = 0; t < r->n_items; t++) {
    const evd_round_item *it = &x->items[t];
    const size_t at = (size_t)t * r->n_U + j;
    if (round == 1) {
      an->d[at] = it->d;
      evd_sha256_add(&sha, it->d.b, 32);
    }
    if (round == 2)
      an->open[at] = (evd_opening){it->a, it->b, it->M};
    if (round == 3)
      an->v[at] = it->v;
  }
  if (round == 1)
    evd_sha256_out(&sha, &an->seen[j]);
}

static evd_err read_one(evd_answers *an, evd_request *r, uint32_t round,
                        uint32_t j) {
  const char *path = evd_answer_path(r, round, r->U[j]);
  evd_round x;
  evd_arena a; /* a round's text is large and not needed afterwards */
  evd_arena_init(&a, 512 * MIB);
  evd_err e = read_file(r, round, path, &x, &a);
  if (e == EVD_OK)
    e = judge(r, &x, r->U[j], path);
  if (e == EVD_OK)
    keep(an, r, round, &x, j);
  evd_arena_close(&a);
  return e;
}

evd_err evd_answers_read(evd_answers *an, evd_request *r, uint32_t round) {
  bool missing[EVD_N_MAX] = {false}, any = false;
  char what[32];
  for (uint32_t j = 0; j < r->n_U; j++) {
    bool gone = !evd_file_exists(evd_answer_path(r, round, r->U[j]));
    missing[r->U[j] - 1] = gone;
    any = any || gone;
  }
  (void)snprintf(what, sizeof what, "round %u", round);
  if (any)
    return evd_say_waiting(what, missing, r->head.par.n);
  for (uint32_t j = 0; j < r->n_U; j++)
    EVD_TRY(read_one(an, r, round, j));
  return EVD_OK;
}

/* ---- openings against d ---- */

typedef struct {
  const evd_group *G;
  const evd_request *r;
  const evd_opening *open;
  evd_h32 *d; /* recomputed */
} reopen;

static void reopen_item(void *self, size_t t) {
  reopen *x = self;
  const evd_request *r = x->r;
  for (uint32_t j = 0; j < r->n_U; j++)
    evd_decrypt_d(x->G, &x->d[t * r->n_U + j], &r->items[t], r->U[j],
                  &x->open[t * r->n_U + j], r->U, r->n_U);
}

static void hash_openings(evd_answers *an, const evd_request *r) {
  evd_sha256 sha;
  evd_digest_init(&sha, "all openings");
  for (size_t at = 0; at < (size_t)r->n_items * r->n_U; at++) {
    evd_sha256_add(&sha, an->open[at].a.b, EVD_P_BYTES);
    evd_sha256_add(&sha, an->open[at].b.b, EVD_P_BYTES);
    evd_sha256_add(&sha, an->open[at].M.b, EVD_P_BYTES);
  }
  evd_sha256_out(&sha, &an->all_open);
}

static void hash_d(evd_h32 *out, const evd_h32 *d, const evd_request *r,
                   uint32_t j) {
  evd_sha256 sha;
  evd_digest_init(&sha, "openings");
  for (uint32_t t = 0; t < r->n_items; t++)
    evd_sha256_add(&sha, d[(size_t)t * r->n_U + j].b, 32);
  evd_sha256_out(&sha, out);
}

static evd_err blame_opening(const evd_answers *an, const evd_h32 *d,
                             const evd_request *r, uint32_t j) {
  uint32_t t = 0;
  while (t + 1 < r->n_items && memcmp(&an->d[(size_t)t * r->n_U + j],
                                      &d[(size_t)t * r->n_U + j], 32) == 0)
    t++;
  return evd_complain(EVD_ERR_COMMIT,
                      "guardian %u cheats: its decrypt_2 does not open the "
                      "commitment in its decrypt_1 (contest %u, field %u)",
                      r->U[j], r->names[t].contest, r->names[t].field);
}

evd_err evd_answers_opened(evd_answers *an, const evd_request *r,
                           const evd_group *G, const evd_pool *pool,
                           uint32_t *bad) {
  evd_arena a;
  evd_err e = EVD_OK;
  *bad = 0;
  evd_arena_init(&a, 512 * MIB);
  evd_h32 *d = evd_arena_get(&a, (size_t)r->n_items * r->n_U + 1, sizeof *d);
  if (!d)
    return evd_complain(EVD_ERR_SPACE, "no memory to check the openings");
  reopen x = {G, r, an->open, d};
  pool->run(pool->self, reopen_item, &x, r->n_items);
  for (uint32_t j = 0; j < r->n_U; j++) {
    hash_d(&an->opened[j], d, r, j);
    if (e == EVD_OK && memcmp(&an->opened[j], &an->seen[j], 32) != 0) {
      *bad = r->U[j];
      e = blame_opening(an, d, r, j);
    }
  }
  hash_openings(an, r);
  evd_arena_close(&a);
  return e;
}
