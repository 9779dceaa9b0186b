/* What stands in the log of an election, in the order of the day. */
#include <string.h>

#include "base/require.h"
#include "board/parts.h"
#include "hash/hash.h"
#include "kit/log.h"
#include "record/say.h"

enum {
  OBJECT_BYTES_MAX = 8 << 20,
  PROFILE_SMALL = 2,
  OPEN = 1,
  CLOSE = 2,
  COMMIT = 1,
  REFUSED = 2,
  SLOT_OPEN = 1, /* of all that is between OPEN and CLOSE */
  SLOT_CLOSED = 2
};

/* ---- items ---- */

evd_span evd_kit_keep(evd_kit *e, evd_buf *b) {
  uint8_t *copy = evd_kit_room(e, b->n + 1, 1);
  EVD_REQUIRE(evd_buf_ok(b));
  if (b->n > 0)
    memcpy(copy, b->p, b->n);
  const evd_span kept = {copy, b->n};
  evd_buf_reset(b);
  return kept;
}

evd_span evd_kit_record(const evd_kit *e, const char *path) {
  const evd_kit_log *l = e->log;
  uint32_t i = 0;
  while (i < l->n_record && strcmp(l->record[i].path, path) != 0)
    i++;
  EVD_REQUIRE(i < l->n_record);
  return l->record[i].bytes;
}

static bool has_record(const evd_kit *e, const char *path) {
  for (uint32_t i = 0; i < e->log->n_record; i++)
    if (strcmp(e->log->record[i].path, path) == 0)
      return true;
  return false;
}

evd_object_ref evd_kit_object(evd_kit *e, const char *kind, evd_span bytes) {
  char path[EVD_KIT_PATH_BYTES];
  evd_object_ref ref = {{{0}}, (uint32_t)bytes.n};
  evd_digest(&ref.digest, kind, bytes.p, bytes.n);
  evd_kit_object_path(path, &ref.digest);
  evd_kit_put(e, path, bytes.p, bytes.n);
  return ref;
}

evd_kit_item *evd_kit_insert(evd_kit *e, uint32_t at, evd_entry_type type,
                             uint64_t by) {
  evd_kit_log *l = e->log;
  evd_kit_item *item = &l->items[at];
  EVD_REQUIRE(l->n_items < EVD_KIT_ITEMS && at <= l->n_items);
  memmove(item + 1, item, (l->n_items - at) * sizeof *item);
  memset(item, 0, sizeof *item);
  item->e.type = type;
  item->e.slot = at > 0 ? item[-1].e.slot : 0;
  item->by = by;
  l->n_items++;
  return item;
}

evd_kit_item *evd_kit_append(evd_kit *e, evd_entry_type type, uint64_t by) {
  return evd_kit_insert(e, e->log->n_items, type, by);
}

uint32_t evd_kit_item_of(const evd_kit *e, evd_entry_type type, uint32_t nth) {
  const evd_kit_log *l = e->log;
  uint32_t at = 0;
  for (; at < l->n_items; at++)
    if (l->items[at].e.type == type && --nth == 0)
      break;
  EVD_REQUIRE(at < l->n_items);
  return at;
}

evd_kit_item *evd_kit_again(evd_kit *e, uint32_t from, uint32_t to) {
  const evd_kit_item item = e->log->items[from];
  evd_kit_item *copy = evd_kit_insert(e, to, item.e.type, item.by);
  const uint32_t slot = copy->e.slot;
  *copy = item;
  copy->e.slot = slot;
  return copy;
}

void evd_kit_until(evd_kit *e, uint32_t at) { e->log->n_items = at + 1; }

/* ---- before the election ---- */

static evd_object_ref setup_file(evd_kit *e, const char *kind, const char *path,
                                 evd_span bytes) {
  char name[EVD_KIT_PATH_BYTES];
  evd_say s;
  evd_say_init(&s, name, sizeof name);
  evd_say_text(&s, "board/setup/");
  evd_say_text(&s, path);
  evd_kit_put(e, name, bytes.p, bytes.n);
  return evd_kit_object(e, kind, bytes);
}

static evd_object_ref setup_record(evd_kit *e, const char *kind,
                                   const char *path) {
  return setup_file(e, kind, path, evd_kit_record(e, path));
}

static void plan_setup(evd_kit *e) {
  evd_entry *x = &evd_kit_append(e, EVD_ENTRY_SETUP, EVD_KIT_TWO_ADMINS)->e;
  x->setup.profile = PROFILE_SMALL;
  x->setup.admin_k = 2;
  x->setup.H_P = e->keys.H_P;
  x->setup.H_B = e->keys.H_B;
  x->setup.parameters = setup_record(e, "parameters", "parameters.json");
  x->setup.manifest = setup_record(e, "manifest", "manifest.json");
  if (has_record(e, "texts.json"))
    x->setup.texts = setup_record(e, "texts", "texts.json");
  x->setup.keys = setup_file(e, "keys", "keys", evd_kit_log_listed(e));
  x->setup.policy = setup_file(e, "policy", "policy", e->log->policy);
}

static void name_of(char out[EVD_KIT_PATH_BYTES], const char *before,
                    uint32_t n) {
  evd_say s;
  evd_say_init(&s, out, EVD_KIT_PATH_BYTES);
  evd_say_text(&s, before);
  evd_say_n(&s, n);
  evd_say_text(&s, ".json");
}

static evd_span guardian_file(evd_kit *e, uint32_t i) {
  char path[EVD_KIT_PATH_BYTES];
  name_of(path, "guardians/guardian_", i);
  return evd_kit_record(e, path);
}

static evd_span ceremony_file(evd_kit *e, uint32_t i, uint8_t step) {
  enum { REVEAL = 2 };
  evd_commit commit = {i, e->keys.H_B, {{0}}};
  const evd_accept accept = {i, e->keys.H_G, e->keys.H_E};
  const evd_span guardian = guardian_file(e, i);
  evd_buf b;
  if (step == REVEAL)
    return guardian;
  evd_digest(&commit.digest, "guardian", guardian.p, guardian.n);
  evd_buf_init(&b, OBJECT_BYTES_MAX);
  if (step == COMMIT)
    evd_commit_write(&b, &commit);
  else
    evd_accept_write(&b, &accept);
  const evd_span file = evd_kit_keep(e, &b);
  evd_buf_close(&b);
  return file;
}

/* Steps 1, 2 and 4: shares, step 3, are for guardians alone to read, and no
 * rule asks for them. */
static void plan_ceremony(evd_kit *e) {
  static const struct {
    uint8_t step;
    const char *name;
  } steps[] = {{1, "commit_"}, {2, "guardian_"}, {4, "accept_"}};
  char name[EVD_KIT_PATH_BYTES];
  evd_buf b;
  evd_buf_init(&b, OBJECT_BYTES_MAX);
  for (uint32_t s = 0; s < sizeof steps / sizeof *steps; s++)
    for (uint32_t i = 1; i <= e->plan.n; i++) {
      evd_entry *x = &evd_kit_append(e, EVD_ENTRY_CEREMONY,
                                     EVD_KIT_BIT(EVD_KIT_BY_GUARDIAN + i - 1))
                          ->e;
      name_of(name, steps[s].name, i);
      evd_part_write(&b, name, ceremony_file(e, i, steps[s].step));
      x->ceremony.guardian = i;
      x->ceremony.step = steps[s].step;
      x->ceremony.object = evd_kit_object(e, "ceremony", evd_kit_keep(e, &b));
    }
  evd_buf_close(&b);
}

static uint64_t guardians(uint32_t n) {
  return (EVD_KIT_BIT(n) - 1) << EVD_KIT_BY_GUARDIAN;
}

static void plan_keys(evd_kit *e) {
  evd_entry *x = &evd_kit_append(e, EVD_ENTRY_KEYS,
                                 EVD_KIT_TWO_ADMINS | guardians(e->plan.n))
                      ->e;
  char path[EVD_KIT_PATH_BYTES];
  evd_sha256 all;
  evd_h32 d;
  evd_digest_init(&all, "guardians");
  for (uint32_t i = 1; i <= e->plan.n; i++) {
    const evd_span file = guardian_file(e, i);
    evd_digest(&d, "guardian", file.p, file.n);
    evd_sha256_add(&all, d.b, sizeof d.b);
    name_of(path, "board/setup/guardians/guardian_", i);
    evd_kit_put(e, path, file.p, file.n);
  }
  evd_sha256_out(&all, &x->keys.guardians);
  x->keys.election_keys =
      setup_record(e, "election_keys", "election_keys.json");
  x->keys.H_G = e->keys.H_G;
  x->keys.H_E = e->keys.H_E;
}

static void plan_roll(evd_kit *e) {
  if (e->n_roll == 0)
    return;
  evd_entry *x =
      &evd_kit_append(e, EVD_ENTRY_ROLL,
                      EVD_KIT_TWO_ADMINS | EVD_KIT_BIT(EVD_KIT_BY_REGISTRAR))
           ->e;
  x->roll.op = COMMIT;
  x->roll.roll = setup_record(e, "roll", "roll.jsonl");
  x->roll.count = e->n_roll;
}

/* ---- the day ---- */

/* The first device opens before the election, the others are late. */
static evd_kit_item *plan_device(evd_kit *e, const evd_device_close *d,
                                 uint8_t op) {
  const bool chaining = e->man.devices[d->device - 1].chaining == 1;
  const uint64_t by = EVD_KIT_BIT(EVD_KIT_BY_DEVICE + d->device - 1) |
                      EVD_KIT_BIT(EVD_KIT_BY_POLL_WORKER);
  evd_kit_item *item = evd_kit_append(e, EVD_ENTRY_DEVICE, by);
  evd_entry *x = &item->e;
  x->device.op = op;
  x->device.device = d->device;
  if (op == OPEN) {
    x->device.H_DI = d->H_DI;
    if (chaining)
      x->device.H_0 = d->H_0;
    return item;
  }
  x->device.count = (uint32_t)d->ballots;
  for (uint32_t at = 0; at < e->n_ballots; at++)
    if (e->ballots[at].device == d->device)
      x->device.H_last = e->ballots[at].H_C;
  if (d->chained)
    x->device.H_close = d->H_close;
  return item;
}

/* Those in a polling place, with ballots. */
static void plan_devices(evd_kit *e, uint8_t op) {
  for (uint32_t i = 0; i < e->man.n_devices; i++)
    if (!evd_str_is(e->man.devices[i].mode, "remote") &&
        e->devices.devices[i].ballots > 0)
      plan_device(e, &e->devices.devices[i], op);
}

static evd_entry *plan_phase(evd_kit *e, uint8_t op) {
  evd_entry *x = &evd_kit_append(e, EVD_ENTRY_PHASE, EVD_KIT_TWO_ADMINS)->e;
  x->phase.op = op;
  return x;
}

static uint32_t voter_of(const evd_kit *e, const evd_ballot *b) {
  uint32_t i = 0;
  while (i < EVD_KIT_VOTERS &&
         memcmp(&e->credentials[i], &b->credential, sizeof b->credential) != 0)
    i++;
  return i;
}

static uint64_t owner(const evd_kit *e, const evd_ballot *b) {
  return b->has_binding ? EVD_KIT_BIT(EVD_KIT_BY_VOTER + voter_of(e, b))
                        : EVD_KIT_BIT(EVD_KIT_BY_DEVICE + b->device - 1);
}

void evd_kit_fill_ballot(evd_kit *e, evd_kit_item *item, const evd_ballot *as) {
  evd_entry *x = &item->e;
  evd_buf b;
  evd_buf_init(&b, OBJECT_BYTES_MAX);
  evd_ballot_write(&b, as);
  x->type = EVD_ENTRY_BALLOT;
  x->ballot.id_B = as->id_B;
  x->ballot.H_C = as->H_C;
  x->ballot.object = evd_kit_object(e, "ballot", evd_kit_keep(e, &b));
  x->ballot.style = as->style;
  x->ballot.weight = as->weight;
  x->ballot.device = as->device;
  x->ballot.position = as->position;
  evd_buf_close(&b);
  item->by = owner(e, as);
}

/* The CAST before of this voter, if there is one. */
static const evd_entry *cast_before(const evd_kit *e, const evd_h32 *voter) {
  for (uint32_t at = e->log->n_items; at-- > 0;) {
    const evd_entry *x = &e->log->items[at].e;
    if (x->type == EVD_ENTRY_CAST &&
        memcmp(&x->cast.credential, voter, sizeof *voter) == 0)
      return x;
  }
  return NULL;
}

static void plan_cast(evd_kit *e, const evd_ballot *b) {
  enum { HEADER_BYTES = 11 };
  const evd_entry *before = cast_before(e, &b->credential);
  evd_entry *x = &evd_kit_append(e, EVD_ENTRY_CAST, owner(e, b))->e;
  evd_buf body;
  x->cast.H_C = b->H_C;
  x->cast.seq = 1;
  if (!b->has_binding)
    return;
  x->cast.credential = b->credential;
  if (!before)
    return;
  evd_buf_init(&body, EVD_ENTRY_BYTES_MAX);
  EVD_REQUIRE(evd_entry_write_body(&body, before) == EVD_OK);
  evd_body_digest(&x->cast.prev,
                  (evd_span){body.p + HEADER_BYTES, body.n - HEADER_BYTES});
  evd_buf_close(&body);
  x->cast.seq = before->cast.seq + 1;
}

static void plan_mail_cast(evd_kit *e, uint32_t at) {
  const evd_ballot *b = &e->ballots[at];
  evd_buf line;
  if (!b->mail)
    return;
  evd_buf_init(&line, OBJECT_BYTES_MAX);
  evd_mail_cast_write(&line, evd_kit_mail_line(e, at));
  evd_entry *x = &evd_kit_append(e, EVD_ENTRY_MAIL_CAST, owner(e, b))->e;
  x->mail_cast.H_C = b->H_C;
  x->mail_cast.object = evd_kit_object(e, "mail_cast", evd_kit_keep(e, &line));
  evd_buf_close(&line);
}

static void plan_choice(evd_kit *e, uint32_t at) {
  const evd_ballot *b = &e->ballots[at];
  switch (e->secret[at].state) {
  case EVD_CHALLENGED:
    evd_kit_append(e, EVD_ENTRY_CHALLENGE, owner(e, b))->e.challenge.H_C =
        b->H_C;
    break;
  case EVD_SPOILED:
    evd_kit_append(e, EVD_ENTRY_SPOIL, owner(e, b))->e.spoil.H_C = b->H_C;
    break;
  default:
    plan_mail_cast(e, at);
    plan_cast(e, b);
  }
}

static void plan_ballots(evd_kit *e) {
  for (uint32_t at = 0; at < e->n_ballots; at++) {
    evd_kit_item *item = evd_kit_append(e, EVD_ENTRY_BALLOT, 0);
    evd_kit_fill_ballot(e, item, &e->ballots[at]);
    plan_choice(e, at);
  }
}

static void plan_close(evd_kit *e) {
  evd_entry *x = plan_phase(e, CLOSE);
  for (uint32_t at = 0; at < e->n_ballots; at++) {
    const evd_state_word s = e->secret[at].state;
    x->phase.cast += s == EVD_CAST || s == EVD_STATE_REFUSED;
    x->phase.challenged += s == EVD_CHALLENGED;
    x->phase.spoiled += s == EVD_SPOILED;
    x->phase.superseded += s == EVD_SUPERSEDED;
  }
}

/* ---- the result ---- */

static void plan_refused(evd_kit *e) {
  for (uint32_t at = 0; at < e->n_ballots; at++)
    if (e->secret[at].state == EVD_STATE_REFUSED) {
      evd_entry *x =
          &evd_kit_append(e, EVD_ENTRY_ADJUDICATE, EVD_KIT_TWO_ADMINS)->e;
      x->adjudicate.H_C = e->ballots[at].H_C;
      x->adjudicate.op = REFUSED;
      x->adjudicate.reason = 1;
    }
}

static uint32_t ballot_of(const evd_kit *e, const evd_h32 *id_B) {
  uint32_t at = 0;
  while (at < e->n_ballots &&
         memcmp(&e->ballots[at].id_B, id_B, sizeof *id_B) != 0)
    at++;
  EVD_REQUIRE(at < e->n_ballots);
  return at;
}

static void plan_opening(evd_kit *e, const evd_h32 *id_B, evd_buf *line) {
  evd_entry *x = &evd_kit_append(e, EVD_ENTRY_OPENING, guardians(1))->e;
  x->opening.H_C = e->ballots[ballot_of(e, id_B)].H_C;
  x->opening.object = evd_kit_object(e, "challenged", evd_kit_keep(e, line));
}

static void plan_openings(evd_kit *e) {
  evd_buf b;
  evd_buf_init(&b, OBJECT_BYTES_MAX);
  for (uint32_t i = 0; i < e->n_opened; i++) {
    evd_challenged_write(&b, &e->opened[i]);
    plan_opening(e, &e->opened[i].id_B, &b);
  }
  for (uint32_t i = 0; i < e->n_uncast; i++) {
    const evd_h32 *id_B = &e->uncast[i].id_B;
    if (e->secret[ballot_of(e, id_B)].state != EVD_CHALLENGED)
      continue; /* nobody opens what is spoiled */
    evd_mail_open_write(&b, &e->uncast[i]);
    plan_opening(e, id_B, &b);
  }
  evd_buf_close(&b);
}

static void plan_result(evd_kit *e) {
  evd_kit_item *item =
      evd_kit_append(e, EVD_ENTRY_TALLY, EVD_KIT_BIT(EVD_KIT_BY_ADMIN));
  item->e.tally.key = e->log->pub[EVD_KIT_BY_ADMIN];
  item->e.tally.object = evd_kit_object(
      e, "tally_encrypted", evd_kit_record(e, "tally_encrypted.json"));
  item = evd_kit_append(e, EVD_ENTRY_RESULT,
                        EVD_KIT_TWO_ADMINS | guardians(e->plan.k));
  item->e.result.object =
      evd_kit_object(e, "tally", evd_kit_record(e, "tally.json"));
  if (!has_record(e, "contest_data.jsonl"))
    return;
  item = evd_kit_append(e, EVD_ENTRY_CONTEST_DATA, EVD_KIT_TWO_ADMINS);
  item->e.contest_data.object = evd_kit_object(
      e, "contest_data", evd_kit_record(e, "contest_data.jsonl"));
}

static void keep_record(evd_kit *e) {
  evd_kit_write(e);
  memcpy(e->log->record, e->files, sizeof e->log->record);
  e->log->n_record = e->n_files;
  e->n_files = 0;
}

void evd_kit_log_plan(evd_kit *e) {
  keep_record(e);
  plan_setup(e);
  plan_ceremony(e);
  plan_keys(e);
  plan_roll(e);
  plan_devices(e, OPEN);
  evd_entry *x = plan_phase(e, OPEN);
  x->slot = SLOT_OPEN;
  x->phase.beacon = evd_kit_str("dice 4 2 6");
  plan_ballots(e);
  plan_devices(e, CLOSE);
  plan_close(e);
  plan_refused(e);
  plan_openings(e);
  e->log->items[e->log->n_items - 1].e.slot = SLOT_CLOSED;
  plan_result(e);
}
