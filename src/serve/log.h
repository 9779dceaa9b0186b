/* The keeper of a log: what it takes, in which order it becomes durable, and
 * what it shows.
 *
 * Spec:  doc/board-server.md sections 1, 5, 6; doc/board-format.md section 5.
 * Layer: L7 serve. Reads and writes the board's folder and its database; uses
 *        no network and holds no key. For one thread. Everything complains of
 *        what only an operator can mend, and never of a refused entry.
 *
 * The sequencer calls, again and again:
 *
 *   evd_log_take       steps 1 and 2: what was taken is in the database
 *   evd_log_files      step 3, at every tick
 *   evd_log_head, evd_log_consistency          for `sign` and the witnesses
 *   evd_log_publish    step 6
 *   evd_log_receipt    step 7, of entries below the published size
 *
 * After EVD_ERR_IO of any of them nothing here can be believed: the process
 * ends, and another one opens the log anew.
 */
#ifndef EVD_SERVE_LOG_H
#define EVD_SERVE_LOG_H

#include "base/arena.h"
#include "board/entry.h"
#include "board/rules.h"
#include "board/tree.h"

typedef struct evd_log evd_log;

/* The points at which a test has the process die. */
typedef enum {
  EVD_LOG_AT_RULES = 1, /* rules are applied, nothing is written */
  EVD_LOG_AT_OBJECT,    /* after each object */
  EVD_LOG_AT_COMMIT,    /* objects are there, before COMMIT */
  EVD_LOG_AT_TAKEN,     /* after COMMIT */
  EVD_LOG_AT_FILE,      /* after each tile, bundle and file of setup/, index/ */
  EVD_LOG_AT_FILES,     /* when all of them are there */
  EVD_LOG_AT_PUBLISHED, /* after `checkpoint` */
  EVD_LOG_POINTS
} evd_log_point;

typedef struct {
  const char *dir;   /* the board's folder; it is there */
  const char *where; /* database, as in store/store.h; NULL: <dir>/log.db */
  const char *origin;
  evd_span keys, policy; /* the objects that SETUP has to name; n = 0: any */
  bool make;             /* a log that is not there is begun */
  /* Tests only, else NULL: called at every point. */
  void (*at)(void *self, evd_log_point point);
  void *at_self;
} evd_log_plan;

/* Opens the log and checks it: the database says it is sound; the tiles of
 * the published checkpoint have its root, which is that of our entries; it is
 * not larger than we are. Then steps 3 to 5 are done again from there. The
 * plan's memory is borrowed while the log is open. Complains.
 *   errors  EVD_ERR_FORM: damaged, or another's; EVD_ERR_WAIT: another process
 *           holds it; EVD_ERR_MISSING; EVD_ERR_IO; EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_log_open(evd_log **out, const evd_log_plan *plan);
void evd_log_close(evd_log *log);

/* A head that somebody (`who`) says this log had: before serving, those that
 * witnesses have cosigned. Complains.
 *   errors  EVD_ERR_FAIL: it is larger than ours, or ours had another root at
 *           this size: an old copy, or a fork; the server must not start */
EVD_MUST_CHECK evd_err evd_log_known_head(evd_log *log,
                                          const evd_log_head *head,
                                          const char *who);

/* ---- taking entries ---- */

/* One item of a request. Items of one request have one number, which no other
 * request of the batch has. */
typedef struct {
  evd_span entry;
  evd_span objects; /* as they stand behind the entry: u32 length | bytes .. */
  uint32_t request;
} evd_log_item;

typedef enum {
  EVD_LOG_TAKEN = 1, /* `index` is its place */
  EVD_LOG_REPEAT,    /* type and body are in the log, at `index` */
  EVD_LOG_MALFORMED, /* 400: no entry, or objects that it does not name */
  EVD_LOG_CONFLICT,  /* 409: another in its place */
  EVD_LOG_REFUSED,   /* 422: by rule `code` */
  EVD_LOG_SKIPPED    /* an item before it in its request was not taken */
} evd_log_fate;

#define EVD_LOG_WHAT_BYTES 200
typedef struct {
  evd_log_fate fate;
  evd_l_code code; /* of EVD_LOG_REFUSED */
  uint64_t index;
  char what[EVD_LOG_WHAT_BYTES]; /* one sentence without code and full stop;
                                    zero-ended */
} evd_log_result;

/* Takes a batch in one transaction, requests shuffled among each other: what
 * stands in one request, and what one chained device signed, keeps its order.
 * results[i] is about items[i]. When it returns EVD_OK what was taken is
 * durable; on an error nothing was taken.
 *   errors  EVD_ERR_IO, EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_log_take(evd_log *log, const evd_log_item *items,
                                    uint32_t n, evd_log_result *results);

/* What evd_log_take would say of the items of one request now, as far as the
 * rules go: form, who signed, what was there. No object is looked at (but a
 * roll), nothing is kept, and `index` is that of repeats alone. Before SETUP
 * nothing is refused.
 *   errors  EVD_ERR_IO, EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_log_ask(evd_log *log, const evd_log_item *items,
                                   uint32_t n, evd_log_result *results);

/* Splits the body of a request after its first item.
 *   errors  EVD_ERR_FORM: *what says why, static text */
EVD_MUST_CHECK evd_err evd_log_item_next(evd_span body, size_t *at,
                                         evd_log_item *out, const char **what);

/* ---- showing them ---- */

/* Writes tiles, bundles, setup/ and index/ up to the last entry taken. The
 * same file again is well; another one in its place is fatal.
 *   errors  EVD_ERR_FORM: another file is there; EVD_ERR_IO */
EVD_MUST_CHECK evd_err evd_log_files(evd_log *log);

/* Size and root of all entries taken; size 0 has the root of nothing. */
void evd_log_head_get(const evd_log *log, evd_log_head *out);
/* From old_size to the present head, whose files are written.
 *   errors  EVD_ERR_RANGE: not 1 <= old_size <= size; EVD_ERR_IO */
EVD_MUST_CHECK evd_err evd_log_consistency(evd_log *log, uint64_t old_size,
                                           evd_tree_proof *out);
/* Makes the note the file `checkpoint`: its origin is ours, its head one that
 * we have files for and not smaller than the one published. Signatures are not
 * judged.
 *   errors  EVD_ERR_FAIL: it is none of these; EVD_ERR_IO */
EVD_MUST_CHECK evd_err evd_log_publish(evd_log *log, evd_span note);
/* The note that is published; n = 0: none. Valid until the next. */
evd_span evd_log_published(const evd_log *log, evd_log_head *head);
/* Appends the receipt of the entry at index below the published note, and no
 * empty line.
 *   errors  EVD_ERR_RANGE: not below the published size; EVD_ERR_IO */
EVD_MUST_CHECK evd_err evd_log_receipt(evd_log *log, uint64_t index,
                                       evd_buf *out);

/* ---- for those who check ballots ---- */

/* What SETUP and KEYS say; NULL as long as they are not in the log. */
const evd_entry *evd_log_setup(const evd_log *log);
const evd_entry *evd_log_keys(const evd_log *log);
/* What the rules know: phase, counts, open_leaf, size. Zero before SETUP. */
const evd_rules *evd_log_rules(const evd_log *log);
/* Appends the bytes of an object that the log has.
 *   errors  EVD_ERR_MISSING, EVD_ERR_FORM: it is damaged; EVD_ERR_IO */
EVD_MUST_CHECK evd_err evd_log_object(evd_log *log, const char *kind,
                                      const evd_object_ref *ref, evd_buf *out);
/* Appends the public file of guardian i, 1 .. n, as KEYS names it. */
EVD_MUST_CHECK evd_err evd_log_guardian(evd_log *log, uint32_t i, evd_buf *out);

#endif /* EVD_SERVE_LOG_H */
