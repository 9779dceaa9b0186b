/* The two halves of evd_head_open, for the verb that wants to tell every
 * fault instead of the first.
 *
 * Layer: L6 cmd.
 */
#ifndef EVD_CMD_HEAD_H
#define EVD_CMD_HEAD_H

#include "cmd/cmd.h"

/* Reads and parses; complains of what is missing or not in its one byte
 * form. Close with evd_head_close in every case. */
EVD_MUST_CHECK evd_err evd_head_read(evd_head *h, const char *dir, int what);
/* Verification 1, X.3, X.4; with EVD_HEAD_KEYS also 2-4 and X.5. Calls
 * `fault` once per fault and returns how many there were. */
uint32_t evd_head_judge(const evd_head *h, int what, evd_fault_fn *fault,
                        void *self);

#endif /* EVD_CMD_HEAD_H */
