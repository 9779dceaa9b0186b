/* What the files of fsck share.
 *
 * Layer: L7 serve. Private to fsck*.c.
 */
#ifndef EVD_SERVE_FSCK_RUN_H
#define EVD_SERVE_FSCK_RUN_H

#include "board/checkpoint.h"
#include "board/row_table.h"
#include "serve/fsck.h"
#include "serve/log_run.h"

/* The log and the report belong to one thread at a time; the others of the
 * pool read public files, and rows that do not change any more. */
typedef struct {
  evd_log *log;
  evd_pool pool;
  const evd_fsck_plan *plan;
  evd_fsck_report *out;
  evd_row_table rows; /* what the rules make of the entries */
  evd_checkpoint c;
  uint64_t bodies; /* entries with a row of their body */
} evd_fsck_run;

/* A fault is counted and the check goes on (EVD_OK), unless there are too
 * many, or this machine fails. */
EVD_MUST_CHECK evd_err evd_fsck_go_on(const evd_fsck_run *k, evd_err e);
/* Every entry: form, object, rules, tiles. */
EVD_MUST_CHECK evd_err evd_fsck_entries(evd_fsck_run *k);
/* The rows of the database are those that the entries make. */
EVD_MUST_CHECK evd_err evd_fsck_rows(evd_fsck_run *k);

#endif /* EVD_SERVE_FSCK_RUN_H */
