/* A log in a folder or at an address, verified with the record in it.
 *
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_VERIFY_LOG_H
#define EVD_CMD_VERIFY_LOG_H

#include "board/files.h"
#include "cmd/verifying.h"
#include "host/board_dir.h"
#include "verify/logcheck.h"

/* Options about a log, as they stand on the command line. */
typedef struct {
  const char *policy, *policy_digest, *head, *record, *max_age;
  bool log_only; /* the record is not looked at */
} evd_verify_log_words;

/* Rows for the table of evd_args. */
#define EVD_OPT_LOG(w)                                                         \
  EVD_OPT("policy", (w).policy), EVD_OPT("policy-digest", (w).policy_digest),  \
      EVD_OPT("head", (w).head), EVD_OPT("max-age", (w).max_age)

/* A log that is open for reading, with what lies around it. */
typedef struct {
  const char *where;
  const evd_verify_log_words *words;
  evd_arena arena; /* of the options' files */
  evd_board_files files;
  evd_logcheck_how how;
  evd_h32 policy_digest;
} evd_verify_log;

/* Is `where` a log: an address, a folder with a checkpoint, or with a policy
 * at hand one that is no record? */
bool evd_is_log(const char *where, const evd_verify_log_words *w);
/* Opens it and reads what the options name. Complains. Close in every case. */
EVD_MUST_CHECK evd_err evd_verify_log_open(evd_verify_log *l, const char *where,
                                           const evd_verify_log_words *w);
void evd_verify_log_close(evd_verify_log *l);
/* Reads the log with threads and scratch of `how`, and says so on a terminal;
 * the record is not verified.
 * evd_logcheck_close in every case. */
EVD_MUST_CHECK evd_err evd_verify_log_read(evd_logcheck **out,
                                           evd_verify_log *l,
                                           const evd_verify_how *how,
                                           evd_arena *a);
/* Verifies the log at `where` and its record (words->record is compared with
 * the log's, if there is one) with evd_verifying_with, and keeps the head for
 * the next time. Complains; a verdict is no error. Close with
 * evd_verifying_close in every case. */
EVD_MUST_CHECK evd_err evd_verify_log_all(evd_verified *out, const char *where,
                                          const evd_verify_log_words *w,
                                          evd_verify_how how, uint32_t n_jobs,
                                          const char *tmp);

#endif /* EVD_CMD_VERIFY_LOG_H */
