/* Alarms leave the monitor. */
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/json_text.h"
#include "host/host.h"
#include "serve/monitor.h"

#define LINE_BYTES_MAX ((size_t)65536)

static evd_span span(const char *text) {
  return (evd_span){(const uint8_t *)text, strlen(text)};
}

static void member(evd_buf *out, const char *name, const char *value) {
  evd_buf_text(out, ",\"");
  evd_buf_text(out, name);
  evd_buf_text(out, "\":");
  evd_json_quote(out, span(value));
}

static void line(evd_buf *out, const evd_monitor *m, const evd_alarm *a,
                 bool on, const char *what, const char *evidence) {
  char code[8], number[EVD_DECIMAL_BYTES];
  const evd_lookout_state *s = evd_lookout_seen(m->watch);
  snprintf(code, sizeof code, "M%02u", a->code);
  evd_buf_text(out, "{\"time\":");
  evd_decimal_write(number, m->now);
  evd_buf_text(out, number);
  evd_buf_text(out, ",\"entries\":");
  evd_decimal_write(number, s->head.size);
  evd_buf_text(out, number);
  member(out, "code", code);
  member(out, "state", on ? "on" : "off");
  member(out, "name", a->name);
  member(out, "what", what);
  member(out, "sentence", a->sentence);
  member(out, "act", a->act);
  member(out, "is_not", a->is_not);
  if (evidence)
    member(out, "evidence", evidence);
  evd_buf_text(out, "}\n");
}

/* To the file, or standard output. */
static bool put_line(const evd_monitor *m, const evd_buf *b) {
  FILE *f = m->words.alarms ? fopen(m->words.alarms, "ae") : stdout;
  if (!f)
    return false;
  bool ok = fwrite(b->p, 1, b->n, f) == b->n && fflush(f) == 0;
  if (f != stdout)
    ok = fclose(f) == 0 && ok;
  return ok;
}

/* NULL: there is none, or it could not be written. */
static const char *put_evidence(evd_monitor *m, const evd_alarm *a,
                                evd_span evidence) {
  if (evidence.n == 0)
    return NULL;
  /* Another monitor may have begun in this second, and ended. */
  const char *path = NULL;
  for (uint64_t n = m->n_alarms; !path || evd_file_exists(path); n++)
    path = evd_path(&m->arena, "%s/M%02u-%llu-%llu.evidence", m->words.state,
                    a->code, (unsigned long long)m->now, (unsigned long long)n);
  if (evd_file_write(path, evidence.p, evidence.n, 0644, EVD_NEW) == EVD_OK)
    return path;
  m->trouble = true;
  return NULL;
}

/* For the page: the first since the lamp is on. */
static void name_evidence(evd_file_name *name, bool on, const char *path) {
  if (!on)
    name->text[0] = 0;
  else if (path && !name->text[0])
    snprintf(name->text, sizeof name->text, "%s", strrchr(path, '/') + 1);
}

/* Waits for the routes; the oldest makes room. */
static void keep(evd_monitor *m, const evd_alarm *alarm, bool on,
                 const char *what, const char *evidence, const evd_buf *b) {
  evd_told *t = &m->told[m->n_told % EVD_MONITOR_KEPT];
  evd_buf_close(&t->line);
  evd_buf_init(&t->line, LINE_BYTES_MAX);
  evd_buf_add(&t->line, b->p, b->n);
  t->alarm = alarm;
  t->on = on;
  snprintf(t->what, sizeof t->what, "%s", what);
  snprintf(t->evidence, sizeof t->evidence, "%s", evidence ? evidence : "");
  m->n_told++;
}

void evd_monitor_deliver(void *self, const evd_alarm *alarm, bool on,
                         const char *what, evd_span evidence) {
  evd_monitor *m = self;
  evd_buf b;
  evd_arena_point before = evd_arena_mark(&m->arena);
  m->n_alarms++;
  m->n_new += on;
  const char *path = put_evidence(m, alarm, evidence);
  evd_buf_init(&b, LINE_BYTES_MAX);
  line(&b, m, alarm, on, what, path);
  if (!evd_buf_ok(&b) || !put_line(m, &b)) {
    m->trouble = true;
    evd_complain(EVD_ERR_IO, "monitor: an alarm could not be written: M%02u %s",
                 alarm->code, what);
  }
  name_evidence(&m->evidence[alarm->code], on, path);
  keep(m, alarm, on, what, path, &b);
  if (on)
    evd_monitor_post_keep(m, alarm, what, evidence);
  evd_buf_close(&b);
  evd_arena_back(&m->arena, before);
}
