/* What a transaction has read and what it is going to write, in memory: each
 * row is read once, and all are written together, in the order of their keys.
 *
 * Layer: L5 store. Private to this folder.
 */
#ifndef EVD_STORE_PENDING_H
#define EVD_STORE_PENDING_H

#include "base/arena.h"
#include "board/row_table.h"
#include "store/store.h"

/* A row as the transaction sees it. `there`: the database has it. */
typedef struct {
  evd_h32 key;
  uint8_t about, n;
  bool found, there, changed;
  uint8_t value[EVD_STORE_ROW_BYTES_MAX];
} evd_row;

/* What the database has of it; errors  EVD_ERR_FORM: no row is so long. */
EVD_MUST_CHECK evd_err evd_row_fill(evd_row *r, evd_span value);

/* When one of them is full what waits is written and forgotten. */
#define EVD_PENDING_ROWS_MAX ((uint32_t)4096)
#define EVD_PENDING_ENTRIES_MAX ((uint32_t)4096)

typedef struct {
  evd_row *rows;        /* EVD_PENDING_ROWS_MAX */
  const evd_row **sent; /* as many: those to be written */
  uint32_t n_rows;
  evd_row_table places; /* number of a row in `rows` */
  evd_buf bytes;        /* of entries, one after the other */
  uint32_t *ends;       /* EVD_PENDING_ENTRIES_MAX: where they end in it */
  uint32_t n_entries;
} evd_pending;

/* errors  EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_pending_init(evd_pending *p);
void evd_pending_close(evd_pending *p);
/* Forgets everything. */
void evd_pending_reset(evd_pending *p);

/* The row; NULL: it was not asked for yet. */
evd_row *evd_pending_find(evd_pending *p, uint8_t about, const evd_h32 *key);
/* One more, which was not asked for yet; there is room for it. Empty.
 *   errors  EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_pending_row(evd_pending *p, uint8_t about,
                                       const evd_h32 *key, evd_row **out);
/* Fills p->sent with the rows that changed, by `about` and key; those that the
 * database has not come first. Says how many there are of both. */
void evd_pending_sort(evd_pending *p, uint32_t *fresh, uint32_t *old);

EVD_MUST_CHECK evd_err evd_pending_entry(evd_pending *p, evd_span entry);
/* The i-th entry that waits. Borrowed until the next one comes. */
evd_span evd_pending_entry_at(const evd_pending *p, uint32_t i);

#endif /* EVD_STORE_PENDING_H */
