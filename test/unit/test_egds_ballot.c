/* Ballot encryption: values, overvotes, randomness, opening. */
#include "egds_kit.h"

#include "egds/schnorr.h"

static kit t;

static int setup(void **state) {
  (void)state;
  kit_open(&t, 3, 2, "{\"election\":\"ballots\"}");
  return 0;
}

static int teardown(void **state) {
  (void)state;
  kit_close(&t);
  return 0;
}

static uint32_t check(const evd_ballot *b) {
  return evd_ballot_check_var(&t.G, b, kit_shapes, &t.HE, true);
}

/* Opens contest i of b and returns what is inside. */
static void open_contest(evd_opened_contest *o, const evd_ballot *b, uint32_t i,
                         const evd_h32 *xi_B) {
  assert_int_equal(evd_opened_shape(o, &kit_shapes[i], &t.arena), EVD_OK);
  assert_int_equal(evd_contest_open_var(&t.G, o, &b->contests[i],
                                        &kit_shapes[i], &b->H_I, xi_B),
                   EVD_OK);
}

static void assert_values(const evd_opened_contest *o, const uint32_t want[]) {
  for (uint32_t f = 0; f < o->n_fields; f++)
    assert_int_equal(o->values[f], want[f]);
}

/* [eq 31-38, 57-71] An honest ballot passes every check of its device. */
static void test_honest_ballot(void **state) {
  (void)state;
  evd_ballot b;
  evd_h32 xi_B;
  evd_opened_contest o;
  kit_ballot(&t, &b, kit_selection, &xi_B);
  assert_int_equal(check(&b), 0);
  open_contest(&o, &b, 0, &xi_B);
  assert_values(&o, (const uint32_t[]){1, 0, 1, 0, 1});
  open_contest(&o, &b, 1, &xi_B);
  assert_values(&o, (const uint32_t[]){0, 1});
}

static void test_shapes(void **state) {
  (void)state;
  const evd_shape *s = &kit_shapes[0];
  evd_shape plain = {.m = 2, .R = 4, .L = 7, .w = 3};
  assert_int_equal(evd_shape_fields(s), 5);
  assert_int_equal(evd_shape_range(s, 3), 5);
  assert_int_equal(evd_shape_range(s, 4), 1);
  assert_int_equal(evd_shape_range(s, 5), 2);
  assert_int_equal(evd_shape_factor(s, 3), 1);
  assert_int_equal(evd_shape_factor(s, 4), 3);
  assert_int_equal(evd_shape_factor(s, 5), 1);
  assert_int_equal(evd_shape_fields(&plain), 3);
  assert_int_equal(evd_shape_range(&plain, 3), 3);
  assert_int_equal(evd_shape_factor(&plain, 3), 1);
}

/* An arena that is too small: an error, no half ballot in use. */
static void test_shape_out_of_memory(void **state) {
  (void)state;
  for (size_t cap = 64; cap < 40000; cap += 997) {
    evd_arena small;
    evd_ballot b;
    evd_arena_init(&small, cap);
    evd_err err = evd_ballot_shape(&b, kit_shapes, KIT_CONTESTS, &small);
    assert_true(err == EVD_OK || err == EVD_ERR_SPACE);
    evd_arena_close(&small);
  }
}

typedef struct {
  uint32_t marks[3], n_write_ins;
  bool over;
} plain;

/* Around every edge of the overvote rule, record-format 3.2. */
static const plain plains[] = {
    {{0, 0, 0}, 0, false},
    {{3, 0, 0}, 0, false},
    {{1, 1, 1}, 0, false},
    {{0, 1, 0}, 2, false},
    {{0, 2, 0}, 1, false},
    {{2, 2, 0}, 0, true},
    {{0, 2, 0}, 2, true},
    {{6, 0, 0}, 0, true},
    {{4, 0, 0}, 0, true},
    {{0, 0, 0}, 3, true},
    {{UINT32_MAX, UINT32_MAX, 0}, 0, true},
    {{0, 0, 100}, 100, true},
};
enum { PLAINS = sizeof plains / sizeof plains[0] };

static const evd_span names[100] = {
    {(const uint8_t *)"A", 1},
    {(const uint8_t *)"B", 1},
    {(const uint8_t *)"C", 1},
};

static evd_selection selection_of(const plain *p, evd_span texts[100]) {
  for (uint32_t i = 0; i < p->n_write_ins; i++)
    texts[i] = names[i % 3];
  return (evd_selection){p->marks, p->n_write_ins, texts};
}

/* Any marks on paper become a ballot that passes; too many count as nothing
 * but the flag, and stay readable in the contest data. */
static void test_D15_overvotes_are_null_plus_flag(void **state) {
  (void)state;
  for (int i = 0; i < PLAINS; i++) {
    evd_span texts[100];
    evd_selection sel[2] = {selection_of(&plains[i], texts), kit_selection[1]};
    uint32_t values[5];
    bool over;
    evd_field_values(&kit_shapes[0], &sel[0], values, &over);
    assert_int_equal(over, plains[i].over);
    for (int o = 0; o < 3; o++)
      assert_int_equal(values[o], over ? 0 : plains[i].marks[o]);
    assert_int_equal(values[3], over);
    assert_int_equal(values[4], over ? 0 : plains[i].n_write_ins);
  }
  for (int i = 5; i < PLAINS; i += 3) {
    evd_span texts[100], text;
    evd_selection sel[2] = {selection_of(&plains[i], texts), kit_selection[1]};
    evd_ballot b;
    evd_h32 xi_B;
    evd_opened_contest o;
    kit_ballot(&t, &b, sel, &xi_B);
    assert_int_equal(check(&b), 0);
    open_contest(&o, &b, 0, &xi_B);
    assert_values(&o, (const uint32_t[]){0, 0, 0, 1, 0});
    assert_true(
        evd_data_well_packed(&kit_shapes[0], (evd_span){o.D, 32 * o.b}, &text));
    assert_memory_equal(text.p, "{\"marks\":[", 10);
    assert_memory_not_equal(text.p, "{\"marks\":[]", 11);
  }
}

/* Without an overvote field such a contest is all zero; without write-ins a
 * text counts as one too many. */
static void test_D15_without_the_field(void **state) {
  (void)state;
  const evd_shape s = {.ind_c = 1, .m = 2, .R = 1, .L = 1};
  const uint32_t two[2] = {1, 1}, none[2] = {0, 0};
  uint32_t values[2] = {9, 9};
  bool over;
  evd_field_values(&s, &(evd_selection){.marks = two}, values, &over);
  assert_true(over);
  assert_int_equal(values[0] | values[1], 0);
  evd_field_values(&s, &(evd_selection){none, 1, names}, values, &over);
  assert_true(over);
}

/* Each of the three reasons alone: a mark, the write-ins, the sum. */
static void test_D15_each_reason(void **state) {
  (void)state;
  const evd_shape s = {.ind_c = 1, .m = 2, .R = 2, .L = 4, .w = 1};
  const uint32_t high[2] = {3, 0}, none[2] = {0, 0}, full[2] = {2, 2};
  uint32_t values[3];
  bool over;
  evd_field_values(&s, &(evd_selection){.marks = high}, values, &over);
  assert_true(over);
  evd_field_values(&s, &(evd_selection){none, 2, names}, values, &over);
  assert_true(over);
  evd_field_values(&s, &(evd_selection){full, 1, names}, values, &over);
  assert_true(over);
  evd_field_values(&s, &(evd_selection){.marks = full}, values, &over);
  assert_false(over);
  evd_field_values(&s, &(evd_selection){none, 1, names}, values, &over);
  assert_false(over);
  assert_int_equal(values[2], 1);
}

/* No value is encrypted twice alike: fresh nonces for each ballot and field,
 * and the quotients of two ballots differ from field to field. */
static void test_C12_randomness_is_independent(void **state) {
  (void)state;
  const uint32_t none[3] = {0, 0, 0};
  const evd_selection empty[2] = {{.marks = none}, {.marks = none}};
  evd_ballot b[2];
  evd_zp quotient[7];
  kit_ballot(&t, &b[0], empty, NULL);
  kit_ballot(&t, &b[1], empty, NULL);
  assert_memory_not_equal(b[0].nonce_C0.b, b[1].nonce_C0.b, EVD_P_BYTES);
  uint32_t n = 0;
  for (uint32_t i = 0; i < KIT_CONTESTS; i++)
    for (uint32_t o = 0; o < b[0].contests[i].n_fields; o++, n++) {
      evd_zp x, y;
      evd_zp_from_bytes(t.G.k, &x, &b[0].contests[i].fields[o].alpha);
      evd_zp_from_bytes(t.G.k, &y, &b[1].contests[i].fields[o].alpha);
      evd_zp_inv_var(t.G.k, &y, &y);
      t.G.k->mul(&quotient[n], &x, &y);
      for (uint32_t j = 0; j < n; j++)
        assert_false(evd_zp_equal(t.G.k, &quotient[n], &quotient[j]));
    }
  assert_int_equal(n, 7);
}

/* The same nonce bytes in another election, or under another id_B, give other
 * nonces: H_I is their key [eq 32, 33]. */
static void test_C12_nonces_depend_on_id(void **state) {
  (void)state;
  evd_h32 HI, xi_B, id_B;
  evd_zq_sec a, b;
  evd_q x, y;
  kit_random(&xi_B, sizeof xi_B);
  kit_random(&id_B, sizeof id_B);
  evd_hash_HI(&t.G, &HI, &t.HE, &id_B);
  evd_nonce_option(&t.G, &a, &HI, 1, 1, &xi_B);
  id_B.b[0] ^= 1;
  evd_hash_HI(&t.G, &HI, &t.HE, &id_B);
  evd_nonce_option(&t.G, &b, &HI, 1, 1, &xi_B);
  evd_zq_sec_to_bytes(&x, &a);
  evd_zq_sec_to_bytes(&y, &b);
  assert_memory_not_equal(x.b, y.b, sizeof x.b);
}

/* id_B and xi_B may be q or more; they are strings, not numbers. */
static void test_id_and_nonce_above_q(void **state) {
  (void)state;
  size_t n = evd_ballot_random_bytes(kit_shapes, KIT_CONTESTS);
  uint8_t *random = evd_arena_get(&t.arena, n, 1);
  evd_ballot b;
  evd_h32 xi_B;
  evd_opened_contest o;
  kit_random(random, n);
  memset(random, 0xFF, 32);
  assert_int_equal(evd_ballot_shape(&b, kit_shapes, KIT_CONTESTS, &t.arena),
                   EVD_OK);
  memset(&b.id_B, 0xFF, sizeof b.id_B);
  assert_int_equal(evd_ballot_encrypt(&t.G, &b, kit_shapes, KIT_CONTESTS,
                                      kit_selection, &t.HE, random, n, &xi_B),
                   EVD_OK);
  assert_memory_equal(xi_B.b, random, 32);
  assert_int_equal(evd_ballot_check_var(&t.G, &b, kit_shapes, &t.HE, false), 0);
  open_contest(&o, &b, 1, &xi_B);
  assert_values(&o, (const uint32_t[]){0, 1});
}

static void test_encrypt_refuses(void **state) {
  (void)state;
  size_t n = evd_ballot_random_bytes(kit_shapes, KIT_CONTESTS);
  uint8_t *random = evd_arena_get(&t.arena, n, 1);
  evd_ballot b;
  evd_h32 xi_B = {{0}};
  static const evd_h32 none;
  uint8_t long_text[65];
  memset(long_text, 'x', sizeof long_text);
  const evd_span bad[4] = {{long_text, 65},
                           {long_text, 0},
                           {(const uint8_t *)"a\nb", 3},
                           {(const uint8_t *)"\xFF", 1}};
  assert_int_equal(evd_ballot_shape(&b, kit_shapes, KIT_CONTESTS, &t.arena),
                   EVD_OK);
  assert_int_equal(evd_ballot_encrypt(&t.G, &b, kit_shapes, KIT_CONTESTS,
                                      kit_selection, &t.HE, random, n - 1,
                                      &xi_B),
                   EVD_ERR_RANGE);
  for (int i = 0; i < 4; i++) {
    evd_selection sel[2] = {{kit_selection[0].marks, 1, &bad[i]},
                            kit_selection[1]};
    assert_int_equal(evd_ballot_encrypt(&t.G, &b, kit_shapes, KIT_CONTESTS, sel,
                                        &t.HE, random, n, &xi_B),
                     EVD_ERR_RULE);
  }
  assert_memory_equal(xi_B.b, none.b, 32);
}

/* ---- opening, Verification 13 ---- */

static uint32_t check_opened(const evd_opened_contest *o, const evd_ballot *b,
                             uint32_t i, bool *chi_fits) {
  evd_h32 chi;
  uint32_t flags =
      evd_opened_check_var(&t.G, &chi, o, &b->contests[i], &b->H_I);
  *chi_fits = memcmp(chi.b, b->contests[i].chi.b, sizeof chi.b) == 0;
  return flags;
}

/* [eq 109-111] [V 13.1-13.7, 13.A] and 13.B through chi */
static void test_opened_ballot(void **state) {
  (void)state;
  evd_ballot b;
  evd_h32 xi_B;
  evd_opened_contest o;
  bool fits;
  kit_ballot(&t, &b, kit_selection, &xi_B);
  for (uint32_t i = 0; i < KIT_CONTESTS; i++) {
    open_contest(&o, &b, i, &xi_B);
    assert_int_equal(check_opened(&o, &b, i, &fits), 0);
    assert_true(fits);
  }
  open_contest(&o, &b, 0, &xi_B);
  o.values[0] ^= 1; /* another candidate: only the code does not fit */
  assert_int_equal(check_opened(&o, &b, 0, &fits), 0);
  assert_false(fits);
  open_contest(&o, &b, 0, &xi_B);
  o.nonces[2].b[31] ^= 1;
  assert_int_equal(check_opened(&o, &b, 0, &fits), 0);
  assert_false(fits);
  open_contest(&o, &b, 0, &xi_B);
  o.D[5] ^= 1;
  assert_int_equal(check_opened(&o, &b, 0, &fits), EVD_V13_A);
  assert_true(fits);
  open_contest(&o, &b, 0, &xi_B);
  o.data_nonce.b[31] ^= 1;
  assert_int_equal(check_opened(&o, &b, 0, &fits), EVD_V13_A | EVD_V13_X13);
  open_contest(&o, &b, 0, &xi_B);
  memset(&o.nonces[0], 0xFF, sizeof o.nonces[0]);
  assert_int_equal(check_opened(&o, &b, 0, &fits), EVD_V13_X2);
  assert_false(fits);
}

/* A nonce that is not this ballot's is an error, not an opening. */
static void test_open_with_wrong_nonce(void **state) {
  (void)state;
  evd_ballot b;
  evd_h32 xi_B;
  evd_opened_contest o;
  kit_ballot(&t, &b, kit_selection, &xi_B);
  xi_B.b[7] ^= 1;
  assert_int_equal(evd_opened_shape(&o, &kit_shapes[0], &t.arena), EVD_OK);
  assert_int_equal(evd_contest_open_var(&t.G, &o, &b.contests[0],
                                        &kit_shapes[0], &b.H_I, &xi_B),
                   EVD_ERR_PROOF);
  xi_B.b[7] ^= 1;
  evd_p kept = b.contests[0].fields[2].alpha;
  b.contests[0].fields[2].alpha = b.contests[0].fields[1].alpha;
  assert_int_equal(evd_contest_open_var(&t.G, &o, &b.contests[0],
                                        &kit_shapes[0], &b.H_I, &xi_B),
                   EVD_ERR_PROOF);
  b.contests[0].fields[2].alpha = kept;
  kept = b.contests[0].fields[1].beta;
  kit_power(&t.G, &b.contests[0].fields[1].beta, &t.G.K, 77);
  assert_int_equal(evd_contest_open_var(&t.G, &o, &b.contests[0],
                                        &kit_shapes[0], &b.H_I, &xi_B),
                   EVD_ERR_PROOF);
  b.contests[0].fields[1].beta = kept;
  assert_int_equal(evd_contest_open_var(&t.G, &o, &b.contests[0],
                                        &kit_shapes[0], &b.H_I, &xi_B),
                   EVD_OK);
  kit_power(&t.G, &b.contests[0].data_C0, &t.G.g, 3);
  assert_int_equal(evd_contest_open_var(&t.G, &o, &b.contests[0],
                                        &kit_shapes[0], &b.H_I, &xi_B),
                   EVD_ERR_PROOF);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_honest_ballot),
      cmocka_unit_test(test_shapes),
      cmocka_unit_test(test_shape_out_of_memory),
      cmocka_unit_test(test_D15_overvotes_are_null_plus_flag),
      cmocka_unit_test(test_D15_without_the_field),
      cmocka_unit_test(test_D15_each_reason),
      cmocka_unit_test(test_C12_randomness_is_independent),
      cmocka_unit_test(test_C12_nonces_depend_on_id),
      cmocka_unit_test(test_id_and_nonce_above_q),
      cmocka_unit_test(test_encrypt_refuses),
      cmocka_unit_test(test_opened_ballot),
      cmocka_unit_test(test_open_with_wrong_nonce),
  };
  return cmocka_run_group_tests_name("egds_ballot", tests, setup, teardown);
}
