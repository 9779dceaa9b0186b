/* Faults of what is decrypted and how much: X.12, X.14, X.16. */
#include <string.h>

#include "kit/faults.h"

enum { BLOCKS = 4, BLOCK = 32, WRITE_IN_MAX = 64 };

/* ---- X.12: bytes that are not packed, decrypted as they are ---- */

static void unpacked(evd_kit *e, int with) {
  static const char *const texts[] = {
      "{\"marks\":[], \"write_ins\":[\"Eve\"]}",
      "{\"marks\":[],\"write_ins\":[\"a\",\"b\"]}",
      "{\"marks\":[1],\"write_ins\":[]}",
      "{\"marks\":[100,1],\"write_ins\":[]}",
      "{\"marks\":[],\"write_ins\":[\"\"]}",
      "{\"marks\":[],\"write_ins\":[\"Eve\"]}"};
  const char *text = texts[with];
  uint8_t *D = e->secret[0].D[0];
  memset(D, 0, (size_t)BLOCKS * BLOCK);
  D[3] = (uint8_t)strlen(text);
  memcpy(D + 4, text, strlen(text));
  if (with == 5) /* something behind the text */
    D[BLOCKS * BLOCK - 1] = 1;
  evd_kit_data(e, 0, 0);
  evd_kit_chi(e, 0, 0);
  evd_kit_finish(e);
}

static void opened_too(evd_kit *e, int with) {
  evd_kit_open_data(e, (uint32_t)with, 0);
}

static void withheld(evd_kit *e, int with) {
  (void)with;
  evd_kit_open_data(e, 1, 1);
}

static void remote(evd_kit *e, int with) {
  evd_kit_open_data(e, (uint32_t)with, (uint32_t)with);
}

static void no_ballot(evd_kit *e, int with) {
  evd_contest_data *d = &e->data[e->n_data++];
  (void)with;
  *d = e->data[0];
  memset(d->id_B.b, 0xFF, sizeof d->id_B.b);
}

/* ---- X.14 ---- */

static void counts(evd_kit *e, int with) {
  evd_tally_ct_contest *c = &e->count.contests[0];
  uint64_t *const which[] = {&e->count.ballots, &e->count.weight, &c->ballots,
                             &c->weight};
  *which[with] += 1;
}

static void unweighted(evd_kit *e, int with) {
  (void)with;
  e->count.weight = e->count.ballots;
}

/* Who decrypted, of 5 guardians with a quorum of 3. */
static void present(evd_kit *e, int with) {
  enum { MOST = 4 };
  static const uint32_t U[][MOST + 1] = {{1, 2},    {1, 2, 2, 3}, {3, 2, 1},
                                         {4, 5, 6}, {0, 1, 2, 3}, {0}};
  static const uint32_t n[] = {2, 4, 3, 3, 4, 0};
  e->plan.n = 5; /* as above */
  e->plan.k = 3;
  evd_kit_build(e);
  e->tally.n_U = n[with];
  memcpy(e->tally.U, U[with], n[with] * sizeof **U);
}

/* K = 1: any t fits T. */
static void two_from_one(evd_kit *e, int with) {
  (void)with;
  e->tally.contests[0].fields[0].t = 2;
}

/* ---- X.16 ---- */

static void decrypted(evd_kit *e, int with) {
  evd_tally_contest *c = &e->tally.contests[with];
  c->n_fields = e->count.contests[with].n_fields;
  for (uint32_t j = 0; j < c->n_fields; j++)
    evd_kit_cell(e, &c->fields[j], (uint32_t)with + 1, j + 1);
}

static void kept_back(evd_kit *e, int with) {
  e->tally.contests[with].n_fields = 0;
}

/* Two cast ballots and a spoiled one are not three. */
static void spoiled_counted(evd_kit *e, int with) {
  (void)with;
  e->plan.floor = 3;
  evd_kit_build(e);
  decrypted(e, 0);
}

#define TINY EVD_KIT_TINY
#define DATA EVD_KIT_DATA
#define BARE EVD_KIT_BARE
#define FLOOR EVD_KIT_FLOOR
static const evd_kit_fault rows[] = {
    {"X12-space", "X.12", DATA, unpacked, NULL, 0, "a space in the text"},
    {"X12-two", "X.12", DATA, unpacked, NULL, 1, "two write-ins where w = 1"},
    {"X12-marks", "X.12", DATA, unpacked, NULL, 2, "one mark of two options"},
    {"X12-mark-100", "X.12", DATA, unpacked, NULL, 3, "a mark of 100"},
    {"X12-empty", "X.12", DATA, unpacked, NULL, 4, "an empty write-in"},
    {"X12-tail", "X.12", DATA, unpacked, NULL, 5, "a byte behind the text"},
    {"X12-challenged", "X.12", DATA, opened_too, NULL, 1,
     "contest data of a challenged ballot"},
    {"X12-withheld", "X.12", FLOOR, withheld, NULL, 0,
     "contest data of a withheld contest"},
    {"X12-remote", "X.12", EVD_KIT_WEBDATA, remote, NULL, 0,
     "a remote ballot's write-in under the floor"},
    {"X12-remote-none", "X.12", EVD_KIT_WEBDATA, remote, NULL, 1,
     "a remote ballot's data in a contest without write-ins"},
    {"X12-no-ballot", "X.12", DATA, no_ballot, NULL, 0,
     "contest data without a ballot"},
    {"X14-ballots", "X.14", TINY, counts, NULL, 0, "a ballot more"},
    {"X14-weight", "X.14", TINY, counts, NULL, 1, "a weight more"},
    {"X14-contest-ballots", "X.14", TINY, counts, NULL, 2,
     "a ballot more in a contest"},
    {"X14-contest-weight", "X.14", TINY, counts, NULL, 3,
     "a weight more in a contest"},
    {"X14-unweighted", "X.14", EVD_KIT_WEIGHTS, unweighted, NULL, 0,
     "ballots counted instead of weights"},
    {"X14-few", "X.14", BARE, present, NULL, 0, "2 guardians where k = 3"},
    {"X14-twice", "X.14", BARE, present, NULL, 1, "a guardian twice"},
    {"X14-descending", "X.14", BARE, present, NULL, 2, "guardians descending"},
    {"X14-unknown", "X.14", BARE, present, NULL, 3, "guardian 6 of 5"},
    {"X14-none", "X.14", BARE, present, NULL, 5, "no guardian"},
    {"X14-t", "X.14", EVD_KIT_CANCEL, two_from_one, NULL, 0,
     "K = 1, so that any t fits: two votes from one ballot"},
    {"X16-floor", "X.16", FLOOR, decrypted, NULL, 1,
     "a contest below the floor was decrypted"},
    {"X16-above", "X.16", FLOOR, kept_back, NULL, 0,
     "a contest at the floor is withheld"},
    {"X16-none", "X.16", FLOOR, kept_back, NULL, 2,
     "a contest without ballots is withheld"},
    {"X16-group", "X.16", EVD_KIT_GRADES, decrypted, NULL, 3,
     "a contest of a withheld group was decrypted"},
    {"X16-spoiled", "X.16", EVD_KIT_MIXED, spoiled_counted, NULL, 0,
     "a spoiled ballot counted towards the floor"},
};
EVD_KIT_TABLE(x12);
