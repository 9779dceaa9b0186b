/* The report for people, record-format 4: a line a check, the tally, and the
 * closing sentence.
 */
#include <string.h>

#include "base/hex.h"
#include "base/json_text.h"
#include "record/say.h"
#include "verify/report.h"

#define ID_WIDTH 8
#define STATUS_WIDTH 9
#define VOTES_WIDTH 12
#define LABEL_WIDTH_MAX 44

const char *evd_verdict_text(evd_verdict v) {
  if (v == EVD_VERDICT_PASS)
    return "pass";
  return v == EVD_VERDICT_FAIL ? "fail" : "incomplete";
}

const char *evd_stage_text(evd_stage s) {
  if (s == EVD_STAGE_CEREMONY)
    return "ceremony";
  return s == EVD_STAGE_CLOSED ? "closed" : "final";
}

static void put_spaces(evd_buf *b, size_t used, size_t width) {
  do {
    evd_buf_add(b, " ", 1);
  } while (++used < width);
}

void evd_report_number(evd_buf *b, uint64_t n) {
  char digits[24];
  evd_say s;
  evd_say_init(&s, digits, sizeof digits);
  evd_say_n(&s, n);
  for (size_t i = 0; i < s.n; i++) {
    if (i > 0 && (s.n - i) % 3 == 0)
      evd_buf_add(b, ",", 1);
    evd_buf_add(b, digits + i, 1);
  }
}

static size_t number_width(uint64_t n) {
  size_t digits = 1;
  while (n >= 10) {
    n /= 10;
    digits++;
  }
  return digits + (digits - 1) / 3;
}

void evd_report_count(evd_buf *b, uint64_t n, const char *plural) {
  size_t length = strlen(plural);
  bool y = length > 3 && strcmp(plural + length - 3, "ies") == 0;
  evd_report_number(b, n);
  evd_buf_add(b, " ", 1);
  if (n != 1) {
    evd_buf_text(b, plural);
    return;
  }
  evd_buf_add(b, plural, length - (y ? 3 : 1));
  if (y)
    evd_buf_text(b, "y");
}

void evd_report_failed(evd_buf *b, const evd_check *c) {
  evd_report_count(b, c->failed, "failures");
  if (c->count > 0) {
    evd_buf_text(b, " in ");
    evd_report_count(b, c->count, c->unit);
  }
}

static void put_failures(evd_buf *b, const evd_check *c) {
  evd_buf_text(b, "FAIL     ");
  evd_report_failed(b, c);
  evd_buf_text(b, "; it must hold that ");
  evd_buf_text(b, c->meaning);
  for (uint32_t i = 0; i < c->n_kept; i++) {
    evd_buf_text(b, "\n    ");
    evd_buf_text(b, c->kept[i].where);
    evd_buf_text(b, ": ");
    evd_buf_text(b, c->kept[i].what);
  }
  if (c->failed > c->n_kept) {
    evd_buf_text(b, "\n    and ");
    evd_report_number(b, c->failed - c->n_kept);
    evd_buf_text(b, " more");
  }
}

static void put_check(evd_buf *b, const evd_check *c) {
  evd_buf_text(b, c->id);
  put_spaces(b, strlen(c->id), ID_WIDTH);
  if (c->status == EVD_FAILED) {
    put_failures(b, c);
  } else if (c->status == EVD_PASS) {
    evd_buf_text(b, "pass");
    put_spaces(b, sizeof "pass" - 1, STATUS_WIDTH);
    evd_report_count(b, c->count, c->unit);
  } else {
    evd_buf_text(b, "not-run");
    put_spaces(b, sizeof "not-run" - 1, STATUS_WIDTH);
    evd_buf_text(b, c->remark ? c->remark : "nothing to check");
  }
  evd_buf_text(b, "\n");
}

/* ---- the tally ---- */

/* Labels reach a terminal only if they hold nothing that moves its cursor or
 * turns its writing around. */
static void put_label(evd_buf *b, evd_str label) {
  char ascii[256];
  evd_say s;
  if (evd_text_allowed(label)) {
    evd_buf_add(b, label.p, label.n);
    return;
  }
  evd_say_init(&s, ascii, sizeof ascii);
  evd_say_shown(&s, label, sizeof ascii);
  evd_buf_add(b, ascii, s.n);
}

static size_t label_width(evd_str label) {
  size_t n = 0;
  for (size_t i = 0; i < label.n; i++)
    if ((label.p[i] & 0xC0) != 0x80)
      n++;
  return n;
}

/* Of the longest label that is not absurdly long. */
static size_t column_width(const evd_tally *t) {
  size_t width = 0;
  for (uint32_t i = 0; i < t->n_contests; i++) {
    const evd_tally_contest *c = &t->contests[i];
    for (uint32_t f = 0; f < c->n_fields; f++) {
      size_t w = label_width(c->fields[f].label);
      if (w > width && w <= LABEL_WIDTH_MAX)
        width = w;
    }
  }
  return width;
}

static void put_contest(evd_buf *b, const evd_tally_contest *c, size_t width) {
  evd_buf_text(b, "\n  ");
  put_label(b, c->label);
  evd_buf_text(b, "\n");
  if (c->n_fields == 0)
    evd_buf_text(b, "    withheld: too few ballots were cast in it\n");
  for (uint32_t f = 0; f < c->n_fields; f++) {
    const evd_cell *cell = &c->fields[f];
    size_t w = label_width(cell->label), n = number_width(cell->t);
    evd_buf_text(b, "    ");
    put_label(b, cell->label);
    put_spaces(b, w + n, width + VOTES_WIDTH);
    evd_report_number(b, cell->t);
    evd_buf_text(b, "\n");
  }
}

static void put_tally(evd_buf *b, const evd_report *r) {
  if (!r->tally)
    return;
  size_t width = column_width(r->tally);
  evd_buf_text(b, r->verdict == EVD_VERDICT_PASS
                      ? "\nTally\n"
                      : "\nTally as published; this report does not confirm "
                        "it\n");
  for (uint32_t i = 0; i < r->tally->n_contests; i++)
    put_contest(b, &r->tally->contests[i], width);
}

bool evd_report_trial(const evd_report *r) {
  return r->manifest && evd_str_is(r->manifest->kind, "trial");
}

/* Whoever reads `pass` should not take a trial for an election. [A15] */
static void put_kind(evd_buf *b, const evd_report *r) {
  if (!r->manifest)
    return;
  evd_buf_text(b, evd_report_trial(r) ? "\nTrial: " : "\nElection: ");
  put_label(b, r->manifest->label);
  evd_buf_text(b, evd_report_trial(r)
                      ? "\nA trial is no election: one guardian alone could "
                        "hold its key.\n"
                      : "\n");
}

static void put_ballots(evd_buf *b, const evd_report *r) {
  if (r->stage == EVD_STAGE_CEREMONY)
    return;
  evd_buf_text(b, "\nBallots: ");
  evd_report_number(b, r->ballots);
  evd_buf_text(b, ", cast: ");
  evd_report_number(b, r->cast);
  evd_buf_text(b, ", challenged: ");
  evd_report_number(b, r->challenged);
  evd_buf_text(b, ", superseded: ");
  evd_report_number(b, r->superseded);
  evd_buf_text(b, "\n");
}

uint64_t evd_report_one_by_one(const evd_report *r) {
  const uint64_t rest = r->ballots - r->hinted.in_batches;
  return rest > r->resumed ? rest - r->resumed : 0;
}

/* Which way the proofs of the ballots went. */
static void put_hinted(evd_buf *b, const evd_report *r) {
  if (!r->hinted.given || r->stage == EVD_STAGE_CEREMONY)
    return;
  evd_buf_text(b, "Ballots whose proofs were checked in batches, with hints: ");
  evd_report_number(b, r->hinted.in_batches);
  evd_buf_text(b, ", one by one: ");
  evd_report_number(b, evd_report_one_by_one(r));
  if (r->resumed > 0) {
    evd_buf_text(b, ", by an earlier run: ");
    evd_report_number(b, r->resumed);
  }
  evd_buf_text(b, "\n");
}

static void put_digest(evd_buf *b, const evd_report *r) {
  char digits[64];
  if (!r->has_digest)
    return;
  evd_hex_write(digits, r->record_digest.b, 32);
  evd_buf_text(b, "\nRecord digest: ");
  evd_buf_add(b, digits, sizeof digits);
  evd_buf_text(b, "\n");
}

static void put_witnesses(evd_buf *b, const evd_logcheck_report *log) {
  if (log->n_witnesses > 1) {
    evd_report_number(b, log->n_witnesses);
    evd_buf_text(b, " witnesses have signed");
  } else {
    evd_buf_text(b, log->n_witnesses == 1 ? "one witness has signed"
                                          : "no witness has signed");
  }
}

void evd_report_log(evd_buf *b, const evd_logcheck_report *log) {
  if (log->origin.n > 0)
    evd_buf_add(b, log->origin.p, log->origin.n);
  else
    evd_buf_text(b, "without a checkpoint");
  evd_buf_text(b, ", ");
  evd_report_count(b, log->head.size, "entries");
  if (!log->trusted)
    return;
  evd_buf_text(b, ", a head that ");
  put_witnesses(b, log);
}

static void put_log(evd_buf *b, const evd_report *r) {
  if (!r->log)
    return;
  evd_buf_text(b, "\nLog: ");
  evd_report_log(b, r->log);
  evd_buf_text(b, "\n");
}

/* What the record is, on `pass`. */
static void put_consistent(evd_buf *b, const evd_logcheck_report *log) {
  if (!log) {
    evd_buf_text(b, "This record is consistent. That it is the one that voters "
                    "and witnesses saw needs the log. ");
    return;
  }
  evd_buf_text(b, "This record is consistent, and it is what the log says, "
                  "whose head ");
  put_witnesses(b, log);
  evd_buf_text(b, log->phase == EVD_LOG_CLOSED
                      ? ". "
                      : ". The log is open: more can follow. ");
}

void evd_report_closing(evd_buf *b, const evd_report *r) {
  if (r->verdict == EVD_VERDICT_PASS)
    put_consistent(b, r->log);
  char digits[24];
  evd_say s;
  evd_buf_text(b, "Ballots refused: ");
  evd_say_init(&s, digits, sizeof digits);
  evd_say_n(&s, r->refused);
  evd_buf_text(b, digits);
  evd_buf_text(b, ", spoiled: ");
  evd_say_init(&s, digits, sizeof digits);
  evd_say_n(&s, r->spoiled);
  evd_buf_text(b, digits);
  evd_buf_text(b, ".");
}

static void put_word_of(evd_buf *b, const evd_part_word *w, const char *name,
                        uint32_t shard) {
  char digits[2 * sizeof w->sha.b];
  evd_buf_text(b, "  shard ");
  evd_report_number(b, shard);
  evd_buf_text(b, ", lines ");
  evd_report_number(b, w->from + 1);
  evd_buf_text(b, " to ");
  evd_report_number(b, w->to);
  evd_buf_text(b, ": SHA-256 ");
  evd_hex_write(digits, w->sha.b, sizeof w->sha.b);
  evd_buf_add(b, digits, sizeof digits);
  if (name) {
    char ascii[160];
    evd_say s;
    evd_say_init(&s, ascii, sizeof ascii);
    evd_say_shown(&s, (evd_span){(const uint8_t *)name, strlen(name)},
                  sizeof ascii);
    evd_buf_text(b, " ");
    evd_buf_text(b, ascii);
  }
  evd_buf_text(b, "\n");
}

/* On whose word a merged report stands. */
static void put_parts(evd_buf *b, const evd_report *r) {
  if (r->n_parts == 0)
    return;
  evd_buf_text(b, "\nWhat was found in single ballots stands on the word of "
                  "these parts, made by\nverifier " EVD_VERSION
                  "; everything else was checked anew:\n");
  for (uint32_t i = 0; i < r->n_parts; i++)
    put_word_of(b, &r->parts[i],
                r->part_names ? r->part_names[r->parts[i].part] : NULL, i + 1);
}

void evd_report_text(evd_buf *b, const evd_report *r) {
  for (size_t i = 0; i < r->n_checks; i++)
    put_check(b, &r->checks[i]);
  put_tally(b, r);
  put_ballots(b, r);
  put_hinted(b, r);
  put_digest(b, r);
  put_log(b, r);
  put_parts(b, r);
  put_kind(b, r);
  evd_buf_text(b, "\nVerdict at stage ");
  evd_buf_text(b, evd_stage_text(r->stage));
  evd_buf_text(b, ": ");
  evd_buf_text(b, evd_verdict_text(r->verdict));
  evd_buf_text(b, "\n");
  evd_report_closing(b, r);
  evd_buf_text(b, "\n");
}

const evd_check *evd_report_check(const evd_report *r, const char *id) {
  for (size_t i = 0; i < r->n_checks; i++)
    if (strcmp(r->checks[i].id, id) == 0)
      return &r->checks[i];
  return NULL;
}
