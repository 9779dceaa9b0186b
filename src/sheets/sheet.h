/* evident-sheets: the sheets of mail ballots as a PDF.
 *
 * Spec:  EGDS 2.1.0 sections 4.1.4, 4.1.5; doc/mail-ballots.md.
 * Layer: L7 sheets. A program of its own: what draws is large, is not wanted
 *        in the process that makes nonces, and ends the process when memory
 *        runs out.
 *
 * All labels are foreign text, in any script. They are laid out as they are;
 * nothing in them is markup.
 */
#ifndef EVD_SHEETS_SHEET_H
#define EVD_SHEETS_SHEET_H

#include "base/arena.h"
#include "host/lines.h"

typedef struct {
  const char *code, *label; /* label NULL: a null vector */
} evd_sheet_row;

typedef struct {
  uint32_t limit;
  const char *label, *notes;
  uint32_t n_rows; /* options in order, then the null vectors */
  evd_sheet_row *rows;
} evd_sheet_contest;

typedef struct {
  const char *number, *code, *style;
  uint32_t n_contests;
  evd_sheet_contest *contests;
} evd_sheet;

/* ---- the lines that `evident preencrypt` hands over (data.c) ---- */
typedef struct {
  evd_lines lines;
  evd_arena arena;      /* of one ballot */
  const char *election; /* in `head` */
  evd_arena head;
  evd_span ahead; /* the line after the ballot given out; in lines' memory */
} evd_sheet_file;
/* Complains of everything that is not as cmd/sheet_data.h says. Close in
 * every case. */
EVD_MUST_CHECK evd_err evd_sheet_open(evd_sheet_file *f, const char *path);
/* The next ballot, valid until the next call; *more is false at the end. */
EVD_MUST_CHECK evd_err evd_sheet_next(evd_sheet_file *f, evd_sheet *out,
                                      bool *more);
void evd_sheet_close(evd_sheet_file *f);

#endif /* EVD_SHEETS_SHEET_H */
