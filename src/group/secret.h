/* Secrets: scalars and elements that only constant-time code may touch.
 *
 * Layer: L2 group. The only header that opens evd_zq_sec.
 *
 * No branch, index, comparison or division on what is inside. A secret
 * leaves only through evd_declassify_*, at a place that says why. All CT.
 */
#ifndef EVD_GROUP_SECRET_H
#define EVD_GROUP_SECRET_H

#include "group/element.h"

/* A uniform scalar from 48 uniform bytes (bias below 2^-127): the one
 * sampler of the system. Wipes nothing: the caller wipes `random`. */
#define EVD_SAMPLE_BYTES 48
void evd_zq_sec_sample(evd_zq_sec *r, const uint8_t random[EVD_SAMPLE_BYTES]);

EVD_MUST_CHECK evd_err evd_zq_sec_from_bytes(evd_zq_sec *r, const evd_q *in);
void evd_zq_sec_to_bytes(evd_q *out, const evd_zq_sec *a); /* stays secret */
/* Canonical bytes of a secret element, for hashing; they stay secret and the
 * caller wipes them. */
static inline void evd_zp_sec_to_bytes(const evd_group *G, evd_p *out,
                                       const evd_zp_sec *a) {
  evd_zp_to_bytes(G->k, out, &a->v);
}
void evd_zq_sec_from_u64(evd_zq_sec *r, uint64_t a);
void evd_zq_sec_reduce(evd_zq_sec *r, const evd_h32 *in);
void evd_zq_sec_add(evd_zq_sec *r, const evd_zq_sec *a, const evd_zq_sec *b);
void evd_zq_sec_sub(evd_zq_sec *r, const evd_zq_sec *a, const evd_zq_sec *b);
void evd_zq_sec_mul(evd_zq_sec *r, const evd_zq_sec *a, const evd_zq_sec *b);
void evd_zq_sec_wipe(evd_zq_sec *r);
void evd_zp_sec_wipe(evd_zp_sec *r);
/* r = flag ? a : r, flag 0 or 1 and itself secret */
void evd_zq_sec_cmov(evd_zq_sec *r, const evd_zq_sec *a, uint64_t flag);

/* v = u - c s mod q: a response, public once sent. */
void evd_zq_sec_response(evd_zq *v, const evd_zq_sec *u, const evd_zq *c,
                         const evd_zq_sec *s);

/* What is inside is public from here on; the caller says why in a comment
 * on the line above. Tells the taint checker. */
void evd_declassify_zq(evd_zq *out, const evd_zq_sec *a);
void evd_declassify_zp(evd_zp *out, const evd_zp_sec *a);
void evd_declassify_bytes(void *p, size_t n);

/* Powers of secret results: out = base^e that itself stays secret. */
void evd_base_pow_to_sec(const evd_group *G, evd_zp_sec *r, const evd_base *b,
                         const evd_zq_sec *e);
void evd_zp_pow_to_sec(const evd_group *G, evd_zp_sec *r, const evd_zp *a,
                       const evd_zq_sec *e);

#endif /* EVD_GROUP_SECRET_H */
