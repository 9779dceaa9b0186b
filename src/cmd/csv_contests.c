/* Contests of an election as a table: one row per option.
 *
 *   contest,rule,seats,limit,option[,write_ins][,group]
 *
 * Columns stand in any order. What belongs to the contest and not to the
 * option (rule, seats, limit, write_ins, group) is taken from its first row;
 * later rows repeat it or leave it empty. `limit` is the contest limit L of
 * the specification; empty, it follows from the rule where the rule fixes it.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/csv.h"
#include "cmd/manifest.h"
#include "host/lines.h"

#define LINE_BYTES_MAX ((size_t)64 * 1024)
#define FAULTS_SHOWN 20

enum { C_CONTEST, C_RULE, C_SEATS, C_LIMIT, C_OPTION, C_WRITE_INS, C_GROUP };
#define COLUMNS 7
static const char *const column_names[COLUMNS] = {
    "contest", "rule", "seats", "limit", "option", "write_ins", "group"};
#define COLUMNS_NEEDED 5 /* the first five have to be there */

typedef struct option_node option_node;
struct option_node {
  option_node *next;
  evd_str label;
};
typedef struct contest_node contest_node;
struct contest_node {
  contest_node *next;
  evd_contest c;
  option_node *first, **last;
  bool has_limit;
  uint64_t limit, line; /* line: of its first row */
};

typedef struct {
  const char *path;
  evd_arena *arena;
  uint64_t line;
  uint32_t at[COLUMNS]; /* cell of each column, from 1; 0: not there */
  uint32_t n_cells;
  contest_node *first, **last;
  uint32_t n_contests, n_faults;
  bool out_of_memory;
  bool lost; /* a line could not be cut into cells: what follows would only
                repeat its fault */
} table;

/* ---- complaints ---- */

static void fault_at(table *t, uint64_t line, int column, const char *expected,
                     evd_span found) {
  if (t->n_faults++ >= FAULTS_SHOWN)
    return;
  /* what fits on a line beside the rest */
  int shown = found.n < 60 ? (int)found.n : 60;
  (void)evd_complain(
      EVD_ERR_PARSE, "%s:%llu:%u (column `%s`): expected %s, found `%.*s`",
      t->path, (unsigned long long)line,
      t->at[column] ? t->at[column] : t->n_cells + 1, column_names[column],
      expected, shown, found.n ? (const char *)found.p : "");
}

static void fault_line(table *t, uint32_t column, const char *expected) {
  if (t->n_faults++ >= FAULTS_SHOWN)
    return;
  t->lost = true;
  (void)evd_complain(EVD_ERR_PARSE, "%s:%llu:%u: expected %s", t->path,
                     (unsigned long long)t->line, column, expected);
}

/* ---- memory ---- */

static void *get(table *t, size_t size) {
  void *p = evd_arena_get(t->arena, 1, size);
  if (!p)
    t->out_of_memory = true;
  return p;
}

static evd_str keep(table *t, evd_span s) {
  uint8_t *p = get(t, s.n + 1);
  if (!p)
    return (evd_str){NULL, 0};
  if (s.n)
    memcpy(p, s.p, s.n);
  return (evd_str){p, s.n};
}

static bool same(evd_span a, evd_span b) {
  return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* ---- the header ---- */

static void read_name(table *t, evd_span cell, uint32_t number) {
  for (int c = 0; c < COLUMNS; c++) {
    if (!evd_str_is(cell, column_names[c]))
      continue;
    if (t->at[c] != 0)
      fault_line(t, number, "every column name only once");
    t->at[c] = number;
    return;
  }
  fault_line(t, number,
             "a column name: contest, rule, seats, limit, option, write_ins "
             "or group");
}

static void read_header(table *t, const evd_csv_row *row) {
  char text[80];
  for (uint32_t i = 0; i < row->n; i++)
    read_name(t, row->cells[i], i + 1);
  t->n_cells = row->n;
  for (int c = 0; c < COLUMNS_NEEDED && t->n_faults == 0; c++) {
    if (t->at[c] != 0)
      continue;
    snprintf(text, sizeof text, "a column `%s` in the header line",
             column_names[c]);
    fault_line(t, row->n + 1, text);
  }
}

/* ---- rows ---- */

static evd_span cell(const table *t, const evd_csv_row *row, int column) {
  if (t->at[column] == 0)
    return (evd_span){NULL, 0};
  return row->cells[t->at[column] - 1];
}

static contest_node *find_contest(const table *t, evd_span label) {
  for (contest_node *c = t->first; c; c = c->next)
    if (same(c->c.label, label))
      return c;
  return NULL;
}

static const char label_form[] =
    "a label of 1 to 200 bytes in NFC that does not start with #, has no "
    "control characters and no space at either end";

static void read_rule(table *t, const evd_csv_row *row, contest_node *c) {
  static const char *const rules[] = {"plurality", "referendum",
                                      "approval",  "cumulative",
                                      "score",     "majority-judgment"};
  evd_span text = cell(t, row, C_RULE);
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
    if (evd_str_is(text, rules[i]))
      c->c.rule = keep(t, text);
  if (!c->c.rule.p)
    fault_at(t, t->line, C_RULE,
             "plurality, referendum, approval, cumulative, score or "
             "majority-judgment",
             text);
}

static void read_numbers(table *t, const evd_csv_row *row, contest_node *c) {
  evd_span seats = cell(t, row, C_SEATS), limit = cell(t, row, C_LIMIT);
  evd_span write_ins = cell(t, row, C_WRITE_INS);
  if (!evd_csv_number(seats, INT32_MAX, &c->c.seats) || c->c.seats == 0)
    fault_at(t, t->line, C_SEATS, "a number of seats from 1", seats);
  c->has_limit = limit.n > 0;
  if (c->has_limit &&
      (!evd_csv_number(limit, 1000, &c->limit) || c->limit == 0))
    fault_at(t, t->line, C_LIMIT, "a number from 1 to 1000", limit);
  if (write_ins.n > 0 && !evd_csv_number(write_ins, 100, &c->c.write_ins))
    fault_at(t, t->line, C_WRITE_INS, "a number of write-ins from 0 to 100",
             write_ins);
}

static contest_node *new_contest(table *t, const evd_csv_row *row) {
  evd_span label = cell(t, row, C_CONTEST), group = cell(t, row, C_GROUP);
  contest_node *c = get(t, sizeof *c);
  if (!c)
    return NULL;
  c->last = &c->first;
  c->line = t->line;
  c->c.label = keep(t, label);
  c->c.group = keep(t, group);
  c->c.overvote = true;
  if (!evd_label_good(label))
    fault_at(t, t->line, C_CONTEST, label_form, label);
  if (group.n > 0 && !evd_label_good(group))
    fault_at(t, t->line, C_GROUP, label_form, group);
  read_rule(t, row, c);
  read_numbers(t, row, c);
  *t->last = c;
  t->last = &c->next;
  t->n_contests++;
  return c;
}

static void repeat_text(table *t, const evd_csv_row *row, int column,
                        evd_span first) {
  evd_span here = cell(t, row, column);
  if (here.n > 0 && first.p && !same(here, first))
    fault_at(t, t->line, column,
             "the same as in the first row of the contest, or nothing", here);
}

static void repeat_number(table *t, const evd_csv_row *row, int column,
                          uint64_t first) {
  evd_span here = cell(t, row, column);
  uint64_t value = 0;
  if (here.n > 0 &&
      (!evd_csv_number(here, INT32_MAX, &value) || value != first))
    fault_at(t, t->line, column,
             "the same as in the first row of the contest, or nothing", here);
}

static void read_option(table *t, const evd_csv_row *row, contest_node *c) {
  evd_span label = cell(t, row, C_OPTION);
  if (!evd_label_good(label))
    fault_at(t, t->line, C_OPTION, label_form, label);
  for (option_node *o = c->first; o; o = o->next)
    if (label.n > 0 && same(o->label, label))
      fault_at(t, t->line, C_OPTION,
               "a label that the contest does not have yet", label);
  option_node *o = get(t, sizeof *o);
  if (!o)
    return;
  o->label = keep(t, label);
  *c->last = o;
  c->last = &o->next;
  c->c.n_options++;
}

static void read_row(table *t, const evd_csv_row *row) {
  char text[80];
  if (row->n != t->n_cells) {
    snprintf(text, sizeof text, "%u cells as in the header line, found %u",
             t->n_cells, row->n);
    fault_line(t, row->n < t->n_cells ? row->n + 1 : t->n_cells + 1, text);
    return;
  }
  contest_node *c = find_contest(t, cell(t, row, C_CONTEST));
  if (!c) {
    c = new_contest(t, row);
    if (!c)
      return;
  } else {
    repeat_text(t, row, C_RULE, c->c.rule);
    repeat_text(t, row, C_GROUP, c->c.group);
    repeat_number(t, row, C_SEATS, c->c.seats);
    repeat_number(t, row, C_LIMIT, c->limit);
    repeat_number(t, row, C_WRITE_INS, c->c.write_ins);
  }
  read_option(t, row, c);
}

/* ---- what follows from the rule ---- */

static void limit_fault(table *t, const contest_node *c, const char *expected) {
  char text[24];
  snprintf(text, sizeof text, "%llu", (unsigned long long)c->limit);
  fault_at(t, c->line, C_LIMIT, expected,
           (evd_span){(const uint8_t *)text, c->has_limit ? strlen(text) : 0});
}

static void set_limits(evd_contest *c, uint64_t R, uint64_t L) {
  c->option_limit = R;
  c->contest_limit = L;
}

static void derive_score(table *t, contest_node *n) {
  uint64_t m = n->c.n_options, R = n->limit / m;
  if (!n->has_limit || n->limit % m != 0 || R > 255)
    limit_fault(t, n,
                "the number of options times the highest score of one option "
                "(at most 255)");
  set_limits(&n->c, R, n->limit);
}

/* R and L as record-format 3.2 requires for the rule. */
static void derive_limits(table *t, contest_node *n) {
  evd_contest *c = &n->c;
  uint64_t m = c->n_options;
  if (evd_str_is(c->rule, "plurality") || evd_str_is(c->rule, "referendum")) {
    set_limits(c, 1, n->has_limit ? n->limit : c->seats);
  } else if (evd_str_is(c->rule, "approval")) {
    if (n->has_limit && n->limit != m)
      limit_fault(t, n, "the number of options of the contest, or nothing");
    set_limits(c, 1, m);
  } else if (evd_str_is(c->rule, "cumulative")) {
    if (!n->has_limit || n->limit > 255)
      limit_fault(t, n, "a number from 1 to 255");
    set_limits(c, n->limit, n->limit);
  } else if (evd_str_is(c->rule, "score")) {
    derive_score(t, n);
  } else {
    if (c->group.n == 0)
      fault_at(t, n->line, C_GROUP, "the label of the question", c->group);
    if (n->has_limit && n->limit != 1)
      limit_fault(t, n, "1, or nothing");
    set_limits(c, 1, 1);
  }
}

static void flatten(table *t, evd_contest *out, contest_node *n) {
  uint32_t i = 0;
  if (n->c.rule.p)
    derive_limits(t, n);
  n->c.data_blocks = evd_data_blocks_needed(n->c.n_options, n->c.write_ins);
  n->c.options = evd_arena_get(t->arena, n->c.n_options, sizeof(evd_option));
  if (!n->c.options) {
    t->out_of_memory = true;
    return;
  }
  for (const option_node *o = n->first; o; o = o->next)
    n->c.options[i++].label = o->label;
  *out = n->c;
}

static void finish(table *t, evd_manifest *m) {
  uint32_t i = 0;
  if (t->n_contests == 0) {
    if (t->line == 0)
      t->line = 1;
    fault_line(t, 1, "a header line and a row for every option");
    return;
  }
  m->contests = evd_arena_get(t->arena, t->n_contests, sizeof *m->contests);
  if (!m->contests) {
    t->out_of_memory = true;
    return;
  }
  for (contest_node *n = t->first; n; n = n->next)
    flatten(t, &m->contests[i++], n);
  m->n_contests = t->n_contests;
}

/* ---- the file ---- */

/* Spreadsheets put a byte order mark in front and CR before LF. */
static evd_span trimmed(evd_span line, bool first) {
  if (first && line.n >= 3 && memcmp(line.p, "\xEF\xBB\xBF", 3) == 0)
    line = (evd_span){line.p + 3, line.n - 3};
  if (line.n > 0 && line.p[line.n - 1] == '\r')
    line.n--;
  return line;
}

static void read_line(table *t, evd_span line, evd_arena *scratch) {
  evd_csv_row row;
  uint32_t column = 0;
  const char *expected = NULL;
  bool header = t->n_cells == 0;
  line = trimmed(line, header);
  if (line.n == 0 && !header)
    return;
  evd_err e = evd_csv_split(&row, line, scratch, &column, &expected);
  if (e != EVD_OK)
    fault_line(t, column, expected);
  else if (header)
    read_header(t, &row);
  else
    read_row(t, &row);
}

static evd_err read_lines(table *t, evd_lines *in, evd_arena *scratch) {
  for (;;) {
    evd_span line;
    bool more = false;
    evd_arena_point mark = evd_arena_mark(scratch);
    EVD_TRY(evd_lines_next(in, &line, &more));
    if (!more)
      return EVD_OK;
    t->line = in->number;
    read_line(t, line, scratch);
    evd_arena_back(scratch, mark);
    if (t->out_of_memory || t->lost)
      return EVD_OK;
  }
}

evd_err evd_csv_contests(evd_manifest *m, const char *path, evd_arena *a) {
  table t = {.path = path, .arena = a};
  evd_lines in;
  evd_arena scratch;
  t.last = &t.first;
  evd_arena_init(&scratch, 64 * LINE_BYTES_MAX);
  evd_err e = evd_lines_open(&in, path, LINE_BYTES_MAX);
  if (e == EVD_OK)
    e = read_lines(&t, &in, &scratch);
  evd_lines_close(&in);
  evd_arena_close(&scratch);
  if (e != EVD_OK)
    return e;
  if (t.n_faults == 0)
    finish(&t, m);
  if (t.out_of_memory)
    return evd_complain(EVD_ERR_SPACE, "%s does not fit in memory", path);
  if (t.n_faults > FAULTS_SHOWN)
    return evd_complain(EVD_ERR_PARSE, "%s: %u more cells are wrong", path,
                        t.n_faults - FAULTS_SHOWN);
  return t.n_faults > 0 ? EVD_ERR_PARSE : EVD_OK;
}
