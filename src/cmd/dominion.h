/* A Dominion cast-vote-record export: its manifests, and its cards one by one.
 *
 * Layer: L7 cmd.
 *
 * What the export calls a session holds a voter's sheets as read (Original)
 * and, where people looked again, as they decided (Modified); the one that is
 * current counts. A sheet is a card: one line of plain.jsonl.
 *
 * Shapes
 *   place   position of a contest in ContestManifest.json, from 0; contests
 *           keep this order in the manifest that is written
 */
#ifndef EVD_CMD_DOMINION_H
#define EVD_CMD_DOMINION_H

#include "cmd/import.h"
#include "record/json.h"

typedef struct {
  uint64_t id, vote_for, ranks; /* ranks 0: not ranked */
  evd_str label;
  bool disabled, write_ins; /* write_ins: has write-in candidates */
  uint32_t n_options;       /* candidates that are printed and stand */
  evd_option *options;
  uint64_t cards; /* on how many it occurs (set by the caller) */
  bool overvoted; /* on any of them (set by the caller) */
  uint32_t ind_c; /* 0: in no manifest (set by the caller) */
} evd_dominion_contest;

typedef struct {
  uint64_t id;
  uint32_t place;  /* of its contest */
  uint32_t option; /* from 1; 0: a write-in */
  bool disabled, named;
  evd_str label;
} evd_dominion_candidate;

/* An id of the export and where the element with it stands; sorted by id. */
typedef struct {
  uint64_t id;
  uint32_t at;
} evd_dominion_id;

typedef struct {
  const char *dir;
  evd_source src;
  bool src_open;
  evd_arena arena; /* owns everything below */
  evd_str label;   /* of the election; empty: the export does not say */
  uint64_t date;   /* 20241105; 0: the export does not say */
  uint32_t n_contests, n_candidates, n_types;
  evd_dominion_contest *contests;
  evd_dominion_candidate *candidates;
  evd_str *types; /* ballot types */
  evd_dominion_id *contest_ids, *candidate_ids, *type_ids;
  const char **files; /* CvrExport*.json, in the order of their numbers */
  size_t n_files;
} evd_dominion;

/* Complains, except of EVD_ERR_SPACE. Close in every case. */
EVD_MUST_CHECK evd_err evd_dominion_open(evd_dominion *d, const char *dir);
void evd_dominion_close(evd_dominion *d);

/* Where the element with this id stands; false: nowhere. */
bool evd_dominion_find(const evd_dominion_id ids[], uint32_t n, uint64_t id,
                       uint32_t *at);

/* A file of the export, parsed; *root stays NULL if it is not there and
 * `needed` is false. The caller closes it. Complains. */
EVD_MUST_CHECK evd_err evd_dominion_json(const evd_dominion *d,
                                         const char *name, bool needed,
                                         evd_json **root, evd_arena *a);

/* What became of the marks; every mark is counted in exactly one of the
 * first seven. */
typedef struct {
  uint64_t votes, write_ins, in_overvotes;
  uint64_t lower_ranks, not_votes, out_of_race, doubled;
  uint64_t sessions, adjudicated, cards, empty_cards, contests, overvotes;
  uint64_t overvotes_unseen; /* the export counts some, the marks show none */
  uint64_t contests_out;     /* contests on cards that nobody could vote in */
} evd_dominion_counts;

typedef struct {
  uint32_t place;
  uint32_t *marks; /* n_options of the contest */
  uint32_t n_write_ins;
  evd_span *write_ins;
  bool overvoted;
} evd_dominion_entry;

typedef struct {
  char serial[64]; /* file.session.card of the export */
  uint32_t type;   /* ballot type, position */
  uint64_t paper;  /* 1-based */
  uint32_t n;
  evd_dominion_entry *entries; /* ascending place, each once */
} evd_dominion_card;

typedef evd_err evd_dominion_card_fn(void *self, const evd_dominion_card *c);

/* Hands every card that has a contest to `fn`. Complains. */
EVD_MUST_CHECK evd_err evd_dominion_cards(const evd_dominion *d,
                                          evd_dominion_counts *counts,
                                          evd_dominion_card_fn *fn, void *self);

#endif /* EVD_CMD_DOMINION_H */
