/* What the judges of evidence share.
 * Layer: L4 alarm. Private to this folder.
 */
#ifndef EVD_ALARM_JUDGE_H
#define EVD_ALARM_JUDGE_H

#include "alarm/evidence.h"

typedef struct {
  const evd_evidence *e;
  evd_arena *a;
  evd_policy *policy;
  evd_ballot_judge_fn *ballots;
  evd_judgement *out;
  const char *expected;
} evd_judge;

/* A checkpoint that the log has signed. */
typedef struct {
  evd_checkpoint c;
  evd_policy_verdict by;
} evd_judge_head;

/* An entry that the log has shown to hold. */
typedef struct {
  evd_receipt receipt;
  evd_judge_head head;
  evd_entry_read read;
  bool is_entry; /* false: the log has bytes there that are none */
} evd_judge_entry;

/* The election whose ballots are judged. */
typedef struct {
  evd_manifest man;
  evd_election_keys keys;
  evd_h32 H_E;
} evd_judge_election;

/* Ends the judgement; sentences of which NULL are left out. */
evd_err evd_judged(evd_judge *j, evd_evidence_verdict v, const char *a,
                   const char *b);
/* The index-th checkpoint, signed by the log; NULL with a judgement in j->out
 * or, where *err is set, without one. */
evd_judge_head *evd_judge_checkpoint(evd_judge *j, uint32_t index,
                                     evd_err *err);
/* The index-th entry, in a tree that the log signed; NULL as above. */
evd_judge_entry *evd_judge_entry_at(evd_judge *j, uint32_t index, evd_err *err);
/* The same, of this type. */
evd_judge_entry *evd_judge_entry_of(evd_judge *j, uint32_t index,
                                    evd_entry_type type, evd_err *err);
/* The same, whatever bytes stand there. */
evd_judge_entry *evd_judge_leaf_at(evd_judge *j, uint32_t index, evd_err *err);
/* The part `object` that this names; NULL: none. */
const evd_part *evd_judge_object(const evd_judge *j, const char *kind,
                                 const evd_object_ref *ref);
/* The part `proof`: a hash, then a proof. */
bool evd_judge_proof(evd_judge *j, evd_h32 *first, evd_tree_proof *proof);
/* A part is not there, or not what its name says. */
evd_err evd_judge_expected(evd_judge *j, const char *expected);
/* The manifest of SETUP, the index-th entry; only where j->out has no
 * judgement then. */
EVD_MUST_CHECK evd_err evd_judge_manifest(evd_judge *j, uint32_t index,
                                          evd_manifest *out);

/* The judges end in a judgement; where an error is returned, or *out is 0,
 * they could not. */
/* judge_heads.c: M01 to M04, M17 */
EVD_MUST_CHECK evd_err evd_judge_heads(evd_judge *j);
/* judge_entries.c: M06, M08, M09 */
EVD_MUST_CHECK evd_err evd_judge_entries(evd_judge *j);
/* judge_signers.c: M11 */
EVD_MUST_CHECK evd_err evd_judge_signers(evd_judge *j);
/* judge_files.c: M05 */
EVD_MUST_CHECK evd_err evd_judge_files(evd_judge *j);
/* judge_ballots.c: M07, M14, M20 */
EVD_MUST_CHECK evd_err evd_judge_ballots(evd_judge *j);

#endif /* EVD_ALARM_JUDGE_H */
