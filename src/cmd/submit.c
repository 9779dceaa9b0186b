/* evident submit: one ballot of a remote voter, sealed here and put into the
 * log; then evident cast or evident challenge. */
#include <stdio.h>
#include <string.h>

#include "base/wipe.h"
#include "cmd/plain.h"
#include "cmd/vote.h"
#include "steps/board_head.h"
#include "steps/booth.h"
#include "steps/opening.h"

#define MIB ((size_t)1024 * 1024)
#define BALLOT_BYTES_MAX (512 * MIB)
#define LINE_BYTES_MAX (64 * MIB)

static const char verb[] = "submit";

typedef struct {
  const char *in, *device_text;
  evd_vote_words words;
  evd_vote vote;
  evd_head head;
  uint32_t device;
  evd_plain plain;
  evd_host_group *group;
  evd_arena arena; /* of what is plain; wiped when closed */
  evd_own_ballot own;
  evd_buf line, opening;
} voter;

/* ---- before anything is sealed ---- */

static bool is_remote(const voter *x, uint32_t d) {
  return evd_str_is(x->head.man.devices[d - 1].mode, "remote");
}

static evd_err choose_device(voter *x) {
  const evd_manifest *m = &x->head.man;
  uint64_t d = 0;
  if (x->device_text)
    EVD_TRY(evd_arg_number("--device", x->device_text, 1, m->n_devices, &d));
  for (uint32_t i = 1; d == 0 && i <= m->n_devices; i++)
    if (is_remote(x, i))
      d = i;
  if (d == 0 || !is_remote(x, (uint32_t)d))
    return evd_complain(EVD_ERR_RULE,
                        "%s: %s of this election is remote; credentials vote "
                        "on such devices only",
                        x->vote.look.where,
                        d == 0 ? "no device" : "not that device");
  if (m->devices[d - 1].chaining == 1)
    return evd_complain(EVD_ERR_RULE,
                        "device %llu is chained: ballots of voters at home "
                        "have no order among each other",
                        (unsigned long long)d);
  x->device = (uint32_t)d;
  return EVD_OK;
}

/* Exactly one ballot. */
static evd_err read_plain(voter *x, evd_plain_file *f) {
  evd_plain more_plain;
  bool more = false;
  EVD_TRY(evd_plain_open(f, x->in, &x->head.man));
  EVD_TRY(evd_plain_next(f, &x->plain, &more, &x->arena));
  if (more)
    EVD_TRY(evd_plain_next(f, &more_plain, &more, &x->arena));
  else
    return evd_complain(EVD_ERR_PARSE, "%s: expected a ballot", x->in);
  if (more)
    return evd_complain(EVD_ERR_PARSE, "%s: expected one ballot", x->in);
  const evd_row_credential *row = &x->vote.row;
  if (x->plain.style == row->style && x->plain.weight == row->weight)
    return EVD_OK;
  return evd_complain(EVD_ERR_REFUSED,
                      "%s: the roll gives this credential style %u and weight "
                      "%u, not %u and %u",
                      x->in, row->style, row->weight, x->plain.style,
                      x->plain.weight);
}

static bool is_kept(voter *x) {
  const char *path = x->words.ballot;
  return evd_file_exists(path) ||
         evd_file_exists(evd_path(&x->vote.arena, "%s.sealed", path));
}

static evd_err refuse_existing(voter *x) {
  if (!is_kept(x))
    return EVD_OK;
  return evd_complain(EVD_ERR_EXISTS,
                      "%s is there already: a ballot is not overwritten",
                      x->words.ballot);
}

/* ---- sealing ---- */

static evd_err seal(voter *x) {
  evd_link link;
  evd_ballot *b = &x->own.ballot;
  EVD_TRY(evd_host_group_open(&x->group, &x->head.keys.K, &x->head.keys.K_hat,
                              EVD_TAB_G | EVD_TAB_SEC));
  const evd_group *G = evd_host_group_get(x->group);
  evd_err e = evd_seal_own(G, &x->head, &x->plain, &x->vote.credential, &x->own,
                           &x->arena);
  if (e != EVD_OK)
    return evd_complain(e, "%s: not encrypted: %s", x->in, evd_err_text(e));
  b->slot = evd_look_slot(&x->vote.look);
  evd_link_start(G, &link, &x->head, x->device);
  evd_link_seal(G, &link, b);
  evd_ballot_write(&x->line, b);
  evd_to_open open = {.id_B = b->id_B,
                      .H_I = b->H_I,
                      .n_contests = b->n_contests,
                      .contests = b->contests};
  e = evd_opening_line(&x->opening, G, &x->head.man, &open, &x->own.xi_B,
                       &x->arena);
  evd_wipe(&x->own.xi_B, sizeof x->own.xi_B);
  if (e == EVD_OK && evd_buf_ok(&x->line))
    return EVD_OK;
  return evd_complain(e == EVD_OK ? EVD_ERR_SPACE : e,
                      "%s: the ballot could not be prepared", x->in);
}

static evd_err make_draft(voter *x, evd_draft *d) {
  const evd_ballot *b = &x->own.ballot;
  const evd_span line = {x->line.p, x->line.n};
  evd_entry e = {.type = EVD_ENTRY_BALLOT, .slot = (uint32_t)b->slot};
  e.ballot.id_B = b->id_B;
  e.ballot.H_C = b->H_C;
  e.ballot.object = evd_object_name("ballot", line);
  e.ballot.style = b->style;
  e.ballot.weight = b->weight;
  e.ballot.device = b->device;
  return evd_vote_sign(&x->vote, d, &e, &line, 1);
}

/* What a challenge needs is kept before the board has the ballot, and before
 * that the ballot as it is sent, so that a lost answer can be asked for again:
 * a ballot that is kept can be sent, one that is not never was. */
static evd_err keep_and_post(voter *x, evd_draft *d, const char *draft) {
  char hex[65];
  EVD_TRY(evd_draft_write(d, draft));
  EVD_TRY(evd_vote_keep(&x->vote, &x->own.ballot.H_C,
                        (evd_span){x->opening.p, x->opening.n}));
  evd_hex_text(hex, &x->own.ballot.H_C);
  printf("Confirmation code: %s\n", hex);
  (void)fflush(stdout);
  return evd_vote_post(&x->vote, d, "ballot");
}

static evd_err seal_and_post(voter *x, const char *draft) {
  evd_draft d;
  memset(&d, 0, sizeof d);
  EVD_TRY(refuse_existing(x));
  EVD_TRY(seal(x));
  evd_err e = make_draft(x, &d);
  if (e == EVD_OK)
    e = keep_and_post(x, &d, draft);
  evd_draft_close(&d);
  return e;
}

/* The ballot of an earlier run, whose answer did not come. */
static evd_err post_again(voter *x, const char *draft) {
  evd_draft d;
  evd_err e = evd_draft_read(&d, draft);
  if (e == EVD_OK && d.e.type != EVD_ENTRY_BALLOT)
    e = evd_complain(EVD_ERR_FORM, "%s is no ballot", draft);
  if (e == EVD_OK)
    e = evd_vote_post(&x->vote, &d, "ballot");
  evd_draft_close(&d);
  return e;
}

static evd_err seal_new(voter *x, const char *draft) {
  evd_plain_file f = {.lines = {.fd = -1}};
  EVD_TRY(evd_board_head_open(&x->head, &x->vote.look));
  EVD_TRY(choose_device(x));
  evd_err e = read_plain(x, &f);
  evd_plain_close(&f);
  return e == EVD_OK ? seal_and_post(x, draft) : e;
}

static evd_err run(voter *x) {
  EVD_TRY(evd_vote_open(&x->vote, verb, &x->words, EVD_LOOK_UNTIL_OPEN));
  const char *draft = evd_path(&x->vote.arena, "%s.draft", x->words.ballot);
  evd_err e = evd_file_exists(draft) && is_kept(x) ? post_again(x, draft)
                                                   : seal_new(x, draft);
  if (e == EVD_OK)
    printf("The ballot is sealed in the log and not cast yet. Next: evident "
           "cast, or evident challenge to see what was sealed.\n");
  return e;
}

evd_err evd_cmd_submit(int argc, char **argv) {
  voter *x = evd_secret_get(sizeof *x);
  if (!x)
    return evd_complain(EVD_ERR_SPACE, "%s: no memory", verb);
  const evd_option_row rows[] = {EVD_OPT("in", x->in),
                                 EVD_OPT("device", x->device_text),
                                 EVD_OPT_VOTE(x->words), EVD_OPT_END};
  evd_err e = evd_args(argc, argv, rows, NULL, 0, "");
  if (e == EVD_OK)
    e = evd_arg_needed(verb, "in", x->in);
  if (e == EVD_OK)
    e = evd_vote_needed(verb, &x->words);
  if (e == EVD_OK) {
    evd_arena_init(&x->arena, BALLOT_BYTES_MAX);
    evd_buf_init(&x->line, LINE_BYTES_MAX);
    evd_buf_init(&x->opening, LINE_BYTES_MAX);
    e = run(x);
    evd_buf_close(&x->opening);
    evd_buf_close(&x->line);
    evd_host_group_close(x->group);
    evd_head_close(&x->head);
    evd_vote_close(&x->vote);
    evd_arena_close(&x->arena);
  }
  evd_secret_free(x);
  return e;
}
