/* A record in a folder, verified: what every verb that judges one does.
 *
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_VERIFYING_H
#define EVD_CMD_VERIFYING_H

#include "cmd/args.h"

/* Options of such verbs, as they stand on the command line. */
typedef struct {
  const char *stage, *jobs, *tmp;
} evd_verifying_words;

/* Rows for the table of evd_args. */
#define EVD_OPT_JOBS(w) EVD_OPT("jobs", (w).jobs), EVD_OPT("tmp", (w).tmp)
#define EVD_OPT_VERIFYING(w) EVD_OPT("stage", (w).stage), EVD_OPT_JOBS(w)

typedef struct {
  evd_report report;
  evd_arena arena; /* holds the report */
  uint32_t n_threads;
  uint64_t milliseconds; /* the verification took */
} evd_verified;

/* Judges --stage (final, if it is not given) and --jobs. Complains. */
EVD_MUST_CHECK evd_err evd_verifying_read(evd_verify_how *how, uint32_t *n_jobs,
                                          const char *verb,
                                          const evd_verifying_words *w);
/* Verifies the record of a folder as `how` says, with a scratch in the folder
 * tmp (NULL: the system's) and n_jobs threads (0: one a processor), and says
 * on a terminal how far it is. Complains; a verdict is no error. Close in
 * every case. */
EVD_MUST_CHECK evd_err evd_verifying_run(evd_verified *out, const char *dir,
                                         evd_verify_how how, uint32_t n_jobs,
                                         const char *tmp);
/* The same for a source of the caller's: `run` fills out->report, with the pool
 * and the scratch that are in `how` until it returns. */
typedef evd_err evd_verifying_fn(void *self, evd_verified *out,
                                 evd_verify_how *how);
EVD_MUST_CHECK evd_err evd_verifying_with(evd_verified *out,
                                          evd_verifying_fn *run, void *self,
                                          evd_verify_how how, uint32_t n_jobs,
                                          const char *tmp);
/* --format: "json" or "text", NULL: text. Complains. */
EVD_MUST_CHECK evd_err evd_verifying_format(const char *verb, const char *text,
                                            bool *json);
/* The report on standard output; complains where that fails. */
EVD_MUST_CHECK evd_err evd_verifying_print(const evd_report *r, bool json);
void evd_verifying_close(evd_verified *v);
/* Is there a file of this name? */
bool evd_folder_has(const char *dir, const char *name);
/* The error whose exit code is that of the verdict. */
evd_err evd_verifying_error(evd_verdict v);

#endif /* EVD_CMD_VERIFYING_H */
