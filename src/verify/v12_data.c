/* Verification 12: decrypted contest data are what the ballot holds. */
#include "verify/run.h"

static void check_line(evd_ballot_job *j, const evd_contest_ct *c,
                       const evd_contest_data *d) {
  evd_item it = {.is_data = true,
                 .ind_c = c->ind_c,
                 .A = c->data_C0,
                 .C1 = {c->data_C1, (size_t)32 * c->b},
                 .C2_c = c->data_c,
                 .C2_v = c->data_v,
                 .key = j->b.H_I};
  if (d->D.n != it.C1.n)
    return; /* X.1 says so */
  uint32_t flags =
      evd_data_opened_check_var(j->r->G, &it, &d->beta, &d->c, &d->v, d->D);
  uint32_t ind_c = c->ind_c;
  evd_find(&j->f, EVD_C12A, ind_c, 0, !(flags & EVD_V12_A),
           "v of the decrypted data is not below q"); /* [V 12.A] */
  evd_find(&j->f, EVD_C12B, ind_c, 0, !(flags & EVD_V12_B),
           "the proof of decryption does not hold"); /* [V 12.B] */
  evd_find(&j->f, EVD_C12C, ind_c, 0, !(flags & EVD_V12_C),
           "D is not what the ballot's data decrypt to"); /* [V 12.C] */
  j->f.at[EVD_X2].seen += 2;
  if (flags & EVD_V12_X2)
    evd_find_fault(&j->f, EVD_X2, ind_c, 0,
                   "beta is not in Z_p^r, or c is not below q");
}

void evd_v12_ballot(evd_ballot_job *j) {
  if (j->r->data.n == 0)
    return;
  for (uint32_t i = 0; i < j->b.n_contests; i++) {
    const evd_contest_ct *c = &j->b.contests[i];
    evd_key key = evd_data_key(&j->b.id_B, c->ind_c);
    const evd_data_line *d = evd_map_get(&j->r->data_of, key);
    for (; d && c->b > 0; d = d->same)
      check_line(j, c, &d->d);
  }
}
