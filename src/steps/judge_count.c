#include "steps/judge_count.h"

#include <stdio.h>
#include <string.h>

#include "egds/encrypt.h"

static evd_err say(evd_why *why, evd_err e, const char *text) {
  (void)snprintf(why->text, sizeof why->text, "%s", text);
  return e;
}

static bool same_text(evd_str a, evd_str b) {
  return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* ---- what there is to decrypt ---- */

bool evd_count_fits(const evd_tally_ct *t, const evd_manifest *m) {
  if (t->n_contests != m->n_contests)
    return false;
  for (uint32_t c = 0; c < t->n_contests; c++) {
    evd_shape s = evd_contest_shape(m, c + 1);
    if (t->contests[c].contest != c + 1 ||
        t->contests[c].n_fields != evd_shape_fields(&s))
      return false;
  }
  return true;
}

evd_err evd_count_read(evd_count *out, const evd_group *G, const evd_head *head,
                       evd_span bytes, evd_why *why, evd_arena *a) {
  out->G = G;
  out->head = head;
  EVD_TRY(evd_tally_ct_read(&out->ct, bytes, a, why));
  return evd_count_fits(&out->ct, &head->man)
             ? EVD_OK
             : say(why, EVD_ERR_FAIL,
                   "the tally does not have the contests and fields of the "
                   "manifest");
}

static bool too_few(const evd_count *c, uint32_t ind_c) {
  uint64_t ballots = c->ct.contests[ind_c - 1].ballots;
  return ballots > 0 && ballots < c->head->man.privacy_floor;
}

bool evd_count_withheld(const evd_count *c, uint32_t ind_c) {
  const evd_manifest *m = &c->head->man;
  evd_str group = m->contests[ind_c - 1].group;
  for (uint32_t o = 1; o <= m->n_contests; o++)
    if (too_few(c, o) &&
        (o == ind_c ||
         (group.n > 0 && same_text(group, m->contests[o - 1].group))))
      return true;
  return false;
}

/* ---- the result ---- */

static const char *cell_fault(const evd_count *c, uint32_t ind_c,
                              const evd_cell *cell) {
  const evd_tally_ct_contest *ct = &c->ct.contests[ind_c - 1];
  evd_shape s = evd_contest_shape(&c->head->man, ind_c);
  uint32_t range = evd_shape_range(&s, cell->field);
  const evd_item it = {.ind_c = ind_c,
                       .ind_o = cell->field,
                       .A = ct->fields[cell->field - 1].A,
                       .B = ct->fields[cell->field - 1].B,
                       .key = c->head->keys.H_E};
  if (cell->t / range + (cell->t % range != 0) > ct->weight)
    return " X.14";
  uint32_t flags =
      evd_cell_check_var(c->G, &it, &cell->T, cell->t, &cell->c, &cell->v);
  if (flags & EVD_V10_X2_T)
    return " X.2";
  if (flags & EVD_V10_A)
    return " 10.A";
  if (flags & EVD_V10_B)
    return " 10.B";
  return flags ? " 10.C" : NULL;
}

static const char *contest_fault(const evd_count *c,
                                 const evd_tally_contest *t) {
  const evd_manifest *m = &c->head->man;
  if (t->contest < 1 || t->contest > m->n_contests ||
      !same_text(t->label, m->contests[t->contest - 1].label))
    return " 11.A";
  if ((t->n_fields == 0) != evd_count_withheld(c, t->contest))
    return " X.16";
  evd_shape s = evd_contest_shape(m, t->contest);
  if (t->n_fields > 0 && t->n_fields != evd_shape_fields(&s))
    return " 11.C";
  for (uint32_t f = 0; f < t->n_fields; f++) {
    const evd_cell *cell = &t->fields[f];
    if (cell->field != f + 1 ||
        !same_text(cell->label, evd_field_label(m, t->contest, f + 1)))
      return " 11.B";
    const char *fault = cell_fault(c, t->contest, cell);
    if (fault)
      return fault;
  }
  return NULL;
}

evd_err evd_result_judge(const evd_count *c, evd_span bytes, evd_tally *out,
                         evd_why *why, evd_arena *a) {
  const evd_parameters *p = &c->head->par;
  EVD_TRY(evd_tally_read(out, bytes, a, why));
  if (evd_quorum_check(out->U, out->n_U, p->n, p->k) != EVD_OK)
    return say(why, EVD_ERR_PROOF, " X.14");
  if (out->n_contests != c->head->man.n_contests)
    return say(why, EVD_ERR_PROOF, " 11.D");
  for (uint32_t i = 0; i < out->n_contests; i++) {
    const evd_tally_contest *t = &out->contests[i];
    const char *fault = t->contest == i + 1 ? contest_fault(c, t) : " 11.A";
    if (fault)
      return say(why, EVD_ERR_PROOF, fault);
  }
  return EVD_OK;
}

/* ---- contest data ---- */

/* Did so many voters use write-ins that a remote one is not exposed? */
static bool write_ins_enough(const evd_count *c, const evd_tally *t,
                             uint32_t ind_c) {
  evd_shape s = evd_contest_shape(&c->head->man, ind_c);
  const evd_tally_contest *of = &t->contests[ind_c - 1];
  uint32_t n = evd_shape_fields(&s);
  return s.w > 0 && of->n_fields == n &&
         of->fields[n - 1].t >= c->head->man.privacy_floor;
}

evd_err evd_data_item(const evd_count *c, const evd_tally *t,
                      const evd_ballot *b, bool cast, uint32_t ind_c,
                      evd_item *out, evd_why *why) {
  const evd_device *d = &c->head->man.devices[b->device - 1];
  const evd_contest_ct *ct = NULL;
  for (uint32_t i = 0; i < b->n_contests; i++)
    if (b->contests[i].ind_c == ind_c && b->contests[i].b > 0)
      ct = &b->contests[i];
  if (!ct)
    return say(why, EVD_ERR_FAIL, "the ballot has no data in this contest");
  if (!cast || evd_count_withheld(c, ind_c) ||
      (evd_str_is(d->mode, "remote") && !write_ins_enough(c, t, ind_c)))
    return say(why, EVD_ERR_FAIL, "these data may not be opened (X.12)");
  *out = (evd_item){.is_data = true,
                    .ind_c = ind_c,
                    .A = ct->data_C0,
                    .C1 = {ct->data_C1, (size_t)32 * ct->b},
                    .C2_c = ct->data_c,
                    .C2_v = ct->data_v,
                    .key = b->H_I};
  return EVD_OK;
}

evd_err evd_data_judge(const evd_count *c, const evd_item *it,
                       const evd_contest_data *d, evd_why *why) {
  evd_shape s = evd_contest_shape(&c->head->man, it->ind_c);
  evd_span text;
  if (d->D.n != it->C1.n)
    return say(why, EVD_ERR_FAIL, "D has another length than the ballot's");
  uint32_t flags =
      evd_data_opened_check_var(c->G, it, &d->beta, &d->c, &d->v, d->D);
  if (flags & EVD_V12_X2)
    return say(why, EVD_ERR_PROOF, " X.2");
  if (flags & EVD_V12_A)
    return say(why, EVD_ERR_PROOF, " 12.A");
  if (flags & EVD_V12_B)
    return say(why, EVD_ERR_PROOF, " 12.B");
  if (flags & EVD_V12_C)
    return say(why, EVD_ERR_PROOF, " 12.C");
  if (!evd_data_well_packed(&s, d->D, &text))
    return say(why, EVD_ERR_PROOF, " X.12");
  return EVD_OK;
}
