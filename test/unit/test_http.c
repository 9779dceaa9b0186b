/* Asking over HTTP: against a server of one thread a connection that answers
 * what the path asks for. */
#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/http.h"
#include "host/place.h"

static int listening = -1;
static char base[64];

/* ---- the server ---- */

static void answer(int fd, const char *request, const char *body) {
  char text[16384];
  if (strstr(request, "GET /slow ")) {
    (void)usleep(1500 * 1000);
    (void)snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\n\r\nlate");
  } else if (strstr(request, "GET /busy ")) {
    (void)snprintf(text, sizeof text,
                   "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\n"
                   "Content-Length: 0\r\n\r\n");
  } else if (strstr(request, "GET /away ")) {
    (void)snprintf(text, sizeof text,
                   "HTTP/1.1 302 Found\r\nLocation: %s/good\r\n"
                   "Content-Length: 0\r\n\r\n",
                   base);
  } else if (strstr(request, "GET /cut ")) {
    (void)snprintf(text, sizeof text,
                   "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
  } else if (strstr(request, "POST ")) {
    bool typed = strstr(request, "Content-Type: text/x.test\r\n") != NULL;
    (void)snprintf(text, sizeof text,
                   "HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\n"
                   "Content-Length: %zu\r\n\r\n%s%s",
                   strlen(body) + 6, typed ? "typed " : "naked ", body);
  } else {
    (void)snprintf(text, sizeof text,
                   "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                   "Set-Cookie: a=b\r\nContent-Length: 4\r\n\r\n%s",
                   strstr(request, "Cookie:") ? "crum" : "good");
  }
  (void)!write(fd, text, strlen(text));
}

static void *serve_one(void *self) {
  char text[8192];
  size_t n = 0, want = 0;
  int fd = (int)(intptr_t)self;
  for (;;) {
    ssize_t got = read(fd, text + n, sizeof text - 1 - n);
    if (got <= 0)
      break;
    n += (size_t)got;
    text[n] = 0;
    char *end = strstr(text, "\r\n\r\n");
    const char *length = strstr(text, "Content-Length: ");
    want = length ? (size_t)strtoul(length + 16, NULL, 10) : 0;
    if (end && n >= (size_t)(end + 4 - text) + want) {
      answer(fd, text, end + 4);
      break;
    }
  }
  (void)close(fd);
  return NULL;
}

static void *serve(void *self) {
  (void)self;
  for (;;) {
    pthread_t t;
    int fd = accept(listening, NULL, NULL);
    if (fd < 0)
      return NULL;
    if (pthread_create(&t, NULL, serve_one, (void *)(intptr_t)fd) == 0)
      (void)pthread_detach(t);
  }
}

static int setup(void **state) {
  struct sockaddr_in a = {.sin_family = AF_INET,
                          .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t n = sizeof a;
  pthread_t t;
  evd_http *h = NULL;
  listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(listening, (struct sockaddr *)&a, n) != 0 ||
      listen(listening, 64) != 0 ||
      getsockname(listening, (struct sockaddr *)&a, &n) != 0 ||
      pthread_create(&t, NULL, serve, NULL) != 0)
    return -1;
  (void)pthread_detach(t);
  (void)snprintf(base, sizeof base, "http://127.0.0.1:%d", ntohs(a.sin_port));
  if (evd_http_open(&h, NULL) != EVD_OK)
    return -1;
  *state = h;
  return 0;
}

static int teardown(void **state) {
  evd_http_close(*state);
  return 0;
}

static const char *at(const char *path) {
  static char url[4][128];
  static unsigned turn;
  char *out = url[turn++ % 4];
  (void)snprintf(out, 128, "%s%s", base, path);
  return out;
}

static evd_http_ask get(const char *path) {
  return (evd_http_ask){
      .url = at(path), .max_bytes = 4096, .limit_ms = 5000, .mark = 9};
}

static void expect_body(evd_http_answer *a, const char *text) {
  assert_int_equal(a->body.n, strlen(text));
  assert_memory_equal(a->body.p, text, a->body.n);
  evd_buf_close(&a->body);
}

/* ---- tests ---- */

static void test_get(void **state) {
  evd_http_answer a;
  for (int i = 0; i < 2; i++) { /* the second time without a cookie */
    const evd_http_ask ask = get("/good");
    assert_int_equal(evd_http_do(*state, &ask, &a), EVD_OK);
    assert_int_equal(a.status, 200);
    assert_int_equal(a.mark, 9);
    assert_int_equal(a.retry_after, 0);
    assert_string_equal(a.type, "text/plain");
    expect_body(&a, "good");
  }
}

static void test_post(void **state) {
  evd_http_answer a;
  evd_http_ask ask = get("/post");
  ask.type = "text/x.test";
  ask.body = (evd_span){(const uint8_t *)"some bytes", 10};
  assert_int_equal(evd_http_do(*state, &ask, &a), EVD_OK);
  assert_int_equal(a.status, 409);
  assert_string_equal(a.type, "text/x.tlog.size");
  expect_body(&a, "typed some bytes");
  ask.body = (evd_span){NULL, 0};
  assert_int_equal(evd_http_do(*state, &ask, &a), EVD_OK);
  expect_body(&a, "typed ");
}

static void test_busy_says_when(void **state) {
  evd_http_answer a;
  const evd_http_ask ask = get("/busy");
  assert_int_equal(evd_http_do(*state, &ask, &a), EVD_OK);
  assert_int_equal(a.status, 503);
  assert_int_equal(a.retry_after, 7);
  evd_buf_close(&a.body);
}

static void test_no_redirect_is_followed(void **state) {
  evd_http_answer a;
  const evd_http_ask ask = get("/away");
  assert_int_equal(evd_http_do(*state, &ask, &a), EVD_OK);
  assert_int_equal(a.status, 302);
  expect_body(&a, "");
}

static void test_answers_are_whole_and_short_enough(void **state) {
  evd_http_answer a;
  evd_http_ask ask = get("/cut");
  assert_int_equal(evd_http_do(*state, &ask, &a), EVD_ERR_IO);
  assert_true(a.why[0]);
  evd_buf_close(&a.body);
  ask = get("/good");
  ask.max_bytes = 3;
  assert_int_equal(evd_http_do(*state, &ask, &a), EVD_ERR_SPACE);
  evd_buf_close(&a.body);
  ask.max_bytes = 4;
  assert_int_equal(evd_http_do(*state, &ask, &a), EVD_OK);
  expect_body(&a, "good");
}

static void test_late_is_an_error(void **state) {
  evd_http_answer a;
  evd_http_ask ask = get("/slow");
  uint64_t from = evd_clock_ms();
  ask.limit_ms = 200;
  assert_int_equal(evd_http_do(*state, &ask, &a), EVD_ERR_IO);
  assert_true(evd_clock_ms() - from < 1200);
  evd_buf_close(&a.body);
}

/* One that is slow holds up none of the others. */
static void test_many_at_once(void **state) {
  evd_http *h = *state;
  evd_http_answer a;
  uint32_t seen = 0;
  uint64_t from = evd_clock_ms();
  for (uint32_t i = 0; i < 8; i++) {
    evd_http_ask ask = get(i == 3 ? "/slow" : "/good");
    char url[128];
    (void)snprintf(url, sizeof url, "%s", ask.url);
    ask.url = url;
    ask.mark = i;
    assert_int_equal(evd_http_start(h, &ask), EVD_OK);
  }
  while (seen != 0xF7 && evd_http_next(h, 1000, &a)) {
    assert_int_equal(a.err, EVD_OK);
    assert_false(seen & 1U << a.mark);
    seen |= 1U << a.mark;
    expect_body(&a, "good");
  }
  assert_int_equal(seen, 0xF7);
  assert_true(evd_clock_ms() - from < 1000);
  assert_false(evd_http_next(h, 50, &a));
  evd_http_forget(h);
  assert_false(evd_http_next(h, 1000, &a));
}

static void test_the_environment_names_no_proxy(void **state) {
  evd_http_answer a;
  const evd_http_ask ask = get("/good");
  assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
  assert_int_equal(evd_http_do(*state, &ask, &a), EVD_OK);
  expect_body(&a, "good");
  (void)unsetenv("http_proxy");
  evd_http *through = NULL; /* the operator does */
  assert_int_equal(evd_http_open(&through, "http://127.0.0.1:1"), EVD_OK);
  assert_int_equal(evd_http_do(through, &ask, &a), EVD_ERR_IO);
  evd_buf_close(&a.body);
  evd_http_close(through);
}

static void test_only_addresses_of_http(void **state) {
  static const char *const bad[] = {
      "file:///etc/hostname", "ftp://127.0.0.1/x", "http:///x",  "http://",
      "127.0.0.1/x",          "HTTP://127.0.0.1",  "http://a b", "http://a\n"};
  evd_http_answer a;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const evd_http_ask ask = {
        .url = bad[i], .max_bytes = 4096, .limit_ms = 1000};
    assert_int_equal(evd_http_do(*state, &ask, &a), EVD_ERR_USAGE);
    assert_true(a.why[0]);
  }
  assert_true(evd_http_url_allowed("https://board.example/2028"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_get),
      cmocka_unit_test(test_post),
      cmocka_unit_test(test_busy_says_when),
      cmocka_unit_test(test_no_redirect_is_followed),
      cmocka_unit_test(test_answers_are_whole_and_short_enough),
      cmocka_unit_test(test_late_is_an_error),
      cmocka_unit_test(test_many_at_once),
      cmocka_unit_test(test_the_environment_names_no_proxy),
      cmocka_unit_test(test_only_addresses_of_http)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
