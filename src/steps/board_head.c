#include "steps/board_head.h"

#include <string.h>

/* ---- the files of setup/ ---- */

static const char *below_setup(const char *name, evd_arena *a) {
  return evd_path(a, "setup/%s", name);
}

/* Only texts may be missing; SETUP says whether they are. */
static bool has(void *self, const char *name) {
  const evd_look *l = self;
  return strcmp(name, "texts.json") != 0 || l->setup.setup.texts.length > 0;
}

static evd_err get(void *self, const char *name, size_t max_bytes,
                   evd_span *out, evd_arena *a) {
  const evd_look *l = self;
  evd_buf b;
  evd_buf_init(&b, max_bytes);
  evd_err e = evd_board_read(&l->files, below_setup(name, a), max_bytes, &b);
  uint8_t *p = e == EVD_OK ? evd_arena_get(a, b.n + 1, 1) : NULL;
  if (p) {
    if (b.n)
      memcpy(p, b.p, b.n);
    *out = (evd_span){p, b.n};
  } else {
    e = evd_complain(e == EVD_OK ? EVD_ERR_SPACE : e, "%s/setup/%s: %s",
                     l->where, name,
                     evd_err_text(e == EVD_OK ? EVD_ERR_SPACE : e));
  }
  evd_buf_close(&b);
  return e;
}

/* ---- is it what the log says? ---- */

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

evd_err evd_board_head_open(evd_head *h, evd_look *l) {
  const evd_head_files files = {l, has, get};
  memset(h, 0, sizeof *h);
  if (!l->has_keys)
    return evd_complain(EVD_ERR_WAIT,
                        "%s: the guardians' keys are not in the log yet",
                        l->where);
  EVD_TRY(evd_head_open_from(h, l->where, &files, EVD_HEAD_KEYS));
  return judge(h, l);
}
