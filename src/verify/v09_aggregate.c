/* Verification 9: the encrypted tally is the product of the cast ballots,
 * each to the power of its weight. X.2: A and B are in the group.
 */
#include "verify/run.h"

/* Did contest i stand on the ballot before? X.6 says so; a ballot still
 * counts once. */
static bool stood_before(const evd_ballot *b, uint32_t i) {
  for (uint32_t j = 0; j < i; j++)
    if (b->contests[j].ind_c == b->contests[i].ind_c)
      return true;
  return false;
}

void evd_v09_fold(evd_run *r, const evd_ballot_job *j) {
  const evd_ballot *b = &j->b;
  bool cast = j->state == EVD_CAST;
  if (cast) {
    r->total_cast++;
    r->total_weight += b->weight;
  }
  for (uint32_t i = 0; i < b->n_contests; i++) {
    const evd_contest_ct *c = &b->contests[i];
    const evd_shape *s = evd_shape_of(r, c->ind_c);
    if (!s)
      continue;
    r->occurs[c->ind_c - 1] = true;
    if (!cast)
      continue;
    if (!stood_before(b, i)) {
      r->cast_ballots[c->ind_c - 1]++;
      r->cast_weight[c->ind_c - 1] += b->weight;
    }
    uint32_t n = evd_shape_fields(s), cell = r->first_cell[c->ind_c - 1];
    for (uint32_t f = 0; f < n && f < c->n_fields; f++)
      evd_tally_add_var(r->G, &r->A[cell + f], &r->B[cell + f], &c->fields[f],
                        b->weight);
  }
}

typedef struct {
  const evd_run *r;
  const evd_tally_ct_contest *c; /* jobs: one per field of this contest */
  uint8_t *outside;
} member_jobs;

static void member_job(void *self, size_t f) {
  member_jobs *j = self;
  const evd_cell_ct *cell = &j->c->fields[f];
  evd_zp x;
  j->outside[f] = evd_element_read_var(j->r->G, &x, &cell->A) != EVD_OK ||
                  evd_element_read_var(j->r->G, &x, &cell->B) != EVD_OK;
}

static void members(evd_run *r, const evd_tally_ct_contest *c) {
  evd_arena_point mark = evd_arena_mark(r->a);
  member_jobs j = {r, c, evd_keep(r, c->n_fields, 1)};
  if (!j.outside)
    return;
  evd_run_jobs(r, member_job, &j, c->n_fields);
  for (uint32_t f = 0; f < c->n_fields; f++) {
    evd_where w = evd_at("tally_encrypted.json");
    evd_at_n(&w, "contest", c->contest);
    evd_at_n(&w, "field", f + 1);
    evd_saw(r, EVD_X2, 2);
    if (j.outside[f])
      evd_fault(r, EVD_X2, &w, "A or B is not in Z_p^r");
  }
  evd_arena_back(r->a, mark);
}

static void compare(evd_run *r, const evd_tally_ct_contest *c, uint32_t f) {
  const evd_cell_ct *cell = &c->fields[f];
  uint32_t at = r->first_cell[c->contest - 1] + f;
  evd_p A, B;
  evd_where w = evd_at("tally_encrypted.json");
  evd_at_n(&w, "contest", c->contest);
  evd_at_n(&w, "field", f + 1);
  evd_zp_to_bytes(r->G->k, &A, &r->A[at]);
  evd_zp_to_bytes(r->G->k, &B, &r->B[at]);
  evd_judge(r, EVD_C9A, evd_same(A.b, cell->A.b, EVD_P_BYTES), &w,
            "A is not the product of the cast ballots"); /* [V 9.A] */
  evd_judge(r, EVD_C9B, evd_same(B.b, cell->B.b, EVD_P_BYTES), &w,
            "B is not the product of the cast ballots"); /* [V 9.B] */
}

static void products(evd_run *r) {
  for (uint32_t i = 0; i < r->man.n_contests; i++) {
    const evd_tally_ct_contest *c = r->ct_of[i];
    uint32_t n = evd_shape_fields(&r->shapes[i]);
    if (!c || c->n_fields < n)
      evd_block(r, EVD_C9A, EVD_C9B, "not every pair (A, B) is there");
    for (uint32_t f = 0; c && f < n && f < c->n_fields; f++)
      compare(r, c, f);
  }
}

void evd_v09_products(evd_run *r) {
  if (!r->has_tally_ct) {
    static const char none[] = "tally_encrypted.json could not be used";
    bool made =
        evd_in_stage(r, EVD_STAGE_FINAL) || r->single[EVD_FILE_TALLY_CT];
    if (made)
      evd_block(r, EVD_C9A, EVD_C9B, none);
    return;
  }
  for (uint32_t i = 0; i < r->tally_ct.n_contests; i++)
    members(r, &r->tally_ct.contests[i]);
  if (evd_counted(r) && r->unknown_mail == 0)
    products(r);
  else
    evd_block(r, EVD_C9A, EVD_C9B, "not every ballot and state could be used");
}
