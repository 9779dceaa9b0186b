/* Signed notes: a text, an empty line, and a line for each signature.
 *
 * Spec:  C2SP signed-note.
 * Layer: L4 board. Public data only; signatures are made in host/signer.h.
 *
 *   text                            ends with a line feed; may have empty lines
 *
 *   EM DASH, space, name, space, base64(id[4] || signature), line feed
 *
 * id, big endian, are the first four bytes of SHA-256(name || 0A || type ||
 * key). A name is not empty and has no space of Unicode and no plus. A key is
 * shown as name+hex(id)+base64(type || key), hex in lower case. Everything is
 * read in one form only: base 64 without superfluous bits.
 */
#ifndef EVD_BOARD_NOTE_H
#define EVD_BOARD_NOTE_H

#include "base/arena.h"
#include "sign/sign.h"

#define EVD_NOTE_NAME_MAX 255 /* of a key; a signature may have any name */
#define EVD_NOTE_SIGS_MAX 100
#define EVD_NOTE_SIG_BYTES_MAX 8192
#define EVD_NOTE_BYTES_MAX ((size_t)1 << 20)
#define EVD_COSIGNATURE_BYTES 72 /* time, 8 bytes, and signature */

/* Types of signature, of those that have a key of 32 bytes. */
enum { EVD_NOTE_ED25519 = 1, EVD_NOTE_COSIGNATURE = 4 };

typedef struct {
  char name[EVD_NOTE_NAME_MAX + 1]; /* zero-ended */
  uint32_t id;
  uint8_t type;
  evd_h32 key;
} evd_note_key;

/* A signature line, as it stands there. */
typedef struct {
  evd_span name;
  uint32_t id;
  evd_span base64; /* of id and signature */
} evd_note_sig;

/* Spans are of the bytes it was read from. */
typedef struct {
  evd_span text;
  uint32_t n_sigs; /* at least 1 */
  evd_note_sig sigs[EVD_NOTE_SIGS_MAX];
} evd_note;

/* Where something is no note, and what was expected there. */
typedef struct {
  uint32_t line; /* from 1 */
  const char *expected;
} evd_note_why;

bool evd_note_name_allowed(evd_span name);

/* errors  EVD_ERR_RULE: the name */
EVD_MUST_CHECK evd_err evd_note_key_make(evd_note_key *out, evd_span name,
                                         uint8_t type, const evd_h32 *key);
/* errors  EVD_ERR_FORM: no key; EVD_ERR_RULE: its id is another, or its type
 *         is not one of the two above */
EVD_MUST_CHECK evd_err evd_note_key_read(evd_note_key *out, evd_span text);
/* One name, type and key? */
bool evd_note_key_same(const evd_note_key *a, const evd_note_key *b);
void evd_note_key_write(evd_buf *out, const evd_note_key *key);

/* Can this be the text of a note? */
bool evd_note_text_allowed(evd_span text);
/* Verifies nothing.
 *   errors  EVD_ERR_FORM */
EVD_MUST_CHECK evd_err evd_note_read(evd_note *out, evd_span bytes,
                                     evd_note_why *why);
/* Exactly n bytes, those behind the id.
 *   errors  EVD_ERR_FORM: it has another length */
EVD_MUST_CHECK evd_err evd_note_sig_bytes(uint8_t *out, size_t n,
                                          const evd_note_sig *sig);
bool evd_note_sig_is_of(const evd_note_sig *sig, const evd_note_key *key);

/* Is the note signed by this key of type EVD_NOTE_ED25519?
 *   errors  EVD_ERR_MISSING: no line has its name and id; EVD_ERR_PROOF: one
 *           that has does not verify */
EVD_MUST_CHECK evd_err evd_note_check_var(const evd_note *note,
                                          const evd_note_key *key);

/* A signature line of n bytes, at most EVD_COSIGNATURE_BYTES, with its line
 * feed. A note is its text, a line feed, and such lines. */
void evd_note_sig_write(evd_buf *out, const evd_note_key *key,
                        const uint8_t *sig, size_t n);

#endif /* EVD_BOARD_NOTE_H */
