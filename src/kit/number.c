/* Scalars, elements and the stream of the kit: everything by value, since
 * nothing here is secret and little of it is hot.
 */
#include <string.h>

#include "base/require.h"
#include "kit/model.h"

void *evd_kit_room(evd_kit *e, size_t count, size_t size) {
  void *p = evd_arena_get(e->arena, count, size);
  EVD_REQUIRE(p);
  return p;
}

evd_str evd_kit_str(const char *text) {
  return (evd_str){(const uint8_t *)text, strlen(text)};
}

/* ---- the stream: HMAC of a counter under a key from seed and name ---- */

void evd_kit_restart(evd_kit *e, const char *name) {
  evd_hmac h;
  evd_h_init(&h, &e->seed, NULL);
  evd_h_add(&h, name, strlen(name));
  evd_h_out(&h, &e->stream);
  e->drawn = 0;
}

void evd_kit_bytes(evd_kit *e, void *p, size_t n) {
  uint8_t *out = p;
  while (n > 0) {
    evd_hmac h;
    evd_h32 block;
    size_t part = n < sizeof block.b ? n : sizeof block.b;
    evd_h_init(&h, &e->stream, NULL);
    evd_h_u32(&h, e->drawn++);
    evd_h_out(&h, &block);
    memcpy(out, block.b, part);
    out += part;
    n -= part;
  }
}

evd_zq evd_kit_draw(evd_kit *e) {
  uint8_t sample[EVD_SAMPLE_BYTES];
  evd_zq_sec x;
  evd_kit_bytes(e, sample, sizeof sample);
  evd_zq_sec_sample(&x, sample);
  return evd_kit_plain(&x);
}

/* ---- scalars ---- */

evd_zq evd_kit_plain(const evd_zq_sec *a) {
  evd_zq x;
  /* follows from the seed, which everybody knows */
  evd_declassify_zq(&x, a);
  return x;
}

evd_zq_sec evd_kit_sec(evd_zq a) {
  evd_zq_sec x;
  evd_q bytes = evd_kit_q(a);
  EVD_REQUIRE(evd_zq_sec_from_bytes(&x, &bytes) == EVD_OK);
  return x;
}

evd_zq evd_kit_zq(uint64_t n) {
  evd_zq x;
  evd_zq_from_u64(&x, n);
  return x;
}

evd_zq evd_kit_add(evd_zq a, evd_zq b) {
  evd_zq_add(&a, &a, &b);
  return a;
}

evd_zq evd_kit_sub(evd_zq a, evd_zq b) {
  evd_zq_sub(&a, &a, &b);
  return a;
}

evd_zq evd_kit_mul(evd_zq a, evd_zq b) {
  evd_zq_mul(&a, &a, &b);
  return a;
}

evd_zq evd_kit_inv(evd_zq a) {
  evd_zq_inv(&a, &a);
  return a;
}

evd_zq evd_kit_even(evd_kit *e) {
  evd_zq x = evd_kit_draw(e);
  x.l[0] &= ~(uint64_t)1;
  return x;
}

evd_q evd_kit_q(evd_zq a) {
  evd_q bytes;
  evd_zq_to_bytes(&bytes, &a);
  return bytes;
}

evd_zq evd_kit_zq_of(const evd_q *a) {
  evd_zq x;
  (void)evd_zq_from_bytes(&x, a);
  return x;
}

evd_q evd_kit_q_plus(uint8_t n) {
  evd_q x;
  memcpy(x.b, evd_q_bytes, sizeof x.b);
  EVD_REQUIRE(n < EVD_Q_TAIL);
  x.b[sizeof x.b - 1] = (uint8_t)(x.b[sizeof x.b - 1] + n);
  return x;
}

evd_q evd_kit_q_top(void) {
  evd_q x;
  memset(x.b, 0xFF, sizeof x.b);
  return x;
}

bool evd_kit_is_even(const evd_q *a) { return a->b[sizeof a->b - 1] % 2 == 0; }

void evd_kit_next(evd_q *a) {
  *a = evd_kit_q(evd_kit_add(evd_kit_zq_of(a), evd_kit_zq(1)));
}

/* ---- elements ---- */

evd_zp evd_kit_zp(const evd_kit *e, const evd_p *a) {
  evd_zp x;
  (void)evd_zp_from_bytes(e->G.k, &x, a);
  return x;
}

static evd_p bytes_of(const evd_kit *e, const evd_zp *a) {
  evd_p x;
  evd_zp_to_bytes(e->G.k, &x, a);
  return x;
}

static evd_p base_pow(const evd_kit *e, const evd_base *b, evd_zq x) {
  evd_zp r;
  evd_exp n = evd_exp_zq(&x);
  evd_base_pow_var(&e->G, &r, b, &n);
  return bytes_of(e, &r);
}

evd_p evd_kit_g(const evd_kit *e, evd_zq x) { return base_pow(e, &e->G.g, x); }

evd_p evd_kit_K(const evd_kit *e, evd_zq x) { return base_pow(e, &e->G.K, x); }

evd_p evd_kit_K_hat(const evd_kit *e, evd_zq x) {
  return base_pow(e, &e->G.K_hat, x);
}

evd_p evd_kit_pow(const evd_kit *e, const evd_p *a, evd_zq x) {
  evd_zp r = evd_kit_zp(e, a);
  evd_exp n = evd_exp_zq(&x);
  evd_zp_pow_var(e->G.k, &r, &r, &n);
  return bytes_of(e, &r);
}

evd_p evd_kit_times(const evd_kit *e, const evd_p *a, const evd_p *b) {
  evd_zp x = evd_kit_zp(e, a), y = evd_kit_zp(e, b);
  e->G.k->mul(&x, &x, &y);
  return bytes_of(e, &x);
}

evd_p evd_kit_inverse(const evd_kit *e, const evd_p *a) {
  evd_zp x = evd_kit_zp(e, a);
  evd_zp_inv_var(e->G.k, &x, &x);
  return bytes_of(e, &x);
}

evd_p evd_kit_minus(const evd_p *a) {
  evd_p x;
  int borrow = 0;
  for (size_t i = sizeof x.b; i-- > 0;) {
    int d = evd_p_bytes[i] - a->b[i] - borrow;
    borrow = d < 0;
    x.b[i] = (uint8_t)(d & 0xFF);
  }
  return x;
}

evd_p evd_kit_number(uint8_t n) {
  evd_p x = {{0}};
  x.b[sizeof x.b - 1] = n;
  return x;
}

evd_p evd_kit_p_plus(int n) {
  evd_p x;
  memcpy(x.b, evd_p_bytes, sizeof x.b);
  for (size_t i = sizeof x.b; n != 0 && i-- > 0;) {
    int d = x.b[i] + n;
    x.b[i] = (uint8_t)(d & 0xFF);
    n = d < 0 ? -1 : d >> 8;
  }
  return x;
}

/* x^q for the least x where that is neither 1 nor -1. */
evd_p evd_kit_stranger(const evd_kit *e) {
  evd_p one = evd_kit_number(1), minus = evd_kit_p_plus(-1), r = one;
  evd_zp x;
  evd_exp q;
  evd_q bytes = evd_kit_q_plus(0);
  evd_exp_from_bytes(&q, &bytes);
  for (uint8_t n = 2;
       memcmp(&r, &one, sizeof r) == 0 || memcmp(&r, &minus, sizeof r) == 0;
       n++) {
    r = evd_kit_number(n);
    x = evd_kit_zp(e, &r);
    evd_zp_pow_var(e->G.k, &x, &x, &q);
    r = bytes_of(e, &x);
  }
  return r;
}

void evd_kit_flip(evd_h32 *h) { h->b[sizeof h->b - 1] ^= 1; }
