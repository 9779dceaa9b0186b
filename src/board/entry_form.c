#include "board/entry_form.h"

#include <string.h>

#include "base/utf8.h"

/* The words of one-byte fields. */
enum { OPEN = 1, CLOSE = 2, STOP = 3 };
enum {
  PROFILE_LAST = 3,
  ROLE_LAST = 9,
  ROLE_OPENER = 9,
  SHARE_STEP_LAST = 6,
  CEREMONY_STEP_LAST = 8,
  AUDIT_STEP_LAST = 8,
  ALARM_LAST = 20,
  ROLL_COMMIT = 1,
  ROLL_REPLACE = 4,
  GUARDIAN_LAST = 255
};

static bool zero(const evd_h32 *h) {
  static const evd_h32 zeros;
  return memcmp(h->b, zeros.b, sizeof zeros.b) == 0;
}

static bool there(const evd_object_ref *o) { return o->length > 0; }

/* None is all zero. */
static bool there_or_none(const evd_object_ref *o) {
  return o->length > 0 || zero(&o->digest);
}

static bool within(uint32_t v, uint32_t first, uint32_t last) {
  return v >= first && v <= last;
}

static bool text_within(evd_span text, size_t least, size_t most) {
  return text.n >= least && text.n <= most && evd_utf8_plain(text);
}

#define NEED(condition, sentence)                                              \
  do {                                                                         \
    if (!(condition))                                                          \
      return sentence;                                                         \
  } while (0)

static const char *setup(const evd_entry *e) {
  bool first = e->setup.last.size == 0;
  NEED(within(e->setup.profile, 1, PROFILE_LAST), "profile: expected 1 to 3");
  NEED(e->setup.admin_k > 0, "admin_k: expected at least 1");
  NEED(there(&e->setup.parameters) && there(&e->setup.manifest) &&
           there(&e->setup.keys) && there(&e->setup.policy),
       "parameters, manifest, keys and policy have to be there");
  NEED(there_or_none(&e->setup.texts) && there_or_none(&e->setup.release),
       "texts, release: expected zeros where there is no object");
  NEED(first == zero(&e->setup.earlier) &&
           (!first || zero(&e->setup.last.root)),
       "earlier, last: expected both or none");
  return NULL;
}

static const char *phase(const evd_entry *e) {
  uint64_t counts = (uint64_t)e->phase.sealed + e->phase.cast +
                    e->phase.challenged + e->phase.spoiled +
                    e->phase.superseded + e->phase.refused;
  NEED(within(e->phase.op, OPEN, STOP), "op: expected 1 to 3");
  if (e->phase.op == OPEN)
    NEED(text_within(e->phase.beacon, 1, EVD_BEACON_TEXT_MAX),
         "beacon: expected a text of 1 to 512 bytes");
  else
    NEED(e->phase.beacon.n == 0, "beacon: only an open has one");
  NEED(e->phase.op == CLOSE || counts == 0, "only a close counts ballots");
  NEED(e->phase.op != STOP || e->phase.site == 0, "site: a stop is of all");
  return NULL;
}

static const char *device(const evd_entry *e) {
  NEED(within(e->device.op, OPEN, CLOSE), "op: expected 1 or 2");
  NEED(e->device.device > 0, "device: expected at least 1");
  if (e->device.op == OPEN)
    NEED(e->device.count == 0 && zero(&e->device.H_last) &&
             zero(&e->device.H_close),
         "an open has neither count nor codes");
  else
    NEED(zero(&e->device.H_DI) && zero(&e->device.H_0),
         "a close names neither H_DI nor H_0");
  return NULL;
}

static const char *ballot(const evd_entry *e) {
  NEED(there(&e->ballot.object), "object: expected a ballot");
  NEED(e->ballot.style > 0 && e->ballot.weight > 0 && e->ballot.device > 0,
       "style, weight, device: expected at least 1");
  return NULL;
}

static const char *cast(const evd_entry *e) {
  NEED(e->cast.seq > 0, "seq: expected at least 1");
  NEED((e->cast.seq == 1) == zero(&e->cast.prev),
       "prev: expected zeros exactly in a first CAST");
  NEED(!zero(&e->cast.credential) || e->cast.seq == 1,
       "seq: expected 1 without a credential");
  return NULL;
}

static const char *notice(const evd_entry *e) {
  NEED(text_within(e->notice.text, 1, EVD_NOTICE_TEXT_MAX),
       "text: expected 1 to 8192 bytes of plain UTF-8");
  return NULL;
}

static const char *key(const evd_entry *e) {
  NEED(within(e->key.op, 1, 2), "op: expected 1 or 2");
  NEED(within(e->key.role, 1, ROLE_LAST), "role: expected 1 to 9");
  NEED(!zero(&e->key.key), "key: expected a key");
  NEED((e->key.role == ROLE_OPENER) != zero(&e->key.box_key),
       "X25519 key: expected of an opener and of nobody else");
  return NULL;
}

static const char *roll(const evd_entry *e) {
  bool commit = e->roll.op == ROLL_COMMIT;
  NEED(within(e->roll.op, ROLL_COMMIT, ROLL_REPLACE), "op: expected 1 to 4");
  NEED(commit == there(&e->roll.roll) && (commit || e->roll.count == 0) &&
           there_or_none(&e->roll.roll),
       "roll, count: expected in a commit and only there");
  NEED(commit == zero(&e->roll.credential),
       "credential: expected everywhere but in a commit");
  NEED((e->roll.op == ROLL_REPLACE) != zero(&e->roll.replaced),
       "replaced: expected in a replacement and only there");
  return NULL;
}

static const char *share(const evd_entry *e) {
  NEED(within(e->share.guardian, 1, GUARDIAN_LAST),
       "guardian: expected 1 to 255");
  NEED(within(e->share.step, 1, SHARE_STEP_LAST), "step: expected 1 to 6");
  NEED(there(&e->share.object) && e->share.head.size > 0,
       "object, head: expected both");
  return NULL;
}

static const char *ceremony(const evd_entry *e) {
  NEED(within(e->ceremony.guardian, 1, GUARDIAN_LAST),
       "guardian: expected 1 to 255");
  NEED(within(e->ceremony.step, 1, CEREMONY_STEP_LAST),
       "step: expected 1 to 8");
  NEED(there(&e->ceremony.object), "object: expected one");
  return NULL;
}

static const char *object_and_word(const evd_object_ref *o, uint32_t word,
                                   uint32_t last) {
  NEED(there(o), "object: expected one");
  NEED(within(word, 1, last), "step or code: outside its range");
  return NULL;
}

static const char *fault(const evd_entry *e) {
  switch (e->type) {
  case EVD_ENTRY_SETUP:
    return setup(e);
  case EVD_ENTRY_PHASE:
    return phase(e);
  case EVD_ENTRY_DEVICE:
    return device(e);
  case EVD_ENTRY_BALLOT:
    return ballot(e);
  case EVD_ENTRY_CAST:
    return cast(e);
  case EVD_ENTRY_ADJUDICATE:
    return within(e->adjudicate.op, 1, 2) ? NULL : "op: expected 1 or 2";
  case EVD_ENTRY_OPENING:
    return object_and_word(&e->opening.object, 1, 1);
  case EVD_ENTRY_TALLY:
    return object_and_word(&e->tally.object, e->tally.head.size > 0, 1);
  case EVD_ENTRY_SHARE:
    return share(e);
  case EVD_ENTRY_RESULT:
    return object_and_word(&e->result.object, 1, 1);
  case EVD_ENTRY_AUDIT:
    return object_and_word(&e->audit.object, e->audit.step, AUDIT_STEP_LAST);
  case EVD_ENTRY_NOTICE:
    return notice(e);
  case EVD_ENTRY_RELEASE:
    return object_and_word(&e->release.object, 1, 1);
  case EVD_ENTRY_KEY:
    return key(e);
  case EVD_ENTRY_ALARM:
    return object_and_word(&e->alarm.object, e->alarm.code, ALARM_LAST);
  case EVD_ENTRY_ATTEST:
    return object_and_word(&e->attest.object, e->attest.head.size > 0, 1);
  case EVD_ENTRY_CEREMONY:
    return ceremony(e);
  case EVD_ENTRY_KEYS:
    return object_and_word(&e->keys.election_keys, 1, 1);
  case EVD_ENTRY_ROLL:
    return roll(e);
  case EVD_ENTRY_MAIL_CAST:
    return object_and_word(&e->mail_cast.object, 1, 1);
  case EVD_ENTRY_CONTEST_DATA:
    return object_and_word(&e->contest_data.object, 1, 1);
  case EVD_ENTRY_CHALLENGE:
  case EVD_ENTRY_SPOIL:
  case EVD_ENTRY_TOTALS:
    return NULL;
  default:
    return "no type of entry has this number";
  }
}

evd_err evd_entry_form(const evd_entry *e, const char **what) {
  *what = fault(e);
  return *what ? EVD_ERR_PARSE : EVD_OK;
}
