/* The same log in another database, from what everybody can read. */
#include <string.h>

#include "host/host.h"
#include "serve/fsck.h"
#include "serve/log_replay.h"

#define PER_COMMIT 4096

typedef struct {
  evd_log *log;
  evd_checkpoint c;
  evd_arena arena;
  uint64_t objects;
} mover;

static evd_err begin(mover *m, evd_span bytes) {
  evd_entry_read read;
  const char *why = NULL;
  char what[EVD_LOG_WHAT_BYTES] = "";
  evd_log *log = m->log;
  if (evd_entry_parse(&read, bytes, &why) != EVD_OK ||
      read.e.type != EVD_ENTRY_SETUP)
    return evd_log_damaged(log, "the first entry is not SETUP");
  log->setup = read.e;
  evd_err e = evd_log_begin(log, what);
  if (e == EVD_ERR_REFUSED)
    return evd_log_damaged(log, "entry 0: %s", what);
  EVD_TRY(e);
  return evd_log_judge_checkpoint(log, &m->c);
}

static evd_err move_entry(mover *m, evd_span bytes) {
  evd_log *log = m->log;
  evd_entry_read read;
  evd_log_content c;
  evd_h32 leaf;
  const char *why = NULL;
  uint64_t at = log->state.tree.size;
  if (at == 0)
    EVD_TRY(begin(m, bytes));
  if (evd_entry_parse(&read, bytes, &why) != EVD_OK)
    return evd_log_damaged(log, "an entry is none: %s", why);
  EVD_TRY(evd_log_read_objects(log, &read.e, &m->arena, &c));
  m->objects += c.n;
  evd_leaf_hash(&leaf, bytes.p, bytes.n);
  EVD_TRY(evd_log_replay(log, &read, &leaf, &c));
  EVD_TRY(evd_store_add(log->store, at, bytes));
  return evd_log_body_put(log, &read, at);
}

/* Without a state no server opens it: that comes with the last commit. */
static evd_err commit_some(mover *m) {
  EVD_TRY(evd_store_commit(m->log->store));
  return evd_store_begin(m->log->store);
}

static evd_err move_bundle(mover *m, uint64_t n, evd_buf *b) {
  const evd_tile t = {EVD_TILE_ENTRIES, n,
                      evd_tile_width(0, n, m->c.head.size)};
  size_t at = 0;
  evd_span entry;
  evd_err e = evd_board_tile(&m->log->files, &t, b);
  if (e != EVD_OK)
    return evd_log_damaged(m->log, "public/tile/entries: bundle %llu: %s",
                           (unsigned long long)n, evd_err_text(e));
  for (uint32_t i = 0; i < t.width; i++) {
    evd_arena_point mark = evd_arena_mark(&m->arena);
    EVD_TRY(evd_bundle_next((evd_span){b->p, b->n}, &at, &entry));
    EVD_TRY(move_entry(m, entry));
    evd_arena_back(&m->arena, mark);
  }
  return (n + 1) % (PER_COMMIT / EVD_TILE_WIDTH) == 0 ? commit_some(m) : EVD_OK;
}

static evd_err finish(mover *m) {
  evd_log *log = m->log;
  evd_h32 root;
  evd_tree_root(&log->state.tree, &root);
  if (memcmp(&root, &m->c.head.root, sizeof root) != 0)
    return evd_log_damaged(
        log, "the entries have another root than public/checkpoint");
  evd_log_state_write(&log->next, log);
  if (!evd_buf_ok(&log->next))
    return EVD_ERR_SPACE;
  EVD_TRY(evd_store_move(log->store, (evd_span){NULL, 0},
                         (evd_span){log->next.p, log->next.n}));
  return evd_store_commit(log->store);
}

static evd_err move_all(mover *m) {
  evd_log *log = m->log;
  uint64_t size = 0;
  evd_buf b;
  evd_err e = EVD_OK;
  const char *head =
      evd_path(&log->scratch, "%s/public/checkpoint", log->plan.dir);
  if (!evd_file_exists(head)) /* or there would be folder and database now */
    return evd_complain(EVD_ERR_MISSING,
                        "%s is not there: nothing is published", head);
  EVD_TRY(evd_log_open_store(log));
  EVD_TRY(evd_log_load_checkpoint(log, &m->c));
  EVD_TRY(evd_store_size(log->store, &size));
  if (size > 0)
    return evd_complain(EVD_ERR_EXISTS, "%s has a log already",
                        log->plan.where);
  EVD_TRY(evd_store_begin(log->store));
  evd_buf_init(&b, EVD_TILE_WIDTH * (EVD_ENTRY_BYTES_MAX + 2));
  for (uint64_t n = 0; e == EVD_OK && n * EVD_TILE_WIDTH < m->c.head.size; n++)
    e = move_bundle(m, n, &b);
  evd_buf_close(&b);
  EVD_TRY(e);
  if (m->c.head.size == 0) {
    evd_store_rollback(log->store);
    return EVD_OK;
  }
  return finish(m);
}

evd_err evd_board_move(const char *dir, const char *where,
                       evd_fsck_report *out) {
  const evd_log_plan plan = {.dir = dir, .where = where, .make = true};
  mover m = {.log = evd_log_new(&plan)};
  memset(out, 0, sizeof *out);
  if (!m.log)
    return EVD_ERR_SPACE;
  evd_arena_init(&m.arena, EVD_LOG_OBJECT_BYTES_MAX * EVD_ENTRY_OBJECTS_MAX);
  evd_err e = move_all(&m);
  out->entries = out->published = m.log->state.tree.size;
  out->objects = m.objects;
  out->faults = m.log->faults;
  evd_log_close(m.log);
  evd_arena_close(&m.arena);
  if (out->faults > 0 && e != EVD_ERR_IO && e != EVD_ERR_SPACE)
    return EVD_ERR_FAIL;
  return e;
}
