/* evident hints make: square roots of a record's elements, which let others
 * check its ballots in batches. Whoever uses them need not trust them. */
#include <stdio.h>
#include <string.h>

#include "cmd/args.h"
#include "cmd/ballots.h"
#include "cmd/verifying.h"
#include "egds/batch.h"
#include "host/place.h"
#include "record/hints.h"
#include "steps/booth.h"

#define MIB ((size_t)1024 * 1024)
#define SLOT_BYTES_MAX (512 * MIB)
#define SLOTS_A_WORKER 4u
#define JOBS_MAX 256

static const char verb[] = "hints make";

/* A line, and what becomes of it. */
typedef struct {
  evd_arena arena; /* owns what follows */
  evd_span line;
  uint64_t n; /* values; 0: the ballot could not be used */
  evd_h32 id_B;
  evd_p *hints;
} slot;

typedef struct {
  const char *dir, *path, *jobs;
  evd_head head;
  evd_pool pool;
  evd_host_group *group;
  const evd_group *G;
  evd_arena arena;
  evd_shape *shapes; /* of every contest */
  slot *slots;
  uint32_t n_slots, n_filled;
  evd_out *out;
  uint64_t n_ballots, n_skipped, n_values;
} maker;

/* ---- a ballot ---- */

static void make_one(const maker *x, slot *s) {
  evd_ballot b;
  evd_why why;
  s->n = 0;
  if (evd_ballot_read(&b, s->line, &x->head.man, &s->arena, &why) != EVD_OK ||
      b.mail || evd_ballot_misfit(&b, &x->head.man))
    return;
  uint64_t n = evd_batch_values(&b);
  s->hints =
      n <= UINT32_MAX ? evd_arena_get(&s->arena, n, sizeof(evd_p)) : NULL;
  if (!s->hints)
    return;
  evd_batch_make_var(x->G, &b, x->shapes, s->hints);
  s->id_B = b.id_B;
  s->n = n;
}

static void make_job(void *self, size_t i) {
  maker *x = self;
  make_one(x, &x->slots[i]);
}

static evd_err write_slot(maker *x, const slot *s) {
  uint8_t entry[EVD_HINTS_ENTRY_BYTES];
  x->n_skipped += s->n == 0;
  if (s->n == 0)
    return EVD_OK;
  evd_hints_entry_write(entry, &s->id_B, (uint32_t)s->n);
  EVD_TRY(evd_out_add(x->out, entry, sizeof entry));
  x->n_ballots++;
  x->n_values += s->n;
  return evd_out_add(x->out, s->hints, s->n * sizeof *s->hints);
}

/* What is in the slots, in reading order. */
static evd_err flush(maker *x) {
  evd_err e = EVD_OK;
  x->pool.run(x->pool.self, make_job, x, x->n_filled);
  for (uint32_t i = 0; i < x->n_filled; i++) {
    if (e == EVD_OK)
      e = write_slot(x, &x->slots[i]);
    evd_arena_close(&x->slots[i].arena);
  }
  x->n_filled = 0;
  return e;
}

static evd_err take_line(void *self, evd_span line, const char *where) {
  maker *x = self;
  if (x->n_filled == x->n_slots)
    EVD_TRY(flush(x));
  slot *s = &x->slots[x->n_filled];
  uint8_t *copy = evd_arena_get(&s->arena, line.n + 1, 1);
  if (!copy)
    return evd_complain(EVD_ERR_SPACE, "%s: no memory for this line", where);
  if (line.n)
    memcpy(copy, line.p, line.n);
  s->line = (evd_span){copy, line.n};
  x->n_filled++;
  return EVD_OK;
}

/* ---- together ---- */

static evd_err open_slots(maker *x) {
  const evd_manifest *m = &x->head.man;
  uint64_t jobs = 0;
  if (x->jobs)
    EVD_TRY(evd_arg_number("--jobs", x->jobs, 1, JOBS_MAX, &jobs));
  EVD_TRY(evd_pool_open(&x->pool, (uint32_t)jobs));
  EVD_TRY(evd_host_group_open(&x->group, &x->head.keys.K, NULL,
                              EVD_TAB_G | EVD_TAB_K));
  x->G = evd_host_group_get(x->group);
  x->n_slots = x->pool.workers * SLOTS_A_WORKER;
  x->slots = evd_arena_get(&x->arena, x->n_slots, sizeof *x->slots);
  x->shapes = evd_arena_get(&x->arena, m->n_contests, sizeof *x->shapes);
  if (!x->slots || !x->shapes)
    return evd_complain(EVD_ERR_SPACE, "%s: out of memory", verb);
  for (uint32_t i = 0; i < x->n_slots; i++)
    evd_arena_init(&x->slots[i].arena, SLOT_BYTES_MAX);
  for (uint32_t i = 0; i < m->n_contests; i++)
    x->shapes[i] = evd_contest_shape(m, i + 1);
  return EVD_OK;
}

static evd_err make_all(maker *x) {
  uint8_t head[EVD_HINTS_HEAD_BYTES];
  evd_hints_head_write(head);
  EVD_TRY(evd_out_open(&x->out, x->path, 0644, EVD_NEW));
  EVD_TRY(evd_out_add(x->out, head, sizeof head));
  EVD_TRY(evd_ballot_lines_walk(&x->head, "Making hints", take_line, x));
  EVD_TRY(flush(x));
  if (x->n_ballots == 0)
    return evd_complain(EVD_ERR_MISSING, "%s: no ballot to make hints for",
                        x->dir);
  evd_err e = evd_out_commit(x->out);
  x->out = NULL;
  return e;
}

/* RECORD.hints, beside the folder also where its name ends with a slash */
static const char *default_path(maker *x) {
  size_t n = strlen(x->dir);
  while (n > 1 && x->dir[n - 1] == '/')
    n--;
  return evd_path(&x->arena, "%.*s.hints", (int)n, x->dir);
}

static evd_err run(maker *x) {
  if (evd_folder_has(x->dir, "checkpoint"))
    return evd_usage(verb,
                     "%s is a log: `evident export` writes the record in "
                     "it, which has hints",
                     x->dir);
  EVD_TRY(evd_head_open(&x->head, x->dir, EVD_HEAD_KEYS));
  if (!x->path)
    x->path = default_path(x);
  if (evd_path_inside(x->path, x->dir))
    return evd_usage(verb, "hints are no part of a record: %s lies in %s",
                     x->path, x->dir);
  EVD_TRY(open_slots(x));
  EVD_TRY(make_all(x));
  printf("%llu ballot%s, %llu hints written to %s\n",
         (unsigned long long)x->n_ballots, x->n_ballots == 1 ? "" : "s",
         (unsigned long long)x->n_values, x->path);
  if (x->n_skipped > 0)
    printf("%llu could not be read and got none.\n",
           (unsigned long long)x->n_skipped);
  return EVD_OK;
}

evd_err evd_cmd_hints_make(int argc, char **argv) {
  maker x = {.n_slots = 0};
  const evd_option_row rows[] = {EVD_OPT("out", x.path),
                                 EVD_OPT("jobs", x.jobs), EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &x.dir, 1, "RECORD"));
  evd_arena_init(&x.arena, 64 * MIB);
  evd_err e = run(&x);
  for (uint32_t i = 0; x.slots && i < x.n_slots; i++)
    evd_arena_close(&x.slots[i].arena);
  evd_out_abandon(x.out);
  evd_host_group_close(x.group);
  evd_pool_close(&x.pool);
  evd_head_close(&x.head);
  evd_arena_close(&x.arena);
  return e;
}
