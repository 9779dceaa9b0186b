/* A log as somebody sees it who is about to write into it.
 *
 * Spec:  doc/board-format.md sections 3 to 5, doc/board-server.md section 1.
 * Layer: L6 steps. Public data only.
 *
 * The checkpoint is signed as the policy of SETUP says, which is the one that
 * the caller demands, if it has one; entries are those of the checkpoint's
 * tree, and each one passes the rules. Or nothing is said at all.
 */
#ifndef EVD_STEPS_LOOK_H
#define EVD_STEPS_LOOK_H

#include "board/files.h"
#include "board/policy.h"
#include "board/row_table.h"
#include "board/rules.h"
#include "board/tree_past.h"
#include "host/host.h"
#include "steps/draft.h"

typedef struct {
  evd_arena arena;   /* owns everything below */
  const char *where; /* URL or folder; borrowed */
  bool is_url;
  evd_board_files files;
  evd_span origin;
  evd_log_head head; /* of the checkpoint */
  evd_policy policy;
  uint32_t n_witnesses; /* that signed the checkpoint */
  evd_entry setup;
  evd_parameters par;
  evd_manifest man;
  evd_group group; /* for hashes only */
  evd_rules rules;
  evd_row_table rows;
  evd_tree tree;        /* entries taken so far */
  evd_tree_past past;   /* the same, and what it was */
  bool has_keys;        /* KEYS was among them */
  evd_h32 H_G, H_E;     /* of KEYS */
  evd_log_head closed;  /* the head as CLOSE was put in; size 0: not closed */
  evd_log_head tallied; /* head of the tally; size 0: none */
  evd_object_ref tally; /* its object */
} evd_look;

/* Called with every entry that is taken; an error ends the look.
 * `object` of an entry is fetched by evd_board_object. */
typedef evd_err evd_look_fn(void *self, const evd_look *l, uint64_t index,
                            const evd_entry_read *e);

/* Reads checkpoint and SETUP. `policy`: a file, or NULL for the one of SETUP.
 * Complains. Close in every case. */
EVD_MUST_CHECK evd_err evd_look_open(evd_look *l, const char *where,
                                     const char *policy);
void evd_look_close(evd_look *l);

/* Takes the entries: all, or until OPEN. `see` may be NULL. Complains. */
enum { EVD_LOOK_ALL, EVD_LOOK_UNTIL_OPEN };
EVD_MUST_CHECK evd_err evd_look_walk(evd_look *l, int until, evd_look_fn *see,
                                     void *self);

/* What drafts for this log are signed for; borrowed from l. */
evd_draft_frame evd_look_frame(const evd_look *l);
/* The time slot of an entry that is made now: by the clock, and not below that
 * of the last one seen. */
uint32_t evd_look_slot(const evd_look *l);
uint32_t evd_slot_now(const evd_manifest *m);
/* The row about a credential. False: it is not on the roll. */
bool evd_look_credential(evd_look *l, const evd_h32 *credential,
                         evd_row_credential *out);
/* The row of the ballot with this code. False: there is none. */
bool evd_look_ballot(evd_look *l, const evd_h32 *H_C, evd_row_ballot *out);

#endif /* EVD_STEPS_LOOK_H */
