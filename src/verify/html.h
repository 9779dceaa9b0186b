/* The parts of the page.
 *
 * Layer: L4 verify. Private to this folder; other pages (serve) share text and
 * style.
 */
#ifndef EVD_VERIFY_HTML_H
#define EVD_VERIFY_HTML_H

#include "verify/verify.h"

/* ---- text of others (html_text.c) ---- */

/* As text, whatever it holds: markup is escaped, and what could hide, move or
 * turn around the writing of a page is shown in ASCII. */
void evd_html_text(evd_buf *out, evd_span text);
void evd_html_plain(evd_buf *out, const char *zero_ended);
/* With a capital: "selections are .." -> "Selections are .." */
void evd_html_sentence(evd_buf *out, const char *text);

/* ---- words (html_words.c), equations (html_equations.c), colours
 * (html_style.c): HTML, made here and nowhere else ---- */

enum { EVD_HTML_ITEMS = 3 };

typedef struct {
  const char *title, *lead;
  const char *means[EVD_HTML_ITEMS];     /* NULL: fewer */
  const char *means_not[EVD_HTML_ITEMS]; /* NULL: fewer */
} evd_html_verdict;

/* Checks whose identifier begins with `prefix`, and what they are about. */
typedef struct {
  const char *prefix; /* "6." */
  const char *name;   /* "Verification 6" */
  const char *title;
  const char *about;
  uint32_t page; /* of EGDS 2.1.0; 0: of none */
} evd_html_group;

const evd_html_verdict *evd_html_verdict_words(evd_verdict v, evd_stage s);
/* An item of these, or what takes its place where the log was read, too. */
const char *evd_html_item(const char *item, bool with_log);
/* The groups in the order of the report; NULL behind the last. */
const evd_html_group *evd_html_group_at(size_t i);
/* What a check compares, as the specification writes it; NULL: words only. */
const char *evd_html_equation(const char *id);

void evd_html_style(evd_buf *out);

/* ---- sections (html_checks.c) ---- */

/* What failed, with the first places; nothing if nothing did. */
void evd_html_faults(evd_buf *out, const evd_report *r);
/* Every check, by group. */
void evd_html_checks(evd_buf *out, const evd_report *r);

#endif /* EVD_VERIFY_HTML_H */
