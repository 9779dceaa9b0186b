/* The one JSON string form of the record, for the places below the record's
 * reader that need it (contest data plaintext).
 *
 * Spec:  record-format 1.3, 1.5.
 * Layer: L0 base.
 */
#ifndef EVD_BASE_JSON_TEXT_H
#define EVD_BASE_JSON_TEXT_H

#include "base/arena.h"

/* Adds `"text"` to out: only \" and \\ are escaped. */
void evd_json_quote(evd_buf *out, evd_span text);
/* Is the text well-formed UTF-8 without a character that 1.5 forbids? (NFC
 * and assignment are the record's job: record/unicode.h.) */
bool evd_text_allowed(evd_span text);
/* Bytes of the text in JSON form, without the quotes. */
size_t evd_json_quoted_bytes(evd_span text);

#endif /* EVD_BASE_JSON_TEXT_H */
