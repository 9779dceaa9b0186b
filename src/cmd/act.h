/* Acts: entries of the log that officials sign, alone or several.
 *
 * Spec:  doc/board-format.md section 3, doc/board-server.md section 2.
 * Layer: L7 cmd.
 *
 * Every verb of an act makes its entry from what it sees itself: the record,
 * the log. With --draft the entry waits in a file for the signatures it lacks:
 * each signer runs the same verb on the same file with an own key, and one
 * whose own view gives another entry refuses to sign. The last one, or
 * whoever has the complete draft, posts it.
 */
#ifndef EVD_CMD_ACT_H
#define EVD_CMD_ACT_H

#include "board/entry.h"
#include "board/objects.h"
#include "board/policy.h"
#include "cmd/secret_options.h"
#include "host/signer.h"
#include "steps/draft.h"
#include "steps/look.h"
#include "steps/submit.h"

#define EVD_ACT_KEYS_MAX 64

typedef struct {
  const char *board, *policy, *draft, *receipt, *wait;
  const char *keys[EVD_ACT_KEYS_MAX];
  uint32_t n_keys;
  evd_secret_words secrets;
} evd_act_words;

/* Rows for the table of evd_args. */
#define EVD_OPT_ACT(w)                                                         \
  EVD_OPT("board", (w).board), EVD_OPT("policy", (w).policy),                  \
      EVD_OPT("draft", (w).draft), EVD_OPT("receipt", (w).receipt),            \
      EVD_OPT("wait", (w).wait),                                               \
      EVD_OPT_LIST("key", (w).keys, EVD_ACT_KEYS_MAX, (w).n_keys),             \
      EVD_OPT_OPENS((w).secrets)

/* Where an act goes. */
typedef struct {
  const char *verb;
  const evd_act_words *words;
  evd_draft_frame frame;
  const evd_policy *policy; /* what its receipt is judged by */
} evd_act;

/* --board and what it shows, until OPEN or all of it. Complains; close the
 * look in every case. */
EVD_MUST_CHECK evd_err evd_act_look(evd_act *act, evd_look *l, const char *verb,
                                    const evd_act_words *w, int until);
/* The same, where `see` is shown what is taken. */
EVD_MUST_CHECK evd_err evd_act_look_at(evd_act *act, evd_look *l,
                                       const char *verb, const evd_act_words *w,
                                       int until, evd_look_fn *see, void *self);
/* An act on what was looked at. */
evd_act evd_act_on(const evd_look *l, const char *verb, const evd_act_words *w);

/* Draft, signatures, and the board: as far as it comes with what was given.
 * Says what it did. Complains; then no file has changed and nothing was
 * posted. */
EVD_MUST_CHECK evd_err evd_act_do(const evd_act *act, const evd_entry *e,
                                  const evd_span objects[], uint32_t n);

/* The entry that a verb makes of what it sees. */
typedef struct {
  evd_entry e; /* the slot is there */
  evd_span objects[EVD_ENTRY_OBJECTS_MAX];
  uint32_t n;
  bool spoiled_by_admins; /* a SPOIL, after CLOSE */
} evd_made;
typedef evd_err evd_make_fn(void *self, evd_look *l, evd_made *out);

/* All of it: looks at the whole log, has the entry made, and does it.
 * Complains. */
EVD_MUST_CHECK evd_err evd_act_run(const char *verb, const evd_act_words *w,
                                   evd_make_fn *make, void *self);

/* The same, where `see` (with the same self) is shown the log before. */
EVD_MUST_CHECK evd_err evd_act_run_seeing(const char *verb,
                                          const evd_act_words *w,
                                          evd_look_fn *see, evd_make_fn *make,
                                          void *self);

/* An entry that one key signs, at once: made, signed with this seed, posted.
 * `path`: as in evd_act_post; `who`: as in evd_draft_sign. Complains. */
EVD_MUST_CHECK evd_err evd_act_alone(const evd_act *act, const evd_made *made,
                                     const uint8_t seed[EVD_SEED_BYTES],
                                     const char *who, const char *path);

/* Posts items as evd_submit, and keeps the receipts at `path` (NULL: nowhere).
 * Complains. */
EVD_MUST_CHECK evd_err evd_act_post(const evd_act *act, evd_span items,
                                    const char *path);

#endif /* EVD_CMD_ACT_H */
