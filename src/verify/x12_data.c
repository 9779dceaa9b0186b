/* X.12: which contest data may be decrypted at all. */
#include "egds/encrypt.h"
#include "verify/run.h"

void evd_x12_fold(evd_run *r, const evd_ballot_job *j) {
  if (r->data.n == 0)
    return;
  for (uint32_t i = 0; i < j->b.n_contests; i++) {
    const evd_contest_ct *c = &j->b.contests[i];
    evd_key key = evd_data_key(&j->b.id_B, c->ind_c);
    evd_data_line *d = evd_map_get(&r->data_of, key);
    for (; d && c->b > 0; d = d->same) {
      d->found = true;
      d->cast = d->cast || j->state == EVD_CAST;
      d->remote = d->remote || evd_device_is(r, j->b.device, "remote");
    }
  }
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

static void judge_line(evd_run *r, const evd_data_line *d) {
  evd_where w = evd_at_line("contest_data.jsonl", d->line);
  uint32_t ind_c = d->d.contest;
  const evd_shape *s = evd_shape_of(r, ind_c);
  evd_span text;
  evd_saw(r, EVD_X12, 1);
  if (evd_counted(r) && !d->cast)
    evd_fault(r, EVD_X12, &w,
              d->found ? "of a ballot that is not cast"
                       : "no ballot has data in this contest");
  if (!s)
    return;
  if (evd_counted(r) && r->withheld[ind_c - 1])
    evd_fault(r, EVD_X12, &w, "of a withheld contest");
  if (d->remote && r->has_tally && !write_ins_enough(r, ind_c))
    evd_fault(r, EVD_X12, &w,
              "of a remote ballot, though too few voters used write-ins");
  if (d->d.D.n == (size_t)32 * s->b && s->b > 0 &&
      !evd_data_well_packed(s, d->d.D, &text))
    evd_fault(r, EVD_X12, &w, "D is not packed as it should be");
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
  for (evd_data_line *d = r->data.first; d; d = d->next)
    judge_line(r, d);
}
