/* The product's own algorithms over the toy groups of the specification:
 * every case of the 16-bit group, samples of the larger ones. Compiled once
 * for each group. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "group/secret.h"

#define P ((uint64_t)EVD_TOY_P)
#define Q ((uint64_t)EVD_TOY_Q)
#define N_EXPS ((uint64_t)1 << EVD_EXP_BITS) /* all published exponents */
#define ALL (EVD_TOY == 16)

__extension__ typedef unsigned __int128 u128;

static evd_group G;
static const evd_kernel *k;

static int setup(void **state) {
  (void)state;
  k = evd_kernel_best();
  evd_group_init(&G, k);
  return 0;
}

static uint64_t rnd(uint64_t *seed) {
  uint64_t z = (*seed += 0x9E3779B97F4A7C15u);
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}

static uint64_t times(uint64_t a, uint64_t b) {
  return (uint64_t)((u128)a * b % P);
}

static uint64_t power(uint64_t a, uint64_t e) {
  uint64_t r = 1;
  for (; e > 0; e /= 2) {
    if (e % 2 != 0)
      r = times(r, a);
    a = times(a, a);
  }
  return r;
}

static void put(evd_p *b, uint64_t v) {
  for (size_t i = 0; i < EVD_P_BYTES; i++)
    b->b[EVD_P_BYTES - 1 - i] = (uint8_t)(v >> 8 * i);
}

static uint64_t get(const evd_zp *a) {
  evd_p b;
  uint64_t v = 0;
  evd_zp_to_bytes(k, &b, a);
  for (size_t i = 0; i < EVD_P_BYTES; i++)
    v = v << 8 | b.b[i];
  return v;
}

static evd_zp element(uint64_t v) {
  evd_p b;
  evd_zp r;
  put(&b, v);
  assert_int_equal(evd_zp_from_bytes(k, &r, &b), v < P);
  return r;
}

static evd_exp exponent(uint64_t e) { return (evd_exp){{e, 0, 0, 0}}; }

static evd_zq_sec secret(uint64_t e) { return (evd_zq_sec){{{e, 0, 0, 0}}}; }

/* the printed parameters fit together */
static void test_parameters(void **state) {
  (void)state;
  uint64_t g = get(&G.g.value);
  assert_true(g == (uint64_t)EVD_TOY_G);
  assert_int_equal((P - 1) % Q, 0);
  assert_true(power(2, (P - 1) / Q) == g);
  assert_true(power(g, Q) == 1 && g != 1);
  assert_true(((uint64_t)1 << EVD_Q_BITS) - EVD_Q_TAIL == Q);
}

/* The strict test against the definition 0 < x < p and x^q = 1. */
static void check_membership(uint64_t v, uint64_t *n_members) {
  evd_p b;
  evd_zp x, out;
  put(&b, v);
  bool canonical = evd_zp_from_bytes(k, &x, &b);
  bool want = v > 0 && v < P && power(v, Q) == 1;
  assert_int_equal(canonical, v < P);
  assert_int_equal(evd_zp_member_var(k, &x, canonical), want);
  assert_int_equal(evd_element_read_var(&G, &out, &b) == EVD_OK, want);
  assert_true(get(&x) == v % P);
  *n_members += want;
}

static void test_A04_membership_all(void **state) {
  (void)state;
  uint64_t seed = 1, n_members = 0;
  if (ALL) {
    for (uint64_t v = 0; v < 65536; v++)
      check_membership(v, &n_members);
    assert_int_equal(n_members, Q);
    return;
  }
  for (int i = 0; i < 20000; i++) {
    uint64_t v = rnd(&seed) >> (64 - 8 * EVD_P_BYTES);
    check_membership(v, &n_members);
    check_membership(power(v % P, (P - 1) / Q), &n_members);
    check_membership(power(v % P, Q), &n_members);
    check_membership(power(v % P, 2 * Q), &n_members);
  }
  check_membership(0, &n_members);
  check_membership(P - 1, &n_members);
  check_membership(P, &n_members);
}

/* Every form of power of one element with one exponent. */
static void check_power(uint64_t a, uint64_t e) {
  evd_zp x = element(a), r, out[2], work[EVD_CHAIN_WORK(2)];
  evd_exp pub = exponent(e), both[2] = {pub, exponent(N_EXPS - 1 - e)};
  evd_zq_sec sec = secret(e);
  uint64_t want = power(a, e);
  evd_zp_pow_var(k, &r, &x, &pub);
  assert_true(get(&r) == want);
  evd_zp_pow_u64_var(k, &r, &x, e);
  assert_true(get(&r) == want);
  evd_zp_pow_sec(k, &r, &x, &sec);
  assert_true(get(&r) == want);
  bool member = a > 0 && power(a, Q) == 1;
  assert_int_equal(evd_zp_chain_var(k, out, &x, true, both, 2, work), member);
  assert_true(get(&out[0]) == want);
  assert_true(get(&out[1]) == power(a, N_EXPS - 1 - e));
}

static void test_powers(void **state) {
  (void)state;
  static const uint64_t some[] = {0, 1, 2, Q - 1, Q, Q + 1, N_EXPS - 1};
  uint64_t seed = 2;
  for (uint64_t i = 0; i < Q && ALL; i++)
    for (uint64_t e = 0; e < N_EXPS; e++)
      check_power(power((uint64_t)EVD_TOY_G, i), e);
  for (uint64_t i = 0; i < (ALL ? P : 3000); i++) {
    uint64_t a = ALL ? i : rnd(&seed) % P;
    check_power(a, some[i % 7]);
    check_power(a, rnd(&seed) % N_EXPS);
  }
}

static void test_inverses(void **state) {
  (void)state;
  uint64_t seed = 3;
  for (uint64_t i = 0; i < (ALL ? P : 20000); i++) {
    uint64_t a = ALL || i < 3 ? i : rnd(&seed) % P;
    evd_zp x = element(a), r;
    evd_zp_inv_var(k, &r, &x);
    assert_true(get(&r) == power(a, P - 2));
  }
}

static void test_fixed_base(void **state) {
  (void)state;
  static evd_zp rows[EVD_TABLE_ELEMS(8)];
  uint64_t seed = 4;
  for (uint32_t w = 1; w <= 8; w++) {
    evd_table t;
    uint64_t a = power((uint64_t)EVD_TOY_G, w);
    evd_zp x = element(a), r;
    evd_table_build(k, &t, rows, w, &x);
    for (uint64_t i = 0; i < (ALL ? N_EXPS : 1000); i++) {
      uint64_t e = ALL ? i : rnd(&seed) % N_EXPS;
      evd_exp pub = exponent(e);
      evd_zq_sec sec = secret(e);
      evd_table_pow_var(k, &r, &t, &pub);
      assert_true(get(&r) == power(a, e));
      evd_table_pow_sec(k, &r, &t, &sec);
      assert_true(get(&r) == power(a, e));
    }
  }
}

/* All pairs of exponents of two bases; all windows by the scratch. */
static void test_multipow(void **state) {
  (void)state;
  uint64_t seed = 5, g = (uint64_t)EVD_TOY_G, h = power(g, 5);
  evd_zp a[2] = {element(g), element(h)}, r, work[16];
  for (uint64_t i = 0; i < (ALL ? N_EXPS * N_EXPS : 5000); i++) {
    uint64_t e = ALL ? i / N_EXPS : rnd(&seed) % N_EXPS;
    uint64_t f = ALL ? i % N_EXPS : rnd(&seed) % N_EXPS;
    evd_exp x[2] = {exponent(e), exponent(f)};
    evd_zp_multipow_var(k, &r, a, x, 2, work, 2 + i % 15);
    assert_true(get(&r) == times(power(g, e), power(h, f)));
  }
}

static void test_multipow_many(void **state) {
  (void)state;
  enum { N = 60 };
  uint64_t seed = 6;
  evd_zp a[N], r, work[40];
  evd_exp e[N];
  for (size_t n = 0; n <= N; n++) {
    uint64_t want = 1;
    for (size_t i = 0; i < n; i++) {
      uint64_t v = n % 10 == 9 && i == 0 ? 0 : rnd(&seed) % P;
      uint64_t x = i == 1 ? 0 : rnd(&seed) % N_EXPS;
      a[i] = element(v);
      e[i] = exponent(x);
      want = times(want, power(v, x));
    }
    evd_zp_multipow_var(k, &r, a, e, n, work, 40);
    assert_true(get(&r) == want);
  }
}

static void check_scalars(uint64_t a, uint64_t b) {
  evd_zq x, y, r;
  evd_zq_from_u64(&x, a), evd_zq_from_u64(&y, b);
  evd_zq_add(&r, &x, &y);
  assert_true(r.l[0] == (a + b) % Q);
  evd_zq_sub(&r, &x, &y);
  assert_true(r.l[0] == (a + Q - b) % Q);
  evd_zq_mul(&r, &x, &y);
  assert_true(r.l[0] == a * b % Q);
  evd_zq_sec u = {x}, s = {y}, left;
  evd_zq_sec_response(&r, &u, &y, &s); /* u - c s with c = s */
  evd_zq_sec_mul(&left, &s, &s);
  evd_zq_sec_add(&left, &left, &(evd_zq_sec){r});
  assert_true(left.v.l[0] == a);
  evd_zq_inv(&r, &y);
  evd_zq_mul(&r, &r, &y);
  assert_true(r.l[0] == (b != 0));
}

static void test_scalars(void **state) {
  (void)state;
  uint64_t seed = 7;
  for (uint64_t i = 0; i < (ALL ? Q * Q : 20000); i++)
    check_scalars(ALL ? i / Q : rnd(&seed) % Q, ALL ? i % Q : rnd(&seed) % Q);
  for (uint64_t v = 0; v < (ALL ? N_EXPS : 3000); v++) {
    evd_q b, back;
    evd_zq x;
    evd_exp e;
    uint64_t value = ALL ? v : N_EXPS - 1 - v; /* around q */
    for (size_t i = 0; i < EVD_Q_BYTES; i++)
      b.b[EVD_Q_BYTES - 1 - i] = (uint8_t)(value >> 8 * i);
    assert_int_equal(evd_zq_from_bytes(&x, &b), value < Q);
    assert_true(x.l[0] == value % Q);
    evd_zq_to_bytes(&back, &x);
    assert_int_equal(memcmp(&b, &back, sizeof b) == 0, value < Q);
    evd_exp_from_bytes(&e, &b);
    assert_true(e.l[0] == value);
  }
}

/* A11: the number of 48 bytes mod q, in the toy groups too. */
static void test_A11_sampler(void **state) {
  (void)state;
  uint64_t seed = 8;
  for (int i = 0; i < 1000; i++) {
    uint8_t b[EVD_SAMPLE_BYTES];
    uint64_t want = 0;
    evd_zq_sec s;
    for (size_t j = 0; j < sizeof b; j++) {
      b[j] = (uint8_t)rnd(&seed);
      want = (want << 8 | b[j]) % Q;
    }
    evd_zq_sec_sample(&s, b);
    assert_true(s.v.l[0] == want);
  }
}

static void check_logs(uint64_t bound, uint64_t step) {
  size_t n = evd_dlog_slots(bound);
  evd_dlog_slot *slots = malloc(n * sizeof *slots);
  evd_dlog d;
  assert_int_equal(evd_dlog_build_var(&G, &d, &G.g, bound, slots), EVD_OK);
  for (uint64_t t = 0; t < Q && t <= 2 * bound + 1; t += step) {
    evd_zp T = element(power((uint64_t)EVD_TOY_G, t));
    uint64_t found = 0;
    evd_err e = evd_dlog_find_var(&G, &d, &T, bound, &found);
    assert_int_equal(e, t <= bound ? EVD_OK : EVD_ERR_DLOG);
    if (e == EVD_OK)
      assert_true(found == t);
  }
  free(slots);
}

static void test_logs(void **state) {
  (void)state;
  for (uint64_t bound = 0; bound < Q && ALL; bound++)
    check_logs(bound, 1);
  if (!ALL)
    check_logs(Q / 3, Q / 50);
  if (!ALL)
    check_logs(100, 1);
}

/* No element outside the group has a log. */
static void test_logs_of_outsiders(void **state) {
  (void)state;
  evd_dlog_slot slots[512];
  evd_dlog d;
  assert_in_range(evd_dlog_slots(126), 1, 512);
  assert_int_equal(evd_dlog_build_var(&G, &d, &G.g, 126, slots), EVD_OK);
  for (uint64_t v = 0; v < 59183; v++) {
    evd_zp T = element(v);
    uint64_t t = 0;
    evd_err e = evd_dlog_find_var(&G, &d, &T, 126, &t);
    if (e == EVD_OK)
      assert_true(power((uint64_t)EVD_TOY_G, t) == v);
    else if (ALL)
      assert_false(v > 0 && power(v, Q) == 1);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_parameters),
      cmocka_unit_test(test_A04_membership_all),
      cmocka_unit_test(test_powers),
      cmocka_unit_test(test_inverses),
      cmocka_unit_test(test_fixed_base),
      cmocka_unit_test(test_multipow),
      cmocka_unit_test(test_multipow_many),
      cmocka_unit_test(test_scalars),
      cmocka_unit_test(test_A11_sampler),
      cmocka_unit_test(test_logs),
      cmocka_unit_test(test_logs_of_outsiders),
  };
  return cmocka_run_group_tests(tests, setup, NULL);
}
