/* The files that a part carries, as the source of a record.
 *
 * Layer: L4 verify. Private to this folder.
 */
#ifndef EVD_VERIFY_PART_SOURCE_H
#define EVD_VERIFY_PART_SOURCE_H

#include "verify/part.h"

typedef struct {
  evd_file f; /* read: has a digest */
  bool carried;
  uint64_t at, n; /* its bytes */
} evd_part_text;

typedef struct {
  evd_part_text *files;
  size_t n_files;
  evd_stream bytes;
  /* the open lines */
  const evd_part_text *open;
  uint64_t line_at;
  size_t max_line_bytes;
  evd_buf line;
} evd_part_texts;

evd_source evd_part_source(evd_part_texts *t);
/* Are the bytes of every file that is carried those of its digest? */
EVD_MUST_CHECK evd_err evd_part_texts_check(const evd_part_texts *t,
                                            const char **wrong);

#endif /* EVD_VERIFY_PART_SOURCE_H */
