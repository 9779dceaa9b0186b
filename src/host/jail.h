/* What a process gives up before it looks at anything foreign.
 *
 * Layer: L5 host. Linux: no new privileges, no core, limits of resources,
 * Landlock where the kernel has it, and a list of system calls; any other call
 * kills the process (SIGSYS).
 */
#ifndef EVD_HOST_JAIL_H
#define EVD_HOST_JAIL_H

#include "base/bytes.h"
#include "evident/err.h"

/* What a role may do besides computing, waiting, and reading and writing what
 * is open already, messages with descriptors among it. */
enum {
  EVD_MAY_ACCEPT = 1, /* take connections of a listening socket */
  EVD_MAY_MEMFD = 2,  /* make and seal memory files */
  EVD_MAY_READ = 4,   /* open files to read: below `reads` alone */
  EVD_MAY_WRITE = 8,  /* make, rename and remove files: below `writes` alone */
  EVD_MAY_CONNECT = 16, /* connect over the network, and look up names */
  EVD_MAY_THREAD = 32,  /* start threads */
  EVD_MAY_WATCH = 128,  /* wait for children, signal them */
  EVD_MAY_RUN = 64      /* start programs */
};

#define EVD_JAIL_PATHS_MAX 8
typedef struct {
  uint32_t may;
  const char *reads[EVD_JAIL_PATHS_MAX];  /* folders or files; NULL: no more */
  const char *writes[EVD_JAIL_PATHS_MAX]; /* also read */
  uint64_t memory_bytes;                  /* address space; 0: no limit */
  uint64_t files;                         /* open descriptors; 0: as they are */
} evd_jail;

/* There is no way back. Complains; where it could not be done the process must
 * not go on. Landlock alone may be missing: *landlocked says so (NULL: nobody
 * asks). */
EVD_MUST_CHECK evd_err evd_jail_enter(const evd_jail *j, bool *landlocked);

#endif /* EVD_HOST_JAIL_H */
