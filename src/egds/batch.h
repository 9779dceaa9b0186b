/* Many ballots' proofs at once, with square roots that nobody has to trust.
 *
 * Spec:  EGDS 2.1.0 Verifications 6 and 7; eq 38, 69; doc/hints.md says why
 *        this is sound.
 * Layer: L3 egds. Public data only, everything _var. Random bytes come in.
 *
 * Values of a ballot: for each element below one value, 512 bytes of a hint
 * file, or in memory one raw element (mp.h). In this order:
 *   the encrypted nonce   C0, a
 *   each contest          each field: alpha, beta, a_0, b_0, .. a_R, b_R
 *                         the limit:  a_0, b_0, .. a_L, b_L
 *                         with data:  C0, a
 * Statements are alpha, beta, C0: they stand in the ballot. The others are
 * commitments, which a hint claims.
 *
 * How to: read the hints of ballots into x; evd_batch_open_var squares and
 * hashes, a ballot each; for those that are good a test: _init, _add each,
 * _plan, every _part, _holds. A ballot that is good and in a test that holds
 * is one that evd_field_check_var, evd_limit_check_var, evd_nonce_check_var
 * and evd_data_check_var find nothing wrong with, but for 2^-128. A test that
 * does not hold says nothing.
 */
#ifndef EVD_EGDS_BATCH_H
#define EVD_EGDS_BATCH_H

#include "egds/ballot.h"
#include "group/element.h"

/* How many values the ballot has. */
uint64_t evd_batch_values(const evd_ballot *b);

/* Its hints, as who has the ballot makes them by about the work of checking
 * it: of no use, but harmless, where a proof does not hold.
 *   shapes  of all contests of the manifest, that of contest ind_c at
 *           ind_c - 1; the ballot's contests fit theirs
 *   out     evd_batch_values(b) */
void evd_batch_make_var(const evd_group *G, const evd_ballot *b,
                        const evd_shape shapes[], evd_p out[]);

/* x holds raw hints (0: none) and afterwards what they are roots of. Are the
 * statements those of the ballot, all scalars below q, and is every challenge
 * the hash over the claimed commitments?         [V 6.3, 6.B-6.D, 7.5, 7.B-D]
 */
bool evd_batch_open_var(const evd_group *G, const evd_ballot *b,
                        const evd_shape shapes[], evd_zp x[]);

/* Do all commitments belong to their proofs, and are all statements in Z_p^r?
 * K of G is in Z_p^r. */
#define EVD_BATCH_RANDOM_BYTES 16 /* a value; fresh, after x is fixed */
#define EVD_BATCH_WORK_MIN 15     /* elements of scratch of a part */
#define EVD_BATCH_WORK_MAX 4095   /* more is not used */
#define EVD_BATCH_PARTS_MAX 96
typedef struct {
  const evd_group *G;
  size_t n; /* values */
  const evd_zp *x;
  evd_exp *e, *s;      /* exponents of the two products */
  evd_zq of_g, of_K;   /* the other side of the first */
  size_t n_statements; /* added so far */
  uint32_t w[2], n_parts[2];
  evd_zp part[EVD_BATCH_PARTS_MAX];
} evd_batch_test;

/* x, e, s: n each, the caller's, x opened; ballots that are not added do not
 * count. */
void evd_batch_test_init(evd_batch_test *t, const evd_group *G,
                         const evd_zp x[], evd_exp e[], evd_exp s[], size_t n);
/* The ballot whose values begin at `at`; rho: EVD_BATCH_RANDOM_BYTES of fresh
 * random bytes a value. They are nobody's secret afterwards. */
void evd_batch_test_add(evd_batch_test *t, size_t at, const evd_ballot *b,
                        const evd_shape shapes[], const uint8_t *rho);
/* Into how many parts the work is cut for `work_n` elements of scratch. */
uint32_t evd_batch_test_plan(evd_batch_test *t, size_t work_n);
/* Part i; threads may do different ones, each with scratch of its own. */
void evd_batch_test_part_var(evd_batch_test *t, uint32_t i, evd_zp work[]);
/* When all parts are done. */
bool evd_batch_test_holds_var(const evd_batch_test *t);

#endif /* EVD_EGDS_BATCH_H */
