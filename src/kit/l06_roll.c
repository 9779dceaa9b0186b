/* Faults of the roll: L.6. */
#include "kit/log.h"

enum { ADD = 2, REVOKE = 3, REPLACE = 4, VOTED = 0, WAITS = 1 };

/* A change of the roll before item `at`. */
static evd_entry *change(evd_kit *e, uint32_t at, uint8_t op, uint32_t who) {
  evd_entry *x =
      &evd_kit_insert(e, at, EVD_ENTRY_ROLL,
                      EVD_KIT_TWO_ADMINS | EVD_KIT_BIT(EVD_KIT_BY_REGISTRAR))
           ->e;
  x->roll.op = op;
  x->roll.credential = e->log->pub[who];
  x->roll.style = x->roll.weight = 1;
  x->roll.reason = 1;
  return x;
}

static void commit_twice(evd_kit *e, int with) {
  const uint32_t to = with ? evd_kit_item_of(e, EVD_ENTRY_BALLOT, 1)
                           : evd_kit_item_of(e, EVD_ENTRY_PHASE, 1);
  evd_kit_again(e, evd_kit_item_of(e, EVD_ENTRY_ROLL, 1), to);
}

/* A ballot of the voter who did not vote. */
static void ballot(evd_kit *e, int with) {
  enum { STYLE, WEIGHT, REVOKED, REPLACED };
  uint32_t at = evd_kit_item_of(e, EVD_ENTRY_DEVICE, 2);
  evd_ballot b = evd_kit_fresh(e, 2);
  b.credential = e->credentials[WAITS];
  if (with == STYLE)
    b.style = 2;
  if (with == WEIGHT)
    b.weight = 2;
  if (with == REVOKED)
    change(e, at++, REVOKE, EVD_KIT_BY_VOTER + WAITS);
  if (with == REPLACED)
    change(e, at++, REPLACE, EVD_KIT_BY_NOBODY)->roll.replaced = b.credential;
  evd_kit_fill_ballot(e, evd_kit_insert(e, at, EVD_ENTRY_BALLOT, 0), &b);
}

static void late_change(evd_kit *e, int with) {
  static const struct {
    uint8_t op;
    uint32_t who;
  } rows[] = {
      {REVOKE, EVD_KIT_BY_VOTER + VOTED}, {REPLACE, EVD_KIT_BY_NOBODY},
      {REVOKE, EVD_KIT_BY_NOBODY},        {ADD, EVD_KIT_BY_VOTER + WAITS},
      {ADD, EVD_KIT_BY_NOBODY},           {ADD, EVD_KIT_BY_NOBODY}};
  enum { STYLE = 4, WEIGHT = 5 };
  const uint32_t at = evd_kit_item_of(e, EVD_ENTRY_DEVICE, 2);
  evd_entry *x = change(e, at, rows[with].op, rows[with].who);
  if (rows[with].op == REPLACE)
    x->roll.replaced = e->credentials[VOTED];
  x->roll.style += with == STYLE;
  x->roll.weight += with == WEIGHT;
}

static const evd_kit_fault rows[] = {
    {"L6-commit-twice", "L.6", EVD_KIT_BOARD, commit_twice, NULL, 0,
     "the roll is committed twice"},
    {"L6-style", "L.6", EVD_KIT_BOARD, ballot, NULL, 0,
     "a ballot of another style than the voter's"},
    {"L6-weight", "L.6", EVD_KIT_BOARD, ballot, NULL, 1,
     "a ballot of twice the voter's weight"},
    {"L6-revoked", "L.6", EVD_KIT_BOARD, ballot, NULL, 2,
     "a ballot of a voter who was revoked"},
    {"L6-replaced", "L.6", EVD_KIT_BOARD, ballot, NULL, 3,
     "a ballot with a credential that was replaced"},
    {"L6-revoke-voted", "L.6", EVD_KIT_BOARD, late_change, NULL, 0,
     "who has voted is revoked"},
    {"L6-replace-voted", "L.6", EVD_KIT_BOARD, late_change, NULL, 1,
     "who has voted gets another credential"},
    {"L6-revoke-stranger", "L.6", EVD_KIT_BOARD, late_change, NULL, 2,
     "who is not on the roll is revoked"},
    {"L6-add-twice", "L.6", EVD_KIT_BOARD, late_change, NULL, 3,
     "who is on the roll is added"},
    {"L6-add-style", "L.6", EVD_KIT_BOARD, late_change, NULL, 4,
     "a voter is added with a style that there is not"},
    {"L6-add-weight", "L.6", EVD_KIT_BOARD, late_change, NULL, 5,
     "a voter is added with two votes where each has one"},
};
EVD_KIT_TABLE(l06);
