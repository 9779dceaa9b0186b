/* The report as a page: for people who want to know what was found, and for
 * those who want to know how.
 *
 * Layer: L4 verify. Pure.
 *
 * One file that needs nothing else: no script, no font, no image, no address.
 * What comes from the record is shown as text, whatever it holds.
 */
#ifndef EVD_VERIFY_REPORT_HTML_H
#define EVD_VERIFY_REPORT_HTML_H

#include "verify/verify.h"

/* What a report does not know itself; texts are plain, NULL: not said. */
typedef struct {
  const char *verifier;  /* "Evident 0.1.0" */
  const char *when;      /* "2026-11-22 10:12 UTC" */
  const char *how;       /* the way that was taken: "kernel adx, 2 threads" */
  uint64_t milliseconds; /* the whole verification took */
} evd_html_facts;

void evd_report_html(evd_buf *out, const evd_report *r,
                     const evd_html_facts *facts);

#endif /* EVD_VERIFY_REPORT_HTML_H */
