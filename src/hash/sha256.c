/* SHA-256, RFC 6234 section 6. */
#include <string.h>

#include "base/endian.h"
#include "base/wipe.h"
#include "hash/blocks.h"
#include "hash/hash.h"

const uint32_t evd_sha256_rounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotr(uint32_t x, unsigned n) { return x >> n | x << (32 - n); }

static void schedule(uint32_t w[64], const uint8_t *p) {
  for (int t = 0; t < 16; t++)
    w[t] = evd_be32_get(p + 4 * t);
  for (int t = 16; t < 64; t++) {
    uint32_t x = w[t - 15], y = w[t - 2];
    /* FIPS 180-4 (4.6) and (4.7) */
    uint32_t s0 = rotr(x, 7) ^ rotr(x, 18) ^ x >> 3;
    uint32_t s1 = rotr(y, 17) ^ rotr(y, 19) ^ y >> 10;
    w[t] = s1 + w[t - 7] + s0 + w[t - 16];
  }
}

/* One round: h becomes the new a and d gains the same sum; the caller
 * rotates the names instead of moving eight words. */
#define ROUND(a, b, c, d, e, f, g, h, t)                                       \
  do {                                                                         \
    uint32_t t1 = h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) +               \
                  (g ^ (e & (f ^ g))) + evd_sha256_rounds[t] + w[t];           \
    uint32_t t2 =                                                              \
        (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) | (c & (a | b)));  \
    d += t1;                                                                   \
    h = t1 + t2;                                                               \
  } while (0)

void evd_sha256_portable(uint32_t s[8], const uint8_t *p, size_t n_blocks) {
  uint32_t w[64];
  for (; n_blocks > 0; n_blocks--, p += 64) {
    uint32_t a = s[0], b = s[1], c = s[2], d = s[3];
    uint32_t e = s[4], f = s[5], g = s[6], h = s[7];
    schedule(w, p);
    for (int t = 0; t < 64; t += 8) {
      ROUND(a, b, c, d, e, f, g, h, t);
      ROUND(h, a, b, c, d, e, f, g, t + 1);
      ROUND(g, h, a, b, c, d, e, f, t + 2);
      ROUND(f, g, h, a, b, c, d, e, t + 3);
      ROUND(e, f, g, h, a, b, c, d, t + 4);
      ROUND(d, e, f, g, h, a, b, c, t + 5);
      ROUND(c, d, e, f, g, h, a, b, t + 6);
      ROUND(b, c, d, e, f, g, h, a, t + 7);
    }
    s[0] += a, s[1] += b, s[2] += c, s[3] += d;
    s[4] += e, s[5] += f, s[6] += g, s[7] += h;
  }
  evd_wipe(w, sizeof w);
}
#undef ROUND

static void compress(uint32_t s[8], const uint8_t *p, size_t n_blocks) {
  evd_sha256_kernel *ni = evd_sha256_ni();
  if (n_blocks > 0)
    (ni ? ni : evd_sha256_portable)(s, p, n_blocks);
}

void evd_sha256_init(evd_sha256 *c) {
  /* FIPS 180-4, 5.3.3: of the roots of the first primes */
  *c = (evd_sha256){.s = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

void evd_sha256_add(evd_sha256 *c, const void *p, size_t n) {
  const uint8_t *in = p;
  size_t held = (size_t)(c->n_bytes % 64);
  if (n == 0)
    return;
  c->n_bytes += n;
  if (held > 0) {
    size_t take = 64 - held < n ? 64 - held : n;
    memcpy(c->block + held, in, take);
    in += take;
    n -= take;
    if (held + take < 64)
      return;
    compress(c->s, c->block, 1);
  }
  compress(c->s, in, n / 64);
  if (n % 64 > 0)
    memcpy(c->block, in + n / 64 * 64, n % 64);
}

void evd_sha256_out(evd_sha256 *c, evd_h32 *out) {
  size_t held = (size_t)(c->n_bytes % 64);
  uint64_t n_bits = c->n_bytes * 8;
  c->block[held++] = 0x80;
  if (held > 56) {
    memset(c->block + held, 0, 64 - held);
    compress(c->s, c->block, 1);
    held = 0;
  }
  memset(c->block + held, 0, 56 - held);
  evd_be64_put(c->block + 56, n_bits);
  compress(c->s, c->block, 1);
  for (int i = 0; i < 8; i++)
    evd_be32_put(out->b + 4 * i, c->s[i]);
  evd_wipe(c, sizeof *c);
}

void evd_digest_init(evd_sha256 *c, const char *kind) {
  evd_sha256_init(c);
  evd_sha256_add(c, "Evident/", 8);
  evd_sha256_add(c, kind, strlen(kind));
  evd_sha256_add(c, "/v1", 4); /* with its final zero */
}

void evd_digest(evd_h32 *out, const char *kind, const void *p, size_t n) {
  evd_sha256 c;
  evd_digest_init(&c, kind);
  evd_sha256_add(&c, p, n);
  evd_sha256_out(&c, out);
}
