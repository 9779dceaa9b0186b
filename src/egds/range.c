/* Disjunctive range proof, for any range.
 *
 * Per value j there are random u_j and c_j. The commitment b_j has exponent
 * t_j = u_j + (value - j) c_j: for j = value the false challenge cancels by
 * itself, so all branches run the same instructions. Only which challenge is
 * solved for is chosen, by mask. u_j and c_j are derived again from their
 * random bytes in the second pass, so nothing grows with the range.
 */
#include "egds/range.h"
#include "base/ct.h"
#include "egds/challenge.h"
#include "egds/encrypt.h"

static const uint8_t *branch_random(const uint8_t *random, uint32_t j) {
  return random + (size_t)j * 2 * EVD_SAMPLE_BYTES;
}

/* Hashes a_j and b_j. */
static void commit(const evd_group *G, evd_hmac *h, uint32_t value_secret,
                   uint32_t j, const uint8_t *random) {
  evd_zq_sec u, c, t, d;
  evd_zp x;
  evd_zq_sec_sample(&u, random);
  evd_zq_sec_sample(&c, random + EVD_SAMPLE_BYTES);
  evd_base_pow_sec(G, &x, &G->g, &u); /* [eq 57, 58] */
  evd_h_element(G, h, &x);
  evd_zq_sec_from_u64(&d, value_secret);
  evd_zq_sec_from_u64(&t, j);
  evd_zq_sec_sub(&d, &d, &t);
  evd_zq_sec_mul(&t, &d, &c);
  evd_zq_sec_add(&t, &t, &u);
  evd_base_pow_sec(G, &x, &G->K, &t);
  evd_h_element(G, h, &x);
  evd_zq_sec_wipe(&u);
  evd_zq_sec_wipe(&c);
  evd_zq_sec_wipe(&t);
  evd_zq_sec_wipe(&d);
}

/* c_j, which for the true branch is `rest`, and v_j = u_j - c_j xi. */
static void respond(evd_q *c_out, evd_q *v_out, const evd_zq_sec *rest,
                    const evd_zq_sec *xi, uint64_t is_value,
                    const uint8_t *random) {
  evd_zq_sec u, c;
  evd_zq c_public, v;
  evd_zq_sec_sample(&u, random);
  evd_zq_sec_sample(&c, random + EVD_SAMPLE_BYTES);
  evd_zq_sec_cmov(&c, rest, is_value);
  /* all c_j are published; uniform up to their sum, they do not tell which
   * one was solved for */
  evd_declassify_zq(&c_public, &c);
  evd_zq_to_bytes(c_out, &c_public);
  evd_zq_sec_response(&v, &u, &c_public, xi); /* [eq 61] */
  evd_zq_to_bytes(v_out, &v);
  evd_zq_sec_wipe(&u);
  evd_zq_sec_wipe(&c);
}

/* The sum of the challenges of the false branches. */
static void false_sum(evd_zq_sec *sum, uint32_t value_secret, uint32_t range,
                      const uint8_t *random) {
  evd_zq_sec c, zero;
  evd_zq_sec_from_u64(sum, 0);
  evd_zq_sec_from_u64(&zero, 0);
  for (uint32_t j = 0; j <= range; j++) {
    evd_zq_sec_sample(&c, branch_random(random, j) + EVD_SAMPLE_BYTES);
    evd_zq_sec_cmov(&c, &zero, evd_ct_equal(value_secret, j));
    evd_zq_sec_add(sum, sum, &c);
  }
  evd_zq_sec_wipe(&c);
}

void evd_range_finish(evd_q c[], evd_q v[], evd_hmac *h, const evd_zq_sec *xi,
                      uint32_t value_secret, uint32_t range,
                      const uint8_t *random) {
  evd_h32 raw;
  evd_zq_sec sum, rest;
  false_sum(&sum, value_secret, range, random);
  evd_h_out(h, &raw);
  evd_zq_sec_reduce(&rest, &raw);
  evd_zq_sec_sub(&rest, &rest, &sum); /* [eq 60] */
  for (uint32_t j = 0; j <= range; j++)
    respond(&c[j], &v[j], &rest, xi, evd_ct_equal(value_secret, j),
            branch_random(random, j));
  evd_zq_sec_wipe(&sum);
  evd_zq_sec_wipe(&rest);
}

void evd_range_prove(const evd_group *G, evd_q c[], evd_q v[],
                     const evd_p *alpha, const evd_p *beta,
                     const evd_zq_sec *xi, uint32_t value_secret,
                     uint32_t range, const evd_h32 *HI, uint32_t ind_c,
                     uint32_t ind_o, const uint8_t *random) {
  evd_hmac h;
  evd_chal_range_init(G, &h, HI, ind_c, ind_o, alpha, beta);
  for (uint32_t j = 0; j <= range; j++)
    commit(G, &h, value_secret, j, branch_random(random, j));
  evd_range_finish(c, v, &h, xi, value_secret, range, random);
}
