/* evident demo: its parts.
 *
 * Layer: L7 cmd.
 *
 * Every step is a process of its own that runs this same program; the
 * guardians have separate private folders and meet only over a board that is
 * served on this machine. Nothing is taken from memory that separate people
 * would not have.
 */
#ifndef EVD_CMD_DEMO_H
#define EVD_CMD_DEMO_H

#include "cmd/cmd.h"
#include "host/child.h"

#define EVD_DEMO_ARGS (EVD_N_MAX + 32)
#define EVD_DEMO_SERVERS 5     /* four witnesses and the board */
#define EVD_DEMO_PASS_BYTES 33 /* 32 hex digits and LF */

typedef struct {
  /* the command line */
  const char *data, *dir;
  uint64_t cards;
  uint32_t n, k, n_absent, n_present;
  uint32_t absent[EVD_N_MAX], present[EVD_N_MAX];
  const char *present_text; /* "1,3" */
  /* the run */
  evd_arena arena;
  uint32_t processors, step;
  uint64_t start_ms, step_ms;
  const char *step_text;
  char (*passphrases)[EVD_DEMO_PASS_BYTES]; /* n, random */
  const char *plain, *receipts;
  const char *work;   /* the device's record */
  const char *closed; /* the record that the board shows after close */
  const char *record; /* and at the end */
  /* the board */
  const char *board_program, *keys, *policy, *server, *url, *board;
  evd_child servers[EVD_DEMO_SERVERS]; /* n_servers run */
  uint32_t n_servers, n_drafts;
  /* which cards (from 0) are challenged and spoiled, ascending */
  uint64_t challenged[3], spoiled[2];
  uint32_t n_challenged, n_spoiled;
} evd_demo;

/* One process to run. */
typedef struct {
  const char *argv[EVD_DEMO_ARGS];
  uint32_t n_args;
  uint32_t guardian; /* whose passphrase it gets; 0: nobody's */
  const char *out;   /* standard output; NULL: the log */
  evd_child child;
  int code; /* exit code when it ended */
} evd_demo_job;

/* ---- demo_run.c ---- */
void evd_demo_step(evd_demo *d, const char *text); /* begins a step */
void evd_demo_step_done(evd_demo *d); /* prints it with the time it took */
/* An empty job, then words ended by NULL. */
void evd_demo_job_init(evd_demo_job *j, uint32_t guardian);
void evd_demo_job_add(evd_demo_job *j, const char *word);
void evd_demo_job_words(evd_demo_job *j, ...) __attribute__((sentinel));
/* Runs the jobs, as many at once as there are processors. Exit code 3
 * ("others have to act first") is an error unless may_wait. On the first
 * failure the others are stopped. Complains with what the failed process
 * said. */
EVD_MUST_CHECK evd_err evd_demo_run(evd_demo *d, evd_demo_job jobs[],
                                    uint32_t n, bool may_wait);

/* ---- demo_guardians.c ---- */
EVD_MUST_CHECK evd_err evd_demo_guardians_prepare(evd_demo *d);
EVD_MUST_CHECK evd_err evd_demo_ceremony(evd_demo *d);
EVD_MUST_CHECK evd_err evd_demo_decrypt(evd_demo *d);

/* What the opener was given: nonce_<i>.json of those present. */
EVD_MUST_CHECK evd_err evd_demo_opener(evd_demo *d, const char *dir);

/* ---- demo_board.c ---- */
/* Keys, policy, witnesses and the server; d->url. Stop it in every case. */
EVD_MUST_CHECK evd_err evd_demo_board_start(evd_demo *d);
void evd_demo_board_stop(evd_demo *d);
/* --board .. --policy .., and with guardian i's key for the log. */
void evd_demo_words_board(const evd_demo *d, evd_demo_job *j);
void evd_demo_words_guardian(evd_demo *d, evd_demo_job *j, uint32_t i);
/* The acts: SETUP; KEYS and OPEN; the device; CLOSE and the record; TALLY;
 * OPENING and RESULT; the board's files and the record at the end. */
EVD_MUST_CHECK evd_err evd_demo_publish(evd_demo *d);
EVD_MUST_CHECK evd_err evd_demo_open(evd_demo *d);
EVD_MUST_CHECK evd_err evd_demo_upload(evd_demo *d, const char *challenged,
                                       const char *spoiled);
EVD_MUST_CHECK evd_err evd_demo_close(evd_demo *d);
EVD_MUST_CHECK evd_err evd_demo_tally(evd_demo *d);
EVD_MUST_CHECK evd_err evd_demo_result(evd_demo *d);
EVD_MUST_CHECK evd_err evd_demo_keep(evd_demo *d);

/* ---- demo_cards.c ---- */
/* Writes the cards to encrypt: the first of the import, or all of them
 * again and again until there are enough. */
EVD_MUST_CHECK evd_err evd_demo_cards(evd_demo *d, const char *imported);
/* Chooses cards to challenge and spoil and writes their codes, taken from
 * the receipts, to the two files. */
EVD_MUST_CHECK evd_err evd_demo_choose(evd_demo *d, const char *challenged,
                                       const char *spoiled);
/* Card `index` is neither challenged nor spoiled. */
bool evd_demo_is_cast(const evd_demo *d, uint64_t index);

/* ---- demo_table.c ---- */
/* Counts the plain cards that were cast, compares every decrypted total and
 * prints the table. EVD_ERR_FAIL when one differs. */
EVD_MUST_CHECK evd_err evd_demo_compare(evd_demo *d);

#endif /* EVD_CMD_DEMO_H */
