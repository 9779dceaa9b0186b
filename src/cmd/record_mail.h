/* The recording tool: from the codes that voters sent back to cast ballots.
 *
 * Spec:  EGDS 2.1.0 section 4.3; record-format 5, 6 (returned.csv).
 * Layer: L7 cmd.
 *
 * 1. All that was returned is read.            record_mail_input.c
 * 2. The record's ballots are walked through, each return finds its own and
 *    is judged; every fault is told.           record_mail_judge.c
 * 3. The nonces are opened; each ballot is made again, its choices taken, and
 *    what comes of it checked as a verifier would.  record_mail_make.c
 * 4. The lines are merged with those there.    record_mail.c
 * What was chosen is SECRET until it is a cast ballot.
 */
#ifndef EVD_CMD_RECORD_MAIL_H
#define EVD_CMD_RECORD_MAIL_H

#include "cmd/cmd.h"
#include "cmd/secret_options.h"
#include "egds/preenc_make.h"

/* One ballot that came back. */
typedef struct {
  uint64_t line; /* in the input, for complaints */
  evd_returned in;
  bool some;  /* contests not listed, or empty, are left open (CSV) */
  bool found; /* the rest is filled */
  evd_h32 id_B, H_I, H_C;
  uint32_t style, n_contests;
  evd_h32 **psi;            /* per contest of the style, as published */
  evd_returned_contest **c; /* the same: what is chosen; NULL: nothing */
  bool has_xi;
  evd_h32 xi_B;  /* SECRET */
  evd_span text; /* of mail_cast.jsonl, with its LF; in `arena` */
  evd_arena arena;
  evd_err result;
} evd_return_row;

typedef struct {
  evd_head *head;
  const char *path; /* of what was returned */
  evd_arena *arena; /* closed, it is wiped */
  size_t n, room;
  evd_return_row *rows;
  evd_return_row **by_id; /* after the judgement, ascending id_B */
  uint64_t n_faults;
  uint64_t *n_ballots; /* per device, those in the record */
} evd_returns;

/* A fault of what was returned; one sentence each, the first hundred. */
void evd_return_fault(evd_returns *r, uint64_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* returned.csv or returned.jsonl. Counts faults; complains. */
EVD_MUST_CHECK evd_err evd_returns_read(evd_returns *r);
/* Finds the ballots and judges every choice. EVD_ERR_RULE if there was any
 * fault. Complains. */
EVD_MUST_CHECK evd_err evd_returns_judge(evd_returns *r);

/* xi_B of all rows, which are in by_id, from the private folders. Complains. */
EVD_MUST_CHECK evd_err evd_returns_open(evd_returns *r, evd_vault *v,
                                        const char *const dirs[],
                                        uint32_t n_dirs);
/* Makes row->text; row->arena is the caller's to open and close. */
void evd_return_make(const evd_returns *r, const evd_group *G,
                     evd_return_row *row);

#endif /* EVD_CMD_RECORD_MAIL_H */
