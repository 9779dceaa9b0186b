/* What the tests of the arithmetic share: numbers from a fixed seed, the
 * values at the edges, and GMP's view of ours. */
#ifndef EVD_TEST_ARITH_H
#define EVD_TEST_ARITH_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <gmp.h>
#include <stdlib.h>
#include <string.h>

#include "mp/params.h"

/* splitmix64: the same numbers in every run */
static inline uint64_t rnd(uint64_t *seed) {
  uint64_t z = (*seed += 0x9E3779B97F4A7C15u);
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}

static inline void rnd_bytes(uint64_t *seed, void *p, size_t n) {
  uint8_t *b = p;
  for (size_t i = 0; i < n; i++)
    b[i] = (uint8_t)rnd(seed);
}

static inline void get_limbs(mpz_t out, const uint64_t *l, size_t n) {
  mpz_import(out, n, -1, 8, 0, 0, l);
}

static inline void put_limbs(uint64_t *l, size_t n, const mpz_t v) {
  memset(l, 0, 8 * n);
  assert_true(mpz_sgn(v) >= 0 && mpz_sizeinbase(v, 2) <= 64 * n);
  mpz_export(l, NULL, -1, 8, 0, 0, v);
}

static inline void get_bytes(mpz_t out, const uint8_t *b, size_t n) {
  mpz_import(out, n, 1, 1, 0, 0, b);
}

static inline void put_bytes(uint8_t *b, size_t n, const mpz_t v) {
  size_t used = (mpz_sizeinbase(v, 2) + 7) / 8;
  memset(b, 0, n);
  assert_true(mpz_sgn(v) >= 0 && used <= n);
  if (mpz_sgn(v) > 0)
    mpz_export(b + n - used, NULL, 1, 1, 0, 0, v);
}

static inline void get_p(mpz_t p) { get_bytes(p, evd_p_bytes, EVD_P_BYTES); }
static inline void get_q(mpz_t q) { get_bytes(q, evd_q_bytes, EVD_Q_BYTES); }

/* The integer that the limbs of an evd_zp stand for, and back: layout and R
 * are the kernel's own. BELOW_2P: representatives are below 2 p, not R. */
#ifdef EVD_LIMB28
#define R_BITS (EVD_LIMB28_N * EVD_LIMB28_BITS)
#define BELOW_2P 1
static inline void get_element(mpz_t out, const evd_zp *a) {
  mpz_set_ui(out, 0);
  for (size_t i = EVD_ZP_LIMBS; i-- > 0;) {
    uint64_t high = a->l[i] >> 32, low = a->l[i] & UINT32_MAX;
    assert_true((high | low) <= EVD_LIMB28_MASK);
    mpz_mul_2exp(out, out, 2 * EVD_LIMB28_BITS);
    mpz_add_ui(out, out, high << EVD_LIMB28_BITS | low);
  }
}

static inline void put_element(evd_zp *r, const mpz_t v) {
  mpz_t x;
  mpz_init_set(x, v);
  for (size_t i = 0; i < EVD_ZP_LIMBS; i++) {
    uint64_t low = mpz_get_ui(x) & EVD_LIMB28_MASK;
    uint64_t high = mpz_get_ui(x) >> EVD_LIMB28_BITS & EVD_LIMB28_MASK;
    r->l[i] = high << 32 | low;
    mpz_fdiv_q_2exp(x, x, 2 * EVD_LIMB28_BITS);
  }
  assert_int_equal(mpz_sgn(x), 0);
  mpz_clear(x);
}
#else
#define R_BITS (64 * EVD_ZP_LIMBS)
#define BELOW_2P 0
static inline void get_element(mpz_t out, const evd_zp *a) {
  get_limbs(out, a->l, EVD_ZP_LIMBS);
}

static inline void put_element(evd_zp *r, const mpz_t v) {
  put_limbs(r->l, EVD_ZP_LIMBS, v);
}
#endif

/* 64-bit words, EVD_P_BYTES of them, as limbs. */
#define P_WORDS (EVD_P_BYTES / 8)
static inline void put_words(evd_zp *r, const uint64_t *words) {
  mpz_t v;
  mpz_init(v);
  get_limbs(v, words, P_WORDS);
  put_element(r, v);
  mpz_clear(v);
}

/* The element an evd_zp stands for. */
static inline void get_zp(const evd_kernel *k, mpz_t out, const evd_zp *a) {
  evd_p b;
  evd_zp_to_bytes(k, &b, a);
  get_bytes(out, b.b, EVD_P_BYTES);
}

static inline void set_zp(const evd_kernel *k, evd_zp *r, const mpz_t v) {
  evd_p b;
  put_bytes(b.b, EVD_P_BYTES, v);
  (void)evd_zp_from_bytes(k, r, &b);
}

static inline void assert_zp(const evd_kernel *k, const evd_zp *a,
                             const mpz_t want) {
  mpz_t have;
  mpz_init(have);
  get_zp(k, have, a);
  assert_int_equal(mpz_cmp(have, want), 0);
  mpz_clear(have);
}

/* Kernels to be tested: the portable one and the one chosen here. */
#define N_KERNELS 2
static inline const evd_kernel *kernel_at(int i) {
  return i == 0 ? evd_kernel_portable() : evd_kernel_best();
}

#endif /* EVD_TEST_ARITH_H */
