/* From a voter's marks to a sealed ballot on the chain of a device.
 *
 * Spec:  EGDS 2.1.0 sections 3.3, 3.4; record-format 3.5.
 * Layer: L6 steps.
 */
#ifndef EVD_STEPS_BOOTH_H
#define EVD_STEPS_BOOTH_H

#include "egds/ballot.h"
#include "group/element.h"
#include "steps/head.h"

/* Encrypts p into `out` with fresh randomness and has it checked as a verifier
 * would, all but H_C, which is not there yet: a ballot with a fault never
 * leaves a device. out's arrays and scratch are a's, which the caller wipes.
 *   credential  id_B is bound to it (remote devices); NULL: id_B is random
 *   errors      EVD_ERR_SPACE, EVD_ERR_IO (no randomness), EVD_ERR_PROOF, and
 *               those of evd_ballot_encrypt                               */
EVD_MUST_CHECK evd_err evd_seal_plain(const evd_group *G, const evd_head *h,
                                      const evd_plain *p,
                                      const evd_h32 *credential,
                                      evd_ballot *out, evd_arena *a);

/* The same for who may open the ballot later. SECRET: xi_B; the caller wipes
 * it. */
typedef struct {
  evd_ballot ballot;
  evd_h32 xi_B;
} evd_own_ballot;
EVD_MUST_CHECK evd_err evd_seal_own(const evd_group *G, const evd_head *h,
                                    const evd_plain *p,
                                    const evd_h32 *credential,
                                    evd_own_ballot *out, evd_arena *a);

/* Where a device's chain ends; without chaining `position` stays 0. */
typedef struct {
  uint32_t device, position; /* of the last ballot */
  evd_h32 link; /* what the next B_C holds: H_DI without chaining, else H_0,
                   then the last confirmation code */
  bool chained;
} evd_link;
/* Before the first ballot of a device, which the manifest has. */
void evd_link_start(const evd_group *G, evd_link *l, const evd_head *h,
                    uint32_t device);
/* After `last`, a ballot of this device. */
void evd_link_after(evd_link *l, const evd_ballot *last);
/* Puts a sealed ballot on the chain and fixes its code: device, position, B_C,
 * H_C. */
void evd_link_seal(const evd_group *G, evd_link *l, evd_ballot *b);

/* What X.6 finds wrong with a ballot, or NULL: device and style exist, the
 * contests are exactly those of the style with all their fields. */
const char *evd_ballot_misfit(const evd_ballot *b, const evd_manifest *m);

#endif /* EVD_STEPS_BOOTH_H */
