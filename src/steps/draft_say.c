/* What somebody signs, in words. */
#include <stdio.h>

#include "steps/draft.h"

#define LINE_BYTES 640

static void line(evd_buf *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void line(evd_buf *out, const char *format, ...) {
  char text[LINE_BYTES];
  va_list args;
  va_start(args, format);
  (void)vsnprintf(text, sizeof text, format, args);
  va_end(args);
  evd_buf_text(out, "  ");
  evd_buf_text(out, text);
  evd_buf_text(out, "\n");
}

static void hash_line(evd_buf *out, const char *what, const evd_h32 *h) {
  char hex[2 * sizeof h->b + 1];
  for (size_t i = 0; i < sizeof h->b; i++)
    (void)snprintf(hex + 2 * i, 3, "%02X", h->b[i]);
  line(out, "%s %s", what, hex);
}

static void object_line(evd_buf *out, const char *what,
                        const evd_object_ref *o) {
  char name[64];
  (void)snprintf(name, sizeof name, "%s, %u bytes, digest", what, o->length);
  hash_line(out, name, &o->digest);
}

static void say_setup(evd_buf *out, const evd_entry *e) {
  static const char *const profiles[] = {"?", "strict", "small", "none"};
  line(out, "start a log for an election; witnesses as the profile `%s` asks",
       profiles[e->setup.profile <= 3 ? e->setup.profile : 0]);
  line(out, "%u admin%s must sign what admins sign", e->setup.admin_k,
       e->setup.admin_k == 1 ? "" : "s");
  if (e->setup.profile == 3)
    line(out, "nobody else watches this log");
  hash_line(out, "election base H_B", &e->setup.H_B);
  object_line(out, "manifest", &e->setup.manifest);
  object_line(out, "keys", &e->setup.keys);
  object_line(out, "policy", &e->setup.policy);
}

static void say_phase(evd_buf *out, const evd_entry *e) {
  enum { OPEN = 1, STOP = 3 };
  bool opens = e->phase.op == OPEN;
  if (e->phase.op == STOP) {
    line(out, "stop voting, until the election is closed");
    return;
  }
  if (e->phase.site)
    line(out, "%s site %u", opens ? "open" : "close", e->phase.site);
  else
    line(out, "%s the election", opens ? "open" : "close");
  if (opens)
    line(out, "beacon: %.*s", (int)e->phase.beacon.n,
         (const char *)e->phase.beacon.p);
  else
    line(out,
         "%u ballots sealed without a choice, %u cast, %u challenged, "
         "%u spoiled, %u superseded, %u refused",
         e->phase.sealed, e->phase.cast, e->phase.challenged, e->phase.spoiled,
         e->phase.superseded, e->phase.refused);
}

static void say_keys(evd_buf *out, const evd_entry *e) {
  line(out, "the guardians' keys are these");
  hash_line(out, "H_G", &e->keys.H_G);
  hash_line(out, "H_E", &e->keys.H_E);
}

static void say_roll(evd_buf *out, const evd_entry *e) {
  enum { COMMIT = 1, ADD, REVOKE };
  if (e->roll.op == COMMIT) {
    line(out, "%u credentials may vote remotely", e->roll.count);
    object_line(out, "roll", &e->roll.roll);
    return;
  }
  if (e->roll.op == REVOKE) {
    hash_line(out, "may not vote remotely any more:", &e->roll.credential);
  } else {
    hash_line(out, "may vote remotely:", &e->roll.credential);
    line(out, "ballots of style %u, weight %u", e->roll.style, e->roll.weight);
  }
  if (e->roll.op > REVOKE)
    hash_line(out, "instead of", &e->roll.replaced);
  line(out, "reason %u", e->roll.reason);
}

static void say_key(evd_buf *out, const evd_entry *e) {
  enum { ADD = 1 };
  line(out, "%s, index %u: this key %s", evd_role_word((evd_role)e->key.role),
       e->key.index,
       e->key.op == ADD ? "is in force from here on"
                        : "is not in force any more");
  hash_line(out, "key", &e->key.key);
}

static void say_ballot(evd_buf *out, const evd_entry *e) {
  enum { ACCEPTED = 1 };
  if (e->type == EVD_ENTRY_SPOIL) {
    line(out, "this ballot got no choice and never counts");
    hash_line(out, "code", &e->spoil.H_C);
    return;
  }
  line(out, "this cast ballot is %s, reason %u",
       e->adjudicate.op == ACCEPTED ? "accepted" : "refused: it does not count",
       e->adjudicate.reason);
  hash_line(out, "code", &e->adjudicate.H_C);
}

static void say_device(evd_buf *out, const evd_entry *e) {
  if (e->device.op == 1)
    line(out, "open device %u", e->device.device);
  else
    line(out, "close device %u after %u ballots", e->device.device,
         e->device.count);
}

/* The text is all that counts: whole, each line behind a bar. */
static void say_notice(evd_buf *out, const evd_entry *e) {
  const evd_span text = e->notice.text;
  line(out, "say officially:");
  evd_buf_text(out, "  | ");
  for (size_t i = 0; i < text.n; i++) {
    evd_buf_add(out, text.p + i, 1);
    if (text.p[i] == '\n')
      evd_buf_text(out, "  | ");
  }
  evd_buf_text(out, "\n");
  if (e->notice.supersedes != EVD_NO_INDEX)
    line(out, "instead of notice %llu",
         (unsigned long long)e->notice.supersedes);
  if (e->notice.expires)
    line(out, "until time slot %u", e->notice.expires);
}

void evd_draft_say(evd_buf *out, const evd_draft *d) {
  const evd_entry *e = &d->e;
  char text[LINE_BYTES];
  (void)snprintf(text, sizeof text, "%s, time slot %u:\n",
                 evd_entry_name(e->type), e->slot);
  evd_buf_text(out, text);
  switch (e->type) {
  case EVD_ENTRY_SETUP:
    say_setup(out, e);
    break;
  case EVD_ENTRY_PHASE:
    say_phase(out, e);
    break;
  case EVD_ENTRY_KEYS:
    say_keys(out, e);
    break;
  case EVD_ENTRY_ROLL:
    say_roll(out, e);
    break;
  case EVD_ENTRY_KEY:
    say_key(out, e);
    break;
  case EVD_ENTRY_SPOIL:
  case EVD_ENTRY_ADJUDICATE:
    say_ballot(out, e);
    break;
  case EVD_ENTRY_DEVICE:
    say_device(out, e);
    break;
  case EVD_ENTRY_NOTICE:
    say_notice(out, e);
    break;
  case EVD_ENTRY_TOTALS:
    line(out, "site %u: %u voters signed in, %u papers", e->totals.site,
         e->totals.signed_in, e->totals.paper);
    break;
  case EVD_ENTRY_RESULT:
    object_line(out, "the result is tally.json", &e->result.object);
    break;
  case EVD_ENTRY_CONTEST_DATA:
    object_line(out, "opened contest data", &e->contest_data.object);
    break;
  default:
    line(out, "%u object%s", d->n_objects, d->n_objects == 1 ? "" : "s");
  }
}
