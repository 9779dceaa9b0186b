/* Published values as bytes: what stands in the record, not yet checked.
 *
 * Layer: L0 base.
 *
 * A value read from a record stays in these types until a check has looked
 * at it; nothing is ever reduced on reading. Big endian, fixed width.
 */
#ifndef EVD_BASE_BYTES_H
#define EVD_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef EVD_P_BYTES
#define EVD_P_BYTES 512 /* 4096 bits; toy test builds define a smaller one */
#define EVD_Q_BYTES 32
#endif

#define EVD_BC_BYTES 36 /* chaining field B_C: 4 bytes of mode, 32 of hash */

typedef struct {
  uint8_t b[EVD_P_BYTES];
} evd_p; /* a group element as published; may be 0, >= p or of wrong order */

typedef struct {
  uint8_t b[EVD_Q_BYTES];
} evd_q; /* a scalar as published; may be >= q */

typedef struct {
  uint8_t b[32];
} evd_h32; /* 32 raw bytes: hash output, id_B, xi_B; never reduced mod q */

/* A borrowed run of bytes; the owner outlives it. */
typedef struct {
  const uint8_t *p;
  size_t n;
} evd_span;

#endif /* EVD_BASE_BYTES_H */
