#include "egds/schnorr.h"

#include <string.h>

bool evd_schnorr_commit_var(const evd_group *G, evd_zp *a, const evd_p *X,
                            const evd_q *c, const evd_q *v) {
  evd_zp x, xc, work[EVD_CHAIN_WORK(1)];
  evd_exp e;
  bool canonical = evd_zp_from_bytes(G->k, &x, X);
  evd_exp_from_bytes(&e, c);
  bool member = evd_zp_chain_var(G->k, &xc, &x, canonical, &e, 1, work);
  evd_exp_from_bytes(&e, v);
  evd_base_pow_var(G, a, &G->g, &e);
  G->k->mul(a, a, &xc);
  return member;
}

bool evd_challenge_is(const evd_zq *c, const evd_q *published) {
  evd_q bytes;
  evd_zq_to_bytes(&bytes, c);
  return memcmp(bytes.b, published->b, sizeof bytes.b) == 0;
}

bool evd_in_Zq(const evd_q *x) {
  evd_zq reduced;
  return evd_zq_from_bytes(&reduced, x);
}
