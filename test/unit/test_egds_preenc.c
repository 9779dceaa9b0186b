/* Pre-encrypted ballots: hashes and short codes. */
#include "egds_kit.h"

#include "egds/preenc.h"

static evd_group G;

static int setup(void **state) {
  (void)state;
  evd_group_init(&G, evd_kernel_best());
  return 0;
}

/* chi does not tell the order in which the vectors were made. */
static void test_chi_is_sorted(void **state) {
  (void)state;
  evd_h32 HI, psi[6], again[6], chi[2];
  kit_random(&HI, sizeof HI);
  kit_random(psi, sizeof psi);
  for (int i = 0; i < 6; i++)
    again[i] = psi[5 - i];
  evd_pre_chi(&G, &chi[0], &HI, 1, psi, 6);
  evd_pre_chi(&G, &chi[1], &HI, 1, again, 6);
  assert_memory_equal(chi[0].b, chi[1].b, 32);
  for (int i = 1; i < 6; i++)
    assert_true(memcmp(psi[i - 1].b, psi[i].b, 32) < 0);
  psi[3].b[0] ^= 1;
  evd_pre_chi(&G, &chi[1], &HI, 1, psi, 6);
  assert_memory_not_equal(chi[0].b, chi[1].b, 32);
}

/* The eight codes of section 4.6 at their edges. */
static void test_omega(void **state) {
  (void)state;
  static const uint8_t last[] = {0x00, 0x09, 0x0A, 0x19, 0x1A, 0xFF};
  static const char *const want[8][6] = {
      {"00", "09", "0A", "19", "1A", "FF"},
      {"AB00", "AB09", "AB0A", "AB19", "AB1A", "ABFF"},
      {"A0", "A9", "B0", "C5", "C6", "Z5"},
      {"0A", "0J", "0K", "0Z", "1A", "9V"},
      {"0", "9", "10", "25", "26", "255"},
      {"1", "10", "11", "26", "27", "256"},
      {"100", "109", "110", "125", "126", "355"},
      {"101", "110", "111", "126", "127", "356"}};
  for (uint32_t kind = 1; kind <= 8; kind++)
    for (int i = 0; i < 6; i++) {
      evd_h32 psi = {{0}};
      char code[EVD_OMEGA_BYTES];
      psi.b[30] = 0xAB;
      psi.b[31] = last[i];
      evd_omega(code, kind, &psi);
      assert_string_equal(code, want[kind - 1][i]);
    }
}

static void all_codes(char code[256][EVD_OMEGA_BYTES], uint32_t kind) {
  for (int i = 0; i < 256; i++) {
    evd_h32 psi = {{0}};
    psi.b[31] = (uint8_t)i;
    evd_omega(code[i], kind, &psi);
  }
}

/* All 256 last bytes have codes of their own. */
static void test_omega_tells_apart(void **state) {
  (void)state;
  for (uint32_t kind = 1; kind <= 8; kind++) {
    char code[256][EVD_OMEGA_BYTES];
    all_codes(code, kind);
    for (int pair = 0; pair < 256 * 256; pair++)
      if (pair / 256 != pair % 256)
        assert_string_not_equal(code[pair / 256], code[pair % 256]);
  }
}

/* Nonces differ by contest, vector and position; no tag is that of an
 * ordinary ballot. */
static void test_tags_differ(void **state) {
  (void)state;
  evd_h32 HI, xi_B, a, b;
  evd_zq_sec x[4];
  evd_q bytes[4];
  uint8_t B_C[EVD_BC_BYTES] = {0};
  kit_random(&HI, sizeof HI);
  kit_random(&xi_B, sizeof xi_B);
  evd_pre_nonce(&G, &x[0], &HI, 1, 1, 1, &xi_B);
  evd_pre_nonce(&G, &x[1], &HI, 1, 1, 2, &xi_B);
  evd_pre_nonce(&G, &x[2], &HI, 1, 2, 1, &xi_B);
  evd_pre_nonce(&G, &x[3], &HI, 2, 1, 1, &xi_B);
  for (int i = 0; i < 4; i++) {
    evd_zq_sec_to_bytes(&bytes[i], &x[i]);
    for (int j = 0; j < i; j++)
      assert_memory_not_equal(bytes[i].b, bytes[j].b, 32);
  }
  evd_pre_HC(&G, &a, &HI, &xi_B, 1, B_C);
  evd_hash_HC(&G, &b, &HI, &xi_B, 1, B_C);
  assert_memory_not_equal(a.b, b.b, 32);
  evd_pre_chain(&G, &a, &HI, B_C);
  evd_hash_H0(&G, &b, &HI, B_C);
  assert_memory_not_equal(a.b, b.b, 32);
  evd_pre_HDI(&G, &a, &HI, (evd_span){(const uint8_t *)"x", 1});
  evd_hash_HDI(&G, &b, &HI, (evd_span){(const uint8_t *)"x", 1});
  assert_memory_not_equal(a.b, b.b, 32);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_chi_is_sorted),
      cmocka_unit_test(test_omega),
      cmocka_unit_test(test_omega_tells_apart),
      cmocka_unit_test(test_tags_differ),
  };
  return cmocka_run_group_tests_name("egds_preenc", tests, setup, NULL);
}
