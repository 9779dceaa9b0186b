/* What the files of attest and attest check share.
 *
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_ATTEST_H
#define EVD_CMD_ATTEST_H

#include "cmd/act.h"
#include "cmd/paths.h"
#include "cmd/verify_log.h"
#include "verify/attest.h"
#include "verify/verify.h"

/* What is verified: the record of a folder, or, with words about it that say
 * so (evd_is_log), a log and the record in it. */
typedef struct {
  const char *where;
  const evd_verify_log_words *log; /* NULL: it is a record */
} evd_attest_of;

/* Verifies it (evd_verifying_run, evd_verify_log_all). `head` may be NULL and
 * gets what the log's checkpoint said, size 0 of a record. EVD_ERR_INCOMPLETE:
 * there is nothing to attest to. Complains. */
EVD_MUST_CHECK evd_err evd_attest_found(evd_attestation *out,
                                        evd_log_head *head,
                                        const evd_attest_of *what,
                                        const evd_verify_how *how,
                                        uint32_t n_jobs, const char *tmp);

/* Puts the note into the log of w->board, which must be the one that was
 * checked, signed with `key`; keeps the receipt where w->receipt says.
 * Complains. */
EVD_MUST_CHECK evd_err evd_attest_post(const evd_act_words *w, const char *key,
                                       evd_vault *v, const evd_log_head *head,
                                       evd_span note);

/* Finds the ATTEST entry of this note in the log of `board`, which holds to its
 * rules and to the policy (a file), and says where it is: by that key (NULL:
 * whoever's), of a head that the log had. Complains.
 *   errors  EVD_ERR_FAIL: it is not there, or of another head */
EVD_MUST_CHECK evd_err evd_attest_seek(const char *board, const char *policy,
                                       evd_span note, const evd_note_key *key);

#endif /* EVD_CMD_ATTEST_H */
