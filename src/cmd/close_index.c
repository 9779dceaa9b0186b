#include "cmd/close_index.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/args.h"
#include "cmd/mail_lines.h"
#include "host/lines.h"

void evd_close_init(evd_close_index *x, evd_arena *a) {
  *x = (evd_close_index){.arena = a};
}

static evd_err no_memory(void) {
  return evd_complain(EVD_ERR_SPACE, "close: the ballots do not fit in memory");
}

evd_err evd_close_add(evd_close_index *x, const evd_ballot *b) {
  if (x->n == x->room) {
    size_t room = x->room == 0 ? 1024 : x->room * 2;
    evd_close_row *rows = evd_arena_get(x->arena, room, sizeof *rows);
    if (!rows)
      return no_memory();
    if (x->n)
      memcpy(rows, x->rows, x->n * sizeof *rows);
    x->rows = rows;
    x->room = room;
  }
  x->rows[x->n] = (evd_close_row){.id_B = b->id_B,
                                  .H_C = b->H_C,
                                  .credential = b->credential,
                                  .order = x->n,
                                  .device = b->device,
                                  .style = b->style,
                                  .weight = b->weight,
                                  .remote = b->has_binding,
                                  .mail = b->mail,
                                  .state = b->mail ? EVD_SPOILED : EVD_CAST};
  x->n++;
  return EVD_OK;
}

/* ---- order ---- */

static const evd_close_row *row_at(const void *p) {
  evd_close_row *const *row = p;
  return *row;
}

static int by_code(const void *a, const void *b) {
  return memcmp(&row_at(a)->H_C, &row_at(b)->H_C, sizeof(evd_h32));
}

static int by_id(const void *a, const void *b) {
  return memcmp(&row_at(a)->id_B, &row_at(b)->id_B, sizeof(evd_h32));
}

static evd_close_row **sorted(const evd_close_index *x,
                              int order(const void *, const void *)) {
  evd_close_row **list = evd_arena_get(x->arena, x->n + 1, sizeof *list);
  if (!list)
    return NULL;
  for (size_t i = 0; i < x->n; i++)
    list[i] = &x->rows[i];
  if (x->n > 1)
    qsort(list, x->n, sizeof *list, order);
  return list;
}

evd_err evd_close_sort(evd_close_index *x) {
  x->by_code = sorted(x, by_code);
  x->by_id = sorted(x, by_id);
  if (!x->by_code || !x->by_id)
    return no_memory();
  char hex[65];
  for (size_t i = 1; i < x->n; i++) {
    evd_hex_text(hex, &x->by_id[i]->id_B);
    if (by_id(&x->by_id[i - 1], &x->by_id[i]) == 0)
      return evd_complain(EVD_ERR_FAIL, "two ballots share the id_B %s (5.A)",
                          hex);
    evd_hex_text(hex, &x->by_code[i]->H_C);
    if (by_code(&x->by_code[i - 1], &x->by_code[i]) == 0)
      return evd_complain(EVD_ERR_FAIL,
                          "two ballots share the confirmation code %s (X.10)",
                          hex);
  }
  return EVD_OK;
}

evd_close_row *evd_close_find(const evd_close_index *x, const evd_h32 *id_B) {
  evd_close_row key = {.id_B = *id_B}, *at = &key;
  evd_close_row **found = NULL;
  if (x->n > 0)
    found = bsearch(&at, x->by_id, x->n, sizeof *x->by_id, by_id);
  return found ? *found : NULL;
}

/* ---- mail ballots ---- */

typedef struct {
  evd_close_index *index;
  const evd_manifest *man;
} mail_taker;

static evd_err take_mail(void *self, const evd_mail_cast *c, evd_span text,
                         const char *where) {
  mail_taker *t = self;
  evd_close_row *row = evd_close_find(t->index, &c->id_B);
  (void)text;
  if (!row || !row->mail)
    return evd_complain(EVD_ERR_FAIL,
                        "%s: the record has no mail ballot of this id_B "
                        "(X.17)",
                        where);
  if (!evd_mail_cast_is_of(c, &t->man->styles[row->style - 1]))
    return evd_complain(EVD_ERR_FAIL,
                        "%s: the contests are not those of the ballot's style "
                        "(X.17)",
                        where);
  row->state = EVD_CAST;
  row->listed = true;
  return EVD_OK;
}

evd_err evd_close_mail(evd_close_index *x, evd_head *h) {
  mail_taker t = {x, &h->man};
  return evd_mail_cast_walk(h, take_mail, &t);
}

/* ---- lists of confirmation codes ---- */

static evd_close_row *find_code(const evd_close_index *x, const evd_h32 *code) {
  evd_close_row key = {.H_C = *code}, *at = &key;
  if (x->n == 0)
    return NULL;
  evd_close_row **found =
      bsearch(&at, x->by_code, x->n, sizeof *x->by_code, by_code);
  return found ? *found : NULL;
}

static evd_err list_line(evd_close_index *x, evd_span line, const evd_lines *in,
                         evd_state_word state) {
  unsigned long long number = in->number;
  evd_h32 code;
  if (line.n > 0 && line.p[line.n - 1] == '\r')
    line.n--;
  if (!evd_hex_h32(&code, (const char *)line.p, line.n))
    return evd_complain(EVD_ERR_PARSE,
                        "%s:%llu:1: expected a confirmation code of 64 hex "
                        "digits and nothing else",
                        in->path, number);
  evd_close_row *row = find_code(x, &code);
  if (!row)
    return evd_complain(EVD_ERR_RULE,
                        "%s:%llu:1: no ballot of the record has this "
                        "confirmation code",
                        in->path, number);
  if (row->mail && row->listed && row->state == EVD_CAST)
    return evd_complain(EVD_ERR_RULE,
                        "%s:%llu:1: this ballot came back by mail and is "
                        "recorded in mail_cast.jsonl: it is cast",
                        in->path, number);
  if (row->listed)
    return evd_complain(EVD_ERR_RULE,
                        "%s:%llu:1: this ballot was listed before, as %s",
                        in->path, number, evd_state_text(row->state));
  row->state = state;
  row->listed = true;
  return EVD_OK;
}

static evd_err list_lines(evd_close_index *x, evd_lines *in,
                          evd_state_word state) {
  for (;;) {
    evd_span line;
    bool more = false;
    EVD_TRY(evd_lines_next(in, &line, &more));
    if (!more)
      return EVD_OK;
    EVD_TRY(list_line(x, line, in, state));
  }
}

evd_err evd_close_list(evd_close_index *x, const char *path,
                       evd_state_word state) {
  evd_lines in;
  if (!path)
    return EVD_OK;
  evd_err e = evd_lines_open(&in, path, 4096);
  if (e == EVD_OK)
    e = list_lines(x, &in, state);
  evd_lines_close(&in);
  return e;
}
