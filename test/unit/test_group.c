/* Elements, secrets and discrete logs of the standard group. */
#include "arith.h"

#include "group/secret.h"

static mpz_t p, q, g;
static evd_group G;

static int setup(void **state) {
  (void)state;
  mpz_inits(p, q, g, NULL);
  get_p(p);
  get_q(q);
  get_bytes(g, evd_g_bytes, EVD_P_BYTES);
  evd_group_init(&G, evd_kernel_best());
  return 0;
}

static int teardown(void **state) {
  (void)state;
  mpz_clears(p, q, g, NULL);
  return 0;
}

static void rnd_exp(uint64_t *seed, evd_exp *e) {
  for (int i = 0; i < 4; i++)
    e->l[i] = rnd(seed);
}

static void rnd_sec(uint64_t *seed, evd_zq_sec *s) {
  uint8_t b[EVD_SAMPLE_BYTES];
  rnd_bytes(seed, b, sizeof b);
  evd_zq_sec_sample(s, b);
}

static evd_err read_number(const mpz_t v, evd_zp *out) {
  evd_p b;
  put_bytes(b.b, EVD_P_BYTES, v);
  memset(out, 0xAA, sizeof *out);
  return evd_element_read_var(&G, out, &b);
}

static void refuse_number(const mpz_t v) {
  static const evd_zp zero;
  evd_zp x;
  evd_base b;
  evd_p bytes;
  assert_int_equal(read_number(v, &x), EVD_ERR_MEMBER);
  assert_memory_equal(&x, &zero, sizeof x);
  put_bytes(bytes.b, EVD_P_BYTES, v);
  assert_int_equal(evd_base_set(&G, &b, &bytes), EVD_ERR_MEMBER);
  assert_memory_equal(&b.value, &zero, sizeof zero);
}

/* Every kind of outsider: 0, order 2, order r', 2 r', q r', 2 q, p and above.
 * 1 is inside: it has order 1 (the key ceremony refuses it as a key). */
static void test_A04_membership_strict(void **state) {
  (void)state;
  mpz_t x, h, e, r;
  evd_zp out;
  mpz_inits(x, h, e, r, NULL);
  mpz_set_ui(x, 0), refuse_number(x);
  mpz_set_ui(x, 1), assert_int_equal(read_number(x, &out), EVD_OK);
  mpz_sub_ui(x, p, 1), refuse_number(x);
  mpz_set(x, p), refuse_number(x);
  mpz_add_ui(x, p, 1), refuse_number(x); /* = 1, but not canonical */
  mpz_add(x, p, g);
  if (mpz_sizeinbase(x, 2) <= 8 * EVD_P_BYTES)
    refuse_number(x);
  mpz_ui_pow_ui(x, 2, 8 * EVD_P_BYTES), mpz_sub_ui(x, x, 1), refuse_number(x);
  assert_int_equal(read_number(g, &out), EVD_OK);
  mpz_sub(x, p, g), refuse_number(x); /* order 2 q */
  mpz_sub_ui(r, p, 1), mpz_divexact(r, r, q);
  for (unsigned i = 2; i < 12; i++) {
    mpz_set_ui(h, i), refuse_number(h);     /* whole order */
    mpz_powm(x, h, q, p), refuse_number(x); /* order | 2 r' */
    mpz_mul_2exp(e, q, 1);
    mpz_powm(x, h, e, p), refuse_number(x);    /* order r' */
    mpz_powm_ui(x, h, 2, p), refuse_number(x); /* order | q r' */
    mpz_powm(x, h, r, p);
    assert_int_equal(read_number(x, &out), EVD_OK); /* order q */
    assert_zp(G.k, &out, x);
    mpz_mul(x, x, g), mpz_mod(x, x, p);
    assert_int_equal(read_number(x, &out), EVD_OK);
  }
  mpz_clears(x, h, e, r, NULL);
}

/* [eq 132] H_q is H mod q: values below q, for hashes at or above q too. */
static void test_hash_to_scalar(void **state) {
  (void)state;
  uint64_t seed = 51;
  mpz_t v;
  mpz_init(v);
  for (int i = 0; i < 100; i++) {
    evd_h32 key, hash;
    evd_hmac a, b;
    evd_zq out;
    evd_q bytes;
    rnd_bytes(&seed, key.b, sizeof key.b);
    evd_h_init(&a, &key, NULL), evd_h_tag(&a, 1);
    evd_h_init(&b, &key, NULL), evd_h_tag(&b, 1);
    evd_h_out(&a, &hash);
    evd_h_out_q(&b, &out);
    get_bytes(v, hash.b, 32), mpz_mod(v, v, q);
    put_bytes(hash.b, 32, v);
    evd_zq_to_bytes(&bytes, &out);
    assert_memory_equal(bytes.b, hash.b, 32);
  }
  mpz_clear(v);
}

static void check_base(const evd_base *b, uint64_t *seed) {
  mpz_t want, e;
  mpz_inits(want, e, NULL);
  evd_exp x;
  evd_zp r;
  evd_zp_sec secret;
  rnd_exp(seed, &x);
  get_limbs(e, x.l, 4);
  get_bytes(want, b->bytes.b, EVD_P_BYTES);
  mpz_powm(want, want, e, p);
  evd_base_pow_var(&G, &r, b, &x);
  assert_zp(G.k, &r, want);
  evd_zq_sec s = {{{x.l[0], x.l[1], x.l[2], x.l[3]}}};
  evd_base_pow_sec(&G, &r, b, &s);
  assert_zp(G.k, &r, want);
  evd_base_pow_to_sec(&G, &secret, b, &s);
  evd_declassify_zp(&r, &secret);
  assert_zp(G.k, &r, want);
  evd_zp_pow_to_sec(&G, &secret, &b->value, &s);
  evd_declassify_zp(&r, &secret);
  assert_zp(G.k, &r, want);
  evd_zp_sec_wipe(&secret);
  mpz_clears(want, e, NULL);
}

/* With and without tables a base has the same powers. */
static void test_base(void **state) {
  (void)state;
  static evd_zp pub[EVD_TABLE_ELEMS(EVD_PUB_WINDOW)];
  static evd_zp sec[EVD_TABLE_ELEMS(EVD_SEC_WINDOW)];
  uint64_t seed = 52;
  evd_base b;
  evd_p bytes;
  evd_exp e = {{5, 0, 0, 0}};
  evd_zp x;
  evd_base_pow_var(&G, &x, &G.g, &e);
  evd_zp_to_bytes(G.k, &bytes, &x);
  assert_int_equal(evd_base_set(&G, &b, &bytes), EVD_OK);
  assert_memory_equal(&b.bytes, &bytes, sizeof bytes);
  check_base(&b, &seed);
  evd_base_tables(&G, &b, NULL, sec);
  assert_null(b.pub.rows);
  check_base(&b, &seed);
  evd_base_tables(&G, &b, pub, NULL);
  assert_true(b.pub.rows == pub && b.sec.rows == sec);
  check_base(&b, &seed);
}

/* A12: an element of the group gives nothing away through its Legendre
 * symbol (it is always a residue) or through its power to the cofactor. */
static void test_A12_no_distinguisher(void **state) {
  (void)state;
  uint64_t seed = 53;
  mpz_t x;
  mpz_init(x);
  assert_int_equal(mpz_legendre(g, p), 1);
  for (int i = 0; i < 200; i++) {
    evd_exp e = {{(uint64_t)i, 0, 0, 0}}; /* small votes first */
    evd_zp r;
    if (i >= 20)
      rnd_exp(&seed, &e);
    evd_base_pow_var(&G, &r, &G.g, &e);
    get_zp(G.k, x, &r);
    assert_int_equal(mpz_legendre(x, p), 1);
    if (i % 20 == 0) {
      mpz_powm(x, x, q, p);
      assert_int_equal(mpz_cmp_ui(x, 1), 0);
    }
  }
  mpz_sub(x, p, g); /* the test can fail: -g is no residue */
  assert_int_equal(mpz_legendre(x, p), -1);
  mpz_clear(x);
}

/* A11: the sampler is the 384-bit number mod q ... */
static void test_A11_sampler_value(void **state) {
  (void)state;
  uint64_t seed = 54;
  mpz_t v, have;
  mpz_inits(v, have, NULL);
  for (int i = 0; i < 1000; i++) {
    uint8_t b[EVD_SAMPLE_BYTES];
    evd_zq_sec s;
    rnd_bytes(&seed, b, sizeof b);
    if (i < 3)
      memset(b, i == 0 ? 0 : 0xFF, i == 2 ? 32 : sizeof b);
    get_bytes(v, b, sizeof b), mpz_mod(v, v, q);
    evd_zq_sec_sample(&s, b);
    get_limbs(have, s.v.l, 4);
    assert_int_equal(mpz_cmp(v, have), 0);
  }
  mpz_clears(v, have, NULL);
}

/* ... below q, and even: each of 256 values of the first and the last byte
 * and each bit comes as often as chance allows. */
static void test_A11_sampler_statistics(void **state) {
  (void)state;
  enum { N = 64000 };
  uint64_t seed = 55;
  static unsigned first[256], last[256], bits[256];
  for (int i = 0; i < N; i++) {
    evd_zq_sec s;
    evd_zq back;
    evd_q b;
    rnd_sec(&seed, &s);
    evd_zq_sec_to_bytes(&b, &s);
    assert_true(evd_zq_from_bytes(&back, &b));
    first[b.b[0]]++;
    last[b.b[31]]++;
    for (int j = 0; j < 256; j++)
      bits[j] += b.b[j / 8] >> j % 8 & 1;
  }
  double chi_first = 0, chi_last = 0, want = N / 256.0;
  for (int i = 0; i < 256; i++) {
    chi_first += (first[i] - want) * (first[i] - want) / want;
    chi_last += (last[i] - want) * (last[i] - want) / want;
    assert_in_range(bits[i], N / 2 - 700, N / 2 + 700); /* 5.5 sigma */
  }
  assert_true(chi_first < 370 && chi_last < 370); /* 255 degrees, 5 sigma */
}

static void test_secret_operations(void **state) {
  (void)state;
  uint64_t seed = 56;
  for (int i = 0; i < 200; i++) {
    evd_zq_sec a, b, r, kept;
    evd_zq c, v, x, y;
    rnd_sec(&seed, &a), rnd_sec(&seed, &b);
    evd_declassify_zq(&x, &a), evd_declassify_zq(&y, &b);
    evd_zq_sec_add(&r, &a, &b), evd_zq_add(&c, &x, &y);
    assert_true(evd_zq_equal(&r.v, &c));
    evd_zq_sec_sub(&r, &a, &b), evd_zq_sub(&c, &x, &y);
    assert_true(evd_zq_equal(&r.v, &c));
    evd_zq_sec_mul(&r, &a, &b), evd_zq_mul(&c, &x, &y);
    assert_true(evd_zq_equal(&r.v, &c));
    evd_zq_sec_response(&v, &a, &c, &b); /* a = v + c b */
    evd_zq_mul(&c, &c, &y), evd_zq_add(&v, &v, &c);
    assert_true(evd_zq_equal(&v, &x));
    kept = a;
    evd_zq_sec_cmov(&a, &b, 0);
    assert_memory_equal(&a, &kept, sizeof a);
    evd_zq_sec_cmov(&a, &b, 1);
    assert_memory_equal(&a, &b, sizeof a);
  }
}

static void test_secret_bytes(void **state) {
  (void)state;
  evd_zq_sec s, zero;
  evd_q b, back;
  evd_h32 h;
  memset(&zero, 0, sizeof zero);
  memset(b.b, 0xFF, sizeof b.b);
  memcpy(h.b, b.b, 32);
  assert_int_equal(evd_zq_sec_from_bytes(&s, &b), EVD_ERR_RANGE);
  assert_memory_equal(&s, &zero, sizeof s);
  evd_zq_sec_reduce(&s, &h); /* 2^256 - 1 = 188 */
  assert_int_equal(s.v.l[0], 188);
  memcpy(b.b, evd_q_bytes, sizeof b.b);
  assert_int_equal(evd_zq_sec_from_bytes(&s, &b), EVD_ERR_RANGE);
  b.b[31]--;
  assert_int_equal(evd_zq_sec_from_bytes(&s, &b), EVD_OK);
  evd_zq_sec_to_bytes(&back, &s);
  assert_memory_equal(&b, &back, sizeof b);
  evd_zq_sec_wipe(&s);
  assert_memory_equal(&s, &zero, sizeof s);
  evd_zq_sec_from_u64(&s, 77);
  assert_int_equal(s.v.l[0], 77);
}

static void find(const evd_dlog *d, uint64_t t, uint64_t bound, evd_err want) {
  evd_zp T;
  evd_exp e = {{t, 0, 0, 0}};
  uint64_t found = 99;
  evd_base_pow_var(&G, &T, d->base, &e);
  assert_int_equal(evd_dlog_find_var(&G, d, &T, bound, &found), want);
  assert_true(found == (want == EVD_OK ? t : 0));
}

static void check_dlog(uint64_t bound, uint64_t *seed) {
  size_t n = evd_dlog_slots(bound);
  evd_dlog_slot *slots = malloc(n * sizeof *slots);
  evd_dlog d;
  memset(slots, 0xA5, n * sizeof *slots);
  assert_int_equal(evd_dlog_build_var(&G, &d, &G.g, bound, slots), EVD_OK);
  find(&d, 0, bound, EVD_OK);
  find(&d, bound, bound, EVD_OK);
  find(&d, bound + 1, bound, EVD_ERR_DLOG);
  for (int i = 0; i < 10; i++)
    find(&d, rnd(seed) % (bound + 1), bound, EVD_OK);
  if (bound > 0)
    find(&d, bound, bound - 1, EVD_ERR_DLOG);
  find(&d, d.baby_steps - 1, d.baby_steps, EVD_OK);
  find(&d, d.baby_steps, d.baby_steps, EVD_OK); /* past the table: works */
  free(slots);
}

static void test_dlog(void **state) {
  (void)state;
  static const uint64_t bounds[] = {0, 1, 2, 3, 95, 1000, 4321, 300000};
  uint64_t seed = 57;
  for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++)
    check_dlog(bounds[i], &seed);
}

/* Slots whose keys were made equal: only a real log is taken. */
static void test_dlog_key_collision(void **state) {
  (void)state;
  uint64_t bound = 50;
  evd_dlog_slot slots[256];
  evd_dlog d;
  assert_in_range(evd_dlog_slots(bound), 1, 256);
  assert_int_equal(evd_dlog_build_var(&G, &d, &G.g, bound, slots), EVD_OK);
  for (size_t i = 0; i < d.n_slots; i++)
    if (slots[i].step_1 != 0)
      slots[i].step_1 = (slots[i].step_1 % 7) + 1;
  for (uint64_t t = 10; t <= bound; t++) {
    evd_zp T;
    evd_exp e = {{t, 0, 0, 0}};
    uint64_t found = 0;
    evd_base_pow_var(&G, &T, &G.g, &e);
    if (evd_dlog_find_var(&G, &d, &T, bound, &found) == EVD_OK)
      assert_true(found == t);
  }
}

static void test_dlog_limits(void **state) {
  (void)state;
  evd_dlog d;
  evd_zp zero = {{0}};
  evd_dlog_slot slots[64];
  uint64_t t = 1;
  assert_int_equal(
      evd_dlog_build_var(&G, &d, &G.g, EVD_DLOG_BOUND_MAX + 1, slots),
      EVD_ERR_RANGE);
  assert_true(evd_dlog_slots(EVD_DLOG_BOUND_MAX) <= (size_t)1 << 23);
  assert_true(evd_dlog_slots(1000000) <= 16384);
  assert_int_equal(evd_dlog_build_var(&G, &d, &G.g, 10, slots), EVD_OK);
  assert_int_equal(evd_dlog_find_var(&G, &d, &zero, EVD_DLOG_BOUND_MAX + 1, &t),
                   EVD_ERR_RANGE);
  assert_int_equal(evd_dlog_find_var(&G, &d, &zero, 10, &t), EVD_ERR_DLOG);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_A04_membership_strict),
      cmocka_unit_test(test_hash_to_scalar),
      cmocka_unit_test(test_base),
      cmocka_unit_test(test_A12_no_distinguisher),
      cmocka_unit_test(test_A11_sampler_value),
      cmocka_unit_test(test_A11_sampler_statistics),
      cmocka_unit_test(test_secret_operations),
      cmocka_unit_test(test_secret_bytes),
      cmocka_unit_test(test_dlog),
      cmocka_unit_test(test_dlog_key_collision),
      cmocka_unit_test(test_dlog_limits),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
