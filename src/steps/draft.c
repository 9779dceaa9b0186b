/* Drafts as bytes: made, read, written. */
#include "steps/draft.h"

#include <string.h>

#include "base/endian.h"
#include "board/files.h"
#include "hash/hash.h"

#define MIB ((size_t)1024 * 1024)
#define ITEM_BYTES_MAX (64 * MIB)
#define ARENA_BYTES (3 * ITEM_BYTES_MAX)

evd_object_ref evd_object_name(const char *kind, evd_span bytes) {
  evd_object_ref out = {.length = (uint32_t)bytes.n};
  evd_digest(&out.digest, kind, bytes.p, bytes.n);
  return out;
}

/* ---- made ---- */

static bool keep(evd_draft *d, evd_span *out, evd_span bytes) {
  uint8_t *p = evd_arena_get(&d->arena, bytes.n + 1, 1);
  if (!p)
    return false;
  if (bytes.n)
    memcpy(p, bytes.p, bytes.n);
  *out = (evd_span){p, bytes.n};
  return true;
}

/* Reads back what it wrote, so that texts lie in the draft's own memory. */
static evd_err keep_entry(evd_draft *d, const evd_buf *written) {
  evd_entry_read r;
  evd_span own;
  const char *what = "";
  if (!evd_buf_ok(written) ||
      !keep(d, &own, (evd_span){written->p, written->n}))
    return EVD_ERR_SPACE;
  EVD_TRY(evd_entry_parse(&r, own, &what));
  d->e = r.e;
  d->signed_bytes = r.signed_bytes;
  return EVD_OK;
}

static evd_err keep_objects(evd_draft *d, const evd_span objects[],
                            uint32_t n) {
  evd_entry_object named[EVD_ENTRY_OBJECTS_MAX];
  if (evd_entry_objects(&d->e, named) != n)
    return EVD_ERR_RULE;
  for (uint32_t i = 0; i < n; i++) {
    if (!evd_object_fits(&named[i].ref, named[i].kind, objects[i]))
      return EVD_ERR_RULE;
    if (!keep(d, &d->objects[i], objects[i]))
      return EVD_ERR_SPACE;
  }
  d->n_objects = n;
  return EVD_OK;
}

static void empty(evd_draft *d) {
  memset(d, 0, sizeof *d);
  evd_arena_init(&d->arena, ARENA_BYTES);
}

evd_err evd_draft_make(evd_draft *d, const evd_entry *e,
                       const evd_span objects[], uint32_t n) {
  evd_buf b;
  empty(d);
  evd_buf_init(&b, EVD_ENTRY_BYTES_MAX);
  evd_err err = evd_entry_write(&b, e, NULL, 0);
  if (err == EVD_OK)
    err = keep_entry(d, &b);
  if (err == EVD_OK)
    err = keep_objects(d, objects, n);
  evd_buf_close(&b);
  if (err == EVD_OK)
    return EVD_OK;
  return evd_complain(err, "the entry %s cannot be made: %s",
                      evd_entry_name(e->type), evd_err_text(err));
}

void evd_draft_close(evd_draft *d) { evd_arena_close(&d->arena); }

/* ---- written ---- */

static void put_u32(evd_buf *out, uint32_t n) {
  uint8_t number[4];
  evd_be32_put(number, n);
  evd_buf_add(out, number, sizeof number);
}

void evd_draft_item(evd_buf *out, const evd_draft *d) {
  evd_buf entry;
  evd_buf_init(&entry, EVD_ENTRY_BYTES_MAX);
  if (evd_entry_write(&entry, &d->e, d->sigs, d->n_sigs) != EVD_OK)
    entry.full = true;
  put_u32(out, (uint32_t)entry.n);
  evd_buf_add(out, entry.p, entry.n);
  for (uint32_t i = 0; i < d->n_objects; i++) {
    put_u32(out, (uint32_t)d->objects[i].n);
    evd_buf_add(out, d->objects[i].p, d->objects[i].n);
  }
  out->full = out->full || entry.full;
  evd_buf_close(&entry);
}

evd_err evd_draft_write(const evd_draft *d, const char *path) {
  evd_buf b;
  evd_buf_init(&b, ITEM_BYTES_MAX);
  evd_draft_item(&b, d);
  evd_err e = evd_buf_ok(&b)
                  ? evd_file_write(path, b.p, b.n, 0644, EVD_REPLACE)
                  : evd_complain(EVD_ERR_SPACE, "%s: no memory", path);
  evd_buf_close(&b);
  return e;
}

/* ---- read ---- */

/* The next run of bytes after its length; false: there is no whole one. */
static bool take_run(evd_span *from, evd_span *out) {
  if (from->n < 4)
    return false;
  uint32_t n = evd_be32_get(from->p);
  if (from->n - 4 < n)
    return false;
  *out = (evd_span){from->p + 4, n};
  *from = (evd_span){from->p + 4 + n, from->n - 4 - n};
  return true;
}

static evd_err not_item(const char *where, const char *what) {
  return evd_complain(EVD_ERR_PARSE,
                      "%s: expected an entry and its objects: %s", where, what);
}

static evd_err parse(evd_draft *d, evd_span item, const char *where) {
  evd_span entry, own, objects[EVD_ENTRY_OBJECTS_MAX];
  evd_entry_read r;
  uint32_t n = 0;
  const char *what = "it ends too early";
  if (!take_run(&item, &entry))
    return not_item(where, what);
  if (!keep(d, &own, entry))
    return evd_complain(EVD_ERR_SPACE, "%s: no memory", where);
  if (evd_entry_parse(&r, own, &what) != EVD_OK)
    return not_item(where, what);
  d->e = r.e;
  d->signed_bytes = r.signed_bytes;
  d->n_sigs = r.n_sigs;
  for (uint32_t i = 0; i < r.n_sigs; i++)
    evd_entry_sig_get(&d->sigs[i], &r, i);
  while (item.n > 0) {
    if (n == EVD_ENTRY_OBJECTS_MAX || !take_run(&item, &objects[n++]))
      return not_item(where, "what follows the entry are no objects");
  }
  if (keep_objects(d, objects, n) != EVD_OK)
    return not_item(where, "the objects are not those that the entry names");
  return EVD_OK;
}

evd_err evd_draft_parse(evd_draft *d, evd_span item, const char *where) {
  empty(d);
  return parse(d, item, where);
}

evd_err evd_draft_read(evd_draft *d, const char *path) {
  evd_arena a;
  evd_span bytes;
  empty(d);
  evd_arena_init(&a, ITEM_BYTES_MAX + MIB);
  evd_err e = evd_file_read(path, ITEM_BYTES_MAX, &bytes, &a);
  if (e == EVD_OK)
    e = parse(d, bytes, path);
  evd_arena_close(&a);
  return e;
}
