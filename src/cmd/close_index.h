/* What closing needs to know of every ballot, and in which state it ends.
 *
 * Spec:  record-format 3.6, 3.7, 3.13, X.11, X.15, X.18.
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_CLOSE_INDEX_H
#define EVD_CMD_CLOSE_INDEX_H

#include "cmd/ballots.h"

typedef struct {
  evd_h32 id_B, H_C, credential;
  uint64_t order; /* in reading order, from 0 */
  uint32_t device, style, weight;
  bool remote, mail;
  bool listed; /* its state was given by a list, or by being recorded */
  evd_state_word state;
} evd_close_row;

typedef struct {
  evd_close_row *rows; /* in reading order */
  size_t n, room;
  evd_close_row **by_code, **by_id; /* made by evd_close_sort */
  evd_arena *arena;
} evd_close_index;

void evd_close_init(evd_close_index *x, evd_arena *a);
/* Adds a ballot: as cast, or one for the mail as spoiled, since it has not
 * come back. Complains. */
EVD_MUST_CHECK evd_err evd_close_add(evd_close_index *x, const evd_ballot *b);
/* Sorts; refuses two ballots with one id_B or one code (5.A, X.10). */
EVD_MUST_CHECK evd_err evd_close_sort(evd_close_index *x);
/* The ballot of this id_B, or NULL. */
evd_close_row *evd_close_find(const evd_close_index *x, const evd_h32 *id_B);
/* Mail ballots that came back are cast: the lines of mail_cast.jsonl. Each has
 * to be one of them. Complains. */
EVD_MUST_CHECK evd_err evd_close_mail(evd_close_index *x, evd_head *h);
/* Reads a list of confirmation codes, one a line, and gives those ballots
 * the state. Unknown and doubly listed codes are refused by line. */
EVD_MUST_CHECK evd_err evd_close_list(evd_close_index *x, const char *path,
                                      evd_state_word state);
/* Reads the roll into ascending order and judges the remote ballots: on the
 * roll, active, its style and weight, one cast ballot each. With `revote` the
 * earlier cast ballots of a credential become superseded. */
EVD_MUST_CHECK evd_err evd_close_roll(evd_close_index *x, const char *path,
                                      bool revote, evd_roll_line **roll,
                                      size_t *n);

#endif /* EVD_CMD_CLOSE_INDEX_H */
