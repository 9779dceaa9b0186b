/* X.18: every remote ballot is that of a voter on the roll, one cast ballot
 * a voter; earlier ones are superseded, nothing else is.
 */
#include "verify/run.h"

static void join(evd_run *r, const evd_ballot_job *j, const evd_where *w,
                 evd_roll_entry *e) {
  const evd_ballot *b = &j->b;
  uint64_t at = r->rep->ballots; /* reading order, from 1 */
  if (!e->l.active)
    evd_fault(r, EVD_X18, w, "the credential is revoked");
  if (e->l.style != b->style)
    evd_fault(r, EVD_X18, w, "the roll gives this voter another style");
  if (e->l.weight != b->weight)
    evd_fault(r, EVD_X18, w, "the roll gives this voter another weight");
  if (j->state == EVD_CAST) {
    if (e->cast++ > 0)
      evd_fault(r, EVD_X18, w, "a second cast ballot of this credential");
    e->cast_at = at;
  }
  if (j->state == EVD_SUPERSEDED)
    e->superseded_at = at;
}

void evd_x18_fold(evd_run *r, const evd_ballot_job *j) {
  bool remote = evd_device_is(r, j->b.device, "remote");
  evd_where w = evd_at_line(j->path, j->line);
  if (remote)
    evd_saw(r, EVD_X18, 1);
  if (j->state == EVD_SUPERSEDED && !remote)
    evd_fault(r, EVD_X18, &w, "superseded, but not a remote ballot");
  else if (j->state == EVD_SUPERSEDED && !r->man.revote)
    evd_fault(r, EVD_X18, &w, "superseded, but nobody may vote again");
  if (!remote || !j->b.has_binding)
    return;
  evd_roll_entry *e =
      evd_map_get(&r->roll_of, evd_key_of('r', j->b.credential.b, 32));
  if (e)
    join(r, j, &w, e);
  else if (r->single[EVD_FILE_ROLL] && !r->roll.lost)
    evd_fault(r, EVD_X18, &w, "the credential is not on the roll");
}

void evd_x18_roll(evd_run *r) {
  if (r->has_remote && (!r->single[EVD_FILE_ROLL] || r->roll.lost))
    evd_block(r, EVD_X18, EVD_X18, "roll.jsonl could not be used");
  if (!evd_counted(r)) {
    evd_block(r, EVD_X18, EVD_X18, "not every ballot and state could be used");
    return;
  }
  for (evd_roll_entry *e = r->roll.first; e; e = e->next) {
    evd_where w = evd_at_line("roll.jsonl", e->line);
    if (e->superseded_at != 0 &&
        (e->cast != 1 || e->cast_at < e->superseded_at))
      evd_fault(r, EVD_X18, &w,
                "a superseded ballot without exactly one later cast ballot");
  }
}
