/* challenged.jsonl and mail_open.jsonl: the opener's part. Shares are checked
 * one by one; any k good ones give xi_B, which never leaves this file. */
#include <stdio.h>
#include <string.h>

#include "base/wipe.h"
#include "cmd/decryption.h"
#include "cmd/result.h"
#include "steps/opening.h"

#define MIB ((size_t)1024 * 1024)

typedef struct {
  evd_result *x;
  const evd_group *G;
  uint32_t n_good;
  uint32_t good[EVD_N_MAX];               /* guardians, ascending */
  const evd_nonce_item *items[EVD_N_MAX]; /* theirs */
} opener;

static evd_err no_memory(void) {
  return evd_complain(EVD_ERR_SPACE, "no memory to open challenged ballots");
}

/* ---- shares ---- */

static bool ids_fit(const evd_request *r, const evd_nonce_shares *s) {
  if (s->n_items != r->n_nonces)
    return false;
  for (uint32_t t = 0; t < s->n_items; t++)
    if (memcmp(&s->items[t].id_B, &r->nonces[t].id_B, sizeof(evd_h32)) != 0)
      return false;
  return true;
}

/* Items whose proof does not hold, counted by the workers. */
typedef struct {
  const opener *o;
  uint32_t i;
  evd_zp S;
  const evd_nonce_item *items;
  bool *bad;
} checker;

static void check_share(void *self, size_t t) {
  checker *k = self;
  const evd_request *r = &k->o->x->rq;
  const evd_nonce_item *it = &k->items[t];
  k->bad[t] = evd_nonce_share_check_var(k->o->G, &r->head.keys.H_E, &it->id_B,
                                        k->i, &r->nonces[t].C0, &k->S, &it->M,
                                        &it->c, &it->v) != EVD_OK;
}

static evd_err shares_hold(const opener *o, uint32_t i,
                           const evd_nonce_shares *s, evd_arena *a) {
  const evd_head *h = &o->x->rq.head;
  checker k = {.o = o, .i = i, .items = s->items};
  k.bad = evd_arena_get(a, s->n_items, sizeof *k.bad);
  if (!k.bad)
    return EVD_ERR_SPACE;
  evd_public_share_var(o->G, &k.S, h->guardians, h->par.n, i, true);
  o->x->pool.run(o->x->pool.self, check_share, &k, s->n_items);
  for (uint32_t t = 0; t < s->n_items; t++)
    if (k.bad[t])
      return EVD_ERR_PROOF;
  return EVD_OK;
}

/* A bad file is one guardian's fault and said so; the others may suffice. */
static evd_err read_guardian(opener *o, uint32_t i) {
  evd_request *r = &o->x->rq;
  evd_arena *a = &r->head.arena;
  const char *path = evd_nonces_path(r, i);
  evd_span bytes;
  evd_nonce_shares s;
  evd_why why = {""};
  EVD_TRY(evd_file_read(path, 64 * MIB, &bytes, a));
  evd_err e = evd_nonce_shares_read(&s, bytes, a, &why);
  if (e == EVD_ERR_SPACE) /* nobody's fault: nobody is blamed */
    return evd_complain(e, "%s: %s", path, why.text);
  if (e != EVD_OK) {
    (void)evd_complain(EVD_OK, "%s: %s", path, why.text);
  } else if (s.i != i || !ids_fit(r, &s)) {
    (void)evd_complain(EVD_OK,
                       "%s: guardian %u does not answer for the challenged "
                       "ballots of this record",
                       path, i);
  } else if ((e = shares_hold(o, i, &s, a)) == EVD_ERR_SPACE) {
    return evd_complain(e, "%s: there is no memory to check it", path);
  } else if (e != EVD_OK) {
    (void)evd_complain(EVD_OK,
                       "guardian %u cheats: a proof in %s does not hold; keep "
                       "it as evidence",
                       i, path);
  } else {
    o->good[o->n_good] = i;
    o->items[o->n_good++] = s.items;
  }
  return EVD_OK;
}

static evd_err read_shares(opener *o) {
  evd_request *r = &o->x->rq;
  bool missing[EVD_N_MAX] = {false}, any = false;
  for (uint32_t j = 0; j < r->n_U; j++) {
    const uint32_t i = r->U[j];
    if (evd_file_exists(evd_nonces_path(r, i)))
      EVD_TRY(read_guardian(o, i));
    else
      any = missing[i - 1] = true;
  }
  if (o->n_good >= r->head.par.k)
    return EVD_OK;
  if (any)
    return evd_say_waiting("the nonces (nonce_<i>.json)", missing,
                           r->head.par.n);
  return evd_complain(EVD_ERR_SHARE,
                      "the challenged ballots need good answers of %u "
                      "guardians, and %u are",
                      r->head.par.k, o->n_good);
}

/* ---- ballots ---- */

static evd_err open_nonce(opener *o, size_t t, evd_h32 *xi_B, evd_arena *a) {
  const evd_sealed_nonce *s = &o->x->rq.nonces[t];
  evd_p *M = evd_arena_get(a, o->n_good, sizeof *M);
  if (!M)
    return no_memory();
  for (uint32_t j = 0; j < o->n_good; j++)
    M[j] = o->items[j][t].M;
  evd_err e = evd_nonce_open(o->G, xi_B, &s->H_I, &s->C0, &s->C1, M, o->good,
                             o->n_good);
  if (e != EVD_OK)
    return evd_complain(e, "a ballot nonce cannot be opened: %s",
                        evd_err_text(e));
  return EVD_OK;
}

static evd_err open_contests(opener *o, const evd_sealed_nonce *s,
                             const evd_h32 *xi_B, evd_buf *line, evd_arena *a) {
  evd_to_open b = {.id_B = s->id_B,
                   .H_I = s->H_I,
                   .n_contests = s->n_contests,
                   .contests = s->contests};
  char hex[65];
  evd_err e = evd_opening_line(line, o->G, &o->x->rq.head.man, &b, xi_B, a);
  if (e == EVD_OK)
    return e;
  if (e == EVD_ERR_SPACE)
    return no_memory();
  evd_hex_text(hex, &s->id_B);
  return evd_complain(EVD_ERR_PROOF,
                      "the challenged ballot %s cannot be opened: contest %u "
                      "is not what its encrypted nonce says, which is "
                      "evidence against the device that made it",
                      hex, b.bad);
}

static evd_err open_mail(opener *o, const evd_sealed_nonce *s,
                         const evd_h32 *xi_B, evd_buf *line, evd_arena *a) {
  evd_mail_open out;
  EVD_TRY(evd_result_open_mail(&o->x->rq.head.man, o->G, s, xi_B, &out, a));
  evd_mail_open_write(line, &out);
  return EVD_OK;
}

static evd_err open_ballot(opener *o, size_t t, evd_buf *line, evd_arena *a) {
  const evd_sealed_nonce *s = &o->x->rq.nonces[t];
  evd_h32 xi_B;
  EVD_TRY(open_nonce(o, t, &xi_B, a));
  evd_buf_reset(line);
  evd_err e = s->mail ? open_mail(o, s, &xi_B, line, a)
                      : open_contests(o, s, &xi_B, line, a);
  evd_wipe(&xi_B, sizeof xi_B);
  EVD_TRY(e);
  evd_buf_text(line, "\n");
  return evd_buf_ok(line) ? EVD_OK : no_memory();
}

evd_err evd_result_opened(evd_result *x, evd_out *out, evd_out *mail) {
  opener o = {.x = x, .G = evd_host_group_get(x->hg)};
  evd_arena a;
  evd_buf line;
  EVD_TRY(read_shares(&o));
  evd_arena_init(&a, 512 * MIB);
  evd_buf_init(&line, 64 * MIB);
  evd_err e = EVD_OK;
  for (size_t t = 0; t < x->rq.n_nonces && e == EVD_OK; t++) {
    evd_arena_point mark = evd_arena_mark(&a);
    e = open_ballot(&o, t, &line, &a);
    if (e == EVD_OK)
      e = evd_out_add(x->rq.nonces[t].mail ? mail : out, line.p, line.n);
    evd_arena_back(&a, mark);
    evd_progress_line("Opening challenged ballots", t + 1, x->rq.n_nonces);
  }
  evd_progress_line(NULL, 0, 0);
  evd_buf_close(&line);
  evd_arena_close(&a);
  return e;
}
