/* The file of `verify --resume`, sealed to this machine's verifier key.
 *
 * Layer: L5 host.
 *
 * Its first line is HMAC-SHA-256 of what follows, under a random key in
 * $XDG_STATE_HOME/evident/verifier.key (else ~/.local/state/..) that is made
 * when it is first needed and that only its owner reads. Whoever has not the
 * key cannot make the verifier believe that it verified something.
 */
#ifndef EVD_HOST_RESUME_FILE_H
#define EVD_HOST_RESUME_FILE_H

#include "host/host.h"

typedef struct {
  const char *path;
  evd_h32 key;
  double kept_at, took; /* seconds: when, and how long it took */
  evd_arena arena;      /* of what stood there */
  evd_resuming how;     /* for evd_verify_how */
} evd_resume_file;

/* Reads what an earlier run kept, if it did. What is not sealed by this
 * machine is complained of and does not count. A file that is no resume file
 * at all is not overwritten: EVD_ERR_USAGE. Close in every case. */
EVD_MUST_CHECK evd_err evd_resume_file_open(evd_resume_file *f,
                                            const char *path);
void evd_resume_file_close(evd_resume_file *f);

#endif /* EVD_HOST_RESUME_FILE_H */
