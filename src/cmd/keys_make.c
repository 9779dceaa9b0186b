/* evident keys make: the list of keys that SETUP names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/listed_key.h"

static const char verb[] = "keys make";

typedef struct {
  evd_arena arena;
  evd_board_keys keys;
} maker;

static evd_err add(maker *m, const char *word) {
  evd_board_key k;
  EVD_TRY(evd_listed_key_read(&k, verb, word, &m->arena));
  evd_err e = evd_board_key_add(&m->keys, &k);
  if (e == EVD_OK)
    return e;
  return evd_complain(e, "%s: this key stands in the list already", word);
}

static int in_order(const void *x, const void *y) {
  const evd_board_key *a = x, *b = y;
  if (a->role != b->role)
    return a->role < b->role ? -1 : 1;
  if (a->index != b->index)
    return a->index < b->index ? -1 : 1;
  return memcmp(&a->key, &b->key, sizeof a->key);
}

static evd_err write(const maker *m, const char *out) {
  evd_buf text;
  evd_buf_init(&text, (size_t)4 << 20);
  evd_board_keys_write(&text, &m->keys);
  evd_err e = evd_buf_ok(&text)
                  ? evd_file_write(out, text.p, text.n, 0644, EVD_NEW)
                  : evd_complain(EVD_ERR_SPACE, "%s: no memory", verb);
  evd_buf_close(&text);
  return e;
}

static evd_err run(maker *m, char **words, uint32_t n, const char *out) {
  m->keys.at = evd_arena_get(&m->arena, EVD_BOARD_KEYS_MAX, sizeof *m->keys.at);
  if (!m->keys.at)
    return evd_complain(EVD_ERR_SPACE, "%s: no memory", verb);
  for (uint32_t i = 0; i < n; i++)
    EVD_TRY(add(m, words[i]));
  qsort(m->keys.at, m->keys.n, sizeof *m->keys.at, in_order);
  EVD_TRY(write(m, out));
  printf("%u keys: %s\n", m->keys.n, out);
  return EVD_OK;
}

evd_err evd_cmd_keys_make(int argc, char **argv) {
  const char *out = NULL;
  char **words = NULL;
  uint32_t n = 0;
  maker m = {.keys = {NULL, 0}};
  const evd_option_row rows[] = {EVD_OPT("out", out), EVD_OPT_END};
  EVD_TRY(evd_args_many(argc, argv, rows, &words, EVD_BOARD_KEYS_MAX, &n,
                        "ROLE=K.pub"));
  EVD_TRY(evd_arg_needed(verb, "out", out));
  evd_arena_init(&m.arena, (size_t)16 << 20);
  evd_err e = run(&m, words, n, out);
  evd_arena_close(&m.arena);
  return e;
}
