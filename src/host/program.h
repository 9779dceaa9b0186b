/* Running another program: its output, its exit code, a time limit.
 *
 * Layer: L5 host.
 */
#ifndef EVD_HOST_PROGRAM_H
#define EVD_HOST_PROGRAM_H

#include "base/arena.h"

enum { EVD_PROGRAM_LATE = -1, EVD_PROGRAM_NOT_STARTED = -2 };

/* Runs argv (NULL at the end; argv[0] is looked up in PATH) without a shell,
 * with empty standard input and what it says on standard error thrown away.
 * Its standard output is added to `out`; more than that holds is dropped. After
 * limit_ms it and the processes it started are killed. Returns the exit code,
 * 128 and more when a signal ended it, or one of the two above. Threads may
 * call it at the same time. */
int evd_program_run(const char *const argv[], uint32_t limit_ms, evd_buf *out);

#endif /* EVD_HOST_PROGRAM_H */
