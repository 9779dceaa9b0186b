/* Verification 10: every printed tally is what the guardians decrypted. */
#include "verify/run.h"

typedef struct {
  uint32_t ind_c;
  const evd_cell_ct *ct;
  const evd_cell *cell;
  uint32_t flags;
} tally_cell;

typedef struct {
  const evd_run *r;
  tally_cell *cells;
} cell_jobs;

static void cell_job(void *self, size_t i) {
  cell_jobs *j = self;
  tally_cell *c = &j->cells[i];
  evd_item it = {.ind_c = c->ind_c,
                 .ind_o = c->cell->field,
                 .A = c->ct->A,
                 .B = c->ct->B,
                 .key = j->r->keys.H_E};
  c->flags = evd_cell_check_var(j->r->G, &it, &c->cell->T, c->cell->t,
                                &c->cell->c, &c->cell->v);
}

/* The cells that have a ciphertext; 11.A and 11.B name the others. */
static size_t collect(evd_run *r, tally_cell *cells) {
  size_t n = 0;
  for (uint32_t i = 0; i < r->tally.n_contests; i++) {
    const evd_tally_contest *c = &r->tally.contests[i];
    const evd_shape *s = evd_shape_of(r, c->contest);
    const evd_tally_ct_contest *ct = s ? r->ct_of[c->contest - 1] : NULL;
    for (uint32_t f = 0; f < c->n_fields; f++) {
      const evd_cell *cell = &c->fields[f];
      if (ct && cell->field >= 1 && cell->field <= ct->n_fields)
        cells[n++] =
            (tally_cell){c->contest, &ct->fields[cell->field - 1], cell, 0};
      else
        evd_block(r, EVD_C10A, EVD_C10C, "a tally has no ciphertext");
    }
  }
  return n;
}

static void judge(evd_run *r, const tally_cell *c) {
  evd_where w = evd_at("tally.json");
  evd_at_n(&w, "contest", c->ind_c);
  evd_at_n(&w, "field", c->cell->field);
  evd_judge(r, EVD_C10A, !(c->flags & EVD_V10_A), &w, "v is not below q");
  evd_judge(r, EVD_C10B, !(c->flags & EVD_V10_B), &w,
            "the proof of decryption does not hold"); /* [V 10.B] */
  evd_judge(r, EVD_C10C, !(c->flags & EVD_V10_C), &w,
            "t is not the logarithm of T"); /* [V 10.C] */
  evd_saw(r, EVD_X2, 2);
  if (c->flags & EVD_V10_X2_T)
    evd_fault(r, EVD_X2, &w, "T is not in Z_p^r, or c is not below q");
}

void evd_v10_cells(evd_run *r) {
  size_t most = 0;
  if (!r->has_tally || !r->has_tally_ct) {
    evd_block(r, EVD_C10A, EVD_C10C,
              "tally.json or tally_encrypted.json could not be used");
    return;
  }
  for (uint32_t i = 0; i < r->tally.n_contests; i++)
    most += r->tally.contests[i].n_fields;
  cell_jobs j = {r, evd_keep(r, most, sizeof(tally_cell))};
  if (!j.cells)
    return;
  size_t n = collect(r, j.cells);
  evd_run_jobs(r, cell_job, &j, n);
  for (size_t i = 0; i < n; i++)
    judge(r, &j.cells[i]);
}
