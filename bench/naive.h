/* Range proofs verified one power at a time on a library of big numbers: what
 * a straightforward verifier does. Ten powers of 256 bits a selection: two for
 * the membership of alpha and beta, two for each of a_0, b_0, a_1, b_1; eight
 * a limit proof. Hashes are ours.
 */
#ifndef EVD_BENCH_NAIVE_H
#define EVD_BENCH_NAIVE_H

#include "egds/ballot.h"
#include "group/element.h"

typedef struct {
  /* r = x^d y^e mod p */
  void (*commit)(evd_p *r, const evd_p *x, const evd_q *d, const evd_p *y,
                 const evd_q *e);
  bool (*member)(const evd_p *x); /* x^q = 1 mod p */
} evd_naive;

extern const evd_naive evd_naive_gmp, evd_naive_openssl;

void evd_naive_open(void);
void evd_naive_close(void);
/* Does the proof of the field, of the contest's limit hold? */
bool evd_naive_field(const evd_naive *n, const evd_group *G, const evd_field *f,
                     const evd_h32 *HI, uint32_t ind_c, uint32_t ind_o);
bool evd_naive_limit(const evd_naive *n, const evd_group *G,
                     const evd_contest_ct *c, const evd_shape *s,
                     const evd_h32 *HI);

#endif /* EVD_BENCH_NAIVE_H */
