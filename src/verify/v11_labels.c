/* Verification 11: the tally names the contests and options of the manifest.
 * A label occurs where index and label are those of the manifest.
 */
#include "verify/run.h"

static bool is_contest(const evd_run *r, const evd_tally_contest *c) {
  return evd_shape_of(r, c->contest) &&
         evd_str_same(c->label, r->man.contests[c->contest - 1].label);
}

static bool is_option(const evd_run *r, uint32_t ind_c, const evd_cell *c) {
  const evd_shape *s = evd_shape_of(r, ind_c);
  return s && c->field >= 1 && c->field <= evd_shape_fields(s) &&
         evd_str_same(c->label, evd_field_label(&r->man, ind_c, c->field));
}

static bool has_option(const evd_run *r, const evd_tally_contest *c,
                       uint32_t ind_o) {
  if (ind_o <= c->n_fields && c->fields[ind_o - 1].field == ind_o)
    return is_option(r, c->contest, &c->fields[ind_o - 1]);
  for (uint32_t f = 0; f < c->n_fields; f++)
    if (c->fields[f].field == ind_o && is_option(r, c->contest, &c->fields[f]))
      return true;
  return false;
}

static void check_contest(evd_run *r, const evd_tally_contest *c) {
  const evd_shape *s = evd_shape_of(r, c->contest);
  evd_where w = evd_at("tally.json");
  evd_at_n(&w, "contest", c->contest);
  /* [V 11.A] */
  evd_judge(r, EVD_C11A, is_contest(r, c), &w,
            "no contest of the manifest has this index and label");
  for (uint32_t f = 0; f < c->n_fields; f++) { /* [V 11.B] */
    evd_where at = w;
    evd_at_n(&at, "field", c->fields[f].field);
    evd_judge(r, EVD_C11B, is_option(r, c->contest, &c->fields[f]), &at,
              "the contest has no option of this index and label");
  }
  if (!s || c->n_fields == 0)
    return; /* withheld: X.16 judges it */
  for (uint32_t o = 1; o <= evd_shape_fields(s); o++) { /* [V 11.C] */
    evd_where at = w;
    evd_at_n(&at, "field", o);
    evd_judge(r, EVD_C11C, has_option(r, c, o), &at,
              "this option of the manifest is not in the tally");
  }
}

void evd_v11_labels(evd_run *r) {
  if (!r->has_tally) {
    evd_block(r, EVD_C11A, EVD_C11D, "tally.json could not be used");
    return;
  }
  for (uint32_t i = 0; i < r->tally.n_contests; i++)
    check_contest(r, &r->tally.contests[i]);
  for (uint32_t i = 0; i < r->man.n_contests; i++) { /* [V 11.D] */
    evd_where w = evd_at("tally.json");
    evd_at_n(&w, "contest", i + 1);
    if (r->occurs[i])
      evd_judge(r, EVD_C11D, r->tally_of[i] && is_contest(r, r->tally_of[i]),
                &w, "ballots have this contest, the tally has not");
  }
}
