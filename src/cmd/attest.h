/* What attest and attest check share.
 *
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_ATTEST_H
#define EVD_CMD_ATTEST_H

#include "cmd/paths.h"
#include "verify/attest.h"
#include "verify/verify.h"

/* Verifies the record of a folder (evd_verifying_run). EVD_ERR_INCOMPLETE:
 * there is nothing to attest to. Complains. */
EVD_MUST_CHECK evd_err evd_attest_found(evd_attestation *out,
                                        const char *record,
                                        const evd_verify_how *how,
                                        uint32_t n_jobs, const char *tmp);

#endif /* EVD_CMD_ATTEST_H */
