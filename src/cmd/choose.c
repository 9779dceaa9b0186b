/* evident cast, evident challenge: what becomes of a sealed ballot. */
#include <stdio.h>
#include <string.h>

#include "cmd/vote.h"

typedef struct {
  evd_vote_words words;
  evd_vote vote;
  evd_h32 H_C;
  evd_span opening;
} chooser;

static evd_err sign_and_post(chooser *x, const evd_entry *e,
                             const evd_span *object, const char *what) {
  evd_draft d;
  memset(&d, 0, sizeof d);
  evd_err err = evd_vote_sign(&x->vote, &d, e, object, object ? 1 : 0);
  if (err == EVD_OK)
    err = evd_vote_post(&x->vote, &d, what);
  evd_draft_close(&d);
  return err;
}

/* A voter may cast again only where the election says so; then the log knows
 * what was cast before. */
static evd_err look_on(chooser *x) {
  evd_vote *v = &x->vote;
  if (!v->look.man.revote)
    return EVD_OK;
  EVD_TRY(evd_look_walk(&v->look, EVD_LOOK_ALL, NULL, NULL));
  (void)evd_look_credential(&v->look, &v->credential, &v->row);
  return EVD_OK;
}

static evd_err cast(chooser *x) {
  evd_entry e = {.type = EVD_ENTRY_CAST};
  EVD_TRY(look_on(x));
  e.slot = evd_look_slot(&x->vote.look);
  e.cast.H_C = x->H_C;
  e.cast.credential = x->vote.credential;
  e.cast.seq = x->vote.row.seq + 1;
  e.cast.prev = x->vote.row.last_body;
  EVD_TRY(sign_and_post(x, &e, NULL, "cast"));
  /* Who keeps the opening could prove the vote to a buyer. */
  EVD_TRY(evd_vote_erase(&x->vote));
  printf("The ballot is cast; %s is erased. Keep the receipt.\n",
         x->words.ballot);
  return EVD_OK;
}

/* The opening is shown when the challenge can not be taken back any more: it
 * stands in a checkpoint that the witnesses have signed. */
static evd_err challenge(chooser *x) {
  evd_entry e = {.type = EVD_ENTRY_CHALLENGE};
  e.slot = evd_look_slot(&x->vote.look);
  e.challenge.H_C = x->H_C;
  EVD_TRY(sign_and_post(x, &e, NULL, "challenge"));
  evd_entry o = {.type = EVD_ENTRY_OPENING, .slot = e.slot};
  o.opening.H_C = x->H_C;
  o.opening.object = evd_object_name("challenged", x->opening);
  EVD_TRY(sign_and_post(x, &o, &x->opening, "opening"));
  EVD_TRY(evd_vote_erase(&x->vote));
  printf("The ballot is challenged: it will not count, and everybody sees "
         "what was sealed in it:\n%.*s\n",
         (int)x->opening.n, (const char *)x->opening.p);
  return EVD_OK;
}

static evd_err run(const char *verb, int argc, char **argv,
                   evd_err (*act)(chooser *x)) {
  chooser x;
  memset(&x, 0, sizeof x);
  const evd_option_row rows[] = {EVD_OPT_VOTE(x.words), EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, NULL, 0, ""));
  EVD_TRY(evd_vote_needed(verb, &x.words));
  evd_err e = evd_vote_open(&x.vote, verb, &x.words, EVD_LOOK_UNTIL_OPEN);
  if (e == EVD_OK)
    e = evd_vote_read(&x.vote, &x.H_C, &x.opening);
  if (e == EVD_OK)
    e = act(&x);
  evd_vote_close(&x.vote);
  return e;
}

evd_err evd_cmd_cast(int argc, char **argv) {
  return run("cast", argc, argv, cast);
}

evd_err evd_cmd_challenge(int argc, char **argv) {
  return run("challenge", argc, argv, challenge);
}
