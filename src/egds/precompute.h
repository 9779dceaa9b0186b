/* Ballot encryption with everything but the vote done ahead.
 *
 * Spec:  EGDS 2.1.0 sections 3.3.1-3.3.10, as encrypt.h.
 * Layer: L3 egds.
 *
 * A set is made for one ballot: its nonces hang on the ballot's identifier,
 * its proofs on the contests of its style. It holds every value that the vote
 * could choose between, as published bytes; what is left to do then is to
 * pick, by mask, and to hash. The ballot is, byte for byte, the one that
 * evd_ballot_encrypt makes from the same random bytes.
 *
 * A set is used once: two ballots from one set would give away the votes. It
 * says so itself, is wiped on its use, and cannot be filled again. It belongs
 * to one thread at a time.
 */
#ifndef EVD_EGDS_PRECOMPUTE_H
#define EVD_EGDS_PRECOMPUTE_H

#include "egds/encrypt.h"

/* Proofs over longer ranges are made when the vote is there, as all values of
 * (R + 1)^2 commitments would have to be kept. */
#define EVD_PRE_RANGE_MAX 15

typedef struct evd_pre_proof evd_pre_proof;
enum { EVD_PRE_EMPTY = 0, EVD_PRE_READY = 1, EVD_PRE_USED = 2 };

/* SECRET but for the first five members. */
typedef struct {
  int state;
  evd_h32 id_B;
  uint32_t style, n_contests;
  const evd_shape *shapes; /* borrowed */
  evd_ballot head;         /* H_I and the sealed nonce */
  evd_h32 xi_B;
  evd_pre_proof *proofs; /* of the fields, then the limit; by contest */
  evd_p *elements;
  evd_data_ahead *data; /* of the contests that have data */
  uint8_t *random;
  size_t n_proofs, n_elements, n_data, n_random;
} evd_pre;

/* Fills a zeroed set for the ballot id_B of a style with these contests.
 *   random  evd_ballot_random_bytes of them, copied; the caller wipes his
 *   cost    about 8 fixed-base powers for a 0/1 field, once, ahead
 *   errors  EVD_ERR_SPENT: not a zeroed set; EVD_ERR_RANGE: random too short;
 *           EVD_ERR_SPACE: the arena is full, and the set is empty        */
EVD_MUST_CHECK evd_err evd_pre_make(const evd_group *G, evd_pre *p,
                                    const evd_h32 *id_B, uint32_t style,
                                    const evd_shape *shapes, uint32_t n,
                                    const evd_h32 *HE, const uint8_t *random,
                                    size_t random_bytes, evd_arena *a);

/* evd_ballot_encrypt from the set: `out` is shaped for the same contests and
 * the caller has set its id_B and style. Wipes the set, whatever the verdict
 * on the write-ins' width.
 *   errors  EVD_ERR_SPENT: used before, or never filled;
 *           EVD_ERR_REFUSED: made for another ballot or style;
 *           EVD_ERR_RULE: a write-in of bad form; these leave the set as it
 *           is. EVD_ERR_OVERFLOW: write-ins do not fit; the set is spent
 *   CT      as evd_ballot_encrypt
 *   cost    a hash and 6 selections of 512 bytes for a 0/1 field          */
EVD_MUST_CHECK evd_err evd_pre_encrypt(const evd_group *G, evd_ballot *out,
                                       evd_pre *p, const evd_selection sel[],
                                       evd_h32 *xi_B_out);

/* Overwrites what is secret; the set counts as used. */
void evd_pre_wipe(evd_pre *p);

/* Bytes of one of p->proofs, for who measures and for tests. */
size_t evd_pre_proof_bytes(void);

#endif /* EVD_EGDS_PRECOMPUTE_H */
