/* Range proofs over a toy group, exhaustively: every value of every range
 * with every nonce. The sources are the product's, compiled with tiny
 * numbers; q = 127. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "egds/check.h"
#include "egds/encrypt.h"

enum { RANGE_MAX = 9, SECRET = 45 };
static evd_group G;
static uint64_t seed = 1;

static uint8_t next_byte(void) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint8_t)(seed >> 56);
}

static int setup(void **state) {
  const evd_exp s = {{SECRET, 0, 0, 0}};
  evd_zp x;
  evd_p K;
  (void)state;
  evd_group_init(&G, evd_kernel_best());
  evd_base_pow_var(&G, &x, &G.g, &s);
  evd_zp_to_bytes(G.k, &K, &x);
  return evd_base_set(&G, &G.K, &K) == EVD_OK ? 0 : 1;
}

typedef struct {
  evd_field f;
  evd_q c[RANGE_MAX + 1], v[RANGE_MAX + 1];
} proof;

static void prove(proof *p, uint32_t value, uint32_t range, uint64_t nonce,
                  const evd_h32 *HI) {
  uint8_t random[2 * (RANGE_MAX + 1) * EVD_SAMPLE_BYTES];
  evd_zq_sec xi;
  for (size_t i = 0; i < sizeof random; i++)
    random[i] = next_byte();
  p->f.range = range;
  p->f.c = p->c;
  p->f.v = p->v;
  evd_zq_sec_from_u64(&xi, nonce);
  evd_encrypt_value(&G, &p->f.alpha, &p->f.beta, &xi, value);
  evd_range_prove(&G, p->c, p->v, &p->f.alpha, &p->f.beta, &xi, value, range,
                  HI, 1, 2, random);
}

/* [eq 57-61] [V 6.A-6.D] Completeness without exception. */
static void test_every_value_range_and_nonce(void **state) {
  (void)state;
  const evd_h32 HI = {{1, 2, 3}};
  uint32_t count = 0;
  for (uint32_t range = 0; range <= RANGE_MAX; range++)
    for (uint32_t value = 0; value <= range; value++)
      for (uint64_t nonce = 0; nonce < EVD_TOY_Q; nonce++, count++) {
        proof p;
        prove(&p, value, range, nonce, &HI);
        assert_int_equal(evd_field_check_var(&G, &p.f, &HI, 1, 2), 0);
      }
  assert_int_equal(count, 55 * EVD_TOY_Q);
}

/* A value outside has no proof but by chance: one in q. */
static void test_values_outside(void **state) {
  (void)state;
  uint32_t passed = 0, count = 0;
  for (uint32_t range = 0; range <= 3; range++)
    for (uint32_t value = range + 1; value < EVD_TOY_Q; value++)
      for (uint8_t i = 0; i < 20; i++, count++) {
        const evd_h32 HI = {{9, i}};
        proof p;
        prove(&p, value, range, next_byte() % EVD_TOY_Q, &HI);
        passed += evd_field_check_var(&G, &p.f, &HI, 1, 2) == 0;
      }
  assert_true(count > 9000);
  assert_true(passed > 0 && passed < count / 50);
}

/* Every element of Z_p outside the subgroup is refused, every one inside is
 * not; all of them. [V 6.A] */
static void test_A04_every_alpha(void **state) {
  (void)state;
  const evd_h32 HI = {{7}};
  proof p;
  uint32_t members = 0;
  prove(&p, 1, 1, 5, &HI);
  for (uint32_t x = 0; x < 65536; x++) {
    p.f.alpha.b[0] = (uint8_t)(x >> 8);
    p.f.alpha.b[1] = (uint8_t)x;
    members += !(evd_field_check_var(&G, &p.f, &HI, 1, 2) & EVD_F_MEMBER);
  }
  assert_int_equal(members, EVD_TOY_Q);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_value_range_and_nonce),
      cmocka_unit_test(test_values_outside),
      cmocka_unit_test(test_A04_every_alpha),
  };
  return cmocka_run_group_tests_name("egds_toy", tests, setup, NULL);
}
