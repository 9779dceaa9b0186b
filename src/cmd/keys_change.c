/* evident keys add, keys revoke: who may sign from here on, the KEY entries. */
#include <string.h>

#include "cmd/act.h"
#include "cmd/listed_key.h"

enum { ADD = 1, REVOKE };

typedef struct {
  const char *verb, *word;
  evd_act_words act;
  evd_arena arena;
  evd_board_key key;
} changer;

static void fill(evd_entry *e, uint8_t op, const evd_board_key *k) {
  e->type = EVD_ENTRY_KEY;
  e->key.op = op;
  e->key.role = (uint8_t)k->role;
  e->key.index = k->index;
  e->key.key = k->key;
  e->key.box_key = k->box_key;
}

/* Was it ever listed, in force or not? */
static bool was_there(const evd_board_keys *all, const evd_board_key *k) {
  for (uint32_t i = 0; i < all->n; i++)
    if (memcmp(all->at[i].keyid, k->keyid, sizeof k->keyid) == 0)
      return true;
  return false;
}

static evd_err make_add(void *self, evd_look *l, evd_made *out) {
  const changer *x = self;
  const evd_board_key *k = &x->key;
  const uint32_t limit = k->role == EVD_ROLE_GUARDIAN ? l->par.n
                         : k->role == EVD_ROLE_DEVICE ? l->man.n_devices
                                                      : UINT32_MAX;
  if (k->index > limit)
    return evd_complain(EVD_ERR_USAGE, "%s has %u of the role %s, and no %u",
                        l->where, limit, evd_role_word(k->role), k->index);
  if (was_there(&l->rules.keys, k))
    return evd_complain(EVD_ERR_EXISTS,
                        "%s: this key is listed, or was; a new one is needed",
                        x->word);
  fill(&out->e, ADD, k);
  return EVD_OK;
}

static evd_err make_revoke(void *self, evd_look *l, evd_made *out) {
  const changer *x = self;
  const evd_board_key *there = evd_board_key_find(&l->rules.keys, x->key.keyid);
  if (!there)
    return evd_complain(EVD_ERR_MISSING, "%s: this key is not in force in %s",
                        x->word, l->where);
  fill(&out->e, REVOKE, there);
  return EVD_OK;
}

static evd_err add(changer *x) {
  EVD_TRY(evd_listed_key_read(&x->key, x->verb, x->word, &x->arena));
  return evd_act_run(x->verb, &x->act, make_add, x);
}

static evd_err revoke(changer *x) {
  evd_note_key pub;
  EVD_TRY(evd_key_file_public_at(&pub, x->word));
  evd_keyid(x->key.keyid, &pub.key);
  return evd_act_run(x->verb, &x->act, make_revoke, x);
}

static evd_err change(int argc, char **argv, const char *what,
                      evd_err (*run)(changer *x)) {
  changer x;
  memset(&x, 0, sizeof x);
  x.verb = argv[0];
  const evd_option_row rows[] = {EVD_OPT_ACT(x.act), EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &x.word, 1, what));
  evd_arena_init(&x.arena, (size_t)1 << 20);
  evd_err e = run(&x);
  evd_arena_close(&x.arena);
  return e;
}

evd_err evd_cmd_keys_add(int argc, char **argv) {
  return change(argc, argv, "ROLE=K.pub", add);
}

evd_err evd_cmd_keys_revoke(int argc, char **argv) {
  return change(argc, argv, "K.pub", revoke);
}
