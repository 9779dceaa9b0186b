#include <string.h>

#include "sheets/sheet.h"

#define MIB ((size_t)1024 * 1024)
#define LINE_BYTES_MAX MIB
#define ROWS_MAX 2000 /* of a contest: 1000 options, 1000 null vectors */
#define CONTESTS_MAX 100000
#define WORDS_MAX 4

/* ---- one line ---- */

static evd_err fault(const evd_sheet_file *f, const char *expected) {
  return evd_complain(EVD_ERR_PARSE, "%s:%llu: expected %s", f->lines.path,
                      (unsigned long long)f->lines.number, expected);
}

static evd_err next_line(evd_sheet_file *f) {
  bool more = false;
  EVD_TRY(evd_lines_next(&f->lines, &f->ahead, &more));
  return more ? EVD_OK : fault(f, "another line; the file is cut off");
}

static bool begins(const evd_sheet_file *f, const char *word) {
  size_t n = strlen(word);
  return f->ahead.n >= n && memcmp(f->ahead.p, word, n) == 0 &&
         (f->ahead.n == n || f->ahead.p[n] == '\t');
}

/* Cuts the line into n words after the first, which it has to have exactly;
 * they are copied and end with a zero byte. */
static evd_err words(evd_sheet_file *f, const char *out[], uint32_t n,
                     evd_arena *a) {
  char *copy = evd_arena_get(a, f->ahead.n + 1, 1);
  uint32_t found = 0;
  if (!copy)
    return evd_complain(EVD_ERR_SPACE, "%s: a ballot does not fit in memory",
                        f->lines.path);
  memcpy(copy, f->ahead.p, f->ahead.n);
  if (memchr(copy, 0, f->ahead.n))
    return fault(f, "no zero byte");
  for (char *tab = strchr(copy, '\t'); tab; tab = strchr(tab + 1, '\t')) {
    *tab = 0;
    if (found < n)
      out[found] = tab + 1;
    found++;
  }
  return found == n ? EVD_OK : fault(f, "another number of words");
}

static evd_err number(const evd_sheet_file *f, const char *text,
                      uint32_t *out) {
  size_t n = strlen(text);
  *out = 0;
  if (n < 1 || n > 6 || strspn(text, "0123456789") != n)
    return fault(f, "a number");
  for (size_t i = 0; i < n; i++)
    *out = *out * 10 + (uint32_t)(text[i] - '0');
  return EVD_OK;
}

/* ---- a ballot ---- */

static evd_err read_rows(evd_sheet_file *f, evd_sheet_contest *c) {
  c->rows = evd_arena_get(&f->arena, ROWS_MAX, sizeof *c->rows);
  if (!c->rows)
    return evd_complain(EVD_ERR_SPACE, "%s: a ballot does not fit in memory",
                        f->lines.path);
  for (;;) {
    const char *w[WORDS_MAX] = {NULL};
    bool option = begins(f, "option");
    if (!option && !begins(f, "null"))
      return c->n_rows ? EVD_OK : fault(f, "an option");
    if (c->n_rows == ROWS_MAX)
      return fault(f, "fewer options");
    EVD_TRY(words(f, w, option ? 2 : 1, &f->arena));
    c->rows[c->n_rows++] = (evd_sheet_row){w[0], w[1]};
    EVD_TRY(next_line(f));
  }
}

static evd_err read_contest(evd_sheet_file *f, evd_sheet *s) {
  const char *w[WORDS_MAX];
  if (s->n_contests == CONTESTS_MAX)
    return fault(f, "fewer contests");
  evd_sheet_contest *c = evd_arena_get(&f->arena, s->n_contests + 1, sizeof *c);
  if (!c)
    return evd_complain(EVD_ERR_SPACE, "%s: a ballot does not fit in memory",
                        f->lines.path);
  if (s->n_contests)
    memcpy(c, s->contests, s->n_contests * sizeof *c);
  s->contests = c;
  c += s->n_contests++;
  EVD_TRY(words(f, w, 3, &f->arena));
  EVD_TRY(number(f, w[0], &c->limit));
  c->label = w[1];
  c->notes = w[2];
  EVD_TRY(next_line(f));
  return read_rows(f, c);
}

evd_err evd_sheet_next(evd_sheet_file *f, evd_sheet *out, bool *more) {
  const char *w[WORDS_MAX];
  evd_arena_back(&f->arena, (evd_arena_point){NULL, 0, 0});
  memset(out, 0, sizeof *out);
  *more = !begins(f, "end");
  if (!*more)
    return EVD_OK;
  if (!begins(f, "ballot"))
    return fault(f, "a ballot or the end");
  EVD_TRY(words(f, w, 3, &f->arena));
  out->number = w[0];
  out->code = w[1];
  out->style = w[2];
  EVD_TRY(next_line(f));
  while (begins(f, "contest"))
    EVD_TRY(read_contest(f, out));
  return out->n_contests ? EVD_OK : fault(f, "a contest");
}

evd_err evd_sheet_open(evd_sheet_file *f, const char *path) {
  const char *w[WORDS_MAX] = {NULL};
  *f = (evd_sheet_file){.election = NULL};
  evd_arena_init(&f->head, 2 * MIB);
  evd_arena_init(&f->arena, 256 * MIB);
  EVD_TRY(evd_lines_open(&f->lines, path, LINE_BYTES_MAX));
  EVD_TRY(next_line(f));
  if (!begins(f, "election"))
    return fault(f, "the name of the election");
  EVD_TRY(words(f, w, 1, &f->head));
  f->election = w[0];
  return next_line(f);
}

void evd_sheet_close(evd_sheet_file *f) {
  evd_lines_close(&f->lines);
  evd_arena_close(&f->arena);
  evd_arena_close(&f->head);
}
