/* Verification 5 and X.10: no identifier, code or ciphertext twice. */
#include "verify/run.h"

void evd_v05_ballot(evd_ballot_job *j) {
  evd_h32 h;
  evd_hash_HI(j->r->G, &h, &j->r->keys.H_E, &j->b.id_B);
  evd_find(&j->f, EVD_C5B, 0, 0, evd_same_h(&h, &j->b.H_I),
           "H_I is not the hash of H_E and id_B"); /* [V 5.B] */
}

/* Adds one value to a set; true if it is new there. */
static bool is_new(evd_run *r, evd_map *m, uint8_t kind, const void *p,
                   size_t n) {
  bool was_there = false;
  if (evd_map_add(m, evd_key_of(kind, p, n), NULL, &was_there) != EVD_OK)
    r->no_space = true;
  return !was_there;
}

static void contest_values(evd_run *r, const evd_contest_ct *c, evd_where *w) {
  evd_at_n(w, "contest", c->ind_c);
  for (uint32_t f = 0; f < c->n_fields; f++) {
    bool ok = is_new(r, &r->codes, 'a', c->fields[f].alpha.b, EVD_P_BYTES);
    evd_where at = *w;
    if (!ok)
      evd_at_n(&at, "field", f + 1);
    evd_judge(r, EVD_X10, ok, &at, "alpha stands in the ballots before");
  }
  if (c->b > 0)
    evd_judge(r, EVD_X10, is_new(r, &r->codes, 'c', c->data_C0.b, EVD_P_BYTES),
              w, "C0 of the data stands in the ballots before");
}

void evd_v05_fold(evd_run *r, const evd_ballot_job *j) {
  const evd_ballot *b = &j->b;
  evd_where w = evd_at_line(j->path, j->line);
  evd_judge(r, EVD_C5A, is_new(r, &r->ids, 'i', b->id_B.b, 32), &w,
            "id_B is that of a ballot before"); /* [V 5.A] */
  evd_judge(r, EVD_X10, is_new(r, &r->codes, 'h', b->H_C.b, 32), &w,
            "H_C is that of a ballot before");
  evd_judge(r, EVD_X10, is_new(r, &r->codes, 'c', b->nonce_C0.b, EVD_P_BYTES),
            &w, "C0 of the nonce stands in the ballots before");
  for (uint32_t i = 0; i < b->n_contests; i++) {
    evd_where at = w;
    contest_values(r, &b->contests[i], &at);
  }
}
