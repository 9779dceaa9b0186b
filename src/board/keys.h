/* Who may sign: the object `keys` of SETUP, as KEY entries change it.
 *
 * Spec:  doc/board-format.md section 4.
 * Layer: L4 board. Public data only.
 */
#ifndef EVD_BOARD_KEYS_H
#define EVD_BOARD_KEYS_H

#include "base/arena.h"
#include "board/entry.h"

/* X(number, name, word). Numbers are for ever. */
#define EVD_ROLES(X)                                                           \
  X(1, ADMIN, "admin")                                                         \
  X(2, GUARDIAN, "guardian")                                                   \
  X(3, REGISTRAR, "registrar")                                                 \
  X(4, DEVICE, "device")                                                       \
  X(5, POLL_WORKER, "poll-worker")                                             \
  X(6, AUDIT, "audit")                                                         \
  X(7, RELEASE, "release")                                                     \
  X(8, MONITOR, "monitor")                                                     \
  X(9, OPENER, "opener")
#define EVD_ROLE_ENUM(number, name, word) EVD_ROLE_##name = (number),
typedef enum { EVD_ROLES(EVD_ROLE_ENUM) } evd_role;
#undef EVD_ROLE_ENUM

/* "poll-worker"; "": no role has this number. */
const char *evd_role_word(evd_role role);

/* May a key of this role have this index? A guardian's or device's, from 1; a
 * poll worker's site, 1 to 65535; 0 for the others. */
bool evd_role_index_ok(evd_role role, uint64_t index);

#define EVD_BOARD_KEYS_MAX 4096
#define EVD_KEY_NAME_BYTES_MAX 200

typedef struct {
  evd_role role;
  uint32_t index; /* guardian, device, site; else 0 */
  evd_sign_key key;
  evd_h32 box_key; /* X25519, of the opener; else zero */
  uint8_t keyid[EVD_KEYID_BYTES];
  bool revoked;
  evd_span name; /* borrowed; none for keys that were added later */
} evd_board_key;

typedef struct {
  evd_board_key *at; /* EVD_BOARD_KEYS_MAX */
  uint32_t n;
} evd_board_keys;

/* Reads the object. Memory from the arena; names are borrowed from text.
 *   errors  EVD_ERR_PARSE: *what and *line say what was expected where;
 *           EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_board_keys_read(evd_board_keys *out, evd_span text,
                                           evd_arena *a, const char **what,
                                           uint32_t *line);
/* Writes them: the one form. */
void evd_board_keys_write(evd_buf *out, const evd_board_keys *k);

/* The key in force with this keyid; NULL: none. */
const evd_board_key *evd_board_key_find(const evd_board_keys *k,
                                        const uint8_t keyid[EVD_KEYID_BYTES]);
/* The key in force that a new one takes the place of: a guardian and a device
 * have one. NULL: none. */
const evd_board_key *evd_board_key_before(const evd_board_keys *k,
                                          const evd_board_key *key);
/* errors  EVD_ERR_EXISTS: this key or its keyid was there before, revoked or
 *         not; EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_board_key_add(evd_board_keys *k,
                                         const evd_board_key *key);
/* errors  EVD_ERR_MISSING: not in force */
EVD_MUST_CHECK evd_err evd_board_key_revoke(evd_board_keys *k,
                                            const evd_sign_key *key);
/* How many keys of a role are in force. */
uint32_t evd_board_keys_of(const evd_board_keys *k, evd_role role);

#endif /* EVD_BOARD_KEYS_H */
