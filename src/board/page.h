/* Text out of a page that somebody saved.
 *
 * Layer: L4 board. Public data only. No more of HTML than is needed to find
 * there what was put there as text; whoever alters a page can hide what he
 * likes, so what is found is shown and judged elsewhere.
 */
#ifndef EVD_BOARD_PAGE_H
#define EVD_BOARD_PAGE_H

#include "base/arena.h"

/* Adds the character at *at, which moves behind it: names and numbers as
 * &amp; &#43; are resolved, an end of a line is one LF. */
void evd_page_put(evd_buf *out, evd_span page, size_t *at);
/* The words of a text, or of a page without its tags, scripts and comments:
 * any blanks between them are one space. */
void evd_page_words(evd_buf *out, evd_span page, bool has_tags);

#endif /* EVD_BOARD_PAGE_H */
