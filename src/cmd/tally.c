/* evident tally: multiplies the cast ballots, field by field. What is written
 * here is recounted by every verifier (Verification 9). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "cmd/args.h"
#include "cmd/ballots.h"
#include "cmd/mail_lines.h"
#include "egds/check.h"
#include "host/lines.h"
#include "host/place.h"

#define MIB ((size_t)1024 * 1024)

static const char verb[] = "tally";

typedef struct {
  evd_zp A, B;
} sum;
typedef struct {
  uint64_t ballots, weight;
  uint32_t n_fields, largest_range;
  sum *fields;
} contest_sum;

/* A cast ballot whose fields stand in mail_cast.jsonl. */
typedef struct {
  bool due;
  uint32_t style, weight;
} mail_state;

typedef struct {
  const char *dir;
  evd_head head;
  evd_group G;
  evd_arena arena;
  evd_state *states; /* ascending id_B */
  bool *seen;
  mail_state *mail; /* by state */
  size_t n_states, room, n_seen, n_mail;
  contest_sum *contests;
  uint64_t ballots, weight;
} tallier;

static evd_err no_memory(void) {
  return evd_complain(EVD_ERR_SPACE, "%s: out of memory", verb);
}

/* ---- states ---- */

static evd_err grow(tallier *x) {
  if (x->n_states < x->room)
    return EVD_OK;
  size_t room = x->room == 0 ? 1024 : 2 * x->room;
  evd_state *states = evd_arena_get(&x->arena, room, sizeof *states);
  if (!states)
    return no_memory();
  if (x->n_states)
    memcpy(states, x->states, x->n_states * sizeof *states);
  x->states = states;
  x->room = room;
  return EVD_OK;
}

static evd_err add_state(tallier *x, evd_span line, const evd_lines *in) {
  evd_state s;
  evd_why why = {""};
  evd_arena scratch;
  evd_arena_init(&scratch, MIB);
  evd_err e = evd_state_read(&s, line, &scratch, &why);
  evd_arena_close(&scratch);
  if (e != EVD_OK)
    return evd_complain(e, "%s:%llu: %s", in->path,
                        (unsigned long long)in->number, why.text);
  if (x->n_states > 0 &&
      memcmp(&x->states[x->n_states - 1].id_B, &s.id_B, sizeof s.id_B) >= 0)
    return evd_complain(EVD_ERR_RULE,
                        "%s:%llu: expected every id_B once, in ascending order",
                        in->path, (unsigned long long)in->number);
  EVD_TRY(grow(x));
  x->states[x->n_states++] = s;
  return EVD_OK;
}

static evd_err read_states(tallier *x) {
  const char *path = evd_path(&x->arena, "%s/states.jsonl", x->dir);
  const char *devices = evd_path(&x->arena, "%s/devices.json", x->dir);
  evd_lines in;
  bool more = true;
  if (!evd_file_exists(devices))
    return evd_complain(EVD_ERR_MISSING,
                        "%s is not there; `evident close %s` comes first",
                        devices, x->dir);
  if (!evd_file_exists(path))
    return EVD_OK; /* closed without a ballot */
  evd_err e = evd_lines_open(&in, path, 4096);
  while (e == EVD_OK && more) {
    evd_span line;
    e = evd_lines_next(&in, &line, &more);
    if (e == EVD_OK && more)
      e = add_state(x, line, &in);
  }
  evd_lines_close(&in);
  if (e != EVD_OK)
    return e;
  x->seen = evd_arena_get(&x->arena, x->n_states + 1, sizeof *x->seen);
  x->mail = evd_arena_get(&x->arena, x->n_states + 1, sizeof *x->mail);
  return x->seen && x->mail ? EVD_OK : no_memory();
}

static int by_id(const void *a, const void *b) {
  const evd_state *x = a, *y = b;
  return memcmp(&x->id_B, &y->id_B, sizeof x->id_B);
}

static const evd_state *find_state(const tallier *x, const evd_h32 *id_B) {
  evd_state key = {*id_B, EVD_CAST};
  if (x->n_states == 0)
    return NULL;
  return bsearch(&key, x->states, x->n_states, sizeof key, by_id);
}

/* The one state of a ballot (B05: a ballot ends in one state, and only a cast
 * one is counted). */
static evd_err state_of(tallier *x, const evd_ballot *b, const char *where,
                        const evd_state **out) {
  const evd_state *found = find_state(x, &b->id_B);
  if (!found)
    return evd_complain(EVD_ERR_FAIL,
                        "%s: this ballot has no state in states.jsonl (X.11)",
                        where);
  size_t index = (size_t)(found - x->states);
  if (x->seen[index])
    return evd_complain(EVD_ERR_FAIL,
                        "%s: this ballot is there for the second time (5.A)",
                        where);
  x->seen[index] = true;
  x->n_seen++;
  *out = found;
  return EVD_OK;
}

/* ---- sums ---- */

static evd_err prepare_sums(tallier *x) {
  const evd_manifest *m = &x->head.man;
  x->contests = evd_arena_get(&x->arena, m->n_contests, sizeof *x->contests);
  if (!x->contests)
    return no_memory();
  for (uint32_t i = 0; i < m->n_contests; i++) {
    contest_sum *c = &x->contests[i];
    evd_shape shape = evd_contest_shape(m, i + 1);
    c->n_fields = evd_shape_fields(&shape);
    c->fields = evd_arena_get(&x->arena, c->n_fields, sizeof *c->fields);
    if (!c->fields)
      return no_memory();
    for (uint32_t j = 0; j < c->n_fields; j++) {
      uint32_t range = evd_shape_range(&shape, j + 1);
      if (range > c->largest_range)
        c->largest_range = range;
      evd_zp_one(&c->fields[j].A);
      evd_zp_one(&c->fields[j].B);
    }
  }
  return EVD_OK;
}

/* The discrete logs stay in reach (X.14). */
static bool in_reach(const contest_sum *c) {
  return c->weight <= EVD_DLOG_BOUND_MAX / c->largest_range;
}

/* One contest of a cast ballot: its first n_fields fields. Those by mail have
 * the options alone (record-format 5). */
static evd_err count_contest(tallier *x, const evd_contest_ct *ct,
                             uint32_t weight, const char *where) {
  contest_sum *c = &x->contests[ct->ind_c - 1];
  c->ballots++;
  c->weight += weight;
  if (!in_reach(c))
    return evd_complain(EVD_ERR_RULE,
                        "%s: the weights of contest %u add up to more than a "
                        "tally can hold (X.14)",
                        where, ct->ind_c);
  for (uint32_t j = 0; j < ct->n_fields; j++)
    evd_tally_add_var(&x->G, &c->fields[j].A, &c->fields[j].B, &ct->fields[j],
                      weight);
  return EVD_OK;
}

static evd_err count(void *self, const evd_ballot *b, const char *where) {
  tallier *x = self;
  const evd_state *s = NULL;
  EVD_TRY(state_of(x, b, where, &s));
  EVD_REQUIRE(s);
  if (s->state != EVD_CAST)
    return EVD_OK;
  x->ballots++;
  x->weight += b->weight;
  if (b->mail) {
    x->mail[s - x->states] = (mail_state){true, b->style, b->weight};
    x->n_mail++;
    return EVD_OK;
  }
  for (uint32_t i = 0; i < b->n_contests; i++)
    EVD_TRY(count_contest(x, &b->contests[i], b->weight, where));
  return EVD_OK;
}

/* ---- mail ballots that came back ---- */

static evd_err count_mail(void *self, const evd_mail_cast *c, evd_span text,
                          const char *where) {
  tallier *x = self;
  const evd_state *s = find_state(x, &c->id_B);
  (void)text;
  if (!s || !x->mail[s - x->states].due)
    return evd_complain(EVD_ERR_FAIL,
                        "%s: not the line of a cast mail ballot (X.17)", where);
  mail_state *m = &x->mail[s - x->states];
  if (!evd_mail_cast_is_of(c, &x->head.man.styles[m->style - 1]))
    return evd_complain(EVD_ERR_FAIL,
                        "%s: the contests are not those of the ballot's style "
                        "(X.17)",
                        where);
  m->due = false;
  x->n_mail--;
  for (uint32_t i = 0; i < c->n_contests; i++)
    EVD_TRY(count_contest(x, &c->contests[i].ct, m->weight, where));
  return EVD_OK;
}

static evd_err count_all(tallier *x) {
  EVD_TRY(evd_ballots_walk(&x->head, "Adding", count, x));
  if (x->n_seen != x->n_states)
    return evd_complain(EVD_ERR_FAIL,
                        "%s/states.jsonl: %zu states belong to no ballot "
                        "(X.11)",
                        x->dir, x->n_states - x->n_seen);
  EVD_TRY(evd_mail_cast_walk(&x->head, count_mail, x));
  if (x->n_mail == 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_FAIL,
                      "%s: %zu cast mail ballots have no line in "
                      "mail_cast.jsonl (X.17)",
                      x->dir, x->n_mail);
}

/* ---- writing ---- */

static evd_err fill_contest(tallier *x, evd_tally_ct_contest *out,
                            uint32_t ind_c) {
  const contest_sum *c = &x->contests[ind_c - 1];
  *out = (evd_tally_ct_contest){.contest = ind_c,
                                .ballots = c->ballots,
                                .weight = c->weight,
                                .n_fields = c->n_fields};
  out->fields = evd_arena_get(&x->arena, c->n_fields, sizeof *out->fields);
  if (!out->fields)
    return no_memory();
  for (uint32_t j = 0; j < c->n_fields; j++) {
    evd_zp_to_bytes(x->G.k, &out->fields[j].A, &c->fields[j].A);
    evd_zp_to_bytes(x->G.k, &out->fields[j].B, &c->fields[j].B);
  }
  return EVD_OK;
}

static evd_err write_tally(tallier *x) {
  evd_tally_ct t = {.ballots = x->ballots,
                    .weight = x->weight,
                    .n_contests = x->head.man.n_contests};
  t.contests = evd_arena_get(&x->arena, t.n_contests, sizeof *t.contests);
  if (!t.contests)
    return no_memory();
  for (uint32_t i = 0; i < t.n_contests; i++)
    EVD_TRY(fill_contest(x, &t.contests[i], i + 1));
  const char *path = evd_path(&x->arena, "%s/tally_encrypted.json", x->dir);
  evd_buf text;
  evd_buf_init(&text, 1024 * MIB);
  evd_tally_ct_write(&text, &t);
  evd_err e = evd_buf_ok(&text)
                  ? evd_file_write(path, text.p, text.n, 0644, EVD_NEW)
                  : no_memory();
  evd_buf_close(&text);
  return e;
}

static evd_err run(tallier *x) {
  const char *path = evd_path(&x->arena, "%s/tally_encrypted.json", x->dir);
  EVD_TRY(evd_head_open(&x->head, x->dir, EVD_HEAD_KEYS));
  if (evd_file_exists(path))
    return evd_complain(EVD_ERR_EXISTS,
                        "%s is there already and is not overwritten", path);
  EVD_TRY(read_states(x));
  EVD_TRY(prepare_sums(x));
  EVD_TRY(count_all(x));
  EVD_TRY(write_tally(x));
  printf("%llu cast ballots of weight %llu added under encryption: %s\n"
         "Next, each guardian i present: evident guardian decrypt %s --index i "
         "--secret DIR --exchange XD --present LIST\n",
         (unsigned long long)x->ballots, (unsigned long long)x->weight, path,
         x->dir);
  return EVD_OK;
}

evd_err evd_cmd_tally(int argc, char **argv) {
  const evd_option_row rows[] = {EVD_OPT_END};
  tallier x = {.dir = NULL};
  int hold = -1;
  EVD_TRY(evd_args(argc, argv, rows, &x.dir, 1, "RECORD"));
  EVD_TRY(evd_dir_hold(&hold, x.dir));
  evd_arena_init(&x.arena, 16384 * MIB);
  evd_group_init(&x.G, evd_host_kernel());
  evd_err e = run(&x);
  evd_head_close(&x.head);
  evd_arena_close(&x.arena);
  evd_dir_let_go(hold);
  return e;
}
