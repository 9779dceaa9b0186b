/* evident upload: the ballots of a device into the log, in the order of its
 * chain, each followed by what became of it; DEVICE open before, DEVICE close
 * after them. Ballots by mail stand there before anybody votes; what came back
 * follows in the order of id_B, so that nobody sees when.
 *
 * An entry with the same body that is in the log already is answered with its
 * receipt, so an upload that broke off is simply done again; with --resume only
 * what the log lacks is sent, which takes reading all of the log. */
#include <stdio.h>
#include <string.h>

#include "cmd/act.h"
#include "cmd/key_file.h"
#include "cmd/mail_lines.h"
#include "cmd/mail_opener.h"
#include "cmd/upload_there.h"
#include "record/chain.h"

#define MIB ((size_t)1024 * 1024)
/* Well below what a board takes at once, and judges in less than a minute. */
#define REQUEST_BYTES (8 * MIB)
#define FOLDERS_MAX 32

static const char verb[] = "upload";
enum { OPEN = 1, CLOSE = 2 };

typedef struct {
  const char *record, *device_text, *key, *poll_worker, *challenged, *spoiled;
  const char *secret[FOLDERS_MAX]; /* nonces of mail ballots */
  uint32_t n_secret;
  bool open, close, resume;
  evd_act_words act;
} options;

typedef struct {
  options opt;
  evd_head head;
  evd_look look;
  evd_act act;
  evd_close_index index; /* what becomes of each ballot */
  evd_h32 last;          /* code of the last ballot */
  evd_vault *v;
  evd_mail_opener opener;    /* with --secret */
  uint8_t *seed, *poll_seed; /* poll_seed: NULL without its key */
  uint32_t device, n_items;
  uint64_t n_read; /* ballots of the record, in this walk */
  uint64_t n_ballots, n_entries, n_there;
  evd_there there; /* with --resume */
  evd_arena arena;
  evd_buf items;
} uploader;

static evd_err read_options(options *o, int argc, char **argv) {
  const evd_option_row rows[] = {
      EVD_OPT("device", o->device_text),
      EVD_OPT("key", o->key),
      EVD_OPT("poll-worker-key", o->poll_worker),
      EVD_OPT("challenged", o->challenged),
      EVD_OPT_LIST("secret", o->secret, FOLDERS_MAX, o->n_secret),
      EVD_OPT("spoiled", o->spoiled),
      EVD_OPT_FLAG("open", o->open),
      EVD_OPT_FLAG("close", o->close),
      EVD_OPT_FLAG("resume", o->resume),
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

/* ---- what becomes of them ---- */

static evd_err take_row(void *self, const evd_ballot *b, const char *where) {
  uploader *x = self;
  (void)where;
  return evd_close_add(&x->index, b);
}

/* As `evident close` would say it. */
static evd_err judge_states(uploader *x) {
  evd_close_init(&x->index, &x->arena);
  EVD_TRY(evd_ballots_walk(&x->head, NULL, take_row, x));
  EVD_TRY(evd_close_sort(&x->index));
  EVD_TRY(evd_close_mail(&x->index, &x->head));
  EVD_TRY(evd_close_list(&x->index, x->opt.challenged, EVD_CHALLENGED));
  return evd_close_list(&x->index, x->opt.spoiled, EVD_SPOILED);
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

/* A ballot and what becomes of it go together. */
static evd_err make_room(uploader *x, size_t bytes) {
  const bool fits = x->n_items + 3 <= EVD_SUBMIT_ITEMS_MAX &&
                    x->items.n + bytes <= REQUEST_BYTES;
  return fits ? EVD_OK : flush(x);
}

static evd_err put(uploader *x, const evd_entry *e, const evd_span *object,
                   const uint8_t *second) {
  evd_draft d;
  evd_err err = evd_draft_make(&d, e, object, object ? 1 : 0);
  if (err == EVD_OK && evd_there_has(&x->there, &d)) {
    x->n_there++;
    evd_draft_close(&d);
    return EVD_OK;
  }
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

static evd_err put_cast(uploader *x, const evd_h32 *H_C) {
  evd_entry e = entry_of(x, EVD_ENTRY_CAST);
  e.cast.H_C = *H_C;
  e.cast.seq = 1;
  return put(x, &e, NULL, NULL);
}

/* Every ballot that is not listed is cast, but by mail. */
static evd_err put_choice(uploader *x, const evd_close_row *row) {
  evd_entry e = entry_of(x, EVD_ENTRY_SPOIL);
  if (row->mail && (!row->listed || row->state == EVD_CAST))
    return EVD_OK;
  if (row->state == EVD_CAST)
    return put_cast(x, &row->H_C);
  if (row->state == EVD_CHALLENGED) {
    e.type = EVD_ENTRY_CHALLENGE;
    e.challenge.H_C = row->H_C;
  } else {
    e.spoil.H_C = row->H_C;
  }
  return put(x, &e, NULL, NULL);
}

/* Signed by the device, which has kept the nonce. */
static evd_err put_opening(uploader *x, const evd_ballot *b) {
  evd_entry e = entry_of(x, EVD_ENTRY_OPENING);
  evd_buf line;
  evd_buf_init(&line, EVD_SUBMIT_BYTES_MAX);
  evd_err err = evd_mail_opener_line(&x->opener, b, &line);
  const evd_span text = {line.p, line.n};
  if (err == EVD_OK)
    err = make_room(x, text.n);
  if (err == EVD_OK) {
    e.opening.H_C = b->H_C;
    e.opening.object = evd_object_name("challenged", text);
    err = put(x, &e, &text, NULL);
  }
  evd_buf_close(&line);
  return err;
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
  return put(x, &e, &line, NULL);
}

static evd_err take_ballot(uploader *x, const evd_ballot *b, evd_span line,
                           const char *where) {
  const evd_close_row *row = &x->index.rows[x->n_read++];
  if (x->n_read > x->index.n ||
      memcmp(&row->H_C, &b->H_C, sizeof row->H_C) != 0)
    return evd_complain(EVD_ERR_IO, "%s: changed while it was read", where);
  if (b->device != x->device)
    return EVD_OK;
  EVD_TRY(make_room(x, line.n));
  EVD_TRY(put_ballot(x, b, line));
  x->n_ballots++;
  x->last = b->H_C;
  EVD_TRY(put_choice(x, row));
  return x->opt.n_secret && row->state == EVD_CHALLENGED ? put_opening(x, b)
                                                         : EVD_OK;
}

static evd_err take_line(void *self, evd_span line, const char *where) {
  uploader *x = self;
  evd_ballot b;
  evd_why why = {""};
  evd_arena_point mark = evd_arena_mark(&x->arena);
  evd_err e = evd_ballot_read(&b, line, &x->head.man, &x->arena, &why);
  if (e != EVD_OK)
    e = evd_complain(e, "%s: %s", where, why.text);
  else
    e = take_ballot(x, &b, line, where);
  evd_arena_back(&x->arena, mark);
  return e;
}

/* ---- what came back by mail ---- */

static evd_err take_mail(void *self, const evd_mail_cast *c, evd_span text,
                         const char *where) {
  uploader *x = self;
  evd_entry e = entry_of(x, EVD_ENTRY_MAIL_CAST);
  const evd_close_row *row = evd_close_find(&x->index, &c->id_B);
  if (!row)
    return evd_complain(EVD_ERR_IO, "%s: changed while it was read", where);
  if (row->device != x->device)
    return EVD_OK;
  e.mail_cast.H_C = row->H_C;
  e.mail_cast.object = evd_object_name("mail_cast", text);
  EVD_TRY(make_room(x, text.n));
  EVD_TRY(put(x, &e, &text, NULL));
  return put_cast(x, &row->H_C);
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
  if (x->opt.n_secret == 0)
    return EVD_OK;
  return evd_mail_opener_open(&x->opener, &x->head, &x->index, x->device, x->v,
                              x->opt.secret, x->opt.n_secret);
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
  if (x->opt.n_secret &&
      !evd_device_is_mail(&x->head.man.devices[x->device - 1]))
    return evd_usage(verb, "--secret is for devices of mode mail");
  EVD_TRY(judge_states(x));
  evd_there_init(&x->there, x->device);
  EVD_TRY(evd_act_look_at(&x->act, &x->look, verb, &x->opt.act,
                          x->opt.resume ? EVD_LOOK_ALL : EVD_LOOK_UNTIL_OPEN,
                          x->opt.resume ? evd_there_see : NULL, &x->there));
  EVD_TRY(evd_there_sort(&x->there));
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
  EVD_TRY(evd_mail_cast_walk(&x->head, take_mail, x));
  if (x->opt.close)
    EVD_TRY(put_close(x));
  EVD_TRY(flush(x));
  printf("%llu ballots of device %u stand in the log (%llu entries sent",
         (unsigned long long)x->n_ballots, x->device,
         (unsigned long long)x->n_entries);
  if (x->opt.resume)
    printf(", %llu were there", (unsigned long long)x->n_there);
  printf(").\n");
  return EVD_OK;
}

evd_err evd_cmd_upload(int argc, char **argv) {
  uploader x;
  memset(&x, 0, sizeof x);
  EVD_TRY(read_options(&x.opt, argc, argv));
  evd_arena_init(&x.arena, 16384 * MIB);
  evd_buf_init(&x.items, EVD_SUBMIT_BYTES_MAX);
  evd_err e = run(&x);
  evd_there_close(&x.there);
  evd_mail_opener_close(&x.opener);
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
