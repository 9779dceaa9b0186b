/* Opening mail ballots with the nonces that their device has kept.
 *
 * Spec:  record-format 5, 6 (mail_<d>_<f>.json).
 * Layer: L7 cmd. SECRET: xi_B, until the arena is closed.
 */
#ifndef EVD_CMD_MAIL_OPENER_H
#define EVD_CMD_MAIL_OPENER_H

#include "cmd/close_index.h"
#include "cmd/record_mail.h"

typedef struct {
  evd_returns returns; /* the ballots to be opened */
  evd_host_group *group;
  evd_arena arena;
} evd_mail_opener;

/* Finds the nonces of this device's challenged ballots in the private folders.
 * Complains. Close in every case. */
EVD_MUST_CHECK evd_err evd_mail_opener_open(evd_mail_opener *o, evd_head *head,
                                            const evd_close_index *index,
                                            uint32_t device, evd_vault *v,
                                            const char *const dirs[],
                                            uint32_t n_dirs);
void evd_mail_opener_close(evd_mail_opener *o);

/* The line of mail_open.jsonl without its LF, of one of those. Complains.
 *   errors  EVD_ERR_PROOF: the nonce does not give the hashes of the record */
EVD_MUST_CHECK evd_err evd_mail_opener_line(evd_mail_opener *o,
                                            const evd_ballot *b, evd_buf *line);

#endif /* EVD_CMD_MAIL_OPENER_H */
