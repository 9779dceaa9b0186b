/* A board at an address. */
#include <string.h>

#include "host/board_dir.h"
#include "host/host.h"
#include "host/http.h"
#include "host/mem.h"

enum { OK = 200, NOT_FOUND = 404, GONE = 410 };
#define LIMIT_MS 120000u /* for one file */

typedef struct {
  evd_http *http;
  char url[EVD_HTTP_URL_BYTES_MAX];
  size_t n;  /* of the prefix, with its slash */
  bool said; /* that it does not answer; once is enough */
} address;

/* A reader hears of a file only that it could not be asked for; here is why. */
static evd_err say(address *a, const evd_http_answer *answer) {
  if (a->said)
    return EVD_ERR_IO;
  a->said = true;
  if (answer->status)
    return evd_complain(EVD_ERR_IO, "%s: answered with status %u", a->url,
                        answer->status);
  return evd_complain(EVD_ERR_IO, "%s: %s", a->url, answer->why);
}

static evd_err take(address *a, evd_http_answer *answer, evd_buf *out) {
  if (answer->status == NOT_FOUND || answer->status == GONE)
    return EVD_ERR_MISSING;
  if (answer->status != OK)
    return say(a, answer);
  a->said = false;
  evd_buf_add(out, answer->body.p, answer->body.n);
  return evd_buf_ok(out) ? EVD_OK : EVD_ERR_SPACE;
}

static evd_err address_read(void *self, const char *path, size_t max_bytes,
                            evd_buf *out) {
  address *a = self;
  evd_http_answer answer;
  evd_buf_reset(out);
  memset(&answer, 0, sizeof answer);
  memcpy(a->url + a->n, path, strlen(path) + 1);
  evd_err e = evd_http_do(a->http,
                          &(evd_http_ask){.url = a->url,
                                          .max_bytes = max_bytes,
                                          .limit_ms = LIMIT_MS},
                          &answer);
  if (e == EVD_ERR_SPACE && answer.body.full) /* longer than it may be */
    e = EVD_ERR_RANGE;
  if (e == EVD_OK)
    e = take(a, &answer, out);
  else if (e == EVD_ERR_IO)
    e = say(a, &answer);
  evd_buf_close(&answer.body);
  return e;
}

/* The prefix, ended by one slash. */
static bool set_prefix(address *a, const char *url) {
  size_t n = strlen(url);
  if (!evd_http_url_allowed(url) || strpbrk(url, "?#@") ||
      n + 1 + EVD_BOARD_PATH_BYTES > sizeof a->url)
    return false;
  memcpy(a->url, url, n);
  if (url[n - 1] != '/')
    a->url[n++] = '/';
  a->n = n;
  a->said = false;
  return true;
}

evd_err evd_board_url_open(evd_board_files *out, const char *url) {
  *out = (evd_board_files){NULL, NULL};
  address *a = evd_mem_get(sizeof *a);
  if (!a)
    return evd_complain(EVD_ERR_SPACE, "no memory to read %s", url);
  evd_err e = set_prefix(a, url)
                  ? evd_http_open(&a->http, NULL)
                  : evd_complain(EVD_ERR_USAGE,
                                 "%s is not the address of a board: expected "
                                 "http:// or https://, a host and a path",
                                 url);
  if (e != EVD_OK) {
    evd_mem_free(a);
    return e;
  }
  *out = (evd_board_files){a, address_read};
  return EVD_OK;
}

void evd_board_url_close(evd_board_files *f) {
  address *a = f->self;
  if (!a)
    return;
  evd_http_close(a->http);
  evd_mem_free(a);
  f->self = NULL;
}

evd_err evd_board_open(evd_board_files *out, const char *where) {
  return evd_board_is_url(where) ? evd_board_url_open(out, where)
                                 : evd_board_dir_open(out, where);
}

void evd_board_close(evd_board_files *f, const char *where) {
  if (evd_board_is_url(where))
    evd_board_url_close(f);
  else
    evd_board_dir_close(f);
}
