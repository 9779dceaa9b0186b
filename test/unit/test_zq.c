/* Scalars mod q, against GMP. */
#include "arith.h"

#define N_EDGES 12
#define N_RANDOM 20000

static mpz_t q;

static int setup(void **state) {
  (void)state;
  mpz_init(q);
  get_q(q);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  mpz_clear(q);
  return 0;
}

static void get_zq(mpz_t out, const evd_zq *a) { get_limbs(out, a->l, 4); }

static void assert_zq(const evd_zq *a, const mpz_t want) {
  mpz_t have;
  mpz_init(have);
  get_zq(have, a);
  assert_int_equal(mpz_cmp(have, want), 0);
  mpz_clear(have);
}

/* 32 bytes: 0, 1, 188..190, q-1, q, q+1, 2^256-1, halves of ones, random */
static void bytes_at(uint8_t b[32], int i, uint64_t *seed) {
  static const uint8_t low[] = {0, 1, 188, 189, 190};
  memset(b, i >= 5 && i <= 9 ? 0xFF : 0, 32);
  switch (i) {
  case 0:
  case 1:
  case 2:
  case 3:
  case 4:
    b[31] = low[i];
    break;
  case 5:
    b[31] = 0x42;
    break; /* q - 1 */
  case 6:
    b[31] = 0x43;
    break; /* q */
  case 7:
    b[31] = 0x44;
    break; /* q + 1 */
  case 8:
    break; /* 2^256 - 1 */
  case 9:
    memset(b, 0, 16);
    break;
  case 10:
    memset(b, 0xFF, 16);
    break;
  default:
    rnd_bytes(seed, b, 32);
    break;
  }
}

/* [eq 122, 127] in and out of 32 bytes, reduced or not */
static void test_bytes(void **state) {
  (void)state;
  uint64_t seed = 21;
  mpz_t v, m;
  mpz_inits(v, m, NULL);
  for (int i = 0; i < 1000; i++) {
    evd_q in, out;
    evd_h32 h;
    evd_zq a, b;
    evd_exp e;
    bytes_at(in.b, i, &seed);
    memcpy(h.b, in.b, 32);
    get_bytes(v, in.b, 32);
    mpz_mod(m, v, q);
    assert_int_equal(evd_zq_from_bytes(&a, &in), mpz_cmp(v, q) < 0);
    assert_zq(&a, m);
    evd_zq_reduce(&b, &h);
    assert_zq(&b, m);
    evd_zq_to_bytes(&out, &a);
    put_bytes(in.b, 32, m);
    assert_memory_equal(&in, &out, 32);
    memcpy(in.b, h.b, 32);
    evd_exp_from_bytes(&e, &in); /* not reduced */
    get_limbs(m, e.l, 4);
    assert_int_equal(mpz_cmp(m, v), 0);
  }
  mpz_clears(v, m, NULL);
}

static void check_pair(const evd_zq *a, const evd_zq *b) {
  evd_zq r;
  mpz_t x, y, z;
  mpz_inits(x, y, z, NULL);
  get_zq(x, a);
  get_zq(y, b);
  evd_zq_add(&r, a, b);
  mpz_add(z, x, y), mpz_mod(z, z, q);
  assert_zq(&r, z);
  evd_zq_sub(&r, a, b);
  mpz_sub(z, x, y), mpz_mod(z, z, q);
  assert_zq(&r, z);
  evd_zq_mul(&r, a, b);
  mpz_mul(z, x, y), mpz_mod(z, z, q);
  assert_zq(&r, z);
  assert_int_equal(evd_zq_equal(a, b), mpz_cmp(x, y) == 0);
  mpz_clears(x, y, z, NULL);
}

static void element_at(evd_zq *r, int i, uint64_t *seed) {
  evd_q b;
  bytes_at(b.b, i, seed);
  (void)evd_zq_from_bytes(r, &b);
}

static void test_operations(void **state) {
  (void)state;
  uint64_t seed = 22;
  evd_zq a, b;
  for (int i = 0; i < N_EDGES * N_EDGES; i++) {
    element_at(&a, i % N_EDGES, &seed);
    element_at(&b, i / N_EDGES, &seed);
    check_pair(&a, &b);
  }
  for (int i = 0; i < N_RANDOM; i++) {
    element_at(&a, N_EDGES, &seed);
    element_at(&b, N_EDGES, &seed);
    check_pair(&a, &b);
  }
}

/* Products just above a multiple of q: the last fold carries. */
static void test_products_near_q(void **state) {
  (void)state;
  uint64_t seed = 25;
  for (uint64_t i = 0; i < 3000; i++) {
    evd_zq a, b, small, r;
    element_at(&a, N_EDGES, &seed);
    evd_zq_from_u64(&small, i < 400 ? i : rnd(&seed) % 40000);
    evd_zq_inv(&b, &a);
    evd_zq_mul(&b, &b, &small);
    check_pair(&a, &b);
    evd_zq_mul(&r, &a, &b);
    assert_true(evd_zq_equal(&r, &small));
  }
}

typedef void operation(evd_zq *, const evd_zq *, const evd_zq *);

static void test_aliasing(void **state) {
  (void)state;
  static operation *const ops[] = {evd_zq_add, evd_zq_sub, evd_zq_mul};
  uint64_t seed = 23;
  for (int i = 0; i < 3 * N_EDGES; i++) {
    operation *op = ops[i % 3];
    evd_zq a, b, r, want;
    element_at(&a, i / 3, &seed);
    element_at(&b, N_EDGES, &seed);
    op(&want, &a, &b);
    r = a, op(&r, &r, &b);
    assert_true(evd_zq_equal(&r, &want));
    r = b, op(&r, &a, &r);
    assert_true(evd_zq_equal(&r, &want));
    op(&want, &a, &a);
    r = a, op(&r, &r, &r);
    assert_true(evd_zq_equal(&r, &want));
  }
}

static void test_inverse(void **state) {
  (void)state;
  uint64_t seed = 24;
  mpz_t x;
  mpz_init(x);
  for (int i = 0; i < 200; i++) {
    evd_zq a, r;
    element_at(&a, i, &seed);
    get_zq(x, &a);
    if (mpz_sgn(x) != 0)
      assert_true(mpz_invert(x, x, q));
    evd_zq_inv(&r, &a);
    assert_zq(&r, x);
    evd_zq_inv(&a, &a);
    assert_true(evd_zq_equal(&a, &r));
  }
  mpz_clear(x);
}

static void test_small(void **state) {
  (void)state;
  evd_zq a;
  evd_zq_from_u64(&a, UINT64_MAX);
  evd_exp e = evd_exp_zq(&a);
  assert_int_equal(e.l[0], UINT64_MAX);
  assert_int_equal(e.l[1] | e.l[2] | e.l[3], 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_bytes),           cmocka_unit_test(test_operations),
      cmocka_unit_test(test_products_near_q), cmocka_unit_test(test_aliasing),
      cmocka_unit_test(test_inverse),         cmocka_unit_test(test_small),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
