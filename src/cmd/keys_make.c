/* evident keys make: the list of keys that SETUP names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/entry.h"
#include "board/keys.h"
#include "cmd/key_file.h"

static const char verb[] = "keys make";

typedef struct {
  evd_arena arena;
  evd_board_keys keys;
} maker;

static uint32_t role_of(const char *word, size_t n) {
#define ROLE_OF(number, name, text)                                            \
  if (strlen(text) == n && memcmp(word, text, n) == 0)                         \
    return number;
  EVD_ROLES(ROLE_OF)
#undef ROLE_OF
  return 0;
}

static bool has_index(uint32_t role) {
  return role == EVD_ROLE_GUARDIAN || role == EVD_ROLE_DEVICE ||
         role == EVD_ROLE_POLL_WORKER;
}

/* ROLE or ROLE:INDEX, before the `=`. */
static evd_err read_role(evd_board_key *k, const char *word, size_t n) {
  const char *colon = memchr(word, ':', n);
  size_t name = colon ? (size_t)(colon - word) : n;
  char number[24] = "";
  uint64_t index = 0;
  uint32_t role = role_of(word, name);
  if (role == 0 || role == EVD_ROLE_OPENER)
    return evd_usage(verb,
                     "`%.*s` is no role; roles are admin, guardian:I, "
                     "registrar, device:D, poll-worker:SITE, audit, release, "
                     "monitor",
                     (int)n, word);
  if (has_index(role) != (colon != NULL))
    return evd_usage(verb,
                     "`%.*s`: a guardian, device or poll worker, and no "
                     "other role, has a number behind a colon",
                     (int)n, word);
  if (colon && n - name - 1 < sizeof number) {
    memcpy(number, colon + 1, n - name - 1);
    EVD_TRY(evd_arg_number("the number of a role", number,
                           role == EVD_ROLE_POLL_WORKER ? 0 : 1, UINT16_MAX,
                           &index));
  }
  k->role = (evd_role)role;
  k->index = (uint32_t)index;
  return EVD_OK;
}

static evd_err add(maker *m, const char *word) {
  const char *equal = strchr(word, '=');
  evd_board_key k;
  evd_note_key pub;
  memset(&k, 0, sizeof k);
  if (!equal)
    return evd_usage(verb, "expected ROLE=K.pub, not `%s`", word);
  EVD_TRY(read_role(&k, word, (size_t)(equal - word)));
  EVD_TRY(evd_key_file_public_at(&pub, equal + 1));
  k.key = pub.key;
  evd_keyid(k.keyid, &k.key);
  const char *name = evd_path(&m->arena, "%s", pub.name);
  k.name = (evd_span){(const uint8_t *)name, strlen(name)};
  if (k.name.n > EVD_KEY_NAME_BYTES_MAX)
    return evd_complain(EVD_ERR_RULE, "%s: its name is too long", equal + 1);
  evd_err e = evd_board_key_add(&m->keys, &k);
  if (e == EVD_OK)
    return e;
  return evd_complain(e, "%s: this key stands in the list already", equal + 1);
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
