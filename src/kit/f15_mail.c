/* Faults of pre-encrypted ballots: 15.A, 16.A, 17.A-19.D, X.17. */
#include <string.h>

#include "kit/faults.h"

/* The ballots of the base `mail`: 0 and 2 are cast, 1 is opened, 3 spoiled. */
enum { CAST = 0, OPENED = 1, LOOSE = 2, SPOILED = 3, FRESH = 4711 };

static evd_mail_cast_contest *cast_of(evd_kit *e, uint32_t at, uint32_t ci) {
  return &evd_kit_mail_line(e, at)->contests[ci];
}

static evd_mail_open_contest *opened(evd_kit *e, uint32_t ci) {
  return &e->uncast[0].contests[ci];
}

static void recount(evd_kit *e) {
  evd_kit_count_up(e);
  evd_kit_tally(e);
}

/* ---- 15.A: fields that are not the product of what was selected ---- */

static void product(evd_kit *e, int with) {
  evd_kit_secret *s = &e->secret[with == 2 ? LOOSE : CAST];
  if (with == 0) { /* the options exchanged */
    const evd_zq value = s->value[1][0], xi = s->xi[1][0];
    s->value[1][0] = s->value[1][1];
    s->xi[1][0] = s->xi[1][1];
    s->value[1][1] = value;
    s->xi[1][1] = xi;
    evd_kit_mail_fields(e, CAST, 1);
  } else if (with == 1) { /* the vector of the other option */
    s->taken[0][0] = 2;
    evd_kit_mail_take(e, CAST, 0);
  } else { /* the same vote encrypted anew */
    s->xi[0][0] = evd_kit_zq(FRESH);
    evd_kit_mail_fields(e, LOOSE, 0);
  }
  recount(e);
}

/* ---- 16.A: a vector that does not give its hash ---- */

/* The vector of the other option, or a fresh one of the same option, under the
 * hash that was cast; the fields are its product. */
static void vector_moved(evd_kit *e, int with) {
  evd_kit_secret *s = &e->secret[CAST];
  evd_mail_selected *x = cast_of(e, CAST, 0)->selected;
  evd_h32 psi;
  if (with == 0)
    s->taken[0][0] = 2;
  else
    s->vector_xi[0][0][0] = evd_kit_zq(FRESH);
  evd_kit_mail_vector(e, CAST, 0, s->taken[0][0], x->pairs, &psi);
  evd_kit_mail_take(e, CAST, 0);
  recount(e);
}

static void vectors_exchanged(evd_kit *e, int with) {
  evd_mail_selected *x = cast_of(e, LOOSE, 1)->selected;
  evd_p *first = x[0].pairs;
  (void)with;
  x[0].pairs = x[1].pairs;
  x[1].pairs = first;
}

static void hashes_exchanged(evd_kit *e, int with) {
  evd_mail_vector *v = opened(e, 0)->vectors, first = v[0];
  evd_mail_vector *other = &v[with];
  v[0].psi = other->psi;
  v[0].code = other->code;
  other->psi = first.psi;
  other->code = first.code;
}

/* ---- 17.A ---- */

static void code(evd_kit *e, int with) {
  evd_str *cast = &cast_of(e, CAST, 0)->selected[0].code;
  evd_mail_vector *v = opened(e, 0)->vectors;
  if (with == 0)
    *cast = evd_kit_str("");
  else if (with == 1)
    *cast = evd_kit_str("ZZZZ");
  else if (with == 2)
    v[2].code = v[0].code;
  else
    v[0].code = v[1].code;
}

/* ---- 18.A ---- */

/* The device put something else into a vector; its nonces are opened. */
static void cheat(evd_kit *e, int with) {
  evd_zq *v = e->secret[OPENED].vector[0][with == 1 ? 2 : 0];
  v[0] = evd_kit_zq(with != 0);
  v[1] = evd_kit_zq(with != 1);
  evd_kit_mail_psi(e, OPENED, 0);
  evd_kit_finish(e);
}

static void nonce(evd_kit *e, int with) {
  evd_mail_vector *v = opened(e, with == 0 ? 0 : 1)->vectors;
  if (with == 0) {
    evd_kit_next(&v[1].nonces[0]);
    return;
  }
  v[3] = v[2]; /* one null vector in the place of two */
  v[3].field = 4;
}

/* ---- V 19 ---- */

static void contest_label(evd_kit *e, int with) {
  static const char *const to[] = {"Major", "Board", "mayor"};
  opened(e, 0)->label = evd_kit_str(to[with]);
}

static void contests_gone(evd_kit *e, int with) {
  if (with == 1)
    e->uncast[0].contests++;
  e->uncast[0].n_contests -= with == 2 ? 2 : 1;
}

static void option_label(evd_kit *e, int with) {
  evd_mail_vector *v = opened(e, 0)->vectors;
  if (with == 0) {
    v[0].label = evd_kit_str("Bo");
    v[1].label = evd_kit_str("Ada");
  } else if (with == 1) {
    v[1].label = evd_kit_str("Boo");
  } else if (with == 2) {
    v[2].label = evd_kit_str("Ada");
  } else {
    v[1].label = evd_kit_str("#null");
  }
}

/* ---- X.17 ---- */

static void psi_order(evd_kit *e, int with) {
  evd_contest_ct *c = &e->ballots[with].contests[0];
  const evd_h32 first = c->psi[0];
  c->psi[0] = c->psi[1];
  c->psi[1] = first;
}

static void selected_order(evd_kit *e, int with) {
  evd_mail_selected *x = cast_of(e, LOOSE, 1)->selected, first = x[0];
  (void)with;
  x[0] = x[1];
  x[1] = first;
}

static void vectors_order(evd_kit *e, int with) {
  evd_mail_vector *v = opened(e, 0)->vectors, first = v[0];
  (void)with;
  v[0] = v[1];
  v[1] = first;
}

static void cast_missing(evd_kit *e, int with) {
  (void)with;
  e->n_cast--;
  recount(e);
}

static void spoiled_cast(evd_kit *e, int with) {
  evd_kit_mail_add(e, (uint32_t)with);
}

#define MAIL EVD_KIT_MAIL
static const evd_kit_fault rows[] = {
    {"15A-exchanged", "15.A", MAIL, product, NULL, 0,
     "the options of the product exchanged, proven anew"},
    {"15A-other", "15.A", MAIL, product, NULL, 1,
     "one vector was selected, the fields are another"},
    {"15A-fresh", "15.A", MAIL, product, NULL, 2,
     "the fields encrypt the vote anew"},
    {"16A-moved", "16.A", MAIL, vector_moved, NULL, 0,
     "the vector of another option under the hash that was cast"},
    {"16A-fresh", "16.A", MAIL, vector_moved, NULL, 1,
     "a fresh vector under the hash that was cast"},
    {"16A-exchanged", "16.A", MAIL, vectors_exchanged, NULL, 0,
     "two vectors under each other's hash"},
    {"16A-opened", "16.A", MAIL, hashes_exchanged, NULL, 1,
     "an opening with the hashes of two options exchanged"},
    {"16A-null", "16.A", MAIL, hashes_exchanged, NULL, 2,
     "an opening with the hash of a null vector beside an option"},
    {"17A-empty", "17.A", MAIL, code, NULL, 0, "no short code"},
    {"17A-other", "17.A", MAIL, code, NULL, 1, "another short code"},
    {"17A-null", "17.A", MAIL, code, NULL, 2,
     "the short code of an option beside a null vector"},
    {"17A-opened", "17.A", MAIL, code, NULL, 3,
     "the short code of another option"},
    {"18A-null-twice", "18.A", MAIL, nonce, NULL, 1,
     "one null vector opened in the place of two"},
    {"18A-nonce", "18.A 16.A", MAIL, nonce, NULL, 0, "another nonce"},
    {"18A-option", "18.A 16.A", MAIL, cheat, NULL, 0,
     "the device put a vote for Bo into the vector of Ada"},
    {"18A-null", "18.A 16.A", MAIL, cheat, NULL, 1,
     "the device put a vote into a null vector"},
    {"18A-two", "18.A 16.A", MAIL, cheat, NULL, 2,
     "the device put two votes into a vector"},
    {"19A-label", "19.A 19.B", MAIL, contest_label, NULL, 0,
     "another label on a contest"},
    {"19A-other", "19.A 19.B", MAIL, contest_label, NULL, 1,
     "the label of another contest"},
    {"19A-case", "19.A 19.B", MAIL, contest_label, NULL, 2,
     "a label in small letters"},
    {"19B-missing", "19.B", MAIL, contests_gone, NULL, 0,
     "the last contest is not opened"},
    {"19B-first", "19.B", MAIL, contests_gone, NULL, 1,
     "the first contest is not opened"},
    {"19B-none", "19.B", MAIL, contests_gone, NULL, 2, "no contest is opened"},
    {"19C-exchanged", "19.C 19.D", MAIL, option_label, NULL, 0,
     "the labels of two options exchanged"},
    {"19C-label", "19.C 19.D", MAIL, option_label, NULL, 1,
     "another label on an option"},
    {"19D-null", "19.D 19.C", MAIL, option_label, NULL, 2,
     "a null vector called Ada"},
    {"19D-option", "19.D 19.C", MAIL, option_label, NULL, 3,
     "an option called #null"},
    {"X17-order", "X.17", MAIL, psi_order, NULL, CAST,
     "selection hashes not ascending, chi of the sorted ones"},
    {"X17-order-spoiled", "X.17", MAIL, psi_order, NULL, SPOILED,
     "the same on a spoiled ballot"},
    {"X17-selected", "X.17", MAIL, selected_order, NULL, 0,
     "selected hashes not ascending"},
    {"X17-vectors", "X.17", MAIL, vectors_order, NULL, 0,
     "opened vectors not ascending"},
    {"X17-missing", "X.17", MAIL, cast_missing, NULL, 0,
     "cast, but what was cast is not there"},
    {"X17-spoiled", "X.17", MAIL, spoiled_cast, NULL, SPOILED,
     "a spoiled ballot among the cast ones, not counted"},
};
EVD_KIT_TABLE(f15);
