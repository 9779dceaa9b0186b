/* Notices: official texts in the log, and which of them are in force.
 *
 * Spec:  doc/board-format.md section 3, NOTICE.
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_NOTICE_H
#define EVD_CMD_NOTICE_H

#include "cmd/cmd.h"
#include "steps/look.h"

#define EVD_NOTICES_MAX 4096

typedef struct {
  uint64_t index;
  uint64_t by; /* the notice that supersedes it; EVD_NO_INDEX: none */
  uint32_t slot, expires;
  evd_span text; /* of the look's arena */
} evd_notice;

typedef struct {
  evd_look *look;
  uint32_t n;
  evd_notice *at; /* of the look's arena */
} evd_notices;

/* Walks through a log that was just opened and collects its notices.
 * Complains. */
EVD_MUST_CHECK evd_err evd_notices_walk(evd_notices *out, evd_look *l);
/* The notice with this index; NULL: none has it. */
const evd_notice *evd_notices_at(const evd_notices *all, uint64_t index);

#endif /* EVD_CMD_NOTICE_H */
