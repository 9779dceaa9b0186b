/* The files that a part carries, as the source of a record. */
#include "verify/part_source.h"

#include <string.h>

#define CHUNK_BYTES ((size_t)4096)

static evd_err list(void *self, const char ***paths, size_t *n, evd_arena *a) {
  const evd_part_texts *t = self;
  *paths = evd_arena_get(a, t->n_files + 1, sizeof **paths);
  if (!*paths)
    return EVD_ERR_SPACE;
  for (size_t i = 0; i < t->n_files; i++)
    (*paths)[i] = t->files[i].f.path;
  *n = t->n_files;
  return EVD_OK;
}

static const evd_part_text *text_of(const evd_part_texts *t, const char *path) {
  for (size_t i = 0; i < t->n_files; i++)
    if (strcmp(t->files[i].f.path, path) == 0)
      return &t->files[i];
  return NULL;
}

static evd_err read_whole(void *self, const char *path, size_t max_bytes,
                          evd_span *bytes, evd_arena *a) {
  const evd_part_texts *t = self;
  const evd_part_text *f = text_of(t, path);
  *bytes = (evd_span){NULL, 0};
  if (!f || !f->f.read)
    return EVD_ERR_PARSE;
  if (f->n > max_bytes)
    return EVD_ERR_RANGE;
  uint8_t *p = evd_arena_get(a, (size_t)f->n + 1, 1);
  if (!p)
    return EVD_ERR_SPACE;
  EVD_TRY(evd_stream_read(&t->bytes, f->at, p, (size_t)f->n));
  *bytes = (evd_span){p, (size_t)f->n};
  return EVD_OK;
}

static void lines_close(void *self) {
  evd_part_texts *t = self;
  evd_buf_close(&t->line);
  t->open = NULL;
}

static evd_err lines_open(void *self, const char *path, size_t max_bytes) {
  evd_part_texts *t = self;
  const evd_part_text *f = text_of(t, path);
  lines_close(t);
  if (!f || (!f->f.read && !f->carried))
    return EVD_ERR_PARSE;
  evd_buf_init(&t->line, max_bytes);
  t->open = f;
  t->line_at = 0;
  return EVD_OK;
}

/* Adds to the line what stands before the next LF; *ends: that was there. */
static evd_err more_of_line(evd_part_texts *t, bool *ends) {
  uint8_t chunk[CHUNK_BYTES];
  uint64_t left = t->open->n - t->line_at;
  size_t n = left < sizeof chunk ? (size_t)left : sizeof chunk;
  EVD_TRY(evd_stream_read(&t->bytes, t->open->at + t->line_at, chunk, n));
  const uint8_t *lf = memchr(chunk, '\n', n);
  size_t take = lf ? (size_t)(lf - chunk) : n;
  *ends = lf != NULL;
  t->line_at += take + (lf ? 1 : 0);
  evd_buf_add(&t->line, chunk, take);
  return t->line.starved ? EVD_ERR_SPACE : EVD_OK;
}

static evd_err lines_next(void *self, evd_span *line, bool *more, bool *no_lf) {
  evd_part_texts *t = self;
  bool ends = false;
  *more = t->line_at < t->open->n;
  *no_lf = false;
  if (!*more && !t->open->f.read) {
    *more = true;
    return EVD_ERR_PARSE; /* nor did the shard read further */
  }
  evd_buf_reset(&t->line);
  while (t->line_at < t->open->n && !ends)
    EVD_TRY(more_of_line(t, &ends));
  *no_lf = *more && !ends;
  *line = (evd_span){t->line.p, t->line.n};
  return evd_buf_ok(&t->line) ? EVD_OK : EVD_ERR_RANGE;
}

evd_source evd_part_source(evd_part_texts *t) {
  return (evd_source){t, list, read_whole, lines_open, lines_next, lines_close};
}

static evd_err check_one(const evd_part_texts *t, const evd_part_text *f,
                         bool *same) {
  uint8_t chunk[CHUNK_BYTES];
  evd_sha256 c;
  evd_h32 h;
  evd_sha256_init(&c);
  for (uint64_t at = 0; at < f->n;) {
    uint64_t left = f->n - at;
    size_t n = left < sizeof chunk ? (size_t)left : sizeof chunk;
    EVD_TRY(evd_stream_read(&t->bytes, f->at + at, chunk, n));
    evd_sha256_add(&c, chunk, n);
    at += n;
  }
  evd_sha256_out(&c, &h);
  *same = evd_same_h(&h, &f->f.sha);
  return EVD_OK;
}

evd_err evd_part_texts_check(const evd_part_texts *t, const char **wrong) {
  *wrong = NULL;
  for (size_t i = 0; i < t->n_files; i++) {
    const evd_part_text *f = &t->files[i];
    bool same = true;
    if (f->carried && f->f.read)
      EVD_TRY(check_one(t, f, &same));
    if (!same)
      *wrong = f->f.path;
  }
  return EVD_OK;
}
