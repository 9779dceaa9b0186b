/* A file that appears whole or not at all.
 *
 * The bytes go to a file without a name (O_TMPFILE) in the same folder, which
 * vanishes with the process; it gets its name when all is written and synced.
 * Where the file system has no such files a hidden name beside the target is
 * used instead. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/wipe.h"
#include "host/files.h"
#include "host/host.h"
#include "host/mem.h"
#include "host/start.h"

#define PATH_BYTES 4096
#define CHUNK_BYTES ((size_t)64 * 1024)

struct evd_out {
  int fd;
  int how;
  bool nameless;
  size_t n;
  char path[PATH_BYTES];
  char folder[PATH_BYTES];
  char hidden[PATH_BYTES + 64]; /* the temporary name, while there is one */
  uint8_t chunk[CHUNK_BYTES];
};

static void folder_of(char out[PATH_BYTES], const char *path) {
  const char *slash = strrchr(path, '/');
  size_t n = slash ? (size_t)(slash - path) : 0;
  if (!slash) {
    memcpy(out, ".", 2);
  } else if (n == 0) {
    memcpy(out, "/", 2);
  } else {
    memcpy(out, path, n);
    out[n] = 0;
  }
}

static evd_err sync_folder(const char *folder) {
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int bad = fd < 0 || fsync(fd) != 0;
  int why = errno;
  if (fd >= 0)
    (void)close(fd);
  /* Some file systems cannot sync folders and say so with EINVAL. */
  if (bad && why != EINVAL)
    return evd_complain(EVD_ERR_IO, "cannot make %s durable: %s", folder,
                        strerror(why));
  return EVD_OK;
}

evd_err evd_dir_sync_of(const char *path) {
  char folder[PATH_BYTES];
  if (strlen(path) >= sizeof folder)
    return evd_complain(EVD_ERR_IO, "the path is too long");
  folder_of(folder, path);
  return sync_folder(folder);
}

static void choose_hidden(evd_out *o) {
  uint8_t r[8];
  char hex[2 * sizeof r + 1] = {0};
  evd_random(r, sizeof r);
  evd_hex_write(hex, r, sizeof r);
  (void)snprintf(o->hidden, sizeof o->hidden, "%s/.evident-%s", o->folder, hex);
}

static void open_temporary(evd_out *o, uint32_t mode) {
  const bool nameable = access("/proc/self/fd", X_OK) == 0;
  if (nameable)
    o->fd = open(o->folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, (mode_t)mode);
  o->nameless = o->fd >= 0;
  if (o->nameless)
    return;
  if (nameable && (errno == EACCES || errno == ENOENT || errno == EROFS))
    return; /* what keeps this file out keeps any other out */
  choose_hidden(o);
  o->fd = open(o->hidden, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
               (mode_t)mode);
  if (o->fd < 0)
    o->hidden[0] = 0;
}

static evd_err refuse_existing(const char *path) {
  return evd_complain(EVD_ERR_EXISTS,
                      "%s is there already and is not overwritten", path);
}

evd_err evd_out_open(evd_out **out, const char *path, uint32_t mode, int how) {
  *out = NULL;
  evd_host_start();
  if (strlen(path) >= PATH_BYTES - 64)
    return evd_complain(EVD_ERR_IO, "the path is too long");
  if (how == EVD_NEW && evd_file_exists(path))
    return refuse_existing(path);
  evd_out *o = evd_mem_get(sizeof *o);
  if (!o)
    return evd_complain(EVD_ERR_SPACE, "no memory to write %s", path);
  o->fd = -1;
  o->how = how;
  memcpy(o->path, path, strlen(path) + 1);
  folder_of(o->folder, path);
  open_temporary(o, mode);
  /* The umask may have taken bits away, never added any. */
  if (o->fd < 0 || fchmod(o->fd, (mode_t)mode) != 0) {
    evd_err e =
        evd_complain(EVD_ERR_IO, "cannot write %s: %s", path, strerror(errno));
    evd_out_abandon(o);
    return e;
  }
  *out = o;
  return EVD_OK;
}

static evd_err flush_chunk(evd_out *o) {
  size_t done = 0;
  while (done < o->n) {
    ssize_t w = write(o->fd, o->chunk + done, o->n - done);
    if (w < 0 && errno == EINTR)
      continue;
    if (w < 0)
      return evd_complain(EVD_ERR_IO, "cannot write %s: %s", o->path,
                          strerror(errno));
    done += (size_t)w;
  }
  o->n = 0;
  return EVD_OK;
}

evd_err evd_out_add(evd_out *o, const void *p, size_t n) {
  const uint8_t *from = p;
  while (n > 0) {
    size_t room = CHUNK_BYTES - o->n;
    size_t take = n < room ? n : room;
    memcpy(o->chunk + o->n, from, take);
    o->n += take;
    from += take;
    n -= take;
    if (o->n == CHUNK_BYTES)
      EVD_TRY(flush_chunk(o));
  }
  return EVD_OK;
}

/* Gives the nameless file a name; false with errno set. */
static bool name_it(const evd_out *o, const char *name) {
  char fd_path[64];
  (void)snprintf(fd_path, sizeof fd_path, "/proc/self/fd/%d", o->fd);
  return linkat(AT_FDCWD, fd_path, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
}

/* A link never replaces: the check and the act are one. */
static bool publish_new(evd_out *o) {
  if (o->nameless)
    return name_it(o, o->path);
  if (link(o->hidden, o->path) != 0)
    return false;
  (void)unlink(o->hidden);
  o->hidden[0] = 0;
  return true;
}

static bool publish_replacing(evd_out *o) {
  if (o->nameless) {
    choose_hidden(o);
    if (!name_it(o, o->hidden)) {
      o->hidden[0] = 0;
      return false;
    }
  }
  if (rename(o->hidden, o->path) != 0)
    return false;
  o->hidden[0] = 0;
  return true;
}

static evd_err publish(evd_out *o) {
  EVD_TRY(flush_chunk(o));
  bool good = fsync(o->fd) == 0;
  if (good)
    good = o->how == EVD_NEW ? publish_new(o) : publish_replacing(o);
  if (!good && errno == EEXIST)
    return refuse_existing(o->path);
  if (!good)
    return evd_complain(EVD_ERR_IO, "cannot write %s: %s", o->path,
                        strerror(errno));
  evd_err e = sync_folder(o->folder);
  /* A new name that may not last is taken back: nothing is left behind. */
  if (e != EVD_OK && o->how == EVD_NEW)
    (void)unlink(o->path);
  return e;
}

evd_err evd_out_commit(evd_out *o) {
  evd_err e = publish(o);
  evd_out_abandon(o); /* what it closes is committed by now */
  return e;
}

void evd_out_abandon(evd_out *o) {
  if (!o)
    return;
  if (o->fd >= 0)
    (void)close(o->fd);
  if (o->hidden[0])
    (void)unlink(o->hidden);
  evd_wipe(o, sizeof *o);
  evd_mem_free(o);
}
