/* Alarms on their way to people: a program, a web address, a letter. */
#include <stdio.h>
#include <string.h>

#include "host/host.h"
#include "host/mail.h"
#include "host/program.h"
#include "serve/monitor.h"

#define ROUTE_MS 5000 /* a route may hold up the watch so long, once a look */
#define ANSWER_BYTES_MAX ((size_t)65536)
#define LOGIN_BYTES_MAX ((size_t)1024)
enum { HTTP_OK_FIRST = 200, HTTP_OK_LAST = 299 };

/* ---- routes ---- */

static bool by_hook(evd_monitor *m, const evd_told *t, char why[256]) {
  char code[8];
  evd_buf out;
  snprintf(code, sizeof code, "M%02u", t->alarm->code);
  const char *const argv[] = {m->words.hook, code,        t->on ? "on" : "off",
                              t->what,       t->evidence, NULL};
  evd_buf_init(&out, ANSWER_BYTES_MAX);
  int exit_code = evd_program_run(argv, ROUTE_MS, &out);
  evd_buf_close(&out);
  if (exit_code == EVD_PROGRAM_NOT_STARTED)
    snprintf(why, 256, "%.200s cannot be started", m->words.hook);
  else if (exit_code == EVD_PROGRAM_LATE)
    snprintf(why, 256, "the program did not end in %d s", ROUTE_MS / 1000);
  else if (exit_code != 0)
    snprintf(why, 256, "the program ended with %d", exit_code);
  return exit_code == 0;
}

static bool by_web(evd_monitor *m, const evd_told *t, char why[256]) {
  evd_http_answer answer;
  const evd_http_ask ask = {.url = m->words.webhook,
                            .type = "application/json",
                            .body = {t->line.p, t->line.n},
                            .max_bytes = ANSWER_BYTES_MAX,
                            .limit_ms = ROUTE_MS};
  evd_err e = evd_http_do(m->http, &ask, &answer);
  bool ok = e == EVD_OK && answer.status >= HTTP_OK_FIRST &&
            answer.status <= HTTP_OK_LAST;
  if (e != EVD_OK)
    snprintf(why, 256, "%.255s", answer.why);
  else if (!ok)
    snprintf(why, 256, "it answered %u", answer.status);
  evd_buf_close(&answer.body);
  return ok;
}

static void letter(evd_buf *b, const evd_monitor *m, const evd_told *t) {
  const evd_lookout_state *s = evd_lookout_seen(m->watch);
  const char *const lines[] = {
      t->on ? t->alarm->sentence : "This alarm is off again.",
      "",
      "Seen:",
      t->what,
      "",
      "What to do:",
      t->alarm->act,
      "",
      "What it does not mean:",
      t->alarm->is_not,
      "",
      t->evidence[0] ? "Evidence, for `evident verify evidence`:" : "",
      t->evidence};
  evd_buf_text(b, "Log: ");
  evd_buf_add(b, s->origin.p, s->origin.n);
  evd_buf_text(b, "\n\n");
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    evd_buf_text(b, lines[i]);
    evd_buf_text(b, "\n");
  }
}

static bool by_mail(evd_monitor *m, const evd_told *t, char why[256]) {
  evd_buf text;
  char subject[160];
  snprintf(subject, sizeof subject, "[Evident] M%02u %s: %s", t->alarm->code,
           t->alarm->name, t->on ? "on" : "off");
  evd_buf_init(&text, ANSWER_BYTES_MAX);
  letter(&text, m, t);
  const evd_mail mail = {.url = m->words.smtp,
                         .from = m->words.mail_from,
                         .to = m->words.mail_to,
                         .user = m->user[0] ? m->user : NULL,
                         .password = m->password,
                         .subject = subject,
                         .text = {text.p, text.n},
                         .limit_ms = ROUTE_MS};
  evd_err e = evd_buf_ok(&text) ? evd_mail_send(&mail, why) : EVD_ERR_SPACE;
  evd_buf_close(&text);
  return e == EVD_OK;
}

typedef bool send_fn(evd_monitor *m, const evd_told *t, char why[256]);
static send_fn *const ways[EVD_N_ROUTES] = {by_hook, by_web, by_mail};
static const char *const names[EVD_N_ROUTES] = {"hook", "webhook", "mail"};

static bool given(const evd_monitor *m, int route) {
  const char *const words[EVD_N_ROUTES] = {m->words.hook, m->words.webhook,
                                           m->words.smtp};
  return words[route] != NULL;
}

static void send_on(evd_monitor *m, int route) {
  evd_route *r = &m->routes[route];
  if (m->n_told - r->sent > EVD_MONITOR_KEPT)
    r->sent = m->n_told - EVD_MONITOR_KEPT;
  while (r->sent < m->n_told) {
    if (!ways[route](m, &m->told[r->sent % EVD_MONITOR_KEPT], r->why)) {
      if (r->failed++ == 0) /* once, not at every look */
        evd_complain(EVD_ERR_IO, "monitor: %s: %s; it is tried again",
                     names[route], r->why);
      return;
    }
    r->sent++;
    r->failed = 0;
  }
}

void evd_monitor_send(evd_monitor *m) {
  for (int i = 0; i < EVD_N_ROUTES; i++)
    if (given(m, i))
      send_on(m, i);
}

void evd_monitor_forget(evd_monitor *m) {
  for (int i = 0; i < EVD_MONITOR_KEPT; i++)
    evd_buf_close(&m->told[i].line);
}

/* ---- what was given ---- */

/* The next line of the login file. */
static bool take_line(evd_span *from, char *out, size_t room) {
  size_t n = 0;
  while (n < from->n && from->p[n] != '\n')
    n++;
  if (n == from->n || n == 0 || n >= room)
    return false;
  memcpy(out, from->p, n);
  out[n] = 0;
  from->p += n + 1;
  from->n -= n + 1;
  return true;
}

static evd_err read_login(evd_monitor *m) {
  evd_span text = {NULL, 0};
  EVD_TRY(
      evd_file_read(m->words.mail_login, LOGIN_BYTES_MAX, &text, &m->arena));
  if (take_line(&text, m->user, sizeof m->user) &&
      take_line(&text, m->password, sizeof m->password) && text.n == 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_FORM,
                      "%s: expected two lines, a user and a password",
                      m->words.mail_login);
}

static evd_err check_mail(evd_monitor *m) {
  const evd_monitor_words *w = &m->words;
  if (!evd_mail_url_allowed(w->smtp))
    return evd_complain(EVD_ERR_USAGE,
                        "--smtp: expected smtp://host or smtps://host");
  if (!w->mail_from || !evd_mail_address_allowed(w->mail_from))
    return evd_complain(EVD_ERR_USAGE, "--mail-from: expected an address");
  if (!w->mail_to || !evd_mail_address_allowed(w->mail_to))
    return evd_complain(EVD_ERR_USAGE, "--mail-to: expected an address");
  return w->mail_login ? read_login(m) : EVD_OK;
}

evd_err evd_monitor_routes(evd_monitor *m) {
  if (m->words.webhook && !evd_http_url_allowed(m->words.webhook))
    return evd_complain(EVD_ERR_USAGE, "--webhook: expected an address, "
                                       "http:// or https://");
  return m->words.smtp ? check_mail(m) : EVD_OK;
}
