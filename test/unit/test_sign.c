/* SHA-512 and the acceptance of Ed25519 signatures, compared with OpenSSL,
 * GMP and, signature by signature, with libsodium. */
#include "arith.h"

#include "sign/curve.h"
#include "sign/sign.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdio.h>

static const char order_hex[] =
    "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

static void from_hex(uint8_t *out, size_t n, const char *text) {
  size_t got = 0;
  assert_int_equal(sodium_hex2bin(out, n, text, strlen(text), NULL, &got, NULL),
                   0);
  assert_int_equal(got, n);
}

static void assert_hex(const uint8_t *p, size_t n, const char *want) {
  char text[2 * 64 + 1];
  assert_string_equal(sodium_bin2hex(text, sizeof text, p, n), want);
}

/* ---- SHA-512 ---- */

static void sha512(uint8_t out[64], const void *p, size_t n) {
  evd_sha512 c;
  evd_sha512_init(&c);
  evd_sha512_add(&c, p, n);
  evd_sha512_out(&c, out);
}

/* FIPS 180-4 examples */
static void test_sha512_vectors(void **state) {
  (void)state;
  static const char two_blocks[] =
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
      "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";
  uint8_t h[64];
  sha512(h, "", 0);
  assert_hex(
      h, 64,
      "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
      "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e");
  sha512(h, "abc", 3);
  assert_hex(
      h, 64,
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
      "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  sha512(h, two_blocks, strlen(two_blocks));
  assert_hex(
      h, 64,
      "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
      "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909");
}

static void test_sha512_million(void **state) {
  (void)state;
  evd_sha512 c;
  uint8_t h[64];
  char block[1000];
  memset(block, 'a', sizeof block);
  evd_sha512_init(&c);
  for (int i = 0; i < 1000; i++)
    evd_sha512_add(&c, block, sizeof block);
  evd_sha512_out(&c, h);
  assert_hex(
      h, 64,
      "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
      "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b");
}

/* Every length over three blocks, against OpenSSL, however it is cut. */
static void test_sha512_lengths(void **state) {
  (void)state;
  uint64_t seed = 51;
  uint8_t data[400];
  rnd_bytes(&seed, data, sizeof data);
  for (size_t n = 0; n <= sizeof data; n++) {
    uint8_t h[64], want[64];
    evd_sha512 c;
    const size_t cut = n ? (size_t)(rnd(&seed) % n) : 0;
    assert_int_equal(EVP_Digest(data, n, want, NULL, EVP_sha512(), NULL), 1);
    sha512(h, data, n);
    assert_memory_equal(h, want, sizeof h);
    evd_sha512_init(&c);
    evd_sha512_add(&c, data, cut);
    evd_sha512_add(&c, data + cut, n - cut);
    evd_sha512_out(&c, h);
    assert_memory_equal(h, want, sizeof h);
  }
}

/* ---- the field, against GMP ---- */

static void field_p(mpz_t p) {
  mpz_set_ui(p, 1);
  mpz_mul_2exp(p, p, 255);
  mpz_sub_ui(p, p, 19);
}

static void get_fe(mpz_t out, const evd_fe *a) {
  mpz_set_ui(out, 0);
  for (int i = 4; i >= 0; i--) {
    mpz_mul_2exp(out, out, 51);
    mpz_add_ui(out, out, a->v[i]);
  }
}

static void assert_below(const evd_fe *a, uint64_t limit) {
  for (int i = 0; i < 5; i++)
    assert_true(a->v[i] < limit);
}

static void assert_value(const evd_fe *a, const mpz_t want) {
  uint8_t b[32], back[32];
  mpz_t p, have;
  mpz_inits(p, have, NULL);
  field_p(p);
  get_fe(have, a);
  mpz_sub(have, have, want);
  assert_true(mpz_divisible_p(have, p));
  evd_fe_to_bytes(b, a);
  mpz_mod(have, want, p);
  for (int i = 0; i < 32; i++)
    back[31 - i] = b[i];
  put_bytes(b, 32, have);
  assert_memory_equal(b, back, 32);
  mpz_clears(p, have, NULL);
}

static void assert_fe(const evd_fe *a, const mpz_t want) {
  assert_below(a, (uint64_t)1 << 52);
  assert_value(a, want);
}

/* The forms that are hardest: limbs at both ends of what is allowed. */
static void make_fe(evd_fe *a, uint64_t *seed) {
  static const uint64_t edges[] = {0,
                                   1,
                                   18,
                                   19,
                                   ((uint64_t)1 << 51) - 19,
                                   ((uint64_t)1 << 51) - 1,
                                   (uint64_t)1 << 51,
                                   ((uint64_t)1 << 52) - 1};
  const bool edge = rnd(seed) % 2;
  for (int i = 0; i < 5; i++)
    a->v[i] = edge ? edges[rnd(seed) % 8] : rnd(seed) >> 12;
}

/* Limbs up to `max`, often that. */
static void make_up_to(evd_fe *a, uint64_t *seed, uint64_t max) {
  const bool edge = rnd(seed) % 2;
  for (int i = 0; i < 5; i++)
    a->v[i] = edge ? (rnd(seed) % 4 ? max : 0) : rnd(seed) % (max + 1);
}

/* What goes without carries, and what is made of it: with the largest limbs
 * there may be. */
static void test_wide_numbers_against_gmp(void **state) {
  (void)state;
  uint64_t seed = 55;
  const uint64_t one = 1;
  mpz_t x, y, z;
  mpz_inits(x, y, z, NULL);
  for (int n = 0; n < 20000; n++) {
    evd_fe a, b, r;
    make_up_to(&a, &seed, (one << 54) - 1);
    make_up_to(&b, &seed, (one << 54) - 1);
    get_fe(x, &a);
    get_fe(y, &b);
    evd_fe_mul(&r, &a, &b);
    mpz_mul(z, x, y);
    assert_fe(&r, z);
    assert_below(&r, (one << 51) + (one << 18));
    evd_fe_sqr(&r, &a);
    mpz_mul(z, x, x);
    assert_fe(&r, z);
    assert_below(&r, (one << 51) + (one << 18));
    make_up_to(&a, &seed, (one << 53) - 1);
    make_up_to(&b, &seed, (one << 53) - 1);
    get_fe(x, &a);
    get_fe(y, &b);
    evd_fe_add_wide(&r, &a, &b);
    mpz_add(z, x, y);
    assert_value(&r, z);
    assert_below(&r, one << 54);
    make_up_to(&b, &seed, (one << 51) + (one << 18) - 1);
    get_fe(y, &b);
    evd_fe_sub_wide(&r, &a, &b);
    mpz_sub(z, x, y);
    assert_value(&r, z);
    assert_below(&r, one << 54);
  }
  mpz_clears(x, y, z, NULL);
}

static void test_field_against_gmp(void **state) {
  (void)state;
  uint64_t seed = 52;
  mpz_t p, x, y, z;
  mpz_inits(p, x, y, z, NULL);
  field_p(p);
  for (int n = 0; n < 20000; n++) {
    evd_fe a, b, r;
    make_fe(&a, &seed);
    make_fe(&b, &seed);
    get_fe(x, &a);
    get_fe(y, &b);
    evd_fe_add(&r, &a, &b);
    mpz_add(z, x, y);
    assert_fe(&r, z);
    evd_fe_sub(&r, &a, &b);
    mpz_sub(z, x, y);
    assert_fe(&r, z);
    evd_fe_mul(&r, &a, &b);
    mpz_mul(z, x, y);
    assert_fe(&r, z);
    evd_fe_sqr(&r, &a);
    mpz_mul(z, x, x);
    assert_fe(&r, z);
    assert_int_equal(evd_fe_equal_var(&a, &b), mpz_congruent_p(x, y, p) != 0);
    mpz_mod(x, x, p);
    assert_int_equal(evd_fe_odd_var(&a), mpz_odd_p(x) != 0);
  }
  mpz_clears(p, x, y, z, NULL);
}

static void test_field_powers(void **state) {
  (void)state;
  uint64_t seed = 53;
  mpz_t p, x, e, z;
  mpz_inits(p, x, e, z, NULL);
  field_p(p);
  for (int n = 0; n < 300; n++) {
    evd_fe a, r;
    make_fe(&a, &seed);
    get_fe(x, &a);
    mpz_sub_ui(e, p, 2);
    mpz_powm(z, x, e, p);
    evd_fe_invert(&r, &a);
    assert_fe(&r, z);
    mpz_sub_ui(e, p, 5);
    mpz_fdiv_q_2exp(e, e, 3);
    mpz_powm(z, x, e, p);
    evd_fe_pow_p58(&r, &a);
    assert_fe(&r, z);
  }
  mpz_clears(p, x, e, z, NULL);
}

/* ---- points ---- */

static const char base_hex[] =
    "5866666666666666666666666666666666666666666666666666666666666666";

/* [s]B + [h]A against libsodium, for points with and without a component of
 * small order; and the constants of the curve by the way. */
static void test_points_against_libsodium(void **state) {
  (void)state;
  uint64_t seed = 54;
  uint8_t B[32], order[32], zero[32] = {0}, one[32] = {1};
  evd_point P, A;
  from_hex(B, 32, base_hex);
  from_hex(order, 32, order_hex);
  assert_true(evd_point_decode_var(&A, B));
  evd_point_mul_two_var(&P, order, zero, &A);
  uint8_t got[32];
  evd_point_encode(got, &P);
  assert_memory_equal(got, one, 32); /* [L]B is zero, y = 1 */
  evd_point_mul_two_var(&P, one, zero, &A);
  evd_point_encode(got, &P);
  assert_memory_equal(got, B, 32);
  for (int n = 0; n < 200; n++) {
    uint8_t s[32], h[32], a[32], sB[32], hA[32], want[32];
    rnd_bytes(&seed, s, 32);
    rnd_bytes(&seed, h, 32);
    rnd_bytes(&seed, a, 32);
    s[31] &= 15; /* below 2^252, as libsodium's */
    h[31] &= 15;
    crypto_core_ed25519_from_uniform(a, a);
    assert_true(evd_point_decode_var(&A, a));
    evd_point_encode(got, &A);
    assert_memory_equal(got, a, 32);
    evd_point_mul_two_var(&P, s, h, &A);
    evd_point_encode(got, &P);
    assert_int_equal(crypto_scalarmult_ed25519_base_noclamp(sB, s), 0);
    assert_int_equal(crypto_scalarmult_ed25519_noclamp(hA, h, a), 0);
    assert_int_equal(crypto_core_ed25519_add(want, sB, hA), 0);
    assert_memory_equal(got, want, 32);
  }
}

/* y of p and above, and of no point at all */
static void test_no_point(void **state) {
  (void)state;
  uint64_t seed = 55;
  evd_point P;
  uint8_t b[32];
  int good = 0;
  for (int low = 0; low < 256; low++) {
    memset(b, 0xFF, 32);
    b[0] = (uint8_t)low;
    b[31] = 0x7F;
    if (low >= 0xED) /* p itself ends in it */
      assert_false(evd_point_decode_var(&P, b));
  }
  for (int n = 0; n < 400; n++) {
    rnd_bytes(&seed, b, 32);
    const bool is = evd_point_decode_var(&P, b);
    uint8_t again[32];
    good += is;
    if (is) {
      evd_point_encode(again, &P);
      assert_memory_equal(again, b, 32);
    }
  }
  assert_in_range(good, 150, 250); /* half of all y */
}

/* ---- signatures ---- */

/* Ours and libsodium's answer, which must be one. */
static bool both(const uint8_t key[32], const uint8_t sig[64], const void *m,
                 size_t n) {
  const bool ours = evd_ed25519_verify_var(key, sig, (evd_span){m, n});
  const bool theirs = crypto_sign_verify_detached(sig, m, n, key) == 0;
  assert_int_equal(ours, theirs);
  return ours;
}

/* RFC 8032, 7.1: TEST 1, 2, 3 and SHA(abc) */
static void test_rfc8032(void **state) {
  (void)state;
  static const struct {
    const char *key, *sig, *message;
  } v[] = {
      {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
       "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
       ""},
      {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
       "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
       "72"},
      {"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
       "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
       "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
       "af82"},
      {"ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
       "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
       "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
       "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
       "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"}};
  for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
    uint8_t key[32], sig[64], m[64];
    const size_t n = strlen(v[i].message) / 2;
    from_hex(key, 32, v[i].key);
    from_hex(sig, 64, v[i].sig);
    from_hex(m, n, v[i].message);
    assert_true(both(key, sig, m, n));
  }
}

/* Every case of C2SP/CCTV, each compared with libsodium, which of 914 takes
 * 43. */
static void test_cctv(void **state) {
  (void)state;
  char path[1024];
  json_error_t why;
  const char *root = getenv("EVD_SOURCE_ROOT");
  size_t taken = 0;
  (void)snprintf(path, sizeof path, "%s/test/vector/cctv/ed25519vectors.json",
                 root ? root : ".");
  json_t *all = json_load_file(path, 0, &why);
  assert_non_null(all);
  assert_int_equal(json_array_size(all), 914);
  for (size_t i = 0; i < json_array_size(all); i++) {
    const json_t *v = json_array_get(all, i);
    const char *m = json_string_value(json_object_get(v, "msg"));
    uint8_t key[32], sig[64];
    from_hex(key, 32, json_string_value(json_object_get(v, "key")));
    from_hex(sig, 64, json_string_value(json_object_get(v, "sig")));
    taken += both(key, sig, m, strlen(m));
  }
  json_decref(all);
  assert_int_equal(taken, 43);
}

typedef struct {
  uint8_t key[32], secret[64], sig[64], m[40];
  size_t n;
} signed_one;

static void make(signed_one *x, uint64_t *seed) {
  uint8_t from[32];
  rnd_bytes(seed, from, 32);
  rnd_bytes(seed, x->m, sizeof x->m);
  x->n = (size_t)(rnd(seed) % sizeof x->m);
  crypto_sign_seed_keypair(x->key, x->secret, from);
  crypto_sign_detached(x->sig, NULL, x->m, x->n, x->secret);
}

/* [A10] The key is in what is hashed: nothing verifies under another key. */
static void test_A10_second_key(void **state) {
  (void)state;
  uint64_t seed = 56;
  for (int n = 0; n < 50; n++) {
    signed_one x, y;
    make(&x, &seed);
    make(&y, &seed);
    assert_true(both(x.key, x.sig, x.m, x.n));
    assert_false(both(y.key, x.sig, x.m, x.n));
    evd_point A;
    assert_true(evd_point_decode_var(&A, x.key));
    evd_point_neg(&A, &A);
    evd_point_encode(y.key, &A);
    assert_false(both(y.key, x.sig, x.m, x.n));
  }
}

/* One bit of key, signature or message makes it another question. */
static void test_every_bit_counts(void **state) {
  (void)state;
  uint64_t seed = 57;
  signed_one x;
  do
    make(&x, &seed);
  while (x.n < 8);
  for (int bit = 0; bit < 8 * 32; bit++) {
    x.key[bit / 8] ^= (uint8_t)(1 << bit % 8);
    assert_false(both(x.key, x.sig, x.m, x.n));
    x.key[bit / 8] ^= (uint8_t)(1 << bit % 8);
  }
  for (int bit = 0; bit < 8 * 64; bit++) {
    x.sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
    assert_false(both(x.key, x.sig, x.m, x.n));
    x.sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
  }
  for (size_t bit = 0; bit < 8 * x.n; bit++) {
    x.m[bit / 8] ^= (uint8_t)(1 << bit % 8);
    assert_false(both(x.key, x.sig, x.m, x.n));
    x.m[bit / 8] ^= (uint8_t)(1 << bit % 8);
  }
  assert_false(both(x.key, x.sig, x.m, x.n - 1));
  assert_true(both(x.key, x.sig, x.m, x.n));
}

static void add_le(uint8_t a[32], const uint8_t b[32]) {
  unsigned c = 0;
  for (int i = 0; i < 32; i++) {
    c += (unsigned)a[i] + b[i];
    a[i] = (uint8_t)c;
    c >>= 8;
  }
}

/* S + L verifies the same equation; it is refused, as every S from L on. */
static void test_s_not_reduced(void **state) {
  (void)state;
  uint64_t seed = 58;
  uint8_t order[32];
  from_hex(order, 32, order_hex);
  for (int n = 0; n < 20; n++) {
    signed_one x;
    make(&x, &seed);
    for (int times = 1; times < 15; times++) {
      add_le(x.sig + 32, order);
      assert_false(both(x.key, x.sig, x.m, x.n));
    }
  }
}

/* The signature with S = 0 and R = A = 0, and all others of small order: their
 * equations hold, whoever holds which key. */
static void test_small_order(void **state) {
  (void)state;
  static const char *const points[] = {
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0000000000000000000000000000000000000000000000000000000000000080",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000080",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"};
  enum { N = sizeof points / sizeof *points };
  uint64_t seed = 59;
  for (int a = 0; a < N; a++) {
    signed_one x;
    uint8_t key[32], sig[64] = {0};
    evd_point P;
    make(&x, &seed);
    from_hex(key, 32, points[a]);
    if (evd_point_decode_var(&P, key))
      assert_true(evd_point_small_var(&P));
    for (int r = 0; r < N; r++)
      for (uint8_t m = 0; m < 16; m++) {
        from_hex(sig, 32, points[r]);
        assert_false(both(key, sig, &m, 1));   /* key and R */
        assert_false(both(x.key, sig, &m, 1)); /* R alone */
      }
    crypto_sign_detached(sig, NULL, x.m, x.n, x.secret);
    assert_false(both(key, sig, x.m, x.n)); /* the key alone */
  }
}

/* A key with a component of small order is one of its own: libsodium takes it,
 * and so the same signatures are taken here. */
static void test_mixed_order(void **state) {
  (void)state;
  uint64_t seed = 60;
  uint8_t minus[32]; /* of order 2 */
  int taken = 0;
  from_hex(minus, 32,
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
  for (int n = 0; n < 60; n++) {
    signed_one x;
    uint8_t key[32], h[64], a[32], r[64], k[32];
    make(&x, &seed);
    /* A' = A + (order 2); R = [r]B, S = r + h' a with h' over A' */
    assert_int_equal(crypto_core_ed25519_add(key, x.key, minus), 0);
    crypto_hash_sha512(h, x.secret, 32);
    h[0] &= 248, h[31] &= 127, h[31] |= 64;
    memcpy(r, h, 32);
    memset(r + 32, 0, 32);
    crypto_core_ed25519_scalar_reduce(a, r);
    rnd_bytes(&seed, r, 64);
    crypto_core_ed25519_scalar_reduce(r, r);
    assert_int_equal(crypto_scalarmult_ed25519_base_noclamp(x.sig, r), 0);
    crypto_hash_sha512_state c;
    crypto_hash_sha512_init(&c);
    crypto_hash_sha512_update(&c, x.sig, 32);
    crypto_hash_sha512_update(&c, key, 32);
    crypto_hash_sha512_update(&c, x.m, x.n);
    crypto_hash_sha512_final(&c, h);
    crypto_core_ed25519_scalar_reduce(k, h);
    crypto_core_ed25519_scalar_mul(k, k, a);
    crypto_core_ed25519_scalar_add(x.sig + 32, k, r);
    taken += both(key, x.sig, x.m, x.n);
  }
  assert_in_range(taken, 10, 50); /* where h is even */
}

static void test_random_against_libsodium(void **state) {
  (void)state;
  uint64_t seed = 61;
  for (int n = 0; n < 1500; n++) {
    signed_one x;
    make(&x, &seed);
    assert_true(both(x.key, x.sig, x.m, x.n));
  }
}

static int start(void **state) {
  (void)state;
  return sodium_init() < 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sha512_vectors),
      cmocka_unit_test(test_sha512_million),
      cmocka_unit_test(test_sha512_lengths),
      cmocka_unit_test(test_field_against_gmp),
      cmocka_unit_test(test_wide_numbers_against_gmp),
      cmocka_unit_test(test_field_powers),
      cmocka_unit_test(test_points_against_libsodium),
      cmocka_unit_test(test_no_point),
      cmocka_unit_test(test_rfc8032),
      cmocka_unit_test(test_cctv),
      cmocka_unit_test(test_A10_second_key),
      cmocka_unit_test(test_every_bit_counts),
      cmocka_unit_test(test_s_not_reduced),
      cmocka_unit_test(test_small_order),
      cmocka_unit_test(test_mixed_order),
      cmocka_unit_test(test_random_against_libsodium),
  };
  return cmocka_run_group_tests(tests, start, NULL);
}
