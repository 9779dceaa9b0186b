/* evident roll make: credentials of remote voters, and the roll of them.
 *
 * A credential is a key file like any other and bears no name; the roll is in
 * the order of the keys, which says nothing about who has which. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/key_file.h"
#include "host/place.h"
#include "record/record.h"

#define CREDENTIALS_MAX 1000000

static const char verb[] = "roll make";

typedef struct {
  const char *count, *out, *style, *weight;
  evd_secret_words words;
} options;

typedef struct {
  const options *opt;
  evd_arena arena;
  evd_vault *v;
  evd_roll_line *lines;
  uint64_t n, style, weight;
} maker;

static int by_credential(const void *x, const void *y) {
  const evd_roll_line *a = x, *b = y;
  return memcmp(&a->credential, &b->credential, sizeof a->credential);
}

static evd_err make_one(maker *m, uint64_t i) {
  char path[4096];
  evd_note_key key;
  (void)snprintf(path, sizeof path, "%s/credential_%llu", m->opt->out,
                 (unsigned long long)i + 1);
  EVD_TRY(evd_key_file_make_in(&key, path, "credential", m->v));
  m->lines[i] = (evd_roll_line){.credential = key.key,
                                .style = (uint32_t)m->style,
                                .weight = (uint32_t)m->weight,
                                .active = true};
  evd_progress_line("Making credentials", i + 1, m->n);
  return EVD_OK;
}

static evd_err write_roll(maker *m) {
  evd_buf text;
  qsort(m->lines, m->n, sizeof *m->lines, by_credential);
  evd_buf_init(&text, (size_t)1 << 30);
  for (uint64_t i = 0; i < m->n; i++) {
    evd_roll_line_write(&text, &m->lines[i]);
    evd_buf_text(&text, "\n");
  }
  const char *path = evd_path(&m->arena, "%s/roll.jsonl", m->opt->out);
  evd_err e = evd_buf_ok(&text)
                  ? evd_file_write(path, text.p, text.n, 0644, EVD_NEW)
                  : evd_complain(EVD_ERR_SPACE, "%s: no memory", verb);
  evd_buf_close(&text);
  return e;
}

/* All of it or nothing: without its line in the roll a credential is none. */
static void take_back(const maker *m, uint64_t made) {
  static const char *const ends[] = {"key", "key.sealed", "pub"};
  char path[4096];
  for (uint64_t i = 0; i < made; i++)
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
      (void)snprintf(path, sizeof path, "%s/credential_%llu.%s", m->opt->out,
                     (unsigned long long)i + 1, ends[k]);
      if (evd_file_erase(path) != EVD_OK)
        return;
    }
  evd_dir_remove(m->opt->out);
}

static evd_err make(maker *m) {
  m->lines = evd_arena_get(&m->arena, m->n, sizeof *m->lines);
  if (!m->lines)
    return evd_complain(EVD_ERR_SPACE, "%s: no memory", verb);
  EVD_TRY(evd_dir_make_new(m->opt->out, 0700));
  evd_err e = EVD_OK;
  uint64_t made = 0;
  while (e == EVD_OK && made < m->n)
    e = make_one(m, made++);
  if (e == EVD_OK)
    e = write_roll(m);
  if (e != EVD_OK)
    take_back(m, made);
  return e;
}

static evd_err run(maker *m) {
  const options *o = m->opt;
  evd_secret_options secrets;
  m->style = m->weight = 1;
  EVD_TRY(evd_arg_number("N", o->count, 1, CREDENTIALS_MAX, &m->n));
  if (o->style)
    EVD_TRY(evd_arg_number("--style", o->style, 1, UINT32_MAX, &m->style));
  if (o->weight)
    EVD_TRY(evd_arg_number("--weight", o->weight, 1, UINT32_MAX, &m->weight));
  EVD_TRY(evd_secret_options_read(&secrets, verb, &o->words, NULL));
  if (evd_file_exists(o->out))
    return evd_complain(EVD_ERR_EXISTS, "%s is there already", o->out);
  EVD_TRY(evd_secret_vault(&m->v, &secrets, true));
  evd_err e = make(m);
  evd_vault_close(m->v);
  if (e == EVD_OK)
    printf("%llu credentials in %s: a voter gets one of them (.key and .pub); "
           "the roll of all is %s/roll.jsonl.\n",
           (unsigned long long)m->n, o->out, o->out);
  return e;
}

evd_err evd_cmd_roll_make(int argc, char **argv) {
  options o = {.count = NULL};
  maker m = {.opt = &o};
  const evd_option_row rows[] = {
      EVD_OPT("out", o.out), EVD_OPT("style", o.style),
      EVD_OPT("weight", o.weight), EVD_OPT_SECRETS(o.words), EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &o.count, 1, "N"));
  EVD_TRY(evd_arg_needed(verb, "out", o.out));
  evd_arena_init(&m.arena, (size_t)1 << 30);
  evd_err e = run(&m);
  evd_arena_close(&m.arena);
  return e;
}
