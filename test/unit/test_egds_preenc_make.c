/* Pre-encrypted ballots: vectors, what is taken of them, and the proofs. */
#include "egds_kit.h"

#include "egds/preenc_make.h"

enum { OPTIONS = 4, LIMIT = 2, VECTORS = OPTIONS + LIMIT };
/* As booths have it; by mail the supplemental fields and the data go. */
static const evd_shape shape = {.ind_c = 7,
                                .m = OPTIONS,
                                .R = 1,
                                .L = LIMIT,
                                .w = 1,
                                .b = 4,
                                .overvote = true};

static kit t;
static evd_h32 HI, xi_B, psi[VECTORS];

static int setup(void **state) {
  (void)state;
  kit_open(&t, 2, 2, "{}");
  kit_random(&HI, sizeof HI);
  kit_random(&xi_B, sizeof xi_B);
  return evd_preenc_hashes(&t.G, psi, &shape, &HI, &xi_B, &t.arena);
}

static int teardown(void **state) {
  (void)state;
  kit_close(&t);
  return 0;
}

/* The pairs of vector j, by the formula of an ordinary encryption. */
static void pairs_of(evd_p out[2 * OPTIONS], uint32_t j) {
  for (uint32_t k = 1; k <= OPTIONS; k++) {
    evd_zq_sec xi;
    evd_pre_nonce(&t.G, &xi, &HI, shape.ind_c, j, k, &xi_B);
    evd_encrypt_value(&t.G, &out[2 * k - 2], &out[2 * k - 1], &xi, j == k);
  }
}

/* [eq 112]: vector j encrypts 1 at position j alone, a null vector nowhere;
 * [eq 113, 114]: its hash. */
static void test_vectors(void **state) {
  (void)state;
  for (uint32_t j = 1; j <= VECTORS; j++) {
    evd_p pairs[2 * OPTIONS];
    evd_h32 want;
    pairs_of(pairs, j);
    evd_pre_psi(&t.G, &want, &HI, pairs, OPTIONS);
    assert_memory_equal(psi[j - 1].b, want.b, 32);
  }
}

/* The value of a pair, by the sum of the guardians' secrets. */
static uint32_t open_pair(const evd_p *alpha, const evd_p *beta) {
  evd_zq_sec s;
  evd_zp a, b, T, x;
  evd_p M;
  const evd_exp minus_one = {
      {UINT64_MAX - 189, UINT64_MAX, UINT64_MAX, UINT64_MAX}}; /* q - 1 */
  evd_zq_sec_from_u64(&s, 0);
  for (uint32_t i = 0; i < t.n; i++)
    evd_zq_sec_add(&s, &s, &t.sec[i].a[0]);
  assert_int_equal(evd_element_read_var(&t.G, &a, alpha), EVD_OK);
  assert_int_equal(evd_element_read_var(&t.G, &b, beta), EVD_OK);
  evd_zp_pow_sec(t.G.k, &T, &a, &s);
  evd_zp_pow_var(t.G.k, &T, &T, &minus_one);
  t.G.k->mul(&T, &T, &b);
  evd_zp_to_bytes(t.G.k, &M, &T);
  evd_zp_one(&x);
  for (uint32_t value = 0; value < 8; value++) {
    evd_p bytes;
    evd_zp_to_bytes(t.G.k, &bytes, &x);
    if (memcmp(bytes.b, M.b, sizeof M.b) == 0)
      return value;
    t.G.k->mul(&x, &x, &t.G.K.value);
  }
  return UINT32_MAX;
}

static void test_published_in_order(void **state) {
  (void)state;
  evd_h32 out[VECTORS];
  evd_preenc_publish(out, psi, VECTORS);
  for (int i = 1; i < VECTORS; i++)
    assert_true(memcmp(out[i - 1].b, out[i].b, 32) < 0);
  for (int i = 0; i < VECTORS; i++) {
    int found = 0;
    for (int j = 0; j < VECTORS; j++)
      found += memcmp(out[i].b, psi[j].b, 32) == 0;
    assert_int_equal(found, 1);
  }
}

/* Every byte counts, the first most; equal ones stay. */
static void test_sort(void **state) {
  (void)state;
  evd_h32 x[64], y[64];
  kit_random(x, sizeof x);
  memset(&x[10], 0xFF, 32);
  memset(&x[11], 0, 32);
  x[20] = x[30];
  x[40] = x[41];
  x[40].b[31] ^= 1;
  memcpy(y, x, sizeof x);
  evd_pre_sort(x, 64);
  for (int i = 1; i < 64; i++)
    assert_true(memcmp(x[i - 1].b, x[i].b, 32) <= 0);
  for (int i = 0; i < 64; i++) {
    int before = 0, after = 0;
    for (int j = 0; j < 64; j++) {
      before += memcmp(y[j].b, y[i].b, 32) == 0;
      after += memcmp(x[j].b, y[i].b, 32) == 0;
    }
    assert_int_equal(before, after);
  }
}

/* B17: two equal short codes in a contest are seen, whatever the kind; Omega_2
 * looks at two bytes, the others at one. */
static void test_B17_equal_codes_are_seen(void **state) {
  (void)state;
  for (uint32_t kind = 1; kind <= 8; kind++) {
    evd_h32 x[5];
    memset(x, 0, sizeof x);
    for (uint8_t i = 0; i < 5; i++)
      x[i].b[31] = i;
    assert_true(evd_omega_distinct(kind, x, 5));
    x[4].b[30] = 9;
    assert_true(evd_omega_distinct(kind, x, 5));
    x[4].b[31] = 2;
    assert_int_equal(evd_omega_distinct(kind, x, 5), kind == 2);
    x[4].b[30] = 0;
    assert_false(evd_omega_distinct(kind, x, 5));
    assert_true(evd_omega_distinct(kind, x, 4));
  }
}

static void count(const uint32_t take[], uint32_t want) {
  uint32_t n = 0;
  for (int j = 0; j < VECTORS; j++) {
    assert_true(take[j] <= 1);
    n += take[j];
  }
  assert_int_equal(n, want);
}

static void test_find_and_fill(void **state) {
  (void)state;
  uint32_t take[VECTORS];
  const evd_h32 wanted[LIMIT] = {psi[2], psi[4]};
  const uint32_t both[LIMIT] = {1, 1}, first[LIMIT] = {1, 0}, none[LIMIT] = {0};
  evd_preenc_find(take, psi, VECTORS, wanted, both, LIMIT);
  count(take, 2);
  assert_true(take[2] && take[4]);
  evd_preenc_fill(take, &shape); /* option and a null code: full */
  count(take, 2);
  evd_preenc_find(take, psi, VECTORS, wanted, first, LIMIT);
  count(take, 1);
  evd_preenc_fill(take, &shape);
  count(take, 2);
  assert_true(take[2] && take[OPTIONS]);
  evd_preenc_find(take, psi, VECTORS, wanted, none, LIMIT);
  count(take, 0);
  evd_preenc_fill(take, &shape);
  assert_true(take[OPTIONS] && take[OPTIONS + 1]);
  /* the second null vector was chosen by its code: the first fills up */
  memset(take, 0, sizeof take);
  take[OPTIONS + 1] = 1;
  evd_preenc_fill(take, &shape);
  assert_true(take[OPTIONS] && take[OPTIONS + 1]);
  count(take, 2);
}

typedef struct {
  evd_ballot b; /* one contest of the mail shape */
  evd_preenc_vector taken[LIMIT];
  uint8_t random[4096];
} recorded;

static recorded *record(const uint32_t take[]) {
  recorded *r = evd_arena_get(&t.arena, 1, sizeof *r);
  evd_shape mail = evd_pre_shape(&shape);
  assert_non_null(r);
  assert_int_equal(evd_ballot_shape(&r->b, &mail, 1, &t.arena), EVD_OK);
  for (int l = 0; l < LIMIT; l++)
    r->taken[l].pairs = evd_arena_get(&t.arena, 2 * OPTIONS, sizeof(evd_p));
  kit_random(r->random, sizeof r->random);
  size_t n = evd_preenc_random_bytes(&shape);
  assert_true(n <= sizeof r->random);
  assert_int_equal(evd_preenc_record(&t.G, r->b.contests, r->taken, &shape, psi,
                                     take, &HI, &xi_B, r->random, n - 1,
                                     &t.arena),
                   EVD_ERR_RANGE);
  assert_int_equal(evd_preenc_record(&t.G, r->b.contests, r->taken, &shape, psi,
                                     take, &HI, &xi_B, r->random, n, &t.arena),
                   EVD_OK);
  return r;
}

static void check_vectors(const recorded *r, const uint32_t take[]) {
  for (int l = 0; l < LIMIT; l++) {
    evd_h32 hash;
    const evd_preenc_vector *v = &r->taken[l];
    evd_pre_psi(&t.G, &hash, &HI, v->pairs, OPTIONS);
    assert_memory_equal(hash.b, v->psi.b, 32);
    assert_true(l == 0 || memcmp(r->taken[l - 1].psi.b, v->psi.b, 32) < 0);
    bool known = false;
    for (int j = 0; j < VECTORS; j++)
      known |= take[j] && memcmp(psi[j].b, v->psi.b, 32) == 0;
    assert_true(known);
  }
}

/* What was taken is what the products encrypt, and a verifier agrees. */
static void check_recorded(const recorded *r, const uint32_t take[]) {
  evd_shape mail = evd_pre_shape(&shape);
  const evd_contest_ct *c = &r->b.contests[0];
  check_vectors(r, take);
  for (uint32_t k = 0; k < OPTIONS; k++) {
    const evd_field *f = &c->fields[k];
    assert_int_equal(evd_field_check_var(&t.G, f, &HI, shape.ind_c, k + 1), 0);
    assert_int_equal(open_pair(&f->alpha, &f->beta), take[k]);
  }
  assert_int_equal(evd_limit_check_var(&t.G, c, &mail, &HI), 0);
}

static void test_record_every_choice(void **state) {
  (void)state;
  for (uint32_t choice = 0; choice < 1U << OPTIONS; choice++) {
    uint32_t take[VECTORS] = {0}, n = 0;
    for (uint32_t j = 0; j < OPTIONS; j++)
      n += take[j] = choice >> j & 1;
    if (n > LIMIT)
      continue;
    evd_preenc_fill(take, &shape);
    recorded *r = record(take);
    check_recorded(r, take);
    /* and the checks see a change */
    r->b.contests[0].limit_v[0].b[31] ^= 1;
    evd_shape mail = evd_pre_shape(&shape);
    assert_int_not_equal(evd_limit_check_var(&t.G, r->b.contests, &mail, &HI),
                         0);
  }
}

/* C12: every ciphertext of a ballot has randomness of its own, so that no two
 * vectors, and no two ballots, differ by one offset in all components. */
static void test_C12_no_common_offset(void **state) {
  (void)state;
  evd_p all[VECTORS][2 * OPTIONS], ratio[VECTORS * VECTORS * OPTIONS];
  uint32_t n = 0;
  const evd_exp minus_one = {
      {UINT64_MAX - 189, UINT64_MAX, UINT64_MAX, UINT64_MAX}};
  for (uint32_t j = 1; j <= VECTORS; j++)
    pairs_of(all[j - 1], j);
  for (uint32_t i = 0; i < VECTORS; i++)
    for (uint32_t j = 0; j < i; j++)
      for (uint32_t k = 0; k < OPTIONS; k++) {
        evd_zp x, y;
        assert_true(evd_zp_from_bytes(t.G.k, &x, &all[i][2 * k]));
        assert_true(evd_zp_from_bytes(t.G.k, &y, &all[j][2 * k]));
        evd_zp_pow_var(t.G.k, &y, &y, &minus_one);
        t.G.k->mul(&x, &x, &y);
        evd_zp_to_bytes(t.G.k, &ratio[n++], &x);
      }
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < i; j++)
      assert_memory_not_equal(ratio[i].b, ratio[j].b, sizeof ratio[i].b);
}

/* The opened nonces are those of the vectors, k within j. [eq 121] */
static void test_open(void **state) {
  (void)state;
  evd_q nonces[VECTORS * OPTIONS];
  evd_preenc_open(&t.G, nonces, &shape, &HI, &xi_B);
  for (uint32_t j = 1; j <= VECTORS; j++)
    for (uint32_t k = 1; k <= OPTIONS; k++) {
      evd_zq_sec xi;
      evd_q want;
      evd_pre_nonce(&t.G, &xi, &HI, shape.ind_c, j, k, &xi_B);
      evd_zq_sec_to_bytes(&want, &xi);
      assert_memory_equal(nonces[(j - 1) * OPTIONS + k - 1].b, want.b, 32);
    }
}

static void test_no_memory(void **state) {
  (void)state;
  evd_arena small;
  evd_h32 out[VECTORS];
  uint32_t take[VECTORS] = {1, 1};
  evd_preenc_vector taken[LIMIT] = {{.pairs = NULL}};
  uint8_t random[4096] = {0};
  evd_arena_init(&small, 64);
  assert_int_equal(evd_preenc_hashes(&t.G, out, &shape, &HI, &xi_B, &small),
                   EVD_ERR_SPACE);
  assert_int_equal(evd_preenc_record(&t.G, NULL, taken, &shape, psi, take, &HI,
                                     &xi_B, random, sizeof random, &small),
                   EVD_ERR_SPACE);
  evd_arena_close(&small);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_vectors),
      cmocka_unit_test(test_published_in_order),
      cmocka_unit_test(test_sort),
      cmocka_unit_test(test_B17_equal_codes_are_seen),
      cmocka_unit_test(test_find_and_fill),
      cmocka_unit_test(test_record_every_choice),
      cmocka_unit_test(test_C12_no_common_offset),
      cmocka_unit_test(test_open),
      cmocka_unit_test(test_no_memory),
  };
  return cmocka_run_group_tests_name("egds_preenc_make", tests, setup,
                                     teardown);
}
