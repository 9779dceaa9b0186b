/* Known answers of section 3.6: threshold decryption. */
#include <stdio.h>
#include <string.h>

#include "cmd/kat.h"
#include "egds/challenge.h"
#include "egds/decrypt.h"

enum { U_MAX = 16 };

/* z_i of the coefficients of eq27, as listed in eq24. */
static void share_of(evd_kat *k, evd_zq_sec *z, uint32_t i) {
  const evd_json *list = evd_kat_get(k, evd_kat_case(k, "eq24"), "z");
  evd_zq_sec_from_u64(z, 0);
  if (!list || !i || i > evd_json_count(list))
    EVD_KAT_STOP(k, "there is no such share");
  evd_kat_scalar(k, z, evd_json_at(list, i - 1));
}

static void tally_item(evd_kat *k, evd_item *it, const evd_json *in) {
  const evd_json *own = k->in;
  *it = (evd_item){.key = k->HE};
  k->in = in;
  it->ind_c = evd_kat_u32(k, "ind_c");
  it->ind_o = evd_kat_u32(k, "ind_o");
  evd_kat_p(k, &it->A, "A");
  evd_kat_p(k, &it->B, "B");
  k->in = own;
}

static void data_item(evd_kat *k, evd_item *it) {
  uint8_t C2[2 * sizeof(evd_q)];
  *it = (evd_item){.is_data = true, .key = k->HI};
  it->ind_c = evd_kat_u32(k, "ind_c");
  evd_kat_p(k, &it->A, "C0");
  it->C1 = evd_kat_hex_any(k, evd_kat_get(k, k->in, "C1"));
  evd_kat_in_hex(k, C2, sizeof C2, "C2");
  memcpy(it->C2_c.b, C2, sizeof it->C2_c.b);
  memcpy(it->C2_v.b, C2 + sizeof it->C2_c.b, sizeof it->C2_v.b);
}

static void eq88(evd_kat *k) {
  evd_item it;
  evd_opening open;
  evd_h32 d;
  evd_zq_sec u, z;
  uint32_t U[U_MAX], n = evd_kat_u32_list(k, U, U_MAX, "U"),
                     i = evd_kat_u32(k, "i");
  uint8_t sample[EVD_SAMPLE_BYTES] = {0};
  uint32_t number = evd_kat_u32(k, "u");
  for (int j = 0; j < 4; j++)
    sample[EVD_SAMPLE_BYTES - 1 - j] = (uint8_t)(number >> (8 * j));
  tally_item(k, &it, k->in);
  share_of(k, &z, i);
  evd_decrypt_commit(&k->G, &u, &open, &d, &it, i, U, n, &z, sample);
  evd_kat_hash_h(k, &d);
}

static void eq99(evd_kat *k) {
  evd_item it;
  evd_opening open;
  evd_h32 d;
  uint32_t U[U_MAX], n = evd_kat_u32_list(k, U, U_MAX, "U");
  data_item(k, &it);
  evd_kat_p(k, &open.a, "a");
  evd_kat_p(k, &open.b, "b");
  evd_kat_p(k, &open.M, "m");
  evd_decrypt_d(&k->G, &d, &it, evd_kat_u32(k, "i"), &open, U, n);
  evd_kat_hash_h(k, &d);
}

static void joint_challenge(evd_kat *k, const evd_item *it, const char *image) {
  evd_zp a, b;
  evd_p M;
  evd_zq c;
  evd_kat_zp(k, &a, "a");
  evd_kat_zp(k, &b, "b");
  evd_kat_p(k, &M, image);
  evd_chal_item(&k->G, &c, it, &a, &b, &M);
  evd_kat_hash_q(k, &c);
}

static void eq90(evd_kat *k) {
  evd_item it;
  tally_item(k, &it, k->in);
  joint_challenge(k, &it, "M");
}

static void eq101(evd_kat *k) {
  evd_item it;
  data_item(k, &it);
  joint_challenge(k, &it, "beta");
}

static void same_weights(evd_kat *k, const uint32_t U[], uint32_t n) {
  const evd_json *w = evd_kat_get(k, k->c, "w");
  if (!w || evd_json_count(w) != n)
    EVD_KAT_STOP(k, "`w` has another length");
  for (uint32_t j = 0; j < n; j++) {
    evd_zq x;
    evd_q bytes;
    if (evd_lagrange(&x, U, n, U[j]) != EVD_OK)
      evd_kat_fail(k, "there is no such coefficient");
    evd_zq_to_bytes(&bytes, &x);
    evd_kat_same(k, bytes.b, sizeof bytes.b, evd_json_at(w, j), "w");
  }
}

static void eq85(evd_kat *k) {
  uint32_t U[U_MAX], n = evd_kat_u32_list(k, U, U_MAX, "U");
  same_weights(k, U, n);
}

/* The ciphertext is in the eq88 case with the same U. */
static const evd_json *case_of_U(evd_kat *k, const uint32_t U[], uint32_t n) {
  const evd_json *own = k->in;
  for (int number = 1; number <= 2; number++) {
    char id[16];
    uint32_t other[U_MAX];
    snprintf(id, sizeof id, "eq88-%d", number);
    const evd_json *in = evd_kat_get(k, evd_kat_case(k, id), "in");
    k->in = in;
    uint32_t n_other = evd_kat_u32_list(k, other, U_MAX, "U");
    k->in = own;
    if (n_other == n && memcmp(other, U, n * sizeof U[0]) == 0)
      return in;
  }
  evd_kat_fail(k, "there is no eq88 case with this U");
  return own;
}

/* Everything guardians of U do for one item; K = g^93. */
typedef struct {
  evd_group G;
  evd_item it;
  uint32_t U[U_MAX], n;
  evd_zq_sec u[U_MAX], z[U_MAX];
  evd_opening open[U_MAX];
} round_state;

static void respond(evd_kat *k, round_state *r, const evd_zq *c, evd_q v_i[]) {
  const evd_json *want = evd_kat_get(k, k->c, "v_i");
  for (uint32_t j = 0; j < r->n && want; j++) {
    evd_zq w, v;
    evd_zp S;
    if (evd_lagrange(&w, r->U, r->n, r->U[j]) != EVD_OK)
      evd_kat_fail(k, "there is no such coefficient");
    evd_decrypt_respond(&v, &r->u[j], c, &w, &r->z[j]);
    evd_zq_to_bytes(&v_i[j], &v);
    evd_kat_same(k, v_i[j].b, sizeof v_i[j].b, evd_json_at(want, j), "v_i");
    evd_base_pow_sec(&r->G, &S, &r->G.g, &r->z[j]);
    if (evd_decrypt_blame_var(&r->G, &r->it, &r->open[j], &S, &v_i[j], c, &w) !=
        EVD_OK)
      evd_kat_fail(k, "an honest guardian is blamed");
  }
}

static void start_round(evd_kat *k, round_state *r) {
  const evd_exp secret = {{93, 0, 0, 0}};
  uint32_t n_u;
  evd_zp x;
  evd_p K;
  evd_h32 d;
  r->G = k->G;
  r->n = evd_kat_u32_list(k, r->U, U_MAX, "U");
  same_weights(k, r->U, r->n);
  evd_base_pow_var(&k->G, &x, &k->G.g, &secret);
  evd_zp_to_bytes(k->G.k, &K, &x);
  if (evd_base_set(&r->G, &r->G.K, &K) != EVD_OK)
    evd_kat_fail(k, "K is no element");
  tally_item(k, &r->it, case_of_U(k, r->U, r->n));
  uint8_t *u = evd_kat_samples(k, evd_kat_get(k, k->c, "u"), &n_u);
  if (n_u != r->n)
    EVD_KAT_STOP(k, "`u` has another length");
  for (uint32_t j = 0; j < r->n; j++) {
    share_of(k, &r->z[j], r->U[j]);
    evd_decrypt_commit(&r->G, &r->u[j], &r->open[j], &d, &r->it, r->U[j], r->U,
                       r->n, &r->z[j], u + (size_t)j * EVD_SAMPLE_BYTES);
  }
}

/* t of T = g^(93 t): the published T are g^0 and g^(93 * 4). */
static void decrypt(evd_kat *k) {
  round_state *r = evd_kat_room(k, 1, sizeof *r);
  evd_p M, T;
  evd_zq c;
  evd_q c_bytes, v, v_i[U_MAX], exponent;
  uint32_t bad;
  start_round(k, r);
  if (evd_decrypt_combine_var(&r->G, &M, &c, &r->it, r->open, r->U, r->n,
                              &bad) != EVD_OK)
    EVD_KAT_STOP(k, "the openings do not combine");
  evd_zq_to_bytes(&c_bytes, &c);
  evd_kat_same(k, c_bytes.b, sizeof c_bytes.b, evd_kat_get(k, k->c, "c"), "c");
  evd_kat_same_p(k, &M, evd_kat_get(k, k->c, "M"), "M");
  respond(k, r, &c, v_i);
  evd_decrypt_sum(&v, v_i, r->n);
  evd_kat_same(k, v.b, sizeof v.b, evd_kat_get(k, k->c, "v"), "v");
  evd_decrypt_T_var(&r->G, &T, &r->it.B, &M);
  evd_kat_same_p(k, &T, evd_kat_get(k, k->c, "T"), "T");
  evd_kat_exponent(k, &exponent, evd_kat_get(k, k->c, "T"));
  /* the last two bytes of 32; K = g^93 */
  uint32_t t = (uint32_t)exponent.b[30] << 8 | exponent.b[31];
  if (evd_cell_check_var(&r->G, &r->it, &T, t / 93, &c_bytes, &v) != 0)
    evd_kat_fail(k, "the proof does not verify");
}

const evd_kat_family evd_kat_open_families[] = {
    {"eq85", eq85},       {"eq88", eq88},   {"eq90", eq90}, {"eq99", eq99},
    {"decrypt", decrypt}, {"eq101", eq101}, {NULL, NULL},
};
