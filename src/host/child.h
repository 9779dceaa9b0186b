/* Running this same program again, or one that lies beside it, as another
 * process.
 *
 * Layer: L5 host.
 */
#ifndef EVD_HOST_CHILD_H
#define EVD_HOST_CHILD_H

#include "host/host.h"

#define EVD_CHILD_SECRET_FD 3 /* where a child finds its secret */

typedef struct {
  int pid;
} evd_child;

typedef struct {
  const char *program; /* NULL: this program; else from evd_program_beside */
  const char *const *argv; /* argv[0] included, NULL at the end */
  evd_span secret;         /* written to a pipe; empty: none */
  const char *out_path;    /* standard output, appended; NULL: ours */
  const char *err_path;    /* standard error, appended; NULL: ours */
} evd_child_plan;

/* Path of the program `name` in this program's folder; false if there is
 * none that may be run. */
bool evd_program_beside(char out[4096], const char *name);
/* Starts the program. The child sees no other descriptors
 * of ours. Complains. */
EVD_MUST_CHECK evd_err evd_child_start(evd_child *c, const evd_child_plan *p);
/* The exit code; 128 and more when a signal ended it; -1 while it runs and
 * `block` is false. */
int evd_child_wait(evd_child *c, bool block);
/* Ends it and takes its exit code. */
void evd_child_stop(evd_child *c);
/* Sleeps that long. */
void evd_wait_ms(uint32_t ms);

#endif /* EVD_HOST_CHILD_H */
