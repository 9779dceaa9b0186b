/* evident import raire: ranked ballots in the RAIRE form become a manifest
 * and plain ballots, counted by first rank.
 *
 *   line 1        number of contests
 *   one each      Contest,<id>,<n>,<candidate>, n times,winner,<candidate>
 *   the rest      <contest>,<ballot>,<first>,<second>,...
 *
 * A ballot with several contests stands in several lines, anywhere. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/import.h"
#include "host/lines.h"

#define LINE_BYTES_MAX ((size_t)1 << 20)
#define ROWS_BYTES_MAX ((size_t)1 << 30)
#define ARENA_BYTES ((size_t)1 << 30)
#define CONTESTS_MAX 1000
#define OPTIONS_MAX 1000
#define ID_BYTES_MAX 100

typedef struct {
  evd_span id;
  uint32_t n;
  evd_span *candidates;
  evd_str notes;
} contest;

/* One contest of one ballot. `id` stands in the texts at `id_at`. */
typedef struct {
  const uint8_t *id;
  size_t id_at, id_n;
  uint64_t line;
  uint32_t contest, option; /* option from 1; 0: no first choice */
} row;

/* The rows of one ballot. */
typedef struct {
  row *rows;
  uint32_t n, style; /* style from 1 */
} ballot;

typedef struct {
  evd_import_options o;
  evd_arena arena;
  evd_lines lines;
  evd_buf rows, texts;
  uint32_t n_contests;
  contest *contests;
  ballot *ballots;
  size_t n_ballots;
  evd_manifest man;
  evd_import_out out;
  uint64_t votes, blank, lower_ranks;
} import;

static evd_err bad(const import *im, const char *expected) {
  return evd_complain(EVD_ERR_PARSE, "%s:%llu: expected %s", im->o.from,
                      (unsigned long long)im->lines.number, expected);
}

/* ---- cells -----------------------------------------------------------------
 */

/* Takes the next cell from a line; false if there is none. */
static bool cell_next(evd_span *line, evd_span *cell) {
  size_t n = 0;
  if (!line->p)
    return false;
  while (n < line->n && line->p[n] != ',')
    n++;
  *cell = (evd_span){line->p, n};
  *line = n < line->n ? (evd_span){line->p + n + 1, line->n - n - 1}
                      : (evd_span){NULL, 0};
  while (cell->n && cell->p[cell->n - 1] <= ' ')
    cell->n--;
  while (cell->n && cell->p[0] <= ' ')
    *cell = (evd_span){cell->p + 1, cell->n - 1};
  return true;
}

static bool cell_number(evd_span cell, uint32_t lo, uint32_t hi,
                        uint32_t *out) {
  uint32_t value = 0;
  if (cell.n == 0 || cell.n > 9)
    return false;
  for (size_t i = 0; i < cell.n; i++) {
    if (cell.p[i] < '0' || cell.p[i] > '9')
      return false;
    value = value * 10 + (uint32_t)(cell.p[i] - '0');
  }
  *out = value;
  return value >= lo && value <= hi;
}

static bool same(evd_span a, evd_span b) {
  return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static bool keep(evd_span *out, evd_span cell, evd_arena *a) {
  uint8_t *p = evd_arena_get(a, cell.n + 1, 1);
  if (!p)
    return false;
  if (cell.n)
    memcpy(p, cell.p, cell.n);
  *out = (evd_span){p, cell.n};
  return true;
}

/* ---- contests ---------------------------------------------------------------
 */

static evd_err line_next(import *im, evd_span *line, const char *expected) {
  bool more = false;
  EVD_TRY(evd_lines_next(&im->lines, line, &more));
  if (!more)
    return evd_complain(EVD_ERR_PARSE, "%s: ends early, expected %s",
                        im->o.from, expected);
  return EVD_OK;
}

static bool candidate_find(const contest *c, evd_span id, uint32_t *option) {
  for (uint32_t i = 0; i < c->n; i++)
    if (same(c->candidates[i], id)) {
      *option = i + 1;
      return true;
    }
  return false;
}

static bool contest_find(const import *im, evd_span id, uint32_t *at) {
  for (uint32_t i = 0; i < im->n_contests; i++)
    if (same(im->contests[i].id, id)) {
      *at = i;
      return true;
    }
  return false;
}

static evd_err candidates_read(import *im, contest *c, evd_span *line,
                               uint32_t n) {
  evd_span cell;
  uint32_t ignored = 0;
  c->candidates = evd_arena_get(&im->arena, n, sizeof *c->candidates);
  if (!c->candidates)
    return EVD_ERR_SPACE;
  for (; c->n < n; c->n++) {
    if (!cell_next(line, &cell) || cell.n == 0 || cell.n > ID_BYTES_MAX)
      return bad(im, "as many candidates as the line says, of 1 to 100 bytes");
    if (candidate_find(c, cell, &ignored))
      return bad(im, "every candidate once");
    if (!keep(&c->candidates[c->n], cell, &im->arena))
      return EVD_ERR_SPACE;
  }
  return EVD_OK;
}

static evd_err contest_read(import *im) {
  evd_span line, cell;
  uint32_t n = 0, known = 0;
  contest c = {0};
  EVD_TRY(line_next(im, &line, "a line for each contest"));
  if (!cell_next(&line, &cell) || cell.n != 7 ||
      memcmp(cell.p, "Contest", 7) != 0)
    return bad(im, "`Contest,id,number of candidates,candidates,...`");
  if (!cell_next(&line, &cell) || cell.n == 0 || cell.n > ID_BYTES_MAX)
    return bad(im, "the id of a contest, 1 to 100 bytes");
  if (contest_find(im, cell, &known))
    return bad(im, "every contest once");
  if (!keep(&c.id, cell, &im->arena))
    return EVD_ERR_SPACE;
  if (!cell_next(&line, &cell) || !cell_number(cell, 1, OPTIONS_MAX, &n))
    return bad(im, "the number of candidates, 1 to 1000");
  EVD_TRY(candidates_read(im, &c, &line, n));
  const char *notes = "Ranked choice; counted here by first rank.";
  if (cell_next(&line, &cell) && cell.n == 6 &&
      memcmp(cell.p, "winner", 6) == 0 && cell_next(&line, &cell)) {
    uint32_t winner = 0;
    if (!candidate_find(&c, cell, &winner))
      return bad(im, "one of the candidates as winner");
    notes = evd_path(&im->arena, "%s Reported winner: %.*s.", notes,
                     (int)cell.n, (const char *)cell.p);
  }
  c.notes = evd_str_of(notes);
  im->contests[im->n_contests++] = c;
  return EVD_OK;
}

static evd_err contests_read(import *im) {
  evd_span line, cell;
  uint32_t n = 0;
  EVD_TRY(line_next(im, &line, "the number of contests"));
  if (!cell_next(&line, &cell) || !cell_number(cell, 1, CONTESTS_MAX, &n))
    return bad(im, "the number of contests, 1 to 1000");
  im->contests = evd_arena_get(&im->arena, n, sizeof *im->contests);
  if (!im->contests)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < n; i++)
    EVD_TRY(contest_read(im));
  return EVD_OK;
}

/* ---- ballots
 * ----------------------------------------------------------------- */

static evd_err ranks_read(import *im, const contest *c, evd_span line,
                          uint32_t *first) {
  evd_span cell;
  uint32_t option = 0;
  *first = 0;
  for (bool at_first = true; cell_next(&line, &cell); at_first = false) {
    if (at_first && cell.n == 0)
      break;
    if (!candidate_find(c, cell, &option))
      return bad(im, "candidates of the contest");
    if (at_first)
      *first = option;
    else
      im->lower_ranks++;
  }
  return EVD_OK;
}

static evd_err row_read(import *im, evd_span line) {
  evd_span cell;
  row r = {.id_at = im->texts.n, .line = im->lines.number};
  if (!cell_next(&line, &cell) || !contest_find(im, cell, &r.contest))
    return bad(im, "`contest,ballot,first,second,...` with one of the contests "
                   "above");
  if (!cell_next(&line, &cell) || cell.n == 0 || cell.n > ID_BYTES_MAX)
    return bad(im, "the id of a ballot, 1 to 100 bytes");
  r.id_n = cell.n;
  evd_buf_add(&im->texts, cell.p, cell.n);
  EVD_TRY(ranks_read(im, &im->contests[r.contest], line, &r.option));
  evd_buf_add(&im->rows, &r, sizeof r);
  im->votes += r.option != 0;
  im->blank += r.option == 0;
  return evd_buf_ok(&im->rows) && evd_buf_ok(&im->texts) ? EVD_OK
                                                         : EVD_ERR_SPACE;
}

static int by_ballot(const void *x, const void *y) {
  const row *a = x, *b = y;
  size_t n = a->id_n < b->id_n ? a->id_n : b->id_n;
  int c = memcmp(a->id, b->id, n);
  if (c != 0)
    return c;
  if (a->id_n != b->id_n)
    return a->id_n < b->id_n ? -1 : 1;
  return (a->contest > b->contest) - (a->contest < b->contest);
}

static bool ballot_continues(const row *last, const row *next) {
  return same((evd_span){last->id, last->id_n},
              (evd_span){next->id, next->id_n});
}

static uint64_t first_line(const ballot *b) {
  uint64_t line = b->rows[0].line;
  for (uint32_t i = 1; i < b->n; i++)
    if (b->rows[i].line < line)
      line = b->rows[i].line;
  return line;
}

static int by_line(const void *x, const void *y) {
  uint64_t a = first_line(x), b = first_line(y);
  return (a > b) - (a < b);
}

/* Brings the rows of each ballot together; ballots stay in file order. */
static evd_err group(import *im, row rows[], size_t n) {
  for (size_t i = 0; i < n; i++)
    rows[i].id = im->texts.p + rows[i].id_at;
  qsort(rows, n, sizeof *rows, by_ballot);
  im->ballots = evd_arena_get(&im->arena, n, sizeof *im->ballots);
  if (!im->ballots)
    return EVD_ERR_SPACE;
  for (size_t i = 0; i < n; i++) {
    bool same_ballot = i > 0 && ballot_continues(&rows[i - 1], &rows[i]);
    if (same_ballot && rows[i].contest == rows[i - 1].contest)
      return evd_complain(EVD_ERR_PARSE,
                          "%s: lines %llu and %llu are the same contest of the "
                          "same ballot",
                          im->o.from, (unsigned long long)rows[i - 1].line,
                          (unsigned long long)rows[i].line);
    if (!same_ballot)
      im->ballots[im->n_ballots++].rows = &rows[i];
    im->ballots[im->n_ballots - 1].n++;
  }
  qsort(im->ballots, im->n_ballots, sizeof *im->ballots, by_line);
  return EVD_OK;
}

static evd_err ballots_read(import *im) {
  for (bool more = true; more;) {
    evd_span line;
    EVD_TRY(evd_lines_next(&im->lines, &line, &more));
    if (more && line.n > 0 && line.p[0] != '\r')
      EVD_TRY(row_read(im, line));
  }
  if (im->rows.n == 0)
    return evd_complain(EVD_ERR_PARSE, "%s: no ballots in it", im->o.from);
  /* evd_buf grows like malloc does: its start is aligned for any type. */
  return group(im, (row *)(void *)im->rows.p, im->rows.n / sizeof(row));
}

/* ---- manifest
 * ------------------------------------------------------------------ */

/* "Candidate 4" where the file knows a number only, else the name itself. */
static evd_str name_of(import *im, const char *kind, evd_span id) {
  uint32_t number = 0;
  const char *before = cell_number(id, 0, UINT32_MAX, &number) ? kind : "";
  return evd_str_of(
      evd_path(&im->arena, "%s%.*s", before, (int)id.n, (const char *)id.p));
}

static evd_err fill_contests(import *im) {
  evd_manifest *m = &im->man;
  m->contests = evd_arena_get(&im->arena, im->n_contests, sizeof *m->contests);
  if (!m->contests)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < im->n_contests; i++) {
    const contest *from = &im->contests[i];
    evd_contest *to = &m->contests[m->n_contests++];
    to->label = name_of(im, "Contest ", from->id);
    to->notes = from->notes;
    to->rule = evd_str_of("plurality");
    to->seats = to->option_limit = to->contest_limit = 1;
    to->n_options = from->n;
    to->options = evd_arena_get(&im->arena, from->n, sizeof *to->options);
    if (!to->options)
      return EVD_ERR_SPACE;
    for (uint32_t j = 0; j < from->n; j++)
      to->options[j].label = name_of(im, "Candidate ", from->candidates[j]);
  }
  return EVD_OK;
}

static bool style_fits(const evd_style *s, const ballot *b) {
  if (s->n_contests != b->n)
    return false;
  for (uint32_t i = 0; i < b->n; i++)
    if (s->contests[i] != b->rows[i].contest + 1)
      return false;
  return true;
}

static evd_err style_add(import *im, const ballot *b) {
  evd_style *s = &im->man.styles[im->man.n_styles];
  s->contests = evd_arena_get(&im->arena, b->n, sizeof *s->contests);
  if (!s->contests)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < b->n; i++)
    s->contests[i] = b->rows[i].contest + 1;
  s->n_contests = b->n;
  im->man.n_styles++;
  s->label = evd_str_of(evd_path(&im->arena, "Style %u", im->man.n_styles));
  return EVD_OK;
}

static evd_err fill_styles(import *im) {
  evd_manifest *m = &im->man;
  m->styles = evd_arena_get(&im->arena, CONTESTS_MAX, sizeof *m->styles);
  if (!m->styles)
    return EVD_ERR_SPACE;
  for (size_t i = 0; i < im->n_ballots; i++) {
    uint32_t s = 0;
    while (s < m->n_styles && !style_fits(&m->styles[s], &im->ballots[i]))
      s++;
    if (s == CONTESTS_MAX)
      return evd_complain(EVD_ERR_RULE,
                          "%s: more than %d different sets of contests",
                          im->o.from, CONTESTS_MAX);
    if (s == m->n_styles)
      EVD_TRY(style_add(im, &im->ballots[i]));
    im->ballots[i].style = s + 1;
  }
  return EVD_OK;
}

/* The election is named after the file: "a/Aspen_2009_Mayor.raire". */
static evd_str label_of(import *im) {
  const char *slash = strrchr(im->o.from, '/');
  const char *name = slash ? slash + 1 : im->o.from;
  const char *dot = strrchr(name, '.');
  size_t n = dot && dot != name ? (size_t)(dot - name) : strlen(name);
  return (evd_str){(const uint8_t *)name, n};
}

/* ---- writing
 * --------------------------------------------------------------------- */

static evd_err write_ballot(import *im, const ballot *b) {
  evd_arena *a = &im->arena;
  uint32_t *contests = evd_arena_get(a, b->n, sizeof *contests);
  evd_selection *sel = evd_arena_get(a, b->n, sizeof *sel);
  uint32_t *n_marks = evd_arena_get(a, b->n, sizeof *n_marks);
  if (!contests || !sel || !n_marks)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < b->n; i++) {
    const row *r = &b->rows[i];
    uint32_t *marks =
        evd_arena_get(a, im->contests[r->contest].n, sizeof *marks);
    if (!marks)
      return EVD_ERR_SPACE;
    if (r->option)
      marks[r->option - 1] = 1;
    contests[i] = r->contest + 1;
    n_marks[i] = im->contests[r->contest].n;
    sel[i] = (evd_selection){marks, 0, NULL};
  }
  evd_plain plain = {.serial = {b->rows[0].id, b->rows[0].id_n},
                     .style = b->style,
                     .weight = 1,
                     .n_contests = b->n,
                     .contests = contests,
                     .selection = sel,
                     .n_marks = n_marks};
  return evd_import_card(&im->out, &plain);
}

static evd_err write_all(import *im) {
  for (size_t i = 0; i < im->n_ballots; i++) {
    evd_arena_point before = evd_arena_mark(&im->arena);
    evd_err e = write_ballot(im, &im->ballots[i]);
    evd_arena_back(&im->arena, before);
    EVD_TRY(e);
  }
  return evd_import_commit(&im->out);
}

static void tell(const char *what, uint64_t n, const char *how) {
  printf("  %8llu  %s%s%s\n", (unsigned long long)n, what, how[0] ? ": " : "",
         how);
}

static void report(const import *im) {
  printf("Imported %s: %.*s\n", im->o.from, (int)im->man.label.n,
         (const char *)im->man.label.p);
  tell("contests", im->n_contests, "counted by first rank as plurality");
  tell("styles", im->man.n_styles, "the different sets of contests on ballots");
  tell("ballots written", im->n_ballots, "one line each");
  tell("marks counted", im->votes, "first ranks");
  tell("marks dropped", im->lower_ranks, "second and lower ranks");
  tell("contests left blank", im->blank, "no first rank");
  tell("overvotes", 0, "the form cannot express them");
  printf("wrote %s\nwrote %s\n", im->out.manifest_path, im->out.plain_path);
}

static evd_err run(import *im) {
  EVD_TRY(evd_lines_open(&im->lines, im->o.from, LINE_BYTES_MAX));
  EVD_TRY(contests_read(im));
  EVD_TRY(ballots_read(im));
  evd_import_manifest(&im->man, &im->o, "import;raire", &im->arena);
  if (!im->o.label)
    im->man.label = label_of(im);
  EVD_TRY(fill_contests(im));
  EVD_TRY(fill_styles(im));
  EVD_TRY(evd_import_open(&im->out, &im->o, &im->man, &im->arena));
  EVD_TRY(write_all(im));
  report(im);
  return EVD_OK;
}

evd_err evd_cmd_import_raire(int argc, char **argv) {
import im = {.lines = {.fd = - 1 } };
  evd_arena_init(&im.arena, ARENA_BYTES);
  evd_buf_init(&im.rows, ROWS_BYTES_MAX);
  evd_buf_init(&im.texts, ROWS_BYTES_MAX);
  evd_err e = evd_import_args(&im.o, argc, argv, "FILE", &im.arena);
  if (e == EVD_OK)
    e = run(&im);
  evd_import_close(&im.out);
  evd_lines_close(&im.lines);
  evd_buf_close(&im.rows);
  evd_buf_close(&im.texts);
  evd_arena_close(&im.arena);
  return e;
}
