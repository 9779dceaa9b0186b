/* Asking over HTTP, several at once.
 *
 * Layer: L5 host. libcurl's code; what answers is believed in nothing.
 *
 * Only http and https. No redirect is followed (its status is the answer), no
 * cookie kept, no password file read, no proxy taken from the environment,
 * no packing of bodies asked for. Certificates are checked as the system's
 * list says. One thread at a time may use an evd_http; connections are kept
 * open between questions.
 */
#ifndef EVD_HOST_HTTP_H
#define EVD_HOST_HTTP_H

#include "base/arena.h"

#define EVD_HTTP_URL_BYTES_MAX ((size_t)2048)
#define EVD_HTTP_ASKS_MAX 256 /* at once */
#define EVD_HTTP_TYPE_BYTES 128
#define EVD_HTTP_WHY_BYTES 256

typedef struct evd_http evd_http;

/* Everything is borrowed until the answer is there. */
typedef struct {
  const char *url;
  const char *type;  /* NULL: GET; else POST of a body of this type */
  evd_span body;     /* of a POST */
  size_t max_bytes;  /* of the answer's body; more is an error */
  uint32_t limit_ms; /* for everything, from the start; not 0 */
  uint32_t mark;     /* comes back with the answer */
} evd_http_ask;

typedef struct {
  uint32_t mark;
  evd_err err;     /* EVD_OK: a whole answer came, with whatever status; else
                    * EVD_ERR_IO, EVD_ERR_SPACE (too long), EVD_ERR_USAGE */
  uint32_t status; /* 0: none */
  uint32_t retry_after;           /* seconds; 0: nothing was said */
  char type[EVD_HTTP_TYPE_BYTES]; /* as sent, "" where none or too long */
  char why[EVD_HTTP_WHY_BYTES];   /* what went wrong, for people */
  evd_buf body;                   /* the caller closes it */
} evd_http_answer;

/* `proxy`: an address that the operator gave, or NULL for none.
 *   errors  EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_http_open(evd_http **h, const char *proxy);
/* Gives up what is under way; NULL is well. */
void evd_http_close(evd_http *h);

/* http:// or https://, a host, and printable ASCII without space behind. */
bool evd_http_url_allowed(const char *url);

/* Starts a question; its answer comes from evd_http_next.
 *   errors  EVD_ERR_USAGE: the address; EVD_ERR_SPACE: too many at once */
EVD_MUST_CHECK evd_err evd_http_start(evd_http *h, const evd_http_ask *ask);
/* The next answer, of whichever question; waits at most wait_ms. False: none
 * came, or nothing was asked. */
EVD_MUST_CHECK bool evd_http_next(evd_http *h, uint32_t wait_ms,
                                  evd_http_answer *out);
/* Gives up everything under way. */
void evd_http_forget(evd_http *h);

/* One question, with nothing else under way; returns out->err. */
EVD_MUST_CHECK evd_err evd_http_do(evd_http *h, const evd_http_ask *ask,
                                   evd_http_answer *out);

#endif /* EVD_HOST_HTTP_H */
