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
} evd_judge_entry;

/* Ends the judgement; sentences of which NULL are left out. */
evd_err evd_judged(evd_judge *j, evd_evidence_verdict v, const char *a,
                   const char *b);
/* The index-th checkpoint, signed by the log; NULL with a judgement in j->out
 * or, where *err is set, without one. */
evd_judge_head *evd_judge_checkpoint(evd_judge *j, uint32_t index,
                                     evd_err *err);
/* The index-th entry, in a tree that the log signed; NULL as above. */
evd_judge_entry *evd_judge_entry_at(evd_judge *j, uint32_t index, evd_err *err);

/* judge_heads.c: M01 to M04, M17; judge_entries.c: M06, M08, M09, M11 */
EVD_MUST_CHECK evd_err evd_judge_heads(evd_judge *j);
EVD_MUST_CHECK evd_err evd_judge_entries(evd_judge *j);

#endif /* EVD_ALARM_JUDGE_H */
