/* Lines that are joined to ballots: states, the roll, openings, contest data
 * and what mail ballots hold, read once, judged for their form (X.1), sorted
 * and looked up. */
#include <string.h>

#include "base/endian.h"
#include "verify/run.h"

#define ROWS_BYTES ((size_t)1 << 20)       /* sorted in memory */
#define TEXT_BYTES ((size_t)256 * 1024)    /* of lines; more: the scratch */
#define TOUCHES_BYTES ((size_t)256 * 1024) /* sorted in memory */
#define ID_BYTES 32

/* One list while it is read. */
typedef struct {
  evd_joined *to;
  evd_sorter sort;
  evd_arena rows, line; /* of the sorter; of the line that is read */
  evd_arena_point mark;
  size_t key_bytes;
  bool any;
  uint8_t last[EVD_DATA_KEY_BYTES]; /* the key before, if any */
  evd_single file;
  evd_check_id twin; /* where the same key twice belongs */
  const char *twin_is;
} loading;

void evd_data_key(uint8_t key[EVD_DATA_KEY_BYTES], const evd_h32 *id_B,
                  uint32_t contest) {
  memcpy(key, id_B->b, ID_BYTES);
  evd_be32_put(key + ID_BYTES, contest);
}

/* ---- one line more ---- */

static void add_row(evd_run *r, loading *l, const evd_where *w, bool once,
                    const uint8_t *row) {
  if (l->any)
    evd_load_order(r, w, memcmp(row, l->last, l->key_bytes), once);
  l->any = true;
  memcpy(l->last, row, l->key_bytes);
  l->to->n++;
  evd_trouble(r, evd_sorter_add(&l->sort, row));
}

/* Keeps the line and says in the row where it is. */
static void keep_text(evd_run *r, loading *l, evd_span line, uint8_t *place) {
  evd_be64_put(place, evd_stream_bytes(&l->to->text));
  evd_be32_put(place + 8, (uint32_t)line.n);
  evd_trouble(r, evd_stream_add(&l->to->text, line.p, line.n));
}

static void state_line(evd_run *r, evd_span line, uint64_t number, void *self) {
  loading *l = self;
  uint8_t row[EVD_STATE_WORD_AT + 1];
  evd_state s;
  evd_why why = {{0}};
  evd_where w = evd_at_line("states.jsonl", number);
  evd_err e = evd_state_read(&s, line, &l->line, &why);
  evd_arena_back(&l->line, l->mark);
  if (!evd_form_judge(r, e, &w, &why) || s.state == 0) { /* no state's word */
    l->to->lost = true;
    return;
  }
  memcpy(row, s.id_B.b, ID_BYTES);
  evd_be64_put(row + ID_BYTES, number);
  row[EVD_STATE_WORD_AT] = (uint8_t)s.state;
  add_row(r, l, &w, false, row);
}

static void roll_line(evd_run *r, evd_span line, uint64_t number, void *self) {
  loading *l = self;
  uint8_t row[EVD_ROLL_ACTIVE_AT + 1];
  evd_roll_line x;
  evd_why why = {{0}};
  evd_where w = evd_at_line("roll.jsonl", number);
  evd_err e = evd_roll_line_read(&x, line, &l->line, &why);
  evd_arena_back(&l->line, l->mark);
  if (!evd_form_judge(r, e, &w, &why)) {
    l->to->lost = true;
    return;
  }
  memcpy(row, x.credential.b, ID_BYTES);
  evd_be64_put(row + ID_BYTES, number);
  evd_be32_put(row + EVD_ROLL_STYLE_AT, x.style);
  evd_be32_put(row + EVD_ROLL_WEIGHT_AT, x.weight);
  row[EVD_ROLL_ACTIVE_AT] = x.active;
  add_row(r, l, &w, true, row);
}

/* The form of one opened contest against the manifest. */
static void opened_contest_form(evd_run *r, const evd_where *w,
                                const evd_challenged_contest *c) {
  const evd_shape *s = evd_shape_of(r, c->o.ind_c);
  for (uint32_t f = 1; f < c->o.n_fields; f++)
    if (c->fields[f] <= c->fields[f - 1])
      evd_fault(r, EVD_X1, w, "fields are not in ascending order");
  if (!s)
    return; /* 14.A says so */
  if (c->has_data != (s->b > 0))
    evd_fault(r, EVD_X1, w, "`data` stands exactly where there are data");
  else if (c->has_data && c->D.n != (size_t)ID_BYTES * s->b)
    evd_fault(r, EVD_X1, w, "D has not the width of the contest's data");
}

static void opened_form(evd_run *r, const evd_where *w,
                        const evd_challenged *o) {
  for (uint32_t i = 0; i < o->n_contests; i++) {
    evd_where at = *w;
    evd_at_n(&at, "contest", o->contests[i].o.ind_c);
    if (i > 0 && o->contests[i].o.ind_c <= o->contests[i - 1].o.ind_c)
      evd_fault(r, EVD_X1, &at, "contests are not in ascending order");
    opened_contest_form(r, &at, &o->contests[i]);
  }
}

static void opened_line(evd_run *r, evd_span line, uint64_t number,
                        void *self) {
  loading *l = self;
  uint8_t row[EVD_OPENED_PLACE_AT + EVD_JOINED_PLACE_BYTES];
  evd_challenged o;
  evd_why why = {{0}};
  evd_where w = evd_at_line("challenged.jsonl", number);
  evd_err e = evd_challenged_read(&o, line, &l->line, &why);
  if (!evd_form_judge(r, e, &w, &why)) {
    l->to->lost = true;
    evd_arena_back(&l->line, l->mark);
    return;
  }
  memcpy(row, o.id_B.b, ID_BYTES);
  evd_be64_put(row + ID_BYTES, number);
  keep_text(r, l, line, row + EVD_OPENED_PLACE_AT);
  add_row(r, l, &w, false, row);
  opened_form(r, &w, &o);
  evd_arena_back(&l->line, l->mark);
}

static void data_line(evd_run *r, evd_span line, uint64_t number, void *self) {
  loading *l = self;
  uint8_t row[EVD_DATA_PLACE_AT + EVD_JOINED_PLACE_BYTES];
  evd_contest_data d;
  evd_why why = {{0}};
  evd_where w = evd_at_line("contest_data.jsonl", number);
  evd_err e = evd_contest_data_read(&d, line, &l->line, &why);
  evd_arena_back(&l->line, l->mark); /* numbers stay, D does not */
  if (!evd_form_judge(r, e, &w, &why)) {
    l->to->lost = true;
    return;
  }
  evd_data_key(row, &d.id_B, d.contest);
  evd_be64_put(row + EVD_DATA_KEY_BYTES, number);
  keep_text(r, l, line, row + EVD_DATA_PLACE_AT);
  add_row(r, l, &w, false, row);
  const evd_shape *s = evd_shape_of(r, d.contest);
  if (s && s->b > 0 && d.D.n != (size_t)ID_BYTES * s->b)
    evd_fault(r, EVD_X1, &w, "D has not the width of the contest's data");
}

static void keep_mail(evd_run *r, loading *l, evd_span line, uint64_t number,
                      const evd_where *w, const evd_h32 *id_B) {
  uint8_t row[EVD_MAIL_PLACE_AT + EVD_JOINED_PLACE_BYTES];
  memcpy(row, id_B->b, ID_BYTES);
  evd_be64_put(row + ID_BYTES, number);
  keep_text(r, l, line, row + EVD_MAIL_PLACE_AT);
  add_row(r, l, w, false, row);
}

static void cast_line(evd_run *r, evd_span line, uint64_t number, void *self) {
  loading *l = self;
  evd_mail_cast o;
  evd_why why = {{0}};
  evd_where w = evd_at_line("mail_cast.jsonl", number);
  evd_err e = evd_mail_cast_read(&o, line, &r->man, &l->line, &why);
  if (evd_form_judge(r, e, &w, &why) && evd_mail_cast_usable(r, &o))
    keep_mail(r, l, line, number, &w, &o.id_B);
  else
    l->to->lost = true;
  evd_arena_back(&l->line, l->mark);
}

static void uncast_line(evd_run *r, evd_span line, uint64_t number,
                        void *self) {
  loading *l = self;
  evd_mail_open o;
  evd_why why = {{0}};
  evd_where w = evd_at_line("mail_open.jsonl", number);
  evd_err e = evd_mail_open_read(&o, line, &r->man, &l->line, &why);
  if (evd_form_judge(r, e, &w, &why) && evd_mail_open_usable(r, &o))
    keep_mail(r, l, line, number, &w, &o.id_B);
  else
    l->to->lost = true;
  evd_arena_back(&l->line, l->mark);
}

/* ---- a whole list ---- */

static void note_twin(void *self, const uint8_t *row);

typedef struct {
  evd_run *r;
  loading *l;
} twins;

static void note_twin(void *self, const uint8_t *row) {
  const twins *t = self;
  evd_run *r = t->r;
  uint64_t line = evd_be64_get(row + t->l->key_bytes);
  evd_where w = evd_at_line(evd_single_path(t->l->file), line);
  if (!t->l->twin_is)
    return; /* the order of the lines tells (X.1) */
  r->now = (evd_order){EVD_PHASE_LOAD, (uint32_t)t->l->file, line, 0};
  evd_fault(r, t->l->twin, &w, t->l->twin_is);
  r->now = (evd_order){EVD_PHASE_LOAD, 0, 0, 0};
}

static evd_err begin(evd_run *r, loading *l, size_t row_bytes) {
  evd_joined *j = l->to;
  evd_arena_init(&l->rows, r->a->cap_bytes);
  evd_arena_init(&l->line, r->a->cap_bytes);
  if (!evd_arena_get(&l->line, 1, 1)) /* its first block stays */
    return EVD_ERR_SPACE;
  l->mark = evd_arena_mark(&l->line);
  EVD_TRY(
      evd_sorter_init(&l->sort, r->scratch, &l->rows, row_bytes, ROWS_BYTES));
  EVD_TRY(evd_stream_init(&j->text, r->scratch, r->a, TEXT_BYTES));
  return evd_sorter_init(&j->touched, r->scratch, r->a,
                         l->file == EVD_FILE_ROLL ? EVD_ROLL_TOUCH_BYTES
                                                  : EVD_TOUCH_BYTES,
                         TOUCHES_BYTES);
}

static evd_err end(evd_run *r, loading *l) {
  twins t = {r, l};
  EVD_TRY(evd_sorter_end(&l->sort));
  return evd_index_make(&l->to->rows, &l->sort, l->key_bytes, r->a, note_twin,
                        &t);
}

static void load(evd_run *r, loading *l, size_t row_bytes, evd_line_fn *fn) {
  evd_file *f = r->single[l->file];
  if (!f || evd_stopped(r))
    return;
  evd_err e = begin(r, l, row_bytes);
  if (e == EVD_OK && !evd_lines_each(r, f, fn, l))
    l->to->lost = true;
  if (e == EVD_OK && !evd_stopped(r))
    e = end(r, l);
  evd_trouble(r, e);
  evd_sorter_close(&l->sort);
  evd_arena_close(&l->rows);
  evd_arena_close(&l->line);
}

void evd_joined_closed(evd_run *r) {
  loading states = {.to = &r->states,
                    .key_bytes = ID_BYTES,
                    .file = EVD_FILE_STATES,
                    .twin = EVD_X11,
                    .twin_is = "a second state of the same ballot"};
  loading roll = {.to = &r->roll, .key_bytes = ID_BYTES, .file = EVD_FILE_ROLL};
  load(r, &states, EVD_STATE_WORD_AT + 1, state_line);
  loading cast = {.to = &r->mail_cast,
                  .key_bytes = ID_BYTES,
                  .file = EVD_FILE_MAIL_CAST,
                  .twin = EVD_X17,
                  .twin_is = "a second line of the same ballot"};
  load(r, &roll, EVD_ROLL_ACTIVE_AT + 1, roll_line);
  load(r, &cast, EVD_MAIL_PLACE_AT + EVD_JOINED_PLACE_BYTES, cast_line);
}

void evd_joined_final(evd_run *r) {
  loading opened = {.to = &r->opened,
                    .key_bytes = ID_BYTES,
                    .file = EVD_FILE_CHALLENGED,
                    .twin = EVD_X11,
                    .twin_is = "a second opening of the same ballot"};
  loading data = {.to = &r->data,
                  .key_bytes = EVD_DATA_KEY_BYTES,
                  .file = EVD_FILE_CONTEST_DATA,
                  .twin = EVD_X12,
                  .twin_is = "a second time the same ballot and contest"};
  load(r, &opened, EVD_OPENED_PLACE_AT + EVD_JOINED_PLACE_BYTES, opened_line);
  loading uncast = {.to = &r->mail_open,
                    .key_bytes = ID_BYTES,
                    .file = EVD_FILE_MAIL_OPEN,
                    .twin = EVD_X11,
                    .twin_is = "a second opening of the same ballot"};
  load(r, &data, EVD_DATA_PLACE_AT + EVD_JOINED_PLACE_BYTES, data_line);
  load(r, &uncast, EVD_MAIL_PLACE_AT + EVD_JOINED_PLACE_BYTES, uncast_line);
}

void evd_joined_close(evd_joined *l) {
  evd_index_close(&l->rows);
  evd_stream_reset(&l->text);
  evd_sorter_close(&l->touched);
}

/* ---- looking up, touching, walking through ---- */

evd_err evd_joined_find(const evd_joined *l, const void *key,
                        uint8_t row[EVD_JOINED_ROW_MAX], uint64_t *at,
                        bool *found) {
  return evd_index_find(&l->rows, key, row, at, found);
}

evd_err evd_joined_text(const evd_joined *l,
                        const uint8_t place[EVD_JOINED_PLACE_BYTES],
                        evd_span *line, evd_arena *a) {
  size_t n = evd_be32_get(place + 8);
  uint8_t *p = evd_arena_get(a, n + 1, 1);
  if (!p)
    return EVD_ERR_SPACE;
  *line = (evd_span){p, n};
  return evd_stream_read(&l->text, evd_be64_get(place), p, n);
}

void evd_joined_touch(evd_run *r, evd_joined *l, uint64_t at,
                      const evd_ballot_job *j, uint8_t flags) {
  uint8_t row[EVD_ROLL_TOUCH_BYTES];
  evd_be64_put(row, at);
  evd_be64_put(row + 8, evd_place(j->file, j->line));
  row[16] = flags;
  evd_be32_put(row + EVD_TOUCH_BYTES, j->b.device);
  evd_trouble(r, evd_sorter_add(&l->touched, row));
}

/* The touches of row `at`; t holds the next one while *more. */
static evd_err touches_of(evd_run *r, evd_joined *l, const evd_joined_walk *w,
                          uint64_t at, uint8_t *t, bool *more) {
  while (*more && evd_be64_get(t) == at) {
    const evd_touch touch = {evd_be64_get(t + 8), t[16],
                             evd_be32_get(t + EVD_TOUCH_BYTES)};
    w->touch(r, w->self, &touch);
    EVD_TRY(evd_sorter_next(&l->touched, t, more));
  }
  return EVD_OK;
}

static evd_err walk(evd_run *r, evd_joined *l, const evd_joined_walk *w) {
  uint8_t row[EVD_JOINED_ROW_MAX], t[EVD_ROLL_TOUCH_BYTES] = {0};
  bool more = false;
  EVD_TRY(evd_sorter_end(&l->touched));
  EVD_TRY(evd_sorter_next(&l->touched, t, &more));
  for (uint64_t at = 0; at < l->rows.n; at++) {
    EVD_TRY(evd_index_row(&l->rows, at, row));
    EVD_TRY(touches_of(r, l, w, at, t, &more));
    w->row(r, w->self, row, evd_be64_get(row + l->rows.key_bytes));
  }
  return EVD_OK;
}

void evd_joined_each(evd_run *r, evd_joined *l, const evd_joined_walk *w) {
  if (l->rows.n > 0 && !evd_stopped(r))
    evd_trouble(r, walk(r, l, w));
}
