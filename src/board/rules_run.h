/* One entry on its way through the rules.
 *
 * Layer: L4 board. Private to this folder.
 *
 * Every taker first checks and then writes: what is refused has changed
 * nothing.
 */
#ifndef EVD_BOARD_RULES_RUN_H
#define EVD_BOARD_RULES_RUN_H

#include "board/rules.h"

/* Who signed: how many of each role, and the last of them. */
typedef struct {
  uint32_t n, admins, guardians, devices, poll_workers, registrars, audits,
      releases, monitors, credentials;
  uint32_t guardian, device, site;
  evd_sign_key last;
} evd_signers;

typedef struct {
  evd_rules *r;
  const evd_entry *e;
  const evd_entry_read *read;
  const evd_h32 *leaf;
  const evd_rules_signed *ahead; /* NULL: none was verified before */
  evd_signers by;
  evd_refusal *why;
} evd_taking;

evd_err evd_refuse(evd_taking *t, evd_l_code code, const char *what);
#define EVD_NEED(t, condition, code, what)                                     \
  do {                                                                         \
    if (!(condition))                                                          \
      return evd_refuse((t), (code), (what));                                  \
  } while (0)

/* rules_sign.c: resolves and verifies every signature. */
EVD_MUST_CHECK evd_err evd_rules_signers(evd_taking *t);
/* Exactly admin_k admins and nobody else? */
bool evd_by_admins(const evd_taking *t);

/* rules_keys.c */
EVD_MUST_CHECK evd_err evd_take_key(evd_taking *t);

/* rules_tally.c */
EVD_MUST_CHECK evd_err evd_take_tally(evd_taking *t);
EVD_MUST_CHECK evd_err evd_take_share(evd_taking *t);
EVD_MUST_CHECK evd_err evd_take_result(evd_taking *t);
EVD_MUST_CHECK evd_err evd_take_contest_data(evd_taking *t);
EVD_MUST_CHECK evd_err evd_take_attest(evd_taking *t);

/* rules_ballot.c */
EVD_MUST_CHECK evd_err evd_take_ballot(evd_taking *t);
EVD_MUST_CHECK evd_err evd_take_mail_cast(evd_taking *t);
EVD_MUST_CHECK evd_err evd_take_cast(evd_taking *t);
EVD_MUST_CHECK evd_err evd_take_challenge(evd_taking *t);
EVD_MUST_CHECK evd_err evd_take_spoil(evd_taking *t);
EVD_MUST_CHECK evd_err evd_take_adjudicate(evd_taking *t);
EVD_MUST_CHECK evd_err evd_take_opening(evd_taking *t);
/* NULL: there is no such device. */
const evd_rules_device *evd_rules_device_of(const evd_rules *r,
                                            uint32_t device);
/* An active one, or the entry is refused. */
EVD_MUST_CHECK evd_err evd_find_credential(evd_taking *t,
                                           const evd_sign_key *key,
                                           evd_row_credential *c);

/* rules_roll.c */
EVD_MUST_CHECK evd_err evd_take_device(evd_taking *t);
EVD_MUST_CHECK evd_err evd_take_roll(evd_taking *t);

/* rules.c */
EVD_MUST_CHECK evd_err evd_need_admins(evd_taking *t);
bool evd_no_hash(const evd_h32 *h);
/* Is the row there? It is read into `row`, if that is not NULL. */
EVD_MUST_CHECK evd_err evd_row_get(evd_rules *r, uint8_t about,
                                   const evd_h32 *key, void *row, size_t n,
                                   bool *found);
EVD_MUST_CHECK evd_err evd_row_put(evd_rules *r, uint8_t about,
                                   const evd_h32 *key, const void *row,
                                   size_t n);
/* Refuses what stands once and is there; the caller puts it with _mark. */
void evd_once_key(evd_h32 *out, uint32_t type, const void *p, size_t n);
EVD_MUST_CHECK evd_err evd_once_check(evd_taking *t, const evd_h32 *key,
                                      const char *what);
EVD_MUST_CHECK evd_err evd_once_mark(evd_taking *t, const evd_h32 *key);
/* Stands once in the log: checks and marks. */
EVD_MUST_CHECK evd_err evd_once(evd_taking *t, const void *p, size_t n,
                                const char *what);

#endif /* EVD_BOARD_RULES_RUN_H */
