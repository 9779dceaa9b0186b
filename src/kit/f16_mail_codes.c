/* Faults of codes and chains of pre-encrypted ballots: 16.B-16.H. */
#include <string.h>

#include "egds/hashes.h"
#include "egds/preenc.h"
#include "kit/faults.h"

enum { TAG_CHI = 0x41, CHAINED = 1, UNCHAINED = 2 };

/* chi over the hashes unsorted (0), without null vectors (1), with another
 * index (2). */
static void chi(evd_kit *e, int with) {
  evd_ballot *b = &e->ballots[with == 2 ? 3 : with == 1 ? 2 : 0];
  evd_contest_ct *c = &b->contests[with == 2 ? 1 : 0];
  evd_hmac h;
  evd_h_init(&h, &b->H_I, NULL);
  evd_h_tag(&h, TAG_CHI);
  evd_h_u32(&h, with == 2 ? 1 : c->ind_c);
  for (uint32_t i = 0; i < c->n_psi - (with == 1); i++) {
    const evd_h32 *psi = &c->psi[with == 0 ? c->n_psi - 1 - i : i];
    evd_h_add(&h, psi->b, sizeof psi->b);
  }
  evd_h_out(&h, &c->chi);
  evd_kit_chain(e);
}

/* H_C: a bit on a chained ballot (0) and the chain goes on; the form of booth
 * ballots (1); a bit on a spoiled one (2). */
static void code(evd_kit *e, int with) {
  evd_ballot *b = &e->ballots[with == 0 ? 0 : with + 1];
  if (with == 1)
    evd_ballot_HC(&e->G, &b->H_C, b);
  else
    evd_kit_flip(&b->H_C);
  if (with != 0)
    return;
  evd_BC(e->ballots[1].B_C, 1, &b->H_C);
  evd_pre_ballot_HC(&e->G, &e->ballots[1].H_C, &e->ballots[1]);
  evd_kit_closing(e, CHAINED);
}

/* H_DI as a booth makes it (0), of another label (1), a bit (2). */
static void device_hash(evd_kit *e, int with) {
  const uint32_t device = with == 1 ? UNCHAINED : CHAINED;
  evd_device_close *d = &e->devices.devices[device - 1];
  uint8_t start[EVD_BC_BYTES];
  if (with == 0)
    evd_hash_HDI(&e->G, &d->H_DI, &e->keys.H_E,
                 e->man.devices[device - 1].label);
  else if (with == 1)
    evd_pre_HDI(&e->G, &d->H_DI, &e->keys.H_E, evd_kit_str("another device"));
  else
    evd_kit_flip(&d->H_DI);
  evd_BC(start, 1, &d->H_DI);
  evd_pre_chain(&e->G, &d->H_0, &e->keys.H_E, start);
  evd_kit_rechain(e, device, EVD_KIT_SKIP_NONE);
}

/* B_C of the first unchained ballot: mode 1, another device, zero. */
static void loose(evd_kit *e, int with) {
  evd_h32 h = e->devices.devices[with == 1 ? 0 : 1].H_DI;
  if (with == 2)
    memset(h.b, 0, sizeof h.b);
  evd_BC(e->ballots[2].B_C, with == 0, &h);
  evd_kit_rechain(e, UNCHAINED, 0);
}

/* B_C of a chained ballot: H_0 again, zero for H_0, mode 0. */
static void link(evd_kit *e, int with) {
  const uint32_t place = with == 1 ? 0 : 1;
  evd_h32 h = e->devices.devices[0].H_0;
  if (with == 1)
    memset(h.b, 0, sizeof h.b);
  if (with == 2)
    h = e->ballots[0].H_C;
  evd_BC(e->ballots[place].B_C, with != 2, &h);
  evd_kit_rechain(e, CHAINED, place);
}

/* H_0 as a booth makes it (0), without a chain (1), with another key (2). */
static void chain_start(evd_kit *e, int with) {
  evd_device_close *d = &e->devices.devices[0];
  uint8_t start[EVD_BC_BYTES];
  evd_BC(start, with != 1, &d->H_DI);
  if (with == 0)
    evd_hash_H0(&e->G, &d->H_0, &e->keys.H_E, start);
  else
    evd_pre_chain(&e->G, &d->H_0, with == 2 ? &e->keys.H_B : &e->keys.H_E,
                  start);
  evd_kit_rechain(e, CHAINED, EVD_KIT_SKIP_NONE);
}

/* The closing hash: a bit (0), as a booth makes it (1); the closing field as
 * a booth makes it (2). */
static void closing(evd_kit *e, int with) {
  evd_device_close *d = &e->devices.devices[0];
  uint8_t start[EVD_BC_BYTES];
  evd_BC(start, 1, &d->H_DI);
  if (with == 0) {
    evd_kit_flip(&d->H_close);
  } else if (with == 1) {
    evd_hash_close(&e->G, &d->H_close, &e->keys.H_E, d->B_close);
  } else {
    evd_BC_close(&e->G, d->B_close, &e->keys.H_E, &e->ballots[1].H_C, start);
    evd_pre_chain(&e->G, &d->H_close, &e->keys.H_E, d->B_close);
  }
}

#define MAIL EVD_KIT_MAIL
static const evd_kit_fault rows[] = {
    {"16B-order", "16.B", MAIL, chi, NULL, 0, "chi of the hashes unsorted"},
    {"16B-null", "16.B", MAIL, chi, NULL, 1, "chi without the last hash"},
    {"16B-index", "16.B", MAIL, chi, NULL, 2,
     "chi with the index of another contest"},
    {"16C-bit", "16.C", MAIL, code, NULL, 0,
     "a bit of H_C; the chain goes on from it"},
    {"16C-booth", "16.C", MAIL, code, NULL, 1, "H_C as a booth makes it"},
    {"16C-spoiled", "16.C", MAIL, code, NULL, 2,
     "a bit of H_C of a spoiled ballot"},
    {"16D-booth", "16.D", MAIL, device_hash, NULL, 0,
     "H_DI as a booth makes it; the whole chain made from it"},
    {"16D-label", "16.D", MAIL, device_hash, NULL, 1, "H_DI of another device"},
    {"16D-bit", "16.D", MAIL, device_hash, NULL, 2, "a bit of H_DI"},
    {"16E-mode", "16.E", MAIL, loose, NULL, 0,
     "a chained field on a device without a chain"},
    {"16E-device", "16.E", MAIL, loose, NULL, 1, "H_DI of another device"},
    {"16E-zero", "16.E", MAIL, loose, NULL, 2, "H_DI left at zero"},
    {"16F-link", "16.F", MAIL, link, NULL, 0,
     "the second ballot does not hold the code of the first"},
    {"16F-first", "16.F", MAIL, link, NULL, 1,
     "the first ballot does not hold H_0"},
    {"16F-mode", "16.F", MAIL, link, NULL, 2, "mode 0 in a chain"},
    {"16G-booth", "16.G", MAIL, chain_start, NULL, 0,
     "H_0 as a booth makes it"},
    {"16G-form", "16.G", MAIL, chain_start, NULL, 1,
     "H_0 from the field without a chain"},
    {"16G-key", "16.G", MAIL, chain_start, NULL, 2, "H_0 keyed by H_B"},
    {"16H-bit", "16.H", MAIL, closing, NULL, 0, "a bit of the closing hash"},
    {"16H-hash", "16.H", MAIL, closing, NULL, 1,
     "the closing hash as a booth makes it"},
    {"16H-field", "16.H", MAIL, closing, NULL, 2,
     "the closing field as a booth makes it"},
};
EVD_KIT_TABLE(f16);
