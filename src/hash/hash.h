/* SHA-256, HMAC-SHA-256 and the EGDS hash H.
 *
 * Spec:  EGDS 2.1.0 section 5.2-5.4; RFC 6234, RFC 2104.
 * Layer: L1 hash.
 *
 * H(B0; B1) = HMAC-SHA-256(key = B0, 32 bytes; message = B1)      [eq 130]
 * The message starts with the domain tag; integers are 4 bytes big endian
 * below 2^31; group elements 512 bytes, scalars 32; no separators.
 * CT: time depends on lengths only.
 */
#ifndef EVD_HASH_HASH_H
#define EVD_HASH_HASH_H

#include "base/bytes.h"

typedef struct {
  uint32_t s[8];
  uint64_t n_bytes;
  uint8_t block[64];
} evd_sha256;

void evd_sha256_init(evd_sha256 *c);
void evd_sha256_add(evd_sha256 *c, const void *p, size_t n);
void evd_sha256_out(evd_sha256 *c, evd_h32 *out); /* wipes c */

/* digest(kind, bytes) = SHA-256("Evident/" kind "/v1" 00 bytes), ours; used
 * outside EGDS hashes only (record-format 1.6). _init starts one that more
 * bytes are added to with evd_sha256_add. */
void evd_digest_init(evd_sha256 *c, const char *kind);
void evd_digest(evd_h32 *out, const char *kind, const void *p, size_t n);

/* One call of H. `tap`, if not NULL, also receives the message bytes: known
 * answer tests compare whole messages, not only outputs. It holds the message
 * of the call begun last; what does not fit its storage is dropped. */
typedef struct {
  uint8_t *p;
  size_t n, cap_bytes;
} evd_tap;
typedef struct {
  evd_sha256 inner, outer;
  evd_tap *tap;
} evd_hmac;

void evd_h_init(evd_hmac *h, const evd_h32 *key, evd_tap *tap); /* no tag */
void evd_h_tag(evd_hmac *h, uint8_t tag);
void evd_h_u32(evd_hmac *h, uint32_t v);
void evd_h_add(evd_hmac *h, const void *p, size_t n);
void evd_h_str(evd_hmac *h, const void *p, size_t n); /* b(n,4) || bytes */
void evd_h_out(evd_hmac *h, evd_h32 *out);            /* wipes h */

#endif /* EVD_HASH_HASH_H */
