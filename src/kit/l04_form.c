/* Faults of the form and the signatures of an entry: L.4. */
#include <string.h>

#include "kit/log.h"

enum { SIG = 73, SIG_S = 32, N_SIG = 2 };

/* ---- of a NOTICE by two admins, after it was signed: its last bytes are
 * nsig, then twice keyid, algorithm, R, S ---- */

static void type(uint8_t *b, size_t *n) {
  enum { TYPE_AT = 4, NO_TYPE = 200 };
  (void)n;
  b[TYPE_AT] = NO_TYPE;
}
static void magic(uint8_t *b, size_t *n) {
  (void)n;
  b[3] = '2';
}
static void longer(uint8_t *b, size_t *n) { b[(*n)++] = 0; }
static void shorter(uint8_t *b, size_t *n) {
  (void)b;
  (*n)--;
}
static void unsigned_(uint8_t *b, size_t *n) {
  *n -= N_SIG * SIG;
  b[*n - 1] = 0;
}
static void swapped(uint8_t *b, size_t *n) {
  uint8_t first[SIG], *at = b + *n - N_SIG * SIG;
  memcpy(first, at, SIG);
  memcpy(at, at + SIG, SIG);
  memcpy(at + SIG, first, SIG);
}
static void twice(uint8_t *b, size_t *n) {
  uint8_t *at = b + *n - N_SIG * SIG;
  memcpy(at + SIG, at, SIG);
}
static void signature(uint8_t *b, size_t *n) { b[*n - SIG_S - 1] ^= 1; }
static void algorithm(uint8_t *b, size_t *n) { b[*n - SIG + 8] = 2; }

/* S + L: the equation holds, the signature is not the one that was made. */
static void plus_order(uint8_t *b, size_t *n) {
  static const uint8_t order[SIG_S] = {0xED, 0xD3, 0xF5, 0x5C, 0x1A,       0x63,
                                       0x12, 0x58, 0xD6, 0x9C, 0xF7,       0xA2,
                                       0xDE, 0xF9, 0xDE, 0x14, [31] = 0x10};
  uint32_t carry = 0;
  uint8_t *s = b + *n - SIG_S;
  for (int i = 0; i < SIG_S; i++) {
    carry += (uint32_t)s[i] + order[i];
    s[i] = (uint8_t)carry;
    carry >>= 8;
  }
}

static evd_kit_spoil *const spoils[] = {type,      magic,     longer, shorter,
                                        unsigned_, swapped,   twice,  signature,
                                        algorithm, plus_order};

static evd_kit_item *last_notice(evd_kit *e) {
  return evd_kit_notice(e, e->log->n_items, "All ballots are counted.");
}

static void spoilt(evd_kit *e, int with) {
  last_notice(e)->spoil = spoils[with];
}

/* ---- of what is signed, and by whom ---- */

static void signers(evd_kit *e, int with) {
  static const uint64_t by[] = {
      EVD_KIT_BIT(EVD_KIT_BY_ADMIN),
      EVD_KIT_TWO_ADMINS | EVD_KIT_BIT(EVD_KIT_BY_ADMIN + 2),
      EVD_KIT_BIT(EVD_KIT_BY_ADMIN) | EVD_KIT_BIT(EVD_KIT_BY_REGISTRAR),
      EVD_KIT_BIT(EVD_KIT_BY_ADMIN) | EVD_KIT_BIT(EVD_KIT_BY_NOBODY),
      EVD_KIT_BIT(EVD_KIT_BY_ADMIN) | EVD_KIT_BIT(EVD_KIT_BY_VOTER)};
  last_notice(e)->by = by[with];
}

static void other_message(evd_kit *e, int with) {
  static const evd_h32 before;
  evd_kit_item *item = last_notice(e);
  if (with == 0)
    item->open = &before;
  else
    item->origin = "board.example/other";
}

/* ---- of the bytes that are signed ---- */

enum { BODY_LENGTH = 10, BODY = 11 };
/* within a NOTICE, and a PHASE: the last byte of the text's length, and the
 * text; behind the text of a PHASE six counts of 4 bytes */
enum { NOTICE_TEXT = BODY + 8 + 4 + 2, BEACON = BODY + 1 + 2 + 2 };

static void empty(uint8_t *b, size_t *n) {
  b[BODY_LENGTH] = (uint8_t)(b[BODY_LENGTH] - b[NOTICE_TEXT - 1]);
  b[NOTICE_TEXT - 1] = 0;
  *n = NOTICE_TEXT;
}
static void tab(uint8_t *b, size_t *n) {
  (void)n;
  b[NOTICE_TEXT] = '\t';
}
static void zero_in_two(uint8_t *b, size_t *n) {
  (void)n;
  b[NOTICE_TEXT] = 0xC0;
  b[NOTICE_TEXT + 1] = 0x80;
}
static void count(uint8_t *b, size_t *n) { b[*n - 17] = 1; /* of CASTs */ }
static void beacon(uint8_t *b, size_t *n) {
  memmove(b + BEACON + 1, b + BEACON, *n - BEACON);
  b[BEACON] = '6';
  b[BEACON - 1]++;
  b[BODY_LENGTH]++;
  (*n)++;
}

static evd_kit_spoil *const warps[] = {empty, tab, zero_in_two, count, beacon};

static void range(evd_kit *e, int with) { last_notice(e)->warp = warps[with]; }

/* A site that opens or closes. */
static void zeros(evd_kit *e, int with) {
  enum { OPEN = 1, CLOSE = 2, COUNT = 3 };
  const uint32_t at = evd_kit_item_of(e, EVD_ENTRY_PHASE, 2);
  evd_kit_item *item =
      evd_kit_insert(e, at, EVD_ENTRY_PHASE, EVD_KIT_TWO_ADMINS);
  item->e.phase.op = with == COUNT ? OPEN : CLOSE;
  item->e.phase.site = 1;
  if (with == COUNT)
    item->e.phase.beacon = evd_kit_str("dice 1");
  item->warp = warps[with];
}

static void slot(evd_kit *e, int with) {
  (void)with;
  last_notice(e)->e.slot--;
}

/* An admin's key is revoked and signs. */
static void revoked(evd_kit *e, int with) {
  enum { REVOKE = 2, ADMIN = 1 };
  (void)with;
  evd_entry *x =
      &evd_kit_append(e, EVD_ENTRY_KEY,
                      EVD_KIT_TWO_ADMINS | EVD_KIT_BIT(EVD_KIT_BY_ADMIN + 2))
           ->e;
  x->key.op = REVOKE;
  x->key.role = ADMIN;
  x->key.key = e->log->pub[EVD_KIT_BY_ADMIN + 2];
  last_notice(e)->by =
      EVD_KIT_BIT(EVD_KIT_BY_ADMIN) | EVD_KIT_BIT(EVD_KIT_BY_ADMIN + 2);
}

/* Who may not sign what. */
static void wrong_role(evd_kit *e, int with) {
  enum { RESULT, OPENING, ALARM };
  if (with == RESULT) {
    const uint32_t at = evd_kit_item_of(e, EVD_ENTRY_RESULT, 1);
    evd_kit_again(e, at, at)->by = EVD_KIT_TWO_ADMINS;
  } else if (with == OPENING) {
    const uint32_t at = evd_kit_item_of(e, EVD_ENTRY_OPENING, 1);
    evd_kit_again(e, at, at)->by = EVD_KIT_BIT(EVD_KIT_BY_VOTER);
  } else {
    evd_kit_item *item =
        evd_kit_append(e, EVD_ENTRY_RELEASE, EVD_KIT_BIT(EVD_KIT_BY_MONITOR));
    item->e.release.object =
        evd_kit_object(e, "release", evd_kit_str("release 1"));
  }
}

static const evd_kit_fault rows[] = {
    {"L4-type", "L.4", EVD_KIT_BOARD, spoilt, NULL, 0,
     "a type that nobody knows"},
    {"L4-magic", "L.4", EVD_KIT_BOARD, spoilt, NULL, 1, "EVB2"},
    {"L4-longer", "L.4", EVD_KIT_BOARD, spoilt, NULL, 2,
     "a byte behind the signatures"},
    {"L4-shorter", "L.4", EVD_KIT_BOARD, spoilt, NULL, 3,
     "the last byte is missing"},
    {"L4-unsigned", "L.4", EVD_KIT_BOARD, spoilt, NULL, 4,
     "a notice that nobody signed"},
    {"L4-order", "L.4", EVD_KIT_BOARD, spoilt, NULL, 5,
     "signatures that do not ascend by keyid"},
    {"L4-twice", "L.4", EVD_KIT_BOARD, spoilt, NULL, 6,
     "one admin's signature, twice"},
    {"L4-signature", "L.4", EVD_KIT_BOARD, spoilt, NULL, 7,
     "a signature that does not hold"},
    {"L4-algorithm", "L.4", EVD_KIT_BOARD, spoilt, NULL, 8, "algorithm 2"},
    {"L4-plus-L", "L.4", EVD_KIT_BOARD, spoilt, NULL, 9,
     "S + L instead of S: the equation holds"},
    {"L4-one-admin", "L.4", EVD_KIT_BOARD, signers, NULL, 0,
     "one admin where two sign"},
    {"L4-three-admins", "L.4", EVD_KIT_BOARD, signers, NULL, 1,
     "three admins where two sign"},
    {"L4-registrar", "L.4", EVD_KIT_BOARD, signers, NULL, 2,
     "the registrar for an admin"},
    {"L4-unlisted", "L.4", EVD_KIT_BOARD, signers, NULL, 3,
     "a key that is not listed"},
    {"L4-voter", "L.4", EVD_KIT_BOARD, signers, NULL, 4,
     "a voter for an admin"},
    {"L4-before-open", "L.4", EVD_KIT_BOARD, other_message, NULL, 0,
     "signed before OPEN, logged behind it"},
    {"L4-other-log", "L.4", EVD_KIT_BOARD, other_message, NULL, 1,
     "signed for another log"},
    {"L4-empty", "L.4", EVD_KIT_BOARD, range, NULL, 0,
     "a notice without a text"},
    {"L4-tab", "L.4", EVD_KIT_BOARD, range, NULL, 1, "a tab in a text"},
    {"L4-utf8", "L.4", EVD_KIT_BOARD, range, NULL, 2,
     "a zero as two bytes of UTF-8"},
    {"L4-slot", "L.4", EVD_KIT_BOARD, slot, NULL, 0,
     "an earlier slot than the entry before"},
    {"L4-counts", "L.4", EVD_KIT_BOARD, zeros, NULL, 3,
     "a site opens and states a count"},
    {"L4-beacon", "L.4", EVD_KIT_BOARD, zeros, NULL, 4,
     "a site closes with a beacon"},
    {"L4-revoked", "L.4", EVD_KIT_BOARD, revoked, NULL, 0,
     "a key signs that was revoked before"},
    {"L4-result", "L.4", EVD_KIT_BOARD, wrong_role, NULL, 0,
     "a result that no guardian signed"},
    {"L4-opening", "L.4", EVD_KIT_BOARD, wrong_role, NULL, 1,
     "a voter opens another's ballot"},
    {"L4-release", "L.4", EVD_KIT_BOARD, wrong_role, NULL, 2,
     "a monitor signs a release"},
};
EVD_KIT_TABLE(l04);
