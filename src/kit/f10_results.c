/* Faults of the decrypted tally and contest data: 10.A-12.C. */
#include <string.h>

#include "egds/encrypt.h"
#include "kit/faults.h"

enum { LARGE = 99, COUNT_MAX_BITS = 53 };

static evd_cell *cell(evd_kit *e, uint32_t j) {
  return &e->tally.contests[0].fields[j];
}

/* ---- V 10 ---- */

/* K = 1: M is 1 and the response is the random itself. */
static void cell_v_over(evd_kit *e, int with) {
  static const uint8_t low[] = {7, 0, 8};
  evd_item it = evd_kit_item_cell(e, 1, (uint32_t)with + 1);
  evd_cell *f = cell(e, (uint32_t)with);
  const evd_p M = evd_kit_number(1);
  (void)evd_kit_prove_item(e, &it, e->s, &M, evd_kit_zq(low[with]), &f->c,
                           &f->v);
  f->v = evd_kit_q_plus(low[with]);
}

static void cell_v_top(evd_kit *e, int with) {
  (void)with;
  cell(e, 0)->v = evd_kit_q_top();
}

static void cell_next(evd_kit *e, int with) {
  evd_kit_next(with ? &cell(e, 0)->c : &cell(e, 0)->v);
}

static void other_result(evd_kit *e, int with) {
  (void)with;
  cell(e, 0)->T = evd_kit_K(e, evd_kit_zq(2));
  cell(e, 0)->t = 2;
}

static void other_proof(evd_kit *e, int with) {
  (void)with;
  cell(e, 0)->c = cell(e, 1)->c;
  cell(e, 0)->v = cell(e, 1)->v;
}

static void cell_statement(evd_kit *e, int with) {
  evd_item it = evd_kit_item_cell(e, 1, 1);
  evd_p M = evd_kit_pow(e, &it.A, e->s);
  if (with == 0)
    it.ind_c = 2;
  else if (with == 1)
    it.ind_o = 2;
  else if (with == 2)
    it.key = e->keys.H_B;
  else
    it.B = evd_kit_number(1);
  (void)evd_kit_prove_item(e, &it, e->s, &M, evd_kit_draw(e), &cell(e, 0)->c,
                           &cell(e, 0)->v);
}

static void count(evd_kit *e, int with) {
  static const uint64_t t[] = {2, 0};
  if (with == 2)
    cell(e, 1)->t++;
  else if (with == 3)
    cell(e, 0)->t = ((uint64_t)1 << COUNT_MAX_BITS) - 1;
  else
    cell(e, 0)->t = t[with];
}

/* ---- V 11 ---- */

static void contest_label(evd_kit *e, int with) {
  evd_tally_contest *c = e->tally.contests;
  if (with == 0)
    c[2].label = evd_kit_str("Other");
  else if (with == 1)
    c[0].label = evd_kit_str("Major");
  else if (with == 2)
    c[1].label = evd_kit_str("share");
  else {
    c[1].label = e->man.contests[2].label;
    c[2].label = e->man.contests[1].label;
  }
}

static void option_label(evd_kit *e, int with) {
  evd_cell *f = cell(e, 0);
  if (with == 0) {
    f[0].label = evd_kit_str("Bo");
    f[1].label = evd_kit_str("Ada");
  } else if (with == 1) {
    f[0].label = evd_kit_str("Adam");
  } else {
    f[2].label = evd_kit_str("#write-ins");
  }
}

static void option_twice(evd_kit *e, int with) {
  (void)with;
  *cell(e, 1) = *cell(e, 0);
}

static void contest_twice(evd_kit *e, int with) {
  (void)with;
  e->tally.contests[1] = e->tally.contests[0];
}

/* ---- V 12 ---- */

static void data_v_over(evd_kit *e, int with) {
  static const uint8_t low[] = {7, 0, 8};
  evd_item it = evd_kit_item_data(e, 0, 0);
  evd_contest_data *d = &e->data[0];
  (void)evd_kit_prove_item(e, &it, e->s_hat, &d->beta, evd_kit_zq(low[with]),
                           &d->c, &d->v);
  d->v = evd_kit_q_plus(low[with]);
}

static void data_v_top(evd_kit *e, int with) {
  (void)with;
  e->data[0].v = evd_kit_q_top();
}

static void data_next(evd_kit *e, int with) {
  evd_kit_next(with ? &e->data[0].c : &e->data[0].v);
}

static void data_statement(evd_kit *e, int with) {
  evd_item it = evd_kit_item_data(e, 0, 0);
  evd_contest_data *d = &e->data[0];
  if (with == 0)
    it.ind_c = 2;
  else if (with == 1)
    it.key = e->keys.H_E;
  else if (with == 2)
    it.key = e->ballots[1].H_I;
  else
    it.C2_c = it.C2_v;
  (void)evd_kit_prove_item(e, &it, e->s_hat, &d->beta, evd_kit_draw(e), &d->c,
                           &d->v);
}

/* Another text, packed as it should be. */
static void data_text(evd_kit *e, int with) {
  static const char *const names[] = {"Eva", "", "Adam"};
  static const uint32_t marks[EVD_KIT_OPTIONS];
  const evd_shape s = evd_contest_shape(&e->man, 1);
  evd_span text = evd_kit_str(names[with]);
  evd_selection sel = {marks, text.n > 0, &text};
  uint8_t *D = evd_kit_room(e, e->data[0].D.n, 1);
  if (evd_data_pack(D, &s, &sel, false) == EVD_OK)
    e->data[0].D.p = D;
}

#define TINY EVD_KIT_TINY
#define DATA EVD_KIT_DATA
#define CANCEL EVD_KIT_CANCEL
static const evd_kit_fault rows[] = {
    {"10A-plus-q", "10.A", CANCEL, cell_v_over, NULL, 0,
     "K = 1, so that v is the random: 7, published as q + 7"},
    {"10A-is-q", "10.A", CANCEL, cell_v_over, NULL, 1,
     "K = 1, v = 0 published as q"},
    {"10A-third", "10.A", CANCEL, cell_v_over, NULL, 2,
     "K = 1, v = 8 published as q + 8 in the third option"},
    {"10A-top", "10.A 10.B", TINY, cell_v_top, NULL, 0, "v = 2^256 - 1"},
    {"10B-v", "10.B", TINY, cell_next, NULL, 0, "a response plus 1"},
    {"10B-c", "10.B", TINY, cell_next, NULL, 1, "another challenge"},
    {"10B-result", "10.B", TINY, other_result, NULL, 0,
     "another T and t under the old proof"},
    {"10B-exchanged", "10.B", TINY, other_proof, NULL, 0,
     "the proof of another option"},
    {"10B-contest", "10.B", TINY, cell_statement, NULL, 0,
     "a proof made for another contest"},
    {"10B-option", "10.B", TINY, cell_statement, NULL, 1,
     "a proof made for another option"},
    {"10B-base", "10.B", TINY, cell_statement, NULL, 2, "keyed by H_B"},
    {"10B-B", "10.B", TINY, cell_statement, NULL, 3,
     "a proof made over another B"},
    {"10C-more", "10.C", TINY, count, NULL, 0, "t is one more than T says"},
    {"10C-zero", "10.C", TINY, count, NULL, 1, "t is 0"},
    {"10C-second", "10.C", TINY, count, NULL, 2,
     "t of the second option is one more"},
    {"10C-huge", "10.C X.14", TINY, count, NULL, 3, "t = 2^53 - 1"},
    {"11A-unused", "11.A", DATA, contest_label, NULL, 0,
     "another label on a contest that no ballot has"},
    {"11A-label", "11.A 11.D", TINY, contest_label, NULL, 1,
     "another label on a contest"},
    {"11A-case", "11.A 11.D", DATA, contest_label, NULL, 2,
     "a label in small letters"},
    {"11D-exchanged", "11.D 11.A", DATA, contest_label, NULL, 3,
     "the labels of two contests exchanged"},
    {"11B-exchanged", "11.B 11.C", TINY, option_label, NULL, 0,
     "the labels of two options exchanged"},
    {"11B-label", "11.B 11.C", TINY, option_label, NULL, 1,
     "another label on an option"},
    {"11B-supplemental", "11.B 11.C", DATA, option_label, NULL, 2,
     "#overvote called #write-ins"},
    {"11C-twice", "11.C X.14", TINY, option_twice, NULL, 0,
     "one option twice, the other not at all"},
    {"11D-twice", "11.D X.14", DATA, contest_twice, NULL, 0,
     "one contest twice, another not at all"},
    {"12A-plus-q", "12.A", CANCEL, data_v_over, NULL, 0,
     "K^ = 1, so that v is the random: 7, published as q + 7"},
    {"12A-is-q", "12.A", CANCEL, data_v_over, NULL, 1,
     "K^ = 1, v = 0 published as q"},
    {"12A-eight", "12.A", CANCEL, data_v_over, NULL, 2,
     "K^ = 1, v = 8 published as q + 8"},
    {"12A-top", "12.A 12.B", DATA, data_v_top, NULL, 0, "v = 2^256 - 1"},
    {"12B-v", "12.B", DATA, data_next, NULL, 0, "a response plus 1"},
    {"12B-c", "12.B", DATA, data_next, NULL, 1, "another challenge"},
    {"12B-contest", "12.B", DATA, data_statement, NULL, 0,
     "a proof made for another contest"},
    {"12B-base", "12.B", DATA, data_statement, NULL, 1, "keyed by H_E"},
    {"12B-ballot", "12.B", DATA, data_statement, NULL, 2,
     "a proof made for another ballot"},
    {"12B-C2", "12.B", DATA, data_statement, NULL, 3,
     "a proof made over another C2"},
    {"12C-name", "12.C", DATA, data_text, NULL, 0, "another name written in"},
    {"12C-empty", "12.C", DATA, data_text, NULL, 1, "the write-in denied"},
    {"12C-other", "12.C", DATA, data_text, NULL, 2,
     "the name of an option written in"},
};
EVD_KIT_TABLE(f10);
