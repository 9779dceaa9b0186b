/* What holds for the fields of an entry whatever the log holds.
 *
 * Spec:  doc/board-format.md section 3.
 * Layer: L4 board. Private to this folder.
 */
#ifndef EVD_BOARD_ENTRY_FORM_H
#define EVD_BOARD_ENTRY_FORM_H

#include "board/entry.h"

/* errors  EVD_ERR_PARSE: *what says what was expected, static text */
EVD_MUST_CHECK evd_err evd_entry_form(const evd_entry *e, const char **what);

#endif /* EVD_BOARD_ENTRY_FORM_H */
