/* The chain of a device and the codes on it, for booths and for mail.
 *
 * Spec:  EGDS 2.1.0 sections 3.4 and 4.1.4, eq 71-78, 116-120; record-format
 *        3.5, 3.7, 5.
 * Layer: L4 record.
 */
#ifndef EVD_RECORD_CHAIN_H
#define EVD_RECORD_CHAIN_H

#include "egds/ballot.h"
#include "group/element.h"
#include "record/record.h"

/* Does the device make pre-encrypted ballots? Their hashes have tags of their
 * own. */
bool evd_device_is_mail(const evd_device *d);
/* H_DI, and the link that the first B_C holds: H_DI without chaining, H_0
 * with it. */
void evd_chain_start(const evd_group *G, const evd_device *d,
                     const evd_h32 *H_E, evd_h32 *H_DI, evd_h32 *link);
/* The confirmation code over the chi of the ballot and its B_C. */
void evd_chain_code(const evd_group *G, evd_h32 *H_C, const evd_ballot *b);
/* The closing field and hash of a chained device after the last code. */
void evd_chain_close(const evd_group *G, const evd_device *d,
                     const evd_h32 *H_E, const evd_h32 *last,
                     evd_device_close *out);

#endif /* EVD_RECORD_CHAIN_H */
