/* Keys that sign notes, as files.
 *
 * Spec:  doc/attestation.md, "Keys".
 * Layer: L7 cmd.
 *
 * A key K is two files: K.pub, a line with the public key, and K.key, sealed
 * as guardians' secrets are (K.key.sealed), with the seed and the same line.
 */
#ifndef EVD_CMD_KEY_FILE_H
#define EVD_CMD_KEY_FILE_H

#include "board/note.h"
#include "cmd/secret_options.h"

/* Makes a key with a name and writes both files; neither may be there.
 * Complains. */
EVD_MUST_CHECK evd_err evd_key_file_make(evd_note_key *out, const char *key,
                                         const char *name,
                                         const evd_secret_options *o);
/* The same in a vault that is open. */
EVD_MUST_CHECK evd_err evd_key_file_make_in(evd_note_key *out, const char *key,
                                            const char *name, evd_vault *v);
/* Reads K.pub, or the file at a path. Complains. */
EVD_MUST_CHECK evd_err evd_key_file_public(evd_note_key *out, const char *key);
EVD_MUST_CHECK evd_err evd_key_file_public_at(evd_note_key *out,
                                              const char *path);
/* The seed, in guarded memory that the caller gives back with evd_secret_free,
 * and the public key it belongs to. On an error *seed is NULL. Complains. */
EVD_MUST_CHECK evd_err evd_key_file_seed(uint8_t **seed, evd_note_key *pub,
                                         const char *key, evd_vault *v);
/* Does the secret open, and is it that of K.pub? Complains. */
EVD_MUST_CHECK evd_err evd_key_file_try(const char *key, evd_vault *v);
/* out: the note that this text becomes under the key. What was signed is
 * checked before it is given out. Complains. */
EVD_MUST_CHECK evd_err evd_key_file_sign(evd_buf *out, const char *key,
                                         evd_span text, evd_vault *v);

/* Opens a key's vault by the options --passphrase-fd and --plain-secrets. */
EVD_MUST_CHECK evd_err evd_key_file_vault(evd_vault **v, const char *verb,
                                          const evd_secret_words *w);

#endif /* EVD_CMD_KEY_FILE_H */
