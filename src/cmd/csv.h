/* Comma-separated values: rows, contests of an election, plain ballots.
 *
 * Spec:  RFC 4180 for the quotes; record-format section 6 for plain.csv.
 * Layer: L7 cmd.
 *
 * A cell never contains a line break (no string of the record may), so a row
 * is a line. Complaints say FILE:LINE:COLUMN, the column counted in cells
 * from 1, and name the column where it has a name.
 */
#ifndef EVD_CMD_CSV_H
#define EVD_CMD_CSV_H

#include "base/arena.h"
#include "base/json_text.h"
#include "host/host.h"
#include "record/record.h"

typedef struct {
  evd_span *cells; /* unquoted, arena memory */
  uint32_t n;
} evd_csv_row;

/* Cells of one line. On EVD_ERR_PARSE *column is the cell (from 1) that is
 * wrong and *expected what was expected there. */
EVD_MUST_CHECK evd_err evd_csv_split(evd_csv_row *row, evd_span line,
                                     evd_arena *a, uint32_t *column,
                                     const char **expected);

/* Adds the text as one cell, quoted where it must be. */
void evd_csv_quote(evd_buf *out, evd_span text);
/* Decimal N without sign or leading zero, at most max. */
bool evd_csv_number(evd_span cell, uint64_t max, uint64_t *out);

/* Contests of `election new --from FILE.csv`, in order of appearance: fills
 * n_contests and contests of m. Complains of every bad cell, not only of the
 * first. */
EVD_MUST_CHECK evd_err evd_csv_contests(evd_manifest *m, const char *path,
                                        evd_arena *a);

/* ---- plain.csv ---- */
/* The header line must be exactly this for manifest m; text for people. */
EVD_MUST_CHECK evd_err evd_csv_plain_header(evd_buf *out,
                                            const evd_manifest *m);
/* One row as a plain ballot. Complains. */
EVD_MUST_CHECK evd_err evd_csv_plain_row(evd_plain *out, evd_span line,
                                         const evd_manifest *m,
                                         const char *path, uint64_t number,
                                         evd_arena *a);

#endif /* EVD_CMD_CSV_H */
