/* Powers in all their forms, against GMP and OpenSSL. */
#include "arith.h"

#include <openssl/bn.h>

#define N_EXPS 14

static mpz_t p, q;
static evd_zp pub_rows[EVD_TABLE_ELEMS(8)], sec_rows[EVD_TABLE_ELEMS(6)];

static int setup(void **state) {
  (void)state;
  mpz_inits(p, q, NULL);
  get_p(p);
  get_q(q);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  mpz_clears(p, q, NULL);
  return 0;
}

/* 0, 1, 2, q-1, q, q+1, 2^256-1, powers of two, runs, random */
static void exponent(evd_exp *e, int i, uint64_t *seed) {
  *e = (evd_exp){{0, 0, 0, 0}};
  uint64_t top = UINT64_MAX;
  switch (i) {
  case 0:
    break;
  case 1:
    e->l[0] = 1;
    break;
  case 2:
    e->l[0] = 2;
    break;
  case 3:
    *e = (evd_exp){{top - 189, top, top, top}};
    break; /* q - 1 */
  case 4:
    *e = (evd_exp){{top - 188, top, top, top}};
    break; /* q */
  case 5:
    *e = (evd_exp){{top - 187, top, top, top}};
    break; /* q + 1 */
  case 6:
    *e = (evd_exp){{top, top, top, top}};
    break;
  case 7:
    e->l[3] = (uint64_t)1 << 63;
    break;
  case 8:
    e->l[1] = 1;
    break;
  case 9:
    e->l[0] = top;
    break;
  case 10:
    *e = (evd_exp){{0, top, 0, top}};
    break;
  case 11:
    e->l[0] = rnd(seed) % 1000;
    break;
  case 12:
    e->l[0] = rnd(seed), e->l[1] = rnd(seed);
    break;
  default:
    for (int j = 0; j < 4; j++)
      e->l[j] = rnd(seed);
    break;
  }
}

static evd_zq_sec secret_of(const evd_exp *e) {
  evd_zq_sec s;
  memcpy(s.v.l, e->l, sizeof s.v.l);
  return s;
}

static void get_exp(mpz_t out, const evd_exp *e) { get_limbs(out, e->l, 4); }

static void rnd_residue(uint64_t *seed, mpz_t out) {
  evd_p b;
  rnd_bytes(seed, b.b, sizeof b.b);
  get_bytes(out, b.b, sizeof b.b);
  mpz_mod(out, out, p);
}

/* want = base^e by GMP */
static void power(mpz_t want, const mpz_t base, const evd_exp *e) {
  mpz_t x;
  mpz_init(x);
  get_exp(x, e);
  mpz_powm(want, base, x, p);
  mpz_clear(x);
}

static void check_power(const evd_kernel *k, const mpz_t base,
                        const evd_exp *e) {
  evd_zp a, r;
  mpz_t want;
  mpz_init(want);
  power(want, base, e);
  set_zp(k, &a, base);
  evd_zp_pow_var(k, &r, &a, e);
  assert_zp(k, &r, want);
  evd_zq_sec secret = secret_of(e);
  evd_zp_pow_sec(k, &r, &a, &secret);
  assert_zp(k, &r, want);
  evd_zp_pow_sec(k, &a, &a, &secret);
  assert_zp(k, &a, want);
  mpz_clear(want);
}

static void test_power(void **state) {
  (void)state;
  uint64_t seed = 11;
  mpz_t base;
  mpz_init(base);
  for (int i = 0; i < 2 * N_EXPS; i++) {
    const evd_kernel *k = kernel_at(i % N_KERNELS);
    evd_exp e;
    exponent(&e, i / 2, &seed);
    rnd_residue(&seed, base);
    check_power(k, base, &e);
    mpz_set_ui(base, (unsigned)(i % 3)); /* 0, 1, 2 */
    check_power(k, base, &e);
    mpz_sub_ui(base, p, 1);
    check_power(k, base, &e);
  }
  mpz_clear(base);
}

static void test_power_short(void **state) {
  (void)state;
  uint64_t seed = 12;
  const evd_kernel *k = kernel_at(1);
  mpz_t base, want;
  mpz_inits(base, want, NULL);
  rnd_residue(&seed, base);
  for (uint64_t e = 0; e < 600; e++) {
    uint64_t x = e < 300 ? e : rnd(&seed) >> e % 64;
    evd_zp a, r;
    set_zp(k, &a, base);
    evd_zp_pow_u64_var(k, &r, &a, x);
    mpz_powm_ui(want, base, x, p);
    assert_zp(k, &r, want);
  }
  mpz_clears(base, want, NULL);
}

static void test_power_openssl(void **state) {
  (void)state;
  uint64_t seed = 13;
  const evd_kernel *k = kernel_at(1);
  BN_CTX *c = BN_CTX_new();
  BIGNUM *bp = BN_bin2bn(evd_p_bytes, EVD_P_BYTES, NULL);
  BIGNUM *x = BN_new(), *y = BN_new(), *z = BN_new();
  for (int i = 0; i < 10; i++) {
    evd_p in, out;
    evd_q e_bytes;
    evd_exp e;
    evd_zp a;
    rnd_bytes(&seed, in.b, sizeof in.b);
    rnd_bytes(&seed, e_bytes.b, sizeof e_bytes.b);
    BN_bin2bn(in.b, sizeof in.b, x);
    BN_bin2bn(e_bytes.b, sizeof e_bytes.b, y);
    assert_int_equal(BN_mod_exp(z, x, y, bp, c), 1);
    assert_int_equal(BN_bn2binpad(z, in.b, sizeof in.b), sizeof in.b);
    BN_nnmod(x, x, bp, c);
    assert_int_equal(BN_bn2binpad(x, out.b, sizeof out.b), sizeof out.b);
    assert_true(evd_zp_from_bytes(k, &a, &out));
    evd_exp_from_bytes(&e, &e_bytes);
    evd_zp_pow_var(k, &a, &a, &e);
    evd_zp_to_bytes(k, &out, &a);
    assert_memory_equal(&in, &out, sizeof in);
  }
  BN_free(x), BN_free(y), BN_free(z), BN_free(bp), BN_CTX_free(c);
}

/* The chain with n exponents of `base`; membership as GMP sees it. */
static void check_chain(const evd_kernel *k, const mpz_t base,
                        const evd_exp e[], uint32_t n) {
  evd_zp a, out[5], work[EVD_CHAIN_WORK(5)];
  mpz_t want;
  mpz_init(want);
  memset(work, 0xA5, sizeof work);
  set_zp(k, &a, base);
  mpz_powm(want, base, q, p);
  bool member = mpz_cmp_ui(want, 1) == 0;
  assert_int_equal(evd_zp_chain_var(k, out, &a, true, e, n, work), member);
  for (uint32_t j = 0; j < n; j++) {
    power(want, base, &e[j]);
    assert_zp(k, &out[j], want);
  }
  assert_false(evd_zp_chain_var(k, out, &a, false, e, n, work));
  assert_int_equal(evd_zp_member_var(k, &a, true), member);
  assert_false(evd_zp_member_var(k, &a, false));
  if (n == 0) {
    mpz_clear(want);
    return;
  }
  out[0] = a; /* in place */
  (void)evd_zp_chain_var(k, out, &out[0], true, e, n, work);
  power(want, base, &e[0]);
  assert_zp(k, &out[0], want);
  mpz_clear(want);
}

static void test_chain(void **state) {
  (void)state;
  uint64_t seed = 14;
  mpz_t base, r;
  mpz_inits(base, r, NULL);
  mpz_sub_ui(r, p, 1);
  mpz_divexact(r, r, q);
  for (int i = 0; i < 12; i++) {
    const evd_kernel *k = kernel_at(i % N_KERNELS);
    evd_exp e[5];
    for (int j = 0; j < 5; j++)
      exponent(&e[j], (5 * i + j) % N_EXPS, &seed);
    rnd_residue(&seed, base);
    if (i == 0)
      mpz_set_ui(base, 0);
    if (i == 1)
      mpz_set_ui(base, 1);
    if (i == 2)
      mpz_sub_ui(base, p, 1);
    check_chain(k, base, e, (uint32_t)i % 6);
    mpz_powm(base, base, r, p); /* now of order q, or 1, or 0 */
    check_chain(k, base, e, 2);
  }
  mpz_clears(base, r, NULL);
}

/* e = digit 2^at for a digit below 16 */
static void digit_at(evd_exp *e, uint64_t digit, uint32_t at) {
  *e = (evd_exp){{0, 0, 0, 0}};
  e->l[at / 64] = digit << at % 64;
  if (at % 64 > 60 && at / 64 < 3)
    e->l[at / 64 + 1] = digit >> (64 - at % 64);
}

/* Every digit, at many places, across limbs and over the top. */
static void test_chain_digits(void **state) {
  (void)state;
  uint64_t seed = 15;
  const evd_kernel *k = kernel_at(1);
  mpz_t base, want;
  evd_zp a, out[16], work[EVD_CHAIN_WORK(16)];
  mpz_inits(base, want, NULL);
  rnd_residue(&seed, base);
  set_zp(k, &a, base);
  for (uint32_t at = 0; at < 256; at += 17) {
    evd_exp e[16];
    for (uint32_t j = 0; j < 16; j++)
      digit_at(&e[j], j, at);
    (void)evd_zp_chain_var(k, out, &a, true, e, 16, work);
    for (uint32_t j = 0; j < 16; j++) {
      power(want, base, &e[j]);
      assert_zp(k, &out[j], want);
    }
  }
  mpz_clears(base, want, NULL);
}

static void rnd_element(uint64_t *seed, evd_zp *r) {
  uint64_t words[P_WORDS];
  for (int i = 0; i < P_WORDS; i++)
    words[i] = rnd(seed);
  put_words(r, words);
}

/* prod a[i]^e[i] by GMP against ours, with `work_n` elements of scratch */
static void check_multipow(const evd_kernel *k, const evd_zp a[],
                           const evd_exp e[], size_t n, size_t work_n) {
  evd_zp *work = malloc(work_n * sizeof *work), r;
  mpz_t want, x;
  mpz_inits(want, x, NULL);
  mpz_set_ui(want, 1);
  for (size_t i = 0; i < n; i++) {
    get_zp(k, x, &a[i]);
    power(x, x, &e[i]);
    mpz_mul(want, want, x);
    mpz_mod(want, want, p);
  }
  evd_zp_multipow_var(k, &r, a, e, n, work, work_n);
  assert_zp(k, &r, want);
  free(work);
  mpz_clears(want, x, NULL);
}

static void test_multipow(void **state) {
  (void)state;
  static const size_t scratch[] = {2, 3, 7, 8, 63, 300};
  uint64_t seed = 16;
  evd_zp a[40];
  evd_exp e[40];
  for (int i = 0; i < 12; i++) {
    const evd_kernel *k = kernel_at(i % N_KERNELS);
    size_t n = i < 6 ? (size_t)i : 40;
    for (int j = 0; j < 40; j++) {
      rnd_element(&seed, &a[j]);
      exponent(&e[j], i % 3 == 0 ? 11 : j % N_EXPS, &seed);
    }
    if (i == 7)
      memset(&a[5], 0, sizeof a[5]); /* 0^(q + 1) = 0 */
    if (i == 8)
      a[0] = evd_zp_p; /* p^0 is 1 */
    if (i == 8)
      e[0] = (evd_exp){{0, 0, 0, 0}};
    check_multipow(k, a, e, n, scratch[(size_t)i % 6]);
  }
}

/* r may be one of the bases */
static void test_multipow_alias(void **state) {
  (void)state;
  uint64_t seed = 17;
  const evd_kernel *k = kernel_at(1);
  evd_zp a[3], want, work[8];
  evd_exp e[3];
  for (int j = 0; j < 3; j++) {
    rnd_element(&seed, &a[j]);
    exponent(&e[j], 13, &seed);
  }
  evd_zp_multipow_var(k, &want, a, e, 3, work, 8);
  evd_zp_multipow_var(k, &a[1], a, e, 3, work, 8);
  assert_true(evd_zp_equal(k, &want, &a[1]));
}

#ifndef EVD_LIMB28
static void read_p(mpz_t out, const evd_p *in) {
  mpz_import(out, EVD_P_BYTES, 1, 1, 1, 0, in->b);
}

static void write_p(evd_p *out, const mpz_t x) {
  put_bytes(out->b, EVD_P_BYTES, x);
}

/* 0 < x < p and nothing else */
static void test_raw_bytes(void **state) {
  (void)state;
  evd_p bytes, back;
  evd_zp x;
  mpz_t v;
  mpz_init(v);
  for (int i = -2; i < 3; i++) {
    mpz_set(v, p);
    if (i < 0)
      mpz_sub_ui(v, v, (unsigned)-i);
    mpz_add_ui(v, v, i > 0 ? (unsigned)i : 0);
    write_p(&bytes, v);
    assert_int_equal(evd_zp_raw_from_bytes(&x, &bytes), i < 0);
    evd_zp_raw_to_bytes(&back, &x);
    if (i < 0)
      assert_memory_equal(&back, &bytes, sizeof back);
    mpz_set_ui(v, (unsigned)(i + 2));
    write_p(&bytes, v);
    assert_int_equal(evd_zp_raw_from_bytes(&x, &bytes), i > -2);
  }
  memset(&bytes, 0xFF, sizeof bytes);
  assert_false(evd_zp_raw_from_bytes(&x, &bytes));
  mpz_clear(v);
}

/* The square of a hint is the square of what it was made of. */
static void test_raw_hint(void **state) {
  (void)state;
  uint64_t seed = 21;
  mpz_t want, x;
  mpz_inits(want, x, NULL);
  for (int i = 0; i < 8; i++) {
    const evd_kernel *k = kernel_at(i % N_KERNELS);
    evd_zp a;
    evd_p bytes;
    rnd_element(&seed, &a);
    get_zp(k, want, &a);
    mpz_powm_ui(want, want, 2, p);
    evd_zp_raw_hint(k, &bytes, &a);
    assert_true(evd_zp_raw_from_bytes(&a, &bytes));
    k->sqr(&a, &a);
    evd_zp_raw_to_bytes(&bytes, &a);
    read_p(x, &bytes);
    assert_int_equal(mpz_cmp(x, want), 0);
  }
  mpz_clears(want, x, NULL);
}

/* prod x^e of raw elements, put right, against GMP; in parts, from the last. */
static void check_raw(const evd_kernel *k, size_t n, uint32_t w,
                      uint64_t *seed) {
  evd_zp a[60], part[256], work[255], r;
  evd_exp e[60];
  evd_exp_sum sum = {{0}};
  mpz_t want, x;
  mpz_inits(want, x, NULL);
  mpz_set_ui(want, 1);
  for (size_t i = 0; i < n; i++) {
    evd_p bytes;
    rnd_residue(seed, x);
    write_p(&bytes, x);
    assert_true(evd_zp_raw_from_bytes(&a[i], &bytes));
    exponent(&e[i], i % 3 == 0 ? (int)i % N_EXPS : 13, seed);
    evd_exp_sum_add(&sum, &e[i]);
    power(x, x, &e[i]);
    mpz_mul(want, want, x);
    mpz_mod(want, want, p);
  }
  const evd_zp_factors f = {a, e, n};
  uint32_t places = (256 + w - 1) / w;
  assert_true(evd_zp_factors_bits_var(&f) <= 256);
  for (uint32_t i = places; i-- > 0;)
    evd_zp_multipow_place_var(k, &part[i], &f, w, i * w, work);
  evd_zp_multipow_join_var(k, &r, part, places, w);
  evd_zp_raw_correct_var(k, &r, &sum);
  assert_zp(k, &r, want);
  mpz_clears(want, x, NULL);
}

static void test_raw_products(void **state) {
  (void)state;
  uint64_t seed = 22;
  for (int i = 0; i < N_KERNELS; i++)
    for (uint32_t w = 1; w <= 8; w += 1 + w / 3)
      check_raw(kernel_at(i), w == 1 ? 0 : 60, w, &seed);
}
#endif

static void check_table(const evd_kernel *k, const evd_table *t,
                        const mpz_t base, uint64_t *seed) {
  mpz_t want;
  mpz_init(want);
  for (int i = 0; i < N_EXPS + 4; i++) {
    evd_exp e;
    evd_zp r;
    exponent(&e, i, seed);
    power(want, base, &e);
    evd_table_pow_var(k, &r, t, &e);
    assert_zp(k, &r, want);
    evd_zq_sec secret = secret_of(&e);
    evd_table_pow_sec(k, &r, t, &secret);
    assert_zp(k, &r, want);
  }
  mpz_clear(want);
}

static void test_tables(void **state) {
  (void)state;
  uint64_t seed = 18;
  mpz_t base;
  mpz_init(base);
  for (int i = 0; i < N_KERNELS; i++) {
    const evd_kernel *k = kernel_at(i);
    static const uint32_t windows[] = {1, 4, 5};
    evd_table t;
    evd_zp a;
    rnd_residue(&seed, base);
    set_zp(k, &a, base);
    evd_table_build(k, &t, pub_rows, 8, &a);
    check_table(k, &t, base, &seed);
    evd_table_build(k, &t, sec_rows, 6, &a);
    check_table(k, &t, base, &seed);
    evd_table_build(k, &t, sec_rows, windows[i], &a);
    check_table(k, &t, base, &seed);
  }
  mpz_clear(base);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_power),          cmocka_unit_test(test_power_short),
      cmocka_unit_test(test_power_openssl),  cmocka_unit_test(test_chain),
      cmocka_unit_test(test_chain_digits),   cmocka_unit_test(test_multipow),
      cmocka_unit_test(test_multipow_alias), cmocka_unit_test(test_tables),
#ifndef EVD_LIMB28
      cmocka_unit_test(test_raw_bytes),      cmocka_unit_test(test_raw_hint),
      cmocka_unit_test(test_raw_products),
#endif
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
