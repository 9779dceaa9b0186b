/* Faults of states, positions, devices and roll: X.11, X.15, X.18. */
#include <string.h>

#include "kit/faults.h"

/* ---- X.11 ---- */

static void state_gone(evd_kit *e, int with) {
  uint32_t kept = 0;
  (void)with;
  for (uint32_t i = 0; i < e->n_states; i++)
    if (e->states[i].state != EVD_SPOILED)
      e->states[kept++] = e->states[i];
  e->n_states = kept;
}

static void state_more(evd_kit *e, int with) {
  evd_state *s = &e->states[e->n_states++];
  memset(s->id_B.b, 0xFF, sizeof s->id_B.b);
  s->state = with ? EVD_CAST : EVD_SPOILED;
}

static void opened_too(evd_kit *e, int with) {
  evd_kit_open_ballot(e, (uint32_t)with);
}

static void not_opened(evd_kit *e, int with) {
  if (with) {
    e->n_opened = 0;
    return;
  }
  e->secret[3].state = EVD_CHALLENGED;
  evd_kit_states(e);
}

/* ---- X.15 ---- */

static void positions(evd_kit *e, int with) {
  static const uint32_t to[][2] = {{1, 3}, {1, 1}, {2, 1}};
  e->ballots[0].position = to[with][0];
  e->ballots[1].position = to[with][1];
}

static void device_count(evd_kit *e, int with) {
  e->devices.devices[with].ballots += with ? 0 : 1;
  if (with)
    e->devices.devices[with].ballots = 1;
}

static void device_order(evd_kit *e, int with) {
  evd_device_close first = e->devices.devices[0];
  (void)with;
  e->devices.devices[0] = e->devices.devices[1];
  e->devices.devices[1] = first;
}

/* ---- X.18 ---- */

static evd_roll_line *line_of(evd_kit *e, uint32_t voter) {
  evd_roll_line *line = e->roll;
  while (memcmp(&line->credential, &e->credentials[voter - 1],
                sizeof line->credential) != 0)
    line++;
  return line;
}

static void roll(evd_kit *e, int with) {
  evd_roll_line *line = line_of(e, 2);
  if (with == 0) {
    memmove(line, line + 1,
            (size_t)(&e->roll[e->n_roll] - line - 1) * sizeof *line);
    e->n_roll--;
  } else if (with == 1) {
    line->active = false;
  } else if (with == 2) {
    line->style = 2;
  } else {
    line->weight = 2;
  }
}

/* Other states of the four ballots, all else made from them. */
static void states(evd_kit *e, int with) {
  enum { BOX = 4 };
  static const char *const to[] = {"cccc", "scoc", "cocc", "oscc", "occo"};
  for (uint32_t at = 0; at < BOX; at++) {
    char state = to[with][at];
    e->secret[at].state = state == 'c'   ? EVD_CAST
                          : state == 's' ? EVD_SPOILED
                                         : EVD_SUPERSEDED;
  }
  evd_kit_finish(e);
}

static void no_revote(evd_kit *e, int with) {
  (void)with;
  e->plan.revote = false;
  evd_kit_build(e);
}

#define MIXED EVD_KIT_MIXED
#define WEB EVD_KIT_WEB
#define TINY EVD_KIT_TINY
static const evd_kit_fault rows[] = {
    {"X11-no-state", "X.11", MIXED, state_gone, NULL, 0,
     "a spoiled ballot without a state"},
    {"X11-no-ballot", "X.11", TINY, state_more, NULL, 0,
     "a state without a ballot"},
    {"X11-cast-ghost", "X.11", TINY, state_more, NULL, 1,
     "a cast state without a ballot"},
    {"X11-cast-opened", "X.11", MIXED, opened_too, NULL, 0,
     "a cast ballot opened"},
    {"X11-spoiled-opened", "X.11", MIXED, opened_too, NULL, 3,
     "a spoiled ballot opened"},
    {"X11-not-opened", "X.11", MIXED, not_opened, NULL, 0,
     "one of two challenged ballots is not opened"},
    {"X11-none-opened", "X.11", MIXED, not_opened, NULL, 1,
     "no challenged ballot is opened"},
    {"X15-gap", "X.15", TINY, positions, NULL, 0, "positions 1, 3"},
    {"X15-twice", "X.15", TINY, positions, NULL, 1, "positions 1, 1"},
    {"X15-turned", "X.15", TINY, positions, NULL, 2, "positions 2, 1"},
    {"X15-count", "X.15", TINY, device_count, NULL, 0,
     "a device with a ballot more than the record"},
    {"X15-count-loose", "X.15", MIXED, device_count, NULL, 1,
     "a device with a ballot less than the record"},
    {"X15-order", "X.15", EVD_KIT_WEBBARE, device_order, NULL, 0,
     "devices in another order"},
    {"X18-unlisted", "X.18", WEB, roll, NULL, 0, "a voter not on the roll"},
    {"X18-revoked", "X.18", WEB, roll, NULL, 1, "a revoked credential"},
    {"X18-style", "X.18", WEB, roll, NULL, 2, "a ballot of another style"},
    {"X18-weight", "X.18", WEB, roll, NULL, 3, "a ballot of another weight"},
    {"X18-cast-twice", "X.18", WEB, states, NULL, 0,
     "two cast ballots of one voter"},
    {"X18-superseded-alone", "X.18", WEB, states, NULL, 1,
     "a superseded ballot whose voter has no other"},
    {"X18-first-counts", "X.18", WEB, states, NULL, 2,
     "the later ballot superseded, the earlier one cast"},
    {"X18-none-cast", "X.18", WEB, states, NULL, 3,
     "a superseded ballot whose voter's other ballot is spoiled"},
    {"X18-booth", "X.18", WEB, states, NULL, 4,
     "a ballot of a booth superseded"},
    {"X18-no-revote", "X.18", WEB, no_revote, NULL, 0,
     "a superseded ballot where nobody may vote again"},
};
EVD_KIT_TABLE(x11);
