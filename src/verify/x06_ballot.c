/* X.6: a ballot fits the manifest. X.2, X.7, X.8: its encrypted nonce and
 * contest data are proven.
 */
#include "verify/run.h"

#define WEIGHT_MAX 0x7FFFFFFFu

static void check_head(evd_ballot_job *j) {
  const evd_ballot *b = &j->b;
  evd_h32 id;
  if (!evd_style_of(j->r, b->style))
    evd_find_fault(&j->f, EVD_X6, 0, 0, "the manifest has no such style");
  if (!evd_device_of(j->r, b->device))
    evd_find_fault(&j->f, EVD_X6, 0, 0, "the manifest has no such device");
  if (evd_device_of(j->r, b->device) &&
      evd_device_is(j->r, b->device, "mail") != b->mail)
    evd_find_fault(&j->f, EVD_X6, 0, 0,
                   b->mail ? "pre-encrypted, by a device not for such ballots"
                           : "a device for pre-encrypted ballots made it");
  if (b->weight < 1 || b->weight > WEIGHT_MAX ||
      (b->weight != 1 && !j->r->man.weights))
    evd_find_fault(&j->f, EVD_X6, 0, 0, "this weight is not allowed");
  if (!b->has_binding || !evd_device_is(j->r, b->device, "remote"))
    return; /* X.1 judges whether it must be there */
  evd_bound_id(&id, &b->credential, &b->salt);
  if (!evd_same_h(&id, &b->id_B))
    evd_find_fault(&j->f, EVD_X6, 0, 0, "id_B is not bound to the credential");
}

/* Exactly the contests of the style, so ascending and once; without this a
 * contest twice on a ballot counts twice and passes 5 to 9. */
static void check_contests(evd_ballot_job *j) {
  const evd_ballot *b = &j->b;
  const evd_style *style = evd_style_of(j->r, b->style);
  bool same = style && style->n_contests == b->n_contests;
  for (uint32_t i = 0; same && i < b->n_contests; i++)
    same = style->contests[i] == b->contests[i].ind_c;
  if (style && !same)
    evd_find_fault(&j->f, EVD_X6, 0, 0,
                   "its contests are not those of its style");
  for (uint32_t i = 0; i < b->n_contests; i++) {
    const evd_contest_ct *c = &b->contests[i];
    const evd_shape *s = evd_shape_of(j->r, c->ind_c);
    if (!s)
      evd_find_fault(&j->f, EVD_X6, c->ind_c, 0,
                     "the manifest has no such contest");
    else if (!b->mail && c->n_fields != evd_shape_fields(s))
      evd_find_fault(&j->f, EVD_X6, c->ind_c, 0,
                     "not one encryption for every field");
  }
}

void evd_x06_ballot(evd_ballot_job *j) {
  j->f.at[EVD_X6].seen = 1;
  check_head(j);
  check_contests(j);
}

void evd_x07_ballot(evd_ballot_job *j) {
  const evd_group *G = j->r->G;
  uint32_t flags = j->proven ? 0 : evd_nonce_check_var(G, &j->b);
  j->f.at[EVD_X2].seen += 3;
  if (flags & EVD_F_NONCE_X2)
    evd_find_fault(&j->f, EVD_X2, 0, 0,
                   "C0 of the nonce is not in Z_p^r, or c or v not below q");
  evd_find(&j->f, EVD_X7, 0, 0, !(flags & EVD_F_NONCE_PROOF),
           "the proof of the encrypted nonce does not hold"); /* [eq 38] */
  for (uint32_t i = 0; i < j->b.n_contests; i++) {
    const evd_contest_ct *c = &j->b.contests[i];
    if (c->b == 0)
      continue;
    flags = j->proven ? 0 : evd_data_check_var(G, c, &j->b.H_I);
    j->f.at[EVD_X2].seen += 3;
    if (flags & EVD_F_DATA_X2)
      evd_find_fault(&j->f, EVD_X2, c->ind_c, 0,
                     "C0 of the data is not in Z_p^r, or c or v not below q");
    evd_find(&j->f, EVD_X8, c->ind_c, 0, !(flags & EVD_F_DATA_PROOF),
             "the proof of the contest data does not hold"); /* [eq 69] */
  }
}
