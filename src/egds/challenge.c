#include "egds/challenge.h"

enum {
  TAG_KEYS = 0x10,
  TAG_SHARE = 0x12,
  TAG_NONCE = 0x23,
  TAG_RANGE = 0x24,
  TAG_DATA = 0x27,
  TAG_TALLY_COMMIT = 0x30,
  TAG_TALLY = 0x31,
  TAG_DATA_COMMIT = 0x32,
  TAG_DATA_OPEN = 0x33,
};

static void add_p(evd_hmac *h, const evd_p *x) {
  evd_h_add(h, x->b, sizeof x->b);
}

void evd_h_element(const evd_group *G, evd_hmac *h, const evd_zp *x) {
  evd_p bytes;
  evd_zp_to_bytes(G->k, &bytes, x);
  add_p(h, &bytes);
}

/* [eq 11, 13]: H_P; 10, label, i, K_i,0 .. K_i,k-1, kappa_i, h_i,0 .. h_i,k.
 * Both labels have seven bytes. */
void evd_chal_keys_init(const evd_group *G, evd_hmac *h, const evd_h32 *HP,
                        const evd_guardian_pub *g, bool hat) {
  evd_h_init(h, HP, G->tap);
  evd_h_tag(h, TAG_KEYS);
  evd_h_add(h, hat ? "pk_data" : "pk_vote", 7);
  evd_h_u32(h, g->i);
  evd_h_add(h, hat ? g->K_hat : g->K, g->k * sizeof(evd_p));
  add_p(h, &g->kappa);
}

/* [eq 41, 50, 59] with ind_o, [eq 62] without: H_I; 24, ind_c, (ind_o,)
 * alpha, beta, a_0, b_0, .. */
void evd_chal_range_init(const evd_group *G, evd_hmac *h, const evd_h32 *HI,
                         uint32_t ind_c, uint32_t ind_o, const evd_p *alpha,
                         const evd_p *beta) {
  evd_h_init(h, HI, G->tap);
  evd_h_tag(h, TAG_RANGE);
  evd_h_u32(h, ind_c);
  if (ind_o)
    evd_h_u32(h, ind_o);
  add_p(h, alpha);
  add_p(h, beta);
}

/* [eq 22]: H_P; 12, i, l, gamma, C0, C1 */
void evd_chal_share(const evd_group *G, evd_zq *c, const evd_h32 *HP,
                    uint32_t i, uint32_t l, const evd_zp *gamma,
                    const evd_p *C0, const uint8_t C1[64]) {
  evd_hmac h;
  evd_h_init(&h, HP, G->tap);
  evd_h_tag(&h, TAG_SHARE);
  evd_h_u32(&h, i);
  evd_h_u32(&h, l);
  evd_h_element(G, &h, gamma);
  add_p(&h, C0);
  evd_h_add(&h, C1, 64);
  evd_h_out_q(&h, c);
}

/* [eq 38]: H_I; 23, a, C0, C1 */
void evd_chal_nonce(const evd_group *G, evd_zq *c, const evd_h32 *HI,
                    const evd_zp *a, const evd_p *C0, const evd_h32 *C1) {
  evd_hmac h;
  evd_h_init(&h, HI, G->tap);
  evd_h_tag(&h, TAG_NONCE);
  evd_h_element(G, &h, a);
  add_p(&h, C0);
  evd_h_add(&h, C1->b, sizeof C1->b);
  evd_h_out_q(&h, c);
}

/* [eq 69]: H_I; 27, ind_c, a, C0, C1 */
void evd_chal_data(const evd_group *G, evd_zq *c, const evd_h32 *HI,
                   uint32_t ind_c, const evd_zp *a, const evd_p *C0,
                   evd_span C1) {
  evd_hmac h;
  evd_h_init(&h, HI, G->tap);
  evd_h_tag(&h, TAG_DATA);
  evd_h_u32(&h, ind_c);
  evd_h_element(G, &h, a);
  add_p(&h, C0);
  evd_h_add(&h, C1.p, C1.n);
  evd_h_out_q(&h, c);
}

/* The ciphertext of an item: A, B or C0, C1, C2 = c || v. */
static void add_item(evd_hmac *h, const evd_item *it) {
  add_p(h, &it->A);
  if (!it->is_data) {
    add_p(h, &it->B);
    return;
  }
  evd_h_add(h, it->C1.p, it->C1.n);
  evd_h_add(h, it->C2_c.b, sizeof it->C2_c.b);
  evd_h_add(h, it->C2_v.b, sizeof it->C2_v.b);
}

/* [eq 88]: H_E; 30, ind_c, ind_o, i, A, B, a_i, b_i, M_i, #U, U
 * [eq 99]: H_I; 32, ind_c, i, C0, C1, C2, a_i, b_i, m_i, #U, U */
void evd_decrypt_d(const evd_group *G, evd_h32 *d, const evd_item *it,
                   uint32_t i, const evd_opening *open, const uint32_t U[],
                   uint32_t n_U) {
  evd_hmac h;
  evd_h_init(&h, &it->key, G->tap);
  evd_h_tag(&h, it->is_data ? TAG_DATA_COMMIT : TAG_TALLY_COMMIT);
  evd_h_u32(&h, it->ind_c);
  if (!it->is_data)
    evd_h_u32(&h, it->ind_o);
  evd_h_u32(&h, i);
  add_item(&h, it);
  add_p(&h, &open->a);
  add_p(&h, &open->b);
  add_p(&h, &open->M);
  evd_h_u32(&h, n_U);
  for (uint32_t j = 0; j < n_U; j++)
    evd_h_u32(&h, U[j]);
  evd_h_out(&h, d);
}

/* [eq 90]:  H_E; 31, ind_c, ind_o, A, B, a, b, M
 * [eq 101]: H_I; 33, ind_c, C0, C1, C2, a, b, beta */
void evd_chal_item(const evd_group *G, evd_zq *c, const evd_item *it,
                   const evd_zp *a, const evd_zp *b, const evd_p *M) {
  evd_hmac h;
  evd_h_init(&h, &it->key, G->tap);
  evd_h_tag(&h, it->is_data ? TAG_DATA_OPEN : TAG_TALLY);
  evd_h_u32(&h, it->ind_c);
  if (!it->is_data)
    evd_h_u32(&h, it->ind_o);
  add_item(&h, it);
  evd_h_element(G, &h, a);
  evd_h_element(G, &h, b);
  add_p(&h, M);
  evd_h_out_q(&h, c);
}
