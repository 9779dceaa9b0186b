/* X.4: enough guardians, each with keys of its own. X.5: H_G.
 *
 * The floors are compiled in: no record can ask for a weaker election unless
 * it calls itself a trial.
 */
#include "verify/run.h"

#define QUORUM_LEAST 2
#define GUARDIANS_LEAST 3

static void numbers(evd_run *r) {
  uint32_t n = r->par.n, k = r->par.k;
  evd_where w = evd_at("parameters.json");
  evd_judge(r, EVD_X4, k >= 1 && k <= n && n <= EVD_N_MAX, &w,
            "1 <= k <= n <= 255 does not hold");
  if (!r->has_manifest) { /* whether it is a trial is not known */
    evd_block(r, EVD_X4, EVD_X4, "manifest.json could not be used");
    return;
  }
  bool trial = evd_str_is(r->man.kind, "trial");
  evd_judge(r, EVD_X4, trial || (k >= QUORUM_LEAST && n >= GUARDIANS_LEAST), &w,
            "an election needs 3 guardians and a quorum of 2");
  evd_judge(r, EVD_X4, r->man.n_guardians == n, &w,
            "the manifest does not name n guardians");
}

/* No two of x[0..n) equal or inverse: whoever speaks last could cancel or
 * double another's share of the key. x is in Montgomery form. */
static void distinct(evd_run *r, const evd_zp *x, const char *what) {
  evd_zp product, one;
  evd_zp_one(&one);
  for (uint32_t i = 1; i < r->n; i++) {
    for (uint32_t j = 0; j < i; j++) {
      r->G->k->mul(&product, &x[i], &x[j]);
      bool ok = !evd_zp_equal(r->G->k, &x[i], &x[j]) &&
                !evd_zp_equal(r->G->k, &product, &one);
      evd_where w = evd_at(r->guardian_file[i + 1]->path);
      evd_at_n(&w, "and guardian", j + 1);
      if (!ok)
        evd_fault(r, EVD_X4, &w, what);
    }
  }
}

static bool is_one(const evd_run *r, const evd_zp *x) {
  evd_zp one;
  evd_zp_one(&one);
  return evd_zp_equal(r->G->k, x, &one);
}

static void own_keys(evd_run *r) {
  evd_zp *K = evd_keep(r, r->n, sizeof *K), kappa;
  evd_zp *K_hat = evd_keep(r, r->n, sizeof *K_hat);
  if (!K || !K_hat)
    return;
  for (uint32_t i = 0; i < r->n; i++) {
    const evd_guardian_pub *g = &r->guardians[i];
    evd_where w = evd_at(r->guardian_file[i + 1]->path);
    (void)evd_zp_from_bytes(r->G->k, &K[i], &g->K[0]); /* >= p: 2.A */
    (void)evd_zp_from_bytes(r->G->k, &K_hat[i], &g->K_hat[0]);
    (void)evd_zp_from_bytes(r->G->k, &kappa, &g->kappa);
    evd_judge(r, EVD_X4, g->i == i + 1, &w, "`i` is not the file's index");
    if (is_one(r, &K[i]) || is_one(r, &K_hat[i]) || is_one(r, &kappa))
      evd_fault(r, EVD_X4, &w, "a key is 1");
  }
  distinct(r, K, "the first commitments K are equal or inverse");
  distinct(r, K_hat, "the first commitments K_hat are equal or inverse");
}

void evd_x04_guardians(evd_run *r) {
  evd_h32 h;
  evd_where w = evd_at("election_keys.json");
  if (r->has_parameters)
    numbers(r);
  else
    evd_block(r, EVD_X4, EVD_X4, "parameters.json could not be used");
  if (!r->all_guardians) {
    evd_block(r, EVD_X4, EVD_X5, "not every guardian file could be used");
    return;
  }
  own_keys(r);
  if (!r->has_keys) {
    evd_block(r, EVD_X5, EVD_X5, "election_keys.json could not be used");
    return;
  }
  evd_hash_HG(r->G, &h, &r->keys.H_B, &r->keys.K, &r->keys.K_hat, r->guardians,
              r->n);
  evd_judge(r, EVD_X5, evd_same_h(&h, &r->keys.H_G), &w,
            "H_G is not the hash of all guardians' keys");
}
