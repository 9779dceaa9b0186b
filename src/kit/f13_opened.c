/* Faults of opened ballots: 13.A-14.F, X.13. */
#include <string.h>

#include "egds/encrypt.h"
#include "egds/hashes.h"
#include "kit/faults.h"

enum { BLOCK = 32, BLOCKS = 4, ELSEWHERE = 99 };
/* The challenged ballot of the bases `mixed`, `data` and `cancel`. */
enum { AT = 1 };

static evd_challenged_contest *opened(evd_kit *e) {
  return &e->opened[0].contests[0];
}

static void again(evd_kit *e) {
  evd_kit_chi(e, AT, 0);
  evd_kit_finish(e);
}

/* ---- V 13 ---- */

static void text_or_nonce(evd_kit *e, int with) {
  static const uint32_t marks[EVD_KIT_OPTIONS];
  const evd_shape s = evd_contest_shape(&e->man, 1);
  evd_challenged_contest *c = opened(e);
  evd_span text = evd_kit_str("Eve");
  evd_selection sel = {marks, 1, &text};
  uint8_t *D = evd_kit_room(e, c->D.n, 1);
  if (with == 1)
    evd_kit_next(&c->o.data_nonce);
  else if (evd_data_pack(D, &s, &sel, false) == EVD_OK)
    c->D.p = D;
}

/* A device that counted the key blocks from 0 (0), or derived the keys of
 * another contest (1). */
static void keys_other(evd_kit *e, int with) {
  evd_contest_ct *c = &e->ballots[AT].contests[0];
  evd_p beta = evd_kit_K_hat(e, e->secret[AT].data_xi[0]);
  evd_h32 key, block;
  evd_key_data(&e->G, &key, &e->ballots[AT].H_I, 1, &c->data_C0, &beta);
  for (uint32_t i = 0; i < BLOCKS; i++) {
    evd_kdf_data(&e->G, &block, &key, with ? 2 : 1, with ? i + 1 : i, BLOCKS);
    for (uint32_t k = 0; k < BLOCK; k++)
      c->data_C1[BLOCK * i + k] =
          e->secret[AT].D[0][BLOCK * i + k] ^ block.b[k];
  }
  evd_kit_prove_data(e, AT, 0, evd_kit_draw(e), &e->ballots[AT].H_I);
  again(e);
}

/* The vote moved (0), a nonce plus 1 (1), value less and nonce more (2). */
static void opened_field(evd_kit *e, int with) {
  evd_challenged_contest *c = opened(e);
  if (with == 0) {
    c->values[0] = 1;
    c->values[1] = 0;
  } else if (with == 1) {
    evd_kit_next(&c->o.nonces[0]);
  } else {
    c->values[1] = 0;
    evd_kit_next(&c->o.nonces[1]);
  }
}

static void hidden(evd_kit *e, int with) {
  (void)with;
  opened(e)->values[1] = 0;
}

/* ---- X.13 ---- */

/* Data encrypted under another nonce than that of C0. */
static void false_C0(evd_kit *e, int with) {
  evd_contest_ct *c = &e->ballots[AT].contests[0];
  evd_zq xi = e->secret[AT].data_xi[0], other = evd_kit_zq(ELSEWHERE);
  (void)with;
  e->secret[AT].data_xi[0] = other;
  evd_kit_data(e, AT, 0);
  e->secret[AT].data_xi[0] = xi;
  c->data_C0 = evd_kit_g(e, xi);
  evd_kit_prove_data(e, AT, 0, evd_kit_draw(e), &e->ballots[AT].H_I);
  again(e);
  opened(e)->o.data_nonce = evd_kit_q(other);
}

/* Bytes that are no packed text, encrypted by the device. */
static void unpacked(evd_kit *e, int with) {
  static const char *const texts[] = {"Eve!", "{\"marks\":null}",
                                      "{\"marks\":[],\"write_ins\":[ ]}"};
  const char *text = texts[with];
  uint8_t *D = e->secret[AT].D[0];
  memset(D, 0, (size_t)BLOCKS * BLOCK);
  D[3] = (uint8_t)strlen(text);
  memcpy(D + 4, text, strlen(text));
  evd_kit_data(e, AT, 0);
  again(e);
}

/* ---- V 14 ---- */

static void foreign(evd_kit *e, int with) {
  evd_challenged *line = &e->opened[0];
  evd_challenged_contest *c = &line->contests[line->n_contests++];
  (void)with;
  *c = line->contests[1];
  c->has_data = false;
  c->label = e->man.contests[2].label;
  c->o.ind_c = 3;
  c->o.n_fields = 2;
  c->labels = evd_kit_room(e, 2, sizeof *c->labels);
  c->fields = evd_kit_room(e, 2, sizeof *c->fields);
  c->values = evd_kit_room(e, 2, sizeof *c->values);
  for (uint32_t j = 0; j < 2; j++) {
    c->fields[j] = j + 1;
    c->labels[j] = evd_field_label(&e->man, 3, j + 1);
  }
}

static void contest_label(evd_kit *e, int with) {
  opened(e)->label = evd_kit_str(with ? "Share" : "Council");
}

static void contests_gone(evd_kit *e, int with) {
  evd_challenged *line = &e->opened[0];
  if (with == 1)
    line->contests++;
  line->n_contests -= with == 2 ? line->n_contests : 1;
}

static void option_label(evd_kit *e, int with) {
  evd_challenged_contest *c = opened(e);
  if (with == 0) {
    c->labels[0] = evd_kit_str("Bo");
    c->labels[1] = evd_kit_str("Ada");
  } else if (with == 1) {
    c->labels[1] = evd_kit_str("Boo");
  } else {
    c->labels[2] = evd_kit_str("#write-ins");
  }
}

/* K = 1: any value fits its ciphertext. */
static void cancelled(evd_kit *e, int with) {
  evd_challenged_contest *c = opened(e);
  if (with == 0) { /* 0 1 1 as 0 2 0: too much for one option */
    c->values[1] = 2;
    c->values[2] = 0;
  } else if (with == 1) { /* as 2 0 0 */
    c->values[0] = 2;
    c->values[1] = c->values[2] = 0;
  } else { /* as 1 1 1: too much for the contest */
    c->values[0] = 1;
  }
}

/* A challenged ballot that holds what it may not. */
static void contents(evd_kit *e, int with) {
  const uint32_t j = with == 2 ? 3 : 2; /* #write-ins, #overvote */
  evd_kit_reset(e, AT, 0, j, with == 0 ? 2 : 1, e->secret[AT].xi[0][j]);
  again(e);
}

static void two_votes(evd_kit *e, int with) {
  (void)with;
  evd_kit_reset(e, AT, 0, 0, 1, e->secret[AT].xi[0][0]);
  again(e);
}

#define DATA EVD_KIT_DATA
#define MIXED EVD_KIT_MIXED
#define CANCEL EVD_KIT_CANCEL
static const evd_kit_fault rows[] = {
    {"13A-text", "13.A", DATA, text_or_nonce, NULL, 0, "another text"},
    {"13A-nonce", "13.A X.13", DATA, text_or_nonce, NULL, 1,
     "another data nonce"},
    {"13A-blocks", "13.A", DATA, keys_other, NULL, 0,
     "a device that counted the key blocks from 0"},
    {"13A-contest", "13.A", DATA, keys_other, NULL, 1,
     "a device that derived the keys of another contest"},
    {"13B-moved", "13.B", MIXED, opened_field, NULL, 0,
     "the vote moved to the other option"},
    {"13B-nonce", "13.B", MIXED, opened_field, NULL, 1, "another nonce"},
    {"13B-balanced", "13.B", MIXED, opened_field, NULL, 2,
     "value less and nonce more: value + nonce is the same"},
    {"13B-hidden", "13.B", DATA, hidden, NULL, 0, "one of two votes denied"},
    {"14A-foreign", "14.A", DATA, foreign, NULL, 0,
     "a contest opened that is not on the ballot"},
    {"14A-label", "14.A 14.B", DATA, contest_label, NULL, 0,
     "another label on a contest"},
    {"14A-other", "14.A 14.B", DATA, contest_label, NULL, 1,
     "the label of another contest of the ballot"},
    {"14B-missing", "14.B", DATA, contests_gone, NULL, 0,
     "the last contest is not opened"},
    {"14B-first", "14.B", DATA, contests_gone, NULL, 1,
     "the first contest is not opened"},
    {"14B-none", "14.B", DATA, contests_gone, NULL, 2, "no contest is opened"},
    {"14C-exchanged", "14.C 14.D", MIXED, option_label, NULL, 0,
     "the labels of two options exchanged"},
    {"14D-label", "14.D 14.C", MIXED, option_label, NULL, 1,
     "another label on an option"},
    {"14D-supplemental", "14.D 14.C", DATA, option_label, NULL, 2,
     "#overvote called #write-ins"},
    {"14E-cancelled", "14.E", CANCEL, cancelled, NULL, 0,
     "K = 1, so that any value fits: 2 where R = 1"},
    {"14E-first", "14.E", CANCEL, cancelled, NULL, 1,
     "K = 1: both votes in the first option"},
    {"14E-overvote", "14.E 14.F X.9", DATA, contents, NULL, 0,
     "#overvote is 2"},
    {"14F-cancelled", "14.F", CANCEL, cancelled, NULL, 2,
     "K = 1: three votes where L = 2"},
    {"14F-sum", "14.F X.9", MIXED, two_votes, NULL, 0, "two votes where L = 1"},
    {"14F-overvote", "14.F X.9", DATA, contents, NULL, 1,
     "an overvote beside two votes"},
    {"14F-write-in", "14.F X.9", DATA, contents, NULL, 2,
     "a write-in beside two votes where L = 2"},
    {"X13-C0", "X.13", DATA, false_C0, NULL, 0,
     "data encrypted under another nonce than that of C0"},
    {"X13-text", "X.13", DATA, unpacked, NULL, 0, "no JSON"},
    {"X13-null", "X.13", DATA, unpacked, NULL, 1, "null for a list"},
    {"X13-space", "X.13", DATA, unpacked, NULL, 2, "a space"},
};
EVD_KIT_TABLE(f13);
