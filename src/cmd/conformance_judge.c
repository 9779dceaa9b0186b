/* Answers of a verifier against what a kit expects, and the report on them. */
#include <stdio.h>
#include <string.h>

#include "base/json_text.h"
#include "cmd/conformance.h"
#include "host/program.h"

/* ---- one answer ---- */

/* The word that starts at *at; *at moves behind it and the spaces after. */
static evd_span word(evd_span line, size_t *at) {
  size_t from = *at;
  while (*at < line.n && line.p[*at] != ' ')
    (*at)++;
  evd_span w = {line.p + from, *at - from};
  while (*at < line.n && line.p[*at] == ' ')
    (*at)++;
  return w;
}

static bool is(evd_span w, const char *text) {
  return w.n == strlen(text) && memcmp(w.p, text, w.n) == 0;
}

/* Codes of logs come behind those of records. */
static bool is_of_log(uint32_t c) { return c >= EVD_KIT_RECORD_CODES; }

static void read_line(evd_answer *a, bool log, evd_span line,
                      uint32_t lines[EVD_KIT_CODES]) {
  size_t at = 0;
  evd_span code = word(line, &at);
  uint32_t c = evd_code_find((const char *)code.p, code.n);
  if (c == EVD_KIT_CODES || is_of_log(c) != log)
    return;
  evd_span status = word(line, &at);
  lines[c]++;
  if (is(status, "FAIL"))
    a->got.has[c] = true;
  else if (!is(status, "pass") && !is(status, "not-run"))
    a->form = "a line with another status than pass, FAIL or not-run";
}

void evd_answer_read(evd_answer *a, bool log, int exit, evd_span report) {
  uint32_t lines[EVD_KIT_CODES] = {0};
  *a = (evd_answer){.exit = exit};
  for (size_t at = 0; at < report.n;) {
    const uint8_t *end = memchr(report.p + at, '\n', report.n - at);
    size_t n = end ? (size_t)(end - report.p) - at : report.n - at;
    read_line(a, log, (evd_span){report.p + at, n}, lines);
    at += n + 1;
  }
  for (uint32_t c = 0; c < EVD_KIT_CODES && !a->form; c++)
    if (is_of_log(c) == log && lines[c] != 1)
      a->form = lines[c] ? "two lines for one code" : "no line for some code";
}

bool evd_answer_right(const evd_trial *t, const evd_answer *a) {
  const int want = evd_codes_count(&t->want) > 0 ? 1 : 0;
  return a->exit == want && !a->form &&
         memcmp(&a->got, &t->want, sizeof a->got) == 0;
}

/* ---- all of them, code by code ---- */

typedef struct {
  uint32_t trials, named, missed, misnamed, false_alarms;
} row;

static uint32_t count(const evd_trials *t, bool log) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < t->n; i++)
    n += t->trials[i].log == log;
  return n;
}

static row row_of(uint32_t c, const evd_trials *t, const evd_answer answers[]) {
  row r = {0};
  for (uint32_t i = 0; i < t->n; i++) {
    const bool want = t->trials[i].want.has[c], got = answers[i].got.has[c];
    r.trials += want;
    r.named += want && got && answers[i].exit != 0;
    r.missed += want && answers[i].exit == 0;
    r.misnamed += want && !got && answers[i].exit != 0;
    r.false_alarms += got && !want;
  }
  return r;
}

static void put(evd_buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void put(evd_buf *b, const char *format, ...) {
  char line[512]; /* ids and sentences of ours: all shorter */
  va_list ap;
  va_start(ap, format);
  (void)vsnprintf(line, sizeof line, format, ap);
  va_end(ap);
  evd_buf_text(b, line);
}

static void put_codes(evd_buf *b, const evd_codes *c) {
  bool first = true;
  for (uint32_t i = 0; i < EVD_KIT_CODES; i++)
    if (c->has[i]) {
      put(b, first ? "%s" : " %s", evd_kit_codes[i]);
      first = false;
    }
  if (first)
    evd_buf_text(b, "nothing");
}

static const char *ending(const evd_answer *a) {
  if (a->exit == EVD_PROGRAM_LATE)
    return "it took too long";
  if (a->exit == EVD_PROGRAM_NOT_STARTED)
    return "it could not be started";
  return a->exit >= 128 ? "a signal ended it" : NULL;
}

/* "expected 6.A 7.A, got 7.A, exit 1; no line for some code" */
static void put_why(evd_buf *b, const evd_trial *t, const evd_answer *a) {
  evd_buf_text(b, "expected ");
  put_codes(b, &t->want);
  evd_buf_text(b, ", got ");
  put_codes(b, &a->got);
  if (ending(a))
    put(b, "; %s", ending(a));
  else
    put(b, ", exit %d%s", a->exit,
        a->exit == 0 && evd_codes_count(&t->want) > 0 ? ": accepted" : "");
  if (a->form && !ending(a))
    put(b, "; %s", a->form);
}

static void put_table(evd_buf *b, const evd_trials *t,
                      const evd_answer answers[]) {
  put(b, "%-8s%8s%8s%8s%9s%7s\n", "check", "faults", "right", "missed",
      "misnamed", "false");
  for (uint32_t c = 0; c < EVD_KIT_CODES; c++) {
    if (count(t, is_of_log(c)) == 0)
      continue;
    const row r = row_of(c, t, answers);
    if (r.trials > 0)
      put(b, "%-8s%8u%8u%8u%9u%7u\n", evd_kit_codes[c], r.trials, r.named,
          r.missed, r.misnamed, r.false_alarms);
    else
      put(b, "%-8snot covered: nothing in this kit has such a fault%s\n",
          evd_kit_codes[c], r.false_alarms ? "; named wrongly" : "");
  }
}

static void put_sums(evd_buf *b, const evd_trials *t,
                     const evd_answer answers[], bool log) {
  uint32_t good = 0, passed = 0, right = 0, covered = 0;
  const char *what = log ? "logs" : "records";
  const uint32_t codes =
      log ? EVD_KIT_CODES - EVD_KIT_RECORD_CODES : EVD_KIT_RECORD_CODES;
  if (count(t, log) == 0)
    return;
  for (uint32_t i = 0; i < t->n; i++) {
    if (t->trials[i].log != log)
      continue;
    bool is_good = evd_codes_count(&t->trials[i].want) == 0;
    bool is_right = evd_answer_right(&t->trials[i], &answers[i]);
    good += is_good;
    passed += is_good && is_right;
    right += is_right;
  }
  for (uint32_t c = 0; c < EVD_KIT_CODES; c++)
    covered += is_of_log(c) == log && row_of(c, t, answers).trials > 0;
  put(b, "Good %s passed: %u of %u.\n", what, passed, good);
  put(b, "Checks of %s covered: %u of %u.\n", what, covered, codes);
  put(b, "Judged right: %u of %u %s.\n", right, count(t, log), what);
}

static void judge_text(evd_buf *b, const evd_trials *t,
                       const evd_answer answers[]) {
  put_table(b, t, answers);
  evd_buf_text(b, "\n");
  put_sums(b, t, answers, false);
  put_sums(b, t, answers, true);
  for (uint32_t i = 0; i < t->n; i++)
    if (!evd_answer_right(&t->trials[i], &answers[i])) {
      put(b, "  %s: ", t->trials[i].id);
      put_why(b, &t->trials[i], &answers[i]);
      evd_buf_text(b, "\n");
    }
}

static void judge_tap(evd_buf *b, const evd_trials *t,
                      const evd_answer answers[]) {
  put(b, "1..%u\n", t->n);
  for (uint32_t i = 0; i < t->n; i++) {
    bool right = evd_answer_right(&t->trials[i], &answers[i]);
    put(b, "%sok %u - %s\n", right ? "" : "not ", i + 1, t->trials[i].id);
    if (right)
      continue;
    evd_buf_text(b, "# ");
    put_why(b, &t->trials[i], &answers[i]);
    evd_buf_text(b, "\n");
  }
  for (uint32_t c = 0; c < EVD_KIT_CODES; c++) {
    if (count(t, is_of_log(c)) == 0)
      continue;
    const row r = row_of(c, t, answers);
    put(b, "# %s: %u faults, %u right, %u missed, %u misnamed, %u false\n",
        evd_kit_codes[c], r.trials, r.named, r.missed, r.misnamed,
        r.false_alarms);
  }
}

static void put_json_codes(evd_buf *b, const char *name, const evd_codes *c) {
  bool first = true;
  put(b, ",\"%s\":[", name);
  for (uint32_t i = 0; i < EVD_KIT_CODES; i++)
    if (c->has[i]) {
      put(b, first ? "\"%s\"" : ",\"%s\"", evd_kit_codes[i]);
      first = false;
    }
  evd_buf_text(b, "]");
}

static void put_json_checks(evd_buf *b, const evd_trials *t,
                            const evd_answer answers[]) {
  bool first = true;
  for (uint32_t c = 0; c < EVD_KIT_CODES; c++) {
    if (count(t, is_of_log(c)) == 0)
      continue;
    const row r = row_of(c, t, answers);
    put(b,
        "%s\n{\"id\":\"%s\",\"faults\":%u,\"right\":%u,\"missed\":%u,"
        "\"misnamed\":%u,\"false\":%u}",
        first ? "" : ",", evd_kit_codes[c], r.trials, r.named, r.missed,
        r.misnamed, r.false_alarms);
    first = false;
  }
}

static void judge_json(evd_buf *b, const evd_trials *t,
                       const evd_answer answers[], uint32_t right) {
  put(b, "{\"records\":%u,\"logs\":%u,\"right\":%u,\"checks\":[",
      count(t, false), count(t, true), right);
  put_json_checks(b, t, answers);
  evd_buf_text(b, "],\"wrong\":[");
  bool first = true;
  for (uint32_t i = 0; i < t->n; i++) {
    const evd_answer *a = &answers[i];
    if (evd_answer_right(&t->trials[i], a))
      continue;
    put(b, "%s\n{\"id\":", first ? "" : ",");
    evd_json_quote(b, (evd_span){(const uint8_t *)t->trials[i].id,
                                 strlen(t->trials[i].id)});
    put_json_codes(b, "expected", &t->trials[i].want);
    put_json_codes(b, "got", &a->got);
    put(b, ",\"exit\":%d,\"why\":\"%s\"}", a->exit,
        ending(a) ? ending(a)
        : a->form ? a->form
                  : "");
    first = false;
  }
  evd_buf_text(b, "]}\n");
}

bool evd_answers_judge(evd_buf *out, evd_judge_form form, const evd_trials *t,
                       const evd_answer answers[]) {
  uint32_t right = 0;
  for (uint32_t i = 0; i < t->n; i++)
    right += evd_answer_right(&t->trials[i], &answers[i]);
  if (form == EVD_JUDGE_TAP)
    judge_tap(out, t, answers);
  else if (form == EVD_JUDGE_JSON)
    judge_json(out, t, answers, right);
  else
    judge_text(out, t, answers);
  return right == t->n;
}
