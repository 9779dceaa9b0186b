/* Sorted rows that are looked up by their first bytes.
 *
 * Layer: L4 verify. Private to this folder.
 *
 * The rows lie in a stream, so on disk when they are many; in memory is an
 * index of at most a thousand keys. Looking up takes a few small reads, and
 * several threads may do so at once.
 */
#ifndef EVD_VERIFY_INDEX_H
#define EVD_VERIFY_INDEX_H

#include "verify/sorter.h"

typedef struct {
  evd_stream rows;
  size_t row_bytes, key_bytes;
  uint64_t n;    /* rows */
  uint8_t *keys; /* the key of every stride-th row */
  uint64_t stride;
  size_t n_keys;
} evd_index;

/* Called for every row whose key is that of the row before. */
typedef void evd_index_twin(void *self, const uint8_t *row);

/* From the rows of an ended sorter. row_bytes at most 64.
 * errors: EVD_ERR_SPACE; what the scratch says */
EVD_MUST_CHECK evd_err evd_index_make(evd_index *t, evd_sorter *from,
                                      size_t key_bytes, evd_arena *a,
                                      evd_index_twin *twin, void *self);
/* The first row with this key and where it stands; *found false: none. */
EVD_MUST_CHECK evd_err evd_index_find(const evd_index *t, const void *key,
                                      uint8_t *row, uint64_t *at, bool *found);
EVD_MUST_CHECK evd_err evd_index_row(const evd_index *t, uint64_t at,
                                     uint8_t *row);
void evd_index_close(evd_index *t);

#endif /* EVD_VERIFY_INDEX_H */
