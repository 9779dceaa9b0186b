/* A ballot of the log, for who judges its opening.
 *
 * Layer: L7 serve.
 */
#ifndef EVD_SERVE_LOG_BALLOT_H
#define EVD_SERVE_LOG_BALLOT_H

#include "serve/log.h"

/* Appends the object of the BALLOT with this code, taken but perhaps not
 * published yet.
 *   errors  EVD_ERR_MISSING: there is none; EVD_ERR_FORM, EVD_ERR_IO */
EVD_MUST_CHECK evd_err evd_log_ballot(evd_log *log, const evd_h32 *H_C,
                                      evd_buf *out);

#endif /* EVD_SERVE_LOG_BALLOT_H */
