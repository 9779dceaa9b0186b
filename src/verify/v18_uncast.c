/* Verification 18: an uncast pre-encrypted ballot, opened, gives the code that
 * was printed on it. X.2: its nonces are below q.
 */
#include "egds/preenc.h"
#include "egds/preenc_check.h"
#include "verify/run.h"

static const evd_mail_open_contest *opening_of(const evd_ballot_job *j,
                                               uint32_t ind_c) {
  const evd_mail_open *o = j->uncast;
  for (uint32_t i = 0; i < o->n_contests; i++)
    if (o->contests[i].ind_c == ind_c)
      return &o->contests[i];
  return NULL;
}

/* Replaces psi and chi of the contest by what its opening gives. */
static void open_contest(evd_ballot_job *j, evd_contest_ct *c,
                         const evd_mail_open_contest *o, uint32_t m) {
  for (uint32_t i = 0; i < o->n_vectors; i++) {
    const evd_mail_vector *v = &o->vectors[i];
    j->f.at[EVD_X2].seen += m;
    if (!evd_pre_opened_psi_var(j->r->G, &c->psi[i], &j->b.H_I, v->field,
                                v->nonces, m))
      evd_find_fault(&j->f, EVD_X2, c->ind_c, v->field,
                     "an opened nonce is not below q");
    evd_v16_vector(j, c->ind_c, &c->psi[i], &v->psi);
  }
  evd_pre_chi(j->r->G, &c->chi, &j->b.H_I, c->ind_c, c->psi, c->n_psi);
  /* [V 18.4] */
}

void evd_v18_ballot(evd_ballot_job *j) {
  evd_h32 h;
  if (!j->uncast)
    return;
  for (uint32_t i = 0; i < j->b.n_contests; i++) {
    evd_contest_ct *c = &j->b.contests[i];
    const evd_shape *s = evd_shape_of(j->r, c->ind_c);
    const evd_mail_open_contest *o = opening_of(j, c->ind_c);
    if (s && o && o->n_vectors == c->n_psi)
      open_contest(j, c, o, s->m);
  }
  evd_pre_ballot_HC(j->r->G, &h, &j->b);
  evd_find(&j->f, EVD_C18A, 0, 0, evd_same_h(&h, &j->b.H_C),
           "the opening does not give the confirmation code"); /* [V 18.A] */
}
