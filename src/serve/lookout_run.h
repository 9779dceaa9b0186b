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
#include "steps/head.h"

/* What `own` has rows about. */
enum {
  EVD_OWN_ALPHA = 1, /* digest of an encryption: the index of its BALLOT */
  EVD_OWN_ATTEST,    /* a key that attests: an empty row */
  EVD_OWN_BALLOT,    /* H_C: the index of its BALLOT */
  EVD_OWN_ID         /* id_B: the index of the first BALLOT */
};

#define EVD_LOOKOUT_WRONG 16
enum { EVD_SHARE_STEPS = 7 }; /* numbers from 1 */

struct evd_lookout {
  evd_lookout_plan plan;
  evd_lookout_state seen;
  evd_arena arena;
  evd_policy policy;
  uint64_t now;
  evd_buf note, bytes, evidence, objects, sentence;
  evd_buf older, more;             /* a bundle, an object: of evidence */
  evd_tile older_tile;             /* width 0: none */
  uint8_t raised[EVD_ALARM_CODES]; /* in this look */

  /* The head that was believed last. */
  evd_log_head last;
  evd_buf last_note;

  /* What the server had, and when it said so. */
  uint64_t taken, taken_at;

  /* Tiles that were wrong; further ones are told once. */
  uint32_t n_wrong;
  evd_tile wrong[EVD_LOOKOUT_WRONG];

  /* Entries so far. */
  evd_tree tree;
  evd_tree_past past; /* the same, and what it was */
  bool has_rules, has_keys;
  evd_entry setup, keys;           /* keys: if tables */
  uint64_t keys_index, open_index; /* 0: not there */
  evd_rules rules;
  evd_row_table rows, own; /* of the rules; EVD_OWN_.. */
  evd_parameters par;
  evd_manifest man;
  evd_group hashes;       /* for hashes only */
  evd_host_group *tables; /* NULL: no keys yet */
  evd_h32 H_E;

  /* What guardians decrypt, and their answers so far; length 0: none. */
  evd_object_ref tally, result, shares[EVD_N_MAX + 1][EVD_SHARE_STEPS];
  bool has_guardians;
  evd_head count_head; /* parameters, manifest, keys: those of the watch */
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

/* ---- lookout_evidence.c: what goes with the alarm that is raised next. Where
 * a part cannot be had, there is less or nothing. ---- */
/* The entry at `index`, below the head; valid until the next call. */
bool evd_lookout_entry(evd_lookout *w, uint64_t index, evd_span *out);
/* Is an alarm of this code still told? Evidence is made of those only. */
bool evd_lookout_tells(const evd_lookout *w, evd_alarm_code code);
void evd_lookout_about_one(evd_lookout *w, evd_alarm_code code, uint64_t index);
/* With the entry before it that contradicts it. False: there is none. */
bool evd_lookout_about_two(evd_lookout *w, evd_alarm_code code, uint64_t index,
                           const evd_entry *e);
void evd_lookout_about_signer(evd_lookout *w, uint64_t index);
/* An object that the entry at `index` names, as it is served. */
void evd_lookout_about_object(evd_lookout *w, uint64_t index,
                              const evd_object_ref *ref);
/* A SHARE, RESULT or CONTEST_DATA that does not hold. */
void evd_lookout_about_count(evd_lookout *w, uint64_t index);
/* Ballots and what they are judged by; other: UINT64_MAX: none. */
void evd_lookout_about_ballots(evd_lookout *w, evd_alarm_code code,
                               uint64_t index, uint64_t other);
/* The tile of hashes in w->objects is not that of the bundle in w->bytes. */
void evd_lookout_about_tile(evd_lookout *w, const evd_tile *t,
                            const evd_h32 *leaves);
/* A tile or bundle of the head of `note` that is not there, or no such file. */
void evd_lookout_about_no_tile(evd_lookout *w, const evd_tile *t,
                               const evd_buf *note);

/* ---- lookout_tiles.c ---- */
/* Are the tiles above the entries those of the entries, which make the head?
 * Those that are other ones than with `before` entries, and those that were
 * wrong. */
void evd_lookout_tiles(evd_lookout *w, uint64_t before);

/* This one is compared in every look until it is right. */
void evd_lookout_look_again(evd_lookout *w, const evd_tile *t);

/* The tiles that a proof was made from. */
#define EVD_LOOKOUT_TILES 64
typedef struct {
  evd_tile_reader from;
  uint32_t n;
  evd_tile at[EVD_LOOKOUT_TILES], missing; /* width 0: none */
} evd_lookout_seen_tiles;
/* A reader of the board's tiles that remembers them; borrowed. */
evd_tile_reader evd_lookout_see_tiles(evd_lookout *w,
                                      evd_lookout_seen_tiles *seen);
/* These tiles do not make this head: evidence, and the one that is missing or
 * wrong; width 0: not known which. */
evd_tile evd_lookout_about_growth(evd_lookout *w,
                                  const evd_lookout_seen_tiles *seen,
                                  const evd_log_head *head,
                                  const evd_buf *note);

/* ---- lookout_ballots.c ---- */
/* The object of the BALLOT e in w->objects.
 *   errors  EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_lookout_ballot(evd_lookout *w, uint64_t index,
                                          const evd_entry *e);
/* The same of a MAIL_CAST or OPENING. */
EVD_MUST_CHECK evd_err evd_lookout_of_ballot(evd_lookout *w, uint64_t index,
                                             const evd_entry *e);

/* ---- lookout_count.c ---- */
/* A TALLY, SHARE, RESULT or CONTEST_DATA, whose object is in w->objects.
 *   errors  EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_lookout_count(evd_lookout *w, uint64_t index,
                                         const evd_entry *e);

/* ---- lookout_objects.c ---- */
/* What an entry that was taken names.
 *   errors  EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_lookout_objects(evd_lookout *w, uint64_t index,
                                           const evd_entry *e);
/* An ALARM entry: by whom. */
void evd_lookout_alarm(evd_lookout *w, const evd_entry_read *e);
/* SETUP: the rules begin.
 *   errors  EVD_ERR_REFUSED: they cannot; lamps say why; EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_lookout_begin(evd_lookout *w,
                                         const evd_entry_read *e);

#endif /* EVD_SERVE_LOOKOUT_RUN_H */
