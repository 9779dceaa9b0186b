/* The guardians' exchange over a board: its files become entries, and the
 * entries of the others files.
 *
 * Spec:  doc/board-format.md sections 3, 5, 6 (CEREMONY, SHARE, parts);
 *        record-format section 6.
 * Layer: L7 cmd. Public files only: nonce_<i>.json, which is for the opener's
 *        eyes, never goes this way.
 *
 * A verb of a guardian works on the folder XD as without a board. With
 * --board what the log has is put there before, and what the guardian has
 * made is posted after.
 */
#ifndef EVD_CMD_BOARD_SYNC_H
#define EVD_CMD_BOARD_SYNC_H

#include "cmd/secret_options.h"

typedef struct {
  const char *board, *policy, *key, *wait;
  bool plain_key;
} evd_sync_words;

/* Rows for the table of evd_args. */
#define EVD_OPT_SYNC(w)                                                        \
  EVD_OPT("board", (w).board), EVD_OPT("policy", (w).policy),                  \
      EVD_OPT("key", (w).key), EVD_OPT("wait", (w).wait),                      \
      EVD_OPT_FLAG("plain-key", (w).plain_key)

enum { EVD_SYNC_CEREMONY, EVD_SYNC_TALLY, EVD_SYNC_DATA };

/* One exchange. All is borrowed. */
typedef struct {
  const char *verb, *record, *xd;
  const evd_sync_words *words;
  int what;
  const char *index, *secret; /* which guardian; both NULL: nobody */
  const char *witnesses; /* how many are enough for this guardian, or NULL */
  const char *passphrase_fd;
} evd_sync;

/* Without --board both do nothing. Both complain. */

/* Puts what the log has into XD; a file that is there must be the same. Of a
 * tally only if CLOSE and TALLY stand in a checkpoint with its quorum (C08),
 * the record is the one that the log shows (T12), and the guardian has said how
 * many witnesses are enough where the profile is not strict. */
EVD_MUST_CHECK evd_err evd_sync_fetch(const evd_sync *s);
/* Posts what the guardian has in XD and the log has not. */
EVD_MUST_CHECK evd_err evd_sync_send(const evd_sync *s);

#endif /* EVD_CMD_BOARD_SYNC_H */
