/* Faults of identifiers: 5.A, 5.B. */
#include <string.h>

#include "egds/hashes.h"
#include "kit/faults.h"

enum { TAG_H_I = 0x20, TAG_OTHER = 0x21 };

/* Ballot `with` takes the name of the first. */
static void same_id(evd_kit *e, int with) {
  e->ballots[with].id_B = e->ballots[0].id_B;
  evd_kit_seal(e, (uint32_t)with);
  evd_kit_finish(e);
}

static void same_id_spoiled(evd_kit *e, int with) {
  static const evd_kit_vote vote = {.marks = {{1, 0}}, .state = EVD_SPOILED};
  (void)with;
  evd_kit_add_vote(e, &vote);
  evd_kit_add_vote(e, &vote);
  e->ballots[3].id_B = e->ballots[2].id_B;
  evd_kit_seal(e, 3);
  evd_kit_finish(e);
}

static void own_H_I(evd_kit *e, int with) {
  evd_ballot *b = &e->ballots[0];
  evd_hmac h;
  e->secret[0].own_H_I = true;
  evd_h_init(&h, with == 0 ? &e->keys.H_B : &e->keys.H_E, NULL);
  evd_h_tag(&h, with == 1 ? TAG_OTHER : TAG_H_I);
  evd_h_add(&h, b->id_B.b, sizeof b->id_B.b);
  evd_h_out(&h, &b->H_I);
  if (with == 2)
    memset(b->H_I.b, 0, sizeof b->H_I.b);
  evd_kit_seal(e, 0);
  evd_kit_finish(e);
}

/* id_B >= q, reduced before it was hashed. */
static void reduced(evd_kit *e, int with) {
  evd_ballot *b = &e->ballots[0];
  evd_h32 small = {{0}};
  (void)with;
  memset(b->id_B.b, 0xFF, sizeof b->id_B.b);
  small.b[sizeof small.b - 1] = EVD_Q_TAIL - 1;
  e->secret[0].own_H_I = true;
  evd_hash_HI(&e->G, &b->H_I, &e->keys.H_E, &small);
  evd_kit_seal(e, 0);
  evd_kit_finish(e);
}

#define TINY EVD_KIT_TINY
static const evd_kit_fault rows[] = {
    {"5A-same", "5.A", TINY, same_id, NULL, 1,
     "two ballots with one id_B and different nonces"},
    {"5A-devices", "5.A", EVD_KIT_MIXED, same_id, NULL, 2,
     "one id_B on two devices"},
    {"5A-spoiled", "5.A", TINY, same_id_spoiled, NULL, 0,
     "one id_B on two spoiled ballots"},
    {"5B-key", "5.B", TINY, own_H_I, NULL, 0,
     "H_I keyed by H_B; the whole ballot made from it"},
    {"5B-tag", "5.B", TINY, own_H_I, NULL, 1, "H_I with another tag"},
    {"5B-zero", "5.B", TINY, own_H_I, NULL, 2, "H_I left at zero"},
    {"5B-reduced", "5.B", TINY, reduced, NULL, 0,
     "an id_B of q or more, reduced before it was hashed"},
};
EVD_KIT_TABLE(f05);
