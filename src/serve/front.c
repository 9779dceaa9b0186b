/* `front`: speaks HTTP and passes on what it gets. It opens no file, has no
 * key, and knows no address. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/http_head.h"
#include "host/httpd.h"
#include "serve/processes.h"

#define MIB ((size_t)1 << 20)
enum {
  CALLS_MAX = 512,
  IDLE_MAX = 16384,
  HEAD_MS = 10000,
  BODY_MS = 60000,
  ANSWER_MS = 60000,
  FILES_AT_ONCE = 8,
  METRICS_CALLS = 8,
  METRICS_IDLE = 16,
  TURN_MS = 100,
  STATUSES = 600
};

/* Where a request is. */
enum { AT_NOBODY, AT_QUEUE, AT_CHECK, AT_SEQ, AT_SHELF, AT_FILES };
typedef struct {
  evd_httpd_call *call; /* NULL: a free place */
  uint64_t id;
  int at, body; /* its memory file, while it is in the queue */
  char path[EVD_HTTP_TARGET_MAX + 1]; /* of a file, without the slash */
} visitor;

typedef struct {
  const evd_serve_plan *plan;
  const int *to;
  evd_httpd *http, *metrics;
  visitor visitors[CALLS_MAX + METRICS_CALLS];
  uint64_t next_id;
  uint64_t busy[EVD_CHECKERS_MAX]; /* the request it has; 0: none */
  uint32_t n_files;                /* requests that `files` has */
  uint64_t answered[STATUSES];
  uint64_t proofs; /* objects that had proofs judged */
  bool stopping;
} front;

static visitor *find(front *f, uint64_t id) {
  for (size_t i = 0; i < sizeof f->visitors / sizeof *f->visitors; i++)
    if (f->visitors[i].call && f->visitors[i].id == id)
      return &f->visitors[i];
  return NULL;
}

static visitor *admit(front *f, evd_httpd_call *call, int at) {
  for (size_t i = 0; i < sizeof f->visitors / sizeof *f->visitors; i++)
    if (!f->visitors[i].call) {
      f->visitors[i] =
          (visitor){.call = call, .id = ++f->next_id, .at = at, .body = -1};
      return &f->visitors[i];
    }
  return NULL;
}

static void count(front *f, unsigned status) {
  if (status < STATUSES)
    f->answered[status]++;
}

static void say(front *f, evd_httpd_call *call, unsigned status,
                const char *text) {
  count(f, status);
  evd_httpd_say(call, status, text);
}

/* ---- what is asked ---- */

static void on_submit(front *f, evd_httpd_call *call, evd_span body) {
  visitor *v = NULL;
  if (f->stopping) {
    say(f, call, EVD_HTTP_BUSY, "the server is being stopped");
    return;
  }
  int file = evd_memory_file(body);
  if (file >= 0)
    v = admit(f, call, AT_QUEUE);
  if (v) {
    v->body = file;
    return;
  }
  if (file >= 0)
    (void)close(file);
  say(f, call, EVD_HTTP_BUSY, "too many requests at a time");
}

static void on_read(front *f, evd_httpd_call *call, const char *path) {
  visitor *v = admit(f, call, AT_SHELF);
  if (v)
    (void)snprintf(v->path, sizeof v->path, "%s", path + 1);
  else
    say(f, call, EVD_HTTP_BUSY, "too many requests at a time");
}

/* Booths are pages of other origins, whose browsers ask first. */
static void on_options(front *f, evd_httpd_call *call, bool submit) {
  const evd_httpd_answer a = {.status = EVD_HTTP_NO_CONTENT,
                              .file = -1,
                              .allow = submit ? "POST" : "GET"};
  count(f, a.status);
  evd_httpd_reply(call, &a);
}

static void on_ask(void *self, evd_httpd_call *call,
                   const evd_httpd_question *q) {
  front *f = self;
  bool post = strcmp(q->method, "POST") == 0;
  bool submit = strcmp(q->path, "/submit") == 0;
  if (strcmp(q->method, "OPTIONS") == 0)
    on_options(f, call, submit);
  else if (post && submit)
    on_submit(f, call, q->body);
  else if (post || submit)
    say(f, call, EVD_HTTP_METHOD, "POST is for /submit alone");
  else if (q->path[1] == 0)
    say(f, call, EVD_HTTP_NOT_FOUND, "there is no such file");
  else
    on_read(f, call, q->path);
}

static void on_metrics(void *self, evd_httpd_call *call,
                       const evd_httpd_question *q) {
  front *f = self;
  evd_msg m;
  visitor *v = NULL;
  if (strcmp(q->path, "/metrics") != 0 || strcmp(q->method, "POST") == 0) {
    evd_httpd_say(call, EVD_HTTP_NOT_FOUND, "there is /metrics alone");
    return;
  }
  v = admit(f, call, AT_SEQ);
  evd_msg_init(&m, EVD_MSG_ASK_STATS);
  m.id = v ? v->id : 0;
  if (v && evd_msg_send(f->to[EVD_PROCESS_SEQ], &m, -1) == EVD_OK)
    return;
  if (v)
    v->call = NULL;
  evd_httpd_say(call, EVD_HTTP_BUSY, "ask again");
}

/* ---- what is answered ---- */

/* Only `checkpoint` ever changes. */
static const char *cache_of(const visitor *v) {
  return v->at == AT_FILES ? "public, max-age=1" : NULL;
}

static void put(evd_buf *out, const char *type, const char *name, uint64_t n) {
  char line[160];
  (void)snprintf(line, sizeof line, "# TYPE evident_%s %s\nevident_%s %llu\n",
                 name, type, name, (unsigned long long)n);
  evd_buf_text(out, line);
}

static void put_answers(evd_buf *out, const front *f) {
  char line[128];
  evd_buf_text(out, "# TYPE evident_http_answers_total counter\n");
  for (unsigned s = 0; s < STATUSES; s++) {
    if (f->answered[s] == 0)
      continue;
    (void)snprintf(line, sizeof line,
                   "evident_http_answers_total{status=\"%u\"} %llu\n", s,
                   (unsigned long long)f->answered[s]);
    evd_buf_text(out, line);
  }
}

/* `seq`'s lines and our own. */
static void reply_metrics(front *f, evd_httpd_call *call, const evd_msg *m) {
  evd_buf out;
  uint32_t queued = 0;
  evd_buf_init(&out, 1 << 16);
  evd_buf_add(&out, m->bytes, m->n);
  for (size_t i = 0; i < CALLS_MAX; i++)
    queued += f->visitors[i].call && f->visitors[i].at == AT_QUEUE;
  put(&out, "gauge", "http_requests", evd_httpd_calls(f->http));
  put(&out, "gauge", "http_queued", queued);
  put(&out, "counter", "proofs_judged_total", f->proofs);
  put_answers(&out, f);
  const evd_httpd_answer a = {.status = EVD_HTTP_OK,
                              .type = "text/plain; version=0.0.4",
                              .body = {out.p, out.n},
                              .file = -1};
  evd_httpd_reply(call, &a);
  evd_buf_close(&out);
}

static void reply(front *f, visitor *v, const evd_msg *m, int file) {
  char text[512];
  evd_httpd_call *call = v->call;
  const evd_httpd_answer a = {
      .status = m->status,
      .type = v->at == AT_FILES ? "application/octet-stream" : NULL,
      .cache = cache_of(v),
      .file = file,
      .file_bytes = m->a};
  v->call = NULL;
  if (m->kind == EVD_MSG_ASK_STATS) {
    reply_metrics(f, call, m);
    return;
  }
  (void)snprintf(text, sizeof text, "%.*s", (int)m->n, (const char *)m->bytes);
  if (file < 0) {
    say(f, call, m->status, text);
    return;
  }
  count(f, m->status);
  evd_httpd_reply(call, &a);
}

/* ---- others ---- */

/* One message of `from`. Requests whose client went away are answered, too:
 * the library knows. */
static evd_err take(front *f, uint32_t from) {
  evd_msg m;
  int file = -1;
  EVD_TRY(evd_msg_get(f->to[from], &m, &file));
  visitor *v = find(f, m.id);
  if (m.kind == EVD_MSG_STOP) {
    f->stopping = true;
    evd_httpd_stop_listening(f->http);
  }
  if (from == EVD_PROCESS_FILES)
    f->n_files--;
  if (from >= EVD_PROCESS_CHECK) {
    f->busy[from - EVD_PROCESS_CHECK] = 0;
    f->proofs += m.b;
  }
  if (v && m.kind == EVD_MSG_PASSED)
    v->at = AT_SEQ;
  if (v && (m.kind == EVD_MSG_ANSWER || m.kind == EVD_MSG_ASK_STATS))
    reply(f, v, &m, file);
  else if (file >= 0)
    (void)close(file);
  return EVD_OK;
}

static visitor *next_at(front *f, int at) {
  visitor *first = NULL;
  for (size_t i = 0; i < sizeof f->visitors / sizeof *f->visitors; i++) {
    visitor *v = &f->visitors[i];
    if (v->call && v->at == at && (!first || v->id < first->id))
      first = v;
  }
  return first;
}

static evd_err give_work(front *f) {
  for (uint32_t i = 0; i < f->plan->workers; i++) {
    visitor *v = f->busy[i] ? NULL : next_at(f, AT_QUEUE);
    evd_msg m;
    if (!v)
      continue;
    evd_msg_init(&m, EVD_MSG_JOB);
    m.id = f->busy[i] = v->id;
    EVD_TRY(evd_msg_send(f->to[EVD_PROCESS_CHECK + i], &m, v->body));
    (void)close(v->body);
    v->body = -1;
    v->at = AT_CHECK;
  }
  return EVD_OK;
}

/* A few at a time: were both sides full of messages, both would wait. */
static evd_err ask_files(front *f) {
  while (f->n_files < FILES_AT_ONCE) {
    visitor *v = next_at(f, AT_SHELF);
    evd_msg m;
    if (!v)
      return EVD_OK;
    evd_msg_init(&m, EVD_MSG_FILE);
    m.id = v->id;
    evd_msg_add(&m, v->path, strlen(v->path));
    EVD_TRY(evd_msg_send(f->to[EVD_PROCESS_FILES], &m, -1));
    v->at = AT_FILES;
    f->n_files++;
  }
  return EVD_OK;
}

/* ---- the loop ---- */

/* Only what has something to say is read; *ended: nobody asks any more. */
static evd_err turn(front *f, bool *ended) {
  struct pollfd p[EVD_PROCESSES_MAX + 2];
  uint32_t from[EVD_PROCESSES_MAX + 2], n = 0;
  for (uint32_t r = 0; r < EVD_PROCESSES_MAX; r++)
    if (f->to[r] >= 0) {
      from[n] = r;
      p[n++] = (struct pollfd){.fd = f->to[r], .events = POLLIN};
    }
  uint32_t others = n;
  p[n++] = (struct pollfd){.fd = evd_httpd_fd(f->http), .events = POLLIN};
  if (f->metrics)
    p[n++] = (struct pollfd){.fd = evd_httpd_fd(f->metrics), .events = POLLIN};
  (void)poll(p, n, evd_httpd_more(f->http) ? 0 : TURN_MS);
  for (uint32_t i = 0; i < others; i++)
    if (p[i].revents)
      EVD_TRY(take(f, from[i]));
  evd_httpd_run(f->http);
  if (f->metrics)
    evd_httpd_run(f->metrics);
  *ended = f->stopping && evd_httpd_calls(f->http) == 0;
  EVD_TRY(ask_files(f));
  return give_work(f);
}

static evd_err open_all(front *f) {
  evd_httpd_plan plan = {.self = f,
                         .ask = on_ask,
                         .body_max = 64 * MIB,
                         .bodies_max = 128 * MIB,
                         .calls_max = CALLS_MAX,
                         .idle_max = IDLE_MAX,
                         .options = true,
                         .head_ms = HEAD_MS,
                         .body_ms = BODY_MS,
                         .answer_ms = ANSWER_MS};
  EVD_TRY(evd_httpd_open(&f->http, f->plan->listener, &plan));
  if (f->plan->metrics < 0)
    return EVD_OK;
  plan.ask = on_metrics;
  plan.options = false;
  plan.body_max = plan.bodies_max = 0;
  plan.calls_max = METRICS_CALLS;
  plan.idle_max = METRICS_IDLE;
  return evd_httpd_open(&f->metrics, f->plan->metrics, &plan);
}

static evd_err wait_until_ready(front *f) {
  evd_msg m;
  int file = -1;
  EVD_TRY(evd_msg_get(f->to[EVD_PROCESS_SEQ], &m, &file));
  return m.kind == EVD_MSG_READY ? EVD_OK : EVD_ERR_FORM;
}

evd_err evd_process_front(const evd_serve_plan *p, const int *to) {
  static front f; /* of the one that a process is */
  bool ended = false;
  f.plan = p;
  f.to = to;
  evd_err e = open_all(&f);
  if (e == EVD_OK)
    e = evd_process_jail(EVD_PROCESS_FRONT, p);
  if (e == EVD_OK)
    e = wait_until_ready(&f);
  while (e == EVD_OK && !ended)
    e = turn(&f, &ended);
  if (ended)
    evd_httpd_close(f.http);
  return e;
}
