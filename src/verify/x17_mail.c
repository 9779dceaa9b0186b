/* X.17: the structure of pre-encrypted ballots, record-format 5. */
#include <string.h>

#include "egds/preenc.h"
#include "verify/run.h"

static int order(const evd_h32 *a, const evd_h32 *b) {
  return memcmp(a->b, b->b, sizeof a->b);
}

static bool has_psi(const evd_contest_ct *c, const evd_h32 *psi) {
  for (uint32_t i = 0; i < c->n_psi; i++)
    if (evd_same_h(&c->psi[i], psi))
      return true;
  return false;
}

static void check_contest(evd_ballot_job *j, const evd_contest_ct *c) {
  const evd_shape *s = evd_shape_of(j->r, c->ind_c);
  bool ascending = true;
  if (s && s->R != 1)
    evd_find_fault(&j->f, EVD_X17, c->ind_c, 0,
                   "a contest with option limit above 1");
  for (uint32_t i = 1; ascending && i < c->n_psi; i++)
    ascending = order(&c->psi[i - 1], &c->psi[i]) < 0;
  if (!ascending)
    evd_find_fault(&j->f, EVD_X17, c->ind_c, 0, "psi are not ascending");
  if (!evd_omega_distinct(j->r->man.short_code, c->psi, c->n_psi))
    evd_find_fault(&j->f, EVD_X17, c->ind_c, 0,
                   "two psi have the same short code");
}

static void check_selected(evd_ballot_job *j, const evd_contest_ct *c,
                           const evd_mail_cast_contest *o) {
  for (uint32_t i = 0; i < o->n_selected; i++) {
    if (i > 0 && order(&o->selected[i - 1].psi, &o->selected[i].psi) >= 0)
      evd_find_fault(&j->f, EVD_X17, c->ind_c, 0,
                     "what is selected is not ascending");
    if (!has_psi(c, &o->selected[i].psi))
      evd_find_fault(&j->f, EVD_X17, c->ind_c, 0,
                     "a psi selected is none of the ballot's");
  }
}

static const evd_contest_ct *contest_of(const evd_ballot *b, uint32_t ind_c) {
  for (uint32_t i = 0; i < b->n_contests; i++)
    if (b->contests[i].ind_c == ind_c)
      return &b->contests[i];
  return NULL;
}

static void check_vectors(evd_ballot_job *j, const evd_mail_open_contest *o) {
  const evd_contest_ct *c = contest_of(&j->b, o->ind_c);
  for (uint32_t i = 0; i < o->n_vectors; i++) {
    if (i > 0 && o->vectors[i].field <= o->vectors[i - 1].field)
      evd_find_fault(&j->f, EVD_X17, o->ind_c, 0,
                     "opened vectors are not ascending");
    if (c && !has_psi(c, &o->vectors[i].psi))
      evd_find_fault(&j->f, EVD_X17, o->ind_c, 0,
                     "an opened psi is none of the ballot's");
  }
}

void evd_x17_ballot(evd_ballot_job *j) {
  j->f.at[EVD_X17].seen = 1;
  for (uint32_t i = 0; i < j->b.n_contests; i++) {
    check_contest(j, &j->b.contests[i]);
    if (j->joined)
      check_selected(j, &j->b.contests[i], &j->cast->contests[i]);
  }
  for (uint32_t i = 0; j->uncast && i < j->uncast->n_contests; i++) {
    const evd_mail_open_contest *o = &j->uncast->contests[i];
    if (i > 0 && o->ind_c <= o[-1].ind_c)
      evd_find_fault(&j->f, EVD_X17, o->ind_c, 0,
                     "opened contests are not ascending");
    check_vectors(j, o);
  }
  if (j->cast && !j->joined)
    evd_find_fault(&j->f, EVD_X17, 0, 0,
                   "mail_cast.jsonl has not the contests of the ballot");
}

/* What was cast on a ballot without a line nobody can add or judge. */
void evd_x17_fold(evd_run *r, const evd_ballot_job *j) {
  static const char unknown[] = "what was selected on a ballot is not known";
  evd_where w = evd_at_line(j->path, j->line);
  if (!j->b.mail || j->state != EVD_CAST)
    return;
  if (j->cast)
    evd_joined_touch(r, &r->mail_cast, j->cast_at, j, EVD_TOUCH_CAST);
  else if (!r->mail_cast.lost)
    evd_fault(r, EVD_X17, &w, "cast, but without a line in mail_cast.jsonl");
  if (j->joined)
    return;
  r->unknown_mail++;
  evd_block(r, EVD_C6A, EVD_C7D, unknown);
  evd_block(r, EVD_C9A, EVD_C9B, unknown);
  evd_block(r, EVD_C15A, EVD_C15A, unknown);
  evd_block(r, EVD_C16A, EVD_C16A, unknown);
  evd_block(r, EVD_C17A, EVD_C17A, unknown);
}

static void touch(evd_run *r, void *self, const evd_touch *t) {
  bool *used = self;
  (void)r;
  *used = *used || (t->flags & EVD_TOUCH_CAST);
}

static void cast_row(evd_run *r, void *self, const uint8_t *row,
                     uint64_t line) {
  bool *used = self;
  evd_where w = evd_at_line("mail_cast.jsonl", line);
  (void)row;
  r->now = (evd_order){EVD_PHASE_TAIL, EVD_FILE_MAIL_CAST, line, 0};
  evd_judge(r, EVD_X17, *used, &w, "no cast mail ballot of this line");
  *used = false;
}

void evd_x17_lines(evd_run *r) {
  bool used = false;
  const evd_joined_walk w = {touch, cast_row, &used};
  if (evd_counted(r))
    evd_joined_each(r, &r->mail_cast, &w);
  else if (r->has_mail)
    evd_block(r, EVD_X17, EVD_X17, "not every ballot and state could be used");
  r->now = (evd_order){EVD_PHASE_TAIL, 0, 0, 0};
}
