/* Does everything that a board has fit together? And: the same board in
 * another database.
 *
 * Spec:  doc/board-server.md section 7.
 * Layer: L7 serve. The board must not be served meanwhile.
 */
#ifndef EVD_SERVE_FSCK_H
#define EVD_SERVE_FSCK_H

#include <stdbool.h>
#include <stdint.h>

#include "evident/err.h"

typedef struct {
  const char *dir;
  const char *where; /* database; NULL: <dir>/log.db */
  /* Are signatures verified, too? They are part of the leaves, and the log's
   * root is signed. */
  bool signatures;
} evd_fsck_plan;

typedef struct {
  uint64_t entries, published, objects, rows, faults;
} evd_fsck_report;

/* Compares every byte of the database with the public files and with what the
 * rules make of the entries. Complains of every fault; writes nothing.
 *   errors  EVD_ERR_FAIL: there are faults; EVD_ERR_WAIT: the board is served;
 *           EVD_ERR_MISSING, EVD_ERR_IO, EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_fsck(const evd_fsck_plan *plan,
                                evd_fsck_report *out);

/* Fills the empty database `where` from the public files of dir alone, every
 * entry judged as if it came now. Complains.
 *   errors  EVD_ERR_EXISTS: it is not empty; EVD_ERR_FAIL: the files are not
 *           those of a whole log; as above */
EVD_MUST_CHECK evd_err evd_board_move(const char *dir, const char *where,
                                      evd_fsck_report *out);

#endif /* EVD_SERVE_FSCK_H */
