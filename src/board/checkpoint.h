/* Checkpoints: a log says how large it is and what its root is; witnesses say
 * when they saw it grow to there.
 *
 * Spec:  C2SP tlog-checkpoint, tlog-cosignature (Ed25519); doc/board-format.md.
 * Layer: L4 board. Public data only; signatures are made in host/signer.h.
 *
 *   origin LF size LF base64(root) LF       no further lines
 */
#ifndef EVD_BOARD_CHECKPOINT_H
#define EVD_BOARD_CHECKPOINT_H

#include "board/entry.h"
#include "board/note.h"

/* Spans are of the bytes it was read from. */
typedef struct {
  evd_span origin;
  evd_log_head head;
  evd_note note;
} evd_checkpoint;

/* Printable ASCII without space and plus, 1 to 255 bytes. */
bool evd_origin_allowed(evd_span origin);
/* Verifies nothing.
 *   errors  EVD_ERR_FORM */
EVD_MUST_CHECK evd_err evd_checkpoint_read(evd_checkpoint *out, evd_span bytes,
                                           evd_note_why *why);
/* The text that is signed. */
void evd_checkpoint_write(evd_buf *out, evd_span origin,
                          const evd_log_head *head);

/* Is it signed by the log? The key's name is the origin.
 *   errors  as evd_note_check_var; EVD_ERR_RULE: the key has another name */
EVD_MUST_CHECK evd_err evd_checkpoint_check_var(const evd_checkpoint *c,
                                                const evd_note_key *log);

/* What a witness signs: two lines, then the checkpoint's text. */
void evd_cosign_message(evd_buf *out, uint64_t time, evd_span text);
/* Is it cosigned by this key of type EVD_NOTE_COSIGNATURE? *time: POSIX
 * seconds; the latest where there are several lines.
 *   errors  EVD_ERR_MISSING, EVD_ERR_PROOF as evd_note_check_var */
EVD_MUST_CHECK evd_err evd_cosignature_check_var(const evd_note *note,
                                                 const evd_note_key *witness,
                                                 uint64_t *time);

#endif /* EVD_BOARD_CHECKPOINT_H */
