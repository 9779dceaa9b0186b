/* The one JSON string form of the record, for the places below the record's
 * reader that need it (contest data plaintext).
 *
 * Spec:  record-format 1.3, 1.5.
 * Layer: L0 base.
 */
#ifndef EVD_BASE_JSON_TEXT_H
#define EVD_BASE_JSON_TEXT_H

#include "base/arena.h"
#include "base/ct.h"

/* Adds `"text"` to out: only \" and \\ are escaped. Its time, and the length
 * it adds, depend on the text: for what is published or read by its owner. */
void evd_json_quote(evd_buf *out, evd_span text);
/* Is the text well-formed UTF-8 without a character that 1.5 forbids? (NFC
 * and assignment are the record's job: record/unicode.h.)
 *   CT  time depends on the length; the verdict is as secret as the text */
bool evd_text_allowed(evd_span text);
/* Bytes of the text in JSON form, without the quotes.
 *   CT  time depends on the length of the text; the result is as secret */
size_t evd_json_quoted_bytes(evd_span text);

/* 1 if this byte of a text gets a backslash before it, else 0.  CT */
static inline uint64_t evd_json_escaped(uint8_t byte) {
  return evd_ct_equal(byte, '"') | evd_ct_equal(byte, '\\');
}

#endif /* EVD_BASE_JSON_TEXT_H */
