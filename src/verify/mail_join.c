/* Mail ballots and what was selected on them, or what an opening shows. */
#include "verify/run.h"

bool evd_mail_cast_usable(const evd_run *r, const evd_mail_cast *o) {
  for (uint32_t i = 0; i < o->n_contests; i++) {
    const evd_shape *s = evd_shape_of(r, o->contests[i].ct.ind_c);
    if (s && !evd_mail_cast_fits(&o->contests[i], s))
      return false;
  }
  return true;
}

bool evd_mail_open_usable(const evd_run *r, const evd_mail_open *o) {
  for (uint32_t i = 0; i < o->n_contests; i++) {
    const evd_shape *s = evd_shape_of(r, o->contests[i].ind_c);
    if (s && !evd_mail_open_fits(&o->contests[i], s))
      return false;
  }
  return true;
}

/* The ballot's line in a list; *at is where. */
static evd_err find(evd_ballot_job *j, const evd_joined *l, uint64_t *at,
                    evd_span *line, bool *found) {
  uint8_t row[EVD_JOINED_ROW_MAX];
  EVD_TRY(evd_joined_find(l, j->b.id_B.b, row, at, found));
  if (!*found)
    return EVD_OK;
  return evd_joined_text(l, row + EVD_MAIL_PLACE_AT, line, &j->arena);
}

static bool same_contests(const evd_ballot *b, const evd_mail_cast *o) {
  bool same = b->n_contests == o->n_contests;
  for (uint32_t i = 0; same && i < b->n_contests; i++)
    same = b->contests[i].ind_c == o->contests[i].ct.ind_c;
  return same;
}

/* What was selected stands where other ballots have their encryptions, so
 * that 6, 7, 9 and X.10 find it there. */
static void take_selected(evd_ballot *b, const evd_mail_cast *o) {
  for (uint32_t i = 0; i < b->n_contests; i++) {
    evd_contest_ct *c = &b->contests[i];
    const evd_contest_ct *from = &o->contests[i].ct;
    c->n_fields = from->n_fields;
    c->fields = from->fields;
    c->L = from->L;
    c->limit_c = from->limit_c;
    c->limit_v = from->limit_v;
  }
}

static evd_err join_cast(evd_ballot_job *j) {
  evd_span line;
  evd_why why;
  bool found = false;
  EVD_TRY(find(j, &j->r->mail_cast, &j->cast_at, &line, &found));
  if (!found)
    return EVD_OK;
  evd_mail_cast *o = evd_arena_get(&j->arena, 1, sizeof *o);
  if (!o)
    return EVD_ERR_SPACE;
  evd_err e = evd_mail_cast_read(o, line, &j->r->man, &j->arena, &why);
  j->cast = o;
  j->joined_text = line;
  j->joined = same_contests(&j->b, o);
  if (j->joined)
    take_selected(&j->b, o);
  return e == EVD_ERR_FORM ? EVD_OK : e; /* X.1 said so when it was read */
}

static evd_err join_uncast(evd_ballot_job *j) {
  evd_span line;
  evd_why why;
  bool found = false;
  EVD_TRY(find(j, &j->r->mail_open, &j->uncast_at, &line, &found));
  if (!found)
    return EVD_OK;
  evd_mail_open *o = evd_arena_get(&j->arena, 1, sizeof *o);
  if (!o)
    return EVD_ERR_SPACE;
  evd_err e = evd_mail_open_read(o, line, &j->r->man, &j->arena, &why);
  j->uncast = o;
  j->joined_text = line;
  return e == EVD_ERR_FORM ? EVD_OK : e;
}

evd_err evd_mail_join(evd_ballot_job *j) {
  if (j->b.mail && j->state == EVD_CAST)
    return join_cast(j);
  if (j->b.mail && j->state == EVD_CHALLENGED)
    return join_uncast(j);
  return EVD_OK;
}
