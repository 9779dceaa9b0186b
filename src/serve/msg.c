#include "serve/msg.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/require.h"

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

void evd_msg_init(evd_msg *m, evd_msg_kind kind) {
  memset(m, 0, sizeof *m);
  m->kind = kind;
}

void evd_msg_add(evd_msg *m, const void *p, size_t n) {
  EVD_REQUIRE(n <= EVD_MSG_BYTES_MAX - m->n);
  if (n > 0)
    memcpy(m->bytes + m->n, p, n);
  m->n += (uint32_t)n;
}

void evd_msg_say(evd_msg *m, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  (void)vsnprintf(text, sizeof text, format, args);
  va_end(args);
  evd_msg_add(m, text, strlen(text));
}

evd_err evd_msg_pair(int ends[2]) {
  return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0
             ? EVD_OK
             : EVD_ERR_IO;
}

/* Room for one descriptor beside a message. */
typedef union {
  struct cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(int))];
} beside;

evd_err evd_msg_send(int end, const evd_msg *m, int file) {
  union {
    const evd_msg *plain;
    void *for_call; /* which does not change it */
  } bytes = {.plain = m};
  struct iovec v = {bytes.for_call, sizeof *m};
  beside b;
  struct msghdr h = {.msg_iov = &v, .msg_iovlen = 1};
  memset(&b, 0, sizeof b);
  if (file >= 0) {
    h.msg_control = b.bytes;
    h.msg_controllen = sizeof b.bytes;
    b.align.cmsg_len = CMSG_LEN(sizeof file);
    b.align.cmsg_level = SOL_SOCKET;
    b.align.cmsg_type = SCM_RIGHTS;
    memcpy(CMSG_DATA(&b.align), &file, sizeof file);
  }
  for (;;) {
    ssize_t n = sendmsg(end, &h, MSG_NOSIGNAL);
    if (n == (ssize_t)sizeof *m)
      return EVD_OK;
    if (n < 0 && errno == EINTR)
      continue;
    return n < 0 && (errno == EPIPE || errno == ECONNRESET) ? EVD_ERR_MISSING
                                                            : EVD_ERR_IO;
  }
}

evd_err evd_msg_get(int end, evd_msg *m, int *file) {
  memset(m, 0, sizeof *m);
  struct iovec v = {m, sizeof *m};
  beside b;
  struct msghdr h = {.msg_iov = &v,
                     .msg_iovlen = 1,
                     .msg_control = b.bytes,
                     .msg_controllen = sizeof b.bytes};
  ssize_t n;
  *file = -1;
  memset(&b, 0, sizeof b);
  do {
    n = recvmsg(end, &h, MSG_CMSG_CLOEXEC);
  } while (n < 0 && errno == EINTR);
  const struct cmsghdr *c = CMSG_FIRSTHDR(&h);
  if (c && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof *file))
    memcpy(file, CMSG_DATA(c), sizeof *file);
  if (n == 0 || (n < 0 && errno == ECONNRESET))
    return EVD_ERR_MISSING;
  if (n < 0)
    return EVD_ERR_IO;
  if (n == (ssize_t)sizeof *m && m->n <= EVD_MSG_BYTES_MAX)
    return EVD_OK;
  if (*file >= 0)
    (void)close(*file);
  *file = -1;
  return EVD_ERR_FORM;
}

/* ---- memory files ---- */

static bool write_all(int fd, evd_span bytes) {
  for (size_t done = 0; done < bytes.n;) {
    ssize_t n = write(fd, bytes.p + done, bytes.n - done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    done += (size_t)n;
  }
  return true;
}

int evd_memory_file(evd_span bytes) {
  int fd = memfd_create("evident", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0)
    return -1;
  if (write_all(fd, bytes) && fcntl(fd, F_ADD_SEALS, SEALS) == 0)
    return fd;
  (void)close(fd);
  return -1;
}

evd_err evd_memory_map(evd_span *out, int file, size_t max) {
  struct stat st;
  void *p = NULL;
  *out = (evd_span){NULL, 0};
  bool good = file >= 0 && fcntl(file, F_GET_SEALS) == SEALS &&
              fstat(file, &st) == 0 && (uint64_t)st.st_size <= max;
  size_t n = good ? (size_t)st.st_size : 0;
  if (n > 0)
    p = mmap(NULL, n, PROT_READ, MAP_PRIVATE, file, 0);
  if (file >= 0)
    (void)close(file);
  if (!good)
    return EVD_ERR_FORM;
  if (n > 0 && p == MAP_FAILED)
    return EVD_ERR_SPACE;
  *out = (evd_span){p, n};
  return EVD_OK;
}

void evd_memory_unmap(evd_span *bytes) {
  union {
    const uint8_t *plain;
    void *for_call;
  } p = {.plain = bytes->p};
  if (bytes->n > 0)
    (void)munmap(p.for_call, bytes->n);
  *bytes = (evd_span){NULL, 0};
}
