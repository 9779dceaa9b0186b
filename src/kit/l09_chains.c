/* Faults of chains and counts: L.9. The entries in their right form stand
 * behind those that are refused. */
#include "base/require.h"
#include "kit/log.h"

enum { OPEN = 1, CLOSE = 2 };

static evd_entry *device(evd_kit *e, uint32_t nth) {
  const uint32_t at = evd_kit_item_of(e, EVD_ENTRY_DEVICE, nth);
  return &evd_kit_again(e, at, at)->e;
}

static void device_opens(evd_kit *e, int with) {
  enum { H_DI, H_0, TWICE };
  evd_entry *x = device(e, 1);
  if (with == H_DI)
    evd_kit_flip(&x->device.H_DI);
  else if (with == H_0)
    evd_kit_flip(&x->device.H_0);
  else
    EVD_REQUIRE(with == TWICE);
}

static void device_closes(evd_kit *e, int with) {
  enum { COUNT, LAST, HASH, TWICE };
  evd_entry *x = device(e, 2);
  if (with == COUNT)
    x->device.count--;
  else if (with == LAST)
    x->device.H_last = e->ballots[0].H_C;
  else if (with == HASH)
    evd_kit_flip(&x->device.H_close);
  else
    EVD_REQUIRE(with == TWICE);
}

static void ballot(evd_kit *e, int with) {
  enum { GAP, AGAIN, SHUT, BEHIND };
  const uint32_t close = evd_kit_item_of(e, EVD_ENTRY_DEVICE, 2);
  evd_ballot b = evd_kit_fresh(e, 1);
  b.position = 3;
  if (with == GAP)
    b.position = 4;
  if (with == AGAIN)
    b.position = 2;
  if (with == SHUT) {
    b.device = 3;
    b.position = 0;
  }
  evd_kit_item *item = evd_kit_insert(e, with == BEHIND ? close + 1 : close,
                                      EVD_ENTRY_BALLOT, 0);
  evd_kit_fill_ballot(e, item, &b);
}

static void counts(evd_kit *e, int with) {
  enum { CAST, SPOILED };
  const uint32_t at = evd_kit_item_of(e, EVD_ENTRY_PHASE, 2);
  evd_entry *x = &evd_kit_again(e, at, at)->e;
  if (with == CAST)
    x->phase.cast++;
  else {
    EVD_REQUIRE(with == SPOILED);
    x->phase.challenged--;
    x->phase.spoiled++;
  }
}

/* Nobody signed in, one ballot was cast. The log ends there. */
static void totals(evd_kit *e, int with) {
  (void)with;
  const uint32_t at = evd_kit_item_of(e, EVD_ENTRY_DEVICE, 2);
  evd_kit_item *item = evd_kit_insert(e, at, EVD_ENTRY_TOTALS,
                                      EVD_KIT_BIT(EVD_KIT_BY_POLL_WORKER));
  item->e.totals.site = 1;
  evd_kit_until(e, evd_kit_item_of(e, EVD_ENTRY_TALLY, 1));
}

static const evd_kit_fault rows[] = {
    {"L9-label", "L.9", EVD_KIT_BOARD, device_opens, NULL, 0,
     "a device opens with another H_DI than that of its label"},
    {"L9-start", "L.9", EVD_KIT_BOARD, device_opens, NULL, 1,
     "a device opens with another H_0"},
    {"L9-open-twice", "L.9", EVD_KIT_BOARD, device_opens, NULL, 2,
     "a device opens twice"},
    {"L9-count", "L.9", EVD_KIT_BOARD, device_closes, NULL, 0,
     "a device closes with a ballot less"},
    {"L9-last", "L.9", EVD_KIT_BOARD, device_closes, NULL, 1,
     "a device closes with the code of the last ballot but one"},
    {"L9-close", "L.9", EVD_KIT_BOARD, device_closes, NULL, 2,
     "a device closes with another closing hash"},
    {"L9-close-twice", "L.9", EVD_KIT_BOARD, device_closes, NULL, 3,
     "a device closes twice"},
    {"L9-gap", "L.9", EVD_KIT_BOARD, ballot, NULL, 0,
     "a position of a device is left out"},
    {"L9-position", "L.9", EVD_KIT_BOARD, ballot, NULL, 1,
     "a position of a device stands there twice"},
    {"L9-shut", "L.9", EVD_KIT_BOARD, ballot, NULL, 2,
     "a ballot of a device that was not opened"},
    {"L9-behind", "L.9", EVD_KIT_BOARD, ballot, NULL, 3,
     "a ballot of a device that is closed"},
    {"L9-cast", "L.9", EVD_KIT_BOARD, counts, NULL, 0,
     "CLOSE counts a ballot more"},
    {"L9-spoiled", "L.9", EVD_KIT_BOARD, counts, NULL, 1,
     "CLOSE counts a challenged ballot as spoiled"},
    {"L9-signed-in", "L.9", EVD_KIT_BOARD, totals, NULL, 0,
     "more ballots cast than voters signed in"},
};
EVD_KIT_TABLE(l09);
