/* A record in a folder, verified: what every verb that judges one does.
 *
 * Layer: L6 cmd.
 */
#ifndef EVD_CMD_VERIFYING_H
#define EVD_CMD_VERIFYING_H

#include "cmd/args.h"

typedef struct {
  evd_report report;
  evd_arena arena; /* holds the report */
} evd_verified;

/* "ceremony", "closed", "final"; NULL: final. Complains. */
EVD_MUST_CHECK evd_err evd_verifying_stage(evd_stage *out, const char *verb,
                                           const char *text);
/* Opens the record, verifies it with `jobs` threads (0: one a processor) and
 * says how far it is on a terminal. Complains; a verdict is no error. Close
 * with evd_verifying_close in every case. */
EVD_MUST_CHECK evd_err evd_verifying_run(evd_verified *out, const char *dir,
                                         evd_stage stage, uint32_t jobs);
void evd_verifying_close(evd_verified *v);
/* The error whose exit code is that of the verdict. */
evd_err evd_verifying_error(evd_verdict v);

#endif /* EVD_CMD_VERIFYING_H */
