/* HTTP as a server: one request a connection.
 *
 * Layer: L5 host. libmicrohttpd in its strict setting reads the requests; what
 * a connection begins with is judged by http_head.h before the library sees
 * it. One thread; nothing here knows or tells the address of a client.
 *
 * A connection that has not sent its head costs a descriptor and some bytes,
 * no buffer: bytes are looked at where the kernel keeps them. Where there are
 * too many of them the oldest is closed, so that idle ones never stop service.
 * Of requests whose bodies or answers are under way, too, the one that began
 * first is closed where another needs its place or its bytes; what waits for
 * evd_httpd_reply is not.
 */
#ifndef EVD_HOST_HTTPD_H
#define EVD_HOST_HTTPD_H

#include "base/arena.h"
#include "evident/err.h"

typedef struct evd_httpd evd_httpd;
typedef struct evd_httpd_call evd_httpd_call; /* a request to be answered */

typedef struct {
  const char *method; /* "GET", "HEAD", "POST"; "OPTIONS" where asked for */
  const char *path;   /* begins with a slash; letters, digits, "/._-" */
  evd_span body;      /* of a POST; valid until it is answered */
} evd_httpd_question;

typedef struct {
  unsigned status;
  const char *type;     /* Content-Type; NULL: text/plain */
  const char *cache;    /* Cache-Control; NULL: no-store */
  evd_span body;        /* copied, unless there is a file */
  int file;             /* a descriptor, which is closed; -1: none */
  uint64_t file_bytes;  /* its length */
  uint32_t retry_after; /* seconds; 0: no such header */
  /* Of OPTIONS: the method that pages of any origin may use; else NULL. */
  const char *allow;
} evd_httpd_answer;

typedef struct {
  void *self;
  /* Answers `call`, at once or some other time. */
  void (*ask)(void *self, evd_httpd_call *call, const evd_httpd_question *q);
  size_t body_max;                      /* longer ones: 413 */
  size_t bodies_max;                    /* of all that wait together: 503 */
  uint32_t calls_max;                   /* requests at a time; more: 503 */
  uint32_t idle_max;                    /* connections without a head */
  bool options;                         /* `ask` answers OPTIONS; else 405 */
  uint32_t head_ms, body_ms, answer_ms; /* how long each may take */
} evd_httpd_plan;

/* A listening socket at ADDR:PORT (numbers; port 0: any), [ADDR]:PORT,
 * unix:PATH (mode 0660; a socket nobody listens on is replaced) or fd:N,
 * inherited. Complains. */
EVD_MUST_CHECK evd_err evd_listen(int *fd, const char *where);
/* "127.0.0.1:8080", "unix:PATH": where it listens, zero-ended. */
void evd_listen_name(int fd, char out[128]);

/* Takes the listening socket over. The plan is copied. Complains. */
EVD_MUST_CHECK evd_err evd_httpd_open(evd_httpd **out, int listener,
                                      const evd_httpd_plan *plan);
/* Readable when there is something to do, which evd_httpd_run does; it wants
 * to be called every 100 ms anyway. */
int evd_httpd_fd(const evd_httpd *h);
void evd_httpd_run(evd_httpd *h);
/* Is it to be run again at once? It gives way to others in the middle of a
 * long answer. */
bool evd_httpd_more(const evd_httpd *h);
void evd_httpd_reply(evd_httpd_call *call, const evd_httpd_answer *answer);
/* One sentence. */
void evd_httpd_say(evd_httpd_call *call, unsigned status, const char *text);

/* No more new connections. */
void evd_httpd_stop_listening(evd_httpd *h);
/* Requests that are being read, answered, or wait for evd_httpd_reply. */
uint32_t evd_httpd_calls(const evd_httpd *h);
/* Every call has been answered. */
void evd_httpd_close(evd_httpd *h);

#endif /* EVD_HOST_HTTPD_H */
