/* Guardian keys: polynomials, commitments and their proofs; joint keys.
 *
 * Spec:  EGDS 2.1.0 section 3.2.2, pages 22-28, eq 7-14, 25, 26.
 * Layer: L3 egds.
 *
 * Shapes
 *   n, k     guardians and quorum, 1 <= k <= n <= EVD_N_MAX
 *   i        guardian index, 1-based
 *   K[k]     commitments K_i,0 .. K_i,k-1 (hatted: K_hat), published bytes
 *   v[k+1]   responses; the last is for kappa
 * Arrays belong to the caller (arena).
 */
#ifndef EVD_EGDS_KEYS_H
#define EVD_EGDS_KEYS_H

#include "base/arena.h"
#include "group/element.h"
#include "group/secret.h"

#define EVD_N_MAX 255

typedef struct {
  evd_q c;
  evd_q *v; /* k + 1 */
} evd_key_proof;

typedef struct {
  uint32_t i, k;
  evd_p *K, *K_hat; /* k each */
  evd_p kappa;
  evd_key_proof proof, proof_hat;
} evd_guardian_pub;

/* SECRET; erased when the ceremony ends. */
typedef struct {
  uint32_t i, k;
  evd_zq_sec *a, *a_hat; /* k each */
  evd_zq_sec zeta;
} evd_guardian_sec;

/* Zeroed, arrays of the right length. errors: EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_guardian_pub_shape(evd_guardian_pub *g, uint32_t k,
                                              evd_arena *a);
EVD_MUST_CHECK evd_err evd_guardian_sec_shape(evd_guardian_sec *g, uint32_t k,
                                              evd_arena *a);
void evd_guardian_sec_wipe(evd_guardian_sec *g);

/* Random bytes guardian key generation consumes, EVD_SAMPLE_BYTES each:
 * a_0.., a^_0.., zeta, u_0..u_k, u^_0..u^_k. */
size_t evd_guardian_random_bytes(uint32_t k);
/* Makes secret and public half, with both proofs [7-13]. sec and pub shaped
 * with k.  CT in the secrets. */
EVD_MUST_CHECK evd_err evd_guardian_make(
    const evd_group *G, evd_guardian_sec *sec, evd_guardian_pub *pub,
    uint32_t i, const evd_h32 *HP, const uint8_t *random, size_t random_bytes);

/* Its two steps, for who has the secrets already (known answers): commitments
 * of `sec`; one of both proofs from k + 1 samples u_0 .. u_k.          CT */
void evd_guardian_publish(const evd_group *G, evd_guardian_pub *pub,
                          const evd_guardian_sec *sec);
void evd_guardian_prove(const evd_group *G, evd_guardian_pub *pub,
                        const evd_guardian_sec *sec, bool hat,
                        const evd_h32 *HP, const uint8_t *random);

/* Verification 2 of one guardian; every letter judged on its own. Exponents
 * and elements are taken as published.                              _var */
enum { EVD_V2_A = 1, EVD_V2_B = 2, EVD_V2_C = 4, EVD_V2_X2 = 8 };
/* returns the OR of what FAILS (X2: a challenge c >= q); `where_j` (may be
 * NULL) gets the first place of an A or B, counted from 1 over K_i,0 ..
 * K_i,k-1, kappa_i, or 0 */
uint32_t evd_guardian_check_var(const evd_group *G, const evd_guardian_pub *g,
                                const evd_h32 *HP, uint32_t *where_j);

/* K = prod K_i,0 [25], K^ = prod K^_i,0 [26]. */
void evd_joint_keys_var(const evd_group *G, evd_p *K, evd_p *K_hat,
                        const evd_guardian_pub g[], uint32_t n);
/* g^P(l) of the joint polynomial: prod_j prod_m K_j,m^(l^m): the public share
 * of guardian l (hat: of K^).                                 [14, 94] */
void evd_public_share_var(const evd_group *G, evd_zp *S,
                          const evd_guardian_pub g[], uint32_t n, uint32_t l,
                          bool hat);

#endif /* EVD_EGDS_KEYS_H */
