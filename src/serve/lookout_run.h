/* One watch.
 * Layer: L7 serve. Private to lookout*.c.
 */
#ifndef EVD_SERVE_LOOKOUT_RUN_H
#define EVD_SERVE_LOOKOUT_RUN_H

#include "alarm/evidence.h"
#include "board/row_table.h"
#include "board/tile.h"
#include "board/tree_past.h"
#include "host/host.h"
#include "record/record.h"
#include "serve/lookout.h"

/* What `own` has rows about. */
enum {
  EVD_OWN_ALPHA = 1, /* digest of an encryption: the index of its BALLOT */
  EVD_OWN_ATTEST,    /* a key that attests: an empty row */
  EVD_OWN_BALLOT     /* H_C: the index of its BALLOT */
};

struct evd_lookout {
  evd_lookout_plan plan;
  evd_lookout_state seen;
  evd_arena arena;
  evd_policy policy;
  uint64_t now;
  evd_buf note, bytes, evidence, objects, sentence;
  uint8_t raised[EVD_ALARM_CODES]; /* in this look */

  /* The head that was believed last. */
  evd_log_head last;
  evd_buf last_note;

  /* What the server had, and when it said so. */
  uint64_t taken, taken_at;

  /* Entries so far. */
  evd_tree tree;
  evd_tree_past past; /* the same, and what it was */
  bool has_rules, has_keys;
  evd_entry setup;
  uint64_t setup_index;
  evd_rules rules;
  evd_row_table rows, own; /* of the rules; EVD_OWN_.. */
  evd_parameters par;
  evd_manifest man;
  evd_group hashes;       /* for hashes only */
  evd_host_group *tables; /* NULL: no keys yet */
  evd_h32 H_E;
};

/* ---- lookout.c ---- */
/* Puts the lamp on; `evidence` holds what goes with it, n = 0: nothing. */
void evd_lookout_raise(evd_lookout *w, evd_alarm_code code, const char *what);
/* The same about an entry: "entry 12 (BALLOT): what". */
void evd_lookout_raise_at(evd_lookout *w, evd_alarm_code code, uint64_t index,
                          uint32_t type, const char *what);
/* Begins evidence with the policy; w->evidence. */
void evd_lookout_evidence(evd_lookout *w, evd_alarm_code code);
void evd_lookout_part(evd_lookout *w, const char *name, const evd_buf *bytes);

/* ---- lookout_head.c ---- */
/* The checkpoint; true: it is one to go on with. */
bool evd_lookout_head(evd_lookout *w);

/* ---- lookout_entries.c ---- */
/* The entries up to the head.
 *   errors  EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_lookout_entries(evd_lookout *w);
/* Adds the receipt of an entry as a part. False: it cannot be made. */
bool evd_lookout_receipt(evd_lookout *w, uint64_t index, evd_span entry);

/* ---- lookout_objects.c ---- */
/* What an entry that was taken names.
 *   errors  EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_lookout_objects(evd_lookout *w, uint64_t index,
                                           const evd_entry *e);
/* SETUP: the rules begin. False: they cannot; lamps say why. */
bool evd_lookout_begin(evd_lookout *w, const evd_entry_read *e);

#endif /* EVD_SERVE_LOOKOUT_RUN_H */
