/* The ballots, batch by batch: one batch in memory at a time.
 *
 * Lines are read until the batch is full; reading an object and its
 * mathematics are jobs that write only what is their ballot's; then the batch
 * is folded in reading order, for what looks at more than one ballot.
 */
#include <string.h>

#include "base/endian.h"
#include "egds/preenc.h"
#include "verify/run.h"

typedef struct {
  evd_ballot_job *jobs; /* n_max */
  size_t n, n_max, line_bytes, line_bytes_max;
  const char *path;
  uint32_t file;
} batch;

/* ---- the first job: read and look up ---- */

/* Has every proof the length and every contest the data that the manifest
 * fixes? X.1 found the fault; nothing can be computed with such a ballot. */
static bool fits_shapes(const evd_run *r, const evd_ballot *b) {
  for (uint32_t i = 0; i < b->n_contests; i++) {
    const evd_contest_ct *c = &b->contests[i];
    const evd_shape *s = evd_shape_of(r, c->ind_c);
    if (!s)
      continue; /* X.6 */
    if (b->mail && c->n_psi != evd_pre_vectors(s))
      return false;
    if (b->mail)
      continue;
    if (c->L != s->L || c->b != s->b)
      return false;
    for (uint32_t f = 0; f < c->n_fields && f < evd_shape_fields(s); f++)
      if (c->fields[f].range != evd_shape_range(s, f + 1))
        return false;
  }
  return true;
}

static evd_err find_state(evd_ballot_job *j) {
  uint8_t row[EVD_JOINED_ROW_MAX];
  EVD_TRY(evd_joined_find(&j->r->states, j->b.id_B.b, row, &j->state_at,
                          &j->has_state));
  if (j->has_state)
    j->state = (evd_state_word)row[EVD_STATE_WORD_AT];
  return EVD_OK;
}

static evd_err find_on_roll(evd_ballot_job *j) {
  uint8_t row[EVD_JOINED_ROW_MAX];
  if (!j->b.has_binding || !evd_device_is(j->r, j->b.device, "remote"))
    return EVD_OK;
  EVD_TRY(evd_joined_find(&j->r->roll, j->b.credential.b, row, &j->roll_at,
                          &j->on_roll));
  if (j->on_roll)
    j->roll = (evd_roll_line){.style = evd_be32_get(row + EVD_ROLL_STYLE_AT),
                              .weight = evd_be32_get(row + EVD_ROLL_WEIGHT_AT),
                              .active = row[EVD_ROLL_ACTIVE_AT]};
  return EVD_OK;
}

static evd_err find_opening(evd_ballot_job *j) {
  uint8_t row[EVD_JOINED_ROW_MAX];
  evd_span line;
  evd_why why;
  bool found = false;
  EVD_TRY(
      evd_joined_find(&j->r->opened, j->b.id_B.b, row, &j->opened_at, &found));
  if (!found)
    return EVD_OK;
  EVD_TRY(evd_joined_text(&j->r->opened, row + EVD_OPENED_PLACE_AT, &line,
                          &j->arena));
  evd_challenged *o = evd_arena_get(&j->arena, 1, sizeof *o);
  if (!o)
    return EVD_ERR_SPACE;
  evd_err e = evd_challenged_read(o, line, &j->arena, &why);
  j->opened = o;
  j->joined_text = line;
  return e == EVD_ERR_FORM ? EVD_OK : e; /* X.1 said so when it was read */
}

static evd_err find_data(evd_ballot_job *j) {
  uint8_t key[EVD_DATA_KEY_BYTES], row[EVD_JOINED_ROW_MAX];
  bool found = false;
  if (j->r->data.n == 0)
    return EVD_OK;
  j->data_at = evd_arena_get(&j->arena, j->b.n_contests, sizeof *j->data_at);
  if (!j->data_at)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < j->b.n_contests; i++) {
    const evd_contest_ct *c = &j->b.contests[i];
    evd_data_key(key, &j->b.id_B, c->ind_c);
    j->data_at[i] = UINT64_MAX;
    if (c->b == 0)
      continue;
    EVD_TRY(evd_joined_find(&j->r->data, key, row, &j->data_at[i], &found));
    if (!found)
      j->data_at[i] = UINT64_MAX;
  }
  return EVD_OK;
}

static evd_err look_up(evd_ballot_job *j) {
  EVD_TRY(find_state(j));
  EVD_TRY(find_on_roll(j));
  EVD_TRY(find_opening(j));
  EVD_TRY(find_data(j));
  EVD_TRY(evd_mail_join(j));
  EVD_TRY(evd_resume_joined(j));
  evd_v05_rows(j);
  return j->trouble;
}

static void read_job(void *self, size_t i) {
  evd_ballot_job *j = &((batch *)self)->jobs[i];
  j->read = evd_ballot_read(&j->b, j->bytes, &j->r->man, &j->arena, &j->why);
  j->usable = j->read == EVD_OK ||
              (j->read == EVD_ERR_FORM && fits_shapes(j->r, &j->b));
  if (j->usable)
    j->trouble = look_up(j);
}

/* ---- the second job: compute ---- */

static void check_mail(evd_ballot_job *j) {
  evd_x17_ballot(j);
  if (j->joined)
    evd_v06_ballot(j);
  evd_v15_ballot(j);
  evd_v16_ballot(j);
  evd_v17_ballot(j);
  evd_v19_ballot(j);
  evd_v18_ballot(j); /* the last: it overwrites psi and chi */
}

static void check_job(void *self, size_t i) {
  evd_ballot_job *j = &((batch *)self)->jobs[i];
  if (!j->usable || j->known || j->trouble != EVD_OK)
    return;
  evd_x06_ballot(j);
  evd_v05_ballot(j);
  evd_x07_ballot(j);
  if (j->b.mail) {
    check_mail(j);
    return;
  }
  evd_v06_ballot(j);
  evd_v08_ballot(j);
  evd_v12_ballot(j);
  evd_v14_ballot(j);
  evd_v13_ballot(j); /* the last: it overwrites chi */
}

/* ---- the fold ---- */

/* After a ballot that cannot be read nothing that counts, adds or links
 * ballots can be examined. */
static void lose(evd_run *r) {
  static const char lost[] = "not every ballot could be read";
  r->lost_ballots++;
  evd_block(r, EVD_C5A, EVD_C9B, lost);
  evd_block(r, EVD_C11D, EVD_C14F, lost);
  evd_block(r, EVD_X2, EVD_X2, lost);
  evd_block(r, EVD_X6, EVD_X16, lost);
  evd_block(r, EVD_X18, EVD_X18, lost);
  if (!r->has_mail)
    return;
  evd_block(r, EVD_C15A, EVD_C19D, lost);
  evd_block(r, EVD_X17, EVD_X17, lost);
}

static void fold(evd_run *r, evd_ballot_job *j) {
  evd_where w = evd_at_line(j->path, j->line);
  r->now = (evd_order){EVD_PHASE_WALK, j->file, j->line, 0};
  evd_trouble(r, j->trouble);
  evd_resume_fold(r, j);
  if (!evd_form_judge(r, j->read, &w, &j->why) || !j->usable) {
    lose(r);
    return;
  }
  r->into = r->found;
  evd_merge(r, &j->f, &w);
  r->into = r->walk;
  evd_x11_fold(r, j); /* counts the ballot */
  evd_v05_fold(r, j);
  evd_v08_fold(r, j);
  evd_v09_fold(r, j);
  evd_x12_fold(r, j);
  evd_x17_fold(r, j);
  evd_x18_fold(r, j);
}

/* ---- batches ---- */

static void flush(evd_run *r, batch *b) {
  bool mute = r->mute; /* of a line further on */
  if (b->n == 0)
    return;
  r->mute = false;
  evd_run_jobs(r, read_job, b, b->n);
  evd_v06_batch(r, b->jobs, b->n);
  evd_run_jobs(r, check_job, b, b->n);
  for (size_t i = 0; i < b->n; i++)
    fold(r, &b->jobs[i]);
  for (size_t i = 0; i < b->n; i++)
    evd_arena_close(&b->jobs[i].arena);
  b->n = b->line_bytes = 0;
  r->mute = mute;
  evd_resume_keep(r, false);
  if (r->progress)
    r->progress(r->progress_self, r->rep->ballots);
}

static void ballot_line(evd_run *r, evd_span line, uint64_t number,
                        void *self) {
  batch *b = self;
  evd_ballot_job *j = &b->jobs[b->n];
  memset(j, 0, sizeof *j);
  j->r = r;
  j->path = b->path;
  j->file = b->file;
  j->line = number;
  j->known = evd_resume_knows(r, b->file, number);
  evd_arena_init(&j->arena, r->a->cap_bytes);
  uint8_t *copy = evd_arena_get(&j->arena, line.n + 1, 1);
  if (!copy) {
    r->no_space = true;
    return;
  }
  if (line.n)
    memcpy(copy, line.p, line.n);
  j->bytes = (evd_span){copy, line.n};
  b->n++;
  b->line_bytes += line.n;
  if (b->n == b->n_max || b->line_bytes >= b->line_bytes_max)
    flush(r, b);
}

static void files(evd_run *r, batch *b) {
  for (size_t i = 0; i < r->n_ballot_files && !evd_stopped(r); i++) {
    b->path = r->ballot_files[i]->path;
    b->file = (uint32_t)i;
    r->now = (evd_order){EVD_PHASE_WALK, b->file, 0, 0};
    bool whole = evd_lines_each(r, r->ballot_files[i], ballot_line, b);
    evd_resume_file_end(r, b->file, whole);
    if (whole)
      continue;
    flush(r, b); /* what stood before is not affected */
    if (!r->mute)
      lose(r);
  }
  flush(r, b);
}

/* How many lines there are, as evd_lines_each counts them. */
static uint64_t count_lines(evd_run *r, const evd_file *f) {
  const evd_source *src = r->src;
  bool more = true, no_lf = false;
  uint64_t n = 0;
  if (src->lines_open(src->self, f->path, EVD_SOURCE_BYTES_MAX) != EVD_OK)
    return 0;
  for (;;) {
    evd_span line;
    evd_err e = src->lines_next(src->self, &line, &more, &no_lf);
    if (e == EVD_OK && !more)
      break;
    n++;
    if (e != EVD_OK && e != EVD_ERR_RANGE)
      break;
  }
  src->lines_close(src->self);
  return n;
}

static void choose_lines(evd_run *r) {
  uint64_t n = r->shard.n, i = r->shard.i;
  for (size_t f = 0; n > 0 && f < r->n_ballot_files; f++)
    r->all_lines += count_lines(r, r->ballot_files[f]);
  if (n == 0)
    return;
  uint64_t each = r->all_lines / n, rest = r->all_lines % n;
  r->own_from = each * (i - 1) + (i - 1 < rest ? i - 1 : rest);
  r->own_to = each * i + (i < rest ? i : rest);
}

/* What a list that is not whole leaves open. */
static void block_lost(evd_run *r) {
  static const char states[] = "not every state could be read";
  static const char opened[] = "not every opening could be read";
  static const char cast[] = "not every line of mail_cast.jsonl could be used";
  if (r->states.lost) {
    evd_block(r, EVD_C6A, EVD_C7D, states);
    evd_block(r, EVD_X9, EVD_X9, states);
  }
  if (r->states.lost && r->has_mail)
    evd_block(r, EVD_C15A, EVD_C19D, states);
  if (r->opened.lost) {
    evd_block(r, EVD_C13A, EVD_C14F, opened);
    evd_block(r, EVD_X13, EVD_X13, opened);
  }
  if (r->mail_cast.lost) {
    evd_block(r, EVD_C15A, EVD_C15A, cast);
    evd_block(r, EVD_X10, EVD_X10, cast);
  }
  if (r->mail_open.lost)
    evd_block(r, EVD_C18A, EVD_C19D, opened);
  if (r->mail_cast.lost || r->mail_open.lost) {
    const char *lost = r->mail_cast.lost ? cast : opened;
    evd_block(r, EVD_C16A, EVD_C16A, lost);
    evd_block(r, EVD_C17A, EVD_C17A, lost);
    evd_block(r, EVD_X2, EVD_X2, lost);
    evd_block(r, EVD_X17, EVD_X17, lost);
  }
}

void evd_ballots_run(evd_run *r) {
  batch b = {.n_max = EVD_BATCH_BALLOTS,
             .line_bytes_max = EVD_BATCH_LINE_BYTES};
  evd_hints_begin(r);
  if (r->batching) {
    b.n_max = EVD_HINTED_BALLOTS;
    b.line_bytes_max = EVD_HINTED_LINE_BYTES;
  }
  b.jobs = evd_keep(r, b.n_max, sizeof *b.jobs);
  if (!b.jobs)
    return;
  block_lost(r);
  choose_lines(r);
  files(r, &b);
  r->mute = false;
  evd_resume_keep(r, true);
}
