/* Known answers of sections 3.3 and 3.4: encryption, proofs, codes. */
#include <stdio.h>
#include <string.h>

#include "cmd/kat.h"
#include "egds/challenge.h"
#include "egds/check.h"
#include "egds/decrypt.h"
#include "egds/hashes.h"

enum { RANGE_MAX = 1001, BLOCKS_MAX = 1024 };

static void eq31(evd_kat *k) {
  evd_zq_sec xi;
  evd_p alpha, beta;
  evd_kat_scalar(k, &xi, evd_kat_get(k, k->c, "xi"));
  evd_encrypt_value(&k->G, &alpha, &beta, &xi, evd_kat_u32(k, "sigma"));
  evd_kat_same_p(k, &alpha, evd_kat_get(k, k->c, "alpha"), "alpha");
  evd_kat_same_p(k, &beta, evd_kat_get(k, k->c, "beta"), "beta");
  evd_kat_same(k, alpha.b, sizeof alpha.b, evd_kat_get(k, k->c, "alpha_hex"),
               "alpha");
  evd_kat_same(k, beta.b, sizeof beta.b, evd_kat_get(k, k->c, "beta_hex"),
               "beta");
}

static void eq32(evd_kat *k) {
  evd_h32 id_B, out;
  evd_kat_in_hex(k, id_B.b, sizeof id_B.b, "id_B");
  evd_hash_HI(&k->G, &out, &k->HE, &id_B);
  evd_kat_hash_h(k, &out);
}

static void eq33(evd_kat *k) {
  evd_h32 xi_B;
  evd_zq_sec xi;
  evd_kat_in_hex(k, xi_B.b, sizeof xi_B.b, "xi_B");
  evd_nonce_option(&k->G, &xi, &k->HI, evd_kat_u32(k, "ind_c"),
                   evd_kat_u32(k, "ind_o"), &xi_B);
  evd_kat_hash_sec(k, &xi);
}

static void eq35(evd_kat *k) {
  evd_p alpha, beta;
  evd_h32 key;
  evd_kat_p(k, &alpha, "alpha");
  evd_kat_p(k, &beta, "beta");
  evd_key_nonce(&k->G, &key, &k->HI, &alpha, &beta);
  evd_kat_hash_h(k, &key);
}

/* The key is out of eq35 with the same number. */
static void eq36(evd_kat *k) {
  evd_h32 key, out;
  char id[70];
  snprintf(id, sizeof id, "eq35%s", k->id + 4);
  evd_kat_hex(k, key.b, sizeof key.b,
              evd_kat_get(k, evd_kat_case(k, id), "out"));
  evd_kdf_nonce(&k->G, &out, &key);
  evd_kat_hash_h(k, &out);
}

static void eq38(evd_kat *k) {
  evd_zp a;
  evd_p C0;
  evd_h32 C1;
  evd_zq c;
  evd_kat_zp(k, &a, "a");
  evd_kat_p(k, &C0, "C0");
  evd_kat_in_hex(k, C1.b, sizeof C1.b, "C1");
  evd_chal_nonce(&k->G, &c, &k->HI, &a, &C0, &C1);
  evd_kat_hash_q(k, &c);
}

/* [eq 59] with ind_o, [eq 62] without */
static void range_hash(evd_kat *k, uint32_t ind_o) {
  const evd_json *ab = evd_kat_get(k, k->in, "ab");
  evd_p alpha, beta;
  evd_hmac h;
  evd_zq c;
  evd_kat_p(k, &alpha, "alpha");
  evd_kat_p(k, &beta, "beta");
  evd_chal_range_init(&k->G, &h, &k->HI, evd_kat_u32(k, "ind_c"), ind_o, &alpha,
                      &beta);
  for (size_t j = 0; ab && j < evd_json_count(ab); j++) {
    evd_p *pair;
    evd_zp x;
    if (evd_kat_p_list(k, &pair, evd_json_at(ab, j)) != 2)
      EVD_KAT_STOP(k, "a commitment is not a pair");
    for (int i = 0; i < 2; i++) {
      evd_zp_from_bytes(k->G.k, &x, &pair[i]);
      evd_h_element(&k->G, &h, &x);
    }
  }
  evd_h_out_q(&h, &c);
  evd_kat_hash_q(k, &c);
}

static void eq59(evd_kat *k) { range_hash(k, evd_kat_u32(k, "ind_o")); }
static void eq62(evd_kat *k) { range_hash(k, 0); }

/* "rangeproof<eq>-<ind_c>-<ind_o>-<value>-R<R>"; ind_o is 0 for a limit. */
static void rangeproof(evd_kat *k) {
  evd_field f = {.range = evd_kat_u32(k, "R")};
  uint32_t ind_c = 0, ind_o = 0, n_u, n_c;
  uint32_t n = f.range < RANGE_MAX ? f.range + 1 : 0;
  evd_zq_sec xi;
  uint32_t value = evd_kat_u32(k, "value");
  uint8_t *u = evd_kat_samples(k, evd_kat_get(k, k->c, "u"), &n_u);
  uint8_t *c = evd_kat_samples(k, evd_kat_get(k, k->c, "c"), &n_c);
  if (sscanf(k->id, "rangeproof%*u-%9u-%9u-", &ind_c, &ind_o) != 2 || !n ||
      n_u != n || n_c != n)
    EVD_KAT_STOP(k, "id or lists are not those of a range proof");
  uint8_t *random = evd_kat_room(k, n, 2 * EVD_SAMPLE_BYTES);
  for (uint32_t j = 0; j < n; j++) {
    uint8_t *at = random + (size_t)j * 2 * EVD_SAMPLE_BYTES;
    memcpy(at, u + (size_t)j * EVD_SAMPLE_BYTES, EVD_SAMPLE_BYTES);
    if (j != value)
      memcpy(at + EVD_SAMPLE_BYTES, c + (size_t)j * EVD_SAMPLE_BYTES,
             EVD_SAMPLE_BYTES);
  }
  f.c = evd_kat_room(k, n, sizeof *f.c);
  f.v = evd_kat_room(k, n, sizeof *f.v);
  evd_kat_scalar(k, &xi, evd_kat_get(k, k->c, "xi"));
  evd_encrypt_value(&k->G, &f.alpha, &f.beta, &xi, value);
  evd_range_prove(&k->G, f.c, f.v, &f.alpha, &f.beta, &xi, value, f.range,
                  &k->HI, ind_c, ind_o, random);
  evd_kat_same_scalars(k, f.c, n, "c");
  evd_kat_same_scalars(k, f.v, n, "v");
  if (evd_field_check_var(&k->G, &f, &k->HI, ind_c, ind_o) != 0)
    evd_kat_fail(k, "the proof does not verify");
}

static void nonce(evd_kat *k) {
  evd_ballot b = {.H_I = k->HI};
  evd_h32 xi_B, back;
  uint8_t random[2 * EVD_SAMPLE_BYTES];
  evd_p M;
  evd_zp C0, x;
  const uint32_t U[1] = {1};
  const evd_exp seven = {{7, 0, 0, 0}};
  evd_kat_in_hex(k, xi_B.b, sizeof xi_B.b, "xi_B");
  evd_kat_sample(k, random, evd_kat_get(k, k->c, "xi_hat"));
  evd_kat_sample(k, random + EVD_SAMPLE_BYTES, evd_kat_get(k, k->c, "u"));
  evd_nonce_seal(&k->G, &b, &xi_B, random);
  evd_kat_same_p(k, &b.nonce_C0, evd_kat_get(k, k->c, "C0"), "C0");
  evd_kat_same(k, b.nonce_C1.b, 32, evd_kat_get(k, k->c, "C1"), "C1");
  evd_kat_same(k, b.nonce_c.b, 32, evd_kat_get(k, k->c, "c"), "c");
  evd_kat_same(k, b.nonce_v.b, 32, evd_kat_get(k, k->c, "v"), "v");
  if (evd_nonce_check_var(&k->G, &b) != 0)
    evd_kat_fail(k, "the proof does not verify");
  evd_zp_from_bytes(k->G.k, &C0, &b.nonce_C0);
  evd_zp_pow_var(k->G.k, &x, &C0, &seven); /* s^ = 7 */
  evd_zp_to_bytes(k->G.k, &M, &x);
  if (evd_nonce_open(&k->G, &back, &b.H_I, &b.nonce_C0, &b.nonce_C1, &M, U,
                     1) != EVD_OK ||
      memcmp(back.b, xi_B.b, sizeof back.b) != 0)
    evd_kat_fail(k, "the nonce does not come back");
}

static void eq64(evd_kat *k) {
  evd_h32 xi_B;
  evd_zq_sec xi;
  evd_kat_in_hex(k, xi_B.b, sizeof xi_B.b, "xi_B");
  evd_nonce_data(&k->G, &xi, &k->HI, evd_kat_u32(k, "ind_c"), &xi_B);
  evd_kat_hash_sec(k, &xi);
}

static void eq65(evd_kat *k) {
  evd_p alpha, beta;
  evd_h32 key;
  evd_kat_p(k, &alpha, "alpha");
  evd_kat_p(k, &beta, "beta");
  evd_key_data(&k->G, &key, &k->HI, evd_kat_u32(k, "ind_c"), &alpha, &beta);
  evd_kat_hash_h(k, &key);
}

/* "eq66-<n>.<block>", or one block without a number; the key is out of eq65
 * of the same contest. */
static void eq66(evd_kat *k) {
  evd_h32 key, out;
  uint32_t block = 1;
  const char *dot = strchr(k->id, '.');
  if (dot && sscanf(dot + 1, "%9u", &block) != 1)
    EVD_KAT_STOP(k, "the id names no block");
  evd_kat_hex(
      k, key.b, sizeof key.b,
      evd_kat_get(
          k,
          evd_kat_case(k, evd_kat_u32(k, "ind_c") == 1 ? "eq65-1" : "eq65-2"),
          "out"));
  evd_kdf_data(&k->G, &out, &key, evd_kat_u32(k, "ind_c"), block,
               evd_kat_u32(k, "b"));
  evd_kat_hash_h(k, &out);
}

static const evd_json *data_case(evd_kat *k, uint32_t ind_c) {
  char id[32];
  snprintf(id, sizeof id, "data-%u", ind_c);
  return evd_kat_case(k, id);
}

static void eq69(evd_kat *k) {
  evd_zp a;
  evd_p C0;
  evd_zq c;
  uint32_t ind_c = evd_kat_u32(k, "ind_c");
  evd_span C1 = evd_kat_hex_any(k, evd_kat_get(k, data_case(k, ind_c), "C1"));
  evd_kat_zp(k, &a, "a");
  evd_kat_p(k, &C0, "C0");
  evd_chal_data(&k->G, &c, &k->HI, ind_c, &a, &C0, C1);
  evd_kat_hash_q(k, &c);
}

/* "data-<ind_c>"; its nonce is that of eq64 for this contest. */
static void data(evd_kat *k) {
  evd_contest_ct c = {0};
  evd_h32 xi_B;
  uint8_t u[EVD_SAMPLE_BYTES];
  if (sscanf(k->id, "data-%9u", &c.ind_c) != 1)
    EVD_KAT_STOP(k, "the id names no contest");
  const evd_json *source = evd_kat_case(k, c.ind_c == 1 ? "eq64-1" : "eq64-2");
  evd_span D = evd_kat_hex_any(k, evd_kat_get(k, k->c, "D"));
  c.b = (uint32_t)(D.n / 32);
  if (D.n % 32)
    EVD_KAT_STOP(k, "`D` is not in blocks of 32 bytes");
  c.data_C1 = evd_kat_room(k, c.b, 32);
  memcpy(c.data_C1, D.p, D.n);
  evd_kat_hex(k, xi_B.b, sizeof xi_B.b,
              evd_kat_get(k, evd_kat_get(k, source, "in"), "xi_B"));
  evd_kat_sample(k, u, evd_kat_get(k, k->c, "u"));
  evd_data_seal(&k->G, &c, &k->HI, &xi_B, u);
  evd_kat_same_p(k, &c.data_C0, evd_kat_get(k, k->c, "C0"), "C0");
  evd_kat_same(k, c.data_C1, D.n, evd_kat_get(k, k->c, "C1"), "C1");
  evd_kat_same(k, c.data_c.b, 32, evd_kat_get(k, k->c, "c"), "c");
  evd_kat_same(k, c.data_v.b, 32, evd_kat_get(k, k->c, "v"), "v");
  if (evd_data_check_var(&k->G, &c, &k->HI) != 0)
    evd_kat_fail(k, "the proof does not verify");
}

/* Marks and write-ins of a `pack` case as a selection. */
static void pack(evd_kat *k) {
  const evd_json *marks = evd_json_get(k->c, "marks");
  const evd_json *texts = evd_json_get(k->c, "write_ins");
  evd_shape s = {.ind_c = 1, .m = 1, .R = 1, .L = 1};
  evd_selection sel = {0};
  evd_span found;
  uint32_t values[1000] = {0};
  s.b = evd_kat_u32(k, "blocks");
  if (s.b > BLOCKS_MAX)
    EVD_KAT_STOP(k, "`blocks` is above the limit of a contest");
  s.w = sel.n_write_ins = texts ? (uint32_t)evd_json_count(texts) : 0;
  if (marks)
    s.m = evd_kat_u32_list(k, values, 1000, "marks");
  evd_span *list = evd_kat_room(k, s.w, sizeof *list);
  for (uint32_t i = 0; i < s.w; i++)
    list[i] = evd_kat_text(k, evd_json_at(texts, i));
  sel.marks = values;
  sel.write_ins = list;
  uint8_t *D = evd_kat_room(k, s.b, 32);
  if (evd_data_pack(D, &s, &sel, marks != NULL) != EVD_OK)
    EVD_KAT_STOP(k, "it is not packed");
  evd_kat_same(k, D, (size_t)s.b * 32, evd_kat_get(k, k->c, "D"), "D");
  if (!evd_data_well_packed(&s, (evd_span){D, (size_t)s.b * 32}, &found))
    evd_kat_fail(k, "it is not accepted as well packed");
}

/* The ciphertexts are those of `votes` under xi_B = A0..BF. */
static void same_votes(evd_kat *k, const evd_contest_ct *c) {
  const evd_json *votes = evd_kat_get(k, k->in, "votes");
  evd_h32 xi_B;
  evd_tap *tap = k->G.tap;
  for (size_t i = 0; i < sizeof xi_B.b; i++)
    /* A0, A1, ..: as the known answers say */
    xi_B.b[i] = (uint8_t)(0xA0 + i);
  k->G.tap = NULL;
  for (uint32_t o = 0; votes && o < c->n_fields; o++) {
    evd_zq_sec xi;
    evd_p alpha, beta;
    uint64_t vote = 0;
    if (!evd_json_number(evd_json_at(votes, o), &vote))
      evd_kat_fail(k, "a vote is not a number");
    evd_nonce_option(&k->G, &xi, &k->HI, c->ind_c, o + 1, &xi_B);
    evd_encrypt_value(&k->G, &alpha, &beta, &xi, (uint32_t)vote);
    if (memcmp(alpha.b, c->fields[o].alpha.b, sizeof alpha.b) != 0 ||
        memcmp(beta.b, c->fields[o].beta.b, sizeof beta.b) != 0)
      evd_kat_fail(k, "a ciphertext is not that of the vote");
  }
  k->G.tap = tap;
}

/* With contest data where the note names the case they are from. */
static void eq70(evd_kat *k) {
  const evd_json *cts = evd_kat_get(k, k->in, "cts");
  const evd_json *note = evd_json_get(k->c, "note");
  evd_contest_ct c = {.ind_c = evd_kat_u32(k, "ind_c")};
  evd_h32 chi;
  evd_span C1;
  c.n_fields = cts ? (uint32_t)evd_json_count(cts) : 0;
  c.fields = evd_kat_room(k, c.n_fields, sizeof *c.fields);
  for (uint32_t o = 0; o < c.n_fields; o++) {
    evd_p *pair;
    if (evd_kat_p_list(k, &pair, evd_json_at(cts, o)) != 2)
      EVD_KAT_STOP(k, "a ciphertext is not a pair");
    c.fields[o].alpha = pair[0];
    c.fields[o].beta = pair[1];
  }
  if (note) {
    const evd_json *d = data_case(k, c.ind_c);
    C1 = evd_kat_hex_any(k, evd_kat_get(k, d, "C1"));
    evd_kat_element(k, &c.data_C0, evd_kat_get(k, d, "C0"));
    evd_kat_hex(k, c.data_c.b, 32, evd_kat_get(k, d, "c"));
    evd_kat_hex(k, c.data_v.b, 32, evd_kat_get(k, d, "v"));
    c.b = (uint32_t)(C1.n / 32);
    if (C1.n % 32)
      EVD_KAT_STOP(k, "`C1` is not in blocks of 32 bytes");
    c.data_C1 = evd_kat_room(k, c.b, 32);
    memcpy(c.data_C1, C1.p, C1.n);
  }
  same_votes(k, &c);
  evd_hash_chi(&k->G, &chi, &k->HI, &c);
  evd_kat_hash_h(k, &chi);
}

/* chi from the case, else those of eq70-1 and eq70-2; the second ballot of
 * the chain has H_I of eq32-5 and chi of eq70-3. */
static void eq71(evd_kat *k) {
  const evd_json *list = evd_json_get(k->in, "chi");
  bool second = strcmp(k->id, "eq71-4") == 0;
  evd_h32 HI = k->HI, out, chi[16];
  uint8_t B_C[EVD_BC_BYTES];
  size_t n = list ? evd_json_count(list) : second ? 1 : 2;
  evd_kat_in_hex(k, B_C, sizeof B_C, "B_C");
  if (second)
    evd_kat_hex(k, HI.b, 32, evd_kat_get(k, evd_kat_case(k, "eq32-5"), "out"));
  for (size_t i = 0; i < n && i < 16; i++) {
    const char *id = second ? "eq70-3" : i ? "eq70-2" : "eq70-1";
    evd_kat_hex(k, chi[i].b, 32,
                list ? evd_json_at(list, i)
                     : evd_kat_get(k, evd_kat_case(k, id), "out"));
  }
  if (n > 16)
    EVD_KAT_STOP(k, "too many chi");
  evd_hash_HC(&k->G, &out, &HI, chi, (uint32_t)n, B_C);
  evd_kat_hash_h(k, &out);
}

static void eq72(evd_kat *k) {
  evd_h32 out;
  evd_hash_HDI(&k->G, &out, &k->HE,
               evd_kat_text(k, evd_kat_get(k, k->in, "S_device")));
  evd_kat_hash_h(k, &out);
}

/* B_C,0 is made from H_DI of eq72-3 and has to be the one in the case. */
static void chain_start(evd_kat *k, uint8_t B_C0[EVD_BC_BYTES]) {
  evd_h32 HDI;
  evd_kat_hex(k, HDI.b, 32, evd_kat_get(k, evd_kat_case(k, "eq72-3"), "out"));
  evd_BC(B_C0, 1, &HDI);
}

static void eq74(evd_kat *k) {
  uint8_t B_C0[EVD_BC_BYTES];
  evd_h32 out;
  chain_start(k, B_C0);
  evd_kat_same(k, B_C0, sizeof B_C0, evd_kat_get(k, k->in, "B_C0"), "B_C0");
  evd_hash_H0(&k->G, &out, &k->HE, B_C0);
  evd_kat_hash_h(k, &out);
}

static void eq77(evd_kat *k) {
  uint8_t B_C[EVD_BC_BYTES];
  evd_h32 inner, out;
  evd_kat_hex(k, inner.b, 32, evd_kat_get(k, evd_kat_case(k, "eq78-1"), "out"));
  evd_BC(B_C, 1, &inner);
  evd_kat_same(k, B_C, sizeof B_C, evd_kat_get(k, k->in, "B_C"), "B_C");
  evd_hash_close(&k->G, &out, &k->HE, B_C);
  evd_kat_hash_h(k, &out);
}

static void eq78(evd_kat *k) {
  uint8_t B_C0[EVD_BC_BYTES], B_close[EVD_BC_BYTES];
  evd_h32 H_l, inner;
  chain_start(k, B_C0);
  evd_kat_in_hex(k, H_l.b, sizeof H_l.b, "H_l");
  evd_BC_close(&k->G, B_close, &k->HE, &H_l, B_C0);
  memcpy(inner.b, B_close + 4, sizeof inner.b);
  evd_kat_hash_h(k, &inner);
}

const evd_kat_family evd_kat_ballot_families[] = {
    {"eq31", eq31},   {"eq32", eq32},
    {"eq33", eq33},   {"eq35", eq35},
    {"eq36", eq36},   {"eq38", eq38},
    {"eq59", eq59},   {"eq62", eq62},
    {"eq64", eq64},   {"eq65", eq65},
    {"eq66", eq66},   {"eq69", eq69},
    {"eq70", eq70},   {"eq71", eq71},
    {"eq72", eq72},   {"eq74", eq74},
    {"eq77", eq77},   {"eq78", eq78},
    {"nonce", nonce}, {"rangeproof59", rangeproof},
    {"data", data},   {"rangeproof62", rangeproof},
    {"pack", pack},   {NULL, NULL},
};
