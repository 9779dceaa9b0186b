/* Verification 13: an opened ballot gives the code that the voter has.
 * X.13: opened contest data fit their nonce and are packed as they should.
 */
#include "egds/encrypt.h"
#include "verify/run.h"

static const evd_challenged_contest *opening_of(const evd_ballot_job *j,
                                                uint32_t ind_c) {
  const evd_challenged *o = j->opened;
  for (uint32_t i = 0; i < o->n_contests; i++)
    if (o->contests[i].o.ind_c == ind_c)
      return &o->contests[i];
  return NULL;
}

static void judge_data(evd_ballot_job *j, const evd_contest_ct *c,
                       const evd_challenged_contest *oc, uint32_t flags) {
  const evd_shape *s = evd_shape_of(j->r, c->ind_c);
  evd_span text;
  if (c->b == 0 || !oc->has_data || oc->o.b != c->b)
    return;
  evd_find(&j->f, EVD_C13A, c->ind_c, 0, !(flags & EVD_V13_A),
           "D is not what the data of the ballot hold"); /* [V 13.A] */
  evd_find(&j->f, EVD_X13, c->ind_c, 0, !(flags & EVD_V13_X13),
           "the nonce of the data does not give C0");
  evd_find(&j->f, EVD_X13, c->ind_c, 0,
           s && evd_data_well_packed(s, oc->D, &text),
           "D is not packed as it should be");
}

/* Values are taken as opened: one that does not fit 32 bits is not what was
 * encrypted, whatever is left of it. */
static bool values_fit(const evd_challenged_contest *oc) {
  for (uint32_t f = 0; f < oc->o.n_fields; f++)
    if (oc->values[f] > UINT32_MAX)
      return false;
  return true;
}

/* Replaces chi of every opened contest by what its opening gives (13.3). */
static bool open_contests(evd_ballot_job *j) {
  bool fit = true;
  for (uint32_t i = 0; i < j->b.n_contests; i++) {
    evd_contest_ct *c = &j->b.contests[i];
    const evd_challenged_contest *oc = opening_of(j, c->ind_c);
    if (!oc)
      continue;
    uint32_t flags =
        evd_opened_check_var(j->r->G, &c->chi, &oc->o, c, &j->b.H_I);
    fit = fit && values_fit(oc);
    j->f.at[EVD_X2].seen += oc->o.n_fields + (c->b > 0);
    if (flags & EVD_V13_X2)
      evd_find_fault(&j->f, EVD_X2, c->ind_c, 0,
                     "an opened nonce is not below q");
    judge_data(j, c, oc, flags);
  }
  return fit;
}

/* Last of the checks of a ballot: it overwrites the published chi. */
void evd_v13_ballot(evd_ballot_job *j) {
  evd_h32 h;
  if (!j->opened)
    return;
  bool fit = open_contests(j);
  evd_ballot_HC(j->r->G, &h, &j->b);
  evd_find(&j->f, EVD_C13B, 0, 0, fit && evd_same_h(&h, &j->b.H_C),
           "the opening does not give the confirmation code"); /* [V 13.B] */
}
