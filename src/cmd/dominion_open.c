/* The manifests of a Dominion export. */
#include <stdlib.h>
#include <string.h>

#include "cmd/dominion.h"

#define FILE_BYTES_MAX EVD_SOURCE_BYTES_MAX
#define ARENA_BYTES ((size_t)256 << 20)
#define ROWS_MAX 100000
#define TEXT_BYTES_MAX 200
#define VOTE_FOR_MAX 100

/* ---- files ----------------------------------------------------------- */

static evd_span without_bom(evd_span s) {
  if (s.n >= 3 && memcmp(s.p, "\xEF\xBB\xBF", 3) == 0)
    return (evd_span){s.p + 3, s.n - 3};
  return s;
}

evd_err evd_dominion_json(const evd_dominion *d, const char *name, bool needed,
                          evd_json **root, evd_arena *a) {
  evd_span bytes;
  char why[240];
  *root = NULL;
  evd_err e = d->src.read(d->src.self, name, FILE_BYTES_MAX, &bytes, a);
  if (e == EVD_ERR_MISSING && !needed)
    return EVD_OK;
  if (e != EVD_OK)
    return evd_complain(e, "%s/%s %s%s", d->dir, name,
                        e == EVD_ERR_RANGE ? "is " : "", evd_source_text(e));
  *root = evd_json_parse(without_bom(bytes), why);
  if (*root)
    return EVD_OK;
  e = evd_json_fault(why);
  return evd_complain(e, "%s/%s: %s%s", d->dir, name,
                      e == EVD_ERR_PARSE ? "not JSON: " : "", why);
}

/* One row of a manifest's `List`. */
typedef struct {
  evd_dominion *d;
  const char *name;
  const evd_json *json;
  uint32_t at;
} row;

static evd_err bad_row(const row *r, const char *key, const char *expected) {
  return evd_complain(EVD_ERR_PARSE, "%s/%s: element %u of `List`: `%s`: %s",
                      r->d->dir, r->name, r->at + 1, key, expected);
}

static evd_err row_number(const row *r, const char *key, uint64_t *out) {
  if (evd_json_number(evd_json_get(r->json, key), out))
    return EVD_OK;
  return bad_row(r, key, "expected a whole number");
}

static uint64_t row_number_or_0(const row *r, const char *key) {
  uint64_t out = 0;
  return evd_json_number(evd_json_get(r->json, key), &out) ? out : 0;
}

static evd_err row_text(const row *r, const char *key, evd_str *out) {
  evd_span raw;
  if (!evd_json_string(evd_json_get(r->json, key), &raw) ||
      raw.n > TEXT_BYTES_MAX)
    return bad_row(r, key, "expected a text of at most 200 bytes");
  return evd_import_text(out, raw, &r->d->arena);
}

typedef evd_err row_fn(const row *r);

/* Reads a manifest: `room` is told the number of rows, then `each` gets them
 * one after the other. */
static evd_err read_rows(evd_dominion *d, const char *name, uint32_t *n,
                         evd_err (*room)(evd_dominion *d, uint32_t n),
                         row_fn *each) {
  evd_json *root = NULL;
  evd_arena text;
  evd_arena_init(&text, FILE_BYTES_MAX + 4096);
  evd_err e = evd_dominion_json(d, name, true, &root, &text);
  const evd_json *list = root ? evd_json_get(root, "List") : NULL;
  size_t count = evd_json_is_array(list) ? evd_json_count(list) : 0;
  if (e == EVD_OK && (count == 0 || count > ROWS_MAX))
    e = evd_complain(EVD_ERR_PARSE,
                     "%s/%s: expected `List`, a list of 1 to %d elements",
                     d->dir, name, ROWS_MAX);
  if (e == EVD_OK)
    e = room(d, (uint32_t)count);
  for (uint32_t i = 0; e == EVD_OK && i < count; i++) {
    row r = {d, name, evd_json_at(list, i), i};
    e = each(&r);
  }
  if (e == EVD_OK)
    *n = (uint32_t)count;
  evd_json_close(root);
  evd_arena_close(&text);
  return e;
}

/* ---- ids ---------------------------------------------------------------- */

static int by_id(const void *x, const void *y) {
  const evd_dominion_id *a = x, *b = y;
  return (a->id > b->id) - (a->id < b->id);
}

bool evd_dominion_find(const evd_dominion_id ids[], uint32_t n, uint64_t id,
                       uint32_t *at) {
  const evd_dominion_id key = {id, 0};
  const evd_dominion_id *hit = bsearch(&key, ids, n, sizeof *ids, by_id);
  if (hit)
    *at = hit->at;
  return hit != NULL;
}

static evd_err sort_ids(const evd_dominion *d, const char *name,
                        evd_dominion_id ids[], uint32_t n) {
  qsort(ids, n, sizeof *ids, by_id);
  for (uint32_t i = 1; i < n; i++)
    if (ids[i].id == ids[i - 1].id)
      return evd_complain(EVD_ERR_PARSE, "%s/%s: the id %llu is there twice",
                          d->dir, name, (unsigned long long)ids[i].id);
  return EVD_OK;
}

/* ---- contests ----------------------------------------------------------- */

static evd_err contest_room(evd_dominion *d, uint32_t n) {
  d->contests = evd_arena_get(&d->arena, n, sizeof *d->contests);
  d->contest_ids = evd_arena_get(&d->arena, n, sizeof *d->contest_ids);
  return d->contests && d->contest_ids ? EVD_OK : EVD_ERR_SPACE;
}

static evd_err contest_row(const row *r) {
  evd_dominion_contest *c = &r->d->contests[r->at];
  EVD_TRY(row_number(r, "Id", &c->id));
  EVD_TRY(row_number(r, "VoteFor", &c->vote_for));
  EVD_TRY(row_text(r, "Description", &c->label));
  if (c->vote_for < 1 || c->vote_for > VOTE_FOR_MAX)
    return bad_row(r, "VoteFor", "expected 1 to 100");
  c->ranks = row_number_or_0(r, "NumOfRanks");
  c->disabled = row_number_or_0(r, "Disabled") != 0;
  /* A first rank is one choice, whatever the contest elects. */
  if (c->ranks)
    c->vote_for = 1;
  r->d->contest_ids[r->at] = (evd_dominion_id){c->id, r->at};
  return EVD_OK;
}

static bool same(evd_str a, evd_str b) {
  return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Labels are unique in a record; the export's ids tell equal ones apart. */
static evd_err tell_contests_apart(evd_dominion *d) {
  for (uint32_t i = 1; i < d->n_contests; i++) {
    evd_dominion_contest *c = &d->contests[i];
    uint32_t j = 0;
    while (j < i && !same(d->contests[j].label, c->label))
      j++;
    if (j < i)
      EVD_TRY(evd_import_number_label(&c->label, c->id, &d->arena));
  }
  return EVD_OK;
}

/* ---- candidates --------------------------------------------------------- */

static evd_err candidate_room(evd_dominion *d, uint32_t n) {
  d->candidates = evd_arena_get(&d->arena, n, sizeof *d->candidates);
  d->candidate_ids = evd_arena_get(&d->arena, n, sizeof *d->candidate_ids);
  return d->candidates && d->candidate_ids ? EVD_OK : EVD_ERR_SPACE;
}

static bool text_is(evd_span s, const char *text) {
  return s.n == strlen(text) && memcmp(s.p, text, s.n) == 0;
}

static evd_err candidate_row(const row *r) {
  evd_dominion *d = r->d;
  evd_dominion_candidate *c = &d->candidates[r->at];
  evd_span type = {NULL, 0};
  uint64_t contest = 0;
  EVD_TRY(row_number(r, "Id", &c->id));
  EVD_TRY(row_number(r, "ContestId", &contest));
  EVD_TRY(row_text(r, "Description", &c->label));
  if (!evd_dominion_find(d->contest_ids, d->n_contests, contest, &c->place))
    return bad_row(r, "ContestId", "there is no such contest");
  (void)evd_json_string(evd_json_get(r->json, "Type"), &type);
  c->disabled = row_number_or_0(r, "Disabled") != 0;
  c->named = !text_is(type, "WriteIn");
  evd_dominion_contest *its = &d->contests[c->place];
  if (!c->named || text_is(type, "QualifiedWriteIn"))
    its->write_ins = its->write_ins || !c->disabled;
  else if (!c->disabled)
    c->option = ++its->n_options;
  d->candidate_ids[r->at] = (evd_dominion_id){c->id, r->at};
  return EVD_OK;
}

static bool option_known(const evd_option options[], uint32_t n, evd_str what) {
  for (uint32_t i = 0; i < n; i++)
    if (same(options[i].label, what))
      return true;
  return false;
}

static evd_err fill_options(evd_dominion *d) {
  for (uint32_t i = 0; i < d->n_contests; i++) {
    evd_dominion_contest *c = &d->contests[i];
    if (c->n_options == 0)
      continue;
    c->options = evd_arena_get(&d->arena, c->n_options, sizeof *c->options);
    if (!c->options)
      return EVD_ERR_SPACE;
  }
  for (uint32_t i = 0; i < d->n_candidates; i++) {
    evd_dominion_candidate *c = &d->candidates[i];
    evd_option *options = d->contests[c->place].options;
    if (c->option == 0)
      continue;
    if (option_known(options, c->option - 1, c->label))
      EVD_TRY(evd_import_number_label(&c->label, c->id, &d->arena));
    options[c->option - 1].label = c->label;
  }
  return EVD_OK;
}

/* ---- ballot types, the event -------------------------------------------- */

static evd_err type_room(evd_dominion *d, uint32_t n) {
  d->types = evd_arena_get(&d->arena, n, sizeof *d->types);
  d->type_ids = evd_arena_get(&d->arena, n, sizeof *d->type_ids);
  return d->types && d->type_ids ? EVD_OK : EVD_ERR_SPACE;
}

static evd_err type_row(const row *r) {
  uint64_t id = 0;
  EVD_TRY(row_number(r, "Id", &id));
  EVD_TRY(row_text(r, "Description", &r->d->types[r->at]));
  r->d->type_ids[r->at] = (evd_dominion_id){id, r->at};
  return EVD_OK;
}

static uint64_t date_of(evd_span text) {
  uint64_t date = 0;
  if (text.n != 8)
    return 0;
  for (size_t i = 0; i < 8; i++) {
    if (text.p[i] < '0' || text.p[i] > '9')
      return 0;
    date = date * 10 + (uint64_t)(text.p[i] - '0');
  }
  return date;
}

/* ElectionEventManifest.json: older exports have none. */
static evd_err read_event(evd_dominion *d) {
  static const char name[] = "ElectionEventManifest.json";
  evd_json *root = NULL;
  evd_arena text;
  evd_arena_init(&text, FILE_BYTES_MAX + 4096);
  evd_err e = evd_dominion_json(d, name, false, &root, &text);
  const evd_json *event =
      root ? evd_json_at(evd_json_get(root, "List"), 0) : NULL;
  evd_span label = {NULL, 0}, date = {NULL, 0};
  if (e == EVD_OK && event) {
    if (evd_json_string(evd_json_get(event, "ElectionDate"), &date))
      d->date = date_of(date);
    if (evd_json_string(evd_json_get(event, "Description"), &label) &&
        label.n <= TEXT_BYTES_MAX)
      e = evd_import_text(&d->label, label, &d->arena);
  }
  evd_json_close(root);
  evd_arena_close(&text);
  return e;
}

/* ---- the export --------------------------------------------------------- */

/* CvrExport.json, CvrExport_2.json, CvrExport_10.json: shorter names first. */
static int by_number(const void *x, const void *y) {
  const char *const *a = x, *const *b = y;
  size_t n = strlen(*a), m = strlen(*b);
  return n != m ? (n > m) - (n < m) : strcmp(*a, *b);
}

static evd_err list_files(evd_dominion *d) {
  static const char start[] = "CvrExport", end[] = ".json";
  const char **all = NULL;
  size_t n = 0;
  EVD_TRY(d->src.list(d->src.self, &all, &n, &d->arena));
  d->files = evd_arena_get(&d->arena, n + 1, sizeof *d->files);
  if (!d->files)
    return EVD_ERR_SPACE;
  for (size_t i = 0; i < n; i++) {
    size_t length = strlen(all[i]);
    if (strncmp(all[i], start, strlen(start)) == 0 && length > strlen(end) &&
        strcmp(all[i] + length - strlen(end), end) == 0)
      d->files[d->n_files++] = all[i];
  }
  if (d->n_files == 0)
    return evd_complain(EVD_ERR_MISSING,
                        "%s: no CvrExport*.json in it, so no Dominion export",
                        d->dir);
  qsort(d->files, d->n_files, sizeof *d->files, by_number);
  return EVD_OK;
}

static evd_err read_manifests(evd_dominion *d) {
  static const char contests[] = "ContestManifest.json",
                    candidates[] = "CandidateManifest.json",
                    types[] = "BallotTypeManifest.json";
  EVD_TRY(read_rows(d, contests, &d->n_contests, contest_room, contest_row));
  EVD_TRY(sort_ids(d, contests, d->contest_ids, d->n_contests));
  EVD_TRY(tell_contests_apart(d));
  EVD_TRY(read_rows(d, candidates, &d->n_candidates, candidate_room,
                    candidate_row));
  EVD_TRY(sort_ids(d, candidates, d->candidate_ids, d->n_candidates));
  EVD_TRY(fill_options(d));
  EVD_TRY(read_rows(d, types, &d->n_types, type_room, type_row));
  EVD_TRY(sort_ids(d, types, d->type_ids, d->n_types));
  return read_event(d);
}

evd_err evd_dominion_open(evd_dominion *d, const char *dir) {
  memset(d, 0, sizeof *d);
  d->dir = dir;
  evd_arena_init(&d->arena, ARENA_BYTES);
  EVD_TRY(evd_source_dir_open(&d->src, dir));
  d->src_open = true;
  EVD_TRY(list_files(d));
  return read_manifests(d);
}

void evd_dominion_close(evd_dominion *d) {
  if (d->src_open)
    evd_source_dir_close(&d->src);
  d->src_open = false;
  evd_arena_close(&d->arena);
}
