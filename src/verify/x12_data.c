/* X.12: which contest data may be decrypted at all. */
#include <string.h>

#include "egds/encrypt.h"
#include "verify/run.h"

void evd_x12_fold(evd_run *r, const evd_ballot_job *j) {
  uint8_t flags = 0;
  if (j->state == EVD_CAST)
    flags |= EVD_TOUCH_CAST;
  if (evd_device_is(r, j->b.device, "remote"))
    flags |= EVD_TOUCH_REMOTE;
  for (uint32_t i = 0; j->data_at && i < j->b.n_contests; i++)
    if (j->data_at[i] != UINT64_MAX)
      evd_joined_touch(r, &r->data, j->data_at[i], j, flags);
  if (j->much_data)
    evd_block(r, EVD_C12A, EVD_C12C,
              "one contest of a ballot has more than 16 lines of data");
}

/* Did so many voters use write-ins that a remote one is not exposed? */
static bool write_ins_enough(const evd_run *r, uint32_t ind_c) {
  const evd_shape *s = evd_shape_of(r, ind_c);
  const evd_tally_contest *t = r->tally_of[ind_c - 1];
  if (!t || s->w == 0)
    return false;
  uint32_t field = evd_shape_fields(s);
  for (uint32_t f = 0; f < t->n_fields; f++)
    if (t->fields[f].field == field)
      return t->fields[f].t >= r->man.privacy_floor;
  return false;
}

/* Lines of one ballot and contest share what touched the first of them. */
typedef struct {
  bool any, touched;
  uint8_t key[EVD_DATA_KEY_BYTES];
  uint8_t flags, fresh;
  bool found;
  evd_arena *arena;
} walking;

static void judge_line(evd_run *r, const walking *x, const evd_contest_data *d,
                       uint64_t line) {
  evd_where w = evd_at_line("contest_data.jsonl", line);
  uint32_t ind_c = d->contest;
  const evd_shape *s = evd_shape_of(r, ind_c);
  evd_span text;
  if (evd_counted(r) && !(x->flags & EVD_TOUCH_CAST))
    evd_fault(r, EVD_X12, &w,
              x->found ? "of a ballot that is not cast"
                       : "no ballot has data in this contest");
  if (!s)
    return;
  if (evd_counted(r) && r->withheld[ind_c - 1])
    evd_fault(r, EVD_X12, &w, "of a withheld contest");
  if ((x->flags & EVD_TOUCH_REMOTE) && r->has_tally &&
      !write_ins_enough(r, ind_c))
    evd_fault(r, EVD_X12, &w,
              "of a remote ballot, though too few voters used write-ins");
  if (d->D.n == (size_t)32 * s->b && s->b > 0 &&
      !evd_data_well_packed(s, d->D, &text))
    evd_fault(r, EVD_X12, &w, "D is not packed as it should be");
}

static void touch(evd_run *r, void *self, const evd_touch *t) {
  walking *x = self;
  (void)r;
  x->touched = true;
  x->fresh |= t->flags;
}

static void row(evd_run *r, void *self, const uint8_t *p, uint64_t line) {
  walking *x = self;
  evd_contest_data d = {.contest = 0};
  evd_span bytes;
  evd_why why;
  if (!x->any || memcmp(p, x->key, sizeof x->key) != 0) {
    x->flags = x->fresh;
    x->found = x->touched;
  }
  x->any = true;
  x->touched = false;
  x->fresh = 0;
  memcpy(x->key, p, sizeof x->key);
  r->now = (evd_order){EVD_PHASE_TAIL, EVD_FILE_CONTEST_DATA, line, 0};
  evd_saw(r, EVD_X12, 1);
  evd_arena_point mark = evd_arena_mark(x->arena);
  evd_err e =
      evd_joined_text(&r->data, p + EVD_DATA_PLACE_AT, &bytes, x->arena);
  if (e == EVD_OK)
    e = evd_contest_data_read(&d, bytes, x->arena, &why);
  if (e == EVD_OK || e == EVD_ERR_FORM)
    judge_line(r, x, &d, line);
  else
    evd_trouble(r, e);
  evd_arena_back(x->arena, mark);
}

void evd_x12_data(evd_run *r) {
  if (r->data.lost) {
    evd_block(r, EVD_C12A, EVD_C12C, "not every line could be used");
    evd_block(r, EVD_X12, EVD_X12, "not every line could be used");
  }
  if (r->data.n == 0)
    return;
  if (!evd_counted(r) || !r->has_tally)
    evd_block(r, EVD_X12, EVD_X12, "ballots, states or tally not usable");
  evd_arena arena;
  evd_arena_init(&arena, r->a->cap_bytes);
  walking x = {.arena = &arena};
  const evd_joined_walk w = {touch, row, &x};
  evd_joined_each(r, &r->data, &w);
  evd_arena_close(&arena);
  r->now = (evd_order){EVD_PHASE_TAIL, 0, 0, 0};
}
