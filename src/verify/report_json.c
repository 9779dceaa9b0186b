/* The report for programs: one JSON object, record-format 4. */
#include <string.h>

#include "base/json_text.h"
#include "record/say.h"
#include "record/write.h"
#include "verify/report.h"

/* Text of the record is shown as it is only if JSON can carry it. */
static void put_shown(evd_buf *b, const char *name, evd_span text) {
  char ascii[400];
  evd_say s;
  if (evd_text_allowed(text)) {
    evd_put_str(b, name, text);
    return;
  }
  evd_say_init(&s, ascii, sizeof ascii);
  evd_say_shown(&s, text, sizeof ascii);
  evd_put_word(b, name, ascii);
}

static void put_text(evd_buf *b, const char *name, const char *text) {
  put_shown(b, name, (evd_span){(const uint8_t *)text, strlen(text)});
}

static void put_check(evd_buf *b, const evd_check *c) {
  static const char *const words[] = {
      [EVD_NOT_RUN] = "not_run", [EVD_PASS] = "pass", [EVD_FAILED] = "fail"};
  evd_put_object(b, NULL);
  evd_put_word(b, "id", c->id);
  evd_put_word(b, "status", words[c->status]);
  evd_put_n(b, "count", c->count);
  evd_put_n(b, "failed", c->failed);
  evd_put_list(b, "failures");
  for (uint32_t i = 0; i < c->n_kept; i++) {
    evd_put_object(b, NULL);
    put_text(b, "where", c->kept[i].where);
    put_text(b, "what", c->kept[i].what);
    evd_put_end(b);
  }
  evd_put_list_end(b);
  put_text(b, "meaning", c->meaning);
  if (c->remark)
    put_text(b, "remark", c->remark);
  evd_put_end(b);
}

static void put_contest(evd_buf *b, const evd_tally_contest *c) {
  evd_put_object(b, NULL);
  evd_put_n(b, "contest", c->contest);
  put_shown(b, "label", c->label);
  evd_put_bool(b, "withheld", c->n_fields == 0);
  evd_put_list(b, "fields");
  for (uint32_t f = 0; f < c->n_fields; f++) {
    evd_put_object(b, NULL);
    evd_put_n(b, "field", c->fields[f].field);
    put_shown(b, "label", c->fields[f].label);
    evd_put_n(b, "t", c->fields[f].t);
    evd_put_end(b);
  }
  evd_put_list_end(b);
  evd_put_end(b);
}

static void put_ballots(evd_buf *b, const evd_report *r) {
  evd_put_object(b, "ballots");
  evd_put_n(b, "all", r->ballots);
  evd_put_n(b, "cast", r->cast);
  evd_put_n(b, "challenged", r->challenged);
  evd_put_n(b, "spoiled", r->spoiled);
  evd_put_n(b, "superseded", r->superseded);
  evd_put_n(b, "refused", r->refused);
  evd_put_end(b);
}

/* Which way the proofs of the ballots went. */
static void put_hinted(evd_buf *b, const evd_report *r) {
  evd_put_object(b, "proofs");
  evd_put_n(b, "in_batches", r->hinted.in_batches);
  evd_put_n(b, "one_by_one", evd_report_one_by_one(r));
  if (r->resumed > 0)
    evd_put_n(b, "earlier_run", r->resumed);
  evd_put_end(b);
}

/* On whose word a merged report stands. */
static void put_parts(evd_buf *b, const evd_report *r) {
  if (r->n_parts == 0)
    return;
  evd_put_list(b, "parts");
  for (uint32_t i = 0; i < r->n_parts; i++) {
    const evd_part_word *w = &r->parts[i];
    evd_put_object(b, NULL);
    evd_put_n(b, "shard", (uint64_t)i + 1);
    put_text(b, "file", r->part_names ? r->part_names[w->part] : "");
    evd_put_h(b, "sha256", &w->sha);
    evd_put_n(b, "from", w->from);
    evd_put_n(b, "to", w->to);
    put_text(b, "version", EVD_VERSION);
    evd_put_end(b);
  }
  evd_put_list_end(b);
}

static void put_log(evd_buf *b, const evd_logcheck_report *log) {
  evd_put_object(b, "log");
  put_shown(b, "origin", log->origin);
  evd_put_n(b, "size", log->head.size);
  evd_put_h(b, "root", &log->head.root);
  evd_put_n(b, "witnesses", log->n_witnesses);
  evd_put_bool(b, "trusted_policy", log->trusted);
  evd_put_end(b);
}

void evd_report_json(evd_buf *b, const evd_report *r) {
  evd_buf closing;
  evd_buf_init(&closing, 1024);
  evd_report_closing(&closing, r);
  evd_put_begin(b);
  evd_put_word(b, "verdict", evd_verdict_text(r->verdict));
  evd_put_word(b, "stage", evd_stage_text(r->stage));
  evd_put_word(b, "scope", r->log ? "record+log" : "record");
  if (r->manifest) {
    put_shown(b, "label", r->manifest->label);
    put_shown(b, "kind", r->manifest->kind);
  }
  evd_put_list(b, "checks");
  for (size_t i = 0; i < r->n_checks; i++)
    put_check(b, &r->checks[i]);
  evd_put_list_end(b);
  evd_put_list(b, "tally");
  for (uint32_t i = 0; r->tally && i < r->tally->n_contests; i++)
    put_contest(b, &r->tally->contests[i]);
  evd_put_list_end(b);
  put_ballots(b, r);
  if (r->hinted.given)
    put_hinted(b, r);
  put_parts(b, r);
  if (r->has_digest)
    evd_put_h(b, "record_digest", &r->record_digest);
  if (r->log)
    put_log(b, r->log);
  put_shown(b, "closing", (evd_span){closing.p, closing.n});
  evd_put_end(b);
  evd_buf_text(b, "\n");
  evd_buf_close(&closing);
}
