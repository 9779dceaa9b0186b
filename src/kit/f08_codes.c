/* Faults of codes and chains: 8.A-8.G. */
#include <string.h>

#include "egds/hashes.h"
#include "kit/faults.h"

enum { TAG_CHI_2_0 = 0x23, TAG_H_C = 0x29, TAG_H_DI = 0x2A, TAG_CLOSE = 0x2B };

static void add_pairs(evd_hmac *h, const evd_contest_ct *c, uint32_t n) {
  for (uint32_t j = 0; j < n; j++) {
    evd_h_add(h, c->fields[j].alpha.b, sizeof c->fields[j].alpha.b);
    evd_h_add(h, c->fields[j].beta.b, sizeof c->fields[j].beta.b);
  }
}

static void chi_bit(evd_kit *e, int with) {
  evd_kit_flip(&e->ballots[with].contests[0].chi);
  evd_kit_chain(e);
}

static void chi_tag(evd_kit *e, int with) {
  evd_contest_ct *c = &e->ballots[0].contests[0];
  evd_hmac h;
  (void)with;
  evd_h_init(&h, &e->ballots[0].H_I, NULL);
  evd_h_tag(&h, TAG_CHI_2_0);
  evd_h_u32(&h, c->ind_c);
  add_pairs(&h, c, c->n_fields);
  evd_h_out(&h, &c->chi);
  evd_kit_chain(e);
}

/* chi with the contest's place on the ballot (0), without data (1), over the
 * options alone (2). */
static void chi_other(evd_kit *e, int with) {
  const uint32_t at = with == 0 ? 2 : 0;
  evd_contest_ct *c = &e->ballots[at].contests[0], bent = *c;
  evd_hmac h;
  if (with == 1)
    bent.b = 0;
  evd_chi_init(&e->G, &h, &e->ballots[at].H_I, with == 0 ? 1 : c->ind_c);
  add_pairs(&h, c, with == 2 ? 2 : c->n_fields);
  evd_chi_out(&h, &c->chi, &bent);
  evd_kit_chain(e);
}

/* A false H_C, and the chain goes on from it. */
static void code(evd_kit *e, int with) {
  const uint32_t at = (uint32_t)with;
  evd_ballot *b = &e->ballots[at];
  evd_kit_flip(&b->H_C);
  for (uint32_t next = at + 1; next < e->n_ballots; next++) {
    evd_ballot *x = &e->ballots[next];
    evd_BC(x->B_C, 1, &e->ballots[next - 1].H_C);
    evd_ballot_HC(&e->G, &x->H_C, x);
  }
  evd_kit_closing(e, 1);
}

/* H_C of an unchained ballot: without B_C (0), keyed by H_E (1). */
static void code_other(evd_kit *e, int with) {
  evd_ballot *b = &e->ballots[2];
  evd_hmac h;
  evd_h_init(&h, with ? &e->keys.H_E : &b->H_I, NULL);
  evd_h_tag(&h, TAG_H_C);
  for (uint32_t i = 0; i < b->n_contests; i++)
    evd_h_add(&h, b->contests[i].chi.b, sizeof b->contests[i].chi.b);
  if (with)
    evd_h_add(&h, b->B_C, sizeof b->B_C);
  evd_h_out(&h, &b->H_C);
}

/* H_DI of another label, or without its tag; the device's codes from it. */
static void device_hash(evd_kit *e, int with) {
  const uint32_t device = with == 1 ? 2 : 1;
  evd_device_close *d = &e->devices.devices[device - 1];
  const evd_str label = e->man.devices[device - 1].label;
  uint8_t start[EVD_BC_BYTES];
  evd_hmac h;
  evd_h_init(&h, &e->keys.H_E, NULL);
  if (with != 1)
    evd_h_tag(&h, TAG_H_DI);
  if (with == 0)
    evd_h_str(&h, "another device", 14); /* bytes of the text */
  else
    evd_h_str(&h, label.p, label.n);
  evd_h_out(&h, &d->H_DI);
  if (with == 2)
    evd_kit_flip(&d->H_DI);
  evd_BC(start, 1, &d->H_DI);
  evd_hash_H0(&e->G, &d->H_0, &e->keys.H_E, start);
  evd_kit_rechain(e, device, EVD_KIT_SKIP_NONE);
}

/* B_C of the first unchained ballot: mode 1, another device, zero. */
static void loose(evd_kit *e, int with) {
  evd_h32 h = e->devices.devices[with == 1 ? 0 : 1].H_DI;
  if (with == 2)
    memset(h.b, 0, sizeof h.b);
  evd_BC(e->ballots[2].B_C, with == 0, &h);
  evd_kit_rechain(e, 2, 0);
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
  evd_kit_rechain(e, 1, place);
}

/* Two ballots exchanged; positions and closing made anew. */
static void turned(evd_kit *e, int with) {
  evd_ballot first = e->ballots[0];
  (void)with;
  e->ballots[0] = e->ballots[1];
  e->ballots[1] = first;
  e->ballots[0].position = 1;
  e->ballots[1].position = 2;
  evd_kit_closing(e, 1);
}

/* H_0: another start (0), the form without a chain (1), another key (2). */
static void chain_start(evd_kit *e, int with) {
  evd_device_close *d = &e->devices.devices[0];
  uint8_t start[EVD_BC_BYTES];
  evd_BC(start, with != 1, &d->H_DI);
  evd_hash_H0(&e->G, &d->H_0, with == 2 ? &e->keys.H_B : &e->keys.H_E, start);
  if (with == 0)
    evd_kit_flip(&d->H_0);
  evd_kit_rechain(e, 1, EVD_KIT_SKIP_NONE);
}

/* Another closing field, hashed rightly (0); a bit of the closing hash (1). */
static void closing(evd_kit *e, int with) {
  evd_device_close *d = &e->devices.devices[0];
  if (with == 1) {
    evd_kit_flip(&d->H_close);
    return;
  }
  evd_hmac h;
  evd_h32 inner;
  evd_h_init(&h, &e->keys.H_E, NULL);
  evd_h_tag(&h, TAG_CLOSE);
  evd_h_add(&h, d->H_0.b, sizeof d->H_0.b);
  evd_h_out(&h, &inner);
  evd_BC(d->B_close, 1, &inner);
  evd_hash_close(&e->G, &d->H_close, &e->keys.H_E, d->B_close);
}

/* The last ballot of a device, a spoiled one, dropped with state and count. */
static void tail_cut(evd_kit *e, int with) {
  static const evd_kit_vote vote = {.marks = {{1, 0}}, .state = EVD_SPOILED};
  (void)with;
  evd_kit_add_vote(e, &vote);
  evd_kit_finish(e);
  e->n_ballots--;
  evd_kit_states(e);
  e->devices.devices[0].ballots--;
}

#define TINY EVD_KIT_TINY
#define MIXED EVD_KIT_MIXED
#define DATA EVD_KIT_DATA
static const evd_kit_fault rows[] = {
    {"8A-bit", "8.A", TINY, chi_bit, NULL, 0,
     "a bit of chi; codes made from it"},
    {"8A-tag", "8.A", TINY, chi_tag, NULL, 0, "chi with the tag of 2.0"},
    {"8A-place", "8.A", DATA, chi_other, NULL, 0,
     "the place on the ballot hashed, not the contest's index"},
    {"8A-data", "8.A", DATA, chi_other, NULL, 1, "chi without contest data"},
    {"8A-options", "8.A", DATA, chi_other, NULL, 2,
     "chi without supplemental fields"},
    {"8B-bit", "8.B", TINY, code, NULL, 0,
     "a bit of H_C; the chain goes on from it"},
    {"8B-last", "8.B", TINY, code, NULL, 1,
     "a bit of the last H_C; the closing made from it"},
    {"8B-field", "8.B", MIXED, code_other, NULL, 0, "H_C without B_C"},
    {"8B-key", "8.B", MIXED, code_other, NULL, 1, "H_C keyed by H_E"},
    {"8C-label", "8.C", TINY, device_hash, NULL, 0,
     "H_DI of another device; the whole chain made from it"},
    {"8C-tag", "8.C", MIXED, device_hash, NULL, 1,
     "H_DI without its tag, on a device without a chain"},
    {"8C-bit", "8.C", TINY, device_hash, NULL, 2, "a bit of H_DI"},
    {"8D-mode", "8.D", MIXED, loose, NULL, 0,
     "a chained field on a device without a chain"},
    {"8D-device", "8.D", MIXED, loose, NULL, 1, "H_DI of another device"},
    {"8D-zero", "8.D", MIXED, loose, NULL, 2, "H_DI left at zero"},
    {"8E-link", "8.E", TINY, link, NULL, 0,
     "the second ballot does not hold the code of the first"},
    {"8E-first", "8.E", TINY, link, NULL, 1,
     "the first ballot does not hold H_0"},
    {"8E-mode", "8.E", TINY, link, NULL, 2, "mode 0 in a chain"},
    {"8E-turned", "8.E", TINY, turned, NULL, 0,
     "two ballots exchanged, positions and closing made anew"},
    {"8F-bit", "8.F", TINY, chain_start, NULL, 0,
     "a bit of H_0; the whole chain made from it"},
    {"8F-form", "8.F", TINY, chain_start, NULL, 1,
     "H_0 from the field without a chain"},
    {"8F-key", "8.F", TINY, chain_start, NULL, 2, "H_0 keyed by H_B"},
    {"8G-field", "8.G", TINY, closing, NULL, 0,
     "another closing field, hashed rightly"},
    {"8G-hash", "8.G", TINY, closing, NULL, 1, "a bit of the closing hash"},
    {"8G-cut", "8.G", MIXED, tail_cut, NULL, 0,
     "the last ballot dropped with its state and count"},
};
EVD_KIT_TABLE(f08);
