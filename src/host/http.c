#include "host/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "host/mem.h"
#include "host/place.h"

enum { CONNECT_MS = 10000, NAP_MS = 1000 };

typedef struct {
  CURL *curl; /* NULL: free */
  struct curl_slist *headers;
  bool too_long;
  evd_http_answer answer;
} slot;

struct evd_http {
  CURLM *multi;
  char proxy[EVD_HTTP_URL_BYTES_MAX];
  uint32_t n; /* under way */
  slot slots[EVD_HTTP_ASKS_MAX];
};

evd_err evd_http_open(evd_http **out, const char *proxy) {
  *out = NULL;
  if (proxy && strlen(proxy) >= EVD_HTTP_URL_BYTES_MAX)
    return EVD_ERR_USAGE;
  evd_http *h = evd_mem_get(sizeof *h);
  if (!h)
    return EVD_ERR_SPACE;
  if (proxy)
    memcpy(h->proxy, proxy, strlen(proxy) + 1);
  if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
    h->multi = curl_multi_init();
  if (!h->multi) {
    evd_mem_free(h);
    return EVD_ERR_SPACE;
  }
  *out = h;
  return EVD_OK;
}

/* Ends a question; its answer stays. */
static void end(evd_http *h, slot *s) {
  (void)curl_multi_remove_handle(h->multi, s->curl);
  curl_easy_cleanup(s->curl);
  curl_slist_free_all(s->headers);
  s->curl = NULL;
  s->headers = NULL;
  h->n--;
}

void evd_http_forget(evd_http *h) {
  for (uint32_t i = 0; i < EVD_HTTP_ASKS_MAX; i++) {
    if (!h->slots[i].curl)
      continue;
    end(h, &h->slots[i]);
    evd_buf_close(&h->slots[i].answer.body);
  }
}

void evd_http_close(evd_http *h) {
  if (!h)
    return;
  evd_http_forget(h);
  (void)curl_multi_cleanup(h->multi);
  evd_mem_free(h);
}

bool evd_http_url_allowed(const char *url) {
  static const char *const schemes[] = {"http://", "https://"};
  size_t n = strlen(url), at = 0;
  for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
    if (strncmp(url, schemes[i], strlen(schemes[i])) == 0)
      at = strlen(schemes[i]);
  if (at == 0 || n >= EVD_HTTP_URL_BYTES_MAX || !url[at] || url[at] == '/')
    return false;
  for (size_t i = at; i < n; i++)
    if (url[i] <= ' ' || url[i] > '~')
      return false;
  return true;
}

/* ---- starting ---- */

/* curl's callback for what comes: anything but n ends the transfer. */
static size_t take(char *p, size_t one, size_t n, void *self) {
  slot *s = self;
  (void)one; /* always 1 */
  evd_buf_add(&s->answer.body, p, n);
  /* Want of memory is no fault of who answers. */
  s->too_long = s->answer.body.full && !s->answer.body.starved;
  return evd_buf_ok(&s->answer.body) ? n : 0;
}

static bool set_rules(slot *s, const evd_http *h) {
  CURL *c = s->curl;
  return curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_PROXY, h->proxy) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) ==
             CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_USERAGENT, "evident") == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK;
}

static bool set_body(slot *s, const evd_http_ask *ask) {
  char type[EVD_HTTP_TYPE_BYTES];
  if (!ask->type)
    return curl_easy_setopt(s->curl, CURLOPT_HTTPGET, 1L) == CURLE_OK;
  (void)snprintf(type, sizeof type, "Content-Type: %s", ask->type);
  struct curl_slist *with = curl_slist_append(NULL, type);
  s->headers = with;
  with = with ? curl_slist_append(with, "Expect:") : NULL; /* no 100 first */
  return with &&
         curl_easy_setopt(s->curl, CURLOPT_HTTPHEADER, with) == CURLE_OK &&
         curl_easy_setopt(s->curl, CURLOPT_POSTFIELDSIZE_LARGE,
                          (curl_off_t)ask->body.n) == CURLE_OK &&
         curl_easy_setopt(s->curl, CURLOPT_POSTFIELDS,
                          ask->body.n ? (const char *)ask->body.p : "") ==
             CURLE_OK;
}

static bool set_question(slot *s, const evd_http_ask *ask) {
  CURL *c = s->curl;
  long connect = ask->limit_ms < CONNECT_MS ? (long)ask->limit_ms : CONNECT_MS;
  return curl_easy_setopt(c, CURLOPT_URL, ask->url) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)ask->limit_ms) ==
             CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, connect) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_WRITEDATA, s) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_ERRORBUFFER, s->answer.why) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_PRIVATE, s) == CURLE_OK &&
         set_body(s, ask);
}

static slot *free_slot(evd_http *h) {
  for (uint32_t i = 0; i < EVD_HTTP_ASKS_MAX; i++)
    if (!h->slots[i].curl)
      return &h->slots[i];
  return NULL;
}

evd_err evd_http_start(evd_http *h, const evd_http_ask *ask) {
  _Static_assert(EVD_HTTP_WHY_BYTES >= CURL_ERROR_SIZE, "curl writes there");
  if (!evd_http_url_allowed(ask->url) || ask->limit_ms == 0)
    return EVD_ERR_USAGE;
  slot *s = free_slot(h);
  CURL *c = s ? curl_easy_init() : NULL;
  if (!c)
    return EVD_ERR_SPACE;
  memset(s, 0, sizeof *s);
  s->curl = c;
  s->answer.mark = ask->mark;
  evd_buf_init(&s->answer.body, ask->max_bytes);
  h->n++;
  if (set_rules(s, h) && set_question(s, ask) &&
      curl_multi_add_handle(h->multi, c) == CURLM_OK)
    return EVD_OK;
  end(h, s);
  evd_buf_close(&s->answer.body);
  return EVD_ERR_SPACE;
}

/* ---- answers ---- */

static void describe(slot *s, CURLcode code) {
  evd_http_answer *a = &s->answer;
  long status = 0;
  curl_off_t wait = 0;
  const char *type = NULL;
  if (code != CURLE_OK) {
    a->err = s->too_long ? EVD_ERR_SPACE : EVD_ERR_IO;
    if (s->too_long)
      (void)snprintf(a->why, sizeof a->why, "the answer is too long");
    else if (a->body.starved)
      (void)snprintf(a->why, sizeof a->why, "no memory");
    else if (!a->why[0])
      (void)snprintf(a->why, sizeof a->why, "%s", curl_easy_strerror(code));
    return;
  }
  (void)curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &status);
  (void)curl_easy_getinfo(s->curl, CURLINFO_RETRY_AFTER, &wait);
  (void)curl_easy_getinfo(s->curl, CURLINFO_CONTENT_TYPE, &type);
  a->status = (uint32_t)status;
  a->retry_after = wait > INT32_MAX ? INT32_MAX : (uint32_t)wait;
  if (type && strlen(type) < sizeof a->type)
    memcpy(a->type, type, strlen(type) + 1);
}

static bool take_done(evd_http *h, evd_http_answer *out) {
  int left = 0;
  const CURLMsg *m = curl_multi_info_read(h->multi, &left);
  if (!m)
    return false;
  char *self = NULL; /* the type that curl hands a pointer out with */
  CURLcode code = m->data.result;
  (void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &self);
  slot *s = (slot *)(void *)self;
  describe(s, code);
  end(h, s);
  *out = s->answer;
  return true;
}

bool evd_http_next(evd_http *h, uint32_t wait_ms, evd_http_answer *out) {
  const uint64_t until = evd_clock_ms() + wait_ms;
  int running = 0;
  memset(out, 0, sizeof *out);
  while (h->n > 0) {
    if (curl_multi_perform(h->multi, &running) != CURLM_OK)
      return false;
    if (take_done(h, out))
      return true;
    uint64_t now = evd_clock_ms();
    if (now >= until)
      return false;
    uint64_t nap = until - now < NAP_MS ? until - now : NAP_MS;
    if (curl_multi_poll(h->multi, NULL, 0, (int)nap, NULL) != CURLM_OK)
      return false;
  }
  return false;
}

evd_err evd_http_do(evd_http *h, const evd_http_ask *ask,
                    evd_http_answer *out) {
  memset(out, 0, sizeof *out);
  out->err = evd_http_start(h, ask);
  if (out->err != EVD_OK) {
    (void)snprintf(out->why, sizeof out->why, "%s",
                   out->err == EVD_ERR_USAGE ? "no address of http or https"
                                             : "no memory");
    return out->err;
  }
  /* curl keeps the limit of the question; twice that is a bug's end. */
  if (evd_http_next(h, 2 * ask->limit_ms, out))
    return out->err;
  evd_http_forget(h);
  out->err = EVD_ERR_IO;
  (void)snprintf(out->why, sizeof out->why, "no answer in time");
  return out->err;
}
