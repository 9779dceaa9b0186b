/* What a log's own objects say about its rules.
 *
 * Spec:  doc/board-format.md sections 3 to 5; record-format 3.1, 3.2, 3.13.
 * Layer: L4 board. Public data only.
 */
#ifndef EVD_BOARD_FACTS_H
#define EVD_BOARD_FACTS_H

#include "board/rules.h"
#include "record/record.h"

/* From the objects that SETUP names. G is for hashes only and is borrowed, as
 * the manifest is; the devices are the arena's.
 *   errors  EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_facts_of(evd_rules_facts *out, const evd_group *G,
                                    const evd_parameters *p,
                                    const evd_manifest *m, evd_arena *a);

/* Is its index one of a guardian, a device, a site of this election, or 0 for
 * a role that has none? */
bool evd_key_of_election(const evd_rules_facts *f, const evd_board_key *key);

/* The keys that SETUP names: one for each guardian, at most one for a device,
 * and admin_k admins or more.
 *   errors  EVD_ERR_REFUSED: *what says what was expected, static text */
EVD_MUST_CHECK evd_err evd_setup_keys_check(const evd_rules_facts *f,
                                            const evd_board_keys *keys,
                                            uint8_t admin_k, const char **what);

/* After a ROLL commit that was taken: its object, line by line; the active
 * ones become credentials.
 *   errors  EVD_ERR_REFUSED: *why says why, and the rows are lost: the caller
 *           takes back what it did since before the entry; of the store */
EVD_MUST_CHECK evd_err evd_rules_roll(evd_rules *r, const evd_entry *commit,
                                      evd_span roll, evd_refusal *why);

/* Profiles of SETUP: what is asked of the witnesses. */
enum { EVD_PROFILE_STRICT = 1, EVD_PROFILE_SMALL, EVD_PROFILE_NONE };

/* Does the policy fit the profile of SETUP?
 *   errors  EVD_ERR_REFUSED: *what says what was expected, static text;
 *           EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_profile_check(uint8_t profile, evd_span policy,
                                         evd_arena *a, const char **what);

#endif /* EVD_BOARD_FACTS_H */
