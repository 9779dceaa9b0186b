/* evident monitor: follows a board and its witnesses, and raises alarms. */
#include "serve/monitor.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "cmd/args.h"
#include "hash/hash.h"
#include "host/board_dir.h"
#include "host/child.h"
#include "host/host.h"
#include "host/place.h"
#include "serve/verbs.h"

#define ARENA_BYTES_MAX ((size_t)64 << 20)
#define ASK_MS 5000
enum {
  INTERVAL_SECONDS = 5,
  INTERVAL_SECONDS_MAX = 86400, /* a day */
  AGE_SECONDS = 60,
  SEALED_OF_100 = 30,
  HTTP_OK = 200
};

static volatile sig_atomic_t stop;
static void on_signal(int number) { stop = number; }

/* ---- options ---- */

static evd_err number(const char *name, const char *text, uint32_t most,
                      uint32_t *out) {
  uint64_t v = 0;
  if (!text)
    return EVD_OK;
  for (const char *p = text; *p; p++) {
    if (*p < '0' || *p > '9' || v > most)
      v = (uint64_t)most + 1;
    else
      v = 10 * v + (uint64_t)(*p - '0');
  }
  if (!*text || v > most)
    return evd_complain(EVD_ERR_USAGE, "monitor: --%s: expected 0 to %u", name,
                        most);
  *out = (uint32_t)v;
  return EVD_OK;
}

static evd_err read_words(evd_monitor_words *w, int argc, char **argv) {
  const char *interval = NULL, *age = NULL, *sealed = NULL, *judge = NULL;
  const evd_option_row rows[] = {
      EVD_OPT("board", w->board),     EVD_OPT("policy", w->policy),
      EVD_OPT("state", w->state),     EVD_OPT("alarms", w->alarms),
      EVD_OPT("metrics", w->metrics), EVD_OPT("page", w->page),
      EVD_OPT("hook", w->hook),       EVD_OPT("webhook", w->webhook),
      EVD_OPT("smtp", w->smtp),       EVD_OPT("mail-from", w->mail_from),
      EVD_OPT("mail-to", w->mail_to), EVD_OPT("mail-login", w->mail_login),
      EVD_OPT("post", w->post),       EVD_OPT("key", w->key),
      EVD_OPT("users", w->users),     EVD_OPT_OPENS(w->secrets),
      EVD_OPT("interval", interval),  EVD_OPT("max-age", age),
      EVD_OPT("sealed", sealed),      EVD_OPT("judge-one-of", judge),
      EVD_OPT_FLAG("once", w->once),  EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, NULL, 0, ""));
  EVD_TRY(evd_arg_needed("monitor", "board", w->board));
  EVD_TRY(evd_arg_needed("monitor", "policy", w->policy));
  EVD_TRY(evd_arg_needed("monitor", "state", w->state));
  w->interval_ms = INTERVAL_SECONDS;
  w->max_age = AGE_SECONDS;
  w->sealed_most = SEALED_OF_100;
  w->judge_one_of = 1;
  EVD_TRY(number("interval", interval, INTERVAL_SECONDS_MAX, &w->interval_ms));
  EVD_TRY(number("max-age", age, UINT32_MAX - 1, &w->max_age));
  EVD_TRY(number("sealed", sealed, 100, &w->sealed_most));
  EVD_TRY(number("judge-one-of", judge, 1000000, &w->judge_one_of));
  w->interval_ms *= 1000;
  return EVD_OK;
}

/* ---- witnesses ---- */

static void witness_url(char *out, size_t n, const evd_policy_name *name,
                        evd_span origin) {
  static const char digits[] = "0123456789abcdef";
  evd_sha256 c;
  evd_h32 h;
  char hex[65] = "";
  evd_sha256_init(&c);
  evd_sha256_add(&c, origin.p, origin.n);
  evd_sha256_out(&c, &h);
  for (size_t i = 0; i < sizeof h.b; i++) {
    hex[2 * i] = digits[h.b[i] >> 4];
    hex[2 * i + 1] = digits[h.b[i] & 15];
  }
  snprintf(out, n, "%.*s/%s/checkpoint", (int)name->url.n,
           (const char *)name->url.p, hex);
}

static evd_err ask_witnesses(evd_monitor *m) {
  const evd_lookout_state *s = evd_lookout_seen(m->watch);
  char url[EVD_HTTP_URL_BYTES_MAX], who[EVD_NOTE_NAME_MAX + 1];
  evd_err e = EVD_OK;
  for (uint32_t i = 0; i < s->policy->n_names && e == EVD_OK; i++) {
    const evd_policy_name *name = &s->policy->names[i];
    evd_http_answer answer;
    if (name->group || name->url.n == 0)
      continue;
    witness_url(url, sizeof url, name, s->origin);
    snprintf(who, sizeof who, "%s", name->key.name);
    const evd_http_ask ask = {
        .url = url, .max_bytes = EVD_NOTE_BYTES_MAX, .limit_ms = ASK_MS};
    if (evd_http_do(m->http, &ask, &answer) == EVD_OK &&
        answer.status == HTTP_OK)
      e = evd_lookout_other(m->watch, (evd_span){answer.body.p, answer.body.n},
                            who);
    evd_buf_close(&answer.body);
  }
  return e;
}

/* ---- intake ---- */

/* The number in the line that begins so; false: there is no such line. */
static bool counter(const evd_buf *b, const char *name, uint64_t *out) {
  evd_span line, number;
  const size_t n = strlen(name);
  for (size_t at = 0; at < b->n; at += line.n + 1) {
    const uint8_t *end = memchr(b->p + at, '\n', b->n - at);
    line = (evd_span){b->p + at, end ? (size_t)(end - b->p) - at : b->n - at};
    if (line.n <= n || memcmp(line.p, name, n) != 0)
      continue;
    number = (evd_span){line.p + n, line.n - n};
    return evd_decimal_read(out, number);
  }
  return false;
}

static void ask_metrics(evd_monitor *m) {
  evd_http_answer answer;
  const evd_http_ask ask = {.url = m->words.metrics,
                            .max_bytes = EVD_NOTE_BYTES_MAX,
                            .limit_ms = ASK_MS};
  m->intake = false;
  if (!m->words.metrics)
    return;
  uint64_t taken = 0, published = 0;
  if (evd_http_do(m->http, &ask, &answer) == EVD_OK &&
      answer.status == HTTP_OK &&
      counter(&answer.body, "evident_log_entries ", &taken) &&
      counter(&answer.body, "evident_log_published ", &published)) {
    m->intake = true;
    evd_lookout_intake(m->watch, taken, published);
  }
  evd_buf_close(&answer.body);
}

/* ---- looking ---- */

static evd_err keep_head(evd_monitor *m, evd_log_head *kept) {
  const evd_lookout_state *s = evd_lookout_seen(m->watch);
  if (s->note.n == 0 || (s->head.size == kept->size && kept->size))
    return EVD_OK;
  *kept = s->head;
  const char *path = evd_path(&m->arena, "%s/head", m->words.state);
  return evd_file_write(path, s->note.p, s->note.n, 0644, EVD_REPLACE);
}

static evd_err look(evd_monitor *m, evd_log_head *kept) {
  m->now = evd_clock_seconds();
  m->n_new = 0;
  EVD_TRY(evd_lookout_look(m->watch, m->now));
  EVD_TRY(ask_witnesses(m));
  ask_metrics(m);
  evd_lookout_settle(m->watch);
  evd_room_remember(&m->past, evd_lookout_seen(m->watch), m->now);
  evd_monitor_page(m, false);
  evd_monitor_send(m);
  evd_monitor_post(m);
  return keep_head(m, kept);
}

static bool any_on(const evd_monitor *m) {
  const evd_lookout_state *s = evd_lookout_seen(m->watch);
  for (uint32_t i = 0; i < EVD_ALARM_CODES; i++)
    if (s->lamps[i].on)
      return true;
  return false;
}

static evd_err run(evd_monitor *m) {
  evd_log_head kept = {0, {{0}}};
  do {
    evd_arena_point before = evd_arena_mark(&m->arena);
    EVD_TRY(look(m, &kept));
    evd_arena_back(&m->arena, before);
    for (uint32_t ms = 0; !m->words.once && !stop && ms < m->words.interval_ms;
         ms += 100)
      evd_wait_ms(100);
  } while (!m->words.once && !stop);
  if (m->trouble)
    return EVD_ERR_IO;
  return m->words.once && any_on(m) ? EVD_ERR_FAIL : EVD_OK;
}

/* ---- one monitor ---- */

/* With --users: who reads the network is another user than the key's process,
 * and neither is root. */
static evd_err find_users(evd_monitor *m) {
  static const char *const roles[] = {
      [EVD_MONITOR_WATCH] = "watch", [EVD_MONITOR_SIGN] = "sign"};
  const uint32_t n = m->words.post ? 2 : 1;
  return m->words.users
             ? evd_users_find(m->users, roles, n, "monitor", m->words.users)
             : EVD_OK;
}

static evd_err become_watch(evd_monitor *m) {
  const evd_user *u = &m->users[EVD_MONITOR_WATCH];
  if (!m->words.users)
    return EVD_OK;
  EVD_TRY(evd_user_folder(m->words.state, u, 0700));
  if (m->words.page)
    EVD_TRY(evd_user_folder(m->words.page, u, 0755));
  return evd_user_become(u, false);
}

static evd_err begin(evd_monitor *m) {
  evd_span kept = {NULL, 0};
  const char *path = evd_path(&m->arena, "%s/head", m->words.state);
  EVD_TRY(find_users(m));
  EVD_TRY(evd_file_read(m->words.policy, EVD_POLICY_BYTES_MAX, &m->policy,
                        &m->arena));
  EVD_TRY(evd_monitor_routes(m));
  EVD_TRY(evd_dir_make(m->words.state, 0700));
  EVD_TRY(evd_monitor_page_begin(m));
  EVD_TRY(evd_monitor_post_begin(m));
  EVD_TRY(become_watch(m));
  if (evd_file_exists(path))
    EVD_TRY(evd_file_read(path, EVD_NOTE_BYTES_MAX, &kept, &m->arena));
  EVD_TRY(evd_board_open(&m->files, m->words.board));
  EVD_TRY(evd_http_open(&m->http, NULL));
  const evd_lookout_plan plan = {.files = &m->files,
                                 .policy = m->policy,
                                 .max_age = m->words.max_age,
                                 .sealed_most = m->words.sealed_most,
                                 .judge_one_of = m->words.judge_one_of,
                                 .say = evd_monitor_deliver,
                                 .self = m};
  return evd_lookout_open(&m->watch, &plan, kept);
}

evd_err evd_serve_monitor(int argc, char **argv) {
  static evd_monitor m = {.key = {.end = -1}};
  struct sigaction a = {.sa_handler = on_signal};
  EVD_TRY(read_words(&m.words, argc, argv));
  (void)sigaction(SIGTERM, &a, NULL);
  (void)sigaction(SIGINT, &a, NULL);
  evd_arena_init(&m.arena, ARENA_BYTES_MAX);
  evd_err e = begin(&m);
  if (e == EVD_OK)
    e = run(&m);
  /* One look stays as it was, unless it did not come to its end. */
  if (m.watch && (!m.words.once || e == EVD_ERR_SPACE))
    evd_monitor_page(&m, true);
  evd_monitor_forget(&m);
  evd_monitor_post_end(&m);
  evd_lookout_close(m.watch);
  evd_http_close(m.http);
  if (m.files.self)
    evd_board_close(&m.files, m.words.board);
  evd_arena_close(&m.arena);
  return e;
}
