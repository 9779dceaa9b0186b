/* The roll of a remote election, read and held against the ballots. */
#include <stdlib.h>
#include <string.h>

#include "cmd/args.h"
#include "cmd/close_index.h"
#include "host/lines.h"

typedef struct {
  const char *path;
  evd_roll_line *lines;
  size_t n, room;
  evd_arena *arena;
} roll;

static int by_credential(const void *x, const void *y) {
  const evd_roll_line *a = x, *b = y;
  return memcmp(&a->credential, &b->credential, sizeof a->credential);
}

/* ---- reading ---- */

static evd_err grow(roll *r) {
  if (r->n < r->room)
    return EVD_OK;
  size_t room = r->room == 0 ? 1024 : r->room * 2;
  evd_roll_line *lines = evd_arena_get(r->arena, room, sizeof *lines);
  if (!lines)
    return evd_complain(EVD_ERR_SPACE, "%s does not fit in memory", r->path);
  if (r->n)
    memcpy(lines, r->lines, r->n * sizeof *lines);
  r->lines = lines;
  r->room = room;
  return EVD_OK;
}

static evd_err read_lines(roll *r, evd_lines *in, evd_arena *scratch) {
  for (;;) {
    evd_span line;
    bool more = false;
    evd_why why = {""};
    EVD_TRY(evd_lines_next(in, &line, &more));
    if (!more)
      return EVD_OK;
    EVD_TRY(grow(r));
    evd_arena_point mark = evd_arena_mark(scratch);
    evd_err e = evd_roll_line_read(&r->lines[r->n], line, scratch, &why);
    evd_arena_back(scratch, mark);
    if (e != EVD_OK)
      return evd_complain(e, "%s:%llu:1: %s", in->path,
                          (unsigned long long)in->number, why.text);
    r->n++;
  }
}

static evd_err read_roll(roll *r) {
  evd_lines in;
  evd_arena scratch;
  evd_arena_init(&scratch, (size_t)1024 * 1024);
  evd_err e = evd_lines_open(&in, r->path, 4096);
  if (e == EVD_OK)
    e = read_lines(r, &in, &scratch);
  evd_lines_close(&in);
  evd_arena_close(&scratch);
  if (e != EVD_OK)
    return e;
  if (r->n == 0)
    return evd_complain(EVD_ERR_PARSE, "%s: expected at least one voter",
                        r->path);
  if (r->n > 1)
    qsort(r->lines, r->n, sizeof *r->lines, by_credential);
  for (size_t i = 1; i < r->n; i++) {
    if (by_credential(&r->lines[i - 1], &r->lines[i]) != 0)
      continue;
    char hex[65];
    evd_hex_text(hex, &r->lines[i].credential);
    return evd_complain(
        EVD_ERR_RULE, "%s: the credential %s stands there twice", r->path, hex);
  }
  return EVD_OK;
}

/* ---- judging ---- */

static evd_err not_allowed(const evd_close_row *row, const char *why) {
  char hex[65];
  evd_hex_text(hex, &row->H_C);
  return evd_complain(EVD_ERR_FAIL, "the remote ballot %s: %s (X.18)", hex,
                      why);
}

static evd_err judge_row(const roll *r, const evd_close_row *row) {
  evd_roll_line key = {.credential = row->credential};
  const evd_roll_line *found = NULL;
  if (r->n > 0)
    found = bsearch(&key, r->lines, r->n, sizeof *r->lines, by_credential);
  if (!found)
    return not_allowed(row, "its credential is not on the roll");
  if (!found->active)
    return not_allowed(row, "its credential is revoked");
  if (found->style != row->style)
    return not_allowed(row, "the roll gives its voter another style");
  if (found->weight != row->weight)
    return not_allowed(row, "the roll gives its voter another weight");
  return EVD_OK;
}

/* Remote cast ballots by credential, of one credential the last first. */
static int by_voter(const void *x, const void *y) {
  evd_close_row *const *a = x, *const *b = y;
  int order = memcmp(&(*a)->credential, &(*b)->credential, sizeof(evd_h32));
  if (order != 0)
    return order;
  return (*a)->order > (*b)->order ? -1 : (*a)->order < (*b)->order;
}

static evd_err judge_doubles(evd_close_index *x, bool revote) {
  evd_close_row **cast = evd_arena_get(x->arena, x->n + 1, sizeof *cast);
  size_t n = 0;
  if (!cast)
    return evd_complain(EVD_ERR_SPACE, "close: out of memory");
  for (size_t i = 0; i < x->n; i++)
    if (x->rows[i].remote && x->rows[i].state == EVD_CAST)
      cast[n++] = &x->rows[i];
  if (n > 1)
    qsort(cast, n, sizeof *cast, by_voter);
  for (size_t i = 1; i < n; i++) {
    if (memcmp(&cast[i - 1]->credential, &cast[i]->credential,
               sizeof(evd_h32)) != 0)
      continue;
    if (!revote)
      return not_allowed(cast[i], "its voter has cast another ballot too");
    cast[i]->state = EVD_SUPERSEDED;
  }
  return EVD_OK;
}

evd_err evd_close_roll(evd_close_index *x, const char *path, bool revote,
                       evd_roll_line **lines, size_t *n) {
  roll r = {.path = path, .arena = x->arena};
  EVD_TRY(read_roll(&r));
  for (size_t i = 0; i < x->n; i++)
    if (x->rows[i].remote)
      EVD_TRY(judge_row(&r, &x->rows[i]));
  EVD_TRY(judge_doubles(x, revote));
  *lines = r.lines;
  *n = r.n;
  return EVD_OK;
}
