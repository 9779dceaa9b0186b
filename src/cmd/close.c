/* evident close: every ballot gets its state, every device its closing.
 *
 * Nothing is written unless everything is: states.jsonl, roll.jsonl and
 * devices.json are made beside each other and named one after the other,
 * devices.json last. */
#include <stdio.h>
#include <string.h>

#include "cmd/args.h"
#include "cmd/close_index.h"
#include "egds/hashes.h"
#include "host/place.h"
#include "record/chain.h"

#define MIB ((size_t)1024 * 1024)

static const char verb[] = "close";

typedef struct {
  uint64_t ballots;
  evd_h32 H_DI, H_0;
  evd_h32 link; /* what the next B_C has to hold */
} device_state;

typedef struct {
  const char *dir, *challenged, *spoiled, *refused, *roll_path;
  evd_head head;
  evd_group G;
  evd_arena arena;
  evd_close_index index;
  device_state *devices;
  evd_roll_line *roll;
  size_t n_roll;
  evd_buf text;
} closer;

static evd_err read_options(closer *x, int argc, char **argv) {
  const evd_option_row rows[] = {EVD_OPT("challenged", x->challenged),
                                 EVD_OPT("spoiled", x->spoiled),
                                 EVD_OPT("refused", x->refused),
                                 EVD_OPT("roll", x->roll_path), EVD_OPT_END};
  const char *words[1];
  EVD_TRY(evd_args(argc, argv, rows, words, 1, "RECORD"));
  x->dir = words[0];
  return EVD_OK;
}

static const char *in_record(closer *x, const char *name) {
  return evd_path(&x->arena, "%s/%s", x->dir, name);
}

static evd_err refuse_closed(closer *x) {
  static const char *const made[] = {"states.jsonl", "roll.jsonl",
                                     "devices.json", "tally_encrypted.json",
                                     "tally.json"};
  for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
    if (evd_file_exists(in_record(x, made[i])))
      return evd_complain(EVD_ERR_EXISTS,
                          "%s is there already: the record was closed before",
                          in_record(x, made[i]));
  return EVD_OK;
}

/* ---- ballots ---- */

static evd_err prepare_devices(closer *x) {
  const evd_manifest *m = &x->head.man;
  x->devices = evd_arena_get(&x->arena, m->n_devices, sizeof *x->devices);
  if (!x->devices)
    return evd_complain(EVD_ERR_SPACE, "%s: out of memory", verb);
  for (uint32_t i = 0; i < m->n_devices; i++) {
    device_state *d = &x->devices[i];
    evd_chain_start(&x->G, &m->devices[i], &x->head.keys.H_E, &d->H_DI,
                    &d->link);
    d->H_0 = d->link;
  }
  return EVD_OK;
}

/* The chain and the code: what the closing of the device builds on. */
static evd_err take_ballot(void *self, const evd_ballot *b, const char *where) {
  closer *x = self;
  device_state *d = &x->devices[b->device - 1];
  uint32_t chaining = x->head.man.devices[b->device - 1].chaining;
  uint8_t B_C[EVD_BC_BYTES];
  evd_h32 H_C;
  evd_BC(B_C, chaining, &d->link);
  evd_chain_code(&x->G, &H_C, b);
  if (chaining == 1 && b->position != d->ballots + 1)
    return evd_complain(EVD_ERR_FAIL,
                        "%s: expected position %llu of device %u (X.15)", where,
                        (unsigned long long)d->ballots + 1, b->device);
  if (memcmp(B_C, b->B_C, sizeof B_C) != 0)
    return evd_complain(EVD_ERR_FAIL,
                        "%s: not the next link of its chain (8.%s)", where,
                        chaining == 1 ? "E" : "D");
  if (memcmp(&H_C, &b->H_C, sizeof H_C) != 0)
    return evd_complain(
        EVD_ERR_FAIL, "%s: the confirmation code is not its own (8.B)", where);
  d->ballots++;
  if (chaining == 1)
    d->link = b->H_C;
  return evd_close_add(&x->index, b);
}

static bool has_remote(const evd_manifest *m) {
  for (uint32_t i = 0; i < m->n_devices; i++)
    if (evd_str_is(m->devices[i].mode, "remote"))
      return true;
  return false;
}

static evd_err set_states(closer *x) {
  bool remote = has_remote(&x->head.man);
  EVD_TRY(evd_close_mail(&x->index, &x->head));
  EVD_TRY(evd_close_list(&x->index, x->challenged, EVD_CHALLENGED));
  EVD_TRY(evd_close_list(&x->index, x->spoiled, EVD_SPOILED));
  EVD_TRY(evd_close_list(&x->index, x->refused, EVD_STATE_REFUSED));
  if (remote && !x->roll_path)
    return evd_usage(verb, "the manifest has a remote device; give the roll "
                           "of its voters with --roll FILE");
  if (!remote && x->roll_path)
    return evd_usage(verb, "--roll is for elections with a remote device");
  if (!remote)
    return EVD_OK;
  return evd_close_roll(&x->index, x->roll_path, x->head.man.revote, &x->roll,
                        &x->n_roll);
}

/* ---- writing ---- */

static evd_err add_line(closer *x, evd_out *out) {
  evd_buf_text(&x->text, "\n");
  if (!evd_buf_ok(&x->text))
    return evd_complain(EVD_ERR_SPACE, "%s: out of memory", verb);
  return evd_out_add(out, x->text.p, x->text.n);
}

static evd_err write_states(closer *x, evd_out *out) {
  for (size_t i = 0; i < x->index.n; i++) {
    const evd_close_row *row = x->index.by_id[i];
    evd_state s = {row->id_B, row->state};
    evd_buf_reset(&x->text);
    evd_state_write(&x->text, &s);
    EVD_TRY(add_line(x, out));
  }
  return EVD_OK;
}

static evd_err write_roll(closer *x, evd_out *out) {
  for (size_t i = 0; i < x->n_roll; i++) {
    evd_buf_reset(&x->text);
    evd_roll_line_write(&x->text, &x->roll[i]);
    EVD_TRY(add_line(x, out));
  }
  return EVD_OK;
}

static void close_device(const closer *x, evd_device_close *out, uint32_t i) {
  const device_state *d = &x->devices[i];
  const evd_device *dev = &x->head.man.devices[i];
  *out = (evd_device_close){
      .device = i + 1, .ballots = d->ballots, .H_DI = d->H_DI};
  if (dev->chaining != 1 || d->ballots == 0)
    return;
  out->chained = true;
  out->H_0 = d->H_0;
  evd_chain_close(&x->G, dev, &x->head.keys.H_E, &d->link, out);
}

static evd_err write_devices(closer *x, evd_out *out) {
  evd_devices all = {.n_devices = x->head.man.n_devices};
  all.devices = evd_arena_get(&x->arena, all.n_devices, sizeof *all.devices);
  if (!all.devices)
    return evd_complain(EVD_ERR_SPACE, "%s: out of memory", verb);
  for (uint32_t i = 0; i < all.n_devices; i++)
    close_device(x, &all.devices[i], i);
  evd_buf_reset(&x->text);
  evd_devices_write(&x->text, &all);
  if (!evd_buf_ok(&x->text))
    return evd_complain(EVD_ERR_SPACE, "%s: out of memory", verb);
  return evd_out_add(out, x->text.p, x->text.n);
}

typedef struct {
  const char *name;
  evd_err (*write)(closer *x, evd_out *out);
  bool wanted;
  evd_out *out;
} closing_file;
#define CLOSING_FILES 3

static evd_err write_parts(closer *x, closing_file files[]) {
  for (size_t i = 0; i < CLOSING_FILES; i++) {
    if (!files[i].wanted)
      continue;
    EVD_TRY(evd_out_open(&files[i].out, in_record(x, files[i].name), 0644,
                         EVD_NEW));
    EVD_TRY(files[i].write(x, files[i].out));
  }
  return EVD_OK;
}

/* Names the files; if one fails, the earlier ones are taken back. */
static evd_err name_parts(closer *x, closing_file files[]) {
  for (size_t i = 0; i < CLOSING_FILES; i++) {
    if (!files[i].wanted)
      continue;
    evd_err e = evd_out_commit(files[i].out);
    files[i].out = NULL;
    if (e == EVD_OK)
      continue;
    while (i-- > 0)
      if (files[i].wanted && evd_file_erase(in_record(x, files[i].name)))
        return EVD_ERR_IO;
    return e;
  }
  return EVD_OK;
}

static evd_err write_all(closer *x) {
  closing_file files[CLOSING_FILES] = {
      {"states.jsonl", write_states, x->index.n > 0, NULL},
      {"roll.jsonl", write_roll, x->n_roll > 0, NULL},
      {"devices.json", write_devices, true, NULL}};
  evd_err e = write_parts(x, files);
  if (e == EVD_OK)
    e = name_parts(x, files);
  for (size_t i = 0; i < CLOSING_FILES; i++)
    evd_out_abandon(files[i].out);
  return e;
}

/* ---- telling ---- */

static void tell(const closer *x) {
  uint64_t n[EVD_STATE_REFUSED + 1] = {0};
  char hex[65];
  for (size_t i = 0; i < x->index.n; i++)
    n[x->index.rows[i].state]++;
  printf("Closed: %zu ballots", x->index.n);
  for (int s = EVD_CAST; s <= EVD_STATE_REFUSED; s++)
    if (n[s] > 0 || s <= EVD_SPOILED)
      printf(", %llu %s", (unsigned long long)n[s],
             evd_state_text((evd_state_word)s));
  printf(".\n");
  for (uint32_t i = 0; i < x->head.man.n_devices; i++) {
    evd_device_close d;
    close_device(x, &d, i);
    if (!d.chained)
      continue;
    evd_hex_text(hex, &d.H_close);
    printf("Device %u: %llu ballots, closing code %s\n", i + 1,
           (unsigned long long)d.ballots, hex);
  }
  printf("Next: evident tally %s\n", x->dir);
}

static evd_err run(closer *x) {
  EVD_TRY(evd_head_open(&x->head, x->dir, EVD_HEAD_KEYS));
  EVD_TRY(refuse_closed(x));
  EVD_TRY(prepare_devices(x));
  EVD_TRY(evd_ballots_walk(&x->head, "Reading", take_ballot, x));
  EVD_TRY(evd_close_sort(&x->index));
  EVD_TRY(set_states(x));
  EVD_TRY(write_all(x));
  tell(x);
  return EVD_OK;
}

evd_err evd_cmd_close(int argc, char **argv) {
  closer x = {.dir = NULL};
  int hold = -1;
  EVD_TRY(read_options(&x, argc, argv));
  EVD_TRY(evd_dir_hold(&hold, x.dir));
  evd_arena_init(&x.arena, 16384 * MIB);
  evd_buf_init(&x.text, 64 * MIB);
  evd_close_init(&x.index, &x.arena);
  evd_group_init(&x.G, evd_host_kernel());
  evd_err e = run(&x);
  evd_buf_close(&x.text);
  evd_head_close(&x.head);
  evd_arena_close(&x.arena);
  evd_dir_let_go(hold);
  return e;
}
