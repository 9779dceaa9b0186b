/* Does what came back fit the ballots of the record? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/args.h"
#include "cmd/ballots.h"
#include "cmd/mail_lines.h"
#include "cmd/record_mail.h"

#define SHOWN 20 /* of a code that is none */

static evd_err no_memory(const evd_returns *r) {
  return evd_complain(EVD_ERR_SPACE, "%s does not fit in memory", r->path);
}

/* ---- which ballot ---- */

static const evd_return_row *row_at(const void *p) {
  evd_return_row *const *row = p;
  return *row;
}

static int by_key(const void *a, const void *b) {
  const evd_return_row *x = row_at(a), *y = row_at(b);
  int order = memcmp(&x->in.ballot, &y->in.ballot, sizeof x->in.ballot);
  return order ? order : x->line < y->line ? -1 : x->line > y->line;
}

static int by_id(const void *a, const void *b) {
  const evd_return_row *x = row_at(a), *y = row_at(b);
  int order = memcmp(&x->id_B, &y->id_B, sizeof x->id_B);
  return order ? order : x->line < y->line ? -1 : x->line > y->line;
}

/* The first row that names the ballot so; several are found out later. */
static evd_return_row **find(const evd_returns *r, const evd_h32 *key) {
  size_t from = 0, to = r->n;
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    if (memcmp(&r->by_id[middle]->in.ballot, key, sizeof *key) < 0)
      from = middle + 1;
    else
      to = middle;
  }
  return r->by_id + from;
}

static evd_err fill(evd_returns *r, evd_return_row *row, const evd_ballot *b) {
  row->found = true;
  row->id_B = b->id_B;
  row->H_I = b->H_I;
  row->H_C = b->H_C;
  row->style = b->style;
  row->n_contests = b->n_contests;
  row->psi = evd_arena_get(r->arena, b->n_contests, sizeof *row->psi);
  row->c = evd_arena_get(r->arena, b->n_contests, sizeof *row->c);
  if (!row->psi || !row->c)
    return no_memory(r);
  for (uint32_t i = 0; i < b->n_contests; i++) {
    const evd_contest_ct *c = &b->contests[i];
    row->psi[i] = evd_arena_get(r->arena, c->n_psi, sizeof *row->psi[i]);
    if (!row->psi[i])
      return no_memory(r);
    memcpy(row->psi[i], c->psi, c->n_psi * sizeof *c->psi);
  }
  return EVD_OK;
}

static evd_err take_ballot(void *self, const evd_ballot *b, const char *where) {
  evd_returns *r = self;
  const evd_h32 *const keys[] = {&b->H_C, &b->id_B};
  (void)where;
  r->n_ballots[b->device - 1]++;
  if (!b->mail)
    return EVD_OK;
  for (size_t k = 0; k < 2; k++) {
    evd_return_row **end = r->by_id + r->n;
    for (evd_return_row **at = find(r, keys[k]);
         at < end && memcmp(&(*at)->in.ballot, keys[k], sizeof(evd_h32)) == 0;
         at++)
      EVD_TRY(fill(r, *at, b));
  }
  return EVD_OK;
}

/* ---- what was chosen ---- */

static void judge_codes(evd_returns *r, const evd_return_row *row, uint32_t i,
                        const evd_shape *s) {
  const evd_returned_contest *c = row->c[i];
  const uint32_t kind = r->head->man.short_code;
  char code[EVD_OMEGA_BYTES];
  for (uint32_t n = 0; n < c->n_codes; n++) {
    const evd_str given = c->codes[n];
    bool known = false;
    for (uint32_t j = 0; j < evd_pre_vectors(s) && !known; j++) {
      evd_omega(code, kind, &row->psi[i][j]);
      known = evd_str_is(given, code);
    }
    if (!known)
      evd_return_fault(r, row->line,
                       "contest %u: this ballot has no code `%.*s`", s->ind_c,
                       given.n < SHOWN ? (int)given.n : SHOWN,
                       given.n ? (const char *)given.p : "");
    for (uint32_t o = 0; known && o < n; o++)
      if (evd_str_is(c->codes[o], code))
        evd_return_fault(r, row->line,
                         "contest %u: the code `%s` stands there twice",
                         s->ind_c, code);
  }
  if (c->n_codes > s->L)
    evd_return_fault(r, row->line,
                     "contest %u: %u codes, but only %u may be chosen",
                     s->ind_c, c->n_codes, s->L);
}

static void judge_marks(evd_returns *r, const evd_return_row *row, uint32_t i,
                        const evd_shape *s) {
  const evd_returned_contest *c = row->c[i];
  uint64_t sum = 0;
  bool good = c->n_marks == s->m;
  for (uint32_t o = 0; good && o < c->n_marks; o++) {
    good = c->marks[o] <= 1;
    sum += c->marks[o];
  }
  if (!good)
    evd_return_fault(r, row->line, "contest %u: expected %u marks, each 0 or 1",
                     s->ind_c, s->m);
  else if (sum > s->L)
    evd_return_fault(r, row->line,
                     "contest %u: %llu options marked, but only %u may be "
                     "chosen",
                     s->ind_c, (unsigned long long)sum, s->L);
}

/* The contests given, against those of the style. */
static void join_contests(evd_returns *r, evd_return_row *row,
                          const evd_shape *shapes) {
  uint32_t next = 0;
  for (uint32_t n = 0; n < row->in.n_contests; n++) {
    evd_returned_contest *c = &row->in.contests[n];
    while (row->some && next < row->n_contests &&
           shapes[next].ind_c < c->contest)
      next++;
    if (next == row->n_contests || shapes[next].ind_c != c->contest) {
      evd_return_fault(r, row->line,
                       "contest %u: not the next contest of the ballot's "
                       "style %u",
                       c->contest, row->style);
      return;
    }
    row->c[next++] = c;
  }
  if (!row->some && next < row->n_contests)
    evd_return_fault(r, row->line,
                     "contest %u of the ballot's style %u is "
                     "missing",
                     shapes[next].ind_c, row->style);
}

static evd_err judge_row(evd_returns *r, evd_return_row *row) {
  uint32_t n = 0;
  evd_shape *shapes = evd_style_shapes(&r->head->man, row->style, &n, r->arena);
  if (!shapes)
    return no_memory(r);
  join_contests(r, row, shapes);
  for (uint32_t i = 0; i < row->n_contests; i++) {
    if (!row->c[i])
      continue;
    if (row->c[i]->by_marks)
      judge_marks(r, row, i, &shapes[i]);
    else
      judge_codes(r, row, i, &shapes[i]);
  }
  return EVD_OK;
}

/* ---- once only ---- */

static int id_of_row(const void *key, const void *row) {
  const evd_h32 *id = key;
  return memcmp(id, &row_at(row)->id_B, sizeof *id);
}

static evd_err take_recorded(void *self, const evd_mail_cast *c, evd_span text,
                             const char *where) {
  evd_returns *r = self;
  (void)text;
  (void)where;
  evd_return_row **found =
      bsearch(&c->id_B, r->by_id, r->n, sizeof *r->by_id, id_of_row);
  if (found)
    evd_return_fault(r, (*found)->line, "this ballot was recorded before");
  return EVD_OK;
}

static void judge_twice(evd_returns *r) {
  for (size_t i = 1; i < r->n; i++) {
    const evd_return_row *a = r->by_id[i - 1], *b = r->by_id[i];
    if (a->found && b->found && memcmp(&a->id_B, &b->id_B, 32) == 0)
      evd_return_fault(r, b->line, "this ballot stands in line %llu already",
                       (unsigned long long)a->line);
  }
}

/* ---- together ---- */

static evd_err find_all(evd_returns *r) {
  r->by_id = evd_arena_get(r->arena, r->n, sizeof(evd_return_row *));
  r->n_ballots =
      evd_arena_get(r->arena, r->head->man.n_devices, sizeof *r->n_ballots);
  if (!r->by_id || !r->n_ballots)
    return no_memory(r);
  for (size_t i = 0; i < r->n; i++)
    r->by_id[i] = &r->rows[i];
  qsort(r->by_id, r->n, sizeof *r->by_id, by_key);
  EVD_TRY(evd_ballots_walk(r->head, "Reading", take_ballot, r));
  for (size_t i = 0; i < r->n; i++) {
    if (r->rows[i].found)
      EVD_TRY(judge_row(r, &r->rows[i]));
    else
      evd_return_fault(r, r->rows[i].line,
                       "no mail ballot of the record has this code");
  }
  return EVD_OK;
}

evd_err evd_returns_judge(evd_returns *r) {
  if (r->n_faults == 0) { /* else keys may be missing */
    EVD_TRY(find_all(r));
    qsort(r->by_id, r->n, sizeof *r->by_id, by_id);
    judge_twice(r);
    EVD_TRY(evd_mail_cast_walk(r->head, take_recorded, r));
  }
  if (r->n_faults == 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_RULE, "%s has %llu fault%s: nothing is recorded",
                      r->path, (unsigned long long)r->n_faults,
                      r->n_faults == 1 ? "" : "s");
}
