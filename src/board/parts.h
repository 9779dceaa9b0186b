/* Several files in one object: those of a ceremony, of a share, of evidence.
 *
 * Spec:  doc/board-format.md section 6.
 * Layer: L4 board. Public data only.
 *
 *   <name> <number of bytes> LF the bytes LF        for each part
 *
 * A name is 1 to 64 letters, digits, - _ . and begins with no dot, as
 * "guardian_3.json". The number is decimal without leading zeros. Two parts
 * may have one name; what a reader takes it writes again as the same bytes.
 */
#ifndef EVD_BOARD_PARTS_H
#define EVD_BOARD_PARTS_H

#include "base/arena.h"

#define EVD_PART_NAME_MAX 64

typedef struct {
  evd_span name, bytes; /* borrowed */
} evd_part;

/* Appends one part; check the buffer at the end. The name is one that
 * evd_part_name_allowed takes. */
void evd_part_write(evd_buf *out, const char *name, evd_span bytes);
bool evd_part_name_allowed(evd_span name);

/* The part at *at, which moves on behind it; begin with 0, end when *at is the
 * number of bytes.
 *   errors  EVD_ERR_FORM: no whole part stands there */
EVD_MUST_CHECK evd_err evd_part_next(evd_span parts, size_t *at, evd_part *out);
/* Nothing but whole parts? No part at all is well. */
bool evd_parts_whole(evd_span parts);
/* The first part of this name.
 *   errors  EVD_ERR_FORM; EVD_ERR_MISSING */
EVD_MUST_CHECK evd_err evd_part_find(evd_span parts, const char *name,
                                     evd_span *out);

#endif /* EVD_BOARD_PARTS_H */
