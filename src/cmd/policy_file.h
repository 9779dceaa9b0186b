/* A policy that a command line names.
 *
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_POLICY_FILE_H
#define EVD_CMD_POLICY_FILE_H

#include "base/arena.h"
#include "board/policy.h"
#include "host/host.h"

/* Reads the file; its bytes are the arena's. Complains, naming file and line.
 */
EVD_MUST_CHECK evd_err evd_policy_file_read(evd_policy *out, evd_span *bytes,
                                            const char *path, evd_arena *a);

#endif /* EVD_CMD_POLICY_FILE_H */
