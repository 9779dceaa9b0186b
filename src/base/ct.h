/* Masks and comparisons that take the same time for every value.
 *
 * Layer: L0 base.
 *
 * A flag is 0 or 1, a mask all zeros or all ones. Compilers see through
 * masks and turn them back into branches, and through flags: clang makes
 * `flag & x` a select, which a browser may make a branch. evd_ct_barrier hides
 * a value from the optimiser, and every flag and mask here leaves through it.
 * Code that handles secrets takes all its masks from this file.
 */
#ifndef EVD_BASE_CT_H
#define EVD_BASE_CT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline uint64_t evd_ct_barrier(uint64_t x) {
  __asm__("" : "+r"(x));
  return x;
}

/* A verdict that stays secret, as a flag. */
static inline uint64_t evd_ct_flag(bool b) { return evd_ct_barrier(b); }

/* 0 -> all zeros, 1 -> all ones */
static inline uint64_t evd_ct_mask(uint64_t flag) {
  return evd_ct_barrier(0 - flag);
}

static inline uint64_t evd_ct_is_zero(uint64_t x) {
  return evd_ct_barrier(1 ^ ((x | (0 - x)) >> 63));
}

static inline uint64_t evd_ct_equal(uint64_t a, uint64_t b) {
  return evd_ct_is_zero(a ^ b);
}

/* a < b, unsigned: the borrow of a - b */
static inline uint64_t evd_ct_less(uint64_t a, uint64_t b) {
  return evd_ct_barrier(((~a & b) | ((~a | b) & (a - b))) >> 63);
}

/* flag ? a : b */
static inline uint64_t evd_ct_select(uint64_t flag, uint64_t a, uint64_t b) {
  return b ^ (evd_ct_mask(flag) & (a ^ b));
}

/* r = flag ? a : r, limb by limb */
static inline void evd_ct_cmov(uint64_t *r, const uint64_t *a, size_t n,
                               uint64_t flag) {
  uint64_t mask = evd_ct_mask(flag);
  for (size_t i = 0; i < n; i++)
    r[i] ^= mask & (r[i] ^ a[i]);
}

/* 1 if the n bytes are equal */
static inline uint64_t evd_ct_equal_bytes(const void *a, const void *b,
                                          size_t n) {
  const uint8_t *x = a, *y = b;
  uint64_t differ = 0;
  for (size_t i = 0; i < n; i++)
    differ |= (uint64_t)(x[i] ^ y[i]);
  return evd_ct_is_zero(differ);
}

#endif /* EVD_BASE_CT_H */
