#include "host/http_head.h"

#include <string.h>

enum { MORE = 0, CLEAN = EVD_HTTP_OK, BAD = EVD_HTTP_BAD };

typedef struct {
  bool post, http11, has_length;
  uint32_t n_hosts, n_expects;
  uint64_t length;
} seen;

static bool is_text(evd_span s, const char *text) {
  return s.n == strlen(text) && memcmp(s.p, text, s.n) == 0;
}

/* Names of headers know no case. */
static bool is_name(evd_span s, const char *lower) {
  if (s.n != strlen(lower))
    return false;
  for (size_t i = 0; i < s.n; i++) {
    uint8_t c = s.p[i];
    if ((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) != (uint8_t)lower[i])
      return false;
  }
  return true;
}

static bool is_alnum(uint8_t c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
         (c >= 'a' && c <= 'z');
}

/* token of RFC 9110 section 5.6.2 */
static bool is_token(evd_span s) {
  for (size_t i = 0; i < s.n; i++)
    if (!is_alnum(s.p[i]) &&
        (s.p[i] == 0 || !strchr("!#$%&'*+-.^_`|~", s.p[i])))
      return false;
  return s.n > 0;
}

/* /a/b.c: no empty part, none that begins with a dot. */
static bool is_target(evd_span s) {
  if (s.n == 0 || s.n > EVD_HTTP_TARGET_MAX || s.p[0] != '/')
    return false;
  for (size_t i = 1; i < s.n; i++) {
    bool first = s.p[i - 1] == '/';
    if (first && (s.p[i] == '/' || s.p[i] == '.'))
      return false;
    if (!is_alnum(s.p[i]) && s.p[i] != '/' && s.p[i] != '.' && s.p[i] != '_' &&
        s.p[i] != '-')
      return false;
  }
  return true;
}

static evd_span cut(evd_span *rest, char at) {
  const uint8_t *end = rest->n ? memchr(rest->p, at, rest->n) : NULL;
  evd_span part = {rest->p, end ? (size_t)(end - rest->p) : rest->n};
  size_t gone = part.n + (end != NULL);
  *rest = (evd_span){rest->p + gone, rest->n - gone};
  return part;
}

static unsigned judge_request_line(seen *s, evd_span line) {
  evd_span method = cut(&line, ' '), target = cut(&line, ' ');
  s->post = is_text(method, "POST");
  s->http11 = is_text(line, "HTTP/1.1");
  if (!is_token(method) || !is_target(target))
    return BAD;
  if (!s->http11 && !is_text(line, "HTTP/1.0"))
    return line.n > 5 && memcmp(line.p, "HTTP/", 5) == 0 ? EVD_HTTP_VERSION
                                                         : BAD;
  if (!s->post && !is_text(method, "GET") && !is_text(method, "HEAD") &&
      !is_text(method, "OPTIONS"))
    return EVD_HTTP_METHOD;
  return MORE;
}

static unsigned judge_length(seen *s, evd_span value) {
  if (s->has_length || value.n == 0 || value.n > 10 ||
      (value.n > 1 && value.p[0] == '0'))
    return BAD;
  s->has_length = true;
  for (size_t i = 0; i < value.n; i++) {
    if (value.p[i] < '0' || value.p[i] > '9')
      return BAD;
    s->length = s->length * 10 + (uint64_t)(value.p[i] - '0');
  }
  return MORE;
}

static unsigned judge_header(seen *s, evd_span line) {
  evd_span name = cut(&line, ':');
  if (!is_token(name) || line.p == name.p + name.n)
    return BAD; /* a folded line, a space before the colon, no colon */
  while (line.n > 0 && line.p[0] == ' ')
    line = (evd_span){line.p + 1, line.n - 1};
  while (line.n > 0 && line.p[line.n - 1] == ' ')
    line.n--;
  if (is_name(name, "transfer-encoding"))
    return EVD_HTTP_CODING;
  if (is_name(name, "content-length"))
    return judge_length(s, line);
  if (is_name(name, "host"))
    return ++s->n_hosts == 1 && line.n > 0 ? MORE : BAD;
  if (is_name(name, "expect"))
    return ++s->n_expects == 1 && is_name(line, "100-continue")
               ? MORE
               : EVD_HTTP_EXPECT;
  return MORE;
}

static unsigned judge_end(const seen *s, size_t behind) {
  if (s->http11 && s->n_hosts != 1)
    return BAD;
  if (s->post && !s->has_length)
    return EVD_HTTP_NO_LENGTH;
  if (!s->post && s->has_length)
    return BAD;
  return behind > s->length ? BAD : CLEAN;
}

/* The next line without its CR LF; false: it is not whole, or, *bad, no line
 * at all. */
static bool next_line(evd_span bytes, size_t *at, evd_span *line, bool *bad) {
  size_t i = *at;
  while (i < bytes.n && bytes.p[i] >= ' ' && bytes.p[i] < 127)
    i++;
  *line = (evd_span){bytes.p + *at, i - *at};
  *bad = (i < bytes.n && bytes.p[i] != '\r') ||
         (i + 1 < bytes.n && bytes.p[i + 1] != '\n');
  if (*bad || i + 1 >= bytes.n)
    return false;
  *at = i + 2;
  return true;
}

unsigned evd_http_head_judge_var(evd_span bytes) {
  seen s = {.post = false};
  size_t at = 0;
  evd_span line;
  bool bad = false;
  for (uint32_t n = 0; next_line(bytes, &at, &line, &bad); n++) {
    if (n > 0 && line.n == 0)
      return judge_end(&s, bytes.n - at);
    if (n > EVD_HTTP_LINES_MAX)
      return EVD_HTTP_HEAD_TOO_LARGE;
    unsigned status =
        n == 0 ? judge_request_line(&s, line) : judge_header(&s, line);
    if (status != MORE)
      return status;
  }
  if (bad)
    return BAD;
  return bytes.n >= EVD_HTTP_HEAD_MAX ? EVD_HTTP_HEAD_TOO_LARGE : MORE;
}
