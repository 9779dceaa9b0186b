/* X.18: every remote ballot is that of a voter on the roll, one cast ballot
 * a voter; earlier ones are superseded, nothing else is.
 */
#include "verify/run.h"

static void join(evd_run *r, const evd_ballot_job *j, const evd_where *w) {
  const evd_ballot *b = &j->b;
  uint8_t flags = 0;
  /* Who sealed a ballot, never cast it, and lost the credential did no wrong.
   */
  const bool voted = j->state == EVD_CAST || j->state == EVD_SUPERSEDED;
  if (voted && !j->roll.active)
    evd_fault(r, EVD_X18, w, "the credential is revoked");
  if (j->roll.style != b->style)
    evd_fault(r, EVD_X18, w, "the roll gives this voter another style");
  if (j->roll.weight != b->weight)
    evd_fault(r, EVD_X18, w, "the roll gives this voter another weight");
  if (j->state == EVD_CAST)
    flags |= EVD_TOUCH_CAST;
  if (j->state == EVD_SUPERSEDED)
    flags |= EVD_TOUCH_SUPERSEDED;
  if (flags)
    evd_joined_touch(r, &r->roll, j->roll_at, j, flags);
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
  if (j->on_roll)
    join(r, j, &w);
  else if (r->single[EVD_FILE_ROLL] && !r->roll.lost)
    evd_fault(r, EVD_X18, &w, "the credential is not on the roll");
}

/* The ballots of the credential that comes next, in reading order: that of a
 * device is the one in which it sealed them; between devices it says nothing.
 */
typedef struct {
  uint64_t cast;
  uint32_t device;       /* of the last that is cast */
  bool superseded, late; /* there are some; behind that, of its device */
} voter;

static void touch(evd_run *r, void *self, const evd_touch *t) {
  voter *v = self;
  evd_where w = evd_at_place(r, t->place);
  evd_now_at_place(r, t->place, 1);
  if (t->flags & EVD_TOUCH_CAST) {
    if (v->cast++ > 0)
      evd_fault(r, EVD_X18, &w, "a second cast ballot of this credential");
    v->device = t->device;
  }
  if (t->flags & EVD_TOUCH_SUPERSEDED) {
    v->superseded = true;
    v->late = v->late || (v->cast > 0 && t->device == v->device);
  }
}

static void row(evd_run *r, void *self, const uint8_t *p, uint64_t line) {
  voter *v = self;
  evd_where w = evd_at_line("roll.jsonl", line);
  (void)p;
  r->now = (evd_order){EVD_PHASE_TAIL, EVD_FILE_ROLL, line, 0};
  if (evd_counted(r) && v->superseded && (v->cast != 1 || v->late))
    evd_fault(r, EVD_X18, &w,
              "a superseded ballot without exactly one later cast ballot");
  *v = (voter){0, 0, false, false};
}

void evd_x18_roll(evd_run *r) {
  voter v = {0, 0, false, false};
  const evd_joined_walk w = {touch, row, &v};
  if (r->has_remote && (!r->single[EVD_FILE_ROLL] || r->roll.lost))
    evd_block(r, EVD_X18, EVD_X18, "roll.jsonl could not be used");
  if (!evd_counted(r))
    evd_block(r, EVD_X18, EVD_X18, "not every ballot and state could be used");
  evd_joined_each(r, &r->roll, &w);
  r->now = (evd_order){EVD_PHASE_TAIL, 0, 0, 0};
}
