#include "cmd/mail_lines.h"

#include <stdio.h>
#include <string.h>

#include "egds/preenc.h"
#include "host/lines.h"

#define MIB ((size_t)1024 * 1024)
#define LINE_BYTES_MAX (64 * MIB)
#define OBJECT_BYTES_MAX (512 * MIB)

typedef struct {
  const evd_head *head;
  evd_mail_cast_fn *each;
  void *self;
  evd_lines lines;
  evd_arena arena; /* of one line */
  bool any;
  evd_h32 last;
} walk;

static bool fits(const evd_mail_cast *c, const evd_manifest *m) {
  for (uint32_t i = 0; i < c->n_contests; i++) {
    evd_shape whole = evd_contest_shape(m, c->contests[i].ct.ind_c);
    evd_shape s = evd_pre_shape(&whole);
    if (s.ind_c == 0 || !evd_mail_cast_fits(&c->contests[i], &s))
      return false;
  }
  return true;
}

bool evd_mail_cast_is_of(const evd_mail_cast *c, const evd_style *s) {
  bool same = c->n_contests == s->n_contests;
  for (uint32_t i = 0; same && i < s->n_contests; i++)
    same = c->contests[i].ct.ind_c == s->contests[i];
  return same;
}

static evd_err walk_line(walk *w, evd_span line) {
  evd_mail_cast c;
  evd_why why = {""};
  char where[1024];
  snprintf(where, sizeof where, "%s:%llu", w->lines.path,
           (unsigned long long)w->lines.number);
  evd_err e = evd_mail_cast_read(&c, line, &w->head->man, &w->arena, &why);
  if (e != EVD_OK)
    return evd_complain(e, "%s: %s", where, why.text);
  if (!fits(&c, &w->head->man))
    return evd_complain(EVD_ERR_FAIL,
                        "%s: the contests have not the lists that the "
                        "manifest asks for (X.17)",
                        where);
  if (w->any && memcmp(&w->last, &c.id_B, sizeof w->last) >= 0)
    return evd_complain(EVD_ERR_RULE,
                        "%s: expected every id_B once, in ascending order",
                        where);
  w->any = true;
  w->last = c.id_B;
  return w->each(w->self, &c, line, where);
}

static evd_err walk_lines(walk *w) {
  for (;;) {
    evd_span line;
    bool more = false;
    EVD_TRY(evd_lines_next(&w->lines, &line, &more));
    if (!more)
      return EVD_OK;
    evd_arena_point mark = evd_arena_mark(&w->arena);
    evd_err e = walk_line(w, line);
    evd_arena_back(&w->arena, mark);
    if (e != EVD_OK)
      return e;
  }
}

evd_err evd_mail_cast_walk(evd_head *h, evd_mail_cast_fn *each, void *self) {
  const char *path = evd_path(&h->arena, "%s/mail_cast.jsonl", h->dir);
  walk w = {.head = h, .each = each, .self = self};
  if (!evd_file_exists(path))
    return EVD_OK;
  evd_arena_init(&w.arena, OBJECT_BYTES_MAX);
  evd_err e = evd_lines_open(&w.lines, path, LINE_BYTES_MAX);
  if (e == EVD_OK)
    e = walk_lines(&w);
  evd_lines_close(&w.lines);
  evd_arena_close(&w.arena);
  return e;
}
