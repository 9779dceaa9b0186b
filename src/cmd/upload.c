/* evident upload: the ballots of a device into the log, in the order of its
 * chain, each followed by what became of it; DEVICE open before, DEVICE close
 * after them.
 *
 * An entry with the same body that is in the log already is answered with its
 * receipt, so an upload that broke off is simply done again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/act.h"
#include "cmd/ballots.h"
#include "cmd/key_file.h"
#include "host/lines.h"
#include "record/chain.h"

#define MIB ((size_t)1024 * 1024)
/* Well below what a board takes at once. */
#define REQUEST_BYTES (32 * MIB)
#define LISTED_MAX ((size_t)1 << 20)

static const char verb[] = "upload";
enum { OPEN = 1, CLOSE = 2 };

typedef struct {
  const char *record, *device_text, *key, *poll_worker, *challenged, *spoiled;
  bool open, close;
  evd_act_words act;
} options;

/* Confirmation codes, ascending. */
typedef struct {
  evd_h32 *codes;
  size_t n;
} code_list;

typedef struct {
  options opt;
  evd_head head;
  evd_look look;
  evd_act act;
  code_list challenged, spoiled;
  evd_h32 last; /* code of the last ballot */
  evd_vault *v;
  uint8_t *seed, *poll_seed; /* poll_seed: NULL without its key */
  uint32_t device, n_items;
  uint64_t n_ballots, n_entries;
  evd_arena arena;
  evd_buf items;
} uploader;

static evd_err read_options(options *o, int argc, char **argv) {
  const evd_option_row rows[] = {EVD_OPT("device", o->device_text),
                                 EVD_OPT("key", o->key),
                                 EVD_OPT("poll-worker-key", o->poll_worker),
                                 EVD_OPT("challenged", o->challenged),
                                 EVD_OPT("spoiled", o->spoiled),
                                 EVD_OPT_FLAG("open", o->open),
                                 EVD_OPT_FLAG("close", o->close),
                                 EVD_OPT("board", o->act.board),
                                 EVD_OPT("policy", o->act.policy),
                                 EVD_OPT("wait", o->act.wait),
                                 EVD_OPT_OPENS(o->act.secrets),
                                 EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &o->record, 1, "RECORD"));
  EVD_TRY(evd_arg_needed(verb, "device", o->device_text));
  EVD_TRY(evd_arg_needed(verb, "key", o->key));
  if ((o->open || o->close) && !o->poll_worker)
    return evd_usage(verb, "--open and --close want --poll-worker-key");
  return EVD_OK;
}

/* ---- what is not cast ---- */

static int by_code(const void *x, const void *y) {
  return memcmp(x, y, sizeof(evd_h32));
}

static evd_err add_codes(code_list *l, evd_lines *in) {
  for (;;) {
    evd_span line;
    bool more = false;
    EVD_TRY(evd_lines_next(in, &line, &more));
    if (!more)
      return EVD_OK;
    if (l->n == LISTED_MAX)
      return evd_complain(EVD_ERR_SPACE, "%s: too many codes", in->path);
    if (!evd_hex_h32(&l->codes[l->n++], (const char *)line.p, line.n))
      return evd_complain(EVD_ERR_PARSE,
                          "%s:%llu:1: expected a confirmation code, 64 hex "
                          "digits",
                          in->path, (unsigned long long)in->number);
  }
}

static evd_err read_codes(uploader *x, code_list *l, const char *path) {
  evd_lines in;
  if (!path)
    return EVD_OK;
  l->codes = evd_arena_get(&x->arena, LISTED_MAX, sizeof *l->codes);
  if (!l->codes)
    return evd_complain(EVD_ERR_SPACE, "%s: no memory", verb);
  evd_err e = evd_lines_open(&in, path, 4096);
  if (e == EVD_OK)
    e = add_codes(l, &in);
  evd_lines_close(&in);
  if (e == EVD_OK && l->n > 1)
    qsort(l->codes, l->n, sizeof *l->codes, by_code);
  return e;
}

static bool is_listed(const code_list *l, const evd_h32 *code) {
  return l->n > 0 && bsearch(code, l->codes, l->n, sizeof *code, by_code);
}

/* ---- requests ---- */

static evd_err flush(uploader *x) {
  if (x->n_items == 0)
    return EVD_OK;
  if (!evd_buf_ok(&x->items))
    return evd_complain(EVD_ERR_SPACE, "%s: no memory", verb);
  EVD_TRY(evd_act_post(&x->act, (evd_span){x->items.p, x->items.n}, NULL));
  x->n_entries += x->n_items;
  x->n_items = 0;
  evd_buf_reset(&x->items);
  return EVD_OK;
}

static evd_err put(uploader *x, const evd_entry *e, const evd_span *object,
                   const uint8_t *second) {
  evd_draft d;
  evd_err err = evd_draft_make(&d, e, object, object ? 1 : 0);
  if (err == EVD_OK)
    err = evd_draft_sign(&d, &x->act.frame, x->seed, x->opt.key);
  if (err == EVD_OK && second)
    err = evd_draft_sign(&d, &x->act.frame, second, x->opt.poll_worker);
  if (err == EVD_OK) {
    evd_draft_item(&x->items, &d);
    x->n_items++;
  }
  evd_draft_close(&d);
  return err;
}

static evd_entry entry_of(const uploader *x, evd_entry_type type) {
  return (evd_entry){.type = type, .slot = evd_look_slot(&x->look)};
}

/* ---- ballots ---- */

/* As with `evident close`: every ballot that is not listed is cast. */
static evd_err put_choice(uploader *x, const evd_ballot *b) {
  evd_entry e = entry_of(x, EVD_ENTRY_CAST);
  if (is_listed(&x->challenged, &b->H_C)) {
    e.type = EVD_ENTRY_CHALLENGE;
    e.challenge.H_C = b->H_C;
  } else if (is_listed(&x->spoiled, &b->H_C)) {
    e.type = EVD_ENTRY_SPOIL;
    e.spoil.H_C = b->H_C;
  } else {
    e.cast.H_C = b->H_C;
    e.cast.seq = 1;
  }
  return put(x, &e, NULL, NULL);
}

static evd_err put_ballot(uploader *x, const evd_ballot *b, evd_span line) {
  evd_entry e = entry_of(x, EVD_ENTRY_BALLOT);
  e.ballot.id_B = b->id_B;
  e.ballot.H_C = b->H_C;
  e.ballot.object = evd_object_name("ballot", line);
  e.ballot.style = b->style;
  e.ballot.weight = b->weight;
  e.ballot.device = b->device;
  e.ballot.position = (uint32_t)b->position;
  EVD_TRY(put(x, &e, &line, NULL));
  return put_choice(x, b);
}

static evd_err take_line(void *self, evd_span line, const char *where) {
  uploader *x = self;
  evd_ballot b;
  evd_why why = {""};
  evd_arena_point mark = evd_arena_mark(&x->arena);
  evd_err e = evd_ballot_read(&b, line, &x->head.man, &x->arena, &why);
  if (e != EVD_OK)
    e = evd_complain(e, "%s: %s", where, why.text);
  else if (b.device == x->device) {
    /* a ballot and its choice go together */
    if (x->n_items + 3 > EVD_SUBMIT_ITEMS_MAX ||
        x->items.n + line.n > REQUEST_BYTES)
      e = flush(x);
    if (e == EVD_OK)
      e = put_ballot(x, &b, line);
    x->n_ballots += e == EVD_OK;
    x->last = b.H_C;
  }
  evd_arena_back(&x->arena, mark);
  return e;
}

/* ---- DEVICE ---- */

static void chain_of(const uploader *x, evd_entry *e) {
  evd_group G;
  evd_h32 link;
  const evd_device *d = &x->head.man.devices[x->device - 1];
  evd_group_init(&G, evd_host_kernel());
  e->device.device = x->device;
  evd_chain_start(&G, d, &x->head.keys.H_E, &e->device.H_DI, &link);
  if (d->chaining == 1)
    e->device.H_0 = link;
}

static evd_err put_open(uploader *x) {
  evd_entry e = entry_of(x, EVD_ENTRY_DEVICE);
  e.device.op = OPEN;
  chain_of(x, &e);
  return put(x, &e, NULL, x->poll_seed);
}

/* [eq 77] for a chain that has ballots. */
static evd_err put_close(uploader *x) {
  evd_entry e = entry_of(x, EVD_ENTRY_DEVICE);
  const evd_device *d = &x->head.man.devices[x->device - 1];
  e.device.op = CLOSE;
  e.device.device = x->device;
  e.device.count = (uint32_t)x->n_ballots;
  if (x->n_ballots > 0)
    e.device.H_last = x->last;
  if (d->chaining == 1 && x->n_ballots > 0) {
    evd_device_close c;
    evd_group G;
    evd_h32 link;
    evd_group_init(&G, evd_host_kernel());
    evd_chain_start(&G, d, &x->head.keys.H_E, &c.H_DI, &link);
    evd_chain_close(&G, d, &x->head.keys.H_E, &x->last, &c);
    e.device.H_close = c.H_close;
  }
  return put(x, &e, NULL, x->poll_seed);
}

/* ---- together ---- */

static evd_err open_keys(uploader *x) {
  evd_note_key pub;
  EVD_TRY(evd_key_file_vault(&x->v, verb, &x->opt.act.secrets));
  EVD_TRY(evd_key_file_seed(&x->seed, &pub, x->opt.key, x->v));
  if (x->opt.poll_worker)
    EVD_TRY(evd_key_file_seed(&x->poll_seed, &pub, x->opt.poll_worker, x->v));
  return EVD_OK;
}

static evd_err prepare(uploader *x) {
  uint64_t d = 0;
  EVD_TRY(evd_head_open(&x->head, x->opt.record, EVD_HEAD_KEYS));
  EVD_TRY(evd_arg_number("--device", x->opt.device_text, 1,
                         x->head.man.n_devices, &d));
  x->device = (uint32_t)d;
  if (evd_str_is(x->head.man.devices[d - 1].mode, "remote"))
    return evd_usage(verb,
                     "device %u is remote: its voters use `evident submit`",
                     x->device);
  EVD_TRY(read_codes(x, &x->challenged, x->opt.challenged));
  EVD_TRY(read_codes(x, &x->spoiled, x->opt.spoiled));
  EVD_TRY(
      evd_act_look(&x->act, &x->look, verb, &x->opt.act, EVD_LOOK_UNTIL_OPEN));
  if (memcmp(&x->look.H_E, &x->head.keys.H_E, sizeof x->look.H_E) != 0)
    return evd_complain(EVD_ERR_REFUSED,
                        "%s is the log of another election than %s",
                        x->look.where, x->opt.record);
  if (!x->look.rules.open)
    return evd_complain(EVD_ERR_WAIT, "%s: the election is not open yet",
                        x->look.where);
  return open_keys(x);
}

static evd_err run(uploader *x) {
  EVD_TRY(prepare(x));
  if (x->opt.open)
    EVD_TRY(put_open(x));
  EVD_TRY(evd_ballot_lines_walk(&x->head, NULL, take_line, x));
  if (x->opt.close)
    EVD_TRY(put_close(x));
  EVD_TRY(flush(x));
  printf("%llu ballots of device %u stand in the log (%llu entries).\n",
         (unsigned long long)x->n_ballots, x->device,
         (unsigned long long)x->n_entries);
  return EVD_OK;
}

evd_err evd_cmd_upload(int argc, char **argv) {
  uploader x;
  memset(&x, 0, sizeof x);
  EVD_TRY(read_options(&x.opt, argc, argv));
  evd_arena_init(&x.arena, 1024 * MIB);
  evd_buf_init(&x.items, EVD_SUBMIT_BYTES_MAX);
  evd_err e = run(&x);
  evd_secret_free(x.seed);
  evd_secret_free(x.poll_seed);
  if (x.v)
    evd_vault_close(x.v);
  evd_buf_close(&x.items);
  evd_look_close(&x.look);
  evd_head_close(&x.head);
  evd_arena_close(&x.arena);
  return e;
}
