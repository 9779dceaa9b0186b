/* Known answers of section 3.2: base hashes, guardian keys, shares. */
#include <stdio.h>
#include <string.h>

#include "cmd/kat.h"
#include "egds/challenge.h"
#include "egds/hashes.h"
#include "egds/share.h"

static void eq4(evd_kat *k) {
  evd_h32 out;
  evd_hash_HP(&k->G, &out, evd_kat_u32(k, "n"), evd_kat_u32(k, "k"));
  evd_kat_hash_h(k, &out);
}

static void eq5(evd_kat *k) {
  evd_h32 HP, out;
  evd_hash_HP(&k->G, &HP, evd_kat_u32(k, "n"), evd_kat_u32(k, "k"));
  k->tap.n = 0;
  evd_hash_HB(&k->G, &out, &HP,
              evd_kat_text(k, evd_kat_get(k, k->in, "manifest_utf8")));
  evd_kat_hash_h(k, &out);
}

static void key_challenge(evd_kat *k, bool hat) {
  evd_guardian_pub g = {.i = evd_kat_u32(k, "i")};
  evd_p *h_list;
  evd_zp x;
  evd_hmac h;
  evd_zq c;
  g.k = evd_kat_p_list(k, &g.K, evd_kat_get(k, k->in, "K"));
  g.K_hat = g.K;
  evd_kat_p(k, &g.kappa, "kappa");
  uint32_t n = evd_kat_p_list(k, &h_list, evd_kat_get(k, k->in, "h"));
  evd_chal_keys_init(&k->G, &h, &k->HP, &g, hat);
  for (uint32_t j = 0; j < n; j++) {
    evd_zp_from_bytes(k->G.k, &x, &h_list[j]);
    evd_h_element(&k->G, &h, &x);
  }
  evd_h_out_q(&h, &c);
  evd_kat_hash_q(k, &c);
}

static void eq11(evd_kat *k) { key_challenge(k, false); }
static void eq13(evd_kat *k) { key_challenge(k, true); }

static void eq16(evd_kat *k) {
  evd_p kappa, alpha, beta;
  evd_h32 key;
  evd_kat_p(k, &kappa, "kappa");
  evd_kat_p(k, &alpha, "alpha");
  evd_kat_p(k, &beta, "beta");
  evd_key_share(&k->G, &key, &k->HP, evd_kat_u32(k, "i"), evd_kat_u32(k, "l"),
                &kappa, &alpha, &beta);
  evd_kat_hash_h(k, &key);
}

/* "eq17-18-<pair>.<counter>"; the key is out of eq16 of the same pair. */
static void eq17(evd_kat *k) {
  evd_h32 key, out;
  size_t n = strlen(k->id);
  uint8_t counter = (uint8_t)(k->id[n - 1] - '0');
  evd_kat_hex(k, key.b, sizeof key.b, evd_kat_get(k, k->c, "key"));
  evd_kdf_share_block(&k->G, &out, &key, counter, evd_kat_u32(k, "i"),
                      evd_kat_u32(k, "l"));
  evd_kat_hash_h(k, &out);
  evd_tap *tap = k->G.tap;
  uint8_t both[64];
  k->G.tap = NULL;
  evd_kdf_share(&k->G, both, &key, evd_kat_u32(k, "i"), evd_kat_u32(k, "l"));
  k->G.tap = tap;
  if (counter < 1 || counter > 2 ||
      memcmp(both + 32 * (counter - 1), out.b, sizeof out.b) != 0)
    evd_kat_fail(k, "the two share keys are not in their order");
}

static void eq22(evd_kat *k) {
  evd_zp gamma;
  evd_p C0;
  evd_zq c;
  uint8_t C1[64];
  char id[64];
  uint32_t i = evd_kat_u32(k, "i"), l = evd_kat_u32(k, "l");
  snprintf(id, sizeof id, "share-%u-%u", i, l);
  evd_kat_zp(k, &gamma, "gamma");
  evd_kat_p(k, &C0, "C0");
  evd_kat_hex(k, C1, sizeof C1, evd_kat_get(k, evd_kat_case(k, id), "C1"));
  evd_chal_share(&k->G, &c, &k->HP, i, l, &gamma, &C0, C1);
  evd_kat_hash_q(k, &c);
}

static void eq27(evd_kat *k) {
  const evd_json *K_ij = evd_kat_get(k, k->in, "K_ij");
  const evd_json *K_hat_ij = evd_kat_get(k, k->in, "K_hat_ij");
  evd_p K, K_hat, *kappa;
  evd_h32 out;
  uint32_t n = evd_kat_p_list(k, &kappa, evd_kat_get(k, k->in, "kappa"));
  evd_guardian_pub *g = evd_kat_room(k, n, sizeof *g);
  if (!K_ij || !K_hat_ij)
    return;
  for (uint32_t i = 0; i < n; i++) {
    g[i].k = evd_kat_p_list(k, &g[i].K, evd_json_at(K_ij, i));
    if (evd_kat_p_list(k, &g[i].K_hat, evd_json_at(K_hat_ij, i)) != g[i].k)
      EVD_KAT_STOP(k, "K_ij and K_hat_ij have different lengths");
    g[i].kappa = kappa[i];
  }
  evd_kat_p(k, &K, "K");
  evd_kat_p(k, &K_hat, "K_hat");
  evd_hash_HG(&k->G, &out, &k->HB, &K, &K_hat, g, n);
  evd_kat_hash_h(k, &out);
  evd_p joint, joint_hat;
  evd_joint_keys_var(&k->G, &joint, &joint_hat, g, n); /* [eq 25, 26] */
  evd_kat_same_p(k, &joint, evd_kat_get(k, k->in, "K"), "K");
  evd_kat_same_p(k, &joint_hat, evd_kat_get(k, k->in, "K_hat"), "K_hat");
}

static void eq30(evd_kat *k) {
  evd_p K, K_hat;
  evd_h32 out;
  evd_kat_p(k, &K, "K");
  evd_kat_p(k, &K_hat, "K_hat");
  evd_hash_HE(&k->G, &out, &k->HB, &K, &K_hat);
  evd_kat_hash_h(k, &out);
}

/* z_i = sum over guardians of P_j(i), for the coefficients of eq27 */
static void eq24(evd_kat *k) {
  const evd_json *K_ij =
      evd_kat_get(k, evd_kat_get(k, evd_kat_case(k, "eq27-1"), "in"), "K_ij");
  const evd_json *z = evd_kat_get(k, k->c, "z");
  for (uint32_t i = 0; K_ij && z && i < evd_json_count(z); i++) {
    evd_zq_sec sum, part, a[2];
    evd_q bytes;
    evd_zq_sec_from_u64(&sum, 0);
    for (size_t j = 0; j < evd_json_count(K_ij); j++) {
      for (size_t m = 0; m < 2; m++) {
        evd_kat_exponent(k, &bytes, evd_json_at(evd_json_at(K_ij, j), m));
        if (evd_zq_sec_from_bytes(&a[m], &bytes) != EVD_OK)
          evd_kat_fail(k, "a coefficient is not below q");
      }
      if (evd_share_eval(&part, a, 2, i + 1) != EVD_OK)
        evd_kat_fail(k, "no share");
      evd_zq_sec_add(&sum, &sum, &part);
    }
    evd_zq_sec_to_bytes(&bytes, &sum);
    evd_kat_same(k, bytes.b, sizeof bytes.b, evd_json_at(z, i), "z");
  }
}

/* The proof of one polynomial; the same coefficients stand for the other. */
static void key_proof(evd_kat *k, const char *source, bool hat) {
  const evd_json *a = evd_kat_get(k, k->c, "a");
  const evd_json *of = evd_kat_get(k, evd_kat_case(k, source), "in");
  uint32_t n = a ? (uint32_t)evd_json_count(a) : 0, n_u;
  uint8_t *u = evd_kat_samples(k, evd_kat_get(k, k->c, "u"), &n_u);
  evd_guardian_pub pub;
  evd_guardian_sec sec;
  if (!of || !n || n_u != n + 1 ||
      evd_guardian_pub_shape(&pub, n, k->arena) != EVD_OK ||
      evd_guardian_sec_shape(&sec, n, k->arena) != EVD_OK)
    EVD_KAT_STOP(k, "lists of other lengths");
  const evd_json *own = k->in;
  k->in = of;
  sec.i = evd_kat_u32(k, "i");
  k->in = own;
  for (uint32_t j = 0; j < n; j++) {
    evd_kat_scalar(k, &sec.a[j], evd_json_at(a, j));
    sec.a_hat[j] = sec.a[j];
  }
  evd_kat_scalar(k, &sec.zeta, evd_kat_get(k, k->c, "zeta"));
  evd_guardian_publish(&k->G, &pub, &sec);
  evd_guardian_prove(&k->G, &pub, &sec, false, &k->HP, u);
  evd_guardian_prove(&k->G, &pub, &sec, true, &k->HP, u);
  const evd_key_proof *proof = hat ? &pub.proof_hat : &pub.proof;
  evd_kat_same(k, proof->c.b, sizeof proof->c.b, evd_kat_get(k, k->c, "c"),
               "c");
  evd_kat_same_scalars(k, proof->v, n + 1, "v");
  if (evd_guardian_check_var(&k->G, &pub, &k->HP, NULL) != 0)
    evd_kat_fail(k, "the proof does not verify");
}

static void proof11(evd_kat *k) { key_proof(k, "eq11-1", false); }
static void proof13(evd_kat *k) { key_proof(k, "eq13-1", true); }

/* Sender and receiver are in the id: "share-<i>-<l>". */
static void share(evd_kat *k) {
  evd_guardian_sec from;
  evd_zq_sec zeta, P, P_hat;
  evd_share_ct ct;
  evd_zp x;
  evd_p kappa;
  uint8_t random[2 * EVD_SAMPLE_BYTES];
  evd_q bytes;
  uint32_t l = 0;
  if (evd_guardian_sec_shape(&from, 1, k->arena) != EVD_OK ||
      sscanf(k->id, "share-%9u-%9u", &from.i, &l) != 2 || from.i > EVD_N_MAX)
    EVD_KAT_STOP(k, "the id does not name sender and receiver");
  evd_kat_scalar(k, &from.a[0], evd_kat_get(k, k->c, "P"));
  evd_kat_scalar(k, &from.a_hat[0], evd_kat_get(k, k->c, "P_hat"));
  evd_kat_scalar(k, &zeta, evd_kat_get(k, k->c, "zeta"));
  evd_kat_sample(k, random, evd_kat_get(k, k->c, "xi"));
  evd_kat_sample(k, random + EVD_SAMPLE_BYTES, evd_kat_get(k, k->c, "u"));
  evd_base_pow_sec(&k->G, &x, &k->G.g, &zeta);
  evd_zp_to_bytes(k->G.k, &kappa, &x);
  if (evd_share_seal(&k->G, &ct, &from, l, &kappa, &k->HP, random) != EVD_OK)
    EVD_KAT_STOP(k, "the share is not sealed");
  evd_kat_same_p(k, &ct.C0, evd_kat_get(k, k->c, "C0"), "C0");
  evd_kat_same(k, ct.C1, sizeof ct.C1, evd_kat_get(k, k->c, "C1"), "C1");
  evd_kat_same(k, ct.c.b, sizeof ct.c.b, evd_kat_get(k, k->c, "c"), "c");
  evd_kat_same(k, ct.v.b, sizeof ct.v.b, evd_kat_get(k, k->c, "v"), "v");
  if (evd_share_open(&k->G, &P, &P_hat, &ct, &zeta, &kappa, &k->HP) != EVD_OK)
    EVD_KAT_STOP(k, "the share does not open");
  evd_zq_sec_to_bytes(&bytes, &P);
  evd_kat_same(k, bytes.b, sizeof bytes.b, evd_kat_get(k, k->c, "P"), "P");
  evd_zq_sec_to_bytes(&bytes, &P_hat);
  evd_kat_same(k, bytes.b, sizeof bytes.b, evd_kat_get(k, k->c, "P_hat"),
               "P_hat");
}

const evd_kat_family evd_kat_key_families[] = {
    {"eq4", eq4},     {"eq5", eq5},         {"eq11", eq11},
    {"eq13", eq13},   {"eq16", eq16},       {"eq17", eq17},
    {"eq22", eq22},   {"eq24", eq24},       {"eq27", eq27},
    {"eq30", eq30},   {"proof11", proof11}, {"proof13", proof13},
    {"share", share}, {NULL, NULL},
};
