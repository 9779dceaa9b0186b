#include "host/resume_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/wipe.h"
#include "hash/hash.h"

#define FILE_BYTES_MAX ((size_t)300 << 20)
#define ARENA_BYTES_MAX ((size_t)1 << 30)
#define PATH_BYTES 4096
#define SHARE_OF_TIME 50.0 /* keeping takes at most the 50th part */
static const char begins[] = "{\"seal\":\"";
static const char ends[] = "\"}\n";
#define HEX_BYTES (2 * sizeof(evd_h32))
#define SEAL_BYTES (sizeof begins - 1 + HEX_BYTES + sizeof ends - 1)

static double seconds(void) {
  struct timespec t = {0, 0};
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the key ---- */

/* Makes the folder and those above it. */
static evd_err make_folders(char *path) {
  for (char *at = path + 1;; at++) {
    char c = *at;
    if (c != '/' && c != 0)
      continue;
    *at = 0;
    int bad = mkdir(path, 0700) != 0 && errno != EEXIST;
    if (bad)
      return evd_complain(EVD_ERR_IO, "cannot make %s: %s", path,
                          strerror(errno));
    *at = c;
    if (c == 0)
      return EVD_OK;
  }
}

static evd_err key_folder(char *out, size_t cap) {
  const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
  int n = -1;
  if (state && state[0] == '/')
    n = snprintf(out, cap, "%s/evident", state);
  else if (home && home[0] == '/')
    n = snprintf(out, cap, "%s/.local/state/evident", home);
  if (n < 0 || (size_t)n >= cap)
    return evd_complain(EVD_ERR_USAGE,
                        "--resume needs a place for the verifier's key: set "
                        "HOME or XDG_STATE_HOME");
  return make_folders(out);
}

static evd_err read_key(evd_h32 *key, const char *path, evd_arena *a) {
  evd_span bytes;
  struct stat st;
  EVD_TRY(evd_file_read(path, sizeof key->b, &bytes, a));
  if (bytes.n != sizeof key->b || lstat(path, &st) != 0 ||
      st.st_uid != geteuid() || (st.st_mode & 077) != 0)
    return evd_complain(EVD_ERR_REFUSED,
                        "%s is no key of 32 bytes that only its owner reads",
                        path);
  memcpy(key->b, bytes.p, sizeof key->b);
  return EVD_OK;
}

static evd_err make_key(const char *path) {
  evd_h32 key;
  if (evd_random_get(&key, sizeof key) != EVD_OK)
    return evd_complain(EVD_ERR_IO, "the system gives no randomness");
  evd_err e = evd_file_write(path, key.b, sizeof key.b, 0600, EVD_NEW);
  evd_wipe(&key, sizeof key);
  return e;
}

static evd_err get_key(evd_h32 *key, evd_arena *a) {
  static const char name[] = "/verifier.key";
  char folder[PATH_BYTES - sizeof name], path[PATH_BYTES];
  EVD_TRY(key_folder(folder, sizeof folder));
  (void)snprintf(path, sizeof path, "%s%s", folder, name);
  if (!evd_file_exists(path))
    EVD_TRY(make_key(path));
  return read_key(key, path, a);
}

/* ---- the seal ---- */

static void seal(const evd_h32 *key, evd_span bytes, char hex[HEX_BYTES]) {
  static const char what[] = "Evident resume v1";
  evd_hmac h;
  evd_h32 out;
  evd_h_init(&h, key, NULL);
  evd_h_add(&h, what, sizeof what); /* with its zero byte */
  evd_h_add(&h, bytes.p, bytes.n);
  evd_h_out(&h, &out);
  evd_wipe(&h, sizeof h);
  evd_hex_write(hex, out.b, sizeof out.b);
}

static bool sealed(const evd_h32 *key, evd_span bytes, evd_span *inside) {
  char hex[HEX_BYTES];
  uint8_t differ = 0;
  if (bytes.n < SEAL_BYTES)
    return false;
  *inside = (evd_span){bytes.p + SEAL_BYTES, bytes.n - SEAL_BYTES};
  seal(key, *inside, hex);
  for (size_t i = 0; i < sizeof hex; i++)
    differ |= (uint8_t)(bytes.p[sizeof begins - 1 + i] ^ (uint8_t)hex[i]);
  return differ == 0;
}

/* ---- keeping ---- */

static bool due(void *self) {
  const evd_resume_file *f = self;
  return seconds() - f->kept_at > SHARE_OF_TIME * f->took;
}

static evd_err keep(void *self, evd_span bytes) {
  evd_resume_file *f = self;
  char hex[HEX_BYTES];
  evd_buf b;
  double from = seconds();
  seal(&f->key, bytes, hex);
  evd_buf_init(&b, FILE_BYTES_MAX);
  evd_buf_add(&b, begins, sizeof begins - 1);
  evd_buf_add(&b, hex, sizeof hex);
  evd_buf_add(&b, ends, sizeof ends - 1);
  evd_buf_add(&b, bytes.p, bytes.n);
  evd_err e = EVD_ERR_SPACE;
  if (evd_buf_ok(&b))
    e = evd_file_write(f->path, b.p, b.n, 0600, EVD_REPLACE);
  evd_buf_close(&b);
  f->kept_at = seconds();
  f->took = f->kept_at - from;
  return e;
}

/* ---- from outside ---- */

static evd_err take_up(evd_resume_file *f) {
  evd_span bytes;
  if (!evd_file_exists(f->path))
    return EVD_OK;
  EVD_TRY(evd_file_read(f->path, FILE_BYTES_MAX, &bytes, &f->arena));
  if (bytes.n < sizeof begins - 1 ||
      memcmp(bytes.p, begins, sizeof begins - 1) != 0)
    return evd_complain(EVD_ERR_USAGE,
                        "%s is there and is no file that --resume wrote",
                        f->path);
  if (sealed(&f->key, bytes, &f->how.before))
    return EVD_OK;
  f->how.before = (evd_span){NULL, 0};
  (void)evd_complain(EVD_OK,
                     "%s is not sealed by this machine's verifier key, or was "
                     "changed: verifying from the start",
                     f->path);
  return EVD_OK;
}

evd_err evd_resume_file_open(evd_resume_file *f, const char *path) {
  *f = (evd_resume_file){.path = path, .kept_at = seconds()};
  f->how = (evd_resuming){{NULL, 0}, f, due, keep};
  evd_arena_init(&f->arena, ARENA_BYTES_MAX);
  EVD_TRY(get_key(&f->key, &f->arena));
  return take_up(f);
}

void evd_resume_file_close(evd_resume_file *f) {
  evd_wipe(&f->key, sizeof f->key);
  evd_arena_close(&f->arena);
}
