/* Verifications 6 and 7: every selection in its range, every contest within
 * its limit. On ballots that are not cast the same is X.9.
 */
#include "egds/preenc.h"
#include "verify/run.h"

/* Faults of one proof go to letters A-D of a box, or all to X.9. */
typedef struct {
  evd_check_id a, b, c, d;
} letters;
static const letters box_6 = {EVD_C6A, EVD_C6B, EVD_C6C, EVD_C6D};
static const letters box_7 = {EVD_C7A, EVD_C7B, EVD_C7C, EVD_C7D};
static const letters box_9 = {EVD_X9, EVD_X9, EVD_X9, EVD_X9};

static void note(evd_findings *f, const letters *l, uint32_t flags,
                 uint32_t contest, uint32_t field) {
  if (flags & EVD_F_MEMBER) /* [V 6.A] [V 7.A] */
    evd_find_fault(f, l->a, contest, field, "alpha or beta is not in Z_p^r");
  if (flags & EVD_F_C) /* [V 6.B] [V 7.B] */
    evd_find_fault(f, l->b, contest, field, "a challenge is not below q");
  if (flags & EVD_F_V) /* [V 6.C] [V 7.C] */
    evd_find_fault(f, l->c, contest, field, "a response is not below q");
  if (flags & EVD_F_SUM) /* [V 6.D] [V 7.D] */
    evd_find_fault(f, l->d, contest, field,
                   "the challenges do not add up to the hash");
}

static void count(evd_findings *f, const letters *l, uint32_t elements,
                  uint32_t branches) {
  if (l == &box_9)
    return;
  f->at[l->a].seen += elements;
  f->at[l->b].seen += branches;
  f->at[l->c].seen += branches;
  f->at[l->d].seen++;
}

static void check_contest(evd_ballot_job *j, const evd_contest_ct *c,
                          const evd_shape *s) {
  const evd_group *G = j->r->G;
  bool cast = j->state == EVD_CAST;
  const letters *six = cast ? &box_6 : &box_9, *seven = cast ? &box_7 : &box_9;
  uint32_t members = 0;
  for (uint32_t o = 1; o <= c->n_fields; o++) {
    const evd_field *f = &c->fields[o - 1];
    uint32_t flags =
        j->proven ? 0 : evd_field_check_var(G, f, &j->b.H_I, c->ind_c, o);
    count(&j->f, six, 2, f->range + 1);
    note(&j->f, six, flags, c->ind_c, o);
    if ((flags & EVD_F_MEMBER) && cast)
      note(&j->f, seven, EVD_F_MEMBER, c->ind_c, o);
    members += 2;
    /* The reader reports proofs of another length; never rely on it alone. */
    if (o <= evd_shape_fields(s) && f->range != evd_shape_range(s, o))
      evd_find_fault(&j->f, EVD_X1, c->ind_c, o,
                     "the proof is not over the range of the field");
  }
  uint32_t flags = j->proven ? 0 : evd_limit_check_var(G, c, s, &j->b.H_I);
  count(&j->f, seven, members, c->L + 1);
  note(&j->f, seven, flags, c->ind_c, 0);
  if (c->L != s->L)
    evd_find_fault(&j->f, EVD_X1, c->ind_c, 0,
                   "the proof is not over the limit of the contest");
}

void evd_v06_ballot(evd_ballot_job *j) {
  if (j->state != EVD_CAST)
    j->f.at[EVD_X9].seen = 1;
  for (uint32_t i = 0; i < j->b.n_contests; i++) {
    const evd_contest_ct *c = &j->b.contests[i];
    const evd_shape *s = evd_shape_of(j->r, c->ind_c);
    if (!s)
      continue; /* an unknown contest fails X.6 */
    const evd_shape fills = j->b.mail ? evd_pre_shape(s) : *s;
    check_contest(j, c, &fills);
  }
}
