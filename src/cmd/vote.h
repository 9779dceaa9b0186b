/* A remote voter's ballot between sealing and choice.
 *
 * Spec:  doc/board-format.md section 3; record-format 3.10.
 * Layer: L7 cmd.
 *
 * `submit` keeps one secret file: the code and, for a challenge, the opening
 * as challenged.jsonl has it; what it was made from is gone. `cast` and
 * `challenge` take it and erase it.
 */
#ifndef EVD_CMD_VOTE_H
#define EVD_CMD_VOTE_H

#include "cmd/act.h"

typedef struct {
  const char *credential, *ballot;
  evd_act_words act;
} evd_vote_words;

#define EVD_OPT_VOTE(w)                                                        \
  EVD_OPT("credential", (w).credential), EVD_OPT("ballot", (w).ballot),        \
      EVD_OPT("board", (w).act.board), EVD_OPT("policy", (w).act.policy),      \
      EVD_OPT("wait", (w).act.wait), EVD_OPT_OPENS((w).act.secrets)
EVD_MUST_CHECK evd_err evd_vote_needed(const char *verb,
                                       const evd_vote_words *w);

typedef struct {
  const char *verb;
  const evd_vote_words *words;
  evd_look look;
  evd_act act;
  evd_vault *v;
  uint8_t *seed; /* of the credential */
  evd_h32 credential;
  evd_row_credential row; /* what the log knows of it */
  evd_arena arena;        /* wiped when closed */
} evd_vote;

/* The board, and the credential opened, which must be on its roll. Complains.
 * Close in every case. */
EVD_MUST_CHECK evd_err evd_vote_open(evd_vote *x, const char *verb,
                                     const evd_vote_words *w, int until);
void evd_vote_close(evd_vote *x);

/* The secret file: written, never over another one; read; erased. Complain. */
EVD_MUST_CHECK evd_err evd_vote_keep(evd_vote *x, const evd_h32 *H_C,
                                     evd_span opening);
EVD_MUST_CHECK evd_err evd_vote_read(evd_vote *x, evd_h32 *H_C,
                                     evd_span *opening);
EVD_MUST_CHECK evd_err evd_vote_erase(evd_vote *x);

/* Signs an entry with the credential. Close the draft in every case. */
EVD_MUST_CHECK evd_err evd_vote_sign(evd_vote *x, evd_draft *d,
                                     const evd_entry *e,
                                     const evd_span objects[], uint32_t n);
/* Posts it; the receipt goes to BALLOT.<what>.receipt. Complains. */
EVD_MUST_CHECK evd_err evd_vote_post(evd_vote *x, const evd_draft *d,
                                     const char *what);

#endif /* EVD_CMD_VOTE_H */
