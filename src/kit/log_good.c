/* Logs that must pass. */
#include "kit/log.h"

/* More entries than a tile has hashes. */
static void over_a_tile(evd_kit *e, int with) {
  const evd_object_ref release =
      evd_kit_object(e, "release", evd_kit_str("release 1"));
  for (int i = 0; i < with; i++) {
    evd_kit_item *item = evd_kit_insert(e, 1, EVD_ENTRY_RELEASE,
                                        EVD_KIT_BIT(EVD_KIT_BY_RELEASE));
    item->e.release.object = release;
  }
}

/* Up to the end of the ceremony, or to the close. */
static void shorter(evd_kit *e, int with) {
  evd_kit_until(e, with ? evd_kit_item_of(e, EVD_ENTRY_PHASE, 2)
                        : evd_kit_item_of(e, EVD_ENTRY_KEYS, 1));
}

static void two_witnesses(evd_kit *e, int with) {
  (void)with;
  e->log->how.n_cosigned--;
  evd_kit_notice(e, e->log->n_items, "All ballots are counted.");
}

static void stop(evd_kit *e, int with) {
  (void)with;
  (void)evd_kit_stop(e);
}

static void with_record(evd_kit *e, int with) {
  (void)with;
  evd_kit_give_record(e);
}

static void with_head(evd_kit *e, int with) {
  evd_kit_give_head(e, &e->log->how, (uint32_t)with);
}

enum { A_TILE = 260 };

static const evd_kit_fault rows[] = {
    {"good-log", "", EVD_KIT_BOARD, NULL, NULL, 0,
     "a booth with a challenged ballot, a remote voter, a result"},
    {"good-log-record", "", EVD_KIT_BOARD, NULL, with_record, 0,
     "the record that it shows is given"},
    {"good-log-same-head", "", EVD_KIT_BOARD, NULL, with_head, 0,
     "its own head was kept"},
    {"good-log-older-head", "", EVD_KIT_BOARD, NULL, with_head, 8,
     "the head of its first 8 entries was kept"},
    {"good-log-two-witnesses", "", EVD_KIT_BOARD, two_witnesses, NULL, 0,
     "2 of 3 witnesses are enough; a notice stands at the end"},
    {"good-log-keys", "", EVD_KIT_PAIR, shorter, NULL, 0,
     "3 guardians have made their keys: no more stands there yet"},
    {"good-log-closed", "", EVD_KIT_MIXED, shorter, NULL, 1,
     "closed, not tallied; two devices, a spoiled ballot"},
    {"good-log-revote", "", EVD_KIT_WEB, NULL, NULL, 0,
     "a voter who voted again"},
    {"good-log-mail", "", EVD_KIT_MAIL, NULL, NULL, 0,
     "pre-encrypted ballots: cast, opened, spoiled"},
    {"good-log-data", "", EVD_KIT_DATA, NULL, NULL, 0,
     "contest data, published behind the result"},
    {"good-log-stop", "", EVD_KIT_BOARD, stop, NULL, 0,
     "the election is stopped before it is closed"},
    {"good-log-texts", "", EVD_KIT_TEXTS, NULL, NULL, 0,
     "texts in two languages, no ballots"},
    {"good-log-long", "", EVD_KIT_BOARD, over_a_tile, NULL, A_TILE,
     "more entries than a tile has hashes"},
};
EVD_KIT_TABLE(log_good);
