/* The byte filter, and the server behind it, over real sockets. */
#include "arith.h"

#include "host/http_head.h"
#include "host/httpd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- the filter ---- */

static unsigned judge(const char *text, size_t n) {
  return evd_http_head_judge_var((evd_span){(const uint8_t *)text, n});
}
#define JUDGE(text) judge(text, sizeof(text) - 1)
#define GET "GET /a HTTP/1.1\r\nHost: h\r\n"
#define POST "POST /a HTTP/1.1\r\nHost: h\r\n"

static void test_filter_takes(void **state) {
  (void)state;
  assert_int_equal(JUDGE(GET "\r\n"), 200);
  assert_int_equal(JUDGE("HEAD /tile/0/x001/067.p/12 HTTP/1.0\r\n\r\n"), 200);
  assert_int_equal(JUDGE(POST "Content-Length: 3\r\n\r\nabc"), 200);
  assert_int_equal(JUDGE(POST "content-length:0\r\n\r\n"), 200);
  assert_int_equal(JUDGE("OPTIONS /a HTTP/1.1\r\nHost: h\r\n\r\n"), 200);
  assert_int_equal(
      JUDGE(POST "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"), 200);
}

static void test_filter_waits(void **state) {
  (void)state;
  static const char whole[] = POST "Content-Length: 3\r\n\r\n";
  for (size_t n = 0; n < sizeof whole - 1; n++)
    assert_int_equal(judge(whole, n), 0);
  assert_int_equal(judge(whole, sizeof whole - 1), 200);
}

static void test_filter_refuses(void **state) {
  (void)state;
  static const struct {
    unsigned status;
    const char *text;
  } bad[] = {
      {400, "GET /a HTTP/1.1\nHost: h\n\n"},
      {400, "GET /a HTTP/1.1\r\nHost: h\n\r\n"},
      {400, "GET /a HTTP/1.1\r\nHost: h\rX: y\r\n\r\n"},
      {400, "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"},
      {400, "OPTIONS /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"},
      {400, "OPTIONS /a HTTP/1.1\r\nHost: h\r\n\r\nx"},
      {405, "OPTION /a HTTP/1.1\r\nHost: h\r\n\r\n"},
      {400, GET "A: b\r\n c\r\n\r\n"},
      {400, GET " A: b\r\n\r\n"},
      {400, GET "A : b\r\n\r\n"},
      {400, GET "A: b\tc\r\n\r\n"},
      {400, GET "A: \x01\r\n\r\n"},
      {400, GET "A: \x7f\r\n\r\n"},
      {400, GET "A: \xc3\xa4\r\n\r\n"},
      {400, GET "no colon\r\n\r\n"},
      {400, GET ": x\r\n\r\n"},
      {400, GET "Host: h\r\n\r\n"},
      {400, "GET /a HTTP/1.1\r\n\r\n"},
      {400, "\r\n" GET "\r\n"},
      {400, "GET http://h/a HTTP/1.1\r\nHost: h\r\n\r\n"},
      {400, "GET * HTTP/1.1\r\nHost: h\r\n\r\n"},
      {400, "GET /a?b HTTP/1.1\r\nHost: h\r\n\r\n"},
      {400, "GET /%2e HTTP/1.1\r\nHost: h\r\n\r\n"},
      {400, "GET /a/../b HTTP/1.1\r\nHost: h\r\n\r\n"},
      {400, "GET //a HTTP/1.1\r\nHost: h\r\n\r\n"},
      {400, "GET  /a HTTP/1.1\r\nHost: h\r\n\r\n"},
      {400, "GET /a  HTTP/1.1\r\nHost: h\r\n\r\n"},
      {400, "GET /a\r\nHost: h\r\n\r\n"},
      {505, "GET /a HTTP/2.0\r\nHost: h\r\n\r\n"},
      {405, "DELETE /a HTTP/1.1\r\nHost: h\r\n\r\n"},
      {411, POST "\r\n"},
      {501, POST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {501, POST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {501, POST "tRANSFER-eNCODING:x\r\n\r\n"},
      {400, POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\n"},
      {400, POST "Content-Length: 3, 3\r\n\r\n"},
      {400, POST "Content-Length: +3\r\n\r\n"},
      {400, POST "Content-Length: 03\r\n\r\n"},
      {400, POST "Content-Length: 0x3\r\n\r\n"},
      {400, POST "Content-Length: \r\n\r\n"},
      {400, POST "Content-Length: 99999999999\r\n\r\n"},
      {400, POST "Content-Length: 2\r\n\r\nabc"},
      {400, GET "Content-Length: 0\r\n\r\n"},
      {400, GET "\r\n" GET "\r\n"},
      {417, POST "Content-Length: 3\r\nExpect: else\r\n\r\n"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (judge(bad[i].text, strlen(bad[i].text)) != bad[i].status)
      fail_msg("%s: not %u", bad[i].text, bad[i].status);
  assert_int_equal(JUDGE("GET /a HTTP/1.1\r\nHost: h\r\nA: \0\r\n\r\n"), 400);
}

static void test_filter_large(void **state) {
  (void)state;
  static char text[EVD_HTTP_HEAD_MAX];
  memset(text, 'a', sizeof text);
  memcpy(text, GET "A: ", sizeof GET + 2);
  assert_int_equal(judge(text, sizeof text - 1), 0);
  assert_int_equal(judge(text, sizeof text), 431);
  size_t n = sizeof GET - 1;
  for (int i = 0; i < EVD_HTTP_LINES_MAX; i++, n += 6)
    memcpy(text + n, "A: b\r\n", 6);
  assert_int_equal(judge(text, n), 431);
}

/* ---- the server ---- */

static evd_httpd *server;
static char address[128];
static evd_httpd_call *later;

static void on_ask(void *self, evd_httpd_call *call,
                   const evd_httpd_question *q) {
  evd_httpd_answer a = {.status = 200, .body = q->body, .file = -1};
  (void)self;
  if (strcmp(q->path, "/echo") == 0)
    evd_httpd_reply(call, &a);
  else if (strcmp(q->path, "/later") == 0)
    later = call;
  else
    evd_httpd_say(call, 503, q->path);
}

static int start(void **state) {
  const evd_httpd_plan plan = {.ask = on_ask,
                               .body_max = 100000,
                               .bodies_max = 150000,
                               .calls_max = 4,
                               .idle_max = 8,
                               .head_ms = 400,
                               .body_ms = 1500,
                               .answer_ms = 400};
  int fd = -1;
  (void)state;
  if (evd_listen(&fd, "127.0.0.1:0") != EVD_OK)
    return -1;
  evd_listen_name(fd, address);
  return evd_httpd_open(&server, fd, &plan) == EVD_OK ? 0 : -1;
}

static int stop(void **state) {
  (void)state;
  evd_httpd_close(server);
  return 0;
}

static void turn(int ms) {
  for (int i = 0; i < ms; i += 2) {
    evd_httpd_run(server);
    (void)usleep(2000);
  }
}

static int client(void) {
  struct sockaddr_in at = {.sin_family = AF_INET};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.sin_port = htons((uint16_t)strtoul(strrchr(address, ':') + 1, NULL, 10));
  assert_int_equal(
      connect(fd, (const struct sockaddr *)(const void *)&at, sizeof at), 0);
  return fd;
}

static void say(int fd, const char *text) {
  assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* What comes until the server hangs up; NULL: it does not. */
static const char *hear(int fd) {
  static char text[65536];
  size_t n = 0;
  for (int i = 0; i < 1000; i++) {
    evd_httpd_run(server);
    ssize_t got = recv(fd, text + n, sizeof text - 1 - n, MSG_DONTWAIT);
    if (got > 0)
      n += (size_t)got;
    text[n] = 0;
    if (got == 0 || (got < 0 && errno == ECONNRESET)) {
      (void)close(fd);
      return text;
    }
    (void)usleep(2000);
  }
  return NULL;
}

static const char *ask(const char *text) {
  int fd = client();
  say(fd, text);
  return hear(fd);
}

static bool begins(const char *text, const char *with) {
  return text && strncmp(text, with, strlen(with)) == 0;
}

static void test_serve(void **state) {
  (void)state;
  const char *got = ask("POST /echo HTTP/1.1\r\nHost: h\r\n"
                        "Content-Length: 5\r\n\r\nhello");
  assert_true(begins(got, "HTTP/1.1 200 "));
  assert_non_null(strstr(got, "Connection: close\r\n"));
  assert_non_null(strstr(got, "\r\n\r\nhello"));
  got = ask("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
  assert_true(begins(got, "HTTP/1.1 503 "));
  assert_non_null(strstr(got, "Retry-After: 2\r\n"));
  assert_true(begins(ask("POST /echo HTTP/1.1\r\nHost: h\r\n"
                         "Content-Length: 100001\r\n\r\n"),
                     "HTTP/1.1 413 "));
  assert_true(begins(ask("GET /x HTTP/1.1\nHost: h\n\n"), "HTTP/1.1 400 "));
  assert_int_equal(evd_httpd_calls(server), 0);
}

/* Bytes that come one by one are one request; what follows it is none. */
static void test_serve_slowly(void **state) {
  (void)state;
  static const char head[] = "POST /echo HTTP/1.1\r\nHost: h\r\n"
                             "Content-Length: 2\r\n\r\n";
  int fd = client();
  for (size_t i = 0; i < sizeof head - 1; i++) {
    assert_int_equal(send(fd, head + i, 1, MSG_NOSIGNAL), 1);
    turn(2);
  }
  turn(50);
  say(fd, "abGET /echo HTTP/1.1\r\nHost: h\r\n\r\n");
  const char *got = hear(fd);
  assert_true(begins(got, "HTTP/1.1 200 "));
  assert_null(strstr(got + 1, "HTTP/1.1"));
}

static void test_serve_later(void **state) {
  (void)state;
  int fd = client(), one = client();
  say(fd, "POST /later HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
  turn(1800); /* longer than any limit */
  assert_non_null(later);
  say(one, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
  assert_true(begins(hear(one), ""));
  evd_httpd_say(later, 409, "too late");
  assert_true(begins(hear(fd), "HTTP/1.1 409 "));
}

/* Neither a client that says nothing nor one that stops half-way holds
 * anything for long; a body that never ends is cut off. */
static void test_serve_silent(void **state) {
  (void)state;
  int silent = client(), half = client(), body = client();
  say(half, "GET /x HT");
  say(body, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 90\r\n\r\nx");
  for (int i = 0; i < 18; i++) {
    turn(100);
    (void)!send(half, "T", 1, MSG_NOSIGNAL);
    (void)!send(body, "x", 1, MSG_NOSIGNAL);
  }
  assert_string_equal(hear(silent), "");
  assert_string_equal(hear(half), "");
  assert_string_equal(hear(body), "");
  assert_int_equal(evd_httpd_calls(server), 0);
}

static void test_serve_many_idle(void **state) {
  (void)state;
  int idle[40];
  for (size_t i = 0; i < 40; i++)
    idle[i] = client();
  assert_true(
      begins(ask("GET /x HTTP/1.1\r\nHost: h\r\n\r\n"), "HTTP/1.1 503 "));
  for (size_t i = 0; i < 40; i++)
    (void)close(idle[i]);
  turn(20);
}

static void test_listen(void **state) {
  (void)state;
  static const char *const bad[] = {
      "",       "localhost:1",  "127.0.0.1", "127.0.0.1:65536",
      "[::1:1", "127.0.0.1:1x", "unix:",     "fd:0",
      "fd:x",   "fd:999"};
  int fd = -1, again = -1, dead = -1;
  char name[128], path[64];
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(evd_listen(&fd, bad[i]), EVD_ERR_USAGE);
  assert_int_equal(evd_listen(&fd, address), EVD_ERR_IO); /* taken */
  (void)snprintf(path, sizeof path, "unix:/tmp/evident-listen-%d", getpid());
  assert_int_equal(evd_listen(&fd, path), EVD_OK);
  assert_int_equal(evd_listen(&again, path), EVD_ERR_IO); /* somebody does */
  evd_listen_name(fd, name);
  assert_string_equal(name, path);
  (void)snprintf(name, sizeof name, "fd:%d", fd);
  assert_int_equal(evd_listen(&again, name), EVD_OK);
  assert_int_equal(again, fd);
  (void)close(fd);
  assert_int_equal(evd_listen(&dead, path), EVD_OK); /* nobody any more */
  (void)close(dead);
  (void)unlink(path + 5);
  if (evd_listen(&fd, "[::1]:0") != EVD_OK)
    return; /* no IPv6 here */
  evd_listen_name(fd, name);
  assert_memory_equal(name, "[::1]:", 6);
  (void)close(fd);
}

/* A client that has said this and no more. */
static int stuck(const char *text) {
  int fd = client();
  say(fd, text);
  turn(10);
  return fd;
}

#define LONG_BODY                                                              \
  "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 90000\r\n\r\n"

/* Who is slow stops nobody: neither by their number nor by what they announce
 * or have sent. The one that began first makes room. */
static void test_serve_slow_ones(void **state) {
  (void)state;
  static const char hello[] =
      "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
  static char much[80001];
  int held[5];
  for (size_t i = 0; i < 4; i++)
    held[i] = stuck(LONG_BODY "x");
  assert_int_equal(evd_httpd_calls(server), 4);
  assert_true(begins(ask(hello), "HTTP/1.1 200 "));
  assert_string_equal(hear(held[0]), "");
  assert_int_equal(evd_httpd_calls(server), 3);
  memset(much, 'x', sizeof much - 1);
  for (size_t i = 1; i < 3; i++) { /* 160,000 bytes of 150,000 */
    say(held[i], much);
    turn(20);
  }
  assert_string_equal(hear(held[1]), "");
  assert_int_equal(evd_httpd_calls(server), 2);
  (void)close(held[2]);
  (void)close(held[3]);
  turn(50);
  assert_int_equal(evd_httpd_calls(server), 0);
}

/* What waits for an answer is bounded, and nobody takes its place. */
static void test_serve_bounds(void **state) {
  (void)state;
  static char body[70001];
  static const char post[] = "POST /later HTTP/1.1\r\nHost: h\r\n";
  int held[4];
  evd_httpd_call *calls[4];
  memset(body, 'x', sizeof body - 1);
  for (size_t i = 0; i < 2; i++) {
    held[i] = stuck(post);
    say(held[i], "Content-Length: 70000\r\n\r\n");
    say(held[i], body);
    turn(20);
    calls[i] = later;
  }
  assert_true(begins(ask(LONG_BODY), "HTTP/1.1 503 "));
  for (size_t i = 2; i < 4; i++) {
    held[i] = stuck(post);
    say(held[i], "Content-Length: 1\r\n\r\nx");
    turn(10);
    calls[i] = later;
  }
  assert_int_equal(evd_httpd_calls(server), 4);
  assert_true(begins(ask("GET /x HTTP/1.1\r\nHost: h\r\n\r\n"),
                     "HTTP/1.1 503 Service"));
  for (size_t i = 0; i < 4; i++) {
    evd_httpd_say(calls[i], 409, "late");
    assert_true(begins(hear(held[i]), "HTTP/1.1 409 "));
  }
  turn(50);
  assert_int_equal(evd_httpd_calls(server), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_filter_takes),
      cmocka_unit_test(test_filter_waits),
      cmocka_unit_test(test_filter_refuses),
      cmocka_unit_test(test_filter_large),
      cmocka_unit_test(test_serve),
      cmocka_unit_test(test_serve_slowly),
      cmocka_unit_test(test_serve_later),
      cmocka_unit_test(test_serve_silent),
      cmocka_unit_test(test_serve_many_idle),
      cmocka_unit_test(test_serve_slow_ones),
      cmocka_unit_test(test_serve_bounds),
      cmocka_unit_test(test_listen),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
