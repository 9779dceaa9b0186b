/* Verification 16: confirmation codes of pre-encrypted ballots. Their chains
 * go by v08_codes.c with the hashes named here.
 */
#include "egds/preenc.h"
#include "verify/run.h"

const evd_chain_rules evd_v16_chains = {.device = EVD_C16D,    /* [V 16.D] */
                                        .unchained = EVD_C16E, /* [V 16.E] */
                                        .linked = EVD_C16F,    /* [V 16.F] */
                                        .start = EVD_C16G,     /* [V 16.G] */
                                        .close = EVD_C16H,     /* [V 16.H] */
                                        .HDI = evd_pre_HDI,
                                        .H0 = evd_pre_chain,
                                        .BC_close = evd_pre_BC_close,
                                        .H_close = evd_pre_chain};

void evd_v16_vector(evd_ballot_job *j, uint32_t ind_c, const evd_h32 *computed,
                    const evd_h32 *published) {
  evd_find(&j->f, EVD_C16A, ind_c, 0, evd_same_h(computed, published),
           "psi is not the hash of its vector"); /* [V 16.A] */
}

static void check_selected(evd_ballot_job *j, const evd_mail_cast_contest *c) {
  evd_h32 psi;
  for (uint32_t i = 0; i < c->n_selected; i++) {
    const evd_mail_selected *s = &c->selected[i];
    evd_pre_psi(j->r->G, &psi, &j->b.H_I, s->pairs, s->n_pairs);
    evd_v16_vector(j, c->ct.ind_c, &psi, &s->psi);
  }
}

void evd_v16_ballot(evd_ballot_job *j) {
  evd_h32 h;
  for (uint32_t i = 0; i < j->b.n_contests; i++) {
    evd_contest_ct *c = &j->b.contests[i];
    evd_pre_chi(j->r->G, &h, &j->b.H_I, c->ind_c, c->psi, c->n_psi);
    evd_find(&j->f, EVD_C16B, c->ind_c, 0, evd_same_h(&h, &c->chi),
             "chi is not the hash of the selection hashes"); /* [V 16.B] */
    if (j->joined)
      check_selected(j, &j->cast->contests[i]);
  }
  evd_pre_ballot_HC(j->r->G, &h, &j->b);
  evd_find(&j->f, EVD_C16C, 0, 0, evd_same_h(&h, &j->b.H_C),
           "H_C is not the hash of chi and B_C"); /* [V 16.C] */
}
