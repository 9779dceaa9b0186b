/* plain.csv: a row is turned into the line plain.jsonl would have and read by
 * the record's own reader, so that both forms obey the same rules. What has
 * a column of its own is judged here first, to name the cell. */
#include <stdio.h>
#include <string.h>

#include "cmd/csv.h"

#define MARK_MAX ((uint64_t)INT32_MAX)

typedef struct {
  const char *path;
  uint64_t line;
  const evd_manifest *man;
  const evd_csv_row *row;
  evd_arena *arena;
  uint32_t column; /* the next cell, from 1 */
} row_reader;

static evd_err fault(const row_reader *r, uint32_t column, const char *name,
                     const char *expected) {
  evd_span found = {NULL, 0};
  if (column <= r->row->n)
    found = r->row->cells[column - 1];
  return evd_complain(
      EVD_ERR_PARSE, "%s:%llu:%u (column `%s`): expected %s, found `%.*s`",
      r->path, (unsigned long long)r->line, column, name, expected,
      found.n < 60 ? (int)found.n : 60, found.n ? (const char *)found.p : "");
}

static evd_err no_memory(const row_reader *r) {
  return evd_complain(EVD_ERR_SPACE, "%s:%llu: does not fit in memory", r->path,
                      (unsigned long long)r->line);
}

static uint32_t cells_of(const evd_contest *c) {
  return c->n_options + (uint32_t)c->write_ins;
}

static uint64_t cells_of_all(const evd_manifest *m) {
  uint64_t n = 3;
  for (uint32_t i = 0; i < m->n_contests; i++)
    n += cells_of(&m->contests[i]);
  return n;
}

/* Name of cell j (from 0) of contest ind_c: `2.1`, `2.w1`. */
static void cell_name(char out[32], const evd_contest *c, uint32_t ind_c,
                      uint32_t j) {
  if (j < c->n_options)
    snprintf(out, 32, "%u.%u", ind_c, j + 1);
  else
    snprintf(out, 32, "%u.w%u", ind_c, j - c->n_options + 1);
}

evd_err evd_csv_plain_header(evd_buf *out, const evd_manifest *m) {
  char name[32];
  evd_buf_text(out, "serial,style,weight");
  for (uint32_t i = 0; i < m->n_contests; i++) {
    for (uint32_t j = 0; j < cells_of(&m->contests[i]); j++) {
      cell_name(name, &m->contests[i], i + 1, j);
      evd_buf_text(out, ",");
      evd_buf_text(out, name);
    }
  }
  return evd_buf_ok(out) ? EVD_OK : EVD_ERR_SPACE;
}

/* ---- one contest ---- */

static evd_err leave_empty(row_reader *r, uint32_t ind_c) {
  const evd_contest *c = &r->man->contests[ind_c - 1];
  char name[32];
  for (uint32_t j = 0; j < cells_of(c); j++, r->column++) {
    if (r->row->cells[r->column - 1].n == 0)
      continue;
    cell_name(name, c, ind_c, j);
    return fault(r, r->column, name,
                 "nothing, as the ballot's style has not this contest");
  }
  return EVD_OK;
}

static evd_err read_marks(row_reader *r, uint32_t ind_c, uint32_t marks[]) {
  const evd_contest *c = &r->man->contests[ind_c - 1];
  char name[32];
  for (uint32_t j = 0; j < c->n_options; j++, r->column++) {
    evd_span text = r->row->cells[r->column - 1];
    uint64_t mark = 0;
    if (text.n > 0 && !evd_csv_number(text, MARK_MAX, &mark)) {
      cell_name(name, c, ind_c, j);
      return fault(r, r->column, name, "a mark, a number from 0, or nothing");
    }
    marks[j] = (uint32_t)mark;
  }
  return EVD_OK;
}

static evd_err read_write_ins(row_reader *r, uint32_t ind_c, evd_span texts[],
                              uint32_t *n) {
  const evd_contest *c = &r->man->contests[ind_c - 1];
  char name[32];
  for (uint32_t j = 0; j < c->write_ins; j++, r->column++) {
    evd_span text = r->row->cells[r->column - 1];
    if (text.n == 0)
      continue;
    if (!evd_text_allowed(text) || evd_json_quoted_bytes(text) > 64) {
      cell_name(name, c, ind_c, c->n_options + j);
      return fault(r, r->column, name,
                   "a text of at most 64 bytes without control characters");
    }
    texts[(*n)++] = text;
  }
  return EVD_OK;
}

static evd_err read_contest(row_reader *r, uint32_t ind_c, evd_selection *s) {
  const evd_contest *c = &r->man->contests[ind_c - 1];
  uint32_t *marks = evd_arena_get(r->arena, c->n_options, sizeof *marks);
  evd_span *texts = evd_arena_get(r->arena, c->write_ins + 1, sizeof *texts);
  if (!marks || !texts)
    return no_memory(r);
  *s = (evd_selection){marks, 0, texts};
  EVD_TRY(read_marks(r, ind_c, marks));
  return read_write_ins(r, ind_c, texts, &s->n_write_ins);
}

/* ---- one row ---- */

static evd_err read_front(row_reader *r, evd_plain *p) {
  const evd_span *cells = r->row->cells;
  uint64_t style = 0, weight = 0;
  if (!evd_text_allowed(cells[0]))
    return fault(r, 1, "serial", "a text without control characters");
  if (!evd_csv_number(cells[1], r->man->n_styles, &style) || style == 0)
    return fault(r, 2, "style", "the number of a style of the manifest");
  if (!evd_csv_number(cells[2], INT32_MAX, &weight) || weight == 0 ||
      (weight > 1 && !r->man->weights))
    return fault(r, 3, "weight",
                 r->man->weights ? "a weight from 1"
                                 : "1, as the manifest allows no weights");
  p->serial = cells[0];
  p->style = (uint32_t)style;
  p->weight = (uint32_t)weight;
  r->column = 4;
  return EVD_OK;
}

static evd_err read_row(row_reader *r, evd_plain *p) {
  EVD_TRY(read_front(r, p));
  const evd_style *style = &r->man->styles[p->style - 1];
  uint32_t n = style->n_contests, next = 0;
  p->contests = style->contests;
  p->selection = evd_arena_get(r->arena, n, sizeof *p->selection);
  p->n_marks = evd_arena_get(r->arena, n, sizeof *p->n_marks);
  if (!p->selection || !p->n_marks)
    return no_memory(r);
  for (uint32_t ind_c = 1; ind_c <= r->man->n_contests; ind_c++) {
    if (next == n || style->contests[next] != ind_c) {
      EVD_TRY(leave_empty(r, ind_c));
      continue;
    }
    p->n_marks[next] = r->man->contests[ind_c - 1].n_options;
    EVD_TRY(read_contest(r, ind_c, &p->selection[next++]));
  }
  p->n_contests = next;
  return EVD_OK;
}

static evd_err split(row_reader *r, evd_csv_row *row, evd_span line) {
  uint32_t column = 0;
  const char *expected = NULL;
  evd_err e = evd_csv_split(row, line, r->arena, &column, &expected);
  uint64_t n = cells_of_all(r->man);
  if (e != EVD_OK)
    return evd_complain(e, "%s:%llu:%u: expected %s", r->path,
                        (unsigned long long)r->line, column, expected);
  if (row->n == n)
    return EVD_OK;
  return evd_complain(EVD_ERR_PARSE,
                      "%s:%llu:%llu: expected %llu cells as in the header "
                      "line, found %u",
                      r->path, (unsigned long long)r->line,
                      (unsigned long long)(row->n < n ? row->n : n) + 1,
                      (unsigned long long)n, row->n);
}

/* The same line as plain.jsonl would have it, read strictly. */
static evd_err read_again(const row_reader *r, evd_plain *out,
                          const evd_plain *in) {
  evd_buf json;
  evd_why why = {""};
  evd_buf_init(&json, (size_t)16 * 1024 * 1024);
  evd_plain_write(&json, in);
  uint8_t *copy = NULL;
  if (evd_buf_ok(&json))
    copy = evd_arena_get(r->arena, json.n + 1, 1);
  if (copy)
    memcpy(copy, json.p, json.n);
  size_t n = json.n;
  evd_buf_close(&json);
  if (!copy)
    return no_memory(r);
  evd_err e = evd_plain_read(out, (evd_span){copy, n}, r->man, r->arena, &why);
  if (e == EVD_OK)
    return e;
  return evd_complain(e, "%s:%llu:1: %s", r->path, (unsigned long long)r->line,
                      why.text);
}

evd_err evd_csv_plain_row(evd_plain *out, evd_span line, const evd_manifest *m,
                          const char *path, uint64_t number, evd_arena *a) {
  evd_csv_row row;
  evd_plain p = {.n_contests = 0};
  row_reader r = {path, number, m, &row, a, 1};
  EVD_TRY(split(&r, &row, line));
  EVD_TRY(read_row(&r, &p));
  return read_again(&r, out, &p);
}
