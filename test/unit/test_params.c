/* The constants of the group, derived again from ln 2. [eq 3] */
#include "arith.h"

#include "hash/hash.h"

#define FRACTION_BITS 3584
#define GUARD_BITS 128

static const char delta_text[] =
    "2879752037785836389581386115336025214918871694097048746435245607564860806"
    "35197037903";

/* out = floor(2^bits atanh(1/n)), within a few units */
static void atanh_inverse(mpz_t out, unsigned n, unsigned bits) {
  mpz_t power, term;
  mpz_inits(power, term, NULL);
  mpz_ui_pow_ui(power, 2, bits);
  mpz_tdiv_q_ui(power, power, n);
  mpz_set_ui(out, 0);
  for (unsigned i = 1; mpz_sgn(power) > 0; i += 2) {
    mpz_tdiv_q_ui(term, power, i);
    mpz_add(out, out, term);
    mpz_tdiv_q_ui(power, power, n * n);
  }
  mpz_clears(power, term, NULL);
}

/* out = floor(2^3584 ln 2), ln 2 = 14 atanh(1/31) + 10 atanh(1/49) +
 * 6 atanh(1/161) */
static void ln_2(mpz_t out) {
  static const unsigned n[3] = {31, 49, 161}, times[3] = {14, 10, 6};
  mpz_t x;
  mpz_init(x);
  mpz_set_ui(out, 0);
  for (int i = 0; i < 3; i++) {
    atanh_inverse(x, n[i], FRACTION_BITS + GUARD_BITS);
    mpz_addmul_ui(out, x, times[i]);
  }
  mpz_tdiv_q_2exp(out, out, GUARD_BITS);
  mpz_clear(x);
}

static void derive(mpz_t p, mpz_t q, mpz_t g) {
  mpz_t x;
  mpz_init(x);
  mpz_ui_pow_ui(q, 2, 256);
  mpz_sub_ui(q, q, 189);
  ln_2(p);
  mpz_set_str(x, delta_text, 10);
  mpz_add(p, p, x);
  mpz_mul_2exp(p, p, 256);
  mpz_ui_pow_ui(x, 2, 4096), mpz_add(p, p, x);
  mpz_ui_pow_ui(x, 2, 3840), mpz_sub(p, p, x);
  mpz_ui_pow_ui(x, 2, 256), mpz_add(p, p, x);
  mpz_sub_ui(p, p, 1);
  mpz_sub_ui(x, p, 1);
  assert_true(mpz_divisible_p(x, q));
  mpz_divexact(x, x, q);
  mpz_set_ui(g, 2);
  mpz_powm(g, g, x, p);
  mpz_clear(x);
}

static void assert_bytes(const uint8_t *b, size_t n, const mpz_t want) {
  uint8_t w[EVD_P_BYTES];
  put_bytes(w, n, want);
  assert_memory_equal(b, w, n);
}

static void assert_pin(const uint8_t *b, const char *pin) {
  evd_sha256 c;
  evd_h32 h;
  char text[65] = "";
  evd_sha256_init(&c);
  evd_sha256_add(&c, b, EVD_P_BYTES);
  evd_sha256_out(&c, &h);
  for (size_t i = 0; i < 32; i++) {
    static const char digits[] = "0123456789ABCDEF";
    text[2 * i] = digits[h.b[i] >> 4];
    text[2 * i + 1] = digits[h.b[i] & 15];
  }
  assert_string_equal(text, pin);
}

static void test_A13_parameters_from_ln2(void **state) {
  (void)state;
  mpz_t p, q, g;
  mpz_inits(p, q, g, NULL);
  derive(p, q, g);
  assert_bytes(evd_p_bytes, EVD_P_BYTES, p);
  assert_bytes(evd_q_bytes, EVD_Q_BYTES, q);
  assert_bytes(evd_g_bytes, EVD_P_BYTES, g);
  assert_pin(
      evd_p_bytes,
      "F76FAC50669BDB5B75FE86264378525D336BC1566140A48D76AEBF7B0DD19F27");
  assert_pin(
      evd_g_bytes,
      "77FBD493A68FB3E3D24D7C25608A61BE021BB6749567B08E664D093BB32DED77");
  mpz_clears(p, q, g, NULL);
}

/* p - 1 = 2 q r' with three primes, p = 7 mod 8, g of order q */
static void test_A13_structure(void **state) {
  (void)state;
  mpz_t p, q, g, x;
  mpz_inits(p, q, g, x, NULL);
  derive(p, q, g);
  assert_int_equal(mpz_fdiv_ui(p, 8), 7);
  assert_true(mpz_probab_prime_p(p, 2) > 0);
  assert_true(mpz_probab_prime_p(q, 20) > 0);
  mpz_sub_ui(x, p, 1);
  mpz_divexact(x, x, q);
  assert_int_equal(mpz_fdiv_ui(x, 2), 0);
  mpz_tdiv_q_2exp(x, x, 1);
  assert_int_equal(mpz_sizeinbase(x, 2), 3840);
  assert_true(mpz_probab_prime_p(x, 2) > 0);
  mpz_powm(x, g, q, p);
  assert_int_equal(mpz_cmp_ui(x, 1), 0);
  assert_true(mpz_cmp_ui(g, 1) > 0);
  mpz_clears(p, q, g, x, NULL);
}

/* The limbs of mp/ are those of the bytes. */
static void test_limbs(void **state) {
  (void)state;
  mpz_t p, x, y;
  mpz_inits(p, x, y, NULL);
  get_p(p);
  get_limbs(x, evd_zp_p.l, EVD_ZP_LIMBS);
  assert_int_equal(mpz_cmp(x, p), 0);
  mpz_ui_pow_ui(x, 2, 64 * EVD_ZP_LIMBS);
  mpz_mod(x, x, p);
  get_limbs(y, evd_zp_r1.l, EVD_ZP_LIMBS);
  assert_int_equal(mpz_cmp(x, y), 0);
  mpz_mul(x, x, x), mpz_mod(x, x, p);
  get_limbs(y, evd_zp_r2.l, EVD_ZP_LIMBS);
  assert_int_equal(mpz_cmp(x, y), 0);
  /* what the kernels take for granted */
  for (int i = 0; i < 4; i++) {
    assert_int_equal(evd_zp_p.l[i], UINT64_MAX);
    assert_int_equal(evd_zp_p.l[EVD_ZP_LIMBS - 1 - i], UINT64_MAX);
  }
  assert_int_not_equal(evd_zp_p.l[4], UINT64_MAX);
  mpz_clears(p, x, y, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_A13_parameters_from_ln2),
      cmocka_unit_test(test_A13_structure),
      cmocka_unit_test(test_limbs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
