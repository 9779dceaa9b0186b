/* Scalars mod q = 2^256 - 189 without a 128-bit type: 32-bit digits in 64-bit
 * sums. 2^256 = 189 mod q. All CT. */
#include "base/ct.h"
#include "base/endian.h"
#include "mp/params.h"

#define DIGITS 8 /* of 32 bits */

typedef struct {
  uint32_t d[DIGITS];
} digits;

static digits split(const uint64_t l[4]) {
  digits x;
  for (size_t i = 0; i < DIGITS; i++)
    x.d[i] = (uint32_t)(l[i / 2] >> 32 * (i % 2));
  return x;
}

static void join(uint64_t l[4], const digits *x) {
  for (size_t i = 0; i < 4; i++)
    l[i] = (uint64_t)x->d[2 * i + 1] << 32 | x->d[2 * i];
}

/* x += small; returns the carry. */
static uint64_t add_small(digits *x, uint64_t small) {
  for (size_t i = 0; i < DIGITS; i++) {
    small += x->d[i];
    x->d[i] = (uint32_t)small;
    small >>= 32;
  }
  return small;
}

/* carry 2^256 + x -> below q, for a carry of 0 or 1 and a value below 2 q.
 * Adding 189 carries out of 256 bits exactly if the value is q or more, and
 * what is left then is the value less q. Returns whether it was. */
static uint64_t fold_once(uint64_t r[4], const digits *x, uint64_t carry) {
  digits reduced = *x;
  uint64_t less_q[4], past_q = add_small(&reduced, EVD_Q_TAIL) | carry;
  join(r, x);
  join(less_q, &reduced);
  evd_ct_cmov(r, less_q, 4, past_q);
  return past_q;
}

/* The digits of 32 bytes, big endian. */
static digits load(const uint8_t b[32]) {
  digits x;
  for (size_t i = 0; i < DIGITS; i++)
    x.d[i] = evd_be32_get(b + 4 * (DIGITS - 1 - i));
  return x;
}

bool evd_zq_from_bytes(evd_zq *r, const evd_q *in) {
  digits x = load(in->b);
  return fold_once(r->l, &x, 0) == 0;
}

void evd_zq_to_bytes(evd_q *out, const evd_zq *a) {
  for (size_t i = 0; i < 4; i++)
    evd_be64_put(out->b + 8 * (3 - i), a->l[i]);
}

void evd_zq_reduce(evd_zq *r, const evd_h32 *in) {
  digits x = load(in->b);
  fold_once(r->l, &x, 0);
}

void evd_zq_from_u64(evd_zq *r, uint64_t a) { *r = (evd_zq){{a, 0, 0, 0}}; }

void evd_zq_add(evd_zq *r, const evd_zq *a, const evd_zq *b) {
  digits x = split(a->l), y = split(b->l);
  uint64_t sum = 0;
  for (size_t i = 0; i < DIGITS; i++) {
    sum += (uint64_t)x.d[i] + y.d[i];
    x.d[i] = (uint32_t)sum;
    sum >>= 32;
  }
  fold_once(r->l, &x, sum);
}

void evd_zq_sub(evd_zq *r, const evd_zq *a, const evd_zq *b) {
  digits x = split(a->l), y = split(b->l);
  uint64_t borrow = 0;
  for (size_t i = 0; i < DIGITS; i++) {
    uint64_t d = (uint64_t)x.d[i] - y.d[i] - borrow;
    x.d[i] = (uint32_t)d;
    borrow = d >> 63;
  }
  /* The value is x - borrow 2^256; adding q once more is taking 189 away. */
  uint64_t take = EVD_Q_TAIL & evd_ct_mask(borrow);
  for (size_t i = 0; i < DIGITS; i++) {
    uint64_t d = (uint64_t)x.d[i] - take;
    x.d[i] = (uint32_t)d;
    take = d >> 63;
  }
  join(r->l, &x);
}

void evd_zq_mul(evd_zq *r, const evd_zq *a, const evd_zq *b) {
  digits x = split(a->l), y = split(b->l);
  uint32_t t[2 * DIGITS] = {0};
  for (size_t i = 0; i < DIGITS; i++) {
    uint64_t sum = 0;
    for (size_t j = 0; j < DIGITS; j++) {
      sum += (uint64_t)x.d[i] * y.d[j] + t[i + j];
      t[i + j] = (uint32_t)sum;
      sum >>= 32;
    }
    t[i + DIGITS] = (uint32_t)sum;
  }
  /* low + 189 high; then what passed 2^256, below 190, times 189. */
  uint64_t sum = 0;
  for (size_t i = 0; i < DIGITS; i++) {
    sum += (uint64_t)t[i + DIGITS] * EVD_Q_TAIL + t[i];
    x.d[i] = (uint32_t)sum;
    sum >>= 32;
  }
  uint64_t carry = add_small(&x, sum * EVD_Q_TAIL);
  fold_once(r->l, &x, carry);
}

/* a^(q-2) with q - 2 = 2^256 - 191: all bits are 1 but those of 190. */
void evd_zq_inv(evd_zq *r, const evd_zq *a) {
  evd_zq x = *a, base = *a;
  for (int bit = 254; bit >= 0; bit--) {
    evd_zq_mul(&x, &x, &x);
    if (bit >= 8 || ((EVD_Q_TAIL + 1) >> bit & 1) == 0)
      evd_zq_mul(&x, &x, &base);
  }
  *r = x;
}

bool evd_zq_equal(const evd_zq *a, const evd_zq *b) {
  uint64_t differ = 0;
  for (size_t i = 0; i < 4; i++)
    differ |= a->l[i] ^ b->l[i];
  return evd_ct_is_zero(differ) != 0;
}

void evd_exp_from_bytes(evd_exp *e, const evd_q *in) {
  digits x = load(in->b);
  join(e->l, &x);
}
