/* What both forms of the report share.
 *
 * Layer: L4 verify. Private to this folder.
 */
#ifndef EVD_VERIFY_REPORT_H
#define EVD_VERIFY_REPORT_H

#include "verify/verify.h"

const char *evd_verdict_text(evd_verdict v);
const char *evd_stage_text(evd_stage s);
/* The sentence that the report ends with, without a newline. */
void evd_report_closing(evd_buf *out, const evd_report *r);

#endif /* EVD_VERIFY_REPORT_H */
