/* The files are copied into a folder of our own for as long as they are read:
 * what is judged is then what was fetched. */
#include "steps/board_head.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "host/place.h"

#define FILE_BYTES_MAX ((size_t)64 << 20)

typedef struct {
  const evd_look *l;
  evd_arena arena;
  const char *dir;
} copy;

static evd_err copy_file(copy *c, const char *from, const char *to) {
  evd_buf b;
  evd_buf_init(&b, FILE_BYTES_MAX);
  evd_err e = evd_board_read(&c->l->files, from, FILE_BYTES_MAX, &b);
  if (e == EVD_OK)
    e = evd_file_write(to, b.p, b.n, 0600, EVD_NEW);
  else
    e = evd_complain(e, "%s/%s: %s", c->l->where, from, evd_err_text(e));
  evd_buf_close(&b);
  return e;
}

static const char *name_of(copy *c, uint32_t i) {
  static const char *const names[] = {"parameters.json", "manifest.json",
                                      "election_keys.json", "texts.json"};
  const uint32_t n_names = sizeof names / sizeof names[0];
  return i < n_names ? names[i]
                     : evd_path(&c->arena, "guardians/guardian_%u.json",
                                i - n_names + 1);
}

enum { TEXTS = 3, FIXED = 4 };

static bool wanted(const copy *c, uint32_t i) {
  return i != TEXTS || c->l->setup.setup.texts.length > 0;
}

static evd_err copy_all(copy *c) {
  EVD_TRY(evd_dir_make(evd_path(&c->arena, "%s/guardians", c->dir), 0700));
  for (uint32_t i = 0; i < FIXED + c->l->par.n; i++) {
    const char *name = name_of(c, i);
    if (wanted(c, i))
      EVD_TRY(copy_file(c, evd_path(&c->arena, "setup/%s", name),
                        evd_path(&c->arena, "%s/%s", c->dir, name)));
  }
  return EVD_OK;
}

static void remove_all(copy *c) {
  for (uint32_t i = 0; i < FIXED + c->l->par.n; i++) {
    const char *path = evd_path(&c->arena, "%s/%s", c->dir, name_of(c, i));
    if (evd_file_exists(path))
      (void)!evd_file_erase(path);
  }
  evd_dir_remove(evd_path(&c->arena, "%s/guardians", c->dir));
  evd_dir_remove(c->dir);
}

static evd_err judge(const evd_head *h, const evd_look *l) {
  const evd_entry *s = &l->setup;
  if (memcmp(&h->H_P, &s->setup.H_P, sizeof h->H_P) == 0 &&
      memcmp(&h->H_B, &s->setup.H_B, sizeof h->H_B) == 0 &&
      memcmp(&h->keys.H_E, &l->H_E, sizeof h->keys.H_E) == 0 &&
      memcmp(&h->keys.H_G, &l->H_G, sizeof h->keys.H_G) == 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_FAIL,
                      "%s: manifest or keys below setup/ are not those that "
                      "the log names",
                      l->where);
}

static const char *new_place(copy *c) {
  uint8_t random[8];
  char hex[2 * sizeof random + 1] = "";
  const char *tmp = getenv("TMPDIR");
  evd_random(random, sizeof random);
  evd_hex_write(hex, random, sizeof random);
  return evd_path(&c->arena, "%s/evident-%s", tmp && *tmp ? tmp : "/tmp", hex);
}

evd_err evd_board_head_open(evd_head *h, const evd_look *l) {
  copy c = {.l = l};
  memset(h, 0, sizeof *h);
  if (!l->has_keys)
    return evd_complain(EVD_ERR_WAIT,
                        "%s: the guardians' keys are not in the log yet",
                        l->where);
  evd_arena_init(&c.arena, (size_t)4 << 20);
  c.dir = new_place(&c);
  evd_err e = evd_dir_make_new(c.dir, 0700);
  if (e == EVD_OK) {
    e = copy_all(&c);
    if (e == EVD_OK)
      e = evd_head_open(h, c.dir, EVD_HEAD_KEYS);
    if (e == EVD_OK)
      e = judge(h, l);
    remove_all(&c);
    h->dir = l->where;
  }
  evd_arena_close(&c.arena);
  return e;
}
