#include "cmd/vote.h"

#include <stdio.h>
#include <string.h>

#include "cmd/key_file.h"

#define MIB ((size_t)1024 * 1024)
#define SECRET_BYTES_MAX (16 * MIB)
#define CODE_CHARS 64

evd_err evd_vote_needed(const char *verb, const evd_vote_words *w) {
  EVD_TRY(evd_arg_needed(verb, "board", w->act.board));
  EVD_TRY(evd_arg_needed(verb, "credential", w->credential));
  return evd_arg_needed(verb, "ballot", w->ballot);
}

static evd_err open_credential(evd_vote *x) {
  evd_note_key pub;
  char hex[65];
  EVD_TRY(evd_key_file_vault(&x->v, x->verb, &x->words->act.secrets));
  EVD_TRY(evd_key_file_seed(&x->seed, &pub, x->words->credential, x->v));
  x->credential = pub.key;
  if (evd_look_credential(&x->look, &x->credential, &x->row) && x->row.active)
    return EVD_OK;
  evd_hex_text(hex, &x->credential);
  return evd_complain(EVD_ERR_REFUSED,
                      "the credential %s is not on the roll of %s, or not any "
                      "more",
                      hex, x->look.where);
}

evd_err evd_vote_open(evd_vote *x, const char *verb, const evd_vote_words *w,
                      int until) {
  memset(x, 0, sizeof *x);
  x->verb = verb;
  x->words = w;
  evd_arena_init(&x->arena, 1024 * MIB);
  EVD_TRY(evd_act_look(&x->act, &x->look, verb, &w->act, until));
  if (!x->look.rules.open)
    return evd_complain(EVD_ERR_WAIT, "%s: the election is not open yet",
                        x->look.where);
  if (x->look.rules.closed)
    return evd_complain(EVD_ERR_REFUSED, "%s: the election is closed",
                        x->look.where);
  return open_credential(x);
}

void evd_vote_close(evd_vote *x) {
  evd_secret_free(x->seed);
  if (x->v)
    evd_vault_close(x->v);
  evd_look_close(&x->look);
  evd_arena_close(&x->arena);
}

/* ---- the secret file ---- */

static void place(evd_vote *x, const char **dir, const char **name) {
  const char *path = x->words->ballot, *slash = strrchr(path, '/');
  *name = slash ? slash + 1 : path;
  *dir = slash == path ? "/"
         : slash       ? evd_path(&x->arena, "%.*s", (int)(slash - path), path)
                       : ".";
}

evd_err evd_vote_keep(evd_vote *x, const evd_h32 *H_C, evd_span opening) {
  const char *dir, *name;
  evd_buf b; /* wiped when closed */
  char hex[65];
  place(x, &dir, &name);
  evd_hex_text(hex, H_C);
  evd_buf_init(&b, SECRET_BYTES_MAX);
  evd_buf_text(&b, hex);
  evd_buf_text(&b, " ");
  evd_buf_add(&b, opening.p, opening.n);
  evd_err e = evd_buf_ok(&b)
                  ? evd_vault_write(x->v, dir, name, b.p, b.n, EVD_NEW)
                  : evd_complain(EVD_ERR_SPACE, "%s: no memory", x->verb);
  evd_buf_close(&b);
  return e;
}

evd_err evd_vote_read(evd_vote *x, evd_h32 *H_C, evd_span *opening) {
  const char *dir, *name;
  evd_span file;
  uint8_t *own;
  place(x, &dir, &name);
  EVD_TRY(evd_vault_read(x->v, dir, name, &file));
  bool good = file.n > CODE_CHARS + 1 && file.p[CODE_CHARS] == ' ' &&
              evd_hex_h32(H_C, (const char *)file.p, CODE_CHARS);
  own = good ? evd_arena_get(&x->arena, file.n, 1) : NULL;
  if (own) {
    memcpy(own, file.p, file.n);
    *opening = (evd_span){own + CODE_CHARS + 1, file.n - CODE_CHARS - 1};
  }
  evd_vault_release(&file);
  return own ? EVD_OK
             : evd_complain(EVD_ERR_FORM,
                            "%s is not what `evident submit` "
                            "keeps of a ballot",
                            x->words->ballot);
}

evd_err evd_vote_erase(evd_vote *x) {
  const char *dir, *name;
  const char *draft = evd_path(&x->arena, "%s.draft", x->words->ballot);
  place(x, &dir, &name);
  EVD_TRY(evd_vault_erase(x->v, dir, name));
  return evd_file_exists(draft) ? evd_file_erase(draft) : EVD_OK;
}

/* ---- entries ---- */

evd_err evd_vote_sign(evd_vote *x, evd_draft *d, const evd_entry *e,
                      const evd_span objects[], uint32_t n) {
  EVD_TRY(evd_draft_make(d, e, objects, n));
  return evd_draft_sign(d, &x->act.frame, x->seed, x->words->credential);
}

evd_err evd_vote_post(evd_vote *x, const evd_draft *d, const char *what) {
  const char *path =
      evd_path(&x->arena, "%s.%s.receipt", x->words->ballot, what);
  evd_buf item;
  evd_buf_init(&item, EVD_SUBMIT_BYTES_MAX);
  evd_draft_item(&item, d);
  evd_err e = evd_buf_ok(&item)
                  ? evd_act_post(&x->act, (evd_span){item.p, item.n}, path)
                  : evd_complain(EVD_ERR_SPACE, "%s: no memory", x->verb);
  evd_buf_close(&item);
  if (e == EVD_OK)
    printf("Receipt: %s\n", path);
  return e;
}
