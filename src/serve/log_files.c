/* Everything that readers get, from the entries of the database. */
#include <stdio.h>
#include <string.h>

#include "board/parts.h"
#include "host/host.h"
#include "serve/log_run.h"

#define PATH_BYTES 64

static evd_err put(evd_log *log, const char *path, evd_span bytes) {
  EVD_TRY(evd_log_put(log, path, bytes));
  evd_log_at(log, EVD_LOG_AT_FILE);
  return EVD_OK;
}

/* ---- setup/ ---- */

static evd_err put_copy(evd_log *log, const char *kind,
                        const evd_object_ref *ref, const char *path) {
  static const evd_object_ref none;
  evd_buf b;
  if (memcmp(ref, &none, sizeof none) == 0)
    return EVD_OK;
  evd_buf_init(&b, (size_t)ref->length + 1);
  evd_err e = evd_log_object(log, kind, ref, &b);
  if (e == EVD_OK)
    e = put(log, path, (evd_span){b.p, b.n});
  else if (e != EVD_ERR_IO && e != EVD_ERR_SPACE)
    e = evd_log_damaged(log, "the object of public/%s: %s", path,
                        evd_err_text(e));
  evd_buf_close(&b);
  return e;
}

static evd_err put_setup(evd_log *log, const evd_entry *e) {
  const struct {
    const char *kind;
    const evd_object_ref *ref;
    const char *path;
  } copies[] = {
      {"parameters", &e->setup.parameters, "setup/parameters.json"},
      {"manifest", &e->setup.manifest, "setup/manifest.json"},
      {"texts", &e->setup.texts, "setup/texts.json"},
      {"keys", &e->setup.keys, "setup/keys"},
      {"policy", &e->setup.policy, "setup/policy"},
  };
  for (size_t i = 0; i < sizeof copies / sizeof *copies; i++)
    EVD_TRY(put_copy(log, copies[i].kind, copies[i].ref, copies[i].path));
  return EVD_OK;
}

evd_err evd_log_guardian(evd_log *log, uint32_t i, evd_buf *out) {
  char name[PATH_BYTES];
  evd_buf b;
  evd_span file = {NULL, 0};
  if (!log->has_keys || i < 1 || i > log->head.par.n)
    return EVD_ERR_MISSING;
  const evd_object_ref *ref = &log->reveals[i - 1];
  snprintf(name, sizeof name, "guardian_%u.json", i);
  evd_buf_init(&b, (size_t)ref->length + 1);
  evd_err e = evd_log_object(log, "ceremony", ref, &b);
  if (e == EVD_OK)
    e = evd_part_find((evd_span){b.p, b.n}, name, &file);
  if (e == EVD_OK)
    evd_buf_add(out, file.p, file.n);
  evd_buf_close(&b);
  EVD_TRY(e);
  return evd_buf_ok(out) ? EVD_OK : EVD_ERR_SPACE;
}

static evd_err put_keys(evd_log *log, const evd_entry *e) {
  char path[PATH_BYTES];
  evd_buf b;
  evd_err err = EVD_OK;
  EVD_TRY(put_copy(log, "election_keys", &e->keys.election_keys,
                   "setup/election_keys.json"));
  evd_buf_init(&b, EVD_LOG_OBJECT_BYTES_MAX);
  for (uint32_t i = 1; err == EVD_OK && i <= log->head.par.n; i++) {
    snprintf(path, sizeof path, "setup/guardians/guardian_%u.json", i);
    evd_buf_reset(&b);
    err = evd_log_guardian(log, i, &b);
    if (err == EVD_OK)
      err = put(log, path, (evd_span){b.p, b.n});
  }
  evd_buf_close(&b);
  return err;
}

/* ---- the walk ---- */

static evd_err show(evd_log *log, const evd_entry *e, uint64_t index) {
  enum { COMMIT = 1 };
  switch (e->type) {
  case EVD_ENTRY_SETUP:
    return put_setup(log, e);
  case EVD_ENTRY_KEYS:
    return put_keys(log, e);
  case EVD_ENTRY_ROLL:
    return e->roll.op == COMMIT
               ? put_copy(log, "roll", &e->roll.roll, "setup/roll.jsonl")
               : EVD_OK;
  case EVD_ENTRY_BALLOT:
    return evd_log_index_add(log, &e->ballot.H_C, index);
  default:
    return EVD_OK;
  }
}

evd_err evd_log_show_entry(evd_log *log, const evd_entry_read *read,
                           const evd_h32 *leaf, evd_span bytes) {
  uint64_t index = log->edge.tree.size;
  EVD_TRY(evd_log_edge_add(log, bytes, leaf));
  return show(log, &read->e, index);
}

static evd_err show_next(evd_log *log, evd_buf *b) {
  evd_entry_read read;
  evd_h32 leaf;
  const char *why = NULL;
  uint64_t index = log->edge.tree.size;
  evd_buf_reset(b);
  evd_err e = evd_store_entry(log->store, index, b);
  if (e == EVD_OK)
    e = evd_entry_parse(&read, (evd_span){b->p, b->n}, &why);
  if (e != EVD_OK)
    return evd_complain(e == EVD_ERR_IO ? e : EVD_ERR_FORM,
                        "the database has no whole entry %llu",
                        (unsigned long long)index);
  evd_leaf_hash(&leaf, b->p, b->n);
  return evd_log_show_entry(log, &read, &leaf, (evd_span){b->p, b->n});
}

/* What was written has the root that the database has. */
static evd_err same_root(const evd_log *log) {
  evd_h32 ours, theirs;
  evd_tree_root(&log->state.tree, &ours);
  evd_tree_root(&log->edge.tree, &theirs);
  if (memcmp(&ours, &theirs, sizeof ours) == 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_FORM,
                      "%s: the entries in the database have another root than "
                      "its state at size %llu: it is damaged",
                      log->plan.dir, (unsigned long long)log->state.tree.size);
}

evd_err evd_log_files(evd_log *log) {
  evd_buf b;
  evd_err e = EVD_OK;
  evd_buf_init(&b, EVD_ENTRY_BYTES_MAX);
  while (e == EVD_OK && log->edge.tree.size < log->state.tree.size)
    e = show_next(log, &b);
  evd_buf_close(&b);
  EVD_TRY(e);
  EVD_TRY(same_root(log));
  EVD_TRY(evd_log_edge_show(log));
  EVD_TRY(evd_log_index_write(log));
  evd_log_at(log, EVD_LOG_AT_FILES);
  return EVD_OK;
}
