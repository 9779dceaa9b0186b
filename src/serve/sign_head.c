#include "serve/sign_head.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/endian.h"
#include "hash/hash.h"
#include "host/host.h"

enum { PLACE = 88, SEALED = 56, PLACES = 2, MAGIC = 8 };
static const char magic[] = "EVDH0001";

static void seal(evd_h32 *hash, const uint8_t *place) {
  evd_sha256 sha;
  evd_sha256_init(&sha);
  evd_sha256_add(&sha, place, SEALED);
  evd_sha256_out(&sha, hash);
}

static bool read_place(const uint8_t *p, uint64_t *count, evd_log_head *head) {
  evd_h32 hash;
  seal(&hash, p);
  if (memcmp(p, magic, MAGIC) != 0 ||
      memcmp(p + SEALED, hash.b, sizeof hash.b) != 0)
    return false;
  *count = evd_be64_get(p + MAGIC);
  head->size = evd_be64_get(p + 16);
  memcpy(head->root.b, p + 24, sizeof head->root.b);
  return true;
}

static evd_err load(evd_sign_head *s, const char *path) {
  uint8_t bytes[PLACES * PLACE];
  memset(bytes, 0, sizeof bytes);
  ssize_t n = pread(s->fd, bytes, sizeof bytes, 0);
  if (n < 0)
    return evd_complain(EVD_ERR_IO, "cannot read %s: %s", path,
                        strerror(errno));
  for (int i = 0; i < PLACES; i++) {
    uint64_t count = 0;
    evd_log_head head;
    if (read_place(bytes + i * PLACE, &count, &head) && count > s->count) {
      s->count = count;
      s->head = head;
    }
  }
  if (n > 0 && s->count == 0)
    return evd_complain(EVD_ERR_FORM,
                        "%s is damaged: what the log's key signed last is not "
                        "known, so it signs nothing more",
                        path);
  return EVD_OK;
}

evd_err evd_sign_head_open(evd_sign_head *s, const char *path) {
  memset(s, 0, sizeof *s);
  s->fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (s->fd < 0)
    return evd_complain(EVD_ERR_IO, "cannot open %s: %s", path,
                        strerror(errno));
  if (flock(s->fd, LOCK_EX | LOCK_NB) != 0)
    return evd_complain(EVD_ERR_WAIT, "another server has %s", path);
  EVD_TRY(evd_dir_sync_of(path)); /* its name, if it is new */
  return load(s, path);
}

evd_err evd_sign_head_write(evd_sign_head *s, const evd_log_head *head) {
  uint8_t place[PLACE];
  uint64_t count = s->count + 1;
  memcpy(place, magic, MAGIC);
  evd_be64_put(place + MAGIC, count);
  evd_be64_put(place + 16, head->size);
  memcpy(place + 24, head->root.b, sizeof head->root.b);
  evd_h32 hash;
  seal(&hash, place);
  memcpy(place + SEALED, hash.b, sizeof hash.b);
  off_t at = (off_t)(s->count % PLACES) * PLACE;
  if (pwrite(s->fd, place, PLACE, at) != PLACE || fsync(s->fd) != 0)
    return evd_complain(EVD_ERR_IO, "cannot keep the head that is signed: %s",
                        strerror(errno));
  s->count = count;
  s->head = *head;
  return EVD_OK;
}

void evd_sign_head_close(evd_sign_head *s) {
  if (s->fd >= 0)
    (void)close(s->fd);
  s->fd = -1;
}
