/* The exported face of the WebAssembly module: what a page calls.
 *
 * Layer: L5 wasm. No import, no global: memory, random bytes and everything
 * else are arguments. Pointers are offsets into the module's memory, which the
 * page owns from __heap_base on and may let grow.
 *
 * Numbers are 4 bytes, big endian (u32). Elements have 512 bytes, scalars and
 * hashes 32, as in the record. Every length is checked before what it counts
 * is read, nothing may be left over, and what cannot be read so gives an error
 * of evident/err.h, a negative number. Results:  0  done;  a number of bytes;
 * or, of evd_wasm_verify, the OR of what fails (egds/check.h), 0 if it holds.
 *
 * election                          | ballot
 *   K                 512           |   list of contests
 *   K_hat             512           |   id_B, H_I         32 each
 *   H_E               32            |   nonce C0          512
 *   n                 u32           |   nonce C1, c, v    32 each
 *   n contests, in the order of     |   contests, in the order of the list:
 *   the manifest:                   |     fields, each:
 *     m, R, L, w, b   u32 each      |       alpha, beta   512 each
 *     overvote        u32, 0 or 1   |       c[range + 1]  32 each
 *                                   |       v[range + 1]  32 each
 * list of contests                  |     limit c[L + 1]  32 each
 *   n                 u32           |     limit v[L + 1]  32 each
 *   ind_c[n]          u32 each,     |     only if b > 0:
 *                     ascending     |       C0            512
 *                                   |       C1            32 b
 * request                           |       c, v          32 each
 *   list of contests                |     chi             32
 *   id_B              32            |   B_C               36
 *   B_C               36            |   H_C               32
 *   contests, in the order of the   |
 *   list:                           | keys
 *     marks[m]        u32 each      |   n, k              u32 each
 *     number          u32           |   K, K_hat          512 each
 *     write-ins, each:              |   manifest          the rest
 *       length        u32           |
 *       text          length        | code
 *   random            the rest      |   H_I               32
 *                                   |   n                 u32
 * signed                            |   chi[n]            32 each
 *   Ed25519 key       32            |   B_C               36
 *   signature         64            | found, of a receipt
 *   message           the rest      |   in_log, log, quorum, times, code,
 *                                   |   credential      u32 each: 0 not
 * question about a receipt          |                   asked, 1 holds, 2 not
 *   n, policy         u32, n bytes; |   type, slot      u32 each
 *                     n = 0: none   |   of_ballot       u32, 0 or 1
 *   has code          u32, 0 or 1   |   n_witnesses     u32
 *   code              32            |   index, size     u64 each
 *   has credential    u32, 0 or 1   |   first, last     u64 each
 *   credential        32            |   H_C             32
 *   not before        u64           |   policy          32, its digest
 *   not after         u64, 0: ever  |
 *   receipt           the rest,     |
 *                     text or EVR1: |
 */
#ifndef EVD_WASM_WASM_H
#define EVD_WASM_WASM_H

#include "egds/ballot.h"
#include "evident/err.h"

#ifdef __wasm__
#define EVD_EXPORT(name) __attribute__((export_name(name)))
#else
#define EVD_EXPORT(name)
#endif

#define EVD_WASM_ALIGN 64 /* of a context's memory */

/* An election, its tables and scratch, in caller's memory. */
typedef struct evd_wasm_context evd_wasm_context;

/* Makes a context in memory[0..memory_bytes) from an election; with `tables`
 * the powers of g and K are tabulated, which pays from the first ballot on.
 * What is left of the memory is scratch for the calls below.
 *   errors  EVD_ERR_SPACE: more memory is needed; EVD_ERR_MEMBER: K or K_hat
 *           is no element of the group; EVD_ERR_RANGE, EVD_ERR_PARSE        */
int32_t evd_wasm_open(void *memory, uint32_t memory_bytes, const uint8_t *in,
                      uint32_t in_bytes, uint32_t tables);

/* Length of the ballot that a request becomes, and of the random bytes it
 * needs. The request may come without its random bytes. */
int32_t evd_wasm_ballot_bytes(const evd_wasm_context *x, const uint8_t *in,
                              uint32_t in_bytes);
int32_t evd_wasm_random_bytes(const evd_wasm_context *x, const uint8_t *in,
                              uint32_t in_bytes);

/* Encrypts a request into a ballot; the random bytes, exactly as many as
 * evd_wasm_random_bytes says, begin with xi_B. The request is wiped, whatever
 * the outcome; `out` is written on success only.
 *   CT      as evd_ballot_encrypt: marks and nonces do not influence time
 *   errors  EVD_ERR_SPACE, EVD_ERR_PARSE, EVD_ERR_RANGE, EVD_ERR_OVERFLOW,
 *           EVD_ERR_RULE
 * The caller checks the ballot with evd_wasm_verify before it shows H_C. */
int32_t evd_wasm_encrypt(const evd_wasm_context *x, uint8_t *out,
                         uint32_t out_bytes, uint8_t *in, uint32_t in_bytes);

/* Verifications 5.B, 6, 7, 8.A, 8.B and X.2, X.7, X.8 of one ballot. _var */
int32_t evd_wasm_verify(const evd_wasm_context *x, const uint8_t *in,
                        uint32_t in_bytes);

/* B_C of a device without chaining, 36 bytes, from its label [eq 72, 73]. */
int32_t evd_wasm_device(const evd_wasm_context *x, uint8_t out[EVD_BC_BYTES],
                        const uint8_t *label, uint32_t label_bytes);

/* H_P, H_B, H_E (96 bytes) from keys and the manifest's bytes. */
int32_t evd_wasm_hashes(uint8_t out[96], const uint8_t *in, uint32_t in_bytes);

/* The confirmation code H_C, 32 bytes, from a code (above). */
int32_t evd_wasm_code(uint8_t out[32], const uint8_t *in, uint32_t in_bytes);

/* SHA-256, and digest(kind, bytes) of record-format 1.6. */
int32_t evd_wasm_sha256(uint8_t out[32], const uint8_t *in, uint32_t in_bytes);
int32_t evd_wasm_digest(uint8_t out[32], const uint8_t *kind,
                        uint32_t kind_bytes, const uint8_t *in,
                        uint32_t in_bytes);

/* Is `in` a message with an Ed25519 signature, by the rule of sign/sign.h?
 * 0, or EVD_ERR_PROOF. _var */
int32_t evd_wasm_signed(const uint8_t *in, uint32_t in_bytes);

/* What a receipt of a board shows (board/receipt.h), with scratch in
 * memory[0 .. memory_bytes), aligned; `out` is written if it could be read.
 *   0 it holds; EVD_ERR_FAIL; EVD_ERR_INCOMPLETE: there was no policy
 *   errors  EVD_ERR_PARSE: the question; EVD_ERR_RULE: the policy is none, or
 *           not there for a packed receipt; EVD_ERR_FORM: the receipt is none;
 *           EVD_ERR_SPACE. _var */
enum { EVD_WASM_FOUND_BYTES = 10 * 4 + 4 * 8 + 2 * 32 };
int32_t evd_wasm_receipt(void *memory, uint32_t memory_bytes,
                         uint8_t out[EVD_WASM_FOUND_BYTES], const uint8_t *in,
                         uint32_t in_bytes);

#endif /* EVD_WASM_WASM_H */
