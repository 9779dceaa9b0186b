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
  return memcmp(bytes.b, published->b, sizeof bytes.b) == 0; /* public */
}

bool evd_in_Zq(const evd_q *x) {
  evd_zq reduced;
  return evd_zq_from_bytes(&reduced, x);
}

bool evd_element_is(const evd_group *G, const evd_zp *x,
                    const evd_p *published) {
  evd_p bytes;
  evd_zp_to_bytes(G->k, &bytes, x);
  return memcmp(bytes.b, published->b, sizeof bytes.b) == 0; /* public */
}

void evd_pow2_var(const evd_group *G, evd_zp *out, const evd_zp *x,
                  const evd_exp *v, const evd_zp *y, const evd_exp *c) {
  evd_zp t;
  evd_zp_pow_var(G->k, &t, x, v);
  evd_zp_pow_var(G->k, out, y, c);
  G->k->mul(out, out, &t);
}
