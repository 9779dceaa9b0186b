/* The ballots, batch by batch: one batch in memory at a time.
 *
 * Lines are read until the batch is full; every ballot's mathematics is a
 * job of its own that writes only its own findings; then the batch is folded
 * in reading order, for what looks at more than one ballot.
 */
#include <string.h>

#include "verify/run.h"

typedef struct {
  evd_ballot_job *jobs; /* EVD_BATCH_BALLOTS */
  size_t n, line_bytes;
  evd_arena arena; /* of the ballots in the batch */
  const char *path;
} batch;

static void ballot_job(void *self, size_t i) {
  evd_ballot_job *j = &((batch *)self)->jobs[i];
  evd_x06_ballot(j);
  evd_v05_ballot(j);
  evd_v06_ballot(j);
  evd_x07_ballot(j);
  evd_v08_ballot(j);
  evd_v12_ballot(j);
  evd_v14_ballot(j);
  evd_v13_ballot(j); /* the last: it overwrites chi */
}

static void fold(evd_run *r, evd_ballot_job *j) {
  evd_where w = evd_at_line(j->path, j->line);
  evd_merge(r, &j->f, &w);
  evd_x11_fold(r, j); /* counts the ballot */
  evd_v05_fold(r, j);
  evd_v08_fold(r, j);
  evd_v09_fold(r, j);
  evd_x12_fold(r, j);
  evd_x18_fold(r, j);
}

static void flush(evd_run *r, batch *b) {
  if (b->n == 0)
    return;
  evd_run_jobs(r, ballot_job, b, b->n);
  for (size_t i = 0; i < b->n; i++)
    fold(r, &b->jobs[i]);
  b->n = b->line_bytes = 0;
  evd_arena_close(&b->arena);
  if (r->progress)
    r->progress(r->progress_self, r->rep->ballots);
}

/* A pre-encrypted ballot: its own checks are not built yet, but its state
 * and device are counted, so that the rest can be judged. */
static void count_mail(evd_run *r, const evd_ballot *b) {
  evd_state_line *s = evd_map_get(&r->state_of, evd_key_of('s', b->id_B.b, 32));
  if (s)
    s->ballots++;
  if (evd_device_of(r, b->device))
    r->chains[b->device - 1].ballots++;
  r->rep->ballots++;
  r->saw_mail_ballot = true;
}

/* After a ballot that cannot be read nothing that counts, adds or links
 * ballots can be examined. */
static void lose(evd_run *r) {
  static const char lost[] = "not every ballot could be read";
  r->lost_ballots++;
  for (uint32_t d = 0; d < r->man.n_devices; d++)
    r->chains[d].unsure = true;
  evd_block(r, EVD_C5A, EVD_C9B, lost);
  evd_block(r, EVD_C11D, EVD_C14F, lost);
  evd_block(r, EVD_X2, EVD_X2, lost);
  evd_block(r, EVD_X6, EVD_X16, lost);
  evd_block(r, EVD_X18, EVD_X18, lost);
}

static void look_up(evd_run *r, evd_ballot_job *j) {
  evd_state_line *s =
      evd_map_get(&r->state_of, evd_key_of('s', j->b.id_B.b, 32));
  j->state = s ? s->s.state : 0;
  j->opened = evd_map_get(&r->opened_of, evd_key_of('o', j->b.id_B.b, 32));
}

/* Has every proof the length and every contest the data that the manifest
 * fixes? X.1 found the fault; nothing can be computed with such a ballot. */
static bool fits_shapes(const evd_run *r, const evd_ballot *b) {
  for (uint32_t i = 0; i < b->n_contests; i++) {
    const evd_contest_ct *c = &b->contests[i];
    const evd_shape *s = evd_shape_of(r, c->ind_c);
    if (!s)
      continue; /* X.6 */
    if (c->L != s->L || c->b != s->b)
      return false;
    for (uint32_t f = 0; f < c->n_fields && f < evd_shape_fields(s); f++)
      if (c->fields[f].range != evd_shape_range(s, f + 1))
        return false;
  }
  return true;
}

static void ballot_line(evd_run *r, evd_span line, uint64_t number,
                        void *self) {
  batch *b = self;
  evd_ballot_job *j = &b->jobs[b->n];
  evd_why why = {{0}};
  evd_where w = evd_at_line(b->path, number);
  memset(j, 0, sizeof *j);
  j->r = r;
  j->path = b->path;
  j->line = number;
  evd_err e = evd_ballot_read(&j->b, line, &r->man, &b->arena, &why);
  if (!evd_form_judge(r, e, &w, &why) ||
      (e == EVD_ERR_FORM && !fits_shapes(r, &j->b))) {
    lose(r);
    return;
  }
  if (j->b.mail) {
    count_mail(r, &j->b);
    return;
  }
  look_up(r, j);
  b->n++;
  b->line_bytes += line.n;
  if (b->n == EVD_BATCH_BALLOTS || b->line_bytes >= EVD_BATCH_LINE_BYTES)
    flush(r, b);
}

static void files(evd_run *r, batch *b) {
  for (size_t i = 0; i < r->n_ballot_files; i++) {
    b->path = r->ballot_files[i]->path;
    if (!evd_lines_each(r, r->ballot_files[i], ballot_line, b))
      lose(r);
  }
  flush(r, b);
}

void evd_ballots_run(evd_run *r) {
  batch b = {0};
  b.jobs = evd_keep(r, EVD_BATCH_BALLOTS, sizeof *b.jobs);
  if (!b.jobs)
    return;
  evd_arena_init(&b.arena, r->a->cap_bytes);
  if (r->states.lost) {
    static const char lost[] = "not every state could be read";
    evd_block(r, EVD_C6A, EVD_C7D, lost);
    evd_block(r, EVD_X9, EVD_X9, lost);
  }
  if (r->opened.lost) {
    static const char lost[] = "not every opening could be read";
    evd_block(r, EVD_C13A, EVD_C14F, lost);
    evd_block(r, EVD_X13, EVD_X13, lost);
  }
  files(r, &b);
  evd_arena_close(&b.arena);
}
