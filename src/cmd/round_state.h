/* round_<i>: what a guardian remembers between the rounds of a decryption.
 *
 * Spec:  record-format section 6; EGDS 2.1.0 eq 87-93, 98-103.
 * Layer: L7 cmd.
 *
 * SECRET until the answer is made: with u_i and the answer to it anybody
 * computes the guardian's key. It is sealed, written before every message
 * leaves, and never belongs in a backup: restored after an answer it would
 * answer a second challenge.
 *
 *   offset  bytes     what (numbers big endian)
 *        0      4     "EVR1"
 *        4      4     stage: 1, 2 sent openings, 3 answered ("spent")
 *        8      4     i
 *       12      4     n_U
 *       16      4     n_items
 *       20     32     inputs: digest of all that is answered
 *       52     32     answered: digest of all openings (stage 3)
 *       84  32 n_U    seen: per guardian of U digest of its d's (from stage 2)
 *        .  1536 n    openings a, b, M per item
 *        .    32 n    stages 1, 2: u per item, SECRET; stage 3: v per item
 */
#ifndef EVD_CMD_ROUND_STATE_H
#define EVD_CMD_ROUND_STATE_H

#include "cmd/secret_options.h"
#include "egds/decrypt.h"

typedef struct {
  uint32_t stage, i, n_U, n_items;
  evd_h32 inputs, answered;
  evd_h32 seen[EVD_N_MAX];
  evd_opening *open; /* n_items, in arena memory: public from round 2 on */
  evd_q *scalars;    /* n_items, in guarded memory: u, or v once spent */
} evd_round_state;

/* Name of the file: round_<i>, or round_<i>_data for contest data. */
void evd_round_state_name(char out[64], uint32_t i, bool data);

/* Zeroed, with room for n_items. */
EVD_MUST_CHECK evd_err evd_round_state_shape(evd_round_state *s,
                                             uint32_t n_items, evd_arena *a);
void evd_round_state_close(evd_round_state *s); /* wipes */

/* EVD_ERR_FORM if the bytes are no state with s->n_items items. */
EVD_MUST_CHECK evd_err evd_round_state_read(evd_round_state *s, evd_span bytes);
EVD_MUST_CHECK evd_err evd_round_state_save(const evd_round_state *s,
                                            evd_vault *v, const char *dir,
                                            const char *name);
/* Erases the state in both forms, sealed and plain; none is fine. */
EVD_MUST_CHECK evd_err evd_round_state_erase(const char *dir, const char *name);

#endif /* EVD_CMD_ROUND_STATE_H */
