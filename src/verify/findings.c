/* How checks say what they saw, what fails and what they could not see. */
#include <string.h>

#include "record/say.h"
#include "verify/run.h"

void evd_saw(evd_run *r, evd_check_id c, uint64_t n) {
  if (!r->mute)
    r->into[c].count += n;
}

static int order_of(const evd_order *a, const evd_order *b) {
  if (a->phase != b->phase)
    return a->phase < b->phase ? -1 : 1;
  if (a->file != b->file)
    return a->file < b->file ? -1 : 1;
  if (a->line != b->line)
    return a->line < b->line ? -1 : 1;
  return (a->sub > b->sub) - (a->sub < b->sub);
}

/* Room in the order of the report; NULL: behind all that are kept. What
 * stands at the same place stays before. */
static evd_failure *room_for(evd_check *c, const evd_order *order) {
  uint32_t i = c->n_kept;
  while (i > 0 && order_of(&c->kept[i - 1].order, order) > 0)
    i--;
  if (i == EVD_FAILURES_KEPT)
    return NULL;
  if (c->n_kept < EVD_FAILURES_KEPT)
    c->n_kept++;
  memmove(&c->kept[i + 1], &c->kept[i],
          (c->n_kept - 1 - i) * sizeof c->kept[0]);
  return &c->kept[i];
}

void evd_failure_keep(evd_check *c, const evd_failure *f) {
  evd_failure *at = room_for(c, &f->order);
  if (at)
    *at = *f;
}

void evd_fault(evd_run *r, evd_check_id c, const evd_where *w,
               const char *what) {
  evd_failure f;
  evd_say where, said;
  if (r->mute)
    return;
  f.order = r->now;
  evd_say_init(&where, f.where, sizeof f.where);
  evd_say_text(&where, w->text);
  evd_say_init(&said, f.what, sizeof f.what);
  evd_say_text(&said, what);
  evd_failure_keep(&r->into[c], &f);
  r->into[c].failed++;
}

void evd_checks_join(evd_check *into, const evd_check *from) {
  for (int c = 0; c < EVD_N_CHECKS; c++) {
    into[c].count += from[c].count;
    into[c].failed += from[c].failed;
    into[c].unexamined = into[c].unexamined || from[c].unexamined;
    if (!into[c].remark)
      into[c].remark = from[c].remark;
    for (uint32_t i = 0; i < from[c].n_kept; i++)
      evd_failure_keep(&into[c], &from[c].kept[i]);
  }
}

bool evd_judge(evd_run *r, evd_check_id c, bool holds, const evd_where *w,
               const char *what) {
  evd_saw(r, c, 1);
  if (!holds)
    evd_fault(r, c, w, what);
  return holds;
}

void evd_block(evd_run *r, evd_check_id from, evd_check_id to,
               const char *reason) {
  for (int c = (int)from; c <= (int)to && !r->mute; c++) {
    evd_check *check = &r->into[c];
    check->unexamined = true;
    if (!check->remark)
      check->remark = reason;
  }
}

void evd_find_fault(evd_findings *f, evd_check_id c, uint32_t contest,
                    uint32_t field, const char *what) {
  evd_finding *at = &f->at[c];
  if (at->failed++ > 0)
    return;
  at->contest = contest;
  at->field = field;
  at->what = what;
}

void evd_find(evd_findings *f, evd_check_id c, uint32_t contest, uint32_t field,
              bool holds, const char *what) {
  f->at[c].seen++;
  if (!holds)
    evd_find_fault(f, c, contest, field, what);
}

void evd_merge(evd_run *r, const evd_findings *f, const evd_where *w) {
  for (int c = 0; c < EVD_N_CHECKS; c++) {
    const evd_finding *at = &f->at[c];
    evd_saw(r, (evd_check_id)c, at->seen);
    if (at->failed == 0)
      continue;
    evd_where place = *w;
    if (at->contest)
      evd_at_n(&place, "contest", at->contest);
    if (at->field)
      evd_at_n(&place, "field", at->field);
    evd_fault(r, (evd_check_id)c, &place, at->what);
    r->into[c].failed += at->failed - 1;
  }
}

evd_where evd_at(const char *path) {
  evd_where w;
  evd_say s;
  evd_span bytes = {(const uint8_t *)path, strlen(path)};
  evd_say_init(&s, w.text, sizeof w.text);
  evd_say_shown(&s, bytes, 80);
  return w;
}

static evd_say say_more(evd_where *w) {
  evd_say s;
  s.p = w->text;
  s.n = strlen(w->text);
  s.cap_bytes = sizeof w->text;
  return s;
}

evd_where evd_at_line(const char *path, uint64_t line) {
  evd_where w = evd_at(path);
  evd_say s = say_more(&w);
  evd_say_text(&s, ":");
  evd_say_n(&s, line);
  return w;
}

void evd_at_more(evd_where *w, const char *text) {
  evd_say s = say_more(w);
  evd_say_text(&s, " ");
  evd_say_text(&s, text);
}

void evd_at_n(evd_where *w, const char *word, uint64_t n) {
  evd_at_more(w, word);
  evd_say s = say_more(w);
  evd_say_text(&s, " ");
  evd_say_n(&s, n);
}

const char *evd_single_path(evd_single s) {
#define EVD_FILE_PATH(name, path, stage) path,
  static const char *const paths[] = {EVD_FILES(EVD_FILE_PATH)};
#undef EVD_FILE_PATH
  return paths[s];
}

void evd_trouble(evd_run *r, evd_err e) {
  if (e == EVD_ERR_SPACE)
    r->no_space = true;
  else if (e != EVD_OK)
    r->no_scratch = true;
}

bool evd_stopped(const evd_run *r) {
  return r->no_space || r->no_scratch || r->no_read || r->rep->stale;
}

#define LINE_BITS 40 /* of a place; files take the 24 above */

uint64_t evd_place(uint32_t file, uint64_t line) {
  return (uint64_t)file << LINE_BITS | line;
}

static uint32_t place_file(uint64_t place) {
  return (uint32_t)(place >> LINE_BITS);
}

static uint64_t place_line(uint64_t place) {
  return place & (((uint64_t)1 << LINE_BITS) - 1);
}

bool evd_place_fits(const evd_run *r, uint64_t place) {
  return place_file(place) < r->n_ballot_files;
}

evd_where evd_at_place(const evd_run *r, uint64_t place) {
  return evd_at_line(r->ballot_files[place_file(place)]->path,
                     place_line(place));
}

void evd_now_at_place(evd_run *r, uint64_t place, uint32_t sub) {
  r->now =
      (evd_order){EVD_PHASE_WALK, place_file(place), place_line(place), sub};
}

void *evd_keep(evd_run *r, size_t count, size_t size) {
  void *p = evd_arena_get(r->a, count, size);
  if (!p)
    r->no_space = true;
  return p;
}

void evd_run_jobs(evd_run *r, evd_job *job, void *self, size_t n) {
  if (r->pool && r->pool->run) {
    r->pool->run(r->pool->self, job, self, n);
    return;
  }
  for (size_t i = 0; i < n; i++)
    job(self, i);
}

bool evd_str_same(evd_str a, evd_str b) {
  return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool evd_in_stage(const evd_run *r, evd_stage stage) {
  return r->stage >= stage;
}

bool evd_counted(const evd_run *r) {
  bool states = r->single[EVD_FILE_STATES] || r->rep->ballots == 0;
  return r->lost_ballots == 0 && !r->states.lost && states;
}

const evd_shape *evd_shape_of(const evd_run *r, uint32_t ind_c) {
  if (ind_c == 0 || ind_c > r->man.n_contests)
    return NULL;
  return &r->shapes[ind_c - 1];
}

const evd_style *evd_style_of(const evd_run *r, uint32_t style) {
  if (style == 0 || style > r->man.n_styles)
    return NULL;
  return &r->man.styles[style - 1];
}

bool evd_style_has(const evd_style *s, uint32_t ind_c) {
  for (uint32_t i = 0; i < s->n_contests; i++)
    if (s->contests[i] == ind_c)
      return true;
  return false;
}

const evd_device *evd_device_of(const evd_run *r, uint32_t device) {
  if (device == 0 || device > r->man.n_devices)
    return NULL;
  return &r->man.devices[device - 1];
}

bool evd_device_is(const evd_run *r, uint32_t device, const char *mode) {
  const evd_device *d = evd_device_of(r, device);
  return d && evd_str_is(d->mode, mode);
}
