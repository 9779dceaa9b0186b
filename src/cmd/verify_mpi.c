/* evident-mpi verify: shards on many machines, put together on one.
 *
 * Rank 0 hands out the numbers of shards, takes in their parts, keeps each in
 * a file that appears when it is whole, and merges. The other ranks verify one
 * shard after the other over a copy of the record. A rank that dies takes the
 * job with it: no verdict; a second run with the same folder of parts goes on
 * with those that are there. One rank alone does all in turn. */
#include <mpi.h>
#include <stdio.h>
#include <string.h>

#include "cmd/help.h"
#include "cmd/verifying.h"
#include "host/mem.h"
#include "host/place.h"
#include "verify/merge.h"

#define ARENA_BYTES_MAX ((size_t)64 << 20)
#define CHUNK_BYTES ((size_t)1 << 20)

static const char verb[] = "verify";
static const char usage[] =
    "verify RECORD --parts DIR"
    "\n  --parts DIR            where rank 0 keeps the parts; those that are"
    "\n                         there from a run that broke off are not made "
    "anew"
    "\n  --shards N             how many; default: one per rank but the first"
    "\n  --stage STAGE          ceremony, closed or final (default)"
    "\n  --format FORMAT        text (default) or json"
    "\n  --jobs N               threads of each rank; default: one per "
    "processor"
    "\n  --tmp DIR              as with `evident verify`";

/* Messages to rank 0: ready for a shard; bytes of its part; its end (one int,
 * the error). To the others: a number of a shard, 0 for none. */
enum { TAG_READY, TAG_BYTES, TAG_END, TAG_SHARD };

typedef struct {
  const char *dir, *parts, *shards, *format;
  evd_verifying_words words;
  evd_verify_how how;
  uint32_t n_jobs, n_shards;
  int rank, n_ranks;
  evd_arena arena; /* of paths */
} cluster;

/* ---- one shard ---- */

typedef evd_err put_fn(void *self, const void *p, size_t n);

static evd_err run_shard(const cluster *c, uint32_t i, put_fn *put,
                         void *self) {
  evd_verify_how how = c->how;
  evd_verified v;
  how.shard = (evd_shard){i, c->n_shards};
  how.put = put;
  how.put_self = self;
  evd_err e = evd_verifying_run(&v, c->dir, how, c->n_jobs, c->words.tmp);
  evd_verifying_close(&v);
  return e;
}

/* Bytes on their way to rank 0, in larger pieces than they are made in. */
typedef struct {
  size_t n;
  uint8_t bytes[CHUNK_BYTES];
} sender;

static evd_err send_chunk(sender *s) {
  const int n = (int)s->n;
  s->n = 0;
  if (n == 0 ||
      MPI_Send(s->bytes, n, MPI_BYTE, 0, TAG_BYTES, MPI_COMM_WORLD) == 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_IO, "%s: cannot send to rank 0", verb);
}

static evd_err put_chunk(void *self, const void *p, size_t n) {
  sender *s = self;
  const uint8_t *from = p;
  while (n > 0) {
    size_t room = CHUNK_BYTES - s->n, now = n < room ? n : room;
    memcpy(s->bytes + s->n, from, now);
    s->n += now;
    from += now;
    n -= now;
    if (s->n == CHUNK_BYTES)
      EVD_TRY(send_chunk(s));
  }
  return EVD_OK;
}

/* ---- the other ranks ---- */

static evd_err work_with(const cluster *c, sender *s) {
  for (;;) {
    int shard = 0, end = 0;
    MPI_Send(NULL, 0, MPI_BYTE, 0, TAG_READY, MPI_COMM_WORLD);
    MPI_Recv(&shard, 1, MPI_INT, 0, TAG_SHARD, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    if (shard == 0)
      return EVD_OK;
    s->n = 0;
    evd_err e = run_shard(c, (uint32_t)shard, put_chunk, s);
    if (e == EVD_OK)
      e = send_chunk(s);
    end = (int)e;
    MPI_Send(&end, 1, MPI_INT, 0, TAG_END, MPI_COMM_WORLD);
    EVD_TRY(e);
  }
}

static evd_err work(const cluster *c) {
  sender *s = evd_mem_get(sizeof *s);
  if (!s)
    return evd_complain(EVD_ERR_SPACE, "%s: no memory", verb);
  evd_err e = work_with(c, s);
  evd_mem_free(s);
  return e;
}

/* ---- rank 0 ---- */

typedef struct {
  cluster *c;
  uint32_t next;  /* shard to be handed out, if its part is not there */
  int n_working;  /* ranks that were not told to stop */
  evd_out **out;  /* per rank: the part that comes in */
  uint8_t *bytes; /* one message */
} desk;

static const char *part_path(cluster *c, uint32_t i) {
  return evd_path(&c->arena, "%s/part_%u_of_%u.jsonl", c->parts, i,
                  c->n_shards);
}

/* The next shard without a part; 0: none is left. */
static uint32_t next_shard(desk *d) {
  while (d->next <= d->c->n_shards && evd_file_exists(part_path(d->c, d->next)))
    d->next++;
  return d->next <= d->c->n_shards ? d->next++ : 0;
}

static evd_err hand_out(desk *d, int rank) {
  int shard = (int)next_shard(d);
  if (shard == 0)
    d->n_working--;
  else
    EVD_TRY(evd_out_open(&d->out[rank], part_path(d->c, (uint32_t)shard), 0644,
                         EVD_NEW));
  MPI_Send(&shard, 1, MPI_INT, rank, TAG_SHARD, MPI_COMM_WORLD);
  return EVD_OK;
}

static evd_err finish(desk *d, int rank) {
  int end = 0;
  MPI_Recv(&end, 1, MPI_INT, rank, TAG_END, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  evd_out *out = d->out[rank];
  d->out[rank] = NULL;
  if (end == EVD_OK)
    return evd_out_commit(out);
  evd_out_abandon(out);
  return evd_complain((evd_err)end, "%s: rank %d could not finish its shard",
                      verb, rank);
}

static evd_err answer(desk *d) {
  MPI_Status s;
  int n = 0;
  MPI_Probe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &s);
  if (s.MPI_TAG == TAG_END)
    return finish(d, s.MPI_SOURCE);
  MPI_Get_count(&s, MPI_BYTE, &n);
  if (n < 0 || (size_t)n > CHUNK_BYTES)
    return evd_complain(EVD_ERR_IO, "%s: a message of rank %d is too long",
                        verb, s.MPI_SOURCE);
  MPI_Recv(d->bytes, n, MPI_BYTE, s.MPI_SOURCE, s.MPI_TAG, MPI_COMM_WORLD,
           MPI_STATUS_IGNORE);
  if (s.MPI_TAG == TAG_READY)
    return hand_out(d, s.MPI_SOURCE);
  return evd_out_add(d->out[s.MPI_SOURCE], d->bytes, (size_t)n);
}

static evd_err preside(cluster *c) {
  desk d = {.c = c, .next = 1, .n_working = c->n_ranks - 1};
  d.out = evd_arena_get(&c->arena, (size_t)c->n_ranks, sizeof(evd_out *));
  d.bytes = evd_arena_get(&c->arena, CHUNK_BYTES, 1);
  if (!d.out || !d.bytes)
    return evd_complain(EVD_ERR_SPACE, "%s: no memory", verb);
  evd_err e = EVD_OK;
  while (e == EVD_OK && d.n_working > 0)
    e = answer(&d);
  for (int i = 0; i < c->n_ranks; i++)
    evd_out_abandon(d.out[i]);
  return e;
}

static evd_err put_file(void *self, const void *p, size_t n) {
  return evd_out_add(self, p, n);
}

/* One rank alone: all shards in turn. */
static evd_err do_alone(cluster *c) {
  desk d = {.c = c, .next = 1};
  for (uint32_t i = next_shard(&d); i != 0; i = next_shard(&d)) {
    evd_out *out = NULL;
    EVD_TRY(evd_out_open(&out, part_path(c, i), 0644, EVD_NEW));
    evd_err e = run_shard(c, i, put_file, out);
    if (e != EVD_OK) {
      evd_out_abandon(out);
      return e;
    }
    EVD_TRY(evd_out_commit(out));
  }
  return EVD_OK;
}

static evd_err merge(cluster *c) {
  static char name[] = "verify merge", option[] = "--format", tmp[] = "--tmp";
  char **argv = evd_arena_get(&c->arena, (size_t)c->n_shards + 6, sizeof *argv);
  int n = 0;
  if (!argv)
    return evd_complain(EVD_ERR_SPACE, "%s: no memory", verb);
  argv[n++] = name;
  if (c->format) {
    argv[n++] = option;
    argv[n++] = (char *)(uintptr_t)c->format;
  }
  if (c->words.tmp) {
    argv[n++] = tmp;
    argv[n++] = (char *)(uintptr_t)c->words.tmp;
  }
  for (uint32_t i = 1; i <= c->n_shards; i++)
    argv[n++] = (char *)(uintptr_t)part_path(c, i);
  return evd_cmd_verify_merge(n, argv);
}

static evd_err lead(cluster *c) {
  EVD_TRY(evd_dir_make(c->parts, 0755));
  EVD_TRY(c->n_ranks > 1 ? preside(c) : do_alone(c));
  return merge(c);
}

/* ---- the program ---- */

static evd_err read_verb(cluster *c, int argc, char **argv) {
  const evd_option_row rows[] = {
      EVD_OPT("parts", c->parts), EVD_OPT("shards", c->shards),
      EVD_OPT("format", c->format), EVD_OPT_VERIFYING(c->words), EVD_OPT_END};
  uint64_t n = c->n_ranks > 1 ? (uint64_t)c->n_ranks - 1 : 1;
  bool json;
  EVD_TRY(evd_args(argc, argv, rows, &c->dir, 1, "RECORD"));
  EVD_TRY(evd_verifying_read(&c->how, &c->n_jobs, verb, &c->words));
  EVD_TRY(evd_verifying_format(verb, c->format, &json));
  EVD_TRY(evd_arg_needed(verb, "parts", c->parts));
  if (evd_path_inside(c->parts, c->dir))
    return evd_complain(EVD_ERR_USAGE,
                        "--parts %s must not lie in the record, which would "
                        "have files too many",
                        c->parts);
  if (c->shards)
    EVD_TRY(evd_arg_number("--shards", c->shards, 1, EVD_PARTS_MAX, &n));
  c->n_shards = (uint32_t)n;
  return EVD_OK;
}

static evd_err read_words(cluster *c, int argc, char **argv) {
  static char name[] = "verify";
  if (argc < 2 || strcmp(argv[1], name) != 0)
    return evd_complain(EVD_ERR_USAGE, "evident-mpi: expected `verify` (see "
                                       "`evident-mpi --help`)");
  argv[1] = name;
  return read_verb(c, argc - 1, argv + 1);
}

static evd_err run(cluster *c, int argc, char **argv) {
  int bad = EVD_OK;
  MPI_Comm_rank(MPI_COMM_WORLD, &c->rank);
  MPI_Comm_size(MPI_COMM_WORLD, &c->n_ranks);
  if (evd_help_wanted(argc, argv)) {
    if (c->rank == 0)
      evd_help_print("evident-mpi", "check a record on many machines", usage);
    return EVD_OK;
  }
  if (c->rank == 0) /* one complaint for all */
    bad = (int)read_words(c, argc, argv);
  MPI_Bcast(&bad, 1, MPI_INT, 0, MPI_COMM_WORLD);
  if (bad != EVD_OK)
    return (evd_err)bad;
  if (c->rank == 0)
    return lead(c);
  EVD_TRY(read_words(c, argc, argv));
  return work(c);
}

int main(int argc, char **argv) {
  cluster c = {.rank = 0};
  int level = 0;
  evd_host_json();
  if (MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &level) != MPI_SUCCESS)
    return evd_err_exit(EVD_ERR_IO);
  evd_arena_init(&c.arena, ARENA_BYTES_MAX);
  evd_err e = run(&c, argc, argv);
  evd_arena_close(&c.arena);
  /* A verdict is the end of a job that went well; after any other error the
   * others may wait for this rank for ever. */
  if (e != EVD_OK && e != EVD_ERR_FAIL && e != EVD_ERR_INCOMPLETE)
    MPI_Abort(MPI_COMM_WORLD, evd_err_exit(e));
  MPI_Finalize();
  return evd_err_exit(e);
}
