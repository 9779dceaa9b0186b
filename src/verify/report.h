/* What the forms of the report share.
 *
 * Layer: L4 verify. Private to this folder.
 */
#ifndef EVD_VERIFY_REPORT_H
#define EVD_VERIFY_REPORT_H

#include "verify/verify.h"

const char *evd_verdict_text(evd_verdict v);
const char *evd_stage_text(evd_stage s);
/* Is it no election? Then the floors of X.4 were not asked of it. */
bool evd_report_trial(const evd_report *r);
/* Ballots whose proofs were checked one by one, in this run. */
uint64_t evd_report_one_by_one(const evd_report *r);
/* The sentence that the report ends with, without a newline. */
void evd_report_closing(evd_buf *out, const evd_report *r);

/* "board.example/x, 71 entries, a head that 3 witnesses have signed" */
void evd_report_log(evd_buf *out, const evd_logcheck_report *log);

/* 1204 -> "1,204" */
void evd_report_number(evd_buf *out, uint64_t n);
/* "1 element", "2 elements"; "1 tally", "2 tallies" */
void evd_report_count(evd_buf *out, uint64_t n, const char *plural);
/* Of a check that failed: "2 failures in 1,204 ballots" */
void evd_report_failed(evd_buf *out, const evd_check *c);

#endif /* EVD_VERIFY_REPORT_H */
