/* What an earlier run found out about single ballots, kept and taken up. */
#include "verify/resume.h"

#include <string.h>

#include "base/endian.h"
#include "base/require.h"
#include "verify/part.h"

#define KEPT_BYTES_MAX ((size_t)256 << 20)
enum { LINES = 0, BYTES = 8, JOINS = 16 }; /* of a row of `verified` */

/* The beginning of one ballot file. */
typedef struct {
  uint64_t lines, bytes;
  evd_h32 sha, joins;
} beginning;

struct evd_resume {
  const evd_resuming *how;
  beginning *known, *now; /* per ballot file, in reading order */
  evd_sha256 sha;         /* of the file that is read, so far */
  uint32_t file;          /* which one that is */
  bool reading;
  bool refused; /* keeping failed once: it is not tried again */
};

static const evd_single fixed[] = {EVD_FILE_PARAMETERS, EVD_FILE_MANIFEST,
                                   EVD_FILE_ELECTION_KEYS};
#define N_FIXED (sizeof fixed / sizeof fixed[0])

static void stale(evd_run *r, const char *why) {
  if (!r->rep->stale)
    r->rep->stale = why;
}

/* ---- taking up ---- */

typedef struct {
  evd_run *r;
  evd_arena *line;
  uint64_t files, rows; /* lines of either so far */
  uint32_t *place_of;   /* file of a `verified` row -> ballot file */
  uint64_t n_files;
  evd_check *found;
} taking;

static uint32_t ballot_file(const evd_run *r, const char *path) {
  for (uint32_t i = 0; i < r->n_ballot_files; i++)
    if (strcmp(r->ballot_files[i]->path, path) == 0)
      return i;
  return UINT32_MAX;
}

static void take_head(taking *t, evd_span line) {
  evd_part_head h;
  bool read = evd_part_head_read(&h, line, t->line, NULL) &&
              evd_str_is(h.version, EVD_VERSION);
  if (t->place_of ||
      (read && (h.n_files < N_FIXED || h.n_files > EVD_SOURCE_FILES_MAX)))
    stale(t->r, "it is damaged");
  else if (!read)
    stale(t->r, "it is of another version of the verifier");
  else if (h.stage != t->r->stage)
    stale(t->r, "it is of another stage");
  if (t->r->rep->stale)
    return;
  t->n_files = h.n_files;
  t->place_of = evd_keep(t->r, (size_t)h.n_files, sizeof *t->place_of);
}

static void take_file(taking *t, evd_span line) {
  evd_run *r = t->r;
  evd_file f;
  uint64_t i = t->files++;
  if (i >= t->n_files || !evd_part_file_read(&f, line, t->line, NULL)) {
    stale(r, "it is damaged");
    return;
  }
  if (i < N_FIXED) {
    const evd_file *is = r->single[fixed[i]];
    if (!is || !is->read || !f.read || !evd_same_h(&is->sha, &f.sha))
      stale(r, "parameters, manifest or keys of the record are others");
    return;
  }
  uint32_t at = ballot_file(r, f.path);
  if (at == UINT32_MAX) {
    stale(r, "a ballot file is no longer there");
    return;
  }
  t->place_of[i - N_FIXED] = at;
  r->resume->known[at].sha = f.sha;
}

static void take_rows(taking *t, evd_span line) {
  evd_span rows = {NULL, 0};
  evd_section of = EVD_N_SECTIONS;
  if (!evd_part_rows_read(&rows, &of, line, t->line, NULL) ||
      of != EVD_SECTION_VERIFIED) {
    stale(t->r, "it is damaged");
    return;
  }
  for (size_t at = 0; at < rows.n; at += EVD_VERIFIED_BYTES, t->rows++) {
    const uint8_t *row = rows.p + at;
    if (t->rows + N_FIXED >= t->files) {
      stale(t->r, "it is damaged");
      return;
    }
    beginning *b = &t->r->resume->known[t->place_of[t->rows]];
    b->lines = evd_be64_get(row + LINES);
    b->bytes = evd_be64_get(row + BYTES);
    memcpy(b->joins.b, row + JOINS, sizeof b->joins.b);
    t->r->rep->resumed += b->lines;
  }
}

static void take_line(taking *t, evd_span line) {
  switch (evd_part_kind_of(line)) {
  case EVD_PART_HEAD:
    take_head(t, line);
    break;
  case EVD_PART_FILE:
    take_file(t, line);
    break;
  case EVD_PART_CHECK:
    if (!evd_part_check_read(t->found, line, t->n_files, t->line, t->r->a,
                             NULL))
      stale(t->r, "it is damaged");
    break;
  case EVD_PART_ROWS:
    take_rows(t, line);
    break;
  case EVD_PART_END:
    break; /* the seal said more */
  default:
    stale(t->r, "it is damaged");
  }
}

/* Failures name files by their number then; now it may be another. */
static void take_found(taking *t) {
  EVD_REQUIRE(t->found);
  for (int c = 0; c < EVD_N_CHECKS; c++) {
    evd_check *from = &t->found[c];
    for (uint32_t i = 0; i < from->n_kept; i++) {
      uint32_t *file = &from->kept[i].order.file;
      if ((uint64_t)*file + N_FIXED >= t->files)
        stale(t->r, "it is damaged");
      else
        *file = t->place_of[*file];
    }
  }
  if (!t->r->rep->stale)
    evd_checks_join(t->r->found, t->found);
}

static void take_up(evd_run *r, evd_span before) {
  evd_arena line, all;
  taking t = {.r = r, .line = &line};
  evd_arena_init(&line, r->a->cap_bytes);
  evd_arena_init(&all, r->a->cap_bytes);
  t.found = evd_arena_get(&all, EVD_N_CHECKS, sizeof *t.found);
  if (!t.found)
    r->no_space = true;
  else
    for (int c = 0; c < EVD_N_CHECKS; c++)
      t.found[c].id = r->found[c].id;
  while (before.n > 0 && !evd_stopped(r)) {
    const uint8_t *lf = memchr(before.p, '\n', before.n);
    size_t n = lf ? (size_t)(lf - before.p) : before.n;
    take_line(&t, (evd_span){before.p, n});
    evd_arena_close(&line);
    before.p += lf ? n + 1 : n;
    before.n -= lf ? n + 1 : n;
  }
  if (!evd_stopped(r) && t.rows + N_FIXED != t.files)
    stale(r, "it is damaged");
  if (!evd_stopped(r))
    take_found(&t);
  evd_arena_close(&line);
  evd_arena_close(&all);
}

void evd_resume_begin(evd_run *r, const evd_resuming *how) {
  evd_resume *x = evd_keep(r, 1, sizeof *x);
  if (!how || !x)
    return;
  x->how = how;
  x->known = evd_keep(r, r->n_ballot_files, sizeof *x->known);
  x->now = evd_keep(r, r->n_ballot_files, sizeof *x->now);
  r->resume = x;
  if (!r->no_space && how->before.n > 0)
    take_up(r, how->before);
}

/* ---- while ballots go by ---- */

bool evd_resume_knows(const evd_run *r, uint32_t file, uint64_t line) {
  return r->resume && line <= r->resume->known[file].lines;
}

static void sha_so_far(const evd_sha256 *sha, evd_h32 *out) {
  evd_sha256 copy = *sha;
  evd_sha256_out(&copy, out);
}

void evd_resume_line(evd_run *r, uint64_t line, size_t bytes,
                     const evd_sha256 *sha) {
  evd_resume *x = r->resume;
  if (!x || r->now.phase != EVD_PHASE_WALK)
    return;
  x->file = r->now.file;
  x->reading = true;
  x->sha = *sha;
  beginning *now = &x->now[x->file];
  const beginning *known = &x->known[x->file];
  now->lines = line;
  now->bytes += bytes;
  if (line != known->lines)
    return;
  sha_so_far(sha, &now->sha);
  if (now->bytes != known->bytes || !evd_same_h(&now->sha, &known->sha))
    stale(r, "bytes that were verified then are others now");
}

void evd_resume_file_end(evd_run *r, uint32_t file, bool whole) {
  evd_resume *x = r->resume;
  if (!x)
    return;
  if (x->now[file].lines < x->known[file].lines)
    stale(r, "lines that were verified then are no longer there");
  if (x->reading && x->file == file)
    sha_so_far(&x->sha, &x->now[file].sha);
  if (!whole)
    x->now[file].lines = 0; /* nothing of it is kept */
  x->reading = false;
}

static evd_err add_data(evd_ballot_job *j, evd_sha256 *c, uint64_t first_at) {
  const evd_joined *l = &j->r->data;
  uint8_t first[EVD_JOINED_ROW_MAX], row[EVD_JOINED_ROW_MAX];
  EVD_TRY(evd_index_row(&l->rows, first_at, first));
  for (uint64_t at = first_at; at < l->rows.n; at++) {
    evd_span line;
    EVD_TRY(evd_index_row(&l->rows, at, row));
    if (memcmp(row, first, EVD_DATA_KEY_BYTES) != 0)
      return EVD_OK;
    j->much_data = at - first_at == EVD_DATA_LINES_MAX;
    if (j->much_data)
      return EVD_OK;
    EVD_TRY(evd_joined_text(l, row + EVD_DATA_PLACE_AT, &line, &j->arena));
    evd_sha256_add(c, "\n", 1);
    evd_sha256_add(c, line.p, line.n);
  }
  return EVD_OK;
}

/* Of what was looked up for the ballot and its checks depend on. */
evd_err evd_resume_joined(evd_ballot_job *j) {
  evd_sha256 c;
  uint8_t state = (uint8_t)j->state;
  if (!j->r->resume)
    return EVD_OK;
  evd_sha256_init(&c);
  evd_sha256_add(&c, &state, 1);
  evd_sha256_add(&c, j->joined_text.p, j->joined_text.n);
  for (uint32_t i = 0; j->data_at && i < j->b.n_contests; i++)
    if (j->data_at[i] != UINT64_MAX && !j->much_data)
      EVD_TRY(add_data(j, &c, j->data_at[i]));
  evd_sha256_out(&c, &j->joins);
  return EVD_OK;
}

void evd_resume_fold(evd_run *r, const evd_ballot_job *j) {
  evd_resume *x = r->resume;
  evd_sha256 c;
  if (!x)
    return;
  evd_h32 *joins = &x->now[j->file].joins;
  evd_sha256_init(&c);
  evd_sha256_add(&c, joins->b, sizeof joins->b);
  evd_sha256_add(&c, j->joins.b, sizeof j->joins.b);
  evd_sha256_out(&c, joins);
  if (j->line == x->known[j->file].lines &&
      !evd_same_h(joins, &x->known[j->file].joins))
    stale(r, "states, openings or contest data of ballots that were verified "
             "then are others now");
}

/* ---- keeping ---- */

static evd_err put_in(void *self, const void *p, size_t n) {
  evd_buf *b = self;
  evd_buf_add(b, p, n);
  return evd_buf_ok(b) ? EVD_OK : EVD_ERR_SPACE;
}

static void put_verified(evd_part_out *o, const beginning *b) {
  uint8_t row[EVD_VERIFIED_BYTES];
  evd_be64_put(row + LINES, b->lines);
  evd_be64_put(row + BYTES, b->bytes);
  memcpy(row + JOINS, b->joins.b, sizeof b->joins.b);
  evd_part_rows(o, EVD_SECTION_VERIFIED, row, sizeof row);
}

static void put_files(evd_part_out *o, const evd_run *r, bool names) {
  for (uint32_t i = 0; i < r->n_ballot_files; i++) {
    const beginning *b = &r->resume->now[i];
    evd_file f = {r->ballot_files[i]->path, true, b->sha};
    if (names)
      evd_part_file(o, &f);
    else
      put_verified(o, b);
  }
}

static evd_err write_down(evd_run *r, evd_buf *b) {
  evd_part_out o;
  evd_part_head h = {.stage = r->stage,
                     .shard = {1, 1},
                     .n_files = N_FIXED + r->n_ballot_files};
  for (uint32_t i = 0; i < r->n_ballot_files; i++)
    h.lines += r->resume->now[i].lines;
  h.to = h.lines;
  evd_part_begin(&o, put_in, b);
  evd_part_head_put(&o, &h, "incomplete");
  for (size_t i = 0; i < N_FIXED; i++)
    evd_part_file(&o, r->single[fixed[i]]);
  put_files(&o, r, true);
  for (int c = 0; c < EVD_N_CHECKS; c++)
    evd_part_check(&o, &r->found[c]);
  put_files(&o, r, false);
  return evd_part_end(&o);
}

void evd_resume_keep(evd_run *r, bool at_the_end) {
  evd_resume *x = r->resume;
  evd_buf b;
  if (!x || x->refused || evd_stopped(r) ||
      !(at_the_end || x->how->due(x->how->self)))
    return;
  if (x->reading)
    sha_so_far(&x->sha, &x->now[x->file].sha);
  evd_buf_init(&b, KEPT_BYTES_MAX);
  evd_err e = write_down(r, &b);
  if (e == EVD_OK)
    e = x->how->keep(x->how->self, (evd_span){b.p, b.n});
  x->refused = e != EVD_OK; /* the verdict does not depend on it */
  evd_buf_close(&b);
}
