/* Plain ballots, one at a time, from plain.csv or plain.jsonl.
 *
 * Spec:  record-format section 6.
 * Layer: L7 cmd. What it reads is SECRET: arenas and buffers wipe it.
 */
#ifndef EVD_CMD_PLAIN_H
#define EVD_CMD_PLAIN_H

#include "base/arena.h"
#include "host/lines.h"
#include "record/record.h"

typedef struct {
  evd_lines lines;
  const evd_manifest *man;
  bool csv;        /* the file's name ends in .csv; else it is JSON lines */
  uint64_t number; /* line of the ballot given out */
} evd_plain_file;

/* Opens the file and, for CSV, checks its header line. Complains. Close in
 * every case. */
EVD_MUST_CHECK evd_err evd_plain_open(evd_plain_file *f, const char *path,
                                      const evd_manifest *m);
/* The next ballot in arena memory; *more is false at the end. Complains with
 * file, line, for CSV the column, and what was expected. */
EVD_MUST_CHECK evd_err evd_plain_next(evd_plain_file *f, evd_plain *out,
                                      bool *more, evd_arena *a);
void evd_plain_close(evd_plain_file *f);

#endif /* EVD_CMD_PLAIN_H */
