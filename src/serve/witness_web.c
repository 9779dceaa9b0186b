#include "serve/witness_web.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "host/host.h"
#include "host/http_head.h"
#include "host/httpd.h"
#include "host/mem.h"
#include "host/place.h"

enum {
  CALLS_MAX = 256, /* that wait for keep */
  IDLE_MAX = 1024,
  TURN_MS = 100,
  PATIENCE_MS = 10000, /* for a head, a body, an answer */
  ADD = 'A',
  GET = 'G',
  STATUS_BYTES = 2,
  HEAD_BYTES = 3,           /* status and type */
  PACKET_BYTES = 3 + 131072 /* what a witness ever says */
};

/* ---- web ---- */

typedef struct {
  int keep;
  evd_httpd *httpd;
  /* Those that wait for keep's answers, the oldest at `first`. */
  evd_httpd_call *calls[CALLS_MAX];
  uint32_t first, n;
  uint8_t packet[PACKET_BYTES];
} web;

static void hand_over(web *s, evd_httpd_call *call, uint8_t what,
                      evd_span bytes) {
  if (s->n == CALLS_MAX || bytes.n + 1 > sizeof s->packet) {
    evd_httpd_say(call, EVD_HTTP_BUSY, "busy");
    return;
  }
  s->packet[0] = what;
  if (bytes.n > 0)
    memcpy(s->packet + 1, bytes.p, bytes.n);
  if (send(s->keep, s->packet, bytes.n + 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
    evd_httpd_say(call, EVD_HTTP_BUSY, "busy");
    return;
  }
  s->calls[(s->first + s->n++) % CALLS_MAX] = call;
}

static void on_ask(void *self, evd_httpd_call *call,
                   const evd_httpd_question *q) {
  const char *path = q->path + 1;
  if (strcmp(path, "add-checkpoint") != 0)
    hand_over(self, call, GET, (evd_span){(const uint8_t *)path, strlen(path)});
  else if (strcmp(q->method, "POST") == 0)
    hand_over(self, call, ADD, q->body);
  else
    evd_httpd_say(call, EVD_HTTP_METHOD, "POST is expected");
}

static void pass_on(web *s, size_t n) {
  evd_httpd_call *call = s->calls[s->first];
  s->first = (s->first + 1) % CALLS_MAX;
  s->n--;
  const evd_httpd_answer a = {
      .status = (unsigned)s->packet[0] << 8 | s->packet[1],
      .type = s->packet[STATUS_BYTES] ? EVD_WITNESS_SIZE_TYPE : NULL,
      .body = {s->packet + HEAD_BYTES, n - HEAD_BYTES},
      .file = -1};
  evd_httpd_reply(call, &a);
}

/* False: keep has gone. */
static bool take_answers(web *s) {
  while (s->n > 0) {
    ssize_t n = recv(s->keep, s->packet, sizeof s->packet, MSG_DONTWAIT);
    if (n < 0)
      return errno == EAGAIN || errno == EINTR;
    if (n < HEAD_BYTES)
      return false;
    pass_on(s, (size_t)n);
  }
  return true;
}

static void drop_calls(web *s) {
  for (; s->n > 0; s->n--) {
    evd_httpd_say(s->calls[s->first], EVD_HTTP_BUSY, "the witness stops");
    s->first = (s->first + 1) % CALLS_MAX;
  }
}

static evd_err run_web(web *s) {
  for (;;) {
    struct pollfd p[2] = {{.fd = evd_httpd_fd(s->httpd), .events = POLLIN},
                          {.fd = s->keep, .events = POLLIN}};
    if (poll(p, 2, TURN_MS) < 0 && errno != EINTR)
      return evd_complain(EVD_ERR_IO, "cannot wait: %s", strerror(errno));
    if (!take_answers(s) || (p[1].revents & POLLHUP) != 0)
      return EVD_OK;
    evd_httpd_run(s->httpd); /* sends what was answered */
  }
}

evd_err evd_witness_web(int listener, int keep, const evd_jail *jail) {
  web *s = evd_mem_get(sizeof *s);
  const evd_httpd_plan plan = {.self = s,
                               .ask = on_ask,
                               .body_max = EVD_WITNESS_ASK_BYTES_MAX,
                               .bodies_max =
                                   CALLS_MAX * EVD_WITNESS_ASK_BYTES_MAX,
                               .calls_max = CALLS_MAX,
                               .idle_max = IDLE_MAX,
                               .head_ms = PATIENCE_MS,
                               .body_ms = PATIENCE_MS,
                               .answer_ms = PATIENCE_MS};
  if (!s)
    return evd_complain(EVD_ERR_SPACE, "no memory to serve");
  s->keep = keep;
  evd_err e = evd_httpd_open(&s->httpd, listener, &plan);
  if (e == EVD_OK) {
    tzset(); /* the Date of answers: a file is read for it once */
    if (jail)
      e = evd_jail_enter(jail, NULL);
    if (e == EVD_OK)
      e = run_web(s);
    drop_calls(s);
    evd_httpd_run(s->httpd);
    evd_httpd_close(s->httpd);
  }
  (void)close(keep);
  evd_mem_free(s);
  return e;
}

/* ---- keep ---- */

static evd_err answer(evd_witness *w, int to, const uint8_t *packet, size_t n) {
  evd_witness_answer a;
  uint8_t head[HEAD_BYTES];
  evd_buf out;
  const evd_span bytes = {packet + 1, n - 1};
  evd_witness_answer_init(&a);
  evd_buf_init(&out, PACKET_BYTES);
  if (packet[0] == ADD)
    evd_witness_add(w, bytes, evd_clock_seconds(), &a);
  else
    evd_witness_get(w, bytes, &a);
  head[0] = (uint8_t)(a.status >> 8);
  head[1] = (uint8_t)a.status;
  head[STATUS_BYTES] = strcmp(a.type, EVD_WITNESS_SIZE_TYPE) == 0;
  evd_buf_add(&out, head, sizeof head);
  evd_buf_add(&out, a.body.p, a.body.n);
  bool sent = evd_buf_ok(&a.body) && evd_buf_ok(&out) &&
              send(to, out.p, out.n, MSG_NOSIGNAL) == (ssize_t)out.n;
  evd_witness_answer_close(&a);
  evd_buf_close(&out);
  return sent ? EVD_OK : EVD_ERR_IO;
}

evd_err evd_witness_keep(evd_witness *w, int from, const volatile int *stop) {
  uint8_t packet[1 + EVD_WITNESS_ASK_BYTES_MAX];
  sigset_t open;
  (void)sigemptyset(&open);
  while (!stop || *stop == 0) {
    struct pollfd p = {.fd = from, .events = POLLIN};
    int ready = ppoll(&p, 1, NULL, stop ? &open : NULL);
    if (ready < 0 && errno == EINTR)
      continue;
    ssize_t n = ready < 0 ? -1 : recv(from, packet, sizeof packet, 0);
    if (n == 0)
      return EVD_OK;
    if (n < 0 || answer(w, from, packet, (size_t)n) != EVD_OK)
      return evd_complain(EVD_ERR_IO, "the witness's web side has gone");
  }
  return EVD_OK;
}
