/* The plain count of the cast cards against the decrypted tally. */
#include <stdio.h>
#include <string.h>

#include "cmd/demo.h"
#include "cmd/plain.h"
#include "egds/encrypt.h"

#define MIB ((size_t)1024 * 1024)

typedef struct {
  uint64_t ballots;
  uint32_t n_fields;
  uint64_t *totals;
} plain_contest;

typedef struct {
  evd_demo *demo;
  evd_head head;
  evd_tally tally;
  evd_arena arena;
  plain_contest *contests;
  uint64_t compared, different;
  uint32_t withheld, empty;
} counter;

/* ---- counting ---- */

static evd_err no_memory(void) {
  return evd_complain(EVD_ERR_SPACE, "demo: out of memory");
}

static evd_err prepare(counter *x) {
  const evd_manifest *m = &x->head.man;
  x->contests = evd_arena_get(&x->arena, m->n_contests, sizeof *x->contests);
  if (!x->contests)
    return no_memory();
  for (uint32_t i = 0; i < m->n_contests; i++) {
    evd_shape shape = evd_contest_shape(m, i + 1);
    plain_contest *c = &x->contests[i];
    c->n_fields = evd_shape_fields(&shape);
    c->totals = evd_arena_get(&x->arena, c->n_fields, sizeof *c->totals);
    if (!c->totals)
      return no_memory();
  }
  return EVD_OK;
}

static evd_err count_card(counter *x, const evd_plain *card, evd_arena *a) {
  for (uint32_t i = 0; i < card->n_contests; i++) {
    uint32_t ind_c = card->contests[i];
    evd_shape shape = evd_contest_shape(&x->head.man, ind_c);
    plain_contest *c = &x->contests[ind_c - 1];
    uint32_t *values = evd_arena_get(a, c->n_fields, sizeof *values);
    bool overvoted = false;
    if (!values)
      return no_memory();
    evd_field_values(&shape, &card->selection[i], values, &overvoted);
    c->ballots++;
    for (uint32_t j = 0; j < c->n_fields; j++)
      c->totals[j] += (uint64_t)card->weight * values[j];
  }
  return EVD_OK;
}

static evd_err count_cards(counter *x, evd_plain_file *in) {
  evd_arena a;
  evd_err e = EVD_OK;
  bool more = true;
  evd_arena_init(&a, 64 * MIB);
  for (uint64_t index = 0; e == EVD_OK && more; index++) {
    evd_plain card;
    evd_arena_point mark = evd_arena_mark(&a);
    e = evd_plain_next(in, &card, &more, &a);
    if (e == EVD_OK && more && evd_demo_is_cast(x->demo, index))
      e = count_card(x, &card, &a);
    evd_arena_back(&a, mark);
  }
  evd_arena_close(&a);
  return e;
}

static evd_err count_all(counter *x) {
  evd_plain_file in;
  evd_err e = evd_plain_open(&in, x->demo->plain, &x->head.man);
  if (e == EVD_OK)
    e = count_cards(x, &in);
  evd_plain_close(&in);
  return e;
}

static evd_err read_tally(counter *x) {
  const char *path = evd_path(&x->arena, "%s/tally.json", x->demo->record);
  evd_span bytes;
  evd_why why = {""};
  EVD_TRY(evd_file_read(path, 1024 * MIB, &bytes, &x->arena));
  evd_err e = evd_tally_read(&x->tally, bytes, &x->arena, &why);
  return e == EVD_OK ? e : evd_complain(e, "%s: %s", path, why.text);
}

/* ---- the table ---- */

static void compare_field(counter *x, uint32_t ind_c, uint32_t j,
                          const evd_cell *cell, bool told) {
  uint64_t counted = x->contests[ind_c - 1].totals[j];
  evd_str label = evd_field_label(&x->head.man, ind_c, j + 1);
  bool same = cell->t == counted && cell->field == j + 1;
  x->compared++;
  if (!same)
    x->different++;
  if (!told && same)
    return;
  printf("%9llu %9llu  %s%.*s\n", (unsigned long long)cell->t,
         (unsigned long long)counted, same ? "" : "DIFFERS: ", (int)label.n,
         (const char *)label.p);
}

static void print_contest(counter *x, uint32_t ind_c) {
  const evd_contest *m = &x->head.man.contests[ind_c - 1];
  const plain_contest *c = &x->contests[ind_c - 1];
  const evd_tally_contest *t = &x->tally.contests[ind_c - 1];
  bool told = c->ballots > 0 && t->n_fields > 0;
  if (told)
    printf("\n%.*s (%llu card%s, %llu seat%s)\n", (int)m->label.n,
           (const char *)m->label.p, (unsigned long long)c->ballots,
           c->ballots == 1 ? "" : "s", (unsigned long long)m->seats,
           m->seats == 1 ? "" : "s");
  if (told && m->notes.n > 0)
    printf("    %.*s\n", (int)m->notes.n, (const char *)m->notes.p);
  if (t->n_fields == 0)
    x->withheld++;
  if (c->ballots == 0)
    x->empty++;
  for (uint32_t j = 0; j < t->n_fields; j++)
    compare_field(x, ind_c, j, &t->fields[j], told);
}

/* Labels of the contests that had no table, in one paragraph. */
static void list_contests(const counter *x, bool withheld) {
  const char *between = "    ";
  for (uint32_t ind_c = 1; ind_c <= x->head.man.n_contests; ind_c++) {
    const evd_contest *m = &x->head.man.contests[ind_c - 1];
    uint64_t ballots = x->contests[ind_c - 1].ballots;
    bool here =
        withheld ? x->tally.contests[ind_c - 1].n_fields == 0 : ballots == 0;
    if (!here)
      continue;
    printf("%s%.*s", between, (int)m->label.n, (const char *)m->label.p);
    if (withheld)
      printf(" (%llu)", (unsigned long long)ballots);
    between = "; ";
  }
  printf("\n");
}

static void list_rest(const counter *x) {
  if (x->withheld > 0) {
    printf("\nWithheld, %u contest%s: fewer than %llu cards were cast, so the "
           "tally stays closed\n",
           x->withheld, x->withheld == 1 ? "" : "s",
           (unsigned long long)x->head.man.privacy_floor);
    list_contests(x, true);
  }
  if (x->empty > 0) {
    printf("\nOn no card that was cast, %u contest%s: all totals are 0\n",
           x->empty, x->empty == 1 ? "" : "s");
    list_contests(x, false);
  }
}

/* A contest is withheld exactly when it has too few cards, else it has all
 * its fields. */
static bool shape_right(const counter *x, uint32_t ind_c) {
  const plain_contest *c = &x->contests[ind_c - 1];
  const evd_tally_contest *t = &x->tally.contests[ind_c - 1];
  bool few = c->ballots > 0 && c->ballots < x->head.man.privacy_floor;
  return t->contest == ind_c && t->n_fields == (few ? 0 : c->n_fields);
}

static evd_err print_all(counter *x) {
  uint32_t n = x->head.man.n_contests;
  if (x->tally.n_contests != n)
    return evd_complain(EVD_ERR_FAIL, "demo: the tally has %u contests, not %u",
                        x->tally.n_contests, n);
  printf("\ndecrypted   counted  option\n");
  for (uint32_t ind_c = 1; ind_c <= n; ind_c++) {
    if (!shape_right(x, ind_c))
      return evd_complain(EVD_ERR_FAIL,
                          "demo: contest %u of the tally has not the fields it "
                          "should have",
                          ind_c);
    print_contest(x, ind_c);
  }
  list_rest(x);
  printf("\n%llu decrypted totals compared with the plain count: ",
         (unsigned long long)x->compared);
  if (x->different == 0)
    printf("all equal.");
  else
    printf("%llu DIFFER.", (unsigned long long)x->different);
  printf("\n");
  if (x->different == 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_FAIL,
                      "demo: %llu decrypted totals differ from the plain count",
                      (unsigned long long)x->different);
}

evd_err evd_demo_compare(evd_demo *d) {
  counter x = {.demo = d};
  evd_arena_init(&x.arena, 2048 * MIB);
  evd_err e = evd_head_open(&x.head, d->record, EVD_HEAD_MANIFEST);
  if (e == EVD_OK)
    e = prepare(&x);
  if (e == EVD_OK)
    e = count_all(&x);
  if (e == EVD_OK)
    e = read_tally(&x);
  if (e == EVD_OK)
    e = print_all(&x);
  evd_head_close(&x.head);
  evd_arena_close(&x.arena);
  return e;
}
