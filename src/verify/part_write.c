/* A run's findings as lines of JSON. */
#include "verify/part.h"

#include <string.h>

#include "base/endian.h"
#include "base/json_text.h"
#include "record/write.h"
#include "verify/report.h"

#define TEXT_HEAD_BYTES 8 /* 4 of the file's number, 4 of the length */

const char *evd_section_text(evd_section s) {
#define EVD_SECTION_TEXT(name, text, bytes) text,
  static const char *const texts[] = {EVD_SECTIONS(EVD_SECTION_TEXT)};
#undef EVD_SECTION_TEXT
  return texts[s];
}

size_t evd_section_bytes(evd_section s) {
#define EVD_SECTION_BYTES(name, text, bytes) bytes,
  static const size_t sizes[] = {EVD_SECTIONS(EVD_SECTION_BYTES)};
#undef EVD_SECTION_BYTES
  return sizes[s];
}

/* ---- lines ---- */

void evd_part_begin(evd_part_out *o, evd_put *put, void *self) {
  *o = (evd_part_out){.put = put, .self = self, .err = EVD_OK};
  evd_sha256_init(&o->sha);
  evd_buf_init(&o->line, EVD_PART_LINE_BYTES);
}

void evd_part_line(evd_part_out *o) {
  evd_buf_add(&o->line, "\n", 1);
  if (!evd_buf_ok(&o->line))
    o->err = EVD_ERR_SPACE;
  if (o->err == EVD_OK) {
    evd_sha256_add(&o->sha, o->line.p, o->line.n);
    o->err = o->put(o->self, o->line.p, o->line.n);
  }
  evd_buf_reset(&o->line);
}

evd_err evd_part_end(evd_part_out *o) {
  evd_h32 h;
  evd_sha256_out(&o->sha, &h);
  evd_sha256_init(&o->sha);
  evd_put_begin(&o->line);
  evd_put_h(&o->line, "end", &h);
  evd_put_end(&o->line);
  evd_part_line(o);
  evd_buf_close(&o->line);
  return o->err;
}

static void put_text(evd_buf *b, const char *name, const char *text) {
  evd_put_str(b, name, (evd_span){(const uint8_t *)text, strlen(text)});
}

static void put_failure(evd_buf *b, const evd_failure *f) {
  evd_put_object(b, NULL);
  put_text(b, "where", f->where);
  put_text(b, "what", f->what);
  evd_put_n(b, "file", f->order.file);
  evd_put_n(b, "line", f->order.line);
  evd_put_n(b, "sub", f->order.sub);
  evd_put_end(b);
}

void evd_part_check(evd_part_out *o, const evd_check *c) {
  evd_buf *b = &o->line;
  if (c->count == 0 && c->failed == 0 && !c->unexamined)
    return;
  evd_put_begin(b);
  put_text(b, "check", c->id);
  evd_put_n(b, "seen", c->count);
  evd_put_n(b, "failed", c->failed);
  evd_put_bool(b, "unexamined", c->unexamined);
  put_text(b, "remark", c->remark ? c->remark : "");
  evd_put_list(b, "kept");
  for (uint32_t i = 0; i < c->n_kept; i++)
    put_failure(b, &c->kept[i]);
  evd_put_list_end(b);
  evd_put_end(b);
  evd_part_line(o);
}

void evd_part_file(evd_part_out *o, const evd_file *f) {
  evd_buf *b = &o->line;
  evd_span path = {(const uint8_t *)f->path, strlen(f->path)};
  evd_put_begin(b);
  if (evd_text_allowed(path))
    evd_put_str(b, "path", path);
  else
    evd_put_hex(b, "path_hex", path.p, path.n);
  evd_put_hex(b, "sha256", f->sha.b, f->read ? sizeof f->sha.b : 0);
  evd_put_end(b);
  evd_part_line(o);
}

void evd_part_head_put(evd_part_out *o, const evd_part_head *h,
                       const char *verdict) {
  evd_buf *b = &o->line;
  evd_put_begin(b);
  put_text(b, "format", EVD_PART_FORMAT);
  put_text(b, "version", EVD_VERSION);
  put_text(b, "verdict", verdict);
  put_text(b, "stage", evd_stage_text(h->stage));
  evd_put_n(b, "shard", h->shard.i);
  evd_put_n(b, "of", h->shard.n);
  evd_put_n(b, "from", h->from);
  evd_put_n(b, "to", h->to);
  evd_put_n(b, "lines", h->lines);
  evd_put_n(b, "files", h->n_files);
  evd_put_end(b);
  evd_part_line(o);
}

static void put_head(evd_part_out *o, const evd_run *r) {
  const evd_part_head h = {.stage = r->stage,
                           .shard = r->shard,
                           .from = r->own_from,
                           .to = r->own_to,
                           .lines = r->all_lines,
                           .n_files = r->n_files};
  evd_part_head_put(o, &h, evd_verdict_text(r->rep->verdict));
}

/* ---- the other files ---- */

void evd_part_keep(evd_run *r, const evd_file *f, const void *p, size_t n,
                   bool lf) {
  uint8_t head[TEXT_HEAD_BYTES];
  if (!r->keep_texts || r->now.phase != EVD_PHASE_LOAD)
    return;
  evd_be32_put(head, (uint32_t)(f - r->files));
  evd_be32_put(head + 4, (uint32_t)(n + lf));
  evd_trouble(r, evd_stream_add(&r->texts_kept, head, sizeof head));
  evd_trouble(r, evd_stream_add(&r->texts_kept, p, n));
  if (lf)
    evd_trouble(r, evd_stream_add(&r->texts_kept, "\n", 1));
}

static void put_piece(evd_part_out *o, const uint8_t *p, size_t n,
                      uint32_t file) {
  evd_put_begin(&o->line);
  evd_put_hex(&o->line, "bytes", p, n);
  evd_put_n(&o->line, "of", (uint64_t)file + 1);
  evd_put_end(&o->line);
  evd_part_line(o);
}

/* One kept piece, split where it is longer than a line may be. */
static evd_err put_kept(evd_part_out *o, const evd_run *r, uint64_t *at,
                        uint8_t *work) {
  uint8_t head[TEXT_HEAD_BYTES];
  EVD_TRY(evd_stream_read(&r->texts_kept, *at, head, sizeof head));
  *at += sizeof head;
  for (size_t left = evd_be32_get(head + 4); left > 0;) {
    size_t n = left < EVD_PART_CHUNK_BYTES ? left : EVD_PART_CHUNK_BYTES;
    EVD_TRY(evd_stream_read(&r->texts_kept, *at, work, n));
    put_piece(o, work, n, evd_be32_get(head));
    *at += n;
    left -= n;
  }
  return EVD_OK;
}

/* ---- rows ---- */

typedef struct {
  evd_part_out *o;
  evd_section of;
  uint8_t *work; /* EVD_PART_CHUNK_BYTES */
  size_t n;
} rows;

void evd_part_rows(evd_part_out *o, evd_section of, const uint8_t *p,
                   size_t n) {
  evd_put_begin(&o->line);
  evd_put_hex(&o->line, "rows", p, n);
  put_text(&o->line, "of", evd_section_text(of));
  evd_put_end(&o->line);
  evd_part_line(o);
}

static void rows_flush(rows *w) {
  if (w->n > 0)
    evd_part_rows(w->o, w->of, w->work, w->n);
  w->n = 0;
}

static uint8_t *row_next(rows *w) {
  size_t bytes = evd_section_bytes(w->of);
  if (w->n + bytes > EVD_PART_CHUNK_BYTES)
    rows_flush(w);
  w->n += bytes;
  return w->work + w->n - bytes;
}

static void rows_of(rows *w, evd_section of) {
  rows_flush(w);
  w->of = of;
}

static void put_numbers(rows *w, const evd_run *r) {
  const evd_report *p = r->rep;
  const uint64_t counts[EVD_PART_COUNTS] = {
      p->ballots,      p->cast,        p->challenged, p->spoiled,
      p->superseded,   p->refused,     r->total_cast, r->total_weight,
      r->lost_ballots, r->unknown_mail};
  rows_of(w, EVD_SECTION_COUNTS);
  for (size_t i = 0; i < EVD_PART_COUNTS; i++)
    evd_be64_put(row_next(w), counts[i]);
  rows_of(w, EVD_SECTION_CONTESTS);
  for (uint32_t i = 0; i < r->man.n_contests; i++) {
    uint8_t *row = row_next(w);
    evd_be64_put(row, r->cast_ballots[i]);
    evd_be64_put(row + 8, r->cast_weight[i]);
    row[16] = r->occurs[i];
  }
  rows_of(w, EVD_SECTION_CELLS);
  for (uint32_t i = 0; i < r->n_cells; i++) {
    evd_p A, B;
    uint8_t *row = row_next(w);
    evd_zp_to_bytes(r->G->k, &A, &r->A[i]);
    evd_zp_to_bytes(r->G->k, &B, &r->B[i]);
    memcpy(row, A.b, EVD_P_BYTES);
    memcpy(row + EVD_P_BYTES, B.b, EVD_P_BYTES);
  }
  rows_of(w, EVD_SECTION_DEVICES);
  for (uint32_t d = 0; d < r->man.n_devices; d++)
    evd_be64_put(row_next(w), r->chains[d].ballots);
}

static evd_err put_sorted(rows *w, evd_section of, evd_sorter *s) {
  uint8_t row[EVD_LINK_BYTES];
  bool more = true;
  if (s->row_bytes == 0)
    return EVD_OK; /* a list that is not there */
  rows_of(w, of);
  EVD_TRY(evd_sorter_end(s));
  while (w->o->err == EVD_OK) {
    EVD_TRY(evd_sorter_next(s, row, &more));
    if (!more)
      break;
    memcpy(row_next(w), row, s->row_bytes);
  }
  return EVD_OK;
}

static evd_err put_rows(rows *w, evd_run *r) {
  put_numbers(w, r);
  EVD_TRY(put_sorted(w, EVD_SECTION_ONCE, &r->once));
  EVD_TRY(put_sorted(w, EVD_SECTION_LINKS, &r->links));
  EVD_TRY(put_sorted(w, EVD_SECTION_STATES, &r->states.touched));
  EVD_TRY(put_sorted(w, EVD_SECTION_ROLL, &r->roll.touched));
  EVD_TRY(put_sorted(w, EVD_SECTION_OPENED, &r->opened.touched));
  EVD_TRY(put_sorted(w, EVD_SECTION_DATA, &r->data.touched));
  EVD_TRY(put_sorted(w, EVD_SECTION_MAIL_CAST, &r->mail_cast.touched));
  EVD_TRY(put_sorted(w, EVD_SECTION_MAIL_OPEN, &r->mail_open.touched));
  rows_flush(w);
  return EVD_OK;
}

/* ---- a part ---- */

evd_err evd_shard_write(evd_run *r, evd_put *put, void *self) {
  evd_part_out o;
  uint8_t *work = evd_keep(r, EVD_PART_CHUNK_BYTES, 1);
  rows w = {.o = &o, .work = work};
  uint64_t at = 0;
  if (!work)
    return EVD_ERR_SPACE;
  evd_part_begin(&o, put, self);
  put_head(&o, r);
  for (size_t i = 0; i < r->n_files; i++)
    evd_part_file(&o, &r->files[i]);
  evd_err e = EVD_OK;
  while (e == EVD_OK && o.err == EVD_OK && r->keep_texts &&
         at < evd_stream_bytes(&r->texts_kept))
    e = put_kept(&o, r, &at, work);
  for (int c = 0; c < EVD_N_CHECKS; c++)
    evd_part_check(&o, &r->walk[c]);
  if (e == EVD_OK && r->has_counters)
    e = put_rows(&w, r);
  if (e != EVD_OK)
    o.err = e;
  return evd_part_end(&o);
}
