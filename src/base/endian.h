/* Big-endian numbers in bytes: the one byte order of the record.
 *
 * Layer: L0 base.
 */
#ifndef EVD_BASE_ENDIAN_H
#define EVD_BASE_ENDIAN_H

#include <stdint.h>

static inline uint32_t evd_be32_get(const uint8_t p[4]) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
         (uint32_t)p[3];
}

static inline void evd_be32_put(uint8_t p[4], uint32_t v) {
  p[0] = (uint8_t)(v >> 24);
  p[1] = (uint8_t)(v >> 16);
  p[2] = (uint8_t)(v >> 8);
  p[3] = (uint8_t)v;
}

static inline uint64_t evd_be64_get(const uint8_t p[8]) {
  return (uint64_t)evd_be32_get(p) << 32 | evd_be32_get(p + 4);
}

static inline void evd_be64_put(uint8_t p[8], uint64_t v) {
  evd_be32_put(p, (uint32_t)(v >> 32));
  evd_be32_put(p + 4, (uint32_t)v);
}

#endif /* EVD_BASE_ENDIAN_H */
