/* Opening a log: what has to hold before it goes on, and what a crash left
 * undone. */
#include "serve/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "board/checkpoint.h"
#include "board/note.h"
#include "host/board_dir.h"
#include "host/host.h"
#include "host/mem.h"
#include "serve/log_run.h"

#define SCRATCH_BYTES_MAX ((size_t)1 << 20)

evd_err evd_log_lost(const evd_log *log) {
  return evd_complain(EVD_ERR_IO,
                      "%s: another process has changed the database",
                      log->plan.dir);
}

evd_err evd_log_damaged(evd_log *log, const char *format, ...) {
  char text[400];
  va_list args;
  va_start(args, format);
  (void)vsnprintf(text, sizeof text, format, args);
  va_end(args);
  log->faults++;
  return evd_complain(EVD_ERR_FORM, "%s: %s%s", log->plan.dir, text,
                      log->checking ? "" : ": see `evident board fsck`");
}

/* ---- the database ---- */

static evd_err read_entry(evd_log *log, uint64_t index, evd_entry_type type,
                          evd_entry *out) {
  evd_buf b;
  evd_entry_read read;
  const char *why = NULL;
  evd_buf_init(&b, EVD_ENTRY_BYTES_MAX);
  evd_err e = evd_store_entry(log->store, index, &b);
  if (e == EVD_OK)
    e = evd_entry_parse(&read, (evd_span){b.p, b.n}, &why);
  if (e == EVD_OK && read.e.type != type)
    e = EVD_ERR_FORM;
  if (e == EVD_OK)
    *out = read.e; /* SETUP and KEYS have no texts: nothing is borrowed */
  evd_buf_close(&b);
  return e;
}

evd_err evd_log_read_setup(evd_log *log) {
  char what[EVD_LOG_WHAT_BYTES] = "";
  if (read_entry(log, 0, EVD_ENTRY_SETUP, &log->setup) != EVD_OK)
    return evd_log_damaged(log, "the database has no SETUP");
  evd_err e = evd_log_begin(log, what);
  return e == EVD_ERR_REFUSED ? evd_log_damaged(log, "%s", what) : e;
}

static evd_err load_keys(evd_log *log) {
  char what[EVD_LOG_WHAT_BYTES] = "";
  uint64_t at = log->state.keys_at;
  if (at == EVD_NO_INDEX)
    return EVD_OK;
  if (read_entry(log, at, EVD_ENTRY_KEYS, &log->keys) != EVD_OK)
    return evd_log_damaged(log, "the database has no KEYS");
  evd_err e = evd_log_begin_keys(log, at, what);
  return e == EVD_ERR_REFUSED ? evd_log_damaged(log, "%s", what) : e;
}

static evd_err load_state(evd_log *log) {
  uint64_t size = 0;
  bool found = false;
  static const evd_h32 the_row;
  EVD_TRY(evd_store_check(log->store, false));
  EVD_TRY(evd_store_state(log->store, &log->saved));
  EVD_TRY(evd_store_size(log->store, &size));
  if (log->saved.n == 0)
    return size == 0 ? EVD_OK
                     : evd_log_damaged(log, "the database has no state");
  EVD_TRY(evd_log_read_setup(log));
  if (evd_log_state_read(log, (evd_span){log->saved.p, log->saved.n}) != EVD_OK)
    return evd_log_damaged(
        log, "the database's state is damaged, or of another log");
  if (log->state.tree.size != size)
    return evd_log_damaged(log,
                           "the database has not as many entries as its state");
  EVD_TRY(load_keys(log));
  return evd_log_number_get(log, EVD_LOG_ROW_KEPT, &the_row, &log->kept,
                            &found);
}

/* ---- the files ---- */

static evd_err load_checkpoint(evd_log *log) {
  evd_checkpoint c;
  evd_note_why why;
  evd_err e = log->files.read(log->files.self, "checkpoint", EVD_NOTE_BYTES_MAX,
                              &log->note);
  if (e == EVD_ERR_MISSING)
    return EVD_OK;
  if (e == EVD_OK)
    e = evd_checkpoint_read(&c, (evd_span){log->note.p, log->note.n}, &why);
  if (e != EVD_OK)
    return evd_log_damaged(log, "public/checkpoint cannot be read");
  if (c.origin.n != log->origin.n ||
      memcmp(c.origin.p, log->origin.p, log->origin.n) != 0)
    return evd_log_damaged(log, "public/checkpoint is that of another log");
  if (c.head.size > log->state.tree.size)
    return evd_log_damaged(
        log, "public/checkpoint has more entries than the database: "
             "this is an old copy of it");
  log->published = c.head;
  return EVD_OK;
}

/* The tiles have the root that was published; that it is also the root of our
 * entries shows when the files are written from there on. */
static evd_err load_tiles(evd_log *log) {
  evd_h32 root;
  EVD_TRY(evd_log_edge_load(log, log->published.size));
  evd_tree_root(&log->edge.tree, &root);
  if (log->note.n > 0 && memcmp(&root, &log->published.root, sizeof root) != 0)
    return evd_log_damaged(
        log, "the tiles have another root than public/checkpoint");
  if (log->kept > log->published.size)
    log->kept = 0; /* noted, and not published any more */
  return evd_log_index_open(log, log->published.size);
}

/* ---- all of it ---- */

static evd_err make_room(evd_log *log) {
  log->public_dir = evd_path(&log->scratch, "%s/public", log->plan.dir);
  if (!evd_file_exists(log->public_dir)) {
    if (!log->plan.make)
      return evd_complain(EVD_ERR_MISSING, "%s is not there", log->public_dir);
    EVD_TRY(evd_dir_make(log->public_dir, EVD_LOG_MODE_DIR));
    EVD_TRY(evd_dir_sync_of(log->public_dir));
  }
  return evd_board_dir_open(&log->files, log->public_dir);
}

evd_err evd_log_open_store(evd_log *log) {
  const char *where = log->plan.where;
  EVD_TRY(make_room(log));
  if (!where)
    where = evd_path(&log->scratch, "%s/log.db", log->plan.dir);
  EVD_TRY(evd_store_open(&log->store, where, log->plan.make));
  log->rows =
      (evd_rules_store){log->store, evd_store_row_get, evd_store_row_put};
  return EVD_OK;
}

static evd_err open_all(evd_log *log) {
  if (!evd_origin_allowed(log->origin))
    return evd_complain(EVD_ERR_USAGE, "%s is no origin", log->plan.origin);
  EVD_TRY(evd_log_open_store(log));
  EVD_TRY(load_state(log));
  EVD_TRY(load_checkpoint(log));
  EVD_TRY(load_tiles(log));
  return evd_log_files(log);
}

evd_log *evd_log_new(const evd_log_plan *plan) {
  evd_log *log = evd_mem_get(sizeof *log);
  if (!log) {
    (void)evd_complain(EVD_ERR_SPACE, "%s: %s", plan->dir,
                       evd_err_text(EVD_ERR_SPACE));
    return NULL;
  }
  log->plan = *plan;
  if (plan->origin)
    log->origin =
        (evd_span){(const uint8_t *)plan->origin, strlen(plan->origin)};
  log->state.keys_at = log->state.close_at = EVD_NO_INDEX;
  evd_arena_init(&log->scratch, SCRATCH_BYTES_MAX);
  evd_arena_init(&log->arena, EVD_LOG_SETUP_BYTES_MAX);
  evd_buf_init(&log->saved, EVD_LOG_STATE_BYTES_MAX);
  evd_buf_init(&log->next, EVD_LOG_STATE_BYTES_MAX);
  evd_buf_init(&log->note, EVD_NOTE_BYTES_MAX);
  evd_tree_past_init(&log->past, EVD_TREE_PAST_BYTES_MAX);
  evd_group_init(&log->G, evd_host_kernel());
  return log;
}

evd_err evd_log_open(evd_log **out, const evd_log_plan *plan) {
  evd_log *log = evd_log_new(plan);
  *out = NULL;
  if (!log)
    return EVD_ERR_SPACE;
  evd_err e = open_all(log);
  if (e == EVD_OK)
    *out = log;
  else
    evd_log_close(log);
  return e;
}

void evd_log_close(evd_log *log) {
  if (!log)
    return;
  evd_log_unbegin(log);
  evd_store_close(log->store);
  evd_board_dir_close(&log->files);
  evd_arena_close(&log->scratch);
  evd_buf_close(&log->saved);
  evd_buf_close(&log->next);
  evd_buf_close(&log->note);
  evd_tree_past_close(&log->past);
  evd_buf_close(&log->edge.bundle);
  evd_mem_free(log->codes);
  evd_mem_free(log->ids);
  evd_mem_free(log);
}
