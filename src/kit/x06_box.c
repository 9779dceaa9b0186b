/* Faults of single ballots beyond their proofs: X.6, X.10. */
#include <string.h>

#include "kit/faults.h"

enum { UNKNOWN = 99 };

static void header(evd_kit *e, int with) {
  if (with == 0)
    e->ballots[0].style = UNKNOWN;
  else if (with == 1)
    e->ballots[2].style = 1;
  else
    e->ballots[0].weight = 2; /* and counted twice */
  if (with == 2)
    evd_kit_finish(e);
}

static void device(evd_kit *e, int with) {
  (void)with;
  e->ballots[3].device = UNKNOWN;
  e->devices.devices[1].ballots = 1;
}

static void contest_missing(evd_kit *e, int with) {
  (void)with;
  e->ballots[0].n_contests--;
  evd_kit_finish(e);
}

/* A ballot of style 1 that says style 2. */
static void contest_foreign(evd_kit *e, int with) {
  static const evd_kit_vote vote = {.marks = {{1, 0}, {1}}};
  (void)with;
  evd_kit_add_vote(e, &vote);
  e->ballots[3].style = 2;
  evd_kit_finish(e);
}

/* In descending order; codes made from it. */
static void contest_order(evd_kit *e, int with) {
  evd_contest_ct *c = e->ballots[0].contests, first = c[0];
  evd_kit_secret *s = &e->secret[0], old = *s;
  (void)with;
  c[0] = c[1];
  c[1] = first;
  for (uint32_t ci = 0; ci < 2; ci++) {
    memcpy(s->value[ci], old.value[1 - ci], sizeof s->value[ci]);
    memcpy(s->xi[ci], old.xi[1 - ci], sizeof s->xi[ci]);
  }
  evd_kit_finish(e);
}

static void contest_twice(evd_kit *e, int with) {
  evd_ballot *b = &e->ballots[2];
  evd_contest_ct *c = evd_kit_room(e, 2, sizeof *c);
  (void)with;
  c[0] = c[1] = b->contests[0];
  b->contests = c;
  b->n_contests = 2;
  e->secret[2].value[1][0] = e->secret[2].value[0][0];
  evd_kit_finish(e);
  e->count.contests[1].ballots--;
  e->count.contests[1].weight--;
}

static void binding(evd_kit *e, int with) {
  evd_ballot *b = &e->ballots[2];
  if (with == 0)
    memset(b->salt.b, 0, sizeof b->salt.b);
  else if (with == 1)
    b->credential = e->credentials[3]; /* of a voter who did not vote */
  else
    evd_kit_flip(&b->salt);
}

/* ---- X.10 ---- */

static void one_alpha(evd_kit *e, int with) {
  evd_kit_reset(e, (uint32_t)with, 0, 1, (uint32_t)with, e->secret[0].xi[0][0]);
  evd_kit_finish(e);
}

static void one_nonce(evd_kit *e, int with) {
  (void)with;
  e->secret[1].xi_hat = e->secret[0].xi_hat;
  evd_kit_nonce(e, 1);
}

static void one_data(evd_kit *e, int with) {
  (void)with;
  e->secret[1].data_xi[0] = e->secret[0].data_xi[0];
  evd_kit_data(e, 1, 0);
  evd_kit_chi(e, 1, 0);
  evd_kit_finish(e);
}

static void one_code(evd_kit *e, int with) {
  (void)with;
  e->ballots[1].H_C = e->ballots[0].H_C;
  evd_kit_closing(e, 1);
}

#define TINY EVD_KIT_TINY
#define DATA EVD_KIT_DATA
static const evd_kit_fault rows[] = {
    {"X6-style", "X.6", TINY, header, NULL, 0, "a style that is not there"},
    {"X6-style-other", "X.6", DATA, header, NULL, 1,
     "contests of another style"},
    {"X6-device", "X.6", EVD_KIT_MIXED, device, NULL, 0,
     "a device that is not there"},
    {"X6-missing", "X.6", DATA, contest_missing, NULL, 0,
     "a contest of the style is missing"},
    {"X6-foreign", "X.6", DATA, contest_foreign, NULL, 0,
     "a contest that the style does not have"},
    {"X6-order", "X.6", DATA, contest_order, NULL, 0,
     "contests in descending order"},
    {"X6-twice", "X.6 X.10", DATA, contest_twice, NULL, 0,
     "a contest twice, counted twice"},
    {"X6-weight", "X.6", TINY, header, NULL, 2,
     "a weight of 2 where the manifest has no weights"},
    {"X6-salt", "X.6", EVD_KIT_WEB, binding, NULL, 0,
     "id_B is not the hash of credential and salt"},
    {"X6-credential", "X.6", EVD_KIT_WEB, binding, NULL, 1,
     "the credential of another voter on the roll"},
    {"X6-salt-bit", "X.6", EVD_KIT_WEB, binding, NULL, 2, "a bit of the salt"},
    {"X10-alpha", "X.10", TINY, one_alpha, NULL, 1,
     "one nonce for options of two ballots"},
    {"X10-within", "X.10", TINY, one_alpha, NULL, 0,
     "one nonce for both options of a ballot"},
    {"X10-nonce", "X.10", TINY, one_nonce, NULL, 0,
     "two ballots encrypt their nonces under one random"},
    {"X10-data", "X.10", DATA, one_data, NULL, 0,
     "contest data of two ballots under one nonce"},
    {"X10-code", "X.10 8.B", TINY, one_code, NULL, 0,
     "two ballots show one confirmation code"},
};
EVD_KIT_TABLE(x06);
