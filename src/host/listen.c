/* Sockets to listen on. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/host.h"
#include "host/httpd.h"

enum { BACKLOG = 4096, PORT_MAX = 65535 };

typedef union {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  struct sockaddr_un local;
} address;

static bool read_number(const char *text, long max, long *out) {
  char *end = NULL;
  if (*text < '0' || *text > '9')
    return false;
  *out = strtol(text, &end, 10);
  return *end == 0 && *out <= max;
}

/* ADDR:PORT, [ADDR]:PORT */
static bool read_internet(address *a, socklen_t *n, const char *where) {
  char host[INET6_ADDRSTRLEN] = "";
  const char *colon = strrchr(where, ':');
  bool six = where[0] == '[';
  long port = 0;
  if (!colon || !read_number(colon + 1, PORT_MAX, &port))
    return false;
  size_t length = (size_t)(colon - where);
  if (six && (length < 2 || colon[-1] != ']'))
    return false;
  length -= six ? 2 : 0;
  if (length >= sizeof host)
    return false;
  memcpy(host, where + six, length);
  *n = six ? sizeof a->v6 : sizeof a->v4;
  if (six) {
    a->v6.sin6_family = AF_INET6;
    a->v6.sin6_port = htons((uint16_t)port);
    return inet_pton(AF_INET6, host, &a->v6.sin6_addr) == 1;
  }
  a->v4.sin_family = AF_INET;
  a->v4.sin_port = htons((uint16_t)port);
  return inet_pton(AF_INET, host, &a->v4.sin_addr) == 1;
}

static bool read_local(address *a, socklen_t *n, const char *path) {
  size_t length = strlen(path);
  if (length == 0 || length >= sizeof a->local.sun_path)
    return false;
  a->local.sun_family = AF_UNIX;
  memcpy(a->local.sun_path, path, length + 1);
  *n = sizeof a->local;
  return true;
}

/* Takes away a socket that nobody listens on any more. */
static void remove_stale(const address *a) {
  struct stat st;
  if (lstat(a->local.sun_path, &st) != 0 || !S_ISSOCK(st.st_mode))
    return;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return;
  if (connect(fd, &a->any, sizeof a->local) != 0 && errno == ECONNREFUSED)
    (void)unlink(a->local.sun_path);
  (void)close(fd);
}

static bool bind_it(int fd, const address *a, socklen_t n) {
  const int on = 1;
  if (a->any.sa_family != AF_UNIX)
    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
           bind(fd, &a->any, n) == 0;
  remove_stale(a);
  mode_t before = umask(0117);
  bool good = bind(fd, &a->any, n) == 0;
  (void)umask(before);
  return good;
}

static evd_err inherit(int *fd, const char *where) {
  long n = 0;
  int listens = 0;
  socklen_t size = sizeof listens;
  if (!read_number(where + 3, 1023, &n) ||
      getsockopt((int)n, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 ||
      !listens)
    return evd_complain(EVD_ERR_USAGE, "%s is no listening socket", where);
  *fd = (int)n;
  return EVD_OK;
}

evd_err evd_listen(int *fd, const char *where) {
  address a;
  socklen_t n = 0;
  *fd = -1;
  if (strncmp(where, "fd:", 3) == 0)
    return inherit(fd, where);
  memset(&a, 0, sizeof a);
  bool known = strncmp(where, "unix:", 5) == 0 ? read_local(&a, &n, where + 5)
                                               : read_internet(&a, &n, where);
  if (!known)
    return evd_complain(EVD_ERR_USAGE,
                        "`%s`: expected ADDRESS:PORT in numbers, "
                        "[ADDRESS]:PORT, unix:PATH or fd:N",
                        where);
  *fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (*fd >= 0 && bind_it(*fd, &a, n) && listen(*fd, BACKLOG) == 0)
    return EVD_OK;
  evd_err e = evd_complain(EVD_ERR_IO, "cannot listen on %s: %s", where,
                           strerror(errno));
  if (*fd >= 0)
    (void)close(*fd);
  *fd = -1;
  return e;
}

void evd_listen_name(int fd, char out[128]) {
  address a;
  socklen_t n = sizeof a;
  char host[INET6_ADDRSTRLEN] = "?";
  memset(&a, 0, sizeof a);
  (void)getsockname(fd, &a.any, &n);
  if (a.any.sa_family == AF_UNIX) {
    (void)snprintf(out, 128, "unix:%s", a.local.sun_path);
  } else if (a.any.sa_family == AF_INET6) {
    (void)inet_ntop(AF_INET6, &a.v6.sin6_addr, host, sizeof host);
    (void)snprintf(out, 128, "[%s]:%u", host, ntohs(a.v6.sin6_port));
  } else {
    (void)inet_ntop(AF_INET, &a.v4.sin_addr, host, sizeof host);
    (void)snprintf(out, 128, "%s:%u", host, ntohs(a.v4.sin_port));
  }
}
