/* X.14: the numbers of the tally add up. X.16: contests with few ballots,
 * and only they, are withheld.
 */
#include "verify/run.h"

#define PRODUCT_MAX ((uint64_t)1 << 44)

/* Is a * b <= most? b > 0; without a wide product. */
static bool within(uint64_t a, uint64_t b, uint64_t most) {
  return a <= most / b;
}

static uint32_t largest_range(const evd_shape *s) {
  uint32_t most = 1;
  for (uint32_t o = 1; o <= evd_shape_fields(s); o++)
    if (evd_shape_range(s, o) > most)
      most = evd_shape_range(s, o);
  return most;
}

static void recount(evd_run *r) {
  const evd_tally_ct *t = &r->tally_ct;
  evd_where w = evd_at("tally_encrypted.json");
  evd_judge(r, EVD_X14, t->ballots == r->total_cast, &w,
            "`ballots` is not the number of cast ballots");
  evd_judge(r, EVD_X14, t->weight == r->total_weight, &w,
            "`weight` is not the weight of the cast ballots");
  for (uint32_t i = 0; i < r->man.n_contests; i++) {
    const evd_tally_ct_contest *c = r->ct_of[i];
    evd_where at = w;
    evd_at_n(&at, "contest", i + 1);
    evd_judge(
        r, EVD_X14,
        within(r->cast_weight[i], largest_range(&r->shapes[i]), PRODUCT_MAX),
        &at, "weights times range is above 2^44");
    if (!c)
      continue; /* X.1 says so */
    evd_judge(r, EVD_X14, c->ballots == r->cast_ballots[i], &at,
              "`ballots` is not the number of cast ballots");
    evd_judge(r, EVD_X14, c->weight == r->cast_weight[i], &at,
              "`weight` is not the weight of the cast ballots");
  }
}

static void judge_guardians(evd_run *r) {
  const evd_tally *t = &r->tally;
  uint32_t n = r->par.n, k = r->par.k;
  bool ok = t->n_U >= k && t->n_U <= n;
  evd_where w = evd_at("tally.json");
  for (uint32_t i = 0; i < t->n_U; i++)
    ok =
        ok && t->U[i] >= 1 && t->U[i] <= n && (i == 0 || t->U[i] > t->U[i - 1]);
  evd_judge(r, EVD_X14, ok, &w, "`guardians` is no quorum in ascending order");
}

static bool stood_before(const evd_tally_contest *c, uint32_t at) {
  for (uint32_t f = 0; f < at; f++)
    if (c->fields[f].field == c->fields[at].field)
      return true;
  return false;
}

static void judge_t(evd_run *r, const evd_tally_contest *c) {
  const evd_shape *s = evd_shape_of(r, c->contest);
  const evd_tally_ct_contest *ct = s ? r->ct_of[c->contest - 1] : NULL;
  for (uint32_t f = 0; f < c->n_fields; f++) {
    const evd_cell *cell = &c->fields[f];
    evd_where w = evd_at("tally.json");
    evd_at_n(&w, "contest", c->contest);
    evd_at_n(&w, "field", cell->field);
    if (stood_before(c, f))
      evd_fault(r, EVD_X14, &w, "this field is there twice");
    if (!ct || cell->field < 1 || cell->field > evd_shape_fields(s))
      continue;
    uint64_t range = evd_shape_range(s, cell->field);
    uint64_t least = cell->t / range + (cell->t % range != 0);
    evd_judge(r, EVD_X14, least <= ct->weight, &w,
              "t is above what the ballots of the contest can hold");
  }
}

/* Lists are ascending (X.1 judges that), so twins are neighbours. */
static void judge_twins(evd_run *r) {
  evd_where w = evd_at("tally.json"), e = evd_at("tally_encrypted.json");
  for (uint32_t i = 1; r->has_tally && i < r->tally.n_contests; i++)
    if (r->tally.contests[i].contest == r->tally.contests[i - 1].contest)
      evd_fault(r, EVD_X14, &w, "a contest is there twice");
  for (uint32_t i = 1; r->has_tally_ct && i < r->tally_ct.n_contests; i++)
    if (r->tally_ct.contests[i].contest == r->tally_ct.contests[i - 1].contest)
      evd_fault(r, EVD_X14, &e, "a contest is there twice");
}

void evd_x14_counts(evd_run *r) {
  static const char no_file[] = "a file with numbers could not be used";
  if (!r->has_parameters || !r->has_tally || !r->has_tally_ct)
    evd_block(r, EVD_X14, EVD_X14, no_file);
  if (!evd_counted(r))
    evd_block(r, EVD_X14, EVD_X14, "not every ballot and state could be used");
  else if (r->has_tally_ct)
    recount(r);
  if (r->has_tally && r->has_parameters)
    judge_guardians(r);
  for (uint32_t i = 0; r->has_tally && i < r->tally.n_contests; i++)
    judge_t(r, &r->tally.contests[i]);
  judge_twins(r);
}

/* A contest with some ballots, but fewer than the floor, is withheld, and
 * with it its group: neighbours of the same name. */
static void find_withheld(evd_run *r) {
  const evd_contest *c = r->man.contests;
  for (uint32_t from = 0, to; from < r->man.n_contests; from = to) {
    bool few = false;
    for (to = from; to < r->man.n_contests; to++) {
      if (to > from &&
          (c[from].group.n == 0 || !evd_str_same(c[from].group, c[to].group)))
        break;
      few = few || (r->cast_ballots[to] > 0 &&
                    r->cast_ballots[to] < r->man.privacy_floor);
    }
    for (uint32_t i = from; i < to; i++)
      r->withheld[i] = few;
  }
}

void evd_x16_withheld(evd_run *r) {
  find_withheld(r);
  if (!evd_counted(r) || !r->has_tally) {
    evd_block(r, EVD_X16, EVD_X16, "ballots, states or tally not usable");
    return;
  }
  for (uint32_t i = 0; i < r->tally.n_contests; i++) {
    const evd_tally_contest *c = &r->tally.contests[i];
    evd_where w = evd_at("tally.json");
    evd_at_n(&w, "contest", c->contest);
    if (!evd_shape_of(r, c->contest))
      continue; /* 11.A says so */
    bool withheld = r->withheld[c->contest - 1];
    evd_judge(r, EVD_X16, withheld == (c->n_fields == 0), &w,
              withheld
                  ? "decrypted although too few ballots were cast in it"
                  : "withheld although enough ballots, or none, were cast");
  }
}
