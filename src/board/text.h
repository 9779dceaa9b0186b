/* Lines and words of the text formats.
 *
 * Layer: L4 board. Private to this folder.
 */
#ifndef EVD_BOARD_TEXT_H
#define EVD_BOARD_TEXT_H

#include "base/bytes.h"

/* What stands before `end`, which is taken too; false: it does not come. */
bool evd_take_until(evd_span *from, uint8_t end, evd_span *out);
/* Takes these bytes; false: something else stands there. */
bool evd_take(evd_span *from, const char *zero_ended);
/* The next word between spaces and tabs; false: none is left. */
bool evd_take_word(evd_span *from, evd_span *out);
bool evd_is(evd_span text, const char *zero_ended);
bool evd_equal(evd_span a, evd_span b);
/* A hash in base 64, all of the text. */
bool evd_hash_read(evd_h32 *out, evd_span text);

#endif /* EVD_BOARD_TEXT_H */
