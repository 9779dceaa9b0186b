/* A batch of entries becomes part of the log: all of it in one transaction.
 *
 * The rules decide first; the objects of what they took are written then, and
 * COMMIT comes last. So nothing that was refused leaves an object behind, and
 * nothing stands in the log whose object could be missing. */
#include <string.h>

#include "base/endian.h"
#include "serve/log_order.h"

#define BATCH_BYTES_MAX ((size_t)256 << 20)

/* ---- items ---- */

static bool take_length(evd_span body, size_t *at, size_t *n) {
  if (body.n - *at < 4)
    return false;
  *n = evd_be32_get(body.p + *at);
  *at += 4;
  return *n <= body.n - *at;
}

evd_err evd_log_item_next(evd_span body, size_t *at, evd_log_item *out,
                          const char **what) {
  evd_entry_read read;
  evd_entry_object names[EVD_ENTRY_OBJECTS_MAX];
  size_t n = 0, end = *at;
  *what = "an item ends before its length";
  if (*at >= body.n || !take_length(body, &end, &n))
    return EVD_ERR_FORM;
  out->entry = (evd_span){body.p + end, n};
  end += n;
  if (evd_entry_parse(&read, out->entry, what) != EVD_OK)
    return EVD_ERR_FORM;
  *what = "an object ends before its length";
  const size_t first = end;
  uint32_t n_objects = evd_entry_objects(&read.e, names);
  for (uint32_t i = 0; i < n_objects; i++) {
    if (!take_length(body, &end, &n))
      return EVD_ERR_FORM;
    end += n;
  }
  out->objects = (evd_span){body.p + first, end - first};
  out->request = 0;
  *at = end;
  return EVD_OK;
}

static evd_err malformed(evd_log_result *r, const char *what) {
  r->fate = EVD_LOG_MALFORMED;
  (void)evd_log_refuse(r->what, "%s", what);
  return EVD_ERR_FORM;
}

/* The objects behind an entry, each with its digest and length. */
static evd_err read_objects(evd_log_work *w, evd_span objects) {
  size_t at = 0, n = 0;
  evd_log_content *c = &w->content;
  c->n = evd_entry_objects(&w->read.e, c->names);
  for (uint32_t i = 0; i < c->n; i++) {
    if (!take_length(objects, &at, &n))
      return malformed(w->result, "an object is missing");
    c->bytes[i] = (evd_span){objects.p + at, n};
    at += n;
    if (w->compare &&
        !evd_object_fits(&c->names[i].ref, c->names[i].kind, c->bytes[i]))
      return malformed(w->result,
                       "an object is not the one that the entry names");
  }
  return at == objects.n
             ? EVD_OK
             : malformed(w->result, "more than the entry's objects");
}

static void read_item(evd_log_work *w, const evd_log_item *item,
                      evd_log_result *result, bool compare) {
  const char *what = NULL;
  memset(result, 0, sizeof *result);
  w->result = result;
  w->item = item;
  w->compare = compare;
  w->content.read = &w->read;
  if (evd_entry_parse(&w->read, item->entry, &what) != EVD_OK) {
    (void)malformed(result, what);
    memset(&w->read, 0, sizeof w->read);
    return;
  }
  if (read_objects(w, item->objects) != EVD_OK)
    return;
  evd_leaf_hash(&w->leaf, item->entry.p, item->entry.n);
}

/* ---- one entry ---- */

static evd_err refused(evd_log *log, evd_log_work *w, evd_l_code code,
                       const char *what) {
  bool conflict = false;
  if (code == EVD_L5)
    EVD_TRY(evd_log_find_conflict(log, &w->read.e, &conflict));
  w->result->fate = conflict ? EVD_LOG_CONFLICT : EVD_LOG_REFUSED;
  w->result->code = code;
  (void)evd_log_refuse(w->result->what, "%s", what);
  return EVD_OK;
}

/* What is refused only after rows were written: the batch is done again
 * without it. */
static evd_err refused_late(evd_log_work *w, evd_l_code code) {
  w->result->fate = EVD_LOG_REFUSED;
  w->result->code = code;
  w->late = true;
  return EVD_ERR_REFUSED;
}

static evd_err write_objects(evd_log *log, evd_log_work *w) {
  const evd_log_content *c = &w->content;
  for (uint32_t i = 0; !w->written && i < c->n; i++)
    EVD_TRY(evd_log_put_object(log, &c->names[i].ref, c->bytes[i]));
  w->written = true;
  return EVD_OK;
}

/* Entries of the same batch may ask what these say. */
static bool is_asked_for(const evd_entry *e) {
  return e->type == EVD_ENTRY_SETUP || e->type == EVD_ENTRY_CEREMONY;
}

evd_err evd_log_count(evd_log *log, const evd_entry *e, const evd_h32 *leaf) {
  evd_log_state *s = &log->state;
  if (e->type == EVD_ENTRY_PHASE && log->rules.closed &&
      s->close_at == EVD_NO_INDEX)
    s->close_at = s->tree.size;
  return evd_tree_add(&s->tree, leaf);
}

static evd_err add(evd_log *log, evd_log_work *w) {
  const evd_log_state *s = &log->state;
  w->result->fate = EVD_LOG_TAKEN;
  w->result->index = s->tree.size;
  if (!log->asking && is_asked_for(&w->read.e))
    EVD_TRY(write_objects(log, w));
  EVD_TRY(evd_store_add(log->store, s->tree.size, w->item->entry));
  EVD_TRY(evd_log_body_put(log, &w->read, s->tree.size));
  return evd_log_count(log, &w->read.e, &w->leaf);
}

/* The first entry brings the rules of all others. */
static evd_err begin(evd_log *log, evd_log_work *w, bool *begun) {
  evd_err e = EVD_ERR_REFUSED;
  *begun = log->has_rules;
  if (log->has_rules)
    return EVD_OK;
  if (w->read.e.type != EVD_ENTRY_SETUP)
    return refused(log, w, EVD_L5, "the first entry is SETUP");
  log->setup = w->read.e;
  log->taking = &w->content;
  e = evd_log_begin(log, w->result->what);
  log->taking = NULL;
  *begun = e == EVD_OK;
  if (e != EVD_ERR_REFUSED)
    return e;
  w->result->fate = EVD_LOG_REFUSED;
  w->result->code = EVD_L5;
  return EVD_OK;
}

/* Who only asks is told what the rules say: of objects the roll alone, which
 * they need for what comes after it. */
static evd_err judge(evd_log *log, evd_log_work *w, evd_l_code *code) {
  if (log->asking && w->read.e.type != EVD_ENTRY_ROLL)
    return EVD_OK;
  return evd_log_judge(log, &w->content, code, w->result->what);
}

static evd_err take_new(evd_log *log, evd_log_work *w) {
  evd_refusal why;
  evd_l_code code = EVD_L_NONE;
  bool begun = false;
  EVD_TRY(begin(log, w, &begun));
  if (!begun)
    return EVD_OK;
  evd_err e = evd_rules_apply(&log->rules, &w->read, &w->leaf, &why);
  if (e == EVD_ERR_REFUSED && log->rules.size == 0)
    evd_log_unbegin(log);
  if (e == EVD_ERR_REFUSED)
    return refused(log, w, why.code, why.what);
  EVD_TRY(e);
  e = judge(log, w, &code);
  if (e == EVD_ERR_REFUSED)
    return refused_late(w, code);
  EVD_TRY(e);
  return add(log, w);
}

static evd_err find_repeat(evd_log *log, evd_log_work *w, bool *found) {
  uint64_t index = 0;
  EVD_TRY(evd_log_find_repeat(log, &w->read, &index, found));
  if (!*found)
    return EVD_OK;
  w->result->fate = EVD_LOG_REPEAT;
  w->result->index = index;
  w->result->what[0] = 0;
  return EVD_OK;
}

/* What stands once by the rules themselves can be a repeat only where they
 * refuse it. */
static evd_err take_one(evd_log *log, evd_log_work *w) {
  bool found = false;
  if (evd_log_has_body_row(&w->read.e))
    EVD_TRY(find_repeat(log, w, &found));
  if (found)
    return EVD_OK;
  EVD_TRY(take_new(log, w));
  return w->result->fate == EVD_LOG_TAKEN ? EVD_OK
                                          : find_repeat(log, w, &found);
}

/* ---- the batch ---- */

/* Is an item before it in its request not taken? */
static bool request_ended(const evd_log_batch *b, const evd_log_work *w) {
  for (const evd_log_work *v = b->work; v < w; v++)
    if (v->item->request == w->item->request &&
        v->result->fate != EVD_LOG_TAKEN && v->result->fate != EVD_LOG_REPEAT)
      return true;
  return false;
}

static evd_err apply(evd_log *log, evd_log_batch *b) {
  for (uint32_t i = 0; i < b->n; i++) {
    evd_log_work *w = b->order[i];
    if (w->result->fate == EVD_LOG_MALFORMED || w->late)
      continue;
    w->result->fate = EVD_LOG_SKIPPED;
    if (!request_ended(b, w))
      EVD_TRY(take_one(log, w));
  }
  return EVD_OK;
}

static bool any_taken(const evd_log_batch *b) {
  for (uint32_t i = 0; i < b->n; i++)
    if (b->work[i].result->fate == EVD_LOG_TAKEN)
      return true;
  return false;
}

static evd_err write_all_objects(evd_log *log, const evd_log_batch *b) {
  for (uint32_t i = 0; i < b->n; i++)
    if (b->work[i].result->fate == EVD_LOG_TAKEN)
      EVD_TRY(write_objects(log, &b->work[i]));
  return EVD_OK;
}

/* Back to what the database has. */
static evd_err restore(evd_log *log) {
  evd_store_rollback(log->store);
  if (log->saved.n == 0) {
    evd_log_unbegin(log);
    log->state =
        (evd_log_state){.keys_at = EVD_NO_INDEX, .close_at = EVD_NO_INDEX};
    return EVD_OK;
  }
  EVD_TRY(evd_log_state_read(log, (evd_span){log->saved.p, log->saved.n}));
  log->has_keys = log->state.keys_at != EVD_NO_INDEX;
  return EVD_OK;
}

static evd_err commit(evd_log *log) {
  evd_buf was = log->saved;
  evd_buf_reset(&log->next);
  evd_log_state_write(&log->next, log);
  if (!evd_buf_ok(&log->next))
    return EVD_ERR_SPACE;
  evd_err e = evd_store_move(log->store, (evd_span){log->saved.p, log->saved.n},
                             (evd_span){log->next.p, log->next.n});
  if (e == EVD_ERR_WAIT)
    return evd_log_lost(log);
  EVD_TRY(e);
  evd_log_at(log, EVD_LOG_AT_COMMIT);
  EVD_TRY(evd_store_commit(log->store));
  log->saved = log->next;
  log->next = was;
  evd_log_at(log, EVD_LOG_AT_TAKEN);
  return EVD_OK;
}

/* One attempt. EVD_ERR_REFUSED: an item was refused late, try again. */
static evd_err attempt(evd_log *log, evd_log_batch *b) {
  EVD_TRY(evd_store_begin(log->store));
  EVD_TRY(evd_log_want(log, b));
  EVD_TRY(apply(log, b));
  evd_log_at(log, EVD_LOG_AT_RULES);
  if (log->asking)
    return restore(log);
  if (!any_taken(b)) {
    evd_store_rollback(log->store);
    return EVD_OK;
  }
  EVD_TRY(write_all_objects(log, b));
  return commit(log);
}

static evd_err take_all(evd_log *log, const evd_log_item *items, uint32_t n,
                        evd_log_result *results) {
  evd_arena a;
  evd_log_batch b = {.n = n};
  evd_arena_init(&a, BATCH_BYTES_MAX);
  b.work = evd_arena_get(&a, n, sizeof *b.work);
  b.order = evd_arena_get(&a, n, sizeof(evd_log_work *));
  evd_err e = b.work && b.order ? EVD_OK : EVD_ERR_SPACE;
  for (uint32_t i = 0; e == EVD_OK && i < n; i++)
    read_item(&b.work[i], &items[i], &results[i], !log->asking);
  if (e == EVD_OK)
    e = evd_log_shuffle(log, &b, &a);
  while (e == EVD_OK) {
    e = attempt(log, &b);
    if (e != EVD_ERR_REFUSED)
      break;
    e = restore(log);
  }
  evd_arena_close(&a);
  return e;
}

evd_err evd_log_take(evd_log *log, const evd_log_item *items, uint32_t n,
                     evd_log_result *results) {
  return take_all(log, items, n, results);
}

evd_err evd_log_ask(evd_log *log, const evd_log_item *items, uint32_t n,
                    evd_log_result *results) {
  for (uint32_t i = 0; !log->has_rules && i < n; i++)
    results[i] = (evd_log_result){.fate = EVD_LOG_TAKEN};
  if (!log->has_rules)
    return EVD_OK;
  log->asking = true;
  evd_err e = take_all(log, items, n, results);
  log->asking = false;
  return e;
}
