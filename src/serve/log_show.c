/* Heads, proofs, the checkpoint and receipts. */
#include <string.h>

#include "board/checkpoint.h"
#include "board/note.h"
#include "board/proof.h"
#include "host/host.h"
#include "serve/log_run.h"

static const evd_h32 the_row;

void evd_log_head_get(const evd_log *log, evd_log_head *out) {
  out->size = log->state.tree.size;
  evd_tree_root(&log->state.tree, &out->root);
}

/* ---- proofs, from tiles ---- */

evd_err evd_log_consistency(evd_log *log, uint64_t old_size,
                            evd_tree_proof *out) {
  evd_tree_nodes nodes = evd_log_nodes_get(log);
  return evd_consistency_make(&nodes, old_size, log->edge.tree.size, out);
}

static evd_err root_at(evd_log *log, uint64_t size, evd_h32 *out) {
  if (size == 0) {
    evd_tree_empty(out);
    return EVD_OK;
  }
  evd_tree_nodes nodes = evd_log_nodes_get(log);
  return evd_tree_hash(&nodes, 0, size, out);
}

static evd_err add_stored(evd_log *log, evd_tree *t, evd_buf *entry) {
  evd_h32 leaf;
  evd_buf_reset(entry);
  EVD_TRY(evd_store_entry(log->store, t->size, entry));
  evd_leaf_hash(&leaf, entry->p, entry->n);
  return evd_tree_add(t, &leaf);
}

evd_err evd_log_root(void *self, uint64_t size, evd_h32 *out) {
  evd_log *log = self;
  if (log->past.size > 0)
    return evd_tree_past_root(&log->past, size, out);
  if (size <= log->edge.tree.size)
    return root_at(log, size, out);
  evd_tree t = log->edge.tree; /* what has no files yet */
  evd_err e = EVD_OK;
  evd_buf entry;
  evd_buf_init(&entry, EVD_ENTRY_BYTES_MAX);
  while (e == EVD_OK && t.size < size)
    e = add_stored(log, &t, &entry);
  evd_buf_close(&entry);
  evd_tree_root(&t, out);
  return e;
}

evd_err evd_log_known_head(evd_log *log, const evd_log_head *head,
                           const char *who) {
  evd_h32 root;
  uint64_t size = log->state.tree.size;
  if (head->size > size)
    return evd_complain(EVD_ERR_FAIL,
                        "%s: %s has seen %llu entries of this log, and here "
                        "are %llu: this is an old copy. It must not go on; a "
                        "new log has to",
                        log->plan.dir, who, (unsigned long long)head->size,
                        (unsigned long long)size);
  EVD_TRY(root_at(log, head->size, &root));
  if (memcmp(&root, &head->root, sizeof root) == 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_FAIL,
                      "%s: %s has seen another log under this name: its root "
                      "at size %llu is not ours. It must not go on; a new log "
                      "has to",
                      log->plan.dir, who, (unsigned long long)head->size);
}

/* ---- checkpoint ---- */

static evd_err no_note(const evd_log *log, const char *what) {
  return evd_complain(EVD_ERR_FAIL, "%s: not published: %s", log->plan.dir,
                      what);
}

static evd_err check_note(evd_log *log, evd_span note, evd_log_head *head) {
  evd_checkpoint c;
  evd_note_why why;
  evd_h32 root;
  if (evd_checkpoint_read(&c, note, &why) != EVD_OK)
    return no_note(log, "this is no checkpoint");
  if (c.origin.n != log->origin.n ||
      memcmp(c.origin.p, log->origin.p, log->origin.n) != 0)
    return no_note(log, "this is the checkpoint of another log");
  if (c.head.size > log->edge.tree.size)
    return no_note(log, "there are no files for this size");
  if (c.head.size < log->published.size)
    return no_note(log, "a larger checkpoint is published");
  EVD_TRY(root_at(log, c.head.size, &root));
  if (memcmp(&root, &c.head.root, sizeof root) != 0)
    return no_note(log, "this is not our root");
  *head = c.head;
  return EVD_OK;
}

/* The first checkpoint with CLOSE is noted before it can be seen: its tiles
 * stay. */
static evd_err keep_close(evd_log *log, uint64_t size) {
  if (log->kept != 0 || log->state.close_at >= size)
    return EVD_OK;
  EVD_TRY(evd_store_begin(log->store));
  EVD_TRY(evd_log_number_put(log, EVD_LOG_ROW_KEPT, &the_row, size));
  EVD_TRY(evd_store_commit(log->store));
  log->kept = size;
  return EVD_OK;
}

evd_err evd_log_publish(evd_log *log, evd_span note) {
  evd_log_head head = {0, {{0}}};
  EVD_TRY(check_note(log, note, &head));
  EVD_TRY(keep_close(log, head.size));
  EVD_TRY(evd_log_replace(log, "checkpoint", note));
  evd_buf_reset(&log->note);
  evd_buf_add(&log->note, note.p, note.n);
  if (!evd_buf_ok(&log->note))
    return EVD_ERR_SPACE;
  log->published = head;
  evd_log_at(log, EVD_LOG_AT_PUBLISHED);
  return EVD_OK;
}

evd_span evd_log_published(const evd_log *log, evd_log_head *head) {
  if (head)
    *head = log->published;
  return (evd_span){log->note.p, log->note.n};
}

evd_err evd_log_receipt(evd_log *log, uint64_t index, evd_buf *out) {
  evd_receipt r;
  evd_buf entry;
  uint64_t size = log->published.size;
  evd_tree_nodes nodes = evd_log_nodes_get(log);
  memset(&r, 0, sizeof r);
  EVD_TRY(evd_inclusion_make(&nodes, size, index, &r.proof));
  evd_buf_init(&entry, EVD_ENTRY_BYTES_MAX);
  evd_err e = evd_store_entry(log->store, index, &entry);
  r.extra = (evd_span){entry.p, entry.n};
  r.index = index;
  r.checkpoint = (evd_span){log->note.p, log->note.n};
  if (e == EVD_OK)
    evd_receipt_write(out, &r);
  evd_buf_close(&entry);
  EVD_TRY(e);
  return evd_buf_ok(out) ? EVD_OK : EVD_ERR_SPACE;
}

/* ---- what the log says about itself ---- */

const evd_entry *evd_log_setup(const evd_log *log) {
  return log->has_rules ? &log->setup : NULL;
}

const evd_entry *evd_log_keys(const evd_log *log) {
  return log->has_keys ? &log->keys : NULL;
}

const evd_rules *evd_log_rules(const evd_log *log) { return &log->rules; }
