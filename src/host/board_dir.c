/* A board in a folder. */
#include "host/board_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/below.h"
#include "host/files.h"
#include "host/host.h"
#include "host/mem.h"

typedef struct {
  int root;
} folder;

bool evd_board_is_url(const char *where) {
  return strncmp(where, "http://", sizeof "http://" - 1) == 0 ||
         strncmp(where, "https://", sizeof "https://" - 1) == 0;
}

/* As long as it was when it was opened: files of a board do not grow, and what
 * is asked for its end costs a call of the system more. */
static evd_err read_all(int fd, uint64_t size, evd_buf *out) {
  uint8_t piece[16384];
  size_t got = 1;
  for (uint64_t left = size; left > 0 && got > 0; left -= got) {
    EVD_TRY(evd_fd_read(
        fd, piece, left < sizeof piece ? (size_t)left : sizeof piece, &got));
    evd_buf_add(out, piece, got);
  }
  return evd_buf_ok(out) ? EVD_OK : EVD_ERR_SPACE;
}

static evd_err folder_read(void *self, const char *path, size_t max_bytes,
                           evd_buf *out) {
  const folder *f = self;
  int fd = -1;
  uint64_t size = 0;
  evd_buf_reset(out);
  EVD_TRY(evd_below_open(f->root, path, &fd, &size));
  evd_err e = size > max_bytes ? EVD_ERR_RANGE : read_all(fd, size, out);
  (void)close(fd);
  return e;
}

evd_err evd_board_dir_open(evd_board_files *out, const char *dir) {
  *out = (evd_board_files){NULL, NULL};
  int root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root < 0)
    return evd_complain(errno == ENOENT || errno == ENOTDIR ? EVD_ERR_MISSING
                                                            : EVD_ERR_IO,
                        "%s is no readable folder: %s", dir, strerror(errno));
  folder *f = evd_mem_get(sizeof *f);
  if (!f) {
    (void)close(root);
    return evd_complain(EVD_ERR_SPACE, "no memory to read %s", dir);
  }
  f->root = root;
  *out = (evd_board_files){f, folder_read};
  return EVD_OK;
}

void evd_board_dir_close(evd_board_files *f) {
  folder *d = f->self;
  if (!d)
    return;
  (void)close(d->root);
  evd_mem_free(d);
  f->self = NULL;
}
