/* evident verify --html: the report as a page.
 *
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_VERIFY_PAGE_H
#define EVD_CMD_VERIFY_PAGE_H

#include "cmd/verifying.h"

/* Begins the page, which has no name before it is whole: what cannot be
 * written is known before the record is read. Complains if there is a file at
 * this path, or if it lies in the record (NULL: none is at hand), which would
 * have one too many. path NULL: no page, *page is NULL. */
EVD_MUST_CHECK evd_err evd_verify_page_open(evd_out **page, const char *verb,
                                            const char *path,
                                            const char *record);
/* Writes it and gives it its name, unless e says that there is no report: then
 * nothing stays. Complains. Returns e, what went wrong here, or the error of
 * the verdict. page NULL: the same without a page. */
EVD_MUST_CHECK evd_err evd_verify_page_end(evd_out *page, const evd_verified *v,
                                           evd_err e);

#endif /* EVD_CMD_VERIFY_PAGE_H */
