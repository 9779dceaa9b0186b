/* Which checkpoints are believed: logs, witnesses, and a quorum of them.
 *
 * Spec:  C2SP tlog-policy; doc/board-format.md section 4.
 * Layer: L4 board. Public data only.
 */
#ifndef EVD_BOARD_POLICY_H
#define EVD_BOARD_POLICY_H

#include "board/checkpoint.h"

#define EVD_POLICY_LOGS_MAX 32
#define EVD_POLICY_NAMES_MAX 128 /* witnesses and groups together */
#define EVD_POLICY_NONE UINT32_MAX
#define EVD_POLICY_BYTES_MAX ((size_t)65536)

typedef struct {
  evd_note_key key;
  evd_span url; /* n = 0: none */
} evd_policy_log;

/* A witness, or a group of what was named before it. */
typedef struct {
  evd_span name;
  bool group;
  evd_note_key key; /* of a witness */
  evd_span url;
  uint32_t k;    /* of a group: how many of its members */
  uint32_t into; /* the group that it is a member of; EVD_POLICY_NONE */
  uint32_t members;
} evd_policy_name;

/* Spans are of the bytes it was read from. */
typedef struct {
  uint32_t n_logs, n_names;
  evd_policy_log logs[EVD_POLICY_LOGS_MAX];
  evd_policy_name names[EVD_POLICY_NAMES_MAX];
  uint32_t quorum; /* a name, or EVD_POLICY_NONE */
} evd_policy;

/* errors  EVD_ERR_FORM */
EVD_MUST_CHECK evd_err evd_policy_read(evd_policy *out, evd_span bytes,
                                       evd_note_why *why);

typedef struct {
  bool log, quorum;     /* signed by a log of the policy; by its quorum */
  bool false_signature; /* a line of a known key does not verify */
  uint32_t n_witnesses; /* that signed */
  uint64_t times[EVD_POLICY_NAMES_MAX]; /* of their signatures; 0: none */
} evd_policy_verdict;

/* Judges signatures alone; cosignatures before `not_before` (POSIX seconds)
 * count as none. */
void evd_policy_judge_var(evd_policy_verdict *out, const evd_policy *p,
                          const evd_checkpoint *c, uint64_t not_before);

/* How many witnesses a policy with a quorum of k of n plain witnesses has;
 * false: its quorum is of another shape. */
bool evd_policy_k_of_n(const evd_policy *p, uint32_t *k, uint32_t *n);

#endif /* EVD_BOARD_POLICY_H */
