/* A guardian's part in opening the challenged ballots: one answer a ballot,
 * to the opener alone. */
#include <string.h>

#include "base/wipe.h"
#include "cmd/decryption.h"

const char *evd_nonces_path(evd_request *r, uint32_t i) {
  return evd_path(&r->head.arena, "%s/nonce_%u.json", r->xd, i);
}

bool evd_nonces_due(evd_decryption *x) {
  return x->rq.n_nonces > 0 && !evd_file_exists(evd_nonces_path(&x->rq, x->i));
}

typedef struct {
  evd_decryption *x;
  const evd_group *G;
  evd_zp S; /* public share of this guardian */
  evd_nonce_item *items;
} nonce_maker;

static void make_one(void *self, size_t t) {
  nonce_maker *m = self;
  const evd_decryption *x = m->x;
  const evd_sealed_nonce *s = &x->rq.nonces[t];
  evd_nonce_item *out = &m->items[t];
  uint8_t random[EVD_SAMPLE_BYTES];
  evd_random(random, sizeof random);
  out->id_B = s->id_B;
  evd_nonce_share_make(m->G, &out->M, &out->c, &out->v, &x->rq.head.keys.H_E,
                       &s->id_B, x->i, &s->C0, &m->S, &x->key->z_hat, random);
  evd_wipe(random, sizeof random);
}

evd_err evd_nonces_send(evd_decryption *x) {
  evd_request *r = &x->rq;
  nonce_maker m = {.x = x, .G = evd_host_group_get(x->hg)};
  evd_nonce_shares out = {.i = x->i, .n_items = (uint32_t)r->n_nonces};
  evd_buf text;
  m.items = evd_arena_get(&r->head.arena, r->n_nonces, sizeof *m.items);
  if (!m.items)
    return evd_complain(EVD_ERR_SPACE, "no memory for the challenged ballots");
  evd_public_share_var(m.G, &m.S, r->head.guardians, r->head.par.n, x->i, true);
  x->pool.run(x->pool.self, make_one, &m, r->n_nonces);
  out.items = m.items;
  evd_buf_init(&text, (size_t)64 << 20);
  evd_nonce_shares_write(&text, &out);
  /* Whoever has k of these opens the ballots: readable by nobody else. */
  evd_err e = evd_buf_ok(&text)
                  ? evd_file_write(evd_nonces_path(r, x->i), text.p, text.n,
                                   0600, EVD_NEW)
                  : evd_complain(EVD_ERR_SPACE, "no memory for the answer");
  evd_buf_close(&text);
  return e;
}
