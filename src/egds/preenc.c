#include "egds/preenc.h"

#include <string.h>

#include "base/ct.h"
#include "base/hex.h"
#include "base/wipe.h"
#include "egds/hashes.h"

enum {
  TAG_PSI = 0x40,
  TAG_CHI = 0x41,
  TAG_HC = 0x42, /* also the chain's start and its closing hash */
  TAG_HDI = 0x43,
  TAG_CLOSE = 0x44,
  TAG_NONCE = 0x45,
};

evd_shape evd_pre_shape(const evd_shape *s) {
  return (evd_shape){.ind_c = s->ind_c, .m = s->m, .R = 1, .L = s->L};
}

static void start(const evd_group *G, evd_hmac *h, const evd_h32 *key,
                  uint8_t tag) {
  evd_h_init(h, key, G->tap);
  evd_h_tag(h, tag);
}

/* [eq 121]: H_I; 45, ind_c, j, k, xi_B */
void evd_pre_nonce(const evd_group *G, evd_zq_sec *xi, const evd_h32 *HI,
                   uint32_t ind_c, uint32_t j, uint32_t k,
                   const evd_h32 *xi_B) {
  evd_hmac h;
  evd_h32 raw;
  start(G, &h, HI, TAG_NONCE);
  evd_h_u32(&h, ind_c);
  evd_h_u32(&h, j);
  evd_h_u32(&h, k);
  evd_h_add(&h, xi_B->b, sizeof xi_B->b);
  evd_h_out(&h, &raw);
  evd_zq_sec_reduce(xi, &raw);
  evd_wipe(&raw, sizeof raw);
}

/* [eq 113, 114]: H_I; 40, alpha_1, beta_1, .. alpha_m, beta_m */
void evd_pre_psi_init(const evd_group *G, evd_hmac *h, const evd_h32 *HI) {
  start(G, h, HI, TAG_PSI);
}

void evd_pre_psi(const evd_group *G, evd_h32 *psi, const evd_h32 *HI,
                 const evd_p pairs[], uint32_t m) {
  evd_hmac h;
  evd_pre_psi_init(G, &h, HI);
  evd_h_add(&h, pairs, (size_t)m * 2 * sizeof pairs[0]);
  evd_h_out(&h, psi);
}

/* a > b, as big-endian numbers: the borrow of b - a. */
static uint64_t greater(const evd_h32 *a, const evd_h32 *b) {
  uint64_t borrow = 0;
  for (size_t i = sizeof a->b; i-- > 0;)
    borrow = ((uint64_t)b->b[i] - a->b[i] - borrow) >> 63;
  return evd_ct_barrier(borrow);
}

/* Every pair is compared, in the same order whatever they are. */
void evd_pre_sort(evd_h32 psi[], uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = i + 1; j < n; j++) {
      uint8_t swap = (uint8_t)evd_ct_mask(greater(&psi[i], &psi[j]));
      for (size_t b = 0; b < sizeof psi[i].b; b++) {
        uint8_t differ = swap & (psi[i].b[b] ^ psi[j].b[b]);
        psi[i].b[b] ^= differ;
        psi[j].b[b] ^= differ;
      }
    }
}

/* [eq 115]: H_I; 41, ind_c, the psi ascending */
void evd_pre_chi(const evd_group *G, evd_h32 *chi, const evd_h32 *HI,
                 uint32_t ind_c, evd_h32 psi[], uint32_t n) {
  evd_hmac h;
  evd_pre_sort(psi, n);
  start(G, &h, HI, TAG_CHI);
  evd_h_u32(&h, ind_c);
  evd_h_add(&h, psi, n * sizeof psi[0]);
  evd_h_out(&h, chi);
}

/* [eq 116]: H_I; 42, chi_1, .., B_C */
void evd_pre_HC(const evd_group *G, evd_h32 *out, const evd_h32 *HI,
                const evd_h32 chi[], uint32_t n,
                const uint8_t B_C[EVD_BC_BYTES]) {
  evd_hmac h;
  start(G, &h, HI, TAG_HC);
  evd_h_add(&h, chi, n * sizeof chi[0]);
  evd_h_add(&h, B_C, EVD_BC_BYTES);
  evd_h_out(&h, out);
}

void evd_pre_ballot_HC(const evd_group *G, evd_h32 *out, const evd_ballot *b) {
  evd_hmac h;
  start(G, &h, &b->H_I, TAG_HC);
  for (uint32_t i = 0; i < b->n_contests; i++)
    evd_h_add(&h, b->contests[i].chi.b, sizeof b->contests[i].chi.b);
  evd_h_add(&h, b->B_C, EVD_BC_BYTES);
  evd_h_out(&h, out);
}

/* [eq 117, 118]: H_E; 42, B_C */
void evd_pre_chain(const evd_group *G, evd_h32 *out, const evd_h32 *HE,
                   const uint8_t B_C[EVD_BC_BYTES]) {
  evd_hmac h;
  start(G, &h, HE, TAG_HC);
  evd_h_add(&h, B_C, EVD_BC_BYTES);
  evd_h_out(&h, out);
}

/* [eq 119]: H_E; 43, b(len, 4), S_device */
void evd_pre_HDI(const evd_group *G, evd_h32 *out, const evd_h32 *HE,
                 evd_span S_device) {
  evd_hmac h;
  start(G, &h, HE, TAG_HDI);
  evd_h_str(&h, S_device.p, S_device.n);
  evd_h_out(&h, out);
}

/* [eq 120]: H_E; 44, H_l, B_C,0 */
void evd_pre_BC_close(const evd_group *G, uint8_t out[EVD_BC_BYTES],
                      const evd_h32 *HE, const evd_h32 *H_l,
                      const uint8_t B_C0[EVD_BC_BYTES]) {
  evd_hmac h;
  evd_h32 inner;
  start(G, &h, HE, TAG_CLOSE);
  evd_h_add(&h, H_l->b, sizeof H_l->b);
  evd_h_add(&h, B_C0, EVD_BC_BYTES);
  evd_h_out(&h, &inner);
  evd_BC(out, 1, &inner);
}

static void decimal(char *out, uint32_t x) {
  uint32_t digits = x < 10 ? 1 : x < 100 ? 2 : 3;
  for (uint32_t i = digits; i-- > 0; x /= 10)
    out[i] = (char)('0' + x % 10);
}

void evd_omega(char out[EVD_OMEGA_BYTES], uint32_t kind, const evd_h32 *psi) {
  static const uint32_t from[] = {0, 1, 100, 101}; /* Omega_5 .. Omega_8 */
  uint32_t x = psi->b[31];
  memset(out, 0, EVD_OMEGA_BYTES);
  if (kind == 1)
    evd_hex_write(out, &psi->b[31], 1);
  if (kind == 2)
    evd_hex_write(out, psi->b + sizeof psi->b - 2, 2);
  if (kind == 3) {
    out[0] = (char)('A' + x / 10);
    out[1] = (char)('0' + x % 10);
  }
  if (kind == 4) {
    /* 26 letters; x < 256 gives a digit below 10 */
    out[0] = (char)('0' + x / 26);
    out[1] = (char)('A' + x % 26);
  }
  if (kind >= 5 && kind <= 8)
    decimal(out, x + from[kind - 5]);
}

/* Every Omega tells the values of the last byte apart, Omega_2 those of the
 * last two, and uses nothing else. */
bool evd_omega_distinct(uint32_t kind, const evd_h32 psi[], uint32_t n) {
  uint8_t seen[65536 / 8] = {0};
  for (uint32_t i = 0; i < n; i++) {
    uint32_t x = psi[i].b[31];
    if (kind == 2)
      x |= (uint32_t)psi[i].b[sizeof psi[i].b - 2] << 8;
    uint8_t bit = (uint8_t)(1u << (x & 7));
    if (seen[x >> 3] & bit)
      return false;
    seen[x >> 3] |= bit;
  }
  return true;
}
