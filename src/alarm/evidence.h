/* Evidence: what an alarm rests on, to be judged with nothing else at hand.
 *
 * Spec:  doc/board-format.md section 6.
 * Layer: L4 alarm. Public data only.
 */
#ifndef EVD_ALARM_EVIDENCE_H
#define EVD_ALARM_EVIDENCE_H

#include "alarm/alarm.h"
#include "base/arena.h"
#include "board/entry.h"
#include "board/parts.h"
#include "board/policy.h"
#include "board/proof.h"
#include "board/tile.h"
#include "board/tree.h"
#include "record/record.h"

#define EVD_EVIDENCE_BYTES_MAX ((size_t)64 << 20)
#define EVD_EVIDENCE_PARTS_MAX 64

/* A line that says which file of the board a part is about. */
#define EVD_PLACE_BYTES_MAX 128
/* "obj/ab/cd/abcd..", or a tile or bundle and the number of what stands in
 * it. */
void evd_evidence_place(evd_buf *out, const char *path);
void evd_evidence_place_in(evd_buf *out, const evd_tile *t, uint32_t number);

/* Spans are of the bytes it was read from. */
typedef struct {
  uint8_t code;
  evd_span origin;
  uint32_t n_parts;
  evd_part parts[EVD_EVIDENCE_PARTS_MAX];
} evd_evidence;

/* The first lines; parts are added with evd_part_write. */
void evd_evidence_begin(evd_buf *out, uint32_t code, evd_span origin);
/* A proof as a part's bytes: a hash a line in base 64. `first` may be NULL. */
void evd_evidence_proof(evd_buf *out, const evd_h32 *first,
                        const evd_tree_proof *proof);
/* errors  EVD_ERR_FORM: *expected says what is not there */
EVD_MUST_CHECK evd_err evd_evidence_read(evd_evidence *out, evd_span bytes,
                                         const char **expected);
/* The index-th part of this name, from 0; NULL: there are not so many. */
const evd_part *evd_evidence_part(const evd_evidence *e, const char *name,
                                  uint32_t index);

/* Can entries a and b not both stand in an honest log, at the indices i < k?
 * M06, M08, M09; false for other codes. Signatures are not looked at. */
bool evd_entries_contradict(evd_alarm_code code, const evd_entry *a, uint64_t i,
                            const evd_entry *b, uint64_t k);

typedef enum {
  EVD_EVIDENCE_SHOWN = 1, /* follows from signatures alone */
  EVD_EVIDENCE_WORD,      /* the rest is the word of who wrote it */
  EVD_EVIDENCE_FALSE      /* does not show what its code says */
} evd_evidence_verdict;

typedef struct {
  evd_evidence_verdict verdict;
  evd_h32 policy;  /* digest of the policy it was judged by */
  char shows[512]; /* one or two sentences, zero-ended */
} evd_judgement;

/* A ballot of the log, and what it is judged by. */
typedef struct {
  const evd_manifest *man;
  const evd_election_keys *keys;
  const evd_h32 *H_E;
  /* Lines. `other` is of the type: an opening, what was selected by mail, or
   * none for a BALLOT. */
  evd_span ballot, other;
  evd_entry_type type;
} evd_ballot_case;

typedef enum {
  EVD_BALLOT_HOLDS = 1, /* and the other line, if there is one */
  EVD_BALLOT_FAILS,     /* why says in what */
  EVD_OTHER_FAILS
} evd_ballot_finding;

/* Judges ballots: evd_evidence_ballot of steps/judge_evidence.h.
 *   errors  EVD_ERR_SPACE; EVD_ERR_MEMBER: the keys are none */
typedef evd_err evd_ballot_judge_fn(evd_ballot_finding *out,
                                    const evd_ballot_case *c, evd_why *why,
                                    evd_arena *a);

/* Judges by the policy in the file: whose policy that is, its digest tells.
 *   ballots  NULL: M07 and M14 stay their writer's word
 *   errors   EVD_ERR_SPACE; EVD_ERR_FORM: a part is not what its name says,
 *            *expected says what was expected */
EVD_MUST_CHECK evd_err evd_evidence_judge(evd_judgement *out,
                                          const evd_evidence *e,
                                          evd_ballot_judge_fn *ballots,
                                          evd_arena *a, const char **expected);

#endif /* EVD_ALARM_EVIDENCE_H */
