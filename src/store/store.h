/* Where the sequencer keeps a log: entries, rows of the rules, and one state
 * that only moves on from what it was.
 *
 * Spec:  doc/board-format.md; the tables are in sqlite.c.
 * Layer: L5 store.
 *
 * Everything between begin and commit is there whole or not at all, and when
 * commit has returned EVD_OK it is on the disk. After EVD_ERR_IO the store is
 * of no more use: what is on the disk has to be read anew by another process,
 * for the caches of this one cannot be believed. Any call outside a
 * transaction that needs one aborts the program.
 */
#ifndef EVD_STORE_STORE_H
#define EVD_STORE_STORE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "evident/err.h"

typedef struct evd_store evd_store;

/* Opens the log at `where`: a file for SQLite, or postgresql://.. for
 * PostgreSQL. A file that is not there is made, if `make`; one that another
 * process holds, or that is no such store, is refused. Complains.
 *   errors  EVD_ERR_MISSING, EVD_ERR_WAIT: somebody else holds it,
 *           EVD_ERR_FORM, EVD_ERR_IO */
EVD_MUST_CHECK evd_err evd_store_open(evd_store **out, const char *where,
                                      bool make);
void evd_store_close(evd_store *s);

EVD_MUST_CHECK evd_err evd_store_begin(evd_store *s);
EVD_MUST_CHECK evd_err evd_store_commit(evd_store *s);
void evd_store_rollback(evd_store *s);

/* ---- entries ---- */
/* The entry with this index, which must be the next.
 *   errors  EVD_ERR_EXISTS: it is not */
EVD_MUST_CHECK evd_err evd_store_add(evd_store *s, uint64_t index,
                                     evd_span entry);
/* Appends the bytes of the entry to out.
 *   errors  EVD_ERR_MISSING */
EVD_MUST_CHECK evd_err evd_store_entry(evd_store *s, uint64_t index,
                                       evd_buf *out);
/* At most n entries from `first` on, ascending, with what is there: ends with
 * the first error of `each`, which asks the store for nothing. */
typedef evd_err evd_store_entry_fn(void *self, uint64_t index, evd_span bytes);
EVD_MUST_CHECK evd_err evd_store_entries(evd_store *s, uint64_t first,
                                         uint32_t n, evd_store_entry_fn *each,
                                         void *self);
EVD_MUST_CHECK evd_err evd_store_size(evd_store *s, uint64_t *size);

/* ---- rows: evd_rules_store over a store ---- */
/* In a transaction a row is read once, and what is put waits in memory until
 * _move or _commit: new ones are inserted then, where the database refuses a
 * second of the same `about` and key. */
#define EVD_STORE_ROW_BYTES_MAX 192
EVD_MUST_CHECK evd_err evd_store_row_get(void *store, uint8_t about,
                                         const evd_h32 *key, void *row,
                                         size_t n, bool *found);
EVD_MUST_CHECK evd_err evd_store_row_put(void *store, uint8_t about,
                                         const evd_h32 *key, const void *row,
                                         size_t n);
/* A hint, in a transaction: this row will be asked for. A database that is far
 * away reads all of them at once. */
EVD_MUST_CHECK evd_err evd_store_row_want(evd_store *s, uint8_t about,
                                          const evd_h32 *key);

/* Every row, in no order; ends with the first error of `each`, which asks the
 * store for nothing. */
typedef evd_err evd_store_row_fn(void *self, uint8_t about, const evd_h32 *key,
                                 evd_span row);
EVD_MUST_CHECK evd_err evd_store_rows(evd_store *s, evd_store_row_fn *each,
                                      void *self);

/* ---- state ---- */
/* Appends the state; nothing, if there is none yet. */
EVD_MUST_CHECK evd_err evd_store_state(evd_store *s, evd_buf *out);
/* From `old` (n = 0: none) to `next`.
 *   errors  EVD_ERR_WAIT: it is not `old`; the transaction is lost */
EVD_MUST_CHECK evd_err evd_store_move(evd_store *s, evd_span old,
                                      evd_span next);

/* What the database can say about itself: `whole`, everything; else what can
 * be said in seconds.
 *   errors  EVD_ERR_FORM: it is damaged; complains */
EVD_MUST_CHECK evd_err evd_store_check(evd_store *s, bool whole);

#endif /* EVD_STORE_STORE_H */
