/* The report as one page that needs nothing else. */
#include "verify/report_html.h"

#include "base/hex.h"
#include "verify/html.h"
#include "verify/report.h"

enum { HASH_CHARS = 64, MILLI = 1000 };

/* ---- the head and the verdict ---- */

static const char *verdict_class(evd_verdict v) {
  if (v == EVD_VERDICT_PASS)
    return "good";
  return v == EVD_VERDICT_FAIL ? "bad" : "open";
}

static const char *verdict_word(evd_verdict v) {
  if (v == EVD_VERDICT_PASS)
    return "Passed";
  return v == EVD_VERDICT_FAIL ? "Failed" : "Incomplete";
}

/* A tick, a cross, three points; the word beside it says the same. */
static const char *verdict_sign(evd_verdict v) {
  if (v == EVD_VERDICT_PASS)
    return "<path d='m16 29 8 8 16-18'/>";
  return v == EVD_VERDICT_FAIL ? "<path d='m19 19 18 18m0-18L19 37'/>"
                               : "<path d='M17 28h.1m10.9 0h.1m10.9 0h.1'/>";
}

static void put_label(evd_buf *b, const evd_report *r) {
  if (r->manifest && r->manifest->label.n > 0)
    evd_html_text(b, r->manifest->label);
  else
    evd_buf_text(b, "An election record");
}

static void put_head(evd_buf *b, const evd_report *r) {
  evd_buf_text(b,
               "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta "
               "charset=\"utf-8\">\n<meta name=\"viewport\" "
               "content=\"width=device-width,initial-scale=1\">\n<meta "
               "name=\"color-scheme\" content=\"light dark\">\n<meta "
               "http-equiv=\"Content-Security-Policy\" content=\"default-src "
               "'none';style-src 'unsafe-inline'\">\n<title>");
  evd_buf_text(b, verdict_word(r->verdict));
  evd_buf_text(b, ": ");
  put_label(b, r);
  evd_buf_text(b, "</title>\n<style>");
  evd_html_style(b);
  evd_buf_text(b, "</style>\n</head>\n<body>\n<a class=\"skip\" "
                  "href=\"#checks\">To the checks</a>\n<header>\n<p "
                  "class=\"kicker\">Verification report</p>\n<h1><bdi>");
  put_label(b, r);
  evd_buf_text(b, "</bdi></h1>\n</header>\n<main>\n");
}

static void put_items(evd_buf *b, const char *title,
                      const char *const items[EVD_HTML_ITEMS], bool with_log) {
  evd_buf_text(b, "<div class=\"card\">\n<h3>");
  evd_buf_text(b, title);
  evd_buf_text(b, "</h3>\n<ul>\n");
  for (int i = 0; i < EVD_HTML_ITEMS && items[i]; i++) {
    evd_buf_text(b, "<li>");
    evd_buf_text(b, evd_html_item(items[i], with_log));
    evd_buf_text(b, "</li>\n");
  }
  evd_buf_text(b, "</ul>\n</div>\n");
}

static void put_verdict(evd_buf *b, const evd_report *r) {
  const evd_html_verdict *w = evd_html_verdict_words(r->verdict, r->stage);
  evd_buf_text(b, "<section aria-labelledby=\"verdict\">\n<div "
                  "class=\"verdict ");
  evd_buf_text(b, verdict_class(r->verdict));
  evd_buf_text(b, "\">\n<svg viewBox=\"0 0 56 56\" aria-hidden=\"true\" "
                  "fill=\"none\" stroke=\"currentColor\" stroke-width=\"4\" "
                  "stroke-linecap=\"round\" stroke-linejoin=\"round\"><circle "
                  "cx=\"28\" cy=\"28\" r=\"25\"/>");
  evd_buf_text(b, verdict_sign(r->verdict));
  evd_buf_text(b, "</svg>\n<div>\n<span class=\"word\">Verdict: ");
  evd_buf_text(b, verdict_word(r->verdict));
  evd_buf_text(b, "</span>\n<h2 id=\"verdict\">");
  evd_buf_text(b, w->title);
  evd_buf_text(b, "</h2>\n<p>");
  evd_buf_text(b, w->lead);
  if (evd_report_trial(r))
    evd_buf_text(b, "</p>\n<p><strong>This is a trial, no election:</strong> "
                    "one guardian alone could hold its key.");
  evd_buf_text(b, "</p>\n</div>\n</div>\n<div class=\"two\">\n");
  put_items(b, "What this means", w->means, r->log != NULL);
  put_items(b, "What this does not mean", w->means_not, r->log != NULL);
  evd_buf_text(b, "</div>\n</section>\n");
}

/* ---- ballots and tally ---- */

static void put_tile(evd_buf *b, const char *what, uint64_t n) {
  evd_buf_text(b, "<div><dt>");
  evd_buf_text(b, what);
  evd_buf_text(b, "</dt><dd>");
  evd_report_number(b, n);
  evd_buf_text(b, "</dd></div>\n");
}

static void put_ballots(evd_buf *b, const evd_report *r) {
  if (r->stage == EVD_STAGE_CEREMONY)
    return;
  evd_buf_text(b, "<section aria-labelledby=\"ballots\">\n<h2 "
                  "id=\"ballots\">Ballots</h2>\n<dl class=\"tiles\">\n");
  put_tile(b, "in the record", r->ballots);
  put_tile(b, "cast: counted", r->cast);
  put_tile(b, "challenged: opened, not counted", r->challenged);
  put_tile(b, "spoiled: not counted", r->spoiled);
  put_tile(b, "superseded by a later one", r->superseded);
  put_tile(b, "refused: not counted", r->refused);
  evd_buf_text(b, "</dl>\n</section>\n");
}

static uint64_t most_votes(const evd_tally_contest *c) {
  uint64_t most = 0;
  for (uint32_t f = 0; f < c->n_fields; f++)
    if (c->fields[f].t > most)
      most = c->fields[f].t;
  return most;
}

/* Parts in a hundred, also of numbers near 2^64. */
static uint64_t percent(uint64_t n, uint64_t most) {
  if (most > UINT64_MAX / 100)
    return n / (most / 100);
  return most ? 100 * n / most : 0;
}

static void put_option(evd_buf *b, const evd_cell *cell, uint64_t most) {
  const bool own = cell->label.n > 1 && cell->label.p[0] == '#';
  evd_buf_text(b, own ? "<tr class=\"own\">" : "<tr>");
  evd_buf_text(b, "<th scope=\"row\">");
  evd_buf_text(b, own ? "<i>" : "<bdi>");
  evd_html_text(b, cell->label);
  evd_buf_text(b, own ? "</i>" : "</bdi>");
  evd_buf_text(b, "<span class=\"bar\" aria-hidden=\"true\">");
  if (cell->t > 0) {
    uint64_t part = percent(cell->t, most);
    evd_buf_text(b, "<b style=\"width:");
    evd_report_number(b, part > 100 ? 100 : part);
    evd_buf_text(b, "%\"></b>");
  }
  evd_buf_text(b, "</span></th><td>");
  evd_report_number(b, cell->t);
  evd_buf_text(b, "</td></tr>\n");
}

static void put_contest(evd_buf *b, const evd_tally_contest *c) {
  const uint64_t most = most_votes(c);
  if (c->n_fields == 0) {
    evd_buf_text(b, "<div class=\"card\"><h3><bdi>");
    evd_html_text(b, c->label);
    evd_buf_text(b, "</bdi></h3><p class=\"soft\">Withheld: too few ballots "
                    "were cast in it to publish a total.</p></div>\n");
    return;
  }
  evd_buf_text(b, "<div class=\"card\"><table class=\"tally\"><caption><bdi>");
  evd_html_text(b, c->label);
  evd_buf_text(b, "</bdi></caption>\n<thead class=\"hidden\"><tr><th "
                  "scope=\"col\">Option</th><th scope=\"col\">Votes</th></tr>"
                  "</thead>\n<tbody>\n");
  for (uint32_t f = 0; f < c->n_fields; f++)
    put_option(b, &c->fields[f], most);
  evd_buf_text(b, "</tbody></table></div>\n");
}

static void put_tally(evd_buf *b, const evd_report *r) {
  if (!r->tally)
    return;
  evd_buf_text(b, "<section aria-labelledby=\"tally\">\n<h2 "
                  "id=\"tally\">Tally</h2>\n");
  if (r->verdict == EVD_VERDICT_PASS) {
    evd_buf_text(b, "<p class=\"intro\">The totals that the guardians opened, "
                    "as published and confirmed here.</p>\n");
  } else {
    evd_buf_text(b, "<p class=\"note ");
    evd_buf_text(b, verdict_class(r->verdict));
    evd_buf_text(b, "\">As published. This report does not confirm these "
                    "numbers.</p>\n");
  }
  evd_buf_text(b, "<div class=\"contests\">\n");
  for (uint32_t i = 0; i < r->tally->n_contests; i++)
    put_contest(b, &r->tally->contests[i]);
  evd_buf_text(b, "</div>\n</section>\n");
}

/* ---- how it was done ---- */

static void put_fact(evd_buf *b, const char *what, const char *text) {
  if (!text)
    return;
  evd_buf_text(b, "<dt>");
  evd_buf_text(b, what);
  evd_buf_text(b, "</dt><dd>");
  evd_html_plain(b, text);
  evd_buf_text(b, "</dd>\n");
}

/* Which way the proofs on ballots went, and on whose word they stand. */
static void put_way(evd_buf *b, const evd_report *r) {
  if (r->stage != EVD_STAGE_CEREMONY && r->n_parts == 0) {
    evd_buf_text(b, "<dt>Proofs on ballots</dt><dd>");
    evd_report_count(b, r->hinted.in_batches, "ballots");
    evd_buf_text(b, " in batches, ");
    evd_report_number(b, evd_report_one_by_one(r));
    evd_buf_text(b, " one by one");
    if (r->resumed > 0) {
      evd_buf_text(b, ", ");
      evd_report_number(b, r->resumed);
      evd_buf_text(b, " by an earlier run on this machine");
    }
    evd_buf_text(b, "; the verdict is the same either way</dd>\n");
  }
  if (r->n_parts > 0) {
    evd_buf_text(b, "<dt>Put together</dt><dd>from ");
    evd_report_count(b, r->n_parts, "parts");
    evd_buf_text(b, ": what they say about single ballots was not checked "
                    "again here</dd>\n");
  }
}

static void put_time(evd_buf *b, uint64_t milliseconds) {
  char tenth[2] = {(char)('0' + milliseconds / 100 % 10), 0};
  evd_buf_text(b, "<dt>It took</dt><dd>");
  evd_report_number(b, milliseconds / MILLI);
  evd_buf_text(b, ".");
  evd_buf_text(b, tenth);
  evd_buf_text(b, " seconds</dd>\n");
}

static void put_log(evd_buf *b, const evd_report *r) {
  evd_buf text;
  if (!r->log)
    return;
  evd_buf_init(&text, 1024);
  evd_report_log(&text, r->log);
  evd_buf_text(b, "<dt>Log</dt><dd>");
  evd_html_text(b, (evd_span){text.p, text.n});
  evd_buf_text(b, "</dd>\n");
  evd_buf_close(&text);
}

static void put_facts(evd_buf *b, const evd_report *r,
                      const evd_html_facts *facts) {
  char digits[HASH_CHARS];
  evd_buf_text(b, "<section aria-labelledby=\"how\">\n<h2 id=\"how\">How this "
                  "was checked</h2>\n<p class=\"intro\">Anybody can repeat it "
                  "with the record alone, with this verifier or with another "
                  "one.</p>\n<dl class=\"card facts\">\n");
  evd_buf_text(b, "<dt>Record digest</dt><dd>");
  if (r->has_digest) {
    evd_hex_write(digits, r->record_digest.b, sizeof r->record_digest.b);
    evd_buf_text(b, "<code>");
    evd_buf_add(b, digits, sizeof digits);
    evd_buf_text(b, "</code>");
  } else {
    evd_buf_text(b, "none: not every file could be read to its end");
  }
  evd_buf_text(b, "</dd>\n");
  put_log(b, r);
  put_fact(b, "Stage", evd_stage_text(r->stage));
  put_fact(b, "Specification",
           "ElectionGuard Design Specification 2.1.0; Evident record v1");
  put_fact(b, "Verifier", facts->verifier);
  put_way(b, r);
  put_fact(b, "Computed with", facts->how);
  put_fact(b, "Report made", facts->when);
  put_time(b, facts->milliseconds);
  evd_buf_text(b, "</dl>\n</section>\n</main>\n<footer>\n<p>");
  evd_buf closing;
  evd_buf_init(&closing, 1024);
  evd_report_closing(&closing, r);
  evd_html_text(b, (evd_span){closing.p, closing.n});
  evd_buf_close(&closing);
  evd_buf_text(b, "</p>\n<p>This page holds no script and loads nothing. What "
                  "it says is what one verifier found; it is not signed "
                  "(<code>evident attest</code> signs).</p>\n</footer>\n"
                  "</body>\n</html>\n");
}

void evd_report_html(evd_buf *b, const evd_report *r,
                     const evd_html_facts *facts) {
  put_head(b, r);
  put_verdict(b, r);
  put_ballots(b, r);
  evd_html_faults(b, r);
  put_tally(b, r);
  evd_html_checks(b, r);
  put_facts(b, r, facts);
}
