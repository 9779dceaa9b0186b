/* Rows of one size, put in any order, read back in ascending order.
 *
 * Layer: L4 verify. Private to this folder.
 *
 * Rows are compared byte by byte, so numbers in them stand big endian. A
 * buffer is filled and sorted; full buffers go to the scratch as runs, and
 * whenever there are EVD_SORT_FAN_IN runs of a level, they are merged into
 * one of the next. Memory: the buffer and the blocks of a merge, whatever the
 * number of rows. Room in the scratch: twice the rows at most.
 */
#ifndef EVD_VERIFY_SORTER_H
#define EVD_VERIFY_SORTER_H

#include "verify/stream.h"

#define EVD_SORT_FAN_IN 32
#define EVD_SORT_LEVELS 6 /* 32^6 buffers: more than any record has */

typedef struct {
  evd_stream bytes; /* the runs, one after the other */
  bool ready;
  uint32_t n;
  uint64_t ends[EVD_SORT_FAN_IN];
} evd_sort_level;

/* One run being read. */
typedef struct {
  const evd_stream *from; /* NULL: all of it lies in block */
  uint64_t at, end;
  uint8_t *block;
  size_t block_n, block_at, block_cap;
} evd_sort_cursor;

typedef struct {
  evd_scratch *scratch;
  evd_arena *a;
  size_t row_bytes;
  uint8_t *rows; /* the buffer */
  size_t n, cap; /* rows in it, rows that fit */
  uint64_t n_rows;
  evd_sort_level levels[EVD_SORT_LEVELS];
  evd_sort_cursor *cursors;
  uint32_t *heap; /* of cursors; the least row is on top */
  uint32_t n_heap, cap_cursors;
} evd_sorter;

/* The arena has to stay until the sorter is closed.
 * errors: EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_sorter_init(evd_sorter *s, evd_scratch *scratch,
                                       evd_arena *a, size_t row_bytes,
                                       size_t buffer_bytes);
/* errors: EVD_ERR_SPACE; what the scratch says */
EVD_MUST_CHECK evd_err evd_sorter_add(evd_sorter *s, const void *row);
/* No row is added any more; reading begins at the least one. May be called
 * again, to read once more. */
EVD_MUST_CHECK evd_err evd_sorter_end(evd_sorter *s);
/* *more false: there are no more, and row is untouched. */
EVD_MUST_CHECK evd_err evd_sorter_next(evd_sorter *s, void *row, bool *more);
void evd_sorter_close(evd_sorter *s); /* gives the room in the scratch back */

#endif /* EVD_VERIFY_SORTER_H */
