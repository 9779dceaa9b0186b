/* Rows of RFC 4180 with one difference: a quoted cell ends in its line. */
#include "cmd/csv.h"

#include <string.h>

typedef struct {
  evd_span line;
  size_t at;
  const char *expected;
} cutter;

/* Cells of a line, an upper bound: commas inside quotes count as well. */
static size_t count_commas(evd_span line) {
  size_t n = 0;
  for (size_t i = 0; i < line.n; i++)
    n += line.p[i] == ',';
  return n;
}

/* The cell from the opening quote on; out has room for it. */
static bool cut_quoted(cutter *c, uint8_t *out, size_t *n) {
  c->at++;
  while (c->at < c->line.n) {
    uint8_t byte = c->line.p[c->at++];
    bool quote = byte == '"';
    bool doubled = quote && c->at < c->line.n && c->line.p[c->at] == '"';
    if (quote && !doubled) {
      if (c->at == c->line.n || c->line.p[c->at] == ',')
        return true;
      c->expected = "a comma or the end of the line after the closing quote";
      return false;
    }
    if (doubled)
      c->at++;
    out[(*n)++] = byte;
  }
  c->expected = "a closing quote";
  return false;
}

static bool cut_bare(cutter *c, uint8_t *out, size_t *n) {
  while (c->at < c->line.n && c->line.p[c->at] != ',') {
    uint8_t byte = c->line.p[c->at++];
    if (byte == '"' || byte == '\r') {
      c->expected = byte == '"' ? "quotes around the whole cell, doubled inside"
                                : "a line that ends with LF alone";
      return false;
    }
    out[(*n)++] = byte;
  }
  return true;
}

static bool cut_cell(cutter *c, uint8_t *out, evd_span *cell) {
  size_t n = 0;
  bool quoted = c->at < c->line.n && c->line.p[c->at] == '"';
  bool good = quoted ? cut_quoted(c, out, &n) : cut_bare(c, out, &n);
  *cell = (evd_span){out, n};
  return good;
}

evd_err evd_csv_split(evd_csv_row *row, evd_span line, evd_arena *a,
                      uint32_t *column, const char **expected) {
  cutter c = {line, 0, NULL};
  size_t most = count_commas(line) + 1;
  evd_span *cells = evd_arena_get(a, most, sizeof *cells);
  uint8_t *text = evd_arena_get(a, line.n + 1, 1);
  *row = (evd_csv_row){cells, 0};
  *column = 1;
  *expected = "a shorter line";
  if (!cells || !text)
    return EVD_ERR_SPACE;
  for (;;) {
    *column = row->n + 1;
    bool good = cut_cell(&c, text, &cells[row->n]);
    *expected = c.expected;
    if (!good)
      return EVD_ERR_PARSE;
    text += cells[row->n++].n;
    if (c.at == line.n)
      return EVD_OK;
    c.at++; /* the comma */
  }
}

bool evd_csv_number(evd_span cell, uint64_t max, uint64_t *out) {
  uint64_t value = 0;
  if (cell.n == 0 || cell.n > 16 || (cell.n > 1 && cell.p[0] == '0'))
    return false;
  for (size_t i = 0; i < cell.n; i++) {
    if (cell.p[i] < '0' || cell.p[i] > '9')
      return false;
    value = value * 10 + (uint64_t)(cell.p[i] - '0');
  }
  if (value > max)
    return false;
  *out = value;
  return true;
}

void evd_csv_quote(evd_buf *out, evd_span text) {
  bool plain = true;
  for (size_t i = 0; i < text.n; i++)
    plain = plain && !memchr(",\"\r\n", text.p[i], 4);
  if (plain) {
    evd_buf_add(out, text.p, text.n);
    return;
  }
  evd_buf_text(out, "\"");
  for (size_t i = 0; i < text.n; i++) {
    if (text.p[i] == '"')
      evd_buf_text(out, "\"");
    evd_buf_add(out, &text.p[i], 1);
  }
  evd_buf_text(out, "\"");
}
