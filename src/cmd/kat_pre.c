/* Known answers of section 4: pre-encrypted ballots. */
#include <string.h>

#include "cmd/kat.h"
#include "egds/hashes.h"
#include "egds/preenc.h"

static void default_xi_B(evd_h32 *xi_B) {
  for (size_t i = 0; i < sizeof xi_B->b; i++)
    /* A0, A1, ..: as the known answers say */
    xi_B->b[i] = (uint8_t)(0xA0 + i);
}

static void eq121(evd_kat *k) {
  evd_h32 xi_B;
  evd_zq_sec xi;
  evd_kat_in_hex(k, xi_B.b, sizeof xi_B.b, "xi_B");
  evd_pre_nonce(&k->G, &xi, &k->HI, evd_kat_u32(k, "ind_c"),
                evd_kat_u32(k, "j"), evd_kat_u32(k, "k"), &xi_B);
  evd_kat_hash_sec(k, &xi);
}

/* Vector j encrypts 1 at position j and 0 elsewhere, contest 1. */
static void eq113(evd_kat *k) {
  const evd_json *cts = evd_kat_get(k, k->in, "cts");
  uint32_t m = cts ? (uint32_t)evd_json_count(cts) : 0, j = evd_kat_u32(k, "j");
  evd_p *pairs = evd_kat_room(k, m, 2 * sizeof *pairs);
  evd_h32 xi_B, psi;
  default_xi_B(&xi_B);
  for (uint32_t i = 0; i < m; i++) {
    evd_zq_sec xi;
    evd_p *at = pairs + (size_t)2 * i;
    evd_pre_nonce(&k->G, &xi, &k->HI, 1, j, i + 1, &xi_B);
    evd_encrypt_value(&k->G, &at[0], &at[1], &xi, i + 1 == j);
    evd_kat_same_p(k, &at[0], evd_json_at(evd_json_at(cts, i), 0), "alpha");
    evd_kat_same_p(k, &at[1], evd_json_at(evd_json_at(cts, i), 1), "beta");
  }
  k->tap.n = 0;
  evd_pre_psi(&k->G, &psi, &k->HI, pairs, m);
  evd_kat_hash_h(k, &psi);
}

static void eq115(evd_kat *k) {
  const evd_json *list = evd_kat_get(k, k->in, "psi_unsorted");
  uint32_t n = list ? (uint32_t)evd_json_count(list) : 0;
  evd_h32 *psi = evd_kat_room(k, n, sizeof *psi), chi;
  for (uint32_t i = 0; i < n; i++)
    evd_kat_hex(k, psi[i].b, sizeof psi[i].b, evd_json_at(list, i));
  evd_pre_chi(&k->G, &chi, &k->HI, evd_kat_u32(k, "ind_c"), psi, n);
  evd_kat_hash_h(k, &chi);
}

/* 00000001 || out of another case */
static void field_of(evd_kat *k, uint8_t B_C[EVD_BC_BYTES], const char *id) {
  evd_h32 h;
  evd_kat_hex(k, h.b, sizeof h.b, evd_kat_get(k, evd_kat_case(k, id), "out"));
  evd_BC(B_C, 1, &h);
}

static void eq116(evd_kat *k) {
  uint8_t B_C[EVD_BC_BYTES];
  evd_h32 chi, out;
  field_of(k, B_C, "eq117-1");
  evd_kat_hex(k, chi.b, sizeof chi.b,
              evd_kat_get(k, evd_kat_case(k, "eq115-1"), "out"));
  evd_pre_HC(&k->G, &out, &k->HI, &chi, 1, B_C);
  evd_kat_hash_h(k, &out);
}

static void eq117(evd_kat *k) {
  uint8_t B_C0[EVD_BC_BYTES];
  evd_h32 out;
  field_of(k, B_C0, "eq119-1");
  evd_pre_chain(&k->G, &out, &k->HE, B_C0);
  evd_kat_hash_h(k, &out);
}

static void eq118(evd_kat *k) {
  uint8_t B_close[EVD_BC_BYTES];
  evd_h32 out;
  field_of(k, B_close, "eq120-1");
  evd_pre_chain(&k->G, &out, &k->HE, B_close);
  evd_kat_hash_h(k, &out);
}

static void eq119(evd_kat *k) {
  evd_h32 out;
  evd_pre_HDI(&k->G, &out, &k->HE,
              evd_kat_text(k, evd_kat_get(k, k->in, "S_device")));
  evd_kat_hash_h(k, &out);
}

static void eq120(evd_kat *k) {
  uint8_t B_C0[EVD_BC_BYTES], B_close[EVD_BC_BYTES];
  evd_h32 H_l, inner;
  field_of(k, B_C0, "eq119-1");
  evd_kat_hex(k, H_l.b, sizeof H_l.b,
              evd_kat_get(k, evd_kat_case(k, "eq116-1"), "out"));
  evd_pre_BC_close(&k->G, B_close, &k->HE, &H_l, B_C0);
  memcpy(inner.b, B_close + 4, sizeof inner.b);
  evd_kat_hash_h(k, &inner);
}

static void same_code(evd_kat *k, uint32_t kind, uint8_t last,
                      const evd_json *want) {
  evd_span text = evd_kat_text(k, want);
  evd_h32 psi = {{0}};
  char code[EVD_OMEGA_BYTES];
  /* the last two bytes of 32; the first of them is any */
  psi.b[30] = 0xAB;
  psi.b[31] = last;
  evd_omega(code, kind, &psi);
  if (strlen(code) != text.n || memcmp(code, text.p, text.n) != 0)
    evd_kat_fail(k, "a short code is another one");
}

static void omega(evd_kat *k) {
  static const uint8_t last[] = {0x00, 0x09, 0x0A, 0x19, 0x1A, 0xFF};
  const evd_json *table = evd_kat_get(k, k->c, "table");
  for (uint32_t kind = 1; kind <= 8 && table; kind++) {
    const char name[2] = {(char)('0' + kind), 0};
    const evd_json *row = evd_kat_get(k, table, name);
    if (!row || evd_json_count(row) != sizeof last)
      EVD_KAT_STOP(k, "a row has another length");
    for (size_t i = 0; i < sizeof last; i++)
      same_code(k, kind, last[i], evd_json_at(row, i));
  }
}

const evd_kat_family evd_kat_pre_families[] = {
    {"eq113", eq113}, {"eq115", eq115}, {"eq116", eq116}, {"eq117", eq117},
    {"eq118", eq118}, {"eq119", eq119}, {"eq120", eq120}, {"eq121", eq121},
    {"omega", omega}, {NULL, NULL},
};
