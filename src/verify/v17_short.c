/* Verification 17: the short codes that voters compare. */
#include "egds/preenc.h"
#include "verify/run.h"

static void check_code(evd_ballot_job *j, uint32_t ind_c, evd_str code,
                       const evd_h32 *psi) {
  char right[EVD_OMEGA_BYTES];
  evd_omega(right, j->r->man.short_code, psi);
  evd_find(&j->f, EVD_C17A, ind_c, 0, right[0] && evd_str_is(code, right),
           "a short code is not that of its psi"); /* [V 17.A] */
}

static void check_selected(evd_ballot_job *j) {
  const evd_mail_cast *o = j->cast;
  for (uint32_t i = 0; i < o->n_contests; i++)
    for (uint32_t s = 0; s < o->contests[i].n_selected; s++)
      check_code(j, o->contests[i].ct.ind_c, o->contests[i].selected[s].code,
                 &o->contests[i].selected[s].psi);
}

static void check_opened(evd_ballot_job *j) {
  const evd_mail_open *o = j->uncast;
  for (uint32_t i = 0; i < o->n_contests; i++)
    for (uint32_t v = 0; v < o->contests[i].n_vectors; v++)
      check_code(j, o->contests[i].ind_c, o->contests[i].vectors[v].code,
                 &o->contests[i].vectors[v].psi);
}

void evd_v17_ballot(evd_ballot_job *j) {
  if (j->cast)
    check_selected(j);
  if (j->uncast)
    check_opened(j);
}
