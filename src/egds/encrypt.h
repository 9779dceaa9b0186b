/* Ballot encryption: from marks to a sealed ballot, constant time.
 *
 * Spec:  EGDS 2.1.0 sections 3.3.1-3.3.10, 3.4, eq 31-70; record-format 3.2,
 *        3.5, 3.12.
 * Layer: L3 egds.
 *
 * The order is fixed: encrypt all contests, compute chi, let the device check
 * the ballot (evd_ballot_check_var of check.h, by the caller), then seal it
 * with B_C and H_C. One xi_B a ballot, never used again.
 */
#ifndef EVD_EGDS_ENCRYPT_H
#define EVD_EGDS_ENCRYPT_H

#include "egds/ballot.h"
#include "group/element.h"
#include "group/secret.h"

/* Random bytes that evd_ballot_encrypt consumes for these contests: xi_B (32
 * bytes), then samples of EVD_SAMPLE_BYTES: xi-hat and its u; per contest
 * those of evd_range_prove for each field, the same for the limit, and if
 * b > 0 the u of the contest data. */
size_t evd_ballot_random_bytes(const evd_shape *shapes, uint32_t n);

/* Encrypts into `out`, which evd_ballot_shape made for the same contests and
 * whose id_B the caller has set (random, or bound to a credential). Fills
 * H_I, nonce, contests with proofs, data and chi; not style, device,
 * position, slot, weight, binding, B_C, H_C: those are the caller's.
 *   sel[n]   one per contest, in the order of shapes
 *   xi_B_out if not NULL receives xi_B (a device that opens its own
 *            challenged ballots); the caller wipes it
 * An overvoted contest (record-format 3.2) is encrypted as all zero with
 * #overvote = 1 (all zero where the contest has no such field) and its marks
 * kept in the contest data.
 * errors  EVD_ERR_OVERFLOW: write-ins do not fit; EVD_ERR_RULE: a write-in
 *         of bad form or width; EVD_ERR_RANGE: random too short
 * CT      marks, the bytes of write-ins and nonces, an overvote too, do not
 *         influence time; the number of write-ins and how many bytes each has
 *         do, in packing the data                                          */
EVD_MUST_CHECK evd_err evd_ballot_encrypt(
    const evd_group *G, evd_ballot *out, const evd_shape *shapes, uint32_t n,
    const evd_selection sel[], const evd_h32 *HE, const uint8_t *random,
    size_t random_bytes, evd_h32 *xi_B_out);

/* The values that the fields of a contest get, n_fields of them, and whether
 * it counts as overvoted: what the plain count of a demo compares with.  CT */
void evd_field_values(const evd_shape *s, const evd_selection *sel,
                      uint32_t values[], bool *overvoted);

/* Is every write-in 1-64 bytes in JSON form, of allowed characters?
 *   CT  as evd_ballot_encrypt; the verdict is public
 * errors: EVD_ERR_RULE */
EVD_MUST_CHECK evd_err evd_write_ins_check(const evd_selection *sel);
/* D of record-format 3.12: 32 b bytes, zero on error.  CT, errors as above.*/
EVD_MUST_CHECK evd_err evd_data_pack(uint8_t *D, const evd_shape *s,
                                     const evd_selection *sel, bool overvoted);
/* Is D packed as in 3.12 (canonical JSON, limits of s, zeros)? The text found
 * is returned as a span into D. */
bool evd_data_well_packed(const evd_shape *s, evd_span D, evd_span *text);

/* The steps of evd_ballot_encrypt, exposed for known answers and tests.  CT */

/* b->H_I is set; fills nonce_C0, C1, c, v from the samples xi-hat, u. */
void evd_nonce_seal(const evd_group *G, evd_ballot *b, const evd_h32 *xi_B,
                    const uint8_t random[2 * EVD_SAMPLE_BYTES]);
/* data_C1 holds D and is encrypted in place; fills C0, c, v; sample u. */
void evd_data_seal(const evd_group *G, evd_contest_ct *c, const evd_h32 *HI,
                   const evd_h32 *xi_B, const uint8_t random[EVD_SAMPLE_BYTES]);
/* The same in two halves: all that does not need D, then the rest. _use wipes
 * d, which serves one contest of one ballot.                         CT */
typedef struct {
  evd_zq_sec xi, u;
  evd_h32 key;
  evd_p C0;
  evd_zp a;
} evd_data_ahead;
void evd_data_ahead_make(const evd_group *G, evd_data_ahead *d,
                         const evd_h32 *HI, uint32_t ind_c, const evd_h32 *xi_B,
                         const uint8_t random[EVD_SAMPLE_BYTES]);
void evd_data_ahead_use(const evd_group *G, evd_contest_ct *c,
                        const evd_h32 *HI, evd_data_ahead *d);
/* (alpha, beta) = (g^xi, K^(value + xi)) */
void evd_encrypt_value(const evd_group *G, evd_p *alpha, evd_p *beta,
                       const evd_zq_sec *xi, uint32_t value_secret);
/* Proof that (alpha, beta) encrypts a value in 0..range; limit proof with
 * ind_o = 0. `random` holds, for j = 0..range, the samples u_j and c_j,
 * EVD_SAMPLE_BYTES each; c_j of the true branch is read and not used. */
void evd_range_prove(const evd_group *G, evd_q c[], evd_q v[],
                     const evd_p *alpha, const evd_p *beta,
                     const evd_zq_sec *xi, uint32_t value_secret,
                     uint32_t range, const evd_h32 *HI, uint32_t ind_c,
                     uint32_t ind_o, const uint8_t *random);

#endif /* EVD_EGDS_ENCRYPT_H */
