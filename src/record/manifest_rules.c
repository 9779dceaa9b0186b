/* The rules of record-format 3.2 that a well-formed manifest can break: X.3.
 * How many guardians there are is X.4, the digest of texts.json is texts.c's.
 */
#include "record/manifest.h"
#include "record/rules.h"

#define OPTIONS_MAX 1000
#define OPTION_LIMIT_MAX 255
#define CONTEST_LIMIT_MAX 1000
#define WRITE_INS_MAX 100
#define DATA_BLOCKS_MAX 1024
#define RESTRICTED_FLOOR 5
#define SLOT_SECONDS_LEAST 60
#define SHORT_CODE_MAX 8

/* ---- one contest ---- */

static void limit_check(evd_rules *u, const char *where, const char *name,
                        const uint64_t value_low_high[3]) {
  char what[120];
  evd_say s;
  uint64_t value = value_low_high[0];
  if (value >= value_low_high[1] && value <= value_low_high[2])
    return;
  evd_say_init(&s, what, sizeof what);
  evd_say_text(&s, name);
  evd_say_text(&s, " is ");
  evd_say_n(&s, value);
  evd_say_text(&s, ", allowed are ");
  evd_say_n(&s, value_low_high[1]);
  evd_say_text(&s, " to ");
  evd_say_n(&s, value_low_high[2]);
  evd_rules_broken(u, where, what);
}

static void limits_check(evd_rules *u, const char *where,
                         const evd_contest *c) {
  uint64_t m = c->n_options, w = c->write_ins, b = c->data_blocks;
  const struct {
    const char *name;
    uint64_t value_low_high[3];
  } limits[] = {
      {"the number of options", {m, 1, OPTIONS_MAX}},
      {"option_limit", {c->option_limit, 1, OPTION_LIMIT_MAX}},
      {"contest_limit", {c->contest_limit, 1, CONTEST_LIMIT_MAX}},
      {"write_ins", {w, 0, WRITE_INS_MAX}},
      {"data_blocks", {b, 0, DATA_BLOCKS_MAX}},
  };
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
    limit_check(u, where, limits[i].name, limits[i].value_low_high);
  if (c->seats < 1)
    evd_rules_broken(u, where, "seats must be at least 1");
  if (w > WRITE_INS_MAX || b == 0 || b > DATA_BLOCKS_MAX)
    return;
  /* b >= (31 + 3 m + 67 W) / 32 */
  if (32 * b < 31 + 3 * m + 67 * w)
    evd_rules_broken(u, where,
                     "data_blocks is too small for all marks and write-ins");
}

typedef struct {
  const char *word, *what;
} rule_need;

/* Does the contest satisfy the rule number `i` of the table below? */
static bool rule_holds(size_t i, const evd_contest *c) {
  uint64_t m = c->n_options, R = c->option_limit, L = c->contest_limit;
  switch (i) {
  case 0:
  case 1:
    return R == 1;
  case 2:
    return R == 1 && L == m;
  case 3:
    return R == L;
  case 4:
    return R <= OPTION_LIMIT_MAX && L == m * R;
  default:
    return R == 1 && L == 1;
  }
}

static void rule_check(evd_rules *u, const char *where, const evd_contest *c) {
  static const rule_need rules[] = {
      {"plurality", "rule plurality needs option_limit 1"},
      {"referendum", "rule referendum needs option_limit 1"},
      {"approval", "rule approval needs option_limit 1 and a contest_limit "
                   "equal to the number of options"},
      {"cumulative", "rule cumulative needs equal option_limit and "
                     "contest_limit"},
      {"score", "rule score needs a contest_limit equal to option_limit times "
                "the number of options"},
      {"majority-judgment",
       "rule majority-judgment needs option_limit 1 and contest_limit 1"},
  };
  size_t n = sizeof rules / sizeof rules[0], i = 0;
  while (i < n && !evd_str_is(c->rule, rules[i].word))
    i++;
  if (i == n)
    evd_rules_broken(u, where,
                     "rule is none of plurality, referendum, approval, "
                     "cumulative, score, majority-judgment");
  else if (!rule_holds(i, c))
    evd_rules_broken(u, where, rules[i].what);
  if (i == n - 1)
    evd_rules_label(u, where, c->group);
  else if (c->group.n > 0)
    evd_rules_broken(u, where, "group belongs to rule majority-judgment only");
}

/* More options than allowed are a fault already: then not compared. */
static void options_check(evd_rules *u, const evd_contest *c, uint32_t at) {
  evd_where w = evd_where_of("contest", at, NULL, 0);
  for (uint32_t j = 0; j < c->n_options; j++) {
    evd_where o = evd_where_of("contest", at, "option", j + 1);
    evd_rules_label(u, o.text, c->options[j].label);
  }
  if (c->n_options > OPTIONS_MAX)
    return;
  evd_arena_point before = evd_arena_mark(u->arena);
  evd_named *v = evd_rules_named(u, w.text, c->n_options);
  if (!v)
    return;
  for (uint32_t j = 0; j < c->n_options; j++)
    v[j] = (evd_named){c->options[j].label, j + 1};
  evd_where_add(&w, " option");
  evd_rules_unique(u, w.text, v, c->n_options);
  evd_arena_back(u->arena, before);
}

/* ---- lists of the manifest ---- */

static evd_str contest_label(const evd_manifest *m, uint32_t i) {
  return m->contests[i].label;
}
static evd_str style_label(const evd_manifest *m, uint32_t i) {
  return m->styles[i].label;
}
static evd_str device_label(const evd_manifest *m, uint32_t i) {
  return m->devices[i].label;
}
static evd_str guardian_label(const evd_manifest *m, uint32_t i) {
  return m->guardians[i];
}

static void labels_check(evd_rules *u, const evd_manifest *m, const char *where,
                         uint32_t n,
                         evd_str (*label)(const evd_manifest *, uint32_t)) {
  evd_arena_point before = evd_arena_mark(u->arena);
  evd_named *v = evd_rules_named(u, where, n);
  for (uint32_t i = 0; i < n; i++) {
    evd_where w = evd_where_of(where, i + 1, NULL, 0);
    evd_rules_label(u, w.text, label(m, i));
    if (v)
      v[i] = (evd_named){label(m, i), i + 1};
  }
  if (v)
    evd_rules_unique(u, where, v, n);
  evd_arena_back(u->arena, before);
}

static void style_check(evd_rules *u, const evd_manifest *m, uint32_t at) {
  const evd_style *s = &m->styles[at - 1];
  evd_where w = evd_where_of("style", at, NULL, 0);
  bool ascending = true, known = true;
  if (s->n_contests == 0)
    evd_rules_broken(u, w.text, "has no contest");
  for (uint32_t i = 0; i < s->n_contests; i++) {
    if (i > 0 && s->contests[i - 1] >= s->contests[i])
      ascending = false;
    if (s->contests[i] < 1 || s->contests[i] > m->n_contests)
      known = false;
  }
  if (!ascending)
    evd_rules_broken(u, w.text, "its contests are not in ascending order");
  if (!known)
    evd_rules_broken(u, w.text, "names a contest that does not exist");
}

typedef struct {
  uint32_t booth, remote, mail, audit;
} modes;

static modes devices_check(evd_rules *u, const evd_manifest *m) {
  modes k = {0};
  for (uint32_t i = 0; i < m->n_devices; i++) {
    const evd_device *d = &m->devices[i];
    evd_where w = evd_where_of("device", i + 1, NULL, 0);
    bool booth = evd_str_is(d->mode, "booth");
    bool remote = evd_str_is(d->mode, "remote");
    bool mail = evd_str_is(d->mode, "mail");
    bool audit = evd_str_is(d->mode, "audit");
    k.booth += booth;
    k.remote += remote;
    k.mail += mail;
    k.audit += audit;
    if (!booth && !remote && !mail && !audit)
      evd_rules_broken(u, w.text, "mode is none of booth, remote, mail, audit");
    if (d->chaining > 1)
      evd_rules_broken(u, w.text, "chaining is neither 0 nor 1");
  }
  if (k.audit > 0 && k.audit < m->n_devices)
    evd_rules_broken(u, "devices", "either all have mode audit or none");
  return k;
}

static void restricted_check(evd_rules *u, const evd_manifest *m,
                             const modes *k) {
  const char *where = "restricted";
  if (!m->restricted)
    return;
  if (m->weights)
    evd_rules_broken(u, where, "needs weights to be false");
  if (m->revote)
    evd_rules_broken(u, where, "needs revote to be false");
  if (m->privacy_floor < RESTRICTED_FLOOR)
    evd_rules_broken(u, where, "needs a privacy_floor of at least 5");
  if (k->booth + k->remote + k->mail < m->n_devices)
    evd_rules_broken(u, where, "needs modes booth, remote or mail only");
}

static void values_check(evd_rules *u, const evd_manifest *m, const modes *k) {
  if (!evd_str_is(m->format, EVD_MANIFEST_FORMAT))
    evd_rules_broken(u, "format", "is not \"" EVD_MANIFEST_FORMAT "\"");
  evd_rules_label(u, "label", m->label);
  if (!evd_str_is(m->kind, "election") && !evd_str_is(m->kind, "trial"))
    evd_rules_broken(u, "kind", "is neither election nor trial");
  if (m->short_code > SHORT_CODE_MAX)
    evd_rules_broken(u, "short_code", "is more than 8");
  if (k->mail > 0 && m->short_code == 0)
    evd_rules_broken(u, "short_code", "must not be 0 with a mail device");
  if (m->privacy_floor < 1)
    evd_rules_broken(u, "privacy_floor", "must be at least 1");
  if (m->slot_seconds < SLOT_SECONDS_LEAST)
    evd_rules_broken(u, "slot_seconds", "must be at least 60");
}

uint32_t evd_manifest_rules(const evd_manifest *m, evd_fault_fn *fault,
                            void *self) {
  evd_arena arena;
  evd_rules u = {fault, self, 0, &arena};
  evd_arena_init(&arena, EVD_RULES_ARENA_BYTES);
  modes k = devices_check(&u, m);
  values_check(&u, m, &k);
  restricted_check(&u, m, &k);
  labels_check(&u, m, "guardian", m->n_guardians, guardian_label);
  labels_check(&u, m, "contest", m->n_contests, contest_label);
  labels_check(&u, m, "style", m->n_styles, style_label);
  labels_check(&u, m, "device", m->n_devices, device_label);
  for (uint32_t at = 1; at <= m->n_contests; at++) {
    const evd_contest *c = &m->contests[at - 1];
    evd_where w = evd_where_of("contest", at, NULL, 0);
    limits_check(&u, w.text, c);
    rule_check(&u, w.text, c);
    options_check(&u, c, at);
  }
  for (uint32_t at = 1; at <= m->n_styles; at++)
    style_check(&u, m, at);
  evd_rules_groups(&u, m);
  return evd_rules_end(&u);
}
