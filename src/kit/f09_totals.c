/* Faults of the encrypted tally: 9.A, 9.B. Other totals, decrypted and proven
 * as they stand.
 */
#include "kit/faults.h"

enum { BLIND = 9 };

static void times(evd_kit *e, evd_p *x, evd_p y) {
  *x = evd_kit_times(e, x, &y);
}

static void redecrypt(evd_kit *e) {
  evd_kit_tally(e);
  evd_kit_contest_data(e);
}

static void shifted(evd_kit *e, int with) {
  evd_cell_ct *f = e->count.contests[0].fields;
  const evd_zq one = evd_kit_zq(1), none = evd_kit_zq(0);
  if (with == 0)
    times(e, &f[0].A, evd_kit_g(e, one));
  else if (with == 1)
    times(e, &f[0].B, evd_kit_K(e, one));
  else if (with == 2)
    times(e, &f[1].B, evd_kit_K(e, evd_kit_sub(none, one)));
  else
    times(e, &f[1].A, evd_kit_g(e, one));
  redecrypt(e);
}

static void rerandomised(evd_kit *e, int with) {
  evd_cell_ct *f = e->count.contests[0].fields;
  (void)with;
  times(e, &f[0].A, evd_kit_g(e, evd_kit_zq(BLIND)));
  times(e, &f[0].B, evd_kit_K(e, evd_kit_zq(BLIND)));
  redecrypt(e);
}

static void exchanged(evd_kit *e, int with) {
  evd_cell_ct *f = e->count.contests[0].fields, first = f[0];
  (void)with;
  f[0] = f[1];
  f[1] = first;
  redecrypt(e);
}

static void left_out(evd_kit *e, int with) {
  const evd_field *f = evd_kit_field_of(e, 1, 0, 0);
  (void)with;
  e->count.contests[0].fields[0] = (evd_cell_ct){f->alpha, f->beta};
  redecrypt(e);
}

static void unweighted(evd_kit *e, int with) {
  (void)with;
  for (uint32_t j = 0; j < 2; j++) {
    const evd_field *a = evd_kit_field_of(e, 0, 0, j);
    const evd_field *b = evd_kit_field_of(e, 1, 0, j);
    e->count.contests[0].fields[j] =
        (evd_cell_ct){evd_kit_times(e, &a->alpha, &b->alpha),
                      evd_kit_times(e, &a->beta, &b->beta)};
  }
  redecrypt(e);
}

/* One option of a spoiled ballot; the counts are right. */
static void spoiled(evd_kit *e, int with) {
  const evd_field *f = evd_kit_field_of(e, 3, 0, 1);
  evd_cell_ct *cell = &e->count.contests[0].fields[1];
  (void)with;
  times(e, &cell->A, f->alpha);
  times(e, &cell->B, f->beta);
  redecrypt(e);
}

static void to_the_L(evd_kit *e, int with) {
  evd_cell_ct *cell = &e->count.contests[0].fields[2];
  (void)with;
  times(e, &cell->A, cell->A);
  times(e, &cell->B, cell->B);
  redecrypt(e);
}

#define TINY EVD_KIT_TINY
static const evd_kit_fault rows[] = {
    {"9A-minus-one", "9.A", TINY, shifted, NULL, 0, "A times g: a vote less"},
    {"9A-second", "9.A", TINY, shifted, NULL, 3,
     "A times g in the second option"},
    {"9A-exchanged", "9.A 9.B", TINY, exchanged, NULL, 0,
     "the totals of two options exchanged"},
    {"9A-left-out", "9.A 9.B", TINY, left_out, NULL, 0,
     "a ballot is not in the total of one option"},
    {"9B-plus-one", "9.B", TINY, shifted, NULL, 1, "B times K: a vote more"},
    {"9B-minus-one", "9.B", TINY, shifted, NULL, 2, "B by K: a vote less"},
    {"9B-same", "9.B 9.A", TINY, rerandomised, NULL, 0,
     "the same total under another nonce"},
    {"9B-unweighted", "9.B 9.A", EVD_KIT_WEIGHTS, unweighted, NULL, 0,
     "weights left out"},
    {"9B-spoiled", "9.B 9.A", EVD_KIT_MIXED, spoiled, NULL, 0,
     "a spoiled ballot counted in one option"},
    {"9B-overvote", "9.B 9.A", EVD_KIT_DATA, to_the_L, NULL, 0,
     "#overvote raised to L in the tally"},
};
EVD_KIT_TABLE(f09);
