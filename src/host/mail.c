#include "host/mail.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#define LETTER_BYTES_MAX ((size_t)1 << 20)
enum { ADDRESS_BYTES_MAX = 254 }; /* RFC 5321 section 4.5.3.1.3 */

bool evd_mail_url_allowed(const char *url) {
  size_t n = 0;
  if (strncmp(url, "smtp://", 7) == 0)
    n = 7;
  else if (strncmp(url, "smtps://", 8) == 0)
    n = 8;
  if (n == 0 || !url[n])
    return false;
  for (const char *p = url; *p; p++)
    if (*p <= ' ' || *p > '~' || *p == '@')
      return false;
  return true;
}

bool evd_mail_address_allowed(const char *address) {
  const char *at = strchr(address, '@');
  if (!at || at == address || !at[1] || strlen(address) > ADDRESS_BYTES_MAX)
    return false;
  for (const char *p = address; *p; p++)
    if (*p <= ' ' || *p > '~' || strchr("<>,;\"\\()", *p))
      return false;
  return true;
}

typedef struct {
  evd_buf letter;
  size_t sent;
} upload;

static size_t give(char *out, size_t one, size_t n, void *self) {
  upload *u = self;
  size_t left = u->letter.n - u->sent, room = one * n;
  size_t k = left < room ? left : room;
  if (k)
    memcpy(out, u->letter.p + u->sent, k);
  u->sent += k;
  return k;
}

static void header(evd_buf *b, const char *name, const char *value) {
  evd_buf_text(b, name);
  evd_buf_text(b, ": ");
  evd_buf_text(b, value);
  evd_buf_text(b, "\r\n");
}

/* libcurl doubles dots at the beginning of lines. */
static void write_letter(evd_buf *b, const evd_mail *m) {
  header(b, "From", m->from);
  header(b, "To", m->to);
  header(b, "Subject", m->subject);
  header(b, "MIME-Version", "1.0");
  header(b, "Content-Type", "text/plain; charset=utf-8");
  header(b, "Content-Transfer-Encoding", "8bit");
  header(b, "Auto-Submitted", "auto-generated");
  evd_buf_text(b, "\r\n");
  for (size_t i = 0; i < m->text.n; i++) {
    if (m->text.p[i] == '\n')
      evd_buf_text(b, "\r\n");
    else
      evd_buf_add(b, &m->text.p[i], 1);
  }
}

static bool set(CURL *c, const evd_mail *m, struct curl_slist *to, upload *u,
                char *why) {
  bool ok =
      curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK &&
      curl_easy_setopt(c, CURLOPT_URL, m->url) == CURLE_OK &&
      curl_easy_setopt(c, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY) == CURLE_OK &&
      curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
      curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
      curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) ==
          CURLE_OK &&
      curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)m->limit_ms) == CURLE_OK &&
      curl_easy_setopt(c, CURLOPT_MAIL_FROM, m->from) == CURLE_OK &&
      curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to) == CURLE_OK &&
      curl_easy_setopt(c, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
      curl_easy_setopt(c, CURLOPT_READFUNCTION, give) == CURLE_OK &&
      curl_easy_setopt(c, CURLOPT_READDATA, u) == CURLE_OK &&
      curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why) == CURLE_OK;
  if (ok && m->user) /* never without TLS */
    ok = curl_easy_setopt(c, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL) ==
             CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_USERNAME, m->user) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_PASSWORD, m->password) == CURLE_OK;
  return ok;
}

static evd_err post(const evd_mail *m, upload *u, char *why) {
  CURL *c = curl_easy_init();
  struct curl_slist *to = curl_slist_append(NULL, m->to);
  evd_err e = c && to && set(c, m, to, u, why) ? EVD_OK : EVD_ERR_SPACE;
  if (e == EVD_OK) {
    CURLcode code = curl_easy_perform(c);
    if (code != CURLE_OK && !*why)
      snprintf(why, CURL_ERROR_SIZE, "%s", curl_easy_strerror(code));
    e = code == CURLE_OK ? EVD_OK : EVD_ERR_IO;
  }
  curl_slist_free_all(to);
  curl_easy_cleanup(c);
  return e;
}

evd_err evd_mail_send(const evd_mail *m, char *why) {
  upload u = {.sent = 0};
  *why = 0;
  evd_buf_init(&u.letter, LETTER_BYTES_MAX);
  write_letter(&u.letter, m);
  evd_err e = evd_buf_ok(&u.letter) ? post(m, &u, why) : EVD_ERR_SPACE;
  evd_buf_close(&u.letter);
  return e;
}
