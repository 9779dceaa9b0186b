/* Every entry, a chunk at a time. Three chunks are on their way at once: the
 * entries of one are judged, one after the other, and then the next but one is
 * read; meanwhile the other threads look at those of the next: form, leaf, and
 * the object of a ballot, which no rule looks into. */
#include <string.h>

#include "host/mem.h"
#include "serve/fsck_run.h"
#include "serve/log_replay.h"

#define NUMBER(v) ((unsigned long long)(v))

enum { CHUNK = 1024, PARTS = 16, CHUNKS = 3 };

typedef struct {
  evd_entry_read read;
  const char *why; /* it is no entry; else NULL */
  evd_h32 leaf;
  evd_err object; /* of a ballot */
} look;

typedef struct {
  uint64_t first;
  uint32_t n, ends[CHUNK];
  evd_buf bytes;
  evd_err whole; /* EVD_ERR_MISSING: there is no entry first + n */
  look looks[CHUNK];
} chunk;

typedef struct {
  evd_fsck_run *k;
  chunk *to_judge, *to_look_at, *to_read;
  uint64_t next; /* entry to be read */
  evd_arena arena;
  evd_err e; /* of judging */
} line;

static evd_span entry_at(const chunk *c, uint32_t i) {
  uint32_t from = i ? c->ends[i - 1] : 0;
  return (evd_span){c->bytes.p + from, c->ends[i] - from};
}

/* ---- reading ---- */

static evd_err keep_entry(void *self, uint64_t index, evd_span bytes) {
  chunk *c = self;
  if (index != c->first + c->n)
    return EVD_ERR_MISSING;
  if (bytes.n > 0)
    evd_buf_add(&c->bytes, bytes.p, bytes.n);
  c->ends[c->n++] = (uint32_t)c->bytes.n;
  return evd_buf_ok(&c->bytes) ? EVD_OK : EVD_ERR_SPACE;
}

/* The next entries; nothing more after what could not be read. */
static void read_chunk(line *l) {
  chunk *c = l->to_read;
  const uint64_t left = l->k->out->entries - l->next;
  const uint32_t n = left < CHUNK ? (uint32_t)left : CHUNK;
  evd_buf_reset(&c->bytes);
  c->first = l->next;
  c->n = 0;
  c->whole = EVD_OK;
  if (n == 0)
    return;
  c->whole = evd_store_entries(l->k->log->store, c->first, n, keep_entry, c);
  if (c->whole == EVD_OK && c->n < n)
    c->whole = EVD_ERR_MISSING;
  l->next = c->whole == EVD_OK ? l->next + n : l->k->out->entries;
}

/* ---- looking ---- */

static bool is_apart(const evd_entry *e) { return e->type == EVD_ENTRY_BALLOT; }

static void look_at(const evd_log *log, evd_span bytes, look *o, evd_buf *b) {
  evd_entry_object names[EVD_ENTRY_OBJECTS_MAX];
  o->object = EVD_OK;
  if (evd_entry_parse(&o->read, bytes, &o->why) != EVD_OK)
    return;
  evd_leaf_hash(&o->leaf, bytes.p, bytes.n);
  if (!is_apart(&o->read.e) || evd_entry_objects(&o->read.e, names) != 1)
    return;
  o->object = evd_board_object(&log->files, names[0].kind, &names[0].ref, b);
  if (o->object == EVD_ERR_PROOF)
    o->object = EVD_ERR_FORM;
}

static void look_at_part(const line *l, uint32_t from, uint32_t to) {
  chunk *c = l->to_look_at;
  evd_buf b;
  evd_buf_init(&b, EVD_LOG_OBJECT_BYTES_MAX);
  for (uint32_t i = from; i < to && i < c->n; i++)
    look_at(l->k->log, entry_at(c, i), &c->looks[i], &b);
  evd_buf_close(&b);
}

/* ---- judging ---- */

static evd_err check_body_row(evd_fsck_run *k, uint64_t at,
                              const evd_entry_read *read) {
  uint64_t index = 0;
  bool found = false;
  if (!evd_log_has_body_row(&read->e))
    return EVD_OK;
  k->bodies++;
  evd_err e = evd_log_body_get(k->log, read, &index, &found);
  if (e == EVD_OK && found && index == at)
    return EVD_OK;
  if (e == EVD_ERR_IO)
    return e;
  return evd_log_damaged(k->log, "database: the row of the body of entry %llu",
                         NUMBER(at));
}

static evd_err read_objects(line *l, const evd_entry *e, evd_log_content *c) {
  c->n = 0;
  if (is_apart(e))
    return EVD_OK;
  evd_err err = evd_log_read_objects(l->k->log, e, &l->arena, c);
  l->k->out->objects += c->n;
  return err;
}

static evd_err show(evd_fsck_run *k, uint64_t at, const look *o,
                    evd_span bytes) {
  if (at < k->out->published)
    return evd_log_show_entry(k->log, &o->read, &o->leaf, bytes);
  return o->read.e.type == EVD_ENTRY_BALLOT
             ? evd_log_index_add(k->log, &o->read.e.ballot.H_C, at)
             : EVD_OK;
}

static evd_err judge(line *l, uint64_t at, const look *o, evd_span bytes) {
  evd_fsck_run *k = l->k;
  evd_log_content c;
  if (o->why) {
    (void)evd_log_damaged(k->log, "database: entry %llu is none: %s",
                          NUMBER(at), o->why);
    return EVD_ERR_FAIL; /* nothing can be said about what comes after it */
  }
  EVD_TRY(evd_fsck_go_on(k, check_body_row(k, at, &o->read)));
  evd_err e = read_objects(l, &o->read.e, &c);
  EVD_TRY(evd_fsck_go_on(k, e));
  if (e != EVD_OK) /* without its object it cannot be judged */
    return EVD_ERR_FAIL;
  EVD_TRY(evd_log_replay(k->log, &o->read, &o->leaf, &c));
  return evd_fsck_go_on(k, show(k, at, o, bytes));
}

static evd_err check_published(evd_fsck_run *k) {
  evd_h32 root;
  evd_tree_root(&k->log->edge.tree, &root);
  if (memcmp(&root, &k->c.head.root, sizeof root) != 0)
    (void)evd_log_damaged(k->log, "public/checkpoint has another root than the "
                                  "entries of the database");
  return evd_fsck_go_on(k, evd_log_edge_show(k->log));
}

static evd_err judge_entries(line *l) {
  evd_err e = EVD_OK;
  const chunk *c = l->to_judge;
  for (uint32_t i = 0; e == EVD_OK && i < c->n; i++) {
    evd_arena_point mark = evd_arena_mark(&l->arena);
    e = judge(l, c->first + i, &c->looks[i], entry_at(c, i));
    if (e == EVD_OK && c->first + i + 1 == l->k->out->published)
      e = check_published(l->k);
    evd_arena_back(&l->arena, mark);
  }
  return e;
}

/* What the looks at objects found. */
static evd_err tell_objects(evd_fsck_run *k, const chunk *c) {
  for (uint32_t i = 0; i < c->n; i++) {
    const look *o = &c->looks[i];
    if (o->why || !is_apart(&o->read.e))
      continue;
    k->out->objects++;
    if (o->object != EVD_OK)
      EVD_TRY(evd_fsck_go_on(k, evd_log_object_fault(k->log, c->first + i,
                                                     &o->read.e.ballot.object,
                                                     o->object)));
  }
  return EVD_OK;
}

static evd_err judge_chunk(line *l) {
  const chunk *c = l->to_judge;
  evd_err e = judge_entries(l);
  EVD_TRY(tell_objects(l->k, c));
  EVD_TRY(e);
  if (c->whole == EVD_ERR_MISSING)
    (void)evd_log_damaged(l->k->log, "database: there is no entry %llu",
                          NUMBER(c->first + c->n));
  return c->whole;
}

/* ---- side by side ---- */

static void job(void *self, size_t index) {
  line *l = self;
  const uint32_t part = (uint32_t)index, each = CHUNK / PARTS;
  if (part > 0) {
    look_at_part(l, (part - 1) * each, part * each);
    return;
  }
  l->e = judge_chunk(l);
  if (l->e == EVD_OK)
    read_chunk(l);
}

static void move_on(line *l) {
  chunk *empty = l->to_judge;
  l->to_judge = l->to_look_at;
  l->to_look_at = l->to_read;
  l->to_read = empty;
}

static bool waits(const chunk *c) { return c->n > 0 || c->whole != EVD_OK; }

static evd_err run(line *l) {
  const evd_pool *pool = &l->k->pool;
  while (l->e == EVD_OK && (l->next < l->k->out->entries ||
                            waits(l->to_look_at) || waits(l->to_judge))) {
    pool->run(pool->self, job, l, 1 + PARTS);
    move_on(l);
  }
  return l->e;
}

evd_err evd_fsck_entries(evd_fsck_run *k) {
  chunk *c = evd_mem_get(CHUNKS * sizeof *c);
  if (!c)
    return EVD_ERR_SPACE;
  line l = {.k = k, .to_judge = c, .to_look_at = c + 1, .to_read = c + 2};
  for (int i = 0; i < CHUNKS; i++)
    evd_buf_init(&c[i].bytes, CHUNK * EVD_ENTRY_BYTES_MAX);
  evd_arena_init(&l.arena, EVD_LOG_OBJECT_BYTES_MAX * EVD_ENTRY_OBJECTS_MAX);
  evd_err e = run(&l);
  evd_arena_close(&l.arena);
  for (int i = 0; i < CHUNKS; i++)
    evd_buf_close(&c[i].bytes);
  evd_mem_free(c);
  return e;
}
