/* Ballots, what is selected on them by mail, and openings: judged again. */
#include <stdio.h>
#include <string.h>

#include "hash/hash.h"
#include "serve/lookout_run.h"
#include "steps/judge.h"

#define LINE_ARENA_BYTES_MAX ((size_t)256 << 20)

static bool same(const evd_h32 *a, const evd_h32 *b) {
  return memcmp(a->b, b->b, sizeof a->b) == 0;
}

/* What two honest ballots never share: the first encryption on them; one that
 * is selected by mail has none before. */
static const evd_p *alike_of(const evd_ballot *b) {
  if (b->mail || b->n_contests == 0 || b->contests[0].n_fields == 0)
    return &b->nonce_C0;
  return &b->contests[0].fields[0].alpha;
}

static evd_err look_for_alike(evd_lookout *w, uint64_t index,
                              const evd_ballot *b) {
  const evd_rules_store s = evd_row_table_store(&w->own);
  evd_h32 key;
  bool found = false;
  uint64_t other = 0;
  char what[EVD_LOOKOUT_WHAT_BYTES];
  evd_digest(&key, "alike", alike_of(b), sizeof *alike_of(b));
  EVD_TRY(s.get(s.self, EVD_OWN_ALPHA, &key, &other, sizeof other, &found));
  if (!found)
    return s.put(s.self, EVD_OWN_ALPHA, &key, &index, sizeof index);
  snprintf(what, sizeof what, "it shares an encryption with entry %llu",
           (unsigned long long)other);
  evd_lookout_about_ballots(w, EVD_ALARM_ALIKE, other, index);
  evd_lookout_raise_at(w, EVD_ALARM_ALIKE, index, EVD_ENTRY_BALLOT, what);
  return EVD_OK;
}

/* The entry says of the ballot what the ballot says itself. */
static bool agree(const evd_entry *e, const evd_ballot *b) {
  return same(&e->ballot.id_B, &b->id_B) && same(&e->ballot.H_C, &b->H_C) &&
         e->ballot.style == b->style && e->ballot.weight == b->weight &&
         e->ballot.device == b->device && e->ballot.position == b->position;
}

static evd_err judge_ballot(evd_lookout *w, uint64_t index, const evd_entry *e,
                            evd_span line, evd_arena *a) {
  evd_ballot b;
  evd_why why = {""};
  char what[EVD_LOOKOUT_WHAT_BYTES];
  evd_err err = evd_ballot_line_judge(&b, evd_host_group_get(w->tables),
                                      &w->man, &w->H_E, line, &why, a);
  if (err == EVD_ERR_SPACE)
    return err;
  w->seen.judged++;
  if (err != EVD_OK) {
    snprintf(what, sizeof what, "its ballot fails: %.200s", why.text);
    evd_lookout_about_ballots(w, EVD_ALARM_PROOF, index, UINT64_MAX);
    evd_lookout_raise_at(w, EVD_ALARM_PROOF, index, EVD_ENTRY_BALLOT, what);
    return err == EVD_ERR_PROOF || err == EVD_ERR_FAIL /* it was read */
               ? look_for_alike(w, index, &b)
               : EVD_OK;
  }
  if (!agree(e, &b)) {
    evd_lookout_about_object(w, index, &e->ballot.object);
    evd_lookout_raise_at(w, EVD_ALARM_FILE, index, EVD_ENTRY_BALLOT,
                         "its ballot says something else than the entry");
  }
  return look_for_alike(w, index, &b);
}

/* One of how many? */
static bool is_judged(const evd_lookout *w, uint64_t index) {
  return w->plan.judge_one_of > 0 && index % w->plan.judge_one_of == 0;
}

evd_err evd_lookout_ballot(evd_lookout *w, uint64_t index, const evd_entry *e) {
  const evd_rules_store s = evd_row_table_store(&w->own);
  evd_arena a;
  bool known = false;
  EVD_TRY(s.put(s.self, EVD_OWN_BALLOT, &e->ballot.H_C, &index, sizeof index));
  EVD_TRY(s.get(s.self, EVD_OWN_ID, &e->ballot.id_B, NULL, 0, &known));
  if (!known)
    EVD_TRY(s.put(s.self, EVD_OWN_ID, &e->ballot.id_B, &index, sizeof index));
  if (!w->tables || !is_judged(w, index))
    return EVD_OK;
  evd_arena_init(&a, LINE_ARENA_BYTES_MAX);
  evd_err err =
      judge_ballot(w, index, e, (evd_span){w->objects.p, w->objects.n}, &a);
  evd_arena_close(&a);
  return err;
}

/* ---- what is said of a ballot later ---- */

/* Where the ballot with this code stands. The rows of the rules count the
 * entries that were taken; here they are all counted. */
static evd_err where_is(evd_lookout *w, const evd_h32 *H_C, uint64_t *index,
                        bool *found) {
  const evd_rules_store s = evd_row_table_store(&w->own);
  return s.get(s.self, EVD_OWN_BALLOT, H_C, index, sizeof *index, found);
}

/* The line of the ballot whose entry stands at `index`. */
static bool line_of(evd_lookout *w, uint64_t index, evd_buf *out) {
  evd_span entry;
  evd_entry_read r;
  const char *what;
  return evd_lookout_entry(w, index, &entry) &&
         evd_entry_parse(&r, entry, &what) == EVD_OK &&
         r.e.type == EVD_ENTRY_BALLOT &&
         evd_board_object(w->plan.files, "ballot", &r.e.ballot.object, out) ==
             EVD_OK;
}

/* About the BALLOT at `at`, which holds. */
static void fails(evd_lookout *w, uint64_t index, uint64_t at, bool opening,
                  const evd_why *why) {
  char what[EVD_LOOKOUT_WHAT_BYTES];
  const evd_alarm_code code = opening ? EVD_ALARM_CHALLENGE : EVD_ALARM_PROOF;
  snprintf(what, sizeof what, "%s fails: %.200s",
           opening ? "the opening" : "what was selected", why->text);
  evd_lookout_about_ballots(w, code, index, at);
  evd_lookout_raise_at(w, code, index,
                       opening ? EVD_ENTRY_OPENING : EVD_ENTRY_MAIL_CAST, what);
}

/* The ballot in `sealed`, and what the line says of it. A ballot that fails is
 * told as itself. */
static evd_err judge_line(evd_lookout *w, uint64_t index, uint64_t at,
                          bool opening, const evd_buf *sealed, evd_arena *a) {
  evd_ballot b;
  evd_mail_cast cast;
  evd_why why = {""};
  const evd_group *G = evd_host_group_get(w->tables);
  const evd_span line = {w->objects.p, w->objects.n};
  evd_err e = evd_ballot_line_judge(&b, G, &w->man, &w->H_E,
                                    (evd_span){sealed->p, sealed->n}, &why, a);
  if (e != EVD_OK)
    return e == EVD_ERR_SPACE ? e : EVD_OK;
  e = opening ? evd_opening_line_judge(&b, G, &w->man, line, &why, a)
              : evd_mail_cast_line_judge(&cast, &b, G, &w->man, line, &why, a);
  if (e == EVD_ERR_SPACE)
    return e;
  w->seen.openings += opening;
  if (e != EVD_OK)
    fails(w, index, at, opening, &why);
  return EVD_OK;
}

evd_err evd_lookout_of_ballot(evd_lookout *w, uint64_t index,
                              const evd_entry *e) {
  const bool opening = e->type == EVD_ENTRY_OPENING;
  uint64_t at = 0;
  evd_arena a;
  evd_buf sealed;
  bool found = false;
  EVD_TRY(
      where_is(w, opening ? &e->opening.H_C : &e->mail_cast.H_C, &at, &found));
  if (!found || !w->tables || (!opening && !is_judged(w, index)))
    return EVD_OK;
  evd_buf_init(&sealed, LINE_ARENA_BYTES_MAX);
  evd_arena_init(&a, LINE_ARENA_BYTES_MAX);
  evd_err err = EVD_OK;
  if (line_of(w, at, &sealed))
    err = judge_line(w, index, at, opening, &sealed, &a);
  evd_arena_close(&a);
  evd_buf_close(&sealed);
  return err;
}
