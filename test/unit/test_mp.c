/* The kernels and single elements, against GMP and OpenSSL. */
#include "arith.h"

#include <openssl/bn.h>

#define L P_WORDS
#define N_EDGES 20
#define N_RANDOM 300

static mpz_t p, R, R_inverse; /* R: 2^4096 whatever the kernel's own R is */

static int setup(void **state) {
  (void)state;
  mpz_inits(p, R, R_inverse, NULL);
  get_p(p);
  mpz_ui_pow_ui(R, 2, 64 * L);
  mpz_ui_pow_ui(R_inverse, 2, R_BITS);
  mpz_invert(R_inverse, R_inverse, p);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  mpz_clears(p, R, R_inverse, NULL);
  return 0;
}

/* n words of ones from word `from` on, every `step`-th */
static void ones(evd_zp *r, size_t from, size_t n, size_t step) {
  uint64_t words[L] = {0};
  for (size_t i = 0; i < n; i++)
    words[from + i * step] = UINT64_MAX;
  put_words(r, words);
}

/* times_p p + times_R R + more, as limbs */
static void near(evd_zp *r, int times_p, int times_R, int more) {
  mpz_t v, x;
  mpz_inits(v, x, NULL);
  mpz_mul_si(v, p, times_p);
  mpz_mul_si(x, R, times_R);
  mpz_add(v, v, x);
  mpz_set_si(x, more);
  mpz_add(v, v, x);
  put_element(r, v);
  mpz_clears(v, x, NULL);
}

/* Values at the edges of p and R, then limbs all ones in places */
static void edge(evd_zp *r, int i) {
  static const int values[][3] = {
      {0, 0, 0},  {0, 0, 1},  {1, 0, -1}, {1, 0, 0},  {1, 0, 1},
      {0, 1, -1}, {0, 1, -2}, {-1, 1, 0}, {2, -1, 0}, {2, -1, 1},
  };
  static const size_t places[][3] = {
      {L - 1, 1, 1},     {0, 1, 1},     {L / 2, 1, 1}, {0, L / 2, 1},
      {L / 2, L / 2, 1}, {0, L / 2, 2}, {1, L / 2, 2}, {0, 4, 1},
      {L - 4, 4, 1},     {4, L - 8, 1},
  };
  const int *v = values[i % 10];
  const size_t *at = places[i % 10];
  if (i < 10)
    near(r, v[0], v[1], v[2]);
  else
    ones(r, at[0], at[1], at[2]);
}

/* r == a b / R mod p, and r below R by its type, or below 2 p */
static void assert_product(const evd_zp *r, const evd_zp *a, const evd_zp *b) {
  mpz_t x, y, z;
  mpz_inits(x, y, z, NULL);
  get_element(x, a);
  get_element(y, b);
  get_element(z, r);
  mpz_mul(x, x, y);
  mpz_mul(x, x, R_inverse);
  assert_true(mpz_congruent_p(x, z, p));
  mpz_sub(z, z, p);
  assert_true(!BELOW_2P || mpz_cmp(z, p) < 0);
  mpz_clears(x, y, z, NULL);
}

static void check_pair(const evd_kernel *k, const evd_zp *a, const evd_zp *b) {
  evd_zp r, one = {{1}};
  memset(&r, 0xAA, sizeof r);
  k->mul(&r, a, b);
  assert_product(&r, a, b);
  k->sqr(&r, a);
  assert_product(&r, a, a);
  k->redc(&r, a);
  assert_product(&r, a, &one);
}

static void test_kernel_edges(void **state) {
  (void)state;
  for (int i = 0; i < N_EDGES * N_EDGES * N_KERNELS; i++) {
    evd_zp a, b;
    edge(&a, i % N_EDGES);
    edge(&b, i / N_EDGES % N_EDGES);
    check_pair(kernel_at(i / (N_EDGES * N_EDGES)), &a, &b);
  }
}

/* Random limbs, and random runs of zeros and ones: carries travel far. */
static void rnd_element(uint64_t *seed, evd_zp *r) {
  uint64_t words[L];
  bool runs = rnd(seed) % 2 == 0;
  for (int i = 0; i < L; i++) {
    uint64_t x = rnd(seed);
    words[i] = !runs ? x : x % 3 == 0 ? UINT64_MAX : 0;
    if (runs && x % 7 == 0)
      words[i] = rnd(seed);
  }
  put_words(r, words);
}

#if BELOW_2P
/* The greatest factors there are, and limbs that are all ones or zero. */
static void test_kernel_limits(void **state) {
  (void)state;
  static const int less[] = {1, 2, 1000};
  evd_zp x[6];
  mpz_t v;
  mpz_init(v);
  for (int i = 0; i < 3; i++) {
    mpz_mul_ui(v, p, 2);
    mpz_sub_ui(v, v, (unsigned)less[i]);
    put_element(&x[i], v);
  }
  for (int i = 0; i < 3; i++) { /* every limb, every second, every fourth */
    mpz_set_ui(v, 0);
    for (unsigned bit = 0; bit < 4096 - 28; bit += 28u << i)
      for (unsigned j = 0; j < 28; j++)
        mpz_setbit(v, bit + j);
    put_element(&x[3 + i], v);
  }
  for (int i = 0; i < 36; i++)
    check_pair(kernel_at(0), &x[i % 6], &x[i / 6]);
  mpz_clear(v);
}
#endif

static void test_kernel_random(void **state) {
  (void)state;
  uint64_t seed = 1;
  for (int i = 0; i < N_RANDOM; i++) {
    evd_zp a, b;
    rnd_element(&seed, &a);
    rnd_element(&seed, &b);
    for (int j = 0; j < N_KERNELS; j++)
      check_pair(kernel_at(j), &a, &b);
  }
}

/* Kernels agree as elements (not limb by limb: any representative will do). */
static void test_kernels_agree(void **state) {
  (void)state;
  uint64_t seed = 2;
  const evd_kernel *k = kernel_at(0), *k2 = kernel_at(1);
  evd_zp a, b, x, y;
  rnd_element(&seed, &a);
  rnd_element(&seed, &b);
  for (int i = 0; i < N_RANDOM; i++) {
    k->mul(&x, &a, &b);
    k2->mul(&y, &a, &b);
    assert_true(evd_zp_equal(k, &x, &y));
    k->sqr(&a, &x);
    k2->sqr(&b, &y);
    assert_true(evd_zp_equal(k, &a, &b));
    k->redc(&x, &a);
    k2->redc(&y, &b);
    assert_true(evd_zp_equal(k, &x, &y));
    b = x;
  }
}

static void test_kernel_aliasing(void **state) {
  (void)state;
  uint64_t seed = 3;
  for (int i = 0; i < N_EDGES + 20; i++) {
    const evd_kernel *k = kernel_at(i % N_KERNELS);
    evd_zp a, b, want, r;
    rnd_element(&seed, &a);
    rnd_element(&seed, &b);
    if (i < N_EDGES)
      edge(&a, i);
    k->mul(&want, &a, &b);
    r = a, k->mul(&r, &r, &b);
    assert_memory_equal(&r, &want, sizeof r);
    r = b, k->mul(&r, &a, &r);
    assert_memory_equal(&r, &want, sizeof r);
    k->mul(&want, &a, &a);
    r = a, k->mul(&r, &r, &r);
    assert_memory_equal(&r, &want, sizeof r);
    k->sqr(&want, &a);
    r = a, k->sqr(&r, &r);
    assert_memory_equal(&r, &want, sizeof r);
    k->redc(&want, &a);
    r = a, k->redc(&r, &r);
    assert_memory_equal(&r, &want, sizeof r);
  }
}

static void scan_all(const evd_kernel *k, const evd_zp row[], uint32_t n) {
  for (uint32_t digit = 0; digit < n; digit++) {
    evd_zp r;
    memset(&r, 0xA5, sizeof r); /* what was there does not matter */
    k->scan(&r, row, n, digit);
    assert_memory_equal(&r, &row[digit], sizeof r);
  }
}

/* Every entry of rows of every width, by every kernel, at any alignment. */
static void test_kernel_scan(void **state) {
  (void)state;
  static evd_zp rows[1 << 8];
  static uint64_t shifted[sizeof rows / 8 + 1];
  uint64_t seed = 77;
  rnd_bytes(&seed, rows, sizeof rows);
  memcpy(shifted + 1, rows, sizeof rows);
  const evd_kernel *kernels[] = {evd_kernel_portable(), evd_kernel_best()};
  for (int i = 0; i < 2; i++)
    for (uint32_t w = 0; w <= 8; w++) {
      scan_all(kernels[i], rows, 1u << w);
      scan_all(kernels[i], (const evd_zp *)(shifted + 1), 1u << w);
    }
}

static void test_kernel_names(void **state) {
  (void)state;
  assert_string_equal(evd_kernel_portable()->name,
                      BELOW_2P ? "limb28" : "portable");
  assert_non_null(evd_kernel_best()->name);
}

#if !BELOW_2P
/* A second opinion: OpenSSL's own Montgomery product has the same R. */
static void test_kernel_openssl(void **state) {
  (void)state;
  uint64_t seed = 4;
  BN_CTX *c = BN_CTX_new();
  BN_MONT_CTX *m = BN_MONT_CTX_new();
  BIGNUM *bp = BN_bin2bn(evd_p_bytes, EVD_P_BYTES, NULL);
  BIGNUM *x = BN_new(), *y = BN_new(), *z = BN_new();
  assert_int_equal(BN_MONT_CTX_set(m, bp, c), 1);
  for (int i = 0; i < N_RANDOM; i++) {
    const evd_kernel *k = kernel_at(i % N_KERNELS);
    evd_zp a, b, r;
    rnd_element(&seed, &a);
    rnd_element(&seed, &b);
    evd_zp_subtract_p(&a, &a);
    evd_zp_subtract_p(&b, &b);
    BN_lebin2bn((const uint8_t *)a.l, sizeof a.l, x);
    BN_lebin2bn((const uint8_t *)b.l, sizeof b.l, y);
    assert_int_equal(BN_mod_mul_montgomery(z, x, y, m, c), 1);
    k->mul(&r, &a, &b);
    evd_zp_subtract_p(&r, &r);
    BN_lebin2bn((const uint8_t *)r.l, sizeof r.l, x);
    assert_int_equal(BN_cmp(x, z), 0);
  }
  BN_free(x), BN_free(y), BN_free(z), BN_free(bp);
  BN_MONT_CTX_free(m), BN_CTX_free(c);
}
#endif

/* [eq 122, 124] Bytes at 0, 1, p-1, p, p+1, 2^4096-1: canonical or not, never
 * reduced by being read; the value mod p is right either way. */
static void test_bytes_edges(void **state) {
  (void)state;
  for (int i = 0; i < N_EDGES * N_KERNELS; i++) {
    const evd_kernel *k = kernel_at(i / N_EDGES);
    evd_zp limbs, a;
    evd_p in, out;
    mpz_t v;
    mpz_init(v);
    edge(&limbs, i % N_EDGES);
    get_element(v, &limbs);
    put_bytes(in.b, EVD_P_BYTES, v);
    bool canonical = evd_zp_from_bytes(k, &a, &in);
    assert_int_equal(canonical, mpz_cmp(v, p) < 0);
    mpz_mod(v, v, p);
    assert_zp(k, &a, v);
    evd_zp_to_bytes(k, &out, &a);
    assert_int_equal(memcmp(&in, &out, sizeof in) == 0, canonical);
    mpz_clear(v);
  }
}

static void test_bytes_random(void **state) {
  (void)state;
  uint64_t seed = 5;
  for (int i = 0; i < N_RANDOM; i++) {
    const evd_kernel *k = kernel_at(i % N_KERNELS);
    evd_p in, out;
    evd_zp a;
    rnd_bytes(&seed, in.b, sizeof in.b);
    in.b[0] &= 0x7F;
    assert_true(evd_zp_from_bytes(k, &a, &in));
    evd_zp_to_bytes(k, &out, &a);
    assert_memory_equal(&in, &out, sizeof in);
  }
}

/* Every representative of an element is that element. */
static void test_equal(void **state) {
  (void)state;
  const evd_kernel *k = kernel_at(0);
  uint64_t seed = 6;
  evd_zp zero = {{0}}, p_limbs, one, other;
  edge(&p_limbs, 3);
  edge(&other, 8);
  evd_zp_one(&one);
  assert_true(evd_zp_equal(k, &zero, &p_limbs));
  assert_int_equal(evd_zp_key(&zero), evd_zp_key(&p_limbs));
  assert_true(evd_zp_is_zero(k, &zero) && evd_zp_is_zero(k, &p_limbs));
  assert_false(evd_zp_is_zero(k, &one) || evd_zp_equal(k, &one, &zero));
  assert_false(evd_zp_equal(k, &other, &one));
  for (int i = 0; i < 4096; i++) { /* no bit is overlooked */
    uint64_t words[L] = {0};
    evd_zp a;
    words[i / 64] = (uint64_t)1 << i % 64;
    put_words(&a, words);
    assert_false(evd_zp_is_zero(k, &a) || evd_zp_equal(k, &a, &zero));
  }
  for (int i = 0; i < 100; i++) { /* x and x + p, for x below R - p */
    uint64_t words[L] = {0};
    evd_zp x, y;
    mpz_t v;
    mpz_init(v);
    for (int j = 0; j < L - 5; j++)
      words[j] = rnd(&seed);
    put_words(&x, words);
    get_element(v, &x);
    mpz_add(v, v, p);
    put_element(&y, v);
    assert_true(evd_zp_equal(k, &x, &y));
    assert_int_equal(evd_zp_key(&x), evd_zp_key(&y));
    mpz_combit(v, (unsigned)(64 * (i % L)));
    put_element(&y, v);
    assert_false(evd_zp_equal(k, &x, &y));
    mpz_clear(v);
  }
}

static void test_cmov(void **state) {
  (void)state;
  uint64_t seed = 7;
  evd_zp a, b, r;
  rnd_element(&seed, &a);
  rnd_element(&seed, &b);
  r = a;
  evd_zp_cmov(&r, &b, 0);
  assert_memory_equal(&r, &a, sizeof r);
  evd_zp_cmov(&r, &b, 1);
  assert_memory_equal(&r, &b, sizeof r);
}

#if !BELOW_2P /* the other layout has no inverses */
static void check_inverse(const evd_kernel *k, const evd_zp *a) {
  evd_zp r;
  mpz_t v;
  mpz_init(v);
  get_zp(k, v, a);
  if (mpz_sgn(v) != 0)
    assert_true(mpz_invert(v, v, p));
  evd_zp_inv_var(k, &r, a);
  assert_zp(k, &r, v);
  r = *a; /* in place */
  evd_zp_inv_var(k, &r, &r);
  assert_zp(k, &r, v);
  mpz_clear(v);
}

static void test_inverse(void **state) {
  (void)state;
  uint64_t seed = 8;
  evd_zp a;
  for (int i = 0; i < N_EDGES; i++) {
    edge(&a, i);
    check_inverse(kernel_at(i % N_KERNELS), &a);
  }
  for (int i = 0; i < N_RANDOM; i++) {
    rnd_element(&seed, &a);
    check_inverse(kernel_at(i % N_KERNELS), &a);
  }
}

#endif

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_kernel_edges),
    cmocka_unit_test(test_kernel_random),
    cmocka_unit_test(test_kernels_agree),
    cmocka_unit_test(test_kernel_aliasing),
    cmocka_unit_test(test_kernel_scan),
    cmocka_unit_test(test_kernel_names),
#if BELOW_2P
    cmocka_unit_test(test_kernel_limits),
#else
    cmocka_unit_test(test_kernel_openssl),
    cmocka_unit_test(test_inverse),
#endif
    cmocka_unit_test(test_bytes_edges),
    cmocka_unit_test(test_bytes_random),
    cmocka_unit_test(test_equal),
    cmocka_unit_test(test_cmov),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
