/* evident roll add, roll revoke, roll replace: one voter more, one less, or
 * another credential, the later ROLL entries. */
#include <string.h>

#include "cmd/act.h"
#include "cmd/key_file.h"

enum { ADD = 2, REVOKE, REPLACE };
#define REASON_MAX 65535
#define WEIGHT_MAX INT32_MAX

typedef struct {
  const char *verb, *words[2], *style_text, *weight_text, *reason_text;
  uint8_t op;
  evd_act_words act;
  evd_h32 old, new; /* credentials */
  uint64_t style, weight, reason;
} changer;

static evd_err read_credential(evd_h32 *out, const char *word) {
  evd_note_key pub;
  if (evd_hex_h32(out, word, strlen(word)))
    return EVD_OK;
  if (!evd_file_exists(word))
    return evd_complain(EVD_ERR_USAGE,
                        "`%s` is no credential: expected its file C.pub, or 64 "
                        "hex digits",
                        word);
  EVD_TRY(evd_key_file_public_at(&pub, word));
  *out = pub.key;
  return EVD_OK;
}

/* ---- what goes ---- */

static evd_err judge_old(const changer *x, evd_look *l,
                         evd_row_credential *row) {
  const char *word = x->words[0];
  if (!evd_look_credential(l, &x->old, row) || !row->active)
    return evd_complain(EVD_ERR_MISSING,
                        "%s: this credential is not on the roll of %s, or not "
                        "any more",
                        word, l->where);
  if (row->seq == 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_REFUSED,
                      "%s: this credential has cast a ballot: it stays on the "
                      "roll",
                      word);
}

/* ---- what comes ---- */

static evd_err judge_new(const changer *x, evd_look *l) {
  evd_row_credential row;
  uint8_t keyid[EVD_KEYID_BYTES];
  const char *word = x->words[x->op == REPLACE];
  evd_keyid(keyid, &x->new);
  if (evd_look_credential(l, &x->new, &row) ||
      evd_board_key_find(&l->rules.keys, keyid))
    return evd_complain(EVD_ERR_EXISTS,
                        "%s: this key is, or was, in the log already; a new "
                        "one is needed",
                        word);
  if (x->style > l->man.n_styles)
    return evd_complain(EVD_ERR_USAGE, "%s has %u styles, and no %u", l->where,
                        l->man.n_styles, (unsigned)x->style);
  if (x->weight > 1 && !l->man.weights)
    return evd_complain(EVD_ERR_USAGE,
                        "%s is an election without weights: they are all 1",
                        l->where);
  return EVD_OK;
}

static evd_err make(void *self, evd_look *l, evd_made *out) {
  changer *x = self;
  evd_row_credential row = {.style = 1, .weight = 1};
  evd_entry *e = &out->e;
  if (!l->rules.roll_committed)
    return evd_complain(EVD_ERR_WAIT,
                        "%s: the roll is not in the log yet: `evident roll "
                        "publish` comes first",
                        l->where);
  if (l->rules.closed)
    return evd_complain(EVD_ERR_REFUSED,
                        "%s: the election is closed: the roll stays as it is",
                        l->where);
  if (x->op != ADD)
    EVD_TRY(judge_old(x, l, &row));
  x->style = x->style ? x->style : row.style;
  x->weight = x->weight ? x->weight : row.weight;
  if (x->op != REVOKE)
    EVD_TRY(judge_new(x, l));
  e->type = EVD_ENTRY_ROLL;
  e->roll.op = x->op;
  e->roll.credential = x->op == REVOKE ? x->old : x->new;
  e->roll.style = (uint32_t)x->style;
  e->roll.weight = (uint32_t)x->weight;
  e->roll.replaced = x->op == REPLACE ? x->old : (evd_h32){{0}};
  e->roll.reason = (uint16_t)x->reason;
  return EVD_OK;
}

static evd_err read_words(changer *x) {
  if (x->style_text)
    EVD_TRY(evd_arg_number("--style", x->style_text, 1, UINT32_MAX, &x->style));
  if (x->weight_text)
    EVD_TRY(
        evd_arg_number("--weight", x->weight_text, 1, WEIGHT_MAX, &x->weight));
  if (x->reason_text)
    EVD_TRY(
        evd_arg_number("--reason", x->reason_text, 0, REASON_MAX, &x->reason));
  if (x->op != ADD)
    EVD_TRY(read_credential(&x->old, x->words[0]));
  if (x->op != REVOKE)
    EVD_TRY(read_credential(&x->new, x->words[x->op == REPLACE]));
  return EVD_OK;
}

static evd_err run(changer *x, int argc, char **argv,
                   const evd_option_row rows[]) {
  static const char *const whats[] = {
      [ADD] = "CREDENTIAL", [REVOKE] = "CREDENTIAL", [REPLACE] = "OLD NEW"};
  x->verb = argv[0];
  EVD_TRY(evd_args(argc, argv, rows, x->words, x->op == REPLACE ? 2 : 1,
                   whats[x->op]));
  EVD_TRY(read_words(x));
  return evd_act_run(x->verb, &x->act, make, x);
}

static evd_err run_new(int argc, char **argv, uint8_t op) {
  changer x = {.op = op};
  const evd_option_row rows[] = {
      EVD_OPT("style", x.style_text), EVD_OPT("weight", x.weight_text),
      EVD_OPT("reason", x.reason_text), EVD_OPT_ACT(x.act), EVD_OPT_END};
  return run(&x, argc, argv, rows);
}

evd_err evd_cmd_roll_add(int argc, char **argv) {
  return run_new(argc, argv, ADD);
}

evd_err evd_cmd_roll_replace(int argc, char **argv) {
  return run_new(argc, argv, REPLACE);
}

evd_err evd_cmd_roll_revoke(int argc, char **argv) {
  changer x = {.op = REVOKE};
  const evd_option_row rows[] = {EVD_OPT("reason", x.reason_text),
                                 EVD_OPT_ACT(x.act), EVD_OPT_END};
  return run(&x, argc, argv, rows);
}
