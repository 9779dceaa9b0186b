/* Precomputed ballots: the same bytes as the direct path, for one use only.
 * Compiled twice, for the standard group and for a toy group. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "egds/check.h"
#include "egds/precompute.h"

#ifdef EVD_TOY
enum { RANGE_MAX = EVD_PRE_RANGE_MAX + 2, RANGE_STEP = 1, STEP = 1 };
#else
enum { RANGE_MAX = EVD_PRE_RANGE_MAX + 1, RANGE_STEP = 5, STEP = 5 };
#endif
enum { CONTESTS = 2, STYLE = 7, RANDOM_MAX = 1 << 16 };

/* Options 0..5 with an overvote field, write-ins and data; a plain one. */
static const evd_shape shapes[CONTESTS] = {
    {.ind_c = 1, .m = 3, .R = 5, .L = 3, .w = 2, .b = 6, .overvote = true},
    {.ind_c = 4, .m = 2, .R = 1, .L = 1},
};
static const uint32_t marks_1[3] = {1, 0, 1}, marks_2[2] = {0, 1};
static const uint32_t marks_over[3] = {5, 5, 5};
static const evd_span texts[1] = {{(const uint8_t *)"Grace \"H\"", 9}};
static const evd_selection honest[CONTESTS] = {
    {marks_1, 1, texts},
    {.marks = marks_2},
};

static evd_group G;
static evd_arena arena;
static uint8_t random[RANDOM_MAX];
static evd_h32 HE = {{3, 1, 4}}, id_B = {{1, 5, 9}};
static uint64_t seed = 1;

static void refill(void) {
  for (size_t i = 0; i < sizeof random; i++) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    random[i] = (uint8_t)(seed >> 56);
  }
}

static void tables(evd_base *b) {
  evd_zp *pub = evd_arena_get(&arena, EVD_TABLE_ELEMS(8), sizeof *pub);
  evd_zp *sec = evd_arena_get(&arena, EVD_TABLE_ELEMS(6), sizeof *sec);
  assert_true(pub && sec);
  evd_base_tables(&G, b, pub, sec);
}

static void key(evd_base *b, uint64_t secret) {
  const evd_exp e = {{secret, 0, 0, 0}};
  evd_zp x;
  evd_p K;
  evd_base_pow_var(&G, &x, &G.g, &e);
  evd_zp_to_bytes(G.k, &K, &x);
  assert_int_equal(evd_base_set(&G, b, &K), EVD_OK);
}

static int setup(void **state) {
  (void)state;
  evd_arena_init(&arena, (size_t)64 << 20);
  evd_group_init(&G, evd_kernel_best());
  tables(&G.g);
  key(&G.K, 45);
  key(&G.K_hat, 54);
  tables(&G.K);
  refill();
  return 0;
}

static int teardown(void **state) {
  (void)state;
  evd_arena_close(&arena);
  return 0;
}

static void shape(evd_ballot *b, const evd_shape *s, uint32_t n) {
  assert_int_equal(evd_ballot_shape(b, s, n, &arena), EVD_OK);
  b->id_B = id_B;
  b->style = STYLE;
}

static void make(evd_pre *p, const evd_shape *s, uint32_t n) {
  memset(p, 0, sizeof *p);
  assert_int_equal(evd_pre_make(&G, p, &id_B, STYLE, s, n, &HE, random,
                                sizeof random, &arena),
                   EVD_OK);
}

static void assert_same_field(const evd_field *a, const evd_field *b) {
  assert_memory_equal(a->alpha.b, b->alpha.b, EVD_P_BYTES);
  assert_memory_equal(a->beta.b, b->beta.b, EVD_P_BYTES);
  assert_memory_equal(a->c, b->c, (a->range + 1) * sizeof *a->c);
  assert_memory_equal(a->v, b->v, (a->range + 1) * sizeof *a->v);
}

static void assert_same_contest(const evd_contest_ct *a,
                                const evd_contest_ct *b) {
  for (uint32_t o = 0; o < a->n_fields; o++)
    assert_same_field(&a->fields[o], &b->fields[o]);
  assert_memory_equal(a->limit_c, b->limit_c, (a->L + 1) * sizeof *a->limit_c);
  assert_memory_equal(a->limit_v, b->limit_v, (a->L + 1) * sizeof *a->limit_v);
  assert_memory_equal(a->data_C0.b, b->data_C0.b, EVD_P_BYTES);
  if (a->b)
    assert_memory_equal(a->data_C1, b->data_C1, (size_t)a->b * 32);
  assert_memory_equal(a->data_c.b, b->data_c.b, EVD_Q_BYTES);
  assert_memory_equal(a->data_v.b, b->data_v.b, EVD_Q_BYTES);
  assert_memory_equal(a->chi.b, b->chi.b, sizeof a->chi.b);
}

/* The two paths from the same random bytes; the ballot holds. */
static void compare(const evd_shape *s, uint32_t n, const evd_selection sel[]) {
  evd_arena_point before = evd_arena_mark(&arena);
  evd_ballot direct, ahead;
  evd_pre p;
  evd_h32 xi[2];
  shape(&direct, s, n);
  shape(&ahead, s, n);
  assert_int_equal(evd_ballot_encrypt(&G, &direct, s, n, sel, &HE, random,
                                      sizeof random, &xi[0]),
                   EVD_OK);
  make(&p, s, n);
  assert_int_equal(evd_pre_encrypt(&G, &ahead, &p, sel, &xi[1]), EVD_OK);
  for (uint32_t i = 0; i < n; i++)
    assert_same_contest(&direct.contests[i], &ahead.contests[i]);
  assert_memory_equal(direct.H_I.b, ahead.H_I.b, sizeof ahead.H_I.b);
  assert_memory_equal(direct.nonce_C0.b, ahead.nonce_C0.b, EVD_P_BYTES);
  assert_memory_equal(direct.nonce_C1.b, ahead.nonce_C1.b, 32);
  assert_memory_equal(direct.nonce_c.b, ahead.nonce_c.b, EVD_Q_BYTES);
  assert_memory_equal(direct.nonce_v.b, ahead.nonce_v.b, EVD_Q_BYTES);
  assert_memory_equal(xi[0].b, xi[1].b, sizeof xi[0].b);
  assert_int_equal(evd_ballot_check_var(&G, &ahead, s, &HE, false), 0);
  evd_arena_back(&arena, before);
}

static void test_same_as_direct(void **state) {
  (void)state;
  const evd_selection over[CONTESTS] = {{marks_over, 1, texts},
                                        {.marks = marks_2}};
  compare(shapes, CONTESTS, honest);
  compare(shapes, CONTESTS, over);
}

/* Every value of every range, field and limit proof; the longest are beyond
 * what is kept and are proved when the value is there. */
static void test_every_value_and_range(void **state) {
  (void)state;
  for (uint32_t range = 1; range <= RANGE_MAX; range += RANGE_STEP)
    for (uint32_t value = 0; value <= range; value += value < 1 ? 1 : STEP) {
      const evd_shape s = {.ind_c = 2, .m = 1, .R = range, .L = range};
      const evd_selection sel = {.marks = &value};
      refill();
      compare(&s, 1, &sel);
    }
}

static bool is_zero(const void *p, size_t n) {
  const uint8_t *b = p;
  uint8_t any = 0;
  for (size_t i = 0; i < n; i++)
    any |= b[i];
  return any == 0;
}

static bool is_wiped(const evd_pre *p) {
  return is_zero(p->random, p->n_random) &&
         is_zero(p->elements, p->n_elements * sizeof *p->elements) &&
         is_zero(p->data, p->n_data * sizeof *p->data) &&
         is_zero(p->proofs, p->n_proofs * evd_pre_proof_bytes()) &&
         is_zero(&p->xi_B, sizeof p->xi_B) && is_zero(&p->head, sizeof p->head);
}

static void test_used_once_and_wiped(void **state) {
  (void)state;
  evd_ballot b, again, none;
  evd_pre p;
  shape(&b, shapes, CONTESTS);
  shape(&again, shapes, CONTESTS);
  shape(&none, shapes, CONTESTS);
  make(&p, shapes, CONTESTS);
  assert_false(is_wiped(&p));
  assert_int_equal(evd_pre_encrypt(&G, &b, &p, honest, NULL), EVD_OK);
  assert_int_equal(p.state, EVD_PRE_USED);
  assert_true(is_wiped(&p));
  assert_int_equal(evd_pre_encrypt(&G, &again, &p, honest, NULL),
                   EVD_ERR_SPENT);
  assert_same_contest(&again.contests[0], &none.contests[0]);
  assert_int_equal(evd_pre_make(&G, &p, &id_B, STYLE, shapes, CONTESTS, &HE,
                                random, sizeof random, &arena),
                   EVD_ERR_SPENT);
  memset(&p, 0, sizeof p);
  assert_int_equal(evd_pre_encrypt(&G, &again, &p, honest, NULL),
                   EVD_ERR_SPENT);
  make(&p, shapes, CONTESTS);
  evd_pre_wipe(&p);
  assert_true(is_wiped(&p));
  assert_int_equal(evd_pre_encrypt(&G, &again, &p, honest, NULL),
                   EVD_ERR_SPENT);
}

static void test_bound_to_ballot_and_style(void **state) {
  (void)state;
  evd_ballot b, fewer;
  evd_pre p;
  make(&p, shapes, CONTESTS);
  shape(&b, shapes, CONTESTS);
  shape(&fewer, shapes, 1);
  b.id_B.b[31] ^= 1;
  assert_int_equal(evd_pre_encrypt(&G, &b, &p, honest, NULL), EVD_ERR_REFUSED);
  b.id_B = id_B;
  b.style++;
  assert_int_equal(evd_pre_encrypt(&G, &b, &p, honest, NULL), EVD_ERR_REFUSED);
  assert_int_equal(evd_pre_encrypt(&G, &fewer, &p, honest, NULL),
                   EVD_ERR_REFUSED);
  b.style = STYLE;
  assert_int_equal(evd_pre_encrypt(&G, &b, &p, honest, NULL), EVD_OK);
  assert_int_equal(evd_ballot_check_var(&G, &b, shapes, &HE, false), 0);
}

/* A text of bad form costs nothing; one that does not fit costs the set, and
 * no plaintext stays in the ballot. */
static void test_bad_write_ins(void **state) {
  (void)state;
  uint8_t wide[64];
  memset(wide, 'x', sizeof wide);
  const evd_span bad = {(const uint8_t *)"a\nb", 3};
  const evd_span long_texts[2] = {{wide, 64}, {wide, 64}};
  const evd_selection ill[CONTESTS] = {{marks_1, 1, &bad}, {.marks = marks_2}};
  evd_shape narrow[CONTESTS] = {shapes[0], shapes[1]};
  narrow[0].b = 3;
  const evd_selection full[CONTESTS] = {{marks_1, 2, long_texts},
                                        {.marks = marks_2}};
  evd_ballot b;
  evd_pre p;
  make(&p, narrow, CONTESTS);
  shape(&b, narrow, CONTESTS);
  assert_int_equal(evd_pre_encrypt(&G, &b, &p, ill, NULL), EVD_ERR_RULE);
  assert_int_equal(p.state, EVD_PRE_READY);
  assert_int_equal(evd_pre_encrypt(&G, &b, &p, full, NULL), EVD_ERR_OVERFLOW);
  assert_true(is_wiped(&p));
  assert_true(is_zero(b.contests[0].data_C1, (size_t)narrow[0].b * 32));
  assert_int_equal(evd_pre_encrypt(&G, &b, &p, honest, NULL), EVD_ERR_SPENT);
}

static void test_make_refuses(void **state) {
  (void)state;
  size_t n = evd_ballot_random_bytes(shapes, CONTESTS);
  evd_arena small;
  evd_pre p = {.state = EVD_PRE_EMPTY};
  assert_int_equal(evd_pre_make(&G, &p, &id_B, STYLE, shapes, CONTESTS, &HE,
                                random, n - 1, &arena),
                   EVD_ERR_RANGE);
  evd_arena_init(&small, 64);
  assert_int_equal(evd_pre_make(&G, &p, &id_B, STYLE, shapes, CONTESTS, &HE,
                                random, n, &small),
                   EVD_ERR_SPACE);
  evd_arena_close(&small);
  assert_int_equal(p.state, EVD_PRE_EMPTY);
  assert_null(p.elements);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_same_as_direct),
      cmocka_unit_test(test_every_value_and_range),
      cmocka_unit_test(test_used_once_and_wiped),
      cmocka_unit_test(test_bound_to_ballot_and_style),
      cmocka_unit_test(test_bad_write_ins),
      cmocka_unit_test(test_make_refuses),
  };
  return cmocka_run_group_tests_name("egds_precompute", tests, setup, teardown);
}
