/* The monitor's key, in a process of its own: who reads what boards and
 * witnesses answer does not hold it.
 *
 * Spec:  doc/alarms.md, "Alarms in the log".
 * Layer: L7 serve.
 *
 * The process opens no file and makes no socket once it has begun, and signs
 * ALARM entries for the logs of one policy, and nothing else. It ends when the
 * other end of its pair does.
 */
#ifndef EVD_SERVE_ALARM_KEY_H
#define EVD_SERVE_ALARM_KEY_H

#include "board/entry.h"
#include "board/policy.h"
#include "cmd/secret_options.h"
#include "host/users.h"
#include "serve/msg.h"

typedef struct {
  int end;          /* of the pair with the process; -1: none */
  int pid;          /* 0: none */
  evd_sign_key key; /* the public one */
} evd_alarm_key;

/* Starts the process, which reads key K; nothing of the network may have been
 * read before. The passphrase's descriptor and standard input are closed here
 * afterwards. The policy is looked at while it starts, not later. Complains.
 * Stop in every case.
 *   user    which the process becomes; NULL: it stays the same
 *   errors  of reading the key */
EVD_MUST_CHECK evd_err evd_alarm_key_start(evd_alarm_key *k, const char *key,
                                           const evd_secret_words *w,
                                           const evd_policy *policy,
                                           const evd_user *user);
/* Has the message of an ALARM entry signed: an evd_draft_sign_fn. Complains.
 *   errors  EVD_ERR_REFUSED: it is none; EVD_ERR_MISSING: the process is gone
 */
EVD_MUST_CHECK evd_err evd_alarm_key_sign(void *self, uint8_t sig[64],
                                          evd_span message);
void evd_alarm_key_stop(evd_alarm_key *k);

/* ---- of the process ---- */

/* Why this is not signed; NULL: it is what an ALARM entry of a log of the
 * policy signs, whole and in its one form. */
const char *evd_alarm_key_refuses(evd_span message, const evd_policy *policy);
EVD_MUST_CHECK evd_err evd_alarm_key_jail(void);

#endif /* EVD_SERVE_ALARM_KEY_H */
