/* evident record-mail: what voters sent back becomes cast ballots.
 *
 * Everything returned is judged before anything is made, and mail_cast.jsonl
 * appears whole or stays as it was. */
#include "cmd/record_mail.h"

#include <stdio.h>
#include <string.h>

#include "cmd/args.h"
#include "cmd/device_log.h"
#include "cmd/mail_lines.h"
#include "host/place.h"

#define MIB ((size_t)1024 * 1024)
#define ROW_BYTES_MAX (1024 * MIB)
#define FOLDERS_MAX 32

static const char verb[] = "record-mail";

typedef struct {
  const char *dir, *in, *jobs;
  const char *secret[FOLDERS_MAX];
  uint32_t n_secret;
  evd_secret_words words;
} options;

typedef struct {
  options opt;
  evd_head head;
  evd_secret_options secret;
  evd_arena arena;
  evd_returns returns;
  evd_vault *vault;
  evd_pool pool;
  evd_host_group *group;
  evd_out *out;
  size_t next; /* row of by_id to be written */
  size_t made; /* rows of by_id that are made */
  uint64_t n_old;
} recorder;

static evd_err read_options(options *o, int argc, char **argv) {
  const evd_option_row rows[] = {
      EVD_OPT("in", o->in), EVD_OPT("jobs", o->jobs),
      EVD_OPT_LIST("secret", o->secret, FOLDERS_MAX, o->n_secret),
      EVD_OPT_SECRETS(o->words), EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &o->dir, 1, "RECORD"));
  EVD_TRY(evd_arg_needed(verb, "in", o->in));
  return evd_arg_needed(verb, "secret", o->secret[0]);
}

static evd_err prepare(recorder *x) {
  uint64_t jobs = 0;
  if (x->opt.jobs)
    EVD_TRY(evd_arg_number("--jobs", x->opt.jobs, 1, 256, &jobs));
  EVD_TRY(evd_head_open(&x->head, x->opt.dir, EVD_HEAD_KEYS));
  EVD_TRY(evd_keep_outside(&x->head, "in", x->opt.in));
  for (uint32_t i = 0; i < x->opt.n_secret; i++)
    EVD_TRY(evd_keep_outside(&x->head, "secret", x->opt.secret[i]));
  EVD_TRY(evd_refuse_closed(&x->head));
  EVD_TRY(
      evd_secret_options_read(&x->secret, verb, &x->opt.words, &x->head.man));
  return evd_pool_open(&x->pool, (uint32_t)jobs);
}

static evd_err open_secrets(recorder *x) {
  EVD_TRY(evd_secret_vault(&x->vault, &x->secret, false));
  EVD_TRY(
      evd_returns_open(&x->returns, x->vault, x->opt.secret, x->opt.n_secret));
  return evd_host_group_open(&x->group, &x->head.keys.K, &x->head.keys.K_hat,
                             EVD_TAB_G | EVD_TAB_K | EVD_TAB_SEC);
}

/* ---- making, some at a time ---- */

static void job(void *self, size_t index) {
  recorder *x = self;
  evd_return_row *row = x->returns.by_id[x->made + index];
  evd_arena_init(&row->arena, ROW_BYTES_MAX);
  evd_return_make(&x->returns, evd_host_group_get(x->group), row);
}

static evd_err check_row(const recorder *x, const evd_return_row *row) {
  const char *why = evd_err_text(row->result);
  if (row->result == EVD_OK)
    return EVD_OK;
  if (row->result == EVD_ERR_COMMIT)
    why = "its nonce does not give the hashes of the record";
  return evd_complain(row->result, "%s:%llu: not recorded: %s", x->returns.path,
                      (unsigned long long)row->line, why);
}

/* Makes the next rows; those made before are written. */
static evd_err make_more(recorder *x) {
  evd_returns *r = &x->returns;
  size_t n = r->n - x->made, most = 4 * (size_t)x->pool.workers;
  if (n > most)
    n = most;
  x->pool.run(x->pool.self, job, x, n);
  for (size_t i = 0; i < n; i++)
    EVD_TRY(check_row(x, r->by_id[x->made + i]));
  x->made += n;
  evd_progress_line("Recording", x->made, r->n);
  return EVD_OK;
}

static evd_err write_next(recorder *x) {
  if (x->next == x->made)
    EVD_TRY(make_more(x));
  evd_return_row *row = x->returns.by_id[x->next++];
  evd_err e = evd_out_add(x->out, row->text.p, row->text.n);
  evd_arena_close(&row->arena);
  return e;
}

/* ---- merging: ascending id_B ---- */

static evd_err write_old(void *self, const evd_mail_cast *c, evd_span text,
                         const char *where) {
  recorder *x = self;
  const evd_returns *r = &x->returns;
  (void)where;
  while (x->next < r->n &&
         memcmp(&r->by_id[x->next]->id_B, &c->id_B, sizeof c->id_B) < 0)
    EVD_TRY(write_next(x));
  x->n_old++;
  EVD_TRY(evd_out_add(x->out, text.p, text.n));
  return evd_out_add(x->out, "\n", 1);
}

static evd_err write_all(recorder *x) {
  const char *path =
      evd_path(&x->head.arena, "%s/mail_cast.jsonl", x->head.dir);
  EVD_TRY(evd_out_open(&x->out, path, 0644,
                       evd_file_exists(path) ? EVD_REPLACE : EVD_NEW));
  EVD_TRY(evd_mail_cast_walk(&x->head, write_old, x));
  while (x->next < x->returns.n)
    EVD_TRY(write_next(x));
  evd_out *out = x->out;
  x->out = NULL;
  return evd_out_commit(out);
}

/* ---- together ---- */

static evd_err run(recorder *x) {
  EVD_TRY(prepare(x));
  x->returns =
      (evd_returns){.head = &x->head, .path = x->opt.in, .arena = &x->arena};
  EVD_TRY(evd_returns_read(&x->returns));
  EVD_TRY(evd_returns_judge(&x->returns));
  EVD_TRY(open_secrets(x));
  evd_err e = write_all(x);
  evd_progress_line(NULL, 0, 0);
  if (e != EVD_OK)
    return e;
  const unsigned long long all = x->n_old + x->returns.n;
  printf("%zu returned ballot%s recorded, checked and written to "
         "%s/mail_cast.jsonl, which holds %llu\n",
         x->returns.n, x->returns.n == 1 ? "" : "s", x->head.dir, all);
  return EVD_OK;
}

static void close_all(recorder *x) {
  evd_out_abandon(x->out);
  for (size_t i = 0; i < x->returns.n; i++)
    evd_arena_close(&x->returns.rows[i].arena);
  evd_vault_close(x->vault);
  evd_host_group_close(x->group);
  evd_pool_close(&x->pool);
  evd_head_close(&x->head);
  evd_arena_close(&x->arena);
}

evd_err evd_cmd_record_mail(int argc, char **argv) {
  recorder x = {.out = NULL};
  int hold = -1;
  EVD_TRY(read_options(&x.opt, argc, argv));
  EVD_TRY(evd_dir_hold(&hold, x.opt.dir));
  evd_arena_init(&x.arena, 4096 * MIB);
  evd_err e = run(&x);
  close_all(&x);
  evd_dir_let_go(hold);
  return e;
}
