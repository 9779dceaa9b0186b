/* Records that must pass, of every shape there is. */
#include "kit/faults.h"

static void threshold(evd_kit *e, int with) {
  e->plan.n = 3;
  e->plan.k = 2;
  e->plan.absent = (uint32_t)with;
  evd_kit_build(e);
}

static void kind_election(evd_kit *e, int with) {
  e->plan.kind = "election";
  threshold(e, with);
}

/* An overvote and too many write-ins' worth of marks, cast. */
static void overvoted(evd_kit *e, int with) {
  static const evd_kit_vote vote = {.marks = {{2, 1}, {0}}};
  (void)with;
  evd_kit_add_vote(e, &vote);
  evd_kit_finish(e);
}

static void without_data(evd_kit *e, int with) {
  (void)with;
  e->plan.no_data = true;
  evd_kit_contest_data(e);
}

/* Write-ins at the floor: the data of remote ballots may be decrypted. */
static void remote_data(evd_kit *e, int with) {
  (void)with;
  e->plan.votes[1].marks[0][0] = 0;
  e->plan.votes[1].write_in = "Zo\xC3\xAB \"Z\" O\\D";
  evd_kit_build(e);
}

static void refused(evd_kit *e, int with) {
  (void)with;
  e->secret[3].state = EVD_STATE_REFUSED;
  evd_kit_finish(e);
}

/* id_B >= q: never reduced. */
static void large_id(evd_kit *e, int with) {
  (void)with;
  for (size_t i = 0; i < sizeof e->ballots[0].id_B.b; i++)
    e->ballots[0].id_B.b[i] = 0xFF;
  evd_kit_seal(e, 0);
  evd_kit_finish(e);
}

static const evd_kit_fault rows[] = {
    {"good-trial", "", EVD_KIT_TINY, NULL, NULL, 0,
     "one guardian, one contest, two ballots, chained"},
    {"good-no-ballots", "", EVD_KIT_BARE, NULL, NULL, 0, "nobody voted"},
    {"good-threshold", "", EVD_KIT_MIXED, threshold, NULL, 2,
     "2 of 3 guardians decrypt; cast, challenged and spoiled ballots"},
    {"good-all-guardians", "", EVD_KIT_TINY, threshold, NULL, 0,
     "3 of 3 guardians decrypt where 2 would do"},
    {"good-election", "", EVD_KIT_PAIR, kind_election, NULL, 3,
     "kind `election`, without ballots"},
    {"good-refused", "", EVD_KIT_MIXED, refused, NULL, 0,
     "a refused ballot on a device without a chain"},
    {"good-large-id", "", EVD_KIT_TINY, large_id, NULL, 0,
     "an id_B of q or more, which is never reduced"},
    {"good-data", "", EVD_KIT_DATA, NULL, NULL, 0,
     "contest data, write-ins, supplemental fields, two styles, one contest "
     "on no ballot"},
    {"good-overvote", "", EVD_KIT_DATA, overvoted, NULL, 0, "an overvote"},
    {"good-data-closed", "", EVD_KIT_DATA, without_data, NULL, 0,
     "contest data that nobody decrypts"},
    {"good-remote", "", EVD_KIT_WEB, NULL, NULL, 0,
     "remote ballots with a roll, one superseded by a later one"},
    {"good-remote-closed", "", EVD_KIT_WEBDATA, NULL, NULL, 0,
     "one remote write-in below the floor: its text stays sealed"},
    {"good-remote-data", "", EVD_KIT_WEBDATA, remote_data, NULL, 0,
     "remote write-ins at the floor, decrypted"},
    {"good-withheld", "", EVD_KIT_FLOOR, NULL, NULL, 0,
     "a contest below the privacy floor, one without ballots"},
    {"good-grades", "", EVD_KIT_GRADES, NULL, NULL, 0,
     "majority judgment; a group is withheld as a whole"},
    {"good-weights", "", EVD_KIT_WEIGHTS, NULL, NULL, 0, "weighted votes"},
    {"good-texts", "", EVD_KIT_TEXTS, NULL, NULL, 0,
     "translations in two languages"},
    {"good-mail", "", EVD_KIT_MAIL, NULL, NULL, 0,
     "pre-encrypted ballots, chained and not: cast, opened and spoiled"},
};
EVD_KIT_TABLE(good);
