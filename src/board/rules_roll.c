/* Devices, and who may vote. */
#include <string.h>

#include "board/rules_run.h"
#include "record/chain.h"

/* ---- DEVICE ---- */

static bool same(const evd_h32 *a, const evd_h32 *b) {
  return memcmp(a->b, b->b, sizeof a->b) == 0;
}

static evd_err device_opens(evd_taking *t, const evd_rules_device *d,
                            evd_rules_chain *c) {
  evd_h32 H_DI, link, none = {{0}};
  EVD_NEED(t, c->phase == EVD_DEVICE_UNOPENED, EVD_L9,
           "the device was opened before");
  evd_chain_start(t->r->facts.G, d->device, &t->r->H_E, &H_DI, &link);
  EVD_NEED(t, same(&t->e->device.H_DI, &H_DI), EVD_L9,
           "H_DI is not the hash of the device's label"); /* (72) */
  EVD_NEED(t, same(&t->e->device.H_0, d->chaining ? &link : &none), EVD_L9,
           "expected the hash of H_DI as H_0, and that only with chaining");
  c->phase = EVD_DEVICE_OPEN;
  return EVD_OK;
}

/* (77) over the last code; none without chaining or without ballots. */
static void closing_hash(const evd_taking *t, const evd_rules_device *d,
                         const evd_rules_chain *c, evd_h32 *out) {
  evd_device_close close;
  evd_h32 link;
  memset(out, 0, sizeof *out);
  if (!d->chaining || c->count == 0)
    return;
  memset(&close, 0, sizeof close);
  evd_chain_start(t->r->facts.G, d->device, &t->r->H_E, &close.H_DI, &link);
  evd_chain_close(t->r->facts.G, d->device, &t->r->H_E, &c->last, &close);
  *out = close.H_close;
}

static evd_err device_closes(evd_taking *t, const evd_rules_device *d,
                             evd_rules_chain *c) {
  evd_h32 H_close;
  EVD_NEED(t, c->phase == EVD_DEVICE_OPEN, EVD_L9, "the device is not open");
  EVD_NEED(t, t->e->device.count == c->count, EVD_L9,
           "not the number of its ballots");
  EVD_NEED(t, same(&t->e->device.H_last, &c->last), EVD_L9,
           "not the code of its last ballot");
  closing_hash(t, d, c, &H_close);
  EVD_NEED(t, same(&t->e->device.H_close, &H_close), EVD_L9,
           "H_close is not the closing hash of its chain"); /* (77) */
  c->phase = EVD_DEVICE_CLOSED;
  return EVD_OK;
}

evd_err evd_take_device(evd_taking *t) {
  enum { OPEN = 1 };
  const evd_rules_device *d = evd_rules_device_of(t->r, t->e->device.device);
  EVD_NEED(t, d, EVD_L5, "there is no such device");
  EVD_NEED(t,
           t->by.n == 2 && t->by.devices == 1 && t->by.poll_workers == 1 &&
               t->by.device == t->e->device.device,
           EVD_L4, "expected the signatures of the device and a poll worker");
  EVD_NEED(t, t->r->keys_published, EVD_L5, "before the keys");
  evd_rules_chain *c = &t->r->chains[t->e->device.device - 1];
  return t->e->device.op == OPEN ? device_opens(t, d, c)
                                 : device_closes(t, d, c);
}

/* ---- ROLL ---- */

enum { COMMIT = 1, ADD, REVOKE, REPLACE };

static evd_err roll_out(evd_taking *t, const evd_h32 *credential) {
  evd_row_credential c;
  EVD_TRY(evd_find_credential(t, credential, &c));
  EVD_NEED(t, c.seq == 0, EVD_L6, "this credential has cast a ballot");
  c.active = 0;
  t->r->n_credentials--;
  return evd_row_put(t->r, EVD_ROW_CREDENTIAL, credential, &c, sizeof c);
}

/* Neither it nor another with its keyid is there, active or not. */
static evd_err need_new_credential(evd_taking *t) {
  evd_h32 keyid = {{0}};
  bool found = false;
  evd_keyid(keyid.b, &t->e->roll.credential);
  EVD_TRY(evd_row_get(t->r, EVD_ROW_KEYID, &keyid, NULL, 0, &found));
  EVD_NEED(t, !found && !evd_board_key_find(&t->r->keys, keyid.b), EVD_L6,
           "this credential, or a key with its keyid, is there already");
  return EVD_OK;
}

/* Of the manifest; a weight fits what counts it. */
static evd_err need_rights(evd_taking *t) {
  const evd_rules_facts *f = &t->r->facts;
  const uint32_t style = t->e->roll.style, weight = t->e->roll.weight;
  EVD_NEED(t, style >= 1 && style <= f->n_styles, EVD_L6,
           "not a style of the manifest");
  EVD_NEED(t, weight >= 1 && weight <= (f->weights ? INT32_MAX : 1), EVD_L6,
           "not a weight that the manifest allows");
  return EVD_OK;
}

evd_err evd_take_roll(evd_taking *t) {
  EVD_NEED(t,
           t->by.n == t->r->admin_k + 1u && t->by.registrars == 1 &&
               t->by.admins == t->r->admin_k,
           EVD_L4, "expected the signatures of the registrar and k admins");
  if (t->e->roll.op == COMMIT) {
    EVD_NEED(t, !t->r->roll_committed && !t->r->open, EVD_L6,
             "the roll is committed once, before the election opens");
    t->r->roll_committed = true;
    return EVD_OK;
  }
  EVD_NEED(t, t->r->roll_committed, EVD_L6, "before the roll is committed");
  EVD_NEED(t, !t->r->closed, EVD_L5, "after the election is closed");
  if (t->e->roll.op == REVOKE)
    return roll_out(t, &t->e->roll.credential);
  EVD_TRY(need_rights(t));
  EVD_TRY(need_new_credential(t));
  if (t->e->roll.op == REPLACE)
    EVD_TRY(roll_out(t, &t->e->roll.replaced));
  return evd_rules_credential(t->r, &t->e->roll.credential, t->e->roll.style,
                              t->e->roll.weight);
}
