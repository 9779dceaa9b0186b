/* The file of sealed ballots of one device while it grows: it goes on with
 * the chain, fixes codes, and is there whole or not at all.
 *
 * Spec:  record-format 3.5, 5.
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_DEVICE_LOG_H
#define EVD_CMD_DEVICE_LOG_H

#include "cmd/cmd.h"
#include "steps/booth.h"

typedef struct {
  evd_head *head;
  const evd_group *G;
  uint32_t device;
  const evd_device *dev;
  uint64_t slot;
  const char *path; /* head's memory */
  uint64_t n_old;   /* ballots that were there */
  evd_out *out;
  evd_buf line; /* of the ballot being written */
  evd_link chain;
} evd_device_log;

/* The device named on the command line and the time slot: --slot N, or by the
 * clock. Complains. Close in every case. */
EVD_MUST_CHECK evd_err evd_device_choose(evd_device_log *d, evd_head *head,
                                         const char *device, const char *slot);
/* Complains if the record is closed. */
EVD_MUST_CHECK evd_err evd_refuse_closed(evd_head *head);
/* Complains if `path` lies inside the record: who can join voters or serials
 * with ballots must not lie in what is published. NULL is fine. */
EVD_MUST_CHECK evd_err evd_keep_outside(const evd_head *head,
                                        const char *option, const char *path);
/* Opens ballots/device_<d>.jsonl, which must not be there unless `append`.
 * Complains. */
EVD_MUST_CHECK evd_err evd_device_log_open(evd_device_log *d,
                                           const evd_group *G, bool append);
/* Puts the ballot on the chain, fixes its code and writes its line. `where`
 * for complaints. */
EVD_MUST_CHECK evd_err evd_device_log_add(evd_device_log *d, evd_ballot *b,
                                          const char *where);
EVD_MUST_CHECK evd_err evd_device_log_commit(evd_device_log *d);
/* Without a commit the folder is as it was. */
void evd_device_log_close(evd_device_log *d);

#endif /* EVD_CMD_DEVICE_LOG_H */
