/* What voters sent back: returned.csv or returned.jsonl. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cmd/args.h"
#include "cmd/csv.h"
#include "cmd/record_mail.h"
#include "host/lines.h"

#define LINE_BYTES_MAX ((size_t)4 * 1024 * 1024)
#define FAULTS_SHOWN 100

void evd_return_fault(evd_returns *r, uint64_t line, const char *format, ...) {
  char text[512];
  va_list list;
  r->n_faults++;
  if (r->n_faults > FAULTS_SHOWN)
    return;
  va_start(list, format);
  (void)vsnprintf(text, sizeof text, format, list);
  va_end(list);
  (void)evd_complain(EVD_OK, "%s:%llu: %s", r->path, (unsigned long long)line,
                     text);
}

static evd_err no_memory(const evd_returns *r) {
  return evd_complain(EVD_ERR_SPACE, "%s does not fit in memory", r->path);
}

static evd_return_row *new_row(evd_returns *r, uint64_t line) {
  if (r->n == r->room) {
    size_t room = r->room ? 2 * r->room : 256;
    evd_return_row *rows = evd_arena_get(r->arena, room, sizeof *rows);
    if (!rows)
      return NULL;
    if (r->n)
      memcpy(rows, r->rows, r->n * sizeof *rows);
    r->rows = rows;
    r->room = room;
  }
  evd_return_row *row = &r->rows[r->n++];
  *row = (evd_return_row){.line = line};
  return row;
}

/* ---- CSV ---- */

typedef struct {
  evd_returns *r;
  evd_lines lines;
  bool csv, by_marks;
  uint32_t n_cells;
} input;

/* `ballot,1,2,..`: a cell of codes a contest; or `ballot,1.1,1.2,..`: a mark
 * an option. */
static evd_err header_text(evd_buf *out, const evd_manifest *m, bool by_marks,
                           uint32_t *n_cells) {
  char name[32];
  *n_cells = 1;
  evd_buf_text(out, "ballot");
  for (uint32_t c = 0; c < m->n_contests; c++) {
    uint32_t n = by_marks ? m->contests[c].n_options : 1;
    for (uint32_t o = 0; o < n; o++) {
      (void)snprintf(name, sizeof name, by_marks ? ",%u.%u" : ",%u", c + 1,
                     o + 1);
      evd_buf_text(out, name);
    }
    *n_cells += n;
  }
  return evd_buf_ok(out) ? EVD_OK : EVD_ERR_SPACE;
}

static evd_err is_header(input *in, evd_span line, bool by_marks, bool *is) {
  evd_buf text;
  evd_buf_init(&text, 16 * LINE_BYTES_MAX);
  evd_err e = header_text(&text, &in->r->head->man, by_marks, &in->n_cells);
  *is = e == EVD_OK && line.n == text.n && memcmp(line.p, text.p, text.n) == 0;
  evd_buf_close(&text);
  in->by_marks = by_marks;
  return e == EVD_OK ? e : no_memory(in->r);
}

static evd_err read_header(input *in) {
  evd_span line;
  bool more = false, is = false;
  EVD_TRY(evd_lines_next(&in->lines, &line, &more));
  for (int by_marks = 0; more && by_marks < 2 && !is; by_marks++)
    EVD_TRY(is_header(in, line, by_marks, &is));
  if (is)
    return EVD_OK;
  return evd_complain(EVD_ERR_PARSE,
                      "%s:1: expected the header line `ballot,1,2,..` with "
                      "a column of codes for each of the %u contests, or "
                      "`ballot,1.1,1.2,..` with one of marks for each option",
                      in->r->path, in->r->head->man.n_contests);
}

/* Codes of a cell, one blank between two of them. */
static evd_err cut_codes(evd_returns *r, evd_span cell,
                         evd_returned_contest *c) {
  uint32_t most = 1;
  for (size_t i = 0; i < cell.n; i++)
    most += cell.p[i] == ' ';
  c->codes = evd_arena_get(r->arena, most, sizeof *c->codes);
  if (!c->codes)
    return no_memory(r);
  for (size_t from = 0; from < cell.n;) {
    size_t to = from;
    while (to < cell.n && cell.p[to] != ' ')
      to++;
    c->codes[c->n_codes++] = (evd_str){cell.p + from, to - from};
    from = to + 1;
  }
  return EVD_OK;
}

/* Empty cells are no mark; a contest of empty cells alone is not listed. */
static evd_err cut_marks(evd_returns *r, const evd_return_row *row,
                         const evd_span cells[], uint32_t ind_c, uint32_t n,
                         evd_returned_contest *c) {
  uint32_t *marks = evd_arena_get(r->arena, n, sizeof *marks);
  if (!marks)
    return no_memory(r);
  for (uint32_t o = 0; o < n; o++) {
    uint64_t mark = 0;
    if (cells[o].n == 0)
      continue;
    c->by_marks = true;
    if (!evd_csv_number(cells[o], 1, &mark))
      evd_return_fault(r, row->line, "column %u.%u: expected 0, 1 or nothing",
                       ind_c, o + 1);
    marks[o] = (uint32_t)mark;
  }
  c->n_marks = n;
  c->marks = marks;
  return EVD_OK;
}

static evd_err csv_contests(input *in, evd_return_row *row,
                            const evd_span *cell) {
  const evd_manifest *m = &in->r->head->man;
  evd_returned_contest *c =
      evd_arena_get(in->r->arena, m->n_contests, sizeof *c);
  if (!c)
    return no_memory(in->r);
  row->in.contests = c;
  for (uint32_t i = 0; i < m->n_contests; i++) {
    uint32_t n = in->by_marks ? m->contests[i].n_options : 1;
    c->contest = i + 1;
    if (in->by_marks)
      EVD_TRY(cut_marks(in->r, row, cell, i + 1, n, c));
    else
      EVD_TRY(cut_codes(in->r, *cell, c));
    cell += n;
    if (c->by_marks || c->n_codes)
      c++;
  }
  row->in.n_contests = (uint32_t)(c - row->in.contests);
  return EVD_OK;
}

static evd_err csv_line(input *in, evd_return_row *row, evd_span line) {
  evd_csv_row cells;
  uint32_t column = 0;
  const char *expected = NULL;
  row->some = true;
  evd_err e = evd_csv_split(&cells, line, in->r->arena, &column, &expected);
  if (e == EVD_ERR_SPACE)
    return no_memory(in->r);
  if (e != EVD_OK) {
    evd_return_fault(in->r, row->line, "cell %u: expected %s", column,
                     expected);
    return EVD_OK;
  }
  if (cells.n != in->n_cells) {
    evd_return_fault(in->r, row->line,
                     "expected %u cells as in the header line, found %u",
                     in->n_cells, cells.n);
    return EVD_OK;
  }
  if (!evd_hex_h32(&row->in.ballot, (const char *)cells.cells[0].p,
                   cells.cells[0].n))
    evd_return_fault(in->r, row->line,
                     "column ballot: expected a confirmation code of 64 hex "
                     "digits, or an id_B");
  return csv_contests(in, row, cells.cells + 1);
}

/* ---- JSON lines ---- */

static evd_err json_line(input *in, evd_return_row *row, evd_span line) {
  evd_why why = {""};
  /* The reader may borrow from the line, which the next one overwrites. */
  uint8_t *copy = evd_arena_get(in->r->arena, line.n + 1, 1);
  if (!copy)
    return no_memory(in->r);
  memcpy(copy, line.p, line.n);
  evd_err e =
      evd_returned_read(&row->in, (evd_span){copy, line.n}, in->r->arena, &why);
  if (e == EVD_ERR_SPACE)
    return no_memory(in->r);
  if (e != EVD_OK)
    evd_return_fault(in->r, row->line, "%s", why.text);
  return EVD_OK;
}

/* ---- lines ---- */

static evd_err read_lines(input *in) {
  if (in->csv)
    EVD_TRY(read_header(in));
  for (;;) {
    evd_span line;
    bool more = false;
    EVD_TRY(evd_lines_next(&in->lines, &line, &more));
    if (!more)
      break;
    evd_return_row *row = new_row(in->r, in->lines.number);
    if (!row)
      return no_memory(in->r);
    EVD_TRY(in->csv ? csv_line(in, row, line) : json_line(in, row, line));
  }
  if (in->r->n > 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_PARSE, "%s: expected at least one ballot",
                      in->r->path);
}

evd_err evd_returns_read(evd_returns *r) {
  size_t n = strlen(r->path);
  input in = {.r = r, .csv = n > 4 && strcmp(r->path + n - 4, ".csv") == 0};
  evd_err e = evd_lines_open(&in.lines, r->path, LINE_BYTES_MAX);
  if (e == EVD_OK)
    e = read_lines(&in);
  evd_lines_close(&in.lines);
  return e;
}
