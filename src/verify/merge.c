/* Shards put together: do they fit, and what do they add up to? */
#include "verify/merge.h"

#include <string.h>

#include "base/endian.h"
#include "record/say.h"
#include "verify/part_source.h"

#define TEXTS_BYTES ((size_t)1 << 20) /* in memory; more: the scratch */

/* One part as it was read first. */
typedef struct {
  evd_part_head head;
  evd_h32 files; /* hash of the lines that name the files */
  evd_h32 sha;   /* of the whole part */
} part;

struct evd_merging {
  const evd_parts *parts;
  part *of;      /* per part */
  uint32_t *nth; /* nth[i]: which part is shard i + 1 */
  evd_part_texts texts;
  evd_arena line; /* of the line that is read */
  evd_arena_point mark;
  evd_arena *a;
  evd_why *why;
  uint32_t *at;
  bool bad;
};

static evd_err refuse(evd_merging *m, uint32_t i, const char *what) {
  evd_say s;
  *m->at = i;
  m->bad = true;
  if (what) {
    evd_say_init(&s, m->why->text, sizeof m->why->text);
    evd_say_text(&s, what);
  }
  return EVD_ERR_RULE;
}

/* ---- every line of a part, and that its end is right ---- */

typedef evd_err line_fn(evd_merging *m, uint32_t i, evd_span line,
                        evd_part_kind kind, void *self);

typedef struct {
  evd_part_kind before;
  bool ended;
  evd_sha256 inside, whole;
} following;

static evd_err follow(evd_merging *m, uint32_t i, evd_span line, following *f,
                      line_fn *fn, void *self) {
  static const uint8_t lf = '\n';
  evd_part_kind kind = evd_part_kind_of(line);
  if (kind == EVD_PART_OTHER || f->ended || kind < f->before ||
      (kind == EVD_PART_HEAD) != (f->before == EVD_PART_OTHER))
    return refuse(m, i, "it is no part, or is damaged");
  f->before = kind;
  evd_sha256_add(&f->whole, line.p, line.n);
  evd_sha256_add(&f->whole, &lf, 1);
  if (kind == EVD_PART_END) {
    evd_h32 said, is;
    f->ended = true;
    evd_sha256_out(&f->inside, &is);
    if (!evd_part_end_read(&said, line, m->why) || !evd_same_h(&said, &is))
      return refuse(m, i, "it is damaged: its last line is not its digest");
    return EVD_OK;
  }
  evd_sha256_add(&f->inside, line.p, line.n);
  evd_sha256_add(&f->inside, &lf, 1);
  evd_err e = fn(m, i, line, kind, self);
  evd_arena_back(&m->line, m->mark);
  return e;
}

static evd_err read_lines(evd_merging *m, uint32_t i, evd_h32 *sha, line_fn *fn,
                          void *self) {
  following f = {.before = EVD_PART_OTHER};
  bool more = true;
  evd_sha256_init(&f.inside);
  evd_sha256_init(&f.whole);
  evd_err e = m->parts->open(m->parts->self, i);
  while (e == EVD_OK) {
    evd_span line = {NULL, 0};
    e = m->parts->next(m->parts->self, &line, &more);
    if (e != EVD_OK || !more)
      break;
    e = follow(m, i, line, &f, fn, self);
  }
  m->parts->close(m->parts->self);
  evd_sha256_out(&f.whole, sha);
  if (e == EVD_OK && !f.ended)
    e = refuse(m, i, "it is cut off: its last line is missing");
  return e;
}

/* ---- the first reading: heads, files, and the bytes of shard 1 ---- */

typedef struct {
  uint64_t files; /* lines so far */
  evd_sha256 sha; /* of them */
  uint64_t last;  /* file that bytes came for last, from 1 */
} first;

static evd_err take_head(evd_merging *m, uint32_t i, evd_span line) {
  evd_part_head *h = &m->of[i].head;
  if (!evd_part_head_read(h, line, m->a, m->why))
    return refuse(m, i, NULL);
  if (h->shard.i != 1)
    return EVD_OK;
  if (m->texts.files)
    return refuse(m, i, "there are two parts of shard 1");
  if (h->n_files > EVD_SOURCE_FILES_MAX)
    return refuse(m, i, "it names too many files");
  m->texts.n_files = (size_t)h->n_files;
  m->texts.files =
      evd_arena_get(m->a, m->texts.n_files + 1, sizeof *m->texts.files);
  return m->texts.files ? EVD_OK : EVD_ERR_SPACE;
}

static evd_err take_file(evd_merging *m, uint32_t i, evd_span line, first *x) {
  static const uint8_t lf = '\n';
  evd_file f;
  bool carries = m->of[i].head.shard.i == 1;
  if (x->files == m->of[i].head.n_files)
    return refuse(m, i, "it names more files than it says");
  if (!evd_part_file_read(&f, line, carries ? m->a : &m->line, m->why))
    return refuse(m, i, NULL);
  if (carries)
    m->texts.files[x->files].f = f;
  x->files++;
  evd_sha256_add(&x->sha, line.p, line.n);
  evd_sha256_add(&x->sha, &lf, 1);
  return EVD_OK;
}

/* Pieces of one file follow each other. */
static evd_err take_bytes(evd_merging *m, uint32_t i, evd_span line, first *x) {
  evd_span bytes;
  uint64_t of = 0;
  if (!evd_part_bytes_read(&bytes, &of, line, &m->line, m->why))
    return refuse(m, i, NULL);
  if (m->of[i].head.shard.i != 1 || of < 1 || of > m->texts.n_files)
    return refuse(m, i, "it carries bytes of no file");
  evd_part_text *t = &m->texts.files[of - 1];
  if (of != x->last && t->carried)
    return refuse(m, i, "the bytes of a file are not in one place");
  if (of != x->last)
    t->at = evd_stream_bytes(&m->texts.bytes);
  x->last = of;
  t->carried = true;
  t->n += bytes.n;
  return evd_stream_add(&m->texts.bytes, bytes.p, bytes.n);
}

static evd_err first_line(evd_merging *m, uint32_t i, evd_span line,
                          evd_part_kind kind, void *self) {
  if (kind == EVD_PART_HEAD)
    return take_head(m, i, line);
  if (kind == EVD_PART_FILE)
    return take_file(m, i, line, self);
  if (kind == EVD_PART_BYTES)
    return take_bytes(m, i, line, self);
  return EVD_OK;
}

static evd_err read_first(evd_merging *m, uint32_t i) {
  first x = {0};
  evd_sha256_init(&x.sha);
  EVD_TRY(read_lines(m, i, &m->of[i].sha, first_line, &x));
  if (x.files != m->of[i].head.n_files)
    return refuse(m, i, "it names fewer files than it says");
  evd_sha256_out(&x.sha, &m->of[i].files);
  return EVD_OK;
}

/* ---- do they fit? ---- */

static evd_err fits(evd_merging *m, uint32_t i) {
  const evd_part_head *h = &m->of[i].head, *one = &m->of[0].head;
  if (!evd_str_is(h->version, EVD_VERSION))
    return refuse(m, i, "it was made by another version of the verifier");
  if (h->stage != one->stage)
    return refuse(m, i, "it is of another stage than the first part");
  if (h->shard.n != one->shard.n)
    return refuse(m, i, "it is of another number of shards");
  if (h->lines != one->lines || !evd_same_h(&m->of[i].files, &m->of[0].files))
    return refuse(m, i, "it is of another record than the first part");
  if (h->shard.n != m->parts->n)
    return refuse(m, i, "there are not as many parts as shards");
  if (m->nth[h->shard.i - 1] != UINT32_MAX)
    return refuse(m, i, "there is another part of the same shard");
  m->nth[h->shard.i - 1] = i;
  return EVD_OK;
}

static evd_err fit_together(evd_merging *m) {
  for (uint32_t i = 0; i < m->parts->n; i++)
    EVD_TRY(fits(m, i));
  uint64_t at = 0;
  for (uint32_t i = 0; i < m->parts->n; i++) {
    const evd_part_head *h = &m->of[m->nth[i]].head;
    if (h->from != at)
      return refuse(m, m->nth[i], "its ballots do not follow those before");
    at = h->to;
  }
  if (at != m->of[0].head.lines)
    return refuse(m, m->nth[m->parts->n - 1], "ballots are missing");
  const char *wrong = NULL;
  EVD_TRY(evd_part_texts_check(&m->texts, &wrong));
  if (wrong)
    return refuse(m, m->nth[0], "bytes of a file are not those of its digest");
  return EVD_OK;
}

/* ---- the second reading, in place of the walk through the ballots ---- */

typedef struct {
  evd_run *r;
  uint64_t lost; /* before this part */
  uint64_t rows[EVD_N_SECTIONS];
} second;

static evd_err counts(second *x, const uint8_t *row) {
  evd_run *r = x->r;
  evd_report *p = r->rep;
  uint64_t *const at[EVD_PART_COUNTS] = {
      &p->ballots,      &p->cast,        &p->challenged, &p->spoiled,
      &p->superseded,   &p->refused,     &r->total_cast, &r->total_weight,
      &r->lost_ballots, &r->unknown_mail};
  uint64_t n = x->rows[EVD_SECTION_COUNTS], v = evd_be64_get(row);
  if (n >= EVD_PART_COUNTS)
    return EVD_ERR_RULE;
  *at[n] += v;
  return EVD_OK;
}

static evd_err contest(second *x, const uint8_t *row) {
  uint64_t n = x->rows[EVD_SECTION_CONTESTS];
  if (n >= x->r->man.n_contests)
    return EVD_ERR_RULE;
  x->r->cast_ballots[n] += evd_be64_get(row);
  x->r->cast_weight[n] += evd_be64_get(row + 8);
  x->r->occurs[n] = x->r->occurs[n] || row[16];
  return EVD_OK;
}

static evd_err cell(second *x, const uint8_t *row) {
  const evd_kernel *k = x->r->G->k;
  uint64_t n = x->rows[EVD_SECTION_CELLS];
  evd_p bytes[2];
  evd_zp A, B;
  if (n >= x->r->n_cells)
    return EVD_ERR_RULE;
  memcpy(bytes, row, sizeof bytes);
  if (!evd_zp_from_bytes(k, &A, &bytes[0]) ||
      !evd_zp_from_bytes(k, &B, &bytes[1]))
    return EVD_ERR_RULE;
  k->mul(&x->r->A[n], &x->r->A[n], &A);
  k->mul(&x->r->B[n], &x->r->B[n], &B);
  return EVD_OK;
}

static evd_err device(second *x, const uint8_t *row) {
  uint64_t n = x->rows[EVD_SECTION_DEVICES];
  if (n >= x->r->man.n_devices)
    return EVD_ERR_RULE;
  x->r->chains[n].ballots += evd_be64_get(row);
  return EVD_OK;
}

static evd_err once(second *x, const uint8_t *row) {
  if (!evd_once_fits(x->r, row))
    return EVD_ERR_RULE;
  return evd_sorter_add(&x->r->once, row);
}

static evd_err link(second *x, const uint8_t *row) {
  uint8_t moved[EVD_LINK_BYTES];
  if (!evd_link_fits(x->r, row))
    return EVD_ERR_RULE;
  evd_link_move(moved, row, x->lost);
  return evd_sorter_add(&x->r->links, moved);
}

static evd_err touch(second *x, evd_joined *l, const uint8_t *row) {
  if (evd_be64_get(row) >= l->rows.n ||
      !evd_place_fits(x->r, evd_be64_get(row + 8)))
    return EVD_ERR_RULE;
  return evd_sorter_add(&l->touched, row);
}

static evd_err take_row(second *x, evd_section of, const uint8_t *row) {
  evd_run *r = x->r;
  switch (of) {
  case EVD_SECTION_COUNTS:
    return counts(x, row);
  case EVD_SECTION_CONTESTS:
    return contest(x, row);
  case EVD_SECTION_CELLS:
    return cell(x, row);
  case EVD_SECTION_DEVICES:
    return device(x, row);
  case EVD_SECTION_ONCE:
    return once(x, row);
  case EVD_SECTION_LINKS:
    return link(x, row);
  case EVD_SECTION_STATES:
    return touch(x, &r->states, row);
  case EVD_SECTION_ROLL:
    return touch(x, &r->roll, row);
  case EVD_SECTION_OPENED:
    return touch(x, &r->opened, row);
  case EVD_SECTION_DATA:
    return touch(x, &r->data, row);
  case EVD_SECTION_MAIL_CAST:
    return touch(x, &r->mail_cast, row);
  case EVD_SECTION_MAIL_OPEN:
    return touch(x, &r->mail_open, row);
  default:
    return EVD_ERR_RULE;
  }
}

static evd_err take_rows(evd_merging *m, uint32_t i, evd_span line, second *x) {
  evd_span rows;
  evd_section of;
  if (!evd_part_rows_read(&rows, &of, line, &m->line, m->why))
    return refuse(m, i, NULL);
  size_t bytes = evd_section_bytes(of);
  for (size_t at = 0; at < rows.n; at += bytes, x->rows[of]++) {
    evd_err e = take_row(x, of, rows.p + at);
    if (e == EVD_ERR_RULE)
      return refuse(m, i, "a row does not fit the record");
    EVD_TRY(e);
  }
  return EVD_OK;
}

static evd_err second_line(evd_merging *m, uint32_t i, evd_span line,
                           evd_part_kind kind, void *self) {
  second *x = self;
  if (kind == EVD_PART_ROWS)
    return take_rows(m, i, line, x);
  if (kind == EVD_PART_CHECK &&
      !evd_part_check_read(x->r->walk, line, x->r->n_ballot_files, &m->line,
                           m->a, m->why))
    return refuse(m, i, NULL);
  return EVD_OK;
}

static evd_err read_second(evd_merging *m, uint32_t i, evd_run *r) {
  second x = {.r = r, .lost = r->lost_ballots};
  evd_h32 sha;
  EVD_TRY(read_lines(m, i, &sha, second_line, &x));
  if (!evd_same_h(&sha, &m->of[i].sha))
    return refuse(m, i, "it changed while it was read");
  if (x.rows[EVD_SECTION_COUNTS] != EVD_PART_COUNTS ||
      x.rows[EVD_SECTION_CONTESTS] != r->man.n_contests ||
      x.rows[EVD_SECTION_CELLS] != r->n_cells ||
      x.rows[EVD_SECTION_DEVICES] != r->man.n_devices)
    return refuse(m, i, "it has not every count");
  return EVD_OK;
}

void evd_merge_walk(evd_run *r) {
  evd_merging *m = r->merging;
  for (uint32_t i = 0; i < m->parts->n && !evd_stopped(r); i++)
    evd_trouble(r, read_second(m, m->nth[i], r));
}

void evd_merge_digests(evd_run *r) {
  for (size_t i = 0; i < r->n_ballot_files; i++) {
    evd_file *f = r->ballot_files[i];
    const evd_part_text *t = &r->merging->texts.files[f - r->files];
    f->read = t->f.read && r->has_counters;
    f->sha = t->f.sha;
  }
}

/* ---- from outside ---- */

static evd_err begin(evd_merging *m, const evd_parts *parts,
                     evd_scratch *scratch, evd_arena *a) {
  m->parts = parts;
  m->a = a;
  m->of = evd_arena_get(a, parts->n, sizeof *m->of);
  m->nth = evd_arena_get(a, parts->n, sizeof *m->nth);
  if (!m->of || !m->nth || !evd_arena_get(&m->line, 1, 1))
    return EVD_ERR_SPACE;
  m->mark = evd_arena_mark(&m->line); /* its first block stays */
  memset(m->nth, 0xFF, parts->n * sizeof *m->nth);
  EVD_TRY(evd_stream_init(&m->texts.bytes, scratch, a, TEXTS_BYTES));
  for (uint32_t i = 0; i < parts->n; i++)
    EVD_TRY(read_first(m, i));
  return fit_together(m);
}

static evd_err name_parts(evd_report *out, const evd_merging *m, evd_arena *a) {
  uint32_t n = m->parts->n;
  evd_part_word *w = evd_arena_get(a, n, sizeof *w);
  if (!w)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < n; i++) {
    const part *p = &m->of[m->nth[i]];
    w[i] = (evd_part_word){.part = m->nth[i],
                           .from = p->head.from,
                           .to = p->head.to,
                           .sha = p->sha};
  }
  out->parts = w;
  out->n_parts = n;
  return EVD_OK;
}

evd_err evd_verify_merge(evd_report *out, const evd_kernel *k,
                         const evd_parts *parts, const evd_verify_how *how,
                         uint32_t *at, evd_why *why, evd_arena *a) {
  evd_merging m = {.why = why, .at = at};
  evd_verify_how one = *how;
  memset(out, 0, sizeof *out);
  *at = 0;
  why->text[0] = 0;
  evd_arena_init(&m.line, a->cap_bytes);
  evd_err e = parts->n == 0 || parts->n > EVD_PARTS_MAX
                  ? EVD_ERR_RULE
                  : begin(&m, parts, how->scratch, a);
  if (e == EVD_OK) {
    evd_source src = evd_part_source(&m.texts);
    one.stage = m.of[0].head.stage;
    one.shard = (evd_shard){0, 0};
    one.put = NULL;
    one.merging = &m;
    e = evd_verify_record(out, k, &src, &one, a);
  }
  if (e == EVD_OK)
    e = m.bad ? EVD_ERR_RULE : name_parts(out, &m, a);
  evd_buf_close(&m.texts.line);
  evd_stream_reset(&m.texts.bytes);
  evd_arena_close(&m.line);
  return e;
}
