/* Ballots, and what becomes of them. */
#include <string.h>

#include "board/rules_run.h"

const evd_rules_device *evd_rules_device_of(const evd_rules *r,
                                            uint32_t device) {
  return device >= 1 && device <= r->facts.n_devices
             ? &r->facts.devices[device - 1]
             : NULL;
}

static bool of_mode(const evd_rules *r, uint32_t device, uint8_t mode) {
  const evd_rules_device *d = evd_rules_device_of(r, device);
  return d && d->mode == mode;
}

static bool remote(const evd_rules *r, uint32_t device) {
  return of_mode(r, device, EVD_MODE_REMOTE);
}

static bool by_mail(const evd_rules *r, uint32_t device) {
  return of_mode(r, device, EVD_MODE_MAIL);
}

/* Offline devices bring what they have after close. */
static evd_err need_voting(evd_taking *t, uint32_t device) {
  EVD_NEED(t, t->r->open, EVD_L5, "before the election is open");
  EVD_NEED(t, !t->r->closed || !remote(t->r, device), EVD_L5,
           "after the election is closed");
  EVD_NEED(t, !t->r->stopped || t->r->closed, EVD_L5,
           "between the stop and the close of the election");
  EVD_NEED(t, !t->r->tallied, EVD_L5, "after the tally");
  return EVD_OK;
}

/* The ballot that the entry names. */
static evd_err find_ballot(evd_taking *t, const evd_h32 *H_C,
                           evd_row_ballot *b) {
  bool found = false;
  EVD_TRY(evd_row_get(t->r, EVD_ROW_BALLOT, H_C, b, sizeof *b, &found));
  EVD_NEED(t, found, EVD_L5, "no ballot before it has this code");
  return EVD_OK;
}

/* Signed once, by the key of the ballot? */
static bool by_its_key(const evd_taking *t, const evd_row_ballot *b) {
  return t->by.n == 1 &&
         memcmp(t->by.last.b, b->signer.b, sizeof b->signer.b) == 0;
}

evd_err evd_find_credential(evd_taking *t, const evd_sign_key *key,
                            evd_row_credential *c) {
  bool found = false;
  EVD_TRY(evd_row_get(t->r, EVD_ROW_CREDENTIAL, key, c, sizeof *c, &found));
  EVD_NEED(t, found && c->active, EVD_L6, "the credential is not active");
  return EVD_OK;
}

/* ---- BALLOT ---- */

static evd_err check_new(evd_taking *t) {
  bool found = false;
  EVD_TRY(evd_row_get(t->r, EVD_ROW_ID_B, &t->e->ballot.id_B, NULL, 0, &found));
  EVD_NEED(t, !found, EVD_L5, "this id_B is there already");
  EVD_TRY(
      evd_row_get(t->r, EVD_ROW_BALLOT, &t->e->ballot.H_C, NULL, 0, &found));
  EVD_NEED(t, !found, EVD_L5, "this confirmation code is there already");
  EVD_TRY(evd_row_get(t->r, EVD_ROW_OBJECT, &t->e->ballot.object.digest, NULL,
                      0, &found));
  EVD_NEED(t, !found, EVD_L5, "this ballot is there already");
  return EVD_OK;
}

/* What a device has closed stays as it is. */
static evd_err need_device(evd_taking *t, uint32_t device) {
  EVD_NEED(t, t->r->chains[device - 1].phase != EVD_DEVICE_CLOSED, EVD_L9,
           "after the device was closed");
  return EVD_OK;
}

static evd_err check_device(evd_taking *t, const evd_rules_device *d) {
  const evd_rules_chain *c = &t->r->chains[t->e->ballot.device - 1];
  EVD_TRY(need_device(t, t->e->ballot.device));
  EVD_NEED(t, d->mode == EVD_MODE_REMOTE || c->phase == EVD_DEVICE_OPEN, EVD_L9,
           "the device is not open");
  uint32_t want = d->chaining ? c->count + 1 : 0;
  EVD_NEED(t, t->e->ballot.position == want, EVD_L9,
           "not the next position of its device");
  return EVD_OK;
}

static evd_err check_voter(evd_taking *t, evd_row_credential *c) {
  EVD_NEED(t, t->by.n == 1 && t->by.credentials == 1, EVD_L4,
           "expected the signature of a credential");
  EVD_TRY(evd_find_credential(t, &t->by.last, c));
  EVD_NEED(t,
           c->style == t->e->ballot.style && c->weight == t->e->ballot.weight,
           EVD_L6, "not the style and weight of the credential");
  EVD_NEED(t, c->sealed < EVD_SEALED_MAX, EVD_L5,
           "20 ballots of this credential await a choice");
  return EVD_OK;
}

static evd_err put_ballot(evd_taking *t) {
  const evd_rules *r = t->r;
  evd_row_ballot b;
  memset(&b, 0, sizeof b);
  b.index = r->size;
  b.signer = t->by.last;
  b.id_B = t->e->ballot.id_B;
  b.style = t->e->ballot.style;
  b.weight = t->e->ballot.weight;
  b.device = t->e->ballot.device;
  b.state = EVD_BALLOT_SEALED;
  EVD_TRY(evd_row_put(t->r, EVD_ROW_ID_B, &b.id_B, NULL, 0));
  EVD_TRY(
      evd_row_put(t->r, EVD_ROW_OBJECT, &t->e->ballot.object.digest, NULL, 0));
  return evd_row_put(t->r, EVD_ROW_BALLOT, &t->e->ballot.H_C, &b, sizeof b);
}

evd_err evd_take_ballot(evd_taking *t) {
  const evd_rules_device *d = evd_rules_device_of(t->r, t->e->ballot.device);
  evd_row_credential c = {.sealed = 0};
  EVD_NEED(t, d, EVD_L5, "there is no such device");
  EVD_TRY(need_voting(t, t->e->ballot.device));
  EVD_TRY(check_device(t, d));
  bool of_voter = d->mode == EVD_MODE_REMOTE;
  if (of_voter)
    EVD_TRY(check_voter(t, &c));
  else
    EVD_NEED(t,
             t->by.n == 1 && t->by.devices == 1 &&
                 t->by.device == t->e->ballot.device,
             EVD_L4, "expected the signature of its device");
  EVD_TRY(check_new(t));
  EVD_TRY(put_ballot(t));
  evd_rules_chain *chain = &t->r->chains[t->e->ballot.device - 1];
  chain->count++;
  chain->last = t->e->ballot.H_C;
  t->r->counts[EVD_BALLOT_SEALED]++;
  if (!of_voter)
    return EVD_OK;
  c.sealed++;
  return evd_row_put(t->r, EVD_ROW_CREDENTIAL, &t->by.last, &c, sizeof c);
}

/* ---- what becomes of a ballot ---- */

static evd_err set_state(evd_taking *t, const evd_h32 *H_C, evd_row_ballot *b,
                         uint8_t state) {
  t->r->counts[b->state]--;
  t->r->counts[state]++;
  b->state = state;
  return evd_row_put(t->r, EVD_ROW_BALLOT, H_C, b, sizeof *b);
}

/* A sealed ballot of a credential has got its choice. */
static evd_err count_choice(evd_taking *t, const evd_row_ballot *b) {
  evd_row_credential c;
  bool found = false;
  if (!remote(t->r, b->device))
    return EVD_OK;
  EVD_TRY(
      evd_row_get(t->r, EVD_ROW_CREDENTIAL, &b->signer, &c, sizeof c, &found));
  if (!found || c.sealed == 0)
    return EVD_ERR_RULE; /* the store lost something */
  c.sealed--;
  return evd_row_put(t->r, EVD_ROW_CREDENTIAL, &b->signer, &c, sizeof c);
}

static evd_err check_choice(evd_taking *t, const evd_row_ballot *b) {
  EVD_NEED(t, by_its_key(t, b), EVD_L4,
           "expected the signature of the ballot's key");
  EVD_NEED(t, b->state == EVD_BALLOT_SEALED, EVD_L5,
           "the choice for this ballot is made");
  EVD_TRY(need_device(t, b->device));
  return need_voting(t, b->device);
}

static evd_err choose(evd_taking *t, const evd_h32 *H_C, uint8_t state) {
  evd_row_ballot b;
  EVD_TRY(find_ballot(t, H_C, &b));
  EVD_TRY(check_choice(t, &b));
  EVD_TRY(count_choice(t, &b));
  b.chosen = t->r->size;
  return set_state(t, H_C, &b, state);
}

/* ---- ballots by mail: what is cast is what the paper says ---- */

static void mail_cast_key(evd_h32 *out, const evd_h32 *H_C) {
  evd_once_key(out, EVD_ENTRY_MAIL_CAST, H_C->b, sizeof H_C->b);
}

evd_err evd_take_mail_cast(evd_taking *t) {
  evd_row_ballot b;
  evd_h32 once;
  EVD_TRY(find_ballot(t, &t->e->mail_cast.H_C, &b));
  EVD_TRY(check_choice(t, &b));
  EVD_NEED(t, by_mail(t->r, b.device), EVD_L5,
           "the ballot is not of a device for ballots by mail");
  mail_cast_key(&once, &t->e->mail_cast.H_C);
  EVD_TRY(evd_once_check(t, &once, "this ballot has its MAIL_CAST"));
  return evd_once_mark(t, &once);
}

/* A CAST of such a ballot says which one; its MAIL_CAST, what for. */
static evd_err need_mail_cast(evd_taking *t, const evd_row_ballot *b) {
  evd_h32 once;
  bool found = false;
  if (!by_mail(t->r, b->device))
    return EVD_OK;
  mail_cast_key(&once, &t->e->cast.H_C);
  EVD_TRY(evd_row_get(t->r, EVD_ROW_ONCE, &once, NULL, 0, &found));
  EVD_NEED(t, found, EVD_L5, "before its MAIL_CAST");
  return EVD_OK;
}

/* ---- choices ---- */

evd_err evd_take_challenge(evd_taking *t) {
  evd_h32 once; /* a sheet that came back stays closed: it shows the vote */
  mail_cast_key(&once, &t->e->challenge.H_C);
  EVD_TRY(evd_once_check(t, &once, "this ballot has its MAIL_CAST"));
  return choose(t, &t->e->challenge.H_C, EVD_BALLOT_CHALLENGED);
}

evd_err evd_take_spoil(evd_taking *t) {
  evd_row_ballot b;
  if (t->by.admins == 0)
    return choose(t, &t->e->spoil.H_C, EVD_BALLOT_SPOILED);
  EVD_TRY(find_ballot(t, &t->e->spoil.H_C, &b));
  EVD_NEED(t, evd_by_admins(t), EVD_L4, "expected the signatures of k admins");
  EVD_NEED(t, t->r->closed && !t->r->tallied, EVD_L5,
           "admins spoil ballots between close and tally");
  EVD_NEED(t, b.state == EVD_BALLOT_SEALED, EVD_L5,
           "the choice for this ballot is made");
  EVD_TRY(count_choice(t, &b));
  b.chosen = t->r->size;
  return set_state(t, &t->e->spoil.H_C, &b, EVD_BALLOT_SPOILED);
}

/* Does this CAST go on from the voter's last one? */
static evd_err check_again(evd_taking *t, const evd_row_credential *c) {
  EVD_NEED(t, c->seq == 0 || t->r->facts.revote, EVD_L5,
           "this credential has cast a ballot");
  EVD_NEED(t, t->e->cast.seq == c->seq + 1, EVD_L5,
           "not the next number of this credential");
  EVD_NEED(t,
           c->seq == 0 || memcmp(t->e->cast.prev.b, c->last_body.b,
                                 sizeof c->last_body.b) == 0,
           EVD_L5, "does not name the voter's ballot before");
  return EVD_OK;
}

static evd_err supersede(evd_taking *t, const evd_row_credential *c,
                         const evd_row_ballot *b) {
  evd_row_ballot old;
  bool found = false;
  if (c->seq == 0)
    return EVD_OK;
  EVD_TRY(evd_row_get(t->r, EVD_ROW_BALLOT, &c->last_cast, &old, sizeof old,
                      &found));
  if (!found)
    return EVD_ERR_RULE; /* the store lost something */
  EVD_NEED(t, b->index > old.index, EVD_L5,
           "sealed before the ballot that it would supersede");
  t->r->cast--;
  return set_state(t, &c->last_cast, &old, EVD_BALLOT_SUPERSEDED);
}

static evd_err cast_of_voter(evd_taking *t, evd_row_ballot *b) {
  evd_row_credential c;
  EVD_NEED(
      t, memcmp(t->e->cast.credential.b, b->signer.b, sizeof b->signer.b) == 0,
      EVD_L5, "not the credential of the ballot");
  EVD_TRY(evd_find_credential(t, &b->signer, &c));
  EVD_NEED(t, c.style == b->style && c.weight == b->weight, EVD_L6,
           "not the style and weight of the credential");
  EVD_TRY(check_again(t, &c));
  EVD_TRY(supersede(t, &c, b));
  c.seq++;
  c.sealed--;
  c.last_cast = t->e->cast.H_C;
  evd_body_digest(&c.last_body, t->read->body);
  return evd_row_put(t->r, EVD_ROW_CREDENTIAL, &b->signer, &c, sizeof c);
}

evd_err evd_take_cast(evd_taking *t) {
  evd_row_ballot b;
  EVD_TRY(find_ballot(t, &t->e->cast.H_C, &b));
  EVD_TRY(check_choice(t, &b));
  EVD_TRY(need_mail_cast(t, &b));
  if (remote(t->r, b.device))
    EVD_TRY(cast_of_voter(t, &b));
  else
    EVD_NEED(t, evd_no_hash(&t->e->cast.credential), EVD_L5,
             "a credential, on a device that is not remote");
  t->r->cast++;
  t->r->cast_on_site += !remote(t->r, b.device) && !by_mail(t->r, b.device);
  b.chosen = t->r->size;
  return set_state(t, &t->e->cast.H_C, &b, EVD_BALLOT_CAST);
}

evd_err evd_take_adjudicate(evd_taking *t) {
  enum { ACCEPTED = 1 };
  evd_row_ballot b;
  evd_h32 once;
  EVD_NEED(t, evd_by_admins(t), EVD_L4, "expected the signatures of k admins");
  EVD_TRY(find_ballot(t, &t->e->adjudicate.H_C, &b));
  EVD_NEED(t, t->r->closed && !t->r->tallied, EVD_L5,
           "admins adjudicate between close and tally");
  EVD_NEED(t, b.state == EVD_BALLOT_CAST, EVD_L5, "the ballot is not cast");
  evd_once_key(&once, t->e->type, t->e->adjudicate.H_C.b, 32);
  EVD_TRY(evd_once_check(t, &once, "this ballot was adjudicated"));
  EVD_TRY(evd_once_mark(t, &once));
  if (t->e->adjudicate.op == ACCEPTED)
    return EVD_OK;
  t->r->cast--;
  return set_state(t, &t->e->adjudicate.H_C, &b, EVD_BALLOT_REFUSED);
}

evd_err evd_take_opening(evd_taking *t) {
  evd_row_ballot b;
  evd_h32 once;
  uint8_t who[sizeof once.b + 1];
  EVD_TRY(find_ballot(t, &t->e->opening.H_C, &b));
  bool by_guardian = t->by.n == 1 && t->by.guardians == 1;
  EVD_NEED(t, by_guardian || by_its_key(t, &b), EVD_L4,
           "expected the signature of the ballot's key or of a guardian");
  if (!by_guardian)
    EVD_TRY(need_device(t, b.device));
  EVD_NEED(t, b.state == EVD_BALLOT_CHALLENGED, EVD_L5,
           "the ballot is not challenged");
  EVD_NEED(t, !by_guardian || t->r->closed, EVD_L5,
           "guardians open ballots after close");
  memcpy(who, t->e->opening.H_C.b, sizeof once.b);
  who[sizeof once.b] = by_guardian;
  evd_once_key(&once, t->e->type, who, sizeof who);
  EVD_TRY(evd_once_check(t, &once, "this ballot is opened"));
  return evd_once_mark(t, &once);
}
