/* An election opened from its record. */
#include "evident/election.h"

#include <string.h>

#include "host/mem.h"
#include "lib/handles.h"
#include "lib/lib.h"

static evd_err open_head(evd_election *x, const char *dir) {
  EVD_TRY(evd_head_open(&x->head, dir, EVD_HEAD_KEYS));
  x->head.dir = NULL; /* the caller's */
  EVD_TRY(
      evd_host_group_open(&x->group, &x->head.keys.K, &x->head.keys.K_hat,
                          EVD_TAB_G | EVD_TAB_K | EVD_TAB_K_HAT | EVD_TAB_SEC));
  x->G = evd_host_group_get(x->group);
  return EVD_OK;
}

evd_err evd_election_open(evd_election **out, const char *dir) {
  evd_lib_begin();
  if (!out)
    return evd_lib_range("out", "is NULL");
  *out = NULL;
  if (!dir)
    return evd_lib_range("dir", "is NULL");
  evd_election *x = evd_mem_get(sizeof *x);
  if (!x)
    return evd_lib_end(EVD_ERR_SPACE);
  evd_err e = open_head(x, dir);
  if (e == EVD_OK)
    *out = x;
  else
    evd_election_close(x);
  return evd_lib_end(e);
}

void evd_election_close(evd_election *e) {
  if (!e)
    return;
  evd_host_group_close(e->group);
  evd_head_close(&e->head);
  evd_mem_free(e);
}

evd_err evd_election_tell(const evd_election *e, evd_election_facts *out) {
  evd_lib_begin();
  if (!e || !out)
    return evd_lib_range(e ? "out" : "e", "is NULL");
  const evd_head *h = &e->head;
  *out = (evd_election_facts){.n_guardians = h->par.n,
                              .quorum = h->par.k,
                              .n_contests = h->man.n_contests,
                              .n_styles = h->man.n_styles,
                              .n_devices = h->man.n_devices};
  memcpy(out->H_P, h->H_P.b, sizeof out->H_P);
  memcpy(out->H_B, h->H_B.b, sizeof out->H_B);
  memcpy(out->H_E, h->keys.H_E.b, sizeof out->H_E);
  memcpy(out->H_G, h->keys.H_G.b, sizeof out->H_G);
  memcpy(out->K, h->keys.K.b, sizeof out->K);
  memcpy(out->K_hat, h->keys.K_hat.b, sizeof out->K_hat);
  return EVD_OK;
}
