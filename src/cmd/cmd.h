/* The table of verbs, and what every verb shares.
 *
 * Layer: L7 cmd. One file per verb; main.c only looks names up.
 *
 * A verb gets argc/argv with argv[0] = its full name ("guardian new"), parses
 * long options with getopt_long, prints results on standard output and one
 * sentence per error on standard error (evd_complain), and returns an error
 * whose exit code is evd_err_exit(). `--help` prints `usage`.
 */
#ifndef EVD_CMD_CMD_H
#define EVD_CMD_CMD_H

#include "host/host.h"
#include "host/sealed.h"
#include "steps/head.h"

typedef evd_err evd_verb_fn(int argc, char **argv);
typedef struct {
  const char *name; /* one or two words */
  const char *summary;
  const char *usage; /* arguments and options, a line each */
  evd_verb_fn *run;
} evd_verb;

/* verbs.def: VERB(function suffix, "name", "summary", "usage") */
#define VERB(id, name, summary, usage) evd_verb_fn evd_cmd_##id;
#include "base/arena.h"
#include "cmd/verbs.def"
#include "egds/keys.h"
#include "record/record.h"
#undef VERB

/* ---- option helpers (options.c) ---- */
/* Decimal without sign, space or leading zero, lo..hi; complains naming the
 * option. */
EVD_MUST_CHECK evd_err evd_arg_number(const char *option, const char *text,
                                      uint64_t lo, uint64_t hi, uint64_t *out);
/* "1,3,5": ascending or not, no duplicates; complains. */
EVD_MUST_CHECK evd_err evd_arg_list(const char *option, const char *text,
                                    uint32_t out[], uint32_t max, uint32_t *n);
/* Complaint for a bad option or missing argument: EVD_ERR_USAGE. */
evd_err evd_usage(const char *verb, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Options shared by verbs that open secrets. */
typedef struct {
  int passphrase_fd; /* -1: terminal */
  bool plain_secrets;
  evd_kdf kdf;
  bool kdf_given;
} evd_secret_options;

/* A line on standard error, only on a terminal: "\rEncrypting 12/95"; all = 0:
 * not known how many. Gone at the end, or when `what` is NULL. */
void evd_progress_line(const char *what, uint64_t done, uint64_t all);
/* The same of work of which `done` of `all` is done since since_ms
 * (evd_clock_ms), with the time that the rest takes at this speed:
 * "\rVerifying, 12.5 %, 40 s left, ballots 96", where n is 96. all = 0: not
 * known; then without. */
void evd_progress_left(const char *what, const char *things, uint64_t n,
                       uint64_t done, uint64_t all, uint64_t since_ms);

#endif /* EVD_CMD_CMD_H */
