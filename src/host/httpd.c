/* Connections: accepted, looked at, handed to libmicrohttpd, answered. */
#include "host/httpd.h"

#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/host.h"
#include "host/http_head.h"
#include "host/mem.h"
#include "host/place.h"

enum {
  ACCEPTS = 256, /* in one turn */
  EVENTS = 128,
  LIBRARY_BYTES = 32768, /* of a connection */
  LIBRARY_SECONDS = 60,  /* without a byte; our own limits are shorter */
  DRAIN_BYTES = 65536,
  TURNS = 8
};
/* Words that an event carries: above all slots of waiting connections. */
#define LISTENER UINT32_MAX
#define LIBRARY (UINT32_MAX - 1)
#define NO_SLOT (UINT32_MAX - 2)

/* A connection without a head; oldest first in a list. Free slots are in the
 * list of `next` too. */
typedef struct {
  int fd;
  uint32_t next, before;
  uint64_t since;
} waiting;

struct evd_httpd_call {
  evd_httpd *h;
  struct MHD_Connection *connection;
  struct MHD_Response *response;
  evd_buf body;
  uint64_t deadline; /* of a body or an answer under way; 0: none */
  unsigned status;
  int socket;
  bool asked, suspended, dropped;
  evd_httpd_call *next, *before;
};

struct evd_httpd {
  bool more; /* the library has work that waits for nothing */
  evd_httpd_plan plan;
  int listener, events;
  sa_family_t family;
  struct MHD_Daemon *library;
  waiting *idle;
  uint32_t oldest, newest, free_slot;
  evd_httpd_call *calls;
  uint32_t n_calls, n_dropped;
  uint64_t bodies_n;  /* bytes of all bodies, as far as they have come */
  uint64_t waiting_n; /* of those that are whole */
  uint64_t looked_ms;
};

/* Its body is not needed any more. */
static void empty(evd_httpd_call *c) {
  c->h->bodies_n -= c->body.n;
  c->h->waiting_n -= c->asked ? c->body.n : 0;
  evd_buf_close(&c->body);
}

/* ---- what the filter says itself ---- */

static const char *phrase(unsigned status) {
#define CASE(name, number, text)                                               \
  case number:                                                                 \
    return text;
  switch (status) { EVD_HTTP_STATUSES(CASE) }
#undef CASE
  return "";
}

/* Says so and hangs up. What the client has sent is taken out first: a reset
 * would eat the answer. */
static void refuse(int fd, unsigned status) {
  static uint8_t drain[DRAIN_BYTES];
  char text[256];
  int n = snprintf(text, sizeof text,
                   "HTTP/1.1 %u %s\r\nConnection: close\r\n"
                   "Content-Length: 0\r\n%s\r\n",
                   status, phrase(status),
                   status == EVD_HTTP_BUSY ? "Retry-After: 2\r\n" : "");
  if (n > 0)
    (void)!send(fd, text, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT);
  (void)shutdown(fd, SHUT_WR);
  (void)!recv(fd, drain, sizeof drain, MSG_DONTWAIT);
  (void)close(fd);
}

/* ---- connections without a head ---- */

static void unlink_slot(evd_httpd *h, uint32_t i) {
  waiting *w = &h->idle[i];
  if (w->before == NO_SLOT)
    h->oldest = w->next;
  else
    h->idle[w->before].next = w->next;
  if (w->next == NO_SLOT)
    h->newest = w->before;
  else
    h->idle[w->next].before = w->before;
  w->fd = -1;
  w->next = h->free_slot;
  h->free_slot = i;
}

/* The connection leaves the list; whoever asks decides about it. */
static int take_slot(evd_httpd *h, uint32_t i) {
  int fd = h->idle[i].fd;
  (void)epoll_ctl(h->events, EPOLL_CTL_DEL, fd, NULL);
  unlink_slot(h, i);
  return fd;
}

static void drop_oldest(evd_httpd *h) {
  if (h->oldest != NO_SLOT)
    (void)close(take_slot(h, h->oldest));
}

static void hold(evd_httpd *h, int fd) {
  if (h->free_slot == NO_SLOT)
    drop_oldest(h);
  uint32_t i = h->free_slot;
  struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET,
                          .data = {.u32 = i}};
  if (epoll_ctl(h->events, EPOLL_CTL_ADD, fd, &e) != 0) {
    (void)close(fd);
    return;
  }
  waiting *w = &h->idle[i];
  h->free_slot = w->next;
  *w = (waiting){fd, NO_SLOT, h->newest, evd_clock_ms()};
  if (h->newest == NO_SLOT)
    h->oldest = i;
  else
    h->idle[h->newest].next = i;
  h->newest = i;
}

static void accept_some(evd_httpd *h) {
  for (int n = 0; n < ACCEPTS && h->listener >= 0; n++) {
    int fd = accept4(h->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0)
      hold(h, fd);
    else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS)
      drop_oldest(h);
    else if (errno != EINTR && errno != ECONNABORTED)
      return;
  }
}

/* Ends the request whose body, or answer, has been under way for longest, but
 * not this one: who is slow makes room, who is not is gone before. */
static bool drop_slowest(evd_httpd *h, const evd_httpd_call *but) {
  evd_httpd_call *slow = NULL;
  for (evd_httpd_call *c = h->calls; c; c = c->next)
    if (c != but && c->deadline && (!slow || c->deadline <= slow->deadline))
      slow = c;
  if (!slow)
    return false;
  (void)shutdown(slow->socket, SHUT_RDWR);
  slow->dropped = true;
  slow->deadline = 0;
  h->n_dropped++;
  empty(slow);
  return true;
}

static bool full(const evd_httpd *h) {
  return h->n_calls - h->n_dropped >= h->plan.calls_max;
}

/* From here on the library reads; it never sees an address. */
static void hand_over(evd_httpd *h, int fd) {
  struct sockaddr_storage nobody = {.ss_family = h->family};
  socklen_t n =
      h->family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof nobody;
  if (h->family == AF_INET)
    n = sizeof(struct sockaddr_in);
  if (full(h) && !drop_slowest(h, NULL))
    refuse(fd, EVD_HTTP_BUSY);
  else /* closes fd where it cannot */
    (void)MHD_add_connection(h->library, fd,
                             (const struct sockaddr *)(const void *)&nobody, n);
}

static void look(evd_httpd *h, uint32_t i) {
  uint8_t bytes[EVD_HTTP_HEAD_MAX];
  ssize_t n = recv(h->idle[i].fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0) {
    (void)close(take_slot(h, i));
    return;
  }
  unsigned status = evd_http_head_judge_var((evd_span){bytes, (size_t)n});
  if (status == 0)
    return;
  int fd = take_slot(h, i);
  if (status == EVD_HTTP_OK)
    hand_over(h, fd);
  else
    refuse(fd, status);
}

/* ---- requests ---- */

static void forget(evd_httpd_call *c) {
  evd_httpd *h = c->h;
  if (c->before)
    c->before->next = c->next;
  else
    h->calls = c->next;
  if (c->next)
    c->next->before = c->before;
  h->n_calls--;
  h->n_dropped -= c->dropped;
  empty(c);
  if (c->response)
    MHD_destroy_response(c->response);
  evd_mem_free(c);
}

static evd_httpd_call *begin(evd_httpd *h, struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  evd_httpd_call *c = info ? evd_mem_get(sizeof *c) : NULL;
  if (!c)
    return NULL;
  c->h = h;
  c->connection = connection;
  c->socket = info->connect_fd;
  c->deadline = evd_clock_ms() + h->plan.body_ms;
  evd_buf_init(&c->body, h->plan.body_max);
  c->next = h->calls;
  if (h->calls)
    h->calls->before = c;
  h->calls = c;
  h->n_calls++;
  return c;
}

/* Several heads at once came past `full`. */
static bool over(const evd_httpd *h) {
  return h->n_calls - h->n_dropped > h->plan.calls_max;
}

static void note_length(evd_httpd_call *c) {
  const char *text = MHD_lookup_connection_value(
      c->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
  uint64_t n = 0; /* the filter has seen that it is a plain number */
  while (text && *text >= '0' && *text <= '9')
    n = n * 10 + (uint64_t)(*text++ - '0');
  if (n > c->h->plan.body_max)
    evd_httpd_say(c, EVD_HTTP_TOO_LARGE, "the request is too large");
  else if (n > c->h->plan.bodies_max - c->h->waiting_n || over(c->h))
    evd_httpd_say(c, EVD_HTTP_BUSY, "too many requests at a time");
}

/* Only what has come counts: who announces much takes nothing from others. */
static enum MHD_Result take_bytes(evd_httpd_call *c, const char *bytes,
                                  size_t n) {
  evd_httpd *h = c->h;
  while (n > h->plan.bodies_max - h->bodies_n)
    if (!drop_slowest(h, c))
      return MHD_NO;
  evd_buf_add(&c->body, bytes, n);
  if (!evd_buf_ok(&c->body))
    return MHD_NO;
  h->bodies_n += n;
  return MHD_YES;
}

/* The whole of what may lie between the last byte of a question and the last
 * of its answer, as the client takes it. */
static enum MHD_Result send_response(evd_httpd_call *c) {
  c->deadline = evd_clock_ms() + c->h->plan.answer_ms;
  return MHD_queue_response(c->connection, c->status, c->response);
}

static enum MHD_Result on_request(void *self, struct MHD_Connection *connection,
                                  const char *url, const char *method,
                                  const char *version, const char *bytes,
                                  size_t *n, void **slot) {
  evd_httpd_call *c = *slot;
  (void)version;
  if (!c) {
    *slot = c = begin(self, connection);
    if (!c)
      return MHD_NO;
    note_length(c);
    return c->response ? send_response(c) : MHD_YES;
  }
  if (c->dropped)
    return MHD_NO;
  if (*n > 0) {
    enum MHD_Result taken = take_bytes(c, bytes, *n);
    *n = 0;
    return taken;
  }
  if (!c->asked && !c->h->plan.options && strcmp(method, "OPTIONS") == 0)
    evd_httpd_say(c, EVD_HTTP_METHOD, "there are GET and POST");
  if (!c->asked && !c->response) {
    const evd_httpd_question q = {method, url, {c->body.p, c->body.n}};
    c->asked = true;
    c->deadline = 0;
    c->h->waiting_n += c->body.n;
    c->h->plan.ask(c->h->plan.self, c, &q);
    if (!c->response) {
      c->suspended = true;
      MHD_suspend_connection(connection);
      return MHD_YES;
    }
  }
  return c->response ? send_response(c) : MHD_YES;
}

static void on_end(void *self, struct MHD_Connection *connection, void **slot,
                   enum MHD_RequestTerminationCode why) {
  (void)self;
  (void)connection;
  (void)why;
  if (*slot)
    forget(*slot);
  *slot = NULL;
}

/* ---- answers ---- */

static void put_header(struct MHD_Response *r, const char *name,
                       const char *value) {
  if (MHD_add_response_header(r, name, value) != MHD_YES)
    (void)evd_complain(EVD_ERR_SPACE, "no memory for an answer");
}

static void put_headers(struct MHD_Response *r, const evd_httpd_answer *a) {
  char seconds[16];
  put_header(r, "Connection", "close");
  put_header(r, "Content-Type",
             a->type ? a->type : "text/plain; charset=utf-8");
  put_header(r, "X-Content-Type-Options", "nosniff");
  put_header(r, "Access-Control-Allow-Origin", "*");
  put_header(r, "Cache-Control", a->cache ? a->cache : "no-store");
  if (a->allow) {
    put_header(r, "Access-Control-Allow-Methods", a->allow);
    put_header(r, "Access-Control-Allow-Headers", "Content-Type");
    put_header(r, "Access-Control-Max-Age", "86400");
  }
  if (a->retry_after > 0) {
    (void)snprintf(seconds, sizeof seconds, "%u", a->retry_after);
    put_header(r, "Retry-After", seconds);
    put_header(r, "Access-Control-Expose-Headers", "Retry-After");
  }
}

static struct MHD_Response *make_response(const evd_httpd_answer *a) {
  union {
    const uint8_t *plain;
    void *copied; /* the library copies, but does not change, them */
  } bytes = {.plain = a->body.p};
  struct MHD_Response *r =
      a->file >= 0 ? MHD_create_response_from_fd64(a->file_bytes, a->file)
                   : MHD_create_response_from_buffer(a->body.n, bytes.copied,
                                                     MHD_RESPMEM_MUST_COPY);
  if (!r && a->file >= 0)
    (void)close(a->file);
  if (r)
    put_headers(r, a);
  return r;
}

void evd_httpd_reply(evd_httpd_call *c, const evd_httpd_answer *a) {
  c->status = a->status;
  c->response = make_response(a);
  if (!c->suspended)
    return;
  c->suspended = false;
  if (!c->response) /* no memory: the client hears nothing and asks again */
    (void)shutdown(c->socket, SHUT_RDWR);
  MHD_resume_connection(c->connection);
}

void evd_httpd_say(evd_httpd_call *c, unsigned status, const char *text) {
  char line[512];
  int n = snprintf(line, sizeof line, "%s\n", text);
  const evd_httpd_answer a = {
      .status = status,
      .body = {(const uint8_t *)line,
               n < 0 || (size_t)n >= sizeof line ? strlen(line) : (size_t)n},
      .file = -1,
      .retry_after = status == EVD_HTTP_BUSY ? 2 : 0};
  evd_httpd_reply(c, &a);
}

/* ---- time ---- */

/* Who takes too long to say or to hear something is cut off. */
static void look_at_clock(evd_httpd *h) {
  uint64_t now = evd_clock_ms();
  if (now < h->looked_ms + 100)
    return;
  h->looked_ms = now;
  while (h->oldest != NO_SLOT &&
         now > h->idle[h->oldest].since + h->plan.head_ms)
    drop_oldest(h);
  for (evd_httpd_call *c = h->calls; c; c = c->next)
    if (c->deadline && now > c->deadline)
      (void)shutdown(c->socket, SHUT_RDWR);
}

static void run_library(evd_httpd *h) {
  MHD_UNSIGNED_LONG_LONG wait = 0;
  h->more = false;
  for (int i = 0; i < TURNS; i++) {
    (void)MHD_run(h->library);
    if (MHD_get_timeout(h->library, &wait) != MHD_YES || wait > 0)
      return;
  }
  h->more = true;
}

bool evd_httpd_more(const evd_httpd *h) { return h->more; }

void evd_httpd_run(evd_httpd *h) {
  struct epoll_event e[EVENTS];
  int n = epoll_wait(h->events, e, EVENTS, 0);
  for (int i = 0; i < n; i++) {
    uint32_t word = e[i].data.u32;
    if (word == LISTENER)
      accept_some(h);
    else if (word != LIBRARY && h->idle[word].fd >= 0)
      look(h, word);
  }
  run_library(h);
  look_at_clock(h);
}

/* ---- beginning and end ---- */

static evd_err open_library(evd_httpd *h) {
  const union MHD_DaemonInfo *info;
  struct epoll_event e = {.events = EPOLLIN, .data = {.u32 = LIBRARY}};
  h->library = MHD_start_daemon(
      MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
          MHD_USE_SUPPRESS_DATE_NO_CLOCK,
      0, NULL, NULL, on_request, h, MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_CONNECTION_LIMIT, 2 * (unsigned)h->plan.calls_max + 16,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)LIBRARY_BYTES,
      MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)LIBRARY_SECONDS,
      MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL, MHD_OPTION_END);
  if (!h->library)
    return EVD_ERR_IO;
  info = MHD_get_daemon_info(h->library, MHD_DAEMON_INFO_EPOLL_FD);
  return info && epoll_ctl(h->events, EPOLL_CTL_ADD, info->epoll_fd, &e) == 0
             ? EVD_OK
             : EVD_ERR_IO;
}

static evd_err open_listener(evd_httpd *h) {
  struct epoll_event e = {.events = EPOLLIN, .data = {.u32 = LISTENER}};
  struct sockaddr_storage at = {.ss_family = AF_UNSPEC};
  socklen_t n = sizeof at;
  if (getsockname(h->listener, (struct sockaddr *)(void *)&at, &n) != 0)
    return EVD_ERR_IO;
  h->family = at.ss_family;
  int flags = fcntl(h->listener, F_GETFL);
  if (flags < 0 || fcntl(h->listener, F_SETFL, flags | O_NONBLOCK) != 0)
    return EVD_ERR_IO;
  return epoll_ctl(h->events, EPOLL_CTL_ADD, h->listener, &e) == 0 ? EVD_OK
                                                                   : EVD_ERR_IO;
}

static evd_err open_idle(evd_httpd *h) {
  h->oldest = h->newest = NO_SLOT;
  h->idle = evd_mem_get(h->plan.idle_max * sizeof *h->idle);
  if (!h->idle)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < h->plan.idle_max; i++)
    h->idle[i] =
        (waiting){-1, i + 1 < h->plan.idle_max ? i + 1 : NO_SLOT, NO_SLOT, 0};
  return EVD_OK;
}

evd_err evd_httpd_open(evd_httpd **out, int listener,
                       const evd_httpd_plan *plan) {
  *out = NULL;
  evd_httpd *h = evd_mem_get(sizeof *h);
  if (!h) {
    (void)close(listener);
    return evd_complain(EVD_ERR_SPACE, "no memory for the HTTP server");
  }
  h->plan = *plan;
  h->listener = listener;
  h->events = epoll_create1(EPOLL_CLOEXEC);
  evd_err e = h->events < 0 ? EVD_ERR_IO : open_idle(h);
  if (e == EVD_OK)
    e = open_library(h);
  if (e == EVD_OK)
    e = open_listener(h);
  if (e == EVD_OK) {
    *out = h;
    return EVD_OK;
  }
  e = evd_complain(e, "the HTTP server cannot start: %s", strerror(errno));
  evd_httpd_close(h);
  return e;
}

int evd_httpd_fd(const evd_httpd *h) { return h->events; }

uint32_t evd_httpd_calls(const evd_httpd *h) { return h->n_calls; }

void evd_httpd_stop_listening(evd_httpd *h) {
  if (h->listener >= 0)
    (void)close(h->listener);
  h->listener = -1;
}

void evd_httpd_close(evd_httpd *h) {
  if (!h)
    return;
  evd_httpd_stop_listening(h);
  while (h->idle && h->oldest != NO_SLOT)
    drop_oldest(h);
  if (h->library)
    MHD_stop_daemon(h->library);
  if (h->events >= 0)
    (void)close(h->events);
  evd_mem_free(h->idle);
  evd_mem_free(h);
}
