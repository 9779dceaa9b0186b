/* The log beside the record: checks L.1 to L.10, and the record as a view of
 * the log.
 *
 * Spec:  doc/board-format.md sections 5 and 8; record-format section 4.
 * Layer: L4 verify. Pure: reads through evd_board_files. Fail closed: what was
 *        not checked is not passed.
 *
 *   evd_logcheck_open      reads the whole log once: all but L.8
 *   evd_logcheck_source    the record as a source: to verify, to copy, to
 *                          compare
 *   evd_logcheck_compare   L.8: a record that somebody has is this view
 *   evd_logcheck_end       the verdict on log and record
 *   evd_logcheck_close
 */
#ifndef EVD_VERIFY_LOGCHECK_H
#define EVD_VERIFY_LOGCHECK_H

#include "board/files.h"
#include "board/policy.h"
#include "verify/verify.h"

#define EVD_LOG_AGE_SECONDS 60 /* of a head, while ballots are taken */

/* How a log is read. All is borrowed until the log is closed. */
typedef struct {
  evd_board_files *files;
  const evd_kernel *kernel;
  evd_scratch *scratch; /* NULL: memory alone */
  const evd_pool *pool; /* NULL: one thread; what is found is the same */
  bool side_by_side;    /* threads may read files at the same time */
  /* The policy the reader trusts, whole or by digest("policy", ..). Neither:
   * L.1 and L.3 are not run. */
  evd_span policy;              /* n = 0: none */
  const evd_h32 *policy_digest; /* NULL: none */
  uint64_t now;                 /* POSIX seconds */
  uint64_t max_age;             /* seconds */
  evd_span head; /* a checkpoint that the reader kept; n = 0: none */
  /* Called now and then with the number of entries read; may be NULL. */
  void (*progress)(void *self, uint64_t entries, uint64_t size);
  void *progress_self;
} evd_logcheck_how;

typedef struct evd_logcheck evd_logcheck;

/* Memory, also of the report, is the arena's. Close it in every case.
 *   errors  EVD_ERR_SPACE; whatever else is wrong stands in the report */
EVD_MUST_CHECK evd_err evd_logcheck_open(evd_logcheck **out,
                                         const evd_logcheck_how *how,
                                         evd_arena *a);
void evd_logcheck_close(evd_logcheck *l);
const evd_logcheck_report *evd_logcheck_found(const evd_logcheck *l);

/* The record as it stands in the log; valid until the log is closed. Objects
 * are compared with their digests again. One stream of lines at a time. */
evd_source evd_logcheck_source(evd_logcheck *l);
/* L.8: file by file, byte by byte. */
void evd_logcheck_compare(evd_logcheck *l, evd_source *record);
/* Puts the checks of the log behind those of the record, which was read from
 * evd_logcheck_source, and both into one verdict. `record` may be all zero but
 * for its stage: none was read.
 *   errors  EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_logcheck_end(evd_logcheck *l, evd_report *record);

#endif /* EVD_VERIFY_LOGCHECK_H */
