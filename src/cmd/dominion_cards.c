/* The cards of a Dominion export, one at a time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"
#include "cmd/dominion.h"

#define FILE_ARENA_BYTES ((size_t)96 << 20)
#define CARD_ARENA_BYTES ((size_t)16 << 20)

/* The text a counted write-in gets whose name the export does not hold. */
static const char unnamed[] = "(not transcribed)";
/* Longest name of a write-in in the record. */
#define NAME_BYTES_MAX 64

typedef struct {
  const evd_dominion *d;
  evd_dominion_counts *counts;
  evd_dominion_card_fn *fn;
  void *self;
  const char *file;
  size_t session, card; /* 1-based */
  evd_arena arena;      /* of one card */
} walk;

static evd_err bad(const walk *w, const char *what) {
  return evd_complain(EVD_ERR_PARSE, "%s/%s: session %zu, card %zu: %s",
                      w->d->dir, w->file, w->session, w->card, what);
}

static uint64_t number_or_0(const evd_json *object, const char *key) {
  uint64_t out = 0;
  return evd_json_number(evd_json_get(object, key), &out) ? out : 0;
}

static bool flag(const evd_json *object, const char *key) {
  bool out = false;
  return evd_json_bool(evd_json_get(object, key), &out) && out;
}

/* ---- marks -------------------------------------------------------------- */

typedef enum { IGNORED, OPTION, WRITE_IN } mark_kind;

/* What a mark means in its contest. `all`: the contest is overvoted, so what
 * adjudication set aside stands on paper nevertheless. */
static evd_err mark_read(const walk *w, const evd_dominion_contest *c,
                         const evd_json *mark, bool all, mark_kind *kind,
                         const evd_dominion_candidate **who) {
  uint64_t id = 0;
  uint32_t at = 0;
  *kind = IGNORED;
  if (!evd_json_number(evd_json_get(mark, "CandidateId"), &id) ||
      !evd_dominion_find(w->d->candidate_ids, w->d->n_candidates, id, &at))
    return bad(w, "a mark names no candidate of CandidateManifest.json");
  *who = &w->d->candidates[at];
  if (&w->d->contests[(*who)->place] != c)
    return bad(w, "a mark names a candidate of another contest");
  if (c->ranks && number_or_0(mark, "Rank") != 1)
    w->counts->lower_ranks++;
  else if (!all && !flag(mark, "IsVote"))
    w->counts->not_votes++;
  else if ((*who)->disabled)
    w->counts->out_of_race++;
  else
    *kind = (*who)->option ? OPTION : WRITE_IN;
  return EVD_OK;
}

static evd_span write_in_text(const evd_dominion_candidate *who) {
  evd_span none = {(const uint8_t *)unnamed, strlen(unnamed)};
  bool fits = who->named && who->label.n > 0 &&
              evd_json_quoted_bytes(who->label) <= NAME_BYTES_MAX;
  return fits ? who->label : none;
}

/* Sums up the marks of a contest; the caller made room for them. */
static evd_err marks_read(const walk *w, const evd_json *marks, bool all,
                          evd_dominion_entry *out, uint64_t *sum) {
  const evd_dominion_contest *c = &w->d->contests[out->place];
  *sum = 0;
  for (size_t i = 0; i < evd_json_count(marks); i++) {
    const evd_dominion_candidate *who = NULL;
    mark_kind kind;
    EVD_TRY(mark_read(w, c, evd_json_at(marks, i), all, &kind, &who));
    if (kind == OPTION && out->marks[who->option - 1] != 0) {
      kind = IGNORED;
      w->counts->doubled++;
    }
    if (kind == OPTION)
      out->marks[who->option - 1] = 1;
    if (kind == WRITE_IN)
      out->write_ins[out->n_write_ins++] = write_in_text(who);
    *sum += kind != IGNORED;
  }
  return EVD_OK;
}

static evd_err entry_room(walk *w, evd_dominion_entry *e, size_t n_marks) {
  const evd_dominion_contest *c = &w->d->contests[e->place];
  e->marks = evd_arena_get(&w->arena, c->n_options, sizeof *e->marks);
  e->write_ins = evd_arena_get(&w->arena, n_marks + 1, sizeof *e->write_ins);
  e->n_write_ins = 0;
  return e->marks && e->write_ins ? EVD_OK : EVD_ERR_SPACE;
}

/* ---- contests ------------------------------------------------------------ */

static void count_entry(walk *w, const evd_dominion_entry *e, uint64_t sum,
                        uint64_t claimed) {
  evd_dominion_counts *n = w->counts;
  n->contests++;
  if (e->overvoted) {
    n->overvotes++;
    n->in_overvotes += sum;
    return;
  }
  n->votes += sum - e->n_write_ins;
  n->write_ins += e->n_write_ins;
  n->overvotes_unseen += claimed != 0;
}

static evd_err entry_read(walk *w, const evd_json *json,
                          evd_dominion_entry *out) {
  const evd_dominion_contest *c = &w->d->contests[out->place];
  const evd_json *marks = evd_json_get(json, "Marks");
  uint64_t claimed = number_or_0(json, "Overvotes"), sum = 0;
  evd_dominion_counts before = *w->counts;
  if (!evd_json_is_array(marks))
    return bad(w, "a contest has no list `Marks`");
  if (claimed) {
    EVD_TRY(entry_room(w, out, evd_json_count(marks)));
    EVD_TRY(marks_read(w, marks, true, out, &sum));
  }
  if (sum <= c->vote_for) {
    *w->counts = before;
    EVD_TRY(entry_room(w, out, evd_json_count(marks)));
    EVD_TRY(marks_read(w, marks, false, out, &sum));
  }
  out->overvoted = sum > c->vote_for;
  count_entry(w, out, sum, claimed);
  return EVD_OK;
}

static int by_place(const void *x, const void *y) {
  const evd_dominion_entry *a = x, *b = y;
  return (a->place > b->place) - (a->place < b->place);
}

static evd_err entries_read(walk *w, const evd_json *list,
                            evd_dominion_card *card) {
  size_t n = evd_json_count(list);
  card->entries = evd_arena_get(&w->arena, n + 1, sizeof *card->entries);
  if (!card->entries)
    return EVD_ERR_SPACE;
  for (size_t i = 0; i < n; i++) {
    const evd_json *json = evd_json_at(list, i);
    evd_dominion_entry *e = &card->entries[card->n];
    uint64_t id = 0;
    if (!evd_json_number(evd_json_get(json, "Id"), &id) ||
        !evd_dominion_find(w->d->contest_ids, w->d->n_contests, id, &e->place))
      return bad(w, "a contest is not in ContestManifest.json");
    const evd_dominion_contest *c = &w->d->contests[e->place];
    if (c->disabled || c->n_options == 0) {
      w->counts->contests_out++;
      continue;
    }
    EVD_TRY(entry_read(w, json, e));
    card->n++;
  }
  qsort(card->entries, card->n, sizeof *card->entries, by_place);
  for (uint32_t i = 1; i < card->n; i++)
    if (card->entries[i].place == card->entries[i - 1].place)
      return bad(w, "a contest is on it twice");
  return EVD_OK;
}

/* ---- cards --------------------------------------------------------------- */

/* "15.17.1": the number in the file's name, the session, the card. */
static void name_card(const walk *w, evd_dominion_card *card) {
  const char *digits = strpbrk(w->file, "0123456789");
  int n = digits ? (int)strspn(digits, "0123456789") : 1;
  (void)snprintf(card->serial, sizeof card->serial, "%.*s.%zu.%zu",
                 n < 20 ? n : 20, digits ? digits : "0", w->session, w->card);
}

static evd_err card_read(walk *w, const evd_json *side, const evd_json *json) {
  evd_dominion_card card = {0};
  uint64_t type = 0;
  name_card(w, &card);
  if (!evd_json_number(evd_json_get(side, "BallotTypeId"), &type) ||
      !evd_dominion_find(w->d->type_ids, w->d->n_types, type, &card.type))
    return bad(w, "its ballot type is not in BallotTypeManifest.json");
  card.paper = number_or_0(json, "PaperIndex") + 1;
  const evd_json *contests = evd_json_get(json, "Contests");
  if (!evd_json_is_array(contests))
    return bad(w, "expected `Contests`, a list");
  EVD_TRY(entries_read(w, contests, &card));
  w->counts->cards++;
  if (card.n == 0) {
    w->counts->empty_cards++;
    return EVD_OK;
  }
  return w->fn(w->self, &card);
}

/* The side of a session that counts. */
static const evd_json *current_side(walk *w, const evd_json *session) {
  const evd_json *modified = evd_json_get(session, "Modified");
  if (modified && flag(modified, "IsCurrent")) {
    w->counts->adjudicated++;
    return modified;
  }
  return evd_json_get(session, "Original");
}

static evd_err session_read(walk *w, const evd_json *session) {
  const evd_json *side = current_side(w, session);
  const evd_json *cards = side ? evd_json_get(side, "Cards") : NULL;
  w->counts->sessions++;
  w->card = 0;
  if (!evd_json_is_array(cards))
    return bad(w, "expected `Original` or a current `Modified` with `Cards`, "
                  "a list");
  for (size_t i = 0; i < evd_json_count(cards); i++) {
    evd_arena_point before = evd_arena_mark(&w->arena);
    w->card = i + 1;
    evd_err e = card_read(w, side, evd_json_at(cards, i));
    evd_arena_back(&w->arena, before);
    if (e == EVD_ERR_SPACE)
      return bad(w, "too large for a card");
    EVD_TRY(e);
  }
  return EVD_OK;
}

static evd_err file_read(walk *w, const evd_json *root) {
  const evd_json *sessions = evd_json_get(root, "Sessions");
  if (!evd_json_is_array(sessions))
    return evd_complain(EVD_ERR_PARSE, "%s/%s: expected `Sessions`, a list",
                        w->d->dir, w->file);
  for (size_t i = 0; i < evd_json_count(sessions); i++) {
    w->session = i + 1;
    EVD_TRY(session_read(w, evd_json_at(sessions, i)));
  }
  return EVD_OK;
}

evd_err evd_dominion_cards(const evd_dominion *d, evd_dominion_counts *counts,
                           evd_dominion_card_fn *fn, void *self) {
  walk w = {.d = d, .counts = counts, .fn = fn, .self = self};
  evd_err e = EVD_OK;
  memset(counts, 0, sizeof *counts);
  evd_arena_init(&w.arena, CARD_ARENA_BYTES);
  for (size_t i = 0; e == EVD_OK && i < d->n_files; i++) {
    evd_json *root = NULL;
    evd_arena text;
    evd_arena_init(&text, FILE_ARENA_BYTES);
    w.file = d->files[i];
    e = evd_dominion_json(d, w.file, true, &root, &text);
    evd_arena_close(&text);
    if (e == EVD_OK)
      e = file_read(&w, root);
    evd_json_close(root);
    evd_progress_line("Reading", i + 1, d->n_files);
  }
  evd_arena_close(&w.arena);
  return e;
}
