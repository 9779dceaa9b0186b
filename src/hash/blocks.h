/* The compression function of SHA-256, FIPS 180-4 section 6.2.2: kernels.
 *
 * Layer: L1 hash. A kernel takes n_blocks blocks of 64 bytes into the state s;
 * none is allowed. CT: time depends on n_blocks.
 *
 * There is nothing to choose: every hash runs the instructions of the
 * processor where there are some, else portable C. Compiled with
 * -DEVD_PORTABLE_HASH, portable C everywhere.
 */
#ifndef EVD_HASH_BLOCKS_H
#define EVD_HASH_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

typedef void evd_sha256_kernel(uint32_t s[8], const uint8_t *p,
                               size_t n_blocks);

evd_sha256_kernel evd_sha256_portable;

/* With the SHA extensions of x86-64; NULL if the processor has none or the
 * compiler (before gcc 11, clang 19) cannot ask for them. Costs two loads:
 * the C runtime asks the processor once, before main. */
evd_sha256_kernel *evd_sha256_ni(void);

/* First 32 bits of the fractions of the cube roots of the first 64 primes. */
extern const uint32_t evd_sha256_rounds[64];

#endif /* EVD_HASH_BLOCKS_H */
