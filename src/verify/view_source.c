/* The view of a log as the source of a record. */
#include <string.h>

#include "base/endian.h"
#include "record/chain.h"
#include "record/say.h"
#include "verify/logcheck_run.h"

enum { NONE, BALLOTS, STATES, ROLL, OPENED, MAIL_OPENED, MAIL_CAST, DATA };

static const char ballots_before[] = "ballots/device_";
static const char guardians_before[] = "guardians/guardian_";

/* ---- which files there are ---- */

typedef struct {
  const char **at;
  size_t n, max;
  evd_arena *a;
} names;

static evd_err add(names *s, const char *before, uint32_t number,
                   const char *after) {
  char text[EVD_BOARD_PATH_BYTES];
  evd_say say;
  evd_say_init(&say, text, sizeof text);
  evd_say_text(&say, before);
  if (number > 0)
    evd_say_n(&say, number);
  evd_say_text(&say, after);
  char *p = evd_arena_get(s->a, say.n + 1, 1);
  if (!p || s->n == s->max)
    return EVD_ERR_SPACE;
  memcpy(p, text, say.n + 1);
  s->at[s->n++] = p;
  return EVD_OK;
}

static evd_err add_if(names *s, bool there, const char *name) {
  return there ? add(s, name, 0, "") : EVD_OK;
}

/* The number after i of 1 .. n by the order of its digits: 1, 10, 11, 2. */
static uint32_t next_by_digits(uint32_t i, uint32_t n) {
  if ((uint64_t)i * 10 <= n)
    return i * 10;
  while (i % 10 == 9 || i == n)
    i /= 10;
  return i + 1;
}

static bool has_ballots(const evd_logcheck *l, uint32_t device) {
  return l->rules.chains[device - 1].count > 0;
}

static evd_err add_numbered(const evd_logcheck *l, names *s) {
  uint32_t i = 1;
  for (uint32_t k = 0; k < l->man.n_devices; k++) {
    if (has_ballots(l, i))
      EVD_TRY(add(s, ballots_before, i, ".jsonl"));
    i = next_by_digits(i, l->man.n_devices);
  }
  return EVD_OK;
}

static evd_err add_guardians(const evd_logcheck *l, names *s) {
  uint32_t i = 1;
  for (uint32_t k = 0; k < l->par.n; k++) {
    EVD_TRY(add(s, guardians_before, i, ".json"));
    i = next_by_digits(i, l->par.n);
  }
  return EVD_OK;
}

/* Ascending by bytes. */
static evd_err list_all(evd_logcheck *l, names *s) {
  evd_logview *v = &l->view;
  const bool closed = l->rep.stage >= EVD_STAGE_CLOSED;
  const bool final = l->rep.stage == EVD_STAGE_FINAL;
  if (closed)
    EVD_TRY(add_numbered(l, s));
  EVD_TRY(add_if(s, final && v->opened.n_rows > 0, "challenged.jsonl"));
  EVD_TRY(add_if(s, final && v->contest_data.length > 0, "contest_data.jsonl"));
  EVD_TRY(add_if(s, closed, "devices.json"));
  EVD_TRY(add_if(s, true, "election_keys.json"));
  EVD_TRY(add_guardians(l, s));
  EVD_TRY(add_if(s, closed && v->n_mail_cast > 0, "mail_cast.jsonl"));
  EVD_TRY(add_if(s, final && v->mail_opened.n_rows > 0, "mail_open.jsonl"));
  EVD_TRY(add_if(s, true, "manifest.json"));
  EVD_TRY(add_if(s, true, "parameters.json"));
  EVD_TRY(add_if(s, closed && l->rules.facts.has_remote, "roll.jsonl"));
  EVD_TRY(add_if(s, closed && v->states.n_rows > 0, "states.jsonl"));
  EVD_TRY(add_if(s, final, "tally.json"));
  EVD_TRY(add_if(s, closed && v->tally_ct.length > 0, "tally_encrypted.json"));
  return add_if(s, v->texts.length > 0, "texts.json");
}

static evd_err view_list(void *self, const char ***paths, size_t *n,
                         evd_arena *a) {
  enum { SINGLE = 16 };
  evd_logcheck *l = self;
  names s = {NULL, 0, (size_t)l->man.n_devices + l->par.n + SINGLE, a};
  s.at = evd_arena_get(a, s.max, sizeof *s.at);
  *paths = s.at;
  *n = 0;
  if (!s.at)
    return EVD_ERR_SPACE;
  EVD_TRY(list_all(l, &s));
  *n = s.n;
  return EVD_OK;
}

/* ---- whole files ---- */

/* The index in before<i>after; 0: it is no such path. */
static uint32_t numbered(const char *path, const char *before,
                         const char *after) {
  const size_t n = strlen(before);
  uint32_t i = 0;
  if (strncmp(path, before, n) != 0)
    return 0;
  for (path += n; *path >= '0' && *path <= '9' && i < UINT32_MAX / 16; path++)
    i = i * 10 + (uint32_t)(*path - '0');
  return strcmp(path, after) == 0 ? i : 0;
}

static evd_err put_devices(evd_logcheck *l, evd_buf *out) {
  evd_devices d = {l->man.n_devices, NULL};
  const evd_arena_point p = evd_arena_mark(l->a);
  d.devices = evd_arena_get(l->a, d.n_devices, sizeof *d.devices);
  if (!d.devices)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < d.n_devices; i++) {
    evd_device_close *c = &d.devices[i];
    const evd_device *device = &l->man.devices[i];
    const evd_rules_chain *chain = &l->rules.chains[i];
    evd_h32 link;
    c->device = i + 1;
    c->ballots = chain->count;
    evd_chain_start(&l->G, device, &l->rules.H_E, &c->H_DI, &link);
    c->chained = device->chaining == 1 && chain->count > 0;
    if (!c->chained)
      continue;
    c->H_0 = link;
    evd_chain_close(&l->G, device, &l->rules.H_E, &chain->last, c);
  }
  evd_devices_write(out, &d);
  evd_arena_back(l->a, p);
  return evd_buf_ok(out) ? EVD_OK : EVD_ERR_SPACE;
}

static evd_err get_guardian(evd_logcheck *l, uint32_t i, evd_buf *out) {
  char path[EVD_BOARD_PATH_BYTES];
  evd_h32 d;
  if (i > l->par.n)
    return EVD_ERR_MISSING;
  evd_guardian_path(path, "setup/", i);
  EVD_TRY(evd_board_read(l->how.files, path, EVD_SOURCE_BYTES_MAX, out));
  evd_digest(&d, "guardian", out->p, out->n);
  return memcmp(d.b, l->view.guardian[i - 1].b, sizeof d.b) == 0
             ? EVD_OK
             : EVD_ERR_PARSE;
}

static evd_err get(evd_logcheck *l, const char *path, evd_buf *out) {
  const evd_logview *v = &l->view;
  const struct {
    const char *path, *kind;
    const evd_object_ref *ref;
  } objects[] = {
      {"parameters.json", "parameters", &v->parameters},
      {"manifest.json", "manifest", &v->manifest},
      {"texts.json", "texts", &v->texts},
      {"election_keys.json", "election_keys", &v->election_keys},
      {"tally_encrypted.json", "tally_encrypted", &v->tally_ct},
      {"tally.json", "tally", &v->tally},
  };
  const uint32_t guardian = numbered(path, guardians_before, ".json");
  evd_buf_reset(out);
  if (guardian > 0)
    return get_guardian(l, guardian, out);
  if (strcmp(path, "devices.json") == 0)
    return put_devices(l, out);
  for (size_t i = 0; i < sizeof objects / sizeof *objects; i++)
    if (strcmp(path, objects[i].path) == 0 && objects[i].ref->length > 0)
      return evd_board_object(l->how.files, objects[i].kind, objects[i].ref,
                              out);
  return EVD_ERR_MISSING;
}

/* What the log named and what lies there now are two things. */
static evd_err as_source(evd_err e) {
  return e == EVD_ERR_PROOF || e == EVD_ERR_FORM ? EVD_ERR_PARSE : e;
}

static evd_err view_read(void *self, const char *path, size_t max_bytes,
                         evd_span *bytes, evd_arena *a) {
  evd_logcheck *l = self;
  *bytes = (evd_span){NULL, 0};
  EVD_TRY(as_source(get(l, path, &l->object)));
  if (l->object.n > max_bytes)
    return EVD_ERR_RANGE;
  uint8_t *p = evd_arena_get(a, l->object.n + 1, 1);
  if (!p)
    return EVD_ERR_SPACE;
  if (l->object.n > 0)
    memcpy(p, l->object.p, l->object.n);
  *bytes = (evd_span){p, l->object.n};
  return EVD_OK;
}

/* ---- lines ---- */

static void view_lines_close(void *self) {
  evd_logcheck *l = self;
  l->view.reading = NONE;
}

static evd_err open_ballots(evd_logview *v, uint32_t device) {
  uint8_t row[EVD_VIEW_BALLOT_BYTES];
  bool found = false;
  evd_be32_put(v->device, device);
  EVD_TRY(evd_index_find(&v->by_device, v->device, row, &v->at, &found));
  v->reading = BALLOTS;
  return found ? EVD_OK : EVD_ERR_MISSING;
}

static evd_err open_rows(evd_logview *v, uint8_t what, evd_sorter *rows) {
  memset(v->last, 0, sizeof v->last);
  v->first = true;
  v->reading = what;
  return evd_sorter_end(rows);
}

/* The whole object: one that stands in the log once. */
static evd_err open_data(evd_logcheck *l) {
  evd_logview *v = &l->view;
  if (v->contest_data.length == 0)
    return EVD_ERR_MISSING;
  v->reading = DATA;
  v->at = 0;
  return as_source(evd_board_object(l->how.files, "contest_data",
                                    &v->contest_data, &v->data));
}

static evd_err view_lines_open(void *self, const char *path,
                               size_t max_line_bytes) {
  evd_logcheck *l = self;
  evd_logview *v = &l->view;
  const uint32_t device = numbered(path, ballots_before, ".jsonl");
  view_lines_close(l);
  v->max_line_bytes = max_line_bytes;
  if (!v->ended)
    return EVD_ERR_MISSING;
  if (device > 0)
    return open_ballots(v, device);
  if (strcmp(path, "states.jsonl") == 0)
    return open_rows(v, STATES, &v->states);
  if (strcmp(path, "roll.jsonl") == 0)
    return open_rows(v, ROLL, &v->roll);
  if (strcmp(path, "challenged.jsonl") == 0)
    return open_rows(v, OPENED, &v->opened);
  if (strcmp(path, "mail_open.jsonl") == 0)
    return open_rows(v, MAIL_OPENED, &v->mail_opened);
  if (v->n_mail_cast > 0 && strcmp(path, "mail_cast.jsonl") == 0)
    return open_rows(v, MAIL_CAST, &v->mail_cast);
  if (strcmp(path, "contest_data.jsonl") == 0)
    return open_data(l);
  return EVD_ERR_MISSING;
}

static evd_err line_of(evd_logcheck *l, const char *kind, const uint8_t *row) {
  evd_object_ref ref;
  evd_logview_ref(row, &ref);
  return as_source(evd_board_object(l->how.files, kind, &ref, &l->view.line));
}

static evd_err next_ballot(evd_logcheck *l, bool *more) {
  evd_logview *v = &l->view;
  uint8_t row[EVD_VIEW_BALLOT_BYTES];
  *more = v->at < v->by_device.n;
  if (!*more)
    return EVD_OK;
  EVD_TRY(evd_index_row(&v->by_device, v->at, row));
  *more = memcmp(row, v->device, sizeof v->device) == 0;
  if (!*more)
    return EVD_OK;
  v->at++;
  return line_of(l, "ballot", row + EVD_VIEW_BALLOT_REF_AT);
}

static evd_err next_state(evd_logcheck *l, bool *more) {
  uint8_t row[EVD_VIEW_STATE_BYTES];
  evd_state s;
  EVD_TRY(evd_sorter_next(&l->view.states, row, more));
  if (!*more)
    return EVD_OK;
  memcpy(s.id_B.b, row, sizeof s.id_B.b);
  s.state = (evd_state_word)row[sizeof s.id_B.b];
  evd_state_write(&l->view.line, &s);
  return EVD_OK;
}

static evd_err next_voter(evd_logcheck *l, bool *more) {
  uint8_t row[EVD_VIEW_ROLL_BYTES];
  evd_roll_line r;
  const size_t n = sizeof r.credential.b;
  EVD_TRY(evd_sorter_next(&l->view.roll, row, more));
  if (!*more)
    return EVD_OK;
  memcpy(r.credential.b, row, n);
  r.style = evd_be32_get(row + n);
  r.weight = evd_be32_get(row + n + 4);
  r.active = row[n + 4 + 4] == 1;
  evd_roll_line_write(&l->view.line, &r);
  return EVD_OK;
}

/* Of two openings of a ballot the first: a guardian's. */
static evd_err next_opening(evd_logcheck *l, evd_sorter *rows, bool *more) {
  evd_logview *v = &l->view;
  uint8_t row[EVD_VIEW_OPENED_BYTES];
  bool again = true;
  while (again) {
    EVD_TRY(evd_sorter_next(rows, row, more));
    if (!*more)
      return EVD_OK;
    again = !v->first && memcmp(row, v->last, sizeof v->last) == 0;
    v->first = false;
  }
  memcpy(v->last, row, sizeof v->last);
  return line_of(l, "challenged", row + EVD_VIEW_OPENED_REF_AT);
}

/* Of a ballot that was adjudicated against none is in the record. */
static evd_err next_mail_cast(evd_logcheck *l, bool *more) {
  uint8_t row[EVD_VIEW_MAIL_BYTES];
  evd_row_ballot b = {.state = EVD_BALLOT_SEALED};
  while (b.state != EVD_BALLOT_CAST) {
    evd_h32 H_C;
    EVD_TRY(evd_sorter_next(&l->view.mail_cast, row, more));
    if (!*more)
      return EVD_OK;
    memcpy(H_C.b, row + EVD_VIEW_MAIL_CODE_AT, sizeof H_C.b);
    EVD_TRY(evd_logview_ballot(l, &H_C, &b));
  }
  return line_of(l, "mail_cast", row + EVD_VIEW_MAIL_REF_AT);
}

static void next_data(evd_logview *v, bool *more, bool *no_lf) {
  const uint8_t *p = v->data.p + v->at;
  const size_t left = v->data.n - v->at;
  size_t n = 0;
  while (n < left && p[n] != '\n')
    n++;
  *more = left > 0;
  *no_lf = *more && n == left;
  evd_buf_add(&v->line, p, n);
  v->at += n + (n < left);
}

static evd_err next_line(evd_logcheck *l, bool *more, bool *no_lf) {
  evd_logview *v = &l->view;
  evd_buf_reset(&v->line);
  switch (v->reading) {
  case BALLOTS:
    return next_ballot(l, more);
  case STATES:
    return next_state(l, more);
  case ROLL:
    return next_voter(l, more);
  case OPENED:
    return next_opening(l, &v->opened, more);
  case MAIL_OPENED:
    return next_opening(l, &v->mail_opened, more);
  case MAIL_CAST:
    return next_mail_cast(l, more);
  case DATA:
    next_data(v, more, no_lf);
    return EVD_OK;
  default:
    *more = false;
    return EVD_OK;
  }
}

static evd_err view_lines_next(void *self, evd_span *line, bool *more,
                               bool *no_lf) {
  evd_logcheck *l = self;
  *no_lf = false;
  *more = true;
  *line = (evd_span){NULL, 0};
  EVD_TRY(next_line(l, more, no_lf));
  if (!evd_buf_ok(&l->view.line))
    return EVD_ERR_SPACE;
  if (l->view.line.n > l->view.max_line_bytes)
    return EVD_ERR_RANGE;
  *line = (evd_span){l->view.line.p, l->view.line.n};
  return EVD_OK;
}

evd_source evd_logcheck_source(evd_logcheck *l) {
  return (evd_source){l,
                      view_list,
                      view_read,
                      view_lines_open,
                      view_lines_next,
                      view_lines_close};
}
