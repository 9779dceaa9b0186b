/* SHA-512, FIPS 180-4 section 6.4. */
#include <string.h>

#include "base/endian.h"
#include "sign/sign.h"

enum { BLOCK = 128, LENGTH_BYTES = 16, ROUNDS = 80 };

/* First 64 bits of the fractions of the cube roots of the first 80 primes. */
static const uint64_t round_constant[ROUNDS] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f,
    0xe9b5dba58189dbbc, 0x3956c25bf348b538, 0x59f111f1b605d019,
    0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242,
    0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
    0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3,
    0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65, 0x2de92c6f592b0275,
    0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f,
    0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
    0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc,
    0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6,
    0x92722c851482353b, 0xa2bfe8a14cf10364, 0xa81a664bbc423001,
    0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
    0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99,
    0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb,
    0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc,
    0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915,
    0xc67178f2e372532b, 0xca273eceea26619c, 0xd186b8c721c0c207,
    0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba,
    0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
    0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a,
    0x5fcb6fab3ad6faec, 0x6c44198c4a475817};

static uint64_t rotr(uint64_t x, unsigned n) { return x >> n | x << (64 - n); }

static void schedule(uint64_t w[ROUNDS], const uint8_t *p) {
  for (int t = 0; t < 16; t++)
    w[t] = evd_be64_get(p + 8 * t);
  for (int t = 16; t < ROUNDS; t++) {
    uint64_t x = w[t - 15], y = w[t - 2];
    /* FIPS 180-4 (4.12) and (4.13) */
    uint64_t s0 = rotr(x, 1) ^ rotr(x, 8) ^ x >> 7;
    uint64_t s1 = rotr(y, 19) ^ rotr(y, 61) ^ y >> 6;
    w[t] = s1 + w[t - 7] + s0 + w[t - 16];
  }
}

/* Of v = a..h, the new a is t1 + t2, the new e is d + t1, and the others move
 * up by one. FIPS 180-4, 6.4.2 step 3. */
static void one_round(uint64_t v[8], uint64_t k, uint64_t w) {
  const uint64_t a = v[0], b = v[1], c = v[2], e = v[4], f = v[5], g = v[6];
  /* FIPS 180-4 (4.10) and (4.11) */
  const uint64_t sum0 = rotr(a, 28) ^ rotr(a, 34) ^ rotr(a, 39);
  const uint64_t sum1 = rotr(e, 14) ^ rotr(e, 18) ^ rotr(e, 41);
  const uint64_t t1 = v[7] + sum1 + (g ^ (e & (f ^ g))) + k + w;
  const uint64_t t2 = sum0 + ((a & b) | (c & (a | b)));
  for (int i = 7; i > 0; i--)
    v[i] = v[i - 1];
  v[4] += t1;
  v[0] = t1 + t2;
}

static void compress(uint64_t s[8], const uint8_t *p, size_t n_blocks) {
  uint64_t w[ROUNDS] = {0}, v[8];
  for (; n_blocks > 0; n_blocks--, p += BLOCK) {
    schedule(w, p);
    memcpy(v, s, sizeof v);
    for (int t = 0; t < ROUNDS; t++)
      one_round(v, round_constant[t], w[t]);
    for (int i = 0; i < 8; i++)
      s[i] += v[i];
  }
}

void evd_sha512_init(evd_sha512 *c) {
  /* FIPS 180-4, 5.3.5: of the roots of the first primes */
  *c = (evd_sha512){.s = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b,
                          0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
                          0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                          0x1f83d9abfb41bd6b, 0x5be0cd19137e2179}};
}

void evd_sha512_add(evd_sha512 *c, const void *p, size_t n) {
  const uint8_t *in = p;
  size_t held = (size_t)(c->n_bytes % BLOCK);
  if (n == 0)
    return;
  c->n_bytes += n;
  if (held > 0) {
    size_t take = BLOCK - held < n ? BLOCK - held : n;
    memcpy(c->block + held, in, take);
    in += take;
    n -= take;
    if (held + take < BLOCK)
      return;
    compress(c->s, c->block, 1);
  }
  compress(c->s, in, n / BLOCK);
  if (n % BLOCK > 0)
    memcpy(c->block, in + n / BLOCK * BLOCK, n % BLOCK);
}

void evd_sha512_out(evd_sha512 *c, uint8_t out[64]) {
  size_t held = (size_t)(c->n_bytes % BLOCK);
  const size_t room = BLOCK - LENGTH_BYTES;
  uint64_t n_bits = c->n_bytes * 8;
  c->block[held++] = 0x80;
  if (held > room) {
    memset(c->block + held, 0, BLOCK - held);
    compress(c->s, c->block, 1);
    held = 0;
  }
  memset(c->block + held, 0, BLOCK - 8 - held);
  evd_be64_put(c->block + BLOCK - 8, n_bits); /* its high half is 0 */
  compress(c->s, c->block, 1);
  for (int i = 0; i < 8; i++)
    evd_be64_put(out + 8 * i, c->s[i]);
}
