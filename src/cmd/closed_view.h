/* A record as it was when it was closed, or before its contest data came
 * out: later files are hidden, so that its digest and its verification do not
 * change while results are written beside it.
 *
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_CLOSED_VIEW_H
#define EVD_CMD_CLOSED_VIEW_H

#include "cmd/cmd.h"

typedef struct {
  evd_source under;
  evd_stage stage; /* CLOSED hides all results, FINAL only contest data */
} evd_view;

/* out borrows v. Close with evd_view_close. Complains. */
EVD_MUST_CHECK evd_err evd_view_open(evd_source *out, evd_view *v,
                                     const char *dir, evd_stage stage);
void evd_view_close(evd_view *v);
/* The record digest of what the view shows. Complains. */
EVD_MUST_CHECK evd_err evd_view_digest(evd_h32 *out, const char *dir,
                                       evd_stage stage);
/* Runs the verifier on the view; EVD_OK only if the verdict is pass, else
 * complains of the first failure. *digest is that of the files it read. */
EVD_MUST_CHECK evd_err evd_view_verify(evd_h32 *digest, const char *dir,
                                       evd_stage stage);

#endif /* EVD_CMD_CLOSED_VIEW_H */
