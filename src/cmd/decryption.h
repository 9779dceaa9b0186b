/* One run of `guardian decrypt`: what is due, what was read for it, and the
 * step taken with the secret.
 *
 * Spec:  EGDS 2.1.0 section 3.6.5, eq 87-93; record-format section 6.
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_DECRYPTION_H
#define EVD_CMD_DECRYPTION_H

#include "cmd/answers.h"
#include "cmd/round_state.h"
#include "cmd/secret_files.h"

typedef struct {
  evd_request rq;
  const char *dir; /* folder of secrets */
  uint32_t i;
  uint32_t due; /* round 1, 2, 3; 4: all sent */
  evd_answers an;
  evd_zq *c; /* challenge per item, round 3 */
  evd_h32 D; /* digest of the closed record */
  evd_pool pool;
  evd_host_group *hg;
  /* only while the secret is open: */
  evd_vault *v;
  evd_guardian_key *key; /* guarded memory */
  evd_round_state st;
  char state_name[64];
} evd_decryption;

/* What is due by the files that this guardian has sent. Refuses when they
 * answer another request; an unfinished exchange is then wiped. */
EVD_MUST_CHECK evd_err evd_decryption_due(evd_decryption *x);
/* Forgets the exchange: the state with its u_i and the files sent. */
EVD_MUST_CHECK evd_err evd_decryption_restart(evd_decryption *x);
/* Reads and checks what the others sent for the due round. */
EVD_MUST_CHECK evd_err evd_decryption_foreign(evd_decryption *x);
/* Takes the due round. The vault is open. */
EVD_MUST_CHECK evd_err evd_decryption_round(evd_decryption *x);

/* The sealed note "verified, digest D". */
EVD_MUST_CHECK evd_err evd_note_check(evd_decryption *x, bool just_verified);
EVD_MUST_CHECK evd_err evd_note_answered(evd_decryption *x);
bool evd_note_exists(const evd_decryption *x);

/* nonce_<i>.json of the challenged ballots; the key is open. */
EVD_MUST_CHECK evd_err evd_nonces_send(evd_decryption *x);
bool evd_nonces_due(evd_decryption *x);
const char *evd_nonces_path(evd_request *r, uint32_t i);

#endif /* EVD_CMD_DECRYPTION_H */
