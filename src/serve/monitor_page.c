/* The status page: readable across a room, and what to do beside it. */
#include "serve/monitor_page.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/hex.h"
#include "verify/html.h"
#include "verify/report.h"

enum { TEXT_BYTES = 256, REFRESH_SECONDS_MIN = 2, LARGE_BYTES_MAX = 48 };

/* Beside evd_html_style. White on these grounds is at least 7 to 1. */
static const char *const rules[] = {
    "header,main,footer{max-width:86rem}",
    "header{padding-top:1.25rem}",
    "header h1{font-size:1.3rem}",
    ".verdict{color:#fff;margin-top:1rem;align-items:center;border:0}",
    ".verdict.good{background:#0a5a31}",
    ".verdict.bad{background:#9a1515}",
    ".verdict.open{background:#5f3a00}",
    ".verdict.none{background:#39424f}",
    ".verdict h2{font-size:clamp(2rem,.6rem + 5.2vw,5.2rem);line-height:1.08;"
    "letter-spacing:-.02em;overflow-wrap:anywhere;margin:0}",
    ".verdict.long h2{font-size:clamp(1.6rem,.9rem + 2.6vw,3.4rem)}",
    ".tiles{grid-template-columns:repeat(auto-fit,minmax(min(100%,7.4rem),1fr))"
    "}",
    ".verdict p{color:#fff;margin-top:.6rem;font-size:1.15rem}",
    ".verdict .word{color:#fff}",
    ".verdict "
    "svg{width:clamp(3.5rem,11vw,9rem);height:clamp(3.5rem,11vw,9rem)}",
    ".lamps{list-style:none;padding:0;margin:.75rem 0 0;display:grid;gap:.6rem;"
    "grid-template-columns:repeat(auto-fill,minmax(min(100%,15.5rem),1fr))}",
    ".lamp{display:flex;gap:.7rem;align-items:center;background:var(--b);"
    "border:2px solid var(--l);border-radius:12px;padding:.6rem .8rem;"
    "color:var(--text);overflow-wrap:anywhere;line-height:1.3}",
    ".lamp svg{flex:none;width:2rem;height:2rem;color:var(--c)}",
    ".lamp>div{min-width:0}",
    ".lamp b{display:block}",
    ".lamp .state{color:var(--c);font-weight:650;font-size:.9rem}",
    ".lamp.none{border-style:dashed}",
    ".lamp.bad{border-color:var(--bad)}",
    ".alarm{border:3px solid var(--bad);margin-top:.9rem}",
    ".alarm h3{font-size:1.4rem;color:var(--bad);margin-bottom:.3rem}",
    ".alarm>p{font-size:1.15rem;margin-bottom:.8rem}",
    ".alarm .act{font-weight:650}",
    ".verdict+.note{margin:.75rem 0 0}",
    "h2{margin-top:2rem}",
    ".charts{display:grid;gap:1rem;margin-top:.75rem;"
    "grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr))}",
    ".chart svg{display:block;width:100%;height:6rem;margin:.5rem 0;"
    "border-bottom:1px solid var(--soft)}",
    ".chart path{fill:none;stroke:var(--link);stroke-width:3;"
    "stroke-linecap:round;vector-effect:non-scaling-stroke}",
    ".chart .mark{stroke:var(--bad);stroke-width:2;stroke-dasharray:6 6}",
    ".chart p{color:var(--soft);font-size:.92rem}",
    ".chart strong{color:var(--text)}",
};

static const char *const classes[] = {"good", "bad", "none"};

/* Of a lamp or the verdict: a tick in a ring, an exclamation mark in a
 * triangle, a stroke in a ring. The words beside it say the same. */
static void put_sign(evd_buf *b, evd_lamp_state state) {
  static const char ring[] = "<circle cx=\"28\" cy=\"28\" r=\"24\"/>";
  evd_buf_text(b, "<svg viewBox=\"0 0 56 56\" aria-hidden=\"true\" "
                  "fill=\"none\" stroke=\"currentColor\" stroke-width=\"5\" "
                  "stroke-linecap=\"round\" stroke-linejoin=\"round\">");
  if (state != EVD_LAMP_ON)
    evd_buf_text(b, ring);
  if (state == EVD_LAMP_QUIET)
    evd_buf_text(b, "<path d=\"m17 29 8 8 15-18\"/>");
  else if (state == EVD_LAMP_ON)
    evd_buf_text(b, "<path d=\"M28 5 52 49H4zM28 21v13m0 7v.1\"/>");
  else
    evd_buf_text(b, "<path d=\"M18 28h20\"/>");
  evd_buf_text(b, "</svg>");
}

static void put_time(evd_buf *b, uint64_t seconds) {
  char text[TEXT_BYTES] = "";
  struct tm utc;
  time_t t = (time_t)seconds;
  if (gmtime_r(&t, &utc))
    (void)strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &utc);
  evd_buf_text(b, text);
}

static void put_span(evd_buf *b, uint64_t seconds) {
  char text[EVD_SPAN_BYTES];
  evd_room_span(seconds, text);
  evd_buf_text(b, text);
}

static void put_code(evd_buf *b, const evd_alarm *a) {
  char text[TEXT_BYTES];
  snprintf(text, sizeof text, "M%02u %s", a->code, a->name);
  evd_html_plain(b, text);
}

/* ---- head and verdict ---- */

static void put_head(evd_buf *b, const evd_room *s, const char *line,
                     bool renews) {
  char text[TEXT_BYTES];
  uint32_t again =
      s->interval > REFRESH_SECONDS_MIN ? s->interval : REFRESH_SECONDS_MIN;
  evd_buf_text(b, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta "
                  "charset=\"utf-8\">\n<meta name=\"viewport\" "
                  "content=\"width=device-width,initial-scale=1\">\n<meta "
                  "name=\"color-scheme\" content=\"light dark\">\n<meta "
                  "http-equiv=\"Content-Security-Policy\" "
                  "content=\"default-src 'none';style-src 'unsafe-inline';"
                  "base-uri 'none';form-action 'none'\">\n");
  snprintf(text, sizeof text, "<meta http-equiv=\"refresh\" content=\"%u\">\n",
           again);
  if (renews)
    evd_buf_text(b, text);
  evd_buf_text(b, "<title>");
  evd_html_plain(b, line);
  evd_buf_text(b, ": ");
  evd_html_text(b, s->seen->origin);
  evd_buf_text(b, "</title>\n<style>");
  evd_html_style(b);
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
    evd_buf_text(b, rules[i]);
  evd_buf_text(b, "</style>\n</head>\n<body>\n<a class=\"skip\" "
                  "href=\"#lamps\">To the lamps</a>\n<header>\n<p "
                  "class=\"kicker\">Board watch</p>\n<h1><bdi>");
  evd_html_text(b, s->seen->origin);
  evd_buf_text(b, "</bdi></h1>\n</header>\n<main>\n");
}

static void put_verdict(evd_buf *b, const evd_room *s, const char *line,
                        evd_room_state state) {
  static const char *const tones[] = {"good", "bad", "open", "none"};
  static const evd_lamp_state signs[] = {EVD_LAMP_QUIET, EVD_LAMP_ON,
                                         EVD_LAMP_DARK, EVD_LAMP_DARK};
  evd_buf_text(b,
               "<section aria-labelledby=\"verdict\">\n<div class=\"verdict ");
  evd_buf_text(b, tones[state]);
  evd_buf_text(b, strlen(line) > LARGE_BYTES_MAX ? " long\">\n" : "\">\n");
  put_sign(b, signs[state]);
  evd_buf_text(b, "\n<div>\n<h2 id=\"verdict\">");
  evd_html_plain(b, line);
  evd_buf_text(b, "</h2>\n<p>");
  evd_buf_text(b, state == EVD_ROOM_STOPPED ? "The monitor ended at "
                                            : "As seen at ");
  put_time(b, s->now);
  evd_buf_text(b, state == EVD_ROOM_STOPPED
                      ? ". What stands below is older than that."
                      : "; checkpoint signed ");
  if (state != EVD_ROOM_STOPPED) {
    uint64_t age = evd_room_age(s->seen, s->now);
    if (age == EVD_AGE_NONE)
      evd_buf_text(b, "by no witness");
    else {
      put_span(b, age);
      evd_buf_text(b, " before");
    }
  }
  evd_buf_text(b, "</p>\n</div>\n</div>\n");
  if (s->routes_failing > 0) {
    evd_buf_text(b, "<p class=\"note bad\">Alarms do not reach everybody: ");
    evd_report_count(b, s->routes_failing, "ways");
    evd_buf_text(b, " of sending them failed the last time.</p>\n");
  }
  evd_buf_text(b, "</section>\n");
}

/* ---- alarms ---- */

static void put_fact(evd_buf *b, const char *name, const char *value) {
  evd_buf_text(b, "<dt>");
  evd_buf_text(b, name);
  evd_buf_text(b, "</dt><dd>");
  evd_html_plain(b, value);
  evd_buf_text(b, "</dd>\n");
}

static void put_alarm(evd_buf *b, const evd_room *s, const evd_alarm *a) {
  const evd_lamp *lamp = &s->seen->lamps[a->code];
  const char *file = s->evidence[a->code].text;
  evd_buf_text(b, "<article class=\"card alarm\">\n<h3>");
  put_code(b, a);
  evd_buf_text(b, "</h3>\n<p>");
  evd_html_plain(b, a->sentence);
  evd_buf_text(b, "</p>\n<dl class=\"facts\">\n<dt>What to do</dt><dd "
                  "class=\"act\">");
  evd_html_plain(b, a->act);
  evd_buf_text(b, "</dd>\n");
  put_fact(b, "What was seen", lamp->what);
  put_fact(b, "What it does not mean", a->is_not);
  evd_buf_text(b, "<dt>Since</dt><dd>");
  put_time(b, lamp->since);
  evd_buf_text(b, "; seen ");
  evd_report_count(b, lamp->times, "times");
  evd_buf_text(b, "</dd>\n<dt>Evidence</dt><dd>");
  if (file[0]) {
    evd_buf_text(b, "<code>");
    evd_html_plain(b, file);
    evd_buf_text(b, "</code> in the monitor's state folder; to be judged with "
                    "<code>evident verify evidence</code>");
  } else {
    evd_buf_text(b, "no file: anybody can look at the board and see it");
  }
  evd_buf_text(b, "</dd>\n</dl>\n</article>\n");
}

static void put_alarms(evd_buf *b, const evd_room *s) {
  const evd_alarm *a;
  bool any = false;
  for (uint32_t i = 0; (a = evd_alarm_at(i)) != NULL; i++) {
    if (!s->seen->lamps[a->code].on)
      continue;
    if (!any)
      evd_buf_text(b, "<section aria-labelledby=\"wrong\">\n<h2 "
                      "id=\"wrong\">What is wrong</h2>\n");
    any = true;
    put_alarm(b, s, a);
  }
  if (any)
    evd_buf_text(b, "</section>\n");
}

/* ---- lamps ---- */

static void open_lamp(evd_buf *b, const char *tone, evd_lamp_state sign) {
  evd_buf_text(b, "<li class=\"lamp ");
  evd_buf_text(b, tone);
  evd_buf_text(b, "\">");
  put_sign(b, sign);
  evd_buf_text(b, "<div><b>");
}

static void put_lamps(evd_buf *b, const evd_room *s) {
  static const char *const words[] = {"quiet", "ALARM", "not watched: "};
  const evd_alarm *a;
  const char *why;
  evd_buf_text(b, "<section aria-labelledby=\"lamps\">\n<h2 id=\"lamps\">"
                  "Alarms</h2>\n<ul class=\"lamps\">\n");
  for (uint32_t i = 0; (a = evd_alarm_at(i)) != NULL; i++) {
    evd_lamp_state state = evd_room_lamp(s, a->code, &why);
    open_lamp(b, classes[state], state);
    put_code(b, a);
    evd_buf_text(b, "</b><span class=\"state\">");
    evd_buf_text(b, words[state]);
    evd_buf_text(b, why);
    evd_buf_text(b, "</span></div></li>\n");
  }
  evd_buf_text(b, "</ul>\n</section>\n");
}

/* Signed; signed long ago while ballots are taken; not signed. */
static void put_witness(evd_buf *b, const evd_room *s, uint32_t i) {
  uint64_t at = s->seen->times[i];
  uint64_t age = s->now > at ? s->now - at : 0;
  bool late = at && evd_room_taking(s) && age > s->max_age;
  evd_lamp_state state = at == 0 || late ? EVD_LAMP_ON : EVD_LAMP_QUIET;
  const char *tone = s->seen->quorum ? "open" : "bad";
  open_lamp(b, state == EVD_LAMP_ON ? tone : "good", state);
  evd_buf_text(b, "<bdi>");
  evd_html_plain(b, s->seen->policy->names[i].key.name);
  evd_buf_text(b, "</bdi></b><span class=\"state\">");
  evd_buf_text(b, at == 0 ? "has not signed" : late ? "late: " : "signed: ");
  if (at) {
    put_span(b, age);
    evd_buf_text(b, " ago");
  }
  evd_buf_text(b, "</span></div></li>\n");
}

static void put_witnesses(evd_buf *b, const evd_room *s) {
  char text[TEXT_BYTES];
  snprintf(text, sizeof text,
           "%u of %u have signed the checkpoint; %s.</p>\n<ul "
           "class=\"lamps\">\n",
           s->seen->n_signed, s->seen->n_witnesses,
           s->seen->quorum ? "that is enough" : "that is not enough");
  evd_buf_text(b, "<section aria-labelledby=\"witnesses\">\n<h2 "
                  "id=\"witnesses\">Witnesses</h2>\n<p class=\"soft\">");
  evd_buf_text(b, text);
  for (uint32_t i = 0; i < s->seen->policy->n_names; i++)
    if (!s->seen->policy->names[i].group)
      put_witness(b, s, i);
  evd_buf_text(b, "</ul>\n</section>\n");
}

/* ---- numbers ---- */

static void put_tile(evd_buf *b, const char *what, uint64_t n) {
  evd_buf_text(b, "<div><dt>");
  evd_buf_text(b, what);
  evd_buf_text(b, "</dt><dd>");
  evd_report_number(b, n);
  evd_buf_text(b, "</dd></div>\n");
}

static void put_numbers(evd_buf *b, const evd_lookout_state *seen) {
  static const uint64_t none[EVD_BALLOT_STATES];
  const uint64_t *n = seen->rules ? seen->rules->counts : none;
  evd_buf_text(b, "<section aria-labelledby=\"numbers\">\n<h2 "
                  "id=\"numbers\">Numbers</h2>\n<dl class=\"tiles\">\n");
  put_tile(b, "entries in the log", seen->entries);
  put_tile(b, "ballots sealed, no choice yet", n[EVD_BALLOT_SEALED]);
  put_tile(b, "ballots cast", n[EVD_BALLOT_CAST]);
  put_tile(b, "ballots challenged", n[EVD_BALLOT_CHALLENGED]);
  put_tile(b, "ballots spoiled", n[EVD_BALLOT_SPOILED]);
  if (n[EVD_BALLOT_SUPERSEDED] > 0)
    put_tile(b, "ballots superseded", n[EVD_BALLOT_SUPERSEDED]);
  if (n[EVD_BALLOT_REFUSED] > 0)
    put_tile(b, "ballots refused", n[EVD_BALLOT_REFUSED]);
  put_tile(b, "ballots judged here", seen->judged);
  put_tile(b, "attestations by listed keys", seen->attests_listed);
  put_tile(b, "attestations by other keys", seen->attests);
  evd_buf_text(b, "</dl>\n</section>\n");
}

/* Whom the log has heard: ATTEST and ALARM entries, by their keys. */
static void put_speaker(evd_buf *b, const evd_speaker *s) {
  char text[TEXT_BYTES], key[2 * sizeof(evd_h32) + 1] = "";
  evd_buf_text(b, "<dt><bdi>");
  if (s->name.n > 0)
    evd_html_text(b, s->name);
  else
    evd_buf_text(b, s->listed ? "a key added later" : "a key of nobody listed");
  evd_hex_write(key, s->key.b, sizeof s->key.b);
  snprintf(text, sizeof text, "</bdi></dt><dd>%s<br><code>%s</code>",
           s->listed ? "listed" : "not listed", key);
  evd_buf_text(b, text);
  if (s->attests) {
    evd_buf_text(b, "<br>attests: ");
    evd_report_count(b, s->attests, "entries");
  }
  for (uint32_t code = 1; code < EVD_ALARM_CODES; code++) {
    const evd_alarm *a = s->alarms & (1u << code) ? evd_alarm_find(code) : NULL;
    if (!a)
      continue;
    evd_buf_text(b, "<br>alarm in the log: ");
    put_code(b, a);
  }
  evd_buf_text(b, "</dd>\n");
}

static void put_speakers(evd_buf *b, const evd_lookout_state *seen) {
  if (seen->n_speakers == 0)
    return;
  evd_buf_text(b, "<section aria-labelledby=\"said\">\n<h2 id=\"said\">Who "
                  "attests and raises alarms in the log</h2>\n<dl class=\"card "
                  "facts\">\n");
  for (int listed = 1; listed >= 0; listed--)
    for (uint32_t i = 0; i < seen->n_speakers; i++)
      if (seen->speakers[i].listed == listed)
        put_speaker(b, &seen->speakers[i]);
  evd_buf_text(b, "</dl>\n</section>\n");
}

static uint64_t entries_of(const evd_past_look *l) { return l->entries; }
static uint64_t age_of(const evd_past_look *l) { return l->age; }
static uint64_t signed_of(const evd_past_look *l) { return l->n_signed; }

static void put_charts(evd_buf *b, const evd_room *s) {
  uint32_t k = 0, n = 0;
  bool simple = evd_policy_k_of_n(s->seen->policy, &k, &n);
  const evd_chart charts[] = {
      {.title = "Entries", .unit = "entries", .at = entries_of},
      {.title = "Age of the checkpoint",
       .at = age_of,
       .mark = s->max_age,
       .mark_means = "the most while ballots are taken"},
      {.title = "Witnesses that sign",
       .unit = "witnesses",
       .at = signed_of,
       .top = s->seen->n_witnesses,
       .mark = simple ? k : 0,
       .mark_means = "the quorum"}};
  evd_buf_text(b, "<section aria-labelledby=\"charts\">\n<h2 "
                  "id=\"charts\">Over time</h2>\n<div class=\"charts\">\n");
  for (size_t i = 0; i < sizeof charts / sizeof *charts; i++)
    evd_room_chart(b, &charts[i], s->past);
  evd_buf_text(b, "</div>\n</section>\n");
}

static void put_checkpoint(evd_buf *b, const evd_room *s) {
  const evd_lookout_state *seen = s->seen;
  char root[EVD_ROOT_TEXT_BYTES];
  evd_buf_text(b, "<section aria-labelledby=\"head\">\n<h2 id=\"head\">The "
                  "last good checkpoint</h2>\n<dl class=\"card facts\">\n");
  if (seen->note.n == 0) {
    put_fact(b, "Size and root", "none was seen");
  } else {
    evd_room_root(seen, root);
    evd_buf_text(b, "<dt>Size</dt><dd>");
    evd_report_number(b, seen->head.size);
    evd_buf_text(b, "</dd>\n<dt>Root</dt><dd><code>");
    evd_buf_text(b, root);
    evd_buf_text(b, "</code></dd>\n");
  }
  evd_buf_text(b, "<dt>Newest signature of a witness</dt><dd>");
  if (seen->signed_at)
    put_time(b, seen->signed_at);
  else
    evd_buf_text(b, "none");
  evd_buf_text(b, "</dd>\n");
  put_fact(b, "Ballots",
           evd_room_taking(s) ? "are being taken: it has to be fresh"
                              : "are not being taken: it may be old");
  evd_buf_text(b, "</dl>\n</section>\n");
}

static void put_foot(evd_buf *b, const evd_room *s, bool renews) {
  char text[TEXT_BYTES];
  evd_buf_text(b, "</main>\n<footer>\n<p>The time at the top is part of the "
                  "message: ");
  snprintf(text, sizeof text,
           "the monitor looks every %u seconds. Where that time falls behind, "
           "it has stopped, and the page says nothing.</p>\n<p>",
           s->interval);
  evd_buf_text(b, text);
  evd_buf_text(b, "All is well says that no alarm of this monitor is on: what "
                  "it does not watch, it cannot see. Who verifies the record "
                  "relies on no monitor.</p>\n<p>");
  evd_buf_text(b, renews
                      ? "This page renews itself. <a href=\"still.html\">Stand "
                        "still</a> to read it at leisure."
                      : "This page stands still. <a href=\"index.html\">Let it "
                        "renew itself</a>.");
  evd_buf_text(b, " The same <a href=\"status.json\">for machines</a>.</p>\n"
                  "</footer>\n</body>\n</html>\n");
}

void evd_room_html(evd_buf *b, const evd_room *s, bool renews) {
  char line[EVD_STATUS_LINE_BYTES];
  evd_room_state state = evd_room_line(s, line);
  put_head(b, s, line, renews);
  put_verdict(b, s, line, state);
  put_alarms(b, s);
  put_lamps(b, s);
  put_witnesses(b, s);
  put_numbers(b, s->seen);
  put_speakers(b, s->seen);
  put_charts(b, s);
  put_checkpoint(b, s);
  put_foot(b, s, renews);
}
