/* The close of an election: chains, states, roll. */
#include <string.h>

#include "egds/hashes.h"
#include "egds/preenc.h"
#include "kit/model.h"

void evd_kit_closing(evd_kit *e, uint32_t device) {
  evd_device_close *d = &e->devices.devices[device - 1];
  uint8_t start[EVD_BC_BYTES];
  evd_h32 last = d->H_0;
  for (uint32_t at = 0; at < e->n_ballots; at++)
    if (e->ballots[at].device == device)
      last = e->ballots[at].H_C;
  evd_BC(start, 1, &d->H_DI);
  if (evd_kit_is_mail(e, device)) {
    evd_pre_BC_close(&e->G, d->B_close, &e->keys.H_E, &last, start);
    evd_pre_chain(&e->G, &d->H_close, &e->keys.H_E, d->B_close);
    return;
  }
  evd_BC_close(&e->G, d->B_close, &e->keys.H_E, &last, start);
  evd_hash_close(&e->G, &d->H_close, &e->keys.H_E, d->B_close);
}

void evd_kit_rechain(evd_kit *e, uint32_t device, uint32_t skip) {
  evd_device_close *d = &e->devices.devices[device - 1];
  evd_h32 last = d->chained ? d->H_0 : d->H_DI;
  uint32_t place = 0;
  for (uint32_t at = 0; at < e->n_ballots; at++) {
    evd_ballot *b = &e->ballots[at];
    if (b->device != device)
      continue;
    if (place++ != skip)
      evd_BC(b->B_C, d->chained, &last);
    if (b->mail)
      evd_pre_ballot_HC(&e->G, &b->H_C, b);
    else
      evd_ballot_HC(&e->G, &b->H_C, b);
    if (d->chained)
      last = b->H_C;
  }
  if (d->chained)
    evd_kit_closing(e, device);
}

static void close_device(evd_kit *e, uint32_t device) {
  const evd_device *of = &e->man.devices[device - 1];
  evd_device_close *d = &e->devices.devices[device - 1];
  uint8_t start[EVD_BC_BYTES];
  *d = (evd_device_close){.device = device};
  for (uint32_t at = 0; at < e->n_ballots; at++) {
    evd_ballot *b = &e->ballots[at];
    if (b->device != device)
      continue;
    d->ballots++;
    b->position = of->chaining ? (uint32_t)d->ballots : 0;
  }
  d->chained = of->chaining && d->ballots > 0;
  const bool mail = evd_kit_is_mail(e, device);
  (mail ? evd_pre_HDI : evd_hash_HDI)(&e->G, &d->H_DI, &e->keys.H_E, of->label);
  evd_BC(start, 1, &d->H_DI);
  (mail ? evd_pre_chain : evd_hash_H0)(&e->G, &d->H_0, &e->keys.H_E, start);
  evd_kit_rechain(e, device, EVD_KIT_SKIP_NONE);
}

void evd_kit_chain(evd_kit *e) {
  e->devices.n_devices = e->man.n_devices;
  e->devices.devices =
      evd_kit_room(e, EVD_KIT_DEVICES + 1, sizeof *e->devices.devices);
  for (uint32_t d = 1; d <= e->man.n_devices; d++)
    close_device(e, d);
}

void evd_kit_states(evd_kit *e) {
  e->n_states = 0;
  for (uint32_t i = 0; i < e->n_ballots; i++) {
    evd_state line = {e->ballots[i].id_B, e->secret[i].state};
    uint32_t at = 0;
    int order = -1;
    while (at < e->n_states && (order = memcmp(&e->states[at].id_B, &line.id_B,
                                               sizeof line.id_B)) < 0)
      at++;
    if (at < e->n_states && order == 0)
      continue; /* two ballots of one name have one state */
    memmove(&e->states[at + 1], &e->states[at],
            (e->n_states - at) * sizeof line);
    e->states[at] = line;
    e->n_states++;
  }
}

static void roll_add(evd_kit *e, evd_roll_line line) {
  uint32_t at = 0;
  while (at < e->n_roll && memcmp(&e->roll[at].credential, &line.credential,
                                  sizeof line.credential) < 0)
    at++;
  memmove(&e->roll[at + 1], &e->roll[at], (e->n_roll - at) * sizeof line);
  e->roll[at] = line;
  e->n_roll++;
}

/* All voters there are; the last one is revoked and did not vote. */
void evd_kit_roll(evd_kit *e) {
  bool remote = false;
  e->n_roll = 0;
  for (uint32_t d = 0; d < e->man.n_devices; d++)
    remote |= evd_str_is(e->man.devices[d].mode, "remote");
  for (uint32_t i = 0; remote && i < EVD_KIT_VOTERS; i++) {
    evd_roll_line line = {.credential = e->credentials[i],
                          .style = 1,
                          .weight = 1,
                          .active = i + 1 < EVD_KIT_VOTERS};
    for (uint32_t at = 0; at < e->n_ballots; at++)
      if (e->ballots[at].has_binding &&
          memcmp(&e->ballots[at].credential, &line.credential,
                 sizeof line.credential) == 0) {
        line.style = e->ballots[at].style;
        line.weight = e->ballots[at].weight;
      }
    roll_add(e, line);
  }
}
