/* Short sentences about places in an object, built without stdio.
 *
 * Layer: L4 record, private. Text that does not fit is cut off; bytes of the
 * record are shown as ASCII, everything else as '?', so that hostile input
 * can put nothing on a terminal.
 */
#ifndef EVD_RECORD_SAY_H
#define EVD_RECORD_SAY_H

#include "base/bytes.h"

typedef struct {
  char *p; /* always zero-ended */
  size_t n, cap_bytes;
} evd_say;

void evd_say_init(evd_say *s, char *p, size_t cap_bytes);
void evd_say_text(evd_say *s, const char *text);
void evd_say_shown(evd_say *s, evd_span bytes, size_t max_bytes);
void evd_say_n(evd_say *s, uint64_t n);

#endif /* EVD_RECORD_SAY_H */
