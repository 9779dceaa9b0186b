/* Walking through the sealed ballots of a record.
 *
 * Spec:  record-format sections 2 and 3.5.
 * Layer: L7 cmd. One ballot is in memory at a time.
 */
#ifndef EVD_CMD_BALLOTS_H
#define EVD_CMD_BALLOTS_H

#include "cmd/cmd.h"

/* Called for every ballot in reading order; `where` is "FILE:LINE". An error
 * ends the walk and is returned; the callee has complained. */
typedef evd_err evd_ballot_fn(void *self, const evd_ballot *b,
                              const char *where);

/* Files by byte order of their names, then lines. Every line is read
 * strictly and must fit the manifest (X.1, X.6). Complains. `what` is shown
 * as progress. */
EVD_MUST_CHECK evd_err evd_ballots_walk(const evd_head *h, const char *what,
                                        evd_ballot_fn *each, void *self);

/* The same for every line as it stands, which the callee reads; it is valid
 * until the callee returns. Complains of what is no line. */
typedef evd_err evd_ballot_line_fn(void *self, evd_span line,
                                   const char *where);
EVD_MUST_CHECK evd_err evd_ballot_lines_walk(const evd_head *h,
                                             const char *what,
                                             evd_ballot_line_fn *each,
                                             void *self);

#endif /* EVD_CMD_BALLOTS_H */
