/* evident import dominion: a cast-vote-record export becomes a manifest and
 * plain ballots. Two walks over the cards: the first finds the contests and
 * styles in use, the second writes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/dominion.h"

#define STYLES_MAX 4096
#define ARENA_BYTES ((size_t)256 << 20)

/* A set of contests that cards have in common. */
typedef struct {
  uint32_t n, *places; /* ascending */
  uint64_t paper;      /* of the first card seen */
  uint32_t type;       /* the first in order of the manifest */
  uint32_t n_types;
  uint8_t *types; /* one flag a ballot type */
} style;

typedef struct {
  evd_dominion *d;
  evd_import_options o;
  evd_arena arena;
  uint32_t n_styles;
  style *styles;
  evd_manifest man;
  evd_import_out out;
  evd_dominion_counts counts;
} import;

/* ---- first walk ---------------------------------------------------------- */

static bool style_is(const style *s, const evd_dominion_card *c) {
  if (s->n != c->n)
    return false;
  for (uint32_t i = 0; i < s->n; i++)
    if (s->places[i] != c->entries[i].place)
      return false;
  return true;
}

static style *style_find(const import *im, const evd_dominion_card *c) {
  for (uint32_t i = 0; i < im->n_styles; i++)
    if (style_is(&im->styles[i], c))
      return &im->styles[i];
  return NULL;
}

static style *style_add(import *im, const evd_dominion_card *c) {
  if (im->n_styles == STYLES_MAX)
    return NULL;
  style *s = &im->styles[im->n_styles];
  s->places = evd_arena_get(&im->arena, c->n, sizeof *s->places);
  s->types = evd_arena_get(&im->arena, im->d->n_types, 1);
  if (!s->places || !s->types)
    return NULL;
  s->n = c->n;
  for (uint32_t i = 0; i < c->n; i++)
    s->places[i] = c->entries[i].place;
  s->paper = c->paper;
  s->type = c->type;
  im->n_styles++;
  return s;
}

static evd_err learn(void *self, const evd_dominion_card *c) {
  import *im = self;
  style *s = style_find(im, c);
  if (!s)
    s = style_add(im, c);
  if (!s)
    return evd_complain(EVD_ERR_RULE,
                        "%s: more than %d different sets of contests",
                        im->d->dir, STYLES_MAX);
  s->n_types += s->types[c->type] == 0;
  s->types[c->type] = 1;
  if (c->type < s->type)
    s->type = c->type;
  for (uint32_t i = 0; i < c->n; i++) {
    evd_dominion_contest *contest = &im->d->contests[c->entries[i].place];
    contest->cards++;
    contest->overvoted = contest->overvoted || c->entries[i].overvoted;
  }
  return EVD_OK;
}

/* ---- manifest ------------------------------------------------------------ */

static evd_str contest_notes(const evd_dominion_contest *c) {
  return c->ranks ? evd_str_of("Ranked choice; counted here by first rank.")
                  : (evd_str){NULL, 0};
}

static evd_contest contest_make(const evd_dominion_contest *c) {
  uint64_t w = c->write_ins ? c->vote_for : 0;
  bool data = w > 0 || c->overvoted;
  return (evd_contest){.label = c->label,
                       .notes = contest_notes(c),
                       .rule = evd_str_of("plurality"),
                       .seats = c->vote_for,
                       .n_options = c->n_options,
                       .options = c->options,
                       .option_limit = 1,
                       .contest_limit = c->vote_for,
                       .overvote = c->overvoted,
                       .write_ins = w,
                       .data_blocks =
                           data ? evd_data_blocks_needed(c->n_options, w) : 0};
}

static evd_err fill_contests(import *im) {
  evd_manifest *m = &im->man;
  m->contests =
      evd_arena_get(&im->arena, im->d->n_contests, sizeof *m->contests);
  if (!m->contests)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < im->d->n_contests; i++) {
    evd_dominion_contest *c = &im->d->contests[i];
    if (c->cards == 0)
      continue;
    m->contests[m->n_contests++] = contest_make(c);
    c->ind_c = m->n_contests;
  }
  return EVD_OK;
}

/* First sheet first, then by contests. */
static int by_paper(const void *x, const void *y) {
  const style *a = x, *b = y;
  if (a->paper != b->paper)
    return a->paper < b->paper ? -1 : 1;
  for (uint32_t i = 0; i < a->n && i < b->n; i++)
    if (a->places[i] != b->places[i])
      return a->places[i] < b->places[i] ? -1 : 1;
  return (a->n > b->n) - (a->n < b->n);
}

/* "Card 2, Ballot Type 3 - VBM and 12 more" */
static evd_err style_label(import *im, const style *s, evd_str *out) {
  char more[32] = "";
  evd_str type = im->d->types[s->type];
  if (s->n_types > 1)
    (void)snprintf(more, sizeof more, " and %u more", s->n_types - 1);
  const char *text =
      evd_path(&im->arena, "Card %llu, %.*s%s", (unsigned long long)s->paper,
               (int)type.n, (const char *)type.p, more);
  *out = evd_str_of(text);
  return EVD_OK;
}

static bool style_label_known(const evd_manifest *m, evd_str label) {
  for (uint32_t i = 0; i < m->n_styles; i++)
    if (m->styles[i].label.n == label.n &&
        memcmp(m->styles[i].label.p, label.p, label.n) == 0)
      return true;
  return false;
}

static evd_err fill_styles(import *im) {
  evd_manifest *m = &im->man;
  qsort(im->styles, im->n_styles, sizeof *im->styles, by_paper);
  m->styles = evd_arena_get(&im->arena, im->n_styles, sizeof *m->styles);
  if (!m->styles)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < im->n_styles; i++) {
    const style *s = &im->styles[i];
    evd_style made = {.n_contests = s->n};
    EVD_TRY(style_label(im, s, &made.label));
    if (style_label_known(m, made.label))
      EVD_TRY(evd_import_number_label(&made.label, i + 1, &im->arena));
    made.contests = evd_arena_get(&im->arena, s->n, sizeof *made.contests);
    if (!made.contests)
      return EVD_ERR_SPACE;
    for (uint32_t j = 0; j < s->n; j++)
      made.contests[j] = im->d->contests[s->places[j]].ind_c;
    m->styles[m->n_styles++] = made;
  }
  return EVD_OK;
}

/* Seconds of 00:00 UTC of a date like 20241105; 0 if it is none. */
static uint64_t date_seconds(uint64_t date) {
  static const uint32_t before[12] = {0,   31,  59,  90,  120, 151,
                                      181, 212, 243, 273, 304, 334};
  /* date is yyyymmdd */
  uint64_t y = date / 10000, m = date / 100 % 100, day = date % 100;
  if (y < 1970 || y > 9999 || m < 1 || m > 12 || day < 1 || day > 31)
    return 0;
  bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
  /* leap days of the years 1970 to y - 1, and of this one */
  uint64_t leaps = (y - 1) / 4 - (y - 1) / 100 + (y - 1) / 400 -
                   (1969 / 4 - 1969 / 100 + 1969 / 400);
  uint64_t days = (y - 1970) * 365 + leaps + before[m - 1] +
                  (m > 2 && leap ? 1 : 0) + (day - 1);
  /* 24 * 60 * 60 seconds a day */
  return days * 86400;
}

static evd_err fill_manifest(import *im) {
  evd_manifest *m = &im->man;
  evd_import_manifest(m, &im->o, "import;dominion", &im->arena);
  if (m->label.n == 0)
    m->label = im->d->label;
  if (m->label.n == 0)
    return evd_complain(EVD_ERR_USAGE,
                        "%s does not name the election; give it one with "
                        "--label",
                        im->d->dir);
  m->slot_origin = date_seconds(im->d->date);
  EVD_TRY(fill_contests(im));
  return fill_styles(im);
}

/* ---- second walk --------------------------------------------------------- */

static evd_err write_card(void *self, const evd_dominion_card *c) {
  import *im = self;
  evd_arena_point before = evd_arena_mark(&im->arena);
  uint32_t *contests = evd_arena_get(&im->arena, c->n, sizeof *contests);
  evd_selection *sel = evd_arena_get(&im->arena, c->n, sizeof *sel);
  style *s = style_find(im, c);
  uint32_t *n_marks = evd_arena_get(&im->arena, c->n, sizeof *n_marks);
  if (!contests || !sel || !n_marks || !s)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < c->n; i++) {
    const evd_dominion_entry *e = &c->entries[i];
    contests[i] = im->d->contests[e->place].ind_c;
    n_marks[i] = im->d->contests[e->place].n_options;
    sel[i] = (evd_selection){e->marks, e->n_write_ins, e->write_ins};
  }
  evd_plain plain = {.serial = evd_str_of(c->serial),
                     .style = (uint32_t)(s - im->styles) + 1,
                     .weight = 1,
                     .n_contests = c->n,
                     .contests = contests,
                     .selection = sel,
                     .n_marks = n_marks};
  evd_err e = evd_import_card(&im->out, &plain);
  evd_arena_back(&im->arena, before);
  return e;
}

/* ---- what was mapped, dropped or treated as overvote ----------------------
 */

/* What did not happen is not told. */
static void tell(const char *what, uint64_t n, const char *how) {
  if (n == 0)
    return;
  printf("  %8llu  %s%s%s\n", (unsigned long long)n, what, how[0] ? ": " : "",
         how);
}

static void tell_contests(const import *im) {
  const evd_dominion *d = im->d;
  uint64_t ranked = 0, write_ins = 0, overvoted = 0;
  for (uint32_t i = 0; i < d->n_contests; i++) {
    const evd_dominion_contest *c = &d->contests[i];
    ranked += c->ind_c && c->ranks;
    write_ins += c->ind_c && c->write_ins;
    overvoted += c->ind_c && c->overvoted;
  }
  printf("contests\n");
  tell("in the manifest", im->man.n_contests, "those that are on a card");
  tell("left out", d->n_contests - im->man.n_contests, "on no card");
  tell("ranked", ranked, "counted by first rank as plurality");
  tell("with write-ins", write_ins,
       "write-in candidates became the field #write-ins");
  tell("with overvotes", overvoted, "these alone got the field #overvote");
  tell("styles", im->man.n_styles, "the different sets of contests on cards");
}

static void tell_marks(const evd_dominion_counts *n) {
  printf("cards\n");
  tell("sessions", n->sessions, "");
  tell("of them adjudicated", n->adjudicated, "the current version was taken");
  tell("cards written", n->cards - n->empty_cards, "one line each");
  tell("cards dropped", n->empty_cards, "no contest on them");
  tell("contests on cards", n->contests, "");
  tell("contests dropped", n->contests_out, "disabled, or without candidates");
  printf("marks\n");
  tell("counted for an option", n->votes, "");
  tell("counted as write-in", n->write_ins, "named where the export names it");
  tell("dropped", n->lower_ranks, "second and lower ranks");
  tell("dropped", n->not_votes, "the export says they are no votes");
  tell("dropped", n->out_of_race, "for disabled candidates");
  tell("dropped", n->doubled, "the same option once more");
  tell("in overvotes", n->in_overvotes, "kept, and not counted");
  tell("contests overvoted", n->overvotes, "treated as overvote");
  if (n->overvotes == 0)
    printf("  %8s  contests overvoted\n", "no");
  tell("overvotes not shown", n->overvotes_unseen,
       "the export counts one, its marks show none");
}

static void report(const import *im) {
  printf("Imported %s: %.*s\n", im->d->dir, (int)im->man.label.n,
         (const char *)im->man.label.p);
  tell_contests(im);
  tell_marks(&im->counts);
  printf("wrote %s\nwrote %s\n", im->out.manifest_path, im->out.plain_path);
}

/* ---- the verb -------------------------------------------------------------
 */

static evd_err run(import *im) {
  im->styles = evd_arena_get(&im->arena, STYLES_MAX, sizeof *im->styles);
  if (!im->styles)
    return EVD_ERR_SPACE;
  EVD_TRY(evd_dominion_open(im->d, im->o.from));
  EVD_TRY(evd_dominion_cards(im->d, &im->counts, learn, im));
  if (im->n_styles == 0)
    return evd_complain(EVD_ERR_PARSE, "%s: no card in it has a contest",
                        im->d->dir);
  EVD_TRY(fill_manifest(im));
  EVD_TRY(evd_import_open(&im->out, &im->o, &im->man, &im->arena));
  EVD_TRY(evd_dominion_cards(im->d, &im->counts, write_card, im));
  EVD_TRY(evd_import_commit(&im->out));
  report(im);
  return EVD_OK;
}

evd_err evd_cmd_import_dominion(int argc, char **argv) {
  evd_dominion d = {0};
import im = {.d = & d };
  evd_arena_init(&im.arena, ARENA_BYTES);
  evd_err e = evd_import_args(&im.o, argc, argv, "DIR", &im.arena);
  if (e == EVD_OK)
    e = run(&im);
  evd_import_close(&im.out);
  evd_dominion_close(&d);
  evd_arena_close(&im.arena);
  return e;
}
