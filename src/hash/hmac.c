/* H(B0; B1) = HMAC-SHA-256(B0, B1) with a key of 32 bytes. [eq 130] */
#include <string.h>

#include "base/endian.h"
#include "base/require.h"
#include "base/wipe.h"
#include "hash/hash.h"

static void pad_start(evd_sha256 *c, const evd_h32 *key, uint8_t pad) {
  uint8_t block[64];
  memset(block, pad, sizeof block);
  for (size_t i = 0; i < sizeof key->b; i++)
    block[i] ^= key->b[i];
  evd_sha256_init(c);
  evd_sha256_add(c, block, sizeof block);
  evd_wipe(block, sizeof block);
}

void evd_h_init(evd_hmac *h, const evd_h32 *key, evd_tap *tap) {
  /* FIPS 198-1, table 1: ipad and opad */
  pad_start(&h->inner, key, 0x36);
  pad_start(&h->outer, key, 0x5C);
  h->tap = tap;
  if (tap)
    tap->n = 0;
}

void evd_h_add(evd_hmac *h, const void *p, size_t n) {
  evd_tap *tap = h->tap;
  evd_sha256_add(&h->inner, p, n);
  if (!tap || n == 0)
    return;
  size_t room = tap->cap_bytes - tap->n;
  if (n > room)
    n = room;
  memcpy(tap->p + tap->n, p, n);
  tap->n += n;
}

void evd_h_tag(evd_hmac *h, uint8_t tag) { evd_h_add(h, &tag, 1); }

/* b(v, 4), v below 2^31 in all hashes [eq 123] */
void evd_h_u32(evd_hmac *h, uint32_t v) {
  uint8_t b[4];
  EVD_REQUIRE(v < (uint32_t)1 << 31);
  evd_be32_put(b, v);
  evd_h_add(h, b, sizeof b);
}

void evd_h_str(evd_hmac *h, const void *p, size_t n) {
  EVD_REQUIRE(n < (size_t)1 << 31);
  evd_h_u32(h, (uint32_t)n);
  evd_h_add(h, p, n);
}

void evd_h_out(evd_hmac *h, evd_h32 *out) {
  evd_h32 inner;
  evd_sha256_out(&h->inner, &inner);
  evd_sha256_add(&h->outer, inner.b, sizeof inner.b);
  evd_sha256_out(&h->outer, out);
  evd_wipe(&inner, sizeof inner);
  evd_wipe(h, sizeof *h);
}
