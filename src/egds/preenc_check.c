#include "egds/preenc_check.h"

#include <string.h>

#include "egds/challenge.h"
#include "egds/schnorr.h"

bool evd_pre_members_var(const evd_group *G, const evd_p pairs[], uint32_t m) {
  bool ok = true;
  evd_zp x;
  for (uint32_t i = 0; ok && i < 2 * m; i++)
    ok = evd_element_read_var(G, &x, &pairs[i]) == EVD_OK;
  return ok;
}

void evd_pre_product_init(evd_pre_product *p) {
  evd_zp_one(&p->alpha);
  evd_zp_one(&p->beta);
}

void evd_pre_product_add_var(const evd_group *G, evd_pre_product *p,
                             const evd_p *alpha, const evd_p *beta) {
  evd_zp x;
  evd_zp_from_bytes(G->k, &x, alpha);
  G->k->mul(&p->alpha, &p->alpha, &x);
  evd_zp_from_bytes(G->k, &x, beta);
  G->k->mul(&p->beta, &p->beta, &x);
}

/* Both are public. */
static bool same(const evd_p *a, const evd_p *b) {
  return memcmp(a->b, b->b, sizeof a->b) == 0;
}

bool evd_pre_product_is(const evd_group *G, const evd_pre_product *p,
                        const evd_field *f) {
  evd_p alpha, beta;
  evd_zp_to_bytes(G->k, &alpha, &p->alpha);
  evd_zp_to_bytes(G->k, &beta, &p->beta);
  return same(&alpha, &f->alpha) && same(&beta, &f->beta);
}

bool evd_pre_opened_psi_var(const evd_group *G, evd_h32 *psi, const evd_h32 *HI,
                            uint32_t j, const evd_q nonces[], uint32_t m) {
  bool below_q = true;
  evd_hmac h;
  evd_exp e;
  evd_zp x;
  evd_pre_psi_init(G, &h, HI);
  for (uint32_t k = 1; k <= m; k++) {
    below_q = below_q && evd_in_Zq(&nonces[k - 1]);
    evd_exp_from_bytes(&e, &nonces[k - 1]);
    evd_base_pow_var(G, &x, &G->g, &e); /* [V 18.1] */
    evd_h_element(G, &h, &x);
    evd_base_pow_var(G, &x, &G->K, &e);
    if (j == k)
      G->k->mul(&x, &x, &G->K.value); /* [V 18.2] */
    evd_h_element(G, &h, &x);
  }
  evd_h_out(&h, psi); /* [V 18.3] */
  return below_q;
}
