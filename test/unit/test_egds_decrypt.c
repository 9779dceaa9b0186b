/* Threshold decryption of tallies, contest data and ballot nonces. */
#include "egds_kit.h"

#include "egds/schnorr.h"

static kit t; /* five guardians, quorum three */

static int setup(void **state) {
  (void)state;
  kit_open(&t, 5, 3, "{\"election\":\"decrypt\"}");
  return 0;
}

static int teardown(void **state) {
  (void)state;
  kit_close(&t);
  return 0;
}

/* What the guardians of U do for one item. */
typedef struct {
  uint32_t U[KIT_N_MAX], n;
  evd_zq_sec u[KIT_N_MAX];
  evd_opening open[KIT_N_MAX];
  evd_h32 d[KIT_N_MAX];
  evd_q v_i[KIT_N_MAX], c, v;
  evd_zq challenge;
  evd_p M;
} joint;

static const evd_zq_sec *share_of(const evd_item *it, uint32_t i) {
  return it->is_data ? &t.z_hat[i - 1] : &t.z[i - 1];
}

/* The set whose bits are in `mask`. */
static void take(joint *j, uint32_t mask) {
  memset(j, 0, sizeof *j);
  for (uint32_t i = 1; i <= t.n; i++)
    if (mask >> (i - 1) & 1)
      j->U[j->n++] = i;
}

static void rounds_1_and_2(joint *j, const evd_item *it) {
  for (uint32_t x = 0; x < j->n; x++) {
    uint8_t random[EVD_SAMPLE_BYTES];
    evd_h32 again;
    kit_random(random, sizeof random);
    evd_decrypt_commit(&t.G, &j->u[x], &j->open[x], &j->d[x], it, j->U[x], j->U,
                       j->n, share_of(it, j->U[x]), random);
    evd_decrypt_d(&t.G, &again, it, j->U[x], &j->open[x], j->U, j->n);
    assert_memory_equal(again.b, j->d[x].b, sizeof again.b);
  }
}

static void round_3(joint *j, const evd_item *it) {
  for (uint32_t x = 0; x < j->n; x++) {
    evd_zq w, v;
    assert_int_equal(evd_lagrange(&w, j->U, j->n, j->U[x]), EVD_OK);
    evd_decrypt_respond(&v, &j->u[x], &j->challenge, &w, share_of(it, j->U[x]));
    evd_zq_to_bytes(&j->v_i[x], &v);
  }
  evd_decrypt_sum(&j->v, j->v_i, j->n);
}

static void run(joint *j, const evd_item *it, uint32_t mask) {
  uint32_t bad = 9;
  take(j, mask);
  rounds_1_and_2(j, it);
  assert_int_equal(evd_decrypt_combine_var(&t.G, &j->M, &j->challenge, it,
                                           j->open, j->U, j->n, &bad),
                   EVD_OK);
  assert_int_equal(bad, 0);
  evd_zq_to_bytes(&j->c, &j->challenge);
  round_3(j, it);
}

/* A cell that encrypts `count`. */
static void cell(evd_item *it, uint32_t count) {
  evd_zq_sec xi;
  *it = (evd_item){.ind_c = 2, .ind_o = 3, .key = t.HE};
  kit_random_sec(&xi);
  evd_encrypt_value(&t.G, &it->A, &it->B, &xi, count);
}

static uint32_t bits(uint32_t mask) {
  return (uint32_t)__builtin_popcount(mask);
}

/* Every set of at least k guardians decrypts, whoever is missing; no smaller
 * set is accepted, and none gives the result. [eq 82, 84-93]
 * [V 10.1-10.3, 10.A, 10.B, 10.C] */
static void test_C01_every_quorum_decrypts(void **state) {
  (void)state;
  evd_item it;
  joint j;
  cell(&it, 42);
  for (uint32_t mask = 1; mask < 32; mask++) {
    evd_p T, want;
    take(&j, mask);
    evd_err quorum = evd_quorum_check(j.U, j.n, t.n, t.k);
    assert_int_equal(quorum, bits(mask) >= 3 ? EVD_OK : EVD_ERR_QUORUM);
    run(&j, &it, mask);
    evd_decrypt_T_var(&t.G, &T, &it.B, &j.M);
    kit_power(&t.G, &want, &t.G.K, 42);
    bool right = memcmp(T.b, want.b, sizeof T.b) == 0;
    assert_int_equal(right, bits(mask) >= 3);
    uint32_t flags = evd_cell_check_var(&t.G, &it, &T, 42, &j.c, &j.v);
    if (right)
      assert_int_equal(flags, 0);
    else
      assert_true(flags & EVD_V10_B);
  }
}

static void test_quorum_check(void **state) {
  (void)state;
  assert_int_equal(evd_quorum_check((uint32_t[]){1, 3, 5}, 3, 5, 3), EVD_OK);
  static const uint32_t bad[][4] = {
      {0, 1, 2}, {1, 1, 2}, {2, 1, 3}, {1, 2, 6}, {1, 3, 3}};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_int_equal(evd_quorum_check(bad[i], 3, 5, 3), EVD_ERR_QUORUM);
  assert_int_equal(evd_quorum_check((uint32_t[]){1, 2}, 2, 5, 3),
                   EVD_ERR_QUORUM);
  assert_int_equal(evd_quorum_check((uint32_t[]){1}, 0, 5, 0), EVD_ERR_QUORUM);
}

/* [eq 85] */
static void test_lagrange(void **state) {
  (void)state;
  const uint32_t U[3] = {2, 4, 5};
  static const evd_q want[3] = {
      {{0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA,
        0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA,
        0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0x30}},
      {{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x3E}},
      {{0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55,
        0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55,
        0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x19}}};
  for (int i = 0; i < 3; i++) {
    evd_zq w;
    evd_q bytes;
    assert_int_equal(evd_lagrange(&w, U, 3, U[i]), EVD_OK);
    evd_zq_to_bytes(&bytes, &w);
    assert_memory_equal(bytes.b, want[i].b, sizeof bytes.b);
  }
  evd_zq w;
  assert_int_equal(evd_lagrange(&w, U, 3, 3), EVD_ERR_QUORUM);
  assert_int_equal(evd_lagrange(&w, (uint32_t[]){0, 1}, 2, 0), EVD_ERR_QUORUM);
  assert_int_equal(evd_lagrange(&w, (uint32_t[]){1, 1}, 2, 1), EVD_ERR_QUORUM);
}

/* Guardian 4 answers with another share, response or opening: the joint proof
 * fails, exactly one is named. Note 3.7 [eq 94, 95] */
static void blame(const evd_item *it, const joint *j, uint32_t guilty) {
  for (uint32_t x = 0; x < j->n; x++) {
    evd_zq w;
    evd_zp S;
    assert_int_equal(evd_lagrange(&w, j->U, j->n, j->U[x]), EVD_OK);
    evd_public_share_var(&t.G, &S, t.pub, t.n, j->U[x], it->is_data);
    assert_int_equal(evd_decrypt_blame_var(&t.G, it, &j->open[x], &S,
                                           &j->v_i[x], &j->challenge, &w),
                     j->U[x] == guilty ? EVD_ERR_PROOF : EVD_OK);
  }
}

static void test_cheater_named(void **state) {
  (void)state;
  evd_item it;
  joint j;
  evd_p T;
  cell(&it, 7);
  run(&j, &it, 0x1A); /* 2, 4, 5 */
  blame(&it, &j, 0);
  j.v_i[1].b[31] ^= 1;
  evd_decrypt_sum(&j.v, j.v_i, j.n);
  evd_decrypt_T_var(&t.G, &T, &it.B, &j.M);
  assert_int_equal(evd_cell_check_var(&t.G, &it, &T, 7, &j.c, &j.v), EVD_V10_B);
  blame(&it, &j, 4);
  memset(&j.v_i[1], 0xFF, sizeof j.v_i[1]); /* not even below q */
  blame(&it, &j, 4);
}

/* A wrong M_i, committed to honestly: everything else follows from it. */
static void test_cheater_with_wrong_share_named(void **state) {
  (void)state;
  evd_item it;
  joint j;
  evd_zq_sec kept = t.z[3], one;
  evd_zq_sec_from_u64(&one, 1);
  cell(&it, 7);
  evd_zq_sec_add(&t.z[3], &t.z[3], &one);
  run(&j, &it, 0x1A);
  t.z[3] = kept;
  blame(&it, &j, 4);
}

/* An opening that is no element names its sender at once. */
static void test_A04_opening_outside(void **state) {
  (void)state;
  evd_item it;
  joint j;
  uint32_t bad = 0;
  cell(&it, 1);
  run(&j, &it, 0x07);
  for (int part = 0; part < 3; part++) {
    joint x = j;
    evd_p *p = part == 0   ? &x.open[1].a
               : part == 1 ? &x.open[1].b
                           : &x.open[1].M;
    kit_negate(p, p);
    assert_int_equal(evd_decrypt_combine_var(&t.G, &x.M, &x.challenge, &it,
                                             x.open, x.U, x.n, &bad),
                     EVD_ERR_MEMBER);
    assert_int_equal(bad, 2);
  }
}

/* d_i is over the item, the index, the opening and U [eq 87-89, 91, 92]. */
static void test_commitment_binds(void **state) {
  (void)state;
  evd_item it, x;
  joint j;
  evd_h32 d;
  const uint32_t U[3] = {1, 2, 4};
  cell(&it, 1);
  run(&j, &it, 0x07);
  evd_decrypt_d(&t.G, &d, &it, 2, &j.open[0], j.U, j.n);
  assert_memory_not_equal(d.b, j.d[0].b, sizeof d.b);
  evd_decrypt_d(&t.G, &d, &it, 1, &j.open[1], j.U, j.n);
  assert_memory_not_equal(d.b, j.d[0].b, sizeof d.b);
  evd_decrypt_d(&t.G, &d, &it, 1, &j.open[0], U, 3);
  assert_memory_not_equal(d.b, j.d[0].b, sizeof d.b);
  evd_decrypt_d(&t.G, &d, &it, 1, &j.open[0], j.U, 2);
  assert_memory_not_equal(d.b, j.d[0].b, sizeof d.b);
  x = it;
  x.ind_o++;
  evd_decrypt_d(&t.G, &d, &x, 1, &j.open[0], j.U, j.n);
  assert_memory_not_equal(d.b, j.d[0].b, sizeof d.b);
  x = it;
  x.key.b[0] ^= 1;
  evd_decrypt_d(&t.G, &d, &x, 1, &j.open[0], j.U, j.n);
  assert_memory_not_equal(d.b, j.d[0].b, sizeof d.b);
}

/* Each part of the statement of Verification 10. */
static void test_A01_tally_proof_binds_statement(void **state) {
  (void)state;
  evd_item it, x;
  joint j;
  evd_p T, other;
  cell(&it, 5);
  run(&j, &it, 0x0B);
  evd_decrypt_T_var(&t.G, &T, &it.B, &j.M);
#define CHECK(item, value, count)                                              \
  evd_cell_check_var(&t.G, (item), (value), (count), &j.c, &j.v)
  assert_int_equal(CHECK(&it, &T, 5), 0);
  assert_int_equal(CHECK(&it, &T, 6), EVD_V10_C);
  kit_power(&t.G, &other, &t.G.K, 6);
  assert_int_equal(CHECK(&it, &other, 6), EVD_V10_B);
  x = it;
  x.ind_c++;
  assert_int_equal(CHECK(&x, &T, 5), EVD_V10_B);
  x = it;
  x.ind_o++;
  assert_int_equal(CHECK(&x, &T, 5), EVD_V10_B);
  x = it;
  x.key.b[31] ^= 1;
  assert_int_equal(CHECK(&x, &T, 5), EVD_V10_B);
  x = it;
  x.A = it.B;
  assert_int_equal(CHECK(&x, &T, 5), EVD_V10_B);
  x = it;
  x.B = it.A;
  assert_int_equal(CHECK(&x, &T, 5), EVD_V10_B);
  evd_group G = t.G;
  G.K = t.G.K_hat;
  assert_int_equal(evd_cell_check_var(&G, &it, &T, 5, &j.c, &j.v),
                   EVD_V10_B | EVD_V10_C);
  kit_negate(&other, &T);
  assert_int_equal(CHECK(&it, &other, 5), EVD_V10_B | EVD_V10_C | EVD_V10_X2_T);
#undef CHECK
}

static void test_A05_tally_challenge_compared(void **state) {
  (void)state;
  evd_item it;
  joint j;
  evd_p T;
  cell(&it, 5);
  run(&j, &it, 0x1F);
  evd_decrypt_T_var(&t.G, &T, &it.B, &j.M);
  j.c.b[31] ^= 1;
  assert_int_equal(evd_cell_check_var(&t.G, &it, &T, 5, &j.c, &j.v), EVD_V10_B);
  j.c.b[31] ^= 1;
  memset(&j.v, 0xFF, sizeof j.v);
  assert_int_equal(evd_cell_check_var(&t.G, &it, &T, 5, &j.c, &j.v),
                   EVD_V10_A | EVD_V10_B);
  memset(&j.c, 0xFF, sizeof j.c);
  assert_int_equal(evd_cell_check_var(&t.G, &it, &T, 5, &j.c, &j.v),
                   EVD_V10_A | EVD_V10_B | EVD_V10_X2_T);
}

/* v + q with every equation right: only 10.A. With z = 0 (the single key of a
 * group made for this) the response is the nonce itself. */
static void test_A05_tally_response_plus_q(void **state) {
  (void)state;
  evd_group G = t.G;
  evd_item it = {.ind_c = 1, .ind_o = 1, .key = t.HE};
  evd_p one = {{0}}, M;
  evd_zq_sec u, z;
  evd_opening open;
  evd_h32 d;
  evd_zq c, w, v;
  evd_q c_bytes, v_bytes;
  evd_zp S;
  uint32_t bad;
  const uint32_t U[1] = {1};
  uint8_t random[EVD_SAMPLE_BYTES] = {0};
  random[EVD_SAMPLE_BYTES - 1] = 3;
  one.b[EVD_P_BYTES - 1] = 1;
  assert_int_equal(evd_base_set(&G, &G.K, &one), EVD_OK);
  evd_zq_sec_from_u64(&z, 0);
  kit_power(&G, &it.A, &G.g, 10);
  it.B = one;
  evd_decrypt_commit(&G, &u, &open, &d, &it, 1, U, 1, &z, random);
  assert_int_equal(evd_decrypt_combine_var(&G, &M, &c, &it, &open, U, 1, &bad),
                   EVD_OK);
  assert_int_equal(evd_lagrange(&w, U, 1, 1), EVD_OK);
  evd_decrypt_respond(&v, &u, &c, &w, &z);
  evd_zq_to_bytes(&v_bytes, &v);
  evd_zq_to_bytes(&c_bytes, &c);
  assert_int_equal(evd_cell_check_var(&G, &it, &one, 0, &c_bytes, &v_bytes), 0);
  evd_zp_one(&S);
  assert_int_equal(evd_decrypt_blame_var(&G, &it, &open, &S, &v_bytes, &c, &w),
                   EVD_OK);
  assert_true(kit_plus_q(&v_bytes, &v_bytes));
  assert_int_equal(evd_cell_check_var(&G, &it, &one, 0, &c_bytes, &v_bytes),
                   EVD_V10_A);
  assert_int_equal(evd_decrypt_blame_var(&G, &it, &open, &S, &v_bytes, &c, &w),
                   EVD_ERR_PROOF);
}

/* ---- contest data ---- */

static void data_item(evd_item *it, const evd_ballot *b) {
  const evd_contest_ct *c = &b->contests[0];
  *it = (evd_item){.is_data = true,
                   .ind_c = c->ind_c,
                   .A = c->data_C0,
                   .C1 = {c->data_C1, 32 * (size_t)c->b},
                   .C2_c = c->data_c,
                   .C2_v = c->data_v,
                   .key = b->H_I};
}

/* [eq 96-106] [V 12.1-12.4, 12.A, 12.B, 12.C] */
static void test_C01_contest_data(void **state) {
  (void)state;
  static const char want[] =
      "{\"marks\":[],\"write_ins\":[\"Grace \\\"H\\\"\"]}";
  evd_ballot b;
  evd_item it;
  uint8_t D[32 * 6];
  evd_span text, plain = {D, sizeof D};
  kit_ballot(&t, &b, kit_selection, NULL);
  data_item(&it, &b);
  for (uint32_t mask = 7; mask < 32; mask += 6) { /* 7 13 19 25 31 */
    joint j;
    run(&j, &it, mask);
    evd_data_open(&t.G, D, &it, &j.M);
    assert_int_equal(bits(mask) >= 3, true);
    assert_true(evd_data_well_packed(&kit_shapes[0], plain, &text));
    assert_int_equal(text.n, sizeof want - 1);
    assert_memory_equal(text.p, want, text.n);
    assert_int_equal(
        evd_data_opened_check_var(&t.G, &it, &j.M, &j.c, &j.v, plain), 0);
  }
  joint j;
  run(&j, &it, 3); /* two guardians: nothing readable comes out */
  evd_data_open(&t.G, D, &it, &j.M);
  assert_false(evd_data_well_packed(&kit_shapes[0], plain, &text));
}

static void test_A01_data_opening_binds_statement(void **state) {
  (void)state;
  evd_ballot b;
  evd_item it, x;
  joint j;
  uint8_t D[32 * 6];
  evd_span plain = {D, sizeof D};
  evd_p beta;
  kit_ballot(&t, &b, kit_selection, NULL);
  data_item(&it, &b);
  run(&j, &it, 0x15);
  evd_data_open(&t.G, D, &it, &j.M);
#define CHECK(item, image)                                                     \
  evd_data_opened_check_var(&t.G, (item), (image), &j.c, &j.v, plain)
  assert_int_equal(CHECK(&it, &j.M), 0);
  D[9] ^= 1;
  assert_int_equal(CHECK(&it, &j.M), EVD_V12_C);
  D[9] ^= 1;
  plain.n -= 32;
  assert_int_equal(CHECK(&it, &j.M), EVD_V12_C);
  plain.n += 32;
  x = it;
  x.C2_v.b[0] ^= 1;
  assert_int_equal(CHECK(&x, &j.M), EVD_V12_B);
  x = it;
  x.C2_c.b[0] ^= 1;
  assert_int_equal(CHECK(&x, &j.M), EVD_V12_B);
  x = it;
  x.ind_c++;
  assert_int_equal(CHECK(&x, &j.M), EVD_V12_B | EVD_V12_C);
  x = it;
  x.key.b[0] ^= 1;
  assert_int_equal(CHECK(&x, &j.M), EVD_V12_B | EVD_V12_C);
  x = it;
  kit_power(&t.G, &x.A, &t.G.g, 5);
  assert_int_equal(CHECK(&x, &j.M), EVD_V12_B | EVD_V12_C);
  kit_negate(&beta, &j.M);
  assert_int_equal(CHECK(&it, &beta), EVD_V12_B | EVD_V12_C | EVD_V12_X2);
  j.c.b[31] ^= 1;
  assert_int_equal(CHECK(&it, &j.M), EVD_V12_B);
  memset(&j.v, 0xFF, sizeof j.v);
  assert_int_equal(CHECK(&it, &j.M), EVD_V12_A | EVD_V12_B);
#undef CHECK
  blame(&it, &j, 0);
}

/* ---- ballot nonces ---- */

typedef struct {
  evd_p M;
  evd_q c, v;
  evd_zp S;
} nonce_share;

static void make_share(nonce_share *s, const evd_ballot *b, uint32_t i) {
  uint8_t random[EVD_SAMPLE_BYTES];
  kit_random(random, sizeof random);
  evd_public_share_var(&t.G, &s->S, t.pub, t.n, i, true);
  evd_nonce_share_make(&t.G, &s->M, &s->c, &s->v, &t.HE, &b->id_B, i,
                       &b->nonce_C0, &s->S, &t.z_hat[i - 1], random);
}

static evd_err check_share(const nonce_share *s, const evd_ballot *b,
                           uint32_t i) {
  return evd_nonce_share_check_var(&t.G, &t.HE, &b->id_B, i, &b->nonce_C0,
                                   &s->S, &s->M, &s->c, &s->v);
}

/* [eq 107, 108] any quorum, no fewer. */
static void test_C01_nonce_opened(void **state) {
  (void)state;
  evd_ballot b;
  evd_h32 xi_B, got;
  kit_ballot(&t, &b, kit_selection, &xi_B);
  for (uint32_t mask = 7; mask < 32; mask += 4) {
    evd_p M[KIT_N_MAX];
    joint j;
    take(&j, mask);
    for (uint32_t x = 0; x < j.n; x++) {
      nonce_share s;
      make_share(&s, &b, j.U[x]);
      assert_int_equal(check_share(&s, &b, j.U[x]), EVD_OK);
      M[x] = s.M;
    }
    assert_int_equal(evd_nonce_open(&t.G, &got, &b.H_I, &b.nonce_C0,
                                    &b.nonce_C1, M, j.U, j.n),
                     EVD_OK);
    assert_memory_equal(got.b, xi_B.b, sizeof got.b);
    assert_int_equal(
        evd_nonce_open(&t.G, &got, &b.H_I, &b.nonce_C0, &b.nonce_C1, M, j.U, 2),
        EVD_OK);
    assert_memory_not_equal(got.b, xi_B.b, sizeof got.b);
  }
}

/* Election, ballot, guardian, C0, M and key are bound. */
static void test_A01_nonce_share_binds_statement(void **state) {
  (void)state;
  evd_ballot b, x;
  nonce_share s, other;
  evd_h32 HE = t.HE;
  kit_ballot(&t, &b, kit_selection, NULL);
  make_share(&s, &b, 2);
  make_share(&other, &b, 3);
  assert_int_equal(check_share(&s, &b, 2), EVD_OK);
  assert_int_equal(check_share(&s, &b, 3), EVD_ERR_PROOF);
  x = b;
  x.id_B.b[0] ^= 1;
  assert_int_equal(check_share(&s, &x, 2), EVD_ERR_PROOF);
  x = b;
  kit_power(&t.G, &x.nonce_C0, &t.G.g, 3);
  assert_int_equal(check_share(&s, &x, 2), EVD_ERR_PROOF);
  HE.b[0] ^= 1;
  assert_int_equal(evd_nonce_share_check_var(&t.G, &HE, &b.id_B, 2, &b.nonce_C0,
                                             &s.S, &s.M, &s.c, &s.v),
                   EVD_ERR_PROOF);
  nonce_share y = s;
  y.S = other.S;
  assert_int_equal(check_share(&y, &b, 2), EVD_ERR_PROOF);
  y = s;
  y.M = other.M;
  assert_int_equal(check_share(&y, &b, 2), EVD_ERR_PROOF);
  y = s;
  kit_negate(&y.M, &s.M);
  assert_int_equal(check_share(&y, &b, 2), EVD_ERR_MEMBER);
}

static void test_A05_nonce_share_challenge_compared(void **state) {
  (void)state;
  evd_ballot b;
  nonce_share s, y;
  kit_ballot(&t, &b, kit_selection, NULL);
  make_share(&s, &b, 1);
  y = s;
  y.c.b[31] ^= 1;
  assert_int_equal(check_share(&y, &b, 1), EVD_ERR_PROOF);
  y = s;
  y.v.b[31] ^= 1;
  assert_int_equal(check_share(&y, &b, 1), EVD_ERR_PROOF);
  y = s;
  memset(&y.v, 0xFF, sizeof y.v);
  assert_int_equal(check_share(&y, &b, 1), EVD_ERR_PROOF);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_C01_every_quorum_decrypts),
      cmocka_unit_test(test_quorum_check),
      cmocka_unit_test(test_lagrange),
      cmocka_unit_test(test_cheater_named),
      cmocka_unit_test(test_cheater_with_wrong_share_named),
      cmocka_unit_test(test_A04_opening_outside),
      cmocka_unit_test(test_commitment_binds),
      cmocka_unit_test(test_A01_tally_proof_binds_statement),
      cmocka_unit_test(test_A05_tally_challenge_compared),
      cmocka_unit_test(test_A05_tally_response_plus_q),
      cmocka_unit_test(test_C01_contest_data),
      cmocka_unit_test(test_A01_data_opening_binds_statement),
      cmocka_unit_test(test_C01_nonce_opened),
      cmocka_unit_test(test_A01_nonce_share_binds_statement),
      cmocka_unit_test(test_A05_nonce_share_challenge_compared),
  };
  return cmocka_run_group_tests_name("egds_decrypt", tests, setup, teardown);
}
