/* Hashes of EGDS: golden values, exact lengths, order of inputs. */
#include "egds_kit.h"

#include "base/hex.h"
#include "egds/challenge.h"

static evd_group G; /* K = g^5, K_hat = g^7, as in the published answers */
static evd_h32 HP, HB, HE, HI;
static uint8_t tapped[1 << 16];
static evd_tap tap = {tapped, 0, sizeof tapped};

static evd_span text(const char *s) {
  return (evd_span){(const uint8_t *)s, strlen(s)};
}

static void power(evd_p *out, uint64_t e) { kit_power(&G, out, &G.g, e); }

static int setup(void **state) {
  evd_p x;
  evd_h32 id_B;
  (void)state;
  evd_group_init(&G, evd_kernel_best());
  power(&x, 5);
  if (evd_base_set(&G, &G.K, &x) != EVD_OK)
    return 1;
  power(&x, 7);
  if (evd_base_set(&G, &G.K_hat, &x) != EVD_OK)
    return 1;
  for (uint8_t i = 0; i < 32; i++)
    id_B.b[i] = (uint8_t)(i + 1);
  evd_hash_HP(&G, &HP, 3, 2);
  evd_hash_HB(&G, &HB, &HP, text("{\"election\":\"kat\"}"));
  evd_hash_HE(&G, &HE, &HB, &G.K.bytes, &G.K_hat.bytes);
  evd_hash_HI(&G, &HI, &HE, &id_B);
  G.tap = &tap;
  return 0;
}

static void golden(const evd_h32 *got, const char *want) {
  char hex[64];
  evd_hex_write(hex, got->b, sizeof got->b);
  assert_memory_equal(hex, want, sizeof hex);
}

static void golden_q(const evd_zq *got, const char *want) {
  evd_h32 bytes;
  evd_zq_to_bytes((evd_q *)&bytes, got);
  golden(&bytes, want);
}

/* [eq 4, 5, 30, 32, 122, 123] */
static void test_A08_golden_base_hashes(void **state) {
  (void)state;
  evd_h32 h;
  golden(&HP,
         "51BCA66C1792739F07526B7422771FC4AEC7AD9A40E92C1BB03BFDE12AE8B661");
  evd_hash_HP(&G, &h, 5, 3);
  golden(&h,
         "944286970EAFDB6F347F4EB93B30D48FA3EDCC89BFBAEA6F5AE8F29AFB05DDCE");
  evd_hash_HP(&G, &h, 1, 1);
  golden(&h,
         "742FDEE2753D416B072D4735E7030721CEFC4F7D34BAC49A0D592AEE3BC52D44");
  golden(&HB,
         "2B5CBE9DB2E6B4812FEB3D6DF9C79E51B1A7E93BADB293FDC23E20E7323978A5");
  evd_hash_HB(&G, &h, &HP, text(""));
  golden(&h,
         "399F1CA4C0F4BB55109467E1E7C4DC1F854754138E7C43AF67E50EAD484455BB");
  golden(&HE,
         "A956469F246D37B21C17F2A68BC4ECE7694FD3F4BE5123F3148DDBF199DA84B0");
  golden(&HI,
         "CA7B1FD3105727E41DFB0037CF00CCE84197F0C4BB7FFFAB9099C2C359288C6C");
  memset(&h, 0xFF, sizeof h); /* id_B >= q: never reduced */
  evd_hash_HI(&G, &h, &HE, &h);
  golden(&h,
         "6A56070C031E7079094955588C34B10CD65C455E9ACEC94D3B8F08F8BE202A33");
}

static void xi_B_of(evd_h32 *xi_B) {
  for (uint8_t i = 0; i < 32; i++)
    xi_B->b[i] = (uint8_t)(0xA0 + i);
}

/* Contest with the votes of the published answers, encrypted from xi_B. */
static void votes(evd_contest_ct *c, evd_field fields[], const uint32_t v[]) {
  evd_h32 xi_B;
  evd_zq_sec xi;
  xi_B_of(&xi_B);
  c->fields = fields;
  for (uint32_t o = 0; o < c->n_fields; o++) {
    evd_nonce_option(&G, &xi, &HI, c->ind_c, o + 1, &xi_B);
    evd_encrypt_value(&G, &fields[o].alpha, &fields[o].beta, &xi, v[o]);
  }
}

/* [eq 31, 33, 70-76] [V 8.A, 8.B] */
static void test_A08_golden_codes(void **state) {
  (void)state;
  evd_field fields[3];
  evd_contest_ct one = {.ind_c = 1, .n_fields = 2};
  evd_contest_ct two = {.ind_c = 2, .n_fields = 3};
  evd_h32 chi[2], h, HDI, xi_B;
  evd_zq_sec xi;
  uint8_t B_C[EVD_BC_BYTES];
  xi_B_of(&xi_B);
  evd_nonce_option(&G, &xi, &HI, 1, 1, &xi_B);
  evd_zq_sec_to_bytes((evd_q *)&h, &xi);
  golden(&h,
         "92E03A2EF4FCD7B7D60116592E6B8BD79FBCFF78E409450031832590AAEB1D7F");
  votes(&one, fields, (const uint32_t[]){1, 0});
  evd_hash_chi(&G, &chi[0], &HI, &one);
  golden(&chi[0],
         "665CEC8E6EB21078FE98AEEAE0EFE74E9BCF2526742FDCC21ACC3AD82E5BBD36");
  votes(&two, fields, (const uint32_t[]){0, 0, 1});
  evd_hash_chi(&G, &chi[1], &HI, &two);
  golden(&chi[1],
         "B36A4BE49C2137D2B8DD05BBDF6DB5F3415E602A4B914C9E55C124F592029343");
  evd_hash_HDI(&G, &HDI, &HE, text(""));
  golden(&HDI,
         "A8661878CAC3E9D5411F378AE86075DEE4AD11760E6E9DBFC6243F66CF2E7182");
  evd_BC(B_C, 0, &HDI);
  evd_hash_HC(&G, &h, &HI, chi, 1, B_C);
  golden(&h,
         "6CB8EB02784A63E82080B1814297C81517D2A290A76C81460ECE1C1DC7BBD2ED");
}

/* [eq 73-78] [V 8.F, 8.G] */
static void test_A08_golden_chain(void **state) {
  (void)state;
  evd_h32 HDI, h, H_l;
  uint8_t B_C0[EVD_BC_BYTES], close[EVD_BC_BYTES];
  evd_hash_HDI(&G, &HDI, &HE,
               text("Wahllokal Z\xC3\xBCrich \xE2\x80\x93 Ger\xC3\xA4t "
                    "\xE2\x84\x96"
                    "7 \xF0\x9F\x97\xB3"));
  golden(&HDI,
         "2505D06F51EE4729B23FA36054445FB440EBD4E075F9A7F29003A0DEE28A2528");
  evd_BC(B_C0, 1, &HDI);
  evd_hash_H0(&G, &h, &HE, B_C0);
  golden(&h,
         "17D8A1F5C2A76A448E9AD93B9E8ECAC22A1B3AF96100FFB47431F88DB5360E1C");
  assert_int_equal(evd_hex_read(H_l.b, 32,
                                text("37A97BA31A7F735DD86DF271C22B42FFBED5D010"
                                     "54FBBAF230F25400AC67DBD2")),
                   EVD_OK);
  evd_BC_close(&G, close, &HE, &H_l, B_C0);
  memcpy(h.b, close + 4, 32);
  golden(&h,
         "59E4C4E5A864C162E04DD2A9063004EEAE0EB771D8A0725ED3CDF1DF877BDD15");
  assert_memory_equal(close, "\0\0\0\1", 4);
  evd_hash_close(&G, &h, &HE, close);
  golden(&h,
         "A6BD426376A4CF1850F53696BEFAE82B5E5AA683A408B4BD74836C3E09689D79");
}

/* [eq 16-18, 35, 36, 65, 66] */
static void test_A08_golden_keys(void **state) {
  (void)state;
  evd_p kappa, alpha, beta;
  evd_h32 key, k;
  power(&kappa, 0x11);
  power(&alpha, 0x67);
  power(&beta, 0x6D7);
  evd_key_share(&G, &key, &HP, 1, 2, &kappa, &alpha, &beta);
  golden(&key,
         "5CBCEF00B0881333297CC5EB58C67624C55D52FD60C70DF426A0A58D3B212713");
  evd_kdf_share_block(&G, &k, &key, 1, 1, 2);
  golden(&k,
         "ADB8D334F199778A187366D58F0525DD97E4B22D8861FD5860BAC0BCCCE7E4B7");
  evd_kdf_share_block(&G, &k, &key, 2, 1, 2);
  golden(&k,
         "04D8C1AED902656363C4E3411AA0CCFB2770C9BDD7F1508121EDABC48012CB65");
  power(&alpha, 0x4D);
  power(&beta, 0x21B);
  evd_key_nonce(&G, &key, &HI, &alpha, &beta);
  golden(&key,
         "E6F3D430E275A51879BE546EFC21031F5F772BDF2F7CF0CB50F67C095E0E272D");
  evd_kdf_nonce(&G, &k, &key);
  golden(&k,
         "0BF34D6DDF2F84298E3101F50A28E8849F88898EBE5B0875B5E064BBB8CF8857");
}

/* [eq 90] The other challenges and their whole messages are in test/vector. */
static void test_A08_golden_tally_challenge(void **state) {
  (void)state;
  evd_item it = {.ind_c = 1, .ind_o = 3, .key = HE};
  evd_zp a, b;
  evd_p M;
  evd_zq c;
  const evd_exp ea = {{0x520E, 0, 0, 0}}, eb = {{0x2132CA4BC, 0, 0, 0}};
  power(&it.A, 0x67932);
  power(&it.B, 0x25A072A);
  power(&M, 0x25A072A);
  evd_base_pow_var(&G, &a, &G.g, &ea);
  evd_base_pow_var(&G, &b, &G.g, &eb);
  evd_chal_item(&G, &c, &it, &a, &b, &M);
  golden_q(&c,
           "5F7857B3DF467E743786BD7FB80E3EE76194CC637E7B26FE9DEC8DA8D45A7084");
}

/* Every message has the length that the specification's table 5.5 says: no
 * separator, nothing cut. [eq 11, 13, 22, 27, 38, 59, 62, 64, 88, 99, 101] */
static void test_A07_length_exact(void **state) {
  (void)state;
  enum { K = 2, N = 3, P = 512 };
  static evd_p ps[2];
  static const evd_opening open;
  evd_guardian_pub g[N];
  evd_hmac h;
  evd_h32 out;
  evd_zq c;
  evd_zp one;
  uint8_t C1[64] = {0};
  const uint32_t U[2] = {1, 3};
  evd_zp_one(&one);
  for (uint32_t i = 0; i < N; i++)
    g[i] = (evd_guardian_pub){.i = i + 1, .k = K, .K = ps, .K_hat = ps};
#define LENGTH(call, want) (tap.n = 0, (call), assert_int_equal(tap.n, (want)))
  LENGTH(evd_hash_HP(&G, &out, 3, 2), 1065);
  LENGTH(evd_hash_HB(&G, &out, &HP, text("a|b")), 5 + 3);
  LENGTH(evd_chal_keys_init(&G, &h, &HP, &g[0], false), 12 + (K + 1) * P);
  LENGTH(evd_chal_keys_init(&G, &h, &HP, &g[0], true), 12 + (K + 1) * P);
  LENGTH(evd_chal_share(&G, &c, &HP, 1, 2, &one, ps, C1), 1097);
  LENGTH(evd_hash_HG(&G, &out, &HB, ps, ps, g, N), 1 + (2 + 2 * N * K + N) * P);
  LENGTH(evd_hash_HE(&G, &out, &HB, ps, ps), 1025);
  LENGTH(evd_chal_nonce(&G, &c, &HI, &one, ps, &out), 1057);
  LENGTH(evd_chal_range_init(&G, &h, &HI, 1, 1, ps, ps), 9 + 2 * P);
  LENGTH(evd_chal_range_init(&G, &h, &HI, 1, 0, ps, ps), 5 + 2 * P);
  LENGTH(evd_chal_data(&G, &c, &HI, 1, &one, ps, (evd_span){C1, 64}),
         1029 + 64);
  evd_item it = {.C1 = {C1, 64}, .key = HE};
  LENGTH(evd_chal_item(&G, &c, &it, &one, &one, ps), 2569);
  LENGTH(evd_decrypt_d(&G, &out, &it, 1, &open, U, 2), 2577 + 8);
  it.is_data = true;
  LENGTH(evd_chal_item(&G, &c, &it, &one, &one, ps), 2117 + 64);
  LENGTH(evd_decrypt_d(&G, &out, &it, 1, &open, U, 2), 2125 + 64 + 8);
#undef LENGTH
}

/* Texts that other systems confused: the length is part of the message. */
static void test_A07_texts_are_told_apart(void **state) {
  (void)state;
  static const evd_span list[] = {
      {(const uint8_t *)"", 0},          {(const uint8_t *)"a", 1},
      {(const uint8_t *)"a\0", 2},       {(const uint8_t *)"\0a", 2},
      {(const uint8_t *)"a|b", 3},       {(const uint8_t *)"a||b", 4},
      {(const uint8_t *)"\xC3\xA9", 2},  /* e acute, one character */
      {(const uint8_t *)"e\xCC\x81", 3}, /* and as two */
  };
  enum { COUNT = sizeof list / sizeof list[0] };
  evd_h32 out[2 * COUNT];
  for (size_t i = 0; i < COUNT; i++) {
    evd_hash_HB(&G, &out[2 * i], &HP, list[i]);
    evd_hash_HDI(&G, &out[2 * i + 1], &HE, list[i]);
  }
  for (size_t i = 0; i < 2 * COUNT; i++)
    for (size_t j = 0; j < i; j++)
      assert_memory_not_equal(out[i].b, out[j].b, 32);
}

/* Small numbers next to each other: (1, 23) is not (12, 3). */
static void test_A07_indices_are_told_apart(void **state) {
  (void)state;
  static const uint32_t pairs[][2] = {
      {1, 23},     {12, 3},  {123, 0}, {0, 123},   {1, 0x0203},
      {0x0101, 0}, {256, 1}, {1, 256}, {0, 65537}, {1, 65536}};
  enum { COUNT = sizeof pairs / sizeof pairs[0] };
  evd_h32 xi_B;
  evd_q xi[COUNT];
  xi_B_of(&xi_B);
  for (size_t i = 0; i < COUNT; i++) {
    evd_zq_sec x;
    evd_nonce_option(&G, &x, &HI, pairs[i][0], pairs[i][1], &xi_B);
    evd_zq_sec_to_bytes(&xi[i], &x);
    for (size_t j = 0; j < i; j++)
      assert_memory_not_equal(xi[i].b, xi[j].b, 32);
  }
}

/* The nonce of the contest data is none of the options' [eq 64]; its keys
 * differ by block, contest and number of blocks [eq 66, 104, 105]. */
static void test_derived_values_differ(void **state) {
  (void)state;
  evd_h32 xi_B, key, out[4];
  evd_zq_sec a, b;
  evd_q x, y;
  xi_B_of(&xi_B);
  evd_nonce_data(&G, &a, &HI, 1, &xi_B);
  evd_nonce_option(&G, &b, &HI, 1, 0, &xi_B);
  evd_zq_sec_to_bytes(&x, &a);
  evd_zq_sec_to_bytes(&y, &b);
  assert_memory_not_equal(x.b, y.b, sizeof x.b);
  memset(&key, 7, sizeof key);
  evd_kdf_data(&G, &out[0], &key, 1, 1, 2);
  evd_kdf_data(&G, &out[1], &key, 1, 2, 2);
  evd_kdf_data(&G, &out[2], &key, 2, 1, 2);
  evd_kdf_data(&G, &out[3], &key, 1, 1, 3);
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < i; j++)
      assert_memory_not_equal(out[i].b, out[j].b, 32);
}

/* id_B of a remote ballot is bound to credential and salt. */
static void test_bound_id(void **state) {
  (void)state;
  evd_h32 credential, salt, id[3];
  xi_B_of(&credential);
  for (uint8_t i = 0; i < 32; i++)
    salt.b[i] = (uint8_t)(i + 1);
  evd_bound_id(&id[0], &credential, &salt);
  golden(&id[0],
         "78CC4ABF13C3A9CBE4FACF1EB6B31E8144D42233343FF53FF62AA3A148D8EA0A");
  evd_bound_id(&id[1], &salt, &credential);
  salt.b[31] ^= 1;
  evd_bound_id(&id[2], &credential, &salt);
  assert_memory_not_equal(id[0].b, id[1].b, 32);
  assert_memory_not_equal(id[0].b, id[2].b, 32);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_A08_golden_base_hashes),
      cmocka_unit_test(test_A08_golden_codes),
      cmocka_unit_test(test_A08_golden_chain),
      cmocka_unit_test(test_A08_golden_keys),
      cmocka_unit_test(test_A08_golden_tally_challenge),
      cmocka_unit_test(test_A07_length_exact),
      cmocka_unit_test(test_A07_texts_are_told_apart),
      cmocka_unit_test(test_A07_indices_are_told_apart),
      cmocka_unit_test(test_derived_values_differ),
      cmocka_unit_test(test_bound_id),
  };
  return cmocka_run_group_tests_name("egds_hashes", tests, setup, NULL);
}
