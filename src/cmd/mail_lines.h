/* Walking through mail_cast.jsonl.
 *
 * Spec:  record-format 5.
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_MAIL_LINES_H
#define EVD_CMD_MAIL_LINES_H

#include "cmd/cmd.h"

/* Called for every line, which is `text` without its LF; `where` is
 * "FILE:LINE". An error ends the walk and is returned; the callee has
 * complained. */
typedef evd_err evd_mail_cast_fn(void *self, const evd_mail_cast *c,
                                 evd_span text, const char *where);

/* Every line is read strictly, must have the lists its contests ask for, and
 * its id_B follows the one before. No file: no call. Complains. */
EVD_MUST_CHECK evd_err evd_mail_cast_walk(evd_head *h, evd_mail_cast_fn *each,
                                          void *self);

/* Are the contests exactly those of the style? */
bool evd_mail_cast_is_of(const evd_mail_cast *c, const evd_style *s);

#endif /* EVD_CMD_MAIL_LINES_H */
