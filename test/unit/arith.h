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
