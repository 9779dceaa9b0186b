/* Secret scalars and elements. All CT. */
#include "group/secret.h"

#include <string.h>

#include "base/ct.h"
#include "base/wipe.h"

/* The bytes as a number of 384 bits mod q: 32 bytes, then 16 more. */
void evd_zq_sec_sample(evd_zq_sec *r, const uint8_t random[EVD_SAMPLE_BYTES]) {
  evd_h32 high = {{0}}, low = {{0}}, shift = {{0}};
  evd_zq a, b, c;
  memcpy(high.b, random, 32);
  memcpy(low.b + 16, random + 32, 16);
  shift.b[15] = 1; /* 2^128 */
  evd_zq_reduce(&a, &high);
  evd_zq_reduce(&b, &low);
  evd_zq_reduce(&c, &shift);
  evd_zq_mul(&a, &a, &c);
  evd_zq_add(&r->v, &a, &b);
  evd_wipe(&high, sizeof high);
  evd_wipe(&low, sizeof low);
  evd_wipe(&a, sizeof a);
  evd_wipe(&b, sizeof b);
}

/* Only whether the bytes are a scalar at all becomes public. */
evd_err evd_zq_sec_from_bytes(evd_zq_sec *r, const evd_q *in) {
  bool below_q = evd_zq_from_bytes(&r->v, in);
  evd_declassify_bytes(&below_q, sizeof below_q);
  if (below_q)
    return EVD_OK;
  evd_wipe(r, sizeof *r);
  return EVD_ERR_RANGE;
}

void evd_zq_sec_to_bytes(evd_q *out, const evd_zq_sec *a) {
  evd_zq_to_bytes(out, &a->v);
}

void evd_zq_sec_from_u64(evd_zq_sec *r, uint64_t a) {
  evd_zq_from_u64(&r->v, a);
}

void evd_zq_sec_reduce(evd_zq_sec *r, const evd_h32 *in) {
  evd_zq_reduce(&r->v, in);
}

void evd_zq_sec_add(evd_zq_sec *r, const evd_zq_sec *a, const evd_zq_sec *b) {
  evd_zq_add(&r->v, &a->v, &b->v);
}

void evd_zq_sec_sub(evd_zq_sec *r, const evd_zq_sec *a, const evd_zq_sec *b) {
  evd_zq_sub(&r->v, &a->v, &b->v);
}

void evd_zq_sec_mul(evd_zq_sec *r, const evd_zq_sec *a, const evd_zq_sec *b) {
  evd_zq_mul(&r->v, &a->v, &b->v);
}

void evd_zq_sec_wipe(evd_zq_sec *r) { evd_wipe(r, sizeof *r); }

void evd_zp_sec_wipe(evd_zp_sec *r) { evd_wipe(r, sizeof *r); }

void evd_zq_sec_cmov(evd_zq_sec *r, const evd_zq_sec *a, uint64_t flag) {
  evd_ct_cmov(r->v.l, a->v.l, sizeof r->v.l / sizeof r->v.l[0], flag);
}

void evd_zq_sec_response(evd_zq *v, const evd_zq_sec *u, const evd_zq *c,
                         const evd_zq_sec *s) {
  evd_zq x;
  evd_zq_mul(&x, c, &s->v);
  evd_zq_sub(v, &u->v, &x);
  evd_wipe(&x, sizeof x);
  /* A response hides s behind u, which is used this once. */
  evd_declassify_bytes(v, sizeof *v);
}

void evd_declassify_zq(evd_zq *out, const evd_zq_sec *a) {
  *out = a->v;
  evd_declassify_bytes(out, sizeof *out);
}

void evd_declassify_zp(evd_zp *out, const evd_zp_sec *a) {
  *out = a->v;
  evd_declassify_bytes(out, sizeof *out);
}

void evd_base_pow_to_sec(const evd_group *G, evd_zp_sec *r, const evd_base *b,
                         const evd_zq_sec *e) {
  evd_base_pow_sec(G, &r->v, b, e);
}

void evd_zp_pow_to_sec(const evd_group *G, evd_zp_sec *r, const evd_zp *a,
                       const evd_zq_sec *e) {
  evd_zp_pow_sec(G->k, &r->v, a, e);
}
