#include "serve/lookout.h"

#include <stdio.h>
#include <string.h>

#include "host/mem.h"
#include "serve/lookout_run.h"

#define ARENA_BYTES_MAX ((size_t)1 << 30)
#define ROWS_BYTES_MAX ((size_t)16 << 30)
#define OBJECT_BYTES_MAX ((size_t)64 << 20)

/* ---- lamps ---- */

void evd_lookout_evidence(evd_lookout *w, evd_alarm_code code) {
  evd_buf_reset(&w->evidence);
  evd_evidence_begin(&w->evidence, code, w->seen.origin);
  evd_part_write(&w->evidence, "policy", w->plan.policy);
}

void evd_lookout_part(evd_lookout *w, const char *name, const evd_buf *bytes) {
  evd_part_write(&w->evidence, name, (evd_span){bytes->p, bytes->n});
}

static void say(evd_lookout *w, evd_alarm_code code, bool on,
                const char *what) {
  evd_span evidence = {w->evidence.p, w->evidence.n};
  if (!on || !evd_buf_ok(&w->evidence))
    evidence = (evd_span){NULL, 0};
  w->plan.say(w->plan.self, evd_alarm_find(code), on, what, evidence);
  evd_buf_reset(&w->evidence);
}

void evd_lookout_raise(evd_lookout *w, evd_alarm_code code, const char *what) {
  evd_lamp *lamp = &w->seen.lamps[code];
  bool fresh = !lamp->on;
  w->raised[code] = 1;
  lamp->times++;
  if (fresh) {
    lamp->on = true;
    lamp->since = w->now;
    snprintf(lamp->what, sizeof lamp->what, "%s", what);
  }
  if (fresh)
    say(w, code, true, what);
  evd_buf_reset(&w->evidence);
}

/* One bad entry makes others wrong that build on it: the first ones are told,
 * the rest are counted. */
#define TOLD_MOST 3

bool evd_lookout_tells(const evd_lookout *w, evd_alarm_code code) {
  const evd_lamp *lamp = &w->seen.lamps[code];
  return !lamp->on || lamp->times < TOLD_MOST;
}

void evd_lookout_raise_at(evd_lookout *w, evd_alarm_code code, uint64_t index,
                          uint32_t type, const char *what) {
  char text[EVD_LOOKOUT_WHAT_BYTES];
  const char *name = evd_entry_name(type);
  snprintf(text, sizeof text, "entry %llu%s%s%s: %s", (unsigned long long)index,
           name ? " (" : "", name ? name : "", name ? ")" : "", what);
  const evd_lamp *lamp = &w->seen.lamps[code];
  if (lamp->on && evd_lookout_tells(w, code))
    say(w, code, true, text);
  w->seen.lamps[code].stays = true;
  evd_lookout_raise(w, code, text);
}

void evd_lookout_settle(evd_lookout *w) {
  for (uint32_t code = 0; code < EVD_ALARM_CODES; code++) {
    evd_lamp *lamp = &w->seen.lamps[code];
    if (!lamp->on || lamp->stays || w->raised[code])
      continue;
    lamp->on = false;
    say(w, code, false, lamp->what);
  }
}

/* ---- counts ---- */

#define SEALED_FEW 20 /* below, shares of a hundred say nothing */
enum { HUNDRED = 100 };

/* Numbers are their writer's word; the file says at which head. */
static void raise_at_head(evd_lookout *w, evd_alarm_code code,
                          const char *what) {
  if (w->last_note.n > 0) {
    evd_lookout_evidence(w, code);
    evd_lookout_part(w, "checkpoint", &w->last_note);
  }
  evd_lookout_raise(w, code, what);
}

static void look_at_counts(evd_lookout *w) {
  const evd_rules *r = &w->rules;
  uint64_t all = 0, sealed = r->counts[EVD_BALLOT_SEALED];
  char what[EVD_LOOKOUT_WHAT_BYTES];
  for (int i = 0; i < EVD_BALLOT_STATES; i++)
    all += r->counts[i];
  if (sealed >= SEALED_FEW && HUNDRED * sealed > w->plan.sealed_most * all) {
    snprintf(what, sizeof what, "%llu of %llu ballots are sealed only",
             (unsigned long long)sealed, (unsigned long long)all);
    raise_at_head(w, EVD_ALARM_SEALED, what);
  }
  if (r->has_totals && r->cast_on_site > r->signed_in) {
    snprintf(what, sizeof what,
             "%llu ballots are cast on site by %llu voters signed in",
             (unsigned long long)r->cast_on_site,
             (unsigned long long)r->signed_in);
    raise_at_head(w, EVD_ALARM_VOTERS, what);
  }
}

/* ---- one watch ---- */

static evd_err start(evd_lookout *w, evd_span kept) {
  evd_note_why why = {0, ""};
  evd_checkpoint c;
  if (evd_policy_read(&w->policy, w->plan.policy, &why) != EVD_OK)
    return evd_complain(EVD_ERR_FORM, "the policy:%u: expected %s", why.line,
                        why.expected);
  if (w->policy.n_logs != 1)
    return evd_complain(EVD_ERR_FORM, "the policy: expected one log");
  const char *name = w->policy.logs[0].key.name;
  w->seen.origin = (evd_span){(const uint8_t *)name, strlen(name)};
  w->seen.policy = &w->policy;
  if (kept.n == 0)
    return EVD_OK;
  if (evd_checkpoint_read(&c, kept, &why) != EVD_OK)
    return evd_complain(EVD_ERR_FORM, "the head kept before:%u: expected %s",
                        why.line, why.expected);
  w->last = c.head;
  evd_buf_add(&w->last_note, kept.p, kept.n);
  return EVD_OK;
}

evd_err evd_lookout_open(evd_lookout **out, const evd_lookout_plan *plan,
                         evd_span kept) {
  uint64_t seed[2];
  evd_lookout *w = evd_mem_get(sizeof *w);
  *out = NULL;
  if (!w)
    return EVD_ERR_SPACE;
  memset(w, 0, sizeof *w);
  w->plan = *plan;
  evd_arena_init(&w->arena, ARENA_BYTES_MAX);
  evd_buf_init(&w->note, EVD_NOTE_BYTES_MAX);
  evd_buf_init(&w->last_note, EVD_NOTE_BYTES_MAX);
  evd_buf_init(&w->bytes, EVD_TILE_WIDTH * (EVD_ENTRY_BYTES_MAX + 2));
  evd_buf_init(&w->evidence, EVD_EVIDENCE_BYTES_MAX);
  evd_buf_init(&w->objects, OBJECT_BYTES_MAX);
  evd_buf_init(&w->older, EVD_TILE_WIDTH * (EVD_ENTRY_BYTES_MAX + 2));
  evd_buf_init(&w->more, EVD_EVIDENCE_BYTES_MAX);
  evd_buf_init(&w->sentence, EVD_NOTE_BYTES_MAX);
  evd_random(seed, sizeof seed);
  evd_row_table_init(&w->rows, ROWS_BYTES_MAX, seed[0]);
  evd_row_table_init(&w->own, ROWS_BYTES_MAX, seed[1]);
  evd_tree_past_init(&w->past, EVD_TREE_PAST_BYTES_MAX);
  evd_err e = start(w, kept);
  if (e == EVD_OK)
    *out = w;
  else
    evd_lookout_close(w);
  return e;
}

void evd_lookout_close(evd_lookout *w) {
  if (!w)
    return;
  evd_buf_close(&w->note);
  evd_buf_close(&w->last_note);
  evd_buf_close(&w->bytes);
  evd_buf_close(&w->evidence);
  evd_buf_close(&w->objects);
  evd_buf_close(&w->older);
  evd_buf_close(&w->more);
  evd_buf_close(&w->sentence);
  evd_tree_past_close(&w->past);
  if (w->tables)
    evd_host_group_close(w->tables);
  evd_row_table_close(&w->rows);
  evd_row_table_close(&w->own);
  evd_arena_close(&w->arena);
  evd_mem_free(w);
}

evd_err evd_lookout_look(evd_lookout *w, uint64_t now) {
  w->now = now;
  memset(w->raised, 0, sizeof w->raised);
  if (evd_lookout_head(w))
    EVD_TRY(evd_lookout_entries(w));
  if (w->has_rules)
    look_at_counts(w);
  return EVD_OK;
}

#define INTAKE_SECONDS_MAX 10

void evd_lookout_intake(evd_lookout *w, uint64_t taken, uint64_t published) {
  char what[EVD_LOOKOUT_WHAT_BYTES];
  if (published >= w->taken) { /* all that was there then */
    w->taken = taken;
    w->taken_at = w->now;
  }
  if (published >= w->taken || w->now < w->taken_at ||
      w->now - w->taken_at <= INTAKE_SECONDS_MAX)
    return;
  snprintf(what, sizeof what, "%llu entries are taken in and not published",
           (unsigned long long)(w->taken - published));
  raise_at_head(w, EVD_ALARM_INTAKE, what);
}

const evd_lookout_state *evd_lookout_seen(const evd_lookout *w) {
  return &w->seen;
}
