/* The private objects of a guardian and of who makes mail ballots, in their
 * one byte form.
 *
 * Spec:  record-format section 6.
 * Layer: L7 cmd.
 *
 * They are read by a fixed scanner in constant memory: no parser with an
 * allocator of its own ever sees a secret. Every other byte form is
 * EVD_ERR_FORM.
 */
#ifndef EVD_CMD_SECRET_FILES_H
#define EVD_CMD_SECRET_FILES_H

#include "base/arena.h"
#include "egds/keys.h"

/* SECRET: all a guardian keeps. */
typedef struct {
  uint32_t i;
  evd_h32 H_E;
  evd_zq_sec z, z_hat; /* [24] */
} evd_guardian_key;

/* guardian_<i>.ceremony.json; the arrays of `out` are shaped for k. */
void evd_ceremony_secret_write(evd_buf *out, const evd_guardian_sec *in);
EVD_MUST_CHECK evd_err evd_ceremony_secret_read(evd_guardian_sec *out,
                                                evd_span bytes);
/* guardian_<i>.key.json */
void evd_guardian_key_write(evd_buf *out, const evd_guardian_key *in);
EVD_MUST_CHECK evd_err evd_guardian_key_read(evd_guardian_key *out,
                                             evd_span bytes);
void evd_guardian_key_wipe(evd_guardian_key *key);

/* SECRET: what the recording tool makes the vectors of a mail ballot from. */
typedef struct {
  evd_h32 id_B, xi_B;
} evd_mail_secret;
/* mail_<device>_<first>.json: the ballots first, first + 1, .. of a device. */
typedef struct {
  evd_h32 H_E;
  uint32_t device, first, n;
  evd_mail_secret *ballots;
} evd_mail_batch;
void evd_mail_batch_name(char out[64], uint32_t device, uint32_t first);
void evd_mail_batch_write(evd_buf *out, const evd_mail_batch *in);
/* The ballots lie in arena memory, which wipes them when it is closed. */
EVD_MUST_CHECK evd_err evd_mail_batch_read(evd_mail_batch *out, evd_span bytes,
                                           evd_arena *a);

#endif /* EVD_CMD_SECRET_FILES_H */
