/* Is right what guardians decrypted: their answers, the result, the contest
 * data?
 *
 * Spec:  EGDS 2.1.0 section 3.6, Verifications 10 to 12, Note 3.7; X.1, X.2,
 *        X.12, X.14, X.16 of record-format 4, its sections 3.9, 3.11 and 6.
 * Layer: L6 steps. Public data only. What needs all ballots (that the tally
 *        is their sum) is seen from the whole record.
 *
 * Errors of all judges: EVD_ERR_PROOF: why names the checks that fail, as of
 * steps/judge.h; EVD_ERR_FORM, EVD_ERR_PARSE, EVD_ERR_FAIL: why says what is
 * wrong; EVD_ERR_SPACE.
 */
#ifndef EVD_STEPS_JUDGE_COUNT_H
#define EVD_STEPS_JUDGE_COUNT_H

#include "egds/decrypt.h"
#include "steps/head.h"

/* What they have to decrypt. */
typedef struct {
  const evd_group *G;   /* with tables of the election's keys */
  const evd_head *head; /* with keys */
  evd_tally_ct ct;      /* arena memory */
} evd_count;

/* Reads tally_encrypted.json, which has the contests and fields of the
 * manifest. */
EVD_MUST_CHECK evd_err evd_count_read(evd_count *out, const evd_group *G,
                                      const evd_head *head, evd_span bytes,
                                      evd_why *why, evd_arena *a);
/* Does it have the contests and fields of the manifest? */
bool evd_count_fits(const evd_tally_ct *t, const evd_manifest *m);
/* Is it never decrypted, for too few voted in it or in one of its group? */
bool evd_count_withheld(const evd_count *c, uint32_t ind_c);

/* ---- tally.json ---- */
EVD_MUST_CHECK evd_err evd_result_judge(const evd_count *c, evd_span bytes,
                                        evd_tally *out, evd_why *why,
                                        evd_arena *a);

/* ---- contest data ---- */
/* What lies in contest ind_c of a ballot, which is cast or not, if it may be
 * opened by the result; C1 is the ballot's. */
EVD_MUST_CHECK evd_err evd_data_item(const evd_count *c, const evd_tally *t,
                                     const evd_ballot *b, bool cast,
                                     uint32_t ind_c, evd_item *out,
                                     evd_why *why);
/* A line of contest_data.jsonl about that item. */
EVD_MUST_CHECK evd_err evd_data_judge(const evd_count *c, const evd_item *it,
                                      const evd_contest_data *d, evd_why *why);

/* ---- decrypt_<round>_<i>.json ---- */
typedef struct {
  void *self;
  /* Guardian i's answer of an earlier round. EVD_ERR_MISSING: not known, and
   * what it would show is not judged. */
  evd_err (*answer)(void *self, uint32_t round, uint32_t i, evd_span *out);
  /* The data item of this name, valid until the next; as evd_data_item. */
  evd_err (*item)(void *self, const evd_round_item *name, evd_item *out,
                  evd_why *why);
} evd_share_from;

/* Guardian i's answer of a round about the tally, or the contest data. */
EVD_MUST_CHECK evd_err evd_share_judge(const evd_count *c, bool data,
                                       uint32_t round, uint32_t i,
                                       evd_span bytes,
                                       const evd_share_from *from, evd_why *why,
                                       evd_arena *a);

#endif /* EVD_STEPS_JUDGE_COUNT_H */
