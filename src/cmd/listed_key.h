/* ROLE=K.pub on a command line: a key as the list of SETUP has it.
 *
 * Spec:  doc/board-format.md section 4.
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_LISTED_KEY_H
#define EVD_CMD_LISTED_KEY_H

#include "board/keys.h"
#include "cmd/key_file.h"

/* Reads `admin=K.pub`, `guardian:2=K.pub`; the name is the arena's. An opener
 * gets the X25519 key that belongs to its Ed25519 key. Complains. */
EVD_MUST_CHECK evd_err evd_listed_key_read(evd_board_key *out, const char *verb,
                                           const char *word, evd_arena *a);

#endif /* EVD_CMD_LISTED_KEY_H */
