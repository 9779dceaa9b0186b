/* Hints as verbs that verify take them: they speed up and decide nothing, so
 * whatever is wrong with them is a notice.
 *
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_HINTS_H
#define EVD_CMD_HINTS_H

#include "record/hints.h"
#include "verify/verify.h"

/* Fills h with the file at `path`, or with none and a notice. Returns h. */
const evd_verify_hints *evd_hints_give(evd_verify_hints *h, evd_hint_file *f,
                                       const char *path);
void evd_hints_take_back(const evd_verify_hints *h, evd_hint_file *f);
/* A notice if not all ballots were checked with their help. */
void evd_hints_tell(const evd_report *r, const char *path);

#endif /* EVD_CMD_HINTS_H */
