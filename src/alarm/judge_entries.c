/* Evidence in entries that contradict each other: M06, M08, M09. */
#include "alarm/judge.h"

#include <string.h>

#include "alarm/alarm.h"

static bool same(const evd_h32 *a, const evd_h32 *b) {
  return memcmp(a->b, b->b, sizeof a->b) == 0;
}

static bool none(const evd_h32 *h) {
  static const evd_h32 zero;
  return same(h, &zero);
}

/* ---- M06 ---- */

static const char *ballots_share(const evd_entry *a, const evd_entry *b) {
  if (same(&a->ballot.id_B, &b->ballot.id_B))
    return "Two ballots in the log have one identifier.";
  if (same(&a->ballot.H_C, &b->ballot.H_C))
    return "Two ballots in the log have one confirmation code.";
  if (same(&a->ballot.object.digest, &b->ballot.object.digest))
    return "One sealed ballot is in the log twice.";
  return NULL;
}

static const char *twice(const evd_entry *a, const evd_entry *b) {
  const evd_h32 *x = evd_entry_choice(a), *y = evd_entry_choice(b);
  if (a->type == EVD_ENTRY_BALLOT && b->type == EVD_ENTRY_BALLOT)
    return ballots_share(a, b);
  if (x && y && same(x, y))
    return "Two choices in the log are about one ballot.";
  if (a->type == EVD_ENTRY_CAST && b->type == EVD_ENTRY_CAST &&
      !none(&a->cast.credential) && a->cast.seq == b->cast.seq &&
      same(&a->cast.credential, &b->cast.credential))
    return "One credential has cast two ballots with one number.";
  return NULL;
}

static evd_err judge_twice(evd_judge *j, const evd_judge_entry *a,
                           const evd_judge_entry *b) {
  if (a->receipt.index == b->receipt.index)
    return evd_judged(j, EVD_EVIDENCE_FALSE, "Both are one entry.", NULL);
  const char *what = twice(&a->read.e, &b->read.e);
  return what ? evd_judged(j, EVD_EVIDENCE_SHOWN, what, NULL)
              : evd_judged(j, EVD_EVIDENCE_FALSE,
                           "The two entries may both be in a log.", NULL);
}

/* ---- M08 ---- */

enum { DEVICE_OPEN = 1, DEVICE_CLOSE = 2 };

/* Of a BALLOT or DEVICE; 0: of none. */
static uint32_t device_of(const evd_entry *e) {
  if (e->type == EVD_ENTRY_BALLOT)
    return e->ballot.device;
  return e->type == EVD_ENTRY_DEVICE ? e->device.device : 0;
}

static bool one_device(const evd_entry *x, const evd_entry *y) {
  return device_of(x) != 0 && device_of(x) == device_of(y);
}

static bool does(const evd_entry *e, uint8_t op) {
  return e->type == EVD_ENTRY_DEVICE && e->device.op == op;
}

/* y closes the device of the BALLOT x, and does not count it. */
static bool not_counted(const evd_entry *x, const evd_entry *y) {
  if (x->type != EVD_ENTRY_BALLOT || !does(y, DEVICE_CLOSE))
    return false;
  return y->device.count < x->ballot.position ||
         (y->device.count == x->ballot.position &&
          !same(&y->device.H_last, &x->ballot.H_C));
}

/* Entries of one device: y may not stand behind x. NULL: it may. */
static const char *wrong_order(const evd_entry *x, const evd_entry *y) {
  if (does(x, DEVICE_CLOSE))
    return "An entry of a device stands behind its last one.";
  if (does(x, DEVICE_OPEN) && does(y, DEVICE_OPEN))
    return "A device was opened twice.";
  if (not_counted(x, y))
    return "A device was closed without a ballot of it that is in the log.";
  if (x->type == EVD_ENTRY_BALLOT && y->type == EVD_ENTRY_BALLOT &&
      x->ballot.position != 0 && y->ballot.position <= x->ballot.position)
    return "Ballots of one device stand in the log out of order.";
  return NULL;
}

static evd_err judge_chain(evd_judge *j, const evd_judge_entry *a,
                           const evd_judge_entry *b) {
  const evd_entry *x = &a->read.e, *y = &b->read.e;
  if (!one_device(x, y) || a->receipt.index >= b->receipt.index)
    return evd_judge_expected(
        j, "two entries of one device in the order of the log");
  const char *what = wrong_order(x, y);
  return what ? evd_judged(j, EVD_EVIDENCE_SHOWN, what, NULL)
              : evd_judged(j, EVD_EVIDENCE_WORD,
                           "Two entries of one device are in the log.",
                           "That none stands between them is the writer's "
                           "word.");
}

/* ---- M09 ---- */

/* What only voters, devices and openings do while the election is open. */
static bool needs_open(const evd_entry *e) {
  return e->type == EVD_ENTRY_BALLOT || evd_entry_choice(e) ||
         e->type == EVD_ENTRY_OPENING || e->type == EVD_ENTRY_MAIL_CAST;
}

static bool is_phase(const evd_entry *e, uint8_t op) {
  return e->type == EVD_ENTRY_PHASE && e->phase.op == op && e->phase.site == 0;
}

enum { OPEN = 1, CLOSE = 2, STOP = 3 };

static bool done_once(const evd_entry *e) {
  return e->type == EVD_ENTRY_SETUP || e->type == EVD_ENTRY_KEYS ||
         e->type == EVD_ENTRY_RESULT || e->type == EVD_ENTRY_CONTEST_DATA ||
         is_phase(e, OPEN) || is_phase(e, CLOSE) || is_phase(e, STOP);
}

static bool counts(const evd_entry *e) {
  return e->type == EVD_ENTRY_TALLY || e->type == EVD_ENTRY_SHARE ||
         e->type == EVD_ENTRY_RESULT || e->type == EVD_ENTRY_CONTEST_DATA;
}

/* x, an act of the admins, at i; NULL: y may stand at k. */
static const char *wrong_phase(const evd_entry *x, uint64_t i,
                               const evd_entry *y, uint64_t k) {
  if (is_phase(x, OPEN) && k < i && needs_open(y))
    return "The entry stands before the election was opened.";
  const bool remote = y->type == EVD_ENTRY_CAST && !none(&y->cast.credential);
  if (is_phase(x, STOP) && k > i && remote)
    return "A remote ballot was cast after the election was stopped.";
  if (is_phase(x, CLOSE) && k > i && remote)
    return "A remote ballot was cast after the election was closed.";
  if (is_phase(x, CLOSE) && k < i && counts(y))
    return "It was counted before the election was closed.";
  if (i < k && x->type == y->type && done_once(x) && done_once(y) &&
      (x->type != EVD_ENTRY_PHASE || x->phase.op == y->phase.op))
    return "An act that is done once stands in the log twice.";
  return NULL;
}

static evd_err judge_phase(evd_judge *j, const evd_judge_entry *phase,
                           const evd_judge_entry *other) {
  if (phase->read.e.type != EVD_ENTRY_PHASE && !done_once(&phase->read.e))
    return evd_judge_expected(
        j, "PHASE, or an act that is done once, as the first part `entry`");
  const char *what = wrong_phase(&phase->read.e, phase->receipt.index,
                                 &other->read.e, other->receipt.index);
  return what ? evd_judged(j, EVD_EVIDENCE_SHOWN, what, NULL)
              : evd_judged(j, EVD_EVIDENCE_FALSE,
                           "The two entries may follow each other so.", NULL);
}

bool evd_entries_contradict(evd_alarm_code code, const evd_entry *a, uint64_t i,
                            const evd_entry *b, uint64_t k) {
  switch (code) {
  case EVD_ALARM_TWICE:
    return twice(a, b) != NULL;
  case EVD_ALARM_CHAIN:
    return one_device(a, b) && i < k && wrong_order(a, b);
  case EVD_ALARM_PHASE:
    return wrong_phase(a, i, b, k) != NULL;
  default:
    return false;
  }
}

/* ---- all ---- */

/* SETUP is the first entry, and no other is. */
static evd_err judge_place(evd_judge *j, const evd_judge_entry *e) {
  const bool setup = e->read.e.type == EVD_ENTRY_SETUP;
  if (j->e->code == EVD_ALARM_PHASE && setup != (e->receipt.index == 0))
    return evd_judged(j, EVD_EVIDENCE_SHOWN,
                      setup ? "SETUP is not the first entry of the log."
                            : "The first entry of the log is not SETUP.",
                      NULL);
  return evd_judged(j, EVD_EVIDENCE_WORD, "The entry is in the log.",
                    "Why it may not stand there is seen from the log.");
}

evd_err evd_judge_entries(evd_judge *j) {
  evd_err err = EVD_OK;
  const evd_judge_entry *a = evd_judge_entry_at(j, 0, &err);
  if (!a)
    return err;
  if (!evd_evidence_part(j->e, "entry", 1))
    return judge_place(j, a);
  const evd_judge_entry *b = evd_judge_entry_at(j, 1, &err);
  if (!b)
    return err;
  switch (j->e->code) {
  case EVD_ALARM_TWICE:
    return judge_twice(j, a, b);
  case EVD_ALARM_CHAIN:
    return judge_chain(j, a, b);
  default:
    return judge_phase(j, a, b);
  }
}
