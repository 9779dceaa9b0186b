/* The group Z_p^r and its exponents, as the protocol uses them.
 *
 * Spec:  EGDS 2.1.0 sections 3.1.1 and 5.1.1-5.1.2.
 * Layer: L2 group. May include mp/, hash/, base/.
 *
 * evd_group is the context every function of L3 and above is handed: the
 * kernel, the tables of g, K and K^, and the tap of known-answer tests.
 * It is built once and only read afterwards, so threads share it.
 */
#ifndef EVD_GROUP_ELEMENT_H
#define EVD_GROUP_ELEMENT_H

#include "hash/hash.h"
#include "mp/mp.h"

/* A fixed base: its value and, if `table.rows` is not NULL, its tables.
 * `pub` has w = 8 and serves public exponents, `sec` w = 6 (scanned). Where a
 * table is missing the plain power is taken: slower, same result. */
#define EVD_PUB_WINDOW 8
#define EVD_SEC_WINDOW 6
typedef struct {
  evd_zp value;
  evd_p bytes;
  evd_table pub, sec;
} evd_base;

typedef struct {
  const evd_kernel *k;
  evd_base g, K, K_hat; /* K and K_hat by evd_base_set, when known */
  evd_tap *tap;         /* NULL outside known-answer tests */
} evd_group;

/* Fills G with kernel k and the value of g; no tables. */
void evd_group_init(evd_group *G, const evd_kernel *k);
/* Sets base b to `bytes`, without tables. EVD_ERR_MEMBER unless in Z_p^r. */
EVD_MUST_CHECK evd_err evd_base_set(const evd_group *G, evd_base *b,
                                    const evd_p *bytes);
/* Builds tables in the caller's storage (EVD_TABLE_ELEMS(EVD_PUB_WINDOW)
 * elements for pub, EVD_TABLE_ELEMS(EVD_SEC_WINDOW) for sec; either may be
 * NULL). */
void evd_base_tables(const evd_group *G, evd_base *b, evd_zp *pub_storage,
                     evd_zp *sec_storage);

void evd_base_pow_var(const evd_group *G, evd_zp *r, const evd_base *b,
                      const evd_exp *e);
void evd_base_pow_sec(const evd_group *G, evd_zp *r, const evd_base *b,
                      const evd_zq_sec *e);

/* Strict reading: canonical and a member, else EVD_ERR_MEMBER, out zero. */
EVD_MUST_CHECK evd_err evd_element_read_var(const evd_group *G, evd_zp *out,
                                            const evd_p *in);

/* H reduced mod q: ends h. */
void evd_h_out_q(evd_hmac *h, evd_zq *out);

/* Discrete log of a tally: t with base^t = T and t <= bound, baby-step giant-
 * step.                                                            _var
 * Table: caller's storage, evd_dlog_slots(bound_max) slots; one table serves
 * all cells of an election. EVD_ERR_DLOG when there is no such t.
 *   bound  (sum of weights) * (largest range), at most 2^44 */
#define EVD_DLOG_BOUND_MAX ((uint64_t)1 << 44)
typedef struct {
  uint64_t key;
  uint32_t step_1; /* baby step + 1; 0: empty */
} evd_dlog_slot;
typedef struct {
  evd_dlog_slot *slots;
  size_t n_slots;
  uint64_t baby_steps;
  evd_zp giant; /* base^-baby_steps */
  const evd_base *base;
} evd_dlog;
size_t evd_dlog_slots(uint64_t bound);
EVD_MUST_CHECK evd_err evd_dlog_build_var(const evd_group *G, evd_dlog *d,
                                          const evd_base *base, uint64_t bound,
                                          evd_dlog_slot slots[]);
EVD_MUST_CHECK evd_err evd_dlog_find_var(const evd_group *G, const evd_dlog *d,
                                         const evd_zp *T, uint64_t bound,
                                         uint64_t *t);

#endif /* EVD_GROUP_ELEMENT_H */
