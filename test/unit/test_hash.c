/* SHA-256, HMAC and the EGDS hash H. */
#include "arith.h"

#include "base/endian.h"
#include "base/hex.h"
#include "hash/blocks.h"
#include "hash/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

static void assert_hex(const evd_h32 *h, const char *want) {
  char text[65] = "";
  evd_hex_write(text, h->b, sizeof h->b);
  assert_string_equal(text, want);
}

static void sha256(evd_h32 *out, const void *p, size_t n) {
  evd_sha256 c;
  evd_sha256_init(&c);
  evd_sha256_add(&c, p, n);
  evd_sha256_out(&c, out);
}

/* FIPS 180-4 examples */
static void test_sha256_vectors(void **state) {
  (void)state;
  static const char two_blocks[] =
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  evd_h32 h;
  sha256(&h, "", 0);
  assert_hex(
      &h, "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855");
  sha256(&h, "abc", 3);
  assert_hex(
      &h, "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD");
  sha256(&h, two_blocks, strlen(two_blocks));
  assert_hex(
      &h, "248D6A61D20638B8E5C026930C3E6039A33CE45964FF2167F6ECEDD419DB06C1");
}

static void test_sha256_million(void **state) {
  (void)state;
  evd_sha256 c;
  evd_h32 h;
  char block[1000];
  memset(block, 'a', sizeof block);
  evd_sha256_init(&c);
  for (int i = 0; i < 1000; i++)
    evd_sha256_add(&c, block, sizeof block);
  evd_sha256_out(&c, &h);
  assert_hex(
      &h, "CDC76E5C9914FB9281A1C7E284D73E67F1809A48A497200E046D39CCC7112CD0");
}

/* Every length over three blocks, against OpenSSL. */
static void test_sha256_lengths(void **state) {
  (void)state;
  uint64_t seed = 41;
  uint8_t data[200];
  rnd_bytes(&seed, data, sizeof data);
  for (size_t n = 0; n <= sizeof data; n++) {
    evd_h32 h, want;
    sha256(&h, data, n);
    assert_int_equal(EVP_Digest(data, n, want.b, NULL, EVP_sha256(), NULL), 1);
    assert_memory_equal(&h, &want, sizeof h);
  }
}

/* However the input is cut, the hash is the same. */
static void test_sha256_cuts(void **state) {
  (void)state;
  uint64_t seed = 42;
  uint8_t data[300];
  evd_h32 want;
  rnd_bytes(&seed, data, sizeof data);
  sha256(&want, data, sizeof data);
  for (size_t a = 0; a <= sizeof data; a += 7)
    for (size_t b = a; b <= sizeof data; b += 5) {
      evd_sha256 c;
      evd_h32 h;
      evd_sha256_init(&c);
      evd_sha256_add(&c, data, a);
      evd_sha256_add(&c, data + a, b - a);
      evd_sha256_add(&c, NULL, 0);
      evd_sha256_add(&c, data + b, sizeof data - b);
      evd_sha256_out(&c, &h);
      assert_memory_equal(&h, &want, sizeof h);
    }
}

static void test_sha256_wipes(void **state) {
  (void)state;
  evd_sha256 c, zero;
  evd_h32 h;
  memset(&zero, 0, sizeof zero);
  evd_sha256_init(&c);
  evd_sha256_add(&c, "secret", 6);
  evd_sha256_out(&c, &h);
  assert_memory_equal(&c, &zero, sizeof c);
}

/* ---- kernels ---- */

/* By one kernel alone: the padding of FIPS 180-4, 5.1.1, again. n <= 300 */
static void sha256_by(evd_sha256_kernel *k, evd_h32 *out, const void *p,
                      size_t n) {
  evd_sha256 c;
  uint8_t padded[384] = {0};
  size_t n_blocks = (n + 9 + 63) / 64;
  memcpy(padded, p, n);
  padded[n] = 0x80;
  evd_be64_put(padded + 64 * n_blocks - 8, 8 * (uint64_t)n);
  evd_sha256_init(&c);
  k(c.s, padded, n_blocks);
  for (int i = 0; i < 8; i++)
    evd_be32_put(out->b + 4 * i, c.s[i]);
}

/* The processor's kernel; where there is none the test is skipped. */
static evd_sha256_kernel *ni_or_skip(void) {
  if (!evd_sha256_ni()) {
    print_message("no SHA extensions in this processor or build\n");
    skip();
  }
  return evd_sha256_ni();
}

/* Every length over five blocks, against OpenSSL: 300 and its padding. */
static void check_lengths(evd_sha256_kernel *k) {
  uint64_t seed = 44;
  uint8_t data[300];
  evd_h32 h, want;
  rnd_bytes(&seed, data, sizeof data);
  for (size_t n = 0; n <= sizeof data; n++) {
    sha256_by(k, &h, data, n);
    assert_int_equal(EVP_Digest(data, n, want.b, NULL, EVP_sha256(), NULL), 1);
    assert_memory_equal(&h, &want, sizeof h);
  }
  sha256_by(k, &h, "abc", 3); /* FIPS 180-4 */
  assert_hex(
      &h, "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD");
}

static void test_kernel_portable(void **state) {
  (void)state;
  check_lengths(evd_sha256_portable);
}

static void test_kernel_ni(void **state) {
  (void)state;
  check_lengths(ni_or_skip());
}

/* From any state, over any number of blocks, at any address. */
static void test_kernels_agree(void **state) {
  (void)state;
  evd_sha256_kernel *ni = ni_or_skip();
  uint64_t seed = 45;
  uint8_t data[64 * 9 + 15];
  for (int i = 0; i < 2000; i++) {
    uint32_t a[8], b[8];
    size_t n = (size_t)(rnd(&seed) % 10);
    rnd_bytes(&seed, data, sizeof data);
    rnd_bytes(&seed, (uint8_t *)a, sizeof a);
    memcpy(b, a, sizeof b);
    evd_sha256_portable(a, data + i % 16, n);
    ni(b, data + i % 16, n);
    assert_memory_equal(a, b, sizeof a);
  }
}

/* What every hash runs, cut anyhow, against the portable kernel. */
static void test_kernel_cuts(void **state) {
  (void)state;
  uint64_t seed = 46;
  uint8_t data[300];
  for (int i = 0; i < 2000; i++) {
    evd_sha256 c;
    evd_h32 h, want;
    size_t n = (size_t)(rnd(&seed) % (sizeof data + 1));
    rnd_bytes(&seed, data, n);
    evd_sha256_init(&c);
    for (size_t at = 0, cut; at < n; at += cut) {
      cut = 1 + (size_t)(rnd(&seed) % (n - at));
      evd_sha256_add(&c, data + at, cut);
    }
    evd_sha256_out(&c, &h);
    sha256_by(evd_sha256_portable, &want, data, n);
    assert_memory_equal(&h, &want, sizeof h);
  }
}

static void check_hmac(const void *key, size_t key_n, const void *data,
                       size_t n, const char *want) {
  evd_h32 k = {{0}}, h; /* a shorter key is padded with zeros anyhow */
  evd_hmac m;
  memcpy(k.b, key, key_n);
  evd_h_init(&m, &k, NULL);
  evd_h_add(&m, data, n);
  evd_h_out(&m, &h);
  assert_hex(&h, want);
}

/* RFC 4231, the cases with keys of at most 32 bytes. [eq 130] */
static void test_hmac_vectors(void **state) {
  (void)state;
  uint8_t key[25], data[50];
  memset(key, 0x0B, 20);
  check_hmac(
      key, 20, "Hi There", 8,
      "B0344C61D8DB38535CA8AFCEAF0BF12B881DC200C9833DA726E9376C2E32CFF7");
  check_hmac(
      "Jefe", 4, "what do ya want for nothing?", 28,
      "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843");
  memset(key, 0xAA, 20);
  memset(data, 0xDD, sizeof data);
  check_hmac(
      key, 20, data, sizeof data,
      "773EA91E36800E46854DB8EBD09181A72959098B3EF8C122D9635514CED565FE");
  for (int i = 0; i < 25; i++)
    key[i] = (uint8_t)(i + 1);
  memset(data, 0xCD, sizeof data);
  check_hmac(
      key, 25, data, sizeof data,
      "82558A389A443C0EA4CC819899F2083A85F0FAA3E578F8077A2E3FF46729665B");
}

static void test_hmac_openssl(void **state) {
  (void)state;
  uint64_t seed = 43;
  uint8_t data[5000];
  for (int i = 0; i < 200; i++) {
    evd_h32 key, h, want;
    evd_hmac m;
    size_t n = (size_t)(rnd(&seed) % sizeof data);
    rnd_bytes(&seed, key.b, sizeof key.b);
    rnd_bytes(&seed, data, n);
    evd_h_init(&m, &key, NULL);
    evd_h_add(&m, data, n / 3);
    evd_h_add(&m, data + n / 3, n - n / 3);
    evd_h_out(&m, &h);
    assert_non_null(HMAC(EVP_sha256(), key.b, 32, data, n, want.b, NULL));
    assert_memory_equal(&h, &want, sizeof h);
  }
}

/* [eq 123] The pieces of a message, as the tap sees them. */
static void test_tap(void **state) {
  (void)state;
  static const uint8_t message[] = {0x24, 0,    0, 1, 2, 0x7F, 0xFF,
                                    0xFF, 0xFF, 0, 0, 0, 3,    'a',
                                    'b',  'c',  0, 0, 0, 0};
  uint8_t storage[20], small[5];
  evd_tap tap = {storage, 7, sizeof storage}, short_tap = {small, 0, 5};
  evd_h32 key = {{1}}, h, want;
  evd_hmac m;
  evd_h_init(&m, &key, &tap);
  assert_int_equal(tap.n, 0); /* begins anew */
  evd_h_tag(&m, 0x24);
  evd_h_u32(&m, 0x102);
  evd_h_u32(&m, 0x7FFFFFFF);
  evd_h_str(&m, "abc", 3);
  evd_h_str(&m, "", 0);
  evd_h_out(&m, &h);
  assert_int_equal(tap.n, sizeof message);
  assert_memory_equal(storage, message, sizeof message);
  evd_h_init(&m, &key, &short_tap);
  evd_h_add(&m, message, sizeof message);
  evd_h_out(&m, &want);
  assert_memory_equal(&h, &want, sizeof h);
  assert_int_equal(short_tap.n, 5); /* cut off, not overrun */
}

static void test_digest(void **state) {
  (void)state;
  evd_h32 h, want;
  evd_sha256 c;
  evd_digest(&h, "guardian", "xyz", 3);
  sha256(&want, "Evident/guardian/v1\0xyz", 23);
  assert_memory_equal(&h, &want, sizeof h);
  evd_digest_init(&c, "guardian");
  evd_sha256_add(&c, "x", 1);
  evd_sha256_add(&c, "yz", 2);
  evd_sha256_out(&c, &h);
  assert_memory_equal(&h, &want, sizeof h);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sha256_vectors),
      cmocka_unit_test(test_sha256_million),
      cmocka_unit_test(test_kernel_portable),
      cmocka_unit_test(test_kernel_ni),
      cmocka_unit_test(test_kernels_agree),
      cmocka_unit_test(test_kernel_cuts),
      cmocka_unit_test(test_sha256_lengths),
      cmocka_unit_test(test_sha256_cuts),
      cmocka_unit_test(test_sha256_wipes),
      cmocka_unit_test(test_hmac_vectors),
      cmocka_unit_test(test_hmac_openssl),
      cmocka_unit_test(test_tap),
      cmocka_unit_test(test_digest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
