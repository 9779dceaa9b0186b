/* X.11: every ballot has one end, and exactly the challenged ones are open. */
#include "verify/run.h"

static void count_state(evd_run *r, evd_state_word s) {
  r->rep->ballots++;
  if (s == EVD_CAST)
    r->rep->cast++;
  if (s == EVD_CHALLENGED)
    r->rep->challenged++;
  if (s == EVD_SPOILED)
    r->rep->spoiled++;
  if (s == EVD_SUPERSEDED)
    r->rep->superseded++;
  if (s == EVD_STATE_REFUSED)
    r->rep->refused++;
}

/* The same in mail_open.jsonl. */
static void fold_mail_opening(evd_run *r, const evd_ballot_job *j,
                              const evd_where *w) {
  if (j->opened)
    evd_joined_touch(r, &r->opened, j->opened_at, j, 0);
  if (j->uncast)
    evd_joined_touch(r, &r->mail_open, j->uncast_at, j, EVD_TOUCH_CHALLENGED);
  else if (evd_in_stage(r, EVD_STAGE_FINAL) && j->state == EVD_CHALLENGED &&
           !r->mail_open.lost)
    evd_fault(r, EVD_X11, w, "challenged, but not opened");
}

static void fold_opening(evd_run *r, const evd_ballot_job *j,
                         const evd_where *w) {
  bool challenged = j->state == EVD_CHALLENGED;
  if (j->opened)
    evd_joined_touch(r, &r->opened, j->opened_at, j,
                     challenged ? EVD_TOUCH_CHALLENGED : 0);
  if (!evd_in_stage(r, EVD_STAGE_FINAL) || !challenged)
    return;
  if (!j->opened && !r->opened.lost)
    evd_fault(r, EVD_X11, w, "challenged, but not opened");
}

void evd_x11_fold(evd_run *r, const evd_ballot_job *j) {
  evd_where w = evd_at_line(j->path, j->line);
  count_state(r, j->state);
  evd_saw(r, EVD_X11, 1);
  if (j->has_state)
    evd_joined_touch(r, &r->states, j->state_at, j, 0);
  else if (!r->states.lost && r->single[EVD_FILE_STATES])
    evd_fault(r, EVD_X11, &w, "the ballot has no state");
  if (j->b.mail)
    fold_mail_opening(r, j, &w);
  else
    fold_opening(r, j, &w);
}

/* What touched the row that comes next. */
typedef struct {
  bool any, challenged;
} touched;

static void touch(evd_run *r, void *self, const evd_touch *by) {
  touched *t = self;
  (void)r;
  t->any = true;
  t->challenged = t->challenged || (by->flags & EVD_TOUCH_CHALLENGED);
}

static void state_row(evd_run *r, void *self, const uint8_t *row,
                      uint64_t line) {
  touched *t = self;
  evd_where w = evd_at_line("states.jsonl", line);
  (void)row;
  r->now = (evd_order){EVD_PHASE_TAIL, EVD_FILE_STATES, line, 0};
  if (!t->any)
    evd_fault(r, EVD_X11, &w, "there is no ballot of this state");
  *t = (touched){false, false};
}

static void opened_row(evd_run *r, void *self, const uint8_t *row,
                       uint64_t line) {
  touched *t = self;
  evd_where w = evd_at_line("challenged.jsonl", line);
  (void)row;
  r->now = (evd_order){EVD_PHASE_TAIL, EVD_FILE_CHALLENGED, line, 0};
  if (!t->challenged && evd_counted(r))
    evd_fault(r, EVD_X11, &w,
              t->any
                  ? "an opened ballot was not challenged, or is a mail ballot"
                  : "there is no ballot of this opening");
  *t = (touched){false, false};
}

static void mail_opened_row(evd_run *r, void *self, const uint8_t *row,
                            uint64_t line) {
  touched *t = self;
  evd_where w = evd_at_line("mail_open.jsonl", line);
  (void)row;
  r->now = (evd_order){EVD_PHASE_TAIL, EVD_FILE_MAIL_OPEN, line, 0};
  if (!t->challenged && evd_counted(r))
    evd_fault(r, EVD_X11, &w, "no challenged mail ballot of this opening");
  *t = (touched){false, false};
}

void evd_x11_states(evd_run *r) {
  static const char lost[] = "not every ballot, state or opening could be used";
  touched t = {false, false};
  const evd_joined_walk states = {touch, state_row, &t};
  const evd_joined_walk opened = {touch, opened_row, &t};
  const evd_joined_walk mail_opened = {touch, mail_opened_row, &t};
  if (!evd_counted(r) || r->opened.lost || r->mail_open.lost)
    evd_block(r, EVD_X11, EVD_X11, lost);
  if (r->lost_ballots > 0)
    return;
  evd_joined_each(r, &r->states, &states);
  evd_joined_each(r, &r->opened, &opened);
  evd_joined_each(r, &r->mail_open, &mail_opened);
  r->now = (evd_order){EVD_PHASE_TAIL, 0, 0, 0};
}
