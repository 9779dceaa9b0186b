/* L1 mp and L2 group: numbers mod q and mod p, powers, the sampler. */
#include <string.h>

#include "taint.h"

static void scalar(evd_zq_sec *x) {
  uint8_t random[EVD_SAMPLE_BYTES];
  taint_fill_secret(random, sizeof random);
  evd_zq_sec_sample(x, random);
}

/* A secret element: any limbs are a representative. */
static void element(evd_zp *x) { taint_fill_secret(x, sizeof *x); }

/* The one sampler, on bytes that need a reduction and on others. */
static void test_A11_sample(void) {
  uint8_t random[EVD_SAMPLE_BYTES];
  evd_zq_sec x;
  for (int i = 0; i < 3; i++) {
    taint_fill(random, sizeof random);
    if (i > 0)
      memset(random, i == 1 ? 0xFF : 0, sizeof random);
    TAINT_HIDE(random);
    evd_zq_sec_sample(&x, random);
    TAINT_IS_HIDDEN(x);
  }
}

static void test_T21_zq_sec(void) {
  evd_zq_sec a, b, r;
  uint64_t small, flag;
  scalar(&a);
  scalar(&b);
  evd_zq_sec_add(&r, &a, &b);
  TAINT_IS_HIDDEN(r);
  evd_zq_sec_sub(&r, &a, &b);
  TAINT_IS_HIDDEN(r);
  evd_zq_sec_sub(&r, &b, &a);
  evd_zq_sec_mul(&r, &a, &b);
  TAINT_IS_HIDDEN(r);
  taint_fill_secret(&small, sizeof small);
  evd_zq_sec_from_u64(&r, small);
  TAINT_IS_HIDDEN(r);
  for (uint64_t i = 0; i < 2; i++) {
    flag = i;
    TAINT_HIDE(flag);
    evd_zq_sec_cmov(&r, &a, flag);
    TAINT_IS_HIDDEN(r);
  }
  evd_zq_sec_wipe(&r);
}

static void test_T21_zq_sec_bytes(void) {
  evd_zq_sec x, back;
  evd_q bytes;
  evd_h32 hash;
  scalar(&x);
  evd_zq_sec_to_bytes(&bytes, &x);
  TAINT_IS_HIDDEN(bytes);
  taint_require(evd_zq_sec_from_bytes(&back, &bytes) == EVD_OK, "bytes back");
  TAINT_IS_HIDDEN(back);
  memset(&bytes, 0xFF, sizeof bytes);
  TAINT_HIDE(bytes);
  taint_require(evd_zq_sec_from_bytes(&back, &bytes) == EVD_ERR_RANGE,
                "2^256 - 1 refused");
  for (int i = 0; i < 2; i++) {
    taint_fill(&hash, sizeof hash);
    if (i == 1)
      memset(&hash, 0xFF, sizeof hash);
    TAINT_HIDE(hash);
    evd_zq_sec_reduce(&x, &hash);
    TAINT_IS_HIDDEN(x);
  }
}

/* What mp.h calls CT besides: inverse and comparison. */
static void test_T21_zq_inverse(void) {
  evd_zq_sec a, b;
  evd_zq r;
  scalar(&a);
  scalar(&b);
  evd_zq_inv(&r, &a.v);
  TAINT_IS_HIDDEN(r);
  bool equal = evd_zq_equal(&a.v, &b.v);
  TAINT_IS_HIDDEN(equal);
  TAINT_VERDICT(equal);
  taint_require(!equal, "two scalars differ");
}

static void test_T21_zq_response(void) {
  evd_zq_sec u, s;
  evd_zq c, v;
  scalar(&u);
  scalar(&s);
  taint_fill(&c, sizeof c);
  c.l[3] >>= 1; /* below q */
  evd_zq_sec_response(&v, &u, &c, &s);
  TAINT_IS_PUBLIC(v);
}

static void test_T21_kernel(void) {
  const evd_kernel *k = taint_bare.k;
  evd_zp a, b, r;
  for (int i = 0; i < 3; i++) {
    element(&a);
    element(&b);
    if (i > 0)
      memset(&a, i == 1 ? 0xFF : 0, sizeof a);
    TAINT_HIDE(a);
    k->mul(&r, &a, &b);
    TAINT_IS_HIDDEN_ALL(r);
    k->sqr(&r, &a);
    TAINT_IS_HIDDEN_ALL(r);
    k->redc(&r, &a);
    TAINT_IS_HIDDEN_ALL(r);
  }
}

static void test_T21_zp(void) {
  const evd_kernel *k = taint_bare.k;
  evd_zp a, b;
  evd_zp_sec secret;
  evd_p bytes;
  element(&a);
  element(&b);
  evd_zp_to_bytes(k, &bytes, &a);
  TAINT_IS_HIDDEN(bytes);
  bool canonical = evd_zp_from_bytes(k, &b, &bytes);
  TAINT_IS_HIDDEN(b);
  TAINT_VERDICT(canonical);
  taint_require(canonical, "bytes below p");
  bool equal = evd_zp_equal(k, &a, &b);
  TAINT_IS_HIDDEN(equal);
  TAINT_VERDICT(equal);
  taint_require(equal, "the element read back");
  bool zero = evd_zp_is_zero(k, &a);
  TAINT_IS_HIDDEN(zero);
  uint64_t key = evd_zp_key(&a);
  TAINT_IS_HIDDEN(key);
  uint64_t flag = 1;
  TAINT_HIDE(flag);
  evd_zp_cmov(&a, &taint_bare.g.value, flag);
  TAINT_IS_HIDDEN(a);
  secret.v = b;
  evd_zp_sec_to_bytes(&taint_bare, &bytes, &secret);
  TAINT_IS_HIDDEN(bytes);
  evd_zp_sec_wipe(&secret);
}

/* Secret exponents: all bits set, none, and others. */
static void exponent(evd_zq_sec *e, int i) {
  scalar(e);
  if (i > 0)
    memset(e, i == 1 ? 0x00 : 0xFF, sizeof *e);
  TAINT_HIDE(*e);
}

static void test_T21_zp_pow_sec(void) {
  evd_zq_sec e;
  evd_zp a, r;
  for (int i = 0; i < 3; i++) {
    exponent(&e, i);
    evd_zp_pow_sec(taint_bare.k, &r, &taint_bare.g.value, &e);
    TAINT_IS_HIDDEN_ALL(r);
  }
  element(&a); /* the base secret as well */
  evd_zp_pow_sec(taint_bare.k, &r, &a, &e);
  TAINT_IS_HIDDEN_ALL(r);
}

static void test_T21_base_pow_sec_without_tables(void) {
  evd_zq_sec e;
  evd_zp r;
  evd_zp_sec secret;
  exponent(&e, 0);
  evd_base_pow_sec(&taint_bare, &r, &taint_bare.g, &e);
  TAINT_IS_HIDDEN_ALL(r);
  evd_zp_pow_to_sec(&taint_bare, &secret, &taint_bare.K.value, &e);
  TAINT_IS_HIDDEN_ALL(secret);
}

static void test_T21_base_pow_sec_with_tables(void) {
  evd_zq_sec e;
  evd_zp r;
  evd_zp_sec secret;
  for (int i = 0; i < 3; i++) {
    exponent(&e, i);
    evd_base_pow_sec(&taint_tabled, &r, &taint_tabled.g, &e);
    TAINT_IS_HIDDEN_ALL(r);
  }
  evd_table_pow_sec(taint_tabled.k, &r, &taint_tabled.K.sec, &e);
  TAINT_IS_HIDDEN_ALL(r);
  evd_base_pow_to_sec(&taint_tabled, &secret, &taint_tabled.K, &e);
  TAINT_IS_HIDDEN_ALL(secret);
}

static void test_T21_declassify(void) {
  evd_zq_sec x;
  evd_zp_sec y;
  evd_zq a;
  evd_zp b;
  scalar(&x);
  taint_fill_secret(&y, sizeof y);
  evd_declassify_zq(&a, &x);
  TAINT_IS_PUBLIC(a);
  TAINT_IS_HIDDEN(x);
  evd_declassify_zp(&b, &y);
  TAINT_IS_PUBLIC(b);
  TAINT_IS_HIDDEN(y);
}

const taint_case taint_cases_arith[] = {
    {"test_A11_sample", false, test_A11_sample},
    {"test_T21_zq_sec", false, test_T21_zq_sec},
    {"test_T21_zq_sec_bytes", false, test_T21_zq_sec_bytes},
    {"test_T21_zq_inverse", false, test_T21_zq_inverse},
    {"test_T21_zq_response", false, test_T21_zq_response},
    {"test_T21_kernel", true, test_T21_kernel},
    {"test_T21_zp", true, test_T21_zp},
    {"test_T21_zp_pow_sec", true, test_T21_zp_pow_sec},
    {"test_T21_base_pow_sec_without_tables", true,
     test_T21_base_pow_sec_without_tables},
    {"test_T21_base_pow_sec_with_tables", true,
     test_T21_base_pow_sec_with_tables},
    {"test_T21_declassify", false, test_T21_declassify},
    {NULL, false, NULL},
};
