/* What the files of the keeper share.
 *
 * Layer: L7 serve. Private to log*.c and fsck*.c.
 */
#ifndef EVD_SERVE_LOG_RUN_H
#define EVD_SERVE_LOG_RUN_H

#include "board/files.h"
#include "board/objects.h"
#include "board/tile.h"
#include "board/tree_past.h"
#include "serve/log.h"
#include "steps/head.h"
#include "store/store.h"

/* Rows of the keeper's own, beside those of the rules (board/rules.h). */
enum {
  EVD_LOG_ROW_BODY = 128, /* type and body: its index (log_repeat.c) */
  EVD_LOG_ROW_INDEXED,    /* one row: entries that index/ has */
  EVD_LOG_ROW_KEPT        /* one row: size of the checkpoint of CLOSE */
};

#define EVD_LOG_MODE_FOR_EVER 0444 /* files that never change */
#define EVD_LOG_MODE 0644
#define EVD_LOG_MODE_DIR 0755
#define EVD_LOG_SETUP_BYTES_MAX ((size_t)256 << 20)
#define EVD_LOG_STATE_BYTES_MAX ((size_t)4 << 20)
#define EVD_LOG_OBJECT_BYTES_MAX ((size_t)64 << 20) /* of a request, too */

/* What is in the database: it moves with every commit. */
typedef struct {
  evd_tree tree;
  uint64_t keys_at, close_at; /* EVD_NO_INDEX: not yet */
} evd_log_state;

/* The right edge of the tiles: what the files have. */
typedef struct {
  evd_tree tree;
  uint32_t width[EVD_TILE_LEVEL_MAX + 1];
  evd_h32 hashes[EVD_TILE_LEVEL_MAX + 1][EVD_TILE_WIDTH];
  evd_buf bundle;
  uint64_t shown; /* size for which tiles that are not full are there */
} evd_log_edge;

/* A line of index/ that is not written yet. */
typedef struct {
  evd_h32 H_C;
  uint64_t index;
} evd_log_code;

/* Hashes of perfect subtrees that were asked for lately. */
enum { EVD_LOG_NODES = 4096 }; /* a power of two */
typedef struct {
  uint64_t index;
  uint32_t level;
  bool used;
  evd_h32 hash;
} evd_log_node;
typedef struct {
  evd_tile_reader from;
  evd_tile_tree tiles;
  evd_log_node kept[EVD_LOG_NODES];
} evd_log_nodes;

/* Where a ballot stands. */
typedef struct {
  evd_h32 id_B;
  uint64_t index;
} evd_log_id;

/* An entry with its objects. */
typedef struct {
  const evd_entry_read *read;
  uint32_t n;
  evd_entry_object names[EVD_ENTRY_OBJECTS_MAX];
  evd_span bytes[EVD_ENTRY_OBJECTS_MAX];
} evd_log_content;

struct evd_log {
  evd_log_plan plan;
  evd_span origin;
  evd_arena arena;   /* what SETUP brings */
  evd_arena scratch; /* given back by who took it */
  const char *public_dir;
  evd_store *store;
  evd_board_files files; /* public_dir, read */
  evd_rules_store rows;  /* of the rules: those of the store, but for fsck */
  /* Nothing is written: what would be is compared, and what differs is a
   * fault. */
  bool checking;
  uint64_t faults;
  evd_group G;

  evd_log_state state;
  evd_buf saved, next; /* the state as it is in the database, and to be */
  evd_rules rules;
  bool has_rules, has_keys;          /* after SETUP, after KEYS */
  evd_head head;                     /* of SETUP, later with keys */
  evd_object_ref reveals[EVD_N_MAX]; /* of guardian i at i - 1 */
  const evd_log_content *taking;     /* its objects are not in files yet */
  bool asking;                       /* nothing of it is kept */
  evd_entry setup, keys;

  evd_log_edge edge;
  evd_log_nodes nodes; /* log_nodes.c */
  evd_tree_past past;  /* of entries that are replayed; else empty */
  evd_log_code *codes;
  size_t n_codes, cap_codes;
  evd_log_id *ids; /* log_seek.c; NULL: not asked for yet */
  size_t n_ids, cap_ids;
  uint32_t waits; /* calls since index/ was written */
  uint64_t kept;  /* size of the checkpoint of CLOSE; 0: none yet */

  evd_buf note;
  evd_log_head published;
};

/* Complains that another writer moved the log; EVD_ERR_IO. */
evd_err evd_log_lost(const evd_log *log);
/* Calls the test's hook. */
void evd_log_at(const evd_log *log, evd_log_point point);

/* ---- log.c ---- */
/* Everything closed and empty; NULL: no memory, complains. */
evd_log *evd_log_new(const evd_log_plan *plan);
/* Folder and database, as the plan says. Complains. */
EVD_MUST_CHECK evd_err evd_log_open_store(evd_log *log);
EVD_MUST_CHECK evd_err evd_log_read_setup(evd_log *log);
/* What is damaged, in one sentence; EVD_ERR_FORM. While checking that is one
 * fault more. */
evd_err evd_log_damaged(evd_log *log, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- log_nodes.c ---- */
/* Of the tree that the files have; valid until it grows. */
evd_tree_nodes evd_log_nodes_get(evd_log *log);

/* ---- log_repeat.c: type and body stand in the log once ---- */
/* Is there a row EVD_LOG_ROW_BODY of it? */
bool evd_log_has_body_row(const evd_entry *e);
EVD_MUST_CHECK evd_err evd_log_body_get(evd_log *log, const evd_entry_read *r,
                                        uint64_t *index, bool *found);
/* Notes that the entry stands at `index`. */
EVD_MUST_CHECK evd_err evd_log_body_put(evd_log *log, const evd_entry_read *r,
                                        uint64_t index);
/* Where an entry of this type and body stands, whatever its signatures. */
EVD_MUST_CHECK evd_err evd_log_find_repeat(evd_log *log,
                                           const evd_entry_read *r,
                                           uint64_t *index, bool *found);

/* Does another ballot, or another choice, stand where this entry would? */
EVD_MUST_CHECK evd_err evd_log_find_conflict(evd_log *log, const evd_entry *e,
                                             bool *found);

/* ---- log_take.c ---- */
/* What stands in the state about the entry at tree.size, and its leaf. */
EVD_MUST_CHECK evd_err evd_log_count(evd_log *log, const evd_entry *e,
                                     const evd_h32 *leaf);

/* ---- log_files.c ---- */
/* The files that follow from one more entry, which is that at edge.tree.size.
 * Complains. */
EVD_MUST_CHECK evd_err evd_log_show_entry(evd_log *log,
                                          const evd_entry_read *read,
                                          const evd_h32 *leaf, evd_span bytes);

/* ---- log_show.c ---- */
/* `self` is a log: the root that it had, for the rules. */
EVD_MUST_CHECK evd_err evd_log_root(void *self, uint64_t size, evd_h32 *out);

/* ---- log_state.c ---- */
void evd_log_state_write(evd_buf *out, const evd_log *log);
/* Fills tree, keys_at and so on, and the rules if there are any; these must
 * have been made of the same SETUP.
 *   errors  EVD_ERR_FORM */
EVD_MUST_CHECK evd_err evd_log_state_read(evd_log *log, evd_span bytes);

/* ---- log_objects.c ---- */
/* "public/<path>", in scratch memory. */
const char *evd_log_path(evd_log *log, const char *path);
/* Writes a file that is there for ever; the folders above it are made. Other
 * bytes in its place: EVD_ERR_FORM. Complains. */
EVD_MUST_CHECK evd_err evd_log_put(evd_log *log, const char *path,
                                   evd_span bytes);
/* Writes a file that changes. */
EVD_MUST_CHECK evd_err evd_log_replace(evd_log *log, const char *path,
                                       evd_span bytes);
EVD_MUST_CHECK evd_err evd_log_put_object(evd_log *log,
                                          const evd_object_ref *ref,
                                          evd_span bytes);

/* ---- log_content.c: what the objects of an entry have to say ---- */
/* Puts one sentence where the caller asked for it; EVD_ERR_REFUSED. */
evd_err evd_log_refuse(char what[EVD_LOG_WHAT_BYTES], const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Makes the rules of the log whose SETUP is in log->setup.
 *   errors  EVD_ERR_REFUSED: `what` says why */
EVD_MUST_CHECK evd_err evd_log_begin(evd_log *log,
                                     char what[EVD_LOG_WHAT_BYTES]);
/* Takes back what _begin made. */
void evd_log_unbegin(evd_log *log);
/* After the rules have taken the entry: its objects.
 *   errors  EVD_ERR_REFUSED: *code and `what` say why; the transaction has to
 *           be taken back */
EVD_MUST_CHECK evd_err evd_log_judge(evd_log *log, const evd_log_content *c,
                                     evd_l_code *code,
                                     char what[EVD_LOG_WHAT_BYTES]);
/* Reads the keys that log->keys names. */
EVD_MUST_CHECK evd_err evd_log_begin_keys(evd_log *log, uint64_t keys_at,
                                          char what[EVD_LOG_WHAT_BYTES]);

/* ---- log_edge.c ---- */
/* Of no entries. */
void evd_log_edge_init(evd_log_edge *e);
/* One more entry of the files; what it fills is written. Complains.
 *   errors  EVD_ERR_FORM: another file is there; EVD_ERR_IO */
EVD_MUST_CHECK evd_err evd_log_edge_add(evd_log *log, evd_span entry,
                                        const evd_h32 *leaf);
/* Writes the tiles that are not full yet. Complains. */
EVD_MUST_CHECK evd_err evd_log_edge_show(evd_log *log);
/* As the files of a tree of this size have it. Complains. */
EVD_MUST_CHECK evd_err evd_log_edge_load(evd_log *log, uint64_t size);

/* ---- log_index.c ---- */
/* Finds what index/ lacks below `size`. */
EVD_MUST_CHECK evd_err evd_log_index_open(evd_log *log, uint64_t size);
EVD_MUST_CHECK evd_err evd_log_index_add(evd_log *log, const evd_h32 *H_C,
                                         uint64_t index);
/* Writes the lines that wait; where that is much work, not every time. */
EVD_MUST_CHECK evd_err evd_log_index_write(evd_log *log);
/* How many entries index/ has. */
EVD_MUST_CHECK evd_err evd_log_indexed(evd_log *log, uint64_t *size);
/* Compares index/ with the lines that were added. */
EVD_MUST_CHECK evd_err evd_log_index_check(evd_log *log);

/* A number as a row. */
EVD_MUST_CHECK evd_err evd_log_number_get(evd_log *log, uint8_t about,
                                          const evd_h32 *key, uint64_t *v,
                                          bool *found);
EVD_MUST_CHECK evd_err evd_log_number_put(evd_log *log, uint8_t about,
                                          const evd_h32 *key, uint64_t v);

#endif /* EVD_SERVE_LOG_RUN_H */
