/* A sealed ballot and its parts, as bytes that can be published.
 *
 * Spec:  EGDS 2.1.0 sections 3.3-3.4; record-format 3.2, 3.5.
 * Layer: L3 egds. Filled by encrypt.c and by the record's reader.
 *
 * Shapes
 *   ind_c, ind_o    1-based positions in the manifest
 *   fields          the m options (range 0..R), then `#overvote` (0..1) if
 *                   any, then `#write-ins` (0..w) if w > 0: record-format 3.2
 *   c[], v[]        range + 1 entries each (limit: L + 1)
 * The arrays belong to the arena the ballot was shaped in.
 */
#ifndef EVD_EGDS_BALLOT_H
#define EVD_EGDS_BALLOT_H

#include "base/arena.h"
#include "base/bytes.h"

/* What a contest of the manifest says to the arithmetic. */
typedef struct {
  uint32_t ind_c;
  uint32_t m; /* options, 1..1000 */
  uint32_t R; /* option_limit, 1..255 */
  uint32_t L; /* contest_limit, 1..1000 */
  uint32_t w; /* write_ins, 0..100 */
  uint32_t b; /* data_blocks, 0..1024 */
  bool overvote;
} evd_shape;

uint32_t evd_shape_fields(const evd_shape *s); /* m + overvote + (w > 0) */
/* Range of field ind_o (1-based): R, 1 or w. */
uint32_t evd_shape_range(const evd_shape *s, uint32_t ind_o);
/* Its exponent in the limit product: 1, L for #overvote, 1. */
uint32_t evd_shape_factor(const evd_shape *s, uint32_t ind_o);

typedef struct {
  evd_p alpha, beta;
  uint32_t range;
  evd_q *c, *v;
} evd_field;

typedef struct {
  uint32_t ind_c;
  uint32_t n_fields;
  evd_field *fields;
  uint32_t L;
  evd_q *limit_c, *limit_v;
  uint32_t b; /* 0: no data part */
  evd_p data_C0;
  uint8_t *data_C1; /* 32 b bytes */
  evd_q data_c, data_v;
  /* Of a pre-encrypted ballot: the selection hashes. Fields, limit and data
   * are then empty, until somebody joins what was selected. */
  uint32_t n_psi;
  evd_h32 *psi;
  evd_h32 chi;
} evd_contest_ct;

typedef struct {
  evd_h32 id_B, H_I;
  uint32_t style, device;
  uint32_t position; /* 0: no such property (device without chaining) */
  uint64_t slot;
  uint32_t weight;
  bool has_binding;
  evd_h32 credential, salt;
  evd_p nonce_C0;
  evd_h32 nonce_C1;
  evd_q nonce_c, nonce_v;
  bool mail; /* pre-encrypted: contests have psi */
  uint32_t n_contests;
  evd_contest_ct *contests;
  uint8_t B_C[EVD_BC_BYTES];
  evd_h32 H_C;
} evd_ballot;

/* Zeroed ballot with every array of the right length for these contests.
 * errors  EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_ballot_shape(evd_ballot *b, const evd_shape *shapes,
                                        uint32_t n_contests, evd_arena *a);

/* What a voter chose in one contest, before encryption. SECRET. */
typedef struct {
  const uint32_t *marks; /* m values as marked, any size */
  uint32_t n_write_ins;
  const evd_span *write_ins; /* UTF-8 texts as entered, 1-64 bytes in JSON */
} evd_selection;

#endif /* EVD_EGDS_BALLOT_H */
