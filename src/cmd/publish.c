/* evident tally publish, openings publish, result publish, data publish: what
 * was computed from a closed record, into the log. */
#include <stdio.h>
#include <string.h>

#include "cmd/act.h"
#include "cmd/key_file.h"
#include "host/lines.h"

#define MIB ((size_t)1024 * 1024)
#define FILE_BYTES_MAX (64 * MIB)

typedef struct {
  const char *verb, *record;
  evd_act_words act_words;
  evd_act act;
  evd_look look;
  evd_arena arena;
  evd_span bytes; /* of the record's file */
  evd_note_key pub;
  /* ballots that are challenged and not opened by a guardian yet */
  evd_h32 *codes;
  size_t n_codes, room;
  uint8_t *seed;   /* of a guardian */
  const char *key; /* its file */
  size_t n_opened;
} publisher;

static evd_err read_record_file(publisher *x, const char *name, evd_span *out) {
  const char *path = evd_path(&x->arena, "%s/%s", x->record, name);
  return evd_file_read(path, FILE_BYTES_MAX, out, &x->arena);
}

/* ---- TALLY ---- */

static evd_err make_tally(void *self, evd_look *l, evd_made *out) {
  publisher *x = self;
  if (!l->rules.closed)
    return evd_complain(EVD_ERR_WAIT, "%s: the election is not closed",
                        l->where);
  out->e.type = EVD_ENTRY_TALLY;
  out->e.tally.key = x->pub.key;
  out->e.tally.object = evd_object_name("tally_encrypted", x->bytes);
  out->e.tally.head = l->head;
  out->objects[out->n++] = x->bytes;
  return EVD_OK;
}

static evd_err publish_tally(publisher *x) {
  if (x->act_words.n_keys != 1)
    return evd_usage(x->verb, "one --key signs a tally, whose ever it is");
  EVD_TRY(evd_key_file_public(&x->pub, x->act_words.keys[0]));
  EVD_TRY(read_record_file(x, "tally_encrypted.json", &x->bytes));
  return evd_act_run(x->verb, &x->act_words, make_tally, x);
}

/* ---- OPENING by a guardian ---- */

static evd_err add_code(publisher *x, const evd_h32 *code) {
  if (x->n_codes == x->room) {
    size_t room = x->room ? 2 * x->room : 64;
    evd_h32 *codes = evd_arena_get(&x->arena, room, sizeof *codes);
    if (!codes)
      return evd_complain(EVD_ERR_SPACE, "%s: no memory", x->verb);
    if (x->n_codes)
      memcpy(codes, x->codes, x->n_codes * sizeof *codes);
    x->codes = codes;
    x->room = room;
  }
  x->codes[x->n_codes++] = *code;
  return EVD_OK;
}

static void drop_code(publisher *x, const evd_h32 *code) {
  for (size_t i = 0; i < x->n_codes; i++)
    if (memcmp(&x->codes[i], code, sizeof *code) == 0)
      x->codes[i--] = x->codes[--x->n_codes];
}

static evd_err see(void *self, const evd_look *l, uint64_t index,
                   const evd_entry_read *r) {
  publisher *x = self;
  (void)l;
  (void)index;
  if (r->e.type == EVD_ENTRY_CHALLENGE)
    return add_code(x, &r->e.challenge.H_C);
  if (r->e.type == EVD_ENTRY_OPENING)
    drop_code(x, &r->e.opening.H_C);
  return EVD_OK;
}

static evd_err post_opening(publisher *x, const evd_h32 *code, evd_span line) {
  evd_made m = {
      .e = {.type = EVD_ENTRY_OPENING, .slot = evd_look_slot(&x->look)},
      .objects = {line},
      .n = 1};
  m.e.opening.H_C = *code;
  m.e.opening.object = evd_object_name("challenged", line);
  evd_err e = evd_act_alone(&x->act, &m, x->seed, x->key, NULL);
  x->n_opened += e == EVD_OK;
  return e;
}

/* The line begins with the ballot's id_B. */
static evd_err open_line(publisher *x, evd_span line, const char *path) {
  static const char begin[] = "{\"id_B\":\"";
  const size_t at = sizeof begin - 1;
  evd_h32 id;
  if (line.n < at + 64 || memcmp(line.p, begin, at) != 0 ||
      !evd_hex_h32(&id, (const char *)line.p + at, 64))
    return evd_complain(EVD_ERR_FORM, "%s: expected an opened ballot", path);
  for (size_t i = 0; i < x->n_codes; i++) {
    evd_row_ballot row;
    if (evd_look_ballot(&x->look, &x->codes[i], &row) &&
        memcmp(&row.id_B, &id, sizeof id) == 0)
      return post_opening(x, &x->codes[i], line);
  }
  return EVD_OK;
}

static evd_err open_all(publisher *x, const char *name) {
  const char *path = evd_path(&x->arena, "%s/%s", x->record, name);
  evd_lines in;
  bool more = true;
  if (x->n_codes == 0 || !evd_file_exists(path))
    return EVD_OK;
  evd_err e = evd_lines_open(&in, path, FILE_BYTES_MAX);
  while (e == EVD_OK && more) {
    evd_span line;
    e = evd_lines_next(&in, &line, &more);
    if (e == EVD_OK && more)
      e = open_line(x, line, path);
  }
  evd_lines_close(&in);
  return e;
}

static evd_err publish_openings(publisher *x) {
  evd_vault *v = NULL;
  if (x->act_words.n_keys != 1)
    return evd_usage(x->verb, "one --key signs openings, a guardian's");
  x->key = x->act_words.keys[0];
  EVD_TRY(evd_look_open(&x->look, x->act_words.board, x->act_words.policy));
  EVD_TRY(evd_look_walk(&x->look, EVD_LOOK_ALL, see, x));
  x->act = evd_act_on(&x->look, x->verb, &x->act_words);
  EVD_TRY(evd_key_file_vault(&v, x->verb, &x->act_words.secrets));
  evd_err e = evd_key_file_seed(&x->seed, &x->pub, x->key, v);
  if (e == EVD_OK)
    e = open_all(x, "challenged.jsonl");
  if (e == EVD_OK)
    e = open_all(x, "mail_open.jsonl");
  evd_secret_free(x->seed);
  evd_vault_close(v);
  if (e == EVD_OK)
    printf("%zu challenged ballots opened in the log.\n", x->n_opened);
  return e;
}

/* ---- RESULT ---- */

static evd_err make_result(void *self, evd_look *l, evd_made *out) {
  publisher *x = self;
  if (l->tallied.size == 0)
    return evd_complain(EVD_ERR_WAIT, "%s: the tally is not in the log yet",
                        l->where);
  out->e.type = EVD_ENTRY_RESULT;
  out->e.result.object = evd_object_name("tally", x->bytes);
  out->objects[out->n++] = x->bytes;
  return EVD_OK;
}

static evd_err publish_result(publisher *x) {
  EVD_TRY(read_record_file(x, "tally.json", &x->bytes));
  return evd_act_run(x->verb, &x->act_words, make_result, x);
}

/* ---- CONTEST_DATA ---- */

static evd_err publish_data(publisher *x) {
  evd_entry e = {.type = EVD_ENTRY_CONTEST_DATA};
  evd_span bytes;
  EVD_TRY(read_record_file(x, "contest_data.jsonl", &bytes));
  EVD_TRY(
      evd_act_look(&x->act, &x->look, x->verb, &x->act_words, EVD_LOOK_ALL));
  if (!x->look.rules.resulted)
    return evd_complain(EVD_ERR_WAIT, "%s: the result is not in the log yet",
                        x->look.where);
  e.slot = evd_look_slot(&x->look);
  e.contest_data.object = evd_object_name("contest_data", bytes);
  return evd_act_do(&x->act, &e, &bytes, 1);
}

/* ---- the verbs ---- */

static evd_err run(int argc, char **argv, evd_err (*act)(publisher *x)) {
  publisher x;
  memset(&x, 0, sizeof x);
  const evd_option_row rows[] = {EVD_OPT_ACT(x.act_words), EVD_OPT_END};
  x.verb = argv[0];
  EVD_TRY(evd_args(argc, argv, rows, &x.record, 1, "RECORD"));
  EVD_TRY(evd_arg_needed(x.verb, "board", x.act_words.board));
  evd_arena_init(&x.arena, 8 * FILE_BYTES_MAX);
  evd_err e = act(&x);
  evd_look_close(&x.look);
  evd_arena_close(&x.arena);
  return e;
}

evd_err evd_cmd_tally_publish(int argc, char **argv) {
  return run(argc, argv, publish_tally);
}

evd_err evd_cmd_openings_publish(int argc, char **argv) {
  return run(argc, argv, publish_openings);
}

evd_err evd_cmd_result_publish(int argc, char **argv) {
  return run(argc, argv, publish_result);
}

evd_err evd_cmd_data_publish(int argc, char **argv) {
  return run(argc, argv, publish_data);
}
