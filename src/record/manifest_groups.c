/* The groups of majority-judgment contests, record-format 3.2: neighbours,
 * alike, and in a style all or none. One pass over contests and one over the
 * styles, however many there are. */
#include "record/rules.h"

/* Per contest: its group, from 1 (0: none), and the style that named it
 * last. Per group: its contests, and what the style at hand has of them. */
typedef struct {
  uint32_t *group_of, *named_by;
  uint32_t *size, *found, *style;
  uint32_t n_groups;
} groups;

static bool in_group(const evd_contest *c) {
  return evd_str_is(c->rule, "majority-judgment") && c->group.n > 0;
}

static bool options_alike(const evd_contest *a, const evd_contest *b) {
  if (a->n_options != b->n_options)
    return false;
  for (uint32_t i = 0; i < a->n_options; i++)
    if (evd_str_compare(a->options[i].label, b->options[i].label) != 0)
      return false;
  return true;
}

static void neighbours_check(evd_rules *u, const evd_manifest *m,
                             const evd_named *before, const evd_named *now) {
  const evd_contest *a = &m->contests[before->at - 1];
  const evd_contest *b = &m->contests[now->at - 1];
  evd_where w = evd_where_of("contest", now->at, NULL, 0);
  if (now->at != before->at + 1)
    evd_rules_broken(u, w.text, "does not stand next to its group");
  if (!options_alike(a, b))
    evd_rules_broken(u, w.text, "has other option labels than its group");
  if (a->seats != b->seats)
    evd_rules_broken(u, w.text, "has another number of seats than its group");
}

/* v: the contests that are in groups, sorted by group and index. */
static void groups_fill(evd_rules *u, const evd_manifest *m, groups *g,
                        const evd_named v[], uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    bool same = i > 0 && evd_str_compare(v[i - 1].s, v[i].s) == 0;
    if (same)
      neighbours_check(u, m, &v[i - 1], &v[i]);
    else
      g->n_groups++;
    g->group_of[v[i].at - 1] = g->n_groups;
    g->size[g->n_groups - 1]++;
  }
}

/* Counts contest `ind_c` for style `at`, once. */
static void style_count(groups *g, uint32_t ind_c, uint32_t at) {
  uint32_t group = g->group_of[ind_c - 1];
  if (group == 0 || g->named_by[ind_c - 1] == at)
    return;
  g->named_by[ind_c - 1] = at;
  if (g->style[group - 1] != at)
    g->found[group - 1] = 0;
  g->style[group - 1] = at;
  g->found[group - 1]++;
}

static void style_check(evd_rules *u, const evd_manifest *m, groups *g,
                        uint32_t at) {
  const evd_style *s = &m->styles[at - 1];
  evd_where w = evd_where_of("style", at, NULL, 0);
  for (uint32_t i = 0; i < s->n_contests; i++)
    if (s->contests[i] >= 1 && s->contests[i] <= m->n_contests)
      style_count(g, s->contests[i], at);
  for (uint32_t i = 0; i < s->n_contests; i++) {
    if (s->contests[i] < 1 || s->contests[i] > m->n_contests)
      continue;
    uint32_t group = g->group_of[s->contests[i] - 1];
    if (group == 0 || g->found[group - 1] == g->size[group - 1])
      continue;
    evd_rules_broken(u, w.text, "has some but not all contests of a group");
    g->found[group - 1] = g->size[group - 1]; /* said once */
  }
}

static bool groups_get(evd_rules *u, groups *g, uint32_t n) {
  uint32_t *p = evd_arena_get(u->arena, n, 5 * sizeof *p);
  if (!p)
    return false;
  *g = (groups){
      p, p + n, p + 2 * (size_t)n, p + 3 * (size_t)n, p + 4 * (size_t)n, 0};
  return true;
}

void evd_rules_groups(evd_rules *u, const evd_manifest *m) {
  groups g;
  uint32_t n = 0;
  for (uint32_t i = 0; i < m->n_contests; i++)
    n += in_group(&m->contests[i]);
  if (n == 0)
    return;
  evd_named *v = evd_rules_named(u, "contests", n);
  if (!v || !groups_get(u, &g, m->n_contests))
    return;
  n = 0;
  for (uint32_t i = 0; i < m->n_contests; i++)
    if (in_group(&m->contests[i]))
      v[n++] = (evd_named){m->contests[i].group, i + 1};
  evd_named_sort(v, n);
  groups_fill(u, m, &g, v, n);
  for (uint32_t at = 1; at <= m->n_styles; at++)
    style_check(u, m, &g, at);
}
