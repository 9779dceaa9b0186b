#include "cmd/ballots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/place.h"
#include "steps/booth.h"

#define MIB ((size_t)1024 * 1024)
#define BALLOT_BYTES_MAX (512 * MIB)

typedef struct {
  const evd_head *head;
  const char *what;
  evd_ballot_line_fn *each;
  void *self;
  evd_source src;
  uint64_t done, start_ms;
} walk;

/* ---- files ---- */

/* The name between `ballots/` and `.jsonl`; false for other paths. */
static bool ballots_name(const char *path, evd_span *name) {
  size_t n = strlen(path);
  /* 14: the bytes of `ballots/` and `.jsonl` */
  if (n <= 14 || strncmp(path, "ballots/", 8) != 0 ||
      strcmp(path + n - 6, ".jsonl") != 0)
    return false;
  *name = (evd_span){(const uint8_t *)path + 8, n - 14};
  return true;
}

/* By the bytes of the names: `a` before `a-b`, other than by the paths. */
static int by_name(const void *x, const void *y) {
  evd_span a, b;
  const char *const *left = x, *const *right = y;
  if (!ballots_name(*left, &a) || !ballots_name(*right, &b))
    return 0;
  size_t n = a.n < b.n ? a.n : b.n;
  int order = memcmp(a.p, b.p, n);
  if (order != 0)
    return order;
  return a.n < b.n ? -1 : a.n > b.n;
}

static size_t keep_ballots(const char **paths, size_t n) {
  size_t kept = 0;
  evd_span name;
  for (size_t i = 0; i < n; i++)
    if (ballots_name(paths[i], &name))
      paths[kept++] = paths[i];
  if (kept > 1)
    qsort(paths, kept, sizeof *paths, by_name);
  return kept;
}

static void show(const walk *w) {
  uint64_t done = 0, all = 0;
  if (!w->what)
    return;
  evd_source_dir_progress(&w->src, &done, &all);
  evd_progress_left(w->what, "ballots", w->done, done, all, w->start_ms);
}

static evd_err walk_lines(walk *w, const char *path) {
  bool more = false, no_lf = false;
  char where[1024];
  for (uint64_t number = 1;; number++) {
    evd_span line;
    evd_err e = w->src.lines_next(w->src.self, &line, &more, &no_lf);
    snprintf(where, sizeof where, "%s/%s:%llu", w->head->dir, path,
             (unsigned long long)number);
    if (e != EVD_OK)
      return evd_complain(e, "%s: %s", where, evd_source_text(e));
    if (!more)
      return EVD_OK;
    if (no_lf)
      return evd_complain(EVD_ERR_FORM, "%s: the last line is cut off", where);
    EVD_TRY(w->each(w->self, line, where));
    w->done++;
    show(w);
  }
}

static evd_err walk_file(walk *w, const char *path) {
  evd_err e = w->src.lines_open(w->src.self, path, EVD_SOURCE_BYTES_MAX);
  if (e != EVD_OK)
    return evd_complain(e, "%s/%s: %s", w->head->dir, path, evd_err_text(e));
  e = walk_lines(w, path);
  w->src.lines_close(w->src.self);
  return e;
}

static evd_err walk_all(walk *w, evd_arena *list) {
  const char **paths = NULL;
  size_t n = 0;
  evd_err e = w->src.list(w->src.self, &paths, &n, list);
  if (e != EVD_OK)
    return evd_complain(e, "%s: %s", w->head->dir, evd_err_text(e));
  n = keep_ballots(paths, n);
  for (size_t i = 0; i < n; i++)
    EVD_TRY(walk_file(w, paths[i]));
  return EVD_OK;
}

evd_err evd_ballot_lines_walk(const evd_head *h, const char *what,
                              evd_ballot_line_fn *each, void *self) {
  walk w = {.head = h,
            .what = what,
            .each = each,
            .self = self,
            .start_ms = evd_clock_ms()};
  evd_arena list;
  EVD_TRY(evd_source_dir_open(&w.src, h->dir));
  evd_arena_init(&list, 256 * MIB);
  evd_err e = walk_all(&w, &list);
  evd_progress_line(NULL, 0, 0);
  evd_arena_close(&list);
  evd_source_dir_close(&w.src);
  return e;
}

/* ---- ballots ---- */

typedef struct {
  const evd_manifest *man;
  evd_ballot_fn *each;
  void *self;
  evd_arena arena; /* of one ballot */
} strict;

static evd_err strict_line(void *self, evd_span line, const char *where) {
  strict *s = self;
  evd_ballot b;
  evd_why why = {""};
  evd_arena_point mark = evd_arena_mark(&s->arena);
  evd_err e = evd_ballot_read(&b, line, s->man, &s->arena, &why);
  const char *misfit = e == EVD_OK ? evd_ballot_misfit(&b, s->man) : NULL;
  if (e != EVD_OK)
    (void)evd_complain(e, "%s: %s", where, why.text);
  else if (misfit)
    e = evd_complain(EVD_ERR_FAIL, "%s: %s", where, misfit);
  else
    e = s->each(s->self, &b, where);
  evd_arena_back(&s->arena, mark);
  return e;
}

evd_err evd_ballots_walk(const evd_head *h, const char *what,
                         evd_ballot_fn *each, void *self) {
  strict s = {.man = &h->man, .each = each, .self = self};
  evd_arena_init(&s.arena, BALLOT_BYTES_MAX);
  evd_err e = evd_ballot_lines_walk(h, what, strict_line, &s);
  evd_arena_close(&s.arena);
  return e;
}
