/* What the page and its JSON say, decided once for both. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/hex.h"
#include "base/json_text.h"
#include "record/say.h"
#include "serve/monitor_page.h"

/* ---- looks ---- */

uint64_t evd_room_age(const evd_lookout_state *seen, uint64_t now) {
  if (seen->signed_at == 0)
    return EVD_AGE_NONE;
  return now > seen->signed_at ? now - seen->signed_at : 0;
}

void evd_room_remember(evd_past_looks *past, const evd_lookout_state *seen,
                       uint64_t now) {
  past->looks[past->n % EVD_LOOKS_KEPT] =
      (evd_past_look){.time = now,
                      .entries = seen->entries,
                      .age = evd_room_age(seen, now),
                      .n_signed = seen->n_signed};
  past->n++;
}

const evd_past_look *evd_room_look(const evd_past_looks *past, uint32_t i) {
  uint64_t first = past->n > EVD_LOOKS_KEPT ? past->n - EVD_LOOKS_KEPT : 0;
  if (i >= past->n - first)
    return NULL;
  return &past->looks[(first + i) % EVD_LOOKS_KEPT];
}

/* ---- lamps ---- */

bool evd_room_taking(const evd_room *s) {
  const evd_rules *r = s->seen->rules;
  return r && r->open && !r->closed;
}

void evd_room_root(const evd_lookout_state *seen,
                   char out[EVD_ROOT_TEXT_BYTES]) {
  evd_base64_write(out, seen->head.root.b, sizeof seen->head.root.b);
  out[EVD_ROOT_TEXT_BYTES - 1] = 0;
}

enum { MINUTE = 60, HOUR = 3600 };

void evd_room_span(uint64_t seconds, char out[EVD_SPAN_BYTES]) {
  static const struct {
    uint64_t seconds;
    const char *name;
  } units[] = {
      {24 * HOUR, "day"}, {HOUR, "hour"}, {MINUTE, "minute"}, {1, "second"}};
  size_t i = 0;
  if (seconds == EVD_AGE_NONE) {
    snprintf(out, EVD_SPAN_BYTES, "none");
    return;
  }
  while (i < 3 && seconds < 2 * units[i].seconds)
    i++;
  uint64_t n = seconds / units[i].seconds;
  snprintf(out, EVD_SPAN_BYTES, "%llu %s%s", (unsigned long long)n,
           units[i].name, n == 1 ? "" : "s");
}

evd_lamp_state evd_room_lamp(const evd_room *s, uint32_t code,
                             const char **why) {
  *why = "";
  if (s->seen->lamps[code].on)
    return EVD_LAMP_ON;
  if (code == EVD_ALARM_INTAKE && !s->intake)
    *why = "the server's counters were not read";
  if ((code == EVD_ALARM_PROOF || code == EVD_ALARM_ALIKE) &&
      s->judge_one_of == 0)
    *why = "this monitor does not judge ballots";
  return **why ? EVD_LAMP_DARK : EVD_LAMP_QUIET;
}

#define NAMED_MOST 3

static void alarm_line(const evd_room *s, evd_say *line, uint32_t n) {
  const evd_alarm *a;
  uint32_t named = 0;
  evd_say_n(line, n);
  evd_say_text(line, n == 1 ? " alarm: " : " alarms: ");
  for (uint32_t i = 0; (a = evd_alarm_at(i)) != NULL; i++) {
    if (!s->seen->lamps[a->code].on || named == NAMED_MOST)
      continue;
    evd_say_text(line, named++ ? ", M" : "M");
    evd_say_text(line, a->code < 10 ? "0" : "");
    evd_say_n(line, a->code);
    evd_say_text(line, " ");
    evd_say_text(line, a->name);
  }
  if (n > named) {
    evd_say_text(line, " and ");
    evd_say_n(line, n - named);
    evd_say_text(line, " more");
  }
}

evd_room_state evd_room_line(const evd_room *s,
                             char line[EVD_STATUS_LINE_BYTES]) {
  evd_say words;
  uint32_t n = 0;
  evd_say_init(&words, line, EVD_STATUS_LINE_BYTES);
  for (uint32_t i = 0; i < EVD_ALARM_CODES; i++)
    n += s->seen->lamps[i].on;
  if (s->stopped) {
    evd_say_text(&words, "Nobody is watching");
    return EVD_ROOM_STOPPED;
  }
  if (n > 0) {
    alarm_line(s, &words, n);
    return EVD_ROOM_ALARM;
  }
  if (!s->seen->rules) {
    evd_say_text(&words, "No alarm; the log has no election yet");
    return EVD_ROOM_EMPTY;
  }
  evd_say_text(&words, "All is well");
  return EVD_ROOM_WELL;
}

/* ---- JSON ---- */

static void put(evd_buf *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void put(evd_buf *out, const char *format, ...) {
  char text[512];
  va_list list;
  va_start(list, format);
  vsnprintf(text, sizeof text, format, list);
  va_end(list);
  evd_buf_text(out, text);
}

/* Text of others is shown in ASCII where it holds what hides or moves. */
static void text(evd_buf *out, const char *name, evd_span value) {
  char ascii[EVD_LOOKOUT_WHAT_BYTES * 4];
  evd_say shown;
  put(out, ",\"%s\":", name);
  if (!evd_text_allowed(value)) {
    evd_say_init(&shown, ascii, sizeof ascii);
    evd_say_shown(&shown, value, sizeof ascii);
    value = (evd_span){(const uint8_t *)ascii, shown.n};
  }
  evd_json_quote(out, value);
}

static void plain(evd_buf *out, const char *name, const char *value) {
  text(out, name, (evd_span){(const uint8_t *)value, strlen(value)});
}

static void number(evd_buf *out, const char *name, uint64_t v) {
  put(out, ",\"%s\":%llu", name, (unsigned long long)v);
}

static void boolean(evd_buf *out, const char *name, bool v) {
  put(out, ",\"%s\":%s", name, v ? "true" : "false");
}

static void alarms(evd_buf *out, const evd_room *s) {
  static const char *const states[] = {"quiet", "on", "not watched"};
  const evd_alarm *a;
  const char *why;
  evd_buf_text(out, ",\"alarms\":[");
  for (uint32_t i = 0; (a = evd_alarm_at(i)) != NULL; i++) {
    const evd_lamp *lamp = &s->seen->lamps[a->code];
    evd_lamp_state state = evd_room_lamp(s, a->code, &why);
    put(out, "%s\n{\"code\":\"M%02u\"", i ? "," : "", a->code);
    plain(out, "name", a->name);
    plain(out, "state", states[state]);
    if (state == EVD_LAMP_DARK)
      plain(out, "why", why);
    if (state == EVD_LAMP_ON) {
      number(out, "since", lamp->since);
      number(out, "times", lamp->times);
      plain(out, "what", lamp->what);
      plain(out, "sentence", a->sentence);
      plain(out, "act", a->act);
      plain(out, "is_not", a->is_not);
      if (s->evidence[a->code].text[0])
        plain(out, "evidence", s->evidence[a->code].text);
    }
    evd_buf_text(out, "}");
  }
  evd_buf_text(out, "]");
}

static void witnesses(evd_buf *out, const evd_lookout_state *seen) {
  const char *comma = "";
  boolean(out, "quorum", seen->quorum);
  number(out, "signed", seen->n_signed);
  evd_buf_text(out, ",\"witnesses\":[");
  for (uint32_t i = 0; i < seen->policy->n_names; i++) {
    if (seen->policy->names[i].group)
      continue;
    put(out, "%s\n{\"signed_at\":%llu", comma,
        (unsigned long long)seen->times[i]);
    plain(out, "name", seen->policy->names[i].key.name);
    evd_buf_text(out, "}");
    comma = ",";
  }
  evd_buf_text(out, "]");
}

static void counts(evd_buf *out, const evd_lookout_state *seen) {
  static const uint64_t none[EVD_BALLOT_STATES];
  const uint64_t *n = seen->rules ? seen->rules->counts : none;
  put(out, ",\"counts\":{\"entries\":%llu", (unsigned long long)seen->entries);
  number(out, "sealed", n[EVD_BALLOT_SEALED]);
  number(out, "cast", n[EVD_BALLOT_CAST]);
  number(out, "challenged", n[EVD_BALLOT_CHALLENGED]);
  number(out, "spoiled", n[EVD_BALLOT_SPOILED]);
  number(out, "superseded", n[EVD_BALLOT_SUPERSEDED]);
  number(out, "refused", n[EVD_BALLOT_REFUSED]);
  number(out, "ballots_judged", seen->judged);
  number(out, "openings_judged", seen->openings);
  put(out, "},\"attestations\":{\"listed\":%u,\"others\":%u}",
      seen->attests_listed, seen->attests);
}

static void speakers(evd_buf *out, const evd_lookout_state *seen) {
  char key[2 * sizeof(evd_h32) + 1] = "";
  evd_buf_text(out, ",\"speakers\":[");
  for (uint32_t i = 0; i < seen->n_speakers; i++) {
    const evd_speaker *s = &seen->speakers[i];
    const char *comma = "";
    evd_hex_write(key, s->key.b, sizeof s->key.b);
    put(out, "%s\n{\"key\":\"%s\"", i ? "," : "", key);
    boolean(out, "listed", s->listed);
    if (s->listed && s->name.n > 0)
      text(out, "name", s->name);
    number(out, "attests", s->attests);
    evd_buf_text(out, ",\"alarms\":[");
    for (uint32_t code = 1; code < EVD_ALARM_CODES; code++)
      if (s->alarms & (1u << code)) {
        put(out, "%s\"M%02u\"", comma, code);
        comma = ",";
      }
    evd_buf_text(out, "]}");
  }
  evd_buf_text(out, "]");
}

static void looks(evd_buf *out, const evd_past_looks *past) {
  const evd_past_look *l;
  evd_buf_text(out, ",\"looks\":[");
  for (uint32_t i = 0; (l = evd_room_look(past, i)) != NULL; i++) {
    put(out, "%s\n{\"time\":%llu", i ? "," : "", (unsigned long long)l->time);
    number(out, "entries", l->entries);
    if (l->age != EVD_AGE_NONE)
      number(out, "age", l->age);
    number(out, "signed", l->n_signed);
    evd_buf_text(out, "}");
  }
  evd_buf_text(out, "]}\n");
}

void evd_room_json(evd_buf *out, const evd_room *s) {
  static const char *const states[] = {"well", "alarm", "empty", "stopped"};
  char line[EVD_STATUS_LINE_BYTES], root[EVD_ROOT_TEXT_BYTES];
  const evd_lookout_state *seen = s->seen;
  uint64_t age = evd_room_age(seen, s->now);
  evd_buf_text(out, "{\"form\":\"evident-status-1\"");
  number(out, "time", s->now);
  number(out, "interval", s->interval);
  text(out, "origin", seen->origin);
  plain(out, "state", states[evd_room_line(s, line)]);
  plain(out, "verdict", line);
  number(out, "routes_failing", s->routes_failing);
  alarms(out, s);
  if (seen->note.n > 0) {
    evd_room_root(seen, root);
    number(out, "size", seen->head.size);
    plain(out, "root", root);
  }
  boolean(out, "taking", evd_room_taking(s));
  if (age != EVD_AGE_NONE) {
    number(out, "signed_at", seen->signed_at);
    number(out, "age", age);
  }
  witnesses(out, seen);
  counts(out, seen);
  speakers(out, seen);
  looks(out, s->past);
}
