/* Text files that people hand in, line by line.
 *
 * Layer: L5 host.
 *
 * Unlike the record's own files these may be links, pipes or `-` for
 * standard input; what they hold is judged by the caller. One line is in
 * memory at a time.
 */
#ifndef EVD_HOST_LINES_H
#define EVD_HOST_LINES_H

#include "host/host.h"

typedef struct {
  const char *path; /* for complaints; borrowed */
  int fd;
  evd_buf buf; /* the line given out, and what was read beyond it */
  size_t line_end, max_line_bytes;
  uint64_t number; /* of the line given out, from 1 */
  bool at_end;
  bool again; /* a regular file: it can be opened and read once more */
} evd_lines;

/* Complains. Close in every case, also after an error. */
EVD_MUST_CHECK evd_err evd_lines_open(evd_lines *l, const char *path,
                                      size_t max_line_bytes);
/* The next line without its LF, valid until the next call; *more is false at
 * the end. A last line without LF is given out like the others. Complains of
 * a line that is too long. */
EVD_MUST_CHECK evd_err evd_lines_next(evd_lines *l, evd_span *line, bool *more);
void evd_lines_close(evd_lines *l);

#endif /* EVD_HOST_LINES_H */
