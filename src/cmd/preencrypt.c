/* evident preencrypt: blank ballots for the mail, every choice of them
 * encrypted before anybody chooses.
 *
 * Three things come of it: lines of the record, which say nothing about
 * options; the nonces, sealed, for the recording tool; and sheets to print,
 * which say which code is which option. The sheets and the nonces are named
 * before the lines: a ballot of the record that nobody can record would be
 * worse than a sheet that has to be thrown away. */
#include <stdio.h>
#include <string.h>

#include "cmd/args.h"
#include "cmd/device_log.h"
#include "cmd/preencrypt_batch.h"
#include "cmd/secret_files.h"
#include "cmd/secret_options.h"
#include "cmd/sheet_data.h"
#include "host/place.h"
#include "record/chain.h"

#define MIB ((size_t)1024 * 1024)
#define COUNT_MAX 100000

static const char verb[] = "preencrypt";

typedef struct {
  const char *dir, *device, *style, *count, *out, *slot, *jobs;
  bool append;
  evd_secret_words words;
} options;

typedef struct {
  options opt;
  evd_head head;
  evd_secret_options secret;
  evd_vault *vault;
  evd_pool pool;
  evd_host_group *group;
  evd_arena arena; /* SECRET among other things: closed, it is wiped */
  evd_device_log log;
  evd_pre_batch batch;
  evd_mail_batch secrets;
  evd_out *sheet;
  evd_buf text;
  const char *data_path, *pdf_path;
  char program[4096], name[64];
  uint32_t count;
  uint64_t tries;
} preencryptor;

static evd_err read_options(options *o, int argc, char **argv) {
  const evd_option_row rows[] = {EVD_OPT("device", o->device),
                                 EVD_OPT("style", o->style),
                                 EVD_OPT("count", o->count),
                                 EVD_OPT("out", o->out),
                                 EVD_OPT("slot", o->slot),
                                 EVD_OPT("jobs", o->jobs),
                                 EVD_OPT_FLAG("append", o->append),
                                 EVD_OPT_SECRETS(o->words),
                                 EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &o->dir, 1, "RECORD"));
  EVD_TRY(evd_arg_needed(verb, "device", o->device));
  EVD_TRY(evd_arg_needed(verb, "style", o->style));
  EVD_TRY(evd_arg_needed(verb, "count", o->count));
  return evd_arg_needed(verb, "out", o->out);
}

/* ---- before anything is made ---- */

static evd_err choose(preencryptor *x) {
  const evd_manifest *m = &x->head.man;
  uint64_t style = 0, count = 0;
  EVD_TRY(evd_device_choose(&x->log, &x->head, x->opt.device, x->opt.slot));
  if (!evd_device_is_mail(x->log.dev))
    return evd_usage(verb, "device %u is of mode %.*s, not mail", x->log.device,
                     (int)x->log.dev->mode.n, (const char *)x->log.dev->mode.p);
  EVD_TRY(evd_arg_number("--style", x->opt.style, 1, m->n_styles, &style));
  EVD_TRY(evd_arg_number("--count", x->opt.count, 1, COUNT_MAX, &count));
  x->batch.style = (uint32_t)style;
  x->count = (uint32_t)count;
  return evd_pre_style_check(m, x->batch.style, &x->arena);
}

static evd_err prepare(preencryptor *x) {
  uint64_t jobs = 0;
  if (x->opt.jobs)
    EVD_TRY(evd_arg_number("--jobs", x->opt.jobs, 1, 256, &jobs));
  EVD_TRY(evd_head_open(&x->head, x->opt.dir, EVD_HEAD_KEYS));
  EVD_TRY(evd_keep_outside(&x->head, "out", x->opt.out));
  EVD_TRY(evd_refuse_closed(&x->head));
  EVD_TRY(choose(x));
  EVD_TRY(
      evd_secret_options_read(&x->secret, verb, &x->opt.words, &x->head.man));
  EVD_TRY(evd_sheet_program(x->program));
  EVD_TRY(evd_pool_open(&x->pool, (uint32_t)jobs));
  EVD_TRY(
      evd_host_group_open(&x->group, &x->head.keys.K, &x->head.keys.K_hat,
                          EVD_TAB_G | EVD_TAB_K | EVD_TAB_K_HAT | EVD_TAB_SEC));
  EVD_TRY(evd_device_log_open(&x->log, evd_host_group_get(x->group),
                              x->opt.append));
  x->batch.head = &x->head;
  x->batch.G = evd_host_group_get(x->group);
  x->batch.pool = &x->pool;
  return evd_pre_batch_open(&x->batch, &x->arena);
}

static evd_err refuse_existing(preencryptor *x) {
  const char *sealed = evd_path(&x->arena, "%s/%s", x->opt.out, x->name);
  const char *const paths[] = {sealed, evd_path(&x->arena, "%s.sealed", sealed),
                               x->data_path, x->pdf_path};
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
    if (evd_file_exists(paths[i]))
      return evd_complain(EVD_ERR_EXISTS,
                          "%s is there already and is not overwritten",
                          paths[i]);
  return EVD_OK;
}

/* The private folder, its files named after the first ballot. */
static evd_err open_private(preencryptor *x) {
  uint32_t first = (uint32_t)x->log.n_old + 1, d = x->log.device;
  x->secrets =
      (evd_mail_batch){.H_E = x->head.keys.H_E, .device = d, .first = first};
  x->secrets.ballots =
      evd_arena_get(&x->arena, x->count, sizeof *x->secrets.ballots);
  if (!x->secrets.ballots)
    return evd_complain(EVD_ERR_SPACE, "%s: out of memory", verb);
  evd_mail_batch_name(x->name, d, first);
  x->data_path =
      evd_path(&x->arena, "%s/sheets_%u_%u.txt", x->opt.out, d, first);
  x->pdf_path =
      evd_path(&x->arena, "%s/sheets_%u_%u.pdf", x->opt.out, d, first);
  EVD_TRY(evd_dir_make(x->opt.out, 0700));
  EVD_TRY(refuse_existing(x));
  EVD_TRY(evd_secret_vault(&x->vault, &x->secret, true));
  return evd_out_open(&x->sheet, x->data_path, 0600, EVD_NEW);
}

/* ---- ballots ---- */

static evd_err add_sheet_text(preencryptor *x) {
  if (!evd_buf_ok(&x->text))
    return evd_complain(EVD_ERR_SPACE, "%s: out of memory", verb);
  evd_err e = evd_out_add(x->sheet, x->text.p, x->text.n);
  evd_buf_reset(&x->text);
  return e;
}

static evd_err take(preencryptor *x, evd_pre_slot *s) {
  if (s->result != EVD_OK)
    return evd_complain(s->result, "ballot %u cannot be made: %s",
                        x->secrets.n + 1, evd_err_text(s->result));
  EVD_TRY(evd_device_log_add(&x->log, &s->ballot, x->log.path));
  x->secrets.ballots[x->secrets.n++] =
      (evd_mail_secret){s->ballot.id_B, s->xi_B};
  x->tries += s->tries;
  evd_sheet_ballot(&x->text, &x->head.man, &x->batch, s,
                   x->log.n_old + x->secrets.n);
  evd_progress_line("Pre-encrypting", x->secrets.n, x->count);
  return add_sheet_text(x);
}

static evd_err make_all(preencryptor *x) {
  evd_sheet_begin(&x->text, &x->head.man);
  while (x->secrets.n < x->count) {
    evd_pre_batch_make(&x->batch, x->count - x->secrets.n);
    for (uint32_t i = 0; i < x->batch.n_filled; i++)
      EVD_TRY(take(x, &x->batch.slots[i]));
  }
  evd_progress_line(NULL, 0, 0);
  evd_sheet_end(&x->text);
  return add_sheet_text(x);
}

/* ---- naming what was made ---- */

/* The lines for the printing program are gone when this returns. */
static evd_err print_sheets(preencryptor *x) {
  evd_err e = evd_out_commit(x->sheet);
  x->sheet = NULL;
  EVD_TRY(e);
  e = evd_sheet_print(x->program, x->data_path, x->pdf_path);
  evd_err erased = evd_file_erase(x->data_path);
  return e == EVD_OK ? erased : e;
}

static evd_err seal_secrets(preencryptor *x) {
  evd_buf json;
  evd_buf_init(&json, 64 * MIB);
  evd_mail_batch_write(&json, &x->secrets);
  evd_err e = evd_buf_ok(&json) ? evd_vault_write(x->vault, x->opt.out, x->name,
                                                  json.p, json.n, EVD_NEW)
                                : EVD_ERR_SPACE;
  evd_buf_close(&json);
  return e;
}

static evd_err name_all(preencryptor *x) {
  EVD_TRY(print_sheets(x));
  EVD_TRY(seal_secrets(x));
  evd_err e = evd_device_log_commit(&x->log);
  if (e != EVD_OK && evd_vault_erase(x->vault, x->opt.out, x->name))
    return EVD_ERR_IO;
  return e;
}

/* What was named before a failure is taken back: without lines in the record
 * the sheets are worth nothing and still secret. */
static evd_err commit(preencryptor *x) {
  const char *const secret[] = {x->data_path, x->pdf_path};
  evd_err e = name_all(x);
  for (size_t i = 0; i < 2 && e != EVD_OK; i++)
    if (evd_file_exists(secret[i]) && evd_file_erase(secret[i]) != EVD_OK)
      return EVD_ERR_IO;
  return e;
}

static void tell(const preencryptor *x) {
  printf("%u pre-encrypted ballot%s of style %u (%.*s) written to %s\n",
         x->count, x->count == 1 ? "" : "s", x->batch.style,
         (int)x->head.man.styles[x->batch.style - 1].label.n,
         (const char *)x->head.man.styles[x->batch.style - 1].label.p,
         x->log.path);
  if (x->tries > x->count)
    printf("%llu more were thrown away, as two of their short codes were the "
           "same\n",
           (unsigned long long)(x->tries - x->count));
  printf("To be printed: %s. Whoever reads it can tell votes from codes: hand "
         "it to nobody but the voters.\n",
         x->pdf_path);
  printf("For `evident record-mail`: --secret %s\n", x->opt.out);
}

static evd_err run(preencryptor *x) {
  EVD_TRY(prepare(x));
  EVD_TRY(open_private(x));
  EVD_TRY(make_all(x));
  EVD_TRY(commit(x));
  tell(x);
  return EVD_OK;
}

static void close_all(preencryptor *x) {
  evd_out_abandon(x->sheet);
  evd_device_log_close(&x->log);
  evd_vault_close(x->vault);
  evd_pre_batch_close(&x->batch);
  evd_host_group_close(x->group);
  evd_pool_close(&x->pool);
  evd_buf_close(&x->text);
  evd_head_close(&x->head);
  evd_arena_close(&x->arena);
}

evd_err evd_cmd_preencrypt(int argc, char **argv) {
  preencryptor x = {.sheet = NULL};
  int hold = -1;
  EVD_TRY(read_options(&x.opt, argc, argv));
  EVD_TRY(evd_dir_hold(&hold, x.opt.dir));
  evd_arena_init(&x.arena, 1024 * MIB);
  evd_buf_init(&x.text, 64 * MIB);
  evd_err e = run(&x);
  close_all(&x);
  evd_dir_let_go(hold);
  return e;
}
