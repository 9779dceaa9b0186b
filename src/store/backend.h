/* What a database has to do; store.c asks it for nothing else.
 *
 * Layer: L5 store. Private to this folder.
 */
#ifndef EVD_STORE_BACKEND_H
#define EVD_STORE_BACKEND_H

#include "store/pending.h"

/* Tables, the same in both:
 *   entries  idx (0, 1, ..), bytes
 *   rows     about, key (32 bytes), value; about and key are unique
 *   state    one row: bytes                                             */
typedef struct evd_backend evd_backend;

/* A value that was read; the memory is the backend's, until its next call. */
typedef struct {
  bool found;
  evd_span bytes;
  uint64_t number;
} evd_got;

struct evd_store {
  const evd_backend *by;
  void *db;
  bool open;      /* a transaction is */
  bool sized;     /* `size` is the number of entries: inside a transaction */
  uint64_t size;  /* with those that wait */
  uint32_t asked; /* rows before this one are read; those behind are wanted */
  bool lost;      /* nothing can be believed any more */
  evd_pending pending;
};

struct evd_backend {
  void (*close)(evd_store *s);
  evd_err (*begin)(evd_store *s);
  evd_err (*commit)(evd_store *s);
  void (*rollback)(evd_store *s);
  /* The entries that wait, the first of them with this index.
   *   errors  EVD_ERR_EXISTS: an index is there */
  evd_err (*add)(evd_store *s, uint64_t first);
  evd_err (*entry)(evd_store *s, uint64_t index, evd_got *out);
  evd_err (*entries)(evd_store *s, uint64_t first, uint32_t n,
                     evd_store_entry_fn *each, void *self);
  evd_err (*size)(evd_store *s, evd_got *out);
  evd_err (*row_get)(evd_store *s, uint8_t about, const evd_h32 *key,
                     evd_got *out);
  /* Reads the wanted ones; NULL: asking for many at once saves nothing. */
  evd_err (*rows_get)(evd_store *s, evd_row *wanted, uint32_t n);
  /* Inserts n rows, none of which may be there, or changes n, all of which
   * must be there.
   *   errors  EVD_ERR_EXISTS: it is not so */
  evd_err (*rows_put)(evd_store *s, const evd_row *const *rows, uint32_t n,
                      bool there);
  evd_err (*rows)(evd_store *s, evd_store_row_fn *each, void *self);
  evd_err (*state)(evd_store *s, evd_got *out);
  /* How many rows changed: 1, or 0 if it was not `old`. */
  evd_err (*move)(evd_store *s, evd_span old, evd_span next, evd_got *out);
  evd_err (*check)(evd_store *s, bool whole);
};

EVD_MUST_CHECK evd_err evd_sqlite_open(evd_store *s, const char *path,
                                       bool make);
EVD_MUST_CHECK evd_err evd_postgres_open(evd_store *s, const char *where,
                                         bool make);

#endif /* EVD_STORE_BACKEND_H */
