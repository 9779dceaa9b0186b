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

static void fold_opening(evd_run *r, evd_ballot_job *j, const evd_where *w) {
  bool challenged = j->state == EVD_CHALLENGED;
  if (j->opened) {
    j->opened->ballots++;
    if (challenged)
      j->opened->challenged++;
  }
  if (!evd_in_stage(r, EVD_STAGE_FINAL) || !challenged)
    return;
  if (!j->opened && !r->opened.lost)
    evd_fault(r, EVD_X11, w, "challenged, but not opened");
}

void evd_x11_fold(evd_run *r, evd_ballot_job *j) {
  evd_where w = evd_at_line(j->path, j->line);
  evd_state_line *s =
      evd_map_get(&r->state_of, evd_key_of('s', j->b.id_B.b, 32));
  count_state(r, j->state);
  evd_saw(r, EVD_X11, 1);
  if (s)
    s->ballots++;
  else if (!r->states.lost && r->single[EVD_FILE_STATES])
    evd_fault(r, EVD_X11, &w, "the ballot has no state");
  fold_opening(r, j, &w);
}

void evd_x11_states(evd_run *r) {
  static const char lost[] = "not every ballot, state or opening could be used";
  if (!evd_counted(r) || r->opened.lost)
    evd_block(r, EVD_X11, EVD_X11, lost);
  if (r->lost_ballots > 0)
    return;
  for (evd_state_line *s = r->states.first; s; s = s->next) {
    evd_where w = evd_at_line("states.jsonl", s->line);
    if (s->ballots == 0)
      evd_fault(r, EVD_X11, &w, "there is no ballot of this state");
  }
  for (evd_opened_line *o = r->opened.first; o; o = o->next) {
    evd_where w = evd_at_line("challenged.jsonl", o->line);
    if (o->challenged == 0 && evd_counted(r))
      evd_fault(r, EVD_X11, &w,
                o->ballots ? "an opened ballot was not challenged"
                           : "there is no ballot of this opening");
  }
}
