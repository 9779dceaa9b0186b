/* Bases, strict reading of elements, H reduced mod q. */
#include "group/element.h"

#include <string.h>

#include "base/wipe.h"

void evd_group_init(evd_group *G, const evd_kernel *k) {
  memset(G, 0, sizeof *G);
  G->k = k;
  memcpy(G->g.bytes.b, evd_g_bytes, sizeof evd_g_bytes);
  (void)evd_zp_from_bytes(k, &G->g.value, &G->g.bytes);
}

evd_err evd_element_read_var(const evd_group *G, evd_zp *out, const evd_p *in) {
  evd_zp x;
  bool canonical = evd_zp_from_bytes(G->k, &x, in);
  memset(out, 0, sizeof *out);
  if (!canonical || !evd_zp_member_var(G->k, &x, canonical))
    return EVD_ERR_MEMBER;
  *out = x;
  return EVD_OK;
}

evd_err evd_base_set(const evd_group *G, evd_base *b, const evd_p *bytes) {
  evd_p copy = *bytes;
  memset(b, 0, sizeof *b);
  EVD_TRY(evd_element_read_var(G, &b->value, &copy));
  b->bytes = copy;
  return EVD_OK;
}

void evd_base_tables(const evd_group *G, evd_base *b, evd_zp *pub_storage,
                     evd_zp *sec_storage) {
  if (pub_storage)
    evd_table_build(G->k, &b->pub, pub_storage, EVD_PUB_WINDOW, &b->value);
  if (sec_storage)
    evd_table_build(G->k, &b->sec, sec_storage, EVD_SEC_WINDOW, &b->value);
}

void evd_base_pow_var(const evd_group *G, evd_zp *r, const evd_base *b,
                      const evd_exp *e) {
  if (b->pub.rows)
    evd_table_pow_var(G->k, r, &b->pub, e);
  else if (b->sec.rows)
    evd_table_pow_var(G->k, r, &b->sec, e);
  else
    evd_zp_pow_var(G->k, r, &b->value, e);
}

void evd_base_pow_sec(const evd_group *G, evd_zp *r, const evd_base *b,
                      const evd_zq_sec *e) {
  if (b->sec.rows)
    evd_table_pow_sec(G->k, r, &b->sec, e);
  else
    evd_zp_pow_sec(G->k, r, &b->value, e);
}

/* H_q: the hash as an integer, mod q. [eq 132] */
void evd_h_out_q(evd_hmac *h, evd_zq *out) {
  evd_h32 hash;
  evd_h_out(h, &hash);
  evd_zq_reduce(out, &hash);
  evd_wipe(&hash, sizeof hash);
}
