/* One reading of a log.
 *
 * Layer: L4 verify. Private to this folder.
 *
 * The log is read once, bundle by bundle. What grows with it: rows of the
 * rules in memory (board/row_table.h), and rows of the view in the scratch.
 */
#ifndef EVD_VERIFY_LOGCHECK_RUN_H
#define EVD_VERIFY_LOGCHECK_RUN_H

#include "board/facts.h"
#include "board/keys.h"
#include "board/objects.h"
#include "board/row_table.h"
#include "board/rules.h"
#include "board/tree_past.h"
#include "egds/hashes.h"
#include "verify/index.h"
#include "verify/logcheck.h"
#include "verify/run.h"

/* X(name, id, what is counted, what must hold) */
#define EVD_LOG_CHECKS(X)                                                      \
  X(L1, "L.1", "checkpoints", "the log signed its checkpoint, by its name")    \
  X(L2, "L.2", "tiles", "entries and tiles are those of the checkpoint")       \
  X(L3, "L.3", "quorums", "enough witnesses have seen the same log")           \
  X(L4, "L.4", "entries", "entries have the one form, and are signed")         \
  X(L5, "L.5", "entries", "everything comes in its phase, and once")           \
  X(L6, "L.6", "entries", "remote ballots are those of voters on the roll")    \
  X(L7, "L.7", "objects", "what entries name is there, and is what they say")  \
  X(L8, "L.8", "files", "the record is what the log says")                     \
  X(L9, "L.9", "entries", "chains of devices are whole, and counts right")     \
  X(L10, "L.10", "heads", "the log goes on from the head seen before")
#define EVD_LOG_CHECK_ENUM(name, id, unit, meaning) EVD_##name##_AT,
typedef enum { EVD_LOG_CHECKS(EVD_LOG_CHECK_ENUM) EVD_N_LOG_CHECKS } evd_l_at;
#undef EVD_LOG_CHECK_ENUM

/* Rows of the view. Numbers are big endian. */
enum {
  /* device 4, index 8, digest 32, length 4 */
  EVD_VIEW_BALLOT_BYTES = 48,
  EVD_VIEW_BALLOT_KEY = 4,
  EVD_VIEW_BALLOT_REF_AT = 12,
  EVD_VIEW_STATE_BYTES = 33, /* id_B 32, state 1 */
  EVD_VIEW_ROLL_BYTES = 41,  /* credential 32, style 4, weight 4, active 1 */
  /* id_B 32, 0 by a guardian or 1 by its own key, digest 32, length 4 */
  EVD_VIEW_OPENED_BYTES = 69,
  EVD_VIEW_OPENED_REF_AT = 33,
  EVD_VIEW_MAIL_BYTES = 100, /* id_B 32, H_C 32, digest 32, length 4 */
  EVD_VIEW_MAIL_CODE_AT = 32,
  EVD_VIEW_MAIL_REF_AT = 64
};

/* What the files of the record are made of. */
typedef struct {
  evd_object_ref parameters, manifest, texts, election_keys, tally_ct, tally,
      contest_data;
  evd_object_ref roll_object; /* of the ROLL commit */
  /* Digests of guardian_<i>.json: in setup/, and zeros or those that were
   * committed to and revealed. */
  evd_h32 guardian[EVD_N_MAX], committed[EVD_N_MAX], revealed[EVD_N_MAX];
  evd_sorter ballots, states, roll, opened, mail_opened, mail_cast;
  uint64_t n_mail_cast; /* of mail_cast, those that are cast in the end */
  evd_index by_device;
  bool ended; /* rows are sorted, nothing is added */

  /* The stream of lines that is open. */
  uint8_t reading; /* 0: none */
  uint64_t at;     /* of by_device */
  uint8_t device[EVD_VIEW_BALLOT_KEY];
  bool first;
  uint8_t last[32]; /* id_B of the opening before */
  size_t max_line_bytes;
  evd_buf line;
  evd_buf data; /* the object contest_data; its lines begin at `at` */
} evd_logview;

/* The object of a BALLOT, looked at before the entry's turn. */
typedef struct {
  bool there;          /* with this digest; else it is read in its turn */
  bool starts, ends;   /* as the entry says */
  evd_sign_key signer; /* that it was compared with */
} evd_l_ballot;

/* An entry that was read, and what can be said of it before its turn. */
typedef struct {
  evd_span bytes;
  evd_h32 leaf;
  evd_entry_read read;
  const char *what; /* why it is none; NULL: it is one */
  evd_rules_signed ahead;
  evd_l_ballot ballot;
  evd_err err; /* of looking at it before its turn */
} evd_l_entry;

/* So many bundles are read at a time. */
enum { EVD_L_BUNDLES = 8, EVD_L_ENTRIES = EVD_L_BUNDLES * EVD_TILE_WIDTH };

struct evd_logcheck {
  evd_logcheck_how how;
  evd_logcheck_report rep;
  evd_arena *a;
  evd_group G;
  evd_buf bundles[EVD_L_BUNDLES], tile, object, text;
  evd_l_entry *entries; /* EVD_L_ENTRIES: those of the bundles */
  uint32_t n_entries;
  bool no_space, no_read; /* nothing passes */
  bool lost;              /* entries are not read any more */
  bool whole;             /* the log was read to its end */

  bool has_checkpoint, has_policy;
  evd_checkpoint c;
  evd_policy policy;
  evd_policy_verdict judged;

  evd_tree_past past; /* the tree, and what it was */
  bool has_old;
  evd_log_head old; /* that the reader kept */

  bool has_rules;
  bool says_closed; /* CLOSE stands there, whether the rules took it or not */
  evd_entry setup;
  evd_parameters par;
  evd_manifest man;
  evd_board_keys board_keys;
  evd_row_table rows;
  evd_rules rules;
  evd_logview view;
};

/* ---- logcheck.c ---- */
void evd_l_saw(evd_logcheck *l, evd_l_at c, uint64_t n);
/* where: zero-ended text for people */
void evd_l_fault(evd_logcheck *l, evd_l_at c, const char *where,
                 const char *what);
/* "entry 12 (BALLOT)"; type 0: without a name. */
void evd_l_fault_at(evd_logcheck *l, evd_l_at c, uint64_t index, uint32_t type,
                    const char *what);
void evd_l_block(evd_logcheck *l, evd_l_at from, evd_l_at to,
                 const char *reason);
/* A file that could not be read: the board's fault (a finding of c), or that
 * of this machine or the way there. */
void evd_l_unread(evd_logcheck *l, evd_l_at c, const char *path, evd_err e);
/* Notes what ran full; EVD_OK and others pass through. */
evd_err evd_l_trouble(evd_logcheck *l, evd_err e);
/* A copy in the arena; NULL notes that it is full. */
bool evd_l_keep(evd_logcheck *l, evd_span *out, const evd_buf *from);

/* ---- logcheck_walk.c ---- */
/* From the first entry to the last; false: a part of the log is not known. */
bool evd_l_walk(evd_logcheck *l);
/* Has something run full, or is not to be read? */
bool evd_l_stopped(const evd_logcheck *l);

/* ---- the checks ---- */
void evd_l01_checkpoint(evd_logcheck *l); /* and the policy */
void evd_l02_leaf(evd_logcheck *l, const evd_h32 *leaf);
void evd_l02_end(evd_logcheck *l);
void evd_l03_quorum(evd_logcheck *l);
/* L.4, L.5, L.6, L.9 by the rules, L.7 of what it names, and the view. */
void evd_l04_entry(evd_logcheck *l, uint64_t index, const evd_l_entry *x);
/* SETUP of index 0: the rules begin. False: they cannot. */
bool evd_l04_begin(evd_logcheck *l, const evd_entry_read *e);
/* The objects of an entry that was taken. */
void evd_l07_objects(evd_logcheck *l, uint64_t index, const evd_l_entry *x);
/* Before its turn, after its signatures; by any thread. */
void evd_l07_ahead(const evd_logcheck *l, evd_l_entry *x);
void evd_l07_setup_files(evd_logcheck *l);
/* What guardians committed to, revealed, and KEYS names. */
void evd_l07_ceremony(evd_logcheck *l, uint64_t index, const evd_entry *e,
                      evd_span parts);
void evd_l07_guardians(evd_logcheck *l, uint64_t index, const evd_entry *e);
void evd_l10_before(evd_logcheck *l);
void evd_l10_head(evd_logcheck *l);

/* ---- view.c ---- */
EVD_MUST_CHECK evd_err evd_logview_begin(evd_logcheck *l);
/* After an entry was taken. */
EVD_MUST_CHECK evd_err evd_logview_entry(evd_logcheck *l, uint64_t index,
                                         const evd_entry_read *e);
/* Lines of the ROLL commit's object that are not active. */
EVD_MUST_CHECK evd_err evd_logview_roll(evd_logcheck *l, evd_span roll);
/* After the last entry: states and roll come from the rows of the rules. */
EVD_MUST_CHECK evd_err evd_logview_end(evd_logcheck *l);
void evd_logview_close(evd_logview *v);
/* The reference that stands at `row`. */
void evd_logview_ref(const uint8_t *row, evd_object_ref *out);
/* The row of a ballot that the rules took.
 *   errors  EVD_ERR_RULE: there is none */
EVD_MUST_CHECK evd_err evd_logview_ballot(const evd_logcheck *l,
                                          const evd_h32 *H_C,
                                          evd_row_ballot *b);
/* "setup/guardians/guardian_3.json" */
void evd_guardian_path(char out[EVD_BOARD_PATH_BYTES], const char *before,
                       uint32_t i);

#endif /* EVD_VERIFY_LOGCHECK_RUN_H */
