/* Verifications 6 and 7, X.2, X.7 and X.8 of many ballots at once, where hints
 * allow it (egds/batch.h, doc/hints.md).
 *
 * A ballot is proven here if its hints open, that is if every hash and every
 * scalar is right, and if it then is in a test of products that holds. What is
 * not proven is left to the checks one by one: a batch accuses nobody.
 */
#include "verify/batch.h"

enum { CHUNK = 8 }; /* hints read at a time */

/* ---- a ballot ---- */

/* Only what a prover would make can be batched; the rest is looked at one by
 * one, where every fault has its code. */
static bool fits(const evd_run *r, const evd_ballot *b) {
  for (uint32_t i = 0; i < b->n_contests; i++) {
    const evd_contest_ct *c = &b->contests[i];
    const evd_shape *s = evd_shape_of(r, c->ind_c);
    if (!s || c->n_fields != evd_shape_fields(s) || c->L != s->L ||
        c->b != s->b)
      return false;
    for (uint32_t f = 0; f < c->n_fields; f++)
      if (c->fields[f].range != evd_shape_range(s, f + 1))
        return false;
  }
  return b->n_contests > 0;
}

static bool read_hints(const evd_batching *b, evd_batch_entry *t) {
  evd_p hints[CHUNK];
  for (size_t i = 0; i < t->n; i += CHUNK) {
    size_t n = t->n - i < CHUNK ? t->n - i : CHUNK;
    if (!evd_hints_get(&b->hints, t->hints_at + i * EVD_P_BYTES, hints, n))
      return false;
    for (size_t j = 0; j < n; j++)
      if (!evd_zp_raw_from_bytes(&b->x[t->at + i + j], &hints[j]))
        return false;
  }
  return true;
}

static void open_job(void *self, size_t i) {
  evd_batching *b = self;
  evd_batch_entry *t = &b->entry[i];
  const evd_run *r = t->job->r;
  t->good = read_hints(b, t) &&
            evd_batch_open_var(r->G, &t->job->b, r->shapes, b->x + t->at);
}

/* ---- a test of products ---- */

/* Every lane has scratch of its own and takes every so-manieth part. */
static void part_job(void *self, size_t lane) {
  evd_batching *b = self;
  evd_zp *work = b->work + lane * EVD_BATCH_WORK_MAX;
  for (uint32_t i = (uint32_t)lane; i < b->n_parts; i += b->lanes)
    evd_batch_test_part_var(b->test, i, work);
}

/* Do the good ones of entries from..to hold together? The numbers rho and
 * sigma are drawn here: after ballots and hints are in memory. */
static bool holds(evd_run *r, evd_batching *b, size_t from, size_t to) {
  const size_t first = b->entry[from].at;
  const size_t n = b->entry[to - 1].at + b->entry[to - 1].n - first;
  if (b->draw(b->random, n * EVD_BATCH_RANDOM_BYTES) != EVD_OK)
    return false;
  evd_batch_test_init(b->test, r->G, b->x + first, b->e, b->s, n);
  for (size_t i = from; i < to; i++) {
    const evd_batch_entry *t = &b->entry[i];
    if (t->good)
      evd_batch_test_add(b->test, t->at - first, &t->job->b, r->shapes,
                         b->random + (t->at - first) * EVD_BATCH_RANDOM_BYTES);
  }
  b->n_parts = evd_batch_test_plan(b->test, EVD_BATCH_WORK_MAX);
  evd_run_jobs(r, part_job, b, b->lanes);
  return evd_batch_test_holds_var(b->test);
}

static size_t count_good(const evd_batching *b, size_t from, size_t to) {
  size_t n = 0;
  for (size_t i = from; i < to; i++)
    n += b->entry[i].good;
  return n;
}

/* Halves what does not hold, and leaves a few to the checks one by one. */
static void prove(evd_run *r, evd_batching *b) {
  size_t end[64]; /* of the ranges still to do, the next one on top */
  size_t from = 0, depth = 0;
  end[depth++] = b->n;
  while (depth > 0) {
    size_t to = end[depth - 1], n = count_good(b, from, to);
    if (n >= EVD_BATCH_LEAST && !holds(r, b, from, to)) {
      end[depth++] = from + (to - from) / 2;
      continue;
    }
    for (size_t i = from; n >= EVD_BATCH_LEAST && i < to; i++)
      b->entry[i].job->proven = b->entry[i].good;
    from = to;
    depth--;
  }
}

/* ---- all of a flush ---- */

static void settle(evd_run *r, evd_batching *b) {
  if (b->n == 0)
    return;
  evd_run_jobs(r, open_job, b, b->n);
  prove(r, b);
  for (size_t i = 0; i < b->n; i++) {
    r->rep->hinted.in_batches += b->entry[i].job->proven;
    r->rep->hinted.unfit += !b->entry[i].job->proven;
  }
  b->n = b->n_values = 0;
}

static void add(evd_run *r, evd_batching *b, evd_ballot_job *j) {
  uint64_t n = evd_batch_values(&j->b), at = 0;
  if (!fits(r, &j->b) || n > EVD_BATCH_VALUES) {
    r->rep->hinted.unfit++;
    return;
  }
  if (!evd_hints_find(&b->hints, &j->b.id_B, n, &at)) {
    r->rep->hinted.without++;
    return;
  }
  if (b->n_values + n > EVD_BATCH_VALUES)
    settle(r, b);
  b->entry[b->n++] = (evd_batch_entry){j, at, b->n_values, (size_t)n, false};
  b->n_values += (size_t)n;
}

void evd_v06_batch(evd_run *r, evd_ballot_job jobs[], size_t n) {
  evd_batching *b = r->batching;
  for (size_t i = 0; b && i < n; i++) {
    if (!jobs[i].usable || jobs[i].known || jobs[i].b.mail ||
        jobs[i].trouble != EVD_OK)
      continue;
    if (b->n == EVD_HINTED_BALLOTS)
      settle(r, b);
    add(r, b, &jobs[i]);
  }
  if (b)
    settle(r, b);
}
