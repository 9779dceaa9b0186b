/* Faults of order and uniqueness: L.5. */
#include "base/require.h"
#include "kit/log.h"

enum { OPEN = 1, CLOSE = 2 };

static const evd_h32 before_open;

/* ---- an entry once more: late, and early, where the one in its right place
 * stands behind the refused one ---- */

typedef struct {
  evd_entry_type type;
  uint32_t nth;
  evd_entry_type place; /* before this one; its number 0: at the end */
  uint32_t place_nth;
} again;

/* With the places that the rows below have in it. */
static const again list[] = {
    {EVD_ENTRY_KEYS, 1, EVD_ENTRY_DEVICE, 1},
    {EVD_ENTRY_PHASE, 1, EVD_ENTRY_BALLOT, 1},
    {EVD_ENTRY_PHASE, 2, EVD_ENTRY_TALLY, 1},
    {EVD_ENTRY_RESULT, 1, EVD_ENTRY_RESULT, 0},
    {EVD_ENTRY_SETUP, 1, EVD_ENTRY_RESULT, 0},
    {EVD_ENTRY_CEREMONY, 3, EVD_ENTRY_KEYS, 1},
    {EVD_ENTRY_CEREMONY, 1, EVD_ENTRY_DEVICE, 1},
    {EVD_ENTRY_BALLOT, 3, EVD_ENTRY_DEVICE, 2},
    {EVD_ENTRY_CAST, 2, EVD_ENTRY_DEVICE, 2},
    {EVD_ENTRY_CHALLENGE, 1, EVD_ENTRY_DEVICE, 2},
    {EVD_ENTRY_OPENING, 1, EVD_ENTRY_TALLY, 1},
    {EVD_ENTRY_BALLOT, 3, EVD_ENTRY_PHASE, 1},
    {EVD_ENTRY_TALLY, 1, EVD_ENTRY_PHASE, 2},
    {EVD_ENTRY_RESULT, 1, EVD_ENTRY_TALLY, 1},
    {EVD_ENTRY_OPENING, 1, EVD_ENTRY_PHASE, 2},
    {EVD_ENTRY_DEVICE, 1, EVD_ENTRY_KEYS, 1},
    /* by mail; with contest data */
    {EVD_ENTRY_MAIL_CAST, 1, EVD_ENTRY_CAST, 1},
    {EVD_ENTRY_CAST, 1, EVD_ENTRY_MAIL_CAST, 1},
    {EVD_ENTRY_CONTEST_DATA, 1, EVD_ENTRY_RESULT, 0},
    {EVD_ENTRY_CONTEST_DATA, 1, EVD_ENTRY_RESULT, 1},
};

static void once_more(evd_kit *e, int with) {
  const again *a = &list[with];
  const uint32_t to = a->place_nth > 0
                          ? evd_kit_item_of(e, a->place, a->place_nth)
                          : e->log->n_items;
  evd_kit_again(e, evd_kit_item_of(e, a->type, a->nth), to);
}

/* OPEN before the keys; CLOSE before OPEN. */
static void phase_early(evd_kit *e, int with) {
  const uint32_t to = with == OPEN ? evd_kit_item_of(e, EVD_ENTRY_KEYS, 1)
                                   : evd_kit_item_of(e, EVD_ENTRY_PHASE, 1);
  evd_kit_item *item =
      evd_kit_insert(e, to, EVD_ENTRY_PHASE, EVD_KIT_TWO_ADMINS);
  item->e.phase.op = (uint8_t)with;
  item->open = &before_open;
  if (with == OPEN)
    item->e.phase.beacon = evd_kit_str("dice 1 1 1");
}

static void totals_twice(evd_kit *e, int with) {
  const uint32_t at = evd_kit_item_of(e, EVD_ENTRY_DEVICE, 2);
  for (int i = 0; i < with; i++) {
    evd_kit_item *item = evd_kit_insert(e, at, EVD_ENTRY_TOTALS,
                                        EVD_KIT_BIT(EVD_KIT_BY_POLL_WORKER));
    item->e.totals.site = 1;
    item->e.totals.signed_in = 5;
  }
}

/* ---- ballots and choices ---- */

static void another_ballot(evd_kit *e, int with) {
  enum { LATE, ID, CODE };
  evd_ballot b = evd_kit_fresh(e, 2);
  const uint32_t at =
      evd_kit_item_of(e, with == LATE ? EVD_ENTRY_TALLY : EVD_ENTRY_DEVICE,
                      with == LATE ? 1 : 2);
  if (with == ID)
    b.id_B = e->ballots[2].id_B;
  if (with == CODE)
    b.H_C = e->ballots[2].H_C;
  evd_kit_item *item = evd_kit_insert(e, at, EVD_ENTRY_BALLOT, 0);
  evd_kit_fill_ballot(e, item, &b);
}

/* Another stop, or a remote ballot, between stop and close. */
static void stopped(evd_kit *e, int with) {
  const uint32_t close = evd_kit_stop(e);
  if (with == 0) {
    evd_kit_again(e, close - 1, close);
    return;
  }
  const evd_ballot b = evd_kit_fresh(e, 2);
  evd_kit_fill_ballot(e, evd_kit_insert(e, close, EVD_ENTRY_BALLOT, 0), &b);
}

/* A choice before device 1 closes: after another one, of no ballot. */
static void choice(evd_kit *e, int with) {
  enum { CHALLENGE_CAST, SPOIL_CHALLENGED, UNKNOWN, CAST_CHALLENGED };
  static const evd_entry_type types[] = {EVD_ENTRY_CHALLENGE, EVD_ENTRY_SPOIL,
                                         EVD_ENTRY_CHALLENGE, EVD_ENTRY_CAST};
  const uint32_t at = evd_kit_item_of(e, EVD_ENTRY_DEVICE, 2);
  evd_kit_item *item =
      evd_kit_insert(e, at, types[with], EVD_KIT_BIT(EVD_KIT_BY_DEVICE));
  evd_h32 H_C = e->ballots[with == CHALLENGE_CAST ? 0 : 1].H_C;
  if (with == UNKNOWN)
    evd_kit_flip(&H_C);
  if (with == CAST_CHALLENGED) {
    item->e.cast.H_C = H_C;
    item->e.cast.seq = 1;
  } else if (with == SPOIL_CHALLENGED)
    item->e.spoil.H_C = H_C;
  else
    item->e.challenge.H_C = H_C;
}

static void open_cast(evd_kit *e, int with) {
  evd_challenged c = e->opened[0];
  evd_buf b;
  (void)with;
  c.id_B = e->ballots[0].id_B;
  evd_buf_init(&b, 1 << 20);
  evd_challenged_write(&b, &c);
  const uint32_t at = evd_kit_item_of(e, EVD_ENTRY_OPENING, 1);
  evd_entry *x = &evd_kit_again(e, at, at)->e;
  x->opening.H_C = e->ballots[0].H_C;
  x->opening.object = evd_kit_object(e, "challenged", evd_kit_keep(e, &b));
  evd_buf_close(&b);
}

static void adjudicate(evd_kit *e, int with) {
  const uint32_t at =
      evd_kit_item_of(e, with ? EVD_ENTRY_RESULT : EVD_ENTRY_TALLY, 1);
  evd_entry *x =
      &evd_kit_insert(e, at, EVD_ENTRY_ADJUDICATE, EVD_KIT_TWO_ADMINS)->e;
  x->adjudicate.H_C = e->ballots[with ? 0 : 1].H_C;
  x->adjudicate.op = 1;
  x->adjudicate.reason = 1;
}

/* The second CAST of a voter who may vote again. */
static void revote(evd_kit *e, int with) {
  const uint32_t at = evd_kit_item_of(e, EVD_ENTRY_CAST, 2);
  evd_entry *x = &evd_kit_again(e, at, at)->e;
  if (with == 0)
    x->cast.seq++;
  else
    evd_kit_flip(&x->cast.prev);
}

/* ---- what stands for itself ---- */

static void notice(evd_kit *e, int with) {
  const uint64_t own = e->log->n_items;
  evd_kit_notice(e, e->log->n_items, "All ballots are counted.")
      ->e.notice.supersedes = with ? 0 : own;
}

/* A monitor's tally, behind the one that counts. */
static void tally_head(evd_kit *e, int with) {
  enum { BEHIND_THE_END = 5000, REACHED = 3 };
  const uint32_t at = evd_kit_item_of(e, EVD_ENTRY_RESULT, 1);
  evd_kit_item *item = evd_kit_again(e, at - 1, at);
  EVD_REQUIRE(item->e.type == EVD_ENTRY_TALLY);
  item->by = EVD_KIT_BIT(EVD_KIT_BY_MONITOR);
  item->e.tally.key = e->log->pub[EVD_KIT_BY_MONITOR];
  item->e.tally.head.size = with ? REACHED : BEHIND_THE_END;
}

static const evd_kit_fault rows[] = {
    {"L5-keys-twice", "L.5", EVD_KIT_BOARD, once_more, NULL, 0, "KEYS twice"},
    {"L5-open-twice", "L.5", EVD_KIT_BOARD, once_more, NULL, 1, "OPEN twice"},
    {"L5-close-twice", "L.5", EVD_KIT_BOARD, once_more, NULL, 2, "CLOSE twice"},
    {"L5-result-twice", "L.5", EVD_KIT_BOARD, once_more, NULL, 3,
     "RESULT twice"},
    {"L5-setup-again", "L.5", EVD_KIT_BOARD, once_more, NULL, 4,
     "SETUP at the end"},
    {"L5-accept-twice", "L.5", EVD_KIT_BOARD, once_more, NULL, 5,
     "a guardian accepts twice"},
    {"L5-commit-late", "L.5", EVD_KIT_BOARD, once_more, NULL, 6,
     "a commitment behind KEYS"},
    {"L5-ballot-twice", "L.5", EVD_KIT_BOARD, once_more, NULL, 7,
     "the same BALLOT twice"},
    {"L5-cast-twice", "L.5", EVD_KIT_BOARD, once_more, NULL, 8,
     "the same CAST twice"},
    {"L5-challenge-twice", "L.5", EVD_KIT_BOARD, once_more, NULL, 9,
     "the same CHALLENGE twice"},
    {"L5-opening-twice", "L.5", EVD_KIT_BOARD, once_more, NULL, 10,
     "guardians open a ballot twice"},
    {"L5-ballot-early", "L.5", EVD_KIT_BOARD, once_more, NULL, 11,
     "a BALLOT before OPEN"},
    {"L5-tally-early", "L.5", EVD_KIT_BOARD, once_more, NULL, 12,
     "a TALLY before CLOSE"},
    {"L5-result-early", "L.5", EVD_KIT_BOARD, once_more, NULL, 13,
     "a RESULT before the tally"},
    {"L5-opening-early", "L.5", EVD_KIT_BOARD, once_more, NULL, 14,
     "guardians open a ballot before CLOSE"},
    {"L5-device-early", "L.5", EVD_KIT_BOARD, once_more, NULL, 15,
     "a device opens before KEYS"},
    {"L5-open-early", "L.5", EVD_KIT_BOARD, phase_early, NULL, OPEN,
     "OPEN before KEYS"},
    {"L5-close-early", "L.5", EVD_KIT_BOARD, phase_early, NULL, CLOSE,
     "CLOSE before OPEN"},
    {"L5-totals-twice", "L.5", EVD_KIT_BOARD, totals_twice, NULL, 2,
     "TOTALS of a site twice"},
    {"L5-ballot-late", "L.5", EVD_KIT_BOARD, another_ballot, NULL, 0,
     "a remote BALLOT behind CLOSE"},
    {"L5-same-id", "L.5", EVD_KIT_BOARD, another_ballot, NULL, 1,
     "another ballot with an id_B that is there"},
    {"L5-same-code", "L.5", EVD_KIT_BOARD, another_ballot, NULL, 2,
     "another ballot with a confirmation code that is there"},
    {"L5-challenge-cast", "L.5", EVD_KIT_BOARD, choice, NULL, 0,
     "a ballot that is cast is challenged"},
    {"L5-spoil-challenged", "L.5", EVD_KIT_BOARD, choice, NULL, 1,
     "a ballot that is challenged is spoiled"},
    {"L5-no-ballot", "L.5", EVD_KIT_BOARD, choice, NULL, 2,
     "a choice for a code that no ballot has"},
    {"L5-cast-challenged", "L.5", EVD_KIT_BOARD, choice, NULL, 3,
     "a ballot that is challenged is cast"},
    {"L5-open-cast", "L.5", EVD_KIT_BOARD, open_cast, NULL, 0,
     "a ballot that is cast is opened"},
    {"L5-adjudicate", "L.5", EVD_KIT_BOARD, adjudicate, NULL, 0,
     "a challenged ballot is adjudicated"},
    {"L5-adjudicate-late", "L.5", EVD_KIT_BOARD, adjudicate, NULL, 1,
     "a ballot is adjudicated behind the tally"},
    {"L5-seq", "L.5", EVD_KIT_WEB, revote, NULL, 0,
     "a second CAST with the number 3"},
    {"L5-prev", "L.5", EVD_KIT_WEB, revote, NULL, 1,
     "a second CAST that does not name the first"},
    {"L5-notice-itself", "L.5", EVD_KIT_BOARD, notice, NULL, 0,
     "a notice that supersedes itself"},
    {"L5-notice-setup", "L.5", EVD_KIT_BOARD, notice, NULL, 1,
     "a notice that supersedes what is none"},
    {"L5-head-size", "L.5", EVD_KIT_BOARD, tally_head, NULL, 0,
     "a tally of a head that the log has not reached"},
    {"L5-head-root", "L.5", EVD_KIT_BOARD, tally_head, NULL, 1,
     "a tally of a head with another root than the log had"},
    {"L5-stop-twice", "L.5", EVD_KIT_BOARD, stopped, NULL, 0,
     "the election is stopped twice"},
    {"L5-ballot-stopped", "L.5", EVD_KIT_BOARD, stopped, NULL, 1,
     "a ballot between stop and close"},
    {"L5-mail-twice", "L.5", EVD_KIT_MAIL, once_more, NULL, 16,
     "what was selected on a mail ballot stands twice"},
    {"L5-mail-early", "L.5", EVD_KIT_MAIL, once_more, NULL, 17,
     "a mail ballot is cast before what was selected on it"},
    {"L5-data-twice", "L.5", EVD_KIT_DATA, once_more, NULL, 18,
     "contest data are published twice"},
    {"L5-data-early", "L.5", EVD_KIT_DATA, once_more, NULL, 19,
     "contest data are published before the result"},
};
EVD_KIT_TABLE(l05);
