/* Verification 15: what is counted is the product of what was selected. X.2:
 * the vectors selected are in the group.
 */
#include "egds/preenc_check.h"
#include "verify/run.h"

static void check_members(evd_ballot_job *j, const evd_mail_cast_contest *c,
                          uint32_t m) {
  for (uint32_t i = 0; i < c->n_selected; i++) {
    j->f.at[EVD_X2].seen += 2 * m;
    if (!evd_pre_members_var(j->r->G, c->selected[i].pairs, m))
      evd_find_fault(&j->f, EVD_X2, c->ct.ind_c, 0,
                     "a vector selected is not in Z_p^r");
  }
}

static bool is_product(const evd_run *r, const evd_mail_cast_contest *c,
                       uint32_t k) {
  evd_pre_product product;
  evd_pre_product_init(&product);
  for (uint32_t i = 0; i < c->n_selected; i++) {
    const evd_p *pair = &c->selected[i].pairs[2 * k];
    evd_pre_product_add_var(r->G, &product, &pair[0], &pair[1]);
  }
  return evd_pre_product_is(r->G, &product, &c->ct.fields[k]);
}

void evd_v15_ballot(evd_ballot_job *j) {
  if (!j->joined)
    return;
  for (uint32_t i = 0; i < j->b.n_contests; i++) {
    const evd_mail_cast_contest *c = &j->cast->contests[i];
    const evd_shape *s = evd_shape_of(j->r, c->ct.ind_c);
    bool same = true;
    if (!s)
      continue; /* X.6 says so */
    check_members(j, c, s->m);
    for (uint32_t k = 0; same && k < s->m; k++)
      same = is_product(j->r, c, k);
    evd_find(&j->f, EVD_C15A, c->ct.ind_c, 0, same,
             "the encryptions are not the product of the vectors selected");
    /* [V 15.A], for L = 1 too */
  }
}
