/* Objects of the log, for who judges what comes later.
 *
 * Layer: L7 serve. Each appends the object to out; it is taken but perhaps not
 * published yet.
 *   errors  EVD_ERR_MISSING: there is none; EVD_ERR_FORM, EVD_ERR_IO,
 *           EVD_ERR_SPACE
 */
#ifndef EVD_SERVE_LOG_SEEK_H
#define EVD_SERVE_LOG_SEEK_H

#include "serve/log.h"

/* The ballot with this code; its state is one of EVD_BALLOT_.. */
EVD_MUST_CHECK evd_err evd_log_ballot(evd_log *log, const evd_h32 *H_C,
                                      evd_buf *out, uint8_t *state);
/* The ballot with this identifier; none is found before the tally, after which
 * there are no new ones. */
EVD_MUST_CHECK evd_err evd_log_ballot_named(evd_log *log, const evd_h32 *id_B,
                                            evd_buf *out, uint8_t *state);
/* The encrypted tally, of the TALLY that counts. */
EVD_MUST_CHECK evd_err evd_log_seek_tally(evd_log *log, evd_buf *out);
/* The tally of RESULT. */
EVD_MUST_CHECK evd_err evd_log_seek_result(evd_log *log, evd_buf *out);
EVD_MUST_CHECK evd_err evd_log_seek_share(evd_log *log, uint32_t guardian,
                                          uint8_t step, evd_buf *out);

#endif /* EVD_SERVE_LOG_SEEK_H */
