/* The keeper of a log: how fast it takes entries for good, starts again, and is
 * checked.
 *
 *   bench_board [--db WHERE] [--entries N] [--files DIR] [--disk DIR]
 *
 * prints JSON. The database lies in --disk (default: $TMPDIR or /tmp) or at
 * --db; the public files in --files (default: the same), for what they cost is
 * not what is asked here. The limit is the same disk's: rows of 200 bytes with
 * a unique key that SQLite takes with the same settings, in turns with ours, in
 * a table that has as many rows as the log has ballots when both begin.
 * Entries are CASTs of ballots that are there; "checked" counts the verifying
 * of their signatures, which `check` processes have done before when `seq`
 * does it again.
 */
#include <ftw.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../test/unit/log_kit.h"

#include "board/checkpoint.h"
#include "board/note.h"
#include "board/proof.h"
#include "host/board_dir.h"
#include "host/host.h"
#include "host/signer.h"
#include "serve/fsck.h"
#include "serve/log_run.h"
#include "verify/logcheck_run.h"

enum {
  BATCHES = 3,
  ROUNDS = 3,
  FIRST_CALLS = 200,
  ROW = 200,
  LOAD = 4096,
  LEFT = 1000,
  SIGNED = 8192 /* entries of a log whose signatures are verified */
};
static const uint32_t batches[BATCHES] = {1, 32, 256};

typedef struct {
  const char *db, *files, *disk;
  char dir[300], log_db[300], raw_db[300];
  uint64_t entries;
  uint64_t ballots, cast; /* so far */
} options;
static options o;
static election x;

static double clock_of(clockid_t which) {
  struct timespec t;
  clock_gettime(which, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double now(void) { return clock_of(CLOCK_MONOTONIC); }

/* Rates by the clock on the wall, and by the processor's time: what else runs
 * on the machine and the disk's waiting are in the first alone. */
typedef struct {
  double wall, cpu;
} rate;

static void start(rate *r) {
  r->wall -= now();
  r->cpu -= clock_of(CLOCK_PROCESS_CPUTIME_ID);
}

static void stop(rate *r) {
  r->wall += now();
  r->cpu += clock_of(CLOCK_PROCESS_CPUTIME_ID);
}

static void best(rate *of, rate spent, double n) {
  if (n / spent.wall > of->wall)
    of->wall = n / spent.wall;
  if (n / spent.cpu > of->cpu)
    of->cpu = n / spent.cpu;
}

static void must(bool holds, const char *what) {
  if (holds)
    return;
  fprintf(stderr, "bench_board: %s\n", what);
  exit(3);
}

/* ---- the limit ---- */

static sqlite3 *raw;
static sqlite3_stmt *insert;
static uint64_t raw_rows;

static void sql(const char *text) {
  must(sqlite3_exec(raw, text, NULL, NULL, NULL) == SQLITE_OK, text);
}

static void raw_open(void) {
  must(sqlite3_open(o.raw_db, &raw) == SQLITE_OK, o.raw_db);
  sql("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
      "PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"
      "CREATE TABLE t (i INTEGER PRIMARY KEY, k BLOB UNIQUE, v BLOB) STRICT");
  must(sqlite3_prepare_v2(raw, "INSERT INTO t VALUES (?1, ?2, ?3)", -1, &insert,
                          NULL) == SQLITE_OK,
       "insert");
}

static void raw_batch(uint32_t n) {
  uint8_t row[ROW] = {0};
  evd_h32 key;
  sql("BEGIN IMMEDIATE");
  for (uint32_t i = 0; i < n; i++, raw_rows++) {
    evd_leaf_hash(&key, &raw_rows, sizeof raw_rows);
    (void)sqlite3_reset(insert);
    (void)sqlite3_bind_int64(insert, 1, (int64_t)raw_rows);
    (void)sqlite3_bind_blob(insert, 2, key.b, sizeof key.b, SQLITE_STATIC);
    (void)sqlite3_bind_blob(insert, 3, row, sizeof row, SQLITE_STATIC);
    must(sqlite3_step(insert) == SQLITE_DONE, "row");
  }
  sql("COMMIT");
}

/* ---- ours ---- */

static evd_log *open_log(void) {
  evd_log *log = NULL;
  evd_log_plan plan = {.dir = o.dir,
                       .where = o.db ? o.db : o.log_db,
                       .origin = ORIGIN,
                       .make = true};
  must(evd_log_open(&log, &plan) == EVD_OK, "open");
  return log;
}

static void take(evd_log *log, evd_log_item *items, uint32_t n) {
  static evd_log_result r[LOAD];
  must(evd_log_take(log, items, n, r) == EVD_OK, "take");
  for (uint32_t i = 0; i < n; i++)
    must(r[i].fate == EVD_LOG_TAKEN, r[i].what);
}

static void publish(evd_log *log) {
  static const uint8_t seed[32] = {9};
  uint8_t sig[64];
  evd_h32 pub;
  evd_note_key key;
  evd_log_head head;
  evd_buf b;
  must(evd_log_files(log) == EVD_OK, "files");
  evd_log_head_get(log, &head);
  evd_signer_public(&pub, seed);
  must(evd_note_key_make(&key, span_of(ORIGIN), EVD_NOTE_ED25519, &pub) ==
           EVD_OK,
       "key");
  evd_buf_init(&b, EVD_NOTE_BYTES_MAX);
  evd_checkpoint_write(&b, span_of(ORIGIN), &head);
  evd_signer_sign(sig, seed, (evd_span){b.p, b.n});
  evd_buf_text(&b, "\n");
  evd_note_sig_write(&b, &key, sig, sizeof sig);
  must(evd_log_publish(log, (evd_span){b.p, b.n}) == EVD_OK, "publish");
  evd_buf_close(&b);
}

/* Ballots to be cast, or to make the log large. */
static void load(evd_log *log, uint64_t n, bool cast) {
  static evd_log_item items[LOAD];
  log->rules.signatures_hold = true;
  for (uint64_t done = 0; done < n;) {
    evd_arena_point mark = evd_arena_mark(&x.arena);
    uint32_t k = 0;
    for (; k < LOAD && done < n; k++, done++) {
      uint64_t number = cast ? o.cast++ : o.ballots++;
      items[k] =
          cast ? item_cast(&x, 2, number) : item_ballot(&x, 2, number, 0);
      items[k].request = 0;
    }
    take(log, items, k);
    evd_arena_back(&x.arena, mark);
  }
  log->rules.signatures_hold = false;
}

static void cast_batches(evd_log *log, uint32_t n, uint32_t calls, rate *of) {
  static evd_log_item items[256];
  rate spent = {0, 0};
  for (uint32_t c = 0; c < calls; c++) {
    evd_arena_point mark = evd_arena_mark(&x.arena);
    for (uint32_t i = 0; i < n; i++) {
      items[i] = item_cast(&x, 2, o.cast++);
      items[i].request = i;
    }
    start(&spent);
    take(log, items, n);
    stop(&spent);
    evd_arena_back(&x.arena, mark);
  }
  best(of, spent, (double)n * calls);
}

static void raw_batches(uint32_t n, uint32_t calls, rate *of) {
  rate spent = {0, 0};
  start(&spent);
  for (uint32_t c = 0; c < calls; c++)
    raw_batch(n);
  stop(&spent);
  best(of, spent, (double)n * calls);
}

/* The best of some rounds of each, in turns. */
static void measure_appends(evd_log *log) {
  printf("\"appends_per_s\":[");
  for (int b = 0; b < BATCHES; b++) {
    rate limit = {0, 0}, ours = {0, 0}, checked = {0, 0};
    uint32_t n = batches[b], calls = n == 256 ? 20 : FIRST_CALLS;
    for (int round = 0; round < ROUNDS; round++) {
      raw_batches(n, calls, &limit);
      log->rules.signatures_hold = true;
      cast_batches(log, n, calls, &ours);
      log->rules.signatures_hold = false;
      cast_batches(log, n, calls, &checked);
    }
    printf("%s{\"batch\":%u,\"raw\":%.0f,\"log\":%.0f,\"checked\":%.0f,"
           "\"ratio\":%.2f,\"raw_cpu\":%.0f,\"log_cpu\":%.0f,"
           "\"checked_cpu\":%.0f,\"ratio_cpu\":%.2f}",
           b ? "," : "", n, limit.wall, ours.wall, checked.wall,
           ours.wall / limit.wall, limit.cpu, ours.cpu, checked.cpu,
           ours.cpu / limit.cpu);
    fflush(stdout);
  }
  printf("],");
}

static uint64_t appends_needed(void) {
  uint64_t n = 0;
  for (int b = 0; b < BATCHES; b++)
    n += 2ull * ROUNDS * batches[b] *
         (batches[b] == 256 ? 20u : (unsigned)FIRST_CALLS);
  return n;
}

/* ---- a large log ---- */

static double receipt_check(evd_log *log) {
  enum { N = 200 };
  evd_receipt r;
  evd_checkpoint c;
  evd_note_why why;
  evd_arena a;
  evd_buf b;
  double spent = 0;
  evd_arena_init(&a, 1 << 20);
  evd_buf_init(&b, 1 << 20);
  for (uint64_t i = 0; i < N; i++) {
    evd_arena_point mark = evd_arena_mark(&a);
    evd_buf_reset(&b);
    must(evd_log_receipt(log, i * 17, &b) == EVD_OK, "receipt");
    double t = now();
    must(evd_receipt_read(&r, (evd_span){b.p, b.n}, &a, &why) == EVD_OK &&
             evd_checkpoint_read(&c, r.checkpoint, &why) == EVD_OK &&
             evd_receipt_check(&r, &c.head) == EVD_OK,
         "receipt check");
    spent += now() - t;
    evd_arena_back(&a, mark);
  }
  evd_buf_close(&b);
  evd_arena_close(&a);
  return spent / N;
}

static void make_large(evd_log *log) {
  evd_log_head head;
  evd_log_head_get(log, &head);
  uint64_t more = o.entries > head.size ? o.entries - head.size : 0;
  load(log, more / 2, false);
  load(log, o.ballots - o.cast < more / 2 ? o.ballots - o.cast : more / 2,
       true);
  publish(log);
  rate tick = {0, 0};
  start(&tick);
  publish(log);
  stop(&tick);
  printf("\"idle_tick_s\":%.4f,\"receipt_check_s\":%.6f,", tick.wall,
         receipt_check(log));
  load(log, LEFT, false); /* in the database, and in no file yet */
}

/* In a process that is killed with the log open. */
static void fill_and_die(void) {
  evd_log_item items[32];
  election_open(&x);
  raw_open();
  evd_log *log = open_log();
  take(log, items, items_until_open(&x, items));
  load(log, appends_needed(), false);
  while (raw_rows < o.ballots)
    raw_batch(LOAD);
  printf("{\"database\":\"%s\",", o.db ? "PostgreSQL" : "SQLite");
  measure_appends(log);
  make_large(log);
  (void)fflush(stdout);
  (void)raise(SIGKILL);
}

static void fill(void) {
  int status = 0;
  pid_t pid = fork();
  must(pid >= 0, "fork");
  if (pid == 0)
    fill_and_die();
  must(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
           WTERMSIG(status) == SIGKILL,
       "the log was not made");
}

static void measure_restart(void) {
  evd_log_head head;
  rate restart = {0, 0};
  if (o.db)
    sleep(1); /* until the server knows that the holder is gone */
  start(&restart);
  evd_log *log = open_log();
  stop(&restart);
  must(evd_log_files(log) == EVD_OK, "files");
  evd_log_head_get(log, &head);
  printf("\"entries\":%llu,\"restart_s\":%.2f,\"restart_cpu_s\":%.2f,",
         (unsigned long long)head.size, restart.wall, restart.cpu);
  (void)fflush(stdout);
  evd_log_close(log);
}

/* ---- the log check ---- */

/* What `evident verify` does of a log: L.1 to L.10 but for the record that it
 * shows. Signatures of the first entries are verified, on all threads, which
 * says what they cost; from there on they count as good. */
typedef struct {
  evd_logcheck *l;
  uint64_t n_signed, size;
  rate with, without; /* signatures */
} log_check;

static void trust(void *self, uint64_t entries, uint64_t size) {
  log_check *c = self;
  if (c->n_signed > 0 || entries < SIGNED)
    return;
  stop(&c->with);
  c->n_signed = entries;
  c->size = size;
  c->l->rules.signatures_hold = true;
  start(&c->without);
}

/* The ballots of the kit are none: L.7 says so of each. */
static void check_log(log_check *c, const evd_pool *pool, const char *dir) {
  evd_board_files files;
  evd_scratch scratch;
  evd_report r = {.verdict = EVD_VERDICT_INCOMPLETE};
  evd_arena a;
  evd_arena_init(&a, (size_t)1 << 30);
  must(evd_board_dir_open(&files, dir) == EVD_OK &&
           evd_scratch_dir_open(&scratch, o.disk) == EVD_OK,
       "no board");
  const evd_logcheck_how how = {.files = &files,
                                .kernel = evd_host_kernel(),
                                .scratch = &scratch,
                                .pool = pool,
                                .side_by_side = true,
                                .policy = span_of("quorum none\n"),
                                .max_age = EVD_LOG_AGE_SECONDS,
                                .progress = trust,
                                .progress_self = c};
  start(&c->with);
  must(evd_logcheck_open(&c->l, &how, &a) == EVD_OK, "log check");
  stop(&c->without);
  must(evd_logcheck_end(c->l, &r) == EVD_OK && c->n_signed > 0, "log check");
  for (int i = EVD_L2_AT; i <= EVD_L5_AT; i++)
    must(i == EVD_L3_AT || r.checks[i].status == EVD_PASS,
         r.checks[i].n_kept ? r.checks[i].kept[0].where : r.checks[i].remark);
  evd_logcheck_close(c->l);
  evd_board_dir_close(&files);
  evd_scratch_dir_close(&scratch);
  evd_arena_close(&a);
}

static void measure_log_check(void) {
  char dir[320];
  evd_pool pool;
  log_check c = {.l = NULL};
  (void)snprintf(dir, sizeof dir, "%s/public", o.dir);
  must(evd_pool_open(&pool, 0) == EVD_OK, "threads");
  check_log(&c, &pool, dir);
  const double n = (double)c.n_signed,
               all = (double)c.size / ((double)c.size - n);
  printf("\"log_check_threads\":%u,\"log_check_signed_per_s\":%.0f,"
         "\"log_check_signed_per_cpu_s\":%.0f,"
         "\"log_check_unsigned_s\":%.2f,"
         "\"log_check_unsigned_cpu_s\":%.2f,",
         pool.workers, n / c.with.wall, n / c.with.cpu, c.without.wall * all,
         c.without.cpu * all);
  (void)fflush(stdout);
  evd_pool_close(&pool);
}

static void measure_fsck(void) {
  evd_fsck_plan plan = {o.dir, o.db ? o.db : o.log_db, false};
  evd_fsck_report r;
  rate check = {0, 0};
  start(&check);
  must(evd_fsck(&plan, &r) == EVD_OK, "fsck");
  stop(&check);
  printf("\"fsck_s\":%.2f,\"fsck_cpu_s\":%.2f}\n", check.wall, check.cpu);
}

/* ---- program ---- */

static int erase(const char *path, const struct stat *st, int type,
                 struct FTW *at) {
  (void)st;
  (void)type;
  (void)at;
  return remove(path);
}

static void read_options(int argc, char **argv) {
  const char *tmp = getenv("TMPDIR");
  o.disk = tmp && tmp[0] ? tmp : "/tmp";
  o.entries = 60000;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (strcmp(argv[i], "--db") == 0)
      o.db = argv[i + 1];
    else if (strcmp(argv[i], "--files") == 0)
      o.files = argv[i + 1];
    else if (strcmp(argv[i], "--disk") == 0)
      o.disk = argv[i + 1];
    else if (strcmp(argv[i], "--entries") == 0)
      o.entries = strtoull(argv[i + 1], NULL, 10);
    else
      must(false, "usage: bench_board [--db WHERE] [--entries N] [--files DIR] "
                  "[--disk DIR]");
  }
  if (!o.files)
    o.files = o.disk;
}

int main(int argc, char **argv) {
  char disk[200], files[200];
  read_options(argc, argv);
  snprintf(disk, sizeof disk, "%s/evident-bench-XXXXXX", o.disk);
  snprintf(files, sizeof files, "%s/evident-bench-XXXXXX", o.files);
  must(mkdtemp(disk) && mkdtemp(files), "no folder");
  snprintf(o.dir, sizeof o.dir, "%s", files);
  snprintf(o.log_db, sizeof o.log_db, "%s/log.db", disk);
  snprintf(o.raw_db, sizeof o.raw_db, "%s/raw.db", disk);
  evd_host_json();
  fill();
  measure_restart();
  measure_log_check();
  measure_fsck();
  (void)nftw(disk, erase, 16, FTW_DEPTH | FTW_PHYS);
  (void)nftw(files, erase, 16, FTW_DEPTH | FTW_PHYS);
  return 0;
}
