/* Evidence in entries that contradict each other: M06, M08, M09, M11. */
#include "alarm/judge.h"

#include <string.h>

#include "alarm/alarm.h"
#include "board/files.h"
#include "board/keys.h"

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

/* The ballot that a choice is about; NULL: it is none. */
static const evd_h32 *choice_of(const evd_entry *e) {
  switch (e->type) {
  case EVD_ENTRY_CAST:
    return &e->cast.H_C;
  case EVD_ENTRY_CHALLENGE:
    return &e->challenge.H_C;
  case EVD_ENTRY_SPOIL:
    return &e->spoil.H_C;
  default:
    return NULL;
  }
}

static const char *twice(const evd_entry *a, const evd_entry *b) {
  const evd_h32 *x = choice_of(a), *y = choice_of(b);
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

static bool one_device(const evd_entry *x, const evd_entry *y) {
  return x->type == EVD_ENTRY_BALLOT && y->type == EVD_ENTRY_BALLOT &&
         x->ballot.device == y->ballot.device;
}

/* The second does not come behind the first. */
static bool out_of_order(const evd_entry *x, const evd_entry *y) {
  return y->ballot.position <= x->ballot.position && x->ballot.position != 0;
}

static evd_err judge_chain(evd_judge *j, const evd_judge_entry *a,
                           const evd_judge_entry *b) {
  const evd_entry *x = &a->read.e, *y = &b->read.e;
  if (!one_device(x, y) || a->receipt.index >= b->receipt.index)
    return evd_judged(j, EVD_EVIDENCE_FALSE,
                      "These are not two ballots of one device in the order "
                      "of the log.",
                      NULL);
  if (out_of_order(x, y))
    return evd_judged(j, EVD_EVIDENCE_SHOWN,
                      "Ballots of one device stand in the log out of order.",
                      NULL);
  return evd_judged(j, EVD_EVIDENCE_WORD,
                    "Two ballots of one device are in the log.",
                    "That none stands between them is the writer's word.");
}

/* ---- M09 ---- */

/* What only voters, devices and openings do while the election is open. */
static bool needs_open(const evd_entry *e) {
  return e->type == EVD_ENTRY_BALLOT || choice_of(e) ||
         e->type == EVD_ENTRY_OPENING;
}

static bool is_phase(const evd_entry *e, uint8_t op) {
  return e->type == EVD_ENTRY_PHASE && e->phase.op == op && e->phase.site == 0;
}

enum { OPEN = 1, CLOSE = 2 };

static bool done_once(const evd_entry *e) {
  return e->type == EVD_ENTRY_SETUP || e->type == EVD_ENTRY_KEYS ||
         e->type == EVD_ENTRY_RESULT || is_phase(e, OPEN) || is_phase(e, CLOSE);
}

static bool counts(const evd_entry *e) {
  return e->type == EVD_ENTRY_TALLY || e->type == EVD_ENTRY_SHARE ||
         e->type == EVD_ENTRY_RESULT;
}

/* x, an act of the admins, at i; NULL: y may stand at k. */
static const char *wrong_phase(const evd_entry *x, uint64_t i,
                               const evd_entry *y, uint64_t k) {
  if (is_phase(x, OPEN) && k < i && needs_open(y))
    return "The entry stands before the election was opened.";
  if (is_phase(x, CLOSE) && k > i && y->type == EVD_ENTRY_CAST &&
      !none(&y->cast.credential))
    return "A remote ballot was cast after the election was closed.";
  if (is_phase(x, CLOSE) && k < i && counts(y))
    return "It was counted before the election was closed.";
  if (i != k && x->type == y->type && done_once(x) && done_once(y) &&
      (x->type != EVD_ENTRY_PHASE || x->phase.op == y->phase.op))
    return "An act that is done once stands in the log twice.";
  return NULL;
}

static evd_err judge_phase(evd_judge *j, const evd_judge_entry *phase,
                           const evd_judge_entry *other) {
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
    return one_device(a, b) && out_of_order(a, b);
  case EVD_ALARM_PHASE:
    return wrong_phase(a, i, b, k) != NULL;
  default:
    return false;
  }
}

/* ---- M11 ---- */

/* The keys that SETUP names; NULL with a judgement, or with *err. */
static evd_board_keys *setup_keys(evd_judge *j, const evd_judge_entry *setup,
                                  evd_err *err) {
  uint32_t line;
  const char *what;
  evd_board_keys *keys = evd_arena_get(j->a, 1, sizeof *keys);
  const evd_part *part = evd_evidence_part(j->e, "object", 0);
  if (!keys) {
    *err = EVD_ERR_SPACE;
    return NULL;
  }
  if (setup->read.e.type != EVD_ENTRY_SETUP || !part ||
      !evd_object_fits(&setup->read.e.setup.keys, "keys", part->bytes)) {
    j->expected = "SETUP as the first part `entry`, its keys as `object`";
    *err = EVD_ERR_FORM;
    return NULL;
  }
  *err = evd_board_keys_read(keys, part->bytes, j->a, &what, &line);
  if (*err == EVD_ERR_PARSE)
    *err =
        evd_judged(j, EVD_EVIDENCE_SHOWN,
                   "The list of keys that SETUP names cannot be read.", NULL);
  return *err == EVD_OK && j->out->verdict == 0 ? keys : NULL;
}

/* Types that nobody but holders of listed keys sign. */
static bool only_listed(const evd_entry *e) {
  return !needs_open(e) && e->type != EVD_ENTRY_TALLY &&
         e->type != EVD_ENTRY_ATTEST;
}

static evd_err judge_signer(evd_judge *j, const evd_judge_entry *setup,
                            const evd_judge_entry *other) {
  evd_err err = EVD_OK;
  evd_entry_sig sig;
  const evd_board_keys *keys = setup_keys(j, setup, &err);
  if (!keys)
    return err;
  if (!only_listed(&other->read.e))
    return evd_judged(j, EVD_EVIDENCE_WORD,
                      "Voters and devices sign such an entry.",
                      "Whether this one may is seen from the roll in the log.");
  if (other->read.n_sigs == 0)
    return evd_judged(j, EVD_EVIDENCE_SHOWN, "Nobody has signed the entry.",
                      NULL);
  for (uint32_t i = 0; i < other->read.n_sigs; i++) {
    evd_entry_sig_get(&sig, &other->read, i);
    if (!evd_board_key_find(keys, sig.keyid))
      return evd_judged(j, EVD_EVIDENCE_SHOWN,
                        "The entry is signed by a key that SETUP does not "
                        "list.",
                        "Look in the log whether a KEY entry had added it.");
  }
  return evd_judged(j, EVD_EVIDENCE_WORD,
                    "All keys that signed the entry are listed.",
                    "Whether the signatures hold is seen in the log.");
}

evd_err evd_judge_entries(evd_judge *j) {
  evd_err err = EVD_OK;
  const evd_judge_entry *a = evd_judge_entry_at(j, 0, &err);
  if (!a)
    return err;
  if (!evd_evidence_part(j->e, "entry", 1))
    return evd_judged(j, EVD_EVIDENCE_WORD, "The entry is in the log.",
                      "Why it may not stand there is seen from the log.");
  const evd_judge_entry *b = evd_judge_entry_at(j, 1, &err);
  if (!b)
    return err;
  switch (j->e->code) {
  case EVD_ALARM_TWICE:
    return judge_twice(j, a, b);
  case EVD_ALARM_CHAIN:
    return judge_chain(j, a, b);
  case EVD_ALARM_PHASE:
    return judge_phase(j, a, b);
  default:
    return judge_signer(j, a, b);
  }
}
