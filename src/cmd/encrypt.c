/* evident encrypt: plain ballots become sealed ones on one device.
 *
 * The keys are checked first (C09). A first pass over the input finds every
 * fault of form before anything is encrypted; the file of ballots and the
 * receipts appear whole or not at all. */
#include "cmd/encrypt_batch.h"

#include <stdio.h>
#include <string.h>

#include "cmd/args.h"
#include "cmd/credentials.h"
#include "cmd/csv.h"
#include "cmd/device_log.h"
#include "cmd/plain.h"
#include "host/place.h"
#include "record/chain.h"

#define MIB ((size_t)1024 * 1024)
#define SLOT_BYTES_MAX (256 * MIB)

static const char verb[] = "encrypt";

typedef struct {
  const char *dir, *device, *in, *receipts, *jobs, *slot, *credentials;
  bool append;
} options;

typedef struct {
  options opt;
  evd_head head;
  evd_pool pool;
  evd_host_group *group;
  const evd_group *G;
  evd_arena arena;
  evd_credentials credentials;
  evd_plain_file in;
  evd_device_log log;
  evd_out *receipts;
  evd_buf receipt;
  uint64_t n_in, n_done;
} encryptor;

/* ---- the command line ---- */

static evd_err read_options(options *o, int argc, char **argv) {
  const evd_option_row rows[] = {
      EVD_OPT("device", o->device),      EVD_OPT("in", o->in),
      EVD_OPT("receipts", o->receipts),  EVD_OPT("jobs", o->jobs),
      EVD_OPT("slot", o->slot),          EVD_OPT("credentials", o->credentials),
      EVD_OPT_FLAG("append", o->append), EVD_OPT_END};
  const char *words[1];
  EVD_TRY(evd_args(argc, argv, rows, words, 1, "RECORD"));
  o->dir = words[0];
  EVD_TRY(evd_arg_needed(verb, "device", o->device));
  return evd_arg_needed(verb, "in", o->in);
}

static evd_err check_places(const options *o, const evd_head *head) {
  EVD_TRY(evd_keep_outside(head, "in", o->in));
  EVD_TRY(evd_keep_outside(head, "receipts", o->receipts));
  EVD_TRY(evd_keep_outside(head, "credentials", o->credentials));
  if (o->receipts && evd_file_exists(o->receipts))
    return evd_complain(EVD_ERR_EXISTS,
                        "%s is there already and is not overwritten",
                        o->receipts);
  return EVD_OK;
}

/* ---- what is encrypted for ---- */

static evd_err choose_device(encryptor *x) {
  EVD_TRY(evd_device_choose(&x->log, &x->head, x->opt.device, x->opt.slot));
  const evd_device_log *d = &x->log;
  bool remote = evd_str_is(d->dev->mode, "remote");
  if (evd_device_is_mail(d->dev))
    return evd_usage(verb,
                     "device %u is for mail ballots, which `evident "
                     "preencrypt` makes",
                     d->device);
  if (remote && !x->opt.credentials)
    return evd_usage(verb,
                     "device %u is remote: its ballots are bound to the "
                     "voters' credentials; give --credentials FILE",
                     d->device);
  if (!remote && x->opt.credentials)
    return evd_usage(verb,
                     "--credentials is for remote devices; device %u is "
                     "%.*s",
                     d->device, (int)d->dev->mode.n,
                     (const char *)d->dev->mode.p);
  if (!remote)
    return EVD_OK;
  return evd_credentials_read(&x->credentials, x->opt.credentials, &x->arena);
}

/* ---- the input ---- */

static evd_err find_credential(encryptor *x, const evd_plain *p,
                               evd_h32 *credential) {
  const evd_h32 *found;
  if (!x->opt.credentials)
    return EVD_OK;
  found = evd_credentials_find(&x->credentials, p->serial);
  if (!found)
    return evd_complain(
        EVD_ERR_RULE, "%s:%llu:1: the serial `%.*s` has no credential in %s",
        x->in.lines.path, (unsigned long long)x->in.number, (int)p->serial.n,
        (const char *)p->serial.p, x->opt.credentials);
  *credential = *found;
  return EVD_OK;
}

static evd_err scan_next(encryptor *x, evd_arena *a, bool *more) {
  evd_plain p;
  evd_h32 credential;
  evd_arena_point mark = evd_arena_mark(a);
  evd_err e = evd_plain_next(&x->in, &p, more, a);
  if (e == EVD_OK && *more)
    e = find_credential(x, &p, &credential);
  if (e == EVD_OK && *more)
    x->n_in++;
  evd_arena_back(a, mark);
  return e;
}

/* Reads all of the input once; what can be read only once is not. */
static evd_err scan_input(encryptor *x) {
  evd_arena a;
  bool more = true;
  evd_arena_init(&a, SLOT_BYTES_MAX);
  evd_err e = evd_plain_open(&x->in, x->opt.in, &x->head.man);
  bool twice = e == EVD_OK && x->in.lines.again;
  while (twice && e == EVD_OK && more)
    e = scan_next(x, &a, &more);
  if (twice)
    evd_plain_close(&x->in);
  evd_arena_close(&a);
  if (e == EVD_OK && twice && x->n_in == 0)
    return evd_complain(EVD_ERR_PARSE, "%s: expected at least one ballot",
                        x->opt.in);
  return e == EVD_OK && twice ? evd_plain_open(&x->in, x->opt.in, &x->head.man)
                              : e;
}

static evd_err fill(encryptor *x, evd_batch *b) {
  bool more = true;
  evd_batch_reset(b);
  while (b->n_filled < b->n_slots) {
    evd_batch_slot *s = &b->slots[b->n_filled];
    EVD_TRY(evd_plain_next(&x->in, &s->plain, &more, &s->arena));
    if (!more)
      break;
    s->line = x->in.number;
    EVD_TRY(find_credential(x, &s->plain, &s->credential));
    b->n_filled++;
  }
  return EVD_OK;
}

/* ---- the output ---- */

static evd_err write_receipt(encryptor *x, const evd_batch_slot *s) {
  char id[65], code[65];
  if (!x->receipts)
    return EVD_OK;
  evd_hex_text(id, &s->ballot.id_B);
  evd_hex_text(code, &s->ballot.H_C);
  evd_buf_reset(&x->receipt);
  evd_csv_quote(&x->receipt, s->plain.serial);
  evd_buf_text(&x->receipt, ",");
  evd_buf_text(&x->receipt, id);
  evd_buf_text(&x->receipt, ",");
  evd_buf_text(&x->receipt, code);
  evd_buf_text(&x->receipt, "\n");
  return evd_out_add(x->receipts, x->receipt.p, x->receipt.n);
}

static evd_err seal(encryptor *x, evd_batch_slot *s) {
  evd_ballot *b = &s->ballot;
  char where[1024];
  (void)snprintf(where, sizeof where, "%s:%llu", x->opt.in,
                 (unsigned long long)s->line);
  b->style = s->plain.style;
  b->weight = s->plain.weight;
  EVD_TRY(evd_device_log_add(&x->log, b, where));
  EVD_TRY(write_receipt(x, s));
  x->n_done++;
  evd_progress_line("Encrypting", x->n_done, x->n_in);
  return EVD_OK;
}

static evd_err encrypt_all(encryptor *x, evd_batch *b) {
  for (;;) {
    EVD_TRY(fill(x, b));
    if (b->n_filled == 0)
      break;
    evd_batch_encrypt(b);
    for (uint32_t i = 0; i < b->n_filled; i++) {
      if (b->slots[i].result != EVD_OK)
        return evd_complain(b->slots[i].result, "%s:%llu:1: not encrypted: %s",
                            x->opt.in, (unsigned long long)b->slots[i].line,
                            evd_err_text(b->slots[i].result));
      EVD_TRY(seal(x, &b->slots[i]));
    }
  }
  evd_progress_line(NULL, 0, 0);
  if (x->n_done > 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_PARSE, "%s: expected at least one ballot",
                      x->opt.in);
}

static evd_err open_out(encryptor *x) {
  EVD_TRY(evd_device_log_open(&x->log, x->G, x->opt.append));
  if (!x->opt.receipts)
    return EVD_OK;
  EVD_TRY(evd_out_open(&x->receipts, x->opt.receipts, 0600, EVD_NEW));
  static const char header[] = "serial,id_B,H_C\n";
  return evd_out_add(x->receipts, header, sizeof header - 1);
}

/* Receipts first: a ballot that nobody got a receipt for would be worse than
 * a receipt that has to be taken back. */
static evd_err commit(encryptor *x) {
  evd_err e = EVD_OK;
  if (x->receipts)
    e = evd_out_commit(x->receipts);
  bool receipts = x->receipts && e == EVD_OK;
  x->receipts = NULL;
  if (e != EVD_OK)
    return e;
  e = evd_device_log_commit(&x->log);
  if (e != EVD_OK && receipts && evd_file_erase(x->opt.receipts) != EVD_OK)
    return EVD_ERR_IO;
  return e;
}

/* ---- together ---- */

static evd_err run_batches(encryptor *x) {
  evd_batch b = {.head = &x->head,
                 .G = x->G,
                 .pool = &x->pool,
                 .remote = x->opt.credentials != NULL};
  evd_err e =
      evd_batch_open(&b, x->pool.workers * 4, SLOT_BYTES_MAX, &x->arena);
  if (e != EVD_OK)
    return evd_complain(e, "%s: %s", verb, evd_err_text(e));
  e = encrypt_all(x, &b);
  evd_batch_close(&b);
  return e;
}

static evd_err open_group(encryptor *x) {
  uint64_t jobs = 0;
  if (x->opt.jobs)
    EVD_TRY(evd_arg_number("--jobs", x->opt.jobs, 1, 256, &jobs));
  EVD_TRY(evd_pool_open(&x->pool, (uint32_t)jobs));
  EVD_TRY(
      evd_host_group_open(&x->group, &x->head.keys.K, &x->head.keys.K_hat,
                          EVD_TAB_G | EVD_TAB_K | EVD_TAB_K_HAT | EVD_TAB_SEC));
  x->G = evd_host_group_get(x->group);
  return EVD_OK;
}

static evd_err run(encryptor *x) {
  EVD_TRY(evd_head_open(&x->head, x->opt.dir, EVD_HEAD_KEYS));
  EVD_TRY(check_places(&x->opt, &x->head));
  EVD_TRY(evd_refuse_closed(&x->head));
  EVD_TRY(choose_device(x));
  EVD_TRY(scan_input(x));
  EVD_TRY(open_group(x));
  EVD_TRY(open_out(x));
  EVD_TRY(run_batches(x));
  EVD_TRY(commit(x));
  printf("%llu ballot%s encrypted by device %u (%.*s), checked and written to "
         "%s\n",
         (unsigned long long)x->n_done, x->n_done == 1 ? "" : "s",
         x->log.device, (int)x->log.dev->label.n,
         (const char *)x->log.dev->label.p, x->log.path);
  if (x->opt.receipts)
    printf("Receipts (serial, id_B, confirmation code H_C): %s\n",
           x->opt.receipts);
  return EVD_OK;
}

static void close_all(encryptor *x) {
  evd_device_log_close(&x->log);
  evd_out_abandon(x->receipts);
  evd_plain_close(&x->in);
  evd_buf_close(&x->receipt);
  evd_host_group_close(x->group);
  evd_pool_close(&x->pool);
  evd_head_close(&x->head);
  evd_arena_close(&x->arena);
}

evd_err evd_cmd_encrypt(int argc, char **argv) {
  encryptor x = {.in = {.lines = {.fd = -1}}};
  int hold = -1;
  EVD_TRY(read_options(&x.opt, argc, argv));
  EVD_TRY(evd_dir_hold(&hold, x.opt.dir));
  evd_arena_init(&x.arena, 4096 * MIB);
  evd_buf_init(&x.receipt, MIB);
  evd_err e = run(&x);
  close_all(&x);
  evd_dir_let_go(hold);
  return e;
}
