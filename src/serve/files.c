/* `files`: hands out descriptors of public files. Reads the public folder and
 * nothing else; what nginx does where there is one. */
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/host.h"
#include "host/http_head.h"
#include "serve/processes.h"

/* Below the folder and by no link, whatever the name says. */
static int open_below(int folder, const char *path) {
  const struct open_how how = {
      .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
  return (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
}

static evd_err answer(int folder, const evd_msg *m, int front) {
  char path[EVD_HTTP_TARGET_MAX + 1] = "";
  struct stat st;
  evd_msg out;
  evd_msg_init(&out, EVD_MSG_ANSWER);
  out.id = m->id;
  out.status = EVD_HTTP_NOT_FOUND;
  if (m->kind != EVD_MSG_FILE || m->n >= sizeof path)
    return EVD_ERR_FORM;
  memcpy(path, m->bytes, m->n);
  path[m->n] = 0;
  int fd = open_below(folder, path);
  if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
    out.status = EVD_HTTP_OK;
    out.a = (uint64_t)st.st_size;
  } else {
    evd_msg_say(&out, "there is no such file");
  }
  evd_err e = evd_msg_send(front, &out, out.status == EVD_HTTP_OK ? fd : -1);
  if (fd >= 0)
    (void)close(fd);
  return e;
}

evd_err evd_process_files(const evd_serve_plan *p, const int *to) {
  int front = to[EVD_PROCESS_FRONT];
  int folder = open(p->public_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0)
    return evd_complain(EVD_ERR_IO, "cannot open %s", p->public_dir);
  evd_err e = evd_process_jail(EVD_PROCESS_FILES, p);
  while (e == EVD_OK) {
    evd_msg m;
    int file = -1;
    e = evd_msg_get(front, &m, &file);
    if (file >= 0)
      (void)close(file);
    if (e == EVD_OK)
      e = answer(folder, &m, front);
  }
  (void)close(folder);
  return e;
}
