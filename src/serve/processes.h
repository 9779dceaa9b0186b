/* The processes of `evident serve`.
 *
 * Spec:  doc/board-server.md section 4.
 * Layer: L7 serve.
 *
 * A process is a fork of the verb: it keeps its own ends of the socket pairs,
 * closes all others, opens what it needs, enters its jail, and only then looks
 * at what others send. Where the other end of a pair is gone it ends, so one
 * end takes all with it.
 */
#ifndef EVD_SERVE_PROCESSES_H
#define EVD_SERVE_PROCESSES_H

#include "board/note.h"
#include "board/policy.h"
#include "cmd/secret_options.h"
#include "host/jail.h"
#include "host/users.h"
#include "serve/msg.h"

#define EVD_CHECKERS_MAX 64
typedef enum {
  EVD_PROCESS_PARENT,
  EVD_PROCESS_FRONT,
  EVD_PROCESS_FILES,
  EVD_PROCESS_SEQ,
  EVD_PROCESS_SIGN,
  EVD_PROCESS_COSIGN,
  EVD_PROCESS_CHECK, /* and those behind it, one a worker */
  EVD_PROCESSES_MAX = EVD_PROCESS_CHECK + EVD_CHECKERS_MAX
} evd_process;

typedef struct {
  const char *dir, *public_dir, *origin, *where, *key;
  const char *db_dir; /* of the database's file, if `where` is one; else NULL */
  const char *name;   /* where it can be reached, for people */
  evd_span keys, policy_bytes;
  const evd_policy *policy;
  evd_note_key log_key;
  evd_secret_words secrets;
  uint32_t tick_ms, workers;
  bool witnessed; /* the policy has a quorum */
  bool apart;     /* each role is a user of its own: */
  evd_user users[EVD_PROCESS_CHECK + 1];
  int listener, metrics; /* sockets; metrics -1: none */
} evd_serve_plan;

/* to[r]: our end of the pair with r, -1: none. Returns when nothing is left to
 * be done, or cannot be; the error becomes the process's exit code. */
typedef evd_err evd_process_fn(const evd_serve_plan *p, const int *to);
evd_process_fn evd_process_front, evd_process_files, evd_process_check,
    evd_process_seq, evd_process_sign, evd_process_cosign;

/* The users <prefix>-<role> of all roles; the folders of the board for them.
 * Complains. */
EVD_MUST_CHECK evd_err evd_process_users(evd_serve_plan *p, const char *prefix);
EVD_MUST_CHECK evd_err evd_process_folders(const evd_serve_plan *p);

/* The jail of a role, as a process enters it; paths of the plan. */
EVD_MUST_CHECK evd_err evd_process_jail(evd_process role,
                                        const evd_serve_plan *p);

/* Starts the processes, says `serving ..` on standard output when the log is
 * open, and waits for them. */
EVD_MUST_CHECK evd_err evd_serve_all(const evd_serve_plan *p);

#endif /* EVD_SERVE_PROCESSES_H */
